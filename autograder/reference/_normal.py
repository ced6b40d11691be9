"""Activations made from the normal distribution: the left tail needs the scaled complementary error function."""

from __future__ import annotations

import math

import numpy as np
from scipy import special

from autograder.reference._arguments import Array
from autograder.reference._elementwise import Elementwise, in_float64
from autograder.reference._pieces import tame

SQRT_HALF = math.sqrt(0.5)
SQRT_HALF_PI = math.sqrt(math.pi / 2)
SQRT_TWO_PI = math.sqrt(2 * math.pi)
SPLITTER = 134_217_729.0
"""2²⁷ + 1: Veltkamp's constant, which cuts a float64 into two halves of 26 bits."""

TAIL = -1.5
"""Left of here erfc loses a digit to the rounding of its argument, and erfcx takes over."""


def exp_of_minus_square(x: Array, scale: float) -> Array:
    """Return exp(−scale·x²) for scale 1 or ½ and float64 |x| ≤ 64, where rounding x² alone would cost up to x² ulp.

    The rounding error of the square (Dekker's product) enters as a factor 1 − error.
    """
    square: Array = x * x
    high: Array = x * SPLITTER
    high -= high - x
    low = x - high
    error = high * high
    error -= square
    high *= low
    high *= 2.0
    error += high
    low *= low
    error += low
    error *= scale
    square *= -scale
    np.exp(square, out=square)
    error *= square
    square -= error
    return square


@in_float64
def gaussian(x: Array) -> Array:
    """Return exp(−x²)."""
    return exp_of_minus_square(tame(x, -64.0, 64.0), 1.0)


@in_float64
def gaussian_derivative(x: Array) -> Array:
    """Return −2 x exp(−x²)."""
    near = tame(x, -64.0, 64.0)
    out = exp_of_minus_square(near, 1.0)
    out *= near
    out *= -2.0
    return out


@in_float64
def gelu(x: Array) -> Array:
    """Return x Φ(x), Φ the standard normal distribution function (Hendrycks and Gimpel 2016, equation 1)."""
    out: Array = x * -SQRT_HALF
    special.erfc(out, out=out)
    out *= x
    out *= 0.5
    if not x.min() >= TAIL:
        tail = np.flatnonzero(x < TAIL)
        t = np.maximum(x[tail], -64.0)
        out[tail] = 0.5 * t * special.erfcx(t * -SQRT_HALF) * exp_of_minus_square(t, 0.5)
    return out


@in_float64
def gelu_derivative(x: Array) -> Array:
    """Return Φ(x) + x φ(x); left of −1.5 as φ(x) (x + R(−x)) with Mills' ratio R, so that the tail keeps its digits."""
    near = tame(x, -64.0, 64.0)
    density = exp_of_minus_square(near, 0.5)
    density /= SQRT_TWO_PI
    out: Array = near * -SQRT_HALF
    special.erfc(out, out=out)
    out *= 0.5
    out += near * density
    if not near.min() >= TAIL:
        tail = np.flatnonzero(near < TAIL)
        t = near[tail]
        out[tail] = density[tail] * (t + SQRT_HALF_PI * special.erfcx(t * -SQRT_HALF))
    return out


NORMAL = (
    Elementwise(name="gelu", value_kernel=gelu, derivative_kernel=gelu_derivative),
    Elementwise(name="gaussian", value_kernel=gaussian, derivative_kernel=gaussian_derivative),
)
