"""Exercises whose answer is a SymPy expression: graded as a function of its symbols, whatever its form."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from autograder.assignments.draw import Draw
from autograder.assignments.elementwise import CHAIN
from autograder.assignments.model import Case, Criterion, Reference
from autograder.calls import Call
from autograder.compare import Expected


def expression_case(reference: Reference, symbols: tuple[str, ...], points: np.ndarray) -> Case:
    """Return the case of an expression in ``symbols`` at ``points``, whose columns ``reference`` takes."""
    want = np.asarray(reference(*points.T), np.float64).reshape(len(points))
    return Case(Call((), symbols=symbols, points=points), Expected((want,), CHAIN, CHAIN))


def expression_criterion(
    reference: Reference, symbols: tuple[str, ...], says: str, points: Callable[[Draw], np.ndarray], *, score: float = 3
) -> Criterion:
    """Return the one criterion of a symbolic exercise: its values at the points that ``points`` draws."""
    told = f"{says}, up to {CHAIN:g} ε·(1 + |expected|) after evaluation in 30 digits"
    return Criterion("values", score, told, lambda draw: [expression_case(reference, symbols, points(draw))])


def constant_criterion(reference: Callable[[], float], says: str, *, score: float = 3) -> Criterion:
    """Return the one criterion of an exercise whose answer is a constant."""
    want = np.array([reference()], np.float64)
    case = Case(Call((), points=np.zeros((1, 0))), Expected((want,), CHAIN, 0.0))
    return Criterion("values", score, f"{says}, up to {CHAIN:g} ε·|expected|", lambda _: [case])
