"""The claims that the committed training study decides."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from itertools import product
from typing import Any

import numpy as np

from autograder.catalogue import CATALOGUE
from autograder.properties import properties
from book.lab.claims._claim import Claim, Evidence, Judgement, Verdict
from book.lab.claims.training import AGAINST, FOR, direction
from book.lab.study.grid import ACTIVATIONS, LEARNT, RATES, SEEDS, STEPS
from book.lab.study.summary import (
    NEVER,
    TITLES,
    Setting,
    accuracy,
    at_rates,
    best,
    fastest,
    settings,
    solved,
    steps,
    words,
)
from book.lab.study.table import Row

STUDY = (
    f"the training study: digits, {len(SEEDS)} seeds, four starts (Glorot, He, PyTorch’s default, too large), "
    f"{STEPS} steps of plain SGD, the best of {len(RATES)} learning rates"
)
"""How the claims of this module were put to the test."""

GREATLY = 2.0
"""Training is greatly sped up where it takes at most half of the steps."""
DECIDES = 0.95
"""A property decides where those that have it win at least this share of the comparisons, in every setting."""
TIE = 0.02
"""Two accuracies that differ by less are a tie: two standard errors of 95 % of 500 test images."""
WELL = 0.9
"""A network fits well where it gets this share of its training images right; only then can it overfit."""
MATCH = 1.25
"""Two networks fit equally well where their training losses differ by at most this factor."""
DEEP = 5
"""A network is deep from this many hidden layers on."""


# 18: steps to a fixed loss

ALL, PART, NONE, OPEN = "yes", "no", "neither learns", "open"


def _speed_up(rival: str, setting: Setting) -> tuple[float, ...]:
    """Return, for each seed, the rival's steps to the fixed loss over those of ReLU, each at its fastest rate."""
    pair = [[steps(row) for row in fastest(name, *setting).rows] for name in (rival, "relu")]
    return tuple(theirs / ours for theirs, ours in zip(*pair, strict=True))


def _faster(rival: str, setting: Setting) -> str:
    """Say whether ReLU is greatly faster by the medians; open where a run was too short to tell."""
    theirs, ours = (fastest(name, *setting).steps for name in (rival, "relu"))
    if theirs == ours == NEVER:
        return NONE
    if theirs / ours >= GREATLY:
        return ALL
    return OPEN if theirs == NEVER else PART


def _speed_evidence() -> Evidence:
    evidence: dict[str, Any] = {}
    for rival, setting in product(("sigmoid", "tanh"), settings()):
        label, answer = f"{TITLES[rival]}, {words(setting)}", _faster(rival, setting)
        if answer == NONE:
            continue
        evidence[f"{label}: ReLU greatly faster"] = answer
        evidence[f"{label}: steps over those of ReLU"] = _speed_up(rival, setting)
    return evidence


def answers(evidence: Evidence, *parts: str) -> list[str]:
    """Return what the settings say whose labels hold all of the parts, without those in which neither learns."""
    found = [v for name, v in evidence.items() if name.endswith("greatly faster") and all(p in name for p in parts)]
    return [answer for answer in found if answer in (ALL, PART)]


def _counted(found: list[str]) -> str:
    return f"{found.count(ALL)} of {len(found)}"


def _speed_rule(evidence: Evidence) -> Judgement:
    sigmoid, tanh = answers(evidence, "sigmoid, "), answers(evidence, "tanh, ")
    found = (
        f"ReLU needs at most half as many steps to a loss of {LEARNT:g} as the sigmoid in {_counted(sigmoid)} "
        f"settings, and as tanh in {_counted(tanh)} (a setting is a depth and a start; those in which neither "
        "learns, and those in which the runs were too short to tell, do not count)."
    )
    if ALL not in sigmoid + tanh:
        return Judgement(Verdict.FALSE, found)
    if PART not in sigmoid + tanh:
        return Judgement(Verdict.HOLDS, found)
    if set(answers(evidence, ", He, ")) == {ALL}:
        return Judgement(Verdict.HOLDS_IF, f"the weights start as He et al. advise. {found}")
    return Judgement(Verdict.MISLEADING, found)


# 9: do range and smoothness decide?


def _with_property() -> Mapping[str, tuple[str, ...]]:
    """Return the activations of the study that have each of the properties which the claim speaks of."""
    found = {name: CATALOGUE[name].range for name in ACTIVATIONS}
    return {
        "finite range": tuple(n for n in ACTIVATIONS if found[n].low.is_finite and found[n].high.is_finite),
        "continuously differentiable": tuple(
            name for name in ACTIVATIONS if str(properties(CATALOGUE[name]).continuity) != "C⁰"
        ),
    }


def _won(having: Iterable[str], setting: Setting) -> float:
    """Return the share of comparisons, over pairs and seeds, won by those with a property; a tie is half a win."""
    having = tuple(having)
    others = tuple(name for name in ACTIVATIONS if name not in having)
    margins = [
        accuracy(one) - accuracy(other)
        for mine, theirs in product(having, others)
        for one, other in zip(best(mine, *setting).rows, best(theirs, *setting).rows, strict=True)
    ]
    return float(np.mean(np.sign(margins)) / 2 + 0.5)


def _decide_evidence() -> Evidence:
    evidence: dict[str, Any] = {}
    for label, having in _with_property().items():
        evidence[f"{label}: which of the seven"] = " and ".join(TITLES[name] for name in having)
        for setting in solved():
            evidence[f"{label}: share of comparisons won, {words(setting)}"] = _won(having, setting)
    return evidence


def _decide_rule(evidence: Evidence) -> Judgement:
    sentences, deciding, leaning = [], [], []
    for label in ("finite range", "continuously differentiable"):
        shares = [v for name, v in evidence.items() if name.startswith(f"{label}: share")]
        ends = min(shares), max(shares)
        sentences.append(f"{label}: between {ends[0]:.0%} and {ends[1]:.0%} of the comparisons won")
        deciding += [label] if ends[0] >= DECIDES or ends[1] <= 1 - DECIDES else []
        leaning += [label] if ends[0] > 0.5 or ends[1] < 0.5 else []
    found = f"Over the settings in which anything learns: {'; '.join(sentences)}."
    if deciding:
        return Judgement(Verdict.FALSE, f"{found} That decides in every setting: {', '.join(deciding)}.")
    if leaning:
        return Judgement(
            Verdict.MISLEADING,
            f"{found} Not every comparison is decided, but one side is ahead in every setting: {', '.join(leaning)}.",
        )
    return Judgement(Verdict.HOLDS, f"{found} Which side is ahead depends on depth and start.")


# 31: is there a rule?


def _winners(setting: Setting) -> tuple[str, ...]:
    """Return the activations whose median accuracy is the best of a setting or tied with it."""
    medians = {name: best(name, *setting).accuracy for name in ACTIVATIONS}
    return tuple(name for name, median in medians.items() if median > max(medians.values()) - TIE)


def _rule_evidence() -> Evidence:
    won = {setting: _winners(setting) for setting in solved()}
    counts = {TITLES[name]: sum(name in names for names in won.values()) for name in ACTIVATIONS}
    return {
        "settings in which anything learns": len(won),
        **{f"settings in which {title} is best or tied": count for title, count in counts.items()},
        **{f"best or tied, {words(setting)}": ", ".join(TITLES[n] for n in names) for setting, names in won.items()},
    }


def _rule_rule(evidence: Evidence) -> Judgement:
    total = evidence["settings in which anything learns"]
    counts = {title: evidence[f"settings in which {title} is best or tied"] for title in TITLES.values()}
    always = [title for title, count in counts.items() if count == total]
    most = max(counts, key=lambda title: counts[title])
    if always:
        return Judgement(
            Verdict.FALSE, f"In all {total} settings in which anything learns, {' and '.join(always)} is best or tied."
        )
    never = [title for title, count in counts.items() if not count]
    behind = f" Not once best or tied: {', '.join(never)}." if never else ""
    return Judgement(
        Verdict.HOLDS,
        f"None of the seven is best or tied in all {total} settings in which anything learns; {most} is most often, "
        f"in {counts[most]}.{behind}",
    )


# 54: does the sigmoid overfit less?


def gap(row: Row) -> float:
    """Return how far the loss on new images is above that on the training images."""
    return row.test_loss - row.train_loss


def _matched(setting: Setting, seed: int) -> tuple[Row, Row] | None:
    """Return a sigmoid and a ReLU network of one seed that fit well and equally well, or None."""
    pairs = [
        (one.rows[seed], other.rows[seed])
        for one, other in product(at_rates("sigmoid", *setting), at_rates("relu", *setting))
        if min(one.rows[seed].train_accuracy, other.rows[seed].train_accuracy) >= WELL
    ]
    distance = {abs(np.log(one.train_loss / other.train_loss)): (one, other) for one, other in pairs}
    nearest = min(distance, default=np.inf)
    return distance[nearest] if nearest <= np.log(MATCH) else None


def _overfit_evidence() -> Evidence:
    pairs = [pair for setting in settings() for seed in SEEDS if (pair := _matched(setting, seed))]
    less = sum(gap(one) < gap(other) for one, other in pairs)
    largest = {name: [row.largest for setting in settings() for row in best(name, *setting).rows] for name in TITLES}
    return {
        "the range of the sigmoid is bounded": bool(CATALOGUE["sigmoid"].range.high.is_finite),
        "the range of ReLU is bounded": bool(CATALOGUE["relu"].range.high.is_finite),
        "largest activation after training, sigmoid": tuple(v for v in largest["sigmoid"] if np.isfinite(v)),
        "largest activation after training, ReLU": tuple(v for v in largest["relu"] if np.isfinite(v)),
        "pairs that fit equally well": len(pairs),
        "pairs in which the sigmoid overfits less": less,
        "sign test": direction(less, len(pairs) - less),
        "loss on new images above that on training images, sigmoid": tuple(gap(one) for one, _ in pairs),
        "loss on new images above that on training images, ReLU": tuple(gap(other) for _, other in pairs),
    }


def _overfit_rule(evidence: Evidence) -> Judgement:
    checked = evidence["the range of the sigmoid is bounded"] and not evidence["the range of ReLU is bounded"]
    if not checked:
        return Judgement(Verdict.FALSE, "The ranges are not as claimed.")
    pairs, less = evidence["pairs that fit equally well"], evidence["pairs in which the sigmoid overfits less"]
    found = (
        f"The first part is a matter of range: the sigmoid stays below 1, and ReLU has no bound. The second part: of "
        f"{pairs} pairs of a sigmoid and a ReLU network that fit their training images equally well, the sigmoid "
        f"network loses less on new images in {less}."
    )
    verdict = {FOR: Verdict.HOLDS, AGAINST: Verdict.MISLEADING}.get(evidence["sign test"], Verdict.NOT_SETTLED)
    return Judgement(verdict, found)


# 65: does it make a difference?


def _difference(setting: Setting) -> tuple[float, ...]:
    """Return, for each seed, by how much ReLU is more accurate than the sigmoid, each at its best rate."""
    rows = zip(best("relu", *setting).rows, best("sigmoid", *setting).rows, strict=True)
    return tuple(accuracy(one) - accuracy(other) for one, other in rows)


def _difference_evidence() -> Evidence:
    return {
        f"accuracy of ReLU minus that of the sigmoid, {words(setting)}": _difference(setting)
        for setting in solved("relu", "sigmoid")
        if setting[0] >= DEEP
    }


def _difference_rule(evidence: Evidence) -> Judgement:
    """A difference is one from every seed, in the same direction, whichever that is."""
    better = [name for name, seeds in evidence.items() if min(seeds) > TIE]
    worse = [name for name, seeds in evidence.items() if max(seeds) < -TIE]
    largest = max(abs(float(np.median(seeds))) for seeds in evidence.values())
    found = (
        f"With {DEEP} hidden layers or more, and where at least one of the two learns, ReLU is the more accurate one "
        f"from every seed in {len(better)} of {len(evidence)} settings, and the sigmoid in {len(worse)}; the medians "
        f"differ by up to {largest:.0%} of the test images."
    )
    if len(better) + len(worse) == len(evidence):
        return Judgement(Verdict.HOLDS, found)
    if not better + worse:
        return Judgement(Verdict.FALSE, found)
    listed = "; ".join(name.split(", ", 1)[1] for name in (*better, *worse))
    return Judgement(Verdict.HOLDS_IF, f"the setting is one of these: {listed}. {found}")


CLAIMS = (
    Claim(
        number=9,
        documents=("D0",),
        statement="Range and continuous differentiability do not decide how well an activation performs.",
        method=STUDY,
        chapter="training_study",
        compute=_decide_evidence,
        rule=_decide_rule,
    ),
    Claim(
        number=18,
        documents=("D1",),
        statement="ReLU greatly speeds up stochastic gradient descent, compared with the sigmoid and tanh.",
        method=STUDY,
        chapter="training_study",
        compute=_speed_evidence,
        rule=_speed_rule,
    ),
    Claim(
        number=31,
        documents=("D2", "D4"),
        statement="The choice of a hidden activation is made by experiment; there is no general rule.",
        method=STUDY,
        chapter="training_study",
        compute=_rule_evidence,
        rule=_rule_rule,
    ),
    Claim(
        number=54,
        documents=("D3",),
        statement="The sigmoid keeps activations in check while ReLU lets them blow up, and sigmoids overfit less.",
        method=f"range by SymPy; {STUDY}",
        chapter="training_study",
        compute=_overfit_evidence,
        rule=_overfit_rule,
    ),
    Claim(
        number=65,
        documents=("D4",),
        statement="In a deep fully connected network that reads handwritten digits, it makes a difference whether the "
        "hidden units are sigmoids or ReLUs.",
        method=STUDY,
        chapter="training_study",
        compute=_difference_evidence,
        rule=_difference_rule,
    ),
)
