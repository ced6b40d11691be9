"""The student's side: ``check`` and ``draw``, which end the file ``checks.py`` beside a notebook.

`checks_file` joins this file with those that judge and with `checks_table`, and puts tables of inputs and expected
values in the place of `_DATA`: for each function a line ``@name``, and below it its tables as JSON.  Needs NumPy
alone; matplotlib only to draw.
"""

from __future__ import annotations

import functools
import json
import sys
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from autograder import messages
from autograder.calls import Argument, Call, Outcome, Value, call
from autograder.compare import Expected, Tried, explain, first_told, judge
from autograder.course.checks_table import Report, Reports, Row
from autograder.deeds import deed
from autograder.relations import Candidate, relation

_DATA = ""

RELATED = "values"
"""The criterion for which the tables hold what related functions and inputs give."""

RELATED_CLOSE = 1e-6
"""The relative difference that the seven digits of these tables leave."""


class CheckFailed(AssertionError):
    """A function did not do what a criterion asks; the text says what happened."""

    def _render_traceback_(self) -> list[str]:
        """Show the message alone in IPython: the traceback would lead through this file."""
        return [str(self)]


def texts(data: str) -> dict[str, str]:
    """Return the text of each function's tables."""
    return {name: text for name, _, text in (part.partition("\n") for part in f"\n{data}".split("\n@")[1:])}


class _Tables(Mapping[str, Any]):
    """The tables of all functions, each read when it is first asked for: its criteria, known mistakes and curve."""

    def __init__(self, data: str) -> None:
        self._waiting, self._read = texts(data), dict[str, Any]()

    def __getitem__(self, name: str) -> Any:
        if name not in self._read:
            self._read[name] = json.loads(self._waiting[name])
        return self._read[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self._waiting)

    def __len__(self) -> int:
        return len(self._waiting)


@functools.cache
def _tables() -> _Tables:
    """Return all tables."""
    return _Tables(_DATA)


def _array(packed: Sequence[Any]) -> np.ndarray:
    """Return the array that a table holds as dtype, shape and numbers."""
    dtype, shape, numbers = packed
    return np.array(numbers, dtype).reshape(shape)


def _argument(packed: Sequence[Any]) -> Argument:
    """Return one argument of a call."""
    form, data, value = packed
    return Argument(form, None if data is None else _array(data), value)


@functools.cache
def _cases(function: str, criterion: str) -> tuple[tuple[Call, Expected], ...]:
    """Return the visible calls of a criterion with what they should return."""
    decoded = []
    for case in _tables()[function]["criteria"][criterion]["cases"]:
        keywords = {name: _argument(packed) for name, packed in case["keywords"].items()}
        made = Call(
            tuple(_argument(packed) for packed in case["arguments"]),
            keywords,
            tuple(case.get("symbols", ())),
            _array(case["points"]) if "points" in case else None,
            tuple(case.get("choices", ())),
            tuple(case.get("forbidden", ())),
            case.get("result", ""),
        )
        rules: dict[str, Any] = {name: True for name in case["rules"]}
        values = tuple(_array(packed) for packed in case["want"])
        bound = (case["relative"], case["absolute"], case["precision"])
        want = Expected(values, *bound, **rules, along=case.get("along"), share=case.get("share", 1.0))
        decoded.append((made, want))
    return tuple(decoded)


@functools.cache
def _behaviour(function: str, index: int, criterion: str) -> tuple[Outcome, ...]:
    """Return what a known mistake does on a criterion's calls."""
    return tuple(
        Outcome(
            tuple(Value(kind, None if data is None else _array(data)) for kind, data in told.get("returned", [])),
            error=told.get("error", ""),
            warnings=("a warning",) * told.get("warned", 0),
            mutated=tuple(told.get("mutated", ())),
        )
        for told in _tables()[function]["mistakes"][index]["behaviour"][criterion]
    )


def _tried(name: str, function: Callable[..., Any], criterion: str) -> Tried:
    """Make all visible calls of one criterion and judge them."""
    cases = _cases(name, criterion)
    outcomes = []
    for made, _ in cases:
        outcome = call(function, made)
        if outcome.error.partition(":")[0] == "KeyboardInterrupt":
            raise KeyboardInterrupt(f"`{name}` was interrupted.")  # the student's Stop button, not a wrong answer
        outcomes.append(outcome)
    found = tuple(judge(name, made, want, o) for (made, want), o in zip(cases, outcomes, strict=True))
    return Tried(criterion, tuple(want for _, want in cases), tuple(outcomes), found)


def _causes(name: str, tried: Sequence[Tried]) -> Mapping[str, str]:
    """Return, for each criterion that a known mistake or a related function explains, what to say about it."""
    known = _tables()[name]["mistakes"]
    found = explain(tried, [one["loses"] for one in known], lambda index, c: _behaviour(name, index, c))
    told: dict[str, str] = {}
    seen: set[Any] = set()
    for one in tried:
        if one.criterion in found:
            index = found[one.criterion]
            cause: Any = index
            text = messages.DIAGNOSIS.format(cause=known[index]["cause"], step=known[index]["step"])
        else:
            related = relation(name, one.expected, one.outcomes, _candidates(name, one.criterion))
            shared = None if related else deed([made for made, _ in _cases(name, one.criterion)], one)
            if related is not None:
                cause, text = related.name, related.sentence
            elif shared is not None:
                cause, text = shared, messages.DEEDS[shared]
            else:
                continue
        told[one.criterion] = messages.SAME_CAUSE if cause in seen else text
        seen.add(cause)
    return told


def _candidates(name: str, criterion: str) -> Iterator[Candidate]:
    """Yield what related functions and inputs give at the points of the criterion for which there is a table."""
    if criterion == RELATED:
        for kind, what, numbers in _tables()[name]["related"]:
            yield Candidate(kind, what, np.array(numbers.split(), np.float64), RELATED_CLOSE)


def _report(name: str, function: Callable[..., Any]) -> Report:
    """Check all criteria of one function."""
    criteria = _tables()[name]["criteria"]
    tried = [_tried(name, function, criterion) for criterion in criteria]
    causes = _causes(name, tried)
    rows = []
    for one in tried:
        points, told = criteria[one.criterion]["points"], first_told(one.found)
        if told is None:
            rows.append(Row(one.criterion, points, points))
            continue
        first, text = told
        why = causes.get(one.criterion, "")
        rows.append(Row(one.criterion, 0, points, first.at, first.got, first.want, text, why))
    return Report(name, rows)


def _absent(name: str) -> Report:
    """Return the report on a function that the notebook does not have yet."""
    criteria = _tables()[name]["criteria"]
    text = messages.MISSING.format(name=name, detail="run the cell that defines it first")
    rows = [Row(c, 0, data["points"], message=text if i == 0 else "…") for i, (c, data) in enumerate(criteria.items())]
    return Report(name, rows)


def _names(function: Any, namespace: Mapping[str, Any]) -> list[str]:
    """Return the graded names under which the caller knows this very object; else its own name, if that is graded."""
    if not callable(function):
        raise TypeError("Give the function itself: check(sigmoid), without quotes and without a call.")
    bound = [name for name in _tables() if namespace.get(name) is function]
    if bound:
        return bound
    own = getattr(function, "__name__", "")
    if own in _tables():
        return [own]
    raise TypeError(f"`{own or type(function).__name__}` is not checked here. The functions are: {_list(_tables())}.")


def _list(names: Iterable[str]) -> str:
    """Write names as a list in words."""
    return ", ".join(f"`{name}`" for name in names)


def check(function: Any = None, criterion: str | None = None) -> Report | Reports | None:
    """Check a function: ``check(sigmoid)`` shows all criteria, ``check()`` all functions.

    ``check(sigmoid, "values")`` checks one criterion: it prints a line and returns None, or raises `CheckFailed`.
    """
    namespace = sys._getframe(1).f_globals
    if function is None:
        return Reports([_report(n, namespace[n]) if callable(namespace.get(n)) else _absent(n) for n in _tables()])
    names = _names(function, namespace)
    if criterion is None:
        reports = [_report(name, function) for name in names]
        return reports[0] if len(reports) == 1 else Reports(reports)
    known = _tables()[names[0]]["criteria"]
    if criterion not in known:
        raise ValueError(f"`{names[0]}` has no criterion “{criterion}”. The criteria are: {_list(known)}.")
    failures = [text for name in names if (text := _failure(name, function, criterion))]
    if len(failures) == len(names):
        # Two names for one object cannot both be right; the grade asks for each under its own name.
        raise CheckFailed(failures[0])
    points = known[criterion]["points"]
    print(f"{names[0]}, {criterion}: passed, {points:g} point{'' if points == 1 else 's'}")
    return None


def _failure(name: str, function: Callable[..., Any], criterion: str) -> str:
    """Return what is wrong with one criterion, or nothing."""
    tried = _tried(name, function, criterion)
    told = first_told(tried.found)
    if told is None:
        return ""
    return "\n".join(filter(None, [f"{name}, {criterion}: not yet.", told[1], _causes(name, [tried]).get(criterion)]))


def load_data(name: str) -> dict[str, np.ndarray]:
    """Return the arrays of the data file ``name`` that lies beside ``checks.py``."""
    try:
        with np.load(Path(__file__).with_name(name)) as file:
            return dict(file)
    except FileNotFoundError:
        raise FileNotFoundError(messages.NO_DATA_FILE.format(name=name)) from None


def draw(*functions: Callable[..., Any]) -> None:
    """Draw functions side by side; a graded one on its expected curve, with the difference below."""
    try:
        import matplotlib.pyplot as plt
    except ImportError:
        print("The picture needs matplotlib, which is not installed: pip install matplotlib. Everything else works.")
        return
    namespace = sys._getframe(1).f_globals
    size = (max(5.0, 4.0 * len(functions)), 4.5)
    columns = max(1, len(functions))
    _, axes = plt.subplots(
        2, columns, squeeze=False, sharex="col", height_ratios=(3, 1), layout="constrained", figsize=size
    )
    for column, function in zip(axes.T, functions, strict=False):
        _panel(column[0], column[1], function, namespace)
    if plt.get_backend().lower() != "agg":
        plt.show()


def _panel(top: Any, bottom: Any, function: Callable[..., Any], namespace: Mapping[str, Any]) -> None:
    """Draw one function, and below it its distance from the expected curve if there is one."""
    bound = [name for name in _tables() if namespace.get(name) is function]
    own = getattr(function, "__name__", type(function).__name__)
    name = bound[0] if bound else own
    curve = _tables().get(name, {}).get("curve") or {"low": -4.0, "high": 4.0, "parameters": {}, "want": None}
    want = curve["want"]
    x = np.linspace(curve["low"], curve["high"], 201 if want is None else len(want))
    parameters = [Argument("float", np.asarray(value)) for value in curve["parameters"].values()]
    outcome = call(function, Call((Argument("array", x), *parameters)))
    data = outcome.values[0].data if outcome.values else None
    settings = ", ".join(f"{key} = {value:g}" for key, value in curve["parameters"].items())
    top.set_title(f"{name}, {settings}" if settings else name)
    if want is not None:
        top.plot(x, want, color="0.6", linewidth=5, label="expected")
    answered = data is not None and data.shape == x.shape
    if answered:
        top.plot(x, data, label="yours")
    else:
        text = outcome.error or "no array of the input's shape came back"
        top.text(0.5, 0.5, text[:60], transform=top.transAxes, ha="center", parse_math=False)
    if answered and want is not None:
        with np.errstate(all="ignore"):
            bottom.plot(x, np.asarray(data) - np.asarray(want))
        top.legend()
        bottom.set_ylabel("difference")
        bottom.set_xlabel("x")
    else:
        bottom.set_visible(False)
        top.tick_params(labelbottom=True)
        top.set_xlabel("x")
    for axes in (top, bottom):
        axes.grid(alpha=0.3)
