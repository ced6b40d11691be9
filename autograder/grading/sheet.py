"""The expected values of many calls, laid out so that right answers are recognised in one comparison.

Most answers are right, and most of the time of judging them one by one is NumPy's overhead on small arrays.  A sheet
says only in which of the outcomes `compare.judge` would find nothing; what is wrong is left to `judge`.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from autograder.assignments import Case
from autograder.calls import TWICE, Outcome, Value
from autograder.compare import PLAIN_TYPES, enough, wrong_elements
from autograder.packed import Entry, Layout, Packed

MAX_KNOWN = 500
"""How many layouts of answers a sheet remembers."""


@dataclass(frozen=True, eq=False)
class _Row:
    """What one call's outcome must look like before its numbers matter."""

    shapes: tuple[tuple[int, ...], ...]
    dtype: np.dtype | None
    no_warning: bool
    no_mutation: bool
    types: frozenset[str]

    def fits(self, outcome: Outcome) -> bool:
        """Tell whether an outcome has the right structure and did nothing that it must not."""
        return (
            not outcome.raised
            and not outcome.used
            and outcome.is_tuple == (len(self.shapes) > 1)
            and len(outcome.values) == len(self.shapes)
            and not (self.no_warning and outcome.warnings)
            and not (self.no_mutation and outcome.mutated)
            and all(self._fits(value, shape) for value, shape in zip(outcome.values, self.shapes, strict=True))
        )

    def fits_entry(self, entry: Entry) -> bool:
        """Tell the same of an outcome that is one array and nothing else."""
        return (
            self.shapes == (entry.shape,)
            and entry.type in self.types
            and (self.dtype is None or entry.dtype == self.dtype)
        )

    def _fits(self, value: Value, shape: tuple[int, ...]) -> bool:
        data = value.data
        if data is None or data.shape != shape or value.type not in self.types:
            return False
        return self.dtype is None or data.dtype == self.dtype


def _types(case: Case) -> frozenset[str]:
    """Return the types that a case's values may have, by the name that `calls.Value` gives them."""
    if case.call.points is not None:
        return frozenset({"expression"})
    return frozenset({"choice"}) if case.call.choices else PLAIN_TYPES


class Sheet:
    """The expectations of a criterion's cases; `all_right` and `found` compare with all of them at once."""

    def __init__(self, cases: Sequence[Case]) -> None:
        self._rows = tuple(
            _Row(
                tuple(value.shape for value in case.expected.values),
                np.dtype(case.expected.precision) if case.expected.keep_dtype else None,
                case.expected.no_warning,
                case.expected.no_mutation,
                _types(case),
            )
            for case in cases
        )
        # What is wrong with a function that is called twice is that the second call does not fit the first.
        self._kinds = tuple("" if case.call.result in TWICE else "value" for case in cases)
        # Where not all numbers have to be right, as of a trained network's answers, the calls are few: one by one.
        self._counted = tuple(case.expected for case in cases) if any(c.expected.share < 1 for c in cases) else ()
        want, allowed, self._ends = [np.empty(0)], [np.empty(0)], [0]
        for expected in (case.expected for case in cases):
            epsilon = float(np.finfo(expected.precision).eps)
            for value in expected.values:
                flat = value.astype(np.float64).ravel()
                want.append(flat)
                with np.errstate(all="ignore"):
                    allowed.append(epsilon * (expected.relative * np.abs(flat) + expected.absolute))
            self._ends.append(self._ends[-1] + sum(value.size for value in expected.values))
        self._want = np.concatenate(want)
        self._allowed = np.concatenate(allowed)
        self._finite = np.isfinite(self._want)
        self._special = self._want[~self._finite]
        self._all_finite = bool(self._finite.all())
        self._known: dict[Layout, bool] = {}

    def all_right(self, outcomes: Sequence[Outcome]) -> bool:
        """Tell whether `compare.judge` finds nothing wrong with any outcome; there is one for each case."""
        if isinstance(outcomes, Packed) and not self._counted:
            return self._fits_layout(outcomes.layout) and self._close(outcomes.numbers())
        if not all(row.fits(outcome) for row, outcome in zip(self._rows, outcomes, strict=True)):
            return False
        if self._counted:
            return all(
                enough(wrong_elements(value.data, want, expected), expected)
                for outcome, expected in zip(outcomes, self._counted, strict=True)
                for value, want in zip(outcome.values, expected.values, strict=True)
                if value.data is not None
            )
        parts = [value.data.ravel() for outcome in outcomes for value in outcome.values if value.data is not None]
        with np.errstate(all="ignore"):
            got = np.concatenate(parts, dtype=np.float64, casting="unsafe") if parts else np.empty(0)
        return self._close(got)

    def found(self, outcomes: Sequence[Outcome]) -> tuple[str, ...]:
        """Tell for each outcome whether it is ``right`` for certain, or has wrong numbers and nothing else (``value``).

        Of the others, which are told by an empty text, `compare.fault` says what they are.
        """
        if self._counted:
            return ("",) * len(self._rows)
        if isinstance(outcomes, Packed) and self._fits_layout(outcomes.layout):
            fit, got = [True] * len(self._rows), outcomes.numbers()
        else:
            fit, got = self._unpacked(outcomes)
        with np.errstate(all="ignore"):
            close = np.abs(got - self._want) <= self._allowed
        same = (got == self._want) | (np.isnan(got) & np.isnan(self._want))
        wrong = np.concatenate([[0], np.cumsum(~np.where(self._finite, close, same))])
        return tuple(
            "" if not good else "right" if wrong[a] == wrong[b] else kind
            for good, kind, a, b in zip(fit, self._kinds, self._ends, self._ends[1:], strict=False)
        )

    def _unpacked(self, outcomes: Sequence[Outcome]) -> tuple[list[bool], np.ndarray]:
        """Return which outcomes have the right structure, and their numbers; those expected stand for the others'."""
        fit = [row.fits(outcome) for row, outcome in zip(self._rows, outcomes, strict=True)]
        got = self._want.copy()
        with np.errstate(all="ignore"):
            for good, start, end, outcome in zip(fit, self._ends, self._ends[1:], outcomes, strict=False):
                if good:
                    parts = [value.data.ravel() for value in outcome.values if value.data is not None]
                    got[start:end] = parts[0] if len(parts) == 1 else np.concatenate(parts)
        return fit, got

    def _fits_layout(self, layout: Layout) -> bool:
        """Tell whether outcomes of a layout have the right structure; what was told once is remembered."""
        if layout not in self._known:
            if len(self._known) >= MAX_KNOWN:
                self._known.clear()
            self._known[layout] = all(map(_Row.fits_entry, self._rows, layout.entries))
        return self._known[layout]

    def _close(self, got: np.ndarray) -> bool:
        """Tell whether all numbers are as near to the expected ones as they must be."""
        with np.errstate(all="ignore"):
            if self._all_finite:
                return bool((np.abs(got - self._want) <= self._allowed).all())
            close = np.abs(got - self._want)[self._finite] <= self._allowed[self._finite]
        return bool(close.all()) and np.array_equal(got[~self._finite], self._special, equal_nan=True)
