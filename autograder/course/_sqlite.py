"""The same rows as `autograder.course.gradebook` writes, by SQLite's own module: a class's grades in a moment.

Nearly every gradebook is an SQLite file.  To import SQLAlchemy takes longer than to grade twenty submissions, and to
have it build these statements longer than SQLite needs to execute them.  A test compares the rows of both.
"""

from __future__ import annotations

import contextlib
import hashlib
import os
import sqlite3
import time
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from autograder.course._told import comments_on, points_of
from autograder.course.layout import Course
from autograder.errors import GraderFailure, UsageError
from autograder.grading.results import Result

BUSY_SECONDS = 10.0
"""How long a write waits for another program that holds the lock, before it gives up; through SQLAlchemy as well."""

CHUNK = 500
"""Rows looked up in one query; SQLite limits the number of parameters."""

ADVICE = {
    "locked": "Close formgrader and other programs that write to it, and run the command again.",
    "readonly": "Give yourself permission to write to the file and to its folder, and run the command again.",
    "unable to open": "See whether its folder exists and may be written to, and run the command again.",
    "no such": "If nbgrader was upgraded, back the file up and run `nbgrader db upgrade`.",
}
"""What to do about a database that cannot be used, by a word of its complaint."""


def database_file(course: Course) -> Path | None:
    """Return the file of the gradebook if its address names an SQLite file and nothing else."""
    kind, slashes, path = course.gradebook_url.partition(":///")
    plain = kind == "sqlite" and slashes and path and not path.startswith("file:") and not {"?", ":"} & set(path)
    return Path(path) if plain else None


def sentence(where: object, cause: str, *, writes: bool) -> str:
    """Say what is wrong with a database, where, and what to do."""
    cause = " ".join(cause.split()).rstrip(".")
    step = next((text for key, text in ADVICE.items() if key in cause), "Repair this and run the command again.")
    deed = "written, and nothing in it was changed" if writes else "read"
    return f"The gradebook {where} could not be {deed}: {cause}. {step}"


@contextlib.contextmanager
def transaction(file: Path, *, writes: bool) -> Iterator[sqlite3.Connection]:
    """Open one transaction: it is kept as a whole, or nothing of it is.

    Raises `UsageError` if there is no such file, `GraderFailure` if it cannot be opened, read or written.
    """
    if not file.exists():
        raise UsageError(f"There is no gradebook {file} yet. Grade an assignment first.")
    try:
        with contextlib.closing(sqlite3.connect(file, timeout=BUSY_SECONDS, isolation_level=None)) as connection:
            connection.execute("BEGIN IMMEDIATE" if writes else "BEGIN")
            with connection:  # commits, or rolls back where something was raised
                yield connection
    except sqlite3.Error as problem:
        raise GraderFailure(sentence(file, str(problem), writes=writes)) from problem


def _new_id() -> str:
    """Return a row's id of 32 hexadecimal digits, as nbgrader's are: the time in nanoseconds, and 16 random ones.

    Ids that rise let new rows lie side by side in the indexes.  Random ones are spread over all of the file, so that a
    class's last rows took four times as long as its first.
    """
    return f"{time.time_ns():016x}{os.urandom(8).hex()}"


def _among(connection: sqlite3.Connection, query: str, values: Sequence[str], *first: str) -> Iterator[tuple[Any, ...]]:
    """Return the rows of a query that ends in IN, for many values; ``first`` are the parameters before these."""
    for start in range(0, len(values), CHUNK):
        some = values[start : start + CHUNK]
        yield from connection.execute(f"{query} ({', '.join('?' * len(some))})", (*first, *some))


# Registered?


def rows_digest(course: Course, file: Path, name: str) -> str:
    """Return a hash of an assignment's cells as the gradebook has them, or nothing where that cannot be told."""
    inside = "n.assignment_id = a.id WHERE a.name = ? AND n.name = ?"
    cells = (
        "SELECT b.name, b.type, g.max_score, t.max_score, n.kernelspec, b.id FROM base_cell b "
        "LEFT JOIN grade_cells g ON g.id = b.id LEFT JOIN task_cells t ON t.id = b.id "
        f"JOIN notebook n ON b.notebook_id = n.id JOIN assignment a ON {inside}"
    )
    sources = (
        "SELECT s.name, s.source, s.checksum, s.cell_type, s.locked FROM source_cell s "
        f"JOIN notebook n ON s.notebook_id = n.id JOIN assignment a ON {inside}"
    )
    try:
        with transaction(file, writes=False) as connection:
            told = [sorted(map(repr, connection.execute(query, (name, name)))) for query in (cells, sources)]
            connection.execute("SELECT key FROM autograder_recorded LIMIT 1")
    except (GraderFailure, UsageError):  # whoever registers will say what is wrong
        return ""
    return hashlib.sha256(repr(told).encode()).hexdigest() if told[0] else ""


# Rows

_Cell = tuple[str, str, str]
"""A cell that has a grade or a comment: its id, its name and nbgrader's name for its kind."""


def record(
    file: Path, assignment_name: str, results: Iterable[Result], timestamps: Mapping[str, datetime] | None = None
) -> None:
    """Write results in one transaction, as `autograder.course.gradebook.record` does, which see."""
    latest = {result.student: result for result in results if result.status != "failed"}
    if not latest:
        return
    with transaction(file, writes=True) as connection:
        assignment_id, notebook_id = _find(connection, assignment_name)
        query = "SELECT id, name, type FROM base_cell WHERE notebook_id = ?"
        cells = connection.execute(query, (notebook_id,)).fetchall()
        submitted, known = _recorded(connection, assignment_id, notebook_id, list(latest))
        times = {student: _moment(moment) for student, moment in (timestamps or {}).items() if student in latest}
        moved = [(moment, assignment_id, student) for student, moment in times.items() if student in submitted]
        change = "UPDATE submitted_assignment SET timestamp = ? WHERE assignment_id = ? AND student_id = ?"
        connection.executemany(change, moved)
        new = [student for student in latest if student not in submitted]
        submitted |= _ensure_submissions(connection, assignment_id, notebook_id, new, times)
        grades, comments = [], []
        alone: dict[str, list[_Cell]] = {}
        reviewed: dict[str, list[str]] = {}
        for student, result in latest.items():
            notebook, mine, only = submitted[student], cells, ""
            before = known.get(notebook)
            same = bool(result.key) and before == result.key
            if result.follows and before == result.follows[0]:  # then the other cells have their rows already
                only = result.follows[1]
                if only not in alone:
                    alone[only], reviewed[only] = _cells_of(only, result, cells), []
                mine = alone[only]
                if not same:
                    reviewed[only].append(notebook)
            points, told = (points_of(result, only), comments_on(result, only)) if mine else ({}, {})
            for cell, name, kind in mine:
                if kind != "SolutionCell":
                    grades.append((notebook, cell, points.get(name), same))
                if kind != "GradeCell":
                    comments.append((notebook, cell, told.get(name, told.get(""))))
        for only, notebooks in reviewed.items():
            _review(connection, [cell for cell in cells if cell not in alone[only]], notebooks)
        _put_grades(connection, grades)
        _put_comments(connection, comments)
        _put_keys(connection, {submitted[student]: result.key for student, result in latest.items()}, known)


def _cells_of(function: str, result: Result, cells: Sequence[_Cell]) -> list[_Cell]:
    """Return the cells of one function; of none if it has no name."""
    points = points_of(result, function) if function else {}
    return [cell for cell in cells if cell[1] == function or cell[1] in points]


def _review(connection: sqlite3.Connection, cells: Sequence[_Cell], notebooks: Sequence[str]) -> None:
    """Let the manual scores of these cells wait for a human."""
    scored = [cell for cell, _, kind in cells if kind != "SolutionCell"]
    which = f"manual_score IS NOT NULL AND cell_id IN ({', '.join('?' * len(scored))}) AND notebook_id IN"
    for _ in _among(connection, f"UPDATE grade SET needs_manual_grade = 1 WHERE {which}", notebooks, *scored):
        pass


def _find(connection: sqlite3.Connection, name: str) -> tuple[str, str]:
    """Return the ids of an assignment and of its notebook."""
    query = "SELECT a.id, n.id FROM assignment a JOIN notebook n ON n.assignment_id = a.id"
    row = connection.execute(f"{query} WHERE a.name = ? AND n.name = ?", (name, name)).fetchone()
    if row is None:
        raise GraderFailure(f"The assignment {name} is not in the gradebook. Run `autograder grade {name}` again.")
    return row[0], row[1]


def _recorded(
    connection: sqlite3.Connection, assignment_id: str, notebook_id: str, students: Sequence[str]
) -> tuple[dict[str, str], dict[str, str]]:
    """Return the ids of the students' submitted notebooks, and which results these have, as far as there are any."""
    query = (
        "SELECT s.student_id, n.id, r.key FROM submitted_assignment s "
        "JOIN submitted_notebook n ON n.notebook_id = ? AND n.assignment_id = s.id "
        "LEFT JOIN autograder_recorded r ON r.submitted_notebook_id = n.id "
        "WHERE s.assignment_id = ? AND s.student_id IN"
    )
    rows = list(_among(connection, query, students, notebook_id, assignment_id))
    return {student: notebook for student, notebook, _ in rows}, {notebook: key for _, notebook, key in rows if key}


def _ensure_submissions(
    connection: sqlite3.Connection,
    assignment_id: str,
    notebook_id: str,
    students: Sequence[str],
    times: Mapping[str, str],
) -> dict[str, str]:
    """Make what rows are missing of students who have no submitted notebook yet, and return the ids of these."""
    known = {row[0] for row in _among(connection, "SELECT id FROM student WHERE id IN", students)}
    connection.executemany("INSERT INTO student (id) VALUES (?)", [(one,) for one in students if one not in known])
    query = "SELECT student_id, id FROM submitted_assignment WHERE assignment_id = ? AND student_id IN"
    submissions: dict[str, str] = dict(_among(connection, query, students, assignment_id))
    moved = [(times[one], submissions[one]) for one in students if one in submissions and one in times]
    connection.executemany("UPDATE submitted_assignment SET timestamp = ? WHERE id = ?", moved)
    new = {one: _new_id() for one in students if one not in submissions}
    connection.executemany(
        "INSERT INTO submitted_assignment (id, assignment_id, student_id, timestamp) VALUES (?, ?, ?, ?)",
        [(new[one], assignment_id, one, times.get(one)) for one in new],
    )
    submissions |= new
    notebooks = {submission: _new_id() for submission in submissions.values()}
    connection.executemany(
        "INSERT INTO submitted_notebook (id, assignment_id, notebook_id, flagged) VALUES (?, ?, ?, 0)",
        [(notebooks[one], one, notebook_id) for one in notebooks],
    )
    return {student: notebooks[submission] for student, submission in submissions.items()}


def _moment(moment: datetime) -> str:
    """Write a moment as SQLAlchemy does: in UTC, without a time zone; one without a zone is in UTC already."""
    naive = moment if moment.tzinfo is None else moment.astimezone(UTC).replace(tzinfo=None)
    return naive.isoformat(" ", "microseconds")


def _known(
    connection: sqlite3.Connection, table: str, rows: Iterable[tuple[Any, ...]], columns: str
) -> dict[tuple[str, str], tuple[Any, ...]]:
    """Return the id and some columns of the rows of a table that begin with the same submitted notebook and cell.

    nbgrader's index begins with the cell: asked by the notebook alone, SQLite would read the whole table each time.
    """
    notebooks: dict[str, list[str]] = {}
    for notebook, cell, *_ in rows:
        notebooks.setdefault(cell, []).append(notebook)
    query = f"SELECT notebook_id, cell_id, id, {columns} FROM {table} WHERE cell_id = ? AND notebook_id IN"
    found = (row for cell, those in notebooks.items() for row in _among(connection, query, those, cell))
    return {row[:2]: row[2:] for row in found}


def _put_grades(connection: sqlite3.Connection, grades: Sequence[tuple[str, str, float | None, bool]]) -> None:
    """Set automatic scores; a grade without one, or beside a manual one, waits for a human.

    Where the result is the same as the one recorded before, what a human has reviewed stays reviewed.
    """
    known = _known(connection, "grade", grades, "auto_score, needs_manual_grade, manual_score")
    changed = []
    for n, c, score, same in grades:
        if (n, c) in known:
            which, before, waits, by_hand = known[n, c]
            needs = score is None if by_hand is None else (waits if same else 1)
            if (before, waits) != (score, needs):
                changed.append((score, needs, which))
    connection.executemany("UPDATE grade SET auto_score = ?, needs_manual_grade = ? WHERE id = ?", changed)
    connection.executemany(
        "INSERT INTO grade (id, notebook_id, cell_id, auto_score, needs_manual_grade) VALUES (?, ?, ?, ?, ?)",
        [(_new_id(), n, c, score, score is None) for n, c, score, _ in grades if (n, c) not in known],
    )


def _put_comments(connection: sqlite3.Connection, comments: Sequence[tuple[str, str, str | None]]) -> None:
    known = _known(connection, "comment", comments, "auto_comment")
    there = ((text, *known[n, c]) for n, c, text in comments if (n, c) in known)
    changed = [(text, which) for text, which, before in there if text != before]
    connection.executemany("UPDATE comment SET auto_comment = ? WHERE id = ?", changed)
    connection.executemany(
        "INSERT INTO comment (id, notebook_id, cell_id, auto_comment) VALUES (?, ?, ?, ?)",
        [(_new_id(), n, c, text) for n, c, text in comments if (n, c) not in known],
    )


def _put_keys(connection: sqlite3.Connection, keys: Mapping[str, str], known: Mapping[str, str]) -> None:
    """Note from which results the grades come."""
    changed = [(notebook, key) for notebook, key in keys.items() if known.get(notebook) != key]
    connection.executemany(
        "INSERT OR REPLACE INTO autograder_recorded (submitted_notebook_id, key) VALUES (?, ?)", changed
    )
