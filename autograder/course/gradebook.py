"""nbgrader's gradebook: results go in, in bulk, and scores come out.

The rows are those that ``nbgrader autograde`` writes, so that formgrader, ``nbgrader generate_feedback`` and
``nbgrader export`` go on working.  Differences from nbgrader's own way of writing: one transaction for many students,
a comment says what failed, and an answer that nobody could grade waits for a human and is never a silent 0.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import (
    Boolean,
    Connection,
    TableClause,
    and_,
    bindparam,
    case,
    delete,
    insert,
    select,
    true,
    update,
)

from autograder.course._cells import register
from autograder.course._scores import CellScore, Score, recorded_assignments, scores
from autograder.course._tables import (
    ASSIGNMENT,
    BASE_CELL,
    COMMENT,
    GRADE,
    NOTEBOOK,
    RECORDED,
    STUDENT,
    SUBMISSION,
    SUBMITTED,
    naive_utc,
    new_id,
    transaction,
)
from autograder.course._told import comments_on, plain, points_of
from autograder.course.layout import Course
from autograder.errors import GraderFailure
from autograder.grading.results import Result

__all__ = ["CellScore", "Score", "plain", "record", "recorded_assignments", "register", "scores"]

CHUNK = 500
"""Students looked up in one query; databases limit the number of parameters."""


@dataclass(frozen=True)
class _Cell:
    """One cell of the notebook that has a grade or a comment."""

    id: str
    name: str
    kind: str


# Rows


def record(
    course: Course,
    assignment_name: str,
    results: Iterable[Result],
    timestamps: Mapping[str, datetime] | None = None,
) -> None:
    """Write results into the gradebook in one transaction; of several for one student the last counts.

    ``graded`` sets the automatic scores, and the comments on what failed.  ``unreadable`` makes rows without a score
    that wait for a human.  ``failed`` is a failure of ours: it writes nothing and leaves what is there.  A manual
    score is never touched; where one stands, the grade is marked for review, as nbgrader does, unless the
    result is the one that was recorded before.  ``timestamps`` says when each student handed in.

    Raises `GraderFailure` if the gradebook cannot be written, or the assignment is not in it.
    """
    latest = {result.student: result for result in results if result.status != "failed"}
    if not latest:
        return
    with transaction(course, writes=True) as connection:
        assignment_id, notebook_id = _find(connection, assignment_name)
        cells = _cells(connection, notebook_id)
        submitted = _ensure_submissions(connection, assignment_id, notebook_id, list(latest), timestamps or {})
        known = _among(
            connection, select(*RECORDED.columns), RECORDED.c.submitted_notebook_id, list(submitted.values())
        )
        grades, comments = [], []
        for student, result in latest.items():
            points, told, notebook = points_of(result), comments_on(result), submitted[student]
            same = bool(result.key) and known.get(notebook) == result.key
            for cell in cells:
                key = {"notebook": notebook, "cell": cell.id}
                if cell.kind != "SolutionCell":
                    grades.append({**key, "score": points.get(cell.name), "same": same})
                if cell.kind != "GradeCell":
                    comments.append({**key, "text": told.get(cell.name, told.get(""))})
        _put_grades(connection, grades)
        _put_comments(connection, comments)
        _put_keys(connection, {submitted[student]: result.key for student, result in latest.items()}, known)


def _find(connection: Connection, name: str) -> tuple[str, str]:
    """Return the ids of an assignment and of its notebook."""
    query = select(ASSIGNMENT.c.id, NOTEBOOK.c.id).join(NOTEBOOK, NOTEBOOK.c.assignment_id == ASSIGNMENT.c.id)
    row = connection.execute(query.where(ASSIGNMENT.c.name == name, NOTEBOOK.c.name == name)).first()
    if row is None:
        raise GraderFailure(f"The assignment {name} is not in the gradebook. Run `autograder grade {name}` again.")
    return row[0], row[1]


def _cells(connection: Connection, notebook_id: str) -> list[_Cell]:
    query = select(BASE_CELL.c.id, BASE_CELL.c.name, BASE_CELL.c.type).where(BASE_CELL.c.notebook_id == notebook_id)
    return [_Cell(*row) for row in connection.execute(query)]


def _ensure_submissions(
    connection: Connection,
    assignment_id: str,
    notebook_id: str,
    students: Sequence[str],
    timestamps: Mapping[str, datetime],
) -> dict[str, str]:
    """Return the id of each student's submitted notebook, having made the rows that were missing."""
    known = _among(connection, select(STUDENT.c.id, STUDENT.c.id), STUDENT.c.id, students)
    _insert(connection, STUDENT, [{"id": one} for one in students if one not in known])
    handed_in = select(SUBMISSION.c.student_id, SUBMISSION.c.id).where(SUBMISSION.c.assignment_id == assignment_id)
    submissions = _among(connection, handed_in, SUBMISSION.c.student_id, students)
    new = {one: new_id() for one in students if one not in submissions}
    times = {one: naive_utc(moment) for one, moment in timestamps.items()}
    rows = [{"id": new[s], "assignment_id": assignment_id, "student_id": s, "timestamp": times.get(s)} for s in new]
    _insert(connection, SUBMISSION, rows)
    moved = [
        {"which": submissions[one], "moment": times[one]} for one in students if one in submissions and one in times
    ]
    if moved:
        change = update(SUBMISSION).where(SUBMISSION.c.id == bindparam("which")).values(timestamp=bindparam("moment"))
        connection.execute(change, moved)
    submissions |= new
    query = select(SUBMITTED.c.assignment_id, SUBMITTED.c.id).where(SUBMITTED.c.notebook_id == notebook_id)
    notebooks = _among(connection, query, SUBMITTED.c.assignment_id, list(submissions.values()))
    fresh = {one: new_id() for one in submissions.values() if one not in notebooks}
    made = [{"id": fresh[s], "assignment_id": s, "notebook_id": notebook_id, "flagged": False} for s in fresh]
    _insert(connection, SUBMITTED, made)
    notebooks |= fresh
    return {student: notebooks[submission] for student, submission in submissions.items()}


def _among(connection: Connection, query: Any, key: Any, values: Sequence[str]) -> dict[str, str]:
    """Return the rows of a query of two columns whose key is one of many values."""
    found: dict[str, str] = {}
    for start in range(0, len(values), CHUNK):
        found |= {row[0]: row[1] for row in connection.execute(query.where(key.in_(values[start : start + CHUNK])))}
    return found


def _insert(connection: Connection, table: TableClause, rows: Sequence[Mapping[str, Any]]) -> None:
    if rows:
        connection.execute(insert(table), rows)


def _put_grades(connection: Connection, grades: Sequence[dict[str, Any]]) -> None:
    """Set automatic scores; a grade without one, or beside a manual one, waits for a human.

    Where the result is the same as the one recorded before, what a human has reviewed stays reviewed.
    """
    reviewed = GRADE.c.manual_score.is_not(None)
    needs = case(
        (and_(reviewed, bindparam("same", type_=Boolean())), GRADE.c.needs_manual_grade),
        (reviewed, true()),
        else_=bindparam("needs", type_=Boolean()),
    )
    change = update(GRADE).values(auto_score=bindparam("score"), needs_manual_grade=needs)
    missing = _update(connection, GRADE, change, [{**one, "needs": one["score"] is None} for one in grades])
    rows = [{"auto_score": one["score"], "needs_manual_grade": one["needs"], **_row_key(one)} for one in missing]
    _insert(connection, GRADE, rows)


def _put_comments(connection: Connection, comments: Sequence[dict[str, Any]]) -> None:
    change = update(COMMENT).values(auto_comment=bindparam("text"))
    missing = _update(connection, COMMENT, change, comments)
    _insert(connection, COMMENT, [{"auto_comment": one["text"], **_row_key(one)} for one in missing])


def _put_keys(connection: Connection, keys: Mapping[str, str], known: Mapping[str, str]) -> None:
    """Note from which results the grades come."""
    changed = [notebook for notebook, key in keys.items() if known.get(notebook) != key]
    for start in range(0, len(changed), CHUNK):
        some = changed[start : start + CHUNK]
        connection.execute(delete(RECORDED).where(RECORDED.c.submitted_notebook_id.in_(some)))
    _insert(connection, RECORDED, [{"submitted_notebook_id": one, "key": keys[one]} for one in changed])


def _row_key(key: Mapping[str, Any]) -> dict[str, str]:
    return {"id": new_id(), "notebook_id": key["notebook"], "cell_id": key["cell"]}


def _update(
    connection: Connection, table: TableClause, change: Any, values: Sequence[dict[str, Any]]
) -> list[dict[str, Any]]:
    """Change the rows that exist, found by submitted notebook and cell, and return the values of those that do not."""
    query = select(table.c.notebook_id, table.c.cell_id, table.c.id)
    notebooks = list(dict.fromkeys(one["notebook"] for one in values))
    known: dict[tuple[str, str], str] = {}
    for start in range(0, len(notebooks), CHUNK):
        rows = connection.execute(query.where(table.c.notebook_id.in_(notebooks[start : start + CHUNK])))
        known |= {(row[0], row[1]): row[2] for row in rows}
    there = [{**one, "which": known[key]} for one in values if (key := (one["notebook"], one["cell"])) in known]
    if there:
        names = ("which", "score", "needs", "same", "text")
        plain = [{name: one[name] for name in names if name in one} for one in there]
        connection.execute(change.where(table.c.id == bindparam("which")), plain)
    return [one for one in values if (one["notebook"], one["cell"]) not in known]
