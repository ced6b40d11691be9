"""What is known of a class before anything is computed: stored results, the gradebook's scores, who has neither."""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence, Set
from dataclasses import dataclass, replace
from pathlib import Path

from autograder.course._scores import Score, scores
from autograder.course.layout import Course
from autograder.engine import submissions
from autograder.errors import UsageError
from autograder.grading.results import Result, result_from_text
from autograder.report.summary import what_happened
from autograder.worker import read_submission

NOTHING = "Nothing was handed in for this assignment."
AGAIN = "Handed in again since this grade. Run `autograder grade`."


@dataclass(frozen=True)
class ClassResults:
    """What is known of a class: readable results, and for everyone else a student and the reason in a sentence."""

    results: tuple[Result, ...]
    ungraded: tuple[tuple[str, str], ...]


def read_result(course: Course, student: str, assignment: str) -> Result | None:
    """Return the stored result of a student, or None if there is none that can be read."""
    try:
        told = result_from_text(course.result(student, assignment).read_bytes())
    except (OSError, ValueError, KeyError, TypeError, AttributeError, RecursionError):
        return None
    return replace(told, student=student)


def handed_in_again(course: Course, result: Result) -> bool:
    """Tell whether what lies there now is another submission than the one that the result is of."""
    if not result.submission_hash and result.status != "unreadable":
        return False  # the result does not say of which submission it is
    now = read_submission(course, result.student, result.assignment)
    if now.problem and not os.path.lexists(course.files_of(result.student, result.assignment).submission):
        return False  # it was deleted since, which is no new attempt
    return now.digest != result.submission_hash


def read_results(course: Course, assignment: str) -> ClassResults:
    """Read all results of an assignment, ordered by student; what cannot be read is listed, never raised."""
    results, ungraded = [], []
    folder = course.results / assignment
    for path in sorted(folder.glob("*/result.json")):
        student = path.parent.name
        result = read_result(course, student, assignment)
        if result is None:
            ungraded.append((student, "The stored result could not be read. Grade this submission again."))
            continue
        if handed_in_again(course, result):
            result = result.but(notes=(*result.notes, AGAIN))
        results.append(result)
    known = {result.student for result in results} | {student for student, _ in ungraded}
    try:
        present, absent, aside = submissions(course, assignment)
    except UsageError:
        present, absent, aside = [], [], []
    ungraded += [(s, "Handed in, but not graded yet. Run `autograder grade`.") for s in present if s not in known]
    ungraded += [(s, NOTHING) for s in absent if s not in known]
    ungraded += _set_aside(course, {*present, *absent}, aside)
    reasons = [(result.student, what_happened(result)) for result in results if result.status != "graded"]
    return ClassResults(tuple(results), tuple(sorted(ungraded + reasons)))


def _set_aside(course: Course, students: Set[str], sentences: Sequence[str]) -> list[tuple[str, str]]:
    """Return what lies among the students' folders and is no student's, each with the sentence that says why.

    The sentences are in the order of the names, as `submissions` gives them.
    """
    if not sentences:
        return []
    names = (path.name for path in (course.root / course.submitted).iterdir())
    others = sorted(name for name in names if name not in students and not name.startswith("."))
    shown = [name if name.isprintable() else ascii(name) for name in others]  # a name need not even be text
    return list(zip(shown, sentences, strict=False))  # one that came or went meanwhile is in the next report


def recorded_scores(course: Course, assignment: str) -> dict[str, Score]:
    """Return the gradebook's scores by student; none if there is no gradebook yet."""
    try:
        return {score.student: score for score in scores(course, assignment)}
    except UsageError:
        return {}


def with_enrolled(found: ClassResults, scores: Mapping[str, Score]) -> ClassResults:
    """Return the class with those of the gradebook who have no folder at all: they handed in nothing either."""
    known = {result.student for result in found.results} | {student for student, _ in found.ungraded}
    absent = [(student, NOTHING) for student, score in scores.items() if student not in known and not score.submitted]
    return replace(found, ungraded=tuple(sorted([*found.ungraded, *absent])))


def feedback_path(course: Course, student: str, assignment: str) -> Path:
    """Return where nbgrader looks for a submission's feedback."""
    return course.root / course.feedback / student / assignment / f"{assignment}.html"


def waiting(result: Result, score: Score | None) -> int:
    """Count the written answers of a student that nobody has marked; ``score`` is what the gradebook holds."""
    cells = {cell.name: cell for cell in score.cells} if score else {}
    unmarked = {answer.name for answer in result.written if answer.answered}
    return sum(name not in cells or cells[name].manual is None for name in unmarked)


def marked_by_hand(score: Score) -> bool:
    """Tell whether a human's points, or a penalty, make a score another than the tests', and nothing waits any more."""
    touched = any(cell.manual is not None or cell.extra for cell in score.cells) or bool(score.penalty)
    return touched and not score.needs_human
