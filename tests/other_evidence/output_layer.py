"""Other evidence for the claims of the chapter on the output layer."""

from __future__ import annotations

from typing import Any

import numpy as np
import sympy as sp

from book.lab.claims import Verdict
from book.lab.claims.output_layer import NAMED
from book.lab.claims.output_numbers import OUTSIDE

OTHERWISE: dict[int, tuple[dict[str, Any], Verdict]] = {
    22: ({f"gradient − (prediction − target), {words}": (sp.S.One,) for words in NAMED.values()}, Verdict.FALSE),
    23: (
        {
            "free indices of the right side, as printed": "c",
            "sum over three classes with logits 1, 2, 3, as printed": 1.0,
        },
        Verdict.HOLDS,
    ),
    38: ({"first softmax output of (a, b) − σ(a − b)": sp.S.One}, Verdict.FALSE),
    42: ({"two softmax outputs can both exceed 1/2": True}, Verdict.MISLEADING),
    43: (
        {
            "the smallest float64 z at which −log(1 − σ(z)) is infinite": np.inf,
            "the smallest float32 z at which −log(1 − σ(z)) is infinite": np.inf,
        },
        Verdict.HOLDS,
    ),
    49: ({"share of 2,000 draws of ten logits in which both choose the same class": 0.5}, Verdict.MISLEADING),
    50: ({f"the target {OUTSIDE} is in the range of tanh": True}, Verdict.MISLEADING),
    53: (
        {"that total is in the range of tanh": True, "a total of 1 is in the range of tanh": True},
        Verdict.HOLDS,
    ),
    60: (
        {"two softmax outputs can both exceed 1/2": True, "a linear output can be negative": False},
        Verdict.HOLDS,
    ),
}
