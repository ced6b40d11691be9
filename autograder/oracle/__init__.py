"""The oracle: correctly rounded values of a SymPy expression, proven point by point.

>>> import sympy as sp
>>> x = sp.Symbol("x", real=True)
>>> evaluate(sp.log(1 + sp.exp(x)), x, [-300.0, 0.0])
array([5.14820022e-131, 6.93147181e-001])

Each point is evaluated in ball arithmetic, first with 160 bits, then with more, up to 8,800, until every number in
the ball rounds to the same float: "double the digits until the result is stable" would accept 0 for the first point
above. The oracle knows the catalogue's expressions and none of the reference's formulas.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import numpy as np
import sympy as sp
from mpmath import libmp
from numpy.typing import ArrayLike, NDArray

from autograder.errors import DomainError, GraderFailure
from autograder.oracle._balls import UnresolvedError
from autograder.oracle._cache import cached
from autograder.oracle._program import Compiler
from autograder.oracle._rounding import FORMATS, round_ball

__all__ = ["at_parameters", "evaluate", "evaluate_cached", "evaluate_rows"]

LADDER = (160, 480, 1_400, 4_400, 8_800)
"""Bits to try in turn; 1,400 are more than 400 digits, 4,400 settle x/2 + x²/4 for the smallest subnormal x.

The last settle x⁵ (1 − tanh² x) for the largest x.
"""

Array = NDArray[Any]


def evaluate(expr: sp.Expr, symbol: sp.Symbol, points: ArrayLike) -> Array:
    """Return the expression at finite ``points``, correctly rounded to their dtype (float64 for lists and integers).

    Raises DomainError for points that are not finite, and GraderFailure where 8,800 bits do not settle a rounding.
    """
    x = _finite(points)
    return evaluate_rows((expr,), (symbol,), x.reshape(-1, 1)).reshape(x.shape)


def evaluate_rows(exprs: Sequence[sp.Expr], symbols: Sequence[sp.Symbol], rows: ArrayLike) -> Array:
    """Return every expression at every row of values of the symbols: an array (rows, expressions); see ``evaluate``."""
    x = _finite(rows)
    compiler = Compiler(tuple(symbols))
    nodes = [compiler.node(sp.sympify(expr)) for expr in exprs]
    values = [[_settle(node, tuple(map(float, row)), x.dtype) for node in nodes] for row in x]
    return np.array(values, dtype=np.float64).astype(x.dtype).reshape(len(x), len(nodes))


def _finite(points: ArrayLike) -> Array:
    x = np.asarray(points)
    if x.dtype not in FORMATS:
        x = x.astype(np.float64)
    if not np.isfinite(x).all():
        raise DomainError("The oracle evaluates at finite points only; limits are the business of the properties.")
    return x


def evaluate_cached(expr: sp.Expr, symbol: sp.Symbol, points: Array) -> Array:
    """Return what ``evaluate`` returns, from the disk where this expression has met these points before."""
    return cached((sp.srepr(expr), sp.srepr(symbol)), points, lambda: evaluate(expr, symbol, points))


def _settle(node: Callable[..., Any], point: tuple[float, ...], dtype: np.dtype[Any]) -> float:
    x = tuple((libmp.from_float(number), None) for number in point)
    for prec in LADDER:
        try:
            return round_ball(node(x, prec, {}), dtype, prec)
        except UnresolvedError:
            continue
    raise GraderFailure(f"The oracle cannot settle the rounding at {point!r} to {dtype} with {LADDER[-1]} bits.")


def at_parameters(expr: sp.Expr, parameters: Mapping[sp.Symbol, float]) -> sp.Expr:
    """Return the expression with each parameter's symbol replaced by the exact value of its float."""
    exact = {symbol: sp.Rational(*float(value).as_integer_ratio()) for symbol, value in parameters.items()}
    return expr.subs(exact)
