"""Turn a SymPy expression into a program over balls."""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction
from functools import reduce

import sympy as sp

from autograder.errors import GraderFailure
from autograder.oracle import _balls as balls
from autograder.oracle._balls import Ball

Memo = dict[int, Ball]
Point = tuple[Ball, ...]
"""A value for every symbol."""

Node = Callable[[Point, int, Memo], Ball]
"""A node maps the point, the precision in bits and the values known already to a ball."""

Test = Callable[[Point, int, Memo], bool]

UNARY: dict[type, Callable[[Ball, int], Ball]] = {
    sp.exp: balls.exp,
    sp.log: balls.log,
    sp.sin: balls.sin,
    sp.cos: balls.cos,
    sp.tanh: balls.tanh,
    sp.atan: balls.atan,
    sp.erf: balls.erf,
    sp.erfc: balls.erfc,
    sp.Abs: lambda a, _: balls.absolute(a),
    sp.sign: lambda a, _: balls.exact(Fraction(balls.sign(a))),
}


class Compiler:
    """Compiles subexpressions once; a program evaluates each once per point at most, and where a branch needs it."""

    def __init__(self, symbols: tuple[sp.Symbol, ...]) -> None:
        self._places = {symbol: place for place, symbol in enumerate(symbols)}
        self._nodes: dict[sp.Basic, Node] = {}

    def node(self, expr: sp.Expr) -> Node:
        """Return the node of an expression, remembered for its other occurrences."""
        if expr not in self._nodes:
            node = self._compile(expr)
            constant = not expr.free_symbols
            self._nodes[expr] = _once(node) if constant else _remember(node, len(self._nodes))
        return self._nodes[expr]

    def _compile(self, expr: sp.Expr) -> Node:
        if expr in self._places:
            place = self._places[expr]
            return lambda x, _prec, _memo: x[place]
        if expr.is_Rational:
            p, q = int(expr.p), int(expr.q)
            value = balls.exact(Fraction(p, q))
            return lambda _x, _prec, _memo: value
        if expr.is_Float:
            return self._compile(sp.Rational(expr))
        if expr is sp.pi:
            return lambda _x, prec, _memo: balls.pi(prec)
        if expr is sp.E:
            return lambda _x, prec, _memo: balls.exp(balls.ONE, prec)
        return self._compile_function(expr)

    def _compile_function(self, expr: sp.Expr) -> Node:
        if isinstance(expr, sp.Piecewise):
            return self._piecewise(expr)
        if isinstance(expr, sp.Heaviside):
            at_zero = sp.Piecewise((0, expr.args[0] < 0), (1, expr.args[0] > 0), (expr.args[1], True))
            return self._piecewise(at_zero) if isinstance(at_zero, sp.Piecewise) else self._compile(at_zero)
        if isinstance(expr, sp.sinh | sp.cosh | sp.sech | sp.coth | sp.csch):
            return self.node(expr.rewrite(sp.exp))
        if expr.is_Pow:
            return self._power(expr)
        arguments = [self.node(argument) for argument in expr.args]
        if isinstance(expr, sp.Add):
            return _fold(balls.add, arguments)
        if isinstance(expr, sp.Mul):
            return _fold(balls.multiply, arguments)
        if isinstance(expr, sp.Max):
            return _fold(balls.maximum, arguments)
        if isinstance(expr, sp.Min):
            return _fold(_minimum, arguments)
        if type(expr) in UNARY:
            function, (argument,) = UNARY[type(expr)], arguments
            return lambda x, prec, memo: function(argument(x, prec, memo), prec)
        raise GraderFailure(
            f"The oracle cannot evaluate {type(expr).__name__} in {expr}: add it to the table in oracle/_program.py."
        )

    def _power(self, expr: sp.Pow) -> Node:
        base, exponent = self.node(expr.base), expr.exp
        if expr.base is sp.E:
            argument = self.node(exponent)
            return lambda x, prec, memo: balls.exp(argument(x, prec, memo), prec)
        if exponent.is_Integer:
            n = int(exponent)
            return lambda x, prec, memo: balls.power(base(x, prec, memo), n, prec)
        if exponent.is_Rational and exponent.q == 2:
            n = int(exponent.p)
            return lambda x, prec, memo: balls.power(balls.sqrt(base(x, prec, memo), prec), n, prec)
        return self.node(sp.exp(exponent * sp.log(expr.base), evaluate=False))

    def _piecewise(self, expr: sp.Piecewise) -> Node:
        branches = [(self.node(value), self._test(condition)) for value, condition in expr.args]

        def choose(x: Point, prec: int, memo: Memo) -> Ball:
            for value, holds in branches:
                if holds(x, prec, memo):
                    return value(x, prec, memo)
            raise GraderFailure(f"No branch of {expr} covers the point: the entry must be defined everywhere.")

        return choose

    def _test(self, condition: sp.Basic) -> Test:
        if condition in (sp.true, sp.false):
            known = bool(condition)
            return lambda _x, _prec, _memo: known
        if isinstance(condition, sp.And | sp.Or):
            parts = [self._test(part) for part in condition.args]
            combine = all if isinstance(condition, sp.And) else any
            return lambda x, prec, memo: combine(part(x, prec, memo) for part in parts)
        if isinstance(condition, sp.Not):
            inner = self._test(condition.args[0])
            return lambda x, prec, memo: not inner(x, prec, memo)
        wanted = SIGNS.get(type(condition))
        if wanted is None:
            raise GraderFailure(
                f"The oracle cannot decide the condition {condition}: write it with <, ≤, >, ≥, = or ≠."
            )
        left, right = (self.node(side) for side in condition.args)

        def holds(x: Point, prec: int, memo: Memo) -> bool:
            difference = balls.add(left(x, prec, memo), balls.negate(right(x, prec, memo)), prec)
            return balls.sign(difference) in wanted

        return holds


SIGNS: dict[type, tuple[int, ...]] = {
    sp.StrictLessThan: (-1,),
    sp.LessThan: (-1, 0),
    sp.StrictGreaterThan: (1,),
    sp.GreaterThan: (0, 1),
    sp.Equality: (0,),
    sp.Unequality: (-1, 1),
}
"""The signs of left minus right for which a relation holds."""


def _remember(node: Node, slot: int) -> Node:
    def remembered(x: Point, prec: int, memo: Memo) -> Ball:
        if slot not in memo:
            memo[slot] = node(x, prec, memo)
        return memo[slot]

    return remembered


def _minimum(a: Ball, b: Ball, prec: int) -> Ball:
    return balls.negate(balls.maximum(balls.negate(a), balls.negate(b), prec))


def _once(node: Node) -> Node:
    """Evaluate a constant once for each precision."""
    known: Memo = {}

    def constant(x: Point, prec: int, memo: Memo) -> Ball:
        if prec not in known:
            known[prec] = node(x, prec, memo)
        return known[prec]

    return constant


def _fold(operation: Callable[[Ball, Ball, int], Ball], arguments: list[Node]) -> Node:
    def folded(x: Point, prec: int, memo: Memo) -> Ball:
        values = (argument(x, prec, memo) for argument in arguments)
        return reduce(lambda a, b: operation(a, b, prec), values)

    return folded
