"""Functions that pull small inputs to zero."""

from __future__ import annotations

import sympy as sp

from autograder.catalogue._activation import Activation, Kink, Parameter, X

TANHSHRINK = Activation(
    name="tanhshrink",
    title="Tanhshrink",
    expr=X - sp.tanh(X),
    year=2011,
    sources=("collobert2011torch",),
    used_in="Rarely; sparse coding, and studies of shrinkage.",
    good_for="A smooth shrinkage without a parameter: near 0 it is flat, far out it is x ∓ 1.",
    bad_for="Signals near zero: the slope at 0 is 0, and small inputs shrink to their third power.",
    misconceptions=("It is soft shrinkage made smooth; it has no flat interval, only a flat point.",),
)

LAMBD = sp.Symbol("lambda", nonnegative=True)
_LAMBD = Parameter(
    name="lambd",
    symbol=LAMBD,
    default=sp.S.Half,
    domain=sp.Interval(0, sp.oo),
    meaning="Half the width of the interval that is set to 0.",
)
_FLAT = "The flat side owns the kink, as in PyTorch."

SOFTSHRINK = Activation(
    name="softshrink",
    title="Soft shrinkage (soft threshold)",
    expr=sp.Piecewise((X + LAMBD, X < -LAMBD), (0, X <= LAMBD), (X - LAMBD, True)),
    parameters=(_LAMBD,),
    kinks=(
        Kink(at=-LAMBD, value=sp.S.Zero, derivative=sp.S.Zero, why=_FLAT),
        Kink(at=LAMBD, value=sp.S.Zero, derivative=sp.S.Zero, why=_FLAT),
    ),
    year=1994,
    sources=("donoho1994", "donoho1995"),
    used_in="Iterative shrinkage for sparse coding; denoising in the wavelet domain.",
    good_for="Exact zeros: it is the proximal map of λ|x|.",
    bad_for="Large signals, which it shifts by λ towards zero.",
    misconceptions=("It leaves large values as they are; that is hard shrinkage, this one shifts them by λ.",),
)

HARDSHRINK = Activation(
    name="hardshrink",
    title="Hard shrinkage (hard threshold)",
    expr=sp.Piecewise((X, X < -LAMBD), (0, X <= LAMBD), (X, True)),
    parameters=(_LAMBD,),
    kinks=(
        Kink(at=-LAMBD, value=sp.S.Zero, derivative=sp.S.Zero, why=_FLAT),
        Kink(at=LAMBD, value=sp.S.Zero, derivative=sp.S.Zero, why=_FLAT),
    ),
    year=1994,
    sources=("donoho1994",),
    used_in="Denoising in the wavelet domain; sparse coding.",
    good_for="Exact zeros without a bias on what remains.",
    bad_for="Optimisation near ±λ, where the output jumps and the derivative does not know it.",
    misconceptions=("It is continuous like soft shrinkage; it jumps at −λ and at λ.",),
)

THETA = sp.Symbol("theta", real=True)
VALUE = sp.Symbol("value", real=True)

THRESHOLD = Activation(
    name="threshold",
    title="Threshold",
    expr=sp.Piecewise((VALUE, X <= THETA), (X, True)),
    parameters=(
        Parameter(
            name="theta",
            symbol=THETA,
            default=sp.S.Zero,
            domain=sp.Reals,
            meaning="Inputs up to and including this point are replaced.",
        ),
        Parameter(
            name="value",
            symbol=VALUE,
            default=sp.S.Zero,
            domain=sp.Reals,
            meaning="What replaces them.",
        ),
    ),
    kinks=(
        Kink(
            at=THETA,
            value=VALUE,
            derivative=sp.S.Zero,
            why="The constant side owns the point, as in PyTorch: only inputs above the threshold pass.",
        ),
    ),
    year=2014,
    sources=("konda2014",),
    used_in="Zero-bias autoencoders; the general form behind ReLU.",
    good_for="Cutting off below any level, with any replacement.",
    bad_for="Thresholds other than the replacement value: the function then jumps.",
    misconceptions=("It subtracts the threshold; inputs above it pass unchanged.",),
)

ENTRIES = (
    TANHSHRINK,
    SOFTSHRINK,
    HARDSHRINK,
    THRESHOLD,
)
