"""Who is in the course: a CSV that says how a student id, a name and a platform's number belong together.

Columns are known by the names that nbgrader, Canvas and Moodle give them; others are left alone.  Canvas' gradebook has
``Student`` (or ``LastName`` and ``FirstName``), ``ID``, ``Section``, and the columns of the SIS for those who may see
them.  Moodle's grades have the columns of its setting ``grade_export_userprofilefields``: by default no user name, but
an ``ID number``, which may be empty, and an ``Email address``.
"""

from __future__ import annotations

import csv
import io
import unicodedata
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from autograder.course.layout import STUDENT_ID
from autograder.errors import UsageError

COLUMNS: Mapping[str, tuple[str, ...]] = {
    "id": ("id", "student_id", "student id", "sis login id", "login id", "username", "sis user id"),
    "first_name": ("first_name", "first name", "firstname", "given name"),
    "last_name": ("last_name", "last name", "lastname", "surname", "family name"),
    "email": ("email", "e-mail", "email address"),
    "lms_user_id": ("lms_user_id", "canvas id", "canvas user id", "id number", "lms id"),
    "name": ("name", "full name", "student"),
}
"""What we know of a student, and the columns in which it may stand; the first one present is taken."""
CANVAS = ("section", "sis login id", "sis user id")
"""Columns by one of which a table with students and an ``ID`` is known as Canvas' gradebook."""


@dataclass(frozen=True)
class Person:
    """A student of the course; only the id is never empty."""

    id: str
    first_name: str = ""
    last_name: str = ""
    email: str = ""
    lms_user_id: str = ""

    @property
    def names(self) -> tuple[str, ...]:
        """The full name as platforms write it: given name first, or family name first."""
        pair = (self.first_name, self.last_name)
        return (" ".join(pair), " ".join(reversed(pair))) if any(pair) else ()


def plain(name: str) -> str:
    """Return a name in small letters without accents, spaces and signs, as two programs would write it alike."""
    letters = unicodedata.normalize("NFKD", name).casefold()
    return "".join(letter for letter in letters if letter.isalnum())


@dataclass(frozen=True)
class Roster:
    """The students of a course."""

    people: tuple[Person, ...]

    @cached_property
    def by_id(self) -> Mapping[str, Person]:
        """Each student by id."""
        return {person.id: person for person in self.people}

    @cached_property
    def by_number(self) -> Mapping[str, Person]:
        """Each student by the platform's number."""
        return {person.lms_user_id: person for person in self.people if person.lms_user_id}

    @cached_property
    def by_name(self) -> Mapping[str, Person]:
        """Each student whose full name is nobody else's, by `plain` name."""
        keys = Counter(key for person in self.people for key in set(map(plain, person.names)))
        return {key: p for p in self.people for key in map(plain, p.names) if keys[key] == 1}

    def shares_name(self, name: str) -> bool:
        """Tell whether two students of the course have this name."""
        key = plain(name)
        return sum(key in map(plain, person.names) for person in self.people) > 1


SEPARATORS = ",;\t"
"""What stands between a table's columns; spreadsheet programs choose by the country."""


def read_roster(path: Path) -> Roster:
    """Return the roster in a CSV file, with commas, semicolons or tabs.

    Where no column has ids, a student's id is the platform's number, or else what stands before the @ of the e-mail
    address.  Each row is taken for itself, so that a newcomer without a number changes nobody else's id.

    Raises `UsageError` with the line if the file cannot be read, has no column with ids or no student, or an id is not
    allowed or stands there twice.
    """
    header, lines = _read(path)
    columns = _columns(header)
    derived = "id" not in columns
    if derived and not columns.keys() & {"lms_user_id", "email"}:
        raise UsageError(f"The roster {path} has no column of student ids. Call one of its columns `id`.")
    people: dict[str, Person] = {}
    taken: dict[str, str] = {}
    for number, line in lines:
        known = {ours: (line.get(theirs) or "").strip() for ours, theirs in columns.items()}
        name = known.pop("name", "")
        if derived:
            known["id"] = _derived_id(known)
            if not known["id"] and (name or any(known.values())):
                raise UsageError(
                    f"Line {number} of the roster {path}: there is no number and no e-mail address that could be an "
                    "id. Give the file a column `id`."
                )
        if not known["id"]:
            continue  # Canvas puts a row of maxima between the header and the students
        if name and not known.get("last_name"):
            known |= _split(name)
        person = Person(**known)
        if derived and (other := taken.get(person.id.casefold())):
            shown = " ".join(filter(None, (person.first_name, person.last_name, person.email)))[:160]
            raise UsageError(
                f"Line {number} of the roster {path}: {shown!r} would get the id {person.id}, and {other} is somebody "
                "above. Give the file a column `id`."
            )
        if problem := _complaint(person, taken):
            raise UsageError(f"Line {number} of the roster {path}: {problem}")
        taken |= {key: person.id for key in _keys(person)}
        people[person.id] = person
    if not people:
        raise UsageError(f"The roster {path} names nobody. Give the file with the students' rows.")
    return Roster(tuple(people.values()))


def _read(path: Path) -> tuple[list[str], list[tuple[int, dict[str, str]]]]:
    """Return a table's header, and each row with the number of its last line."""
    try:
        data = path.read_bytes()
        text = data.decode("utf-16" if data[:2] in (b"\xff\xfe", b"\xfe\xff") else "utf-8-sig")
    except OSError as problem:
        raise UsageError(f"The roster {path} cannot be read: {problem.strerror}. Give a CSV file.") from problem
    except UnicodeDecodeError as problem:
        line = problem.object.count(b"\n", 0, problem.start) + 1
        raise UsageError(
            f"The roster {path} cannot be read: line {line} is no UTF-8 text. "
            "Save it as `CSV UTF-8`, which spreadsheet programs offer."
        ) from problem
    first = text.lstrip("\r\n").partition("\n")[0].rstrip("\r")
    separator = max(SEPARATORS, key=first.count)  # the comma, where there is but one column
    above = 0
    if first.casefold() in {f"sep={one}" for one in SEPARATORS}:  # a line that Excel writes for itself
        separator, above = first[-1], 1
        text = text.partition("\n")[2]
    reader = csv.DictReader(io.StringIO(text, newline=""), delimiter=separator, strict=True)
    try:
        return list(reader.fieldnames or []), [(reader.line_num + above, line) for line in reader]
    except csv.Error as problem:
        raise UsageError(
            f"The roster {path} cannot be read after line {reader.line_num + above}: {problem}. Look at its quotes."
        ) from problem


def _derived_id(known: Mapping[str, str]) -> str:
    """Return an id for a row of a file without ids; nothing if there is nothing to make one of."""
    number, name = known.get("lms_user_id", ""), known.get("email", "").partition("@")[0]
    return number if STUDENT_ID.fullmatch(number) else name or number


def _keys(person: Person) -> tuple[str, ...]:
    """Return what must be this person's alone: the id, in whatever capitals, and the platform's number."""
    return (person.id.casefold(), *([f"number {person.lms_user_id}"] if person.lms_user_id else []))


def _complaint(person: Person, taken: Mapping[str, str]) -> str:
    """Say what is wrong with a row, in a sentence; nothing if nothing is."""
    if not STUDENT_ID.fullmatch(person.id):
        return (
            f"{person.id[:80]!r} cannot be an id. "
            "An id has letters, digits and . _ @ - only, at most 64, and begins with a letter or digit."
        )
    other = taken.get(person.id.casefold())
    if other == person.id:
        return f"the id {person.id} stands there twice. Take one of the rows away."
    if other:
        return f"the ids {other} and {person.id} differ in capitals only, which many disks take for one folder."
    if other := taken.get(f"number {person.lms_user_id}"):
        return f"{other} and {person.id} have the same number {person.lms_user_id!r}. Put the right ones there."
    return ""


def _columns(header: list[str]) -> dict[str, str]:
    """Return which of a file's columns holds what."""
    theirs = {(column or "").strip().casefold(): column for column in reversed(header)}  # the first of two alike
    names = ("student",) if "student" in theirs else ("lastname", "firstname")
    if all(name in theirs for name in ("id", *names)) and any(name in theirs for name in CANVAS):
        found = {"id": theirs.get("sis login id", theirs["id"]), "lms_user_id": theirs["id"]}  # ID is Canvas' number
        ours = {"student": "name", "lastname": "last_name", "firstname": "first_name"}
        return found | {ours[name]: theirs[name] for name in names}
    found = {ours: next((theirs[n] for n in names if n in theirs), "") for ours, names in COLUMNS.items()}
    return {ours: column for ours, column in found.items() if column}


def _split(name: str) -> dict[str, str]:
    """Return first and last name from "Last, First" or "First Last"."""
    if "," in name:
        last, first = (part.strip() for part in name.split(",", 1))
    else:
        first, _, last = name.rpartition(" ")
    return {"first_name": first, "last_name": last}
