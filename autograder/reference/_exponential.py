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
    np.putmask(out, x >= 0, x)
    return out


def elu_derivative(x: Array, *, alpha: float) -> Array:
    """Return 1 for x > 0 and alpha exp(x) otherwise; alpha at the kink."""
    out: Array = np.exp(np.minimum(x, 0.0))
    out *= alpha
    np.putmask(out, x > 0, 1.0)
    return out


def celu(x: Array, *, alpha: float) -> Array:
    """Return x for x > 0 and alpha (exp(x/alpha) − 1) otherwise (Barron 2017)."""
    out: Array = np.minimum(x, 0.0)
    out /= alpha
    np.expm1(out, out=out)
    out *= alpha
    np.putmask(out, x >= 0, x)
    return out


def celu_derivative(x: Array, *, alpha: float) -> Array:
    """Return exp(min(x, 0)/alpha): both sides have slope 1 at 0."""
    out: Array = np.minimum(x, 0.0)
    out /= alpha
    return np.exp(out, out=out)


def selu(x: Array) -> Array:
    """Return λ x for x > 0 and λ α (exp(x) − 1) otherwise (Klambauer et al. 2017, equation 2)."""
    out: Array = np.expm1(np.minimum(x, 0.0))
    out *= SELU_SCALE * SELU_ALPHA
    np.putmask(out, x >= 0, x * SELU_SCALE)
    return out


def selu_derivative(x: Array) -> Array:
    """Return λ for x > 0 and λ α exp(x) otherwise; λ α at the kink."""
    out: Array = np.exp(np.minimum(x, 0.0))
    out *= SELU_SCALE * SELU_ALPHA
    np.putmask(out, x > 0, SELU_SCALE)
    return out


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
