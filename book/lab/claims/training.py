"""The claims about range and training that only an experiment can judge: small networks, several seeds, two starts.

Two functions never differ in their range alone, so each experiment compares pairs: the usual pair (tanh and ReLU), and
two in which little but the range differs (ReLU6 and ReLU; tanh and asinh, which has the same slope at 0 and no bound).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from functools import cache
from itertools import product
from math import comb

import numpy as np
from numpy.typing import NDArray
from scipy.special import betaincinv

from book.lab.claims._claim import Claim, Evidence, Judgement, Verdict
from book.lab.networks import SCALES, digits, gradients, hidden, initialise, train_online

PAIRS = (("tanh", "ReLU"), ("ReLU6", "ReLU"), ("tanh", "asinh"))
"""(finite range, infinite range)"""
SIZES = (64, 24, 24, 10)
SEEDS = range(5)
SHARE_SEEDS = range(20)
RATES = tuple(2.0 ** (step / 2) for step in range(-12, -3))
STEPS = 400
LEARNT = 0.5 * np.log(10)
"""A run has learnt where its loss is below half the loss of guessing among ten classes."""
NOTICED = 0.1
"""A weight is significantly affected where its gradient is above this share of the pattern's largest."""
LEVEL = 0.05
FOR, AGAINST, UNDECIDED = "for the claim", "against it", "undecided"
SIGN_TEST = "sign test"
RATE, LOSS = "largest learning rate at which it learns", "lowest loss"

SETTING = (
    f"{len(SEEDS)} seeds, Glorot and He start, layers {'–'.join(map(str, SIZES))}, {STEPS} presentations of single "
    "scanned digits"
)


@cache
def _runs(name: str) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Return, for each start and seed, the largest rate that learns and the lowest loss at any rate."""
    largest, lowest = [], []
    for scheme in SCALES:
        study = train_online(name.lower(), sizes=SIZES, seeds=SEEDS, rates=RATES, scheme=scheme, steps=STEPS)
        learnt = study.after < LEARNT
        largest.extend(np.where(learnt, study.rates, 0.0).max(axis=1))
        lowest.extend(np.nanmin(study.after, axis=1))
    return np.array(largest), np.array(lowest)


@cache
def _affected(name: str, patterns: int = 100) -> NDArray[np.float64]:
    """Return, for each start and seed, the mean share of weights that one pattern affects before training."""
    x, labels = digits()
    shares = []
    for scheme, seed in product(SCALES, SHARE_SEEDS):
        layers = initialise(SIZES, seeds=[seed], scheme=scheme)
        each = gradients(layers, x[:patterns, None], labels[:patterns, None], hidden(name.lower()))
        sizes = np.abs(np.concatenate([weights.reshape(patterns, -1) for weights, _ in each], axis=1))
        shares.append(np.mean(sizes > NOTICED * sizes.max(axis=1, keepdims=True)))
    return np.array(shares)


def direction(wins: int, losses: int) -> str:
    """Say whether wins prevail over losses, or losses over wins, by a two-sided sign test at `LEVEL`."""
    runs = wins + losses
    tail = sum(comb(runs, few) for few in range(min(wins, losses) + 1)) / 2**runs
    if 2 * tail >= LEVEL:
        return UNDECIDED
    return FOR if wins > losses else AGAINST


def _compare(label: str, measure: Mapping[str, NDArray[np.float64]], *, finite_has: str) -> dict[str, str]:
    """Return for each pair in how many runs it goes as claimed, and what the sign test says of that.

    ``finite_has`` is "more" or "less": how, as claimed, the finite function's measure compares with the infinite one's.
    """
    items: dict[str, str] = {}
    for finite, infinite in PAIRS:
        claimed = (measure[finite] - measure[infinite]) * {"more": 1, "less": -1}[finite_has]
        wins, losses = int((claimed > 0).sum()), int((claimed < 0).sum())
        equal = len(claimed) - wins - losses
        items[f"{label}, {finite} and {infinite}: runs as claimed, against, equal"] = f"{wins}, {losses}, {equal}"
        items[_word(label, finite, infinite)] = direction(wins, losses)
    return items


def _word(label: str, finite: str, infinite: str) -> str:
    """Name the sign test of one pair in the evidence."""
    return f"{label}, {finite} and {infinite}: {SIGN_TEST}"


def _each_run(label: str, measure: Mapping[str, NDArray[np.float64]]) -> dict[str, tuple[float, ...]]:
    """Return the value of every run, for each function."""
    return {f"{label}, {name}": tuple(values.tolist()) for name, values in measure.items()}


NAMES = tuple(dict.fromkeys(name for pair in PAIRS for name in pair))


def _stability_evidence() -> Evidence:
    rates = {name: _runs(name)[0] for name in NAMES}
    shares = {name: _affected(name) for name in NAMES}
    return {
        **_each_run(RATE, rates),
        **_compare("stability", rates, finite_has="more"),
        **_each_run("share of weights that one pattern affects", shares),
        **_compare("few weights", shares, finite_has="less"),
    }


def _efficiency_evidence() -> Evidence:
    lowest = {name: _runs(name)[1] for name in NAMES}
    rates = {name: _runs(name)[0] for name in NAMES}
    return {
        **_each_run(LOSS, lowest),
        **_compare("efficiency", lowest, finite_has="more"),  # the finite one is left with more loss
        **_each_run(RATE, rates),
        **_compare("smaller learning rate", rates, finite_has="more"),
    }


def votes(evidence: Evidence, label: str) -> Counter[str]:
    """Count what the sign tests say of one part of a claim, over the pairs."""
    return Counter(v for name, v in evidence.items() if name.startswith(f"{label}, ") and name.endswith(SIGN_TEST))


def outcome(evidence: Evidence, label: str) -> int:
    """Sum up a part of a claim: 1 where most pairs are for it and none against, −1 the other way round, else 0."""
    tally = votes(evidence, label)
    if tally[FOR] * 2 > tally.total() and not tally[AGAINST]:
        return 1
    return -1 if tally[AGAINST] * 2 > tally.total() and not tally[FOR] else 0


_WORDS = {1: "is supported", 0: "is not settled", -1: "is contradicted"}


def _tally(evidence: Evidence, label: str) -> str:
    """Say how the pairs voted."""
    tally = votes(evidence, label)
    return f"{tally[FOR]} of {tally.total()} pairs for it, {tally[AGAINST]} against"


def _stability_rule(evidence: Evidence) -> Judgement:
    """A reason explains an effect only if it shows in every pair that shows the effect."""
    effect = outcome(evidence, "stability")
    with_effect = [pair for pair in PAIRS if evidence[_word("stability", *pair)] == FOR]
    with_both = [pair for pair in with_effect if evidence[_word("few weights", *pair)] == FOR]
    found = (
        f"That a finite range tolerates larger learning rates {_WORDS[effect]} ({_tally(evidence, 'stability')}). "
        f"Of the {len(with_effect)} pairs that show this effect, {len(with_both)} also show its alleged reason, "
        f"that a pattern affects fewer weights. Setting: {SETTING}."
    )
    if effect == 1:
        return Judgement(Verdict.HOLDS if with_both == with_effect else Verdict.MISLEADING, found)
    return Judgement(Verdict.FALSE if effect == -1 else Verdict.NOT_SETTLED, found)


def _efficiency_rule(evidence: Evidence) -> Judgement:
    """Two statements: the claim holds where both are supported, and is false where both are contradicted."""
    lower, smaller = outcome(evidence, "efficiency"), outcome(evidence, "smaller learning rate")
    found = (
        f"That an infinite range reaches a lower loss in the same time {_WORDS[lower]} "
        f"({_tally(evidence, 'efficiency')}); that it needs a smaller learning rate {_WORDS[smaller]} "
        f"({_tally(evidence, 'smaller learning rate')}). Setting: {SETTING}."
    )
    if lower == smaller != 0:
        return Judgement(Verdict.HOLDS if lower == 1 else Verdict.FALSE, found)
    return Judgement(Verdict.NOT_SETTLED if 0 in (lower, smaller) else Verdict.MISLEADING, found)


SHARE = 0.95
"""The share of cases that claim 47 names."""
FAMILY_SEEDS = range(10)
FAMILY_DEPTHS = (1, 3)
FAMILY_WIDTH = 16
FAMILY_RATES = tuple(2.0**power for power in range(-6, 0))  # wide enough for the sigmoid, which wants large ones


def share_interval(wins: int, runs: int) -> tuple[float, float]:
    """Return the exact interval for a share (Clopper and Pearson 1934) at level 1 − `LEVEL`, to three digits."""
    low = betaincinv(wins, runs - wins + 1, LEVEL / 2) if wins else 0.0
    high = betaincinv(wins + 1, runs - wins, 1 - LEVEL / 2) if wins < runs else 1.0
    return round(float(low), 3), round(float(high), 3)


def _cases_evidence() -> Evidence:
    evidence: dict[str, tuple[float, float, float]] = {}
    for hidden_layers, scheme in product(FAMILY_DEPTHS, SCALES):
        sizes = (64, *(FAMILY_WIDTH,) * hidden_layers, 10)
        lowest = {}
        for name in ("relu", "tanh", "sigmoid"):
            study = train_online(name, sizes=sizes, seeds=FAMILY_SEEDS, rates=FAMILY_RATES, scheme=scheme, steps=STEPS)
            lowest[name] = np.nanmin(study.after, axis=1)
        for rival in ("tanh", "sigmoid"):
            wins = int((lowest["relu"] < lowest[rival]).sum())
            layers = "1 hidden layer" if hidden_layers == 1 else f"{hidden_layers} hidden layers"
            case = f"ReLU against {rival}, {layers}, started with {scheme}"
            evidence[f"{case}: share won by ReLU, and its 95 % interval"] = (
                wins / len(FAMILY_SEEDS),
                *share_interval(wins, len(FAMILY_SEEDS)),
            )
    return evidence


def _cases_rule(evidence: Evidence) -> Judgement:
    fits = [low <= SHARE <= high for _, low, high in evidence.values()]
    shares = [share for share, _, _ in evidence.values()]
    symmetric_wins = any(high < 0.5 for name, (_, _, high) in evidence.items() if "tanh" in name)
    least, most = min(shares), max(shares)
    found = f"Over {len(shares)} kinds of case, ReLU wins between {least:.0%} and {most:.0%} of the runs"
    if all(fits):
        return Judgement(Verdict.HOLDS, f"{found}; the claimed {SHARE:.0%} fits all of them.")
    if any(fits):
        helped = "In some of them the symmetric tanh does better, as the claim says. " if symmetric_wins else ""
        return Judgement(
            Verdict.NOT_SETTLED,
            f"{found}. {helped}The share depends on the rival and on the network, "
            f"so that {SHARE:.0%} means nothing without a list of the cases, and the document gives no such list.",
        )
    verdict = Verdict.MISLEADING if symmetric_wins else Verdict.FALSE
    return Judgement(verdict, f"{found}; the claimed {SHARE:.0%} fits none of them.")


CLAIMS = (
    Claim(
        number=5,
        documents=("D0",),
        statement="With a finite range, training tends to be more stable, because a pattern significantly changes only "
        "a few weights.",
        method=f"experiment, {SETTING}",
        chapter="range",
        compute=_stability_evidence,
        rule=_stability_rule,
    ),
    Claim(
        number=6,
        documents=("D0",),
        statement="With an infinite range, training tends to be more efficient, and wants a smaller learning rate.",
        method=f"experiment, {SETTING}",
        chapter="range",
        compute=_efficiency_evidence,
        rule=_efficiency_rule,
    ),
    Claim(
        number=47,
        documents=("D3",),
        statement="Symmetric activations with mean zero help in some networks; ReLU is better in 95% of cases.",
        method=f"experiment, {len(FAMILY_SEEDS)} seeds, Glorot and He start, "
        f"{' and '.join(map(str, FAMILY_DEPTHS))} hidden layers of {FAMILY_WIDTH} units, "
        f"{STEPS} presentations of single scanned digits, the best of {len(FAMILY_RATES)} rates for each run",
        chapter="range",
        compute=_cases_evidence,
        rule=_cases_rule,
    ),
)
