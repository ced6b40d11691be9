"""Publishing: generated cells, stale files, and nothing of a solution in a student's hands."""

import io
import json
import re
import shutil
import zipfile
from dataclasses import replace
from pathlib import Path

import pytest

from autograder.assignments import NAMES, load
from autograder.assignments.cells import full_test
from autograder.course import _cells
from autograder.course import publish as publishing
from autograder.course.layout import copy_settings, open_course
from autograder.course.publish import download_zip, publish, split_solution
from autograder.course.source_notebook import cell_source, dump, grade_id, regenerate
from autograder.course.validate import EMPTY, SOLVED, trial_course
from autograder.engine import grade_class
from autograder.errors import GraderFailure, UsageError

ROOT = Path(__file__).parent.parent
FIRST = "range"
RELEASED = [name for name in NAMES if (ROOT / "solutions" / name).is_dir()]
"""Whose notebook is there; the test below fails for the others."""


@pytest.mark.parametrize("name", NAMES)
def test_every_assignment_has_a_source_notebook(name):
    assert name in RELEASED


def copy_of_the_course(target, *folders):
    shutil.copy(ROOT / "nbgrader_config.py", target)
    for folder in folders:
        shutil.copytree(ROOT / folder, target / folder, ignore=shutil.ignore_patterns("__pycache__"))
    return open_course(target)


def everything_in(root):
    return {path.relative_to(root): path.read_bytes() for path in sorted(root.rglob("*")) if path.is_file()}


@pytest.fixture(scope="module")
def source():
    return json.loads((ROOT / "solutions" / FIRST / f"{FIRST}.ipynb").read_text())


def cell(source, name):
    return next(one for one in source["cells"] if one["id"] == name)


def without(source, *names):
    return {**source, "cells": [one for one in source["cells"] if one["id"] not in names]}


def ids(notebook):
    return [one["id"] for one in notebook["cells"]]


@pytest.mark.parametrize("name", RELEASED)
def test_the_committed_source_is_as_publish_writes_it(name):
    path = ROOT / "solutions" / name / f"{name}.ipynb"
    notebook = json.loads(path.read_text())
    assert dump(regenerate(notebook, load(name), "it")) == path.read_bytes()
    for exercise in load(name).exercises:
        for criterion in exercise.criteria:
            made = cell(notebook, f"{exercise.name}-{criterion.name}")
            assert cell_source(made) == full_test(exercise.name, criterion.name)
            assert made["metadata"]["nbgrader"]["points"] == criterion.points
            assert criterion.says in cell_source(cell(notebook, f"{exercise.name}-criteria"))


def test_missing_cells_come_back_beside_their_function(source):
    lost = ["range-imports", "tanh-criteria", "tanh-values", "tanh-arrays", "tanh-extremes"]
    made = regenerate(without(source, *lost), load(FIRST), "it")
    found = ids(made)
    at = found.index("tanh")
    assert found[at - 1 : at + 4] == ["tanh-criteria", "tanh", "tanh-values", "tanh-arrays", "tanh-extremes"]
    assert next(one["id"] for one in made["cells"] if one["cell_type"] == "code") == "range-imports"


def test_a_cell_stays_where_the_teacher_put_it(source):
    moved = cell(source, "tanh-values")
    cells = [*without(source, "tanh-values")["cells"], moved]
    assert ids(regenerate({**source, "cells": cells}, load(FIRST), "it")) == [one["id"] for one in cells]


def test_cells_of_a_criterion_that_is_gone_go_too(source):
    assignment = load(FIRST)
    first, *others = assignment.exercises
    fewer = replace(assignment, exercises=(replace(first, criteria=first.criteria[:1]), *others))
    assert set(ids(source)) - set(ids(regenerate(source, fewer, "it"))) == {"sigmoid-arrays", "sigmoid-extremes"}


def test_a_teachers_text_is_kept_and_a_generated_one_is_not(source):
    changed = json.loads(json.dumps(source))
    cell(changed, "range-title")["source"] = "# Mine\n\nwith *two* lines"
    cell(changed, "sigmoid-values")["source"] = "assert True"
    cell(changed, "sigmoid-values")["metadata"]["nbgrader"]["points"] = 50
    made = regenerate(changed, load(FIRST), "it")
    assert cell(made, "range-title")["source"] == ["# Mine\n", "\n", "with *two* lines"]
    assert cell(made, "sigmoid-values") == cell(source, "sigmoid-values")


def test_outputs_counts_and_traces_of_tools_are_dropped(source):
    ran = json.loads(json.dumps(source))
    for one in ran["cells"]:
        if one["cell_type"] == "code":
            one["execution_count"] = 7
            one["outputs"] = [{"output_type": "stream", "name": "stdout", "text": "hello"}]
        one["metadata"]["execution"] = {"iopub.status.busy": "now"}
        if grade_id(one):
            one["id"] = "0123abcd" + str(ran["cells"].index(one))
    ran["metadata"] = {"kernelspec": {"name": "venv-3.13"}, "toc": {}}
    assert regenerate(ran, load(FIRST), "it") == source


def test_solution_cells_are_the_graded_functions(source):
    with pytest.raises(UsageError, match="it has no solution cell for `tanh`"):
        regenerate(without(source, "tanh"), load(FIRST), "it")
    with pytest.raises(UsageError, match="it has 2 solution cells for `tanh`"):
        regenerate({**source, "cells": [*source["cells"], cell(source, "tanh")]}, load(FIRST), "it")
    assignment = load(FIRST)
    with pytest.raises(UsageError, match="a solution cell `sigmoid` that the assignment range does not grade"):
        regenerate(source, replace(assignment, exercises=assignment.exercises[1:]), "it")


def test_what_was_committed_is_fresh_and_check_changes_nothing(tmp_path):
    course = copy_of_the_course(tmp_path, "solutions", "exercises")
    before = everything_in(tmp_path)
    assert publish(course, RELEASED, check=True) == []
    assert everything_in(tmp_path) == before


def test_stale_files_are_named_and_published_anew(tmp_path, monkeypatch):
    course = copy_of_the_course(tmp_path, "solutions", "exercises")
    fresh = everything_in(tmp_path)
    solution, release = course.solution(FIRST), tmp_path / "exercises" / FIRST
    solution.write_text(solution.read_text().replace('"points": 2', '"points": 3', 1))
    checks = solution.parent / "checks.py"
    checks.write_text("print('hello')\n" + checks.read_text(encoding="utf-8"), encoding="utf-8")
    (release / "checks.py").unlink()
    (release / "answers.csv").write_text("old")
    damaged = everything_in(tmp_path)
    told = publish(course, [FIRST], check=True)
    assert everything_in(tmp_path) == damaged
    assert told == [
        "sigmoid-values: the 3 points in the notebook would be set back to 2, which the assignment says: they come "
        "with the package; change them in an assignment of your own, which `autograder new` makes.",
        "solutions/range/checks.py is stale: run `autograder publish`.",
        "solutions/range/range.ipynb is stale: run `autograder publish`.",
        "exercises/range/answers.csv no longer belongs to the assignment: `autograder publish` removes it.",
        "exercises/range/checks.py is missing: run `autograder publish`.",
    ]
    written = publish(course, [FIRST], check=False)
    assert len(written) == len(told)
    assert written[0].startswith("sigmoid-values: the 3 points in the notebook were set back to 2, which")
    repaired = everything_in(tmp_path)
    assert repaired.pop(Path("gradebook.db"))
    assert repaired.pop(Path("results", FIRST, "registered.json"))
    assert repaired == fresh
    reading = []
    monkeypatch.setattr(_cells, "_read_source", lambda *called: reading.append(called))
    _cells.register(course, FIRST)  # as the next command does, which nbgrader's import would keep waiting
    assert not reading


@pytest.mark.parametrize("name", RELEASED)
def test_a_released_notebook_holds_no_solution_and_no_hidden_test(name):
    released = json.loads((ROOT / "exercises" / name / f"{name}.ipynb").read_text())
    text = "\n".join(cell_source(one) for one in released["cells"])
    assert not re.search("SOLUTION|HIDDEN|autograder|MARK SCHEME", text)
    given = {one["id"]: cell_source(one).splitlines() for one in released["cells"]}
    for one in json.loads((ROOT / "solutions" / name / f"{name}.ipynb").read_text())["cells"]:
        kept, hidden = split_solution(cell_source(one))
        assert [line for line in hidden if line in given[one["id"]] and line not in kept] == []
        assert [line for line in kept if line not in given[one["id"]] and "grade_cell" not in line] == [] or not hidden
    present = sorted(path.name for path in (ROOT / "exercises" / name).iterdir())
    assert present == sorted(["checks.py", f"{name}.ipynb", *load(name).files])


def test_a_leak_stops_publishing(tmp_path, source):
    course = copy_of_the_course(tmp_path, "solutions", "exercises")
    path = tmp_path / "exercises" / FIRST / f"{FIRST}.ipynb"
    path.write_text(json.dumps(source))
    with pytest.raises(GraderFailure, match="would hold “BEGIN SOLUTION”, and nothing was published"):
        publishing._verify(course, load(FIRST))
    leaky = json.loads((ROOT / "exercises" / FIRST / f"{FIRST}.ipynb").read_text())
    notes = [
        {"cell_type": "markdown", "metadata": {}, "source": text} for text in ("### BEGIN HIDDEN TESTS", "A note.")
    ]
    path.write_text(json.dumps({**leaky, "cells": [*leaky["cells"], *notes]}))  # neither has an id
    with pytest.raises(GraderFailure, match="would hold “HIDDEN TESTS”"):
        publishing._verify(course, load(FIRST))
    cell(leaky, "softplus")["source"] += "\n" + split_solution(cell_source(cell(source, "softplus")))[1][0]
    path.write_text(json.dumps(leaky))
    with pytest.raises(GraderFailure, match="cell softplus would hold “return"):
        publishing._verify(course, load(FIRST))


def test_faults_of_the_course_are_sentences_and_leave_the_tree_alone(tmp_path):
    course = copy_of_the_course(tmp_path, "solutions")
    with pytest.raises(UsageError, match="There is no assignment called 'rang'"):
        publish(course, ["rang"], check=False)
    script = course.solution(FIRST).parent / "answers.py"
    script.write_text("")
    with pytest.raises(UsageError, match=r"answers\.py would be handed to the students"):
        publish(course, [FIRST], check=False)
    script.unlink()
    course.solution(FIRST).write_text("{")
    with pytest.raises(UsageError, match=r"range\.ipynb is not a notebook"):
        publish(course, [FIRST], check=False)
    course.solution(FIRST).unlink()
    with pytest.raises(UsageError, match=r"range\.ipynb is missing"):
        publish(course, [FIRST], check=False)
    assert not (tmp_path / "exercises").exists()


def test_a_failure_of_nbgrader_is_told(tmp_path):
    course = copy_of_the_course(tmp_path, "solutions")
    config = tmp_path / "nbgrader_config.py"
    config.write_text(config.read_text() + '\nc.ClearSolutions.code_stub = {"julia": "error()"}\n')
    with pytest.raises(GraderFailure, match=r"nbgrader generate_assignment range failed: .*code_stub"):
        publish(course, [FIRST], check=True)
    assert not (tmp_path / "exercises").exists()


def test_the_download_is_one_folder_with_the_same_bytes_each_time(tmp_path):
    course = open_course(ROOT)
    data = download_zip(course, FIRST)
    assert data == download_zip(course, FIRST)
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        assert archive.namelist() == ["range/checks.py", "range/range.ipynb"]
        assert archive.read("range/range.ipynb") == (ROOT / "exercises/range/range.ipynb").read_bytes()
    empty = copy_of_the_course(tmp_path, "solutions")
    with pytest.raises(UsageError, match="range is not published"):
        download_zip(empty, FIRST)


HEADER = {
    "cells": [
        {"cell_type": "markdown", "metadata": {}, "source": ["Make sure that `YOUR ANSWER HERE` is nowhere left."]},
        {"cell_type": "code", "execution_count": None, "metadata": {}, "outputs": [], "source": ['NAME = ""']},
        {"cell_type": "markdown", "metadata": {}, "source": ["---"]},
    ],
    "metadata": {"kernelspec": {"display_name": "Python", "language": "python", "name": "python"}},
    "nbformat": 4,
    "nbformat_minor": 0,
}
"""As `nbgrader quickstart` writes it: the cells have no ids."""


@pytest.fixture
def quickstart(tmp_path):
    """A course as `nbgrader quickstart` makes it, with one of our assignments."""
    root = tmp_path / "quick"
    (root / "source").mkdir(parents=True)
    config = ("c = get_config()", 'c.CourseDirectory.course_id = "quick"')
    lines = (*config, 'c.IncludeHeaderFooter.header = "source/header.ipynb"')
    (root / "nbgrader_config.py").write_text("\n".join(lines) + "\n")
    (root / "source" / "header.ipynb").write_text(json.dumps(HEADER))
    shutil.copytree(ROOT / "solutions" / FIRST, root / "source" / FIRST, ignore=shutil.ignore_patterns("__pycache__"))
    return open_course(root)


def test_the_header_of_every_notebook_is_published_the_same_each_time(quickstart, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)  # the header's path is not one from here
    assert publish(quickstart, [FIRST], check=False)
    assert publish(quickstart, [FIRST], check=True) == []
    assert publish(quickstart, [FIRST], check=False) == []
    given = json.loads(quickstart.release_of(FIRST).read_text())
    source = json.loads(quickstart.solution(FIRST).read_text())
    assert [cell_source(one) for one in given["cells"][:3]] == [one["source"][0] for one in HEADER["cells"]]
    assert ids(given)[3:] == ids(source)
    assert len(set(ids(given))) == len(ids(given))
    (quickstart.root / "results" / FIRST / "registered.json").unlink()
    _cells.register(quickstart, FIRST)
    trial = tmp_path / "trial"
    trial.mkdir()
    graded = grade_class(trial_course(quickstart, FIRST, trial), FIRST, seed=1).results
    results = {one.student: one for one in graded}
    assert results[SOLVED].score == results[SOLVED].max_score > results[EMPTY].score == 0
    assert not any(one.notes for one in graded)
    header = quickstart.root / "source" / "header.ipynb"
    header.write_text(header.read_text().replace("---", "Good luck."))
    assert publish(quickstart, [FIRST], check=True) == ["release/range/range.ipynb is stale: run `autograder publish`."]


def test_a_header_that_is_not_there_is_a_sentence(quickstart, tmp_path):
    (quickstart.root / "source" / "header.ipynb").rename(tmp_path / "header.ipynb")
    with pytest.raises(UsageError, match=r"IncludeHeaderFooter.header is 'source/header.ipynb', and there is no such"):
        publish(quickstart, [FIRST], check=True)
    config = quickstart.root / "nbgrader_config.py"
    text = config.read_text()
    config.write_text(text.replace("source/header", "../header"))
    with pytest.raises(UsageError, match="outside of the course"):
        publish(quickstart, [FIRST], check=True)
    config.write_text(text.replace("source/header", str(tmp_path / "header")))
    copy = tmp_path / "copy"
    copy.mkdir()
    copy_settings(quickstart.root, copy)
    assert sorted(path.name for path in copy.rglob("*")) == ["nbgrader_config.py"]


def test_all_assignments_are_those_whose_source_is_there(tmp_path):
    (tmp_path / "nbgrader_config.py").write_text("c = get_config()\n")
    with pytest.raises(UsageError, match="source holds no assignment to publish: make one"):
        publishing.all_names(open_course(tmp_path))
    (tmp_path / "source" / "training").mkdir(parents=True)
    (tmp_path / "source" / "ps1").mkdir()
    (tmp_path / "assignments").mkdir()
    (tmp_path / "assignments" / "mine.py").touch()
    assert publishing.all_names(open_course(tmp_path)) == ("training", "mine")
    assert publishing.all_names(open_course(ROOT)) == NAMES
