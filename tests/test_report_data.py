"""The class report as JSON and tables, its way down to each student, and what humans did in the gradebook."""

from __future__ import annotations

import csv
import io
import json
import time
from dataclasses import replace
from pathlib import Path

import pytest
from browser import new_visit
from click.testing import CliRunner
from playwright.sync_api import Browser
from sqlalchemy import update
from test_report_class import HOSTILE, a_class, graded, store
from tiny_course import new_course, result

from autograder.cli import main
from autograder.course._tables import GRADE, transaction
from autograder.course.demo import make_course
from autograder.course.gradebook import CellScore, Score, record, register
from autograder.course.layout import Course, open_course
from autograder.grading.results import Result
from autograder.report.class_data import class_json, class_tables
from autograder.report.class_report import BLOCK, render
from autograder.report.class_results import NOTHING, ClassResults, recorded_scores, with_enrolled
from autograder.report.class_statistics import class_statistics

ROOT = Path(__file__).parents[1]
OPENS_WITHIN = 30
"""Seconds that the page of ten thousand students may take on a busy machine; alone on two cores it takes two."""


def score(student: str, written: float | None, penalty: float = 0.0) -> Score:
    cells = (
        CellScore("sigmoid-values", 1.0, None, None, 1.0, False),
        CellScore("written-range", None, written, None, 2.0, written is None),
    )
    return Score("range", student, "", "", "", "", True, None, None, penalty, 8.0, cells)


def rows(table: bytes) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(table.decode())))


def test_json_holds_what_the_page_says() -> None:
    everyone = a_class(40)
    unreadable = Result("range", "zoe", 5, "unreadable", 6.0, notes=("It is no notebook.",))
    found = ClassResults((*everyone, unreadable), (("zoe", "It is no notebook."),))
    told = json.loads(json.dumps(class_json("range", "Range", found, {}), allow_nan=False))
    statistics = class_statistics(everyone)
    assert (told["schema_version"], told["assignment"], told["graded"]) == (1, "range", 40)
    assert (told["median"], told["mean"], told["full_marks"]) == (statistics.median, statistics.mean, statistics.full)
    assert sum(one["students"] for one in told["distribution"]) == 40
    tests = {(one["function"], one["test"]): one for one in told["tests"]}
    assert tests["sigmoid", "extremes"]["difficulty"] == 0.5
    assert tests["sigmoid", "values"]["discrimination"] is None  # everyone passed it
    assert {one["function"] for one in told["functions"]} == {"sigmoid", "relu6"}
    assert [one["students"] for one in told["mistakes"]] == [20, 10]
    assert told["mistakes"][0]["diagnosis"] == "What sigmoid/naive does. What to look at."
    assert told["not_graded"] == [{"student": "zoe", "why": "It is no notebook."}]
    assert told["written_answers_waiting"] == 40
    students = {one["student"]: one for one in told["students"]}
    assert len(students) == 41
    assert students["zoe"]["score"] is None
    assert students["zoe"]["needs_human"]
    assert [one["test"] for one in students["student003"]["lost"]] == ["extremes", "values", "arrays", "extremes"]


def test_a_class_without_results_is_json_and_tables_too() -> None:
    found = ClassResults((), (("ada", "Nothing was handed in for this assignment."),))
    told = json.loads(json.dumps(class_json("range", "Range", found, {}), allow_nan=False))
    assert (told["graded"], told["mean"], told["students"]) == (0, None, [])
    (line,) = rows(class_tables(found, {})["students.csv"])
    assert (line["student"], line["status"], line["score"]) == ("ada", "not graded", "")


def test_tables_are_plain_and_hold_no_formula() -> None:
    evil = replace(a_class(1)[0], student="=1+1", notes=(HOSTILE, '=HYPERLINK("x")'))
    tables = class_tables(ClassResults((evil, *a_class(12)), (("@sum", "+x"),)), {})
    assert set(tables) == {"tests.csv", "mistakes.csv", "students.csv"}
    for table in tables.values():
        for line in rows(table):
            for cell in line.values():
                assert cell[:1] not in ("=", "@", "\t")
                assert cell[:1] not in ("+", "-") or float(cell) is not None
    assert {line["student"] for line in rows(tables["students.csv"])} >= {"'=1+1", "'@sum"}
    lines = {(line["function"], line["test"]): line for line in rows(tables["tests.csv"])}
    assert float(lines["sigmoid", "extremes"]["mean_share"]) == pytest.approx(7 / 13)
    assert lines["sigmoid", "values"]["discrimination"] == ""


def test_what_humans_marked_waits_no_more() -> None:
    found = ClassResults((graded("ada"), graded("ben"), graded("cy")), ())
    marked = {"ada": score("ada", 1.5), "ben": score("ben", None), "cy": score("cy", 2, penalty=0.5)}
    html = render("Range", found, marked)
    assert "1 written answer waits to be marked" in html
    assert "in all 2.5 / 8" in html
    assert html.count("in all ") == 2
    students = {one["student"]: one for one in class_json("range", "Range", found, marked)["students"]}
    assert [students[name]["total"] for name in ("ada", "ben", "cy")] == [2.5, None, 2.5]
    assert [students[name]["needs_human"] for name in ("ada", "ben", "cy")] == [False, True, False]


def test_who_is_enrolled_and_has_handed_in_nothing_is_told() -> None:
    found = ClassResults((graded("ada"),), (("ben", "Handed in, but not graded yet."),))
    absent = {name: replace(score(name, None), submitted=False, cells=()) for name in ("cy", "ben")}
    told = with_enrolled(found, {"ada": score("ada", None), **absent})
    assert told.ungraded == (("ben", "Handed in, but not graded yet."), ("cy", NOTHING))


def test_a_marked_answer_that_waits_for_another_look_is_told() -> None:
    again = replace(score("ada", 1.5), cells=(CellScore("written-range", None, 1.5, None, 2.0, True),))
    html = render("Range", ClassResults((graded("ada"),), ()), {"ada": again})
    assert "1 answer that a human marked waits for another look" in html
    assert "in all" not in html


def test_the_command_writes_page_json_and_tables_with_the_gradebooks_scores(tmp_path: Path) -> None:
    course = make_course(tmp_path / "course", open_course(ROOT))
    store(course, replace(graded("ada"), key="k"))
    tables = tmp_path / "tables"
    words = ["report", "range", "--json", str(tmp_path / "range.json"), "--csv", str(tables)]
    ran = CliRunner().invoke(main, [*words, "--course", str(course.root)])
    assert ran.exit_code == 0, ran.output
    assert json.loads((tmp_path / "range.json").read_text())["students"][0]["student"] == "ada"
    assert len(rows((tables / "students.csv").read_bytes())) == 40  # the others are not graded yet
    (tmp_path / "taken").write_text("")
    ran = CliRunner().invoke(main, ["report", "range", "--csv", str(tmp_path / "taken"), "--course", str(course.root)])
    assert ran.exit_code == 1
    assert "cannot be written" in ran.output


def test_scores_come_from_the_gradebook(tmp_path: Path) -> None:
    course = new_course(tmp_path)
    assert recorded_scores(course, "tiny") == {}
    register(course, "tiny")
    record(course, "tiny", [result("ada")])
    with transaction(course, writes=True) as connection:
        connection.execute(update(GRADE).where(GRADE.c.auto_score.is_(None)).values(manual_score=3))
    assert recorded_scores(course, "tiny")["ada"].score == 6


def many(count: int) -> tuple[Result, ...]:
    """A class of any size, in which every tenth submission has something odd."""
    sample = a_class(40)
    return tuple(
        replace(sample[i % 40], student=f"student{i:05}", notes=() if i % 10 else ("A cell was changed.",))
        for i in range(count)
    )


@pytest.mark.parametrize("count", [1, BLOCK, BLOCK + 1, 3 * BLOCK])
def test_large_classes_come_in_blocks_with_everyone_once(count: int) -> None:
    html = render("Range", ClassResults(many(count), ()))
    assert html.count('<details class="block">') == (0 if count <= BLOCK else -(-count // BLOCK))
    assert all(html.count(f'id="student-{number}"') == 1 for number in range(1, count + 1))


def page_of(course: Course, student: str) -> Path:
    path = course.root / course.feedback / student / "range" / "range.html"
    path.parent.mkdir(parents=True)
    path.write_text("<!DOCTYPE html><title>page</title><p>Your feedback.")
    return path


@pytest.mark.browser
def test_the_way_to_a_student_works_from_a_file(tmp_path: Path, chromium: Browser) -> None:
    """The report lies in a folder whose name needs care, and is opened without a server."""
    course = make_course(tmp_path / "a course, 50 % #1", open_course(ROOT))
    store(course, graded("ada", ("A cell was changed.",), relu6={"values": "relu6/no_cap"}))
    page_of(course, "ada")
    ran = CliRunner().invoke(main, ["report", "range", "--course", str(course.root)])
    assert ran.exit_code == 0, ran.output
    visit = new_visit(chromium)
    tab = visit.open(course.root / "reports" / "range.html")
    tab.locator("#human a", has_text="ada").press("Enter")
    row = tab.locator("tr:target")
    row.locator("summary").press("Enter")
    assert "It gave 2 at x = 1." in row.inner_text()
    row.locator("a", has_text="Feedback").press("Enter")
    tab.wait_for_url("**/feedback/ada/range/range.html")
    assert "Your feedback." in tab.inner_text("body")
    assert (visit.outside, visit.errors) == ([], [])
    tab.context.close()


@pytest.mark.browser
@pytest.mark.parametrize("count", [3, pytest.param(10_000, marks=pytest.mark.full)])
def test_a_student_of_a_class_of_any_size_is_one_key_away(tmp_path: Path, chromium: Browser, count: int) -> None:
    file = tmp_path / "report.html"
    file.write_text(render("Range", ClassResults(many(count), ())))
    visit = new_visit(chromium, width=390)
    visit.page.set_default_timeout(1000 * OPENS_WITHIN)
    started = time.monotonic()
    tab = visit.open(file)
    number = 10 * ((count - 1) // 10) + 1  # the last one with something odd
    link = tab.locator("#human a", has_text=f"student{number - 1:05}")
    link.evaluate("link => link.closest('details')?.setAttribute('open', '')")
    link.press("Enter")
    row = tab.locator("tr:target")
    row.wait_for(state="visible")
    assert f"student{number - 1:05}" in row.inner_text()
    assert time.monotonic() - started < OPENS_WITHIN
    assert tab.evaluate("document.documentElement.scrollWidth <= innerWidth")
    tab.context.close()


def test_a_report_elsewhere_links_to_no_page(tmp_path: Path) -> None:
    course = make_course(tmp_path / "course", open_course(ROOT))
    store(course, graded("ada"))
    page_of(course, "ada")
    for file, linked in ((course.root / "reports/range.html", True), (tmp_path / "range.html", False)):
        words = ["report", "range", "--output", str(file), "--course", str(course.root)]
        assert CliRunner().invoke(main, words).exit_code == 0
        assert ('href="../feedback/ada/range/range.html"' in file.read_text()) == linked
