"""The shape of a catalogue entry: an activation function, its parameters and its conventions.

An entry states what a person must decide (formula, parameters, conventions, sources); everything that follows from the
formula (derivatives, range, LaTeX, source code in other languages) is computed from it on first use and kept.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from itertools import combinations
from types import MappingProxyType
from typing import Any, Literal

import sympy as sp

from autograder.catalogue import _indexed, _javascript, _latex, _numpy, _pieces, _range
from autograder.errors import DomainError

X = _indexed.X
Kind = Literal["elementwise", "vector"]
Bracket = tuple[sp.Expr | float, sp.Expr | float]


@dataclass(frozen=True, kw_only=True)
class Parameter:
    """A parameter of an activation: its keyword ``name``, its SymPy ``symbol``, ``default`` and ``domain``."""

    name: str
    symbol: sp.Symbol
    default: sp.Expr
    domain: sp.Set
    meaning: str

    def validate(self, value: Any) -> float:
        """Return ``value`` as a float; raise `DomainError` where it is no real number in the domain."""
        try:
            # Python reads a number from text, and NumPy from an array that holds one.
            if isinstance(value, str | bytes) or getattr(value, "ndim", False):
                raise TypeError
            number = float(value)
        except (TypeError, ValueError, OverflowError) as error:
            raise DomainError(f"{self.name} must be a real number, not {value!r}.") from error
        # A NaN compares with nothing, so SymPy could not decide whether the domain contains it.
        exact = sp.Integer(int(number)) if number.is_integer() else sp.Float(number)
        if number != number or self.domain.contains(exact) != sp.true:
            raise DomainError(f"{self.name} must lie in {_range.domain_text(self.domain)}; got {value!r}.")
        return number


@dataclass(frozen=True, kw_only=True)
class Kink:
    """The course's convention at a point where the formula changes: the value and the derivative *there*, and why."""

    at: sp.Expr
    value: sp.Expr
    derivative: sp.Expr
    why: str


@dataclass(frozen=True, kw_only=True, eq=False)
class Activation:
    """An activation function, stated once.

    Parameters
    ----------
    name, title
        Identifier (key of `CATALOGUE` and of the reference) and the name that people read.
    expr
        The formula in ``symbol`` and the parameters' symbols.  For functions of a vector: component ``i`` of the
        result, in the entries of the indexed ``symbol``.
    constraints
        Relations between the parameters that their domains cannot express.
    kinks
        Every point where the formula changes, in ascending order.
    year, sources
        Year of the primary paper, and keys of ``book/references.bib`` with the primary paper first.
    brackets
        Intervals that hold exactly one sign change of ``"derivative"``, ``"second_derivative"`` or ``"fixed_point"``
        (the last: of f(x) − x) at the default parameters, where SymPy cannot solve for it.  A declaration, which tests
        bound by interval arithmetic; without one, SymPy solves.
    shown, constants
        The formula as LaTeX shows it where it has named constants, and their exact values.  With ``constants`` alone,
        the derivative uses the names and ends with what they stand for.
    section
        For functions of a vector: a vector in the variable `X` along which component 0 takes all of its values.
    length
        For functions of a vector: the length of the result, in the length ``n`` of the input.
    jacobian
        ∂fᵢ/∂xₖ where SymPy cannot differentiate (a sort, a maximum over indices); a declaration, which tests bound.
    """

    name: str
    title: str
    expr: sp.Expr
    year: int
    sources: tuple[str, ...]
    used_in: str
    good_for: str
    bad_for: str
    misconceptions: tuple[str, ...]
    symbol: sp.Symbol | sp.IndexedBase = X
    kind: Kind = "elementwise"
    parameters: tuple[Parameter, ...] = ()
    constraints: tuple[sp.Rel, ...] = ()
    kinks: tuple[Kink, ...] = ()
    brackets: Mapping[str, tuple[Bracket, ...]] = field(default_factory=lambda: MappingProxyType({}))
    shown: sp.Expr | None = None
    constants: Mapping[sp.Symbol, sp.Expr] = field(default_factory=lambda: MappingProxyType({}))
    section: tuple[sp.Expr, ...] = ()
    length: sp.Expr = _indexed.n
    jacobian: sp.Expr | None = None

    @property
    def defaults(self) -> dict[sp.Symbol, sp.Expr]:
        """The parameters' symbols with their exact default values, for ``expr.subs``."""
        return {parameter.symbol: parameter.default for parameter in self.parameters}

    def validate(self, **parameters: Any) -> dict[str, float]:
        """Return all parameters as floats, defaults filled in; a `DomainError` names function and parameter."""
        known = {parameter.name: parameter for parameter in self.parameters}
        for name in parameters:
            if name not in known:
                allowed = ", ".join(known) or "none"
                raise DomainError(f"{self.name}: there is no parameter {name!r}; its parameters: {allowed}.")
        try:
            values = {name: p.validate(parameters.get(name, p.default)) for name, p in known.items()}
        except DomainError as error:
            raise DomainError(f"{self.name}: {error}") from error
        for constraint in self.constraints:
            if constraint.subs({p.symbol: values[p.name] for p in self.parameters}) != sp.true:
                raise DomainError(f"{self.name}: it must hold that {sp.pretty(constraint)}; got {values}.")
        return values

    @cached_property
    def pieces(self) -> tuple[_pieces.Piece, ...]:
        """The smooth pieces of the formula between the kinks, from left to right (elementwise entries)."""
        return _pieces.split(self.expr, self.symbol, tuple(kink.at for kink in self.kinks), self.defaults)

    @cached_property
    def derivative(self) -> sp.Expr:
        """First derivative, with the kinks' conventions; for a vector: ∂fᵢ/∂xₖ, in the indices ``i`` and ``k``."""
        if self.kind == "vector":
            return _pieces.jacobian_entry(self.expr, self.symbol) if self.jacobian is None else self.jacobian
        return _pieces.assemble(self.pieces, self.symbol, tuple(kink.derivative for kink in self.kinks), order=1)

    @cached_property
    def second_derivative(self) -> sp.Expr:
        """Second derivative of an elementwise entry; at a kink that of the piece whose slope the convention takes."""
        if self.kind == "vector":
            raise DomainError(f"{self.name}: the catalogue has second derivatives of elementwise functions only.")
        at_kinks = _pieces.second_at_kinks(self.pieces, self.symbol, tuple(kink.derivative for kink in self.kinks))
        return _pieces.assemble(self.pieces, self.symbol, at_kinks, order=2)

    @cached_property
    def latex(self) -> str:
        """The formula in LaTeX, without its left-hand side."""
        return _latex.formula(self.shown if self.shown is not None else self.expr, self.parameters)

    @cached_property
    def derivative_latex(self) -> str:
        """The derivative in LaTeX, with the entry's named constants by their names."""
        terms = [self.latex_of(self.derivative)]
        if self.shown is None:
            terms += [f"{name} = {_latex.formula(value, self.parameters)}" for name, value in self.constants.items()]
        return r",\quad ".join(terms)

    def latex_of(self, expr: sp.Expr) -> str:
        """Return an expression in LaTeX as the entry's formula is shown, with its named constants by their names."""
        return _latex.formula(self.named(expr), self.parameters)

    def named(self, expr: sp.Expr) -> sp.Expr:
        """Return an expression with the entry's constants, and products of two of them, by their names."""
        pairs = combinations(self.constants.items(), 2)
        products = {left * right: a * b for (a, left), (b, right) in pairs}
        for value, name in (*products.items(), *((value, name) for name, value in self.constants.items())):
            expr = expr.subs(value, name)
        return expr

    def javascript(self) -> str:
        """Return a JavaScript object literal with value and derivative; it needs ``javascript_module``'s helpers."""
        return _javascript.literal(self)

    def numpy_source(self) -> str:
        """Return Python source of a function of this name, in NumPy and `scipy.special`, without overflow."""
        return _numpy.source(self)

    @cached_property
    def scalar_pieces(self) -> tuple[_pieces.Piece, ...]:
        """The pieces at the default parameters; of a vector's component along its ``section``."""
        if self.kind == "vector":
            return _pieces.along_section(self.expr.subs(self.defaults), self.section, X)
        return tuple(piece.subs(self.defaults) for piece in self.pieces)

    @cached_property
    def range(self) -> _range.Range:
        """All values on the real line at the default parameters; for a vector: of one component, length ≥ 2."""
        if self.kind == "vector":  # all of them are continuous, so a cut has the value of either side
            values = [piece.expr.subs(X, piece.high) for piece in self.scalar_pieces[:-1]]
        else:
            values = [kink.value.subs(self.defaults) for kink in self.kinks]
        return _range.find(self.scalar_pieces, X, values, self.brackets.get("derivative"))
