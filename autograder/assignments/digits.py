"""Handwritten digits, 8×8 pixels of 0 … 16, and random parts of them to learn from and to be tried on.

Source: E. Alpaydin and C. Kaynak, *Optical Recognition of Handwritten Digits*, UCI Machine Learning Repository, 1998
(CC BY 4.0), the 1,797 images of its test set, in the order in which scikit-learn ships them.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

import numpy as np

from autograder.assignments.draw import Draw
from autograder.assignments.model import DATA

FILE = "digits.npz"


@cache
def images_and_labels() -> tuple[np.ndarray, np.ndarray]:
    """Return all images, shape (1797, 64), and their digits, shape (1797,), both int64."""
    with np.load(DATA / FILE) as file:
        return file["images"].astype(np.int64), file["labels"].astype(np.int64)


@dataclass(frozen=True, eq=False)
class Split:
    """Images to learn from with their labels, and new ones with the labels that are kept back."""

    x: np.ndarray
    labels: np.ndarray
    x_new: np.ndarray
    labels_new: np.ndarray


def split(draw: Draw, learn: int, new: int) -> Split:
    """Draw ``learn`` images to learn from and ``new`` others, with shuffled pixels and renamed classes.

    A fully connected network cannot tell the order of its inputs, nor the names of its classes, so that nothing is
    made harder; but weights that were trained elsewhere are of no use.
    """
    images, labels = images_and_labels()
    rows = draw.shuffled(range(len(images)))[: learn + new]
    pixels, names = draw.shuffled(range(images.shape[1])), np.array(draw.shuffled(range(10)))
    x, y = images[rows][:, pixels], names[labels[rows]]
    return Split(x[:learn], y[:learn], x[learn:], y[learn:])
