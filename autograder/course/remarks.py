"""What humans wrote in formgrader: comments on cells, for the student to read."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping

from sqlalchemy import select

from autograder.course._tables import ASSIGNMENT, BASE_CELL, COMMENT, SUBMISSION, SUBMITTED, transaction
from autograder.course.layout import Course
from autograder.errors import UsageError


def remarks(course: Course, assignment: str) -> Mapping[str, Mapping[str, str]]:
    """Return, for each student, the humans' comments by the name of the cell; none if there is no gradebook yet.

    Raises `GraderFailure` if the gradebook cannot be read.
    """
    query = (
        select(SUBMISSION.c.student_id, BASE_CELL.c.name, COMMENT.c.manual_comment)
        .select_from(COMMENT)
        .join(BASE_CELL, BASE_CELL.c.id == COMMENT.c.cell_id)
        .join(SUBMITTED, SUBMITTED.c.id == COMMENT.c.notebook_id)
        .join(SUBMISSION, SUBMISSION.c.id == SUBMITTED.c.assignment_id)
        .join(ASSIGNMENT, ASSIGNMENT.c.id == SUBMISSION.c.assignment_id)
        .where(ASSIGNMENT.c.name == assignment, COMMENT.c.manual_comment.is_not(None), COMMENT.c.manual_comment != "")
    )
    found: dict[str, dict[str, str]] = defaultdict(dict)
    try:
        with transaction(course, writes=False) as connection:
            for student, cell, text in connection.execute(query):
                found[student][cell] = text
    except UsageError:
        return {}
    return found
