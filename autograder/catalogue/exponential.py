"""Rectifiers with an exponential on the negative side."""

from __future__ import annotations

import sympy as sp

from autograder.catalogue._activation import Activation, Kink, Parameter, X

ALPHA = sp.Symbol("alpha", nonnegative=True)
POSITIVE_ALPHA = sp.Symbol("alpha", positive=True)

ELU = Activation(
    name="elu",
    title="ELU (exponential linear unit)",
    expr=sp.Piecewise((ALPHA * (sp.exp(X) - 1), X <= 0), (X, True)),
    parameters=(
        Parameter(
            name="alpha",
            symbol=ALPHA,
            default=sp.S.One,
            domain=sp.Interval(0, sp.oo),
            meaning="Depth of the negative side: the limit is −α, and the slope left of 0 is α.",
        ),
    ),
    kinks=(
        Kink(
            at=sp.S.Zero,
            value=sp.S.Zero,
            derivative=ALPHA,
            why="The negative side owns the point, as in PyTorch; with alpha = 1 both sides have slope 1.",
        ),
    ),
    year=2016,
    sources=("clevert2015",),
    used_in="Fully connected and convolutional networks without batch normalisation.",
    good_for="Mean activations near zero, with a negative side that is never dead before it underflows.",
    bad_for="Speed, and values of alpha other than 1, which put a corner at 0.",
    misconceptions=(
        "It is smooth for every alpha; the slopes at 0 agree only for alpha = 1.",
        "α·exp(x) − 1 is the negative side; the bracket α·(exp(x) − 1) matters.",
    ),
)

CELU = Activation(
    name="celu",
    title="CELU (continuously differentiable ELU)",
    expr=sp.Piecewise((POSITIVE_ALPHA * (sp.exp(X / POSITIVE_ALPHA) - 1), X <= 0), (X, True)),
    parameters=(
        Parameter(
            name="alpha",
            symbol=POSITIVE_ALPHA,
            default=sp.S.One,
            domain=sp.Interval.open(0, sp.oo),
            meaning="Depth of the negative side and the length over which it is reached.",
        ),
    ),
    kinks=(
        Kink(
            at=sp.S.Zero,
            value=sp.S.Zero,
            derivative=sp.S.One,
            why="The formula changes here, and both sides have slope 1 for every alpha.",
        ),
    ),
    year=2017,
    sources=("barron2017",),
    used_in="Where an ELU with alpha other than 1 is wanted.",
    good_for="A derivative without a jump for every alpha.",
    bad_for="Replacing a trained ELU with alpha other than 1: it is a different function.",
    misconceptions=("It equals ELU; it does for alpha = 1 and for no other value.",),
)

_ALPHA, _LAMBDA = sp.symbols("alpha lambda", positive=True)
SELU_ALPHA = -sp.sqrt(2 / sp.pi) / (sp.erfc(1 / sp.sqrt(2)) * sp.exp(sp.S.Half) - 1)
SELU_LAMBDA = (
    (1 - sp.erfc(1 / sp.sqrt(2)) * sp.sqrt(sp.E))
    * sp.sqrt(2 * sp.pi)
    / sp.sqrt(
        2 * sp.erfc(sp.sqrt(2)) * sp.E**2
        + sp.pi * sp.erfc(1 / sp.sqrt(2)) ** 2 * sp.E
        - 2 * (2 + sp.pi) * sp.erfc(1 / sp.sqrt(2)) * sp.sqrt(sp.E)
        + sp.pi
        + 2
    )
)

_SHOWN = sp.Piecewise((_LAMBDA * _ALPHA * (sp.exp(X) - 1), X <= 0), (_LAMBDA * X, True))

SELU = Activation(
    name="selu",
    title="SELU (scaled ELU)",
    expr=_SHOWN.subs({_ALPHA: SELU_ALPHA, _LAMBDA: SELU_LAMBDA}),
    shown=_SHOWN,
    constants={_ALPHA: SELU_ALPHA, _LAMBDA: SELU_LAMBDA},
    kinks=(
        Kink(
            at=sp.S.Zero,
            value=sp.S.Zero,
            derivative=SELU_LAMBDA * SELU_ALPHA,
            why="The negative side owns the corner, as in PyTorch.",
        ),
    ),
    brackets={"fixed_point": ((-2, -1),)},
    year=2017,
    sources=("klambauer2017",),
    used_in="Self-normalising fully connected networks.",
    good_for="Keeping mean 0 and variance 1 through many layers without normalisation layers.",
    bad_for="Other initialisations than LeCun's normal one, and ordinary dropout: both break the fixed point.",
    misconceptions=(
        "Its two constants were tuned; they solve the fixed-point equations for mean 0 and variance 1.",
        "It is smooth at 0; its one-sided slopes there differ.",
    ),
)

ENTRIES = (
    ELU,
    CELU,
    SELU,
)
