"""Other evidence for the claims of the chapter on differentiability."""

from __future__ import annotations

from typing import Any

import sympy as sp

from autograder.catalogue import CATALOGUE
from book.lab.claims import Verdict
from book.lab.claims.differentiability_experiments import DEPTH, PAIRS, RISING, SIGN_TEST
from book.lab.claims.training import AGAINST

TITLES = [tuple(CATALOGUE[name].title for name in pair) for pair in PAIRS]

OTHERWISE: dict[int, tuple[dict[str, Any], Verdict]] = {
    7: ({"loss after training, ReLU": (2.4,) * 10}, Verdict.FALSE),
    8: ({"loss after training": (9.0,) * 10}, Verdict.HOLDS),
    30: ({"continuity class": "C⁰"}, Verdict.MISLEADING),
    34: ({"½ x (1 + erf(x/√2)) − GELU(x)": sp.S.One}, Verdict.FALSE),
    35: ({"largest error of erf's approximation with a = 0.044715": 0.01}, Verdict.FALSE),
    39: ({"solution through y(0) = ½, minus the sigmoid": sp.S.One}, Verdict.MISLEADING),
    40: ({f"product of {DEPTH} such slopes for n = 2": 1}, Verdict.FALSE),
    41: ({"x σ(βx) − catalogue entry": sp.S.One}, Verdict.FALSE),
    52: ({f"{RISING}, {a} and {b}: {SIGN_TEST}": AGAINST for a, b in TITLES}, Verdict.FALSE),
    57: ({"name of the argument in Keras": "alpha"}, Verdict.HOLDS),
    63: (
        {"limits of the difference quotient at 0, from the left and from the right": (0, 0)},
        Verdict.HOLDS,
    ),
}
