"""Random inputs that anyone can draw again: numbers made from raw generator words by exact operations.

NumPy promises that a bit generator's raw words never change, and promises nothing of the kind for its distributions.
Everything here is exact in binary floating point, so that a seed gives the same bytes on every machine.
"""

from __future__ import annotations

import hashlib
import hmac
import math
from collections.abc import Sequence
from typing import TypeVar

import numpy as np

T = TypeVar("T")


class Draw:
    """A stream of inputs from a secret and the name of what they are for.

    The seed is HMAC-SHA-256(secret, name), and the words are those of PCG-64.
    """

    def __init__(self, secret: bytes, name: str) -> None:
        seed = int.from_bytes(hmac.new(secret, name.encode(), hashlib.sha256).digest(), "big")
        self._bits = np.random.PCG64(seed)

    def words(self, count: int) -> np.ndarray:
        """Return ``count`` raw 64-bit words."""
        raw: np.ndarray = self._bits.random_raw(count)
        return raw

    def uniform(self, low: float, high: float, shape: tuple[int, ...] = ()) -> np.ndarray:
        """Return float64 values of [low, high) on a grid of 2⁻⁵³ of its width."""
        unit = (self.words(math.prod(shape)) >> np.uint64(11)) * 2.0**-53
        values: np.ndarray = (low + (high - low) * unit).reshape(shape)
        return values

    def integers(self, low: int, high: int, shape: tuple[int, ...] = ()) -> np.ndarray:
        """Return int64 values of low … high, both included."""
        span = np.uint64(high - low + 1)
        values: np.ndarray = (self.words(math.prod(shape)) % span).astype(np.int64).reshape(shape) + low
        return values

    def magnitudes(self, low: int, high: int, shape: tuple[int, ...]) -> np.ndarray:
        """Return ±m·2ᵉ with m in [1, 2) and e an integer of low … high: all sizes are equally likely."""
        sign = 1 - 2 * self.integers(0, 1, shape)
        values: np.ndarray = sign * np.ldexp(self.uniform(1.0, 2.0, shape), self.integers(low, high, shape))
        return values

    def integer(self, low: int, high: int) -> int:
        """Return one integer of low … high, both included."""
        return int(self._bits.random_raw()) % (high - low + 1) + low

    def number(self, low: float, high: float) -> float:
        """Return one float of [low, high)."""
        return low + (high - low) * ((int(self._bits.random_raw()) >> 11) * 2.0**-53)

    def shuffled(self, items: Sequence[T]) -> list[T]:
        """Return the items in a random order (Fisher and Yates)."""
        order = list(items)
        for last in range(len(order) - 1, 0, -1):
            other = self.integer(0, last)
            order[last], order[other] = order[other], order[last]
        return order
