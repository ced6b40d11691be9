"""Floating-point formats: their measures, where functions reach their limits in them, and the explorable of that."""

from __future__ import annotations

import json
import math
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from autograder.catalogue import CATALOGUE, javascript_module
from autograder.oracle.accuracy import Accuracy, Study
from autograder.reference import REFERENCE
from book.lab.claims.floats import first_float
from book.lab.frame import BOTTOM, HEIGHT, SIZE, TOP, Plane, Slider, choice, control, framed
from book.lab.html import Html, number, table

Array = NDArray[Any]
FORMATS: dict[str, type[np.floating[Any]]] = {"float16": np.float16, "float32": np.float32, "float64": np.float64}
POINTS = 241
MEASURES = ("where c ≤ 4", "divided by 1 + c")
"""The two measures of an error that the course bounds: where the condition number c is small, and anywhere."""


@dataclass(frozen=True, kw_only=True)
class Approach:
    """A function on its way to a limit that it never reaches on the real numbers.

    ``gap`` returns log₁₀ of the distance from the limit on the real numbers, from a formula that loses nothing.
    """

    name: str
    words: str
    limit: float
    side: int
    gap: Callable[[Array], Array]

    def stored(self, x: Array, format_name: str) -> Array:
        """Return the function, computed in float64 and stored in a format, at x of that format."""
        function: Any = REFERENCE[self.name]
        kind = FORMATS[format_name]
        with np.errstate(over="ignore", under="ignore"):
            stored: Array = np.asarray(function.value(np.asarray(x, kind).astype(np.float64))).astype(kind)
        return stored

    def edge(self, format_name: str) -> float:
        """Return the first x of a format, counted from zero outwards, at which the stored value is the limit."""
        kind = FORMATS[format_name]

        def arrived(x: Any) -> bool:
            return bool(self.stored(np.asarray(x), format_name) == self.limit)

        if self.side > 0:
            return first_float(arrived, 0, 800, kind)
        return -first_float(lambda x: arrived(-x), 0, 800, kind)

    def window(self, format_name: str) -> tuple[float, float]:
        """Return an interval of x that holds the way to the limit and a little beyond."""
        far = math.ceil(1.2 * abs(self.edge(format_name)))
        return (0.0, float(far)) if self.side > 0 else (-float(far), 0.0)


def _softplus(x: Array) -> Array:
    function: Any = REFERENCE["softplus"]
    value: Array = function.value(x)
    return value


def _log_softplus(x: Array) -> Array:
    """Return log₁₀ softplus(x) for negative x, where softplus(x) = eˣ (1 − eˣ/2 + …)."""
    small = np.exp(x)
    tail: Array = x + np.log1p(-small / 2 + small**2 / 3)
    with np.errstate(divide="ignore"):
        near = np.log(_softplus(x))
    return np.where(x < -12, tail, near) / math.log(10)


APPROACHES = (
    Approach(name="sigmoid", words="sigmoid towards 1", limit=1.0, side=1, gap=lambda x: -_softplus(x) / math.log(10)),
    Approach(
        name="tanh",
        words="tanh towards 1",
        limit=1.0,
        side=1,
        gap=lambda x: (math.log(2) - _softplus(2 * x)) / math.log(10),
    ),
    Approach(name="softplus", words="softplus towards 0", limit=0.0, side=-1, gap=_log_softplus),
)


def format_table() -> Html:
    """Return the measures of the formats."""
    rows = []
    for name, kind in FORMATS.items():
        info = np.finfo(kind)
        cells = (info.bits, info.nmant + 1, info.eps, info.max, info.smallest_normal, info.smallest_subnormal)
        rows.append((name, *(number(float(cell), 3) for cell in cells)))
    columns = ("Format", "Bits", "Digits in base 2", "Spacing at 1", "Largest", "Smallest normal", "Smallest")
    return table("Three formats of IEEE 754", columns, rows, fitted=True)


def edge_table() -> Html:
    """Return where the stored value is exactly the limit, by function and format."""
    rows = [(one.words, *(f"{one.edge(name):.2f}".replace("-", "−") for name in FORMATS)) for one in APPROACHES]
    caption = "The x from which on the stored value is exactly the limit"
    return table(caption, ("Function", *FORMATS), rows, fitted=True)


def accuracies(names: tuple[str, ...], count: int) -> dict[tuple[str, int, str], Accuracy]:
    """Measure the reference against the oracle: by function, order (0 value, 1 derivative) and format."""
    found = {}
    for name in names:
        function: Any = REFERENCE[name]
        for order, method in enumerate((function.value, function.derivative)):
            for kind in (np.float64, np.float32):
                study = Study(entry=CATALOGUE[name], order=order, dtype=np.dtype(kind), count=count)
                found[name, order, kind.__name__] = study.accuracy(method)
    return found


def accuracy_table(found: dict[tuple[str, int, str], Accuracy]) -> Html:
    """Return the largest errors in ulp, where the condition number is small, and over 1 + c anywhere."""
    rows = []
    for name, order in dict.fromkeys((name, order) for name, order, _ in found):
        title = CATALOGUE[name].title.split(" (")[0]
        pair = [found[name, order, kind] for kind in ("float64", "float32")]
        cells = [f"{value:.1f}" for one in pair for value in (one.strict, one.scaled)]
        rows.append((f"{title}, derivative" if order else title, *cells))
    columns = ("Function", *(f"{kind}, {which}" for kind in ("float64", "float32") for which in MEASURES))
    points = min(one.points for one in found.values())
    caption = f"Largest errors of the reference, in ulp, over {points} points or more for each number"
    return table(caption, columns, rows, fitted=True)


# the explorable


def _heights(one: Approach, x: Array, format_name: str) -> Array:
    """Return log₁₀ of the distance of the stored value from the limit; −∞ where it is the limit."""
    with np.errstate(divide="ignore"):
        logs: Array = np.log10(np.abs(one.limit - one.stored(x, format_name).astype(np.float64)))
    return logs


def _floor(one: Approach, format_name: str) -> float:
    """Return the bottom of the picture: a little below the smallest distance that the format can show."""
    return float(math.floor(one.gap(np.array([one.edge(format_name)]))[0] * 1.1) - 1)


def _picture(one: Approach, format_name: str) -> str:
    """Draw the first position."""
    plane = Plane(one.window(format_name), (_floor(one, format_name), 0.0))
    x = np.linspace(*plane.x, POINTS)
    edge, end = one.edge(format_name), plane.x[1] if one.side > 0 else plane.x[0]
    left, width = min(plane.across(edge), plane.across(end)), abs(plane.across(end) - plane.across(edge))
    zone = f'<rect class="zone" x="{left:.1f}" width="{width:.1f}" y="{TOP}" height="{HEIGHT - TOP - BOTTOM}"/>'
    heights = _heights(one, x, format_name)
    there = np.isfinite(heights)
    return "".join(
        (
            zone,
            plane.axes(),
            plane.path(x.tolist(), one.gap(x).tolist(), kind="other"),
            plane.path(x[there].tolist(), heights[there].tolist(), kind="curve value"),
        )
    )


def float_format(identity: str, *, title: str) -> Html:
    """Return the explorable: how near to its limit a function can be stored, and from where on it is the limit."""
    first, format_name = APPROACHES[0], "float32"
    low, high = first.window(format_name)
    listed = {one.name: one.words for one in APPROACHES}
    formats = choice(f"{identity}-format", "Format", {name: name for name in FORMATS})
    functions = javascript_module([CATALOGUE[one.name] for one in APPROACHES], "functions")
    return framed(
        identity,
        kind="float_format",
        title=title,
        alt=f"Distance of the {first.words} on a logarithmic scale, on the real numbers and in {format_name}, "
        f"for x from {low:g} to {high:g}",
        picture=_picture(first, format_name),
        facts={
            "size": SIZE,
            "points": POINTS,
            "functions": [
                {
                    "name": one.name,
                    "words": one.words,
                    "limit": one.limit,
                    "side": one.side,
                    "windows": {name: [*one.window(name), _floor(one, name)] for name in FORMATS},
                }
                for one in APPROACHES
            ],
        },
        controls=choice(f"{identity}-function", "Function", listed)
        + formats.replace(f'value="{format_name}"', f'value="{format_name}" selected')
        + control(identity, Slider(name="x", label="x", low=low, high=high, step=0.01, start=round(0.8 * high, 2)))
        + '<button type="button" class="jump">Go to the first x that is stored as the limit</button>',
        legend='<span class="key other"></span> on the real numbers <span class="key value"></span> as stored '
        '<span class="key zone"></span> stored as the limit itself',
        functions=f"{{ {functions} (window.explorables ??= {{}})[{json.dumps(identity)}] = functions; }}",
    )
