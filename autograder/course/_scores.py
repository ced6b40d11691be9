"""The scores as the gradebook has them, for reports and exports."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from operator import attrgetter
from typing import Any, Literal

from autograder.course._reading import moment, reading
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

    @cached_property
    def has_points(self) -> bool:
        """Whether anybody has graded the cell."""
        return self.auto is not None or self.manual is not None

    @cached_property
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

    @cached_property
    def raw_score(self) -> float:
        """The sum over the cells, before the penalty for a late submission."""
        return sum(cell.score for cell in self.cells)

    @cached_property
    def score(self) -> float:
        """The score that counts, never below 0."""
        return max(0.0, self.raw_score - self.penalty)

    @cached_property
    def needs_human(self) -> bool:
        """Whether a cell waits for a human."""
        return any(cell.needs_human for cell in self.cells)

    @cached_property
    def status(self) -> Literal["not submitted", "not graded", "needs a human", "graded"]:
        """What the score is worth, in words."""
        if not self.submitted:
            return "not submitted"
        if not any(cell.has_points for cell in self.cells):
            return "not graded"
        return "needs a human" if self.needs_human else "graded"

    @property
    def counts(self) -> bool:
        """Whether there is a score at all: a submission in which nothing has been graded has none, and no 0."""
        return self.status in ("graded", "needs a human")


def recorded_assignments(course: Course) -> tuple[str, ...]:
    """Return the names of the gradebook's assignments, sorted."""
    with reading(course) as ask:
        return tuple(sorted(name for (name,) in ask("SELECT name FROM assignment")))


CELLS = """
    SELECT b.id, b.name, COALESCE(g.max_score, t.max_score) FROM base_cell b
    JOIN notebook n ON n.id = b.notebook_id
    LEFT JOIN grade_cells g ON g.id = b.id
    LEFT JOIN task_cells t ON t.id = b.id
    WHERE n.assignment_id = :assignment"""
"""The cells of an assignment, with the points of those that have any."""

SUBMISSIONS = """
    SELECT s.student_id, s.timestamp, n.id, n.late_submission_penalty FROM submitted_assignment s
    LEFT JOIN submitted_notebook n ON n.assignment_id = s.id
        AND n.notebook_id IN (SELECT id FROM notebook WHERE assignment_id = :assignment)
    WHERE s.assignment_id = :assignment"""
"""Who handed in; nbgrader's index on submitted notebooks begins with the notebook, hence the second condition."""

# To read the table through is faster than to find row after row by an index, which COALESCE keeps from being used.
GRADES = """
    SELECT notebook_id, cell_id, auto_score, manual_score, extra_credit, needs_manual_grade FROM grade
    WHERE COALESCE(cell_id, '') IN (
        SELECT b.id FROM base_cell b JOIN notebook n ON n.id = b.notebook_id WHERE n.assignment_id = :assignment)"""


def scores(course: Course, assignment_name: str) -> tuple[Score, ...]:
    """Return every student of the gradebook with the scores in an assignment, by student id; nothing is written.

    Raises `UsageError` if there is no gradebook or the assignment is not in it, `GraderFailure` if it cannot be read.
    """
    with reading(course) as ask:
        head = next(iter(ask("SELECT id, duedate FROM assignment WHERE name = :name", name=assignment_name)), None)
        if head is None:
            raise UsageError(f"The assignment {assignment_name} is not in the gradebook. Grade it first.")
        assignment, duedate = head
        cells = {cell: (name, most) for cell, name, most in ask(CELLS, assignment=assignment)}
        graded = _graded(ask(GRADES, assignment=assignment), cells)
        handed_in: dict[str, list[tuple[Any, ...]]] = {}
        for student, *submission in ask(SUBMISSIONS, assignment=assignment):
            handed_in.setdefault(student, []).append(tuple(submission))
        people = list(ask("SELECT id, first_name, last_name, email, lms_user_id FROM student ORDER BY id"))
    total, due = sum(most or 0.0 for _, most in cells.values()), moment(duedate)
    return tuple(
        Score(
            assignment=assignment_name,
            student=student,
            first_name=first or "",
            last_name=last or "",
            email=email or "",
            lms_user_id=number or "",
            submitted=student in handed_in,
            duedate=due,
            timestamp=moment(handed_in[student][0][0]) if student in handed_in else None,
            penalty=sum(penalty or 0.0 for _, _, penalty in handed_in.get(student, ())),
            max_score=total,
            cells=_sorted(cell for _, notebook, _ in handed_in.get(student, ()) for cell in graded.get(notebook, ())),
        )
        for student, first, last, email, number in people
    )


DUE = """
    SELECT 1 FROM assignment a WHERE a.name = :name AND (a.duedate IS NOT NULL OR EXISTS (
        SELECT 1 FROM submitted_notebook s JOIN notebook n ON n.id = s.notebook_id
        WHERE n.assignment_id = a.id AND s.late_submission_penalty <> 0))"""


def has_due_date(course: Course, assignment_name: str) -> bool:
    """Tell whether the gradebook has a due date for an assignment, or a penalty that an earlier one has left.

    Raises what `reading` raises.
    """
    with reading(course) as ask:
        return any(True for _ in ask(DUE, name=assignment_name))


def _graded(
    rows: Iterable[tuple[Any, ...]], cells: Mapping[str, tuple[str, float | None]]
) -> dict[str, list[CellScore]]:
    """Return the scores by submitted notebook; those that are equal are one object, for a class has few that differ."""
    made: dict[tuple[Any, ...], CellScore] = {}
    found: dict[str, list[CellScore]] = {}
    for row in rows:
        key = row[1:]
        score = made.get(key)
        if score is None:
            cell, auto, manual, extra, needs = key
            name, most = cells[cell]
            score = made[key] = CellScore(name, auto, manual, extra, most or 0.0, bool(needs))
        found.setdefault(row[0], []).append(score)
    return found


def _sorted(cells: Iterable[CellScore]) -> tuple[CellScore, ...]:
    return tuple(sorted(cells, key=attrgetter("name")))


ABOVE_MOST = """
    SELECT a.student_id, b.name, g.manual_score, COALESCE(c.max_score, t.max_score) FROM grade g
    JOIN base_cell b ON b.id = g.cell_id
    LEFT JOIN grade_cells c ON c.id = b.id
    LEFT JOIN task_cells t ON t.id = b.id
    JOIN submitted_notebook n ON n.id = g.notebook_id
    JOIN submitted_assignment a ON a.id = n.assignment_id
    JOIN assignment x ON x.id = a.assignment_id
    WHERE x.name = :name AND g.needs_manual_grade AND g.manual_score > COALESCE(c.max_score, t.max_score)
    ORDER BY a.student_id, b.name"""


def above_most(course: Course, assignment_name: str) -> list[tuple[str, str, float, float]]:
    """Return the manual scores that are above a cell's points and that nobody has looked at since.

    Each is the student, the cell, the score and the points; they are left behind where points were lowered.  Raises
    what `reading` raises.
    """
    with reading(course) as ask:
        return [(row[0], row[1], row[2], row[3]) for row in ask(ABOVE_MOST, name=assignment_name)]
