"""Measure a function of a vector against the oracle: in units in the last place of the largest entry.

The bound of the course is one in norm: at most 4 ulp of the largest entry of the result for values, and at most
4 (1 + max |x|) ulp of the largest partial derivative for Jacobians. Where one entry dominates by d, all partial
derivatives of softmax are of the size exp(−d), so that a change of x by one ulp moves them by about |x| ulp.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import cache, cached_property
from typing import Any

import numpy as np
import sympy as sp
from numpy.typing import NDArray

from autograder.catalogue import Activation
from autograder.catalogue._indexed import DESCENDING, VECTOR, Maximum, i, j, k, n
from autograder.oracle import evaluate_rows
from autograder.oracle._cache import cached

Array = NDArray[Any]


@dataclass(frozen=True, kw_only=True)
class VectorStudy:
    """How accurate are the values and the Jacobians of a catalogue entry, for ``count`` vectors in one dtype."""

    entry: Activation
    dtype: np.dtype[Any]
    count: int
    parameters: Mapping[str, float] = field(default_factory=dict)
    length: int = 4

    @cached_property
    def points(self) -> Array:
        """Vectors of very different sizes, with near ties and wide gaps, always the same: (count, length)."""
        rng = np.random.default_rng(2026)
        scale = 10.0 ** rng.uniform(-3, 2.5, (self.count, 1))
        x = scale * rng.normal(size=(self.count, self.length))
        x[::5, 1] = x[::5, 0] + 1e-6 * rng.normal(size=x[::5, 0].shape)
        x[0] = np.resize([1000.0, 1001.0, -1000.0, 999.5], self.length)
        points: Array = x.astype(self.dtype)
        return points

    def value_errors(self, method: Callable[[Array], Array]) -> Array:
        """Return the error of each vector's value, in ulp of its largest entry; inf where nan or inf is wrong."""
        got = np.asarray(method(self.points))
        exprs = [self._spelled_out(self.entry.expr, {i: row}) for row in range(got.shape[-1])]
        return _errors(got, self._oracle(exprs).reshape(got.shape), (-1,))

    def jacobian_errors(self, method: Callable[[Array], Array]) -> Array:
        """Return the error of each Jacobian, in ulp of its largest entry, over 1 + max |x|."""
        got = np.asarray(method(self.points))
        places = [{i: row, k: column} for row in range(got.shape[-2]) for column in range(self.length)]
        exprs = [self._spelled_out(self.entry.derivative, place) for place in places]
        errors = _errors(got, self._oracle(exprs).reshape(got.shape), (-2, -1))
        scaled: Array = errors / (1.0 + np.abs(self.points).max(axis=-1).astype(np.float64))
        return scaled

    @cached_property
    def _symbols(self) -> tuple[tuple[sp.Symbol, ...], tuple[sp.Symbol, ...]]:
        """The entries as they stand, and in descending order."""
        return sp.symbols(f"x:{self.length}", real=True), sp.symbols(f"s:{self.length}", real=True)

    def _spelled_out(self, expr: sp.Expr, indices: Mapping[sp.Symbol, int]) -> sp.Expr:
        """Return the catalogue's expression for a vector of this length, at the given indices."""
        values = {p.symbol: sp.sympify(self.parameters.get(p.name, p.default)) for p in self.entry.parameters}
        return _spelled_out(sp.sympify(expr).subs({n: sp.Integer(self.length), **values, **indices}), *self._symbols)

    def _oracle(self, exprs: list[sp.Expr]) -> Array:
        """Return every expression at every vector, correctly rounded to the dtype: (count, expressions)."""
        entries, ordered = self._symbols
        rows = np.concatenate([self.points, -np.sort(-self.points, axis=-1)], axis=-1)
        return cached(map(sp.srepr, exprs), rows, lambda: evaluate_rows(exprs, (*entries, *ordered), rows))


@cache
def _spelled_out(expr: sp.Expr, entries: tuple[sp.Symbol, ...], ordered: tuple[sp.Symbol, ...]) -> sp.Expr:
    """Return an expression without indices: sums and maxima written out, entries as symbols.

    Each maximum is written out once and put in at the end, because SymPy compares its terms whenever it meets them.
    """
    maxima = [part for part in expr.atoms(Maximum) if j not in part.free_symbols]
    held = {part: sp.Dummy(real=True) for part in maxima}
    spelled = expr.xreplace(held).doit().xreplace(_names(entries, ordered))
    return spelled.xreplace({held[part]: _written_out(part, entries, ordered) for part in maxima})


@cache
def _written_out(maximum: Maximum, entries: tuple[sp.Symbol, ...], ordered: tuple[sp.Symbol, ...]) -> sp.Expr:
    return maximum.doit().xreplace(_names(entries, ordered))


def _names(entries: tuple[sp.Symbol, ...], ordered: tuple[sp.Symbol, ...]) -> dict[sp.Expr, sp.Symbol]:
    names = {VECTOR[place]: symbol for place, symbol in enumerate(entries)}
    return names | {DESCENDING[place]: symbol for place, symbol in enumerate(ordered)}


def _errors(got: Array, exact: Array, axes: tuple[int, ...]) -> Array:
    """Return the largest error along the axes in units in the last place of the largest exact entry."""
    wide = exact.astype(np.float64)
    info = np.finfo(exact.dtype)
    unit = np.maximum(np.abs(wide).max(axis=axes) * float(info.eps), float(info.smallest_subnormal))
    with np.errstate(all="ignore"):
        errors: Array = np.abs(got.astype(np.float64) - wide)
    errors[got == exact] = 0.0
    errors[np.isnan(errors)] = np.inf
    worst: Array = errors.max(axis=axes) / unit
    return worst
