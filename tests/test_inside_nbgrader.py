"""The real ``nbgrader autograde``, with our sandbox in the place of its kernel, writes the grades that we write."""

import json

from autograder.course.demo import ASSIGNMENT
from autograder.course.run_nbgrader import run_nbgrader
from autograder.engine import grade_class
from benchmarks.parity import cell_scores, make_class, seeded

SAMPLE = ("anouk", "jonas", "kaya", "lena", "mira", "noor")
ESCAPE = "open({target!r}, 'w').write('out')\n"


def configured(root):
    """Switch on the setting that the course's configuration shows as a comment."""
    path = root / "nbgrader_config.py"
    lines = path.read_text().splitlines()
    wanted = [line for line in lines if "inside_nbgrader" in line or "PREPROCESSORS" in line]
    assert len(wanted) == 2
    text = "\n".join(line.removeprefix("# ") if line in wanted else line for line in lines)
    path.write_text(text + "\n")


def test_nbgrader_autograde_runs_student_code_in_our_sandbox(tmp_path):
    course = make_class(tmp_path / "course", SAMPLE)
    configured(course.root)
    ours = make_class(tmp_path / "ours", SAMPLE)
    target = tmp_path / "escaped"
    for one in (course, ours):
        path = one.submission("noor", ASSIGNMENT)
        mark = '"cells": ['
        text = path.read_text()
        assert mark in text
        cell = '{"cell_type": "code", "execution_count": null, "id": "x", "metadata": {}, "outputs": [], "source": '
        path.write_text(text.replace(mark, f"{mark}{cell}{json.dumps(ESCAPE.format(target=str(target)))}}},", 1))
    run_nbgrader(course.root, "generate_assignment", [ASSIGNMENT], ["--force"])
    with seeded(20):
        run_nbgrader(course.root, "autograde", [ASSIGNMENT])
    grade_class(ours, ASSIGNMENT, seed=20)
    assert not target.exists(), "the student's code wrote a file: it did not run in the sandbox"
    assert cell_scores(course) == cell_scores(ours)
    assert len(cell_scores(course)) == len(SAMPLE)
