"""The plan for large classes: its arithmetic, the figures that it rests on, and how these are measured."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pytest

from autograder.course.layout import open_course
from benchmarks._synthetic import submission, write_class
from benchmarks._watched import Cost, resumed, so_far
from book.lab.capacity import page as capacity
from book.lab.capacity.page import SPARE, STARTING, Model

MODEL = Model(0.05, 0.003, 0.004, 2.0, 1.0, 40_000, 80_000, 9_000, 110, 130)


def test_a_plan_has_the_cores_that_its_time_needs_and_no_more() -> None:
    cores = MODEL.cores(100_000, 600)
    useful = (600 - STARTING) * (1 - SPARE)
    assert cores * useful >= 100_000 * MODEL.worker > (cores - 1) * useful
    assert MODEL.leading(100_000) == pytest.approx(402)
    assert MODEL.processor_seconds(1000, 2) == pytest.approx(55)


def test_the_larger_class_cost_what_the_model_says() -> None:
    large = capacity.figures()["large"]
    said = capacity.model().processor_seconds(large["submissions"], large["jobs"])
    assert large["submissions"] >= 5_000
    assert large["cpu"] == pytest.approx(said, rel=0.2)
    assert large["all_mb"] < 400


def test_the_writer_does_not_slow_down_as_the_gradebook_grows() -> None:
    told = capacity.figures()["writer"]
    assert told["submissions"] >= 5_000
    assert told["cpu_ms_last"] < 2 * told["cpu_ms_first"]


def test_every_table_of_the_page_is_made_of_the_figures(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    def tables() -> list[str]:
        capacity.figures.cache_clear()
        capacity.model.cache_clear()
        made = (
            capacity.costs_table(),
            capacity.backing_table(),
            capacity.classes_table(30),
            capacity.plan_table(10**5, 600),
        )
        return [table.text for table in made]

    before = tables()
    slower = json.loads(capacity.FIGURES.read_text())
    slower["sample"]["cpu"] *= 2
    (tmp_path / "slower.json").write_text(json.dumps(slower))
    monkeypatch.setattr(capacity, "FIGURES", tmp_path / "slower.json")
    assert all(one != other for one, other in zip(before, tables(), strict=True))
    monkeypatch.undo()
    assert tables() == before


def test_no_two_students_of_the_synthetic_class_are_alike() -> None:
    students = [submission(number) for number in range(60)]
    assert students[7] == submission(7)
    assert len({json.dumps([dict(one.answers), one.written]) for one in students}) == 60
    assert any(
        one.answers["sigmoid"] != students[0].answers["sigmoid"] for one in students[1:] if "sigmoid" in one.answers
    )


def test_what_an_ended_run_had_cost_is_counted(tmp_path: Path) -> None:
    course = write_class(tmp_path, 2)
    assert write_class(tmp_path, 3) == open_course(tmp_path)
    ended = Cost(5, 1, 10.0, 8.0, 1.0, 50.0, 90.0, 900.0)
    so_far(course).write_text(json.dumps(vars(ended)))
    both = resumed(course, jobs=1)
    assert (both.submissions, both.runs, both.all_mb) == (8, 2, 900.0)
    assert both.cpu > 8.2
    assert both.lead > 1.2
    assert not so_far(course).exists()
    assert resumed(course, jobs=1) == replace(both)
