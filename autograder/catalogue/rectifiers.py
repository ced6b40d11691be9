"""Functions made of straight lines: the rectifier and its relatives."""

from __future__ import annotations

import sympy as sp

from autograder.catalogue._activation import Activation, Kink, Parameter, X

RELU = Activation(
    name="relu",
    title="ReLU (rectified linear unit)",
    expr=sp.Max(0, X),
    kinks=(
        Kink(
            at=sp.S.Zero,
            value=sp.S.Zero,
            derivative=sp.S.Zero,
            why="Every number from 0 to 1 is a subgradient; 0 keeps a silent unit silent, and the libraries use it.",
        ),
    ),
    year=1969,
    sources=("fukushima1969", "nair2010", "glorot2011"),
    used_in="Convolutional networks since AlexNet; the usual first choice for hidden layers.",
    good_for="Deep networks: the slope is exactly 1 on the positive side, it is cheap, and its output is sparse.",
    bad_for="Units whose pre-activation is negative for every input: their gradient is 0 and they stay dead.",
    misconceptions=(
        "It is linear because both halves are straight lines; it is not additive.",
        "It is not differentiable, so it cannot be trained; one point in a continuum does not matter in practice.",
        "It prevents exploding gradients; on the positive side it passes any size on.",
    ),
)

RELU6 = Activation(
    name="relu6",
    title="ReLU6",
    expr=sp.Min(6, sp.Max(0, X)),
    kinks=(
        Kink(
            at=sp.S.Zero,
            value=sp.S.Zero,
            derivative=sp.S.Zero,
            why="The flat side owns the kink, as for ReLU and in PyTorch.",
        ),
        Kink(
            at=sp.Integer(6),
            value=sp.Integer(6),
            derivative=sp.S.Zero,
            why="The flat side owns the kink, as in PyTorch.",
        ),
    ),
    year=2010,
    sources=("krizhevsky2010", "sandler2018"),
    used_in="MobileNet and other networks for fixed-point arithmetic.",
    good_for="Low-precision inference: the output fits a fixed range of 0 to 6.",
    bad_for="Large activations: above 6 the gradient is 0, so it saturates on both sides.",
    misconceptions=("It is a ReLU and therefore never saturates for positive inputs; above 6 it does.",),
)

ALPHA = sp.Symbol("alpha", nonnegative=True)

LEAKY_RELU = Activation(
    name="leaky_relu",
    title="Leaky ReLU",
    expr=sp.Piecewise((ALPHA * X, X <= 0), (X, True)),
    parameters=(
        Parameter(
            name="alpha",
            symbol=ALPHA,
            default=sp.Rational(1, 100),
            domain=sp.Interval(0, sp.oo),
            meaning="Slope on the negative side.",
        ),
    ),
    kinks=(
        Kink(
            at=sp.S.Zero,
            value=sp.S.Zero,
            derivative=ALPHA,
            why="The negative side owns the kink, so that alpha = 0 gives ReLU with its derivative 0 at 0.",
        ),
    ),
    year=2013,
    sources=("maas2013",),
    used_in="Discriminators of GANs, object detectors, and wherever ReLU units die.",
    good_for="Keeping a small gradient alive on the negative side.",
    bad_for="Sparse codes: negative inputs no longer give exact zeros.",
    misconceptions=(
        "The default slope is the same everywhere; libraries use 0.01, 0.2 and 0.3.",
        "max(αx, x) is always the same function; it needs α ≤ 1.",
    ),
)

SLOPE = sp.Symbol("alpha", real=True)

PRELU = Activation(
    name="prelu",
    title="PReLU (parametric ReLU)",
    expr=sp.Piecewise((SLOPE * X, X <= 0), (X, True)),
    parameters=(
        Parameter(
            name="alpha",
            symbol=SLOPE,
            default=sp.Rational(1, 4),
            domain=sp.Reals,
            meaning="Slope on the negative side, learned with the weights; the default is its initial value.",
        ),
    ),
    kinks=(
        Kink(
            at=sp.S.Zero,
            value=sp.S.Zero,
            derivative=SLOPE,
            why="The negative side owns the kink, as for Leaky ReLU and in PyTorch.",
        ),
    ),
    year=2015,
    sources=("he2015",),
    used_in="Image classification and super-resolution networks.",
    good_for="Letting the data choose the slope on the negative side, per channel, at almost no cost.",
    bad_for="Small data sets, where one more parameter per channel can overfit; weight decay pulls the slope to 0.",
    misconceptions=("It is Leaky ReLU under another name; its slope is learned, with a gradient of its own.",),
)

LOWER = sp.Symbol("lower", nonnegative=True)
UPPER = sp.Symbol("upper", nonnegative=True)

RRELU = Activation(
    name="rrelu",
    title="RReLU (randomised ReLU), in its expectation",
    expr=sp.Piecewise(((LOWER + UPPER) / 2 * X, X <= 0), (X, True)),
    parameters=(
        Parameter(
            name="lower",
            symbol=LOWER,
            default=sp.Rational(1, 8),
            domain=sp.Interval(0, sp.oo),
            meaning="Smallest slope on the negative side; at most upper.",
        ),
        Parameter(
            name="upper",
            symbol=UPPER,
            default=sp.Rational(1, 3),
            domain=sp.Interval(0, sp.oo),
            meaning="Largest slope on the negative side; at least lower.",
        ),
    ),
    constraints=(LOWER <= UPPER,),
    kinks=(
        Kink(
            at=sp.S.Zero,
            value=sp.S.Zero,
            derivative=(LOWER + UPPER) / 2,
            why="The negative side owns the kink, as for Leaky ReLU and in PyTorch.",
        ),
    ),
    year=2015,
    sources=("xu2015",),
    used_in="Image classification on small data sets; the form stated here is the one used after training.",
    good_for="Regularisation: during training every negative input gets a slope drawn between lower and upper.",
    bad_for="Reproducible training without a seed, and anything that evaluates the function twice per step.",
    misconceptions=(
        "It is random at test time too; there the mean slope is used.",
        "One slope is drawn per layer; each negative entry draws its own.",
    ),
)

ENTRIES = (
    RELU,
    RELU6,
    LEAKY_RELU,
    PRELU,
    RRELU,
)
