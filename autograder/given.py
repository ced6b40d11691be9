"""Functions that an exercise hands to the student's function, by name: the one table of the course.

One file, NumPy alone, because it lives where the student's function is called: in the sandboxed child, in
``checks.py`` and in a stock nbgrader kernel.  It therefore holds no function that the same assignment asks students to
write.  Each entry is called with an array and, as the case may be, with numbers that the case drew.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import numpy as np

# Linear maps of a vector of any length to a vector of that length.


def scaled(x: Any, factor: float = 1.0) -> Any:
    """Return factor·x."""
    return factor * np.asarray(x)


def running_sum(x: Any) -> Any:
    """Return the sums of the first one, two, three … elements of x."""
    return np.cumsum(x)


def reversed_order(x: Any) -> Any:
    """Return the elements of x, the last one first."""
    return np.asarray(x)[::-1].copy()


def without_mean(x: Any) -> Any:
    """Return x minus its mean."""
    return np.asarray(x) - np.mean(x)


# Maps of a vector to a vector of the same length that are not linear, each for a reason of its own.


def shifted(x: Any, factor: float = 1.0, shift: float = 1.0) -> Any:
    """Return factor·x + shift: affine, a straight line that misses the origin."""
    return factor * np.asarray(x) + shift


def bent(x: Any, bend: float = 1.0, slope: float = 0.0) -> Any:
    """Return bend·|x| + slope·x: straight on each side of 0."""
    x = np.asarray(x)
    return bend * np.abs(x) + slope * x


def quadratic(x: Any, curvature: float = 1.0, slope: float = 0.0) -> Any:
    """Return curvature·x² + slope·x, element by element."""
    x = np.asarray(x)
    return curvature * x * x + slope * x


def cubic(x: Any, curvature: float = 1.0, slope: float = 0.0) -> Any:
    """Return curvature·x³ + slope·x, element by element: odd, like every linear map."""
    x = np.asarray(x)
    return curvature * x * x * x + slope * x


def directed(x: Any, factor: float = 1.0) -> Any:
    """Return factor·x³/Σx², and zeros for zeros: f(c·x) = c·f(x) for every c, and yet not linear."""
    x = np.asarray(x, dtype=np.float64)
    return factor * x**3 / max(float(np.sum(x * x)), 2.0**-1022)


def in_order(x: Any, factor: float = 1.0) -> Any:
    """Return the elements of factor·x in rising order."""
    return np.sort(factor * np.asarray(x))


# Smooth functions of each element, for differences and for layers.


def sine(x: Any, level: float = 0.0) -> Any:
    """Return level + sin x."""
    return level + np.sin(x)


def bell(x: Any, level: float = 0.0) -> Any:
    """Return level + exp(−x²)."""
    x = np.asarray(x)
    return level + np.exp(-x * x)


def half_angle(x: Any, level: float = 0.0) -> Any:
    """Return level + arctan(x)/2."""
    return level + np.arctan(x) / 2


def late(x: Any, shift: float = 1.0) -> Any:
    """Return arctan(x − shift): its range is symmetric about 0, its curve is not."""
    return np.arctan(np.asarray(x) - shift)


def cut(x: Any, shift: float = 1.0) -> Any:
    """Return x − shift, cut at −1 and at 1: both ends of its range are reached, and its curve is not symmetric."""
    return np.clip(np.asarray(x) - shift, -1, 1)


def root(x: Any, level: float = 0.0) -> Any:
    """Return level + √(1 + x²)."""
    x = np.asarray(x)
    return level + np.sqrt(1 + x * x)


GIVEN: Mapping[str, Callable[..., Any]] = {
    function.__name__: function
    for function in (
        scaled,
        running_sum,
        reversed_order,
        without_mean,
        shifted,
        bent,
        quadratic,
        cubic,
        directed,
        in_order,
        sine,
        bell,
        half_angle,
        late,
        cut,
        root,
    )
}
"""The table: name → function."""


def given(name: str, numbers: Any = ()) -> Callable[[Any], Any]:
    """Return the function called ``name`` with its numbers filled in; its own name tells nothing.

    Raises KeyError if the table has no such function.
    """
    function, filled = GIVEN[name], [float(number) for number in np.ravel(numbers)]

    def f(x: Any) -> Any:
        return function(x, *filled)

    return f
