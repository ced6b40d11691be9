"""nbgrader's own web application shows what we graded, and what a human does in it survives our regrade.

The server, its pages and the browser are real.  Formgrader fetches MathJax from another host, which the tests keep out
of reach: without it formulas stay TeX and its keyboard short cuts are off, and everything else works.
"""

from __future__ import annotations

import io
import json
import os
from collections.abc import Iterator
from pathlib import Path

import nbformat
import pytest
from browser import MISSING, chromium_path
from click.testing import CliRunner
from formgrader import Formgrader, address_of, formgrader, jupyter_server
from PIL import Image
from playwright.sync_api import Browser
from test_inside_nbgrader import configured
from test_safe_markdown import PIXEL

from autograder.cli import main
from autograder.course.demo import ASSIGNMENT
from autograder.course.gradebook import Score, scores
from autograder.course.layout import Course
from benchmarks.parity import make_class

pytestmark = pytest.mark.browser

STUDENTS = ("ada", "anouk", "hana", "jonas", "xenia", "yuri", "zoe")
"""All right; empty; no notebook; markup in what it prints; and three with mistakes and a written answer."""
WRITTEN = f"written-{ASSIGNMENT}"
HOSTILE = """\
Because <img src="data:image/png;base64,AA" onerror="window.owned = 1"> of **bold** [claims](javascript:owned=2), $a<b$.
My drawing: ![curve](attachment:curve.png), and one that I forgot: ![other](attachment:other.png).

<script>window.owned = 3</script><svg onload="window.owned = 4"></svg><iframe src="javascript:parent.owned=5"></iframe>
<style>body {display: none}</style><form action="/formgrader"><button class="mark-graded">x</button></form>

| a | b |
|---|---|
| 1 | 2 |
"""
GUIDE_PICTURE = Path(__file__).parents[1] / "book" / "_static" / "formgrader.png"
WITHOUT_MATHJAX = "MathJax is not defined"


def run(course: Course, *words: str) -> None:
    """Run a command of the autograder, as an instructor does."""
    done = CliRunner().invoke(main, [*words, "--course", str(course.root)], catch_exceptions=False)
    assert done.exit_code == 0, done.output


def write_answer(course: Course, student: str, cell_name: str, answer: str, picture: str = "") -> None:
    """Put an answer into a student's notebook, as the student could."""
    path = course.submission(student, ASSIGNMENT)
    notebook = nbformat.read(path, as_version=4)
    (cell,) = (c for c in notebook.cells if c.metadata.get("nbgrader", {}).get("grade_id") == cell_name)
    cell.source = answer
    if picture:
        cell["attachments"] = {"curve.png": {"image/png": picture}}
    nbformat.write(notebook, path)


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Course, str]]:
    """A graded course, and the address of a Jupyter server in it."""
    if chromium_path() is None:
        pytest.skip(MISSING)
    folder = tmp_path_factory.mktemp("formgrader")
    course = make_class(folder / "course", STUDENTS)
    write_answer(course, "jonas", WRITTEN, HOSTILE, PIXEL)
    with jupyter_server(course.root, folder / "server") as server:
        run(course, "grade", ASSIGNMENT, "--seed", "4")
        yield course, address_of(server, folder / "server")


@pytest.fixture
def course(place: tuple[Course, str]) -> Course:
    return place[0]


@pytest.fixture
def tab(place: tuple[Course, str], chromium: Browser) -> Iterator[Formgrader]:
    with formgrader(chromium, place[1]) as tab:
        yield tab
        assert {problem for problem in tab.wrong if problem != WITHOUT_MATHJAX} == set()
        assert all("mathjax" in address.lower() for address in tab.outside), tab.outside


def score_of(course: Course, student: str) -> Score:
    (found,) = (score for score in scores(course, ASSIGNMENT) if score.student == student)
    return found


def result_of(course: Course, student: str) -> dict:
    return json.loads(course.result(student, ASSIGNMENT).read_text())


def shown(points: float) -> str:
    """Write points as formgrader's tables do."""
    return f"{round(points, 2):g}"


def test_lists_show_our_assignment_and_scores(tab: Formgrader, course: Course) -> None:
    (line,) = tab.rows("manage_assignments")
    assert line[0] == ASSIGNMENT
    assert str(len(STUDENTS)) in line
    graded = {score.student: score for score in scores(course, ASSIGNMENT)}
    assert set(graded) == set(STUDENTS)
    told = {row[1]: row for row in tab.rows(f"manage_submissions/{ASSIGNMENT}")}
    assert set(told) == set(STUDENTS)
    for student, score in graded.items():
        assert told[student][4] == f"{shown(score.score)} / {shown(score.max_score)}", student
        assert told[student][3] == ("needs manual grading" if score.needs_human else "graded"), student
    people = {row[1]: row[3] for row in tab.rows("manage_students")}
    assert people == {s: f"{shown(one.score)} / {shown(one.max_score)}" for s, one in graded.items()}
    (book,) = tab.rows("gradebook")
    mean = sum(one.score for one in graded.values()) / len(graded)
    assert (book[0], book[2]) == (ASSIGNMENT, str(len(STUDENTS)))
    assert book[3] == f"{shown(mean)} / {shown(score.max_score)}"


def test_a_submission_shows_its_outputs_and_our_comments(tab: Formgrader, course: Course) -> None:
    page = tab.submission("xenia", ASSIGNMENT)
    functions = {function["name"]: function for function in result_of(course, "xenia")["functions"]}
    assert page.locator(".nbgrader_cell .comment").count() == len(functions) + 1  # and the written answer
    for name, function in functions.items():
        comment = page.locator(f"[id='{name}-comment']").get_attribute("placeholder") or ""
        lost = [one for one in function["criteria"] if one["status"] != "passed"]
        assert all(f"{one['name']} (0 of {one['max_points']:g} points)" in comment for one in lost), comment
        assert bool(lost) == ("Type any comments here" not in comment)
        for one in function["criteria"]:
            field = page.locator(f"[id='{name}-{one['name']}']")
            assert float(field.get_attribute("placeholder") or "nan") == one["points"]
            cell = page.locator(".cell", has=field)
            assert one["message"].split("`")[0] in cell.locator(".output").inner_text()
            assert cell.locator(".output_error").count() == (one["status"] != "passed")
    assert sum(function["score"] < function["max_score"] for function in functions.values()) == 3


def test_the_guides_picture_shows_this_page(tab: Formgrader, course: Course) -> None:
    """The guide for instructors shows a submission in formgrader, in a picture that is committed.

    ``AUTOGRADER_PICTURE=1 pytest tests/test_formgrader.py -k picture`` makes it anew.
    """
    page = tab.submission("xenia", ASSIGNMENT)
    lost = next(f for f in result_of(course, "xenia")["functions"] if f["score"] < f["max_score"])
    comment = page.locator(f"[id='{lost['name']}-comment']")
    verdict = next(one for one in lost["criteria"] if one["status"] != "passed")
    field = page.locator(f"[id='{lost['name']}-{verdict['name']}']")
    page.set_viewport_size({"width": 1180, "height": 760})
    page.locator(".nbgrader_cell", has=comment).evaluate("cell => window.scrollTo(0, cell.offsetTop - 10)")
    page.wait_for_timeout(500)
    seen = page.screenshot()
    if os.environ.get("AUTOGRADER_PICTURE"):
        GUIDE_PICTURE.write_bytes(few_colours(seen))
    assert all(part.is_visible() for part in (comment, field))
    with Image.open(GUIDE_PICTURE) as committed, Image.open(io.BytesIO(seen)) as now:
        assert committed.size == now.size
    assert GUIDE_PICTURE.stat().st_size < 150_000


def few_colours(picture: bytes) -> bytes:
    """Return a picture of a page in 64 colours, which is a third of its size."""
    stream = io.BytesIO()
    with Image.open(io.BytesIO(picture)) as image:
        image.convert("RGB").quantize(64).save(stream, "PNG", optimize=True)
    return stream.getvalue()


def test_what_a_student_wrote_is_text_on_the_page(tab: Formgrader, course: Course) -> None:
    """Else a student's answer could press formgrader's buttons: it would run as the instructor who reads it."""
    page = tab.submission("jonas", ASSIGNMENT)
    answer = page.locator(".nbgrader_cell", has=page.locator(f"[id='{WRITTEN}']"))
    assert "Because" in answer.inner_text()
    assert answer.locator("strong").inner_text() == "bold"  # Markdown stays Markdown
    assert answer.locator("table td").count() == 2
    assert answer.locator("img[alt=curve]").evaluate("picture => picture.naturalWidth") == 1  # it was pasted, and shows
    assert page.locator("img[onerror], iframe, a[href^='javascript'], #notebook-container script").count() == 0
    page.wait_for_timeout(300)  # whatever was to run has run by now
    assert page.evaluate("window.owned") is None
    assert "onerror" in page.locator(".output", has_text="onerror").first.inner_text()  # what the program printed


@pytest.mark.full
def test_an_unreadable_submission_can_be_marked_by_hand(tab: Formgrader, course: Course) -> None:
    assert result_of(course, "hana")["status"] == "unreadable"
    page = tab.submission("hana", ASSIGNMENT)
    assert "This submission could not be graded" in page.locator("#notebook-container").first.inner_text()
    assert "not valid JSON" in page.locator(".output_error").first.inner_text()
    assert page.locator("input.score.needs_manual_grade").count() == page.locator("input.score").count() > 10
    tab.type("sigmoid-values", "2")
    tab.type("sigmoid-comment", "Sent by mail.")
    run(course, "grade", ASSIGNMENT, "--force", "--student", "hana")
    page = tab.submission("hana", ASSIGNMENT)
    assert page.locator("#sigmoid-values").input_value() == "2"
    assert page.locator("#sigmoid-comment").input_value() == "Sent by mail."
    assert score_of(course, "hana").score == 2


REGRADES = (("--force",), (), ("--force", "--student", "zoe"))


@pytest.mark.parametrize(
    ("student", "regrades"), [("yuri", REGRADES[:1]), pytest.param("zoe", REGRADES, marks=pytest.mark.full)]
)
def test_manual_points_and_comments_survive_our_regrade(
    tab: Formgrader, course: Course, student: str, regrades: tuple[tuple[str, ...], ...]
) -> None:
    before = score_of(course, student)
    assert [cell.name for cell in before.cells if cell.needs_human] == [WRITTEN]
    test = next(cell.name for cell in before.cells if cell.auto == 0)
    function, _, criterion = test.rpartition("-")
    tab.submission(student, ASSIGNMENT)
    tab.type(WRITTEN, "1.5")
    tab.type(f"{WRITTEN}-comment", "Well said, **but** why?")
    tab.type(test, "0.5")  # a machine's verdict, overruled
    tab.type(f"{function}-comment", "Half right.")
    total = before.score + 1.5 + 0.5
    for again in regrades:
        run(course, "grade", ASSIGNMENT, *again)
        after = score_of(course, student)
        assert (after.score, after.needs_human) == (total, False), again
        page = tab.submission(student, ASSIGNMENT)
        assert {name: float(page.locator(f"[id='{name}']").input_value()) for name in (WRITTEN, test)} == {
            WRITTEN: 1.5,
            test: 0.5,
        }
        assert page.locator(f"[id='{WRITTEN}-comment']").input_value() == "Well said, **but** why?"
        comment = page.locator(f"[id='{function}-comment']")
        assert comment.input_value() == "Half right."
        assert f"{criterion} (0 of" in (comment.get_attribute("placeholder") or "")
        assert page.locator("input.score.needs_manual_grade").count() == 0
    row = next(row for row in tab.rows(f"manage_submissions/{ASSIGNMENT}") if row[1] == student)
    assert row[3:5] == ["graded", f"{shown(total)} / {shown(before.max_score)}"]


@pytest.mark.full
def test_a_changed_submission_asks_the_human_to_look_again(tab: Formgrader, course: Course) -> None:
    tab.submission("ada", ASSIGNMENT)
    tab.type(WRITTEN, "2")
    full = score_of(course, "ada")
    assert (full.score, full.needs_human) == (full.max_score, False)
    write_answer(course, "ada", "relu6", "def relu6(x):\n    return np.maximum(x, 0)")
    run(course, "grade", ASSIGNMENT, "--student", "ada")
    after = score_of(course, "ada")
    assert after.score == full.max_score - 4  # all of relu6's points; those of the human stay
    page = tab.submission("ada", ASSIGNMENT)
    assert page.locator("#relu6-values").get_attribute("placeholder") == "0"  # what we wrote meanwhile, not a memory
    assert float(page.locator(f"[id='{WRITTEN}']").input_value()) == 2
    assert page.locator("input.score.needs_manual_grade").count() == 1
    with page.expect_response(lambda answer: answer.request.method == "PUT"):
        page.locator(".mark-graded:visible").click()
    assert not score_of(course, "ada").needs_human


def test_autograded_notebooks_are_valid_and_carry_the_gradebooks_cells(course: Course) -> None:
    for student in STUDENTS:
        notebook = nbformat.read(course.graded(student, ASSIGNMENT), as_version=4)
        nbformat.validate(notebook)
        marks = [cell.metadata.nbgrader for cell in notebook.cells if "nbgrader" in cell.metadata]
        graded = {mark.grade_id: mark.points for mark in marks if mark.grade}
        assert graded == {cell.name: cell.max_score for cell in score_of(course, student).cells}, student


@pytest.mark.full
def test_formgraders_button_grades_in_our_sandbox_where_it_is_configured(tab: Formgrader, course: Course) -> None:
    before = score_of(course, "xenia")
    configured(course.root)
    row = tab.open(f"manage_submissions/{ASSIGNMENT}").locator("#main-table tr", has_text="xenia")
    with tab.page.expect_response(lambda answer: answer.url.endswith("/autograde"), timeout=60_000) as answer:
        row.locator(".autograde a").click()
    said = answer.value.json()
    assert said["success"], said
    after = score_of(course, "xenia")
    assert {cell.name: cell.auto for cell in after.cells} == {cell.name: cell.auto for cell in before.cells}
    page = tab.submission("xenia", ASSIGNMENT)
    assert page.locator(".output_error").count() == sum(c.auto == 0 for c in before.cells if c.name != WRITTEN)
    comment = page.locator("#relu6-comment").get_attribute("placeholder") or ""
    assert "values (0 of 2 points)" in comment  # what we told before stays
