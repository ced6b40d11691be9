"""Forget a student: every file and every row that a course keeps of one person."""

from __future__ import annotations

import glob
import os
import re
import shutil
from collections.abc import Iterator
from pathlib import Path

from sqlalchemy import delete, select

from autograder.course._tables import (
    COMMENT,
    GRADE,
    RECORDED,
    STUDENT,
    SUBMISSION,
    SUBMITTED,
    database_file,
    has_tables,
    transaction,
)
from autograder.course.layout import STUDENT_ID, Course
from autograder.errors import GraderFailure, UsageError

PASSED_OVER = {".git", ".venv", "node_modules", "__pycache__", "_build"}
"""Folders of tools, which a course's own files are not looked for in."""
LISTS = (".csv", ".json", ".toml")
"""How files end that may hold a line on a student: rosters, exports, the extensions of ``course.toml``."""


def forget(course: Course, student: str) -> list[str]:
    """Delete a student's submissions, autograded notebooks, feedback, results and gradebook rows; say what was there.

    The rows go first and in one transaction, then the files, so that a run that was stopped half-way can be repeated.
    What names the student elsewhere below the course's folder is told and stays: it may be somebody's only copy.
    Raises `UsageError` if the course knows nobody of this id, `GraderFailure` if something cannot be deleted.
    """
    if not STUDENT_ID.fullmatch(student):
        raise UsageError(f"{student[:80]!r} cannot be a student's id. Give the name of the student's folder.")
    rows = _delete_rows(course, student)
    folders = [path for path in _folders(course, student) if path.is_dir() and not path.is_symlink()]
    named = list(_named(course, student)) if not folders and not rows else []
    if not rows and not folders and not named:
        raise UsageError(
            f"This course has nothing of a student {student}. See whether the id and the course are right."
        )
    for folder in folders:
        try:
            shutil.rmtree(folder)
        except OSError as problem:
            raise GraderFailure(
                f"{folder} could not be deleted: {problem.strerror}. Run the command again when it can be."
            ) from problem
    told = [f"Deleted {folder.relative_to(course.root)}." for folder in folders]
    told += [f"Deleted {rows} rows of the gradebook."] if rows else []
    return [*told, *(named or _named(course, student)), *_copies(course, student)]


def _folders(course: Course, student: str) -> list[Path]:
    """Return where a course keeps files of a student."""
    whole = [course.root / name / student for name in (course.submitted, course.autograded, course.feedback)]
    return [*whole, *sorted(course.results.glob(f"*/{student}"))]


def _named(course: Course, student: str) -> Iterator[str]:
    """Say which files and folders below the course's folder, that nobody deletes here, still name a student."""
    word = re.compile(rf"(?<![^\W_]){re.escape(student)}(?![^\W_])")
    handled = {course.root / name for name in (course.submitted, course.autograded, course.feedback)}
    handled.add(course.results)
    copies = set(_copied(course))
    unread: list[OSError] = []
    for place in (path for path in _folders(course, student) if os.path.lexists(path)):
        if place.is_symlink() or not place.is_dir():  # folders are deleted
            yield f"{_below(course, place)} still names {student}: delete it."
    for top, folders, files in os.walk(course.root, onerror=unread.append):
        here = Path(top)
        kept = sorted(name for name in folders if name not in PASSED_OVER and here / name not in handled)
        found = [name for name in kept if word.search(name)]
        folders[:] = [name for name in kept if name not in found]
        found += sorted(name for name in files if word.search(name) and here.resolve() / name not in copies)
        yield from (
            f"{_below(course, here / name)} still names {student}: see what it is, and delete it." for name in found
        )
        if here == course.root:
            for name in sorted(set(files) - set(found)):
                if name.endswith(LISTS):
                    yield from _in_text(here / name, student, word)
    for problem in unread:
        yield f"{problem.filename} could not be read: {problem.strerror}. See whether it names {student}."


def _in_text(path: Path, student: str, word: re.Pattern[str]) -> Iterator[str]:
    """Say whether a file's text names a student."""
    try:
        data = path.read_bytes()
    except OSError as problem:
        yield f"{path.name} could not be read: {problem.strerror}. See whether it names {student}."
        return
    wide = data[:2] in (b"\xff\xfe", b"\xfe\xff")  # as spreadsheet programs write
    if word.search(data.decode("utf-16" if wide else "utf-8", errors="replace")):
        yield f"{path.name} still names {student}: delete the line, or the file."


def _copied(course: Course) -> list[Path]:
    """Return the copies of the gradebook that lie beside it, as ``nbgrader db upgrade`` leaves them."""
    file = database_file(course)
    places = {course.root / "gradebook.db"} | ({file} if file is not None else set())
    found = {path for place in places for path in place.parent.resolve().glob(f"{glob.escape(place.name)}.*")}
    return sorted(found)


def _copies(course: Course, student: str) -> list[str]:
    """Name the copies of the gradebook, which are the whole class as it was."""
    return [
        f"{_below(course, path)} is a copy of the gradebook, and may still name {student}: delete it."
        for path in _copied(course)
    ]


def _below(course: Course, path: Path) -> Path:
    """Return a path as seen from the course's folder, where it lies in there."""
    root = course.root if path.is_relative_to(course.root) else course.root.resolve()
    return path.relative_to(root) if path.is_relative_to(root) else path


def _delete_rows(course: Course, student: str) -> int:
    """Delete a student's rows, those that others point to last; return how many there were."""
    submissions = select(SUBMISSION.c.id).where(SUBMISSION.c.student_id == student).scalar_subquery()
    notebooks = select(SUBMITTED.c.id).where(SUBMITTED.c.assignment_id.in_(submissions)).scalar_subquery()
    steps = [
        (RECORDED, RECORDED.c.submitted_notebook_id.in_(notebooks)),
        (COMMENT, COMMENT.c.notebook_id.in_(notebooks)),
        (GRADE, GRADE.c.notebook_id.in_(notebooks)),
        (SUBMITTED, SUBMITTED.c.assignment_id.in_(submissions)),
        (SUBMISSION, SUBMISSION.c.student_id == student),
        (STUDENT, STUDENT.c.id == student),
    ]
    try:
        with transaction(course, writes=True) as connection:
            theirs, ours = has_tables(connection)
            if not theirs:
                return 0
            return sum(
                connection.execute(delete(table).where(which)).rowcount
                for table, which in steps
                if ours or table is not RECORDED
            )
    except UsageError:  # there is no gradebook yet
        return 0
