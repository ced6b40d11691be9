"""A submission's cells are matched with the instructor's, whatever was done to them, and nothing is lost."""

import json

import pytest
from grading_room import ROOT, HereSandboxes, find, grade, name, released, role, solved

from autograder.assignments import load
from autograder.assignments.cells import full_test
from autograder.errors import UsageError
from autograder.matching import load_template


def lost(graded):
    """The criteria that lost points."""
    return [f"{f.name}-{c.name}" for f in graded.result.functions for c in f.criteria if c.points < c.max_points]


def made(graded):
    """The autograded notebook."""
    return json.loads(graded.notebook)


def outputs(graded, grade_id):
    return find(made(graded), grade_id)["outputs"]


def test_the_solution_gets_full_marks_and_says_so():
    graded = grade(solved())
    assert graded.result.status == "graded"
    assert graded.result.score == graded.result.max_score > 0
    assert lost(graded) == []
    assert graded.result.notes == ()
    assert outputs(graded, "sigmoid-values")[0]["output_type"] == "stream"


def test_the_release_scores_nothing():
    graded = grade(released())
    assert graded.result.score == 0
    assert {c.status for f in graded.result.functions for c in f.criteria} == {"error"}


def test_what_code_mentions_decides_what_is_imported_for_it_and_not_what_the_exercise_says(monkeypatch):
    asked = []
    monkeypatch.setattr(HereSandboxes, "for_text", lambda self, text: asked.append(text) or self)
    notebook = solved()
    assert any("matplotlib" in "".join(cell["source"]) for cell in notebook["cells"])
    grade(notebook)
    find(notebook, "sigmoid")["source"] += "\nimport matplotlib.pyplot as plt\n"
    grade(notebook)
    assert ["matplotlib" in text for text in asked] == [False, True]


def test_a_wrong_function_loses_only_its_own_points():
    notebook = solved()
    find(notebook, "sigmoid")["source"] = "def sigmoid(x):\n    return 1 / (1 + np.exp(np.asarray(x)))\n"
    graded = grade(notebook)
    assert lost(graded) == ["sigmoid-values", "sigmoid-arrays", "sigmoid-extremes"]
    told = outputs(graded, "sigmoid-values")[0]
    assert told["output_type"] == "error"
    assert "σ(−x)" in told["evalue"]


def test_a_helper_in_another_cell_is_run():
    notebook = solved()
    find(notebook, "relu6")["source"] = "def relu6(x):\n    return cut(x)\n"
    helper = {"cell_type": "code", "source": "def cut(x):\n    return np.clip(x, 0, 6)", "metadata": {}, "outputs": []}
    notebook["cells"].insert(2, helper)
    assert lost(grade(notebook)) == []


def test_a_deleted_test_cell_is_put_back():
    notebook = solved()
    notebook["cells"] = [cell for cell in notebook["cells"] if name(cell) != "tanh-values"]
    graded = grade(notebook)
    assert graded.result.score == graded.result.max_score
    assert any("tanh-values" in note for note in graded.result.notes)
    assert find(made(graded), "tanh-values")["source"] == full_test("tanh", "values")


def test_a_duplicated_test_cell_counts_once():
    notebook = solved()
    notebook["cells"].append(dict(find(notebook, "tanh-values")))
    graded = grade(notebook)
    assert graded.result.score == graded.result.max_score
    assert [name(cell) for cell in made(graded)["cells"]].count("tanh-values") == 1
    assert len({cell["id"] for cell in made(graded)["cells"]}) == len(made(graded)["cells"])


def test_of_a_duplicated_solution_the_last_counts():
    notebook = solved()
    wrong = dict(find(notebook, "relu6"), source="def relu6(x):\n    return 0.0\n")
    notebook["cells"].insert(1, wrong)
    graded = grade(notebook)
    assert lost(graded) == []
    assert any("relu6" in note for note in graded.result.notes)
    assert wrong["source"] in [cell["source"] for cell in made(graded)["cells"]]  # nothing a student wrote is lost


def test_lost_metadata_costs_nothing():
    notebook = solved()
    for cell in notebook["cells"]:
        cell["metadata"] = {}
    graded = grade(notebook)
    assert graded.result.score == graded.result.max_score
    assert any("metadata" in note for note in graded.result.notes)


def test_a_changed_test_cell_is_replaced():
    notebook = solved()
    find(notebook, "relu6")["source"] = "def relu6(x):\n    return 0.0\n"
    find(notebook, "relu6-values")["source"] = "pass"
    graded = grade(notebook)
    assert "relu6-values" in lost(graded)
    assert any("relu6-values was changed" in note for note in graded.result.notes)


def test_a_cell_that_fails_does_not_stop_later_ones():
    notebook = solved()
    find(notebook, "sigmoid")["source"] = "def sigmoid(x:\n"
    graded = grade(notebook)
    assert lost(graded) == ["sigmoid-values", "sigmoid-arrays", "sigmoid-extremes"]
    assert outputs(graded, "sigmoid")[0]["ename"] == "SyntaxError"


def test_the_written_answer_waits_for_a_human_only_if_there_is_one():
    notebook = solved()
    assert [answer.answered for answer in grade(notebook).result.written] == [False]
    find(notebook, "written-range")["source"] = "Because its outputs are all positive."
    assert [answer.answered for answer in grade(notebook).result.written] == [True]
    for cell in notebook["cells"]:
        cell["metadata"] = {}
    assert [answer.answered for answer in grade(notebook).result.written] == [True]


def test_a_deleted_written_answer_waits_for_a_human_too():
    notebook = solved()
    notebook["cells"] = [cell for cell in notebook["cells"] if name(cell) != "written-range"]
    graded = grade(notebook)
    assert [answer.answered for answer in graded.result.written] == [True]
    assert find(made(graded), "written-range")


def test_another_kernel_waits_for_a_human():
    notebook = solved()
    notebook["metadata"]["kernelspec"] = {"name": "ir", "language": "R", "display_name": "R"}
    notebook["metadata"].pop("language_info", None)
    graded = grade(notebook)
    assert graded.result.status == "unreadable"
    assert graded.result.score is None
    assert "'R'" in graded.result.notes[0]


def test_locked_cells_come_from_the_instructor():
    notebook = solved()
    locked = next(cell for cell in notebook["cells"] if role(cell) == "locked")
    original = "".join(locked["source"])
    locked["source"] = "raise SystemExit"
    assert find(made(grade(notebook)), name(locked))["source"] == original


def test_a_stale_template_is_refused(tmp_path):
    text = (ROOT / "solutions/range/range.ipynb").read_text().replace("grade_cell(relu6", "grade_cell(relu7", 1)
    (tmp_path / "range.ipynb").write_text(text)
    with pytest.raises(UsageError, match=r"relu6-\w+ is missing or stale"):
        load_template(load("range"), tmp_path / "range.ipynb", ROOT / "exercises/range/range.ipynb")
