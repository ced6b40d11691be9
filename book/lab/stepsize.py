"""The explorable of the step: how far a numerical derivative is off, from large steps to tiny ones."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import numpy as np
from numpy.typing import NDArray

from autograder.catalogue import CATALOGUE, javascript_module
from autograder.reference import REFERENCE
from book.lab.frame import HEIGHT, LEFT, RIGHT, SIZE, TOP, WIDTH, Plane, Slider, choice, control, framed
from book.lab.html import Html, number

Array = NDArray[np.float64]
FUNCTIONS = ("tanh", "sigmoid", "softplus", "gelu", "relu")
WINDOW = ((-16.0, 0.0), (-16.0, 1.0))
"""Powers of ten: of the step to the right, of the error upwards."""
SAMPLES = 321
START_X, START_POWER = 1.0, -2.0
LABELS = ("log₁₀ of the step h", "log₁₀ of the error")


def forward(f: Callable[[Any], Any], x: float, h: Array) -> Array:
    """Return (f(x + h) − f(x)) / h."""
    result: Array = (f(x + h) - f(x)) / h
    return result


def central(f: Callable[[Any], Any], x: float, h: Array) -> Array:
    """Return (f(x + h) − f(x − h)) / (2h)."""
    result: Array = (f(x + h) - f(x - h)) / (2 * h)
    return result


METHODS = {"forward": forward, "central": central}


def errors(name: str, x: float, h: Array) -> dict[str, Array]:
    """Return how far both differences of a function of the catalogue are off at x, for each step."""
    function: Any = REFERENCE[name]
    slope = float(function.derivative(x))
    return {method: np.abs(rule(function.value, x, h) - slope) for method, rule in METHODS.items()}


def rough(number: float) -> str:
    """Print a number to one digit with a power of ten, as in 2·10⁻¹⁶."""
    digit, _, exponent = f"{number:.0e}".partition("e")
    return f"{digit}·10{str(int(exponent)).translate(_RAISED)}"


_RAISED = str.maketrans("-0123456789", "⁻⁰¹²³⁴⁵⁶⁷⁸⁹")


def powers(values: Array) -> Array:
    """Return logarithms to base 10, at the lower edge of the picture where an error is 0."""
    with np.errstate(divide="ignore"):
        result: Array = np.maximum(np.log10(values), WINDOW[1][0])
    return result


def _picture() -> str:
    plane, power = Plane(*WINDOW), np.linspace(*WINDOW[0], SAMPLES)
    parts = [plane.axes(), _axis_titles()]
    for (_, found), kind in zip(errors(FUNCTIONS[0], START_X, 10.0**power).items(), ("slope", "value"), strict=True):
        parts.append(plane.path(power.tolist(), powers(found).tolist(), kind=f"curve {kind}"))
    at = plane.across(START_POWER)
    parts.append(f'<path class="cursor" d="M{at:.1f} {TOP}V{HEIGHT - 34}"/>')
    return "".join(parts)


def _axis_titles() -> str:
    across, upwards = LABELS
    return (
        f'<text x="{WIDTH - RIGHT - 4}" y="{HEIGHT - 42}" text-anchor="end">{across}</text>'
        f'<text x="{LEFT + 6}" y="{TOP + 14}">{upwards}</text>'
    )


def stepsize_explorable(identity: str) -> Html:
    """Return the explorable: choose a function and a point, and move the step."""
    first = CATALOGUE[FUNCTIONS[0]].title
    found = {method: float(values[0]) for method, values in errors(FUNCTIONS[0], START_X, np.array([0.01])).items()}
    sliders = (
        Slider(name="power", label="log₁₀ h", low=-16, high=0, step=0.05, start=START_POWER),
        Slider(name="x", label="x", low=-3, high=3, step=0.05, start=START_X),
    )
    functions = javascript_module([CATALOGUE[name] for name in FUNCTIONS], "functions")
    return framed(
        identity,
        kind="stepsize",
        title="Make the step smaller and smaller. Where is each error least, and why does it grow again?",
        alt=f"Error of two numerical derivatives of {first} at {START_X:g} against the step, both logarithmic. "
        f"With step 0.01 the forward difference is off by {number(found['forward'], 1)} and the central difference by "
        f"{number(found['central'], 1)}; both errors fall at first and grow again for tiny steps",
        picture=_picture(),
        facts={"window": WINDOW, "size": SIZE, "samples": SAMPLES, "labels": LABELS},
        controls=choice(identity, "Function", {name: CATALOGUE[name].title for name in FUNCTIONS})
        + "".join(control(identity, slider) for slider in sliders),
        legend='<span class="item"><span class="key slope"></span> forward difference</span> '
        '<span class="item"><span class="key value"></span> central difference</span>',
        functions=f"{{ {functions} (window.explorables ??= {{}})[{json.dumps(identity)}] = functions; }}",
    )
