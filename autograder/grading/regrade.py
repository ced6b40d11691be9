"""Which verdicts of an earlier grade may stand when one function alone is graded again, and with which points."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from autograder.assignments import Assignment, Exercise
from autograder.grading.results import FunctionResult, Result


def carried(assignment: Assignment, stored: Result, function: str) -> dict[str, FunctionResult] | None:
    """Return the verdicts of an earlier grade on all functions but one, with today's points; None if some are missing.

    A verdict is passed or not, and what it is worth is the assignment's to say: new points need no new run.
    """
    earlier = {one.name: one for one in stored.functions}
    found = {}
    for exercise in assignment.exercises:
        if exercise.name != function:
            kept = _with_points(exercise, earlier.get(exercise.name))
            if kept is None:
                return None
            found[exercise.name] = kept
    return found


def _with_points(exercise: Exercise, stored: FunctionResult | None) -> FunctionResult | None:
    """Return a function's verdicts with the points of its criteria, or None if these are others."""
    if stored is None or stored.worth == exercise.worth:
        return stored
    if [name for name, _ in stored.worth] != [name for name, _ in exercise.worth]:
        return None
    criteria = (
        replace(was, points=now.points if was.status == "passed" else 0.0, max_points=now.points)
        for was, now in zip(stored.criteria, exercise.criteria, strict=True)
    )
    return replace(stored, criteria=tuple(criteria))


def current(result: Result, bases: Mapping[str, str]) -> bool:
    """Tell whether every verdict rests on the calls, the expected values and the judging code of today."""
    return all(function.basis == bases.get(function.name) for function in result.functions)
