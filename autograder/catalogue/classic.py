"""The classical functions: identity, step, and the squashing functions."""

from __future__ import annotations

import sympy as sp

from autograder.catalogue._activation import Activation, Kink, Parameter, X

IDENTITY = Activation(
    name="identity",
    title="Identity (linear)",
    expr=X,
    year=1960,
    sources=("widrow1960",),
    used_in="Output layer of regression networks; ADALINE.",
    good_for="Unbounded real targets with a squared error: the gradient at the output is prediction minus target.",
    bad_for="Hidden layers: a stack of affine maps is one affine map, however many layers it has.",
    misconceptions=(
        "More layers make a linear network more powerful; they only factor the same matrix.",
        "A network with identity activations learns nothing; it still does linear regression.",
    ),
)

BINARY_STEP = Activation(
    name="binary_step",
    title="Binary step (Heaviside)",
    expr=sp.Piecewise((0, X < 0), (1, True)),
    kinks=(
        Kink(
            at=sp.S.Zero,
            value=sp.S.One,
            derivative=sp.S.Zero,
            why="The unit fires when its threshold is reached, so the value at 0 is 1. There is no derivative at the "
            "jump; the course takes 0, the value on both sides.",
        ),
    ),
    year=1943,
    sources=("mcculloch1943", "rosenblatt1958"),
    used_in="The perceptron and threshold logic; the forward pass of spiking and binarised networks.",
    good_for="Decisions and logic gates whose weights are set by hand or by the perceptron rule.",
    bad_for="Gradient descent: the derivative is 0 at every point, so no weight behind it moves.",
    misconceptions=(
        "Its derivative is infinite, so gradients explode; the pointwise derivative is 0 on both sides of the jump.",
        "Every library agrees on the value at 0; conventions of 0, 1/2 and 1 are all in use.",
    ),
)

SIGMOID = Activation(
    name="sigmoid",
    title="Sigmoid (logistic)",
    expr=1 / (1 + sp.exp(-X)),
    brackets={"fixed_point": ((0, 1),)},
    year=1838,
    sources=("verhulst1838", "verhulst1845", "rumelhart1986"),
    used_in="Output unit for two classes or for several labels at once; gates of LSTM and GRU cells.",
    good_for="Turning a real score into a probability; with cross-entropy the gradient is prediction minus target.",
    bad_for="Deep stacks of hidden layers: the derivative is at most 1/4 and all outputs are positive.",
    misconceptions=(
        "It reaches 0 and 1; on the real line it does not, in floating point it does.",
        "Its derivative is x(1 − x); that formula expects the output σ(x), not the input.",
        "Ten sigmoids on ten classes give a probability distribution; they need not sum to 1.",
    ),
)

TANH = Activation(
    name="tanh",
    title="Hyperbolic tangent",
    expr=sp.tanh(X),
    brackets={"fixed_point": ((-1, 1),)},
    year=1989,
    sources=("lecun1989", "lecun1998"),
    used_in="Hidden layers before 2010; cell state and output of LSTM and GRU; policies with bounded actions.",
    good_for="Bounded, zero-centred outputs.",
    bad_for="Very deep networks without normalisation: it saturates exponentially fast on both sides.",
    misconceptions=(
        "It is unrelated to the sigmoid; tanh(x) = 2σ(2x) − 1.",
        "The ratio of exponentials is a way to compute it; in floating point that is inf/inf for large x.",
    ),
)

A = sp.Symbol("a", positive=True)
B = sp.Symbol("b", positive=True)

SCALED_TANH = Activation(
    name="scaled_tanh",
    title="Scaled tanh",
    expr=A * sp.tanh(B * X),
    parameters=(
        Parameter(
            name="a",
            symbol=A,
            default=sp.Rational("1.7159"),
            domain=sp.Interval.open(0, sp.oo),
            meaning="Height of the asymptotes; chosen so that f(1) is close to 1.",
        ),
        Parameter(
            name="b",
            symbol=B,
            default=sp.Rational(2, 3),
            domain=sp.Interval.open(0, sp.oo),
            meaning="Steepness: the slope at 0 is a·b.",
        ),
    ),
    brackets={"fixed_point": ((-2, -sp.S.Half), (-sp.S.Half, sp.S.Half), (sp.S.Half, 2))},
    year=1989,
    sources=("lecun1989", "lecun1998"),
    used_in="LeNet-5 and its forerunners, from 1989 on.",
    good_for="Targets of ±1 that lie inside the range, where the second derivative is largest, and not at its ends.",
    bad_for="Probabilities, and networks with normalisation layers, which rescale anyway.",
    misconceptions=("The constants are arbitrary; they make f(1) ≈ 1 and f(−1) ≈ −1.",),
)

HARD_SIGMOID = Activation(
    name="hard_sigmoid",
    title="Hard sigmoid",
    expr=sp.Min(6, sp.Max(0, X + 3)) / 6,
    kinks=(
        Kink(
            at=sp.Integer(-3),
            value=sp.S.Zero,
            derivative=sp.S.Zero,
            why="The flat side owns the kink, as in PyTorch.",
        ),
        Kink(
            at=sp.Integer(3),
            value=sp.S.One,
            derivative=sp.S.Zero,
            why="The flat side owns the kink, as in PyTorch.",
        ),
    ),
    year=2015,
    sources=("courbariaux2015", "howard2019"),
    used_in="Gates and attention in networks for small devices, such as MobileNetV3.",
    good_for="A sigmoid without an exponential, exact in fixed-point arithmetic.",
    bad_for="Training far from 0: beyond ±3 the gradient is exactly 0.",
    misconceptions=(
        "Everybody means the same function; slopes of 1/2, 1/5 and 1/6 are all in the literature.",
        "It saturates as the sigmoid does; the sigmoid only comes close, this one arrives.",
    ),
)

LOW = sp.Symbol("low", real=True)
HIGH = sp.Symbol("high", real=True)

HARD_TANH = Activation(
    name="hard_tanh",
    title="Hard tanh",
    expr=sp.Piecewise((LOW, X <= LOW), (X, X < HIGH), (HIGH, True)),
    parameters=(
        Parameter(
            name="low", symbol=LOW, default=sp.S.NegativeOne, domain=sp.Reals, meaning="Smallest output; below high."
        ),
        Parameter(name="high", symbol=HIGH, default=sp.S.One, domain=sp.Reals, meaning="Largest output; above low."),
    ),
    constraints=(LOW < HIGH,),
    kinks=(
        Kink(at=LOW, value=LOW, derivative=sp.S.Zero, why="The flat side owns the kink, as in PyTorch."),
        Kink(at=HIGH, value=HIGH, derivative=sp.S.Zero, why="The flat side owns the kink, as in PyTorch."),
    ),
    year=2011,
    sources=("collobert2011",),
    used_in="Early networks for language processing; networks with quantised activations.",
    good_for="A bounded, zero-centred output at the price of two comparisons.",
    bad_for="Inputs outside the interval, for which no gradient is left.",
    misconceptions=("It is tanh rounded to a few digits; at 1 it is 1, where tanh is 0.76.",),
)

SOFTSIGN = Activation(
    name="softsign",
    title="Softsign",
    expr=X / (1 + sp.Abs(X)),
    kinks=(
        Kink(
            at=sp.S.Zero,
            value=sp.S.Zero,
            derivative=sp.S.One,
            why="The formula changes here, yet both sides have slope 1: the function is differentiable at 0.",
        ),
    ),
    year=2009,
    sources=("turian2009", "glorot2010"),
    used_in="A replacement of tanh in studies of initialisation and in some recurrent networks.",
    good_for="A bounded, zero-centred output whose gradient falls off like 1/x², far slower than that of tanh.",
    bad_for="Outputs that must come close to ±1: at 9 it is still only 0.9.",
    misconceptions=(
        "The absolute value makes a corner at 0; both one-sided slopes are 1.",
        "It does not saturate; it does, polynomially and not exponentially.",
    ),
)

ENTRIES = (
    IDENTITY,
    BINARY_STEP,
    SIGMOID,
    TANH,
    SCALED_TANH,
    HARD_SIGMOID,
    HARD_TANH,
    SOFTSIGN,
)
