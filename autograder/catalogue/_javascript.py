"""Print activations as JavaScript for the book's explorables, with their derivatives, in double precision.

An activation becomes one object literal; a function of a vector has ``jacobian``, row i for component i, where an
elementwise one has ``derivative``::

    {name: "leaky_relu", title: "Leaky ReLU", kind: "elementwise",
     parameters: [{name: "alpha", value: 0.01, low: 0, high: Infinity, meaning: "Slope on the negative side."}],
     value: (x, {alpha = 0.01} = {}) => …, derivative: (x, {alpha = 0.01} = {}) => …}

`module` wraps any number of them, with the few helpers that they share, into one script that defines a constant.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from functools import cache
from typing import TYPE_CHECKING

import mpmath
import sympy as sp
from sympy.printing.jscode import JavascriptCodePrinter

from autograder.catalogue._indexed import DESCENDING, X
from autograder.catalogue._pieces import oriented
from autograder.catalogue._stable import numeric_constants, printable, printable_vector

if TYPE_CHECKING:
    from autograder.catalogue._activation import Activation, Parameter

_HELPERS = """
const sigmoid = (u) => { const e = Math.exp(-Math.abs(u)); return (u < 0 ? e : 1) / (1 + e); };
const log1pexp = (u) => Math.max(u, 0) + Math.log1p(Math.exp(-Math.abs(u)));
const plusRoot = (u, c) => { const r = Math.sqrt(u * u + c); return u < 0 ? c / (r - u) : r + u; };
const sum = (low, high, term) => { let s = 0; for (let j = low; j <= high; j++) s += term(j); return s; };
const maximum = (low, high, term) => {
  let m = -Infinity; for (let j = low; j <= high; j++) m = Math.max(m, term(j)); return m;
};
const erfcCoefficients = %s;
const erfc = (u) => {
  if (u < 0) return 2 - erfc(-u);
  const t = (u - 3.75) / (u + 3.75);
  let b = 0, c = 0;
  for (let i = erfcCoefficients.length - 1; i > 0; i--) [b, c] = [2 * t * b - c + erfcCoefficients[i], b];
  return Math.exp(-u * u) / (1 + 2 * u) * (t * b - c + erfcCoefficients[0]);
};
const erf = (u) => {
  if (Math.abs(u) > 0.5) return 1 - erfc(u);
  let term = u, s = u;
  for (let i = 1; i < 16; i++) { term *= -u * u / i; s += term / (2 * i + 1); }
  return 2 / Math.sqrt(Math.PI) * s;
};
"""


@cache
def erfc_coefficients(count: int = 28) -> tuple[float, ...]:
    """Return the Chebyshev coefficients of (1 + 2u)·exp(u²)·erfc(u) in t = (u − 3.75)/(u + 3.75).

    The expansion is that of Shepherd and Laframboise (1981), which covers the whole half line u ≥ 0 with one series;
    the coefficients are computed here, at the zeros of a Chebyshev polynomial of twice the degree, and not copied.
    """
    nodes = 2 * count
    with mpmath.workdps(40):
        angles = [mpmath.pi * (2 * m + 1) / (2 * nodes) for m in range(nodes)]
        points = [mpmath.mpf("3.75") * (1 + mpmath.cos(a)) / (1 - mpmath.cos(a)) for a in angles]
        samples = [(1 + 2 * u) * mpmath.exp(u * u) * mpmath.erfc(u) for u in points]
        sums = [mpmath.fsum(s * mpmath.cos(k * a) for s, a in zip(samples, angles, strict=True)) for k in range(count)]
        return tuple(float((1 if k == 0 else 2) * total / nodes) for k, total in enumerate(sums))


def helpers() -> str:
    """Return the JavaScript functions that printed activations call."""
    return _HELPERS.strip() % json.dumps(erfc_coefficients())


class _Printer(JavascriptCodePrinter):  # type: ignore[misc]  # SymPy ships no types
    """SymPy's printer with our primitives, one-line conditionals and parameters as they are named."""

    def __init__(self) -> None:
        known = {"logistic": "sigmoid", "log1pexp": "log1pexp", "saturating_tanh": "Math.tanh", "plus_root": "plusRoot"}
        known |= {"expm1": "Math.expm1", "erf": "erf", "erfc": "erfc"}
        super().__init__({"user_functions": known})

    def _print_one_plus_erf(self, expr: sp.Expr) -> str:
        return f"erfc({self._print(-expr.args[0])})"

    def _print_Piecewise(self, expr: sp.Piecewise) -> str:
        *branches, (last, _) = expr.args
        tests = "".join(f"{self._print(condition)} ? {self._print(branch)} : " for branch, condition in branches)
        return f"({tests}{self._print(last)})"

    def _print_Relational(self, expr: sp.Rel) -> str:
        return str(super()._print_Relational(oriented(expr, X)))

    def _print_Indexed(self, expr: sp.Indexed) -> str:
        return f"{expr.base.label}[{self._print(expr.indices[0])}]"

    def _print_Sum(self, expr: sp.Sum) -> str:
        term, (index, low, high) = expr.args
        return f"sum({self._print(low)}, {self._print(high)}, ({index}) => {self._print(term)})"

    def _print_Maximum(self, expr: sp.Expr) -> str:
        term, index, low, high = (self._print(part) for part in expr.args)
        return f"maximum({low}, {high}, ({index}) => {term})"

    def _print_KroneckerDelta(self, expr: sp.Expr) -> str:
        left, right = (self._print(part) for part in expr.args)
        return f"({left} === {right} ? 1 : 0)"


def _signature(parameters: Iterable[Parameter]) -> str:
    defaults = ", ".join(f"{parameter.name} = {_number(parameter.default)}" for parameter in parameters)
    return f"(x, {{{defaults}}} = {{}})" if defaults else "(x)"


def _number(number: sp.Expr) -> str:
    return {sp.oo: "Infinity", -sp.oo: "-Infinity"}.get(number) or repr(float(number)).removesuffix(".0")


def _parameter(parameter: Parameter) -> str:
    low, high = _number(parameter.domain.inf), _number(parameter.domain.sup)
    name, meaning = json.dumps(parameter.name), json.dumps(parameter.meaning, ensure_ascii=False)
    return f"{{name: {name}, value: {_number(parameter.default)}, low: {low}, high: {high}, meaning: {meaning}}}"


def _elementwise(activation: Activation) -> str:
    names = {parameter.symbol: sp.Symbol(parameter.name, real=True) for parameter in activation.parameters}
    signature, printer = _signature(activation.parameters), _Printer()
    value, derivative = (
        f"{signature} => {printer.doprint(numeric_constants(printable(activation, order=order)).subs(names))}"
        for order in (0, 1)
    )
    return f"value: {value},\n  derivative: {derivative}"


def _vector(activation: Activation) -> str:
    names = {parameter.symbol: sp.Symbol(parameter.name, real=True) for parameter in activation.parameters}
    signature, printer = _signature(activation.parameters), _Printer()
    prepare = ["const n = x.length;"]
    bodies = []
    for order in (0, 1):
        expr, shift = printable_vector(activation, order=order)
        bodies.append(printer.doprint(numeric_constants(expr).subs(names)))
    if shift:
        extreme = "max" if shift > 0 else "min"
        prepare.append(f"const extreme = Math.{extreme}(...x); x = x.map((entry) => entry - extreme);")
    if activation.expr.has(DESCENDING):
        prepare.append("const s = [...x].sort((a, b) => b - a);")
    start, length = " ".join(prepare), printer.doprint(activation.length.subs(names))
    value = f"Array.from({{length: {length}}}, (_, i) => {bodies[0]})"
    row = f"Array.from({{length: n}}, (_, k) => {bodies[1]})"
    return (
        f"value: {signature} => {{ {start} return {value}; }},\n"
        f"  jacobian: {signature} => {{ {start} return Array.from({{length: {length}}}, (_, i) => {row}); }}"
    )


@cache
def literal(activation: Activation) -> str:
    """Return one activation as a JavaScript object literal, which needs the `helpers` in scope."""
    name, title = json.dumps(activation.name), json.dumps(activation.title, ensure_ascii=False)
    functions = _vector(activation) if activation.kind == "vector" else _elementwise(activation)
    parameters = ", ".join(_parameter(parameter) for parameter in activation.parameters)
    return (
        f"{{name: {name}, title: {title}, kind: {json.dumps(activation.kind)},\n"
        f"  parameters: [{parameters}],\n  {functions}}}"
    )


def module(activations: Iterable[Activation], constant: str = "ACTIVATIONS") -> str:
    """Return a script that defines ``constant`` as an object of activations by name, and nothing else."""
    entries = ",\n".join(f"{activation.name}: {literal(activation)}" for activation in activations)
    return f"const {constant} = (() => {{\n{helpers()}\nreturn {{\n{entries}\n}};\n}})();\n"
