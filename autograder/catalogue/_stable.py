"""Rewrite a formula into numerically stable primitives before it is printed as source code.

A textbook formula such as log(1 + eˣ) overflows on one side and loses all digits on the other.  The rules below turn
the dangerous parts into primitives that can be computed well, and each primitive knows its derivative in terms of
primitives; so a formula is made stable *before* it is differentiated, and the derivative is stable too.
"""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING

import sympy as sp
from sympy.codegen.cfunctions import expm1

from autograder.catalogue import _pieces
from autograder.catalogue._indexed import VECTOR, X, i, n

if TYPE_CHECKING:
    from autograder.catalogue._activation import Activation


class Primitive(sp.Function):  # type: ignore[misc]  # SymPy ships no types
    """A function that printers know by name; `definition` gives it back in elementary functions."""

    def definition(self) -> sp.Expr:
        """Return the same function in SymPy's elementary functions."""
        raise NotImplementedError


class logistic(Primitive):
    """1/(1 + e⁻ᵘ), computed from e^(−|u|)."""

    def fdiff(self, argindex: int = 1) -> sp.Expr:
        """Return σ(u)σ(−u), which has no cancellation."""
        return logistic(self.args[0]) * logistic(-self.args[0])

    def definition(self) -> sp.Expr:
        """Return 1/(1 + e⁻ᵘ)."""
        return 1 / (1 + sp.exp(-self.args[0]))


class log1pexp(Primitive):
    """log(1 + eᵘ), computed as max(u, 0) + log1p(e^(−|u|))."""

    def fdiff(self, argindex: int = 1) -> sp.Expr:
        """Return the logistic function."""
        return logistic(self.args[0])

    def definition(self) -> sp.Expr:
        """Return log(1 + eᵘ)."""
        return sp.log(1 + sp.exp(self.args[0]))


class saturating_tanh(Primitive):
    """tanh u, whose derivative 1 − tanh² u cancels in the tails and is written as 4σ(2u)σ(−2u) instead."""

    def fdiff(self, argindex: int = 1) -> sp.Expr:
        """Return 4σ(2u)σ(−2u)."""
        return 4 * logistic(2 * self.args[0]) * logistic(-2 * self.args[0])

    def definition(self) -> sp.Expr:
        """Return tanh u."""
        return sp.tanh(self.args[0])


class one_plus_erf(Primitive):
    """1 + erf u, computed as erfc(−u), which keeps its digits where erf u is close to −1."""

    def fdiff(self, argindex: int = 1) -> sp.Expr:
        """Return 2e^(−u²)/√π."""
        return 2 * sp.exp(-(self.args[0] ** 2)) / sp.sqrt(sp.pi)

    def definition(self) -> sp.Expr:
        """Return 1 + erf u."""
        return 1 + sp.erf(self.args[0])


class plus_root(Primitive):
    """u + √(u² + c), computed as c/(√(u² + c) − u) where u is negative."""

    def fdiff(self, argindex: int = 1) -> sp.Expr:
        """Return 1 + u/√(u² + c) = plus_root/√(u² + c), or the derivative by c."""
        u, c = self.args
        root = sp.sqrt(u**2 + c)
        return plus_root(u, c) / root if argindex == 1 else 1 / (2 * root)

    def definition(self) -> sp.Expr:
        """Return u + √(u² + c)."""
        u, c = self.args
        return u + sp.sqrt(u**2 + c)


_U = sp.Wild("u")
_C = sp.Wild("c", exclude=[X])

RULES: tuple[tuple[sp.Expr, sp.Expr], ...] = (
    (sp.log(1 / (1 + sp.exp(_U))), -log1pexp(_U)),
    (sp.log(1 + sp.exp(_U)), log1pexp(_U)),
    (1 / (1 + sp.exp(_U)), logistic(-_U)),
    (sp.exp(_U) - 1, expm1(_U)),
    (1 + sp.erf(_U), one_plus_erf(_U)),
    (1 + sp.tanh(_U), 2 * logistic(2 * _U)),
    (sp.tanh(_U), saturating_tanh(_U)),
    (_U / 2 + sp.sqrt(_U**2 + _C) / 2, plus_root(_U, _C) / 2),
)
"""What is replaced by what, in this order."""


def _may_match(pattern: sp.Expr, expr: sp.Expr) -> bool:
    """Whether an expression holds the functions of a pattern and, if the pattern has one, a root of a sum."""
    if any(not expr.has(kind) for kind in {type(part) for part in pattern.atoms(sp.Function)}):
        return False
    roots = (part for part in expr.atoms(sp.Pow) if part.exp.is_Rational and not part.exp.is_Integer)
    return not pattern.has(sp.sqrt(_U**2 + _C)) or any(root.base.is_Add for root in roots)


@lru_cache(maxsize=256)
def stabilise(expr: sp.Expr) -> sp.Expr:
    """Return an equal expression in stable primitives; kept, since value and derivative start from the same one."""
    for pattern, replacement in RULES:
        if _may_match(pattern, expr):  # SymPy's search for a sum tries all its orders, so it is slow
            expr = expr.replace(pattern, replacement)
    return expr


def plain(expr: sp.Expr) -> sp.Expr:
    """Return an expression with every primitive replaced by its definition: the inverse of `stabilise`."""
    expr = expr.replace(lambda part: isinstance(part, Primitive), lambda part: part.definition())
    return expr.replace(expm1, lambda u: sp.exp(u) - 1)


def printable(activation: Activation, *, order: int) -> sp.Expr:
    """Return value (order 0) or derivative (order 1) of an elementwise entry in stable primitives, kinks included."""
    at_kinks = [kink.derivative if order else kink.value for kink in activation.kinks]
    pieces = [_pieces.Piece(piece.low, piece.high, stabilise(piece.expr)) for piece in activation.pieces]
    return _pieces.assemble(pieces, activation.symbol, at_kinks, order=order)


def printable_vector(activation: Activation, *, order: int) -> tuple[sp.Expr, int]:
    """Return component i of a vector entry (order 0) or its Jacobian's entry (order 1), and how to shift the input.

    Where adding the same number to all entries changes nothing, the largest exponent may be brought to 0 first: the
    second result is 1 if the maximum is to be subtracted from the input, −1 if the minimum, 0 if nothing.
    """
    stable = stabilise(activation.expr)
    expr = stable if order == 0 else _pieces.jacobian_entry(stable, activation.symbol)
    if order == 1 and activation.jacobian is not None:
        expr = activation.jacobian
    exponents = [part.args[0] for total in activation.expr.atoms(sp.Sum) for part in total.atoms(sp.exp)]
    if not exponents or not _shift_invariant(activation.expr):
        return expr, 0
    return expr, 1 if exponents[0].could_extract_minus_sign() is False else -1


def _shift_invariant(expr: sp.Expr) -> bool:
    """Decide at n = 3 whether f(x + c) does not depend on c."""
    shift = sp.Symbol("shift", real=True)
    shifted = expr.subs({n: 3, i: 0}).doit().subs({VECTOR[index]: VECTOR[index] + shift for index in range(3)})
    return bool(sp.simplify(sp.diff(shifted, shift)) == 0)


def numeric_constants(expr: sp.Expr) -> sp.Expr:
    """Replace every irrational constant, such as √(2/π), by the decimal that float64 keeps of it."""
    if expr.is_number:
        return expr if expr.is_Rational or expr.is_Boolean else sp.Float(float(expr.evalf(30)), 17)
    if isinstance(expr, sp.Mul):
        numbers, rest = expr.as_independent(*expr.free_symbols)
        if numbers != 1 and not numbers.is_Rational:
            return sp.Mul(numeric_constants(numbers), numeric_constants(rest))
    return expr.func(*(numeric_constants(arg) for arg in expr.args)) if expr.args else expr
