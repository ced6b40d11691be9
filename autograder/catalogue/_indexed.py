"""Arguments in formulas: the number x, the vector x, its entries, their indices, and the largest of indexed terms."""

from __future__ import annotations

from typing import Any

import sympy as sp

X = sp.Symbol("x", real=True)
"""The argument of every elementwise entry."""

VECTOR = sp.IndexedBase("x", real=True)
"""The input of a function of a vector; its entries are ``VECTOR[0]`` to ``VECTOR[n − 1]``."""

DESCENDING = sp.IndexedBase("s", real=True)
"""The same entries in descending order."""

i = sp.Symbol("i", integer=True, nonnegative=True)
"""The index of a component of the result."""

k = sp.Symbol("k", integer=True, nonnegative=True)
"""The index of an entry of the input, by which a Jacobian's column differentiates."""

j = sp.Symbol("j", integer=True, nonnegative=True)
l = sp.Symbol("l", integer=True, nonnegative=True)  # noqa: E741  # the letter of the formulas, after j and k
m = sp.Symbol("m", integer=True, positive=True)
"""Indices that sums and maxima bind; each nested one takes the next, so that none hides another or ``i`` and ``k``."""

n = sp.Symbol("n", integer=True, positive=True)
"""The length of the input."""


class Maximum(sp.Function):  # type: ignore[misc]  # SymPy ships no types
    """The largest of terms: ``Maximum(term, index, low, high)``, as ``Sum`` is their total."""

    nargs = 4

    def doit(self, **hints: Any) -> sp.Expr:
        """Write the maximum out where both bounds are numbers."""
        term, index, low, high = self.args
        if not (low.is_Integer and high.is_Integer):
            return self
        return sp.Max(*(term.subs(index, position).doit(**hints) for position in range(int(low), int(high) + 1)))

    def _latex(self, printer: Any, exp: str | None = None) -> str:
        term, index, low, high = (printer.doprint(part) for part in self.args)
        text = rf"\max_{{{index}={low},\ldots,{high}}} {term}"
        return text if exp is None else rf"\left({text}\right)^{{{exp}}}"
