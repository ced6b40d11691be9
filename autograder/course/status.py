"""Where a course stands, also at ten thousand students: who handed in, what is graded, what waits for a human."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Select, case, func, select

from autograder.assignments import NAMES
from autograder.course._tables import ASSIGNMENT, GRADE, STUDENT, SUBMISSION, SUBMITTED, transaction
from autograder.course.layout import STUDENT_ID, Course
from autograder.course.recording import corrected
from autograder.errors import UsageError


@dataclass(frozen=True)
class AssignmentStatus:
    """One assignment in counts of students; ``mean`` is in points over those with any score, before penalties.

    ``ungraded`` were handed in, or handed in again, since the last run; ``needs_human`` are graded in part or not at
    all and wait for somebody.  ``corrected`` says that the assignment has changed since the class was graded.
    """

    name: str
    due: str
    handed_in: int
    graded: int
    ungraded: int
    needs_human: int
    mean: float | None
    corrected: bool = False

    def to_json(self) -> dict[str, Any]:
        """Return the status for programs."""
        return asdict(self)


@dataclass(frozen=True)
class _Recorded:
    """What the gradebook holds on an assignment."""

    due: datetime | None
    students: int
    needs_human: int
    total: float
    scored: int


def course_status(course: Course) -> tuple[int, tuple[AssignmentStatus, ...]]:
    """Return how many students the gradebook knows, and the status of each assignment that anybody handed in.

    Raises `GraderFailure` if the gradebook cannot be read.
    """
    students, recorded = _recorded(course)
    handed_in = _handed_in(course)
    named = set(recorded) | {name for name in handed_in if course.solution(name).is_file()}
    order = {name: place for place, name in enumerate(NAMES)}  # that of the book; a course's own come last
    names = sorted(named, key=lambda name: (order.get(name, len(order)), name))
    return students, tuple(_status(course, name, recorded.get(name), handed_in.get(name, [])) for name in names)


def _status(course: Course, name: str, recorded: _Recorded | None, folders: list[str]) -> AssignmentStatus:
    due = recorded.due if recorded else None
    return AssignmentStatus(
        name=name,
        due="" if due is None else f"{due:%Y-%m-%d %H:%M} UTC",
        handed_in=len(folders),
        graded=recorded.students if recorded else 0,
        ungraded=_new(course, folders, name),
        needs_human=recorded.needs_human if recorded else 0,
        mean=recorded.total / recorded.scored if recorded and recorded.scored else None,
        corrected=corrected(course, name),
    )


def _handed_in(course: Course) -> dict[str, list[str]]:
    """Return the students who have a folder for each assignment."""
    root = str(course.root / course.submitted)
    found: dict[str, list[str]] = {}
    for student in _folders(root):
        if STUDENT_ID.fullmatch(student):
            for assignment in _folders(f"{root}/{student}"):
                found.setdefault(assignment, []).append(student)
    return found


def _folders(path: str) -> Iterator[str]:
    try:
        with os.scandir(path) as entries:
            yield from (e.name for e in entries if e.is_dir(follow_symlinks=False) and not e.name.startswith("."))
    except OSError:
        return


def _new(course: Course, students: list[str], assignment: str) -> int:
    """Count the submissions that are younger than their results, or have none."""
    # Paths as text: ten thousand `Path` objects would take longer than looking at the files.
    handed_in, results = str(course.root / course.submitted), str(course.results / assignment)
    return sum(
        _younger(f"{handed_in}/{student}/{assignment}/{assignment}.ipynb", f"{results}/{student}/result.json")
        for student in students
    )


def _younger(submission: str, result: str) -> bool:
    try:
        graded = os.stat(result).st_mtime_ns
    except OSError:
        return True
    try:
        return os.stat(submission).st_mtime_ns > graded
    except OSError:
        return False


def _recorded(course: Course) -> tuple[int, Mapping[str, _Recorded]]:
    """Return what the gradebook says; a course without one has nothing recorded."""
    try:
        with transaction(course, writes=False) as connection:
            students = connection.execute(select(func.count()).select_from(STUDENT)).scalar_one()
            rows = connection.execute(_query()).all()
    except UsageError:
        return 0, {}
    return students, {
        row.name: _Recorded(row.duedate, row.students, row.waiting or 0, float(row.total or 0), row.scored or 0)
        for row in rows
    }


def _query() -> Select[Any]:
    """Return the query of counts, a row for each assignment: first by notebook, then over these."""
    points = func.coalesce(GRADE.c.manual_score, GRADE.c.auto_score)
    each = (
        select(
            SUBMISSION.c.assignment_id,
            func.max(case((GRADE.c.needs_manual_grade, 1), else_=0)).label("waits"),
            func.sum(points + func.coalesce(GRADE.c.extra_credit, 0)).label("points"),
        )
        .select_from(SUBMISSION)
        .join(SUBMITTED, SUBMITTED.c.assignment_id == SUBMISSION.c.id)
        .join(GRADE, GRADE.c.notebook_id == SUBMITTED.c.id)
        .group_by(SUBMISSION.c.id, SUBMISSION.c.assignment_id)
        .subquery()
    )
    return (
        select(
            ASSIGNMENT.c.name,
            ASSIGNMENT.c.duedate,
            func.count(each.c.assignment_id).label("students"),
            func.sum(each.c.waits).label("waiting"),
            func.sum(each.c.points).label("total"),
            func.count(each.c.points).label("scored"),
        )
        .select_from(ASSIGNMENT)
        .outerjoin(each, each.c.assignment_id == ASSIGNMENT.c.id)
        .group_by(ASSIGNMENT.c.id, ASSIGNMENT.c.name, ASSIGNMENT.c.duedate)
    )
