from __future__ import annotations

import hashlib
import json
import math
import re
import xml.etree.ElementTree as ET
from dataclasses import replace
from html.parser import HTMLParser
from pathlib import Path

import numpy as np
import pytest
from axe_playwright_python.sync_playwright import Axe
from browser import new_visit
from playwright.sync_api import Browser

from autograder import messages
from autograder.course.layout import Course
from autograder.errors import GraderFailure, UsageError
from autograder.grading.results import CriterionResult, FunctionResult, Result, WrittenResult
from autograder.report import class_report
from autograder.report.class_report import render, write_class_report
from autograder.report.class_results import AGAIN, ClassResults, read_results
from autograder.report.class_statistics import class_statistics, discrimination, histogram, lessons

HOSTILE = "<script>alert(1)</script><img src=x onerror=alert(2)>'\"&{{ 7*7 }}</details></title>\x1b[2J\u202e`<b>`"
NAMES = ("values", "arrays", "extremes")


def criterion(
    name: str, mistake: str = "", *, passed: bool = False, text: str = "It gave 2 at x = 1."
) -> CriterionResult:
    if passed:
        return CriterionResult(name, "passed", 1.0, 1.0, "All 10 calls gave what was expected.")
    told = f"What {mistake} does. What to look at." if mistake else ""
    return CriterionResult(name, "failed", 0.0, 1.0, text, told, mistake, at="x = 1", got="2", want="1")


def function(name: str, lost: dict[str, str]) -> FunctionResult:
    return FunctionResult(name, tuple(criterion(n, lost.get(n, ""), passed=n not in lost) for n in NAMES))


def graded(student: str, notes: tuple[str, ...] = (), **lost: dict[str, str]) -> Result:
    functions = tuple(function(name, lost.get(name, {})) for name in ("sigmoid", "relu6"))
    return Result(
        "range", student, 5, "graded", 6.0, functions, notes, "landlock+seccomp", "abc", "0.1", 0.02,
        written=(WrittenResult("written-range", 2.0, True),),
    )  # fmt: skip


def a_class(count: int) -> list[Result]:
    """A class in which every second student loses extremes, and every fourth the whole of relu6 too."""
    everyone = []
    for i in range(count):
        lost = {"sigmoid": {"extremes": "sigmoid/naive"}} if i % 2 else {}
        if i % 4 == 3:
            lost["relu6"] = dict.fromkeys(NAMES, "relu6/no_cap")
        everyone.append(graded(f"student{i:03}", **lost))
    return everyone


class Page(HTMLParser):
    """What a page is made of."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.open: list[str] = []
        self.text = ""
        self.feed(html)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))
        if tag not in ("meta", "img", "br", "link", "rect", "line"):
            self.open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        if "style" not in self.open:
            self.text += data


def page(results: list[Result], ungraded: tuple[tuple[str, str], ...] = ()) -> tuple[str, Page]:
    html = render("Range", ClassResults(tuple(results), ungraded))
    return html, Page(html)


@pytest.mark.parametrize("count", [0, 1, 2, 40])
def test_report_is_well_formed_for_classes_of_every_size(count: int) -> None:
    html, parsed = page(a_class(count))
    assert parsed.open == []
    for svg in re.findall(r"<svg.*?</svg>", html, re.DOTALL):
        ET.fromstring(svg)
    assert ("Nothing is graded yet" in html) == (count == 0)
    assert html.count("<main") == html.count("<h1") == 1
    assert "nan" not in parsed.text.lower()


def test_no_script_and_no_address_of_another_host() -> None:
    html, parsed = page(a_class(40))
    assert not {"script", "img", "link", "iframe", "object", "form", "base"} & {tag for tag, _ in parsed.tags}
    assert "://" not in html
    assert not re.search(r"url\(|@import", html)
    policy = next(a["content"] for tag, a in parsed.tags if a.get("http-equiv") == "Content-Security-Policy")
    assert policy is not None
    assert policy.startswith("default-src 'none'; style-src 'unsafe-inline'; img-src data:;")
    links = [a.get("href") or "" for tag, a in parsed.tags if tag == "a"]
    assert links
    assert all(link.startswith("#") for link in links)
    assert {link[1:] for link in links} <= {a["id"] for _, a in parsed.tags if "id" in a}


def test_whatever_a_student_wrote_is_text() -> None:
    bad = CriterionResult(HOSTILE, "failed", 0.0, 1.0, HOSTILE, HOSTILE, HOSTILE, HOSTILE, HOSTILE, HOSTILE)
    evil = Result("range", HOSTILE, 1, "graded", 1.0, (FunctionResult(HOSTILE, (bad,)),), (HOSTILE,), HOSTILE, HOSTILE,
                  HOSTILE, self_reported=(bad,))  # fmt: skip
    html, parsed = page([evil], ((HOSTILE, HOSTILE),))
    tags = {tag for tag, _ in parsed.tags}
    assert not {"script", "img", "b"} & tags
    assert parsed.open == []
    assert not any(name.startswith("on") for _, attributes in parsed.tags for name in attributes)
    assert "<script>alert(1)</script>" in parsed.text
    assert "49" not in parsed.text  # no template was run
    assert "\x1b" not in html
    assert "\u202e" not in html


def test_mistakes_come_by_frequency_with_an_example_that_names_nobody() -> None:
    html, parsed = page(a_class(40))
    teach = html[html.index('id="teach"') : html.index('id="scores"')]
    assert teach.index("20 students") < teach.index("10 students")
    assert "What sigmoid/naive does. What to look at." in teach
    assert "It gave 2 at x = 1." in teach
    assert "loses all tests" in teach
    assert "student0" not in teach
    assert "40 written answers wait to be marked" in parsed.text


def test_rare_mistakes_are_folded_away_and_nameless_failures_listed() -> None:
    mistakes = [graded(f"s{i}", sigmoid={"values": f"sigmoid/number_{i}"}) for i in range(9)]
    html, _ = page([*mistakes, graded("t", relu6={"arrays": ""})])
    assert "3 mistakes more, made by one student each" in html
    assert "wrong arrays" in html


def test_who_needs_a_human_is_listed_with_the_reason() -> None:
    odd = graded("ada", ("A cell was changed.",))
    unreadable = Result("range", "bela", 5, "unreadable", 6.0, notes=("It is no notebook.",))
    course_results = ClassResults((odd, graded("carl"), unreadable), (("bela", "It is no notebook."),))
    html = render("Range", course_results)
    human = html[html.index('id="human"') : html.index('id="students"')]
    assert "A cell was changed." in human
    assert "It is no notebook." in human
    assert "carl" not in human


def test_a_note_that_everyone_has_is_told_once() -> None:
    html, _ = page([graded(f"s{i}", ("The sandbox has no bubblewrap.",)) for i in range(12)])
    assert html.count("The sandbox has no bubblewrap.") == 1


def test_differing_conditions_are_told_with_their_numbers() -> None:
    other = Result("range", "zoe", 6, "graded", 6.0, (function("sigmoid", {}),), isolation="unsandboxed")
    _, parsed = page([*a_class(3), other])
    assert "landlock+seccomp (3 students); unsandboxed (1 students)" in parsed.text


def test_histogram_counts_everyone_once() -> None:
    bins = histogram([0, 19.5, 20, 20, 3], 20)
    assert [one.count for one in bins] == [1, 0, 0, 1, *[0] * 15, 1, 2]
    wide = histogram([0.0, 50.0, 99.9, 100.0], 100)
    assert len(wide) == 20
    assert sum(one.count for one in wide) == 4
    assert wide[-1].count == 2
    assert sum(one.count for one in histogram([0.1 * i for i in range(26)], 2.5)) == 26
    assert histogram([], 20) == ()


def test_pass_rates_and_discrimination_are_those_of_the_definition() -> None:
    results = a_class(40)
    statistics = class_statistics(results)
    items = {(i.function, i.criterion): i for i in statistics.items}
    assert items["sigmoid", "extremes"].passed == 20
    assert items["relu6", "values"].share == 0.75
    passed = np.array([[c.points for f in r.functions for c in f.criteria] for r in results])
    rest = passed.sum(axis=1) - passed[:, 2]
    expected = np.corrcoef(passed[:, 2], rest)[0, 1]
    assert items["sigmoid", "extremes"].discrimination == pytest.approx(expected)
    assert math.isnan(items["sigmoid", "values"].discrimination)  # everyone passed it
    assert statistics.median == 5.5
    assert statistics.full == 20


def test_discrimination_says_nothing_of_few_or_equal_students() -> None:
    assert math.isnan(discrimination(np.array([0.0, 1.0]), np.array([1.0, 5.0])))
    same = np.ones(30)
    assert math.isnan(discrimination(same, np.arange(30.0)))
    item = np.tile([0.0, 1.0], 15)
    assert discrimination(item, 3 * item) == pytest.approx(1)
    assert discrimination(item, item + 5 - 4 * item) == pytest.approx(-1)


def test_a_student_counts_once_for_a_mistake_and_the_full_sentence_is_kept() -> None:
    first = criterion("arrays", "relu6/no_cap")
    again = CriterionResult("values", "failed", 0, 1, "m", messages.SAME_CAUSE, "relu6/no_cap")
    one = Result("range", "ada", 1, "graded", 2.0, (FunctionResult("relu6", (again, first)),))
    (lesson,) = lessons([one])
    assert lesson.students == 1
    assert lesson.criteria == ("values", "arrays")
    assert lesson.diagnosis == first.diagnosis


def store(course: Course, result: Result, text: str | None = None) -> None:
    path = course.result(result.student, "range")
    path.parent.mkdir(parents=True)
    path.write_text(json.dumps(result.to_json()) if text is None else text)


def test_broken_and_missing_results_are_listed_and_never_raised(tmp_path: Path) -> None:
    course = Course(tmp_path)
    store(course, graded("ada"))
    broken = ["", "{", "[]", "null", '{"schema_version": 99}', '{"schema_version": 1}', "[" * 100_000]
    for i, text in enumerate(broken):
        store(course, graded(f"broken{i}"), text)
    (course.results / "range/bytes").mkdir()
    (course.results / "range/bytes/result.json").write_bytes(b"\xff\xfe\x00")
    (course.results / "range/seed.json").write_text("{}")
    for student in ("ada", "late"):
        (tmp_path / "submitted" / student / "range").mkdir(parents=True)
    (tmp_path / "submitted/away").mkdir()
    found = read_results(course, "range")
    assert [result.student for result in found.results] == ["ada"]
    reasons = dict(found.ungraded)
    assert sum("could not be read" in reason for reason in reasons.values()) == len(broken) + 1
    assert "not graded yet" in reasons["late"]
    assert "Nothing was handed in" in reasons["away"]
    write_class_report(course, "range", tmp_path / "report.html")
    assert "could not be read" in (tmp_path / "report.html").read_text()


def test_who_handed_in_again_since_the_grade_is_listed(tmp_path: Path) -> None:
    course = Course(tmp_path)
    for student in ("ada", "ben"):
        store(course, replace(graded(student), submission_hash=hashlib.sha256(b"{}").hexdigest()))
        course.submission(student, "range").parent.mkdir(parents=True)
        course.submission(student, "range").write_bytes(b"{}" if student == "ben" else b"{ }")
    assert {one.student: AGAIN in one.notes for one in read_results(course, "range").results} == {
        "ada": True,
        "ben": False,
    }
    write_class_report(course, "range", tmp_path / "report.html")
    assert "Handed in again since this grade" in (tmp_path / "report.html").read_text()


def test_what_lies_under_a_name_that_is_no_students_is_listed_with_the_reason(tmp_path: Path) -> None:
    course = Course(tmp_path)
    store(course, graded("ada"))
    for name in ("ada", "Anna Müller", "=1+1", "<b>x", "away"):
        (tmp_path / "submitted" / name / "range").mkdir(parents=True)
    (tmp_path / "submitted/notes.txt").write_text("")
    (tmp_path / "submitted/link").symlink_to("ada")
    (tmp_path / "submitted/.hidden").mkdir()
    found = read_results(course, "range")
    reasons = dict(found.ungraded)
    assert sorted(reasons) == ["<b>x", "=1+1", "Anna Müller", "away", "link", "notes.txt"]
    assert reasons["Anna Müller"].startswith("The folder 'Anna Müller' was set aside: a student id has")
    assert "links are not followed" in reasons["link"]
    assert "'notes.txt' was set aside" in reasons["notes.txt"]
    write_class_report(course, "range", tmp_path / "r.html", as_json=tmp_path / "r.json", as_csv=tmp_path)
    assert "Anna Müller" in (tmp_path / "r.html").read_text("utf-8")
    assert "<b>x" not in (tmp_path / "r.html").read_text("utf-8")
    told = json.loads((tmp_path / "r.json").read_text("utf-8"))["not_graded"]
    assert {one["student"] for one in told} == set(reasons)
    assert "\n'=1+1,not graded" in (tmp_path / "students.csv").read_bytes().decode().replace("\r", "")


def test_a_wrong_assignment_or_a_file_that_cannot_be_written_is_one_sentence(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="no assignment"):
        write_class_report(Course(tmp_path), "rage", tmp_path / "report.html")
    (tmp_path / "report.html").mkdir()
    with pytest.raises(GraderFailure, match="cannot be written"):
        write_class_report(Course(tmp_path), "range", tmp_path / "report.html")


@pytest.mark.browser
def test_report_is_accessible_and_fits_a_phone(
    tmp_path: Path, chromium: Browser, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(class_report, "BLOCK", 15)  # students in three tables, of which each is folded away
    file = tmp_path / "report.html"
    unreadable = Result("range", "zoe", 5, "unreadable", 6.0, notes=("It is no notebook.",))
    file.write_text(render("Range", ClassResults((*a_class(40), unreadable), (("zoe", "It is no notebook."),))))
    for width in (390, 1400):
        for theme in ("light", "dark"):
            visit = new_visit(chromium, width=width, theme=theme, bypass_csp=True)
            tab = visit.page
            tab.goto(file.as_uri())
            tab.evaluate("document.querySelectorAll('details').forEach(d => d.open = true)")
            found = Axe().run(tab)
            assert found.violations_count == 0, found.generate_report()
            assert tab.evaluate("document.documentElement.scrollWidth <= innerWidth")
            assert (visit.outside, visit.errors) == ([], [])
            tab.context.close()
