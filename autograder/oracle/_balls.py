"""Ball arithmetic: a number in many digits together with a proven bound on its error.

A ball is a pair (m, k): the exact value differs from the midpoint m, a raw mpmath number, by at most 2**k. Where k is
None, m is the exact value, and may be a Fraction: (x + 3)/6 can lie exactly between two floats, where no number of
bits would tell. Every operation bounds what it inherits and adds the rounding of its own result, so that a sum that
cancels, such as 1 + erf(−30), shows its loss instead of hiding it. The bounds assume of mpmath's elementary functions
an error of at most 4 units in the last of ``prec`` bits; mpmath promises less than 1.
"""

from __future__ import annotations

from fractions import Fraction
from typing import Any

from mpmath import libmp

Raw = Any
"""mpmath's raw number: the tuple (sign, mantissa, exponent, bit count)."""

Ball = tuple[Any, int | None]
FAR_BITS = 14
FAR = 2**FAR_BITS
"""Functions within 2**−FAR of their asymptotes are replaced by them: no float is near enough to see it."""

ZERO: Ball = (libmp.fzero, None)
ONE: Ball = (libmp.fone, None)


class UnresolvedError(Exception):
    """The error bound is too wide to go on: repeat with more bits."""


def magnitude(m: Raw) -> int | None:
    """Return e with 2**(e−1) ≤ |m| < 2**e, and None for zero."""
    return m[2] + m[3] if m[1] else None


def worst(*bounds: int | None) -> int | None:
    """Return an exponent that bounds the sum of up to four errors 2**k; None stands for no error."""
    present = [bound for bound in bounds if bound is not None]
    return max(present) + 2 if present else None


def plus(a: int | None, b: int | None) -> int | None:
    """Return a + b, the exponent of a product, and None where a factor is zero."""
    return None if a is None or b is None else a + b


def rounding(m: Raw, prec: int) -> int | None:
    """Return the exponent of the rounding error of a computed midpoint."""
    return plus(magnitude(m), 2 - prec)


def relative_margin(a: Ball, bits: int) -> int:
    """Return the magnitude of a ball whose error is at least ``bits`` bits smaller than itself, else raise."""
    size = magnitude(a[0])
    if size is None or (a[1] is not None and a[1] > size - bits):
        raise UnresolvedError
    return size


def exact(value: Fraction) -> Ball:
    """Return a rational number, as a raw number where its denominator is a power of two."""
    p, q = value.numerator, value.denominator
    return (value if q & (q - 1) else libmp.from_man_exp(p, 1 - q.bit_length())), None


def fraction(a: Ball) -> Fraction:
    """Return the value of an exact ball."""
    if isinstance(a[0], Fraction):
        return a[0]
    sign, mantissa, exponent, _ = a[0]
    whole = -int(mantissa) if sign else int(mantissa)
    return Fraction(whole << exponent) if exponent >= 0 else Fraction(whole, 1 << -exponent)


def raw(a: Ball, prec: int) -> Ball:
    """Return the ball around a raw number."""
    if not isinstance(a[0], Fraction):
        return a
    m = libmp.from_rational(a[0].numerator, a[0].denominator, prec)
    return m, rounding(m, prec)


def add(a: Ball, b: Ball, prec: int) -> Ball:
    """Return a + b."""
    if a[1] is None and b[1] is None:
        if isinstance(a[0], Fraction) or isinstance(b[0], Fraction):
            return exact(fraction(a) + fraction(b))
        return libmp.mpf_add(a[0], b[0]), None
    (a, b) = raw(a, prec), raw(b, prec)
    m = libmp.mpf_add(a[0], b[0], prec)
    return m, worst(a[1], b[1], rounding(m, prec))


def negate(a: Ball) -> Ball:
    """Return −a."""
    return (-a[0] if isinstance(a[0], Fraction) else libmp.mpf_neg(a[0])), a[1]


def multiply(a: Ball, b: Ball, prec: int) -> Ball:
    """Return a b."""
    if a[1] is None and b[1] is None:
        if isinstance(a[0], Fraction) or isinstance(b[0], Fraction):
            return exact(fraction(a) * fraction(b))
        return libmp.mpf_mul(a[0], b[0]), None
    (a, b) = raw(a, prec), raw(b, prec)
    m = libmp.mpf_mul(a[0], b[0], prec)
    inherited = (plus(magnitude(a[0]), b[1]), plus(magnitude(b[0]), a[1]), plus(a[1], b[1]))
    return m, worst(*inherited, rounding(m, prec))


def inverse(a: Ball, prec: int) -> Ball:
    """Return 1/a; the error of a, relative to a, becomes that of 1/a."""
    if isinstance(a[0], Fraction):
        return exact(1 / a[0])
    size = relative_margin(a, 2)
    m = libmp.mpf_div(libmp.fone, a[0], prec)
    if a[1] is None and a[0][1] == 1:
        return m, None
    return m, worst(plus(a[1], 4 - 2 * size), rounding(m, prec))


def power(a: Ball, n: int, prec: int) -> Ball:
    """Return a**n for an integer n."""
    if n < 0:
        return inverse(power(a, -n, prec), prec)
    result, square = ONE, a
    while n:
        if n & 1:
            result = multiply(result, square, prec)
        n >>= 1
        if n:
            square = multiply(square, square, prec)
    return result


def sqrt(a: Ball, prec: int) -> Ball:
    """Return √a."""
    a = raw(a, prec)
    if a == ZERO:
        return ZERO
    size = relative_margin(a, 2)
    m = libmp.mpf_sqrt(a[0], prec)
    return m, worst(plus(a[1], -((size - 1) // 2)), rounding(m, prec))


def exp(a: Ball, prec: int) -> Ball:
    """Return the exponential of a ball; where it lies far below 2**−FAR, that is all it says."""
    a = raw(a, prec)
    if a == ZERO:
        return ONE
    small_error(a)
    if beyond(a[0], FAR_BITS) and a[0][0]:
        return libmp.fzero, -FAR
    m = libmp.mpf_exp(a[0], prec)
    return m, worst(plus(magnitude(m), plus(a[1], 1)), rounding(m, prec))


def log(a: Ball, prec: int) -> Ball:
    """Return log a."""
    a = raw(a, prec)
    if a == ONE:
        return ZERO
    size = relative_margin(a, 2)
    m = libmp.mpf_log(a[0], prec)
    return m, worst(plus(a[1], 2 - size), rounding(m, prec))


def small_error(a: Ball) -> None:
    """Raise unless the error is at most 1."""
    if a[1] is not None and a[1] > 0:
        raise UnresolvedError


def beyond(m: Raw, bits: int) -> bool:
    """Return whether |m| ≥ 2**bits."""
    size = magnitude(m)
    return size is not None and size > bits


def _saturated(a: Ball, bits: int) -> Ball | None:
    """Return ±1 with an error of 2**−FAR where |a| > 2**bits, from where tanh and erf are closer to ±1 than that."""
    if not beyond(a[0], bits + 1):
        return None
    relative_margin(a, 2)
    return (libmp.fnone if a[0][0] else libmp.fone), -FAR


def _lipschitz(function: Any, a: Ball, prec: int) -> Ball:
    """Apply a function that vanishes or not at 0 and whose slope is at most 2 everywhere."""
    a = raw(a, prec)
    small_error(a)
    m = function(a[0], prec)
    if a == ZERO:
        return m, None
    return m, worst(plus(a[1], 1), rounding(m, prec))


def sin(a: Ball, prec: int) -> Ball:
    """Return sin a."""
    return _lipschitz(libmp.mpf_sin, a, prec)


def cos(a: Ball, prec: int) -> Ball:
    """Return cos a."""
    return _lipschitz(libmp.mpf_cos, a, prec)


def tanh(a: Ball, prec: int) -> Ball:
    """Return tanh a."""
    a = raw(a, prec)
    return _saturated(a, FAR_BITS) or _lipschitz(libmp.mpf_tanh, a, prec)


def atan(a: Ball, prec: int) -> Ball:
    """Return arctan a."""
    return _lipschitz(libmp.mpf_atan, a, prec)


def erf(a: Ball, prec: int) -> Ball:
    """Return erf a, whose slope is at most 2/√π < 2."""
    a = raw(a, prec)
    return _saturated(a, FAR_BITS // 2) or _lipschitz(libmp.mpf_erf, a, prec)


def erfc(a: Ball, prec: int) -> Ball:
    """Return erfc a; to the right of 0 its logarithm's slope is at most 2a + 2, so that the tail keeps its digits."""
    a = raw(a, prec)
    size = magnitude(a[0])
    if a[0][0] or size is None or size <= 0:
        return _lipschitz(libmp.mpf_erfc, a, prec)
    if size > FAR_BITS // 2 + 1:
        relative_margin(a, 2)
        return libmp.fzero, -FAR
    steep = plus(a[1], size + 3)
    if steep is not None and steep > -1:
        raise UnresolvedError
    m = libmp.mpf_erfc(a[0], prec)
    return m, worst(plus(magnitude(m), plus(steep, 1)), rounding(m, prec))


def absolute(a: Ball) -> Ball:
    """Return |a|."""
    return (abs(a[0]) if isinstance(a[0], Fraction) else libmp.mpf_abs(a[0])), a[1]


def maximum(a: Ball, b: Ball, prec: int) -> Ball:
    """Return max(a, b), which moves by no more than the larger of the two errors."""
    if a[1] is None and b[1] is None:
        return a if sign(add(a, negate(b), prec)) >= 0 else b
    (a, b) = raw(a, prec), raw(b, prec)
    larger = a[0] if libmp.mpf_ge(a[0], b[0]) else b[0]
    return larger, worst(a[1], b[1])


def sign(a: Ball) -> int:
    """Return −1, 0 or 1; raise where the ball contains zero and more."""
    if isinstance(a[0], Fraction):
        return 1 if a[0] > 0 else -1
    if a[1] is not None:
        relative_margin(a, 2)
    return int(libmp.mpf_sign(a[0]))


def pi(prec: int) -> Ball:
    """Return π."""
    return libmp.mpf_pi(prec), 4 - prec
