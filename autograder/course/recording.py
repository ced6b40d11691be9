"""Results into the gradebook, by the shortest way: SQLite's own module for a file, SQLAlchemy for a server."""

from __future__ import annotations

import hashlib
import importlib.util
import json
from collections.abc import Iterable, Mapping
from datetime import datetime
from pathlib import Path

from autograder.assignments.own import own_digest
from autograder.course import _sqlite
from autograder.course.layout import Course
from autograder.files import write_atomically
from autograder.grading.results import Result


def record(
    course: Course, assignment: str, results: Iterable[Result], timestamps: Mapping[str, datetime] | None = None
) -> None:
    """Write results into the gradebook in one transaction; see `autograder.course.gradebook.record`."""
    file = _sqlite.database_file(course)
    if file is not None:
        _sqlite.record(file, assignment, results, timestamps)
        return
    from autograder.course import gradebook

    gradebook.record(course, assignment, results, timestamps)


def note_graded(course: Course, assignment: str) -> None:
    """Note with which version of an assignment the whole class was graded."""
    told = json.dumps(_version(course, assignment)).encode()
    path = _graded_with(course, assignment)
    if not path.is_file() or path.read_bytes() != told:
        write_atomically(path, told)


def corrected(course: Course, assignment: str) -> bool:
    """Tell whether an assignment has changed since the whole class was graded; False where it never was."""
    told = _read(_graded_with(course, assignment))
    return told is not None and told != _version(course, assignment)


def _graded_with(course: Course, assignment: str) -> Path:
    return course.results / assignment / "graded-with.json"


def _version(course: Course, assignment: str) -> str:
    """Return a hash of what an instructor corrects: notebooks, visible cases, and the module of an own assignment."""
    solution = course.solution(assignment)
    digest = hashlib.sha256(own_digest(assignment).encode())
    for path in (solution, solution.with_name("checks.py"), course.release_of(assignment)):
        digest.update(b"\0" + (path.read_bytes() if path.is_file() else b""))
    return digest.hexdigest()


def register(course: Course, assignment: str) -> None:
    """Bring the gradebook's rows of an assignment up to date; see `autograder.course.gradebook.register`.

    Where a stamp says that nothing has changed since, neither nbgrader nor SQLAlchemy is imported.
    """
    stamp = course.results / assignment / "registered-rows.json"
    told = _stamp(course, assignment)
    if told is not None and told == _read(stamp):
        return
    from autograder.course import gradebook

    gradebook.register(course, assignment)
    fresh = _stamp(course, assignment)
    if fresh is not None:
        write_atomically(stamp, json.dumps(fresh).encode())


def _stamp(course: Course, assignment: str) -> str | None:
    """Return a hash of notebook, configuration, nbgrader's version and the rows, or None if there are no rows."""
    file = _sqlite.database_file(course)
    rows = _sqlite.rows_digest(course, file, assignment) if file is not None and file.is_file() else ""
    if not rows:
        return None
    digest = hashlib.sha256(rows.encode())
    for path in (course.solution(assignment), course.root / "nbgrader_config.py", _nbgrader_version_file()):
        digest.update(b"\0" + (path.read_bytes() if path is not None and path.is_file() else b""))
    return digest.hexdigest()


def _nbgrader_version_file() -> Path | None:
    """Return the file of nbgrader that holds its version."""
    spec = importlib.util.find_spec("nbgrader")
    return None if spec is None or spec.origin is None else Path(spec.origin).with_name("_version.py")


def _read(path: Path) -> str | None:
    """Return what the last registration left, or None; it is a cache, and no error of it matters."""
    try:
        told = json.loads(path.read_bytes())
    except (OSError, ValueError):
        return None
    return told if isinstance(told, str) else None
