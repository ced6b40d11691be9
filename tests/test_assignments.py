"""The six assignments hold what a student and a teacher need, and the examination of the grader is as wide as asked."""

import ast
import json
import re
from collections import Counter
from pathlib import Path

import pytest

from autograder.assignments import NAMES, load
from tests.meta.exam import EXERCISES, MISTAKES
from tests.meta.test_right_answers import RIGHT, WAYS

ROOT = Path(__file__).parent.parent
CHAPTERS = ("nonlinearity", "range", "differentiability", "saturation", "output_layer", "training")

FUNCTIONS = {
    "nonlinearity": "identity binary_step relu layer collapse is_linear xor_network",
    "range": "sigmoid tanh relu6 softplus softsign hard_sigmoid scale_to zero_centred",
    "differentiability": (
        "sigmoid_derivative tanh_derivative relu_derivative elu elu_derivative gelu gelu_derivative gelu_tanh swish "
        "swish_derivative softplus_derivative numerical_derivative mish_derivative_expr logistic_solution_expr "
        "gelu_cubic_coefficient_expr"
    ),
    "saturation": (
        "leaky_relu leaky_relu_derivative prelu_gradient_alpha selu mish maxout gradient_product dead_fraction "
        "saturated_fraction"
    ),
    "output_layer": (
        "softmax log_softmax softmax_vjp log_sigmoid binary_cross_entropy_with_logits "
        "binary_cross_entropy_with_logits_gradient cross_entropy_with_logits cross_entropy_with_logits_gradient "
        "gaussian_head choose_head"
    ),
    "training": "initialise forward backward train recognise",
}


def cells(name, folder="solutions"):
    """The cells of an assignment's notebook: (type, nbgrader's marks, source)."""
    notebook = json.loads((ROOT / folder / name / f"{name}.ipynb").read_text(encoding="utf-8"))
    return [
        (cell["cell_type"], cell["metadata"].get("nbgrader", {}), "".join(cell["source"])) for cell in notebook["cells"]
    ]


def text(name, folder="solutions"):
    return "\n\n".join(source for kind, _, source in cells(name, folder) if kind == "markdown")


@pytest.mark.parametrize("name", CHAPTERS)
def test_every_function_of_the_course_is_asked_for(name):
    assert sorted(exercise.name for exercise in load(name).exercises) == sorted(FUNCTIONS[name].split())


def test_there_are_no_other_assignments():
    assert sorted(NAMES) == sorted(CHAPTERS)


@pytest.mark.parametrize("name", CHAPTERS)
def test_a_notebook_says_what_is_learned_how_long_it_takes_and_how_it_works(name):
    told = text(name, "exercises")
    goals = told.partition("**After this notebook you can**")[2].partition("**Time:**")[0]
    assert len(re.findall(r"^- ", goals, re.MULTILINE)) >= 3
    assert re.search(r"^\*\*Time:\*\* about \d+ minutes", told, re.MULTILINE)
    for heading in ("## How it works", "## Conventions of ", "## A worked example"):
        assert heading in told


@pytest.mark.parametrize("name", CHAPTERS)
def test_each_function_has_its_statement_with_input_output_points_and_tolerance(name):
    told = text(name, "exercises")
    for exercise in load(name).exercises:
        statement = told.partition(f"`{exercise.signature}`\n")[2].partition("**What is graded in")[0]
        assert "**Input" in statement or "**Output" in statement or "**Return" in statement or len(statement) > 200
        graded = told.partition(f"**What is graded in `{exercise.signature}`**")[2].partition("\n\n##")[0]
        for criterion in exercise.criteria:
            assert f"- *{criterion.name}*, {criterion.points:g} point" in graded


def called(source):
    """The names of the functions that a cell mentions."""
    return {node.id for node in ast.walk(ast.parse(source)) if isinstance(node, ast.Name)}


@pytest.mark.parametrize("name", CHAPTERS)
def test_figures_are_drawn_with_the_students_own_functions(name):
    own = {exercise.name for exercise in load(name).exercises}
    drawn = [
        called(source) & own
        for kind, marks, source in cells(name, "exercises")
        if kind == "code" and not marks.get("solution") and {"draw", "plt"} & called(source)
    ]
    assert sum(map(bool, drawn)) >= 3


@pytest.mark.parametrize("name", CHAPTERS)
def test_one_question_is_answered_in_words_and_marked_by_a_scheme(name):
    written = [(marks, source) for kind, marks, source in cells(name) if kind == "markdown" and marks.get("solution")]
    assert len(written) == 1
    marks, source = written[0]
    assert marks["grade"]
    assert marks["points"] > 0
    scheme = source.partition("**Mark scheme.**")[2]
    halves = [{"½": 0.5}.get(value) or float(value) for value in re.findall(r"^- ([½\d.]+) points?\b", scheme, re.M)]
    assert sum(halves) == marks["points"]
    assert "**Mark scheme.**" not in text(name, "exercises")
    assert "**A model answer.**" not in text(name, "exercises")


# how wide the examination of the grader is


def test_there_are_at_least_four_known_mistakes_for_each_function():
    counted = Counter(mistake.function for _, mistake in MISTAKES)
    assert min(counted[function] for _, function in EXERCISES) >= 4
    assert len(EXERCISES) == sum(len(functions.split()) for functions in FUNCTIONS.values())


def test_no_two_known_mistakes_say_the_same():
    told = Counter((mistake.function, mistake.cause) for _, mistake in MISTAKES)
    assert [twice for twice, count in told.items() if count > 1] == []


def test_there_are_at_least_120_right_answers():
    assert len(WAYS) >= 120


@pytest.mark.parametrize(
    "way",
    [
        r"from scipy\.special import",
        r"^ *for ",
        r"np\.vectorize\([^\n]*otypes",
        r"np\.piecewise\(",
        r"def __call__\(self",
        r"^\w+ = lambda ",
        r"^# %%%$",  # a helper in a cell of its own
        r"def \w+\([^)]*=[^)]*\)",
        r"file=sys\.stderr|sys\.stderr\.write",
        r"np\.seterr\(all=.raise.\)",
        r"np\.random\.seed\(",
    ],
)
def test_right_answers_are_written_in_every_way_that_students_write_them(way):
    found = [path.name for path in RIGHT.glob("*.py") if re.search(way, path.read_text(encoding="utf-8"), re.M)]
    assert found != []
