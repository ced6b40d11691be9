"""Small tools that the kernels share."""

from __future__ import annotations

import numpy as np

from autograder.reference._arguments import Array


def indicator(inside: Array, x: Array) -> Array:
    """Return 1 where ``inside`` holds and 0 elsewhere, in the dtype of ``x``, and nan where ``x`` is nan."""
    return with_nan(inside.astype(x.dtype), x)


def with_nan(out: Array, x: Array) -> Array:
    """Return ``out``, changed in place to nan where ``x`` is nan."""
    if np.isnan(x.max()):
        out[np.isnan(x)] = np.nan
    return out


def tame(x: Array, low: float, high: float) -> Array:
    """Return x limited to [low, high], x itself where that changes nothing; so that no kernel meets 0 · inf."""
    if x.min() >= low and x.max() <= high:
        return x
    return np.clip(x, low, high)


def largest_up_to(t: float, x: Array) -> float:
    """Return the largest number of the dtype of ``x`` that is ≤ t: x > t if and only if x is greater than it."""
    nearest = x.dtype.type(t)
    return float(nearest if float(nearest) <= t else np.nextafter(nearest, x.dtype.type(-np.inf)))


def smallest_from(t: float, x: Array) -> float:
    """Return the smallest number of the dtype of ``x`` that is ≥ t: x < t if and only if x is less than it."""
    return -largest_up_to(-t, x)


def deep(x: Array) -> float:
    """Return a bound below which exp(x) comes near the subnormal numbers of the dtype of ``x``."""
    return -700.0 if x.dtype == np.float64 else -80.0
