"""The explorable of the introduction: one unit with one input, its weight and its bias."""

from __future__ import annotations

import json
from typing import Any

import numpy as np

from autograder.catalogue import CATALOGUE, javascript_module
from autograder.reference import REFERENCE
from book.lab.explorable import FLAT, LEGEND, SAMPLES, drawing, in_words
from book.lab.frame import SIZE, Slider, choice, control, framed
from book.lab.html import Html

FUNCTIONS = {"sigmoid": (-0.5, 1.5), "tanh": (-1.5, 1.5), "relu": (-1.0, 5.0), "gelu": (-1.0, 5.0)}
"""The functions to choose from, each with the values that its picture shows."""
WINDOW = (-5.0, 5.0)
WEIGHT = Slider(name="w", label="weight w", low=-3, high=3, step=0.1, start=1)
BIAS = Slider(name="b", label="bias b", low=-3, high=3, step=0.1, start=0)
INPUT = Slider(name="x", label="input x", low=WINDOW[0], high=WINDOW[1], step=0.01, start=1)


def unit_explorable(identity: str, *, title: str) -> Html:
    """Return an explorable of f(wx + b) and its slope w f′(wx + b), for some functions f of the catalogue."""
    name, values = next(iter(FUNCTIONS.items()))
    function: Any = REFERENCE[name]
    x = np.linspace(*WINDOW, SAMPLES)
    z = WEIGHT.start * x + BIAS.start
    slope = WEIGHT.start * function.derivative(z)
    functions = javascript_module([CATALOGUE[each] for each in FUNCTIONS], "functions")
    units = (
        "Object.fromEntries(Object.entries(functions).map(([name, f]) => [name, { "
        "value: (x, { w, b }) => f.value(w * x + b), derivative: (x, { w, b }) => w * f.derivative(w * x + b) }]))"
    )
    sliders = [vars(WEIGHT), vars(BIAS)]
    curves = [
        {"name": each, "title": f"f(wx + b) with {CATALOGUE[each].title}", "values": shown, "sliders": sliders}
        for each, shown in FUNCTIONS.items()
    ]
    return framed(
        identity,
        kind="curve",
        title=title,
        alt=f"f(wx + b) with {CATALOGUE[name].title} (solid) and its derivative (dashed) "
        f"with w = {WEIGHT.start:g} and b = {BIAS.start:g}, {in_words(x, function.value(z), slope)}",
        picture=drawing(x, function.value(z), slope, window=WINDOW, values=values),
        facts={"window": WINDOW, "size": SIZE, "flat": FLAT, "curves": curves, "unit": True},
        controls=choice(identity, "Function f", {each: CATALOGUE[each].title for each in FUNCTIONS})
        + control(identity, INPUT)
        + '<div class="parameters"></div>',
        legend=LEGEND.replace("f(x)", "f(wx + b)").replace("f′(x)", "its slope"),
        functions=f"{{ {functions} (window.explorables ??= {{}})[{json.dumps(identity)}] = {units}; }}",
    )
