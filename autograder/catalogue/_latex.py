"""Formulas in LaTeX as a textbook writes them: short decimals as decimals, named parameters upright."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

import sympy as sp
from sympy.printing.latex import LatexPrinter

from autograder.catalogue._indexed import X
from autograder.catalogue._pieces import oriented

if TYPE_CHECKING:
    from autograder.catalogue._activation import Parameter


class _Printer(LatexPrinter):  # type: ignore[misc]  # SymPy ships no types
    def _print_Relational(self, expr: sp.Rel) -> str:
        return str(super()._print_Relational(oriented(expr, X)))


def formula(expr: sp.Expr, parameters: Iterable[Parameter]) -> str:
    """Return ``expr`` in LaTeX; SymPy would print 1.702 as 851/500, and the parameter ``low`` as a product."""
    decimals = {
        number: sp.sign(number) * sp.Symbol(text) for number in expr.atoms(sp.Rational) if (text := _decimal(number))
    }
    upright = {
        p.symbol: rf"\mathrm{{{p.symbol}}}" for p in parameters if sp.latex(p.symbol) == str(p.symbol) != p.name[0]
    }
    return str(_Printer({"symbol_names": upright}).doprint(expr.xreplace(decimals)))


def _decimal(number: sp.Rational) -> str:
    """Return a number such as 851/500 as a decimal, or nothing where a fraction reads better."""
    rest = number.q
    for prime in (2, 5):
        while rest % prime == 0:
            rest //= prime
    return f"{abs(float(number)):.12g}" if number.q > 100 and rest == 1 else ""
