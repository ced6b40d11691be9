"""Sigmoid, tanh and softplus: exponentials that cannot overflow, and never 1 minus a number near 1."""

from __future__ import annotations

import math

import numpy as np

from autograder.reference._arguments import Array, positive
from autograder.reference._elementwise import Elementwise, in_float32, in_float64
from autograder.reference._pieces import deep
from autograder.reference._twofold import product_error


def decay(x: Array) -> Array:
    """Return exp(−|x|), a number in [0, 1]."""
    out: Array = np.abs(x)
    np.negative(out, out=out)
    return np.exp(out, out=out)


def stretched_decay(x: Array, factor: float) -> Array:
    """Return exp(−factor |x|) in float64, with what rounding cuts off the product; the factor is positive.

    Its power of two goes to x, so that huge and tiny factors are split into halves without overflow.
    """
    mantissa, exponent = math.frexp(factor)
    distance: Array = np.abs(x).astype(np.float64, copy=False) * math.ldexp(1.0, exponent - 1)
    np.minimum(distance, 1e4, out=distance)
    y = distance * (2.0 * mantissa)
    rest = product_error(distance, 2.0 * mantissa, y)
    np.negative(y, out=y)
    np.exp(y, out=y)
    rest *= y
    y -= rest
    return y


def sigmoid(x: Array) -> Array:
    """Return 1 / (1 + exp(−x)), and exp(x) far to the left, where exp(−x) would overflow."""
    out: Array = np.negative(x)
    np.exp(out, out=out)
    out += 1.0
    np.divide(1.0, out, out=out)
    if not x.min() >= deep(x):
        tail = np.flatnonzero(x < deep(x))
        out[tail] = np.exp(x[tail])
    return out


def sigmoid_derivative(x: Array) -> Array:
    """Return exp(−|x|) / (1 + exp(−|x|))², which is even in x and keeps its digits in both tails.

    Of float32 only the exponential is in float32: its 2.5 ulp leave no room for the roundings that follow.
    """
    e = decay(x).astype(np.float64, copy=False)
    denominator = e + 1.0
    denominator *= denominator
    return np.divide(e, denominator, out=e)


def tanh(x: Array) -> Array:
    """Return the hyperbolic tangent."""
    return np.tanh(x)


def tanh_derivative(x: Array) -> Array:
    """Return sech² x, four times the sigmoid's derivative at 2 x; 1 − tanh² x would lose the tails."""
    out = sigmoid_derivative(2.0 * x)
    out *= 4.0
    return out


def scaled_tanh(x: Array, *, a: float, b: float) -> Array:
    """Return a tanh(b x) (LeCun et al. 1998)."""
    out = np.tanh(x * b)
    out *= a
    return out


@in_float64
def _short_scaled_slope(x: Array, *, a: float, b: float) -> Array:
    out = sigmoid_derivative(x * (2.0 * b))
    out *= 4.0 * a * b
    return out


@in_float32(_short_scaled_slope)
def scaled_tanh_derivative(x: Array, *, a: float, b: float) -> Array:
    """Return a b sech²(b x) = 4 a b e/(1 + e)², e = exp(−2 b |x|), with what rounding cuts off 1 + e, twice."""
    e = stretched_decay(2.0 * x, b)
    denominator = e + 1.0
    cut = denominator - 1.0
    np.subtract(e, cut, out=cut)
    cut /= denominator
    cut *= 2.0
    denominator *= denominator
    e /= denominator
    cut *= e
    e -= cut
    e *= 4.0 * a * b
    return e


def log_of_1_plus(e: Array) -> Array:
    """Return log(1 + e) for float64 e from 0 to 1, with what rounding cuts off 1 + e; in half the time of ``log1p``."""
    total = 1.0 + e
    out: Array = np.log(total)
    rest = total - 1.0
    np.subtract(e, rest, out=rest)
    rest /= total
    out += rest
    return out


def softplus(x: Array, *, beta: float) -> Array:
    """Return log(1 + exp(beta x)) / beta as max(x, 0) + log1p(exp(−|beta x|)) / beta (Dugas et al. 2001).

    Of float32 only the exponential is in float32, and with a factor not even that.
    """
    out = log_of_1_plus(decay(x).astype(np.float64, copy=False) if beta == 1 else stretched_decay(x, beta))
    if beta != 1:
        out /= beta
    out += np.maximum(x, 0.0)
    return out


def softplus_derivative(x: Array, *, beta: float) -> Array:
    """Return the sigmoid of beta x."""
    return sigmoid(x if beta == 1 else x * np.float64(beta))


def log_sigmoid(x: Array) -> Array:
    """Return log σ(x) = min(x, 0) − log1p(exp(−|x|))."""
    out = log_of_1_plus(decay(x).astype(np.float64, copy=False))
    return np.subtract(np.minimum(x, 0.0), out, out=out)


def log_sigmoid_derivative(x: Array) -> Array:
    """Return σ(−x)."""
    return sigmoid(-x)


LOGISTIC = (
    Elementwise(name="sigmoid", value_kernel=sigmoid, derivative_kernel=sigmoid_derivative),
    Elementwise(name="tanh", value_kernel=tanh, derivative_kernel=tanh_derivative),
    Elementwise(
        name="scaled_tanh",
        value_kernel=scaled_tanh,
        derivative_kernel=scaled_tanh_derivative,
        parameters=(positive("a", 1.7159), positive("b", 2 / 3)),
    ),
    Elementwise(
        name="softplus",
        value_kernel=softplus,
        derivative_kernel=softplus_derivative,
        parameters=(positive("beta", 1.0),),
    ),
    Elementwise(name="log_sigmoid", value_kernel=log_sigmoid, derivative_kernel=log_sigmoid_derivative),
)
