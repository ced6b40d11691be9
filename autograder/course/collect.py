"""Bring in what students handed in: ``submitted/<student>/<assignment>/<assignment>.ipynb``, the last attempt of each.

Nothing is thrown away silently: what is not taken is set aside with a sentence, and who is missing is said.
"""

from __future__ import annotations

import errno
import json
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from autograder.course.archives import Entry, ascii_quoted, entries
from autograder.course.deliveries import FORMS, Delivery
from autograder.course.exchange import SECRET, TIMESTAMP, is_secret
from autograder.course.layout import Course
from autograder.course.roster import Roster
from autograder.errors import GraderFailure, SubmissionError, UsageError
from autograder.files import write_atomically
from autograder.notebook import read_bytes

RECORD = "collected.json"
"""Beside a submission: from where it came, whether the platform marked it late, and its time where one came along."""
COMPANIONS = ("checks.py", TIMESTAMP, SECRET, RECORD)
"""Files that lie beside a notebook and are nobody's answer."""

FULL = {errno.ENOSPC, errno.EDQUOT, errno.EROFS}
"""What a disk says that takes nothing from anybody."""


@dataclass
class Collection:
    """What came in: students by what happened to their submission, and a sentence for everything else.

    ``not_written`` are the students whose submission could not be written into the course, for a reason of ours.
    """

    new: list[str] = field(default_factory=list)
    changed: list[str] = field(default_factory=list)
    unchanged: list[str] = field(default_factory=list)
    late: list[str] = field(default_factory=list)
    missing: list[str] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    set_aside: list[str] = field(default_factory=list)
    not_written: list[str] = field(default_factory=list)

    def to_json(self) -> dict[str, Any]:
        """Return the collection for programs."""
        return {"schema_version": 1, **vars(self)}


def collect(course: Course, form: str, path: Path, assignment: str, *, roster: Roster | None = None) -> Collection:
    """Copy the last attempt of every student into the course.

    Parameters
    ----------
    course
        Where submissions go; one that is there already is replaced by a later one only.
    form
        Who named the files: a key of `autograder.course.deliveries.FORMS`.
    path
        A folder or a zip.
    assignment
        The assignment's name; a notebook of that name is preferred among several of one student.
    roster
        Who is in the course; files of others are set aside, and who is missing is said.

    A student whose folder cannot be written to is set aside, and the others come in.  Raises `UsageError` if there is
    no such folder or zip, `GraderFailure` if nothing more can be written at all, as on a full disk; what was written
    before is whole and stays.
    """
    if form not in FORMS:
        raise UsageError(f"There is no form called {form!r}. The forms are: {', '.join(FORMS)}.")
    told = Collection()
    by_student: dict[str, list[Delivery]] = defaultdict(list)
    given: dict[tuple[str, ...], Entry] = {}
    with entries(path) as files:
        for entry in files:
            if entry.name == SECRET:
                given[entry.parts[:-1]] = entry
            if entry.name in COMPANIONS:
                continue
            try:
                delivery = FORMS[form](entry, assignment, roster)
            except SubmissionError as reason:
                told.set_aside.append(f"{entry.shown} was set aside: {reason}")
            else:
                by_student[delivery.student].append(delivery)
        alike = _alike(course, by_student)
        for student, deliveries in sorted(by_student.items()):
            if others := alike.get(student):
                told.set_aside += [
                    f"{one.entry.shown} was set aside: the ids {others} differ in capitals only, which many disks take "
                    "for one folder. Rename it as the student's other files are."
                    for one in deliveries
                ]
            elif len({one.person for one in deliveries}) > 1:
                told.set_aside += [
                    f"{one.entry.shown} was set aside: two people of the download would both be {student}. "
                    "Give a roster with --roster, or put it where it belongs."
                    for one in deliveries
                ]
            else:
                _take_last(course, assignment, form, student, deliveries, given, told)
    if not by_student and not told.set_aside:
        raise UsageError(f"{path} holds no files. Give the download that holds the submissions.")
    if not by_student:
        told.notes.append(
            f"Nothing in {path} could be taken. If another system made it, name that one: --from {', '.join(FORMS)}."
        )
    if roster is not None:
        there = course.root / course.submitted
        waiting = set(told.not_written)
        told.missing = [p.id for p in roster.people if p.id not in waiting and not (there / p.id / assignment).is_dir()]
    return told


def _alike(course: Course, students: Iterable[str]) -> dict[str, str]:
    """Return the students whose ids differ in capitals alone from one another's, or from a folder that is there."""
    submitted = course.root / course.submitted
    there = [path.name for path in submitted.iterdir()] if submitted.is_dir() else []
    groups: dict[str, set[str]] = defaultdict(set)
    for name in (*there, *students):
        groups[name.casefold()].add(name)
    return {name: " and ".join(sorted(group)) for group in groups.values() if len(group) > 1 for name in group}


def _take_last(
    course: Course,
    assignment: str,
    form: str,
    student: str,
    deliveries: Iterable[Delivery],
    given: Mapping[tuple[str, ...], Entry],
    told: Collection,
) -> None:
    """Write the last notebook of a student that can be read, and say what became of the others.

    ``given`` are the exchange's secrets, by the folder in which they lie.
    """
    notebooks = []
    for one in deliveries:
        if one.file.casefold().endswith(".ipynb"):
            notebooks.append(one)
        else:
            told.set_aside.append(f"{one.entry.shown} was set aside: {student} should hand in a notebook (.ipynb).")
    named = [one for one in notebooks if one.file.removesuffix(".ipynb").casefold() == assignment.casefold()]
    if named:
        told.set_aside += [
            f"{one.entry.shown} was set aside: {student} handed in {ascii_quoted(named[-1].file)} as well."
            for one in notebooks
            if one not in named
        ]
    for one in sorted(named or notebooks, key=lambda delivery: delivery.order, reverse=True):
        try:
            data = one.entry.read()
        except SubmissionError as reason:
            told.set_aside.append(f"{one.entry.shown} was set aside: {reason}")
            continue
        if not named:
            told.notes.append(
                f"{student} handed in {ascii_quoted(one.file)}; it is taken for {assignment}, whatever its name."
            )
        _write(course, assignment, form, one, data, _secret(given.get(one.entry.parts[:-1])), told)
        earlier = len(named or notebooks) - 1
        if earlier:
            told.notes.append(f"{student} handed in {earlier + 1} times; the last one counts.")
        return


def _secret(entry: Entry | None) -> bytes:
    """Return the secret by which the exchange knows a submission, or nothing where there is none."""
    try:
        data = b"" if entry is None else entry.read()
    except SubmissionError:
        return b""
    return data if is_secret(data) else b""


def _write(
    course: Course, assignment: str, form: str, one: Delivery, data: bytes, secret: bytes, told: Collection
) -> None:
    """Put a submission into its place unless what lies there is the same, or later."""
    target = course.submission(one.student, assignment)
    record = target.with_name(RECORD)
    there = _bytes(target)
    before = _record(record)
    order = list(one.order)
    if there is not None and before.get("from") == form and list(before.get("order", [])) > order:
        told.notes.append(f"{one.student}: a later attempt was collected before, and stays.")
        told.unchanged.append(one.student)
        return
    facts = {"from": form, "file": "/".join(one.entry.parts), "order": order, "late": one.late}
    moment = "" if one.when is None else one.when.strftime("%Y-%m-%d %H:%M:%S.%f UTC")
    time = target.with_name(TIMESTAMP)
    came = _time_that_came(before, time)
    if moment or (came and there == data):
        facts["time"] = moment or came
    try:
        if moment:
            write_atomically(time, moment.encode())
        elif came and there != data:  # that of an earlier attempt would let a later one count as on time
            time.unlink(missing_ok=True)
        if secret:
            write_atomically(target.with_name(SECRET), secret)
        else:  # that of an earlier attempt would be the wrong one
            target.with_name(SECRET).unlink(missing_ok=True)
        if there != data:
            write_atomically(target, data)
        write_atomically(record, (json.dumps(facts, ensure_ascii=False) + "\n").encode())
    except OSError as problem:
        sentence = f"The submission of {one.student} could not be written to {target}: {problem.strerror}."
        if problem.errno in FULL:
            raise GraderFailure(
                f"{sentence} Those before it are whole. Make room and run the command again."
            ) from problem
        told.set_aside.append(f"{sentence} Give permission, or move what is in the way, and run the command again.")
        told.not_written.append(one.student)
        return
    (told.unchanged if there == data else told.new if there is None else told.changed).append(one.student)
    if one.late:
        told.late.append(one.student)


def _bytes(path: Path) -> bytes | None:
    """Return what lies at a path, or None if nothing can be read there."""
    try:
        return read_bytes(path)
    except SubmissionError:
        return None


def _record(path: Path) -> dict[str, Any]:
    """Return what was written of the submission that lies there, or nothing."""
    try:
        found = json.loads(read_bytes(path))
    except (SubmissionError, ValueError):
        return {}
    return found if isinstance(found, dict) else {}


def _time_that_came(before: Mapping[str, Any], path: Path) -> str:
    """Return the time beside a submission if it came with it, and nothing if there is none or a human put it there."""
    beside = (_bytes(path) or b"").decode(errors="replace")
    noted = before.get("time", beside if before.get("from") == "exchange" else "")
    return beside if beside == noted else ""


def collected(course: Course, student: str, assignment: str) -> dict[str, Any]:
    """Return what was noted of a submission when it was collected, or nothing."""
    return _record(course.submission(student, assignment).with_name(RECORD))


def marked_late(course: Course, student: str, assignment: str) -> bool:
    """Tell whether the platform marked a submission as late."""
    return collected(course, student, assignment).get("late") is True
