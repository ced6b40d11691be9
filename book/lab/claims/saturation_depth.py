"""The claims about gradients in deep networks: random networks at their start, measured from the last layer back.

What is measured is the norm of the gradient with respect to a layer's pre-activations, a product of one Jacobian for
each layer above.  See `book.lab.depth`.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from itertools import product
from typing import Any

import numpy as np

from book.lab.claims._claim import Claim, Evidence, Judgement, Verdict
from book.lab.claims.training import AGAINST, FOR, direction
from book.lab.depth import PATTERNS, SEEDS, STARTS, WIDTH, measured
from book.lab.networks import hidden

DEPTH = 20
DEPTHS = (10, 40)
FAR = 100.0
"""A gradient has vanished (exploded) where the first layer's is this many times smaller (larger) than the last's.

With one learning rate for all layers, one of them then needs a hundred passes for what another learns in one.
"""
VANISHED, KEPT, EXPLODED = "vanishes", "is kept", "explodes"
USUAL = ("Glorot", "He")
SETTING = f"{len(SEEDS)} seeds, {DEPTH} layers of {WIDTH} units that read {PATTERNS} scanned digits"
STARTS_SAID = "starts: normal weights with standard deviation " + ", ".join(STARTS)


@cache
def first_over_last(name: str, start: str, depth: int = DEPTH, *, batch_norm: bool = False) -> tuple[float, ...]:
    """Return the first layer's gradient norm over the last layer's, for every seed."""
    return tuple(measured(name, start, depth, batch_norm=batch_norm)[:, 0].tolist())


RATIO = "first layer’s gradient over the last’s"


def outcome(ratio: float) -> str:
    """Say what became of a gradient."""
    if ratio < 1 / FAR:
        return VANISHED
    return EXPLODED if ratio > FAR else KEPT


def outcomes(ratios: Mapping[str, Any], name: str) -> dict[str, str]:
    """Return by start what became of the gradient of one activation, by the median of its runs."""
    return {start: outcome(float(np.median(ratios[f"{name}, {start}"]))) for start in STARTS}


def _ratios(*names: str) -> dict[str, tuple[float, ...]]:
    return {f"{name}, {start}": first_over_last(name, start) for name, start in product(names, STARTS)}


def listed(words: Any) -> str:
    """Return words as a list in a sentence."""
    *first, last = list(words)
    return f"{', '.join(first)} and {last}" if first else last


RAISED = str.maketrans("-0123456789", "⁻⁰¹²³⁴⁵⁶⁷⁸⁹")


def scientific(number: float) -> str:
    """Print a number for a sentence, as a mantissa of two digits and a power of ten."""
    mantissa, exponent = f"{number:.1e}".split("e")
    return f"{mantissa}·10{str(int(exponent)).translate(RAISED)}"


def power(ratio: Any) -> str:
    """Print a ratio of gradients for a sentence, by the median of its runs."""
    return scientific(float(np.median(ratio)))


# Claim 29: tanh against asinh, which does not saturate, and against a straight line.

PARTNERS = ("asinh", "identity")


def _saturating_evidence() -> Evidence:
    ratios = _ratios("tanh", *PARTNERS)
    tests = {}
    for partner, start in product(PARTNERS, STARTS):
        pairs = list(zip(ratios[f"tanh, {start}"], ratios[f"{partner}, {start}"], strict=True))
        smaller = sum(own < other for own, other in pairs)
        tests[f"tanh below {partner}, {start}: sign test"] = direction(smaller, len(pairs) - smaller)
    return {**{f"{RATIO}: {name}": values for name, values in ratios.items()}, **tests}


def _saturating_rule(evidence: Evidence) -> Judgement:
    words = {start: [evidence[f"tanh below {p}, {start}: sign test"] for p in PARTNERS] for start in STARTS}
    worse = [start for start, found in words.items() if set(found) == {FOR}]
    better = [start for start, found in words.items() if AGAINST in found]
    sizes = {start: evidence[f"{RATIO}: tanh, {start}"] for start in STARTS}
    gone = [start for start in STARTS if outcome(float(np.median(sizes[start]))) == VANISHED]
    found = (
        f"In {SETTING}, less gradient reaches the first layer with tanh than with asinh or the identity from "
        f"{len(worse)} of {len(STARTS)} starts. It falls below 1/{FAR:.0f} of the last layer's from "
        f"{len(gone)} of them{f' ({listed(gone)})' if gone else ''}."
    )
    if len(worse) == len(STARTS):
        return Judgement(Verdict.HOLDS, found)
    if worse:
        against = (
            f" From the start {listed(better)} it is the other way round: asinh, which does not saturate, keeps less."
            if better
            else ""
        )
        return Judgement(Verdict.HOLDS_IF, f"the start is {' or '.join(worse)}. {found}{against}")
    return Judgement(Verdict.FALSE if better else Verdict.NOT_SETTLED, found)


# Claim 61: small slopes and slopes above 1, against the size of the weights.

GENTLE = "sigmoid"
LEVEL_SLOPES = ("ReLU", "tanh")
STEEP = ("SELU", "GELU", "SiLU")


@cache
def steepest(name: str) -> float:
    """Return the largest slope on a fine grid, to four digits."""
    return round(float(np.max(np.abs(hidden(name.lower()).derivative(np.linspace(-10, 10, 20_001))))), 4)


def _slopes_evidence() -> Evidence:
    names = (GENTLE, *LEVEL_SLOPES, *STEEP)
    return {
        **{f"the largest slope of {name}": steepest(name) for name in names},
        **{f"{RATIO}: {name}": values for name, values in _ratios(*names).items()},
    }


def _slopes_rule(evidence: Evidence) -> Judgement:
    ratios = {name.partition(": ")[2]: values for name, values in evidence.items() if name.startswith(RATIO)}
    slopes = {name: evidence[f"the largest slope of {name}"] for name in (GENTLE, *LEVEL_SLOPES, *STEEP)}
    found = {name: outcomes(ratios, name) for name in slopes}
    small_vanishes = all(found[GENTLE][start] == VANISHED for start in USUAL)
    steep = [name for name, slope in slopes.items() if slope > 1]
    steep_explode = [name for name in steep if EXPLODED in (found[name][start] for start in USUAL)]
    flat_explode = [name for name, slope in slopes.items() if slope <= 1 and EXPLODED in found[name].values()]
    said = (
        f"The sigmoid, whose slope never exceeds {slopes[GENTLE]:g}, {'loses' if small_vanishes else 'does not lose'} "
        f"the gradient from the usual starts ({listed(USUAL)}). "
        f"Of {listed(steep)}, whose slopes exceed 1 somewhere, {len(steep_explode)} of {len(steep)} let it explode "
        f"there. Of those whose slopes do not, {listed(flat_explode) if flat_explode else 'none'} "
        f"{'let' if len(flat_explode) > 1 else 'lets'} it explode from another start. "
        "Each layer multiplies by its weights as well as by its slopes."
    )
    if small_vanishes and len(steep_explode) == len(steep):
        return Judgement(Verdict.HOLDS if not flat_explode else Verdict.HOLDS_IF, said)
    return Judgement(Verdict.MISLEADING if small_vanishes or steep_explode else Verdict.FALSE, said)


# Claim 62: does ReLU prevent it?


def _prevents_evidence() -> Evidence:
    return {f"{RATIO}: {name}": values for name, values in _ratios("ReLU", "tanh", "sigmoid").items()}


def _prevents_rule(evidence: Evidence) -> Judgement:
    ratios = {name.partition(": ")[2]: values for name, values in evidence.items()}
    found, rival = outcomes(ratios, "ReLU"), outcomes(ratios, "tanh")
    kept = [start for start, what in found.items() if what == KEPT]
    if len(kept) == len(found):
        return Judgement(Verdict.HOLDS, f"With ReLU the gradient is kept from every start tried: {SETTING}.")
    otherwise = "; ".join(
        f"from the start {start} it {what} (first layer over last: {power(ratios[f'ReLU, {start}'])})"
        for start, what in found.items()
        if what != KEPT
    )
    if not kept:
        return Judgement(Verdict.FALSE, f"With ReLU the gradient is kept from no start tried: {otherwise}.")
    others = [start for start, what in rival.items() if what == KEPT]
    return Judgement(
        Verdict.HOLDS_IF,
        f"the weights start as {' or '.join(kept)}. Not otherwise: {otherwise}. "
        + (f"tanh keeps the gradient from {listed(others)}. " if others else "tanh keeps it from none of the starts. ")
        + f"Each function needs weights that fit it. Setting: {SETTING}.",
    )


# Claim 51: batch normalisation.

BATCH_NAMES = ("sigmoid", "tanh", "ReLU")


def _share_lost(*, batch_norm: bool, depth: int) -> tuple[float, ...]:
    """Return for every start and activation the share of runs whose gradient vanished or exploded."""
    cases = product(BATCH_NAMES, STARTS)
    found = [first_over_last(name, start, depth, batch_norm=batch_norm) for name, start in cases]
    return tuple(float(np.mean([outcome(ratio) != KEPT for ratio in ratios])) for ratios in found)


WITH, WITHOUT = "with batch normalisation", "without it"


def _batch_norm_evidence() -> Evidence:
    shares = {}
    for depth, batch_norm in product(DEPTHS, (False, True)):
        lost = _share_lost(batch_norm=batch_norm, depth=depth)
        shares[f"share of runs lost, {depth} layers, {WITH if batch_norm else WITHOUT}"] = float(np.mean(lost))
    deepest = {
        f"{RATIO}, {max(DEPTHS)} layers, He, {name}, {WITH}": first_over_last(name, "He", max(DEPTHS), batch_norm=True)
        for name in BATCH_NAMES
    }
    return {**shares, **deepest}


def _batch_norm_rule(evidence: Evidence) -> Judgement:
    without, with_it = (
        np.array([evidence[f"share of runs lost, {depth} layers, {word}"] for depth in DEPTHS])
        for word in (WITHOUT, WITH)
    )
    shares = "; ".join(
        f"{depth} layers: {before:.0%} without, {after:.0%} with"
        for depth, before, after in zip(DEPTHS, without, with_it, strict=True)
    )
    found = f"Share of runs in which the gradient vanishes or explodes, over {len(STARTS)} starts, "
    found += f"{listed(BATCH_NAMES)}: {shares}."
    if np.any(with_it > without) or np.all(with_it == without):
        return Judgement(Verdict.FALSE, f"It does not become less likely at every depth. {found}")
    if not np.any(with_it > 0):
        return Judgement(Verdict.NOT_SETTLED, f"No run shows that it can still happen. {found}")
    return Judgement(Verdict.HOLDS, found)


def _claim(number: int, document: str, statement: str, compute: Any, rule: Any, setting: str = SETTING) -> Claim:
    return Claim(
        number=number,
        documents=(document,),
        statement=statement,
        method=f"experiment, {setting}; {STARTS_SAID}",
        chapter="saturation",
        compute=compute,
        rule=rule,
    )


CLAIMS = (
    _claim(
        29,
        "D2",
        "Because tanh saturates on both sides, it makes the vanishing gradient worse.",
        _saturating_evidence,
        _saturating_rule,
    ),
    _claim(
        51,
        "D3",
        "Batch normalisation does not rule out vanishing or exploding gradients; it makes them less likely.",
        _batch_norm_evidence,
        _batch_norm_rule,
        f"{len(SEEDS)} seeds, {listed(map(str, DEPTHS))} layers of {WIDTH} units that read {PATTERNS} scanned digits",
    ),
    _claim(
        61,
        "D4",
        "In deep networks gradients vanish where the activation has small derivatives only, and explode where its "
        "derivative can exceed 1.",
        _slopes_evidence,
        _slopes_rule,
    ),
    _claim(
        62,
        "D4",
        "ReLU prevents vanishing and exploding gradients.",
        _prevents_evidence,
        _prevents_rule,
    ),
)
