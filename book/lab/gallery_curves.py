"""The gallery's explorables: one for each activation, with a slider for each parameter, and its small picture."""

from __future__ import annotations

import json
from typing import Any

import numpy as np
import sympy as sp
from numpy.typing import NDArray

from autograder.catalogue import CATALOGUE, Activation, Parameter, javascript_module
from autograder.reference import REFERENCE
from book.lab.explorable import FLAT, LEGEND, SAMPLES, Curve, drawing, explorable, in_words
from book.lab.frame import SIZE, Slider, control, framed
from book.lab.html import Html

Array = NDArray[np.float64]

WINDOW = (-5.0, 5.0)
TALLEST = 6.0
"""Values beyond this are cut off: an exponential would otherwise flatten the rest of its picture."""
MARGIN = 0.08
"""Free share of the height above and below a curve."""
STEPS = (0.05, 0.01)
"""Steps of the sliders: the fine one for defaults that are no multiples of the coarse one."""
REACH = 80
"""How many steps a slider goes from the default to each side, where the parameter's domain allows it."""
SPARK_POINTS = 61
SPARK_WIDTH, SPARK_HEIGHT = 60, 32
OTHER = Slider(name="other", label="other entry", low=-3, high=3, step=STEPS[0], start=1.0)
"""Of a function of a vector: the entry that does not move with the cursor."""


def moving_entry(entry: Activation) -> int:
    """Return which of two entries the cursor moves: in a gated unit the gate, otherwise the first."""
    length = entry.length.subs(entry.defaults)
    return 1 if length.free_symbols and length.subs(dict.fromkeys(length.free_symbols, 2)) == 1 else 0


def sample(name: str, xs: Array, other: float = OTHER.start) -> tuple[Array, Array]:
    """Return values and slopes of an activation at its defaults; of a vector: of component 0 along `moving_entry`."""
    function: Any = REFERENCE[name]
    entry = CATALOGUE[name]
    if entry.kind == "elementwise":
        return function.value(xs), function.derivative(xs)
    moving = moving_entry(entry)
    pairs = np.full((len(xs), 2), other)
    pairs[:, moving] = xs
    return function.value(pairs)[:, 0], function.jacobian(pairs)[:, 0, moving]


def heights(*curves: Array) -> tuple[float, float]:
    """Return the ends of a y axis that shows the curves, cut off at `TALLEST`."""
    shown = np.clip(np.concatenate(curves), -TALLEST, TALLEST)
    low, high = float(shown.min()), float(shown.max())
    margin = MARGIN * ((high - low) or 1.0)
    return round(low - margin, 3), round(high + margin, 3)


def slider_of(parameter: Parameter, entry: Activation) -> Slider:
    """Return a slider around a parameter's default, inside its domain and its side of every constraint."""
    start = float(parameter.default)
    step = STEPS[0] if (start / STEPS[0]).is_integer() else STEPS[1]
    low, high = start - REACH * step, start + REACH * step
    for end, inside, side in (
        (parameter.domain.inf, parameter.domain.contains(parameter.domain.inf), -1),
        (parameter.domain.sup, parameter.domain.contains(parameter.domain.sup), 1),
    ):
        if end.is_finite:
            limit = float(end) if inside == sp.true else float(end) - side * step
            low, high = (max(low, limit), high) if side < 0 else (low, min(high, limit))
    for constraint in entry.constraints:
        defaults = [float(symbol.subs(entry.defaults)) for symbol in (constraint.lts, constraint.gts)]
        middle = sum(defaults) / 2
        if parameter.symbol == constraint.lts:
            high = min(high, middle)
        elif parameter.symbol == constraint.gts:
            low = max(low, middle + step)
    # A slider stands on its low end plus whole steps, so that the ends are moved until the default is among them.
    below, above = int((start - low) / step + 1e-9), int((high - start) / step + 1e-9)
    label = sp.pretty(parameter.symbol) if len(parameter.name) > 1 else parameter.name
    return Slider(
        name=parameter.name,
        label=label,
        low=round(start - below * step, 15),
        high=round(start + above * step, 15),
        step=step,
        start=start,
    )


def identity(name: str) -> str:
    """Return the id of an activation's explorable."""
    return f"explore-{name.replace('_', '-')}"


def picture_of(name: str) -> Html:
    """Return the explorable of an activation."""
    entry = CATALOGUE[name]
    xs = np.linspace(*WINDOW, SAMPLES)
    value, slope = sample(name, xs)
    values = heights(value, slope)
    if entry.kind == "vector":
        return _of_vector(entry, values)
    sliders = tuple(slider_of(parameter, entry) for parameter in entry.parameters)
    moves = "Move the cursor" + (
        " and the parameters." if len(sliders) > 1 else " and the parameter." if sliders else "."
    )
    curve = Curve(entry=entry, values=values, sliders=sliders)
    title = f"{entry.title}. {moves} The solid line is the function, the broken line its derivative."
    return explorable(identity(name), title=title, curves=[curve], window=WINDOW)


def _of_vector(entry: Activation, values: tuple[float, float]) -> Html:
    """Return the explorable of a function of a vector: its first component while one of two entries moves."""
    xs = np.linspace(*WINDOW, SAMPLES)
    moving = moving_entry(entry)
    inputs = "[x, other]" if moving == 0 else "[other, x]"
    key = identity(entry.name)
    functions = javascript_module([entry], "functions")
    component = (
        f"{{ {entry.name}: {{ value: (x, {{other}}) => functions.{entry.name}.value({inputs})[0], "
        f"derivative: (x, {{other}}) => functions.{entry.name}.jacobian({inputs})[0][{moving}] }} }}"
    )
    which = "the first entry" if moving == 0 else "the second entry, the gate,"
    cursor = Slider(name="x", label="x", low=WINDOW[0], high=WINDOW[1], step=0.01, start=1.0)
    title = f"First component of {entry.title}"
    curve = {"name": entry.name, "title": title, "values": values, "sliders": [vars(OTHER)]}
    value, slope = sample(entry.name, xs)
    return framed(
        key,
        kind="curve",
        title=f"{entry.title} of a vector of two entries. As {which} moves, the solid line is the first component of "
        "the result, and the broken line its derivative. The other entry has a slider of its own.",
        alt=f"First component of {entry.title} of two entries (solid) and its derivative (dashed) "
        f"as one entry is moved, {in_words(xs, value, slope)}",
        picture=drawing(xs, value, slope, window=WINDOW, values=values),
        facts={"window": WINDOW, "size": SIZE, "flat": FLAT, "curves": [curve]},
        controls=control(key, cursor) + '<div class="parameters"></div>',
        legend=LEGEND,
        functions=f"{{ {functions} (window.explorables ??= {{}})[{json.dumps(key)}] = {component}; }}",
    )


def spark(name: str) -> str:
    """Return a curve as the content of a small SVG of the comparison table."""
    xs = np.linspace(*WINDOW, SPARK_POINTS)
    value, _ = sample(name, xs)
    low, high = heights(value)
    across = (xs - xs[0]) / (xs[-1] - xs[0]) * SPARK_WIDTH
    down = (high - np.clip(value, low, high)) / (high - low) * SPARK_HEIGHT
    points = "L".join(f"{x:.0f} {y:.1f}" for x, y in zip(across, down, strict=True))
    return f'<path d="M{points}"/>'
