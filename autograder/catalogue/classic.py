"""The classical functions: identity, step, and the two sigmoids."""

from __future__ import annotations

import sympy as sp

from autograder.catalogue._activation import Activation, Kink, X

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
    year=1845,
    sources=("verhulst1845", "rumelhart1986"),
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
    year=1998,
    sources=("lecun1998",),
    used_in="Hidden layers before 2010; cell state and output of LSTM and GRU; policies with bounded actions.",
    good_for="Bounded, zero-centred outputs.",
    bad_for="Very deep networks without normalisation: it saturates exponentially fast on both sides.",
    misconceptions=(
        "It is unrelated to the sigmoid; tanh(x) = 2σ(2x) − 1.",
        "The ratio of exponentials is a way to compute it; in floating point that is inf/inf for large x.",
    ),
)

ENTRIES = (IDENTITY, BINARY_STEP, SIGMOID, TANH)
