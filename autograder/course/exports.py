"""The gradebook's scores as files for people, spreadsheets and learning platforms.

================ ==================================================================================================
csv              a row for each student and assignment: the columns of ``nbgrader export``, and a status
json             the same with every cell's scores
canvas           Canvas: *Grades → Import*; columns as its importer reads them (canvas-lms,
                 ``lib/gradebook_importer.rb``): Student, ID, SIS User ID, SIS Login ID, Section, assignments; a row
                 *Points Possible*.  A student is found by ID, or else by the login ID, or else by name
moodle           Moodle: *Grades → Import → CSV file* (docs.moodle.org, *Grade import*; moodle,
                 ``grade/import/csv/classes/load_data.php``): users by one column, which whoever imports chooses (ID
                 number, e-mail address or user name), a column for each assignment
moodle-worksheet Moodle: *View all submissions → Upload grading worksheet*, one assignment that was collected from
                 Moodle; columns as its importer reads them (moodle, ``mod/assign/feedback/offline/
                 importgradeslib.php``): Identifier (*Participant 123*), Grade, Last modified (grade); it passes over
                 the others, and over rows without a number
gradescope       a zip with a ``results.json`` for each submission (gradescope-autograders.readthedocs.io, *Autograder
                 Specifications*, section *Output format*)
================ ==================================================================================================

A submission in which nothing has been graded has no score in any of them: an empty cell is not a 0.
"""

from __future__ import annotations

import contextlib
import csv
import io
import json
import os
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import datetime
from functools import cache, partial
from pathlib import Path
from typing import Any

from autograder.assignments import load
from autograder.course._gradescope import archive
from autograder.course._scores import CellScore, Score, recorded_assignments, scores
from autograder.course.collect import collected
from autograder.course.deliveries import canvas_number, made_up_id, participant
from autograder.course.layout import Course
from autograder.course.status import younger
from autograder.errors import UsageError

FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n")
"""A text that begins so is run as a formula by spreadsheet programs."""

Class = dict[str, tuple[Score, ...]]


def export(course: Course, assignments: Sequence[str], to: str, file: Path) -> list[str]:
    """Write the scores of assignments to a file, whole or not at all; return what a human should know, as sentences.

    Without names, all assignments of the gradebook are written.  ``to`` is one of the forms above.

    Raises `UsageError` if the form is unknown, there are no grades, or the file cannot be written; `GraderFailure` if
    the gradebook cannot be read.
    """
    told: list[str] = []
    forms: dict[str, Callable[[Course, Class], bytes]] = {
        "csv": _csv,
        "json": _json,
        "canvas": _canvas,
        "moodle": partial(_moodle, told=told),
        "moodle-worksheet": partial(_moodle_worksheet, told=told),
        "gradescope": _gradescope,
    }
    if to not in forms:
        raise UsageError(f"There is no form called {to!r}. The forms are: {', '.join(forms)}.")
    known = recorded_assignments(course)
    assignments = assignments or known
    chosen = [name for name in dict.fromkeys(assignments) if name in known]
    if not known:
        raise UsageError("The gradebook holds no assignment yet. Grade one first.")
    if not chosen:
        raise UsageError(f"None of these is in the gradebook: {', '.join(assignments)}. Grade it first.")
    everything = {name: scores(course, name) for name in chosen}
    _write(file, forms[to](course, everything))
    told += [f"{name} has not been graded yet and was left out." for name in assignments if name not in known]
    return told + [remark for name, rows in everything.items() for remark in _remarks(course, name, rows)]


def exported_name(course: Course, name: str) -> str:
    """Return the name of an assignment that can be exported: ours, or another that nbgrader's gradebook holds.

    Raises `UsageError` if there is no such assignment, `GraderFailure` if the gradebook cannot be read.
    """
    try:
        return load(name).name
    except UsageError:
        with contextlib.suppress(UsageError):  # there is no gradebook yet
            if name in recorded_assignments(course):
                return name
        raise


def _write(file: Path, data: bytes) -> None:
    """Put the data where it belongs once it is whole."""
    temporary = file.with_name(f".{file.name}.{os.getpid()}.tmp")
    try:
        temporary.write_bytes(data)
        temporary.replace(file)
    except OSError as problem:
        temporary.unlink(missing_ok=True)
        raise UsageError(f"{file} cannot be written: {problem.strerror}. Give another file.") from problem


def _remarks(course: Course, name: str, rows: Sequence[Score]) -> list[str]:
    """Say how many scores are not final, or are of an attempt before the last."""
    again = sum(map(bool, younger(course, (row.student for row in rows if row.submitted), name)))
    told = {
        "not graded": "handed in {name} but nothing in it could be graded, and got no score",
        "needs a human": "got a score for {name} that is not final, since a part of it waits for a human",
        "again": "handed in {name} again since the grade: run `autograder grade {name}`, and export again",
    }
    counts: Counter[str] = Counter(row.status for row in rows)
    counts["again"] = again
    return [
        f"{counts[kind]} student{'' if counts[kind] == 1 else 's'} {text.format(name=name)}."
        for kind, text in told.items()
        if counts[kind]
    ]


def number(value: float) -> str:
    """Write points as a spreadsheet reads them: no exponent, no trailing zeros."""
    return f"{value:.6f}".rstrip("0").rstrip(".")


def _points(score: Score) -> str:
    """Return the score of a student, or nothing where there is none."""
    return number(score.score) if score.counts else ""


def neutral(text: str) -> str:
    """Return text that no spreadsheet program takes for a formula: an apostrophe stands before what could be one."""
    return f"'{text}" if text.startswith(FORMULA) else text


def _table(header: Sequence[str], rows: Iterable[Sequence[str]]) -> bytes:
    """Return a comma-separated table in UTF-8, every cell harmless."""
    stream = io.StringIO(newline="")
    writer = csv.writer(stream)
    writer.writerows([neutral(cell) for cell in row] for row in (header, *rows))
    return stream.getvalue().encode()


def _moment(moment: datetime | None) -> str:
    return "" if moment is None else moment.isoformat(sep=" ")


# The forms


def _csv(course: Course, everything: Class) -> bytes:
    header = (
        *("assignment", "duedate", "timestamp", "student_id", "last_name", "first_name", "email"),
        *("raw_score", "late_submission_penalty", "score", "max_score", "status"),
    )
    rows = (
        (
            row.assignment,
            _moment(row.duedate),
            _moment(row.timestamp),
            row.student,
            row.last_name,
            row.first_name,
            row.email,
            number(row.raw_score) if row.counts else "",
            number(row.penalty) if row.counts else "",
            _points(row),
            number(row.max_score),
            row.status,
        )
        for rows in everything.values()
        for row in rows
    )
    return _table(header, rows)


_encode = json.JSONEncoder(ensure_ascii=False).encode
"""Many times faster than an encoder that indents, which is written in Python."""


def _json(course: Course, everything: Class) -> bytes:
    assignments = [
        f'{{"name": {_encode(name)}, "max_score": {_encode(rows[0].max_score if rows else 0.0)}, "students": ['
        + ",".join(f"\n  {_student(row)}" for row in rows)
        + "\n ]}"
        for name, rows in everything.items()
    ]
    return ('{"schema_version": 1, "assignments": [\n ' + ",\n ".join(assignments) + "\n]}\n").encode()


def _student(row: Score) -> str:
    """Return a student's scores as JSON on one line."""
    final = row.counts
    told = {
        "student": row.student,
        "first_name": row.first_name,
        "last_name": row.last_name,
        "email": row.email,
        "status": row.status,
        "duedate": None if row.duedate is None else row.duedate.isoformat(),
        "timestamp": None if row.timestamp is None else row.timestamp.isoformat(),
        "raw_score": row.raw_score if final else None,
        "late_penalty": row.penalty if final else None,
        "score": row.score if final else None,
    }
    return f'{_encode(told)[:-1]}, "cells": [{", ".join(map(_cell, row.cells))}]}}'


@cache
def _cell(cell: CellScore) -> str:
    """Return one score as JSON; in a class few are different."""
    return _encode(
        {
            "name": cell.name,
            "score": cell.score if cell.has_points else None,
            "auto_score": cell.auto,
            "manual_score": cell.manual,
            "extra_credit": cell.extra,
            "max_score": cell.max_score,
            "needs_human": cell.needs_human,
        }
    )


def _by_student(everything: Class) -> list[tuple[Score, list[str]]]:
    """Return each student, as any of the assignments knows them, with the points in all of these."""
    points = {name: {row.student: _points(row) for row in rows} for name, rows in everything.items()}
    people = {row.student: row for rows in everything.values() for row in rows}
    return [(people[one], [points[name].get(one, "") for name in everything]) for one in sorted(people)]


def _maxima(everything: Class) -> list[str]:
    return [number(rows[0].max_score) if rows else "" for rows in everything.values()]


def _canvas(course: Course, everything: Class) -> bytes:
    header = ("Student", "ID", "SIS User ID", "SIS Login ID", "Section", *everything)
    maxima = ("    Points Possible", "", "", "", "", *_maxima(everything))
    rows = [
        (_name(person), *_in_canvas(course, person, everything), "", *points)
        for person, points in _by_student(everything)
    ]
    return _table(header, [maxima, *rows])


def _in_canvas(course: Course, person: Score, assignments: Iterable[str]) -> tuple[str, str, str]:
    """Return what Canvas finds a student by: ID, SIS User ID and SIS Login ID; what is not known is empty.

    An id that is a number of Canvas', or that was made from the name of a download's file, is nobody's login.
    """
    if person.lms_user_id:
        return person.lms_user_id, "", "" if person.student == person.lms_user_id else person.student
    records = [collected(course, person.student, name) for name in assignments]
    numbers = set(filter(None, map(canvas_number, records)))
    number = numbers.pop() if len(numbers) == 1 else ""  # two numbers under one id are two people
    return number, "", "" if _made_up(person, records) else person.student


def _made_up(person: Score, records: Iterable[Mapping[str, Any]]) -> bool:
    """Tell whether an id was made from the name of a collected file; where names are known, a roster said the id."""
    return not (person.first_name or person.last_name) and person.student in map(made_up_id, records)


def _name(person: Score) -> str:
    """Return a name as Canvas sorts it, or the id where the gradebook knows no name."""
    return ", ".join(part for part in (person.last_name, person.first_name) if part) or person.student


def _moodle(course: Course, everything: Class, told: list[str]) -> bytes:
    """Return a table of the grades of those who have any, in which a column of users is complete or empty.

    Moodle's importer gives a row whose user is empty to the user of the row before; if no row has one, it imports
    nothing.  Hence whoever is not known by the column that knows the most is left out.  An empty grade it takes for
    *no grade*, which clears one that somebody entered there.
    """
    class_ = [
        (person, (person.lms_user_id, person.email, _username(course, person, everything)), points)
        for person, points in _by_student(everything)
        if any(points)
    ]
    columns = ("ID number", "Email address", "Username")
    known = [sum(bool(users[at]) for _, users, _ in class_) for at in range(len(columns))]
    best = known.index(max(known))
    without: list[str] = []
    if known[best]:
        without = [person.student for person, users, _ in class_ if not users[best]]
        class_ = [row for row in class_ if row[1][best]]
    elif class_:
        told.append(
            "Moodle cannot import these grades, since no student's ID number or e-mail address is known. "
            "Give collect a roster with --roster, and export again."
        )
    if without:
        more = f" and {len(without) - 5} more" if len(without) > 5 else ""
        told.append(
            f"{', '.join(without[:5])}{more}: left out, since Moodle finds users by one column, and {columns[best]} is "
            "not known here. Give collect a roster with --roster that says it, and export again."
        )
    if gaps := sum(not all(points) for *_, points in class_):
        told.append(
            f"In {gaps} of {len(class_)} rows a score is missing ({', '.join(everything)}). Moodle takes an empty cell "
            "for no grade, and clears what somebody entered there: to keep that, export one assignment at a time."
        )
    whole = [all(users[at] for _, users, _ in class_) for at in range(len(columns))]
    rows = (
        (
            *(person.first_name, person.last_name or ("" if person.first_name else person.student)),  # for people alone
            *(user if complete else "" for user, complete in zip(users, whole, strict=True)),
            *points,
        )
        for person, users, points in class_
    )
    return _table(("First name", "Last name", *columns, *everything), rows)


def _username(course: Course, person: Score, assignments: Iterable[str]) -> str:
    """Return the id if it may be the name of a Moodle user, and none that was made of what else is known."""
    if person.student in (person.lms_user_id, person.email.partition("@")[0]):
        return ""
    made_up = _made_up(person, (collected(course, person.student, name) for name in assignments))
    return "" if made_up else person.student


def _moodle_worksheet(course: Course, everything: Class, told: list[str]) -> bytes:
    """Return Moodle's grading worksheet of one assignment; Moodle passes over rows whose identifier is empty.

    No time of a grade is written, so that Moodle leaves grades alone that somebody has entered there, unless it is told
    to update these as well.  Raises `UsageError` for several assignments, or if nobody's number in Moodle is known.
    """
    if len(everything) > 1:
        raise UsageError(f"Moodle's worksheet is of one assignment. Name one of: {', '.join(everything)}.")
    ((name, graded),) = everything.items()
    numbers = {row.student: participant(collected(course, row.student, name)) for row in graded if row.counts}
    if not any(numbers.values()):
        raise UsageError(
            f"No submission for {name} came from a download of Moodle, which says under what number Moodle knows a "
            "student. Collect one with --from moodle, or export --to moodle and import it into Moodle's gradebook."
        )
    if unknown := sum(not which for which in numbers.values()):
        told.append(
            f"{unknown} of {len(numbers)} students have no number of Moodle's, since their submissions for {name} did "
            "not come from its download; Moodle passes over their rows."
        )
    header = ("Identifier", "Full name", "Email address", "Grade", "Maximum grade", "Last modified (grade)")
    rows = (
        (
            f"Participant {which}" if which else "",
            f"{row.first_name} {row.last_name}".strip() or row.student,
            row.email,
            _points(row),
            number(row.max_score),
            "",
        )
        for row in graded
        if (which := numbers.get(row.student)) is not None
    )
    return _table(header, rows)


def _gradescope(course: Course, everything: Class) -> bytes:
    """Return a zip with a file for each submission that has a score."""
    return archive(
        (f"{name}/{row.student}", row, f"{course.results / name}/{row.student}/result.json")
        for name, rows in everything.items()
        for row in rows
        if row.counts
    )
