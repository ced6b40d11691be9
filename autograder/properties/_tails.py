"""Behaviour towards ±∞: limits, asymptotes, saturation, and how fast it sets in."""

from __future__ import annotations

from dataclasses import dataclass, replace

import sympy as sp

from autograder.catalogue._pieces import Piece

HIGHEST_POWER = 3
"""The highest power of x that an exponent in the catalogue has (the tanh form of GELU)."""


@dataclass(frozen=True)
class Decay:
    """How f comes close to its limit: |f(x) − limit| ~ coefficient · |x|^power · exp(−Σ rates[q]·|x|^q).

    ``arrives_at`` is the point from which on the limit is reached exactly, or None.
    """

    coefficient: sp.Expr
    power: sp.Expr
    rates: tuple[tuple[int, sp.Expr], ...]
    arrives_at: sp.Expr | None = None

    def __str__(self) -> str:
        if self.arrives_at is not None:
            return f"exactly, at x = {self.arrives_at}"
        if not self.rates:
            return f"polynomially, like |x|^({self.power})"
        exponent = " + ".join(f"{sp.N(rate, 6)}·|x|^{q}" for q, rate in self.rates)
        return f"exponentially, like exp(−({exponent}))"


@dataclass(frozen=True)
class Tail:
    """One side: the limit, the straight line that f approaches (slope, intercept), and the decay where f saturates."""

    limit: sp.Expr
    asymptote: tuple[sp.Expr, sp.Expr] | None
    decay: Decay | None

    @property
    def saturates(self) -> bool:
        """Whether f approaches a constant, so that its derivative vanishes."""
        return self.decay is not None


def tail(piece: Piece, symbol: sp.Symbol, *, side: int) -> Tail:
    """Return what an outermost piece does towards ``side`` · ∞."""
    # Mirrored to the right, so that there is one direction to think about.
    t = sp.Symbol("t", positive=True)
    expr, constants = _named_constants(_complementary(piece.expr.subs(symbol, side * t)))
    found = _tail(expr, t, piece.low if side > 0 else piece.high)
    slope, intercept = found.asymptote or (None, None)
    return Tail(
        found.limit.subs(constants),
        None if slope is None else (side * slope.subs(constants), intercept.subs(constants)),
        None if found.decay is None else replace(found.decay, coefficient=found.decay.coefficient.subs(constants)),
    )


def _complementary(expr: sp.Expr) -> sp.Expr:
    """Write tanh and erf by what is missing to 1, so that a difference from their limit does not hide it."""
    expr = expr.replace(sp.tanh, lambda u: 1 - 2 / (sp.exp(2 * u) + 1))
    return expr.replace(sp.erf, lambda u: 1 - sp.erfc(u))


def _named_constants(expr: sp.Expr) -> tuple[sp.Expr, dict[sp.Symbol, sp.Expr]]:
    """Replace closed forms such as those of SELU by positive symbols: limits need their signs and nothing else."""
    factors = [part for part in sp.preorder_traversal(expr) if isinstance(part, sp.Mul)]
    numbers = {factor.as_independent(*expr.free_symbols, as_Add=False)[0] for factor in factors}
    constants = {sp.Dummy(positive=True): number for number in numbers if number.atoms(sp.Function) and number > 0}
    return expr.subs({number: name for name, number in constants.items()}), constants


def _tail(expr: sp.Expr, t: sp.Symbol, arrives_at: sp.Expr) -> Tail:
    """Return the tail of an expression in t → ∞; ``arrives_at`` is where a constant piece begins."""
    limit = sp.limit(expr, t, sp.oo)
    slope = sp.limit(expr / t, t, sp.oo)
    asymptote = None
    if slope.is_finite and not isinstance(slope, sp.AccumBounds):
        intercept = sp.limit(expr - slope * t, t, sp.oo)
        if intercept.is_finite and not isinstance(intercept, sp.AccumBounds):
            asymptote = (slope, intercept)
    if isinstance(limit, sp.AccumBounds) or not limit.is_finite:
        return Tail(limit, asymptote, None)
    if not expr.has(t):
        return Tail(limit, asymptote, Decay(sp.S.Zero, sp.S.Zero, (), arrives_at))
    return Tail(limit, asymptote, _decay(expr - limit, t))


def _decay(rest: sp.Expr, t: sp.Symbol) -> Decay:
    """Read the leading term of a function that vanishes at infinity from its logarithmic derivative."""
    logarithmic = sp.simplify(sp.diff(rest, t) / rest)
    rates = []
    for q in range(HIGHEST_POWER, 0, -1):
        rate = -sp.limit(logarithmic / (q * t ** (q - 1)), t, sp.oo)
        if rate != 0:
            rates.append((q, sp.simplify(rate)))
            logarithmic += rate * q * t ** (q - 1)
    power = sp.limit(t * logarithmic, t, sp.oo)
    growth = sp.exp(sum((rate * t**q for q, rate in rates), sp.S.Zero))
    return Decay(sp.Abs(sp.limit(rest * growth * t ** (-power), t, sp.oo)), power, tuple(rates))
