"""One submission in one line, and text that is safe to show: shared by the terminal and the class report."""

from __future__ import annotations

import re
from collections.abc import Container, Iterable

from autograder.grading.results import CriterionResult, FunctionResult, Result

_UNPRINTABLE = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff]")

_REASONS = {"missing": "not defined", "timeout": "ran out of time", "not_run": "not tried"}


def printable(text: str) -> str:
    r"""Return ``text`` without control characters and without those that turn the direction of writing.

    >>> printable("a\x1b[2Jb\u202ec")
    'a[2Jbc'
    """
    return _UNPRINTABLE.sub("", text)


def one_line(text: str) -> str:
    """Return printable text with every run of white space as one space."""
    return " ".join(printable(text).split())


def points(value: float | None) -> str:
    """Write points without a needless decimal point, and a dash where there are none."""
    return "–" if value is None else f"{value:g}"


def mistake_label(name: str) -> str:
    """Return a known mistake's name in words.

    >>> mistake_label("relu6/always_float64")
    'always float64'
    """
    return name.rpartition("/")[2].replace("_", " ")


def failed(function: FunctionResult) -> list[CriterionResult]:
    """Return the criteria of a function that were not passed."""
    return [criterion for criterion in function.criteria if criterion.status != "passed"]


def reason(criterion: CriterionResult) -> str:
    """Say in a few words why one criterion was lost."""
    if criterion.mistake:
        return mistake_label(criterion.mistake)
    if criterion.status in _REASONS:
        return _REASONS[criterion.status]
    if criterion.status == "error":
        error = one_line(criterion.got.partition(":")[0])
        return "not written" if error == "NotImplementedError" else f"raised {error}" if error else "stopped Python"
    return f"wrong {criterion.name}"


def _reasons(lost: Iterable[CriterionResult]) -> str:
    return ", ".join(dict.fromkeys(map(reason, lost)))


def shared_notes(results: Iterable[Result]) -> tuple[str, ...]:
    """Return the notes that every graded result has: what happened to the whole class is told once."""
    graded = [result.notes for result in results if result.status == "graded"]
    return tuple(note for note in graded[0] if all(note in notes for notes in graded)) if len(graded) > 2 else ()


def own_notes(result: Result, shared: Container[str] = ()) -> list[str]:
    """Return a result's notes but for those that are shared."""
    return [note for note in result.notes if note not in shared]


def own_share(results: Iterable[Result]) -> str:
    """Say how many of the points come from test cells that report on themselves; nothing if none do."""
    most = max(((sum(c.max_points for c in r.self_reported), r.max_score) for r in results), default=(0.0, 0.0))
    if not most[0]:
        return ""
    return (
        f"{points(most[0])} of {points(most[1])} points come from the instructor's own test cells, which run beside "
        "the student's code: they are self-reported, and a submission can forge them."
    )


def what_happened(result: Result, shared: Container[str] = ()) -> str:
    """Return one short line on a submission: why there is no score, or what cost points, or what was odd.

    ``shared`` are notes that are told elsewhere.
    """
    if result.status != "graded":
        return one_line(" ".join(result.notes)) or "No reason was given."
    together: dict[str, list[str]] = {}
    for function in result.functions:
        if lost := failed(function):
            together.setdefault(_reasons(lost), []).append(function.name)
    told = [f"{', '.join(names)}: {why}" for why, names in together.items()]
    told += [f"{c.name}: {reason(c)}" for c in result.self_reported if c.status != "passed"]
    told += own_notes(result, shared)
    return one_line("; ".join(told)) or "Everything is right."
