"""The explorable of softmax: logits and a temperature by slider, probabilities as bars, two classes as a sigmoid."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

import numpy as np

from autograder.catalogue import CATALOGUE, javascript_module
from autograder.reference import REFERENCE
from book.lab.frame import BOTTOM, HEIGHT, LEFT, RIGHT, SIZE, TOP, WIDTH, Slider, choice, control, framed, tick_label
from book.lab.html import Html

CLASSES = {"3": "three", "2": "two, and the sigmoid", "4": "four"}
LOGITS = tuple(
    Slider(name=f"z{number}", label=f"logit z{sign}", low=-5, high=5, step=0.1, start=start)
    for number, sign, start in ((1, "₁", 2.0), (2, "₂", 1.0), (3, "₃", -1.0), (4, "₄", 0.0))
)
TEMPERATURE = Slider(name="temperature", label="temperature T", low=0.1, high=10, step=0.1, start=1)
TICKS = (0.0, 0.25, 0.5, 0.75, 1.0)
BAR = 0.6
"""A bar's share of the room of its class."""


def bars(probabilities: Sequence[float]) -> str:
    """Draw probabilities as bars with their values, and grid lines from 0 to 1."""
    room, floor = (WIDTH - LEFT - RIGHT) / len(probabilities), HEIGHT - BOTTOM
    parts = []
    for tick in TICKS:
        y = floor - tick * (floor - TOP)
        parts.append(f'<path class="grid" d="M{LEFT} {y:.1f}H{WIDTH - RIGHT}"/>')
        parts.append(f'<text x="{LEFT - 8}" y="{y:.1f}" dy="4" text-anchor="end">{tick_label(tick)}</text>')
    for index, probability in enumerate(probabilities):
        middle, height = LEFT + (index + 0.5) * room, probability * (floor - TOP)
        size = f'width="{BAR * room:.1f}" height="{height:.1f}"'
        parts.append(f'<rect class="bar" x="{middle - BAR * room / 2:.1f}" y="{floor - height:.1f}" {size}/>')
        label = (
            f'<text class="on-bar" x="{middle:.1f}" y="{max(floor - height - 6, TOP + 14):.1f}" text-anchor="middle">'
        )
        parts.append(f"{label}{probability:.3f}</text>")
        parts.append(f'<text x="{middle:.1f}" y="{HEIGHT - 12}" text-anchor="middle">class {index + 1}</text>')
    return "".join(parts)


def temperature_explorable(identity: str, *, title: str) -> Html:
    """Return the explorable.

    Parameters
    ----------
    identity
        Unique on the page: the element's id and the key of its functions.
    title
        A sentence that says what to look for; it becomes the caption.
    """
    softmax: Any = REFERENCE["softmax"]
    start = softmax.value(np.array([slider.start for slider in LOGITS[:3]])).tolist()
    said = ", ".join(f"{probability:.3f}" for probability in start)
    functions = javascript_module([CATALOGUE["softmax"], CATALOGUE["sigmoid"]], "functions")
    return framed(
        identity,
        kind="temperature",
        title=title,
        alt=f"Bars for the probabilities of three classes at temperature {TEMPERATURE.start:g}: {said}.",
        picture=bars(start),
        facts={"size": SIZE, "ticks": TICKS, "bar": BAR},
        controls=choice(identity, "Classes", CLASSES)
        + control(identity, TEMPERATURE)
        + "".join(control(identity, slider) for slider in LOGITS),
        functions=f"{{ {functions} (window.explorables ??= {{}})[{json.dumps(identity)}] = functions; }}",
    )
