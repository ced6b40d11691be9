"""The frame around every explorable: picture, controls, readout, caption, and the script that moves it.

Python writes the picture that a reader without JavaScript sees.  A kind of explorable is a file
``book/_static/explorables/<kind>.js`` that calls ``book.start("<kind>", (figure, facts) => …)`` with the tools of
``book.js``; the kind ``curve`` is part of ``book.js`` itself.
"""

from __future__ import annotations

import json
import math
from collections.abc import Sequence
from dataclasses import dataclass
from html import escape
from pathlib import Path
from typing import Any

from book.lab.html import Html

WIDTH, HEIGHT = 640, 400
LEFT, RIGHT, TOP, BOTTOM = 52, 14, 14, 34
"""Size and margins of a picture in SVG units; the scripts read them from the page."""
SIZE = (WIDTH, HEIGHT, LEFT, RIGHT, TOP, BOTTOM)
SCRIPTS = Path(__file__).resolve().parent.parent / "_static" / "explorables"


@dataclass(frozen=True, kw_only=True)
class Slider:
    """A number that the reader moves: its name, label, ends, step and start."""

    name: str
    label: str
    low: float
    high: float
    step: float
    start: float


@dataclass(frozen=True)
class Plane:
    """The map from numbers to the picture: ends of the x axis and of the y axis."""

    x: tuple[float, float]
    y: tuple[float, float]

    def across(self, x: float) -> float:
        """Return where a number stands from the left, in SVG units."""
        low, high = self.x
        return LEFT + (x - low) / (high - low) * (WIDTH - LEFT - RIGHT)

    def down(self, y: float) -> float:
        """Return where a number stands from the top, in SVG units."""
        low, high = self.y
        return TOP + (high - y) / (high - low) * (HEIGHT - TOP - BOTTOM)

    def path(self, xs: Sequence[float], ys: Sequence[float], *, kind: str) -> str:
        """Return a line through points as an SVG path of class ``kind``."""
        points = "L".join(f"{self.across(x):.1f} {self.down(y):.1f}" for x, y in zip(xs, ys, strict=True))
        return f'<path class="{kind}" d="M{points}"/>'

    def axes(self) -> str:
        """Return grid lines with their numbers."""
        parts = []
        for tick in nice_ticks(*self.x):
            at = f"{self.across(tick):.1f}"
            parts.append(f'<path class="grid" d="M{at} {TOP}V{HEIGHT - BOTTOM}"/>')
            parts.append(f'<text x="{at}" y="{HEIGHT - 12}" text-anchor="middle">{tick_label(tick)}</text>')
        for tick in nice_ticks(*self.y):
            at = f"{self.down(tick):.1f}"
            parts.append(f'<path class="grid" d="M{LEFT} {at}H{WIDTH - RIGHT}"/>')
            parts.append(f'<text x="{LEFT - 8}" y="{at}" dy="4" text-anchor="end">{tick_label(tick)}</text>')
        return "".join(parts)


def nice_ticks(low: float, high: float) -> list[float]:
    """Return round numbers in [low, high], about six of them."""
    rough = (high - low) / 6
    power = 10.0 ** math.floor(math.log10(rough))
    step = next(power * factor for factor in (1, 2, 5, 10) if power * factor >= rough)
    return [round(index * step, 10) for index in range(math.ceil(low / step), math.floor(high / step) + 1)]


def tick_label(tick: float) -> str:
    """Return a number for people, with a real minus sign."""
    return f"{tick:g}".replace("-", "−")


def control(identity: str, slider: Slider) -> str:
    """Return a labelled range input; the browser gives it keyboard and touch."""
    key = f"{identity}-{slider.name}"
    return (
        f'<label for="{key}">{escape(slider.label)}</label>'
        f'<input id="{key}" type="range" data-slider="{slider.name}" min="{slider.low}" max="{slider.high}" '
        f'step="{slider.step}" value="{slider.start}"><output for="{key}">{tick_label(slider.start)}</output>'
    )


def choice(identity: str, label: str, options: dict[str, str]) -> str:
    """Return a labelled list to choose from: value → words; the first is chosen at the start."""
    listed = "".join(f'<option value="{escape(value)}">{escape(words)}</option>' for value, words in options.items())
    key = f"{identity}-choice"
    return f'<label for="{key}">{escape(label)}</label><select id="{key}">{listed}</select><span></span>'


def _unbroken(legend: str) -> str:
    """Return a legend whose marks stay on one line with their words."""
    if 'class="item"' in legend:
        return legend
    before, *items = legend.split('<span class="key ')
    return before + " ".join(f'<span class="item"><span class="key {item.strip()}</span>' for item in items)


def framed(
    identity: str,
    *,
    kind: str,
    title: str,
    alt: str,
    picture: str,
    facts: dict[str, Any],
    controls: str = "",
    legend: str = "",
    functions: str = "",
) -> Html:
    """Return an explorable as a figure.

    Parameters
    ----------
    identity
        Unique on the page: the element's id.
    kind
        Which script moves it.
    title
        A sentence that says what to look for; it becomes the caption (HTML).
    alt
        What the first position shows, for somebody who does not see it.
    picture
        The SVG content of the first position, which needs no script; the script finds it as ``[data-plot]``.
    facts
        What the script must know, as JSON.
    controls
        HTML of `control` and `choice`, hidden without JavaScript.
    legend
        HTML that explains the marks.
    functions
        JavaScript that sets ``window.explorables[identity]``, printed by SymPy.
    """
    clip = f"{identity}-clip"
    box = f'x="{LEFT}" y="{TOP}" width="{WIDTH - LEFT - RIGHT}" height="{HEIGHT - TOP - BOTTOM}"'
    own_file = "" if kind == "curve" else f'<script defer src="../_static/explorables/{kind}.js"></script>'
    if own_file and not (SCRIPTS / f"{kind}.js").is_file():
        raise ValueError(
            f"The explorable {identity!r} is of the kind {kind!r}, and {SCRIPTS.name}/{kind}.js is missing."
        )
    data = json.dumps(facts, separators=(",", ":")).replace("</", "<\\/")
    return Html(
        f'<figure class="explorable" id="{identity}" data-explorable="{kind}">'
        f'<svg viewBox="0 0 {WIDTH} {HEIGHT}" role="img" aria-label="{escape(alt)}">'
        f'<clipPath id="{clip}"><rect {box}/></clipPath><g data-plot data-clip="{clip}">{picture}</g></svg>'
        + (f'<p class="legend">{_unbroken(legend)}</p>' if legend else "")
        + f'<div class="controls" hidden>{controls}</div>'
        '<p class="readout" hidden></p><p class="visually-hidden" aria-live="polite"></p>'
        '<p class="without-script">With JavaScript this picture moves; without it, you see its first position.</p>'
        f"<figcaption>{title}</figcaption>"
        f'<script type="application/json">{data}</script>'
        + (f"<script>{functions}</script>" if functions else "")
        + f"{own_file}</figure>"
    )
