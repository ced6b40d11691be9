"""A sample class: forty submissions as real notebooks, made from the notebook that students are given.

The same class is a demonstration for newcomers and a test of the grader: each submission says what must come out.
"""

from __future__ import annotations

import copy
import json
import shutil
from pathlib import Path
from typing import Any

from autograder.course.demo_class import ASSIGNMENT, DemoSubmission, sample_class
from autograder.course.demo_edits import code_cell, named
from autograder.course.layout import Course, open_course
from autograder.errors import GraderFailure, UsageError

MARKER = ".sample-class"
"""The file that tells a demonstration's course folder from a real one."""

__all__ = ["ASSIGNMENT", "DemoSubmission", "make_course", "sample_class", "write_class"]


def notebook_text(submission: DemoSubmission, release: dict[str, Any]) -> str:
    """Return the text of a submission's file, made from the release notebook's JSON."""
    notebook = copy.deepcopy(release)
    for function, source in submission.answers.items():
        named(notebook, function)["source"] = source.rstrip("\n")
    if submission.written:
        named(notebook, f"written-{ASSIGNMENT}")["source"] = submission.written.rstrip("\n")
    for function, source in submission.cells.items():
        position = notebook["cells"].index(named(notebook, function))
        notebook["cells"].insert(position, code_cell(f"own-{function}", source))
    if submission.edit is not None:
        submission.edit(notebook)
    text = json.dumps(notebook, indent=1, ensure_ascii=False, sort_keys=True) + "\n"
    return text if submission.spoil is None else submission.spoil(text)


def write_class(
    course_root: Path, *, release: Path, submitted: str = "submitted", only: tuple[str, ...] = ()
) -> tuple[DemoSubmission, ...]:
    """Write the sample class, or the students in ``only``, into a course folder; return what was written.

    ``release`` is the notebook that students are given.  The bytes depend on that notebook alone.  Raises `UsageError`
    if it is missing or holds no notebook.
    """
    try:
        given = json.loads(release.read_text(encoding="utf-8"))
    except (OSError, ValueError) as problem:
        raise UsageError(f"The exercise {release} cannot be read. Run `autograder publish` first.") from problem
    chosen = tuple(s for s in sample_class() if not only or s.student in only)
    for submission in chosen:
        folder = course_root / submitted / submission.student / ASSIGNMENT
        folder.mkdir(parents=True, exist_ok=True)
        text = notebook_text(submission, given)
        (folder / f"{ASSIGNMENT}.ipynb").write_text(text, encoding="utf-8", newline="\n")
    return chosen


def make_course(root: Path, source: Course) -> Course:
    """Make a course folder with the assignment of ``source`` and the sample class in it, and return it.

    An earlier demonstration in the same folder is made new.  Raises `UsageError` if ``root`` is anything else,
    `GraderFailure` if it cannot be read or written.
    """
    try:
        return _make(root, source)
    except OSError as problem:
        raise GraderFailure(
            f"The sample class could not be written to {root}: {problem.strerror or problem}. Give a folder that can "
            "be written to."
        ) from problem


def _make(root: Path, source: Course) -> Course:
    if root.exists() and not root.is_dir():
        raise UsageError(f"{root} is a file. Give a folder for the sample class.")
    if root.is_dir() and any(root.iterdir()) and not (root / MARKER).is_file():
        raise UsageError(f"{root} holds something else than a sample class. Give a new folder.")
    wanted = ["nbgrader_config.py", f"{source.source}/{ASSIGNMENT}", f"{source.release}/{ASSIGNMENT}"]
    for path in wanted:
        if not (source.root / path).exists():
            raise UsageError(f"{source.root / path} is missing. Run `autograder publish` in the course's folder first.")
    root.mkdir(parents=True, exist_ok=True)
    (root / MARKER).write_text("Made by `autograder demo`, which may write here again.\n", encoding="utf-8")
    shutil.copyfile(source.root / wanted[0], root / wanted[0])
    for path in wanted[1:]:
        shutil.rmtree(root / path, ignore_errors=True)
        shutil.copytree(source.root / path, root / path)
    course = open_course(root)
    shutil.rmtree(root / course.submitted, ignore_errors=True)
    write_class(root, release=root / course.release / ASSIGNMENT / f"{ASSIGNMENT}.ipynb", submitted=course.submitted)
    return course
