"""The explorable of a gradient's way back through a very wide network, layer by layer."""

from __future__ import annotations

import json
import math
from collections.abc import Sequence
from typing import Any

import numpy as np

from autograder.catalogue import CATALOGUE, javascript_module
from autograder.reference import REFERENCE
from book.lab.claims.saturation_depth import FAR
from book.lab.depth import normal_nodes, wide_network
from book.lab.frame import SIZE, Plane, Slider, choice, control, framed
from book.lab.html import Html

DECADES = (-16.0, 10.0)
"""Ends of the axis of gradients, as powers of ten."""
SCALE = Slider(name="scale", label="weights, σ", low=0.2, high=5, step=0.01, start=round(math.sqrt(2), 2))
DEPTH = Slider(name="depth", label="layers", low=2, high=50, step=1, start=20)


def gradient_picture(gradients: Sequence[float]) -> str:
    """Draw the gradient's size by layer, as a power of ten, with the band in which it counts as kept."""
    plane = Plane((1, len(gradients)), DECADES)
    top, bottom = (plane.down(sign * math.log10(FAR)) for sign in (1, -1))
    left, right = plane.across(1), plane.across(len(gradients))
    band = f'<rect class="kept" x="{left:.1f}" width="{right - left:.1f}" y="{top:.1f}" height="{bottom - top:.1f}"/>'
    layers = list(range(1, len(gradients) + 1))
    powers = np.clip(np.log10(gradients), *DECADES).tolist()
    return band + plane.axes() + plane.path(layers, powers, kind="curve value")


def depth_explorable(identity: str, *, title: str, names: Sequence[str]) -> Html:
    """Return the explorable for some activations of the catalogue; the first is shown at the start.

    Parameters
    ----------
    identity
        Unique on the page: the element's id and the key of its functions.
    title
        A sentence that says what to look for; it becomes the caption.
    names
        Elementwise activations, by their names in the catalogue.
    """
    points, weights = normal_nodes()
    reference: Any = REFERENCE[names[0]]
    first = wide_network(reference, scale=SCALE.start, depth=int(DEPTH.start)).gradients.tolist()
    functions = javascript_module([CATALOGUE[name] for name in names], "functions")
    return framed(
        identity,
        kind="depth",
        title=title,
        alt=(
            f"Size of the gradient by layer in a network of {DEPTH.start:g} layers with {CATALOGUE[names[0]].title} "
            f"and σ = {SCALE.start:g}, on a logarithmic scale: 1 in the last layer, {first[0]:.2g} in the first."
        ),
        picture=gradient_picture(first),
        facts={
            "size": SIZE,
            "decades": DECADES,
            "far": FAR,
            "points": points.tolist(),
            "weights": weights.tolist(),
            "titles": {name: CATALOGUE[name].title for name in names},
        },
        controls=choice(identity, "Function", {name: CATALOGUE[name].title for name in names})
        + control(identity, SCALE)
        + control(identity, DEPTH),
        legend='<span class="item"><span class="key value"></span> size of the gradient</span> '
        f'<span class="item"><span class="key kept"></span> within a factor of {FAR:g} of the last</span> '
        "<br>to the right: the layer; upwards: the size as a power of ten",
        functions=f"{{ {functions} (window.explorables ??= {{}})[{json.dumps(identity)}] = functions; }}",
    )
