"""Heads, losses and their gradients, against fifty digits and against differences."""

import mpmath
import numpy as np
import pytest

from autograder.assignments.heads import HEADS, TASKS, gaussian_head, head_for
from autograder.assignments.losses import (
    binary_cross_entropy_with_logits,
    binary_cross_entropy_with_logits_gradient,
    cross_entropy_with_logits,
    cross_entropy_with_logits_gradient,
)
from autograder.assignments.output_layer import log_softmax, softmax, softmax_vjp

RNG = np.random.default_rng(9)
LOGITS = [0.0, 0.3, -2.0, 9.0, -33.0, 40.0, 700.0, -700.0, 1000.0, -1000.0, 1e38]


@pytest.fixture(autouse=True)
def _many_digits():
    with mpmath.workdps(1000):  # enough for exp(−1000) beside 1
        yield


def exact_log_sigmoid(z):
    """log σ(z), where exp(−z) is written out or, beyond 10⁴, is nothing beside 1 or beside itself."""
    z = mpmath.mpf(z)
    if abs(z) > 10_000:
        return mpmath.mpf(0) if z > 0 else z
    return -mpmath.log(1 + mpmath.exp(-z))


@pytest.mark.parametrize("z", LOGITS)
@pytest.mark.parametrize("y", [0.0, 1.0, 0.25])
def test_the_binary_loss_has_all_its_digits(z, y):
    for logit in (z, -z):
        exact = -(mpmath.mpf(y) * exact_log_sigmoid(logit) + (1 - mpmath.mpf(y)) * exact_log_sigmoid(-logit))
        assert binary_cross_entropy_with_logits(logit, y) == pytest.approx(float(exact), rel=1e-15, abs=0)


def exact_log_softmax(row):
    """The logarithm of softmax in a thousand digits; −∞ is no part of the sum."""
    total = mpmath.log(sum(mpmath.exp(mpmath.mpf(v)) for v in row if v > -np.inf))
    return [float(mpmath.mpf(v) - total) if v > -np.inf else -np.inf for v in row]


ROWS = [[0.0, -40.0, -60.0], [1000.0, 1001.0, 999.0], [-500.0, 300.0, -np.inf], [1.0, 2.0, 3.0], [0.0, -15.0, -16.0]]


@pytest.mark.parametrize("row", ROWS)
def test_log_softmax_has_all_its_digits_where_it_is_small_too(row):
    np.testing.assert_allclose(log_softmax(row), exact_log_softmax(row), rtol=2e-15, atol=0)


def test_the_loss_of_a_batch_is_the_mean_of_its_rows():
    labels = [1, 0, 0, 2, 0]
    exact = [-exact_log_softmax(row)[label] for row, label in zip(ROWS, labels, strict=True)]
    assert cross_entropy_with_logits(np.array(ROWS), labels) == pytest.approx(np.mean(exact), rel=1e-14)


def test_the_gradient_of_the_loss_is_its_slope():
    z, labels, step = RNG.normal(size=(4, 3)), [2, 0, 1, 1], 1e-5
    gradient = cross_entropy_with_logits_gradient(z, labels)
    for place in np.ndindex(z.shape):
        moved = np.zeros_like(z)
        moved[place] = step
        up, down = (cross_entropy_with_logits(z + d, labels) for d in (moved, -moved))
        assert gradient[place] == pytest.approx((up - down) / (2 * step), abs=1e-9)


def test_the_gradient_of_the_binary_loss_is_its_slope():
    z, y, step = RNG.normal(size=50) * 3, RNG.uniform(size=50), 1e-5
    up, down = (binary_cross_entropy_with_logits(z + d, y) for d in (step, -step))
    np.testing.assert_allclose(binary_cross_entropy_with_logits_gradient(z, y), (up - down) / (2 * step), atol=1e-9)


@pytest.mark.parametrize("axis", [0, 1, -1])
def test_the_product_with_the_jacobian_is_the_slope_of_a_sum(axis):
    z, g, step = RNG.normal(size=(3, 4)), RNG.normal(size=(3, 4)), 1e-5
    result = softmax_vjp(z, g, axis)
    for place in np.ndindex(z.shape):
        moved = np.zeros_like(z)
        moved[place] = step
        up, down = (np.sum(g * softmax(z + d, axis)) for d in (moved, -moved))
        assert result[place] == pytest.approx((up - down) / (2 * step), abs=1e-9)


def test_a_variance_is_above_zero():
    z = np.array([[5.0, -700.0], [-1.0, -40.0], [0.0, 0.0], [2.0, 800.0]])
    mean, variance = gaussian_head(z)
    np.testing.assert_array_equal(mean, z[:, 0])
    exact = [float(mpmath.log(1 + mpmath.exp(mpmath.mpf(v)))) for v in z[:, 1]]
    np.testing.assert_allclose(variance, exact, rtol=1e-15)
    assert (variance > 0).all()


def test_every_task_has_one_head():
    tasks = [task for _, _, group in TASKS.values() for task in group]
    assert len(set(tasks)) == len(tasks)
    assert {head_for(task) for task in tasks} == set(HEADS)
