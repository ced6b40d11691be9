"""What the exercises on saturation measure, against independent computations."""

import numpy as np
import pytest

from autograder.assignments import load
from autograder.assignments.saturation import leaky_relu, prelu_gradient_alpha
from autograder.assignments.saturation_networks import MARGIN, dead_fraction, gradient_product, saturated_fraction
from autograder.given import given
from autograder.grading.cases import build, secret_from_seed

RNG = np.random.default_rng(8)


def test_the_gradient_of_prelu_is_the_slope_of_a_loss():
    x, upstream, step = RNG.normal(size=(4, 5)), RNG.normal(size=(4, 5)), 1e-3

    def loss(alpha):
        return np.sum(upstream * leaky_relu(x, alpha))

    difference = (loss(0.25 + step) - loss(0.25 - step)) / (2 * step)  # exact but for rounding: the loss is linear
    assert prelu_gradient_alpha(x, upstream) == pytest.approx(difference, rel=1e-10)


def test_a_product_of_slopes_is_the_slope_of_the_composition():
    def composed(x):
        return np.arctan(np.arctan(np.arctan(x)))

    x, step = 0.7, 1e-5
    reached = [x, np.arctan(x), np.arctan(np.arctan(x))]
    slope = gradient_product(lambda z: 1 / (1 + z * z), reached)
    assert slope == pytest.approx((composed(x + step) - composed(x - step)) / (2 * step), rel=1e-9)


def test_dead_units_are_those_without_a_gradient():
    x = np.array([[-1.0, 2.0, 0.0], [-3.0, -1.0, -2.0]])
    gradient = (x > 0).sum(axis=0)
    assert dead_fraction(x) == np.mean(gradient == 0) == 2 / 3


@pytest.mark.parametrize("seed", range(3))
def test_no_slope_is_nearer_to_the_tolerance_than_the_exercise_says(seed):
    cases = build(load("saturation"), secret_from_seed(seed)).cases
    for criterion in ("values", "arrays"):
        for case in cases["saturated_fraction", criterion]:
            function, x, tolerance = case.call.arguments
            f, step, bound = given(function.value, function.data), 1e-4, float(tolerance.data)
            # Richardson's four points: off by less than 10⁻¹⁰ here, far less than the margin.
            near, far = f(x.data + step) - f(x.data - step), f(x.data + 2 * step) - f(x.data - 2 * step)
            slope = np.abs((8 * near - far) / (12 * step))
            assert np.all(np.abs(slope - bound) > 0.99 * MARGIN * bound)
            assert float(case.expected.values[0]) == np.mean(slope < bound)
            assert saturated_fraction(f, x.data, bound) == float(case.expected.values[0])
