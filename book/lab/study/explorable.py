"""The explorables of the training study: one setting at a time, with two activations to compare.

Accuracies and training curves are those of the committed tables; the script draws and computes nothing.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from html import escape
from typing import Any

import numpy as np

from book.lab.frame import HEIGHT, LEFT, SIZE, WIDTH, Plane, choice, framed, tick_label
from book.lab.html import Html
from book.lab.study.grid import ACTIVATIONS, DEPTHS, KEPT, RATES, STARTS, STEPS
from book.lab.study.summary import START_TITLES, TITLES, Tried, at_rates
from book.lab.study.table import beginnings

PAIR = ("sigmoid", "relu")
"""The two that are compared at first."""
FIRST = (10, "he", 1 / 16)
"""Depth, start and learning rate at first."""
HIGHEST = 3.0
"""The top of the training curves' picture; guessing costs 2.3."""
VIEWS = {"accuracy": "Test accuracy", "curve": "Training curves"}
RATE_WORDS = {rate: f"1/{round(1 / rate)}" if rate < 1 else f"{rate:g}" for rate in RATES}


def _short(value: float, digits: int = 2) -> float | None:
    """Return a number as JSON can hold it, with a few digits; None where it is missing."""
    return float(f"{value:.{digits}g}") if math.isfinite(value) else None


def curve_of(found: Tried) -> list[list[float | None]]:
    """Return the lowest, middle and highest training loss over the seeds at each point; a diverged one is infinite."""
    losses = np.array([row.curve for row in found.rows])
    losses[np.isnan(losses)] = np.inf
    return [[_short(v) for v in line] for line in (losses.min(axis=0), np.median(losses, axis=0), losses.max(axis=0))]


def norms_of(activation: str, depth: int, start: str) -> list[list[float | None]]:
    """Return log₁₀ of the lowest, middle and highest gradient norm over the seeds, for each layer."""
    norms = np.array([one.norms for one in beginnings()[activation, depth, start]])
    with np.errstate(divide="ignore"):
        logs = np.log10(norms)
    return [[_short(v, 3) for v in line] for line in (logs.min(axis=0), np.median(logs, axis=0), logs.max(axis=0))]


def _each(make: Any) -> dict[str, Any]:
    """Return a fact of every activation, depth and start, nested in that order."""
    return {
        name: {str(depth): {start: make(name, depth, start) for start in STARTS} for depth in DEPTHS}
        for name in ACTIVATIONS
    }


def _accuracies(name: str, depth: int, start: str) -> list[list[float]]:
    return [sorted(found.accuracies) for found in at_rates(name, depth, start)]


def _curves(name: str, depth: int, start: str) -> list[Any]:
    return [curve_of(found) for found in at_rates(name, depth, start)]


def _selects(identity: str, parts: Sequence[str]) -> str:
    """Return the lists to choose from; the script reads them by the part of the id in the middle."""
    titles = {name: TITLES[name] for name in ACTIVATIONS}
    lists = {
        "view": ("Show", VIEWS),
        "depth": ("Hidden layers", {str(depth): str(depth) for depth in DEPTHS}),
        "start": ("Initialisation", dict(START_TITLES)),
        "rate": ("Learning rate", {str(index): words for index, words in enumerate(RATE_WORDS.values())}),
        "first": ("Compare", titles),
        "second": ("with", titles),
    }
    chosen = {
        "depth": str(FIRST[0]),
        "start": FIRST[1],
        "rate": str(RATES.index(FIRST[2])),
        "first": PAIR[0],
        "second": PAIR[1],
    }
    html = ""
    for part in parts:
        made = choice(f"{identity}-{part}", *lists[part])
        value = f'value="{escape(chosen.get(part, ""))}"'
        html += made.replace(value, f"{value} selected")
    return html


LEGEND = (
    '<span class="key value"></span> <span data-name="first">{}</span> '
    '<span class="key slope"></span> <span data-name="second">{}</span> '
    '<span class="key other"></span> the other five'
).format(*(TITLES[name] for name in PAIR))


def _lines(plane: Plane, xs: Sequence[float], lines: dict[str, list[list[float | None]]]) -> str:
    """Draw the median of every activation, the pair on top."""
    order = [name for name in ACTIVATIONS if name not in PAIR] + list(PAIR)
    kinds = dict(zip(PAIR, ("curve value", "curve slope"), strict=True))
    parts = [plane.axes()]
    for name in order:
        points = [(x, y) for x, y in zip(xs, lines[name][1], strict=True) if y is not None]
        inside = [(x, min(max(y, plane.y[0]), plane.y[1])) for x, y in points]
        if inside:
            parts.append(plane.path(*zip(*inside, strict=True), kind=kinds.get(name, "other")))
    return "".join(parts)


def _rows() -> str:
    """Draw the accuracies of every activation in a row of its own."""
    plane = Plane((0, 1), (len(ACTIVATIONS), 0))
    parts = [_accuracy_axis(plane)]
    kinds = dict(zip(PAIR, ("value", "slope"), strict=True))
    for row, name in enumerate(ACTIVATIONS):
        [found] = [one for one in at_rates(name, *FIRST[:2]) if one.cell.rate == FIRST[2]]
        parts.append(f'<text x="{LEFT + 4}" y="{plane.down(row + 0.42):.1f}">{TITLES[name]}</text>')
        parts += [
            f'<circle class="dot {kinds.get(name, "")}" cx="{plane.across(value):.1f}" '
            f'cy="{plane.down(row + 0.7):.1f}" r="6"/>'
            for value in found.accuracies
        ]
    return "".join(parts)


def _accuracy_axis(plane: Plane) -> str:
    marks = ""
    for tick in range(0, 101, 20):
        at = f"{plane.across(tick / 100):.1f}"
        marks += f'<path class="grid" d="M{at} {SIZE[4]}V{HEIGHT - SIZE[5]}"/>'
        x, anchor = (f"{WIDTH}", "end") if tick == 100 else (at, "middle")
        marks += f'<text x="{x}" y="{HEIGHT - 12}" text-anchor="{anchor}">{tick}%</text>'
    return marks


def study_explorable(identity: str, *, title: str) -> Html:
    """Return the explorable of test accuracies and training curves."""
    depth, start, rate = FIRST
    return framed(
        identity,
        kind="study",
        title=title,
        alt=f"Test accuracy of seven activations, five networks each, with {depth} hidden layers, "
        f"{START_TITLES[start]} start, learning rate {RATE_WORDS[rate]}: medians {_medians_in_words()}",
        picture=_rows(),
        facts={
            "size": SIZE,
            "titles": {name: TITLES[name] for name in ACTIVATIONS},
            "accuracy": _each(_accuracies),
            "curve": _each(_curves),
            "steps": list(range(0, STEPS + 1, KEPT)),
            "highest": HIGHEST,
        },
        controls=_selects(identity, ("view", "depth", "start", "rate", "first", "second")),
        legend=LEGEND,
    )


def norms_explorable(identity: str, *, title: str) -> Html:
    """Return the explorable of gradient norms by layer before the first step."""
    depth, start, _ = FIRST
    lines = {name: norms_of(name, depth, start) for name in ACTIVATIONS}
    layers = list(range(1, depth + 2))
    return framed(
        identity,
        kind="study",
        title=title,
        alt=f"Logarithm of the gradient norm of each layer for seven activations, {depth} hidden layers, "
        f"{START_TITLES[start]} start: in the first and the last layer, medians, {_ends_in_words(lines)}",
        picture=_lines(Plane((1, depth + 1), norm_window(lines)), layers, lines),
        facts={
            "size": SIZE,
            "titles": {name: TITLES[name] for name in ACTIVATIONS},
            "norms": _each(norms_of),
        },
        controls=_selects(identity, ("depth", "start", "first", "second")),
        legend=LEGEND,
    )


def _medians_in_words() -> str:
    """Say how accurate each activation is in the first position."""
    depth, start, rate = FIRST
    found = {name: at_rates(name, depth, start)[RATES.index(rate)] for name in ACTIVATIONS}
    return ", ".join(f"{TITLES[name]} {float(f'{100 * one.accuracy:.1f}'):g}%" for name, one in found.items())


def _ends_in_words(lines: dict[str, list[list[float | None]]]) -> str:
    """Say where each activation's line begins and ends, as a power of ten."""
    ends = {name: (line[1][0], line[1][-1]) for name, line in lines.items()}
    return ", ".join(f"{TITLES[name]} {' and '.join(map(_power_in_words, pair))}" for name, pair in ends.items())


def _power_in_words(exponent: float | None) -> str:
    """Return an exponent to a tenth; no number is unknown, and zero has no sign."""
    return "unknown" if exponent is None else tick_label(round(exponent, 1) + 0.0)


def norm_window(lines: dict[str, list[list[float | None]]]) -> tuple[float, float]:
    """Return whole powers of ten around all medians."""
    medians = [value for line in lines.values() for value in line[1] if value is not None]
    return float(math.floor(min(medians))), float(math.ceil(max(medians)))
