"""Explorables of curves: a function, its derivative and sliders, with the functions printed from SymPy.

Value and derivative come from one expression; nothing is written twice by hand.  `book.lab.frame` holds what every
explorable shares.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from html import escape
from typing import Any

import numpy as np
import sympy as sp

from autograder.catalogue import CATALOGUE, Activation, X, javascript_module
from book.lab.frame import BOTTOM, HEIGHT, SIZE, TOP, Plane, Slider, choice, control, framed, tick_label
from book.lab.html import Html, gallery_link, number

FLAT = 0.01
"""A curve counts as nearly flat where its slope is below this share of its steepest slope in the window."""
SAMPLES = 481
LEGEND = (
    '<span class="key value"></span> f(x) <span class="key slope"></span> f′(x) '
    '<span class="key zone"></span> nearly flat'
)


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
        with np.errstate(divide="ignore", invalid="ignore"):  # NumPy evaluates all pieces and then selects
            pair = [
                sp.lambdify(X, expr.subs(given), ["scipy", "numpy"])(x)
                for expr in (self.entry.expr, self.entry.derivative)
            ]
        value, slope = (np.broadcast_to(np.asarray(part, dtype=float), x.shape) for part in pair)
        return value, slope


def of_catalogue(name: str, *, values: tuple[float, float], sliders: tuple[Slider, ...] = ()) -> Curve:
    """Return a catalogue entry as a curve."""
    return Curve(entry=CATALOGUE[name], values=values, sliders=sliders)


def flat_zones(x: np.ndarray[Any, Any], slope: np.ndarray[Any, Any]) -> list[tuple[float, float]]:
    """Return the intervals of x on which the slope is below `FLAT` of its largest size."""
    flat = np.abs(slope) < FLAT * np.max(np.abs(slope))
    edges = np.flatnonzero(np.diff(np.concatenate(([False], flat, [False])).astype(int)))
    return [(float(x[start]), float(x[end - 1])) for start, end in zip(edges[::2], edges[1::2], strict=True)]


def in_words(x: np.ndarray[Any, Any], value: np.ndarray[Any, Any], slope: np.ndarray[Any, Any]) -> str:
    """Say for somebody who does not see it where a curve begins, passes and ends, and where it is nearly flat."""
    places = (0, len(x) // 2, len(x) - 1)
    at = [tick_label(float(x[place])) for place in places]
    values = [number(float(value[place])) for place in places]
    zones = [f"{tick_label(round(low, 1))} to {tick_label(round(high, 1))}" for low, high in flat_zones(x, slope)]
    flat = f"nearly flat from {' and from '.join(zones)}" if zones else "nowhere nearly flat"
    return (
        f"for x from {at[0]} to {at[2]}: the value is about {values[0]} at {at[0]}, {values[1]} at {at[1]} and "
        f"{values[2]} at {at[2]}; {flat}"
    )


def drawing(
    x: np.ndarray[Any, Any],
    value: np.ndarray[Any, Any],
    slope: np.ndarray[Any, Any],
    *,
    window: tuple[float, float],
    values: tuple[float, float],
) -> str:
    """Draw a curve and its derivative as the picture that needs no script."""
    plane = Plane(window, values)
    parts = []
    for start, end in flat_zones(x, slope):
        size = f'x="{plane.across(start):.1f}" width="{plane.across(end) - plane.across(start):.1f}"'
        parts.append(f'<rect class="zone" {size} y="{TOP}" height="{HEIGHT - TOP - BOTTOM}"/>')
    parts.append(plane.axes())
    parts += [
        plane.path(x.tolist(), heights.tolist(), kind=f"curve {kind}")
        for kind, heights in (("slope", slope), ("value", value))
    ]
    return "".join(parts)


def explorable(
    identity: str, *, title: str, curves: Sequence[Curve], window: tuple[float, float] = (-8.0, 8.0), start: float = 1.0
) -> Html:
    """Return an explorable: choose a curve, and another to stand beside it, move the cursor, move the parameters.

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
    x = np.linspace(*window, SAMPLES)
    chosen = choice(identity, "Function", {curve.entry.name: curve.entry.title for curve in curves})
    cursor = Slider(name="x", label="x", low=window[0], high=window[1], step=0.01, start=start)
    functions = javascript_module([curve.entry for curve in curves], "functions")
    return framed(
        identity,
        kind="curve",
        title=title + _pages(curves),
        alt=f"{first.entry.title} (solid) and its derivative (dashed) {in_words(x, *first.sample(x))}",
        picture=drawing(x, *first.sample(x), window=window, values=first.values),
        facts={"window": window, "size": SIZE, "flat": FLAT, "curves": [_facts(curve) for curve in curves]},
        controls=(chosen + _against(identity, curves) if len(curves) > 1 else "")
        + control(identity, cursor)
        + '<div class="parameters"></div>',
        legend=LEGEND,
        functions=f"{{ {functions} (window.explorables ??= {{}})[{json.dumps(identity)}] = functions; }}",
    )


def _against(identity: str, curves: Sequence[Curve]) -> str:
    """Return the list from which the reader chooses a second function, to see it beside the first."""
    titles = {"": "nothing", **{curve.entry.name: curve.entry.title for curve in curves}}
    options = "".join(f'<option value="{escape(name)}">{escape(title)}</option>' for name, title in titles.items())
    key = f"{identity}-against"
    return f'<label for="{key}">Compare with</label><select id="{key}" data-against>{options}</select><span></span>'


def _pages(curves: Sequence[Curve]) -> str:
    """Return links to the gallery's pages of the functions to choose from; a page about one function needs none."""
    listed = [curve.entry for curve in curves if CATALOGUE.get(curve.entry.name) is curve.entry]
    if len(curves) == 1 or not listed:
        return ""
    links = ", ".join(gallery_link(entry.name, entry.title).text for entry in listed)
    return f'<span class="more">In the gallery: {links}.</span>'


def _facts(curve: Curve) -> dict[str, Any]:
    """Return what the script must know of a curve besides its two functions."""
    return {
        "name": curve.entry.name,
        "title": curve.entry.title,
        "values": curve.values,
        "sliders": [vars(slider) for slider in curve.sliders],
    }
