"""Name what a wrong answer has to do with the right one, where the bank knows no such mistake.

A short list of transforms is tried on the numbers of one criterion: sign, factor, shift, the derivative in place of the
function or the other way round, the input negated or scaled, another function of the catalogue.  A match must hold at
every point that was compared, and at enough of them that it is no accident; the sentence says no more than that.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

import numpy as np

from autograder import messages
from autograder.assignments import Case, Exercise
from autograder.assignments.model import expected_from
from autograder.calls import Call, Outcome
from autograder.compare import number
from autograder.reference import REFERENCE, Elementwise, RandomisedSlope

ENOUGH_POINTS = 12
"""Wrong numbers on which a match must rest."""

ENOUGH_VALUES = 6
"""Different numbers that must be among them: a constant has something to do with every constant."""

CLOSE = 1e-9
"""The relative difference that different ways of rounding leave, with a thousandth of it for numbers near 0."""

FACTORS = (2.0, 0.5, 3.0, 1 / 3, 10.0, 0.1, math.sqrt(2), math.sqrt(0.5), 1.702, 1 / 1.702, math.pi / 180, math.pi)
"""Scales of the input that are tried: halves and doubles, roots of two, degrees, GELU's constant."""


@dataclass(frozen=True, eq=False)
class Numbers:
    """What came back and what was expected at the points of one criterion: two float64 vectors, all finite.

    ``calls`` are the calls that they come from, and ``kept`` the mask of the points kept from each call's result.
    """

    got: np.ndarray
    want: np.ndarray
    calls: tuple[Call, ...]
    kept: tuple[np.ndarray, ...]


def transform_told(exercise: Exercise, cases: Sequence[Case], outcomes: Sequence[Outcome]) -> str:
    """Return a sentence on what the student's numbers have to do with the expected ones, or an empty one.

    ``cases`` and ``outcomes`` are those of one criterion, in one order.
    """
    with np.errstate(all="ignore"):
        numbers = compared(cases, outcomes)
        if numbers is None:
            return ""
        told = of_output(numbers)
        if not told and exercise.curve is not None:
            told = of_input(exercise, numbers)
    return messages.TRANSFORMS[told[0]].format(points=numbers.got.size, what=told[1]) if told else ""


def compared(cases: Sequence[Case], outcomes: Sequence[Outcome]) -> Numbers | None:
    """Return the numbers of the float64 calls, or None where some result is no array of the right shape.

    Points at which nan or an infinity is expected are left out; one at which it came unexpected ends the comparison.
    """
    got, want, calls, kept = [], [], [], []
    for case, outcome in zip(cases, outcomes, strict=True):
        expected = case.expected
        if outcome.raised or len(outcome.values) != 1 or len(expected.values) != 1 or expected.share < 1:
            return None
        data, right = outcome.values[0].data, expected.values[0]
        if data is None or data.shape != right.shape or data.dtype.kind not in "fiu" or right.dtype.kind != "f":
            return None
        if expected.precision == "float64":
            finite = np.isfinite(right)
            got.append(data.astype(np.float64)[finite])
            want.append(right.astype(np.float64)[finite])
            calls.append(case.call)
            kept.append(finite)
    if not got:
        return None
    numbers = Numbers(np.concatenate(got), np.concatenate(want), tuple(calls), tuple(kept))
    return numbers if np.isfinite(numbers.got).all() and _evidence(numbers) else None


def _evidence(numbers: Numbers) -> bool:
    """Tell whether enough of the numbers are wrong, and differ from one another."""
    wrong = ~_close(numbers.got, numbers.want)
    return int(wrong.sum()) >= ENOUGH_POINTS and min(_different(v[wrong]) for v in (numbers.got, numbers.want)) >= (
        ENOUGH_VALUES
    )


def _different(values: np.ndarray) -> int:
    """Count the different numbers, as far as six digits tell them apart."""
    return len({f"{value:.6g}" for value in values})


def _close(a: np.ndarray, b: np.ndarray) -> np.ndarray:
    near: np.ndarray = np.abs(a - b) <= CLOSE * (np.maximum(np.abs(a), np.abs(b)) + 1e-3)
    return near


def _same(a: np.ndarray, b: np.ndarray) -> bool:
    return a.shape == b.shape and bool(_close(a, b).all())


def of_output(numbers: Numbers) -> tuple[str, str] | None:
    """Return (transform, its number) if the output is the expected one negated, multiplied or shifted; or None."""
    got, want = numbers.got, numbers.want
    if _same(got, -want):
        return "sign", ""
    largest = int(np.argmax(np.abs(want)))
    factor = got[largest] / want[largest] if want[largest] else 0.0
    if factor and _same(got, factor * want):
        return "factor", number(float(factor))
    shift = float(np.median(got - want))
    if _same(got, want + shift):
        return "shift", number(shift)
    return None


def of_input(exercise: Exercise, numbers: Numbers) -> tuple[str, str] | None:
    """Return (transform, what it is) if the output is that of a related function or input; or None.

    Asks the reference, and is for functions of each element alone.
    """
    for order, result in _orders(exercise, numbers):
        if _same(numbers.got, result):
            return order, ""
    for factor in (-1.0, *FACTORS):
        scaled = [_scaled(call, factor) for call in numbers.calls]
        results = [expected_from(exercise.reference, call, relative=0, absolute=0).values[0] for call in scaled]
        if _same(numbers.got, _kept(results, numbers)):
            return ("negated", "") if factor == -1 else ("scaled", number(factor))
    return _other(exercise, numbers)


def _scaled(call: Call, factor: float) -> Call:
    """Return the call with its first argument, as float64, multiplied."""
    first, *rest = call.arguments
    data = None if first.data is None else factor * first.data.astype(np.float64)
    return replace(call, arguments=(replace(first, data=data), *rest))


def _kept(results: Sequence[np.ndarray], numbers: Numbers) -> np.ndarray:
    """Return the results at the points that are compared, one after the other."""
    return np.concatenate([np.asarray(r, np.float64)[mask] for r, mask in zip(results, numbers.kept, strict=True)])


def _orders(exercise: Exercise, numbers: Numbers) -> Iterator[tuple[str, np.ndarray]]:
    """Yield what the derivative gives where the function is asked for, and the other way round."""
    base = exercise.name.removesuffix("_derivative")
    function = REFERENCE.get(base)
    if isinstance(function, Elementwise) and not isinstance(function, RandomisedSlope):
        order, method = ("derivative", function.derivative) if base == exercise.name else ("function", function.value)
        known = [p.name for p in function.parameters]
        given = [name.partition("=")[0].strip() for name in exercise.signature.partition("(")[2].rstrip(")").split(",")]
        if set(given[1:]) <= set(known):
            results = []
            for call in numbers.calls:
                x, *rest = (a.data for a in call.arguments)
                further = {name: float(v) for name, v in zip(given[1:], rest, strict=False) if v is not None}
                results.append(method(np.asarray(x, np.float64), **further))
            yield order, _kept(results, numbers)


def _other(exercise: Exercise, numbers: Numbers) -> tuple[str, str] | None:
    """Return the name of another function of the catalogue, with its usual parameters, that the output equals."""
    inputs = [np.asarray(call.arguments[0].data, np.float64) for call in numbers.calls]
    for name, function in REFERENCE.items():
        if not isinstance(function, Elementwise) or name == exercise.name:
            continue
        if _same(numbers.got, _kept([function.value(x) for x in inputs], numbers)):
            return "other", name
    return None
