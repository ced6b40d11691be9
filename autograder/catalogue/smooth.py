"""Smooth relatives of the rectifier that keep one sign."""

from __future__ import annotations

import sympy as sp

from autograder.catalogue._activation import Activation, Parameter, X

BETA = sp.Symbol("beta", positive=True)

SOFTPLUS = Activation(
    name="softplus",
    title="Softplus",
    expr=sp.log(1 + sp.exp(BETA * X)) / BETA,
    parameters=(
        Parameter(
            name="beta",
            symbol=BETA,
            default=sp.S.One,
            domain=sp.Interval.open(0, sp.oo),
            meaning="Sharpness: the larger, the closer to ReLU.",
        ),
    ),
    brackets={"fixed_point": ()},
    year=2001,
    sources=("dugas2001", "glorot2011"),
    used_in="Outputs that must be positive, such as variances and rates; smooth replacement of ReLU.",
    good_for="Strictly positive outputs with a derivative everywhere: its derivative is the sigmoid.",
    bad_for="Speed and sparsity: no exact zeros, and an exponential and a logarithm per value.",
    misconceptions=(
        "It can be computed as log(1 + exp(x)); that overflows above and loses all digits below.",
        "It is strictly positive on a computer too; far to the left it underflows to 0.",
    ),
)

B = sp.Symbol("b", positive=True)

SQUAREPLUS = Activation(
    name="squareplus",
    title="Squareplus",
    expr=(X + sp.sqrt(X**2 + B)) / 2,
    parameters=(
        Parameter(
            name="b",
            symbol=B,
            default=sp.Integer(4),
            domain=sp.Interval.open(0, sp.oo),
            meaning="Width of the bend: the value at 0 is √b/2.",
        ),
    ),
    year=2021,
    sources=("barron2021",),
    used_in="Positive outputs on hardware without fast transcendental functions.",
    good_for="A smooth, positive rectifier from a square root alone.",
    bad_for="Outputs that must vanish quickly: on the negative side it falls off like 1/|x| only.",
    misconceptions=(
        "It is softplus in other words; at 0 it is 1 for b = 4, where softplus is log 2.",
        "The formula can be used as it stands; far to the left x and the root cancel.",
    ),
)

LOG_SIGMOID = Activation(
    name="log_sigmoid",
    title="Log-sigmoid",
    expr=-sp.log(1 + sp.exp(-X)),
    brackets={"fixed_point": ()},
    year=1958,
    sources=("cox1958",),
    used_in="Binary cross-entropy computed from logits; contrastive losses and preference learning.",
    good_for="Logarithms of probabilities without first computing the probability.",
    bad_for="Hidden layers: every output is negative.",
    misconceptions=(
        "log(sigmoid(x)) does the same; it is −inf where sigmoid underflows.",
        "It is an activation for classification outputs as they are; it belongs inside the loss.",
    ),
)

ENTRIES = (
    SOFTPLUS,
    SQUAREPLUS,
    LOG_SIGMOID,
)
