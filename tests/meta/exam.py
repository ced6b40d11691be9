"""How the grader is examined: run a function in this process on a seed's cases, and see what it says."""

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


def in_notebook(source, name, cell="cell-1"):
    """The object called ``name`` after a notebook's cell has run here, as it would in the sandbox's child."""
    namespace = {"__name__": "__main__"}
    for text in ("import numpy as np", source):
        result = run_cell(text, cell, namespace, 1_000_000)
        assert result["status"] == "ran", result["traceback"]
    return namespace[name]
