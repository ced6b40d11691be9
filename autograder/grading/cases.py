"""The cases of a run: what is asked of every submission, drawn from the run's secret.

A criterion's cases are hidden ones from the run's secret, which alone tell every mistake, one of the visible ones,
which every student has in ``checks.py``, and sometimes one of the hidden ones again, shuffled together.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, replace
from functools import cache, cached_property
from pathlib import Path

import numpy as np

from autograder.assignments import Assignment, Case, Criterion, Exercise
from autograder.assignments.draw import Draw
from autograder.calls import Argument
from autograder.rules import NONE_OF

PUBLIC_SECRET = b"visible cases"
"""The secret of the visible cases, which is none."""

VISIBLE_ASKED = 1
"""How many of the visible cases are asked again: the first, which bears the exercise's rules."""


def secret_from_seed(seed: int) -> bytes:
    """Return the run's secret for a seed given on the command line; the seed is kept with each grade."""
    return b"seed %d" % seed


def visible_cases(assignment: str, exercise: Exercise, criterion: Criterion) -> tuple[Case, ...]:
    """Return the cases that a student sees; the same for everyone, for ever."""
    name = f"{assignment}|{exercise.name}|{criterion.name}|visible"
    first, *rest = criterion.cases(Draw(PUBLIC_SECRET, name))
    rules = exercise.forbidden + ((NONE_OF + ", ".join(exercise.builds_on),) if exercise.builds_on else ())
    if rules:  # the function's code is read once for each criterion, with the first call that all share
        first = replace(first, call=replace(first.call, forbidden=rules))
    return (first, *rest)


def graded_cases(assignment: str, exercise: Exercise, criterion: Criterion, secret: bytes) -> tuple[Case, ...]:
    """Return the cases that decide the grade under a secret."""
    draw = Draw(secret, f"{assignment}|{exercise.name}|{criterion.name}|graded")
    hidden = criterion.cases(draw)
    again = [hidden[draw.integer(0, len(hidden) - 1)]] if draw.integer(0, 1) else []
    known = visible_cases(assignment, exercise, criterion)[:VISIBLE_ASKED]
    return tuple(draw.shuffled([*known, *hidden, *again]))


@dataclass(frozen=True, eq=False)
class CaseTable:
    """All cases of an assignment under one secret, by function and criterion, and the hash of their inputs."""

    assignment: Assignment
    cases: dict[tuple[str, str], tuple[Case, ...]]
    inputs_hash: str

    @cached_property
    def bases(self) -> dict[str, str]:
        """For each function a hash of all that its verdicts rest on, besides the answers."""
        return {exercise.name: self._basis(exercise) for exercise in self.assignment.exercises}

    def _basis(self, exercise: Exercise) -> str:
        """Return the hash of a function's calls, of what they should return, and of the code that judges.

        Points are no part of it: what a verdict is worth is looked up anew.
        """
        digest = hashlib.sha256(judging_code())
        for criterion in exercise.criteria:
            digest.update(repr(criterion.name).encode())
            for case in self.cases[exercise.name, criterion.name]:
                call, wanted = case.call, case.expected
                for argument in (*call.arguments, *call.keywords.values()):
                    digest.update(_bytes(argument))
                rest = (tuple(call.keywords), call.symbols, call.choices, call.forbidden, call.result)
                digest.update(repr((rest, replace(wanted, values=()))).encode())
                for value in (*wanted.values, *(() if call.points is None else (call.points,))):
                    digest.update(f"{value.dtype.str} {value.shape} ".encode() + value.tobytes())
        return digest.hexdigest()[:16]


def build(assignment: Assignment, secret: bytes) -> CaseTable:
    """Draw every case of an assignment, whatever NumPy's error state is: a student's kernel may have changed it."""
    with np.errstate(all="ignore"):
        cases = {
            (exercise.name, criterion.name): graded_cases(assignment.name, exercise, criterion, secret)
            for exercise in assignment.exercises
            for criterion in exercise.criteria
        }
    digest = hashlib.sha256()
    for key, drawn in cases.items():
        digest.update(repr(key).encode())
        for case in drawn:
            for argument in (*case.call.arguments, *case.call.keywords.values()):
                digest.update(_bytes(argument))
            if case.call.points is not None:
                digest.update(_bytes(Argument("points", case.call.points)))
    return CaseTable(assignment, cases, digest.hexdigest())


@cache
def judging_code() -> bytes:
    """Return a hash of the code that turns an answer into a verdict."""
    root = Path(__file__).parent.parent
    rooms = [root / f"{room}.py" for room in ("calls", "compare", "deeds", "given", "packed", "relations", "rules")]
    return hashlib.sha256(b"".join(path.read_bytes() for path in (*rooms, *sorted(root.glob("grading/*.py"))))).digest()


def _bytes(argument: Argument) -> bytes:
    """Return what identifies an argument, byte for byte."""
    if argument.data is None:
        return f"{argument.form} {argument.value!r}".encode()
    head = f"{argument.form} {argument.value!r} {argument.data.dtype.str} {argument.data.shape} "
    return head.encode() + argument.data.tobytes()
