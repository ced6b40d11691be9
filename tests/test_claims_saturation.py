"""What the experiments on saturation count, on networks small enough to count by hand."""

from __future__ import annotations

import numpy as np
import pytest

from book.lab.claims import CLAIMS
from book.lab.claims.saturation_depth import EXPLODED, FAR, KEPT, VANISHED, outcome, scientific
from book.lab.claims.saturation_experiments import SEEDS, dead_units, scaled_digits, units
from book.lab.depth import SEEDS as DEPTH_SEEDS
from book.lab.networks import Descent, Layer, digits, gradients, hidden, initialise, train_online


def one_layer(biases: list[float]) -> list[Layer]:
    """Return a network whose hidden units have the given biases and no weights: each is on for all patterns or none."""
    width = len(biases)
    hidden = (np.zeros((1, 64, width)), np.array(biases).reshape(1, 1, width))
    return [hidden, (np.zeros((1, width, 10)), np.zeros((1, 1, 10)))]


def test_dead_units_have_no_gradient_and_leaky_ones_always_have() -> None:
    layers = one_layer([1.0, 0.0, -1.0])
    assert dead_units(layers, "relu")[0].tolist() == [[False, True, True]]
    assert not dead_units(layers, "leaky_relu")[0].any()


def test_a_dead_unit_of_the_first_layer_stays_dead() -> None:
    assert np.nanmax(units("relu", -1.0).revived) == 0


def test_diverged_runs_are_counted_as_such() -> None:
    found = units("prelu", 0.0)
    diverged = np.isinf(found.loss)
    assert diverged.any()
    assert np.isnan(found.dead[diverged]).all()
    assert np.isfinite(found.dead[~diverged]).all()


def test_biases_start_where_they_are_told_to() -> None:
    for _, biases in initialise((4, 3, 2), seeds=[0], scheme="He", bias=-1.0):
        assert np.all(biases == -1)


def test_inputs_stand_in_for_the_standardised_ones() -> None:
    def after(inputs: np.ndarray | None) -> np.ndarray:
        found = train_online(
            "tanh", sizes=(64, 4, 10), seeds=[0], rates=[0.1], scheme="He", steps=20, inputs=inputs
        ).layers
        return found[0][0]

    assert np.array_equal(after(None), after(digits()[0]))
    assert not np.array_equal(after(None), after(digits()[0] / 10))


def test_scaled_digits_fill_their_intervals() -> None:
    scales = scaled_digits()
    assert (scales["[0, 1]"].min(), scales["[0, 1]"].max()) == (0, 1)
    assert scales["[0, 0.1]"].max() == pytest.approx(0.1)
    assert scales["mean 0, deviation 1"].mean() == pytest.approx(0, abs=1e-12)


def test_outcomes_have_their_limits() -> None:
    assert [outcome(ratio) for ratio in (0.9 / FAR, 1.1 / FAR, 0.9 * FAR, 1.1 * FAR)] == [
        VANISHED,
        KEPT,
        KEPT,
        EXPLODED,
    ]


def test_numbers_in_sentences_are_for_people() -> None:
    assert scientific(1.7e-6) == "1.7·10⁻⁶"
    assert scientific(4.7e5) == "4.7·10⁵"


def test_experiments_have_at_least_five_seeds_and_say_where_they_start() -> None:
    assert min(len(SEEDS), len(DEPTH_SEEDS)) >= 5
    for number in (20, 21, 27, 44, 64):
        assert "Glorot and He start" in CLAIMS[number].method
    for number in (29, 51, 61, 62):
        assert "starts: normal weights" in CLAIMS[number].method


def test_a_step_of_descent_follows_the_gradient_at_the_rate_of_each_run() -> None:
    x, labels = digits()[0][:3], digits()[1][:3]
    rates, activation = np.array([0.5, 0.01, 0.1]), hidden("gelu")
    layers = initialise((64, 6, 5, 10), seeds=range(3), scheme="He")
    before = [(weights.copy(), biases.copy()) for weights, biases in layers]
    slopes = gradients(layers, x[:, None], labels[:, None], activation)
    Descent(layers, activation, rates).step(x, labels)
    for now, then, slope in zip(layers, before, slopes, strict=True):
        for part, start, along in zip(now, then, slope, strict=True):
            np.testing.assert_array_equal(part, start - rates[:, None, None] * along)
