"""The explorable of a loss in floating point: the textbook formula against the one that takes the logit."""

from __future__ import annotations

import json
from typing import Any

import numpy as np

from autograder.catalogue import CATALOGUE, javascript_module
from book.lab.claims.output_numbers import TYPES, stable_loss, textbook_loss
from book.lab.frame import BOTTOM, HEIGHT, SIZE, TOP, Plane, Slider, choice, control, framed
from book.lab.html import Html

WINDOW = (-60.0, 60.0)
DECADES = (-27.0, 3.0)
"""Ends of the axis of losses, as powers of ten."""
SAMPLES = 481
LOGIT = Slider(name="z", label="logit z", low=WINDOW[0], high=WINDOW[1], step=0.1, start=10)


def broken_zones(z: np.ndarray[Any, Any], loss: np.ndarray[Any, Any]) -> list[tuple[float, float]]:
    """Return the two intervals of z, left and right, on which a loss is exactly 0 or infinite."""
    sound = np.flatnonzero((loss > 0) & np.isfinite(loss))
    return [(float(z[0]), float(z[sound[0]])), (float(z[sound[-1]]), float(z[-1]))]


def loss_picture(kind: type[np.floating[Any]]) -> str:
    """Draw both losses on a logarithmic scale, and the zones where the textbook formula breaks."""
    plane, z = Plane(WINDOW, DECADES), np.linspace(*WINDOW, SAMPLES)
    stable, textbook = (loss(z.astype(kind)).astype(float) for loss in (stable_loss, textbook_loss))
    parts = []
    for start, end in broken_zones(z, textbook):
        size = f'x="{plane.across(start):.1f}" width="{plane.across(end) - plane.across(start):.1f}"'
        parts.append(f'<rect class="zone" {size} y="{TOP}" height="{HEIGHT - TOP - BOTTOM}"/>')
    sound = (textbook > 0) & np.isfinite(textbook)
    parts.append(plane.axes())
    parts.append(plane.path(z.tolist(), np.log10(stable).tolist(), kind="curve value"))
    parts.append(plane.path(z[sound].tolist(), np.log10(textbook[sound]).tolist(), kind="curve slope"))
    return "".join(parts)


def losses_explorable(identity: str, *, title: str) -> Html:
    """Return the explorable.

    Parameters
    ----------
    identity
        Unique on the page: the element's id and the key of its functions.
    title
        A sentence that says what to look for; it becomes the caption.
    """
    formats = {kind.__name__: kind.__name__ for kind in TYPES}
    functions = javascript_module([CATALOGUE["softplus"]], "functions")
    at = float(stable_loss(np.float64(LOGIT.start)))
    return framed(
        identity,
        kind="losses",
        title=title,
        alt=(
            "The loss for the answer no against the logit, on a logarithmic scale: computed from the logit (solid) a "
            f"straight rising line on the left that bends at 0, with the value {at:.4g} at z = {LOGIT.start:g}; the "
            "textbook formula (dashed) breaks off on both sides."
        ),
        picture=loss_picture(TYPES[0]),
        facts={"size": SIZE, "window": WINDOW, "decades": DECADES, "samples": SAMPLES},
        controls=choice(identity, "Float format", formats) + control(identity, LOGIT),
        legend='<span class="item"><span class="key value"></span> from the logit</span> '
        '<span class="item"><span class="key slope"></span> textbook formula</span> '
        '<span class="item"><span class="key zone"></span> textbook: 0 or ∞</span> '
        "<br>upwards: the loss as a power of ten",
        functions=f"{{ {functions} (window.explorables ??= {{}})[{json.dumps(identity)}] = functions; }}",
    )
