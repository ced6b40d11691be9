"""Cut a formula at its kinks into smooth pieces, and differentiate with the stated conventions at the kinks.

SymPy's own derivative of ``Max(0, x)`` is ``Heaviside(x)``, which is 1/2 at 0, and that of a ``Piecewise`` takes the
branch that happens to own the point.  Neither is a convention that a course can state, so the pieces between the kinks
are differentiated one by one and put together with the value that the entry gives for each kink.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise

import sympy as sp

from autograder.catalogue import _indexed


@dataclass(frozen=True)
class Piece:
    """A smooth expression on the open interval from ``low`` to ``high``."""

    low: sp.Expr
    high: sp.Expr
    expr: sp.Expr

    def subs(self, values: Mapping[sp.Symbol, sp.Expr]) -> Piece:
        """Return the piece with numbers in place of symbols."""
        return Piece(*(sp.sympify(part).subs(values) for part in (self.low, self.high, self.expr)))


def split(
    expr: sp.Expr, symbol: sp.Symbol, kinks: Sequence[sp.Expr], defaults: Mapping[sp.Symbol, sp.Expr]
) -> tuple[Piece, ...]:
    """Cut ``expr`` at ``kinks`` (ascending); branches are chosen at a point inside each piece, at the defaults."""
    ends = [-sp.oo, *kinks, sp.oo]
    pieces = []
    for low, high in pairwise(ends):
        inside = {**defaults, symbol: inner_point(low.subs(defaults), high.subs(defaults))}
        pieces.append(Piece(low, high, _branch(expr, inside)))
    return tuple(pieces)


def inner_point(low: sp.Expr, high: sp.Expr) -> sp.Expr:
    """Return a rational-ish point strictly between ``low`` and ``high``."""
    if low == -sp.oo and high == sp.oo:
        return sp.Rational(1, 3)
    if low == -sp.oo:
        return high - 1
    return low + 1 if high == sp.oo else (low + high) / 2


def _branch(expr: sp.Basic, at: Mapping[sp.Symbol, sp.Expr]) -> sp.Expr:
    """Replace every ``Piecewise``, ``Max``, ``Min``, ``Abs`` and ``sign`` by what it is around the point ``at``."""
    if isinstance(expr, sp.Piecewise):
        chosen = next(branch for branch, condition in expr.args if condition.subs(at) == sp.true)
        return _branch(chosen, at)
    if not expr.args:
        return expr
    args = [_branch(arg, at) for arg in expr.args]
    if isinstance(expr, sp.Max):
        return max(args, key=lambda arg: arg.subs(at))
    if isinstance(expr, sp.Min):
        return min(args, key=lambda arg: arg.subs(at))
    if isinstance(expr, (sp.Abs, sp.sign)) and args[0].free_symbols & set(at):
        direction = sp.sign(args[0].subs(at))
        return direction if isinstance(expr, sp.sign) else direction * args[0]
    return expr.func(*args)


def assemble(pieces: Sequence[Piece], symbol: sp.Symbol, at_kinks: Sequence[sp.Expr], *, order: int) -> sp.Expr:
    """Join the ``order``-th derivatives of the pieces, with the values ``at_kinks`` at the points between them."""
    slopes = [_derivative(piece.expr, symbol, order) for piece in pieces]
    branches: list[tuple[sp.Expr, sp.Basic]] = []
    for piece, slope, following, at_kink in zip(pieces, slopes, slopes[1:], at_kinks, strict=False):
        if _same(slope.subs(symbol, piece.high), at_kink):
            branches.append((slope, symbol <= piece.high))
        else:
            branches.append((slope, symbol < piece.high))
            if not _same(following.subs(symbol, piece.high), at_kink):
                branches.append((at_kink, sp.Eq(symbol, piece.high)))
    return sp.Piecewise(*branches, (slopes[-1], True))


def _derivative(expr: sp.Expr, symbol: sp.Symbol, order: int) -> sp.Expr:
    slope = sp.diff(expr, symbol, order)
    # The quotient rule leaves a difference that cancels; as one fraction it does not.
    return sp.factor(slope) if order and slope.has(symbol) and slope.is_rational_function(symbol) else slope


def oriented(relation: sp.Rel, symbol: sp.Symbol) -> sp.Rel:
    """Write a comparison with the argument alone on the left, as people read it; SymPy sorts by name."""
    if relation.rhs == -symbol:
        return relation.reversed.reversedsign
    return relation.reversed if relation.rhs == symbol else relation


def second_at_kinks(pieces: Sequence[Piece], symbol: sp.Symbol, slopes: Sequence[sp.Expr]) -> tuple[sp.Expr, ...]:
    """Return f″ at each kink: that of the first piece, from the left, whose slope is the convention's; else 0."""
    values = []
    for left, right, slope in zip(pieces, pieces[1:], slopes, strict=False):
        owner = next((p for p in (left, right) if _same(sp.diff(p.expr, symbol).subs(symbol, left.high), slope)), None)
        values.append(sp.S.Zero if owner is None else sp.diff(owner.expr, symbol, 2).subs(symbol, left.high))
    return tuple(values)


def _same(left: sp.Expr, right: sp.Expr) -> bool:
    return bool(sp.simplify(left - right) == 0)


def jacobian_entry(expr: sp.Expr, symbol: sp.IndexedBase) -> sp.Expr:
    """Differentiate component ``i`` by the entry ``k`` of the vector ``symbol``."""
    derivative = sp.diff(expr, symbol[_indexed.k]).doit()
    # Summing a Kronecker delta asks whether k is an index of the vector; it is, by definition.
    return derivative.replace(lambda part: isinstance(part, sp.Piecewise), lambda part: part.args[0][0])


def along_section(expr: sp.Expr, section: Sequence[sp.Expr], variable: sp.Symbol) -> tuple[Piece, ...]:
    """Return component 0 of a vector function along the line ``section``, cut where its maxima change."""
    component = expr.subs({_indexed.n: len(section), _indexed.i: 0}).doit()
    values = dict(enumerate(section))
    component = component.replace(
        lambda part: isinstance(part, sp.Indexed),
        lambda part: (
            values[part.indices[0]]
            if part.base == _indexed.VECTOR
            # With two entries the sorted vector is the larger and the smaller one.
            else (sp.Max(*section), sp.Min(*section))[part.indices[0]]
        ),
    )
    written_out = sp.piecewise_fold(component.rewrite(sp.Piecewise))
    if not isinstance(written_out, sp.Piecewise):
        return (Piece(-sp.oo, sp.oo, component),)
    ends = {end for _, condition in written_out.args for end in condition.as_set().boundary}
    kinks = sorted((end for end in ends if end.is_finite), key=float)
    return split(component, variable, kinks, {})
