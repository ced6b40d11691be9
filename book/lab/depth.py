"""A gradient's way back through a deep network: measured in random networks, and computed for very wide ones.

The theory behind `wide_network` is that of He et al. (2015) for rectifiers and of Schoenholz et al. (2017) for any
activation: in a wide network with independent random weights of mean 0, pre-activations are normal, and one layer
multiplies the mean square of the gradient by (variance of the weights × inputs) × E[f′(z)²].
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any

import numpy as np

from book.lab.networks import Array, Hidden, Layer, digits, hidden, initialise

STARTS: Mapping[str, tuple[str, float]] = MappingProxyType(
    {
        "half of He": ("He", 0.5),
        "Glorot": ("Glorot", 1.0),
        "He": ("He", 1.0),
        "twice He": ("He", 2.0),
    }
)
"""Name → scheme of `book.lab.networks.SCALES`, and the factor by which its weights are multiplied."""

WIDTH = 64
PATTERNS = 32
SEEDS = range(6)
EPSILON = 1e-5
"""What batch normalisation adds to the variance before the root (Ioffe and Szegedy 2015, algorithm 1)."""


@dataclass(frozen=True)
class Normalised:
    """Pre-activations after batch normalisation, and the standard deviations that they were divided by."""

    values: Array
    deviations: Array

    def back(self, slopes: Array) -> Array:
        """Return the gradient with respect to what was normalised, from that with respect to the values."""
        mean = slopes.mean(axis=1, keepdims=True)
        along = (slopes * self.values).mean(axis=1, keepdims=True)
        result: Array = (slopes - mean - self.values * along) / self.deviations
        return result


def normalise(z: Array) -> Normalised:
    """Give every unit mean 0 and variance 1 over the patterns, which are axis 1 of (runs, patterns, units)."""
    deviations = np.sqrt(z.var(axis=1, keepdims=True) + EPSILON)
    return Normalised((z - z.mean(axis=1, keepdims=True)) / deviations, deviations)


def signals(layers: Sequence[Layer], x: Array, upstream: Array, activation: Hidden, *, batch_norm: bool) -> Array:
    """Return the norm of the gradient with respect to each layer's pre-activations, of shape (runs, layers).

    Parameters
    ----------
    layers
        Weights and biases with a leading axis of runs.
    x
        Patterns of shape (patterns, inputs).
    upstream
        The gradient that arrives at the last layer's activations, of shape (runs, patterns, units).
    activation
        Applied behind every layer.
    batch_norm
        Whether pre-activations are normalised over the patterns before the activation is applied.
    """
    steps: list[tuple[Array, Normalised | None]] = []
    h = x[None]
    for weights, biases in layers:
        z = h @ weights + biases
        unit = normalise(z) if batch_norm else None
        steps.append((z, unit))
        h = activation.value(z if unit is None else unit.values)
    gradient, norms = upstream, []
    for (weights, _), (z, unit) in zip(reversed(layers), reversed(steps), strict=True):
        gradient = gradient * activation.derivative(z if unit is None else unit.values)
        gradient = gradient if unit is None else unit.back(gradient)
        norms.append(np.sqrt(np.square(gradient).sum(axis=(1, 2))))
        gradient = gradient @ weights.swapaxes(1, 2)
    return np.stack(norms[::-1], axis=1)


def measured(name: str, start: str, depth: int, *, batch_norm: bool = False, width: int = WIDTH) -> Array:
    """Return the gradient's norm in each layer over that in the last, for every seed, in networks that read digits."""
    scheme, factor = STARTS[start]
    x = digits()[0][:PATTERNS]
    layers = initialise((x.shape[1], *(width,) * depth), seeds=SEEDS, scheme=scheme)
    layers = [(weights * factor, biases) for weights, biases in layers]
    upstream = np.stack([np.random.default_rng([seed, 2]).normal(size=(len(x), width)) for seed in SEEDS])
    norms = signals(layers, x, upstream, hidden(name.lower()), batch_norm=batch_norm)
    shares: Array = norms / norms[:, -1:]
    return shares


NODES = 200
REACH = 9.0
"""The normal density is summed at `NODES` points up to `REACH` standard deviations, where nothing is left of it."""


def normal_nodes() -> tuple[Array, Array]:
    """Return points, symmetric about 0 and none at 0, and weights that sum to 1: a midpoint rule for E over N(0, 1)."""
    step = 2 * REACH / NODES
    points: Array = np.linspace(step / 2 - REACH, REACH - step / 2, NODES)
    weights: Array = np.exp(-points * points / 2)
    return points, weights / weights.sum()


@dataclass(frozen=True)
class Wide:
    """What a very wide network does: spread of the pre-activations by layer, and the gradient's size by layer."""

    spreads: Array
    gradients: Array


def wide_network(activation: Any, *, scale: float, depth: int, spread: float = 1.0) -> Wide:
    """Follow the mean square of pre-activations forward, and that of the gradient back to the first layer.

    Parameters
    ----------
    activation
        With ``value`` and ``derivative``.
    scale
        Standard deviation of the weights, times the root of a layer's inputs: 1 after Glorot, √2 after He.
    depth
        Number of layers.
    spread
        Root mean square of the inputs.
    """
    points, weights = normal_nodes()
    squares = [scale**2 * spread**2]
    factors = []
    for _ in range(depth):
        z = np.sqrt(squares[-1]) * points
        squares.append(float(scale**2 * (weights @ np.square(activation.value(z)))))
        factors.append(float(scale**2 * (weights @ np.square(activation.derivative(z)))))
    back = np.cumprod([1.0, *factors[-2::-1]])[::-1]  # the last layer's gradient counts as 1
    return Wide(np.sqrt(squares[:depth]), np.sqrt(back))
