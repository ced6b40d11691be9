"""The explorable of XOR: a network with two inputs, two hidden units and one output, drawn as a shaded plane."""

from __future__ import annotations

import json
from itertools import groupby, pairwise

import numpy as np
from numpy.typing import NDArray

from autograder.catalogue import CATALOGUE, javascript_module
from autograder.reference import REFERENCE
from book.lab.claims.nonlinearity_networks import CORNERS, XOR
from book.lab.frame import SIZE, Plane, Slider, choice, control, framed
from book.lab.html import Html

Array = NDArray[np.float64]
WINDOW = ((-1.125, 2.125), (-0.5, 1.5))
"""Ends of both axes; one unit is as long to the right as upwards."""
CELLS = (130, 80)
LEVELS = tuple(level + 1e-9 for level in (0.0, 0.25, 0.5, 0.75, 1.0))
"""Outputs above which the shade changes, beside round numbers lest rounding decide; above the middle one is 1."""
FUNCTIONS = ("identity", "relu")
NAMES = ("w11", "w12", "b1", "w21", "w22", "b2", "v1", "v2", "c")
LABELS = ("w₁₁", "w₁₂", "b₁", "w₂₁", "w₂₂", "b₂", "v₁", "v₂", "c")
SOLUTION = (1.0, 1.0, 0.0, 1.0, 1.0, -1.0, 1.0, -2.0, 0.0)
"""The chapter's network, in the order of `NAMES`; it needs ReLU."""


def network(x: Array, activation: str, weights: tuple[float, ...]) -> Array:
    """Return v₁ f(w₁₁x₁ + w₁₂x₂ + b₁) + v₂ f(w₂₁x₁ + w₂₂x₂ + b₂) + c for points of shape (n, 2)."""
    w11, w12, b1, w21, w22, b2, v1, v2, c = weights
    hidden = REFERENCE[activation].value(x @ np.array([[w11, w21], [w12, w22]]) + np.array([b1, b2]))
    result: Array = hidden @ np.array([v1, v2]) + c
    return result


def shades(activation: str, weights: tuple[float, ...]) -> str:
    """Return the plane in shades of the output, one SVG path per shade, made of runs of equal cells."""
    plane = Plane(*WINDOW)
    columns, rows = (np.linspace(*ends, count + 1) for ends, count in zip(WINDOW, CELLS, strict=True))
    middle = (columns[:-1] + columns[1:]) / 2
    paths = [""] * (len(LEVELS) + 1)
    for low, high in pairwise(rows):
        points = np.column_stack([middle, np.full_like(middle, (low + high) / 2)])
        levels = np.searchsorted(LEVELS, network(points, activation, weights), side="right")
        start = 0
        for level, run in groupby(levels.tolist()):
            end = start + len(list(run))
            left, right = plane.across(columns[start]), plane.across(columns[end])
            paths[level] += f"M{left:.1f} {plane.down(high):.1f}H{right:.1f}V{plane.down(low):.1f}H{left:.1f}z"
            start = end
    return "".join(f'<path class="shade level-{index}" d="{path}"/>' for index, path in enumerate(paths) if path)


def _marks(activation: str, weights: tuple[float, ...]) -> str:
    """Return the four corners: a disc where XOR is 0, a square where it is 1, each with right or wrong."""
    plane, parts = Plane(*WINDOW), []
    for (x, y), wanted, found in zip(CORNERS, XOR, network(CORNERS, activation, weights), strict=True):
        across, down = plane.across(x), plane.down(y)
        if wanted:
            size = f'x="{across - 9:.1f}" y="{down - 9:.1f}" width="18" height="18"'
            parts.append(f'<rect class="corner" {size}/>')
        else:
            parts.append(f'<circle class="corner" cx="{across:.1f}" cy="{down:.1f}" r="10"/>')
        words = "right" if (found > 0.5) == bool(wanted) else "wrong"
        parts.append(f'<text class="mark" x="{across + 16:.1f}" y="{down + 5:.1f}">{words}</text>')
    return "".join(parts)


def xor_explorable(identity: str) -> Html:
    """Return the explorable: choose the activation, move nine numbers, and see which corners are right."""
    sliders = [
        Slider(name=name, label=label, low=-3, high=3, step=0.1, start=start)
        for name, label, start in zip(NAMES, LABELS, SOLUTION, strict=True)
    ]
    functions = javascript_module([CATALOGUE[name] for name in FUNCTIONS], "functions")
    first = FUNCTIONS[0]
    right = int(((network(CORNERS, first, SOLUTION) > 0.5) == XOR).sum())
    return framed(
        identity,
        kind="xor",
        title="Which of the four corners does the network get right? "
        "Begin with the identity, then choose ReLU and touch nothing else.",
        alt=f"The plane of both inputs, shaded by the output of a network with {CATALOGUE[first].title} activation: "
        f"the border between the two answers is straight, and {right} of the four corners are right",
        picture=shades(first, SOLUTION) + Plane(*WINDOW).axes() + _marks(first, SOLUTION),
        facts={
            "window": WINDOW,
            "size": SIZE,
            "cells": CELLS,
            "levels": LEVELS,
            "corners": [[*corner, wanted] for corner, wanted in zip(CORNERS.tolist(), XOR.tolist(), strict=True)],
        },
        controls=choice(identity, "Activation", {name: CATALOGUE[name].title for name in FUNCTIONS})
        + "".join(control(identity, slider) for slider in sliders),
        legend="".join(
            f'<span class="item">{item}</span> '
            for item in (
                '<span class="key answer-0"></span> output below ½',
                '<span class="key answer-1"></span> output above ½',
                "● XOR is 0",
                "■ XOR is 1",
            )
        ),
        functions=f"{{ {functions} (window.explorables ??= {{}})[{json.dumps(identity)}] = functions; }}",
    )
