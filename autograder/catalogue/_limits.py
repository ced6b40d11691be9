"""Limits of a smooth piece at infinity, which SymPy finds sooner in another form of the same function."""

from __future__ import annotations

from functools import lru_cache

import sympy as sp

T = sp.Symbol("t", positive=True)
"""Runs to infinity, on whichever side."""

_U = sp.Dummy()


@lru_cache(maxsize=256)
def towards(expr: sp.Expr, symbol: sp.Symbol, side: int) -> tuple[sp.Expr, dict[sp.Symbol, sp.Expr]]:
    """Return the function towards ``side`` · ∞ in the variable `T`, and what stands behind the symbols in it."""
    # Mirrored to the right, so that there is one direction to think about.
    return _named_constants(_complementary(expr.subs(symbol, side * T)))


@lru_cache(maxsize=256)
def limit(expr: sp.Expr) -> sp.Expr:
    """Return the limit of an expression for `T` → ∞."""
    return sp.limit(expr, T, sp.oo)


def limit_at_infinity(expr: sp.Expr, symbol: sp.Symbol, side: int) -> sp.Expr:
    """Return the limit of an expression for ``symbol`` → ``side`` · ∞."""
    form, constants = towards(expr, symbol, side)
    return limit(form).subs(constants)


def _complementary(expr: sp.Expr) -> sp.Expr:
    """Write tanh and erf by what is missing to ±1, so that a difference from their limit does not hide it."""

    def missing(u: sp.Expr, complement: sp.Expr) -> sp.Expr:
        return complement.subs(_U, -u) - 1 if u.is_negative else 1 - complement.subs(_U, u)

    expr = expr.replace(sp.tanh, lambda u: missing(u, 2 / (sp.exp(2 * _U) + 1)))
    return expr.replace(sp.erf, lambda u: missing(u, sp.erfc(_U)))


def _named_constants(expr: sp.Expr) -> tuple[sp.Expr, dict[sp.Symbol, sp.Expr]]:
    """Replace closed forms such as those of SELU by positive symbols: limits need their signs and nothing else."""
    factors = [part for part in sp.preorder_traversal(expr) if isinstance(part, sp.Mul)]
    numbers = {factor.as_independent(*expr.free_symbols, as_Add=False)[0] for factor in factors}
    constants = {sp.Dummy(positive=True): number for number in numbers if number.atoms(sp.Function) and number > 0}
    return expr.subs({number: name for name, number in constants.items()}), constants
