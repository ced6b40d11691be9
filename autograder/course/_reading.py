"""Questions to the gradebook in plain SQL: by SQLite's own module for a file, by SQLAlchemy for a server.

Nearly every gradebook is an SQLite file, and to import SQLAlchemy takes longer than most answers.  Queries are in the
SQL that SQLite and PostgreSQL share, with parameters written as ``:name``.
"""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterable, Iterator
from datetime import datetime
from typing import Any

from autograder.course import _sqlite
from autograder.course.layout import Course

Ask = Callable[..., Iterable[tuple[Any, ...]]]
"""A query and its parameters by name → the rows."""


@contextlib.contextmanager
def reading(course: Course) -> Iterator[Ask]:
    """Open one transaction that only reads, so that all answers are of the same moment.

    Raises `UsageError` if there is no gradebook yet, `GraderFailure` if it cannot be opened or read.
    """
    file = _sqlite.database_file(course)
    if file is not None:
        with _sqlite.transaction(file, writes=False) as rows:
            yield lambda query, **parameters: rows.execute(query, parameters)
        return
    from sqlalchemy import text

    from autograder.course._tables import transaction

    with transaction(course, writes=False) as connection:
        yield lambda query, **parameters: (tuple(row) for row in connection.execute(text(query), parameters))


def moment(value: Any) -> datetime | None:
    """Return a time as the gradebook keeps it, in UTC without a zone: SQLite holds it as text."""
    if isinstance(value, str):
        return datetime.fromisoformat(value)
    return value if isinstance(value, datetime) else None
