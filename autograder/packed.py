"""Outcomes as they came over the wire: many numbers in one piece of bytes, taken apart only where somebody looks.

Most answers to a criterion's calls have the same types, dtypes and shapes for every student who is right, so that one
`Layout` describes them all, and their numbers can be compared at once.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import groupby
from typing import overload

import numpy as np

from autograder.calls import Outcome, Value


@dataclass(frozen=True)
class Entry:
    """One returned array: the name of its type (see `calls.Value`), its dtype and its shape."""

    type: str
    dtype: np.dtype
    shape: tuple[int, ...]

    @property
    def count(self) -> int:
        """How many numbers it has."""
        return math.prod(self.shape)


@dataclass(frozen=True, eq=False)
class Layout:
    """What lies where in the bytes of several outcomes, each of which is one array and nothing else."""

    entries: tuple[Entry, ...]

    @cached_property
    def size(self) -> int:
        """The bytes of all entries."""
        return sum(entry.count * entry.dtype.itemsize for entry in self.entries)

    @cached_property
    def _runs(self) -> tuple[tuple[np.dtype, int, int], ...]:
        """Neighbours of one dtype: dtype, offset in bytes, count."""
        runs, offset = [], 0
        for dtype, group in groupby(self.entries, key=lambda entry: entry.dtype):
            count = sum(entry.count for entry in group)
            runs.append((dtype, offset, count))
            offset += count * dtype.itemsize
        return tuple(runs)

    def numbers(self, body: bytes) -> np.ndarray:
        """Return all numbers, one after the other, as float64."""
        parts = [_array(body, dtype, offset, count) for dtype, offset, count in self._runs]
        if len(parts) == 1 and parts[0].dtype == np.float64:
            return parts[0]
        with np.errstate(all="ignore"):
            together: np.ndarray = np.concatenate(parts, dtype=np.float64, casting="unsafe") if parts else np.empty(0)
        return together

    def outcomes(self, body: bytes) -> tuple[Outcome, ...]:
        """Return the outcomes; their arrays are read-only and share ``body``."""
        found, offset = [], 0
        for entry in self.entries:
            array = _array(body, entry.dtype, offset, entry.count).reshape(entry.shape)
            found.append(Outcome((Value(entry.type, array),)))
            offset += entry.count * entry.dtype.itemsize
        return tuple(found)


def _array(body: bytes, dtype: np.dtype, offset: int, count: int) -> np.ndarray:
    """Return a piece of the bytes as an array; any byte but 0 is true."""
    if not count:
        return np.empty(0, dtype)
    array = np.frombuffer(body, dtype, count, offset)
    return array.view(np.uint8) != 0 if dtype.kind == "b" else array


def layout_of(outcomes: Sequence[Outcome]) -> Layout | None:
    """Return the layout of outcomes if each is one array and nothing else happened, else None."""
    entries = []
    for outcome in outcomes:
        values, *rest = outcome
        if len(values) != 1 or values[0].data is None or any(rest):
            return None
        value, data = values[0], values[0].data
        entries.append(Entry(value.type, data.dtype, data.shape))
    return Layout(tuple(entries))


class Packed(Sequence[Outcome]):
    """A sequence of outcomes that is taken apart when it is first looked at."""

    def __init__(self, layout: Layout, body: bytes) -> None:
        self.layout = layout
        self._body = body
        self._outcomes: tuple[Outcome, ...] | None = None

    def numbers(self) -> np.ndarray:
        """Return all numbers, one after the other, as float64."""
        return self.layout.numbers(self._body)

    def _taken_apart(self) -> tuple[Outcome, ...]:
        if self._outcomes is None:
            self._outcomes = self.layout.outcomes(self._body)
        return self._outcomes

    def __len__(self) -> int:
        return len(self.layout.entries)

    def __iter__(self) -> Iterator[Outcome]:
        return iter(self._taken_apart())

    @overload
    def __getitem__(self, index: int) -> Outcome: ...
    @overload
    def __getitem__(self, index: slice) -> tuple[Outcome, ...]: ...
    def __getitem__(self, index: int | slice) -> Outcome | tuple[Outcome, ...]:
        return self._taken_apart()[index]
