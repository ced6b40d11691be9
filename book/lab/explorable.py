"""Explorables: a curve, its derivative and sliders, as inline SVG with the functions printed from SymPy.

Python writes the picture that a reader without JavaScript sees, and the numbers and functions that ``book.js`` needs to
redraw it.  Value and derivative come from one expression; nothing is written twice by hand.
"""

from __future__ import annotations

import json
import math
from collections.abc import Sequence
from dataclasses import dataclass
from html import escape
from typing import Any

import numpy as np
import sympy as sp

from autograder.catalogue import CATALOGUE, Activation, X, javascript_module
from book.lab.claims.show import Html

WIDTH, HEIGHT = 640, 400
LEFT, RIGHT, TOP, BOTTOM = 52, 14, 14, 34
"""Size and margins of the picture in SVG units; the script reads them from the page."""
FLAT = 0.01
"""A curve counts as nearly flat where its slope is below this share of its steepest slope in the window."""
SAMPLES = 481


@dataclass(frozen=True, kw_only=True)
class Slider:
    """A parameter that the reader moves: its name, label, ends, step and start."""

    name: str
    label: str
    low: float
    high: float
    step: float
    start: float


@dataclass(frozen=True, kw_only=True)
class Curve:
    """A function to explore: a catalogue entry or one made in its shape, the window of values shown, and its sliders.

    A parameter without a slider keeps its default.
    """

    entry: Activation
    values: tuple[float, float]
    sliders: tuple[Slider, ...] = ()

    def sample(self, x: np.ndarray[Any, Any]) -> tuple[np.ndarray[Any, Any], np.ndarray[Any, Any]]:
        """Return values and slopes at the start values of the sliders."""
        starts = {slider.name: slider.start for slider in self.sliders}
        given = {symbol: starts.get(symbol.name, default) for symbol, default in self.entry.defaults.items()}
        pair = [
            sp.lambdify(X, expr.subs(given), ["scipy", "numpy"])(x) for expr in (self.entry.expr, self.entry.derivative)
        ]
        value, slope = (np.broadcast_to(np.asarray(part, dtype=float), x.shape) for part in pair)
        return value, slope


def of_catalogue(name: str, *, values: tuple[float, float], sliders: tuple[Slider, ...] = ()) -> Curve:
    """Return a catalogue entry as a curve."""
    return Curve(entry=CATALOGUE[name], values=values, sliders=sliders)


def nice_ticks(low: float, high: float) -> list[float]:
    """Return round numbers in [low, high], about six of them."""
    rough = (high - low) / 6
    power = 10.0 ** math.floor(math.log10(rough))
    step = next(power * factor for factor in (1, 2, 5, 10) if power * factor >= rough)
    return [round(index * step, 10) for index in range(math.ceil(low / step), math.floor(high / step) + 1)]


def flat_zones(x: np.ndarray[Any, Any], slope: np.ndarray[Any, Any]) -> list[tuple[float, float]]:
    """Return the intervals of x on which the slope is below `FLAT` of its largest size."""
    flat = np.abs(slope) < FLAT * np.max(np.abs(slope))
    edges = np.flatnonzero(np.diff(np.concatenate(([False], flat, [False])).astype(int)))
    return [(float(x[start]), float(x[end - 1])) for start, end in zip(edges[::2], edges[1::2], strict=True)]


def _svg(curve: Curve, window: tuple[float, float]) -> str:
    """Draw the picture that needs no script."""
    (x_low, x_high), (y_low, y_high) = window, curve.values

    def across(x: float) -> float:
        return LEFT + (x - x_low) / (x_high - x_low) * (WIDTH - LEFT - RIGHT)

    def down(y: float) -> float:
        return TOP + (y_high - y) / (y_high - y_low) * (HEIGHT - TOP - BOTTOM)

    x = np.linspace(x_low, x_high, SAMPLES)
    value, slope = curve.sample(x)
    parts = []
    for start, end in flat_zones(x, slope):
        size = f'x="{across(start):.1f}" width="{across(end) - across(start):.1f}"'
        parts.append(f'<rect class="zone" {size} y="{TOP}" height="{HEIGHT - TOP - BOTTOM}"/>')
    for tick in nice_ticks(x_low, x_high):
        at = f"{across(tick):.1f}"
        parts.append(f'<path class="grid" d="M{at} {TOP}V{HEIGHT - BOTTOM}"/>')
        parts.append(f'<text x="{at}" y="{HEIGHT - 12}" text-anchor="middle">{_label(tick)}</text>')
    for tick in nice_ticks(y_low, y_high):
        at = f"{down(tick):.1f}"
        parts.append(f'<path class="grid" d="M{LEFT} {at}H{WIDTH - RIGHT}"/>')
        parts.append(f'<text x="{LEFT - 8}" y="{at}" dy="4" text-anchor="end">{_label(tick)}</text>')
    for kind, heights in (("slope", slope), ("value", value)):
        points = "L".join(f"{across(a):.1f} {down(b):.1f}" for a, b in zip(x, heights, strict=True))
        parts.append(f'<path class="curve {kind}" d="M{points}"/>')
    return "".join(parts)


def _label(tick: float) -> str:
    return f"{tick:g}".replace("-", "−")


def _control(identity: str, slider: Slider) -> str:
    """Return a labelled range input; the browser gives it keyboard and touch."""
    key = f"{identity}-{slider.name}"
    return (
        f'<label for="{key}">{escape(slider.label)}</label>'
        f'<input id="{key}" type="range" data-slider="{slider.name}" min="{slider.low}" max="{slider.high}" '
        f'step="{slider.step}" value="{slider.start}"><output for="{key}">{_label(slider.start)}</output>'
    )


def explorable(
    identity: str, *, title: str, curves: Sequence[Curve], window: tuple[float, float] = (-8.0, 8.0), start: float = 1.0
) -> Html:
    """Return an explorable: choose a curve, move the cursor, move the parameters.

    Parameters
    ----------
    identity
        Unique on the page: the element's id and the key of its functions.
    title
        A sentence that says what to look for; it becomes the caption.
    curves
        At least one; the first is shown at the start and without JavaScript.
    window
        Ends of the x axis.
    start
        Where the cursor stands at first.
    """
    first = curves[0]
    clip = f"{identity}-clip"
    box = f'x="{LEFT}" y="{TOP}" width="{WIDTH - LEFT - RIGHT}" height="{HEIGHT - TOP - BOTTOM}"'
    alt = f"{first.entry.title} (solid) and its derivative (dashed) for x from {window[0]:g} to {window[1]:g}"
    data = {
        "window": window,
        "size": [WIDTH, HEIGHT, LEFT, RIGHT, TOP, BOTTOM],
        "flat": FLAT,
        "curves": [_facts(curve) for curve in curves],
    }
    choice = ""
    if len(curves) > 1:
        options = "".join(
            f'<option value="{curve.entry.name}">{escape(curve.entry.title)}</option>' for curve in curves
        )
        key = f"{identity}-curve"
        choice = f'<label for="{key}">Function</label><select id="{key}">{options}</select><span></span>'
    cursor = Slider(name="x", label="x", low=window[0], high=window[1], step=0.01, start=start)
    functions = javascript_module([curve.entry for curve in curves], "functions")
    return Html(
        f'<figure class="explorable" id="{identity}" data-explorable>'
        f'<svg viewBox="0 0 {WIDTH} {HEIGHT}" role="img" aria-label="{escape(alt)}">'
        f'<clipPath id="{clip}"><rect {box}/></clipPath><g data-plot data-clip="{clip}">{_svg(first, window)}</g></svg>'
        '<p class="legend"><span class="key value"></span> f(x) <span class="key slope"></span> f′(x) '
        '<span class="key zone"></span> nearly flat</p>'
        f'<div class="controls" hidden>{choice}{_control(identity, cursor)}<div class="parameters"></div></div>'
        '<p class="readout" hidden></p><p class="visually-hidden" aria-live="polite"></p>'
        '<p class="without-script">With JavaScript this picture moves; without it, you see its first position.</p>'
        f"<figcaption>{title}</figcaption>"
        f'<script type="application/json">{json.dumps(data)}</script>'
        f"<script>{{ {functions} (window.explorables ??= {{}})[{json.dumps(identity)}] = functions; }}</script>"
        "</figure>"
    )


def _facts(curve: Curve) -> dict[str, Any]:
    """Return what the script must know of a curve besides its two functions."""
    return {
        "name": curve.entry.name,
        "title": curve.entry.title,
        "values": curve.values,
        "sliders": [vars(slider) for slider in curve.sliders],
    }
