"""Validate an assignment: everything that an instructor would try before students see it, in a course made for it."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from pathlib import Path

from autograder.assignments import load
from autograder.course.layout import Course, open_course
from autograder.course.validate import EMPTY, SEEDS, SOLVED, Finding, of_mistakes, of_stock, trial_course
from autograder.engine import grade_class
from autograder.sandbox import Isolation


def validate(course: Course, name: str, *, isolation: Isolation = "auto") -> list[Finding]:
    """Try an assignment: solution, empty notebook, stock nbgrader, known mistakes; return what was found.

    Raises `UsageError` if there is no such assignment, and as publishing and grading do.
    """
    load(name)
    with tempfile.TemporaryDirectory(prefix="validate-") as folder:
        copy = trial_course(course, name, Path(folder))
        ours = [one for seed in SEEDS for one in _of_ours(copy, name, seed, isolation)]
        stock = list(of_stock(copy, name))
        mistakes = list(of_mistakes(load(name)))
    open_course(course.root)  # the trial course's own assignments go with it
    groups = {
        f"The solution has full marks and the empty notebook none, under {len(SEEDS)} seeds.": ours,
        "Stock nbgrader agrees.": stock,
        "Every known mistake loses what it should, and is named.": mistakes,
    }
    return [one for says, bad in groups.items() for one in (bad or [Finding(True, says)])]


def _of_ours(copy: Course, name: str, seed: int, isolation: Isolation) -> Iterator[Finding]:
    """Grade the two submissions in the sandbox."""
    results = {r.student: r for r in grade_class(copy, name, seed=seed, isolation=isolation).results}
    for student, most in ((SOLVED, load(name)), (EMPTY, None)):
        result = results[student]
        if result.status != "graded":
            yield Finding(
                False, f"The {student} notebook is {result.status} under seed {seed}: {' '.join(result.notes)}"
            )
        for function in result.functions:
            for criterion in function.criteria:
                wanted = criterion.max_points if most else 0.0
                if criterion.points != wanted:
                    told = criterion.message or criterion.status
                    yield Finding(
                        False,
                        f"The {student} notebook has {criterion.points:g} of {criterion.max_points:g} points for "
                        f"{function.name}-{criterion.name} under seed {seed}: {told}",
                    )
