"""Forget a student: every file and every row that a course keeps of one person."""

from __future__ import annotations

import shutil
from pathlib import Path

from sqlalchemy import delete, select

from autograder.course._tables import COMMENT, GRADE, RECORDED, STUDENT, SUBMISSION, SUBMITTED, has_tables, transaction
from autograder.course.layout import STUDENT_ID, Course
from autograder.errors import GraderFailure, UsageError


def forget(course: Course, student: str) -> list[str]:
    """Delete a student's submissions, autograded notebooks, feedback, results and gradebook rows; say what was there.

    The rows go first and in one transaction, then the files, so that a run that was stopped half-way can be repeated.
    Raises `UsageError` if the course knows nobody of this id, `GraderFailure` if something cannot be deleted.
    """
    if not STUDENT_ID.fullmatch(student):
        raise UsageError(f"{student[:80]!r} cannot be a student's id. Give the name of the student's folder.")
    rows = _delete_rows(course, student)
    folders = [path for path in _folders(course, student) if path.is_dir() and not path.is_symlink()]
    if not rows and not folders:
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
    return [*told, *([f"Deleted {rows} rows of the gradebook."] if rows else [])]


def _folders(course: Course, student: str) -> list[Path]:
    """Return where a course keeps files of a student."""
    whole = [course.root / name / student for name in (course.submitted, course.autograded, course.feedback)]
    return [*whole, *sorted(course.results.glob(f"*/{student}"))]


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
