"""Print activations as NumPy source for reading and for teaching; the graded reference is a separate implementation."""

from __future__ import annotations

from typing import TYPE_CHECKING

import sympy as sp
from sympy.printing.numpy import NumPyPrinter

from autograder.catalogue._indexed import X
from autograder.catalogue._pieces import oriented
from autograder.catalogue._stable import numeric_constants, printable
from autograder.errors import DomainError

if TYPE_CHECKING:
    from autograder.catalogue._activation import Activation


class _Printer(NumPyPrinter):  # type: ignore[misc]  # SymPy ships no types
    """SymPy's printer with our primitives."""

    def __init__(self) -> None:
        names = {"logistic": "special.expit", "saturating_tanh": "np.tanh", "expm1": "np.expm1", "erfc": "special.erfc"}
        super().__init__({"user_functions": names})

    def _print_log1pexp(self, expr: sp.Expr) -> str:
        return f"np.logaddexp(0, {self._print(expr.args[0])})"

    def _print_one_plus_erf(self, expr: sp.Expr) -> str:
        return f"special.erfc({self._print(-expr.args[0])})"

    def _print_plus_root(self, expr: sp.Expr) -> str:
        u, c = (self._print(arg) for arg in expr.args)
        root = f"np.sqrt({u}**2 + {c})"
        return f"np.where({u} < 0, {c} / ({root} + np.abs({u})), {u} + {root})"

    def _print_Piecewise(self, expr: sp.Piecewise) -> str:
        # A number among arrays decides the dtype, so whole numbers are written as floats.
        texts = [f"{branch}.0" if branch.is_Integer else str(self._print(branch)) for branch, _ in expr.args]
        answer = texts.pop()
        for text, (_, condition) in zip(reversed(texts), reversed(expr.args[:-1]), strict=True):
            answer = f"np.where({self._print(condition)}, {text}, {answer})"
        return answer

    def _print_Relational(self, expr: sp.Rel) -> str:
        expr = oriented(expr, X)
        return f"{self._print(expr.lhs)} {expr.rel_op} {self._print(expr.rhs)}"

    def _print_Min(self, expr: sp.Min) -> str:
        return f"np.minimum({', '.join(self._print(arg) for arg in expr.args)})"

    def _print_Max(self, expr: sp.Max) -> str:
        return f"np.maximum({', '.join(self._print(arg) for arg in expr.args)})"


def source(activation: Activation) -> str:
    """Return Python source of ``name`` and ``name_derivative``, which needs ``np`` and ``special`` of SciPy."""
    if activation.kind == "vector":
        raise DomainError(f"{activation.name}: NumPy source is printed for elementwise functions only.")
    names = {parameter.symbol: sp.Symbol(parameter.name, real=True) for parameter in activation.parameters}
    defaults = "".join(f", {p.name}={float(p.default)!r}" for p in activation.parameters)
    functions = []
    for order, suffix in ((0, ""), (1, "_derivative")):
        body = numeric_constants(printable(activation, order=order)).subs(names)
        guarded = _guard(body, [kink.at.subs(names) for kink in activation.kinks], activation.symbol)
        text = _Printer().doprint(guarded).replace("numpy.", "np.")
        if not guarded.has(activation.symbol):
            text = f"np.full(np.shape(x), {float(guarded)!r})"
        functions.append(f"def {activation.name}{suffix}(x{defaults}):\n    return {text}\n")
    return "\n\n".join(functions)


def _guard(body: sp.Expr, kinks: list[sp.Expr], symbol: sp.Symbol) -> sp.Expr:
    """Clip the argument of a transcendental outer branch, since ``np.where`` evaluates all branches everywhere."""
    if not isinstance(body, sp.Piecewise):
        return body
    (first, condition), *middle, (last, otherwise) = body.args
    if first.atoms(sp.Function):
        first = first.subs(symbol, sp.Min(symbol, kinks[0]))
    if last.atoms(sp.Function):
        last = last.subs(symbol, sp.Max(symbol, kinks[-1]))
    return sp.Piecewise((first, condition), *middle, (last, otherwise), evaluate=False)
