"""Other evidence for the claims of the chapter on the range."""

from __future__ import annotations

from typing import Any

import sympy as sp

from book.lab.claims import Verdict
from book.lab.claims.training import FOR, PAIRS


def votes(label: str, word: str) -> dict[str, Any]:
    return {f"{label}, {finite} and {infinite}: sign test": word for finite, infinite in PAIRS}


OTHERWISE: dict[int, tuple[dict[str, Any], Verdict]] = {
    5: (votes("few weights", FOR), Verdict.HOLDS),
    6: ({**votes("efficiency", FOR), **votes("smaller learning rate", FOR)}, Verdict.HOLDS),
    10: ({"the result for x = −1000 in float64": 1e-300}, Verdict.HOLDS),
    13: ({"0 is a value": True, "1 is a value": True}, Verdict.HOLDS),
    14: ({"the slope is the same at x and −x": False}, Verdict.FALSE),
    15: ({"the mean for inputs that are symmetric about 0": sp.S.Zero}, Verdict.FALSE),
    16: ({"tanh x + tanh(−x)": sp.S.One}, Verdict.FALSE),
    17: ({"formula − catalogue entry, x > 6": sp.S.One}, Verdict.FALSE),
    45: ({"the sigmoid fills (−1, 1)": True}, Verdict.HOLDS),
    46: ({"the limits of ReLU for x → −∞ and x → ∞": (0, 1)}, Verdict.FALSE),
    47: ({}, Verdict.HOLDS),  # test_claims puts every case at the claimed share
    48: ({"tanh fills (−1, 1)": False}, Verdict.FALSE),
}
