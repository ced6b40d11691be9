"""Try an assignment the instructor's way before students see it.

Solution: full marks.  The notebook as it is given out: nothing.  Stock nbgrader: the same scores.  Every known mistake:
loses what it says it does, and is named.
"""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np

from autograder.assignments import Assignment, load
from autograder.assignments.misconceptions import Mistake, bank
from autograder.calls import call
from autograder.course.gradebook import scores
from autograder.course.layout import OWN, Course, copy_settings
from autograder.course.publish import publish
from autograder.course.run_nbgrader import run_nbgrader
from autograder.course.source_notebook import cell_source, grade_id, is_solution
from autograder.errors import UsageError
from autograder.grading.cases import build, secret_from_seed
from autograder.grading.verdicts import Answer, Examiner

SEEDS = range(3)
SOLVED, EMPTY = "solved", "empty"
"""The two students of a trial course: one hands in the solution, one the notebook as it was given."""


@dataclass(frozen=True)
class Finding:
    """One thing that was tried: whether it came out as it should, in a sentence."""

    good: bool
    says: str


def trial_course(course: Course, name: str, root: Path) -> Course:
    """Make a course with the assignment and two submissions, the solution and the empty notebook, and publish it.

    Raises `UsageError` or `GraderFailure` as publishing does.
    """
    if not course.solution(name).is_file():
        raise UsageError(
            f"{course.solution(name)} is missing: it is the source of the assignment. Put it there, or see whether "
            "the name is right."
        )
    copy = replace(course, root=root, db_url="")
    copy_settings(course.root, root)
    shutil.copytree(course.solution(name).parent, copy.solution(name).parent)
    if (course.root / OWN).is_dir():
        shutil.copytree(course.root / OWN, root / OWN)
    publish(copy, [name], check=False)
    given = json.loads((root / copy.release / name / f"{name}.ipynb").read_bytes())
    answers = {
        grade_id(cell): cell_source(cell)
        for cell in json.loads(copy.solution(name).read_bytes())["cells"]
        if is_solution(cell)
    }
    for student, solved in ((SOLVED, answers), (EMPTY, {})):
        cells = [{**cell, "source": solved.get(grade_id(cell), cell["source"])} for cell in given["cells"]]
        path = copy.submission(student, name)
        path.parent.mkdir(parents=True)
        path.write_text(json.dumps({**given, "cells": cells}), "utf-8")
    return copy


def of_stock(copy: Course, name: str) -> Iterator[Finding]:
    """Grade the two submissions with stock nbgrader and compare."""
    run_nbgrader(copy.root, "autograde", [name])
    assignment = load(name)
    wanted = {f"{e.name}-{c.name}": c.points for e in assignment.exercises for c in e.criteria}
    for score in scores(copy, name):
        for cell in score.cells:
            most = wanted.get(cell.name)
            expected = most if score.student == SOLVED else 0.0
            if most is not None and cell.auto != expected:
                yield Finding(False, f"Stock nbgrader gives the {score.student} notebook {cell.auto} for {cell.name}.")


def of_mistakes(assignment: Assignment) -> Iterator[Finding]:
    """Try every known mistake under every seed: it must lose the same each time, and be named at least once.

    (Under some seeds two mistakes give the same numbers; the first one is named then.)
    """
    known = bank(assignment.name)
    for exercise in assignment.exercises:
        if not known.get(exercise.name):
            yield Finding(False, f"{exercise.name} has no known mistakes: its students are told the symptom alone.")
    examiners = [Examiner(build(assignment, secret_from_seed(seed))) for seed in SEEDS]
    for one in (mistake for mistakes in known.values() for mistake in mistakes):
        tried = [_tried(examiner, one) for examiner in examiners]
        wrong = [(seed, lost) for seed, (lost, _) in zip(SEEDS, tried, strict=True) if lost != set(one.loses)]
        for seed, lost in wrong:
            told = ", ".join(sorted(lost)) or "nothing"
            yield Finding(False, f"{one.name} should lose {', '.join(one.loses)}; under seed {seed} it loses {told}.")
        if not wrong and not any(named for _, named in tried):
            yield Finding(False, f"{one.name} is never named: another mistake gives the same numbers.")


def _tried(examiner: Examiner, one: Mistake) -> tuple[set[str], bool]:
    """Return the criteria that a mistake loses, and whether all of them name it."""
    exercise, cases = examiner.table.assignment.exercise(one.function), examiner.table.cases
    with np.errstate(all="ignore"):
        answers = {
            c.name: Answer("ran", tuple(call(one.wrong, case.call) for case in cases[exercise.name, c.name]))
            for c in exercise.criteria
        }
    lost = [c for c in examiner.judge(exercise, answers).criteria if c.status != "passed"]
    return {c.name for c in lost}, all(c.mistake == one.name for c in lost)
