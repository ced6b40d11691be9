"""Forgetting a student: nothing of one remains, and nothing of the others goes."""

from __future__ import annotations

import re
import sqlite3
from pathlib import Path

import pytest
from click.testing import CliRunner
from tiny_course import new_course, result

from autograder.cli import main
from autograder.course import gradebook
from autograder.course.forget import forget
from autograder.course.layout import Course
from autograder.errors import UsageError


@pytest.fixture
def course(tmp_path: Path) -> Course:
    course = new_course(tmp_path)
    gradebook.register(course, "tiny")
    gradebook.record(course, "tiny", [result("ada"), result("ben", 0, 1)])
    for student in ("ada", "ben"):
        for path in (
            course.submission(student, "tiny"),
            course.graded(student, "tiny"),
            course.result(student, "tiny"),
        ):
            path.parent.mkdir(parents=True)
            path.write_text("{}")
    return course


def rows(course: Course) -> dict[str, list[tuple[object, ...]]]:
    with sqlite3.connect(course.root / "gradebook.db") as database:
        names = [name for (name,) in database.execute("select name from sqlite_master where type = 'table'")]
        return {name: sorted(database.execute(f"select * from {name}"), key=repr) for name in names}


def test_nothing_of_one_remains_and_nothing_of_the_others_goes(course: Course) -> None:
    everything = rows(course)
    ben = gradebook.scores(course, "tiny")[1]
    told = forget(course, "ada")
    assert len(told) == 4
    assert [path for path in course.root.rglob("*") if "ada" in path.parts] == []
    assert gradebook.scores(course, "tiny") == (ben,)
    left = rows(course)
    assert "ada" not in re.sub(r"\b[0-9a-f]{32}\b", "", repr(left)), (
        "of the ids, which are random, some hold these letters"
    )
    for name, before in everything.items():
        assert set(left[name]) <= set(before), name
    halves = {name for name in everything if len(left[name]) * 2 == len(everything[name]) and left[name]}
    assert halves >= {"student", "submitted_assignment", "submitted_notebook", "grade", "comment"}


def test_a_stranger_is_refused(course: Course) -> None:
    with pytest.raises(UsageError, match="nothing of a student eve"):
        forget(course, "eve")
    with pytest.raises(UsageError, match="cannot be a student's id"):
        forget(course, "../ada")
    assert course.submission("ada", "tiny").is_file()


def test_the_command_asks_first(course: Course) -> None:
    ran = CliRunner().invoke(main, ["forget", "ada", "--course", str(course.root)], input="n\n")
    assert ran.exit_code == 1
    assert course.submission("ada", "tiny").is_file()
    ran = CliRunner().invoke(main, ["forget", "ada", "--yes", "--course", str(course.root)])
    assert ran.exit_code == 0, ran.output
    assert not course.submission("ada", "tiny").exists()
