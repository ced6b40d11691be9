from __future__ import annotations

import json
import re
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import pytest

from autograder.assignments import load
from autograder.course.gradebook import CellScore, Score
from autograder.course.layout import Course
from autograder.errors import GraderFailure, UsageError
from autograder.grading.results import CriterionResult, FunctionResult, Result, WrittenResult
from autograder.report.feedback import feedback_path, render_feedback, write_feedback

ASSIGNMENT = load("range")
HOSTILE = "<script>alert(1)</script><img src=x onerror=alert(2)></pre></code>\x1b[2J{{ 7*7 }}"
PASSED = CriterionResult("arrays", "passed", 1.0, 1.0, "All 38 calls gave what was expected.")
LOST = CriterionResult(
    "values", "failed", 0.0, 2.0, "`relu6` gave 7 at x = 7; 6 was expected.", "It is `ReLU`. What happens above 6?",
    "relu6/no_cap", "x = 7", "7", "6",
)  # fmt: skip


def result(student: str = "ada", **changes: Any) -> Result:
    functions = (FunctionResult("relu6", (LOST, PASSED)),)
    written = (WrittenResult("written-range", 2.0, True),)
    fields = {"status": "graded", "functions": functions, "written": written, **changes}
    return Result("range", student, 1, max_score=3.0, **fields)


def score(manual: float | None, penalty: float = 0.0) -> Score:
    cells = (CellScore("written-range", None, manual, None, 2.0, manual is None),)
    return Score("range", "ada", "", "", "", "", True, None, None, penalty, 5.0, cells)


def page(one: Result, *, code: dict[str, str] | None = None, score: Score | None = None) -> str:
    return render_feedback(ASSIGNMENT, one, code=code or {}, score=score)


def tags(html: str) -> set[str]:
    found: set[str] = set()
    parser = HTMLParser()
    parser.handle_starttag = lambda tag, attributes: found.add(tag)  # type: ignore[method-assign]  # all we ask
    parser.feed(html)
    return found


def store(course: Course, one: Result) -> None:
    path = course.result(one.student, "range")
    path.parent.mkdir(parents=True)
    path.write_text(json.dumps(one.to_json()))


def test_page_tells_input_both_values_cause_and_next_step() -> None:
    html = page(result(), code={"relu6": "def relu6(x): ..."})
    for text in ("x = 7", "<dd>7</dd>", "<dd>6</dd>", "It is <code>ReLU</code>. What happens above 6?"):
        assert text in html
    assert "values: not yet" in html
    assert "0 of 2" in html
    assert "def relu6(x): ..." in html
    assert "Asked for: the right numbers" in html
    assert "a person will read it, for up to 2 points" in html


def test_page_is_self_contained_and_everything_of_the_student_is_text() -> None:
    bad = CriterionResult(HOSTILE, HOSTILE, 0.0, 1.0, HOSTILE, HOSTILE, HOSTILE, HOSTILE, HOSTILE, HOSTILE)
    evil = result(
        HOSTILE,
        functions=(FunctionResult("relu6", (bad,)),),
        notes=(HOSTILE,),
        self_reported=(bad,),
        written=(WrittenResult(HOSTILE, 1.0, True),),
    )
    for html in (page(evil, code={"relu6": HOSTILE}), page(result(HOSTILE, status="unreadable", notes=(HOSTILE,)))):
        assert not {"script", "img"} & tags(html)
        assert "&lt;script&gt;" in html
        assert "{{ 7*7 }}" in html
        assert "\x1b" not in html
        assert "://" not in html
        assert "default-src 'none'" in html


def test_points_of_a_human_are_shown_once_everything_is_marked() -> None:
    assert "points in all" not in page(result(), score=score(None))
    html = page(result(), score=score(1.5, penalty=0.5))
    assert "1.5 of 2 points" in html
    assert "points in all" in html
    assert "taken off for lateness" in html
    empty = page(result(written=(WrittenResult("written-range", 2.0, False),)))
    assert "you left this as it was given out" in empty


def test_what_could_not_be_graded_is_no_zero() -> None:
    html = page(result(status="unreadable", functions=(), written=(), notes=("It is no notebook.",)))
    assert "It is no notebook." in html
    assert "This is not a score of 0" in html
    assert not re.search(r"<dd>0", html)


def test_files_lie_where_nbgrader_looks_for_them(tmp_path: Path) -> None:
    course = Course(tmp_path)
    store(course, result("ada"))
    store(course, result("bela", status="failed"))
    notebook = {"cell_type": "code", "source": "def relu6(x): pass", "metadata": {"nbgrader": {"grade_id": "relu6"}}}
    graded = course.graded("ada", "range")
    graded.parent.mkdir(parents=True)
    graded.write_text(json.dumps({"cells": [notebook], "metadata": {}, "nbformat": 4}))
    assert write_feedback(course, "range") == [tmp_path / "feedback/ada/range/range.html"]
    assert "def relu6(x): pass" in feedback_path(course, "ada", "range").read_text()
    assert write_feedback(course, "range", students=("ada",))


def test_what_cannot_be_done_is_one_sentence(tmp_path: Path) -> None:
    course = Course(tmp_path)
    with pytest.raises(UsageError, match="no assignment"):
        write_feedback(course, "rage")
    store(course, result("ada"))
    with pytest.raises(UsageError, match="There is no result of 'zoe'"):
        write_feedback(course, "range", students=("ada", "zoe"))
    feedback_path(course, "ada", "range").mkdir(parents=True)
    with pytest.raises(GraderFailure, match="cannot be written"):
        write_feedback(course, "range")
