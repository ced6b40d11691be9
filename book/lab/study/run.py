"""One cell of the study: a network trained from every seed, side by side, and what became of it.

The five networks of a cell share every array: weights have a leading axis of seeds (see `book.lab.networks`).  A seed
fixes the weights and the order of the images, so that all activations start from equal weights and see equal images.
"""

from __future__ import annotations

import time
from dataclasses import dataclass
from functools import cache
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from autograder.assignments.digits import images_and_labels
from book.lab.networks import Array, Hidden, Layer, forward, gradients, hidden, log_softmax
from book.lab.study.grid import BATCH, EVERY, FLAT, LEARNT, SEEDS, STARTS, STEPS, Cell

Labels = NDArray[np.int64]
TESTED = 500
"""How many images are kept back to test on."""
WATCHED = 200
"""How many of the training images the loss is watched on."""


@dataclass(frozen=True, eq=False)
class Images:
    """Standardised pixels (n, 64) and labels (n,), to train on and to test on."""

    x: Array
    labels: Labels
    x_test: Array
    labels_test: Labels


@cache
def images() -> Images:
    """Return the digits in a fixed random split, standardised by mean and spread of the training pixels."""
    pixels, labels = images_and_labels()
    order = np.random.default_rng(0).permutation(len(pixels))
    train, test = order[TESTED:], order[:TESTED]
    mean, spread = pixels[train].mean(), pixels[train].std()
    scaled = (pixels - mean) / spread
    return Images(scaled[train], labels[train], scaled[test], labels[test])


def start_weights(cell: Cell) -> list[Layer]:
    """Return the layers of one network for each seed, weights (seeds, inputs, outputs), biases (seeds, 1, outputs)."""
    generators = [np.random.default_rng([seed, cell.depth]) for seed in SEEDS]
    layers = []
    for inputs, outputs in pairwise(cell.sizes):
        drawn = [STARTS[cell.start](rng, inputs, outputs) for rng in generators]
        layers.append((np.stack([weights for weights, _ in drawn]), np.stack([biases for _, biases in drawn])))
    return layers


@cache
def steepest(name: str) -> float:
    """Return the steepest slope of an activation, on a fine net of inputs."""
    return float(np.max(np.abs(hidden(name).derivative(np.linspace(-10, 10, 20_001)))))


@dataclass(frozen=True, kw_only=True)
class Outcome:
    """What became of one network; losses are nan where it diverged."""

    seed: int
    curve: tuple[float, ...]
    """Loss on the watched images after 0, `EVERY`, 2 `EVERY`, … steps."""
    train_loss: float
    train_accuracy: float
    test_loss: float
    test_accuracy: float
    dead: float
    """Share of the hidden units whose slope is exactly 0 for every watched image, after training."""
    flat: float
    """Share of the slopes, over units and watched images, that are flat (`FLAT`), after training."""
    largest: float
    """The largest activation of a hidden unit for a watched image, after training, by size."""
    seconds: float
    """Wall-clock time of the training, without the measurements: a noisy number."""

    @property
    def steps(self) -> int | None:
        """The number of steps after which the watched loss was at most `LEARNT` for the first time, or None."""
        reached = np.flatnonzero(np.asarray(self.curve) <= LEARNT)
        return int(reached[0]) * EVERY if reached.size else None


@dataclass(frozen=True, kw_only=True)
class Beginning:
    """What one network looks like before its first step."""

    seed: int
    norms: tuple[float, ...]
    """Frobenius norm of the gradient of the mean loss over the watched images, for the weights of each layer."""
    dead: float
    flat: float
    largest: float
    zeros: float
    """Share of the hidden activations that are exactly 0."""


def _cross_entropy(logits: Array, labels: Labels) -> Array:
    """Return the mean loss of each network; logits have the shape (seeds, n, 10)."""
    mean: Array = -log_softmax(logits)[:, np.arange(len(labels)), labels].mean(axis=1)
    return mean


def _accuracy(logits: Array, labels: Labels) -> Array:
    """Return the share of right answers of each network; nan where a logit is no number."""
    right: Array = np.mean(logits.argmax(axis=-1) == labels, axis=1)
    return np.where(np.isfinite(logits).all(axis=(1, 2)), right, np.nan)


def units(layers: list[Layer], activation: Hidden) -> dict[str, Array]:
    """Return dead and flat shares, the largest activation, and the share of zeros, of each network's hidden units."""
    watched = images().x[:WATCHED]
    inputs, before = forward(layers, watched[None], activation)
    slopes = np.stack([np.abs(activation.derivative(z)) for z in before[:-1]], axis=1)
    values = np.abs(np.stack(inputs[1:], axis=1))
    everywhere = (1, 2, 3)
    return {
        "dead": np.mean(np.all(slopes == 0, axis=2), axis=(1, 2)),
        "flat": np.mean(slopes < FLAT * steepest(activation.name), axis=everywhere),
        "largest": np.max(values, axis=everywhere),
        "zeros": np.mean(values == 0, axis=everywhere),
    }


def begin(cell: Cell) -> list[Beginning]:
    """Look at the networks of a cell before the first step; the learning rate plays no part."""
    layers, activation, data = start_weights(cell), hidden(cell.activation), images()
    x, labels = data.x[:WATCHED], data.labels[:WATCHED]
    repeated = np.broadcast_to(x, (len(SEEDS), *x.shape)), np.broadcast_to(labels, (len(SEEDS), WATCHED))
    with np.errstate(all="ignore"):
        found = gradients(layers, *repeated, activation)
        norms = np.stack([np.linalg.norm(weights, axis=(1, 2)) / WATCHED for weights, _ in found], axis=1)
        shares = units(layers, activation)
    return [
        Beginning(seed=seed, norms=tuple(norms[row].tolist()), **{name: float(v[row]) for name, v in shares.items()})
        for row, seed in enumerate(SEEDS)
    ]


def _train(cell: Cell, layers: list[Layer]) -> tuple[Array, float]:
    """Train in place; return the curves of the watched loss, shape (points, seeds), and the seconds of training."""
    activation, data = hidden(cell.activation), images()
    orders = np.stack([np.random.default_rng([seed, 1]).integers(len(data.x), size=(STEPS, BATCH)) for seed in SEEDS])
    curve, seconds = [], 0.0
    for step in range(STEPS + 1):
        if step % EVERY == 0:
            logits = forward(layers, data.x[None, :WATCHED], activation)[1][-1]
            curve.append(_cross_entropy(logits, data.labels[:WATCHED]))
            if not np.isfinite(curve[-1]).any():
                break
        if step < STEPS:
            pick, began = orders[:, step], time.perf_counter()
            found = gradients(layers, data.x[pick], data.labels[pick], activation)
            for (weights, biases), (weight_slopes, bias_slopes) in zip(layers, found, strict=True):
                weights -= cell.rate / BATCH * weight_slopes
                biases -= cell.rate / BATCH * bias_slopes
            seconds += time.perf_counter() - began
    missing = [np.full(len(SEEDS), np.nan)] * (STEPS // EVERY + 1 - len(curve))
    return np.stack(curve + missing), seconds


def run(cell: Cell) -> list[Outcome]:
    """Train the networks of a cell, one for each seed, and measure them."""
    layers, activation, data = start_weights(cell), hidden(cell.activation), images()
    with np.errstate(all="ignore"):  # a network that diverges overflows; that is a result
        curves, seconds = _train(cell, layers)
        logits = forward(layers, data.x[None], activation)[1][-1]
        logits_test = forward(layers, data.x_test[None], activation)[1][-1]
        measured = {
            "train_loss": _cross_entropy(logits, data.labels),
            "train_accuracy": _accuracy(logits, data.labels),
            "test_loss": _cross_entropy(logits_test, data.labels_test),
            "test_accuracy": _accuracy(logits_test, data.labels_test),
            **units(layers, activation),
        }
        del measured["zeros"]
    return [
        Outcome(
            seed=seed,
            curve=tuple(curves[:, row].tolist()),
            seconds=seconds / len(SEEDS),
            **{name: float(values[row]) for name, values in measured.items()},
        )
        for row, seed in enumerate(SEEDS)
    ]
