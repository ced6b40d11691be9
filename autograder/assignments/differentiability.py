"""The assignment of the chapter *Differentiability*: slopes by formula, by differences and by symbols."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import numpy as np

from autograder.assignments.draw import Draw
from autograder.assignments.elementwise import (
    CHAIN,
    Elementwise,
    criteria,
    kink_criterion,
    parameters_criterion,
)
from autograder.assignments.model import Assignment, Case, Criterion, Exercise
from autograder.assignments.slopes import SLOPES
from autograder.assignments.symbolic import constant_criterion, expression_criterion
from autograder.calls import Argument, Call
from autograder.compare import Expected
from autograder.reference import REFERENCE
from autograder.reference import Elementwise as OfNumber


def _derivative(name: str) -> Callable[..., Any]:
    """Return the reference's derivative of an activation that works on each number by itself."""
    function = REFERENCE[name]
    if not isinstance(function, OfNumber):
        raise TypeError(f"{name} is a function of a vector")
    return function.derivative


def elu(x: Any, alpha: float = 1.0) -> Any:
    """Return ELU with the scale ``alpha`` of its negative side (Clevert, Unterthiner and Hochreiter 2015)."""
    return REFERENCE["elu"].value(x, alpha=float(alpha))


def elu_derivative(x: Any, alpha: float = 1.0) -> Any:
    """Return the derivative of ELU, ``alpha`` at 0."""
    return _derivative("elu")(x, alpha=float(alpha))


def swish(x: Any, beta: float) -> Any:
    """Return x σ(beta·x) (Ramachandran, Zoph and Le 2017)."""
    return REFERENCE["swish"].value(x, beta=float(beta))


def swish_derivative(x: Any, beta: float) -> Any:
    """Return the derivative of swish with respect to x."""
    return _derivative("swish")(x, beta=float(beta))


def logistic_solution(t: np.ndarray, y0: np.ndarray) -> np.ndarray:
    """Return the solution of y′ = y (1 − y), y(0) = y0 at the time t (Verhulst 1838)."""
    result: np.ndarray = y0 / (y0 + (1 - y0) * np.exp(-t))
    return result


def gelu_cubic_coefficient() -> float:
    """Return the c for which tanh(√(2/π)(x + c x³)) and erf(x/√2) agree up to x³: 2/(3π) − 1/6 = (4 − π)/(6π)."""
    return (4 - math.pi) / (6 * math.pi)


# numerical_derivative

STEP = 1e-5


def numerical_derivative(f: Callable[[Any], Any], x: Any) -> Any:
    """Return the central difference of ``f`` at each element of ``x``."""
    x = np.asarray(x, np.float64)
    return (f(x + STEP) - f(x - STEP)) / (2 * STEP)


DIFFERENCE = 2e-8
"""What a difference may be off by, relative to 1 + |expected|.

The given functions have |f‴| ≤ 6 and |f| ≤ 20.  A central difference with step h is off by h²/6·|f‴|, which is 10⁻⁸ for
h = 10⁻⁴, and by the rounding of f: two values of 4 ulp over 2h make 4·20·ε/h, which is 2·10⁻⁸ for h = 10⁻⁶.  In
between it is far better: any step from 10⁻⁶ to 10⁻⁴ will do.  A forward difference is off by h/2·|f″| and by
4·20·ε/h, which no h makes smaller than 10⁻⁷ together.
"""


def _slope_case(draw: Draw, name: str, x: Argument, *, strict: str = "") -> Case:
    """Return one case of ``numerical_derivative``; a high level makes rounding visible."""
    numbers = (draw.number(0.5, 1.0), draw.number(-2.0, 2.0)) if name == "cubic" else (draw.number(5.0, 17.0),)
    assert x.data is not None
    want = np.asarray(SLOPES[name](x.data.astype(np.float64), *numbers))
    allowed = DIFFERENCE * 2.0**52
    call = Call((Argument("function", np.array(numbers), name), x))
    return Case(call, Expected((want,), allowed, allowed, no_mutation="m" in strict))


def _slope_values(draw: Draw) -> list[Case]:
    return [_slope_case(draw, name, Argument("array", draw.uniform(-2.0, 2.0, (12,)))) for name in SLOPES]


def _slope_arrays(draw: Draw) -> list[Case]:
    rows, columns = draw.integer(2, 3), draw.integer(2, 4)
    inputs = [
        Argument("float", draw.uniform(0.5, 2.0)),
        Argument("int", draw.integers(1, 2)),
        Argument("zero_d", draw.uniform(0.5, 2.0)),
        Argument("list", draw.uniform(0.5, 2.0, (columns,))),
        Argument("array", draw.integers(-2, 2, (columns,))),
        Argument("array", draw.uniform(-2.0, 2.0, (0,))),
        Argument("array", draw.uniform(-2.0, 2.0, (rows, columns))),
        Argument("strided", draw.uniform(-2.0, 2.0, (rows, columns))),
        Argument("read_only", draw.uniform(-2.0, 2.0, (columns,))),
        Argument("array", draw.uniform(-2.0, 2.0, (8,)).astype(np.float32)),
    ]
    return [_slope_case(draw, ("sine", "cubic")[i % 2], x, strict="m") for i, x in enumerate(inputs)]


# the assignment


def _alphas(draw: Draw) -> list[tuple[float, ...]]:
    return [(draw.number(0.2, 0.8),), (draw.number(1.2, 2.0),), (1.6732632423543772,)]


def _betas(draw: Draw) -> list[tuple[float, ...]]:
    return [(0.0,), (draw.number(0.2, 0.8),), (1.702,), (draw.number(2.0, 4.0),)]


ELU = Elementwise(elu)
ELU_SLOPE = Elementwise(elu_derivative, kinks=(0.0,), apart=True)
RELU_SLOPE = Elementwise(_derivative("relu"), apart=True)
SWISH = Elementwise(swish, parameters=(1.0,))
SWISH_SLOPE = Elementwise(swish_derivative, parameters=(1.0,))
OTHER_ALPHAS = f"other values of alpha, passed as the second argument, up to {CHAIN:g} ε·(max(1, alpha) + |expected|)"
OTHER_BETAS = f"other values of beta, 0 among them, up to {CHAIN:g} ε·(max(1, beta) + |expected|)"


def _smooth(name: str, function: Callable[..., Any], curve: tuple[float, float] = (-4.0, 4.0)) -> Exercise:
    """Return the exercise of a smooth function of x alone."""
    return Exercise(name, f"{name}(x)", function, criteria(Elementwise(function)), curve=curve)


ASSIGNMENT = Assignment(
    name="differentiability",
    title="Differentiability",
    packages=("numpy", "matplotlib", "scipy", "sympy"),
    step_seconds=5.0,
    exercises=(
        _smooth("sigmoid_derivative", _derivative("sigmoid"), (-8.0, 8.0)),
        _smooth("tanh_derivative", _derivative("tanh")),
        _smooth("softplus_derivative", _derivative("softplus"), (-8.0, 8.0)),
        Exercise(
            "relu_derivative",
            "relu_derivative(x)",
            _derivative("relu"),
            (*criteria(RELU_SLOPE), kink_criterion(RELU_SLOPE, "the course's convention: 0 at x = 0")),
            curve=(-4.0, 4.0),
        ),
        Exercise(
            "elu",
            "elu(x, alpha=1.0)",
            elu,
            (*criteria(ELU), parameters_criterion(ELU, OTHER_ALPHAS, _alphas)),
            curve=(-4.0, 4.0),
            parameters={"alpha": 1.5},
        ),
        Exercise(
            "elu_derivative",
            "elu_derivative(x, alpha=1.0)",
            elu_derivative,
            (
                *criteria(ELU_SLOPE),
                parameters_criterion(ELU_SLOPE, OTHER_ALPHAS, _alphas),
                kink_criterion(replace(ELU_SLOPE, parameters=(0.5,)), "the course's convention: alpha at x = 0"),
            ),
            curve=(-4.0, 4.0),
            parameters={"alpha": 1.5},
        ),
        _smooth("gelu", REFERENCE["gelu"].value),
        _smooth("gelu_derivative", _derivative("gelu")),
        _smooth("gelu_tanh", REFERENCE["gelu_tanh"].value),
        Exercise(
            "swish",
            "swish(x, beta)",
            swish,
            (*criteria(SWISH), parameters_criterion(SWISH, OTHER_BETAS, _betas)),
            curve=(-4.0, 4.0),
            parameters={"beta": 1.5},
        ),
        Exercise(
            "swish_derivative",
            "swish_derivative(x, beta)",
            swish_derivative,
            (*criteria(SWISH_SLOPE), parameters_criterion(SWISH_SLOPE, OTHER_BETAS, _betas)),
            curve=(-4.0, 4.0),
            parameters={"beta": 1.5},
        ),
        Exercise(
            "numerical_derivative",
            "numerical_derivative(f, x)",
            numerical_derivative,
            (
                Criterion(
                    "values",
                    2,
                    "the slopes of five functions with |f| ≤ 20 and |f‴| ≤ 6 for |x| ≤ 2, "
                    f"up to {DIFFERENCE * 1e8:g}·10⁻⁸·(1 + |expected|)",
                    _slope_values,
                ),
                Criterion(
                    "arrays",
                    1,
                    "numbers, lists and arrays of any shape, integers and float32 accepted, the input left as it "
                    "was; with the bound of *values*",
                    _slope_arrays,
                ),
            ),
            forbidden=("numpy.gradient",),
        ),
        Exercise(
            "mish_derivative_expr",
            "mish_derivative_expr()",
            _derivative("mish"),
            (
                expression_criterion(
                    _derivative("mish"),
                    ("x",),
                    "a SymPy expression in the symbol x, its values for |x| ≤ 6",
                    lambda draw: draw.uniform(-6.0, 6.0, (10, 1)),
                ),
            ),
        ),
        Exercise(
            "logistic_solution_expr",
            "logistic_solution_expr()",
            logistic_solution,
            (
                expression_criterion(
                    logistic_solution,
                    ("t", "y0"),
                    "a SymPy expression in the symbols t and y0, its values for |t| ≤ 4 and 0.05 ≤ y0 ≤ 0.95",
                    lambda draw: np.stack([draw.uniform(-4.0, 4.0, (10,)), draw.uniform(0.05, 0.95, (10,))], axis=1),
                ),
            ),
        ),
        Exercise(
            "gelu_cubic_coefficient_expr",
            "gelu_cubic_coefficient_expr()",
            gelu_cubic_coefficient,
            (constant_criterion(gelu_cubic_coefficient, "a SymPy expression without symbols, its value"),),
        ),
    ),
)
