"""Activations made from the normal distribution: the left tail needs the scaled complementary error function."""

from __future__ import annotations

import math

import numpy as np
from scipy import special

from autograder.reference._arguments import Array
from autograder.reference._elementwise import Elementwise

SQRT_HALF = math.sqrt(0.5)
SQRT_HALF_PI = math.sqrt(math.pi / 2)
SQRT_TWO_PI = math.sqrt(2 * math.pi)
SPLITTER = 134_217_729.0
"""2²⁷ + 1: Veltkamp's constant, which cuts a float64 into two halves of 26 bits."""


def exp_of_minus_square(x: Array, scale: float) -> Array:
    """Return exp(−scale·x²) for scale 1 or ½ and float64 x, where rounding x² would cost up to scale·x² ulp.

    x is cut into a high half, whose square is exact, and the rest: x² = h² + (x − h)(x + h).
    """
    near = np.clip(x, -64.0, 64.0)
    cut = near * SPLITTER
    high = cut - (cut - near)
    out: Array = np.exp(-scale * (high * high))
    out *= np.exp(-scale * ((near - high) * (near + high)))
    return out


def gelu(x: Array) -> Array:
    """Return x Φ(x), Φ the standard normal distribution function (Hendrycks and Gimpel 2016, equation 1).

    Below −1 the product is x φ(x) R(−x) with Mills' ratio R, a scaled complementary error function.
    """
    out: Array = special.erfc(x * -SQRT_HALF)
    out *= 0.5 * np.maximum(x, -1e300)
    tail = x < -1.0
    t = np.maximum(x[tail], -64.0)
    out[tail] = 0.5 * t * special.erfcx(t * -SQRT_HALF) * exp_of_minus_square(t, 0.5)
    return out


def gelu_derivative(x: Array) -> Array:
    """Return Φ(x) + x φ(x); below −1 as φ(x) (x + R(−x)), so that the tail keeps its digits."""
    near = np.clip(x, -64.0, 64.0)
    density = exp_of_minus_square(near, 0.5)
    density /= SQRT_TWO_PI
    out: Array = 0.5 * special.erfc(near * -SQRT_HALF) + near * density
    tail = x < -1.0
    t = near[tail]
    out[tail] = density[tail] * (t + SQRT_HALF_PI * special.erfcx(t * -SQRT_HALF))
    return out


NORMAL = (Elementwise(name="gelu", value_kernel=gelu, derivative_kernel=gelu_derivative),)
