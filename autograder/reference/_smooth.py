"""Algebraic and periodic activations, and tanhshrink, whose formulas cancel as they stand."""

from __future__ import annotations

import math

import numpy as np

from autograder.reference._arguments import Array, positive
from autograder.reference._elementwise import Elementwise, in_float64
from autograder.reference._twofold import product_error, square_error, sum_error


def softsign(x: Array) -> Array:
    """Return x / (1 + |x|) (Turian, Bergstra and Bengio 2009), ±1 at ±inf."""
    out: Array = np.abs(x)
    out += 1.0
    np.divide(x, out, out=out)
    if np.isnan(out.max()):
        np.putmask(out, np.isinf(x), np.sign(x))
    return out


def softsign_derivative(x: Array) -> Array:
    """Return 1 / (1 + |x|)², squared after the division, because (1 + |x|)² overflows long before the result is 0."""
    out: Array = np.abs(x)
    out += 1.0
    np.divide(1.0, out, out=out)
    return np.square(out, out=out)


def half_root(x: Array, b: float) -> Array:
    """Return √(x² + b) / 2, by ``hypot`` where x² would overflow."""
    largest = 1e150 if x.dtype == np.float64 else 1e18
    if x.max() <= largest and x.min() >= -largest:
        out: Array = np.square(x)
        out += b
        np.sqrt(out, out=out)
    else:
        out = np.hypot(x, x.dtype.type(math.sqrt(b)))
    out *= 0.5
    return out


def squareplus(x: Array, *, b: float) -> Array:
    """Return (x + √(x² + b))/2 (Barron 2021), below 0 as b/4 over (|x| + √(x² + b))/2, which does not cancel."""
    out = half_root(x, b)
    out += 0.5 * np.abs(x)
    np.putmask(out, x < 0, (b / 4) / out)
    return out


def squareplus_derivative(x: Array, *, b: float) -> Array:
    """Return (1 + x/h)/2, h = √(x² + b), and where that cancels, below −h/2, (b/2)/(h (h + |x|))."""
    h = half_root(x, b)
    h *= 2.0
    out: Array = x / h
    out += 1.0
    out *= 0.5
    left = (b / 2) / h
    left /= h + np.abs(x)
    np.putmask(out, x < -math.sqrt(b / 3), left)
    if not np.isfinite(x.max() - x.min()):
        np.putmask(out, np.isinf(x), x > 0)
    return out


def sine(x: Array) -> Array:
    """Return sin x; nan at ±inf, where there is no limit."""
    return np.sin(x)


def sine_derivative(x: Array) -> Array:
    """Return cos x."""
    return np.cos(x)


def snake(x: Array, *, a: float) -> Array:
    """Return x + sin²(a x)/a (Liu, Hartwig and Ueda 2020); the ripple leaves ±inf and −0 as they are."""
    out = x + np.square(np.sin(x)) if a == 1 else _with_ripple(x, a=a)
    as_they_are = (x == 0) | np.isinf(x)
    if as_they_are.any():
        np.putmask(out, as_they_are, x)
    return out


@in_float64
def _with_ripple(x: Array, *, a: float) -> Array:
    """Return x + sin²(a x)/a, with what rounding cuts off the ripple, since x takes most of it away below 0."""
    phase = _phase(x, a)
    wave = np.sin(phase)
    square = wave * wave
    ripple = square / a
    product = ripple * a
    rest = square_error(wave, square)
    rest += square - product
    rest -= product_error(ripple, a, product)
    rest += 2.0 * wave * np.cos(phase) * _small(product_error(x, a, phase))
    rest = _small(rest)
    rest /= a
    out: Array = x + ripple
    out += rest
    return out


def _phase(x: Array, a: float) -> Array:
    """Return a x, and 0 where that overflows: one ulp of x is many turns there, and any phase is within the bound."""
    phase: Array = x * a
    if not np.isfinite(phase.max() - phase.min()):
        np.putmask(phase, np.isinf(phase) & np.isfinite(x), 0.0)
    return phase


def _small(rest: Array) -> Array:
    """Return the correction, with 0 where it is none: rounding moves huge phases by whole turns."""
    np.putmask(rest, ~(np.abs(rest) < 1e-3), 0.0)
    return rest


def snake_derivative(x: Array, *, a: float) -> Array:
    """Return 1 + sin(2 a x), near its double roots as (sin a x + cos a x)², which keeps its digits there."""
    if a != 1:
        return _stretched_ripple_slope(x, a=a)
    out: Array = 2.0 * x
    np.sin(out, out=out)
    low = np.flatnonzero(~(out >= -0.5))  # nan too: twice the largest numbers is infinite
    out += 1.0
    near = x.take(low)
    root: Array = np.sin(near)
    root += np.cos(near, out=near)
    out[low] = np.square(root, out=root)
    return out


@in_float64
def _stretched_ripple_slope(x: Array, *, a: float) -> Array:
    """Return (sin a x + cos a x)², which is 1 + sin(2 a x), with what rounding cuts off the phase and the sum."""
    phase = _phase(x, a)
    wave, slope = np.sin(phase), np.cos(phase)
    out: Array = wave + slope
    rest = sum_error(wave, slope, out)
    slope -= wave
    slope *= _small(product_error(x, a, phase))
    rest += slope
    rest *= 2.0 * out
    np.square(out, out=out)
    out += rest
    return out


def _lambert(depth: int) -> tuple[list[float], list[float]]:
    """Return numerator and denominator in s = x² of 3 + s/(5 + s/(7 + …)), from Lambert's fraction for tanh x.

    All coefficients are positive integers below 2⁵³, lowest power first.
    """
    numerator, denominator = [2 * depth + 1], [1]
    for odd in range(2 * depth - 1, 1, -2):
        shifted = [0, *denominator]
        width = max(len(numerator), len(shifted))
        padded = [numerator + [0] * (width - len(numerator)), shifted + [0] * (width - len(shifted))]
        numerator, denominator = [odd * top + low for top, low in zip(*padded, strict=True)], numerator
    return [float(c) for c in numerator], [float(c) for c in denominator]


LAMBERT_NUMERATOR, LAMBERT_DENOMINATOR = _lambert(11)
"""Depth 11: for |x| ≤ 1.5 what is cut off is below 10⁻¹⁸ of the result."""


def _horner(coefficients: list[float], s: Array) -> Array:
    out = np.full_like(s, coefficients[-1])
    for coefficient in reversed(coefficients[:-1]):
        out *= s
        out += coefficient
    return out


@in_float64
def tanhshrink(x: Array) -> Array:
    """Return x − tanh x, for |x| < 1.5 as x s/(s + 3 + s/(5 + s/(7 + …))), s = x², where the difference cancels."""
    out: Array = x - np.tanh(x)
    near = np.flatnonzero(np.abs(x) < 1.5)
    z = x[near]
    s = z * z
    top = s * _horner(LAMBERT_DENOMINATOR, s)
    out[near] = z * (top / (top + _horner(LAMBERT_NUMERATOR, s)))
    return out


def tanhshrink_derivative(x: Array) -> Array:
    """Return tanh² x."""
    return np.square(np.tanh(x))


SMOOTH = (
    Elementwise(name="softsign", in_blocks=False, value_kernel=softsign, derivative_kernel=softsign_derivative),
    Elementwise(
        name="squareplus",
        value_kernel=squareplus,
        derivative_kernel=squareplus_derivative,
        parameters=(positive("b", 4.0),),
    ),
    Elementwise(name="sine", value_kernel=sine, derivative_kernel=sine_derivative),
    Elementwise(name="snake", value_kernel=snake, derivative_kernel=snake_derivative, parameters=(positive("a", 1.0),)),
    Elementwise(name="tanhshrink", value_kernel=tanhshrink, derivative_kernel=tanhshrink_derivative),
)
