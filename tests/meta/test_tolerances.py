"""What the exercises say about their tolerances is so."""

import numpy as np
import pytest
import sympy

from autograder.assignments.nonlinearity import ACTIVATIONS, is_linear
from autograder.assignments.range import MEAN
from autograder.assignments.slopes import SLOPES
from autograder.given import GIVEN, given
from tests.meta.exam import examiner, verdict

X = sympy.Symbol("x")
FORMULAS = {
    "sine": sympy.sin(X),
    "bell": sympy.exp(-(X**2)),
    "half_angle": sympy.atan(X) / 2,
    "root": sympy.sqrt(1 + X**2),
    "cubic": X**3 + 2 * X,
}
NUMBERS = {"cubic": (1.0, 2.0)}
GRID = np.linspace(-2, 2, 401)


def on_grid(expression):
    return sympy.lambdify(X, expression, "numpy")(GRID)


def passed(function, name="numerical_derivative", criterion="values"):
    result = verdict("differentiability", name, function, 0)
    return next(c for c in result.criteria if c.name == criterion).status == "passed"


@pytest.mark.parametrize("name", SLOPES)
def test_the_given_functions_are_what_the_exercise_says(name):
    formula, numbers = FORMULAS[name], NUMBERS.get(name, (0.0,))
    np.testing.assert_allclose(given(name, numbers)(GRID), on_grid(formula), rtol=1e-14, atol=1e-14)
    np.testing.assert_allclose(SLOPES[name](GRID, *numbers), on_grid(sympy.diff(formula, X)), rtol=1e-14, atol=1e-14)
    assert np.abs(on_grid(sympy.diff(formula, X, 3))).max() <= 6
    assert np.abs(on_grid(formula)).max() + (0 if name == "cubic" else 17) <= 20


@pytest.mark.parametrize("step", [1e-6, 1e-5, 1e-4])
def test_a_central_difference_passes_with_any_step_between(step):
    assert passed(lambda f, x: (f(np.asarray(x) + step) - f(np.asarray(x) - step)) / (2 * step))


@pytest.mark.parametrize("exponent", np.arange(-13, 0, 0.5))
def test_a_forward_difference_passes_with_none(exponent):
    step = 10.0**exponent
    assert not passed(lambda f, x: (f(np.asarray(x) + step) - f(np.asarray(x))) / step)


@pytest.mark.parametrize("name", ACTIVATIONS)
def test_an_activation_has_a_slope_of_at_most_one(name):
    slopes = np.gradient(given(name)(GRID), GRID)
    assert np.abs(slopes).max() <= 1


def test_the_two_laws_tell_the_linear_functions_of_the_table():
    linear = {name for name in GIVEN if is_linear(given(name))}
    assert linear == {"scaled", "running_sum", "reversed_order", "without_mean"}


def test_every_linearity_case_expects_what_the_table_says():
    linear = {"scaled", "running_sum", "reversed_order", "without_mean"}
    for seed in range(3):
        cases = examiner("nonlinearity", seed).table.cases
        for (function, _), asked in cases.items():
            if function == "is_linear":
                for case in asked:
                    assert bool(case.expected.values[0]) == (case.call.arguments[0].value in linear)


@pytest.mark.parametrize("half_width", [1.0, 2.0, np.pi, 5.0, 2 * np.pi, 10.0])
def test_a_mean_is_zero_up_to_rounding_or_as_large_as_the_exercise_says(half_width):
    x = np.linspace(-half_width, half_width, 1001)
    for seed in range(5):
        cases = examiner("range", seed).table.cases
        for criterion in ("values", "lookalikes"):
            for case in cases["zero_centred", criterion]:
                f = case.call.arguments[0]
                mean = abs(np.mean(given(f.value, () if f.data is None else f.data)(x)))
                assert mean < 1e-9 if case.expected.values[0] else mean >= MEAN, (f.value, f.data)
