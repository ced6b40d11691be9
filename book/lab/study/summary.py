"""The committed study, summed up: medians and spread of each cell, and the best learning rate of each setting."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from itertools import product
from types import MappingProxyType

import numpy as np

from book.lab.study.grid import ACTIVATIONS, DEPTHS, EVERY, RATES, STARTS, STEPS, Cell
from book.lab.study.table import Row, results

CHANCE = 0.1
"""What guessing among ten digits gets right; a network that diverged counts as guessing."""
NEVER = STEPS + EVERY
"""Counts for a network that did not reach the loss: the true number of steps is at least this."""
SOLVED = 0.5
"""A setting counts where at least one activation gets this share of the test images right, by its median."""

TITLES: Mapping[str, str] = MappingProxyType(
    {
        "sigmoid": "sigmoid",
        "tanh": "tanh",
        "relu": "ReLU",
        "leaky_relu": "Leaky ReLU",
        "elu": "ELU",
        "gelu": "GELU",
        "silu": "SiLU",
    }
)
START_TITLES: Mapping[str, str] = MappingProxyType(
    {"glorot": "Glorot", "he": "He", "torch": "PyTorch’s default", "large": "too large"}
)
Setting = tuple[int, str]
"""Number of hidden layers and start."""


def accuracy(row: Row) -> float:
    """Return the share of test images that a network got right; chance where it diverged."""
    return CHANCE if np.isnan(row.test_accuracy) else row.test_accuracy


def loss(row: Row) -> float:
    """Return the loss on all training images; infinite where the network diverged."""
    return np.inf if np.isnan(row.train_loss) else row.train_loss


def steps(row: Row) -> int:
    """Return the steps to the fixed loss, or `NEVER`, a lower bound, where it was not reached."""
    return NEVER if row.steps is None else row.steps


@dataclass(frozen=True)
class Tried:
    """The networks of one cell, one for each seed."""

    cell: Cell
    rows: tuple[Row, ...]

    @property
    def accuracies(self) -> tuple[float, ...]:
        """Test accuracy of each network."""
        return tuple(map(accuracy, self.rows))

    @property
    def accuracy(self) -> float:
        """Median test accuracy."""
        return float(np.median(self.accuracies))

    @property
    def loss(self) -> float:
        """Median training loss."""
        return float(np.median([loss(row) for row in self.rows]))

    @property
    def steps(self) -> float:
        """Median steps to the fixed loss."""
        return float(np.median([steps(row) for row in self.rows]))


@cache
def tried() -> Mapping[Cell, Tried]:
    """Return the committed networks by cell."""
    found: dict[Cell, list[Row]] = {}
    for row in results():
        found.setdefault(row.cell, []).append(row)
    return MappingProxyType({cell: Tried(cell, tuple(rows)) for cell, rows in found.items()})


def at_rates(activation: str, depth: int, start: str) -> list[Tried]:
    """Return the cells of an activation in a setting, one for each learning rate."""
    return [tried()[Cell(activation=activation, depth=depth, start=start, rate=rate)] for rate in RATES]


def best(activation: str, depth: int, start: str) -> Tried:
    """Return the cell with the lowest median training loss; the test images have no say in the choice."""
    return min(at_rates(activation, depth, start), key=lambda found: found.loss)


def fastest(activation: str, depth: int, start: str) -> Tried:
    """Return the cell with the fewest median steps to the fixed loss; of equal ones the one with the lowest loss."""
    return min(at_rates(activation, depth, start), key=lambda found: (found.steps, found.loss))


def settings() -> Iterator[Setting]:
    """Yield all settings."""
    return product(DEPTHS, STARTS)


def solved(*activations: str) -> list[Setting]:
    """Return the settings in which at least one of the activations, or one of all, learns."""
    return [
        (depth, start)
        for depth, start in settings()
        if max(best(activation, depth, start).accuracy for activation in activations or ACTIVATIONS) >= SOLVED
    ]


def words(setting: Setting) -> str:
    """Name a setting."""
    depth, start = setting
    return f"{START_TITLES[start]}, {depth} layers"
