"""What a class's results say: scores, each test's pass rate and discrimination, mistakes by frequency.

Pure functions of results.  *Discrimination* is the corrected item-total correlation of classical test theory: the
correlation between a test's points and the points of all other tests (Nunnally and Bernstein, Psychometric Theory,
chapter 8).
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from statistics import fmean, median

import numpy as np

from autograder import messages
from autograder.grading.results import CriterionResult, FunctionResult, Result
from autograder.report.summary import mistake_label, reason

ENOUGH_STUDENTS = 10
"""Below this number a correlation says nothing."""


@dataclass(frozen=True)
class Item:
    """One test, or one function's tests together (``criterion`` is empty then).

    ``share`` is the mean share of its points, for one test the pass rate; ``discrimination`` is nan where there are too
    few students or all of them have the same points.
    """

    function: str
    criterion: str
    share: float
    passed: int
    total: int
    points: float
    discrimination: float


@dataclass(frozen=True)
class Lesson:
    """A mistake that several students share, with one example that names nobody.

    ``known`` tells a mistake of the bank from a mere way to fail.
    """

    function: str
    label: str
    students: int
    criteria: tuple[str, ...]
    diagnosis: str
    message: str
    known: bool


@dataclass(frozen=True)
class Bin:
    """One bar of the histogram: scores from ``low`` up to but not including ``high``, but the last includes it."""

    low: float
    high: float
    count: int


@dataclass(frozen=True)
class ClassStatistics:
    """Everything that is computed from the graded results of a class."""

    graded: int
    max_score: float
    mean: float
    median: float
    full: int
    bins: tuple[Bin, ...] = ()
    functions: tuple[Item, ...] = ()
    items: tuple[Item, ...] = ()
    lessons: tuple[Lesson, ...] = field(default=())

    def of(self, function: str) -> tuple[Item, ...]:
        """Return the tests of one function."""
        return tuple(item for item in self.items if item.function == function)


def histogram(scores: Sequence[float], max_score: float) -> tuple[Bin, ...]:
    """Return one bin for each whole number of points where there are at most 24, else twenty bins."""
    if not scores or max_score <= 0:
        return ()
    steps = math.floor(max_score) if max_score <= 24 and max_score == int(max_score) else 20
    width = max_score / steps
    place = [min(int(score / width + 1e-9), steps) for score in scores]
    if steps == max_score:  # whole points: each bar is one score, the full one included
        return tuple(Bin(i, i + 1, place.count(i)) for i in range(steps + 1))
    place = [min(i, steps - 1) for i in place]
    return tuple(Bin(i * width, (i + 1) * width, place.count(i)) for i in range(steps))


def discrimination(item: np.ndarray, totals: np.ndarray) -> float:
    """Return the correlation between a test's points and the other tests' points; nan where it says nothing.

    Both arrays have one entry per student.
    """
    rest = totals - item
    if item.size < ENOUGH_STUDENTS or np.ptp(item) == 0 or np.ptp(rest) == 0:
        return math.nan
    return float(np.corrcoef(item, rest)[0, 1])


def _layout(results: Iterable[Result]) -> dict[tuple[str, str], float]:
    """Return every test that occurs, in the order of its first appearance, with its points."""
    found: dict[tuple[str, str], float] = {}
    for result in results:
        for function in result.functions:
            for criterion in function.criteria:
                found.setdefault((function.name, criterion.name), criterion.max_points)
    return found


def _items(results: Sequence[Result]) -> tuple[tuple[Item, ...], tuple[Item, ...]]:
    """Return the functions and the tests as items."""
    layout = _layout(results)
    column = {key: i for i, key in enumerate(layout)}
    table = np.zeros((len(results), len(layout)))
    passed = np.zeros_like(table, dtype=bool)
    for row, result in enumerate(results):
        for function in result.functions:
            for criterion in function.criteria:
                place = column[function.name, criterion.name]
                table[row, place] = criterion.points
                passed[row, place] = criterion.status == "passed"
    totals = table.sum(axis=1)

    def item(function: str, criterion: str, places: list[int]) -> Item:
        points, most = table[:, places].sum(axis=1), sum(list(layout.values())[i] for i in places)
        right = int(passed[:, places].all(axis=1).sum())
        share = float(points.mean() / most) if most else 1.0
        return Item(function, criterion, share, right, len(results), most, discrimination(points, totals))

    names = dict.fromkeys(function for function, _ in layout)
    functions = tuple(item(name, "", [i for (f, _), i in column.items() if f == name]) for name in names)
    return functions, tuple(item(*key, [place]) for key, place in column.items())


def _lesson(found: Sequence[tuple[FunctionResult, CriterionResult]], students: int) -> Lesson:
    """Return the lesson from all tests that one mistake cost."""
    function, first = found[0]
    told = [c.diagnosis for _, c in found if c.diagnosis and c.diagnosis != messages.SAME_CAUSE]
    criteria = tuple(dict.fromkeys(c.name for _, c in found))
    known = bool(first.mistake)
    label = mistake_label(first.mistake) if known else reason(first)
    return Lesson(function.name, label, students, criteria, told[0] if told else "", first.message, known)


def lessons(results: Iterable[Result]) -> tuple[Lesson, ...]:
    """Return the known mistakes and the other ways to fail, the most frequent first; each student counts once."""
    found: dict[tuple[str, str], list[tuple[FunctionResult, CriterionResult]]] = {}
    students: dict[tuple[str, str], set[str]] = {}
    for result in results:
        for function in result.functions:
            for criterion in function.criteria:
                if criterion.status != "passed":
                    why = criterion.mistake or reason(criterion)
                    found.setdefault((function.name, why), []).append((function, criterion))
                    students.setdefault((function.name, why), set()).add(result.student)
    ordered = sorted(found, key=lambda key: (-len(students[key]), key))
    return tuple(_lesson(found[key], len(students[key])) for key in ordered)


def class_statistics(results: Sequence[Result]) -> ClassStatistics:
    """Return the statistics of the graded results among ``results``; others have no score and are left out."""
    graded = [result for result in results if result.status == "graded"]
    scores = [result.score or 0.0 for result in graded]
    most = max((result.max_score for result in graded), default=0.0)
    if not graded:
        return ClassStatistics(0, most, math.nan, math.nan, 0)
    functions, items = _items(graded)
    full = sum(result.score == result.max_score for result in graded)
    return ClassStatistics(
        len(graded),
        most,
        fmean(scores),
        median(scores),
        full,
        histogram(scores, most),
        functions,
        items,
        lessons(graded),
    )
