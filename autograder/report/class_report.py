"""The class report: one HTML file that needs no network and no script.

It is written from the stored results.  Whatever a student wrote reaches the page as text: control characters are
dropped, everything is escaped, and the page's content policy forbids scripts and requests.
"""

from __future__ import annotations

import json
import math
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from statistics import median
from typing import Any

from autograder.assignments import load
from autograder.course.layout import Course
from autograder.engine import submissions
from autograder.errors import GraderFailure, UsageError
from autograder.files import write_atomically
from autograder.grading.results import Result, result_from_json
from autograder.report.class_statistics import Bin, ClassStatistics, Lesson, class_statistics
from autograder.report.page import environment
from autograder.report.summary import own_notes, own_share, points, shared_notes, what_happened

WORTH_A_LOOK = 0.2
"""A test whose discrimination is lower separates nobody from anybody; the usual rule of thumb."""

FEW = 6
"""Mistakes shown at once even if nobody shares them; rarer ones are folded away."""


@dataclass(frozen=True)
class ClassResults:
    """What is known of a class: readable results, and for everyone else a student and the reason in a sentence."""

    results: tuple[Result, ...]
    ungraded: tuple[tuple[str, str], ...]


def read_result(course: Course, student: str, assignment: str) -> Result | None:
    """Return the stored result of a student, or None if there is none that can be read."""
    try:
        told = result_from_json(json.loads(course.result(student, assignment).read_bytes()))
    except (OSError, ValueError, KeyError, TypeError, AttributeError, RecursionError):
        return None
    return replace(told, student=student)


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
        results.append(result)
    known = {result.student for result in results} | {student for student, _ in ungraded}
    try:
        present, absent, _ = submissions(course, assignment)
    except UsageError:
        present, absent = [], []
    ungraded += [(s, "Handed in, but not graded yet. Run `autograder grade`.") for s in present if s not in known]
    ungraded += [(s, "Nothing was handed in for this assignment.") for s in absent if s not in known]
    reasons = [(result.student, what_happened(result)) for result in results if result.status != "graded"]
    return ClassResults(tuple(results), tuple(sorted(ungraded + reasons)))


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


def render(title: str, found: ClassResults) -> str:
    """Return the report's HTML."""
    statistics = class_statistics(found.results)
    graded = [result for result in found.results if result.status == "graded"]
    seconds = [result.seconds for result in graded]
    shared = shared_notes(graded)
    known = [lesson for lesson in statistics.lessons if lesson.known]
    shown = max(FEW, sum(lesson.students > 1 for lesson in known))
    return (
        environment(percent=_percent, correlation=_correlation, tests=_tests)
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
            ungraded=found.ungraded,
            shared=shared,
            own_share=own_share(graded),
            noted=[(result.student, notes) for result in graded if (notes := own_notes(result, shared))],
            written=sum(answer.answered for result in graded for answer in result.written),
            students=found.results,
            seconds=(median(seconds), max(seconds)) if seconds else None,
            provenance=_provenance(graded),
        )
    )


def write_class_report(course: Course, assignment: str, file: Path) -> None:
    """Write the class report of an assignment as one HTML file.

    Raises `UsageError` if there is no such assignment, `GraderFailure` if the file cannot be written.
    """
    page = render(load(assignment).title, read_results(course, assignment))
    try:
        write_atomically(file, page.encode())
    except OSError as problem:
        raise GraderFailure(f"The class report cannot be written to {file}: {problem.strerror}.") from problem
