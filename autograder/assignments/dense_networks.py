"""The networks of the assignment *training*: fully connected layers, softmax and cross-entropy, gradient descent.

Parameters are a list [W₁, b₁, …, W_L, b_L]; W has the shape (inputs, units), examples are rows.  Every layer but the
last applies the activation; the outputs of the last are logits.  The loss is the mean over the examples of
−log softmax(logits)[label].
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from itertools import pairwise
from typing import Any

import numpy as np

from autograder.reference import REFERENCE, Elementwise

Arrays = list[np.ndarray]
LEAK = 0.01
"""The slope of the leaky ReLU below 0."""


def _elementwise(name: str) -> Elementwise:
    """Return the reference of an activation that works on each number by itself."""
    function = REFERENCE[name]
    if not isinstance(function, Elementwise):
        raise TypeError(f"{name} is a function of a vector")
    return function


def _pair(name: str, **parameters: float) -> tuple[Callable[[Any], Any], Callable[[Any], Any]]:
    """Return an activation and its derivative."""
    function = _elementwise(name)
    return lambda z: function.value(z, **parameters), lambda z: function.derivative(z, **parameters)


ACTIVATIONS: Mapping[str, tuple[Callable[[Any], Any], Callable[[Any], Any]]] = {
    "tanh": _pair("tanh"),
    "sigmoid": _pair("sigmoid"),
    "relu": _pair("relu"),
    "leaky_relu": _pair("leaky_relu", alpha=LEAK),
}
"""Activation and derivative, by the names that the notebook uses."""

GLOROT, HE = ("tanh", "sigmoid"), ("relu", "leaky_relu")


def initialise(sizes: Sequence[int], activation: str, seed: int) -> Arrays:
    """Return parameters with uniform weights and zero biases.

    The bound is √(6/(inputs + units)) for activations with a saturating slope on both sides (Glorot and Bengio 2010)
    and √(6/inputs) for the rectifiers (He et al. 2015).
    """
    rng = np.random.default_rng(seed)
    parameters = []
    for inputs, units in pairwise(sizes):
        bound = np.sqrt(6 / (inputs + units)) if activation in GLOROT else np.sqrt(6 / inputs)
        parameters += [rng.uniform(-bound, bound, size=(inputs, units)), np.zeros(units)]
    return parameters


def forward(x: np.ndarray, parameters: Sequence[np.ndarray], activation: str) -> Arrays:
    """Return the pre-activations z₁ … z_L of all layers; the last are the logits."""
    g, _ = ACTIVATIONS[activation]
    a, sums = np.asarray(x), []
    for W, b in zip(parameters[::2], parameters[1::2], strict=True):
        sums.append(a @ W + b)
        a = g(sums[-1])
    return sums


def backward(x: np.ndarray, labels: np.ndarray, parameters: Sequence[np.ndarray], activation: str) -> Arrays:
    """Return the gradient of the mean cross-entropy with respect to each of the parameters (Rumelhart et al. 1986)."""
    g, slope = ACTIVATIONS[activation]
    sums = forward(x, parameters, activation)
    below = [np.asarray(x), *(g(z) for z in sums[:-1])]
    delta = _probabilities(sums[-1])
    delta[np.arange(len(labels)), labels] -= 1
    delta /= len(labels)
    gradients: Arrays = []
    for layer in reversed(range(len(sums))):
        gradients[:0] = [below[layer].T @ delta, delta.sum(axis=0)]
        if layer:
            delta = (delta @ parameters[2 * layer].T) * slope(sums[layer - 1])
    return gradients


def loss(x: np.ndarray, labels: np.ndarray, parameters: Sequence[np.ndarray], activation: str) -> float:
    """Return the mean cross-entropy, whose gradient `backward` is."""
    logits = forward(x, parameters, activation)[-1]
    shifted = logits - logits.max(axis=1, keepdims=True)
    chosen = shifted[np.arange(len(labels)), labels]
    return float(np.mean(np.log(np.exp(shifted).sum(axis=1)) - chosen))


def _probabilities(logits: np.ndarray) -> np.ndarray:
    """Return the softmax of each row."""
    exponentials = np.exp(logits - logits.max(axis=1, keepdims=True))
    result: np.ndarray = exponentials / exponentials.sum(axis=1, keepdims=True)
    return result


def train(
    x: np.ndarray,
    labels: np.ndarray,
    parameters: Sequence[np.ndarray],
    activation: str,
    rate: float,
    epochs: int,
    batch: int,
) -> Arrays:
    """Return the parameters after ``epochs`` passes of gradient descent over batches of consecutive rows."""
    parameters = [np.array(p) for p in parameters]
    for _ in range(epochs):
        for start in range(0, len(x), batch):
            rows = slice(start, start + batch)
            gradients = backward(x[rows], labels[rows], parameters, activation)
            parameters = [p - rate * gradient for p, gradient in zip(parameters, gradients, strict=True)]
    return parameters


PIXEL_MAX = 16.0
RECIPE = ([64, 32, 32, 10], "relu", 0.2, 20, 20)
"""Sizes, activation, rate, epochs and batch with which the recipe of `recognise` trains."""


def recognise(x: np.ndarray, labels: np.ndarray, x_new: np.ndarray, seed: int) -> np.ndarray:
    """Return the digits that a network trained on ``x`` and ``labels`` sees in the images ``x_new``."""
    sizes, activation, rate, epochs, batch = RECIPE
    parameters = initialise(sizes, activation, seed)
    trained = train(x / PIXEL_MAX, labels, parameters, activation, rate, epochs, batch)
    seen: np.ndarray = forward(x_new / PIXEL_MAX, trained, activation)[-1].argmax(axis=1)
    return seen
