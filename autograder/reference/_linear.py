"""Rectifiers and other functions made of straight lines: exact but for a rounding or two, in the dtype of the input."""

from __future__ import annotations

import numpy as np

from autograder.reference._arguments import REAL, Array, Parameter, Relation, nonnegative
from autograder.reference._elementwise import Elementwise, RandomisedSlope
from autograder.reference._pieces import indicator, largest_up_to, smallest_from, with_nan


def identity(x: Array) -> Array:
    """Return a copy of x."""
    return x.copy()


def identity_derivative(x: Array) -> Array:
    """Return 1, and nan for nan."""
    return with_nan(np.ones_like(x), x)


def binary_step(x: Array) -> Array:
    """Return 1 for x ≥ 0 and 0 below (McCulloch and Pitts 1943)."""
    return indicator(x >= 0, x)


def binary_step_derivative(x: Array) -> Array:
    """Return 0: the pointwise derivative, and the convention at the jump."""
    return with_nan(np.zeros_like(x), x)


def _maximum_is_positive() -> bool:
    """Return whether max(−0, +0) is +0 in this NumPy on this processor, which is left open, at all vector lengths."""
    zeros = [np.full(size, -0.0, dtype) for dtype in (np.float32, np.float64) for size in range(1, 70)]
    return not any(np.signbit(np.maximum(zero, 0.0)).any() for zero in zeros)


MAXIMUM_IS_POSITIVE = _maximum_is_positive()


def relu(x: Array) -> Array:
    """Return max(0, x) (Fukushima 1969), +0 for −0: where ``maximum`` does not see to it, adding 0 does."""
    out: Array = np.maximum(x, 0.0)
    if not (MAXIMUM_IS_POSITIVE and x.flags.c_contiguous):
        out += 0.0
    return out


def relu_derivative(x: Array) -> Array:
    """Return 1 for x > 0, else 0; 0 at the kink."""
    return indicator(x > 0, x)


def relu6(x: Array) -> Array:
    """Return min(max(0, x), 6) (Krizhevsky 2010)."""
    out: Array = np.clip(x, 0.0, 6.0)
    out += 0.0
    return out


def relu6_derivative(x: Array) -> Array:
    """Return 1 for 0 < x < 6, else 0; 0 at both kinks."""
    return indicator((x > 0) & (x < 6), x)


def leaky_relu(x: Array, *, alpha: float) -> Array:
    """Return x for x > 0 and alpha x otherwise (Maas, Hannun and Ng 2013), also for alpha > 1."""
    if alpha == 0:
        return relu(x)
    out: Array = np.multiply(x, x.dtype.type(alpha))
    # A mask of random signs costs ten times as much as this: the processor guesses each branch wrongly.
    return np.maximum(x, out, out=out) if alpha <= 1 else np.minimum(x, out, out=out)


def leaky_relu_derivative(x: Array, *, alpha: float) -> Array:
    """Return 1 for x > 0 and alpha otherwise; alpha at the kink."""
    out: Array = np.multiply(x <= 0, x.dtype.type(alpha))
    out += x > 0
    return with_nan(out, x)


def rrelu(x: Array, *, lower: float, upper: float) -> Array:
    """Return the randomised rectifier's form after training: the mean slope for x ≤ 0 (Xu et al. 2015)."""
    return leaky_relu(x, alpha=(lower + upper) / 2)


def rrelu_derivative(x: Array, *, lower: float, upper: float) -> Array:
    """Return 1 for x > 0 and the mean slope otherwise."""
    return leaky_relu_derivative(x, alpha=(lower + upper) / 2)


def hard_tanh(x: Array, *, low: float, high: float) -> Array:
    """Return x limited to [low, high] (Collobert et al. 2011)."""
    return np.clip(x, low, high)


def hard_tanh_derivative(x: Array, *, low: float, high: float) -> Array:
    """Return 1 for low < x < high, else 0; 0 at both kinks."""
    return indicator((x > largest_up_to(low, x)) & (x < smallest_from(high, x)), x)


def hard_sigmoid(x: Array) -> Array:
    """Return min(max(x + 3, 0), 6) / 6 (Howard et al. 2019)."""
    out: Array = np.clip(x, -3.0, 3.0)
    out += 3.0
    out /= 6.0
    return out


def hard_sigmoid_derivative(x: Array) -> Array:
    """Return 1/6 for −3 < x < 3, else 0; 0 at both kinks."""
    out = indicator((x > -3) & (x < 3), x)
    out /= 6.0
    return out


def hard_swish(x: Array) -> Array:
    """Return x min(max(x + 3, 0), 6) / 6 (Howard et al. 2019); x is held at −4 on the left, where −inf · 0 waits."""
    out = hard_sigmoid(x)
    out *= np.maximum(x, -4.0)
    return out


def hard_swish_derivative(x: Array) -> Array:
    """Return (2 x + 3) / 6 for −3 < x < 3, 0 to the left and 1 to the right; at the kinks the straight side."""
    out: Array = np.clip(x, -3.0, 3.0)
    out *= 2.0
    out += 3.0
    out /= 6.0
    np.putmask(out, x <= -3, 0.0)
    np.putmask(out, x >= 3, 1.0)
    return out


ALPHA = nonnegative("alpha", 0.01)
LOW_BELOW_HIGH = Relation(text="low < high", holds=lambda values: values["low"] < values["high"])
LOWER_UP_TO_UPPER = Relation(text="lower ≤ upper", holds=lambda values: values["lower"] <= values["upper"])

LINEAR = (
    Elementwise(name="identity", in_blocks=False, value_kernel=identity, derivative_kernel=identity_derivative),
    Elementwise(
        name="binary_step", in_blocks=False, value_kernel=binary_step, derivative_kernel=binary_step_derivative
    ),
    Elementwise(name="relu", in_blocks=False, value_kernel=relu, derivative_kernel=relu_derivative),
    Elementwise(name="relu6", in_blocks=False, value_kernel=relu6, derivative_kernel=relu6_derivative),
    Elementwise(
        name="leaky_relu",
        in_blocks=False,
        value_kernel=leaky_relu,
        derivative_kernel=leaky_relu_derivative,
        parameters=(ALPHA,),
    ),
    Elementwise(
        name="prelu",
        in_blocks=False,
        value_kernel=leaky_relu,
        derivative_kernel=leaky_relu_derivative,
        parameters=(Parameter("alpha", 0.25, REAL),),
    ),
    RandomisedSlope(
        name="rrelu",
        in_blocks=False,
        value_kernel=rrelu,
        derivative_kernel=rrelu_derivative,
        parameters=(nonnegative("lower", 1 / 8), nonnegative("upper", 1 / 3)),
        relations=(LOWER_UP_TO_UPPER,),
    ),
    Elementwise(
        name="hard_tanh",
        in_blocks=False,
        value_kernel=hard_tanh,
        derivative_kernel=hard_tanh_derivative,
        parameters=(Parameter("low", -1.0, REAL), Parameter("high", 1.0, REAL)),
        relations=(LOW_BELOW_HIGH,),
    ),
    Elementwise(
        name="hard_sigmoid", in_blocks=False, value_kernel=hard_sigmoid, derivative_kernel=hard_sigmoid_derivative
    ),
    Elementwise(name="hard_swish", value_kernel=hard_swish, derivative_kernel=hard_swish_derivative),
)
