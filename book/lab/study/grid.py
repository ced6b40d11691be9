"""What the study tries: every activation at every depth, start and learning rate."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from itertools import product
from types import MappingProxyType

import numpy as np
from numpy.typing import NDArray

ACTIVATIONS = ("sigmoid", "tanh", "relu", "leaky_relu", "elu", "gelu", "silu")
DEPTHS = (2, 5, 10, 20)
"""Numbers of hidden layers."""
RATES = (1 / 256, 1 / 64, 1 / 16, 1 / 4, 1.0)
SEEDS = tuple(range(5))
WIDTH = 32
"""Units in each hidden layer."""
STEPS = 400
BATCH = 32
EVERY = 10
"""The loss on the watched images is measured after this many steps."""
KEPT = 40
"""The training curve that is kept has a point after this many steps."""
LEARNT = 0.5
"""The loss that `steps` waits for; guessing among ten digits costs log 10 ≈ 2.3."""
FLAT = 0.01
"""A slope is flat below this share of the activation's steepest slope."""

Draw = Callable[[np.random.Generator, int, int], tuple[NDArray[np.float64], NDArray[np.float64]]]


def _normal(variance: Callable[[int, int], float]) -> Draw:
    """Return a start with normal weights of a variance that depends on inputs and outputs, and zero biases."""

    def draw(rng: np.random.Generator, inputs: int, outputs: int) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
        weights = rng.normal(scale=np.sqrt(variance(inputs, outputs)), size=(inputs, outputs))
        return weights, np.zeros((1, outputs))

    return draw


def _torch(rng: np.random.Generator, inputs: int, outputs: int) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Draw weights and biases as PyTorch's linear layer does by default: uniform within ±1/√inputs."""
    bound = 1 / np.sqrt(inputs)
    return rng.uniform(-bound, bound, size=(inputs, outputs)), rng.uniform(-bound, bound, size=(1, outputs))


STARTS: Mapping[str, Draw] = MappingProxyType(
    {
        "glorot": _normal(lambda inputs, outputs: 2 / (inputs + outputs)),
        "he": _normal(lambda inputs, outputs: 2 / inputs),
        "torch": _torch,
        "large": _normal(lambda inputs, outputs: 8 / inputs),
    }
)
"""How the weights and biases of a layer are drawn.

``large`` has twice the standard deviation of ``he``: the signal of a ReLU network doubles from layer to layer.
"""


@dataclass(frozen=True, kw_only=True, order=True)
class Cell:
    """One point of the grid; it is tried from every seed."""

    activation: str
    depth: int
    start: str
    rate: float

    @property
    def sizes(self) -> tuple[int, ...]:
        """The numbers of inputs, units of each layer, and outputs."""
        return (64, *(WIDTH,) * self.depth, 10)


def cells() -> list[Cell]:
    """Return the whole grid in a fixed order."""
    return [
        Cell(activation=activation, depth=depth, start=start, rate=rate)
        for activation, depth, start, rate in product(ACTIVATIONS, DEPTHS, STARTS, RATES)
    ]
