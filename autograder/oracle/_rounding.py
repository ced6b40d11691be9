"""From a ball to the nearest float, by integers, with ties to even: no rounding happens twice."""

from __future__ import annotations

import math
from dataclasses import dataclass
from fractions import Fraction

import numpy as np
from mpmath import libmp
from numpy.typing import DTypeLike

from autograder.oracle._balls import Ball, Raw, UnresolvedError, magnitude


@dataclass(frozen=True, kw_only=True)
class Format:
    """A binary format: bits of the significand, exponents of the smallest number and past the largest."""

    bits: int
    lowest: int
    overflow: int


NEVER_RESOLVED = 4_300
"""A number this many bits from a tie counts as the tie: x − tanh x at x = 21879798 in float32."""

FORMATS = {
    np.dtype(np.float64): Format(bits=53, lowest=-1074, overflow=1024),
    np.dtype(np.float32): Format(bits=24, lowest=-149, overflow=128),
    np.dtype(np.float16): Format(bits=11, lowest=-24, overflow=16),
}


def _odd_in_the_last_bit(value: Fraction) -> Raw:
    """Return a raw number that rounds as ``value`` does in every format: cut off far below, with its last bit set.

    A Fraction in a ball is no dyadic number, so that the bit is always set and no tie arises.
    """
    p, q = abs(value.numerator), value.denominator
    shift = max(0, 1_200 - p.bit_length() + q.bit_length())
    m = libmp.from_man_exp((p << shift) // q | 1, -shift)
    return libmp.mpf_neg(m) if value < 0 else m


def round_exact(m: Raw | Fraction, form: Format) -> float:
    """Return the number of the format nearest to ``m``, ties to even, subnormal and infinite results included."""
    if isinstance(m, Fraction):
        m = _odd_in_the_last_bit(m)
    sign, mantissa, exponent, count = m
    top = exponent + count
    if not mantissa or top < form.lowest:
        return -0.0 if sign else 0.0
    unit = max(top - form.bits, form.lowest)
    shift = unit - exponent
    if top > form.overflow:
        whole, unit = 1, form.overflow
    elif shift <= 0:
        whole = int(mantissa) << -shift
    else:
        whole, rest, half = int(mantissa) >> shift, int(mantissa) & ((1 << shift) - 1), 1 << (shift - 1)
        whole += rest > half or (rest == half and whole & 1)
    overflows = whole.bit_length() + unit > form.overflow
    value = math.inf if overflows else math.ldexp(whole, unit)
    return -value if sign else value


def round_ball(ball: Ball, dtype: DTypeLike, prec: int) -> float:
    """Return the correctly rounded value of every number in the ball; raise UnresolvedError where they round apart."""
    form = FORMATS[np.dtype(dtype)]
    m, k = ball
    if k is None:
        return round_exact(m, form)
    error = libmp.from_man_exp(1, k)
    low = round_exact(libmp.mpf_sub(m, error, prec, "f"), form)
    high = round_exact(libmp.mpf_add(m, error, prec, "c"), form)
    if low == high:
        return high
    size = magnitude(m)
    if size is not None and k < size - NEVER_RESOLVED:
        return round_exact(m, form)
    raise UnresolvedError
