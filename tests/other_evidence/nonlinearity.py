"""Other evidence for the claims of the chapter on non-linearity."""

from __future__ import annotations

from typing import Any

import sympy as sp

from book.lab.claims import Verdict
from book.lab.claims.citations import PAPERS

OTHERWISE: dict[int, tuple[dict[str, Any], Verdict]] = {
    1: ({"share of unseen scanned digits named rightly by an affine map": (0.3,) * 5}, Verdict.HOLDS),
    2: ({"BERT (devlin2019)": "2018, ReLU"}, Verdict.MISLEADING),
    3: ({"degree in x of a two-layer network of squares with 1, 2 and 3 hidden units": (2, 4, 6)}, Verdict.HOLDS),
    4: ({"outputs of three identity layers that differ from those of one layer": 2}, Verdict.FALSE),
    11: ({"how many values that is": 3}, Verdict.FALSE),
    12: ({"the others": "identity, relu"}, Verdict.HOLDS_IF),
    24: ({"f(s + t) − f(s) − f(t) for f(u) = v (w u + b) + d": "0"}, Verdict.HOLDS),
    25: (
        {"those that keep the shape but mix components": "", "those that change the shape": ""},
        Verdict.HOLDS,
    ),
    26: ({f"{p.model} ({p.key}), {p.year}": "ReLU" for p in PAPERS}, Verdict.HOLDS),
    32: ({"continuous functions among these that are not homogeneous": 1}, Verdict.FALSE),
    33: ({"relu(x) + relu(y) − relu(x + y) for x, y > 0": sp.S.One}, Verdict.MISLEADING),
    56: ({"updates of weights during these predictions": 10}, Verdict.HOLDS),
    58: (
        {"entries in which the layer's derivative differs from the chain rule for f ∘ (Wx + b)": 1},
        Verdict.FALSE,
    ),
    59: ({"maxout: libraries that have it": 2}, Verdict.HOLDS),
}
