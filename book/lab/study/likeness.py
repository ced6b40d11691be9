"""How alike two images look to a layer: the cosine between their activations."""

from __future__ import annotations

import numpy as np

from book.lab.networks import forward, hidden
from book.lab.study.grid import Cell
from book.lab.study.run import WATCHED, images, start_weights


def likeness(cell: Cell) -> list[float]:
    """Return for each hidden layer, before training, the median cosine over the pairs of watched images and the seeds.

    Pairs in which an image leaves the whole layer at 0 have no angle and do not count.
    """
    inputs, _ = forward(start_weights(cell), images().x[:WATCHED][None], hidden(cell.activation))
    return [_median_cosine(layer) for layer in inputs[1:]]


def _median_cosine(layer: np.ndarray) -> float:
    """Return the median cosine between different rows; a layer has the shape (seeds, images, units)."""
    lengths = np.linalg.norm(layer, axis=2, keepdims=True)
    units = np.divide(layer, lengths, out=np.full_like(layer, np.nan), where=lengths > 0)
    pairs = np.triu_indices(layer.shape[1], 1)
    return float(np.nanmedian((units @ units.transpose(0, 2, 1))[:, *pairs]))
