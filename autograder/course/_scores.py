"""The scores as the gradebook has them, for reports and exports."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, and_, func, select

from autograder.course._tables import (
    ASSIGNMENT,
    BASE_CELL,
    GRADE,
    GRADE_CELL,
    NOTEBOOK,
    STUDENT,
    SUBMISSION,
    SUBMITTED,
    TASK_CELL,
    transaction,
)
from autograder.course.layout import Course
from autograder.errors import UsageError


@dataclass(frozen=True)
class CellScore:
    """What the gradebook holds on one graded cell of one submission."""

    name: str
    auto: float | None
    manual: float | None
    extra: float | None
    max_score: float
    needs_human: bool

    @property
    def score(self) -> float:
        """The points that count, as nbgrader counts them: the manual ones before the automatic ones."""
        given = self.manual if self.manual is not None else self.auto
        return 0.0 if given is None else given + (self.extra or 0.0)


@dataclass(frozen=True)
class Score:
    """What the gradebook holds on one student and one assignment; times are in UTC, without a zone."""

    assignment: str
    student: str
    first_name: str
    last_name: str
    email: str
    lms_user_id: str
    submitted: bool
    duedate: datetime | None
    timestamp: datetime | None
    penalty: float
    max_score: float
    cells: tuple[CellScore, ...]

    @property
    def raw_score(self) -> float:
        """The sum over the cells, before the penalty for a late submission."""
        return sum(cell.score for cell in self.cells)

    @property
    def score(self) -> float:
        """The score that counts, never below 0."""
        return max(0.0, self.raw_score - self.penalty)

    @property
    def needs_human(self) -> bool:
        """Whether a cell waits for a human."""
        return any(cell.needs_human for cell in self.cells)


def recorded_assignments(course: Course) -> tuple[str, ...]:
    """Return the names of the gradebook's assignments, sorted."""
    with transaction(course, writes=False) as connection:
        return tuple(sorted(connection.execute(select(ASSIGNMENT.c.name)).scalars()))


def scores(course: Course, assignment_name: str) -> tuple[Score, ...]:
    """Return every student of the gradebook with the scores in an assignment, by student id; nothing is written.

    Raises `UsageError` if there is no gradebook or the assignment is not in it, `GraderFailure` if it cannot be read.
    """
    with transaction(course, writes=False) as connection:
        head = connection.execute(
            select(ASSIGNMENT.c.id, ASSIGNMENT.c.duedate).where(ASSIGNMENT.c.name == assignment_name)
        ).first()
        if head is None:
            raise UsageError(f"The assignment {assignment_name} is not in the gradebook: grade it first.")
        total = _max_score(connection, head.id)
        found: dict[str, tuple[Any, list[CellScore], dict[str, float]]] = {}
        for row in connection.execute(_score_query(head.id)):
            _, cells, penalties = found.setdefault(row.id, (row, [], {}))
            if row.notebook is not None:
                penalties[row.notebook] = row.penalty or 0.0
            if row.cell is not None:
                cells.append(
                    CellScore(row.cell, row.auto, row.manual, row.extra, row.max_score or 0.0, bool(row.needs))
                )
    return tuple(
        Score(
            assignment=assignment_name,
            student=student,
            first_name=row.first_name or "",
            last_name=row.last_name or "",
            email=row.email or "",
            lms_user_id=row.lms_user_id or "",
            submitted=row.submission is not None,
            duedate=head.duedate,
            timestamp=row.timestamp,
            penalty=sum(penalties.values()),
            max_score=total,
            cells=tuple(cells),
        )
        for student, (row, cells, penalties) in found.items()
    )


def _max_score(connection: Connection, assignment_id: str) -> float:
    """Return the sum of the points of all cells of an assignment."""
    total = 0.0
    for table in (GRADE_CELL, TASK_CELL):
        query = (
            select(func.sum(table.c.max_score))
            .select_from(table)
            .join(BASE_CELL, BASE_CELL.c.id == table.c.id)
            .join(NOTEBOOK, NOTEBOOK.c.id == BASE_CELL.c.notebook_id)
            .where(NOTEBOOK.c.assignment_id == assignment_id)
        )
        total += connection.execute(query).scalar() or 0.0
    return total


def _score_query(assignment_id: str) -> Any:
    """Return the query for students, submissions and grades: a row for each grade, at least one for each student."""
    handed_in = and_(SUBMISSION.c.student_id == STUDENT.c.id, SUBMISSION.c.assignment_id == assignment_id)
    return (
        select(
            STUDENT.c.id,
            STUDENT.c.first_name,
            STUDENT.c.last_name,
            STUDENT.c.email,
            STUDENT.c.lms_user_id,
            SUBMISSION.c.id.label("submission"),
            SUBMISSION.c.timestamp,
            SUBMITTED.c.id.label("notebook"),
            SUBMITTED.c.late_submission_penalty.label("penalty"),
            BASE_CELL.c.name.label("cell"),
            GRADE.c.auto_score.label("auto"),
            GRADE.c.manual_score.label("manual"),
            GRADE.c.extra_credit.label("extra"),
            GRADE.c.needs_manual_grade.label("needs"),
            func.coalesce(GRADE_CELL.c.max_score, TASK_CELL.c.max_score).label("max_score"),
        )
        .select_from(STUDENT)
        .outerjoin(SUBMISSION, handed_in)
        .outerjoin(SUBMITTED, SUBMITTED.c.assignment_id == SUBMISSION.c.id)
        .outerjoin(GRADE, GRADE.c.notebook_id == SUBMITTED.c.id)
        .outerjoin(BASE_CELL, BASE_CELL.c.id == GRADE.c.cell_id)
        .outerjoin(GRADE_CELL, GRADE_CELL.c.id == BASE_CELL.c.id)
        .outerjoin(TASK_CELL, TASK_CELL.c.id == BASE_CELL.c.id)
        .order_by(STUDENT.c.id, BASE_CELL.c.name)
    )
