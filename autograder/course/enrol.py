"""Write a roster into the gradebook, so that reports and exports know the names, and who never handed in."""

from __future__ import annotations

from typing import Any

from sqlalchemy import bindparam, insert, select, update

from autograder.course._tables import STUDENT, transaction
from autograder.course.layout import Course
from autograder.course.roster import Roster

FIELDS = ("first_name", "last_name", "email", "lms_user_id")


def enrol(course: Course, roster: Roster) -> int:
    """Add the roster's students to the gradebook and bring their names up to date; return how many were new.

    What the roster leaves empty stays as it is; nobody is removed.  Raises `UsageError` if there is no gradebook,
    `GraderFailure` if it cannot be written.
    """
    with transaction(course, writes=True) as connection:
        there = {row.id: row for row in connection.execute(select(*STUDENT.columns))}
        new = [vars(person) for person in roster.people if person.id not in there]
        if new:
            connection.execute(insert(STUDENT), new)
        kept = [(person, there[person.id]) for person in roster.people if person.id in there]
        changed = [
            {"which": person.id, **{field: getattr(person, field) or getattr(row, field) for field in FIELDS}}
            for person, row in kept
        ]
        if changed:
            values: dict[str, Any] = {field: bindparam(field) for field in FIELDS}
            connection.execute(update(STUDENT).where(STUDENT.c.id == bindparam("which")).values(**values), changed)
    return len(new)
