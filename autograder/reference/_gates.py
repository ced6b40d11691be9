"""The input times a sigmoid gate of it: SiLU, Swish, Mish and the two approximations of GELU."""

from __future__ import annotations

import math

import numpy as np

from autograder.reference._arguments import Array, nonnegative
from autograder.reference._elementwise import Elementwise
from autograder.reference._logistic import sigmoid
from autograder.reference._pieces import deep, tame


def gated(x: Array, y: Array) -> Array:
    """Return x σ(y); far to the left as (x exp(y/2)) exp(y/2), so that a subnormal σ is not magnified."""
    out = sigmoid(y)
    out *= x
    return _repair_tail(out, x, y)


def gated_slope(y: Array, z: Array) -> Array:
    """Return σ(y) (1 + z σ(−y)), the derivative of x σ(y) for z = x dy/dx, both within ±1e30."""
    q: Array = np.negative(tame(y, deep(y), 1e30))
    np.exp(q, out=q)
    gate = 1.0 / (1.0 + q)
    q *= gate
    q *= z
    q += 1.0
    q *= gate
    return _repair_tail(q, 1.0 + z, y)


def _repair_tail(out: Array, factor: Array, y: Array) -> Array:
    """Put factor · exp(y), in two steps, where y is far to the left; 0 · inf is 0 there."""
    if not y.min() >= deep(y):
        tail = np.flatnonzero(y < deep(y))
        half = np.exp(y[tail] / 2)
        out[tail] = (np.maximum(factor[tail], -1e30) * half) * half
    return out


def silu(x: Array) -> Array:
    """Return x σ(x) (Elfwing, Uchibe and Doya 2017)."""
    return gated(x, x)


def silu_derivative(x: Array) -> Array:
    """Return σ(x) (1 + x σ(−x))."""
    y = tame(x, -1e4, 1e4)
    return gated_slope(y, y)


def swish(x: Array, *, beta: float) -> Array:
    """Return x σ(beta x) (Ramachandran, Zoph and Le 2017)."""
    if beta == 0:
        return 0.5 * x
    return gated(x, x * beta)


def swish_derivative(x: Array, *, beta: float) -> Array:
    """Return σ(beta x) (1 + beta x σ(−beta x)); a finite beta of 0 leaves 1/2."""
    if beta == 0:
        return np.where(np.isnan(x), x, x.dtype.type(0.5))
    y = tame(x * beta, -1e4, 1e4)
    return gated_slope(y, y)


def gelu_sigmoid(x: Array) -> Array:
    """Return x σ(1.702 x) (Hendrycks and Gimpel 2016, section 2)."""
    return swish(x, beta=1.702)


def gelu_sigmoid_derivative(x: Array) -> Array:
    """Return the derivative of x σ(1.702 x)."""
    return swish_derivative(x, beta=1.702)


TANH_LINEAR = math.sqrt(8 / math.pi)
TANH_CUBIC = TANH_LINEAR * 0.044715


def gelu_tanh(x: Array) -> Array:
    """Return x (1 + tanh u)/2 = x σ(2u), u = √(2/π)(x + 0.044715 x³) (Hendrycks and Gimpel 2016, section 2)."""
    y: Array = np.square(x)
    y *= TANH_CUBIC
    y += TANH_LINEAR
    y *= x
    return gated(x, y)


def gelu_tanh_derivative(x: Array) -> Array:
    """Return σ(2u) (1 + 2 x u′ σ(−2u))."""
    x = tame(x, -1e3, 1e3)
    square = x * x
    y = x * (TANH_LINEAR + TANH_CUBIC * square)
    return gated_slope(y, x * (TANH_LINEAR + 3 * TANH_CUBIC * square))


SATURATED = 30.0
"""Beyond this point Mish and x, and their derivatives, are the same in float64; exp(60) is finite in float32."""


def mish(x: Array) -> Array:
    """Return x tanh(softplus(x)) = x n/(n + 2), n = e(e + 2), e = exp(x) (Misra 2019)."""
    n: Array = np.exp(np.minimum(x, SATURATED))
    n *= n + 2.0
    n /= n + 2.0
    n *= x
    return _repair_tail(n, x, x)


def mish_derivative(x: Array) -> Array:
    """Return e/d ((e + 2) + 4 x (1 + e)/d), d = e(e + 2) + 2, e = exp(x)."""
    near = tame(x, -1e4, SATURATED)
    e = np.exp(near)
    d = e * (e + 2.0)
    d += 2.0
    bracket = 4.0 * near
    bracket *= e + 1.0
    bracket /= d
    bracket += e + 2.0
    e /= d
    e *= bracket
    return _repair_tail(e, 1.0 + near, near)


GATES = (
    Elementwise(name="gelu_tanh", value_kernel=gelu_tanh, derivative_kernel=gelu_tanh_derivative),
    Elementwise(name="gelu_sigmoid", value_kernel=gelu_sigmoid, derivative_kernel=gelu_sigmoid_derivative),
    Elementwise(name="silu", value_kernel=silu, derivative_kernel=silu_derivative),
    Elementwise(
        name="swish",
        value_kernel=swish,
        derivative_kernel=swish_derivative,
        parameters=(nonnegative("beta", 1.0),),
    ),
    Elementwise(name="mish", value_kernel=mish, derivative_kernel=mish_derivative),
)
