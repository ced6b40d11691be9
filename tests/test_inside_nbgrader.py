"""The real ``nbgrader autograde``, with our sandbox in the place of its kernel, writes the grades that we write."""

import json

import pytest
from nbformat.v4 import new_notebook
from nbgrader.converters.base import NbGraderException
from traitlets.config import Config

from autograder.course.demo import ASSIGNMENT
from autograder.course.gradebook import register, scores
from autograder.course.run_nbgrader import run_nbgrader
from autograder.engine import grade_class
from autograder.inside_nbgrader import SandboxedExecute
from autograder.report.class_results import read_results
from autograder.report.feedback import write_feedback
from benchmarks.parity import cell_scores, make_class, seeded

SAMPLE = ("jonas", "mira", "noor")
MORE = ("anouk", "jonas", "kaya", "lena", "mira", "noor")
"""Empty, hostile output, mistakes of several kinds, and code that wants to write a file."""
LATE = """
[late]
percent_per_day = 10

[assignments.range]
due = 2026-12-01T23:59:00Z

[assignments.range.extensions]
noor = 2026-12-09T23:59:00Z
"""
"""jonas loses points, mira has no time, and noor has more."""
ESCAPE = "open({target!r}, 'w').write('out')\n"


def configured(root):
    """Switch on the setting that the course's configuration shows as a comment."""
    path = root / "nbgrader_config.py"
    lines = path.read_text().splitlines()
    wanted = [line for line in lines if "inside_nbgrader" in line or "PREPROCESSORS" in line]
    assert len(wanted) == 2
    text = "\n".join(line.removeprefix("# ") if line in wanted else line for line in lines)
    path.write_text(text + "\n")


@pytest.mark.parametrize("students", [SAMPLE, pytest.param(MORE, marks=pytest.mark.full)], ids=len)
def test_nbgrader_autograde_runs_student_code_in_our_sandbox(tmp_path, students):
    course = make_class(tmp_path / "course", students)
    configured(course.root)
    ours = make_class(tmp_path / "ours", students)
    target = tmp_path / "escaped"
    for one in (course, ours):
        path = one.submission("noor", ASSIGNMENT)
        mark = '"cells": ['
        text = path.read_text()
        assert mark in text
        cell = '{"cell_type": "code", "execution_count": null, "id": "x", "metadata": {}, "outputs": [], "source": '
        path.write_text(text.replace(mark, f"{mark}{cell}{json.dumps(ESCAPE.format(target=str(target)))}}},", 1))
        (one.root / "course.toml").write_text(LATE)
        for student in ("jonas", "noor"):
            one.submission(student, ASSIGNMENT).with_name("timestamp.txt").write_text("2026-12-03 12:00:00 UTC")
    register(course, ASSIGNMENT)  # what `nbgrader generate_assignment` writes into the gradebook
    with seeded(20):
        run_nbgrader(course.root, "autograde", [ASSIGNMENT])
    grade_class(ours, ASSIGNMENT, seed=20)
    penalties, expected = ({one.student: one.penalty for one in scores(each, ASSIGNMENT)} for each in (course, ours))
    assert penalties == expected
    assert {student for student, lost in penalties.items() if lost} == {"jonas"}
    assert not target.exists(), "the student's code wrote a file: it did not run in the sandbox"
    assert cell_scores(course) == cell_scores(ours)
    assert len(cell_scores(course)) == len(students)
    found, wanted = (read_results(each, ASSIGNMENT) for each in (course, ours))
    assert [one.functions for one in found.results] == [one.functions for one in wanted.results]
    assert not found.ungraded
    before = cell_scores(course)
    assert len(write_feedback(course, ASSIGNMENT).pages) == len(students)
    summary = grade_class(course, ASSIGNMENT, seed=20, function="relu6")
    assert summary.reused == 0, "the notebooks are nbgrader's, and must be made anew"
    assert grade_class(course, ASSIGNMENT, seed=20).count("failed") == 0
    assert cell_scores(course) == before
    assert grade_class(course, ASSIGNMENT, seed=20).reused == len(students)


def test_what_the_sandbox_does_not_know_is_refused_with_the_way_out(tmp_path):
    course = make_class(tmp_path / "course", ())
    names = {"assignment": "essay", "student": "ada", "notebook": "essay"}
    config = Config(CourseDirectory={"root": str(course.root)})
    with pytest.raises(NbGraderException, match=r"no assignment called 'essay'.*take c\.Autograde\S+ out of"):
        SandboxedExecute(config=config).preprocess(new_notebook(), {"nbgrader": names})
