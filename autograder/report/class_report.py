"""The class report: one HTML file that needs no network and no script.

It is written from the stored results.  Whatever a student wrote reaches the page as text: control characters are
dropped, everything is escaped, and the page's content policy forbids scripts and requests.
"""

from __future__ import annotations

import json
import math
import os
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from statistics import median
from typing import Any
from urllib.parse import quote

from autograder.assignments import load
from autograder.course.gradebook import Score
from autograder.course.layout import Course
from autograder.errors import GraderFailure
from autograder.files import write_atomically
from autograder.grading.results import Result
from autograder.report.class_data import class_json, class_tables
from autograder.report.class_results import (
    ClassResults,
    feedback_path,
    marked_by_hand,
    read_results,
    recorded_scores,
    waiting,
    with_enrolled,
)
from autograder.report.class_statistics import Bin, ClassStatistics, Lesson, class_statistics
from autograder.report.page import environment
from autograder.report.summary import own_notes, own_share, points, shared_notes

WORTH_A_LOOK = 0.2
"""A test whose discrimination is lower separates nobody from anybody; the usual rule of thumb."""

FEW = 6
"""Mistakes shown at once even if nobody shares them; rarer ones are folded away."""


BLOCK = 200
"""Students in one table: a longer one would keep a browser busy for as long as all its lines are laid out."""


def _percent(share: float) -> str:
    """Write a share as a whole percentage; only all is 100 % and only nothing is 0 %."""
    if math.isnan(share):
        return "–"
    whole = round(100 * share)
    return f"{min(whole, 99) if share < 1 else 100} %" if share > 0.005 or share == 0 else "1 %"


def _correlation(value: float) -> str:
    """Write a correlation with two decimals and a true minus sign, or a dash."""
    return "–" if math.isnan(value) else f"{value:.2f}".replace("-", "−")


def _tests(lesson: Lesson, statistics: ClassStatistics) -> str:
    """Say which tests a mistake costs."""
    everything = len(lesson.criteria) == len(statistics.of(lesson.function)) > 1
    return "all tests" if everything else ", ".join(lesson.criteria)


def _bars(bins: Sequence[Bin]) -> list[dict[str, Any]]:
    """Return the histogram's bars: position and width in percent of the figure, height as a share of the highest."""
    most = max((one.count for one in bins), default=0) or 1
    width = 100 / max(1, len(bins))
    return [{"left": i * width, "width": width, "height": one.count / most, "bin": one} for i, one in enumerate(bins)]


def _told(bins: Sequence[Bin]) -> str:
    """Say in words what the histogram shows, for those who do not see it."""
    whole = all(one.high - one.low == 1 for one in bins)
    parts = [
        f"{one.count} with {points(one.low)}" if whole else f"{one.count} from {points(one.low)} to {points(one.high)}"
        for one in bins
        if one.count
    ]
    return f"Students by score: {', '.join(parts)} points." if parts else "Nobody has a score."


def _median_place(statistics: ClassStatistics) -> float:
    """Return where the median stands in the histogram, in percent of its width."""
    bins = statistics.bins
    if not bins:
        return 0.0
    span = bins[-1].high - bins[0].low
    shift = 0.5 if bins[-1].low == statistics.max_score else 0.0  # whole points stand in the middle of their bar
    return 100 * (statistics.median + shift) / span


def _provenance(results: Sequence[Result]) -> list[tuple[str, str]]:
    """Return under which conditions the class was graded; where results differ, each with its number."""

    def each(name: str, values: Sequence[str]) -> tuple[str, str]:
        counted = Counter(value or "unknown" for value in values)
        if len(counted) < 2:
            return name, next(iter(counted), "unknown")
        return name, "; ".join(f"{value} ({count} students)" for value, count in counted.most_common())

    return [
        each("Isolation", [result.isolation for result in results]),
        each("Seed of the cases", [str(result.seed) for result in results]),
        each("Hash of all inputs", [result.inputs_hash[:16] for result in results]),
        each("Grader", [result.grader_version for result in results]),
    ]


def _name_of(row: Any) -> str:
    """Return the student of a row: a result, or a student and what is said of them."""
    return row.student if isinstance(row, Result) else str(row[0])


def render(
    title: str, found: ClassResults, scores: Mapping[str, Score] | None = None, pages: Mapping[str, str] | None = None
) -> str:
    """Return the report's HTML.

    ``scores`` is what the gradebook holds, by student, with what humans have marked; ``pages`` the address of each
    student's feedback, seen from the report.
    """
    scores = scores or {}
    statistics = class_statistics(found.results)
    graded = [result for result in found.results if result.status == "graded"]
    seconds = [result.seconds for result in graded]
    shared = shared_notes(graded)
    known = [lesson for lesson in statistics.lessons if lesson.known]
    shown = max(FEW, sum(lesson.students > 1 for lesson in known))
    return (
        environment(percent=_percent, correlation=_correlation, tests=_tests, name_of=_name_of)
        .get_template("class_report.html.j2")
        .render(
            title=title,
            statistics=statistics,
            everyone=len({r.student for r in found.results} | {student for student, _ in found.ungraded}),
            lessons=known[:shown],
            rarer=known[shown:],
            others=[lesson for lesson in statistics.lessons if not lesson.known],
            criteria=list(dict.fromkeys(item.criterion for item in statistics.items)),
            weak=[i for i in statistics.items if i.discrimination < WORTH_A_LOOK],
            bars=_bars(statistics.bins),
            told=_told(statistics.bins),
            median_place=_median_place(statistics),
            block=BLOCK,
            rows={result.student: f"student-{number}" for number, result in enumerate(found.results, start=1)},
            pages=pages or {},
            totals={student: score for student, score in scores.items() if marked_by_hand(score)},
            ungraded=found.ungraded,
            shared=shared,
            own_share=own_share(graded),
            noted=[(result.student, notes) for result in graded if (notes := own_notes(result, shared))],
            waiting=sum(waiting(result, scores.get(result.student)) for result in graded),
            again=sum(cell.needs_human and cell.manual is not None for one in scores.values() for cell in one.cells),
            students=found.results,
            seconds=(median(seconds), max(seconds)) if seconds else None,
            provenance=_provenance(graded),
        )
    )


def _pages(course: Course, assignment: str, file: Path, students: Iterable[str]) -> dict[str, str]:
    """Return where the pages of feedback that are there lie, seen from the report, if both are in the course."""
    here, root = file.parent.resolve(), course.root.resolve()
    if not here.is_relative_to(root):
        return {}  # a report that leaves the course leaves the pages behind
    there = {student: feedback_path(course, student, assignment) for student in students}
    return {
        student: quote(os.path.relpath(path.resolve(), here).replace(os.sep, "/"))
        for student, path in there.items()
        if path.is_file()
    }


def write_class_report(
    course: Course, assignment: str, file: Path, *, as_json: Path | None = None, as_csv: Path | None = None
) -> None:
    """Write the class report of an assignment as one HTML file.

    ``as_json`` is a file for the same as JSON, ``as_csv`` a folder for three tables.  Raises `UsageError` if there is
    no such assignment, `GraderFailure` if a file cannot be written.
    """
    title = load(assignment).title
    marked = recorded_scores(course, assignment)
    found = with_enrolled(read_results(course, assignment), marked)
    pages = _pages(course, assignment, file, (result.student for result in found.results))
    wanted = {file: render(title, found, marked, pages).encode()}
    if as_json is not None:
        told = class_json(assignment, title, found, marked)
        wanted[as_json] = (json.dumps(told, ensure_ascii=False, indent=1, allow_nan=False) + "\n").encode()
    if as_csv is not None:
        wanted |= {as_csv / name: table for name, table in class_tables(found, marked).items()}
    for path, data in wanted.items():
        try:
            write_atomically(path, data)
        except OSError as problem:
            raise GraderFailure(
                f"The class report cannot be written to {path}: {problem.strerror}. Make room, give permission, or "
                "name another place."
            ) from problem
