"""The three criteria of a function that works on each element: values, arrays, extremes.

**Tolerance.**  A textbook formula of one variable is a chain of at most eight elementary operations, and NumPy's
vectorised loops are accurate to 4 ulp each, so that 32 ε is what any correct chain reaches relative to the largest
intermediate result.  *values* asks for |got − want| ≤ 32 ε·(1 + |want|): cancellation against numbers of size 1 is
forgiven.  *extremes* asks for 32 ε·|want| alone where the stable form is the lesson (``tails=True``): there the small
numbers count for themselves.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from autograder.assignments.draw import Draw
from autograder.assignments.model import Case, Criterion, Reference, expected_from
from autograder.calls import Argument, Call

CHAIN = 32.0
"""Eight operations of 4 ulp: the tolerance of a textbook formula, in ε."""

SMALLEST = 2.0**-1074


@dataclass(frozen=True)
class Elementwise:
    """What the criteria must know of a function f(x, **parameters).

    ``kinks`` are points around which a formula may take the wrong branch; ``reach`` bounds |x| for *values*;
    ``tails`` asks for relative accuracy at the extremes.
    """

    reference: Reference
    kinks: tuple[float, ...] = (0.0,)
    reach: float = 30.0
    tails: bool = False

    def case(
        self,
        argument: Argument,
        *,
        relative: float = CHAIN,
        absolute: float = CHAIN,
        strict: str = "",
        precision: str = "",
    ) -> Case:
        """Return one case; ``strict`` holds d, m, w for dtype, mutation, warning."""
        call = Call((argument,))
        data = argument.data
        kept = precision or ("float32" if data is not None and data.dtype == np.float32 else "float64")
        wide = Call(
            tuple(Argument(a.form, None if a.data is None else a.data.astype(np.float64)) for a in call.arguments)
        )
        expected = expected_from(
            self.reference,
            wide,
            relative=relative,
            absolute=absolute,
            precision=kept,
            keep_dtype="d" in strict,
            no_mutation="m" in strict,
            no_warning="w" in strict,
        )
        return Case(call, expected)


def _around(points: Sequence[float], draw: Draw) -> np.ndarray:
    """Return each point and its neighbours at random small distances on both sides."""
    near = [draw.magnitudes(-12, -2, (6,)) + point for point in points]
    return np.concatenate([np.asarray(points, np.float64), *near])


def values_cases(function: Elementwise, draw: Draw) -> list[Case]:
    """Float64 vectors: the middle, a wide range, sizes from 2⁻²⁰ up, and the neighbourhood of the kinks."""
    inputs = [
        draw.uniform(-4.0, 4.0, (16,)),
        draw.uniform(-function.reach, function.reach, (16,)),
        draw.magnitudes(-20, 3, (12,)),
        _around(function.kinks, draw),
    ]
    return [function.case(Argument("array", x)) for x in inputs]


def arrays_cases(function: Elementwise, draw: Draw) -> list[Case]:
    """Every shape, layout and number type that the course's conventions promise to accept."""
    rows, columns = draw.integer(2, 4), draw.integer(2, 5)

    def some(*shape: int) -> np.ndarray:
        return draw.uniform(-4.0, 4.0, shape)

    def whole(*shape: int) -> np.ndarray:
        return draw.integers(-4, 8, shape)

    def single(values: np.ndarray) -> np.ndarray:
        return np.asarray(values, np.float32)

    # Numbers alone tell less than arrays, so both signs are asked of them.
    positive, negative = draw.uniform(0.5, 4.0), -draw.uniform(0.5, 4.0)
    signed = np.concatenate([-draw.integers(1, 4, (3,)), draw.integers(1, 8, (3,))])
    lenient = [
        Argument("float", positive),
        Argument("float", negative),
        Argument("int", whole()),
        Argument("list", some(columns)),
        Argument("list", some(rows, columns)),
        Argument("list", whole(columns)),
        Argument("array", signed),
    ]
    strict = [
        Argument("scalar", negative),
        Argument("zero_d", positive),
        Argument("array", some(0)),
        Argument("array", some(columns)),
        Argument("array", some(rows, columns)),
        Argument("array", some(2, rows, 1, columns)),
        Argument("strided", some(rows, columns)),
        Argument("read_only", some(columns)),
        Argument("array", single(some(columns))),
        Argument("array", single(some(rows, columns))),
        Argument("scalar", single(some())),
    ]
    return [function.case(a, strict="m") for a in lenient] + [function.case(a, strict="dm") for a in strict]


def extremes_cases(function: Elementwise, draw: Draw) -> list[Case]:
    """Signed zeros, subnormals, the largest numbers, infinities and nan, without a warning, accurate in the tails.

    Where nan is among the numbers a warning is forgiven: to compare it is an invalid operation to the processor, so
    that `np.logaddexp(0, x)`, a right softplus, warns about nan and nothing else.
    """
    absolute = SMALLEST * 2.0**52 if function.tails else CHAIN  # one unit of the smallest number is always forgiven
    special = np.array([0.0, -0.0, np.inf, -np.inf])
    inputs = [
        np.array([1e3, -1e3]) * draw.number(1.0, 1.5),
        np.array([1e38, -1e38]) * draw.number(1.0, 1.5),
        np.array([-40.0, 40.0, -60.0, 60.0, -100.0, 100.0, -250.0, 250.0, -500.0, 500.0]) * draw.number(0.95, 1.05),
        draw.magnitudes(-1060, -30, (12,)),
        special,
        np.array([-SMALLEST, SMALLEST, 2.0**-1040, -(2.0**-1040)]),
    ]
    cases = [function.case(Argument("array", x), absolute=absolute, strict="w") for x in inputs]
    single = np.array([-80.0, -20.0, 20.0, 80.0, 200.0, -200.0, 1e30, -1e30, np.inf, -np.inf, 0.0], np.float32)
    narrow = 2.0**-149 / 2.0**-23 if function.tails else CHAIN
    cases.append(function.case(Argument("array", single), absolute=narrow, strict="w"))
    missing = np.array([draw.number(-4.0, 4.0), np.nan, 0.0])
    cases.append(function.case(Argument("array", missing), absolute=absolute))
    return cases


def criteria(
    function: Elementwise, *, values: float = 2, arrays: float = 1, extremes: float = 1
) -> tuple[Criterion, ...]:
    """Return the three criteria with their points."""
    tail = "; small results count with relative accuracy" if function.tails else ""
    return (
        Criterion(
            "values",
            values,
            f"the right numbers for float64 vectors with |x| ≤ {function.reach:g}, up to {CHAIN:g} ε·(1 + |expected|)",
            lambda draw: values_cases(function, draw),
        ),
        Criterion(
            "arrays",
            arrays,
            "numbers, lists and arrays of any shape, float32 kept, integers accepted, the input left as it was",
            lambda draw: arrays_cases(function, draw),
        ),
        Criterion(
            "extremes",
            extremes,
            f"very large, very small and infinite inputs without a floating-point warning, nan passed through{tail}",
            lambda draw: extremes_cases(function, draw),
        ),
    )
