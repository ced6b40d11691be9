"""Right answers, written in as many ways as students write them, get full marks under every seed.

``right/<function>.py`` holds the ways, each below a line ``# %% what is special``; a line ``# %%%`` starts a further
cell of the same notebook.
"""

from functools import cache
from pathlib import Path

import numpy as np
import pytest

from autograder.assignments import NAMES, load
from autograder.compare import judge
from autograder.grading.cases import build
from autograder.sandbox import CallResult, CallStep, CellStep, Sandbox
from tests.meta.exam import EXERCISES, FULL, SAMPLE, examiner, in_notebook, verdict

RIGHT = Path(__file__).parent / "right"
ASSIGNMENT = {function: assignment for assignment, function in EXERCISES}


@cache
def ways(function):
    """The ways of writing a function: (what is special, cells)."""
    parts = (RIGHT / f"{function}.py").read_text().split("# %% ")[1:]
    return [(part.split("\n", 1)[0], part.split("\n", 1)[1].split("# %%%\n")) for part in parts]


WAYS = [(function, number) for _, function in EXERCISES for number in range(len(ways(function)))]


def named(way):
    function, number = way
    return f"{function}: {ways(function)[number][0]}"


def defined(function, number):
    """The object that the cells define, run here as the sandbox's child runs them."""
    return in_notebook(ways(function)[number][1], function)


def assert_full_marks(function, number, seeds):
    with np.errstate():  # a way may change NumPy's error state; the next test should not notice
        answer = defined(function, number)
        for seed in seeds:
            result = verdict(ASSIGNMENT[function], function, answer, seed)
            lost = [
                (criterion.name, criterion.message) for criterion in result.criteria if criterion.status != "passed"
            ]
            assert lost == [], seed


@pytest.mark.parametrize("way", WAYS, ids=named)
def test_a_right_answer_gets_full_marks(way):
    assert_full_marks(*way, SAMPLE)


@pytest.mark.full
@pytest.mark.parametrize("way", WAYS, ids=named)
def test_a_right_answer_gets_full_marks_under_fifty_seeds(way):
    assert_full_marks(*way, FULL)


def test_every_function_is_solved_in_at_least_three_ways():
    assert [function for _, function in EXERCISES if len(ways(function)) < 3] == []


@pytest.mark.parametrize("name", NAMES)
def test_the_sandbox_agrees(name):
    """One way of each function, in the real sandbox, judged on the same cases."""
    table = examiner(name, 0).table
    steps, asked = [CellStep("cell-0", "import numpy as np")], []
    for exercise in load(name).exercises:
        cells = ways(exercise.name)[0][1]
        steps += [CellStep(f"cell-{len(steps) + i}", text) for i, text in enumerate(cells)]
        for criterion in exercise.criteria:
            cases = table.cases[exercise.name, criterion.name]
            asked.append((len(steps), exercise.name, cases))
            steps.append(CallStep(f"{exercise.name}-{criterion.name}", exercise.name, tuple(c.call for c in cases)))
    packages = load(name).packages
    preload = tuple(package for package in ("numpy", "sympy") if package in packages)
    with Sandbox(packages=packages, preload=preload, isolation="none") as sandbox:
        results = sandbox.run(steps).results
    for place, function, cases in asked:
        answered = results[place]
        assert isinstance(answered, CallResult)
        assert answered.status == "ran", (function, answered.detail)
        for case, outcome in zip(cases, answered.outcomes, strict=True):
            assert judge(function, case.call, case.expected, outcome) is None


def test_cases_are_drawn_whatever_a_student_did_to_numpys_error_state():
    with np.errstate(all="raise"):
        for name in NAMES:
            assert build(load(name), b"any").cases
