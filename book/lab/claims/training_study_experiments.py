"""The claims about what ReLU costs and how sparse it is: stopwatch, counterexample, and zeros counted in the study."""

from __future__ import annotations

import numpy as np
import sympy as sp

from autograder.catalogue import CATALOGUE, X
from autograder.reference import REFERENCE
from book.lab.claims._claim import Claim, Evidence, Judgement, Verdict, once_in_a_build
from book.lab.stopwatch import BATCH, layer_seconds, plain_layer_seconds
from book.lab.study.grid import SEEDS
from book.lab.study.summary import best, solved, words
from book.lab.study.table import beginnings

NARROW, WIDE = 32, 2048
"""Units in a narrow layer, as in this book's networks, and in a wide one, as in today's models."""
VECTOR, PLAIN = "with vector instructions", "without vector instructions"
"""Whether NumPy may use what this processor has to compute several elements at once."""
RIVALS = ("sigmoid", "tanh")
CHEAPER = 1.5
"""A function is cheap beside another where that one takes this many times as long: less would drown in the noise."""
MATTERS = 0.1
"""A saving matters where it is at least this share of the layer's time."""
SPARSE = 0.1
"""A code is sparse, in the weakest sense, where this share of the activations is exactly 0."""


@once_in_a_build
def _times(width: int, how: str) -> dict[str, float]:
    """Return the seconds of a layer's matrix product, and of each activation of its outputs."""
    return layer_seconds(width) if how == VECTOR else plain_layer_seconds(width)


def _saved(rival: str, width: int, how: str) -> float:
    """Return the share of a layer's forward pass that is saved where ReLU takes the rival's place."""
    times: dict[str, float] = _times(width, how)
    return (times[rival] - times["ReLU"]) / (times["product"] + times[rival])


def _ratios() -> Evidence:
    """Return how many times as long as ReLU the other activations take on the outputs of a wide layer."""
    return {
        f"time of {rival} over that of ReLU, {how}": _times(WIDE, how)[rival] / _times(WIDE, how)["ReLU"]
        for how in (VECTOR, PLAIN)
        for rival in RIVALS
    }


def _cost_evidence() -> Evidence:
    return {
        **_ratios(),
        **{
            f"share of a layer's time saved, {rival}, {width} units, {how}": _saved(rival, width, how)
            for how in (VECTOR, PLAIN)
            for width in (NARROW, WIDE)
            for rival in RIVALS
        },
    }


def _cost_rule(evidence: Evidence) -> Judgement:
    with_, without = (
        [evidence[f"time of {rival} over that of ReLU, {how}"] for rival in RIVALS] for how in (VECTOR, PLAIN)
    )
    saved = {
        (width, how): max(evidence[f"share of a layer's time saved, {rival}, {width} units, {how}"] for rival in RIVALS)
        for width in (NARROW, WIDE)
        for how in (VECTOR, PLAIN)
    }
    found = (
        f"In NumPy, {PLAIN}, the sigmoid takes {without[0]:.1f} times as long as ReLU on the same array, and tanh "
        f"{without[1]:.1f} times; {VECTOR}, {with_[0]:.1f} and {with_[1]:.1f} times. "
        f"Of the whole layer's forward pass, ReLU saves at most {saved[NARROW, PLAIN]:.0%} with {NARROW} units and "
        f"{saved[WIDE, PLAIN]:.0%} with {WIDE:,}, {PLAIN}; "
        f"{VECTOR}, {saved[NARROW, VECTOR]:.0%} and {saved[WIDE, VECTOR]:.0%}."
    )
    if min(without) < CHEAPER:
        return Judgement(Verdict.FALSE, found)
    matters = {case for case, share in saved.items() if share >= MATTERS}
    if len(matters) == len(saved):
        return Judgement(Verdict.HOLDS, found)
    if not matters:
        return Judgement(Verdict.MISLEADING, f"{found} What it saves does not matter.")
    plain = "the library computes without the processor's vector instructions"
    narrow = "the layer is narrow, since the matrix product grows with the square of its width"
    conditions = [told for case, told in (((WIDE, PLAIN), plain), ((NARROW, VECTOR), narrow)) if case in matters]
    return Judgement(Verdict.HOLDS_IF, f"{', or '.join(conditions) or f'{plain}, and {narrow}'}. {found}")


def _zeros_after() -> tuple[float, ...]:
    """Return, for each setting in which ReLU learns, the median share of its outputs that are 0 after training."""
    return tuple(float(np.nanmedian([row.flat for row in best("relu", *setting).rows])) for setting in solved("relu"))


def _reasons_evidence() -> Evidence:
    relu = CATALOGUE["relu"].expr
    value = REFERENCE["relu"].value
    z = np.random.default_rng(55).normal(size=100_000)
    return {
        "ReLU(1) + ReLU(−1) − ReLU(1 − 1)": relu.subs(X, 1) + relu.subs(X, -1) - relu.subs(X, sp.S.Zero),
        **_ratios(),
        "share of zeros for symmetric inputs": float(np.mean(value(z) == 0)),
        "share of zeros before training, over settings": tuple(
            float(np.median([one.zeros for one in beginnings()["relu", *setting]])) for setting in solved("relu")
        ),
        "share of zeros after training, over settings": _zeros_after(),
        "settings": "; ".join(map(words, solved("relu"))),
    }


def _reasons_rule(evidence: Evidence) -> Judgement:
    non_linear = evidence["ReLU(1) + ReLU(−1) − ReLU(1 − 1)"] != 0
    ratio, vector = (
        min(evidence[f"time of {rival} over that of ReLU, {how}"] for rival in RIVALS) for how in (PLAIN, VECTOR)
    )
    after = evidence["share of zeros after training, over settings"]
    reasons = {"non-linear": non_linear, "cheap": ratio >= CHEAPER, "sparse": min(after) >= SPARSE}
    holding = [reason for reason, holds in reasons.items() if holds]
    found = (
        f"ReLU is {', '.join(holding) or 'none of the three'}. "
        f"The cheaper one of its two rivals takes {ratio:.1f} times as long {PLAIN}, and {vector:.1f} times {VECTOR}. "
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
        method=f"stopwatch, NumPy on the machine that built this page, float32, batches of {BATCH}; with all of the "
        "processor's vector instructions, and without those that not every processor has",
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
