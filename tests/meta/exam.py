"""How the grader is examined: run a function in this process on a seed's cases, and see what it says."""

import contextlib
import sys
from functools import cache

from autograder.assignments import NAMES, load
from autograder.assignments.misconceptions import bank
from autograder.calls import call
from autograder.grading.cases import build, secret_from_seed
from autograder.grading.verdicts import Answer, Examiner
from autograder.sandbox.cells import run_cell

EXERCISES = [(name, exercise.name) for name in NAMES for exercise in load(name).exercises]
MISTAKES = [
    (assignment, mistake) for assignment in NAMES for mistakes in bank(assignment).values() for mistake in mistakes
]
SAMPLE = range(5)
FULL = range(50)


@cache
def examiner(assignment, seed):
    """The examiner of one assignment under one seed."""
    return Examiner(build(load(assignment), secret_from_seed(seed)))


def verdict(assignment, name, function, seed):
    """The result of a function under the name of an exercise."""
    judge = examiner(assignment, seed)
    exercise = judge.table.assignment.exercise(name)
    cases = judge.table.cases
    answers = {
        c.name: Answer("ran", tuple(call(function, case.call) for case in cases[name, c.name]))
        for c in exercise.criteria
    }
    return judge.judge(exercise, answers)


def in_notebook(cells, name):
    """The object called ``name`` after a notebook's cells have run here, as they would in the sandbox's child."""
    namespace = {"__name__": "__main__"}
    with contextlib.redirect_stdout(sys.stdout), contextlib.redirect_stderr(sys.stderr):  # cells leave them changed
        for place, text in enumerate(["import numpy as np", *cells]):
            result = run_cell(text, f"cell-{place}", namespace, 1_000_000)
            assert result["status"] == "ran", result["traceback"]
    return namespace[name]
