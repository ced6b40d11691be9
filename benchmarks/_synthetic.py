"""A class of any size that hands in the assignment on the range: honest answers in many styles, and known mistakes."""

from __future__ import annotations

import json
import random
import shutil
from functools import cache
from pathlib import Path

from autograder.assignments import load
from autograder.assignments.misconceptions import bank
from autograder.course.demo import notebook_text
from autograder.course.demo_answers import STYLES
from autograder.course.demo_class import ASSIGNMENT, DemoSubmission
from autograder.course.layout import Course, open_course
from autograder.course.publish import split_solution
from autograder.course.source_notebook import cell_source, grade_id

ROOT = Path(__file__).resolve().parent.parent
WRONG, UNFINISHED = 0.08, 0.01
"""The shares of functions that are written wrongly, and that are left as they were given out."""


@cache
def _solutions() -> dict[str, str]:
    """Return the instructor's functions without the marks around them, by name."""
    notebook = json.loads((ROOT / "solutions" / ASSIGNMENT / f"{ASSIGNMENT}.ipynb").read_bytes())
    names = {exercise.name for exercise in load(ASSIGNMENT).exercises}
    cells = {grade_id(cell): cell_source(cell) for cell in notebook["cells"] if grade_id(cell) in names}
    return {name: "\n".join(line for part in split_solution(text) for line in part) for name, text in cells.items()}


def submission(number: int) -> DemoSubmission:
    """Return what the student of this number hands in."""
    draw, style = random.Random(number), STYLES[number % len(STYLES)]
    answers = {}
    for exercise in load(ASSIGNMENT).exercises:
        luck, mistakes = draw.random(), bank(ASSIGNMENT).get(exercise.name, ())
        if luck < UNFINISHED:
            continue
        answers[exercise.name] = style.answers.get(exercise.name, _solutions()[exercise.name])
        if luck < UNFINISHED + WRONG and mistakes:
            answers[exercise.name] = draw.choice(mistakes).source
    cells = {name: text for name, text in style.cells.items() if name in answers}
    written = f"Student {number} thinks that a bounded range keeps the next layer's inputs small."
    return DemoSubmission(f"student{number:06d}", "synthetic", "", answers, cells, written)


def write_class(root: Path, count: int) -> Course:
    """Write a course with ``count`` submissions; those that are there already stay."""
    root.mkdir(parents=True, exist_ok=True)
    for name in ("nbgrader_config.py", f"solutions/{ASSIGNMENT}", f"exercises/{ASSIGNMENT}"):
        source, target = ROOT / name, root / name
        if source.is_file():
            shutil.copyfile(source, target)
        else:
            shutil.copytree(source, target, dirs_exist_ok=True)
    course = open_course(root)
    given = json.loads((root / course.release / ASSIGNMENT / f"{ASSIGNMENT}.ipynb").read_bytes())
    for number in range(count):
        path = course.submission(f"student{number:06d}", ASSIGNMENT)
        if not path.is_file():
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(notebook_text(submission(number), given), "utf-8")
    return course
