"""Other evidence for the claims of the chapter on saturation."""

from __future__ import annotations

from typing import Any

import sympy as sp

from book.lab.claims import Verdict
from book.lab.claims.saturation_depth import DEPTHS, PARTNERS, STEEP, WITH
from book.lab.claims.saturation_experiments import LARGE, LEAKS, SMALL_INTERVALS
from book.lab.claims.training import AGAINST, FOR, UNDECIDED
from book.lab.depth import STARTS


def ratios(name: str, value: float) -> dict[str, Any]:
    return {f"first layer’s gradient over the last’s: {name}, {start}": (value,) * 6 for start in STARTS}


def leaks(words: str, value: Any) -> dict[str, Any]:
    return {words.format(slope=slope): value for slope in LEAKS.values()}


OTHERWISE: dict[int, tuple[dict[str, Any], Verdict]] = {
    20: ({f"share of dead units after training, bias 0, {LARGE}": (0.0,) * 10}, Verdict.FALSE),
    21: (leaks("largest share of dead units, slope {slope}", 0.2), Verdict.FALSE),
    27: ({"share of positive pre-activations, standardised": (0.5, 0.3)}, Verdict.FALSE),
    28: ({"the limit of (1 − tanh x)·e^(2x) for x → ∞": sp.oo}, Verdict.HOLDS_IF),
    29: (
        {f"tanh below {partner}, {start}: sign test": FOR for partner in PARTNERS for start in STARTS},
        Verdict.HOLDS,
    ),
    36: ({"the slope of ReLU for x < 0 and for x > 0": (sp.S.One, sp.S.One)}, Verdict.HOLDS),
    37: ({"the slope of the sigmoid is positive on the real numbers": False}, Verdict.FALSE),
    44: (
        {
            f"standardised is ahead of {scale} at {rate}: sign test": AGAINST
            for scale in SMALL_INTERVALS
            for rate in ("one learning rate", "the best learning rate")
        },
        Verdict.FALSE,
    ),
    51: ({f"share of runs lost, {depth} layers, {WITH}": 1.0 for depth in DEPTHS}, Verdict.FALSE),
    61: (
        {
            **{name: value for steep in STEEP for name, value in ratios(steep, 1e6).items()},
            **ratios("ReLU", 1.0),
            **ratios("tanh", 1.0),
        },
        Verdict.HOLDS,
    ),
    62: (ratios("ReLU", 1.0), Verdict.HOLDS),
    64: (
        {
            f"biases start at −1, learning rate {rate}: lower loss than ReLU, slope 1/4: sign test": UNDECIDED
            for rate in ("1/64", "1/16")
        },
        Verdict.FALSE,
    ),
}
