"""Steps of a derivation, shown as equations."""

from __future__ import annotations

from dataclasses import dataclass

import sympy as sp

from autograder.catalogue import X


@dataclass(frozen=True)
class Equations:
    """Equations, one below the other; the last expression of a cell shows them."""

    equations: tuple[sp.Expr, ...]

    def _repr_latex_(self) -> str:
        lines = r" \\ ".join(sp.latex(equation).replace("=", "&=", 1) for equation in self.equations)
        return rf"$$\begin{{aligned}} {lines} \end{{aligned}}$$"


def limits(expr: sp.Expr, symbol: sp.Symbol = X) -> Equations:
    """Return the limits of an expression at both ends of the real line, each as an equation with what it is of."""
    return Equations(
        tuple(
            sp.Eq(sp.Limit(expr, symbol, end, "-"), sp.limit(expr, symbol, end), evaluate=False)
            for end in (-sp.oo, sp.oo)
        )
    )
