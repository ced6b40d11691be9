"""Piecewise linear activations: exact but for one rounding, in the dtype of the input."""

from __future__ import annotations

import numpy as np

from autograder.reference._arguments import Array, Parameter
from autograder.reference._elementwise import Elementwise


def step(inside: Array, x: Array) -> Array:
    """Return 1 where ``inside`` holds and 0 elsewhere, in the dtype of ``x``, and nan where ``x`` is nan."""
    out = inside.astype(x.dtype)
    np.copyto(out, x, where=np.isnan(x))
    return out


def identity(x: Array) -> Array:
    """Return x."""
    return x


def identity_derivative(x: Array) -> Array:
    """Return 1, and nan for nan."""
    return step(np.ones(x.shape, bool), x)


def binary_step(x: Array) -> Array:
    """Return 1 for x ≥ 0 and 0 below (McCulloch and Pitts 1943)."""
    return step(x >= 0, x)


def binary_step_derivative(x: Array) -> Array:
    """Return 0: the pointwise derivative, and the convention at the jump."""
    return step(np.zeros(x.shape, bool), x)


def clip(x: Array, low: float, high: float) -> Array:
    """Return x limited to [low, high]; adding 0 makes the sign of a zero that ``maximum`` leaves open positive."""
    out = np.maximum(x, low)
    if high != np.inf:
        np.minimum(out, high, out=out)
    out += 0.0
    return out


def relu(x: Array) -> Array:
    """Return max(0, x) (Nair and Hinton 2010)."""
    return clip(x, 0.0, np.inf)


def relu_derivative(x: Array) -> Array:
    """Return 1 for x > 0, else 0; 0 at the kink."""
    return step(x > 0, x)


def relu6(x: Array) -> Array:
    """Return min(max(0, x), 6) (Krizhevsky 2010)."""
    return clip(x, 0.0, 6.0)


def relu6_derivative(x: Array) -> Array:
    """Return 1 for 0 < x < 6, else 0; 0 at both kinks."""
    return step((x > 0) & (x < 6), x)


def leaky_relu(x: Array, *, alpha: float) -> Array:
    """Return x for x > 0 and alpha x otherwise (Maas, Hannun and Ng 2013)."""
    out: Array = np.multiply(x, x.dtype.type(alpha))
    np.copyto(out, x, where=x > 0)
    return out


def leaky_relu_derivative(x: Array, *, alpha: float) -> Array:
    """Return 1 for x > 0 and alpha otherwise; alpha at the kink."""
    out = np.full_like(x, alpha)
    np.copyto(out, 1.0, where=x > 0)
    np.copyto(out, x, where=np.isnan(x))
    return out


LINEAR = (
    Elementwise(name="identity", value_kernel=identity, derivative_kernel=identity_derivative, narrow=True),
    Elementwise(name="binary_step", value_kernel=binary_step, derivative_kernel=binary_step_derivative, narrow=True),
    Elementwise(name="relu", value_kernel=relu, derivative_kernel=relu_derivative, narrow=True),
    Elementwise(name="relu6", value_kernel=relu6, derivative_kernel=relu6_derivative, narrow=True),
    Elementwise(
        name="leaky_relu",
        value_kernel=leaky_relu,
        derivative_kernel=leaky_relu_derivative,
        parameters=(Parameter(name="alpha", default=0.01),),
        narrow=True,
    ),
)
