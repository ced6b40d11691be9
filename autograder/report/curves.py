"""A student's curve on the expected one: the calls of a grade, made once more, as a small drawing in the page."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from html import escape
from pathlib import Path
from types import TracebackType

import numpy as np

from autograder.assignments import Case
from autograder.calls import Call, Outcome
from autograder.course.layout import Course
from autograder.errors import AutograderError
from autograder.grading.results import Result
from autograder.notebook import read_bytes
from autograder.sandbox import Isolation
from autograder.worker import Plan, Worker, partial_key

Array = np.ndarray
WINDOW = 10.0
"""Inputs beyond this are left out: a curve that is seen from far away shows nothing."""
LEAST, MOST = 8, 300
"""Points that a picture needs, and that it draws."""
PATIENCE = 4.0
"""Seconds that a grade took: above them something looped until it was ended, and would do so again."""
WIDTH, HEIGHT, MARGIN, LEFT = 480, 240, 36, 84
"""Of the drawing; on the left there is room for a number like −1.23e−100."""


@dataclass(frozen=True, eq=False)
class Points:
    """Inputs in rising order, the student's values there, and the expected ones; all float64 of one length."""

    x: Array
    got: Array
    want: Array


def drawable(case: Case) -> bool:
    """Tell whether a case asks a function of each element for numbers that a picture could show."""
    if len(case.call.arguments) != 1 or len(case.expected.values) != 1 or case.call.points is not None:
        return False
    given = case.call.arguments[0].data
    return given is not None and given.dtype.kind == "f" and given.shape == case.expected.values[0].shape


def _inside(case: Case) -> int:
    """Return how many points of a case a picture can show."""
    given = case.call.arguments[0].data
    return 0 if given is None else int(np.sum(np.isfinite(case.expected.values[0]) & (np.abs(given) <= WINDOW)))


def points_of(calls: Iterable[tuple[Case, Outcome]]) -> Points | None:
    """Return the points of calls of a function of each element; None where there are too few to draw.

    Only finite numbers are drawn: the words beside the picture tell of the others.
    """
    columns: list[tuple[Array, Array, Array]] = []
    for case, outcome in calls:
        if not drawable(case) or len(outcome.values) != 1 or outcome.values[0].data is None:
            continue
        given, got, want = case.call.arguments[0].data, outcome.values[0].data, case.expected.values[0]
        if given is not None and got.dtype.kind in "fiub" and got.shape == given.shape:
            columns.append((given.ravel(), got.ravel(), want.ravel()))
    if not columns:
        return None
    x, got, want = (np.concatenate(parts).astype(np.float64) for parts in zip(*columns, strict=True))
    kept = np.isfinite(got) & np.isfinite(want) & (np.abs(x) <= WINDOW)
    order = np.flatnonzero(kept)[np.argsort(x[kept], kind="stable")]
    order = order[:: max(1, -(-order.size // MOST))]
    if order.size < LEAST:
        return None
    return Points(x[order], got[order], want[order])


def svg(function: str, points: Points) -> str:
    """Return the drawing: the expected values as a line, the student's as dots, and the same in words."""
    low, high = _ends(points.x)
    bottom, top = _ends(np.concatenate([points.got, points.want]))

    def across(x: Array) -> Array:
        return LEFT + (x - low) / (high - low) * (WIDTH - LEFT - MARGIN)

    def down(y: Array) -> Array:
        return MARGIN / 2 + (top - y) / (top - bottom) * (HEIGHT - 1.5 * MARGIN)

    line = " ".join(f"{a:.1f},{b:.1f}" for a, b in zip(across(points.x), down(points.want), strict=True))
    dots = "".join(
        f'<circle cx="{a:.1f}" cy="{b:.1f}" r="2.5"/>' for a, b in zip(across(points.x), down(points.got), strict=True)
    )
    floor, words = HEIGHT - MARGIN, _in_words(function, points)
    labels = (
        f'<text x="{LEFT}" y="{floor + 16}">{_number(low)}</text>'
        f'<text x="{WIDTH - MARGIN}" y="{floor + 16}" text-anchor="end">{_number(high)}</text>'
        f'<text x="{LEFT - 4}" y="{floor}" text-anchor="end">{_number(bottom)}</text>'
        f'<text x="{LEFT - 4}" y="{MARGIN / 2 + 8:g}" text-anchor="end">{_number(top)}</text>'
    )
    return (
        f'<svg class="curve" viewBox="0 0 {WIDTH} {HEIGHT}" role="img" aria-label="{escape(words)}">'
        f'<path class="axis" d="M{LEFT} {MARGIN / 2:g}V{floor}H{WIDTH - MARGIN}"/>{labels}'
        f'<polyline class="want" points="{line}"/><g class="got">{dots}</g></svg>'
    )


def _ends(values: Array) -> tuple[float, float]:
    """Return the ends of an axis that holds all values, with room where they are all the same."""
    low, high = float(values.min()), float(values.max())
    return (low, high) if high > low else (low - 1.0, high + 1.0)


def _number(value: float) -> str:
    return f"{value:.3g}".replace("-", "−")


def _in_words(function: str, points: Points) -> str:
    """Say what the picture shows."""
    off = np.abs(points.got - points.want)
    worst = int(np.argmax(off))
    return (
        f"{function} at {points.x.size} inputs from {_number(float(points.x[0]))} to {_number(float(points.x[-1]))}: "
        f"your values as dots, the expected ones as a line. They are furthest apart at x = "
        f"{_number(float(points.x[worst]))}, where yours is {_number(float(points.got[worst]))} "
        f"and {_number(float(points.want[worst]))} was expected."
    )


Key = tuple[str, str]
"""A function and a criterion."""


class _Model:
    """A worker for one seed, and the cases of its grades that can be drawn."""

    def __init__(self, plan: Plan) -> None:
        self.worker = Worker(plan).__enter__()
        table = self.worker.grader.examiner.table.cases
        self.cases = {
            key: tuple(case for case in cases if drawable(case) and _inside(case)) for key, cases in table.items()
        }
        # Made once: the sandbox knows inputs that it was sent before by the object that holds them.
        self.calls = {key: tuple(case.call for case in cases) for key, cases in self.cases.items()}
        self._points = {key: sum(map(_inside, cases)) for key, cases in self.cases.items()}

    def asked(self, result: Result) -> dict[Key, tuple[Call, ...]]:
        """Return the calls to make again for a result: those of functions that lost points and gave numbers."""
        asked: dict[Key, tuple[Call, ...]] = dict.fromkeys(self.calls, ())
        for function in result.functions:
            if function.score < function.max_score:
                keys = [(function.name, c.name) for c in function.criteria if c.status in ("passed", "failed")]
                if sum(self._points.get(key, 0) for key in keys) >= LEAST:
                    asked |= {key: self.calls[key] for key in keys if key in self.calls}
        return asked


class Curves:
    """Draws the failed functions of submissions, with one sandbox for all of them.

    A submission that changed since it was graded, or cannot be run now, gets no pictures: a page without them is
    better than none, and better than wrong ones.  Nor does one that took long: nobody waits for its loops twice.
    """

    def __init__(self, course: Course, assignment: str, *, isolation: Isolation = "auto") -> None:
        self._course, self._assignment, self._isolation = course, assignment, isolation
        self._models: dict[int, _Model] = {}

    def __enter__(self) -> Curves:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, problem: BaseException | None, trace: TracebackType | None
    ) -> None:
        for model in self._models.values():
            model.worker.__exit__(kind, problem, trace)

    def of(self, result: Result) -> dict[str, str]:
        """Return a drawing for each function of a result that lost points and can be drawn."""
        if result.status != "graded" or result.seconds > PATIENCE:
            return {}
        if all(one.score >= one.max_score for one in result.functions):
            return {}
        model = self._model(result.seed)
        asked = model.asked(result)
        path: Path = self._course.submission(result.student, self._assignment)
        try:
            data = read_bytes(path)
            whole = model.worker.key(data)
            accepted = (whole, *(partial_key(whole, function) for function in result.regraded))
            if not any(asked.values()) or (result.key and result.key not in accepted):
                return {}
            matching = model.worker.grader.matched(data, asked)
            run = model.worker.grader.ready(matching.steps)()
        except AutograderError:  # a picture is not worth a failure: the page is complete without it
            return {}
        found = {}
        for exercise in model.worker.template.assignment.exercises:
            answers = model.worker.grader.answers(exercise, matching.asked, run)
            keys = [(c.name, (exercise.name, c.name)) for c in exercise.criteria]
            drawn = points_of(
                made
                for name, key in keys
                if asked[key]
                for made in zip(model.cases[key], answers[name].outcomes, strict=False)
            )
            if drawn is not None and np.any(drawn.got != drawn.want):
                found[exercise.name] = svg(exercise.name, drawn)
        return found

    def _model(self, seed: int) -> _Model:
        """Return the worker for a seed, started when it is first needed."""
        if seed not in self._models:
            self._models[seed] = _Model(Plan(self._course, self._assignment, seed, self._isolation))
        return self._models[seed]
