"""What a result says of each cell in the gradebook: points, and comments as plain text."""

from __future__ import annotations

import re
from collections.abc import Sequence

from autograder.grading.results import FunctionResult, Result

NO_RESPONSE = "No response."
"""nbgrader's comment on an answer that was left as it was given."""


def points_of(result: Result, only: str = "") -> dict[str, float]:
    """Return the points of each cell that was graded, by grade id; a question left as it was given has 0.

    With ``only`` these are the cells of one function.
    """
    if result.status != "graded":
        return {}
    ours = {f"{f.name}-{c.name}": c.points for f in _functions(result, only) for c in f.criteria}
    if only:
        return ours
    own = {criterion.name: criterion.points for criterion in result.self_reported}
    return ours | own | {answer.name: 0.0 for answer in result.written if not answer.answered}


def comments_on(result: Result, only: str = "") -> dict[str, str]:
    """Return the comment on each solution cell, by grade id; under the empty one what holds for all.

    With ``only`` it is the comment on one function.
    """
    if result.status != "graded":
        return {"": plain(" ".join(result.notes))}
    told = {function.name: _comment(function) for function in _functions(result, only)}
    if not only:
        told |= {answer.name: NO_RESPONSE for answer in result.written if not answer.answered}
    return {name: text for name, text in told.items() if text}


def _functions(result: Result, only: str) -> Sequence[FunctionResult]:
    """Return what a result says of all functions, or of one."""
    return [function for function in result.functions if function.name == only] if only else result.functions


def _comment(function: FunctionResult) -> str:
    """Say what failed in a function, a paragraph for each criterion; nothing if nothing did."""
    return "\n\n".join(
        f"{c.name} ({c.points:g} of {c.max_points:g} points): {plain(f'{c.message} {c.diagnosis}')}"
        for c in function.criteria
        if c.status != "passed"
    )


CODE_NAME = re.compile(r"(`[A-Za-z_][\w.]*`)")
HARMLESS = str.maketrans("<&$\\`*_[]", "＜＆＄＼ˋ∗＿［］")


def plain(text: str) -> str:
    """Return text that means nothing to Markdown, HTML and MathJax, on one line, apart from names in backticks.

    nbgrader shows a comment as Markdown in its feedback, raw HTML included, and as it stands in formgrader.  What a
    student's program says is part of our messages, so characters that could become markup are put in their wide form.
    """
    printable = text if text.isprintable() else "".join(c if c.isprintable() else " " for c in text)
    words = " ".join(printable.split()).replace("://", ": //")
    return "".join(part if CODE_NAME.fullmatch(part) else part.translate(HARMLESS) for part in CODE_NAME.split(words))
