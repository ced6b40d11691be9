"""What a machine lacks for the best isolation is told to the instructor once a run, and to no student."""

from __future__ import annotations

import json
import logging
import os
from pathlib import Path

import pytest
from click.testing import CliRunner

from autograder import inside_nbgrader
from autograder.cli import main
from autograder.course.demo import make_course
from autograder.course.layout import Course, open_course
from autograder.sandbox import layers
from autograder.sandbox.isolation import CONFINED

ROOT = Path(__file__).resolve().parent.parent
STUDENTS = ("ada", "kofi", "mira")
TOLD = "does not work here"

pytestmark = [
    pytest.mark.filterwarnings("ignore::ResourceWarning", "ignore::DeprecationWarning"),  # Dask's
    pytest.mark.skipif(
        not {"landlock", "seccomp"} <= {layer.name for layer in layers() if layer.works},
        reason="needs Linux with Landlock and seccomp: see autograder doctor",
    ),
]


@pytest.fixture
def course(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Course:
    """The sample class on a machine whose bubblewrap is installed and does not work, as in most containers."""
    broken = tmp_path / "bin" / "bwrap"
    broken.parent.mkdir()
    broken.write_text("#!/bin/sh\necho 'bwrap: No permissions to create new namespace' >&2\nexit 1\n")
    broken.chmod(0o755)
    monkeypatch.setenv("PATH", f"{broken.parent}:{os.environ['PATH']}")
    return make_course(tmp_path / "course", open_course(ROOT))


def run(course: Course, *command: str) -> str:
    ran = CliRunner().invoke(main, [*command, "--course", str(course.root)])
    assert ran.exit_code == 0, ran.output
    return ran.output


@pytest.mark.parametrize("how", ["--jobs 1", "--jobs 2", "--jobs 2 --engine dask"])
def test_it_is_told_once_whoever_graded(how: str, course: Course) -> None:
    chosen = [word for student in STUDENTS for word in ("--student", student)]
    said = run(course, "grade", "range", *chosen, *how.split())
    assert said.count(TOLD) == 1
    [sentence] = [line for line in said.splitlines() if TOLD in line]
    assert "No permissions to create new namespace" in sentence
    assert f"runs under {CONFINED}: " in sentence
    assert "Everything is right." in said
    for student in STUDENTS:
        stored = json.loads(course.result(student, "range").read_bytes())
        assert stored["isolation"] == CONFINED
        assert not [note for note in stored["notes"] if TOLD in note]


def test_it_is_in_no_students_page_and_a_remark_for_programs(course: Course) -> None:
    *_, end = map(json.loads, run(course, "grade", "range", "--student", "ada", "--json").splitlines())
    assert [TOLD in remark for remark in end["remarks"]] == [True]
    run(course, "feedback", "range", "--student", "ada")
    [page] = (course.root / "feedback" / "ada" / "range").glob("*.html")
    assert TOLD not in page.read_text("utf-8")
    assert TOLD not in run(course, "check", str(course.submission("ada", "range")))


def test_inside_nbgrader_it_is_logged_once(course: Course, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.WARNING)
    workers = {inside_nbgrader._worker(str(course.root), "range") for _ in STUDENTS}
    inside_nbgrader._WORKERS.clear()
    [worker] = workers
    worker.__exit__()
    assert [TOLD in record.getMessage() for record in caplog.records] == [True]
