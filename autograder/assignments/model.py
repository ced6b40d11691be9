"""What an assignment is made of: graded functions, their criteria, and the cases that a criterion draws."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np

from autograder.assignments.draw import Draw
from autograder.calls import Argument, Call, parts
from autograder.compare import Expected
from autograder.given import given

DATA = Path(__file__).parent / "data"

Reference = Callable[..., Any]
"""What a function should return: an array, a number, a truth value, or a tuple of these."""


@dataclass(frozen=True, eq=False)
class Case:
    """One call and what it should return."""

    call: Call
    expected: Expected


@dataclass(frozen=True)
class Criterion:
    """One graded aspect of a function, which is one test cell of the notebook.

    ``cases`` draws the calls; ``says`` tells the student what is asked, with the tolerance where there is one.
    """

    name: str
    points: float
    says: str
    cases: Callable[[Draw], list[Case]]


@dataclass(frozen=True)
class Exercise:
    """One graded function: its name is the ``grade_id`` of its solution cell.

    ``curve`` is the interval on which a picture of the student's function is drawn, or None where a curve makes no
    sense; ``parameters`` are the further arguments with which it is drawn.  ``forbidden`` are names (``numpy.tanh``)
    and operators that the exercise rules out; a function that uses one has no points.  Nor has one that builds on none
    of the notebook's functions in ``builds_on``, where there are any.
    """

    name: str
    signature: str
    reference: Reference
    criteria: tuple[Criterion, ...]
    curve: tuple[float, float] | None = None
    parameters: Mapping[str, float] = field(default_factory=dict)
    forbidden: tuple[str, ...] = ()
    builds_on: tuple[str, ...] = ()

    @cached_property
    def worth(self) -> tuple[tuple[str, float], ...]:
        """The criteria by name, and the points of each."""
        return tuple((criterion.name, criterion.points) for criterion in self.criteria)

    @property
    def points(self) -> float:
        """The points of all criteria together."""
        return sum(criterion.points for criterion in self.criteria)

    def criterion(self, name: str) -> Criterion:
        """Return the criterion called ``name``; KeyError if there is none."""
        return {criterion.name: criterion for criterion in self.criteria}[name]


@dataclass(frozen=True)
class Assignment:
    """A notebook's worth of exercises.

    ``packages`` are what its students may import beside the standard library; ``step_seconds`` is the time limit of one
    cell and of one criterion's calls.  ``files`` are the data that students have beside the notebook: names in the
    package's folder ``assignments/data``.
    """

    name: str
    title: str
    exercises: tuple[Exercise, ...]
    packages: tuple[str, ...] = ("numpy", "matplotlib")
    step_seconds: float = 2.0
    files: tuple[str, ...] = ()

    @property
    def total_seconds(self) -> float:
        """The time limit of a whole notebook: as if every criterion, and a cell for every function, took its full time.

        Who keeps within the limit of each step is not cut off, and a notebook of endless loops ends.
        """
        return self.step_seconds * sum(len(exercise.criteria) + 1 for exercise in self.exercises)

    def file(self, name: str) -> Path:
        """Return the path of one of the ``files``."""
        return DATA / name

    def exercise(self, name: str) -> Exercise:
        """Return the exercise called ``name``; KeyError if there is none."""
        return {exercise.name: exercise for exercise in self.exercises}[name]

    def find(self, grade_id: str) -> tuple[Exercise, Criterion] | None:
        """Return what the test cell ``<function>-<criterion>`` grades, or None if it is not one of ours."""
        function, _, name = grade_id.rpartition("-")
        for exercise in self.exercises:
            if exercise.name == function:
                return next(((exercise, c) for c in exercise.criteria if c.name == name), None)
        return None


def expected_from(
    reference: Reference,
    call: Call,
    *,
    relative: float,
    absolute: float,
    precision: str = "float64",
    keep_dtype: bool = False,
    no_warning: bool = False,
    no_mutation: bool = False,
) -> Expected:
    """Return what the reference gives for a call, in float64, with the tolerance and the rules of the case."""
    positional = [_plain(argument) for argument in call.arguments]
    keywords = {name: _plain(argument) for name, argument in call.keywords.items()}
    returned = reference(*positional, **keywords)
    members = returned if isinstance(returned, (tuple, list)) else (returned,)
    values = tuple(np.asarray(member) for member in members)
    return Expected(values, relative, absolute, precision, keep_dtype, no_warning, no_mutation)


def _plain(argument: Argument) -> object:
    """Return what the reference is given for an argument: its numbers, or its value."""
    if argument.form == "function":
        return given(argument.value, () if argument.data is None else argument.data)
    if argument.form == "arrays":
        return parts(argument)
    if argument.data is None:
        return argument.value
    if argument.data.ndim == 0:
        return argument.data[()]
    return argument.data
