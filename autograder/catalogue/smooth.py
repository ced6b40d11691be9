"""Smooth relatives of the rectifier."""

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

GELU = Activation(
    name="gelu",
    title="GELU (Gaussian error linear unit)",
    expr=X * (1 + sp.erf(X / sp.sqrt(2))) / 2,
    brackets={
        "derivative": ((sp.Integer(-1), sp.Rational(-1, 2)),),
    },
    year=2016,
    sources=("hendrycks2016",),
    used_in="BERT, GPT-2, GPT-3, vision transformers.",
    good_for="Transformers: a smooth gate that weights the input by the share of a normal population below it.",
    bad_for="Tight compute budgets: it needs the error function, or an approximation that is not the same function.",
    misconceptions=(
        "The tanh formula is the definition; it is an approximation of x·Φ(x).",
        "It is monotone like ReLU; it has a minimum left of 0.",
        "It is unbounded on both sides; it never falls below its minimum.",
    ),
)

ENTRIES = (SOFTPLUS, GELU)
