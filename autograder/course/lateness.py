"""Write due dates and what late submissions lose into the gradebook, where formgrader and all exports see it."""

from __future__ import annotations

from collections.abc import Callable, Set
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import bindparam, select, update

from autograder.course._scores import Score, scores
from autograder.course._tables import ASSIGNMENT, SUBMISSION, SUBMITTED, transaction
from autograder.course.collect import marked_late
from autograder.course.deadlines import FILE, Deadlines, LateRule, late_plugin, read_deadlines
from autograder.course.layout import Course, read_configuration
from autograder.errors import UsageError

Penalty = Callable[[str, float, float, float], float]
"""Student, score, largest score, seconds late → points lost."""


@dataclass
class Lateness:
    """Who was late by how many seconds, what that cost, and what a human should know."""

    seconds: dict[str, float] = field(default_factory=dict)
    lost: dict[str, float] = field(default_factory=dict)
    notes: list[str] = field(default_factory=list)


def apply_lateness(course: Course, assignment: str) -> Lateness:
    """Bring an assignment's due date and all penalties in the gradebook up to date with the course's rules.

    Where the course file has no due date, that of the gradebook counts: somebody has set it with nbgrader.  So does
    more time that the gradebook grants to a student whom the course file does not name.

    A submission without a time is never late; where a platform marked it so, a note says that its time is missing.
    A penalty never exceeds the score.  A course without due dates and penalties is left as it is.  Raises `UsageError`
    if the rules cannot be understood, `GraderFailure` if the gradebook cannot be read or written.
    """
    deadlines = read_deadlines(course)
    told = Lateness()
    known = scores(course, assignment)
    everyone = [score for score in known if score.submitted]
    written = deadlines.due.get(assignment)
    due = known[0].duedate if written is None and known else written
    # Penalties of a rule that is gone are taken back, though nothing is due any more.
    if due is None and not deadlines.extensions.get(assignment) and not any(score.penalty for score in everyone):
        return told
    rule = _rule(course, deadlines)
    if len(known) > len(everyone):  # a roster has named those who have not handed in
        told.notes += _strangers(course, deadlines, assignment, {score.student for score in known})
    if due is not None:
        granted = {student: due + more for student, more in _granted(course, assignment).items()}
        deadlines = replace(
            deadlines,
            due={**deadlines.due, assignment: due},
            extensions={**deadlines.extensions, assignment: granted | dict(deadlines.extensions.get(assignment, {}))},
        )
    penalties = {score.student: _penalty(course, deadlines, rule, assignment, score, told) for score in everyone}
    changed = {
        score.student: penalties[score.student] for score in everyone if score.penalty != penalties[score.student]
    }
    if changed or any(score.duedate != due for score in everyone):
        _write(course, assignment, written, changed)
    return told


def _granted(course: Course, assignment: str) -> dict[str, timedelta]:
    """Return how much more time the gradebook grants to whom, as nbgrader's own commands would count it."""
    query = (
        select(SUBMISSION.c.student_id, SUBMISSION.c.extension)
        .join(ASSIGNMENT, ASSIGNMENT.c.id == SUBMISSION.c.assignment_id)
        .where(ASSIGNMENT.c.name == assignment, SUBMISSION.c.extension.is_not(None))
    )
    with transaction(course, writes=False) as connection:
        return {student: more for student, more in connection.execute(query)}


def _strangers(course: Course, deadlines: Deadlines, assignment: str, known: Set[str]) -> list[str]:
    """Say who has an extension and is not known: a misspelt id would be no extension."""
    unknown = sorted(set(deadlines.extensions.get(assignment, {})) - known)
    return [
        f"{student} has an extension for {assignment} in {course.root / FILE}, and no student of the gradebook is "
        "called so."
        for student in unknown
    ]


def _penalty(
    course: Course, deadlines: Deadlines, rule: Penalty | None, assignment: str, score: Score, told: Lateness
) -> float:
    """Return what one student loses, and note it."""
    due = deadlines.of(assignment, score.student)
    if due is None:
        return 0.0
    if score.timestamp is None:
        if marked_late(course, score.student, assignment):
            told.notes.append(
                f"{score.student} was marked late by the platform, which does not say by how much: nothing is taken. "
                f"Write the time into {course.submission(score.student, assignment).with_name('timestamp.txt')} "
                "(as 2026-12-01 23:59:00 UTC) and grade again."
            )
        return 0.0
    seconds = (score.timestamp - due).total_seconds()
    if seconds <= 0:
        return 0.0
    told.seconds[score.student] = seconds
    if rule is None:
        return 0.0
    lost = min(score.raw_score, max(0.0, rule(score.student, score.raw_score, score.max_score, seconds)))
    if lost:
        told.lost[score.student] = lost
    return lost


def _rule(course: Course, deadlines: Deadlines) -> Penalty | None:
    """Return the rule in force: the course file's, or nbgrader's plug-in where the configuration names one."""
    plugin = _plugin(course)
    if plugin is None:
        return None if deadlines.rule is None else _by_days(deadlines.rule)
    return lambda student, score, most, seconds: float(plugin.late_submission_penalty(student, score, seconds) or 0.0)


def _by_days(rule: LateRule) -> Penalty:
    return lambda student, score, most, seconds: rule.penalty(most, seconds)


def _plugin(course: Course) -> Any:
    """Return the course's own late-penalty plug-in for nbgrader, or None where its configuration names none."""
    from traitlets.utils.importstring import import_item

    named = late_plugin(course)
    if not named:
        return None
    from nbgrader.preprocessors import AssignLatePenalties

    try:
        made = import_item(named) if isinstance(named, str) else named
        return made(parent=AssignLatePenalties(config=read_configuration(course.root)))
    except Exception as problem:
        raise UsageError(
            f"The late-penalty plug-in {named} of nbgrader_config.py cannot be used: {problem}. "
            "Mend it there, or take the line away."
        ) from problem


def _write(course: Course, assignment: str, due: datetime | None, penalties: dict[str, float]) -> None:
    """Set the due date if there is one to set, and the penalties that changed."""
    with transaction(course, writes=True) as connection:
        which = connection.execute(select(ASSIGNMENT.c.id).where(ASSIGNMENT.c.name == assignment)).scalar_one()
        if due is not None:  # one that somebody has set with nbgrader stays
            connection.execute(update(ASSIGNMENT).where(ASSIGNMENT.c.id == which).values(duedate=due))
        query = (
            select(SUBMISSION.c.student_id, SUBMITTED.c.id)
            .join(SUBMITTED, SUBMITTED.c.assignment_id == SUBMISSION.c.id)
            .where(SUBMISSION.c.assignment_id == which)
        )
        rows = [
            {"which": notebook, "lost": penalties[student]}
            for student, notebook in connection.execute(query)
            if student in penalties
        ]
        if rows:
            change = update(SUBMITTED).where(SUBMITTED.c.id == bindparam("which"))
            connection.execute(change.values(late_submission_penalty=bindparam("lost")), rows)
