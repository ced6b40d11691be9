"""A class is graded as a whole: everyone gets one result, nothing is done twice, nothing is half-written."""

import json
import os
import shutil
import sqlite3
import subprocess
import sys

import pytest
from grading_room import ROOT, find, released, solved

from autograder import engine, pool
from autograder.assignments import load
from autograder.course.layout import open_course
from autograder.engine import grade_class
from autograder.errors import UsageError
from autograder.grading.results import result_from_json
from autograder.sandbox import layers
from autograder.sandbox.isolation import BUBBLEWRAP, UNSANDBOXED

FULL = sum(exercise.points for exercise in load("range").exercises)


@pytest.fixture
def root(tmp_path):
    """A course folder without submissions."""
    shutil.copy(ROOT / "nbgrader_config.py", tmp_path)
    for folder in ("solutions", "exercises"):
        shutil.copytree(ROOT / folder / "range", tmp_path / folder / "range")
    return tmp_path


def submit(root, student, notebook):
    path = root / "submitted" / student / "range" / "range.ipynb"
    path.parent.mkdir(parents=True)
    path.write_text(notebook if isinstance(notebook, str) else json.dumps(notebook))
    return path


def grade(root, **options):
    return grade_class(open_course(root), "range", seed=options.pop("seed", 1), **options)


def scores(summary):
    return {result.student: result.score for result in summary.results}


def test_everyone_gets_one_result(root):
    submit(root, "ada", solved())
    submit(root, "bela", released())
    submit(root, "carl", "no notebook")
    (root / "submitted/dora").mkdir()
    summary = grade(root)
    assert scores(summary) == {"ada": FULL, "bela": 0.0, "carl": None}
    assert [result.status for result in summary.results] == ["graded", "graded", "unreadable"]
    assert summary.absent == ["dora"]
    stored = json.loads((root / "results/range/carl/result.json").read_text())
    assert stored["status"] == "unreadable"
    assert stored["score"] is None
    assert "not valid JSON" in stored["notes"][0]
    assert (root / "autograded/ada/range/range.ipynb").is_file()
    assert (root / "gradebook.db").is_file()


def test_what_has_not_changed_is_not_graded_again(root):
    path = submit(root, "ada", solved())
    submit(root, "bela", released())
    first = grade(root)
    again = grade(root)
    assert (first.reused, again.reused) == (0, 2)
    assert scores(again) == scores(first)
    changed = solved()
    find(changed, "relu6")["source"] = "def relu6(x):\n    return np.maximum(0, x)\n"
    path.write_text(json.dumps(changed))
    third = grade(root)
    assert third.reused == 1
    assert scores(third)["ada"] == FULL - 4
    assert grade(root, force=True).reused == 0
    assert grade(root, seed=2).reused == 0


def test_a_due_date_of_the_gradebook_counts(root):
    path = submit(root, "ada", solved())
    path.with_name("timestamp.txt").write_text("2026-12-03 10:00:00 UTC")
    assert grade(root).lateness is None
    with (root / "nbgrader_config.py").open("a") as config:
        config.write('\nc.LateSubmissionPlugin.penalty_method = "zero"\n')
    with sqlite3.connect(root / "gradebook.db") as gradebook:
        gradebook.execute("UPDATE assignment SET duedate = '2026-12-03 09:00:00.000000' WHERE name = 'range'")
    gradebook.close()
    told = grade(root).lateness
    assert told.seconds == {"ada": 3600}
    assert told.lost == {"ada": FULL}


def test_where_nothing_is_due_nothing_is_imported_for_it(root):
    submit(root, "ada", solved())
    grade(root)
    program = (
        "import sys; from pathlib import Path; from autograder.course.layout import open_course; "
        "from autograder.engine import grade_class; grade_class(open_course(Path.cwd()), 'range', seed=1); "
        "print([m for m in ('sqlalchemy', 'nbgrader', 'autograder.course.lateness') if m in sys.modules])"
    )
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    told = subprocess.run(
        [sys.executable, "-c", program], cwd=root, env=environment, capture_output=True, text=True, check=True
    )
    assert told.stdout.splitlines()[-1] == "[]"


def test_two_processes_say_what_one_says(root):
    for number in range(5):
        submit(root, f"s{number}", solved() if number % 2 else released())
    alone = scores(grade(root))
    assert scores(grade(root, jobs=2, force=True)) == alone


def test_a_process_that_dies_costs_nobody_a_result(root, monkeypatch, tmp_path):
    for number in range(4):
        submit(root, f"s{number}", solved())
    monkeypatch.setattr(pool, "grade_chunk", die_once)
    monkeypatch.setenv("DIE_ONCE", str(tmp_path / "died"))
    assert scores(grade(root, jobs=2)) == {f"s{number}": FULL for number in range(4)}
    assert (tmp_path / "died").exists()


def die_once(students):
    """Stand in for the pool's function: the first call kills its process."""
    import os
    import signal
    from pathlib import Path

    mark = Path(os.environ["DIE_ONCE"])
    if not mark.exists():
        mark.touch()
        os.kill(os.getpid(), signal.SIGKILL)
    return pool.grade_chunk(students)


def test_one_student_alone(root):
    submit(root, "ada", solved())
    submit(root, "bela", solved())
    assert list(scores(grade(root, students=["bela"]))) == ["bela"]
    with pytest.raises(UsageError, match="no submission for range of: 'zoe'"):
        grade(root, students=["zoe"])


@pytest.mark.parametrize("name", ["a;rm -rf x", "$(id)", "-rf", "a b", "x" * 65, "é", "..hidden", "a\nb"])
def test_a_folder_with_a_strange_name_is_set_aside(root, name):
    submit(root, "ada", solved())
    submit(root, name, solved())
    summary = grade(root)
    assert list(scores(summary)) == ["ada"]
    assert len(summary.set_aside) == (0 if name.startswith(".") else 1)
    assert all("set aside" in line and "\n" not in line for line in summary.set_aside)


def test_a_link_to_somebody_elses_work_is_not_followed(root):
    submit(root, "ada", solved())
    (root / "submitted/bela").symlink_to(root / "submitted/ada")
    (root / "submitted/carl/range").mkdir(parents=True)
    (root / "submitted/carl/range/range.ipynb").symlink_to(root / "submitted/ada/range/range.ipynb")
    summary = grade(root)
    assert scores(summary) == {"ada": FULL, "carl": None}
    assert "link" in summary.set_aside[0]


def test_a_file_of_another_name_is_pointed_at(root):
    submit(root, "ada", solved()).rename(root / "submitted/ada/range/range (1).ipynb")
    summary = grade(root)
    assert summary.results[0].status == "unreadable"
    assert "range (1).ipynb" in summary.results[0].notes[0]


def test_nothing_to_grade_is_said(root):
    with pytest.raises(UsageError, match="no submissions"):
        grade(root)
    (root / "submitted").mkdir()
    with pytest.raises(UsageError, match="no submissions"):
        grade(root)


def test_the_seed_is_kept_for_the_course(root):
    submit(root, "ada", solved())
    first = grade(root, seed=None)
    assert grade(root, seed=None).plan.seed == first.plan.seed
    assert grade(root, seed=None).reused == 1


def test_a_stored_result_reads_back(root):
    submit(root, "ada", released())
    result = grade(root).results[0]
    assert result_from_json(json.loads((root / "results/range/ada/result.json").read_text())) == result


def test_a_broken_stored_result_is_made_again(root):
    submit(root, "ada", solved())
    grade(root)
    (root / "results/range/ada/result.json").write_text("{")
    assert grade(root).reused == 0


def test_the_isolation_is_stored_with_the_grade_and_another_one_grades_anew(root):
    submit(root, "ada", solved())
    works = {layer.name for layer in layers() if layer.works}
    if not {"landlock", "seccomp", "bubblewrap"} <= works:
        pytest.skip("needs Landlock, seccomp and bubblewrap: see `autograder doctor`")
    for isolation, level in (("none", UNSANDBOXED), ("strict", BUBBLEWRAP)):
        summary = grade(root, isolation=isolation)
        assert summary.reused == 0
        assert [result.isolation for result in summary.results] == [level]
        stored = json.loads((root / "results/range/ada/result.json").read_text())
        assert (stored["isolation"], stored["score"]) == (level, FULL)
    assert grade(root, isolation="auto").reused == 1


@pytest.mark.parametrize(
    ("text", "hour"),
    [
        ("2026-11-20 15:58:23.948203 UTC\n", 15),
        ("2026-11-20T15:58:23+02:00", 13),
        ("last night", None),
        ("", None),
    ],
)
def test_the_time_of_handing_in_is_read_if_it_is_one(root, text, hour):
    path = submit(root, "ada", solved()).with_name("timestamp.txt")
    path.write_text(text)
    when = engine.handed_in(open_course(root), "ada", "range")
    assert (when.hour if when else None) == hour
    path.unlink()
    assert engine.handed_in(open_course(root), "ada", "range") is None
