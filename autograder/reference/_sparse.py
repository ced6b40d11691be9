"""Functions that send an interval or a half-line to exactly 0 (or another constant)."""

from __future__ import annotations

import numpy as np

from autograder.reference._arguments import REAL, Array, Parameter, nonnegative
from autograder.reference._elementwise import Elementwise
from autograder.reference._pieces import indicator, largest_up_to, with_nan


def softshrink(x: Array, *, lambd: float) -> Array:
    """Return x moved towards 0 by lambd, and 0 for |x| ≤ lambd (Donoho 1995)."""
    out: Array = x - np.clip(x, -lambd, lambd)
    return out


def hardshrink(x: Array, *, lambd: float) -> Array:
    """Return x where |x| > lambd and 0 elsewhere (Donoho and Johnstone 1994)."""
    out: Array = x * shrink_derivative(x, lambd=lambd)
    out += 0.0
    return out


def shrink_derivative(x: Array, *, lambd: float) -> Array:
    """Return 1 where |x| > lambd and 0 elsewhere, at the kinks too."""
    return indicator(np.abs(x) > largest_up_to(lambd, x), x)


def threshold(x: Array, *, theta: float, value: float) -> Array:
    """Return x where x > theta and ``value`` elsewhere."""
    out = np.full_like(x, value)
    np.putmask(out, x > largest_up_to(theta, x), x)
    return with_nan(out, x)


def threshold_derivative(x: Array, *, theta: float, value: float) -> Array:
    """Return 1 where x > theta and 0 elsewhere, at the jump too, whatever the constant."""
    del value
    return indicator(x > largest_up_to(theta, x), x)


def sparse_plus(x: Array) -> Array:
    """Return 0 for x ≤ −1, (x + 1)²/4 up to 1 and x from there."""
    out: Array = np.clip(x, -1.0, 1.0)
    out += 1.0
    out *= out
    out *= 0.25
    np.putmask(out, x >= 1, x)
    return out


def sparse_sigmoid(x: Array) -> Array:
    """Return 0 for x ≤ −1, (x + 1)/2 up to 1 and 1 from there; the derivative of sparse plus."""
    out: Array = np.clip(x, -1.0, 1.0)
    out += 1.0
    out *= 0.5
    return out


def sparse_sigmoid_derivative(x: Array) -> Array:
    """Return 1/2 for −1 < x < 1, else 0; 0 at both kinks."""
    out = indicator((x > -1) & (x < 1), x)
    out *= 0.5
    return out


LAMBD = nonnegative("lambd", 0.5)

SPARSE = (
    Elementwise(
        name="softshrink",
        in_blocks=False,
        value_kernel=softshrink,
        derivative_kernel=shrink_derivative,
        parameters=(LAMBD,),
    ),
    Elementwise(
        name="hardshrink",
        in_blocks=False,
        value_kernel=hardshrink,
        derivative_kernel=shrink_derivative,
        parameters=(LAMBD,),
    ),
    Elementwise(
        name="threshold",
        in_blocks=False,
        value_kernel=threshold,
        derivative_kernel=threshold_derivative,
        parameters=(Parameter("theta", 0.0, REAL), Parameter("value", 0.0, REAL)),
    ),
    Elementwise(name="sparse_plus", in_blocks=False, value_kernel=sparse_plus, derivative_kernel=sparse_sigmoid),
    Elementwise(
        name="sparse_sigmoid",
        in_blocks=False,
        value_kernel=sparse_sigmoid,
        derivative_kernel=sparse_sigmoid_derivative,
    ),
)
