"""nbgrader's gradebook as SQLAlchemy sees it: the columns that we read and write, and how a transaction is opened.

The tables are named here, not imported, because ``import nbgrader`` loads its web servers as well and takes longer
than grading a class.  nbgrader makes them (see `autograder.course._cells`); a test compares these columns with its
schema.
"""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from uuid import uuid4

from sqlalchemy import (
    Boolean,
    Column,
    Connection,
    DateTime,
    Engine,
    Enum,
    Float,
    Interval,
    MetaData,
    String,
    Table,
    TableClause,
    column,
    create_engine,
    event,
)
from sqlalchemy import inspect as inspect_database
from sqlalchemy import table as lightweight
from sqlalchemy.engine import make_url
from sqlalchemy.exc import DBAPIError, SQLAlchemyError

from autograder.course import _sqlite
from autograder.course.layout import Course
from autograder.errors import GraderFailure, UsageError

GRADE_CELL_TYPE = Enum("code", "markdown", name="grade_cell_type")
SOURCE_CELL_TYPE = Enum("code", "markdown", name="source_cell_type")


def _table(name: str, *text: str, **typed: Any) -> TableClause:
    return lightweight(name, *(column(n, String()) for n in text), *(column(n, kind) for n, kind in typed.items()))


COURSE = _table("course", "id")
ASSIGNMENT = _table("assignment", "id", "name", "course_id", duedate=DateTime)
NOTEBOOK = _table("notebook", "id", "name", "assignment_id", "kernelspec")
BASE_CELL = _table("base_cell", "id", "name", "notebook_id", "type")
GRADE_CELL = _table("grade_cells", "id", cell_type=GRADE_CELL_TYPE, max_score=Float)
SOLUTION_CELL = _table("solution_cells", "id")
TASK_CELL = _table("task_cells", "id", cell_type=GRADE_CELL_TYPE, max_score=Float)
SOURCE_CELL = _table(
    "source_cell", "id", "name", "source", "checksum", "notebook_id", cell_type=SOURCE_CELL_TYPE, locked=Boolean
)
STUDENT = _table("student", "id", "first_name", "last_name", "email", "lms_user_id")
SUBMISSION = _table("submitted_assignment", "id", "assignment_id", "student_id", timestamp=DateTime, extension=Interval)
SUBMITTED = _table(
    "submitted_notebook", "id", "assignment_id", "notebook_id", flagged=Boolean, late_submission_penalty=Float
)
GRADE = _table(
    "grade",
    "id",
    "notebook_id",
    "cell_id",
    auto_score=Float,
    manual_score=Float,
    extra_credit=Float,
    needs_manual_grade=Boolean,
)
COMMENT = _table("comment", "id", "notebook_id", "cell_id", "auto_comment", "manual_comment")

RECORDED = Table(
    "autograder_recorded",
    MetaData(),
    Column("submitted_notebook_id", String(32), primary_key=True),
    Column("key", String(64), nullable=False),
)
"""Our own table, which nbgrader does not look at: from which result the grades of a submitted notebook come.

With it, a second run that finds nothing new leaves alone what a human has reviewed.
"""

TABLES = (
    COURSE,
    ASSIGNMENT,
    NOTEBOOK,
    BASE_CELL,
    GRADE_CELL,
    SOLUTION_CELL,
    TASK_CELL,
    SOURCE_CELL,
    STUDENT,
    SUBMISSION,
    SUBMITTED,
    GRADE,
    COMMENT,
)


def new_id() -> str:
    """Return a row's id as nbgrader makes them: 32 random hexadecimal digits."""
    return uuid4().hex


def naive_utc(moment: datetime) -> datetime:
    """Return a moment as nbgrader keeps it: in UTC, without a time zone; one without a zone is in UTC already."""
    return moment if moment.tzinfo is None else moment.astimezone(UTC).replace(tzinfo=None)


def database_file(course: Course) -> Path | None:
    """Return the file of an SQLite gradebook, or None if the gradebook is on a server."""
    url = make_url(course.gradebook_url)
    return Path(url.database) if url.get_backend_name() == "sqlite" and url.database else None


def _engine(course: Course) -> Engine:
    """Return an engine whose SQLite transactions take the lock at their start, so that none stops half-way."""
    url = make_url(course.gradebook_url)
    if url.get_backend_name() != "sqlite":
        return create_engine(url)
    engine = create_engine(url, connect_args={"timeout": _sqlite.BUSY_SECONDS})

    @event.listens_for(engine, "connect")
    def _no_implicit_begin(connection: Any, _record: Any) -> None:
        connection.isolation_level = None
        connection.execute("PRAGMA secure_delete = ON")  # what is deleted of a student is overwritten in the file too

    @event.listens_for(engine, "begin")
    def _begin(connection: Connection) -> None:
        writes = connection.get_execution_options().get("writes", False)
        connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")

    return engine


@contextlib.contextmanager
def transaction(course: Course, *, writes: bool, creates: bool = False) -> Iterator[Connection]:
    """Open one transaction on the gradebook: it is kept as a whole, or nothing of it is.

    Raises `UsageError` if there is no gradebook yet, unless it may be created; `GraderFailure` if the database cannot
    be opened, read or written, with what to do about it.
    """
    file = database_file(course)
    if file is not None and not creates and not file.exists() and not file.as_posix().startswith("file:"):
        raise UsageError(f"There is no gradebook {file} yet. Grade an assignment first.")
    engine = None
    try:
        engine = _engine(course)
        with engine.connect().execution_options(writes=writes) as connection, connection.begin():
            yield connection
    except (SQLAlchemyError, ModuleNotFoundError) as problem:
        raise GraderFailure(_sentence(course, problem, writes=writes)) from problem
    finally:
        if engine is not None:
            engine.dispose()


def _sentence(course: Course, problem: Exception, *, writes: bool) -> str:
    """Say what is wrong with the database, where, and what to do."""
    path = database_file(course)
    where = path if path is not None else make_url(course.gradebook_url).render_as_string(hide_password=True)
    cause = str(problem.orig if isinstance(problem, DBAPIError) and problem.orig is not None else problem)
    return _sqlite.sentence(where, cause, writes=writes)


def has_tables(connection: Connection) -> tuple[bool, bool]:
    """Tell whether the database holds nbgrader's tables, and ours."""
    known = inspect_database(connection)
    return bool(known.has_table(ASSIGNMENT.name)), bool(known.has_table(RECORDED.name))
