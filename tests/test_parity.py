from __future__ import annotations

import csv
import re
import warnings
from pathlib import Path

import numpy as np
import pytest

from autograder import stock
from autograder.assignments import load
from autograder.course.demo import ASSIGNMENT, sample_class
from autograder.course.gradebook import scores
from autograder.course.layout import Course
from autograder.course.run_nbgrader import run_nbgrader
from benchmarks.parity import EXCEPTIONS, Comparison, cell_scores, compare

SAMPLE = ("anouk", "jonas", "kaya", "kofi", "lena", "mira", "noor", "pavo")
"""Empty, hostile output, NumPy set to raise, a syntax error, changed tests, and mistakes of several kinds."""

Graded = tuple[list[Comparison], Course]


@pytest.fixture(scope="module")
def sample(tmp_path_factory: pytest.TempPathFactory) -> Graded:
    return compare(tmp_path_factory.mktemp("parity"), SAMPLE, seed=20)


@pytest.fixture(scope="module")
def feedback(sample: Graded) -> dict[str, str]:
    """The pages that stock ``nbgrader generate_feedback`` makes of what we graded, by student."""
    _, course = sample
    run_nbgrader(course.root, "generate_feedback", [ASSIGNMENT])
    folder = course.root / course.feedback
    return {name: (folder / name / ASSIGNMENT / f"{ASSIGNMENT}.html").read_text("utf-8") for name in SAMPLE}


def assert_equal(compared: list[Comparison]) -> None:
    """Every submission that is no exception has the same cells, with the same scores."""
    for one in compared:
        if one.kind not in EXCEPTIONS:
            assert one.ours.keys() == one.stock.keys(), one.student
            assert len(one.ours) > 10, one.student
            assert one.different == {}, (one.student, one.complaint)


def test_every_score_of_a_sample_equals_stock_nbgraders(sample: Graded) -> None:
    compared, _ = sample
    assert [one.student for one in compared] == list(SAMPLE)
    assert not any(one.kind in EXCEPTIONS for one in compared)
    assert_equal(compared)


def test_the_sample_has_passed_and_failed_cells_and_what_is_lost_is_what_the_class_says(sample: Graded) -> None:
    lost = {one.student: set(one.lost) for one in sample_class()}
    for one in sample[0]:
        failed = {name for name, score in one.ours.items() if score == 0.0 and not name.startswith("written")}
        assert failed == lost[one.student], one.student
    assert {score for one in sample[0] for score in one.ours.values()} > {None, 0.0, 1.0}


def test_stock_export_and_feedback_show_our_scores(sample: Graded, feedback: dict[str, str]) -> None:
    _, course = sample
    ours = {row.student: row for row in scores(course, ASSIGNMENT)}
    run_nbgrader(course.root, "export", options=["--to", "stock.csv"])
    rows = list(csv.DictReader((course.root / "stock.csv").read_text("utf-8").splitlines()))
    assert {row["student_id"]: float(row["score"]) for row in rows} == {name: row.score for name, row in ours.items()}
    assert {float(row["max_score"]) for row in rows} == {row.max_score for row in ours.values()}
    for name, row in ours.items():
        page = feedback[name]
        assert f"(Score: {row.score} / {row.max_score})" in page, name
        assert all(f"Score: {cell.score} / {cell.max_score}" in page for cell in row.cells), name


def comments(page: str) -> list[str]:
    return re.findall(r"<b>Comments:</b>(.*?)</div>", page, flags=re.DOTALL)


def test_stock_feedback_says_what_went_wrong(feedback: dict[str, str]) -> None:
    told = comments(feedback["mira"])
    (mira,) = (one for one in sample_class() if one.student == "mira")
    assert len(told) == len({name.rpartition("-")[0] for name in mira.lost}) > 2
    assert any("exp(−x) overflows" in text for text in told)


def test_what_a_student_printed_is_no_markup_in_a_comment(feedback: dict[str, str]) -> None:
    told = comments(feedback["jonas"])
    assert any("owned" in text for text in told)
    assert not any(tag in text for text in told for tag in ("<script", "<img"))


def test_what_a_notebook_does_to_numpy_and_warnings_does_not_reach_stock_cells(monkeypatch: pytest.MonkeyPatch) -> None:
    right = load(ASSIGNMENT).exercise("sigmoid").reference
    for number in range(3):  # other seeds, so that the cases are drawn in the notebook's error state
        monkeypatch.setenv(stock.SEED_VARIABLE, str(9000 + number))
        with np.errstate(all="raise"), warnings.catch_warnings():
            warnings.simplefilter("error")
            stock.grade_cell(right, "sigmoid-extremes")
            with pytest.raises(stock.TestFailed, match="overflow"):
                stock.grade_cell(lambda x: 1 / (1 + np.exp(-np.asarray(x))), "sigmoid-extremes")


def test_a_difference_would_be_seen() -> None:
    same = Comparison("ada", "right", {"a": 1.0, "b": None}, {"a": 1.0, "b": None})
    assert same.different == {}
    assert_equal([Comparison("x", "unreadable", {}, {"a": 1.0})])
    cells = {f"c{number}": 1.0 for number in range(16)}
    for theirs in ({**cells, "c3": 0.0}, {**cells, "c3": None}, {k: v for k, v in cells.items() if k != "c3"}, {}):
        with pytest.raises(AssertionError):
            assert_equal([Comparison("ada", "right", theirs, cells)])


def test_the_sample_class_names_the_same_exceptions() -> None:
    assert {one.kind for one in sample_class() if one.stock} == set(EXCEPTIONS)


@pytest.mark.full
def test_every_score_of_the_whole_class_equals_stock_nbgraders(tmp_path: Path) -> None:
    compared, course = compare(tmp_path, [one.student for one in sample_class()], seed=1)
    assert_equal(compared)
    assert cell_scores(course).keys() == {one.student for one in sample_class()}
    for one in compared:
        if one.kind in EXCEPTIONS:
            assert one.complaint or one.stock != one.ours, f"{one.kind} is no exception"
