"""Functions of a vector that answer with a vector of the same length.

Indices run from 0 to n − 1; `VECTOR` is the input, and each ``expr`` is component i of the result.
"""

from __future__ import annotations

import sympy as sp

from autograder.catalogue._activation import Activation, X
from autograder.catalogue._indexed import DESCENDING, VECTOR, Maximum, i, j, k, l, m, n

_PLANE = (X, sp.S.Zero)

SOFTMAX = Activation(
    name="softmax",
    title="Softmax",
    kind="vector",
    symbol=VECTOR,
    expr=sp.exp(VECTOR[i]) / sp.Sum(sp.exp(VECTOR[j]), (j, 0, n - 1)),
    section=_PLANE,
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

LOG_SOFTMAX = Activation(
    name="log_softmax",
    title="Log-softmax",
    kind="vector",
    symbol=VECTOR,
    expr=VECTOR[i] - sp.log(sp.Sum(sp.exp(VECTOR[j]), (j, 0, n - 1))),
    section=_PLANE,
    year=1990,
    sources=("bridle1990",),
    used_in="Inside the cross-entropy loss; scores of sequences in decoding.",
    good_for="Logarithms of probabilities that stay finite where the probability itself underflows.",
    bad_for="Anything that expects probabilities.",
    misconceptions=("log(softmax(z)) does the same; it gives −inf where softmax underflows to 0.",),
)

SOFTMIN = Activation(
    name="softmin",
    title="Softmin",
    kind="vector",
    symbol=VECTOR,
    expr=sp.exp(-VECTOR[i]) / sp.Sum(sp.exp(-VECTOR[j]), (j, 0, n - 1)),
    section=_PLANE,
    year=1902,
    sources=("gibbs1902", "bridle1990"),
    used_in="Weights from distances or energies, where the smallest should count most.",
    good_for="Turning costs into probabilities: it is the Boltzmann distribution at temperature 1.",
    bad_for="Scores, where larger is better: that is softmax.",
    misconceptions=("It equals 1 − softmax; it is softmax of −x, and sums to 1.",),
)

_THRESHOLD = sp.Symbol(r"\tau", real=True)
_TAU = Maximum((sp.Sum(DESCENDING[l], (l, 0, m - 1)) - 1) / m, m, 1, n)

SPARSEMAX = Activation(
    name="sparsemax",
    title="Sparsemax",
    kind="vector",
    symbol=VECTOR,
    expr=sp.Max(0, VECTOR[i] - _TAU),
    jacobian=sp.Piecewise(
        (
            sp.KroneckerDelta(i, k) - 1 / sp.Sum(sp.Piecewise((1, VECTOR[j] > _TAU), (0, True)), (j, 0, n - 1)),
            sp.And(VECTOR[i] > _TAU, VECTOR[k] > _TAU),
        ),
        (0, True),
    ),
    constants={_THRESHOLD: _TAU},
    section=_PLANE,
    year=2016,
    sources=("martins2016",),
    used_in="Sparse attention; classification with few possible labels.",
    good_for="Probabilities that are exactly 0 outside a small support.",
    bad_for="Logarithmic losses, which are infinite at an exact 0; it needs a sort.",
    misconceptions=(
        "It is softmax with small values cut off; it is the nearest point of the probability simplex.",
        "An entry outside the support gets a small gradient; it gets none.",
    ),
)

ENTRIES = (
    SOFTMAX,
    LOG_SOFTMAX,
    SOFTMIN,
    SPARSEMAX,
)
