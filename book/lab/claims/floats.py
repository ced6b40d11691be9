"""Where floating point parts from the real numbers: the first float at which something becomes true."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np


def first_float(becomes_true: Callable[[Any], bool], low: float, high: float, dtype: type[np.floating[Any]]) -> float:
    """Return the smallest float of a type in (low, high] at which a monotone condition is true.

    Bisection until no float lies between the ends: the result is exact, not within a tolerance.

    Raises
    ------
    ValueError
        Where the condition is true at ``low`` or false at ``high``: there is nothing to search.
    """
    false_at, true_at = dtype(low), dtype(high)
    if becomes_true(false_at) or not becomes_true(true_at):
        raise ValueError(f"The condition must be false at {low} and true at {high}.")
    while (middle := dtype(false_at + (true_at - false_at) / 2)) not in (false_at, true_at):
        if becomes_true(middle):
            true_at = middle
        else:
            false_at = middle
    return float(true_at)
