"""A new assignment from the catalogue: complete as it is made, tried before students see it, and editable."""

from __future__ import annotations

import ast
import json
import shutil
from pathlib import Path

import numpy as np
import pytest
from click.testing import CliRunner

from autograder.assignments import NAMES, load
from autograder.assignments.misconceptions import bank
from autograder.assignments.own import own_digest, own_names, use_own
from autograder.calls import call
from autograder.catalogue import CATALOGUE
from autograder.cli import main
from autograder.course import publish as publishing
from autograder.course._new_module import module_text
from autograder.course._new_notebook import notebook_of
from autograder.course.compose import compose, part_of
from autograder.course.layout import Course, open_course
from autograder.course.publish import publish
from autograder.course.validate import EMPTY, SOLVED, of_mistakes, trial_course
from autograder.engine import grade_class
from autograder.errors import GraderFailure, UsageError
from autograder.grading.cases import build, secret_from_seed
from autograder.grading.verdicts import Answer, Examiner
from autograder.trial import validate

ROOT = Path(__file__).resolve().parent.parent
FUNCTIONS = ("softsign", "celu", "hard_tanh")


@pytest.fixture
def course(tmp_path: Path) -> Course:
    shutil.copy(ROOT / "nbgrader_config.py", tmp_path)
    shutil.copytree(ROOT / "solutions" / "range", tmp_path / "solutions" / "range")
    return open_course(tmp_path)


@pytest.fixture(autouse=True)
def _forget() -> object:
    yield
    use_own(Path("no such folder"))


def test_it_is_made_whole_and_graded(course: Course, tmp_path: Path) -> None:
    told = compose(course, "hidden_units", FUNCTIONS)
    assert "assignments/hidden_units.py was written." in told
    assert "exercises/hidden_units/checks.py was written." in told
    ast.parse((tmp_path / "assignments" / "hidden_units.py").read_text("utf-8"))
    assignment = load("hidden_units")
    assert [exercise.name for exercise in assignment.exercises] == list(FUNCTIONS)
    assert [c.name for c in assignment.exercise("celu").criteria] == ["values", "arrays", "extremes", "parameters"]
    assert assignment.exercise("softsign") == load("range").exercise("softsign")
    known = bank("hidden_units")
    assert set(known) == set(FUNCTIONS)
    assert all(len(mistakes) >= 4 for mistakes in known.values())
    assert list(of_mistakes(assignment)) == []
    text = (tmp_path / "exercises" / "hidden_units" / "hidden_units.ipynb").read_text("utf-8")
    assert "NotImplementedError" in text
    assert "expm1" not in text
    (tmp_path / "trial").mkdir()
    trial = trial_course(course, "hidden_units", tmp_path / "trial")
    results = {one.student: one for one in grade_class(trial, "hidden_units", seed=1).results}
    assert results[SOLVED].score == results[SOLVED].max_score == assignment_points("hidden_units")
    assert results[EMPTY].score == 0


def assignment_points(name: str) -> float:
    return sum(exercise.points for exercise in load(name).exercises)


@pytest.mark.full
def test_validation_finds_nothing_wrong_and_then_what_was_broken(course: Course) -> None:
    compose(course, "hidden_units", FUNCTIONS)
    assert all(one.good for one in validate(course, "hidden_units"))
    path = course.solution("hidden_units")
    notebook = json.loads(path.read_text())
    [cell] = [cell for cell in notebook["cells"] if cell["id"] == "celu"]
    cell["source"] = [line.replace("return result", "return 2 * result") for line in cell["source"]]
    path.write_text(json.dumps(notebook))
    module = course.root / "assignments" / "hidden_units.py"
    module.write_text(module.read_text().replace('loses="arrays"', 'loses="values"', 1))
    bad = [one.says for one in validate(course, "hidden_units") if not one.good]
    assert any("solved notebook has 0 of 2 points for celu-values" in says for says in bad)
    assert any("Stock nbgrader gives the solved notebook 0.0 for celu-values" in says for says in bad)
    assert any("should lose values; under seed 0 it loses arrays" in says for says in bad)


SAMPLE = ("celu", "sine", "hardshrink", "swish")


ELEMENTWISE = [name for name, entry in CATALOGUE.items() if entry.kind == "elementwise"]
ASKED = [e.name for name in NAMES for e in load(name).exercises if e.name in ELEMENTWISE]


@pytest.mark.parametrize(
    ("name", "taken_over"),
    [
        pytest.param(name, taken_over, marks=() if name in SAMPLE else pytest.mark.full)
        for names, taken_over in ((ELEMENTWISE, False), (ASKED, True))
        for name in names
    ],
)
def test_the_solution_of_every_elementwise_function_is_right(tmp_path: Path, name: str, taken_over: bool) -> None:
    """In a course that has none of the book's assignments, and in the book's own."""
    shutil.copy(ROOT / "nbgrader_config.py", tmp_path)
    course = open_course(ROOT if taken_over else tmp_path)
    part = part_of(course, name)
    assert bool(part.home) == taken_over
    (tmp_path / "one.py").write_text(module_text("one", "One", [part]), "utf-8")
    cells = notebook_of(course, "one", "One", [part])["cells"]
    [source] = [cell["source"] for cell in cells if cell["id"] == name]
    namespace: dict[str, object] = {"np": np}
    exec("".join(source), namespace)  # our own printed source
    use_own(tmp_path)
    assignment = load("one")
    for seed in (1, 2):
        table = build(assignment, secret_from_seed(seed))
        answers = {
            c.name: Answer("ran", tuple(call(namespace[name], case.call) for case in table.cases[name, c.name]))
            for c in assignment.exercise(name).criteria
        }
        result = Examiner(table).judge(assignment.exercise(name), answers)
        assert result.score == result.max_score, [c.message for c in result.criteria if c.status != "passed"]
    assert list(of_mistakes(assignment)) == []


@pytest.mark.parametrize(
    ("name", "functions", "complaint"),
    [
        ("range", ["celu"], "There is an assignment called range already"),
        ("../x", ["celu"], "cannot be an assignment's name"),
        ("Upper", ["celu"], "in small letters"),
        ("fresh", [], "needs a function"),
        ("fresh", ["celu", "celu"], "celu is named twice"),
        ("fresh", ["celo"], "The catalogue has no 'celo'. It has: identity"),
        ("fresh", ["maxout", "celu"], "maxout is asked for in the assignment saturation, and there is no"),
        ("fresh", ["celu", "glu"], "glu is a function of a vector"),
        ("fresh", ["softmax"], "softmax is asked for in the assignment output_layer, and there is no .* Copy that"),
        ("fresh", ["elu_derivative"], "asked for in the assignment differentiability, and there is no"),
    ],
)
def test_what_cannot_be_made_is_one_sentence_and_leaves_nothing(
    course: Course, name: str, functions: list[str], complaint: str
) -> None:
    before = sorted(course.root.rglob("*"))
    with pytest.raises(UsageError, match=complaint):
        compose(course, name, functions)
    assert sorted(course.root.rglob("*")) == before


@pytest.mark.parametrize("spoilt", ["no notebook", "[]", '{"cells": [[]]}', '{"cells": []}'])
def test_a_notebook_that_a_solution_cannot_be_taken_from_is_told(course: Course, spoilt: str) -> None:
    course.solution("range").write_text(spoilt)
    before = sorted(course.root.rglob("*"))
    with pytest.raises(UsageError, match=r"range\.ipynb (cannot be read|has no solution cell for softsign)"):
        compose(course, "fresh", ["softsign"])
    assert sorted(course.root.rglob("*")) == before


def test_a_course_without_the_books_assignments_gets_them_from_the_catalogue(tmp_path: Path) -> None:
    shutil.copy(ROOT / "nbgrader_config.py", tmp_path)
    course = open_course(tmp_path)
    functions = ("mish", "celu", "softsign")
    compose(course, "gated", functions)
    assert [exercise.name for exercise in load("gated").exercises] == list(functions)
    assert set(bank("gated")) == set(functions)
    (tmp_path / "trial").mkdir()
    trial = trial_course(course, "gated", tmp_path / "trial")
    results = {one.student: one for one in grade_class(trial, "gated", seed=1).results}
    assert results[SOLVED].score == results[SOLVED].max_score == assignment_points("gated")


def test_what_is_taken_over_is_asked_in_the_words_of_its_own_assignment() -> None:
    course = open_course(ROOT)
    parts = [part_of(course, name) for name in ("celu", "softmax", "elu_derivative")]
    told = {cell["id"]: cell["source"] for cell in notebook_of(course, "mixed", "Mixed", parts)["cells"]}
    assert "- write `softmax(z, axis=-1)` so" in told["mixed-title"]
    assert told["celu-task"].startswith("## 1. `celu(x, alpha)`\n\n$$")
    assert told["softmax-task"].startswith("## 2. `softmax(z, axis=-1)`\n\n$$s_i")
    assert "**Input** `z`: logits" in told["softmax-task"]
    assert told["elu_derivative-task"].startswith("## 3. `elu_derivative(x, alpha=1.0)`\n\n")
    assert "As in the assignment" not in "".join(told.values())


def test_a_changed_module_is_seen_and_a_broken_one_is_told(course: Course) -> None:
    folder = course.root / "assignments"
    folder.mkdir()
    module = folder / "mine.py"
    text = "from autograder.assignments import Assignment\nASSIGNMENT = Assignment('mine', 'Mine', ())\n"
    module.write_text(text)
    open_course(course.root)
    assert own_names() == ("mine",)
    assert load("mine").title == "Mine"
    before = own_digest("mine")
    module.write_text(text.replace("'Mine'", "'Ours'"))
    assert load("mine").title == "Ours"
    assert own_digest("mine") != before
    module.write_text("1 / 0")
    with pytest.raises(UsageError, match=r"mine.py cannot be loaded: ZeroDivisionError"):
        load("mine")
    module.write_text("ASSIGNMENT = None")
    with pytest.raises(UsageError, match="should hold an ASSIGNMENT whose name is 'mine'"):
        load("mine")
    with pytest.raises(UsageError, match=r"The assignments are: nonlinearity, .*, mine"):
        load("yours")


@pytest.mark.parametrize("problem", [GraderFailure("nbgrader failed"), KeyboardInterrupt()])
def test_what_cannot_be_published_is_not_left_behind(
    course: Course, monkeypatch: pytest.MonkeyPatch, problem: BaseException
) -> None:
    def fails(*_: object) -> None:
        raise problem

    before = sorted(course.root.rglob("*"))
    with monkeypatch.context() as patched:
        patched.setattr(publishing, "run_nbgrader", fails)
        with pytest.raises(type(problem)):
            compose(course, "mine", ["softsign"])
    assert sorted(course.root.rglob("*")) == before
    assert own_names() == ()
    with monkeypatch.context() as patched:
        patched.setattr(publishing, "keep_stamp", fails)  # when all is written
        with pytest.raises(type(problem)):
            compose(course, "mine", ["softsign"])
    assert {path.name for path in course.root.rglob("*")} - {path.name for path in before} <= {"gradebook.db"}
    assert compose(course, "mine", ["softsign"])


def test_points_are_changed_in_the_module_and_not_in_the_notebook(course: Course) -> None:
    compose(course, "mine", ["softsign"])
    path, module = course.solution("mine"), course.root / "assignments" / "mine.py"
    path.write_text(path.read_text().replace('"points": 2', '"points": 5', 1))
    told = publish(course, ["mine"], check=False)
    assert told[0] == (
        "softsign-values: the 5 points in the notebook were set back to 2, which the assignment says: "
        "change them in assignments/mine.py."
    )
    assert '"points": 5' not in path.read_text()
    text = module.read_text().replace('load("range").exercise("softsign")', 'worth(load("range").exercise("softsign"))')
    text = text.replace("\n\nASSIGNMENT =", WORTH + "\n\nASSIGNMENT =")
    module.write_text(text)
    told = publish(course, ["mine"], check=False)
    assert told
    assert not any("set back" in line for line in told)  # it was the assignment that changed
    assert '"points": 5' in path.read_text()


WORTH = """
from dataclasses import replace


def worth(exercise):
    criteria = (replace(c, points=5) if c.name == "values" else c for c in exercise.criteria)
    return replace(exercise, criteria=tuple(criteria))

"""


def test_the_commands_say_what_they_did(course: Course) -> None:
    ran = CliRunner().invoke(
        main, ["new", "one", "--functions", "softsign, tanhshrink", "--title", "One", "--course", str(course.root)]
    )
    assert ran.exit_code == 0, ran.output
    assert "Next: edit the notebook" in ran.output
    ran = CliRunner().invoke(main, ["publish", "one", "--check", "--course", str(course.root)])
    assert ran.exit_code == 0, ran.output
    shutil.rmtree(course.root / "solutions" / "range")
    ran = CliRunner().invoke(main, ["publish", "--check", "--course", str(course.root)])
    assert ran.exit_code == 0, ran.output  # all that are there, not all that the package has
    ran = CliRunner().invoke(main, ["validate", "two", "--course", str(course.root)])
    assert ran.exit_code == 2
    assert "There is no assignment called 'two'" in ran.output
