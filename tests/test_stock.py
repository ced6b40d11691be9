"""Stock nbgrader grades by the same cases and the same comparison."""

import json
import shutil
import sqlite3
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from autograder import stock
from autograder.assignments import NAMES, load
from autograder.assignments.misconceptions import bank
from autograder.course.layout import open_course
from autograder.course.publish import publish
from autograder.course.run_nbgrader import run_nbgrader
from autograder.errors import UsageError

ROOT = Path(__file__).parent.parent


def right_tanh(x):
    """A right answer to the exercise, which rules np.tanh out."""
    t = np.expm1(-2 * np.abs(x))
    return np.copysign(t / (2 + t), x)


def solve(name, answers):
    """The released notebook with answers in its solution cells, as nbgrader expects it back."""
    notebook = json.loads((ROOT / "exercises" / name / f"{name}.ipynb").read_text())
    for cell in notebook["cells"]:
        if cell["id"] in answers:
            cell["source"] = answers[cell["id"]]
    return notebook


def test_every_test_cell_passes_a_right_function_and_prints_nothing(capsys):
    def tanh(x):
        print("noise", file=sys.stderr)
        return right_tanh(x)

    for criterion in load("range").exercise("tanh").criteria:
        assert stock.grade_cell(tanh, f"tanh-{criterion.name}") is None
    assert capsys.readouterr() == ("", "")


@pytest.mark.parametrize("seed", ["0", "77"])
def test_a_mistake_loses_what_it_should_under_any_seed(monkeypatch, seed):
    monkeypatch.setenv("AUTOGRADER_SEED", seed)
    for mistake in bank("range")["tanh"]:
        for criterion in load("range").exercise("tanh").criteria:
            verdict = stock.judge_cell(mistake.wrong, f"tanh-{criterion.name}")
            assert (verdict.status != "passed") == (criterion.name in mistake.loses), mistake.name


def test_a_failure_says_why():
    with pytest.raises(stock.TestFailed, match="NumPy warned “overflow") as told:
        stock.grade_cell(bank("range")["sigmoid"][0].wrong, "sigmoid-extremes")
    assert told.value._render_traceback_() == [str(told.value)]


def test_misuse_is_a_sentence(monkeypatch):
    with pytest.raises(UsageError, match="No assignment has a test 'sigmoid-speed'"):
        stock.grade_cell(np.tanh, "sigmoid-speed")
    monkeypatch.setenv("AUTOGRADER_SEED", "soon")
    with pytest.raises(UsageError, match="AUTOGRADER_SEED must be a whole number, and it is 'soon'"):
        stock.grade_cell(right_tanh, "tanh-values")


def test_the_time_limit_ends_the_cell():
    def tanh(x):
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        stock.grade_cell(tanh, "tanh-values")


def test_a_kernel_starts_without_sympy():
    code = "import sys; from autograder.stock import grade_cell; import numpy as np\n"
    code += "grade_cell(lambda x: np.clip(x, 0, 6), 'relu6-values'); print('sympy' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, cwd=ROOT, check=True)
    assert done.stdout == "False\n"


def scores(database, name):
    """Automatic scores by student and test cell, from nbgrader's own tables."""
    query = """
        SELECT submitted_assignment.student_id, base_cell.name, grade.auto_score
        FROM grade JOIN base_cell ON base_cell.id = grade.cell_id
        JOIN submitted_notebook ON submitted_notebook.id = grade.notebook_id
        JOIN submitted_assignment ON submitted_assignment.id = submitted_notebook.assignment_id
    """
    with sqlite3.connect(database) as connection:
        rows = connection.execute(query).fetchall()
    connection.close()
    found = {}
    for student, cell, score in rows:
        found.setdefault(student, {})[cell] = score
    return found


SAMPLED = "range"


@pytest.mark.parametrize("name", [SAMPLED, *(pytest.param(n, marks=pytest.mark.full) for n in NAMES if n != SAMPLED)])
def test_nbgrader_gives_the_solution_full_marks_and_the_empty_notebook_none(tmp_path, name):
    shutil.copy(ROOT / "nbgrader_config.py", tmp_path)
    shutil.copytree(ROOT / "solutions" / name, tmp_path / "solutions" / name)
    course = open_course(tmp_path)
    publish(course, [name], check=False)
    cells = json.loads(course.solution(name).read_text())["cells"]
    source = {cell["id"]: cell["source"] for cell in cells if cell["metadata"].get("nbgrader", {}).get("solution")}
    first, second = load(name).exercises[:2]
    wrong = bank(name)[first.name][0]
    mixed = {**source, first.name: wrong.source, second.name: f"{second.name} = None"}
    for student, answers in {"ada": source, "bela": {}, "chen": mixed}.items():
        path = course.submission(student, name)
        path.parent.mkdir(parents=True)
        path.write_text(json.dumps(solve(name, answers)))
    run_nbgrader(tmp_path, "autograde", [name])
    found = scores(tmp_path / "gradebook.db", name)
    full = {f"{e.name}-{c.name}": c.points for e in load(name).exercises for c in e.criteria}
    marked = {student: {cell: grades[cell] for cell in full} for student, grades in found.items()}
    assert marked["ada"] == full
    assert set(marked["bela"].values()) == {0}
    lost = {f"{first.name}-{criterion}" for criterion in wrong.loses}
    lost |= {f"{second.name}-{criterion.name}" for criterion in second.criteria}
    # Later functions of an assignment may call the first two, so these alone are asked.
    asked = {cell for cell in full if cell.rpartition("-")[0] in (first.name, second.name)}
    assert {cell: marked["chen"][cell] for cell in asked} == {cell: 0 if cell in lost else full[cell] for cell in asked}
