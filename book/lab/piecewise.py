"""Two-layer networks of ReLUs as what they are: curves made of straight pieces."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
from numpy.typing import NDArray

from autograder.reference import REFERENCE

Array = NDArray[np.float64]


def curve(x: Any, kinks: Any, bends: Any, start: float = 0.0) -> Array:
    """Return start + Σ bendᵢ · relu(x − kinkᵢ): one hidden unit per kink, and an output unit that adds them up."""
    units = REFERENCE["relu"].value(np.asarray(x, dtype=float)[..., None] - np.asarray(kinks, dtype=float))
    result: Array = start + units @ np.asarray(bends, dtype=float)
    return result


def through(x: Any, y: Any) -> tuple[Array, Array, float]:
    """Return kinks, bends and start of the `curve` that joins points by straight lines, in ascending order of x.

    Each slope is the sum of all bends so far, so that a bend is the difference between two slopes.
    """
    x, y = np.asarray(x, dtype=float), np.asarray(y, dtype=float)
    slopes = np.diff(y) / np.diff(x)
    return x[:-1], np.diff(slopes, prepend=0.0), float(y[0])


def largest_error(
    target: Callable[[Array], Array], units: int, ends: tuple[float, float], samples: int = 4001
) -> float:
    """Return how far a curve of equally spaced kinks, through points of the target, strays from it at most."""
    points = np.linspace(*ends, units + 1)
    x = np.linspace(*ends, samples)
    return float(np.max(np.abs(curve(x, *through(points, target(points))) - target(x))))
