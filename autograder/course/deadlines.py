"""When assignments are due, who has more time, and what lateness costs: ``course.toml`` in the course's folder.

::

    [late]                      # without this table lateness costs nothing
    grace_minutes = 15
    percent_per_day = 10        # of the assignment's points, for each day begun
    most_percent = 50

    [assignments.range]
    due = 2026-12-01T23:59:00+01:00

    [assignments.range.extensions]
    ada = 2026-12-05T23:59:00+01:00

An assignment that has no ``due`` here is due when nbgrader's gradebook says.  A course that has a rule of its own as
nbgrader's plug-in (``c.AssignLatePenalties.plugin_class``, or ``c.LateSubmissionPlugin.penalty_method`` for the one
that nbgrader brings) goes on using it; then ``[late]`` must be absent.
"""

from __future__ import annotations

import math
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from autograder.assignments import NAMES
from autograder.assignments.own import own_names
from autograder.course.layout import CONFIGURATION, STUDENT_ID, Course, read_configuration
from autograder.errors import UsageError

FILE = "course.toml"
DAY = 86_400.0


@dataclass(frozen=True, kw_only=True)
class LateRule:
    """What lateness costs, in percent of an assignment's points; a day that has begun counts whole."""

    grace_minutes: float = 0.0
    percent_per_day: float = 0.0
    most_percent: float = 100.0

    def penalty(self, max_score: float, seconds: float) -> float:
        """Return the points that a submission loses that was ``seconds`` late."""
        beyond = seconds - 60 * self.grace_minutes
        if beyond <= 0:
            return 0.0
        return max_score * min(self.most_percent, self.percent_per_day * math.ceil(beyond / DAY)) / 100


@dataclass(frozen=True)
class Deadlines:
    """The due dates of a course, in UTC without a zone as nbgrader keeps them, and the rule for what comes later."""

    due: Mapping[str, datetime] = field(default_factory=dict)
    extensions: Mapping[str, Mapping[str, datetime]] = field(default_factory=dict)
    rule: LateRule | None = None

    def of(self, assignment: str, student: str) -> datetime | None:
        """Return when an assignment is due for a student, or None if it never is."""
        return self.extensions.get(assignment, {}).get(student, self.due.get(assignment))


def read_deadlines(course: Course) -> Deadlines:
    """Return what ``course.toml`` says; a course without the file has no deadlines.

    Raises `UsageError` with the place in the file for whatever is not understood.
    """
    path = course.root / FILE
    if not path.is_file():
        return Deadlines()
    try:
        told = tomllib.loads(path.read_text("utf-8"))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as problem:
        raise UsageError(f"{path} cannot be read: {problem}. Mend it there.") from problem
    _only(path, told, {"late", "assignments"}, "")
    assignments = _table(path, told, "assignments")
    for name in assignments:
        if name not in (*NAMES, *own_names()) and not course.solution(name).parent.is_dir():
            known = ", ".join((*NAMES, *own_names()))
            raise UsageError(f"{path}: assignments.{name} is no assignment of this course. They are: {known}.")
        _only(path, _table(path, assignments, name), {"due", "extensions"}, f"assignments.{name}.")
    extended = {name: _table(path, table, "extensions") for name, table in assignments.items()}
    for name, table in extended.items():
        strangers = [student for student in table if not STUDENT_ID.fullmatch(student)]
        if strangers:
            raise UsageError(
                f"{path}: {strangers[0]!r} in assignments.{name}.extensions cannot be a student's id. Write the "
                "name of the student's folder."
            )
    if "late" in told and (setting := _late_setting(course)[0]):
        raise UsageError(
            f"Two rules for late submissions: [late] in {path}, and {setting} in {CONFIGURATION}. "
            "Take one of them away."
        )
    return Deadlines(
        due={n: _moment(path, f"assignments.{n}.due", t["due"]) for n, t in assignments.items() if "due" in t},
        extensions={
            n: {s: _moment(path, f"assignments.{n}.extensions.{s}", when) for s, when in table.items()}
            for n, table in extended.items()
        },
        rule=_rule(path, _table(path, told, "late")) if "late" in told else None,
    )


def late_plugin(course: Course) -> Any:
    """Return the late-penalty plug-in that takes points by the course's configuration of nbgrader, or None."""
    return _late_setting(course)[1]


def _late_setting(course: Course) -> tuple[str, Any]:
    """Return the setting of nbgrader that says what lateness costs, and the plug-in; neither where there is none."""
    told = read_configuration(course.root)
    step = told.get("AssignLatePenalties", {})
    if named := step.get("plugin_class"):
        return "AssignLatePenalties.plugin_class", named
    # nbgrader asks its own plug-in where none is named, and that one takes nothing unless it is told to.
    for place, settings in (("AssignLatePenalties.", step), ("", told)):
        if (method := settings.get("LateSubmissionPlugin", {}).get("penalty_method")) is not None:
            plugin = "nbgrader.plugins.LateSubmissionPlugin"
            return (f"{place}LateSubmissionPlugin.penalty_method", plugin) if method != "none" else ("", None)
    return "", None


def _table(path: Path, told: Mapping[str, Any], key: str) -> Mapping[str, Any]:
    found = told.get(key, {})
    if not isinstance(found, dict):
        raise UsageError(f"{path}: {key} should be a table, as in [{key}].")
    return found


def _only(path: Path, told: Mapping[str, Any], known: set[str], where: str) -> None:
    """Refuse a key that nothing reads: a misspelt deadline would be no deadline."""
    for key in told:
        if key not in known:
            raise UsageError(f"{path}: {where}{key} means nothing here; what may: {', '.join(sorted(known))}.")


def _moment(path: Path, where: str, told: Any) -> datetime:
    if not isinstance(told, datetime):
        raise UsageError(f"{path}: {where} should be a date and time, as in 2026-12-01T23:59:00+01:00.")
    if told.tzinfo is None:
        raise UsageError(f"{path}: {where} has no time zone. Write it at the end, as in {told.isoformat()}+01:00.")
    return told.astimezone(UTC).replace(tzinfo=None)


def _rule(path: Path, told: Mapping[str, Any]) -> LateRule:
    fields = {"grace_minutes", "percent_per_day", "most_percent"}
    _only(path, told, fields, "late.")
    for key, value in told.items():
        most = math.inf if key == "grace_minutes" else 100
        if isinstance(value, bool) or not isinstance(value, int | float) or not 0 <= value <= most:
            raise UsageError(f"{path}: late.{key} is {value!r}, and should be a number from 0 to {most:g}.")
    return LateRule(**told)
