"""What a student may have computed instead of what was asked, for `relations` to compare with what came back.

The derivative in place of the function or the other way round, the input negated or scaled, another function of the
catalogue.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import Any

import numpy as np

from autograder.assignments import Case, Exercise
from autograder.assignments.model import expected_from
from autograder.calls import Call
from autograder.compare import number
from autograder.reference import REFERENCE, Elementwise, RandomisedSlope
from autograder.relations import Candidate, kept

FACTORS = (2.0, 0.5, 3.0, 1 / 3, 10.0, 0.1, math.sqrt(2), math.sqrt(0.5), 1.702, 1 / 1.702, math.pi / 180, math.pi)
"""Scales of the input that are tried: halves and doubles, roots of two, degrees, GELU's constant."""


def candidates(exercise: Exercise, cases: Sequence[Case]) -> Iterator[Candidate]:
    """Yield what related functions and inputs give at the points of one criterion; for functions of a number alone.

    Asks the reference, so that it is for the trusted side, and for whoever writes the students' tables.
    """
    if exercise.curve is None:
        return
    points = [(case.call, mask) for case in cases if (mask := kept(case.expected)) is not None]
    if not points:
        return
    with np.errstate(all="ignore"):
        for kind, what, results in _all(exercise, [call for call, _ in points]):
            values = [np.asarray(r, np.float64)[mask] for r, (_, mask) in zip(results, points, strict=True)]
            yield Candidate(kind, what, np.concatenate(values))


def _all(exercise: Exercise, calls: Sequence[Call]) -> Iterator[tuple[str, str, list[Any]]]:
    """Yield (kind, what, results of the calls) for each candidate, the likeliest first."""
    yield from _orders(exercise, calls)
    for factor in (-1.0, *FACTORS):
        scaled = [_scaled(call, factor) for call in calls]
        results: list[Any] = [expected_from(exercise.reference, c, relative=0, absolute=0).values[0] for c in scaled]
        yield ("negated", "", results) if factor == -1 else ("scaled", number(factor), results)
    inputs = [np.asarray(call.arguments[0].data, np.float64) for call in calls]
    for name, function in REFERENCE.items():
        if isinstance(function, Elementwise) and name != exercise.name:
            yield "other", name, [function.value(x) for x in inputs]


def _scaled(call: Call, factor: float) -> Call:
    """Return the call with its first argument, as float64, multiplied."""
    first, *rest = call.arguments
    data = None if first.data is None else factor * first.data.astype(np.float64)
    return replace(call, arguments=(replace(first, data=data), *rest))


def _orders(exercise: Exercise, calls: Sequence[Call]) -> Iterator[tuple[str, str, list[Any]]]:
    """Yield what the derivative gives where the function is asked for, and the other way round."""
    base = exercise.name.removesuffix("_derivative")
    function = REFERENCE.get(base)
    if isinstance(function, Elementwise) and not isinstance(function, RandomisedSlope):
        order, method = ("derivative", function.derivative) if base == exercise.name else ("function", function.value)
        known = [p.name for p in function.parameters]
        given = [name.partition("=")[0].strip() for name in exercise.signature.partition("(")[2].rstrip(")").split(",")]
        if set(given[1:]) <= set(known):
            results = []
            for call in calls:
                x, *rest = (a.data for a in call.arguments)
                further = {name: float(v) for name, v in zip(given[1:], rest, strict=False) if v is not None}
                results.append(method(np.asarray(x, np.float64), **further))
            yield order, "", results
