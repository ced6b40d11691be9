"""Grade one test cell inside a stock nbgrader kernel, by the same cases and the same comparison as everywhere.

**Unprotected**: the student's code runs in this very process, together with the reference and the expected values, and
can reach both.  The grade of record is the sandbox's; this is for courses that run ``nbgrader autograde`` themselves
and trust their students.  The seed is the environment variable ``AUTOGRADER_SEED``, by default the one of
``autograder grade``; for the same seed the cases are the same.
"""

from __future__ import annotations

import functools
import os
import warnings
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np

from autograder.assignments import NAMES, Criterion, Exercise, load
from autograder.assignments.own import own_names, use_own
from autograder.calls import Outcome, call
from autograder.errors import UsageError
from autograder.grading.cases import build, secret_from_seed
from autograder.grading.results import CriterionResult
from autograder.grading.verdicts import Answer, Examiner

SEED_VARIABLE = "AUTOGRADER_SEED"


class TestFailed(AssertionError):
    """A hidden test failed; the text is what the student is told."""

    __test__ = False  # pytest collects classes by the beginning of their names

    def _render_traceback_(self) -> list[str]:
        """Show the message alone in the graded notebook: the traceback would show the grader's own code."""
        return [str(self)]


def seed() -> int:
    """Return the seed of the cases; raises `UsageError` if the environment names one that is no whole number."""
    text = os.environ.get(SEED_VARIABLE, "0")
    try:
        return int(text)
    except ValueError:
        raise UsageError(f"{SEED_VARIABLE} must be a whole number, and it is {text!r}.") from None


@functools.cache
def _examiner(assignment: str, seed: int) -> Examiner:
    """Return the judge of an assignment; its cases are drawn once for each kernel."""
    return Examiner(build(load(assignment), secret_from_seed(seed)))


def _find(grade_id: str) -> tuple[str, Exercise, Criterion]:
    """Return the assignment, the exercise and the criterion that a test cell grades.

    Raises `UsageError` if there is none.
    """
    here = Path.cwd()  # nbgrader runs a notebook in the folder of its assignment
    course = next((p for p in (here, *here.parents) if (p / "nbgrader_config.py").is_file()), None)
    if course is not None:
        use_own(course / "assignments")
    for name in sorted({*NAMES, *own_names()}, key=lambda name: name != here.name):
        found = load(name).find(grade_id)
        if found is not None:
            return (name, *found)
    raise UsageError(f"No assignment has a test {grade_id!r}: run `autograder publish` in the course's folder.")


def _outcome(function: Callable[..., Any], case: Any) -> Outcome:
    """Call the student's function once; an interrupt, which is nbgrader's time limit, ends the cell."""
    outcome = call(function, case.call)
    if outcome.error.partition(":")[0] == "KeyboardInterrupt":
        raise KeyboardInterrupt("the call was interrupted")
    return outcome


def judge_cell(function: Callable[..., Any], grade_id: str) -> CriterionResult:
    """Return the verdict on a function under the test ``grade_id``, as ``sigmoid-values``.

    Raises `UsageError` if there is no such test, KeyboardInterrupt if the student's call was interrupted.
    """
    name, exercise, criterion = _find(grade_id)
    # A notebook may have set NumPy's error state or the warnings' filters; these are for the student's code, not ours.
    with np.errstate(all="ignore"), warnings.catch_warnings():
        warnings.simplefilter("ignore")
        examiner = _examiner(name, seed())
        cases = examiner.table.cases[exercise.name, criterion.name]
        outcomes = tuple(_outcome(function, case) for case in cases)
        judged = examiner.judge(exercise, {criterion.name: Answer("ran", outcomes)})
    return next(result for result in judged.criteria if result.name == criterion.name)


def grade_cell(function: Callable[..., Any], grade_id: str) -> None:
    """Return None if the function passes the test ``grade_id``, and raise `TestFailed` with the reason if not.

    Nothing that the function prints leaves this call: nbgrader takes any output to stderr for a failure.
    """
    verdict = judge_cell(function, grade_id)
    if verdict.status != "passed":
        raise TestFailed("\n".join(part for part in (verdict.message, verdict.diagnosis) if part))
