"""The status of a course: counts that agree with its files and its gradebook."""

from __future__ import annotations

import json
import os
from datetime import datetime
from pathlib import Path

from click.testing import CliRunner
from tiny_course import new_course, result

from autograder.cli import main
from autograder.course import gradebook
from autograder.course.layout import Course
from autograder.course.status import course_status

WHEN = datetime(2026, 11, 20)


def put(course: Course, student: str, *, graded: bool, changed: bool = False) -> None:
    path = course.submission(student, "tiny")
    path.parent.mkdir(parents=True)
    path.write_text("{}")
    if graded:
        course.result(student, "tiny").parent.mkdir(parents=True)
        course.result(student, "tiny").write_text("{}")
        later = path.stat().st_mtime_ns + (-(10**9) if changed else 10**9)
        os.utime(course.result(student, "tiny"), ns=(later, later))


def test_counts_agree_with_files_and_gradebook(tmp_path: Path) -> None:
    course = new_course(tmp_path)
    gradebook.register(course, "tiny")
    gradebook.record(
        course, "tiny", [result("ada"), result("ben", 0, 1), result("cy", status="unreadable")], {"ada": WHEN}
    )
    for student in ("ada", "cy"):
        put(course, student, graded=True)
    put(course, "ben", graded=True, changed=True)
    put(course, "dora", graded=False)
    (tmp_path / "submitted" / "no id!" / "tiny").mkdir(parents=True)
    students, [one] = course_status(course)
    assert students == 3
    assert (one.name, one.handed_in, one.graded, one.ungraded) == ("tiny", 4, 3, 2)
    waiting = [s.student for s in gradebook.scores(course, "tiny") if s.needs_human]
    assert one.needs_human == len(waiting)
    assert one.mean == 2.0


def test_a_course_without_a_gradebook_has_a_status(tmp_path: Path) -> None:
    course = new_course(tmp_path)
    assert course_status(course) == (0, ())
    put(course, "ada", graded=False)
    ran = CliRunner().invoke(main, ["status", "--course", str(tmp_path)])
    assert ran.exit_code == 0, ran.output
    assert "tiny" in ran.output
    assert "Next:" not in ran.output  # `autograder grade` knows no such assignment, and would refuse
    (tmp_path / "assignments").mkdir()
    (tmp_path / "assignments" / "tiny.py").touch()
    ran = CliRunner().invoke(main, ["status", "--course", str(tmp_path)])
    assert ran.exit_code == 0, ran.output
    assert "Next: autograder grade tiny" in ran.output
    ran = CliRunner().invoke(main, ["status", "--json", "--course", str(tmp_path)])
    assert json.loads(ran.output)["assignments"][0]["ungraded"] == 1
