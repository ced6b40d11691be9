"""Forgetting a student: nothing of one remains, and nothing of the others goes."""

from __future__ import annotations

import re
import sqlite3
from contextlib import closing
from dataclasses import replace
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


def test_the_file_of_the_gradebook_holds_nothing_of_what_was_deleted(course: Course) -> None:
    word = "A remark that stands nowhere else."
    with closing(sqlite3.connect(course.root / "gradebook.db")) as database, database:
        database.execute("update comment set manual_comment = ?", (word,))
    assert word.encode() in (course.root / "gradebook.db").read_bytes()
    for student in ("ada", "ben"):
        forget(course, student)
    assert word.encode() not in (course.root / "gradebook.db").read_bytes()


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


def test_what_still_names_the_student_is_told_and_stays(course: Course) -> None:
    root = course.root
    for path, text in (
        ("gradebook.db.2026-11-20-170312.000000", ""),
        ("downloaded/tiny/archive/ada_tiny.ipynb", "{}"),
        ("downloaded/tiny/archive/adam_tiny.ipynb", "{}"),
        ("inbound/ada+tiny+2026/tiny.ipynb", "{}"),
        ("course.toml", "[assignments.tiny.extensions]\nada = 2026-12-05T23:59:00+01:00\n"),
        ("roster.csv", "id,name\nada,Ada\n"),
        ("others.csv", "id,name\nadam,Adam\nben,Ben\n"),
        (".git/ada", ""),
        ("submitted/ben/tiny/ada.txt", ""),
    ):
        (root / path).parent.mkdir(parents=True, exist_ok=True)
        (root / path).write_text(text)
    (root / "wide.csv").write_text("id,name\nada,Ada\n", "utf-16")
    (root / "feedback").mkdir()
    (root / "feedback/ada").symlink_to(root / "submitted")
    before = {path for path in root.rglob("*") if "ada" not in path.parts}
    ran = CliRunner().invoke(main, ["forget", "ada", "--yes", "--course", str(root)])
    assert ran.exit_code == 0, ran.output
    told = [line for line in ran.output.splitlines() if not line.startswith("Deleted ")]
    assert told == [
        "feedback/ada still names ada: delete it.",
        "course.toml still names ada: delete the line, or the file.",
        "roster.csv still names ada: delete the line, or the file.",
        "wide.csv still names ada: delete the line, or the file.",
        "downloaded/tiny/archive/ada_tiny.ipynb still names ada: see what it is, and delete it.",
        "inbound/ada+tiny+2026 still names ada: see what it is, and delete it.",
        "gradebook.db.2026-11-20-170312.000000 is a copy of the gradebook, and may still name ada: delete it.",
    ]
    assert before <= set(root.rglob("*"))
    assert forget(course, "ada") == told, "whoever runs the command again is told what is left"


def test_copies_of_a_gradebook_elsewhere_are_named(tmp_path: Path) -> None:
    course = replace(new_course(tmp_path), db_url="sqlite:///kept/grades.db")
    (tmp_path / "kept").mkdir()
    gradebook.register(course, "tiny")
    gradebook.record(course, "tiny", [result("ada")])
    (tmp_path / "kept/grades.db.2026").write_text("")
    assert forget(course, "ada")[1:] == [
        "kept/grades.db.2026 is a copy of the gradebook, and may still name ada: delete it."
    ]


def test_what_cannot_be_read_is_told(course: Course, monkeypatch: pytest.MonkeyPatch) -> None:
    (course.root / "roster.csv").write_text("ada\n")
    read = Path.read_bytes

    def refuse(path: Path) -> bytes:
        if path.name == "roster.csv":
            raise PermissionError(13, "Permission denied")
        return read(path)

    monkeypatch.setattr(Path, "read_bytes", refuse)
    told = forget(course, "ada")
    assert "roster.csv could not be read: Permission denied. See whether it names ada." in told
