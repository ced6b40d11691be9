"""Behaviour towards ±∞: limits, asymptotes, saturation, and how fast it sets in."""

from __future__ import annotations

from dataclasses import dataclass, replace

import mpmath
import sympy as sp

from autograder.catalogue._limits import T, limit, towards
from autograder.catalogue._pieces import Piece
from autograder.errors import GraderFailure

HIGHEST_POWER = 3
"""The highest power of x that an exponent in the catalogue has (the tanh form of GELU)."""

FAR = 1_000
"""Where logarithmic derivatives are looked at before their limit is taken."""

THRESHOLD = 1e-2
"""Below this a rate at `FAR` is a power of x, which vanishes there like 1/`FAR`, and not an exponential."""

DIGITS = 2_000
"""Digits that tell f from its limit at `FAR` where they differ by exp(−`FAR`) or less."""


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
    """One side: the limits of f(x) and f(x)/x, the straight line that f approaches, and the decay where f saturates.

    ``asymptote`` is (slope, intercept), or None where there is no such line.
    """

    limit: sp.Expr
    slope: sp.Expr
    asymptote: tuple[sp.Expr, sp.Expr] | None
    decay: Decay | None

    @property
    def saturates(self) -> bool:
        """Whether f approaches a constant, so that its derivative vanishes."""
        return self.decay is not None


def tail(piece: Piece, symbol: sp.Symbol, *, side: int) -> Tail:
    """Return what an outermost piece does towards ``side`` · ∞."""
    expr, constants = towards(piece.expr, symbol, side)
    found = _tail(expr, T, piece.low if side > 0 else piece.high)
    asymptote = None
    if found.asymptote is not None:
        asymptote = (side * found.asymptote[0].subs(constants), found.asymptote[1].subs(constants))
    return Tail(
        found.limit.subs(constants),
        side * found.slope.subs(constants),
        asymptote,
        None if found.decay is None else replace(found.decay, coefficient=found.decay.coefficient.subs(constants)),
    )


def _tail(expr: sp.Expr, t: sp.Symbol, arrives_at: sp.Expr) -> Tail:
    """Return the tail of an expression in t → ∞; ``arrives_at`` is where a constant piece begins."""
    end = limit(expr)
    if not isinstance(end, sp.AccumBounds) and end.is_finite:
        flat = (sp.S.Zero, end)
        if not expr.has(t):
            return Tail(end, sp.S.Zero, flat, Decay(sp.S.Zero, sp.S.Zero, (), arrives_at))
        return Tail(end, sp.S.Zero, flat, _decay(expr - end, t))
    slope = sp.limit(expr / t, t, sp.oo)
    if not slope.is_finite:
        return Tail(end, slope, None, None)
    intercept = sp.limit(expr - slope * t, t, sp.oo)
    known = intercept.is_finite and not isinstance(intercept, sp.AccumBounds)
    return Tail(end, slope, (slope, intercept) if known else None, None)


def _decay(rest: sp.Expr, t: sp.Symbol) -> Decay:
    """Read the leading term of a function that vanishes at infinity from its logarithmic derivative.

    A number far out says which terms to look for; SymPy's limit gives each rate exactly, and the last limit, of the
    function over its leading term, is the proof: it exists and is not 0 for the right exponents alone.
    """
    logarithmic = sp.diff(rest, t) / rest
    if logarithmic.has(sp.erfc):
        logarithmic = sp.simplify(logarithmic)
    rates = []
    for q in range(HIGHEST_POWER, 0, -1):
        scaled = logarithmic / (q * t ** (q - 1))
        if abs(_far_out(scaled, t)) < THRESHOLD:
            continue
        rate = -sp.limit(scaled, t, sp.oo)
        rates.append((q, sp.simplify(rate)))
        logarithmic += rate * q * t ** (q - 1)
    power = sp.Integer(round(_far_out(t * logarithmic, t)))
    growth = sp.exp(sum((rate * t**q for q, rate in rates), sp.S.Zero))
    coefficient = sp.Abs(sp.limit(rest * growth * t ** (-power), t, sp.oo))
    if not coefficient.is_positive or not coefficient.is_finite:
        raise GraderFailure(f"The decay of {rest} is not of the form that was looked for (coefficient {coefficient}).")
    return Decay(coefficient, power, tuple(rates))


def _far_out(expr: sp.Expr, t: sp.Symbol) -> float:
    """Evaluate at t = `FAR` with digits enough for the differences of nearly equal numbers there."""
    with mpmath.workdps(DIGITS):
        return float(sp.lambdify(t, expr, "mpmath")(mpmath.mpf(FAR)))
