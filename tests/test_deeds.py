"""What failed calls have in common is named if all of them show it, and not otherwise."""

import importlib

import pytest

from autograder import messages
from autograder.assignments import load
from autograder.course.checks_file import checks_file
from autograder.deeds import _DEEDS
from tests.meta.exam import EXERCISES, in_notebook, verdict

STABLE = """
    x = np.asarray(x)
    e = np.exp(-np.abs(x))
    s = np.where(x >= 0, 1, e) / (1 + e)
"""

ANSWERS = {
    "always_float64": (
        "sigmoid",
        "arrays",
        f"def sigmoid(x):{STABLE}    return np.float64(1) * np.atleast_1d(s).reshape(s.shape)",
    ),
    "input_changed": (
        "hard_sigmoid",
        "arrays",
        "def hard_sigmoid(x):\n    x = np.asarray(x)\n    x[x < -3] = -3\n    x[x > 3] = 3\n    return x / 6 + 0.5",
    ),
    "read_only": (
        "tanh",
        "arrays",
        "def tanh(x):\n    x = np.asarray(x)\n    x *= 1\n    return np.sinh(x) / np.cosh(x)",
    ),
    "nan_lost": ("sigmoid", "extremes", f"def sigmoid(x):\n    x = np.nan_to_num(x){STABLE}    return s"),
    "nan_made": ("softplus", "extremes", f"def softplus(x):{STABLE}    return np.maximum(x, 0) + np.log1p(e) + 0 * x"),
    "overflowed": (
        "relu6",
        "extremes",
        "def relu6(x):\n    x = np.asarray(x)\n    return np.where(x * x < 0, 1, np.clip(x, 0, 6))",
    ),
    "integers_cut_off": (
        "sigmoid_derivative",
        "arrays",
        f"def sigmoid_derivative(x):{STABLE}    return (s * (1 - s)).astype(x.dtype)",
    ),
    "integers_cannot_hold_it": (
        "softsign",
        "arrays",
        "def softsign(x):\n    y = np.array(x)\n    y /= 1 + np.abs(y)\n    return y",
    ),
    "arrays_only": (
        "mish",
        "arrays",
        "def mish(x):\n    x = x.clip(-800)\n    return x * np.tanh(np.logaddexp(x * 0, x))",
    ),
    "whole_array_in_if": ("tanh", "values", "def tanh(x):\n    return 1.0 if x > 20 else np.sinh(x) / np.cosh(x)"),
    "one_number_at_a_time": (
        "hard_sigmoid",
        "values",
        "def hard_sigmoid(x):\n    return min(1.0, max(0.0, float(x) / 6 + 0.5))",
    ),
    "numbers_only": ("relu", "arrays", "def relu(x):\n    return np.maximum(x, 0) if np.ndim(x) == 0 else undefined"),
}
"""Deed → the function, the criterion that shows it, and code that does it in a way no known mistake does."""

PLACE = {function: assignment for assignment, function in EXERCISES}


def results(source, function):
    """The verdict on each criterion of a function that a cell defines."""
    cells = ["from scipy.special import erf", source]
    found = verdict(PLACE[function], function, in_notebook(cells, function), 3)
    return {criterion.name: criterion for criterion in found.criteria}


@pytest.mark.parametrize("deed", ANSWERS)
def test_a_deed_that_all_failed_calls_share_is_named(deed):
    function, criterion, source = ANSWERS[deed]
    found = results(source, function)[criterion]
    assert (found.mistake, found.diagnosis) == (f"{function}/{deed}", messages.DEEDS[deed])


def test_every_deed_is_tried_and_has_a_sentence():
    assert set(ANSWERS) == set(messages.DEEDS) == set(_DEEDS)


def test_one_call_that_fails_otherwise_is_enough_for_silence():
    found = results(f"def sigmoid(x):\n    x = np.nan_to_num(x){STABLE}    return s + (x == 0)", "sigmoid")
    assert found["extremes"].status == "failed"
    assert found["extremes"].mistake == ""


def test_a_student_is_told_the_same_in_the_notebook(tmp_path, monkeypatch):
    monkeypatch.syspath_prepend(str(tmp_path))
    path = tmp_path / "checks_of_range.py"
    path.write_text(checks_file(load("range")), encoding="utf-8")
    checks = importlib.import_module("checks_of_range")
    sigmoid = in_notebook([ANSWERS["nan_lost"][2]], "sigmoid")
    report = eval("check(sigmoid)", {"check": checks.check, "sigmoid": sigmoid})
    assert [row.diagnosis for row in report.rows if not row.passed] == [messages.DEEDS["nan_lost"]]
