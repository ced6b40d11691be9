"""The assignment of the chapter *Range*: what an activation can return, and what it cannot."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from autograder.assignments.draw import Draw
from autograder.assignments.elementwise import CHAIN, Elementwise, criteria
from autograder.assignments.model import Assignment, Case, Criterion, Exercise, expected_from
from autograder.calls import Argument, Call
from autograder.reference import REFERENCE


def scale_to(x: np.ndarray, low: float, high: float) -> np.ndarray:
    """Map any real x into (low, high) by a tanh: the middle plus half the width times tanh x."""
    middle, half = (low + high) / 2, (high - low) / 2
    result: np.ndarray = middle + half * REFERENCE["tanh"].value(x)
    return result


def zero_centred(f: Callable[[Any], Any]) -> bool:
    """Tell whether f has mean 0 over any inputs symmetric about 0, which is f(−x) = −f(x)."""
    x = np.linspace(0.0, 10.0, 41)
    return bool(np.allclose(f(-x), -f(x), rtol=0.0, atol=1e-6))


# scale_to

INTERVALS = ((-100.0, 100.0), (0.0, 1.0), (-1.0, 1.0), (2.0, 5.0), (-8.0, -3.0))


def _scaled(x: Argument, low: float, high: float, *, strict: str = "") -> Case:
    """Return a case of ``scale_to``; its tolerance counts against the larger end, on which the rounding depends."""
    ends = (Argument("float", np.asarray(low)), Argument("float", np.asarray(high)))
    wide = Argument(x.form, None if x.data is None else x.data.astype(np.float64))
    expected = expected_from(
        scale_to,
        Call((wide, *ends)),
        relative=0.0,
        absolute=CHAIN * max(abs(low), abs(high)),
        precision="float32" if x.data is not None and x.data.dtype == np.float32 else "float64",
        keep_dtype="d" in strict,
        no_mutation="m" in strict,
        no_warning="w" in strict,
    )
    return Case(Call((x, *ends)), expected)


def _scale_values(draw: Draw) -> list[Case]:
    return [_scaled(Argument("array", draw.uniform(-3.0, 3.0, (12,))), low, high) for low, high in INTERVALS]


def _scale_arrays(draw: Draw) -> list[Case]:
    rows, columns = draw.integer(2, 4), draw.integer(2, 5)
    lenient = [
        Argument("float", draw.uniform(-2.0, 2.0)),
        Argument("int", draw.integers(-2, 2)),
        Argument("list", draw.uniform(-2.0, 2.0, (columns,))),
        Argument("array", draw.integers(-3, 3, (columns,))),
    ]
    strict = [
        Argument("zero_d", draw.uniform(-2.0, 2.0)),
        Argument("array", draw.uniform(-2.0, 2.0, (0,))),
        Argument("array", draw.uniform(-2.0, 2.0, (rows, columns))),
        Argument("strided", draw.uniform(-2.0, 2.0, (rows, columns))),
        Argument("read_only", draw.uniform(-2.0, 2.0, (columns,))),
        Argument("array", draw.uniform(-2.0, 2.0, (rows, columns)).astype(np.float32)),
    ]
    low, high = INTERVALS[draw.integer(0, len(INTERVALS) - 1)]
    return [_scaled(a, low, high, strict="m") for a in lenient] + [_scaled(a, low, high, strict="dm") for a in strict]


def _scale_extremes(draw: Draw) -> list[Case]:
    inputs = [
        np.array([1e3, -1e3, 1e38, -1e38]) * draw.number(1.0, 1.5),
        np.array([np.inf, -np.inf, 0.0, -0.0]),
        draw.magnitudes(-1060, -30, (6,)),
    ]
    missing = _scaled(Argument("array", np.array([1.0, np.nan, 0.0])), *INTERVALS[1])  # to compare nan may warn
    cases = [_scaled(Argument("array", x), low, high, strict="w") for x in inputs for low, high in INTERVALS[:2]]
    return [*cases, missing]


# zero_centred

NUMBERS: dict[str, tuple[tuple[float, float], ...]] = {
    "scaled": ((0.5, 3.0),),
    "cubic": ((0.1, 1.0), (0.5, 2.0)),
    "shifted": ((-2.0, 2.0), (0.5, 2.0)),
    "quadratic": ((0.5, 2.0), (-2.0, 2.0)),
    "bent": ((0.5, 2.0), (-2.0, 2.0)),
    "late": ((0.5, 1.5),),
    "cut": ((0.6, 1.5),),
}
"""The intervals from which the numbers of a given function are drawn."""

PLAIN = ("scaled", "cubic", "sine", "half_angle", *("shifted",) * 4, *("bell",) * 2, *("root",) * 2)
SLY = ("scaled", "sine", "half_angle", *("quadratic",) * 3, *("bent",) * 3, *("late",) * 3, *("cut",) * 6)

MEAN = 0.05
"""The mean that a function which is not zero-centred has at least, over evenly spread inputs of [−a, a], 1 ≤ a ≤ 10."""

LITTLE, MORE = (1.02 * MEAN, 1.5 * MEAN), (0.1, 0.3)
LIFTED = tuple((name, level) for name in ("half_angle", "sine") for level in (LITTLE, LITTLE, LITTLE, MORE))
"""Odd functions, and the interval of the number that lifts them a little and so becomes their mean."""

STEEP = (20.0, 40.0)
"""Slopes at which the mean over random inputs that do not come in pairs is far from 0, though the function is odd."""


def _centred_case(draw: Draw, name: str, ranges: tuple[tuple[float, float], ...]) -> Case:
    """Return one case of ``zero_centred``: a function of the table with numbers of its own."""
    data = np.array([draw.number(low, high) for low, high in ranges]) if ranges else None
    call = Call((Argument("function", data, name),))
    return Case(call, expected_from(zero_centred, call, relative=0.0, absolute=0.0))


def _centred_values(draw: Draw) -> list[Case]:
    return [_centred_case(draw, name, NUMBERS.get(name, ())) for name in PLAIN]


def _centred_lookalikes(draw: Draw) -> list[Case]:
    sly = [_centred_case(draw, name, NUMBERS.get(name, ())) for name in SLY]
    lifted = [_centred_case(draw, name, (level,)) for name, level in LIFTED]
    return [*sly, *lifted, *(_centred_case(draw, "scaled", (STEEP,)) for _ in range(2))]


ASSIGNMENT = Assignment(
    name="range",
    title="Range",
    exercises=(
        Exercise(
            "sigmoid",
            "sigmoid(x)",
            REFERENCE["sigmoid"].value,
            criteria(Elementwise(REFERENCE["sigmoid"].value, tails=True)),
            curve=(-8.0, 8.0),
            forbidden=("scipy.special.expit",),
        ),
        Exercise(
            "tanh",
            "tanh(x)",
            REFERENCE["tanh"].value,
            criteria(Elementwise(REFERENCE["tanh"].value, tails=True)),
            curve=(-4.0, 4.0),
            forbidden=("numpy.tanh", "math.tanh"),
        ),
        Exercise(
            "relu6",
            "relu6(x)",
            REFERENCE["relu6"].value,
            criteria(Elementwise(REFERENCE["relu6"].value, kinks=(0.0, 6.0))),
            curve=(-3.0, 9.0),
        ),
        Exercise(
            "softplus",
            "softplus(x)",
            REFERENCE["softplus"].value,
            criteria(Elementwise(REFERENCE["softplus"].value, tails=True)),
            curve=(-6.0, 6.0),
            forbidden=("numpy.logaddexp", "numpy.logaddexp2"),
        ),
        Exercise(
            "softsign",
            "softsign(x)",
            REFERENCE["softsign"].value,
            criteria(Elementwise(REFERENCE["softsign"].value)),
            curve=(-8.0, 8.0),
        ),
        Exercise(
            "hard_sigmoid",
            "hard_sigmoid(x)",
            REFERENCE["hard_sigmoid"].value,
            criteria(Elementwise(REFERENCE["hard_sigmoid"].value, kinks=(-3.0, 3.0))),
            curve=(-6.0, 6.0),
        ),
        Exercise(
            "scale_to",
            "scale_to(x, low, high)",
            scale_to,
            (
                Criterion(
                    "values",
                    2,
                    f"the right numbers for five intervals, up to {CHAIN:g} ε·max(|low|, |high|)",
                    _scale_values,
                ),
                Criterion(
                    "arrays",
                    1,
                    "numbers, lists and arrays of any shape, float32 kept, integers accepted, the input left as it "
                    "was; with the bound of *values*",
                    _scale_arrays,
                ),
                Criterion(
                    "extremes",
                    1,
                    "very large, very small and infinite inputs without a floating-point warning, nan passed through; "
                    "with the bound of *values*",
                    _scale_extremes,
                ),
            ),
            curve=(-4.0, 4.0),
            parameters={"low": 2.0, "high": 5.0},
        ),
        Exercise(
            "zero_centred",
            "zero_centred(f)",
            zero_centred,
            (
                Criterion(
                    "values",
                    2,
                    "zero-centred functions told from straight lines and humps that miss the origin",
                    _centred_values,
                ),
                Criterion(
                    "lookalikes",
                    2,
                    "zero-centred functions told from functions that pass through the origin, have a range symmetric "
                    f"about 0, or a mean of as little as {MEAN:g}",
                    _centred_lookalikes,
                ),
            ),
        ),
    ),
)
