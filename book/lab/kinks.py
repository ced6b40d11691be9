"""The explorable of kinks: a two-layer network whose four ReLU units build a curve."""

from __future__ import annotations

import json

import numpy as np

from autograder.catalogue import CATALOGUE, javascript_module
from autograder.reference import REFERENCE
from book.lab.explorable import SAMPLES
from book.lab.frame import SIZE, Plane, Slider, control, framed, tick_label
from book.lab.html import Html
from book.lab.piecewise import Array, curve

WINDOW = ((-3.0, 3.0), (-0.75, 1.75))
TARGET = "gaussian"
"""The function of the catalogue that the reader tries to build."""
STARTS = ((-2.0, 0.5), (-0.5, -0.5), (0.5, -0.5), (2.0, 0.5))
"""Position and bend of each unit at first: a first attempt that can be improved."""
BEND = 3.0
"""The largest bend in either direction."""
SUBSCRIPTS = "₁₂₃₄"


def distance(kinks: tuple[float, ...], bends: tuple[float, ...]) -> float:
    """Return the largest distance between the curve and the target at the points that are drawn."""
    x = np.linspace(*WINDOW[0], SAMPLES)
    return float(np.max(np.abs(curve(x, kinks, bends) - _target(x))))


def _target(x: Array) -> Array:
    result: Array = REFERENCE[TARGET].value(x)
    return result


def _picture() -> str:
    plane, x = Plane(*WINDOW), np.linspace(*WINDOW[0], 121)
    kinks, bends = zip(*STARTS, strict=True)
    parts = [plane.axes()]
    for kink, bend in STARTS:
        parts.append(_clipped(plane, x, curve(x, [kink], [bend]), "curve part"))
    parts.append(_clipped(plane, x, _target(x), "curve slope"))
    parts.append(_clipped(plane, x, curve(x, kinks, bends), "curve value"))
    for kink, height in zip(kinks, curve(np.array(kinks), kinks, bends), strict=True):
        parts.append(f'<circle class="point" cx="{plane.across(kink):.1f}" cy="{plane.down(height):.1f}" r="9"/>')
    return "".join(parts)


def _clipped(plane: Plane, x: Array, y: Array, kind: str) -> str:
    """Draw a line only where it lies in the window, since the static picture has no clip of its own."""
    inside = (y >= WINDOW[1][0]) & (y <= WINDOW[1][1])
    return plane.path(x[inside].tolist(), y[inside].tolist(), kind=kind)


def kinks_explorable(identity: str) -> Html:
    """Return the explorable: drag the kinks, or move position and bend of each unit by its sliders."""
    kinks, bends = zip(*STARTS, strict=True)
    sliders = []
    for number, (kink, bend) in enumerate(STARTS):
        low, high = WINDOW[0]
        sign = SUBSCRIPTS[number]
        sliders += [
            Slider(name=f"t{number + 1}", label=f"kink t{sign}", low=low, high=high, step=0.05, start=kink),
            Slider(name=f"c{number + 1}", label=f"bend c{sign}", low=-BEND, high=BEND, step=0.05, start=bend),
        ]
    functions = javascript_module([CATALOGUE["relu"], CATALOGUE[TARGET]], "functions")
    placed = ", ".join(tick_label(kink) for kink in kinks)
    return framed(
        identity,
        kind="kinks",
        title="Build the bell with four ReLU units. "
        "Drag a kink sideways to move it, up or down to bend the curve there. "
        "How small can you make the largest distance?",
        alt=f"A curve of straight pieces with kinks at {placed} (solid), the four units that it is made of (thin), "
        f"and a bell (dashed); the largest distance is {distance(kinks, bends):.2f}",
        picture=_picture(),
        facts={"window": WINDOW, "size": SIZE, "samples": SAMPLES, "units": len(STARTS), "target": TARGET},
        controls="".join(control(identity, slider) for slider in sliders),
        legend='<span class="item"><span class="key value"></span> the network</span> '
        '<span class="item"><span class="key part"></span> its units</span> '
        '<span class="item"><span class="key slope"></span> the bell</span>',
        functions=f"{{ {functions} (window.explorables ??= {{}})[{json.dumps(identity)}] = functions; }}",
    )
