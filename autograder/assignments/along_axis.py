"""The criteria of a function of a vector along an axis: values, axis, arrays, extremes.

**Tolerance.**  Where values are asked |z| is at most 8, and a vector has at most 8 numbers.  Softmax is a ratio of
sums of positive numbers: a chain of a few operations of 4 ulp, the sum of 8 terms rounds to 4 ε of itself, and d·ε/2
is what the shift by d adds to an exponential of size e⁻ᵈ, so that 32 ε·(1 + |want|) is what any correct formula
reaches.  What a function adds to this stands in its `AlongAxis.absolute`.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

import numpy as np

from autograder.assignments.draw import Draw
from autograder.assignments.elementwise import CHAIN
from autograder.assignments.model import Case, Criterion, Reference, expected_from
from autograder.calls import Argument, Call

LARGEST_GRADIENT = 2.0


def one(z: np.ndarray) -> float:
    """Return 1: the absolute part of the bound does not depend on the input."""
    return 1.0


def largest(z: np.ndarray) -> float:
    """Return the largest finite |z|, and 1 at least: a sum with z itself rounds to ε·|z|."""
    finite = np.abs(z[np.isfinite(z)])
    return float(finite.max(initial=1.0))


@dataclass(frozen=True)
class AlongAxis:
    """What the criteria must know of f(z, axis), or of f(z, g, axis) with ``gradient``.

    ``absolute`` times `CHAIN` is the absolute part of the bound in ε, computed from the input; ``says`` tells it.
    """

    reference: Reference
    says: str
    gradient: bool = False
    absolute: Callable[[np.ndarray], float] = one
    scale: float = 1.0

    def case(self, draw: Draw, z: Argument, *, axis: int | None = None, strict: str = "") -> Case:
        """Return one case; ``strict`` holds d, m, w for dtype, mutation, warning; no axis is passed if it is None."""
        assert z.data is not None
        arguments = [z]
        if self.gradient:
            g = draw.uniform(-LARGEST_GRADIENT, LARGEST_GRADIENT, z.data.shape)
            arguments.append(Argument(z.form, g.astype(np.float32) if z.data.dtype == np.float32 else g))
        wide = [replace(a, data=a.data.astype(np.float64)) for a in arguments if a.data is not None]
        further = () if axis is None else (Argument("value", value=axis),)
        expected = expected_from(
            self.reference,
            Call((*wide, *further)),
            relative=CHAIN,
            absolute=CHAIN * self.scale * self.absolute(z.data),
            precision="float32" if z.data.dtype == np.float32 else "float64",
            keep_dtype="d" in strict,
            no_mutation="m" in strict,
            no_warning="w" in strict,
        )
        return Case(Call((*arguments, *further)), replace(expected, along=-1 if axis is None else axis))


def _some(draw: Draw, *shape: int) -> np.ndarray:
    return draw.uniform(-8.0, 8.0, shape)


def values_cases(function: AlongAxis, draw: Draw) -> list[Case]:
    """Batches whose rows are as long as they are not many, the axis left to its default, and one vector."""
    shapes = ((4, 3), (3, 5), (5, 4), (2, 8), (5,))
    return [function.case(draw, Argument("array", _some(draw, *shape))) for shape in shapes]


def axis_cases(function: AlongAxis, draw: Draw) -> list[Case]:
    """Every axis of arrays with two and three axes, counted from the front and from the back."""
    n = draw.integer(3, 4)
    asked: list[tuple[tuple[int, ...], int]] = [
        ((4, 3), 0),
        ((3, 5), -2),
        ((2, 4), 1),
        ((n, n), 0),
        ((n, n), 1),
        ((2, 3, 2), 0),
        ((2, 3, 2), 1),
        ((2, 3, 2), -1),
    ]
    return [function.case(draw, Argument("array", _some(draw, *shape)), axis=axis) for shape, axis in asked]


def arrays_cases(function: AlongAxis, draw: Draw) -> list[Case]:
    """Shapes, layouts and number types that the notebook promises."""
    rows, columns = draw.integer(2, 4), draw.integer(2, 5)
    lenient = [
        Argument("list", _some(draw, columns)),
        Argument("list", _some(draw, rows, columns)),
        Argument("array", draw.integers(-4, 8, (rows, columns))),
    ]
    strict = [
        Argument("array", _some(draw, columns)),
        Argument("array", _some(draw, rows, 1)),
        Argument("array", _some(draw, 0, columns)),
        Argument("array", _some(draw, columns, columns)),
        Argument("array", _some(draw, 2, rows, columns)),
        Argument("strided", _some(draw, rows, columns)),
        Argument("read_only", _some(draw, rows, columns)),
        Argument("array", _some(draw, rows, columns).astype(np.float32)),
    ]
    asked = [(a, "m") for a in lenient] + [(a, "dm") for a in strict]
    return [function.case(draw, argument, strict=letters) for argument, letters in asked]


def extremes_cases(function: AlongAxis, draw: Draw) -> list[Case]:
    """Large numbers, rows of very different levels, entries of −∞, all without a warning; nan in one row."""
    rows = draw.uniform(-2.0, 2.0, (3, 4))
    masked, missing = rows.copy(), rows.copy()
    masked[0, draw.integer(0, 3)], masked[1, :3] = -np.inf, -np.inf
    missing[1, 2] = np.nan
    inputs = [
        rows + 1000.0,
        rows - 1000.0,
        rows + np.array([[1000.0], [0.0], [-1000.0]]),
        rows * 1e38,
        rows * np.array([1.0, 400.0, -400.0, 1.0]),
        masked,
    ]
    cases = [function.case(draw, Argument("array", z), strict="w") for z in inputs]
    single = (rows + np.array([[200.0], [-200.0], [0.0]])).astype(np.float32)
    cases.append(function.case(draw, Argument("array", single), strict="w"))
    return [*cases, function.case(draw, Argument("array", missing))]


def axis_criteria(function: AlongAxis) -> tuple[Criterion, ...]:
    """Return the four criteria that every function of this kind has, with their points."""
    return (
        Criterion(
            "values",
            2,
            f"the right numbers for batches with the default axis, |z| ≤ 8, {function.says}",
            lambda draw: values_cases(function, draw),
        ),
        Criterion(
            "axis",
            1,
            "every axis of arrays with two and three axes, square ones too; with the bound of *values*",
            lambda draw: axis_cases(function, draw),
        ),
        Criterion(
            "arrays",
            1,
            "one vector, lists, integers, one class, no example, three axes, not contiguous, read-only, float32 kept, "
            "the input left as it was; with the bound of *values*",
            lambda draw: arrays_cases(function, draw),
        ),
        Criterion(
            "extremes",
            1,
            "very large numbers, rows of different levels, entries of −∞, without a floating-point warning, nan kept "
            "in its row; with the bound of *values*",
            lambda draw: extremes_cases(function, draw),
        ),
    )
