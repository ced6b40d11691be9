"""The exponential and the exponential linear units."""

from __future__ import annotations

import numpy as np

from autograder.reference._arguments import Array, nonnegative, positive
from autograder.reference._elementwise import Elementwise

SELU_SCALE = 1.0507009873554804934193349852946
"""λ of Klambauer et al. (2017), appendix: with the next constant, the fixed point of mean 0 and variance 1."""

SELU_ALPHA = 1.6732632423543772848170429916717


def exponential(x: Array) -> Array:
    """Return exp(x)."""
    return np.exp(x)


def elu(x: Array, *, alpha: float) -> Array:
    """Return x for x > 0 and alpha (exp(x) − 1) otherwise (Clevert, Unterthiner and Hochreiter 2015)."""
    out: Array = np.expm1(np.minimum(x, 0.0))
    out *= alpha
    out += np.maximum(x, 0.0)
    return np.copysign(out, x, out=out)


def elu_derivative(x: Array, *, alpha: float) -> Array:
    """Return 1 for x > 0 and alpha exp(x) otherwise; alpha at the kink."""
    out: Array = np.exp(np.minimum(x, 0.0))
    return _right_slope(out, x, alpha, 1.0)


def _right_slope(e: Array, x: Array, left: float, right: float) -> Array:
    """Return left · e for x ≤ 0 and ``right`` for x > 0, where e is 1; in place, without a branch for each element."""
    e *= left
    if left != right:
        e *= ~(x > 0)
        e += x.dtype.type(right) * (x > 0)
    return e


def celu(x: Array, *, alpha: float) -> Array:
    """Return x for x > 0 and alpha (exp(x/alpha) − 1) otherwise (Barron 2017)."""
    out: Array = np.minimum(x, 0.0)
    out /= alpha
    np.expm1(out, out=out)
    out *= alpha
    out += np.maximum(x, 0.0)
    return np.copysign(out, x, out=out)


def celu_derivative(x: Array, *, alpha: float) -> Array:
    """Return exp(min(x, 0)/alpha): both sides have slope 1 at 0."""
    out: Array = np.minimum(x, 0.0)
    out /= alpha
    return np.exp(out, out=out)


def selu(x: Array) -> Array:
    """Return λ x for x > 0 and λ α (exp(x) − 1) otherwise (Klambauer et al. 2017, equation 2)."""
    out: Array = np.expm1(np.minimum(x, 0.0))
    out *= SELU_SCALE * SELU_ALPHA
    out += np.maximum(x, 0.0) * SELU_SCALE
    return np.copysign(out, x, out=out)


def selu_derivative(x: Array) -> Array:
    """Return λ for x > 0 and λ α exp(x) otherwise; λ α at the kink."""
    out: Array = np.exp(np.minimum(x, 0.0))
    return _right_slope(out, x, SELU_SCALE * SELU_ALPHA, SELU_SCALE)


EXPONENTIAL = (
    Elementwise(name="exponential", value_kernel=exponential, derivative_kernel=exponential),
    Elementwise(
        name="elu", value_kernel=elu, derivative_kernel=elu_derivative, parameters=(nonnegative("alpha", 1.0),)
    ),
    Elementwise(
        name="celu", value_kernel=celu, derivative_kernel=celu_derivative, parameters=(positive("alpha", 1.0),)
    ),
    Elementwise(name="selu", value_kernel=selu, derivative_kernel=selu_derivative),
)
