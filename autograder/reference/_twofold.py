"""The part of a product or of a constant that rounding cuts off, so that it can be put back where it matters.

All in float64. Below 2⁻⁴⁵⁰ or above 2⁴⁵⁰ the products would leave the range; the kernels do not need them there.
"""

from __future__ import annotations

from decimal import Decimal, localcontext

import numpy as np

from autograder.reference._arguments import Array

SPLITTER = 134_217_729.0
"""2²⁷ + 1: Veltkamp's constant, which cuts a float64 into two halves of 26 bits."""

PI = Decimal("3.14159265358979323846264338327950288419716939937510")


def split_constant(value: Decimal) -> tuple[float, float]:
    """Return the float64 nearest to ``value``, and what is missing from it."""
    with localcontext(prec=50):
        nearest = float(value)
        return nearest, float(value - Decimal(nearest))


def root(value: Decimal) -> Decimal:
    """Return the square root to 50 digits."""
    with localcontext(prec=50):
        return value.sqrt()


def halves(x: Array) -> tuple[Array, Array]:
    """Return two halves of x, of 26 bits each, whose sum is x (Veltkamp 1968)."""
    high: Array = x * SPLITTER
    high -= high - x
    return high, x - high


def product_error(x: Array, y: Array | float, product: Array) -> Array:
    """Return x y − product, exactly, for the rounded product (Dekker 1971)."""
    high, low = halves(x)
    other_high, other_low = halves(np.asarray(y, dtype=np.float64))
    error = high * other_high
    error -= product
    high *= other_low
    error += high
    error += low * other_high
    low *= other_low
    error += low
    return error


def sum_error(x: Array, y: Array | float, total: Array) -> Array:
    """Return x + y − total, exactly, for the rounded total (Knuth 1969)."""
    back = total - x
    error: Array = x - (total - back)
    error += y - back
    return error


UPPER_BITS = np.uint64(2**64 - 2**27)
"""A mask that leaves 26 digits of a float64, so that the square of what is left is exact."""


def square_error(x: Array, square: Array) -> Array:
    """Return x² − square for the rounded square: with h the upper half of x's digits, (h² − square) + (x − h)(x + h).

    Only the last product and the last sum round.
    """
    high: Array = (x.view(np.uint64) & UPPER_BITS).view(np.float64)
    error: Array = high * high
    error -= square
    low = x - high
    high += x
    low *= high
    error += low
    return error
