"""Activations made from the normal distribution: its density and its distribution function, exact in the tails."""

from __future__ import annotations

import math

import numpy as np

from autograder.reference._arguments import Array
from autograder.reference._elementwise import Elementwise, in_float32, in_float64
from autograder.reference._mills import SHIFT, scaled_tail_times_shift, short_tail_times_shift
from autograder.reference._pieces import tame
from autograder.reference._twofold import PI, product_error, root, split_constant, square_error, sum_error

DENSITY_AT_0, DENSITY_AT_0_REST = split_constant(root(1 / (2 * PI)))
"""1/√(2π)."""

EDGE = 64.0
"""Beyond ±64 the density underflows."""


def exp_of_minus_square(x: Array, scale: float) -> Array:
    """Return exp(−scale·x²) for scale 1 or ½ and float64 x, where rounding x² alone would cost up to x² ulp.

    The rounding error of the square enters as a factor 1 − error.
    """
    square: Array = x * x
    if not square.max() <= EDGE**2:
        x = np.clip(x, -EDGE, EDGE)
        square = x * x
    error = square_error(x, square)
    if scale != 1:
        error *= scale
    square *= -scale
    np.exp(square, out=square)
    error *= square
    square -= error
    return square


def _short_gaussian(x: Array) -> Array:
    """Return exp(−x²), up to 1 + c/2 ulp off for the rounding of x²; to put that back would double the time."""
    out: Array = np.square(x)
    np.negative(out, out=out)
    return np.exp(out, out=out)


@in_float32(_short_gaussian)
def gaussian(x: Array) -> Array:
    """Return exp(−x²)."""
    return exp_of_minus_square(x, 1.0)


@in_float64
def _short_gaussian_derivative(x: Array) -> Array:
    near = tame(x, -EDGE, EDGE)
    out = _short_gaussian(near)
    out *= near
    out *= -2.0
    return out


@in_float32(_short_gaussian_derivative)
def gaussian_derivative(x: Array) -> Array:
    """Return −2 x exp(−x²)."""
    near = tame(x, -EDGE, EDGE)
    out = exp_of_minus_square(near, 1.0)
    out *= near
    out *= -2.0
    return out


@in_float64
def _short_gelu(x: Array) -> Array:
    distance = np.minimum(np.abs(x), EDGE)
    out: Array = np.square(distance)
    out *= -0.5
    np.exp(out, out=out)
    out *= short_tail_times_shift(distance)
    distance += SHIFT
    out /= distance
    np.subtract(x >= 0, out, out=out)
    np.abs(out, out=out)
    out *= tame(x, -EDGE, np.inf)
    return out


@in_float32(_short_gelu)
def gelu(x: Array) -> Array:
    """Return x Φ(x) (Hendrycks and Gimpel 2016, equation 1), with Φ(x) = 1 − Φ(−x) on the right."""
    distance = np.minimum(np.abs(x), EDGE)
    out = exp_of_minus_square(distance, 0.5)
    tail, rest = scaled_tail_times_shift(distance)
    shifted = distance + SHIFT
    rest /= tail
    rest -= sum_error(distance, SHIFT, shifted) / shifted
    out *= tail
    out /= shifted
    rest *= out
    out += rest
    # On the right 1 − out, on the left out itself, without a branch for each element.
    np.subtract(x >= 0, out, out=out)
    np.abs(out, out=out)
    out *= tame(x, -EDGE, np.inf)
    return out


@in_float64
def _short_gelu_derivative(x: Array) -> Array:
    distance = np.minimum(np.abs(x), EDGE)
    density: Array = np.square(distance)
    density *= -0.5
    np.exp(density, out=density)
    out = short_tail_times_shift(distance)
    shifted = distance + SHIFT
    distance *= DENSITY_AT_0
    distance *= shifted
    out -= distance
    out /= shifted
    out *= density
    right = x >= 0
    out *= 1.0 - 2.0 * right
    out += right
    return out


@in_float32(_short_gelu_derivative)
def gelu_derivative(x: Array) -> Array:
    """Return Φ(x) + x φ(x), for x = −u below 0 as φ(u) (R(u) − u) with Mills' ratio R, and 1 minus that for x = u.

    The difference is taken of (u + 1) R and u (u + 1), before the one division, with all that rounding cuts off.
    """
    distance = np.minimum(np.abs(x), EDGE)
    pull: Array = distance * DENSITY_AT_0
    rest = product_error(distance, DENSITY_AT_0, pull)
    rest += distance * DENSITY_AT_0_REST
    shifted = distance + SHIFT
    rest *= -shifted
    tail, cut = scaled_tail_times_shift(distance)
    rest += cut
    first = tail - pull
    rest += sum_error(tail, -pull, first)
    square = pull * distance
    rest -= product_error(pull, distance, square)
    out: Array = first - square
    rest += sum_error(first, -square, out)
    rest -= out * (sum_error(distance, SHIFT, shifted) / shifted)
    out += rest
    out /= shifted
    out *= exp_of_minus_square(distance, 0.5)
    right = (x >= 0).astype(np.float64)
    out *= 1.0 - 2.0 * right
    out += right
    centre = np.flatnonzero(distance < NEAR_0)
    out[centre] = 0.5 + x[centre] * _polynomial(x[centre] ** 2)
    return out


NEAR_0 = 0.25
SERIES = tuple((-1) ** n * (2 * n + 2) * DENSITY_AT_0 / ((2 * n + 1) * 2**n * math.factorial(n)) for n in range(8))
"""Φ(x) + x φ(x) − ½ is x times this power series in x², which reaches float64 for |x| < ¼."""


def _polynomial(s: Array) -> Array:
    out = np.full_like(s, SERIES[-1])
    for coefficient in SERIES[-2::-1]:
        out *= s
        out += coefficient
    return out


NORMAL = (
    Elementwise(name="gelu", value_kernel=gelu, derivative_kernel=gelu_derivative),
    Elementwise(name="gaussian", value_kernel=gaussian, derivative_kernel=gaussian_derivative),
)
