from __future__ import annotations

import hashlib
import json
import re
import zipfile
from dataclasses import replace
from html.parser import HTMLParser
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import numpy as np
import pytest
from click.testing import CliRunner
from nbgrader.api import Gradebook
from playwright.sync_api import Browser
from tiny_course import CONFIGURATION, new_course
from tiny_course import result as tiny_result

from autograder.assignments import Case, load
from autograder.calls import Argument, Call, Outcome, Value
from autograder.cli import main
from autograder.compare import Expected
from autograder.course import gradebook
from autograder.course.demo import make_course
from autograder.course.gradebook import CellScore, Score
from autograder.course.layout import Course, open_course
from autograder.course.remarks import remarks
from autograder.engine import grade_class
from autograder.errors import GraderFailure, UsageError
from autograder.grading.results import CriterionResult, FunctionResult, Result, WrittenResult
from autograder.report import curves
from autograder.report.class_results import feedback_path, read_result
from autograder.report.curves import PATIENCE, Curves, points_of, svg
from autograder.report.feedback import render_feedback, write_feedback, zip_feedback

ROOT = Path(__file__).resolve().parent.parent
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


def test_what_is_asked_for_is_shown_without_the_marks_of_the_notebook() -> None:
    html = page(result(functions=(FunctionResult("scale_to", (replace(LOST, name="extremes"),)),)))
    assert "with the bound of “values”." in html
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
    assert write_feedback(course, "range").pages == [tmp_path / "feedback/ada/range/range.html"]
    assert "def relu6(x): pass" in feedback_path(course, "ada", "range").read_text()
    assert write_feedback(course, "range", students=("ada",)).pages


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


# Pictures, humans' words, and the way back


def calls(x: list[float], got: list[float], want: list[float]) -> list[tuple[Case, Outcome]]:
    given, answer, expected = (np.array(part) for part in (x, got, want))
    case = Case(Call((Argument("array", given),)), Expected((expected,), 1.0, 1.0))
    return [(case, Outcome((Value("ndarray", answer),)))]


def test_a_picture_shows_both_curves_and_says_where_they_part() -> None:
    x = np.linspace(-2, 2, 9).tolist()
    drawn = points_of(calls(x, [0.0] * 9, x))
    assert drawn is not None
    html = svg("relu6", drawn)
    assert html.count("<circle") == 9
    assert "furthest apart at x = −2, where yours is 0 and −2 was expected" in html
    assert ElementTree.fromstring(html).get("role") == "img"


@pytest.mark.browser
def test_all_of_a_number_is_in_the_picture(chromium: Browser) -> None:
    x = (np.linspace(-1, 1, 9) * 1.23456e-100).tolist()
    drawn = points_of(calls(x, x, x))
    assert drawn is not None
    page = chromium.new_page(viewport={"width": 400, "height": 800})
    style = Path(curves.__file__).with_name("templates").joinpath("page.css").read_text()
    page.set_content(f"<style>{style}</style>{svg('relu6', drawn)}")
    inside = "(text) => [text.textContent, text.getBBox().x, text.getBBox().x + text.getBBox().width]"
    labels = page.evaluate(f"[...document.querySelectorAll('svg text')].map({inside})")
    page.close()
    assert sorted(label for label, *_ in labels) == sorted(2 * ["−1.23e−100", "1.23e−100"])
    assert all(start >= 0 and end <= curves.WIDTH for _, start, end in labels)


@pytest.mark.parametrize("bad", [[np.nan] * 9, [np.inf] * 9, [0.0] * 3])
def test_what_cannot_be_drawn_is_not(bad: list[float]) -> None:
    x = np.linspace(-2, 2, 9).tolist()
    assert points_of(calls(x, bad, x)) is None
    assert points_of(calls((np.array(x) + 100).tolist(), x, x)) is None
    assert points_of([]) is None


def test_the_pages_of_a_class_have_pictures_where_points_were_lost(tmp_path: Path) -> None:
    course = make_course(tmp_path, open_course(ROOT))
    grade_class(course, "range", students=("ada", "hana", "kofi", "olga"), seed=1)
    assert len(write_feedback(course, "range", pictures=True).pages) == 4
    texts = {path.parent.parent.name: path.read_text() for path in (tmp_path / "feedback").rglob("*.html")}
    assert {student: text.count('<svg class="curve"') for student, text in texts.items()} == {
        "ada": 0,
        "hana": 0,
        "kofi": 0,  # wrote no tanh, so that there is nothing to draw
        "olga": 1,
    }
    assert "sigmoid at " in texts["olga"]
    notebook = course.submission("olga", "range")
    notebook.write_text(notebook.read_text() + "\n")
    graded = read_result(course, "olga", "range")
    assert graded is not None
    with Curves(course, "range") as curves:
        assert curves.of(graded) == {}


def test_a_humans_words_are_shown_as_text(tmp_path: Path) -> None:
    html = render_feedback(ASSIGNMENT, result(), code={}, score=None, said={"relu6": HOSTILE, "written-range": "Good."})
    assert html.count("Your instructor wrote:") == 2
    assert "Good." in html
    assert not {"script", "img"} & tags(html)


def test_words_written_in_the_gradebook_are_found(tmp_path: Path) -> None:
    course = new_course(tmp_path)
    gradebook.register(course, "tiny")
    gradebook.record(course, "tiny", [tiny_result("ada"), tiny_result("ben")])
    assert remarks(course, "tiny") == {}
    with Gradebook(course.gradebook_url) as theirs:
        notebook = theirs.find_submission_notebook("tiny", "tiny", "ada")
        [comment] = [one for one in notebook.comments if one.name == "why"]
        comment.manual_comment = "See page 3."
        theirs.db.commit()
    assert remarks(course, "tiny") == {"ada": {"why": "See page 3."}}


def test_the_zip_has_the_names_that_platforms_gave(tmp_path: Path) -> None:
    course = Course(tmp_path)
    given = {
        "ada": {"from": "canvas", "file": "lovelaceada_LATE_12_34_range-1.ipynb"},
        "ben": {"from": "moodle", "file": "Ben O'Neil_77_assignsubmission_file_/range.ipynb"},
        "cy": {"from": "moodle", "file": "../../etc/passwd"},
        "dora": None,
    }
    for student, record in given.items():
        store(course, result(student))
        if record:
            beside = course.submission(student, "range").with_name("collected.json")
            beside.parent.mkdir(parents=True)
            beside.write_text(json.dumps(record))
    zip_feedback(course, "range", write_feedback(course, "range").pages, tmp_path / "back.zip")
    with zipfile.ZipFile(tmp_path / "back.zip") as archive:
        assert archive.namelist() == [
            "lovelaceada_LATE_12_34_range.html",
            "Ben O'Neil_77_assignsubmission_file_/range.html",
            "cy/range.html",
            "dora/range.html",
        ]
        assert b"Feedback for ada" in archive.read("lovelaceada_LATE_12_34_range.html")


def test_a_picture_is_made_from_its_own_calls_and_nobody_waits_for_a_loop_again(tmp_path: Path, monkeypatch) -> None:
    course = make_course(tmp_path, open_course(ROOT))
    (told,) = grade_class(course, "range", students=("olga",), seed=1).results
    asked = []
    with Curves(course, "range") as curves:
        grader = curves._model(told.seed).worker.grader
        matched = grader.matched
        monkeypatch.setattr(grader, "matched", lambda data, calls: asked.append(calls) or matched(data, calls))
        assert set(curves.of(told)) == {"sigmoid"}
        assert {function for (function, _), calls in asked[0].items() if calls} == {"sigmoid"}
        assert curves.of(replace(told, seconds=PATIENCE + 1)) == {}
        assert len(asked) == 1


# Who handed in again


def graded_class(root: Path, *students: str) -> Course:
    """Return a course in which each student has a submission and the result of it."""
    (root / "nbgrader_config.py").write_text(CONFIGURATION, "utf-8")
    course = open_course(root)
    for student in students:
        hand_in(course, student, b"{}", upload=500)
        store(course, result(student, submission_hash=hashlib.sha256(b"{}").hexdigest()))
    return course


def hand_in(course: Course, student: str, data: bytes, *, upload: int) -> None:
    path = course.submission(student, "range")
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(data)
    told = {"from": "canvas", "file": f"{student}_1234_{upload}_range.ipynb"}
    path.with_name("collected.json").write_text(json.dumps(told))
    path.with_name("submission_secret.txt").write_text(f"{upload}" * 20)


def feedback(course: Course, *words: str) -> tuple[int, str]:
    ran = CliRunner().invoke(main, ["feedback", "range", "--no-pictures", "--course", str(course.root), *words])
    return ran.exit_code, " ".join(ran.output.split())


def test_feedback_on_an_old_attempt_is_not_the_answer_to_a_new_one(tmp_path: Path) -> None:
    course = graded_class(tmp_path, "ada", "ben", "cy")
    assert feedback(course) == (0, "3 pages of feedback are written; `nbgrader release_feedback range` hands them out.")
    folder = feedback_path(course, "ada", "range").parent
    before = {path.name: path.read_bytes() for path in folder.iterdir()}
    for student in ("ada", "ben"):
        hand_in(course, student, b"{ }", upload=700)
    status, told = feedback(course, "--zip", str(tmp_path / "f.zip"))
    assert status == 0
    assert told.startswith("1 page of feedback is written")
    assert told.endswith(
        "ada and ben handed in again since they were graded; run `autograder grade range` first, then their feedback."
    )
    with zipfile.ZipFile(tmp_path / "f.zip") as archive:
        assert archive.namelist() == ["cy_1234_500_range.html"]
    assert {path.name: path.read_bytes() for path in folder.iterdir()} == before
    assert set(before) == {"range.html", "submission_secret.txt"}


def test_where_all_handed_in_again_there_is_nothing_to_write(tmp_path: Path) -> None:
    students = [f"s{number:02}" for number in range(13)]
    course = graded_class(tmp_path, *students, "zoe")
    for student in students:
        hand_in(course, student, b"{ }", upload=700)
    status, told = feedback(course, "--student", "s03", "--zip", str(tmp_path / "f.zip"))
    assert status == 2
    assert "s03 handed in again since they were graded; run `autograder grade range` first" in told
    with pytest.raises(UsageError, match=r"^s00, s01, .*, s09 and 3 more handed in again"):
        write_feedback(course, "range", students=students)
    assert not (tmp_path / "f.zip").exists()
    assert not (tmp_path / "feedback").exists()
    assert len(write_feedback(course, "range").pages) == 1


@pytest.mark.parametrize(
    ("before", "now", "again"),
    [
        (b"{}", b"{}", False),
        (b"{}", b"{ }", True),
        (b"{}", b"", True),
        (b"{}", None, False),  # deleted since
        (None, None, False),
        (None, b"{}", True),  # there was nothing to be read, and now there is
        (b"", b"", False),
    ],
)
def test_a_new_attempt_is_known_by_its_bytes(
    tmp_path: Path, before: bytes | None, now: bytes | None, again: bool
) -> None:
    course = Course(tmp_path)
    store(
        course,
        result(
            submission_hash=hashlib.sha256(before).hexdigest() if before else "",
            status="graded" if before else "unreadable",
        ),
    )
    if now is not None:
        course.submission("ada", "range").parent.mkdir(parents=True)
        course.submission("ada", "range").write_bytes(now)
    if again:
        with pytest.raises(UsageError, match="ada handed in again"):
            write_feedback(course, "range")
    else:
        written = write_feedback(course, "range")
        assert (len(written.pages), written.again) == (1, [])


def test_what_cannot_be_opened_any_more_is_no_graded_attempt(tmp_path: Path) -> None:
    course = graded_class(tmp_path, "ada")
    course.submission("ada", "range").unlink()
    course.submission("ada", "range").symlink_to(tmp_path / "nowhere")
    with pytest.raises(UsageError, match="ada handed in again"):
        write_feedback(course, "range")
