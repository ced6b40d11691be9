"""Other evidence for the claims of the chapter on the training study."""

from __future__ import annotations

from typing import Any

import sympy as sp

from book.lab.claims import CLAIMS, Verdict
from book.lab.claims.training import FOR
from book.lab.claims.training_study import ALL


def all_at(number: int, value: Any, part: str) -> dict[str, Any]:
    """Set every item of a claim's evidence whose description holds the part."""
    return {name: value for name in CLAIMS[number].evidence if part in name}


OTHERWISE: dict[int, tuple[dict[str, Any], Verdict]] = {
    9: (all_at(9, 1.0, "finite range: share"), Verdict.FALSE),
    18: (all_at(18, ALL, "greatly faster"), Verdict.HOLDS),
    19: ({"time of tanh over that of ReLU, without vector instructions": 0.9}, Verdict.FALSE),
    31: (
        {"settings in which tanh is best or tied": CLAIMS[31].evidence["settings in which anything learns"]},
        Verdict.FALSE,
    ),
    54: ({"sign test": FOR}, Verdict.HOLDS),
    55: ({"ReLU(1) + ReLU(−1) − ReLU(1 − 1)": sp.S.Zero}, Verdict.MISLEADING),
    65: (all_at(65, (-0.01, 0.0, 0.01, 0.0, 0.0), "accuracy of ReLU"), Verdict.FALSE),
}
