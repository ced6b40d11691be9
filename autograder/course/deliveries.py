"""How platforms name what students handed in: each file of a download becomes a delivery.

=========  ============================================================================================================
canvas     *Download Submissions*: ``lovelaceada_LATE_1234_56789_range-1.ipynb``, that is the name as it is sorted,
           ``LATE`` if it was, the student's number, the upload's number (later uploads have larger ones), the file's
           name, and the number that Canvas adds when a file is handed in again
moodle     *Download all submissions*: ``Ada Lovelace_123_assignsubmission_file_/range.ipynb``, or the same with
           ``_`` for ``/`` where folders are switched off, and since Moodle 4.1 without the last ``_`` of a folder;
           the number stands for the student in this assignment (*Participant 123*), and names hold no ``_``
folder     ``ada/range/range.ipynb``, ``ada/range.ipynb``, ``ada.ipynb`` or ``ada_range.ipynb``
exchange   nbgrader's inbound folder: ``ada+range+2026-11-20 17:03:12.000000 UTC+x7f…/range.ipynb``
=========  ============================================================================================================
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from autograder.course.archives import Entry, ascii_quoted
from autograder.course.layout import STUDENT_ID
from autograder.course.roster import Person, Roster, plain
from autograder.errors import SubmissionError

CANVAS = re.compile(r"(?P<name>[^_]+)_(?P<late>LATE_)?(?P<student>\d+)_(?P<upload>\d+)_(?P<file>.+)")
CANVAS_NAMELESS = re.compile(r"(?P<name>anon_[A-Za-z0-9]+)_(?P<late>LATE_)?(?P<upload>\d+)_(?P<file>.+)")
MOODLE = re.compile(r"(?P<name>.+?)_(?P<row>\d+)_assign(?:submission|feedback)_file_?(?P<file>.*)", re.DOTALL)
AGAIN = re.compile(r"(?:-(?P<canvas>\d+)| ?\((?P<browser>\d+)\))$")
"""What Canvas and browsers add to the name of a file that they have seen before."""
EXCHANGE_TIME = "%Y-%m-%d %H:%M:%S.%f %Z"


@dataclass(frozen=True)
class Delivery:
    """One file that a student handed in.

    ``person`` is the platform's own number for who handed in, or the id where there is none: two numbers under one id
    are two people.  ``file`` is its name without what the platform added; ``order`` sorts a student's deliveries in
    time; ``when`` is in UTC without a zone, or None where the platform does not tell; ``late`` is the platform's mark.
    """

    student: str
    person: str
    file: str
    order: tuple[float, ...]
    when: datetime | None
    late: bool
    entry: Entry


class NotDelivered(SubmissionError):
    """A file that belongs to nobody, or to somebody who is not known; the text says why."""


def from_canvas(entry: Entry, assignment: str, roster: Roster | None) -> Delivery:
    """Return what a file of Canvas' download is."""
    found = CANVAS.fullmatch(entry.name)
    if found is None:
        if CANVAS_NAMELESS.fullmatch(entry.name):
            raise NotDelivered("the assignment is graded anonymously in Canvas, so the file says no student's name.")
        raise NotDelivered("its name is not one that Canvas gives (name_number_number_file).")
    number, name = found["student"], found["name"]
    if roster is None:
        student = _id_of(_numbered(name, number))
    else:
        student = _known(roster.by_number.get(number) or _named(roster, name), f"{ascii_quoted(name)} ({number})").id
    file, again = _first_name(found["file"])
    return Delivery(student, number, file, (int(found["upload"]), again), None, bool(found["late"]), entry)


def from_moodle(entry: Entry, assignment: str, roster: Roster | None) -> Delivery:
    """Return what a file of Moodle's download is; the student is known by the full name."""
    place = next((at for at, part in enumerate(entry.parts) if MOODLE.fullmatch(part)), None)
    if place is None:
        raise NotDelivered("its name is not one that Moodle gives (full name_number_assignsubmission_file_…).")
    found = MOODLE.fullmatch(entry.parts[place])
    assert found is not None  # the line before chose it so
    name = found["name"]
    student = _id_of(_dotted(name)) if roster is None else _known(_named(roster, name), ascii_quoted(name)).id
    file, again = _first_name(found["file"] if place == len(entry.parts) - 1 else entry.name)
    return Delivery(student, found["row"], file, (again,), None, False, entry)


def from_folder(entry: Entry, assignment: str, roster: Roster | None) -> Delivery:
    """Return what a file of a folder is, in which a folder or the file itself is called as the student."""
    file, again = _first_name(entry.name)
    stem, _, suffix = file.rpartition(".")
    if len(entry.parts) > 1:
        student = entry.parts[0]
    else:
        student, file = stem.removesuffix(f"_{assignment}").removesuffix(f"-{assignment}"), f"{assignment}.{suffix}"
    if roster is not None:
        _known(roster.by_id.get(student), ascii_quoted(student))
    return Delivery(_id_of(student), student, file, (again,), None, False, entry)


def from_exchange(entry: Entry, assignment: str, roster: Roster | None) -> Delivery:
    """Return what a file of nbgrader's inbound folder is."""
    place = next((at for at, part in enumerate(entry.parts[:-1]) if part.count("+") >= 2), None)
    if place is None:
        raise NotDelivered("it is in no folder that nbgrader's exchange made (student+assignment+time).")
    student, name, moment = entry.parts[place].split("+")[:3]
    if name != assignment:
        raise NotDelivered(f"it was handed in for {ascii_quoted(name)}.")
    try:
        when = datetime.strptime(moment, EXCHANGE_TIME)
    except ValueError:
        raise NotDelivered(f"{ascii_quoted(moment)} is no time of nbgrader's exchange.") from None
    if roster is not None:
        _known(roster.by_id.get(student), ascii_quoted(student))
    return Delivery(_id_of(student), student, entry.name, (when.replace(tzinfo=UTC).timestamp(),), when, False, entry)


FORMS: Mapping[str, Callable[[Entry, str, Roster | None], Delivery]] = {
    "canvas": from_canvas,
    "moodle": from_moodle,
    "folder": from_folder,
    "exchange": from_exchange,
}
"""By what `autograder collect --from` calls it."""


def platform_name(record: Mapping[str, Any], assignment: str) -> str:
    """Return the name under which a platform takes an answer to a submission back, or nothing where it takes none.

    ``record`` is what was noted when the submission was collected.  A name that the platform would not have given is
    not repeated.
    """
    form, file = record.get("from"), record.get("file")
    if not isinstance(file, str) or not file.isprintable():
        return ""
    if form == "canvas" and (found := CANVAS.fullmatch(file.split("/")[-1])):
        late = found["late"] or ""
        return f"{plain(found['name'])}_{late}{found['student']}_{found['upload']}_{assignment}.html"
    for part in file.split("/") if form == "moodle" else ():
        if found := MOODLE.fullmatch(part):
            name = re.sub(r"[^\w .'-]", "", found["name"]).replace("_", " ").lstrip(".")
            return f"{name}_{found['row']}_assignsubmission_file_/{assignment}.html"
    return ""


def participant(record: Mapping[str, Any]) -> str:
    """Return the number that stands for a student in one assignment of Moodle's, or nothing where none is known.

    ``record`` is what was noted when the submission was collected.
    """
    file = record.get("file")
    parts = file.split("/") if record.get("from") == "moodle" and isinstance(file, str) else ()
    return next((found["row"] for part in parts if (found := MOODLE.fullmatch(part))), "")


def canvas_number(record: Mapping[str, Any]) -> str:
    """Return the number that stands for a student in Canvas, or nothing where none is known.

    ``record`` is what was noted when the submission was collected.
    """
    file = record.get("file") if record.get("from") == "canvas" else None
    found = CANVAS.fullmatch(file.split("/")[-1]) if isinstance(file, str) else None
    return found["student"] if found else ""


def made_up_id(record: Mapping[str, Any]) -> str:
    """Return the id that is made from a file's name where no roster says one, or nothing where ids are not made up.

    ``record`` is what was noted when the submission was collected.
    """
    form, file = record.get("from"), record.get("file")
    for part in file.split("/") if isinstance(file, str) else ():
        if form == "canvas" and (found := CANVAS.fullmatch(part)):
            return _numbered(found["name"], found["student"])
        if form == "moodle" and (found := MOODLE.fullmatch(part)):
            return _dotted(found["name"])
    return ""


def _numbered(name: str, number: str) -> str:
    """Return a name and a number of Canvas as an id: ``lovelaceada_1234``."""
    return f"{plain(name)}_{number}"


def _first_name(file: str) -> tuple[str, int]:
    """Return a file's name without the number that was added to it, and that number, 0 without one."""
    stem, dot, suffix = file.rpartition(".")
    found = AGAIN.search(stem)
    if not dot or found is None:
        return file, 0
    return f"{stem[: found.start()]}.{suffix}", int(found["canvas"] or found["browser"])


def _dotted(name: str) -> str:
    """Return a full name as an id: ``Ada Lovelace`` → ``ada.lovelace``."""
    return ".".join(part for part in map(plain, re.split(r"[\s,]+", name)) if part)


def _id_of(text: str) -> str:
    """Return an id that may be a folder's name; raises `NotDelivered` for any other."""
    if not STUDENT_ID.fullmatch(text):
        raise NotDelivered(
            f"{ascii_quoted(text)} cannot be a student's id (letters, digits and . _ @ - only, at most 64). "
            "Give a roster with --roster that says the ids."
        )
    return text


def _named(roster: Roster, name: str) -> Person | None:
    """Return the only student of this name; raises `NotDelivered` if there are two."""
    if roster.shares_name(name):
        raise NotDelivered(f"two students of the roster are called {ascii_quoted(name)}; put it where it belongs.")
    return roster.by_name.get(plain(name))


def _known(person: Person | None, shown: str) -> Person:
    """Return a person of the roster; raises `NotDelivered` for a stranger."""
    if person is None:
        raise NotDelivered(f"{shown} is not in the roster.")
    return person
