"""A catalogue entry as JavaScript, printed from its SymPy expression."""

from __future__ import annotations

import sympy as sp

from autograder.catalogue import CATALOGUE


def arrow(expr: sp.Expr, symbol: sp.Symbol) -> str:
    """Return ``(x, p) => …``: the expression as a JavaScript function of a number and an object of parameters."""
    parameters = {free: sp.Symbol(f"p.{free.name}", real=True) for free in expr.free_symbols if free != symbol}
    code = sp.jscode(expr.subs(parameters).subs(symbol, sp.Symbol("x", real=True)))
    return f"(x, p) => {' '.join(code.split())}"


def functions(name: str) -> tuple[str, str]:
    """Return a catalogue entry's value and derivative as JavaScript."""
    entry = CATALOGUE[name]
    return arrow(entry.expr, entry.symbol), arrow(entry.derivative, entry.symbol)
