"""The range of a function from its pieces: limits at the ends, values at kinks and where the derivative vanishes."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache

import sympy as sp

from autograder.catalogue._limits import limit_at_infinity
from autograder.catalogue._pieces import Piece
from autograder.errors import GraderFailure

DIGITS = 50
"""Decimal digits of a root that SymPy cannot write down."""

Brackets = tuple[tuple[sp.Expr | float, sp.Expr | float], ...]


@dataclass(frozen=True)
class Range:
    """The set of a function's values, as a SymPy set; prints like ``(0, 1)``."""

    set: sp.Set

    @property
    def low(self) -> sp.Expr:
        """Greatest lower bound."""
        return self.set.inf

    @property
    def high(self) -> sp.Expr:
        """Least upper bound."""
        return self.set.sup

    @property
    def low_attained(self) -> bool:
        """Whether some input gives `low` exactly."""
        return bool(self.low.is_finite and self.set.contains(self.low) == sp.true)

    @property
    def high_attained(self) -> bool:
        """Whether some input gives `high` exactly."""
        return bool(self.high.is_finite and self.set.contains(self.high) == sp.true)

    def __str__(self) -> str:
        parts = self.set.args if isinstance(self.set, sp.Union) else (self.set,)
        return " ∪ ".join(_part_text(part) for part in sorted(parts, key=lambda part: part.inf))

    def __contains__(self, value: float) -> bool:
        return bool(self.set.contains(sp.Float(value)) == sp.true)


def _part_text(part: sp.Set) -> str:
    if isinstance(part, sp.FiniteSet):
        return "{" + ", ".join(number_text(number) for number in part) + "}"
    return interval_text(part)


def number_text(number: sp.Expr) -> str:
    """Print exact short numbers exactly, others to six digits."""
    if number in (sp.oo, -sp.oo):
        return "∞" if number == sp.oo else "−∞"
    exact = str(number)
    text = exact if number.is_Rational and len(exact) <= 6 else f"{float(number):.6g}"
    return text.replace("-", "−")


def interval_text(domain: sp.Interval) -> str:
    """Print a SymPy interval, such as ``[0, ∞)``."""
    opening, closing = "(" if domain.left_open else "[", ")" if domain.right_open else "]"
    return f"{opening}{number_text(domain.start)}, {number_text(domain.end)}{closing}"


def domain_text(domain: sp.Set) -> str:
    """Print what a parameter may be."""
    words = {sp.S.Reals: "the real numbers", sp.S.Naturals: "{1, 2, 3, …}"}
    # SymPy has the real line as an interval too, equal to the set but with another hash.
    return next((text for known, text in words.items() if domain == known), "") or interval_text(domain)


@lru_cache(maxsize=1024)
def roots(
    expr: sp.Expr, symbol: sp.Symbol, low: sp.Expr, high: sp.Expr, brackets: Brackets | None
) -> tuple[sp.Expr, ...]:
    """Return the isolated roots of ``expr`` in the open interval, by SymPy or to `DIGITS` digits in the brackets.

    Of a periodic expression SymPy finds the roots of one period.
    """
    if not expr.has(symbol):
        return ()
    if brackets is not None:
        inside = [(sp.sympify(left), sp.sympify(right)) for left, right in brackets]
        return tuple(_root(expr, symbol, left, right) for left, right in inside if low <= left and right <= high)
    real = [root for root in sp.solve(expr, symbol) if abs(sp.im(root.evalf())) < 1e-30]
    return tuple(sorted((root for root in real if low < root < high), key=float))


def _root(expr: sp.Expr, symbol: sp.Symbol, low: sp.Expr, high: sp.Expr) -> sp.Expr:
    """Return the root in a bracket: its middle if that is one exactly, else a number of `DIGITS` digits."""
    middle = (low + high) / 2
    if expr.subs(symbol, middle) == 0:
        return middle
    try:
        return sp.nsolve(expr, symbol, (low, high), solver="anderson", prec=DIGITS, verify=False)
    except (ValueError, ZeroDivisionError) as error:
        raise GraderFailure(f"No root of {expr} was found between {low} and {high}: {error}.") from error


def find(
    pieces: Iterable[Piece], symbol: sp.Symbol, kink_values: Iterable[sp.Expr], brackets: Brackets | None
) -> Range:
    """Return the union of the kinks' values and of each piece's image."""
    images = [_image(piece, symbol, brackets) for piece in pieces]
    return Range(sp.Union(sp.FiniteSet(*kink_values), *images))


def _image(piece: Piece, symbol: sp.Symbol, brackets: Brackets | None) -> sp.Set:
    """Return the image of a piece: an interval, since a piece is continuous on an open interval."""
    if not piece.expr.has(symbol):
        return sp.FiniteSet(piece.expr)
    slope = sp.diff(piece.expr, symbol)
    turning = [piece.expr.subs(symbol, root) for root in roots(slope, symbol, piece.low, piece.high, brackets)]
    limits = [_limit(piece.expr, symbol, piece.low, "+"), _limit(piece.expr, symbol, piece.high, "-")]
    # A periodic function has no limit at infinity; it takes all of its values between two turning points.
    ends = [limit for limit in limits if not isinstance(limit, sp.AccumBounds)]
    low, high = sp.Min(*turning, *ends), sp.Max(*turning, *ends)
    return sp.Interval(low, high, left_open=low not in turning, right_open=high not in turning)


def _limit(expr: sp.Expr, symbol: sp.Symbol, end: sp.Expr, side: str) -> sp.Expr:
    """Return the limit at one end of a piece."""
    return sp.limit(expr, symbol, end, side) if end.is_finite else limit_at_infinity(expr, symbol, int(sp.sign(end)))
