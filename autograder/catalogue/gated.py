"""Functions of a vector that answer with a shorter vector: maxout and the gated linear units.

The gated units cut their input of length n into halves: the first holds the values, the second the gates.
"""

from __future__ import annotations

import sympy as sp

from autograder.catalogue._activation import Activation, Parameter, X
from autograder.catalogue._indexed import VECTOR, Maximum, i, j, k, n

GROUPS = sp.Symbol("groups", integer=True, positive=True)
_SIZE = n / GROUPS
_LARGEST = Maximum(VECTOR[i * _SIZE + j], j, 0, _SIZE - 1)

MAXOUT = Activation(
    name="maxout",
    title="Maxout",
    kind="vector",
    symbol=VECTOR,
    expr=_LARGEST,
    length=GROUPS,
    jacobian=sp.Piecewise(
        (1, sp.And(k >= i * _SIZE, k < (i + 1) * _SIZE, sp.Eq(VECTOR[k], _LARGEST))),
        (0, True),
    ),
    parameters=(
        Parameter(
            name="groups",
            symbol=GROUPS,
            default=sp.S.One,
            domain=sp.S.Naturals,
            meaning="How many equal groups of neighbouring entries there are; each answers with its largest.",
        ),
    ),
    section=(X, X),
    year=2013,
    sources=("goodfellow2013",),
    used_in="Maxout networks with dropout.",
    good_for="Learning the activation: with enough pieces a group approximates any convex function.",
    bad_for="Small networks: every unit costs as many linear maps as the group has entries.",
    misconceptions=(
        "It keeps the shape like other activations; it answers with one number per group.",
        "It is max pooling; pooling compares places in the input, maxout compares learned linear maps.",
    ),
)

_VALUE, _GATE = VECTOR[i], VECTOR[i + n / 2]

GLU = Activation(
    name="glu",
    title="GLU (gated linear unit)",
    kind="vector",
    symbol=VECTOR,
    expr=_VALUE / (1 + sp.exp(-_GATE)),
    length=n / 2,
    section=(X, sp.S.Zero),
    year=2017,
    sources=("dauphin2017",),
    used_in="Convolutional language models; audio networks.",
    good_for="Deep stacks: the value's path is linear, so its gradient is not squashed.",
    bad_for="Tight budgets: the layer before it must be twice as wide.",
    misconceptions=(
        "Both halves go through the sigmoid; only the gates do.",
        "It is SiLU; there the input gates itself, here a second input does.",
    ),
)

SWIGLU = Activation(
    name="swiglu",
    title="SwiGLU",
    kind="vector",
    symbol=VECTOR,
    expr=_VALUE * _GATE / (1 + sp.exp(-_GATE)),
    length=n / 2,
    section=(X, sp.S.One),
    year=2020,
    sources=("shazeer2020",),
    used_in="Feed-forward blocks of large language models such as LLaMA and PaLM.",
    good_for="Transformers: better loss for the same compute in the experiments of its paper.",
    bad_for="Low precision: it multiplies two unbounded numbers.",
    misconceptions=("It is GLU with a learned β; the gate is SiLU, unbounded above, and not a sigmoid.",),
)

GEGLU = Activation(
    name="geglu",
    title="GEGLU",
    kind="vector",
    symbol=VECTOR,
    expr=_VALUE * _GATE * (1 + sp.erf(_GATE / sp.sqrt(2))) / 2,
    length=n / 2,
    section=(X, sp.S.One),
    year=2020,
    sources=("shazeer2020",),
    used_in="Feed-forward blocks of transformers for text and images.",
    good_for="The same places as SwiGLU.",
    bad_for="Low precision, and hardware without the error function.",
    misconceptions=("It is GELU of both halves multiplied; only the gates go through GELU.",),
)

ENTRIES = (
    MAXOUT,
    GLU,
    SWIGLU,
    GEGLU,
)
