"""Exponential, bell-shaped and periodic functions, and the sparse counterparts of softplus and sigmoid."""

from __future__ import annotations

import sympy as sp

from autograder.catalogue._activation import Activation, Kink, Parameter, X

EXPONENTIAL = Activation(
    name="exponential",
    title="Exponential",
    expr=sp.exp(X),
    year=1972,
    sources=("nelder1972",),
    used_in="Output of Poisson regression and of networks that predict rates or scales.",
    good_for="Positive outputs whose logarithm is linear in the last layer.",
    bad_for="Hidden layers: it explodes on one side and vanishes on the other.",
    misconceptions=("It is safe for any input; in float64 it overflows just above 709.",),
)

GAUSSIAN = Activation(
    name="gaussian",
    title="Gaussian",
    expr=sp.exp(-(X**2)),
    year=1988,
    sources=("broomhead1988",),
    used_in="Radial basis function networks; coordinate networks.",
    good_for="Local responses: a unit that answers to one neighbourhood only.",
    bad_for="Inputs far from its centre, where value and gradient both vanish faster than exponentially.",
    misconceptions=("Its width is that of the standard normal density; that would have x²/2 in the exponent.",),
)

SINE = Activation(
    name="sine",
    title="Sine",
    expr=sp.sin(X),
    brackets={"fixed_point": ((-1, 1),)},
    year=1987,
    sources=("lapedes1987", "sitzmann2020"),
    used_in="Implicit representations of images, sound and fields (SIREN).",
    good_for="Signals with fine detail, together with their derivatives: the derivative is again a sine.",
    bad_for="Ordinary initialisation: without its own scheme the loss has very many poor minima.",
    misconceptions=("A bounded function saturates; it does not, the slope returns with every period.",),
)

A = sp.Symbol("a", positive=True)

SNAKE = Activation(
    name="snake",
    title="Snake",
    expr=X + sp.sin(A * X) ** 2 / A,
    parameters=(
        Parameter(
            name="a",
            symbol=A,
            default=sp.S.One,
            domain=sp.Interval.open(0, sp.oo),
            meaning="Frequency of the ripple; its height is 1/a.",
        ),
    ),
    year=2020,
    sources=("ziyin2020",),
    used_in="Neural vocoders and audio codecs; extrapolation of periodic data.",
    good_for="Periodic signals with a trend: it keeps the slope of the identity on average.",
    bad_for="Data without any period, where it only adds ripples.",
    misconceptions=("Its waves make it fall in places; its slope is 1 + sin(2ax), never negative.",),
)

SPARSE_PLUS = Activation(
    name="sparse_plus",
    title="Sparse plus",
    expr=sp.Piecewise((0, X <= -1), ((X + 1) ** 2 / 4, X < 1), (X, True)),
    kinks=(
        Kink(
            at=sp.S.NegativeOne,
            value=sp.S.Zero,
            derivative=sp.S.Zero,
            why="The formula changes here, and both sides have slope 0.",
        ),
        Kink(
            at=sp.S.One,
            value=sp.S.One,
            derivative=sp.S.One,
            why="The formula changes here, and both sides have slope 1.",
        ),
    ),
    year=2020,
    sources=("blondel2020", "martins2016"),
    used_in="Losses and gates built on sparsemax; offered by JAX and Keras.",
    good_for="Softplus with exact zeros: it relates to sparsemax as softplus relates to softmax.",
    bad_for="Second-order methods: its second derivative jumps at ±1.",
    misconceptions=("Like softplus it is positive everywhere; up to −1 it is exactly 0.",),
)

SPARSE_SIGMOID = Activation(
    name="sparse_sigmoid",
    title="Sparse sigmoid",
    expr=sp.Piecewise((0, X <= -1), ((X + 1) / 2, X < 1), (1, True)),
    kinks=(
        Kink(
            at=sp.S.NegativeOne,
            value=sp.S.Zero,
            derivative=sp.S.Zero,
            why="The flat side owns the kink, as for the other hard functions; JAX takes the mean of both sides.",
        ),
        Kink(
            at=sp.S.One,
            value=sp.S.One,
            derivative=sp.S.Zero,
            why="The flat side owns the kink, as for the other hard functions; JAX takes the mean of both sides.",
        ),
    ),
    year=2016,
    sources=("martins2016", "blondel2020"),
    used_in="Two-class sparsemax: exact probabilities of 0 and 1.",
    good_for="Decisions that may be certain: it is the derivative of sparse plus.",
    bad_for="Logarithmic losses, which are infinite at an exact 0.",
    misconceptions=("It is the hard sigmoid; that one reaches its ends at ±3, with a third of the slope.",),
)

ENTRIES = (
    EXPONENTIAL,
    GAUSSIAN,
    SINE,
    SNAKE,
    SPARSE_PLUS,
    SPARSE_SIGMOID,
)
