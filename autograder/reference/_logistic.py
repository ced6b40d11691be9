"""The logistic family: one exponential of −|x|, which cannot overflow, and never 1 minus a number near 1."""

from __future__ import annotations

import numpy as np

from autograder.reference._arguments import Array, Parameter
from autograder.reference._elementwise import Elementwise


def decay(x: Array) -> Array:
    """Return exp(−|x|), a number in [0, 1]."""
    out = np.abs(x)
    np.negative(out, out=out)
    return np.exp(out, out=out)


def sigmoid(x: Array) -> Array:
    """Return 1 / (1 + exp(−x)), as exp(x) / (1 + exp(x)) below 0, where the other form overflows."""
    e = decay(x)
    denominator = e + 1.0
    np.copyto(e, 1.0, where=x >= 0)
    return np.divide(e, denominator, out=e)


def sigmoid_derivative(x: Array) -> Array:
    """Return exp(−|x|) / (1 + exp(−|x|))², which is even in x and keeps its digits in both tails."""
    e = decay(x)
    denominator = e + 1.0
    denominator *= denominator
    return np.divide(e, denominator, out=e)


def tanh(x: Array) -> Array:
    """Return the hyperbolic tangent."""
    return np.tanh(x)


def tanh_derivative(x: Array) -> Array:
    """Return sech² x = 4 exp(−2|x|) / (1 + exp(−2|x|))²; 1 − tanh² x would lose the tails."""
    e = decay(2.0 * x)
    denominator = e + 1.0
    denominator *= denominator
    e *= 4.0
    return np.divide(e, denominator, out=e)


def softplus(x: Array, *, beta: float) -> Array:
    """Return log(1 + exp(beta x)) / beta as max(x, 0) + log1p(exp(−|beta x|)) / beta (Dugas et al. 2001)."""
    out = np.log1p(decay(beta * x))
    out /= beta
    out += np.maximum(x, 0.0)
    return out


def softplus_derivative(x: Array, *, beta: float) -> Array:
    """Return the logistic sigmoid of beta x."""
    return sigmoid(beta * x)


BETA = Parameter(
    name="beta", default=1.0, allowed="a finite number greater than 0", holds=lambda value: 0 < value < np.inf
)

LOGISTIC = (
    Elementwise(name="sigmoid", value_kernel=sigmoid, derivative_kernel=sigmoid_derivative),
    Elementwise(name="tanh", value_kernel=tanh, derivative_kernel=tanh_derivative),
    Elementwise(name="softplus", value_kernel=softplus, derivative_kernel=softplus_derivative, parameters=(BETA,)),
)
