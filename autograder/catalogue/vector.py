"""Functions of a vector: component i depends on more than entry i.

Indices run from 0 to n − 1; ``VECTOR[i]`` is entry i of the input.
"""

from __future__ import annotations

import sympy as sp

from autograder.catalogue._activation import Activation, X

VECTOR = sp.IndexedBase("x", real=True)
I = sp.Symbol("i", integer=True, nonnegative=True)  # noqa: E741 - the index of the component, as in every textbook
J = sp.Symbol("j", integer=True, nonnegative=True)
N = sp.Symbol("n", integer=True, positive=True)

SOFTMAX = Activation(
    name="softmax",
    title="Softmax",
    kind="vector",
    symbol=VECTOR,
    expr=sp.exp(VECTOR[I]) / sp.Sum(sp.exp(VECTOR[J]), (J, 0, N - 1)),
    section=(X, sp.S.Zero),
    year=1990,
    sources=("bridle1990",),
    used_in="Output layer for classes that exclude each other; attention weights.",
    good_for="A probability distribution over n classes; with cross-entropy the gradient is prediction minus target.",
    bad_for="Several labels at once, since a larger share for one class takes from all others.",
    misconceptions=(
        "Its derivative is s(1 − s); that is the diagonal only, the Jacobian is diag(s) − s sᵀ.",
        "exp(z)/sum(exp(z)) can be computed as it stands; it overflows, while a shift by the maximum changes nothing.",
        "Applying it before a loss that expects logits does no harm; it is then applied twice and flattens the result.",
    ),
)

ENTRIES = (SOFTMAX,)
