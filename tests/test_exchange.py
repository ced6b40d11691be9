"""nbgrader's exchange, there and back: handed in and fetched by stock nbgrader, graded here in between."""

from __future__ import annotations

import getpass
import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner

from autograder.cli import main
from autograder.course.collect import collect
from autograder.course.demo import make_course, notebook_text
from autograder.course.demo_class import sample_class
from autograder.course.layout import Course, open_course

ROOT = Path(__file__).resolve().parent.parent
NAME = "activation-functions"
ME = getpass.getuser()
FILES = ("timestamp.txt", "submission_secret.txt")


@pytest.fixture
def course(tmp_path: Path) -> Course:
    """A course with one submission that came by another way than the exchange."""
    made = make_course(tmp_path / "course", open_course(ROOT))
    for folder in (made.root / made.submitted).iterdir():
        if folder.name != "ada":
            shutil.rmtree(folder)
    return made


def nbgrader(folder: Path, *command: str) -> str:
    """Run a command of stock nbgrader, as instructor or student, with an exchange and a home of the test's own."""
    home = folder.parent
    environment = {**os.environ, "HOME": str(home), "JUPYTER_DATA_DIR": str(home / "data")}
    options = (f"--course={NAME}", f"--Exchange.root={home / 'exchange'}")
    done = subprocess.run(
        [sys.executable, "-m", "nbgrader", *command, *options],
        cwd=folder, env=environment, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    return done.stderr


def handed_in(course: Course) -> Path:
    """Release the assignment, hand it in as a student twice, and return the exchange's inbound folder."""
    exchange, student = course.root.parent / "exchange", course.root.parent / "student"
    exchange.mkdir(mode=0o777)
    student.mkdir()
    nbgrader(course.root, "release_assignment", "range")
    for name in ("kofi", "gita"):
        nbgrader(student, "fetch_assignment", "range", "--replace")
        given = course.release_of("range").read_text("utf-8")
        [submission] = [one for one in sample_class() if one.student == name]
        (student / "range" / "range.ipynb").write_text(notebook_text(submission, json.loads(given)), "utf-8")
        nbgrader(student, "submit", "range")
    return exchange / NAME / "inbound"


def command(course: Course, *words: str) -> str:
    ran = CliRunner().invoke(main, [*words, "--course", str(course.root)])
    assert ran.exit_code == 0, ran.output
    return ran.output


@pytest.mark.parametrize("whose", ["our feedback", "nbgrader's feedback"])
def test_feedback_goes_back_the_way_the_submission_came(course: Course, whose: str) -> None:
    inbound, student = handed_in(course), course.root.parent / "student"
    told = command(course, "collect", "--from", "exchange", str(inbound), "range")
    assert "set aside" not in told
    command(course, "grade", "range")
    if whose == "our feedback":
        told = command(course, "feedback", "range", "--no-pictures")
        assert "2 pages of feedback are written; `nbgrader release_feedback range` hands 1 of them out." in told
    else:
        nbgrader(course.root, "generate_feedback", "range", "--student", ME)
    nbgrader(course.root, "release_feedback", "range")
    nbgrader(student, "fetch_feedback", "range")
    [page] = (student / "range" / "feedback").glob("*/range.html")
    assert page.read_bytes() == (course.root / "feedback" / ME / "range" / "range.html").read_bytes()


def test_a_later_attempt_has_its_own_secret_or_none(course: Course, tmp_path: Path) -> None:
    there = course.submission("bob", "range").parent
    for hour, secret in (("09", b"a" * 128), ("10", b"b" * 128), ("11", b"../../etc/passwd"), ("12", None)):
        inbound = tmp_path / hour
        folder = inbound / f"bob+range+2026-11-20 {hour}:00:00.000000 UTC+x"
        folder.mkdir(parents=True)
        (folder / "range.ipynb").write_text("{}")
        if secret is not None:
            (folder / FILES[1]).write_bytes(secret)
        assert collect(course, "exchange", inbound, "range").set_aside == []
        kept = there / FILES[1]
        assert (kept.read_bytes() if kept.exists() else None) == (
            secret if secret in (b"a" * 128, b"b" * 128) else None
        )


def test_where_nobody_came_through_the_exchange_nothing_is_put_beside_the_pages(course: Course) -> None:
    command(course, "grade", "range")
    told = command(course, "feedback", "range", "--no-pictures")
    assert "1 pages of feedback" not in told
    assert "--zip" in told
    there = course.root / "feedback/ada/range"
    assert [path.name for path in there.iterdir()] == ["range.html"]
    (there / FILES[1]).write_bytes(b"a" * 128)  # that of an earlier attempt
    command(course, "feedback", "range", "--no-pictures")
    assert [path.name for path in there.iterdir()] == ["range.html"]


def test_pages_of_earlier_runs_do_not_stop_a_release(course: Course) -> None:
    command(course, "grade", "range")
    command(course, "feedback", "range", "--no-pictures")
    there = course.submission("bob", "range").parent
    shutil.copytree(course.submission("ada", "range").parent, there)
    (there / FILES[0]).write_text("2026-11-20 09:00:00.000000 UTC")
    (there / FILES[1]).write_text("b" * 128)
    command(course, "grade", "range")
    for student in ("bob", "ada"):
        command(course, "feedback", "range", "--no-pictures", "--student", student)
        made = [(course.root / "feedback" / name / "range" / FILES[1]).read_text() for name in ("ada", "bob")]
        assert (made[1], len(made[0])) == ("b" * 128, 128)
        assert made[0] != made[1]
    (course.root.parent / "exchange").mkdir(mode=0o777)
    assert nbgrader(course.root, "release_feedback", "range").count("Releasing feedback for student") == 2
