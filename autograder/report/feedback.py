"""Feedback for students: one HTML page for each submission, in nbgrader's folders, so that it can release them.

A page shows each criterion with the failing input, both values, the cause and the next step, and the student's own
code.  It needs no network and no script, and whatever the student wrote is text.
"""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from markupsafe import Markup

from autograder.assignments import Assignment, load
from autograder.course._scores import Score
from autograder.course.collect import collected
from autograder.course.deliveries import platform_name
from autograder.course.exchange import prepare_release
from autograder.course.layout import Course
from autograder.course.remarks import remarks
from autograder.errors import GraderFailure, SubmissionError, UsageError
from autograder.files import write_atomically
from autograder.grading.results import Result
from autograder.notebook import read_notebook
from autograder.regrade import MOST_NAMED
from autograder.report.class_results import feedback_path, handed_in_again, read_result, recorded_scores
from autograder.report.curves import Curves
from autograder.report.page import environment
from autograder.sandbox import Isolation

WORDS = {
    "passed": "passed",
    "failed": "not yet",
    "error": "stopped with an error",
    "timeout": "ran out of time",
    "missing": "not found",
    "not_run": "not tried",
}
"""What a criterion's status is called towards a student."""

EMPHASIS = re.compile(r"\*(\S+)\*")
"""A word that the notebook, where the criteria are Markdown, shows in italics."""


def render_feedback(
    assignment: Assignment,
    result: Result,
    *,
    code: Mapping[str, str],
    score: Score | None,
    curves: Mapping[str, str] | None = None,
    said: Mapping[str, str] | None = None,
) -> str:
    """Return a submission's feedback as HTML.

    ``code`` maps a function's name to its solution cell as it was handed in; ``score`` is what the gradebook holds,
    with the points that a human gave; ``curves`` maps a function's name to its drawing, ``said`` a cell's name to what
    a human wrote about it.
    """
    marked = {cell.name: cell for cell in score.cells} if score else {}
    return (
        environment()
        .get_template("feedback.html.j2")
        .render(
            title=assignment.title,
            result=result,
            code=code,
            curves={name: Markup(drawing) for name, drawing in (curves or {}).items()},  # drawn by us, from numbers
            said=said or {},
            words=WORDS,
            asks={(e.name, c.name): EMPHASIS.sub(r"“\1”", c.says) for e in assignment.exercises for c in e.criteria},
            written=[(answer, marked.get(answer.name)) for answer in result.written],
            score=score,
        )
    )


def _code(course: Course, result: Result) -> dict[str, str]:
    """Return the solution cells of a submission; none if its notebook cannot be read."""
    functions = {function.name for function in result.functions}
    try:
        cells = read_notebook(course.graded(result.student, result.assignment)).cells
    except SubmissionError:
        return {}
    return {cell.grade_id: cell.source for cell in cells if cell.kind == "code" and cell.grade_id in functions}


def _results(course: Course, assignment: str, students: Iterable[str]) -> Iterator[Result]:
    """Yield the results to tell students about: what failed on our side waits until it is graded."""
    for student in students:
        result = read_result(course, student, assignment)
        if result is not None and result.status != "failed":
            yield result


def _chosen(course: Course, assignment: str, students: Sequence[str]) -> Iterable[Result]:
    """Return the results of some students, or of all who have one, which are read one at a time."""
    if not students:
        folder = course.results / assignment
        return _results(course, assignment, sorted(path.parent.name for path in folder.glob("*/result.json")))
    told = list(_results(course, assignment, dict.fromkeys(students)))
    unknown = sorted(set(students) - {result.student for result in told})
    if unknown:
        raise UsageError(f"There is no result of {', '.join(map(repr, unknown))}. Run `autograder grade` first.")
    return told


@dataclass(frozen=True)
class Feedback:
    """The pages that were written, and the students who handed in again since the grade."""

    pages: Sequence[Path]
    again: Sequence[str]


def write_feedback(
    course: Course,
    assignment: str,
    *,
    students: Sequence[str] = (),
    pictures: bool = False,
    isolation: Isolation = "auto",
) -> Feedback:
    """Write the feedback of an assignment, or of some of its students.

    With ``pictures`` the functions that lost points are run once more in the sandbox and drawn.  Who handed in again
    since the grade gets no page, for it would answer the wrong attempt; a page from before stays as it is.

    Raises `UsageError` if there is no such assignment, nobody has a result of what lies there now, or a named student
    has none at all; `GraderFailure` if a file cannot be written.
    """
    plan = load(assignment)
    recorded = recorded_scores(course, assignment)
    said = remarks(course, assignment)
    written, again = [], []
    with Curves(course, assignment, isolation=isolation) as curves:
        for result in _chosen(course, assignment, students):
            if handed_in_again(course, result):
                again.append(result.student)
                continue
            page = render_feedback(
                plan,
                result,
                code=_code(course, result),
                score=recorded.get(result.student),
                curves=curves.of(result) if pictures else {},
                said=said.get(result.student, {}),
            )
            path = feedback_path(course, result.student, assignment)
            try:
                write_atomically(path, page.encode())
            except OSError as problem:
                raise _not_written(path, problem) from problem
            written.append(path)
    if again and not written:
        raise UsageError(graded_before(assignment, again))
    if not written:
        raise UsageError(f"Nobody has a result of {assignment} yet. Run `autograder grade {assignment}` first.")
    return Feedback(written, again)


def graded_before(assignment: str, students: Sequence[str]) -> str:
    """Say who handed in again, and what to do."""
    names = list(students[:MOST_NAMED])
    if more := len(students) - len(names):
        names.append(f"{more} more")
    who = " and ".join(filter(None, (", ".join(names[:-1]), names[-1])))
    return (
        f"{who} handed in again since they were graded; run `autograder grade {assignment}` first, then their feedback."
    )


def ready_for_release(course: Course, assignment: str, pages: Sequence[Path]) -> str:
    """Make pages of feedback ready for nbgrader's exchange; return a sentence on how many it hands out.

    Raises `GraderFailure` if a file cannot be written.
    """
    try:
        reached = prepare_release(course, assignment, pages)
    except OSError as problem:
        raise _not_written(Path(problem.filename), problem) from problem
    told = "1 page of feedback is written" if len(pages) == 1 else f"{len(pages)} pages of feedback are written"
    if not reached:
        return f"{told}. Nobody handed in through nbgrader's exchange: --zip packs them for Canvas and Moodle."
    release = f"{told}; `nbgrader release_feedback {assignment}` hands"
    if len(reached) == len(pages):
        return f"{release} them out."
    return (
        f"{release} {len(reached)} of them out. The others were not handed in through nbgrader's exchange: --zip packs "
        "all pages for Canvas and Moodle."
    )


def _not_written(path: Path, problem: OSError) -> GraderFailure:
    return GraderFailure(
        f"The feedback cannot be written to {path}: {problem.strerror}. Make room or give permission, and run the "
        "command again."
    )


def zip_feedback(course: Course, assignment: str, pages: Sequence[Path], file: Path) -> None:
    """Write pages of feedback into a zip that Canvas and Moodle take back.

    Both know a page's student by the name of the submission that they had given out, which `autograder collect` keeps;
    a page without such a name stands under its student's id.  Raises `UsageError` if the file cannot be written.
    """
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
        for page in pages:
            student = page.parent.parent.name
            name = platform_name(collected(course, student, assignment), assignment) or f"{student}/{assignment}.html"
            archive.writestr(zipfile.ZipInfo(name, (1980, 1, 1, 0, 0, 0)), page.read_bytes(), zipfile.ZIP_DEFLATED)
    try:
        write_atomically(file, stream.getvalue())
    except OSError as problem:
        raise UsageError(f"{file} cannot be written: {problem.strerror}. Give another file.") from problem
