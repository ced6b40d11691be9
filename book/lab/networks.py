"""Small fully connected networks in NumPy, many of them side by side: one for each seed and learning rate.

Every array of weights has a leading axis of runs, so that one matrix product serves all runs at once.  The networks end
in a softmax with cross-entropy; hidden layers use one activation of the reference, or a probe defined here.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cache, lru_cache
from itertools import pairwise
from typing import Any

import numpy as np
from numpy.typing import NDArray

from autograder.assignments.digits import images_and_labels
from autograder.reference import REFERENCE

Array = NDArray[np.float64]
Layer = tuple[Array, Array]
"""Weights (runs, inputs, outputs) and biases (runs, 1, outputs)."""


@dataclass(frozen=True)
class Hidden:
    """A hidden activation: a name, its value and its derivative, both elementwise."""

    name: str
    value: Callable[[Array], Array]
    derivative: Callable[[Array], Array]


ASINH = Hidden("asinh", np.arcsinh, lambda x: 1 / np.sqrt(1 + x * x))
"""An unbounded partner of tanh: odd, slope 1 at 0, concave on the right, but growing without a bound."""


def hidden(name: str) -> Hidden:
    """Return an activation by its name in the reference, or the probe ``asinh``."""
    if name == ASINH.name:
        return ASINH
    entry: Any = REFERENCE[name]
    return Hidden(name, entry.value, entry.derivative)


@cache
def digits(count: int = 300) -> tuple[Array, NDArray[np.int64]]:
    """Return the first scanned digits of scikit-learn's set: standardised pixels (count, 64), and labels (count,)."""
    pixels, labels = images_and_labels()
    pixels = pixels[:count]
    return (pixels - pixels.mean()) / pixels.std(), labels[:count].astype(np.int64)


SCALES: dict[str, Callable[[int, int], float]] = {
    "Glorot": lambda inputs, outputs: 2 / (inputs + outputs),
    "He": lambda inputs, outputs: 2 / inputs,
}
"""Variance of the initial weights of a layer (normal, mean 0)."""


def initialise(
    sizes: Sequence[int], *, seeds: Sequence[int], scheme: str, copies: int = 1, bias: float = 0.0
) -> list[Layer]:
    """Return a network for each seed, repeated ``copies`` times in a row, so that copies start from equal weights.

    Every unit, those of the last layer too, starts with the same ``bias``.
    """
    layers = []
    for normal, (inputs, outputs) in zip(_normals(tuple(sizes), tuple(seeds)), pairwise(sizes), strict=True):
        weights = normal * np.sqrt(SCALES[scheme](inputs, outputs))
        layers.append((np.repeat(weights, copies, axis=0), np.full((len(seeds) * copies, 1, outputs), bias)))
    return layers


@lru_cache(maxsize=8)
def _normals(sizes: tuple[int, ...], seeds: tuple[int, ...]) -> tuple[Array, ...]:
    """Return standard normal numbers for the weights of every layer, of shape (seeds, inputs, outputs); not to change.

    They are drawn once for all schemes, activations and scales, which start from the same ones.
    """
    generators = [np.random.default_rng(seed) for seed in seeds]
    return tuple(np.stack([rng.normal(size=shape) for rng in generators]) for shape in pairwise(sizes))


def forward(layers: list[Layer], x: Array, activation: Hidden) -> tuple[list[Array], list[Array]]:
    """Return the inputs of all layers and the pre-activations of all layers, for patterns x of shape (runs, n, d)."""
    inputs, before = [x], []
    for index, (weights, biases) in enumerate(layers):
        before.append(inputs[-1] @ weights + biases)
        if index < len(layers) - 1:
            inputs.append(activation.value(before[-1]))
    return inputs, before


def log_softmax(logits: Array) -> Array:
    """Return log-probabilities along the last axis."""
    shifted: Array = logits - logits.max(axis=-1, keepdims=True)
    normaliser: Array = np.log(np.exp(shifted).sum(axis=-1, keepdims=True))
    return shifted - normaliser


def loss(layers: list[Layer], x: Array, labels: NDArray[np.int64], activation: Hidden) -> Array:
    """Return the mean cross-entropy of every run over the patterns x (n, d); nan where a run has diverged."""
    with np.errstate(all="ignore"):
        logits = forward(layers, x[None], activation)[1][-1]
        right: Array = log_softmax(logits)[:, np.arange(len(labels)), labels]
    mean: Array = -right.mean(axis=1)
    return mean


def gradients(layers: list[Layer], x: Array, labels: NDArray[np.int64], activation: Hidden) -> list[Layer]:
    """Return the gradients of the cross-entropy, summed over patterns x (runs, n, d) with labels (runs, n)."""
    inputs, before = forward(layers, x, activation)
    delta = np.exp(log_softmax(before[-1]))
    np.put_along_axis(delta, labels[..., None], np.take_along_axis(delta, labels[..., None], -1) - 1, -1)
    found: list[Layer] = []
    for index in range(len(layers) - 1, -1, -1):
        found.append((inputs[index].swapaxes(1, 2) @ delta, delta.sum(axis=1, keepdims=True)))
        if index:
            delta = (delta @ layers[index][0].swapaxes(1, 2)) * activation.derivative(before[index - 1])
    return found[::-1]


class Descent:
    """Gradient descent with one pattern per step, on all runs at once.

    The arrays of ``layers`` are changed in place; ``rates`` holds the learning rate of every run.
    """

    def __init__(self, layers: list[Layer], activation: Hidden, rates: Array) -> None:
        self._layers, self._activation = layers, activation
        self._rates = rates[:, None, None]
        self._runs = np.arange(len(rates))
        self._changes = [np.empty_like(weights) for weights, _ in layers]  # fresh ones cost more than what fills them

    def step(self, x: Array, labels: NDArray[np.int64]) -> None:
        """Take a step with a pattern and a label for every run: x (runs, d) and labels (runs,)."""
        inputs, before = forward(self._layers, x[:, None], self._activation)
        delta = np.exp(log_softmax(before[-1]))
        delta[self._runs, 0, labels] -= 1
        for index in range(len(self._layers) - 1, -1, -1):
            weights, biases = self._layers[index]
            change = np.multiply(inputs[index].swapaxes(1, 2), delta, out=self._changes[index])
            change *= self._rates
            biases -= self._rates * delta
            if index:
                delta = (delta @ weights.swapaxes(1, 2)) * self._activation.derivative(before[index - 1])
            weights -= change


@dataclass(frozen=True, kw_only=True)
class Study:
    """What one activation did: losses of shape (seeds, rates) before and after, and the weights at the end."""

    before: Array
    after: Array
    rates: Array
    layers: list[Layer]


def train_online(
    name: str,
    *,
    sizes: Sequence[int],
    seeds: Sequence[int],
    rates: Sequence[float],
    scheme: str,
    steps: int,
    bias: float = 0.0,
    inputs: Array | None = None,
) -> Study:
    """Train with one pattern per step, every seed at every learning rate.

    A seed fixes the initial weights and the order of the patterns; both are equal at all rates and for all activations.
    The ``inputs`` stand in for the standardised pixels of `digits`, pattern by pattern.
    """
    activation, (x, labels) = hidden(name), digits()
    x = x if inputs is None else inputs
    layers = initialise(sizes, seeds=seeds, scheme=scheme, copies=len(rates), bias=bias)
    descent = Descent(layers, activation, np.tile(np.asarray(rates, dtype=float), len(seeds)))
    order = np.stack([np.random.default_rng([seed, 1]).integers(len(x), size=steps) for seed in seeds])
    order = np.repeat(order, len(rates), axis=0)
    before = loss(layers, x, labels, activation)
    with np.errstate(all="ignore"):  # runs at too large a rate overflow; that is one of the results
        for step in range(steps):
            pick = order[:, step]
            descent.step(x[pick], labels[pick])
    shape = (len(seeds), len(rates))
    after = loss(layers, x, labels, activation)
    return Study(before=before.reshape(shape), after=after.reshape(shape), rates=np.asarray(rates), layers=layers)
