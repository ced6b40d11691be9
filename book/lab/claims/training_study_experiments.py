"""The claims about what ReLU costs and how sparse it is: stopwatch, counterexample, and zeros counted in the study."""

from __future__ import annotations

import time
from collections.abc import Callable
from functools import cache, partial

import numpy as np
import sympy as sp

from autograder.catalogue import CATALOGUE, X
from autograder.reference import REFERENCE
from book.lab.claims._claim import Claim, Evidence, Judgement, Verdict
from book.lab.networks import Array
from book.lab.study.grid import SEEDS
from book.lab.study.summary import best, solved, words
from book.lab.study.table import beginnings

BATCH = 64
NARROW, WIDE = 32, 2048
"""Units in a narrow layer, as in this book's networks, and in a wide one, as in today's models."""
REPEATS = 9
"""The fastest of so many runs counts: what else the machine does can only make a run slower."""
CHEAPER = 1.5
"""A function is cheap beside another where that one takes this many times as long: less would drown in the noise."""
MATTERS = 0.1
"""A saving matters where it is at least this share of the layer's time."""
SPARSE = 0.1
"""A code is sparse, in the weakest sense, where this share of the activations is exactly 0."""

IN_NUMPY: dict[str, Callable[[Array], Array]] = {
    "ReLU": lambda z: np.maximum(z, 0),
    "sigmoid": lambda z: 1 / (1 + np.exp(-z)),
    "tanh": np.tanh,
}
"""As one writes them in NumPy."""


def seconds(action: Callable[[], object]) -> float:
    """Return how long the fastest of several runs takes."""
    action()
    taken = []
    for _ in range(REPEATS):
        began = time.perf_counter()
        for _ in range(3):
            action()
        taken.append((time.perf_counter() - began) / 3)
    return min(taken)


@cache
def _times(width: int) -> dict[str, float]:
    """Return the seconds of a layer's matrix product, and of each activation of its outputs, in float32."""
    rng = np.random.default_rng(19)
    inputs = rng.normal(size=(BATCH, width)).astype(np.float32)
    weights = (rng.normal(size=(width, width)) / np.sqrt(width)).astype(np.float32)
    sums = inputs @ weights
    return {
        "product": seconds(lambda: inputs @ weights),
        **{name: seconds(partial(apply, sums)) for name, apply in IN_NUMPY.items()},
    }


def _saved(rival: str, width: int) -> float:
    """Return the share of a layer's forward pass that is saved where ReLU takes the rival's place."""
    times = _times(width)
    return (times[rival] - times["ReLU"]) / (times["product"] + times[rival])


def _ratio(rival: str) -> float:
    """Return how many times as long as ReLU another activation takes on the outputs of a wide layer."""
    return _times(WIDE)[rival] / _times(WIDE)["ReLU"]


def _cost_evidence() -> Evidence:
    return {
        **{f"time of {rival} over that of ReLU": _ratio(rival) for rival in ("sigmoid", "tanh")},
        **{
            f"share of a layer's time saved, {rival}, {width} units": _saved(rival, width)
            for width in (NARROW, WIDE)
            for rival in ("sigmoid", "tanh")
        },
    }


def _cost_rule(evidence: Evidence) -> Judgement:
    ratios = [evidence[f"time of {rival} over that of ReLU"] for rival in ("sigmoid", "tanh")]
    narrow, wide = (
        max(evidence[f"share of a layer's time saved, {rival}, {width} units"] for rival in ("sigmoid", "tanh"))
        for width in (NARROW, WIDE)
    )
    found = (
        f"In NumPy the sigmoid takes {ratios[0]:.1f} times as long as ReLU on the same array, and tanh {ratios[1]:.1f} "
        f"times. Of the whole layer's forward pass, ReLU saves at most {narrow:.0%} with {NARROW} units and {wide:.0%} "
        f"with {WIDE:,}."
    )
    if min(ratios) < CHEAPER:
        return Judgement(Verdict.FALSE, found)
    if wide >= MATTERS:
        return Judgement(Verdict.HOLDS, found)
    if narrow >= MATTERS:
        return Judgement(
            Verdict.HOLDS_IF,
            f"the layer is narrow, since the matrix product grows with the square of its width. {found}",
        )
    return Judgement(Verdict.MISLEADING, f"{found} What it saves does not matter.")


def _zeros_after() -> tuple[float, ...]:
    """Return, for each setting in which ReLU learns, the median share of its outputs that are 0 after training."""
    return tuple(float(np.nanmedian([row.flat for row in best("relu", *setting).rows])) for setting in solved("relu"))


def _reasons_evidence() -> Evidence:
    relu = CATALOGUE["relu"].expr
    value = REFERENCE["relu"].value
    z = np.random.default_rng(55).normal(size=100_000)
    return {
        "ReLU(1) + ReLU(−1) − ReLU(1 − 1)": relu.subs(X, 1) + relu.subs(X, -1) - relu.subs(X, sp.S.Zero),
        "time of sigmoid over that of ReLU": _ratio("sigmoid"),
        "time of tanh over that of ReLU": _ratio("tanh"),
        "share of zeros for symmetric inputs": float(np.mean(value(z) == 0)),
        "share of zeros before training, over settings": tuple(
            float(np.median([one.zeros for one in beginnings()["relu", *setting]])) for setting in solved("relu")
        ),
        "share of zeros after training, over settings": _zeros_after(),
        "settings": "; ".join(map(words, solved("relu"))),
    }


def _reasons_rule(evidence: Evidence) -> Judgement:
    non_linear = evidence["ReLU(1) + ReLU(−1) − ReLU(1 − 1)"] != 0
    ratio = min(evidence[f"time of {rival} over that of ReLU"] for rival in ("sigmoid", "tanh"))
    after = evidence["share of zeros after training, over settings"]
    reasons = {"non-linear": non_linear, "cheap": ratio >= CHEAPER, "sparse": min(after) >= SPARSE}
    holding = [reason for reason, holds in reasons.items() if holds]
    found = (
        f"ReLU is {', '.join(holding) or 'none of the three'}. "
        f"The cheaper one of its two rivals takes {ratio:.1f} times as long. "
        f"After training between {min(after):.0%} and {max(after):.0%} of the activations are exactly 0, by setting."
    )
    if len(holding) == len(reasons):
        return Judgement(Verdict.HOLDS, found)
    return Judgement(Verdict.FALSE if not holding else Verdict.MISLEADING, found)


CLAIMS = (
    Claim(
        number=19,
        documents=("D1",),
        statement="ReLU is a mere threshold; the sigmoid and tanh need expensive operations such as exponentials.",
        method=f"stopwatch, NumPy on the machine that built this page, float32, batches of {BATCH}",
        chapter="training_study",
        compute=_cost_evidence,
        rule=_cost_rule,
    ),
    Claim(
        number=55,
        documents=("D3",),
        statement="Three reasons speak for ReLU: it is non-linear, cheap, and makes the activations sparse.",
        method=f"a counterexample by SymPy; stopwatch; zeros counted in the training study ({len(SEEDS)} seeds, "
        "four starts: Glorot, He, PyTorch’s default, too large)",
        chapter="training_study",
        compute=_reasons_evidence,
        rule=_reasons_rule,
    ),
)
