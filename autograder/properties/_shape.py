"""Monotonicity, parity, smoothness and special points of a function given as smooth pieces."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

import sympy as sp
from sympy.functions.elementary.trigonometric import TrigonometricFunction

from autograder.catalogue._pieces import Piece, inner_point
from autograder.catalogue._range import Brackets, roots

DIGITS = 30
"""Decimal digits in which signs are evaluated."""

MAX_ORDER = 6
"""The highest derivative whose jumps are looked for; polynomials and exponentials that agree so far are equal."""

Pieces = Sequence[Piece]


def sign_at(expr: sp.Expr, symbol: sp.Symbol, point: sp.Expr) -> int:
    """Return the sign of an expression at a point, evaluated to `DIGITS` digits."""
    return int(sp.sign(expr.subs(symbol, point).evalf(DIGITS)))


def signs(piece: Piece, expr: sp.Expr, symbol: sp.Symbol, brackets: Brackets | None) -> list[tuple[sp.Expr, int]]:
    """Return the stretches of a piece between roots of ``expr``, each as its left end and the sign on it."""
    ends = [piece.low, *roots(expr, symbol, piece.low, piece.high, brackets), piece.high]
    return [(low, sign_at(expr, symbol, inner_point(low, high))) for low, high in pairwise(ends)]


def monotonicity(pieces: Pieces, values: Sequence[sp.Expr], symbol: sp.Symbol, brackets: Brackets | None) -> str:
    """Return "strictly increasing", "increasing", "strictly decreasing", "decreasing", "constant" or "none"."""
    found = [sign for p in pieces for _, sign in signs(p, sp.diff(p.expr, symbol), symbol, brackets)]
    jumps = []
    for left, right, value in zip(pieces, pieces[1:], values, strict=False):
        before, after = side_limits(left, right, 0, symbol)
        jumps += [int(sp.sign((value - before).evalf(DIGITS))), int(sp.sign((after - value).evalf(DIGITS)))]
    directions = {*found, *jumps} - {0}
    if len(directions) != 1:
        return "none" if directions else "constant"
    word = "increasing" if directions == {1} else "decreasing"
    return f"strictly {word}" if 0 not in found else word


def side_limits(left: Piece, right: Piece, order: int, symbol: sp.Symbol) -> tuple[sp.Expr, sp.Expr]:
    """Return the limits of the ``order``-th derivative from both sides of the cut between two pieces."""
    return (
        sp.limit(sp.diff(left.expr, symbol, order), symbol, left.high, "-"),
        sp.limit(sp.diff(right.expr, symbol, order), symbol, right.low, "+"),
    )


def parity(pieces: Pieces, values: Sequence[sp.Expr], symbol: sp.Symbol) -> str:
    """Return "odd", "even" or "none"; piece by piece f(−x) is compared with ±f(x)."""
    mirrored = [p.expr.subs(symbol, -symbol) for p in reversed(pieces)]
    pairs = [(p.expr, m, inner_point(p.low, p.high)) for p, m in zip(pieces, mirrored, strict=True)]
    cuts = [p.high for p in pieces[:-1]]
    if any(sp.simplify(a + b) != 0 for a, b in zip(cuts, reversed(cuts), strict=True)):
        return "none"
    for name, factor in (("odd", -1), ("even", 1)):
        ends = zip(values, reversed(values), strict=True)
        if all(_equal(f, factor * m, symbol, at) for f, m, at in pairs) and all(a == factor * b for a, b in ends):
            return name
    return "none"


def _equal(left: sp.Expr, right: sp.Expr, symbol: sp.Symbol, point: sp.Expr) -> bool:
    difference = left - right
    if abs(difference.subs(symbol, point).evalf(DIGITS)) > sp.Float(10) ** -20:
        return False
    return bool(sp.simplify(difference.rewrite(sp.exp)) == 0)


def continuity(pieces: Pieces, values: Sequence[sp.Expr], symbol: sp.Symbol) -> int | None:
    """Return the largest k for which f is in Cᵏ, −1 for a function that jumps, None for C^∞."""
    found: list[int] = []
    for left, right, value in zip(pieces, pieces[1:], values, strict=False):
        if len({sp.nsimplify(side) for side in (*side_limits(left, right, 0, symbol), value)}) > 1:
            found.append(-1)
            continue
        for order in range(1, MAX_ORDER):
            before, after = side_limits(left, right, order, symbol)
            if sp.simplify(before - after) != 0:
                found.append(order - 1)
                break
    return min(found, default=None)


def fixed_points(pieces: Pieces, values: Sequence[sp.Expr], symbol: sp.Symbol, brackets: Brackets | None) -> sp.Set:
    """Return the set of fixed points, f(x) = x, with whole intervals where the function is the identity."""
    found: list[sp.Set] = []
    for piece in pieces:
        equation = piece.expr - symbol
        inside = sp.Interval.open(piece.low, piece.high)
        if equation == 0:
            found.append(inside)
        elif equation.has(symbol):
            found.append(sp.Intersection(root_set(piece, equation, symbol, brackets), inside))
    cuts = [piece.high for piece in pieces[:-1]]
    found.append(sp.FiniteSet(*(cut for cut, value in zip(cuts, values, strict=True) if cut == value)))
    return sp.Union(*found)


def is_periodic(expr: sp.Expr, symbol: sp.Symbol) -> bool:
    """Whether an expression repeats itself; SymPy is asked only where it holds what can repeat."""
    return expr.has(TrigonometricFunction) and sp.periodicity(expr, symbol) is not None


def root_set(piece: Piece, expr: sp.Expr, symbol: sp.Symbol, brackets: Brackets | None) -> sp.Set:
    """Return the roots of ``expr`` on a piece; of a periodic expression all of them, and not one period's."""
    if brackets is None and is_periodic(expr, symbol):
        return sp.solveset(expr, symbol, sp.Reals)
    return sp.FiniteSet(*roots(expr, symbol, piece.low, piece.high, brackets))


def sign_changes(pieces: Pieces, symbol: sp.Symbol, brackets: Brackets | None, *, order: int) -> sp.Set:
    """Return where the ``order``-th derivative changes its sign, at roots and at cuts; zero is no sign."""
    found = [sp.diff(piece.expr, symbol, order) for piece in pieces]
    for piece, derivative in zip(pieces, found, strict=True):
        if derivative.has(symbol) and brackets is None and is_periodic(derivative, symbol):
            crossings = [at for at, before, after in _steps(signs(piece, derivative, symbol, None)) if before != after]
            return root_set(piece, derivative, symbol, None) if crossings else sp.S.EmptySet
    stretches = [s for p, d in zip(pieces, found, strict=True) for s in signs(p, d, symbol, brackets)]
    return sp.FiniteSet(*(at for at, before, after in _steps(stretches) if before * after == -1))


def _steps(stretches: Sequence[tuple[sp.Expr, int]]) -> list[tuple[sp.Expr, int, int]]:
    """Return each inner end of neighbouring stretches with the signs before and after it."""
    return [(at, before, after) for (_, before), (at, after) in pairwise(stretches)]


def lipschitz(
    pieces: Pieces, values: Sequence[sp.Expr], symbol: sp.Symbol, brackets: Brackets | None, ends: Sequence[sp.Expr]
) -> sp.Expr:
    """Return the least upper bound of |f′|, infinite for a function that jumps.

    ``ends`` are the limits of f(x)/x at −∞ and ∞.  Where f″ has finitely many sign changes, f′ is monotone far out, so
    it has a limit, which is that of f(x)/x; a periodic f′ takes all of its values at the roots of f″ in one period.
    """
    if continuity(pieces, values, symbol) == -1:
        return sp.oo
    slopes: list[sp.Expr] = []
    for piece in pieces:
        slope = sp.diff(piece.expr, symbol)
        turning = roots(sp.diff(slope, symbol), symbol, piece.low, piece.high, brackets)
        slopes += [slope.subs(symbol, root) for root in turning]
        slopes += [
            sp.limit(slope, symbol, end, way) for end, way in ((piece.low, "+"), (piece.high, "-")) if end.is_finite
        ]
    return sp.Max(*(sp.Abs(slope) for slope in (*slopes, *ends)))
