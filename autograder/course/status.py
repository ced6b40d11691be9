"""Where a course stands, also at ten thousand students: who handed in, what is graded, what waits for a human."""

from __future__ import annotations

import os
import stat
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

from autograder.assignments import NAMES
from autograder.course._reading import moment, reading
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
    written = {name for name in _folders(str(course.root / course.source)) if course.solution(name).is_file()}
    handed_in = _handed_in(course, {*recorded, *written})
    order = {name: place for place, name in enumerate(NAMES)}  # that of the book; a course's own come last
    names = sorted(handed_in, key=lambda name: (order.get(name, len(order)), name))
    return students, tuple(
        _status(course, name, recorded.get(name), handed_in[name])
        for name in names
        if name in recorded or handed_in[name]
    )


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


def _handed_in(course: Course, names: Iterable[str]) -> dict[str, list[str]]:
    """Return the students who have a folder for each of these assignments."""
    # Paths as text: ten thousand `Path` objects would take longer than looking at the files.
    root, wanted = str(course.root / course.submitted), list(names)
    found: dict[str, list[str]] = {name: [] for name in wanted}
    for student in _folders(root):
        if STUDENT_ID.fullmatch(student):
            for name in wanted:
                if _is_folder(f"{root}/{student}/{name}"):
                    found[name].append(student)
    return found


def _folders(path: str) -> Iterator[str]:
    try:
        with os.scandir(path) as entries:
            yield from (e.name for e in entries if e.is_dir(follow_symlinks=False) and not e.name.startswith("."))
    except OSError:
        return


def _is_folder(path: str) -> bool:
    try:
        return stat.S_ISDIR(os.lstat(path).st_mode)
    except OSError:
        return False


def _new(course: Course, students: list[str], assignment: str) -> int:
    """Count the submissions that are younger than their results, or have none."""
    return sum(young is not False for young in younger(course, students, assignment))


def younger(course: Course, students: Iterable[str], assignment: str) -> Iterator[bool | None]:
    """Tell of each student whether the submission is younger than the result; None where there is no result of ours."""
    handed_in, results = str(course.root / course.submitted), str(course.results / assignment)
    for student in students:
        graded = _written(f"{results}/{student}/result.json")
        if graded is None:
            yield None
        else:
            yield (_written(f"{handed_in}/{student}/{assignment}/{assignment}.ipynb") or 0) > graded


def _written(path: str) -> int | None:
    """Return when a file was last written, in nanoseconds, or None if there is none."""
    try:
        return os.stat(path).st_mtime_ns
    except OSError:
        return None


ASSIGNMENTS = "SELECT id, name, duedate FROM assignment"

# First by notebook, for that is how the many grades are found; then by submission, by assignment.
GRADES = """
    SELECT s.assignment_id, COUNT(*), SUM(e.waits), SUM(e.points), COUNT(e.points) FROM submitted_assignment s
    JOIN (
        SELECT n.assignment_id AS submission, MAX(g.waits) AS waits, SUM(g.points) AS points FROM submitted_notebook n
        JOIN (
            SELECT notebook_id, MAX(CASE WHEN needs_manual_grade THEN 1 ELSE 0 END) AS waits,
                SUM(COALESCE(manual_score, auto_score) + COALESCE(extra_credit, 0)) AS points
            FROM grade GROUP BY notebook_id
        ) g ON g.notebook_id = n.id
        GROUP BY n.assignment_id
    ) e ON e.submission = s.id
    GROUP BY s.assignment_id"""


def _recorded(course: Course) -> tuple[int, Mapping[str, _Recorded]]:
    """Return what the gradebook says; a course without one has nothing recorded."""
    try:
        with reading(course) as ask:
            ((students,),) = ask("SELECT COUNT(*) FROM student")
            assignments = list(ask(ASSIGNMENTS))
            counts = {assignment: numbers for assignment, *numbers in ask(GRADES)}
    except UsageError:
        return 0, {}
    found = {}
    for assignment, name, due in assignments:
        graded, waiting, total, scored = counts.get(assignment, (0, 0, 0, 0))
        found[name] = _Recorded(moment(due), graded, waiting or 0, float(total or 0), scored or 0)
    return students, found
