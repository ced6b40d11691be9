"""What humans wrote in formgrader: comments on cells, for the student to read."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping

from autograder.course._reading import reading
from autograder.course.layout import Course
from autograder.errors import UsageError

REMARKS = """
    SELECT s.student_id, b.name, c.manual_comment FROM comment c
    JOIN base_cell b ON b.id = c.cell_id
    JOIN submitted_notebook n ON n.id = c.notebook_id
    JOIN submitted_assignment s ON s.id = n.assignment_id
    JOIN assignment a ON a.id = s.assignment_id
    WHERE a.name = :name AND c.manual_comment <> ''"""
"""A comparison with NULL is not true, so that cells without a comment are left out as well."""


def remarks(course: Course, assignment: str) -> Mapping[str, Mapping[str, str]]:
    """Return, for each student, the humans' comments by the name of the cell; none if there is no gradebook yet.

    Raises `GraderFailure` if the gradebook cannot be read.
    """
    found: dict[str, dict[str, str]] = defaultdict(dict)
    try:
        with reading(course) as ask:
            for student, cell, text in ask(REMARKS, name=assignment):
                found[student][cell] = text
    except UsageError:
        return {}
    return found
