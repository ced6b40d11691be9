"""Smooth functions that multiply the input by a gate between 0 and 1."""

from __future__ import annotations

import sympy as sp

from autograder.catalogue._activation import Activation, Kink, Parameter, X

GELU = Activation(
    name="gelu",
    title="GELU (Gaussian error linear unit)",
    expr=X * (1 + sp.erf(X / sp.sqrt(2))) / 2,
    brackets={"derivative": ((-1, -sp.S.Half),)},
    year=2016,
    sources=("hendrycks2016",),
    used_in="BERT and many transformers for language and vision.",
    good_for="Transformers: a smooth gate that weights the input by the share of a normal population below it.",
    bad_for="Tight compute budgets: it needs the error function, or an approximation that is not the same function.",
    misconceptions=(
        "The tanh formula is the definition; it is an approximation of x·Φ(x).",
        "It is monotone like ReLU; it has a minimum left of 0.",
        "It is unbounded on both sides; it never falls below its minimum.",
    ),
)

GELU_TANH = Activation(
    name="gelu_tanh",
    title="GELU, tanh approximation",
    expr=X * (1 + sp.tanh(sp.sqrt(2 / sp.pi) * (X + sp.Rational("0.044715") * X**3))) / 2,
    brackets={"derivative": ((-1, -sp.S.Half),), "second_derivative": ((-2, -1), (1, 2))},
    year=2016,
    sources=("hendrycks2016",),
    used_in="GPT-2 and the many models that copied its code; JAX's default GELU.",
    good_for="GELU where tanh is fast and erf is not.",
    bad_for="Loading weights that were trained with the exact form, if the last digits matter.",
    misconceptions=(
        "The constant is 0.44715; it is 0.044715.",
        "The constant is the next term of a series; that term would be (4 − π)/(6π), which is a little larger.",
    ),
)

GELU_SIGMOID = Activation(
    name="gelu_sigmoid",
    title="GELU, sigmoid approximation",
    expr=X / (1 + sp.exp(-sp.Rational("1.702") * X)),
    brackets={"derivative": ((-1, -sp.S.Half),), "second_derivative": ((-2, -1), (1, 2))},
    year=2016,
    sources=("hendrycks2016",),
    used_in="Models that trade exactness for speed, under the name QuickGELU.",
    good_for="A single logistic function in place of erf or tanh.",
    bad_for="Replacing the exact GELU in a trained network: the error reaches about 0.02.",
    misconceptions=("It is SiLU; SiLU has the factor 1 in the exponent where this has 1.702.",),
)

SILU = Activation(
    name="silu",
    title="SiLU (sigmoid linear unit)",
    expr=X / (1 + sp.exp(-X)),
    brackets={"second_derivative": ((-3, -2), (2, 3))},
    year=2016,
    sources=("hendrycks2016", "elfwing2018", "ramachandran2017"),
    used_in="EfficientNet, object detectors; inside SwiGLU in large language models.",
    good_for="Deep networks: smooth, cheap, with a small negative part that lets weak signals through.",
    bad_for="Proofs and constraints that need a monotone function.",
    misconceptions=(
        "It is monotone; it falls to its minimum near −1.28 and rises from there.",
        "Its derivative is σ(x)(1 − σ(x)); the product rule gives one more term.",
    ),
)

BETA = sp.Symbol("beta", nonnegative=True)

SWISH = Activation(
    name="swish",
    title="Swish",
    expr=X / (1 + sp.exp(-BETA * X)),
    parameters=(
        Parameter(
            name="beta",
            symbol=BETA,
            default=sp.S.One,
            domain=sp.Interval(0, sp.oo),
            meaning="Sharpness of the gate: 0 gives x/2, large values approach ReLU; may be learned.",
        ),
    ),
    brackets={"second_derivative": ((-3, -2), (2, 3))},
    year=2017,
    sources=("ramachandran2017",),
    used_in="Networks that learn the sharpness of their gate; with beta = 1 it is SiLU.",
    good_for="Moving smoothly between a linear function and ReLU.",
    bad_for="Comparisons of libraries: the same name often means SiLU, with no parameter.",
    misconceptions=("β = 0 switches the unit off; it makes it linear, x/2.",),
)

HARD_SWISH = Activation(
    name="hard_swish",
    title="Hard swish",
    expr=X * sp.Min(6, sp.Max(0, X + 3)) / 6,
    kinks=(
        Kink(
            at=sp.Integer(-3),
            value=sp.S.Zero,
            derivative=sp.S.Zero,
            why="The straight side owns the kink, here the flat one, as in PyTorch and JAX.",
        ),
        Kink(
            at=sp.Integer(3),
            value=sp.Integer(3),
            derivative=sp.S.One,
            why="The straight side owns the kink, here the identity, as in PyTorch and JAX.",
        ),
    ),
    year=2019,
    sources=("howard2019",),
    used_in="MobileNetV3.",
    good_for="SiLU's shape with additions, one product and two comparisons.",
    bad_for="Second-order methods: its slope jumps at both kinks.",
    misconceptions=("It is a polygon like ReLU6; between −3 and 3 it is a parabola.",),
)

MISH = Activation(
    name="mish",
    title="Mish",
    expr=X * sp.tanh(sp.log(1 + sp.exp(X))),
    brackets={"derivative": ((-2, -1),), "second_derivative": ((-3, -2), (1, 2))},
    year=2019,
    sources=("misra2019",),
    used_in="Object detectors such as YOLOv4.",
    good_for="Deep vision networks, as an alternative to SiLU.",
    bad_for="Speed: a tanh of a logarithm of an exponential, unless it is rewritten.",
    misconceptions=(
        "It needs three transcendental functions; with w = eˣ(eˣ + 2) it is x·w/(w + 2).",
        "It is monotone; like SiLU it has a minimum on the negative side.",
    ),
)

ENTRIES = (
    GELU,
    GELU_TANH,
    GELU_SIGMOID,
    SILU,
    SWISH,
    HARD_SWISH,
    MISH,
)
