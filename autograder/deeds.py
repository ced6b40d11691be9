"""Say what the failed calls of one criterion have in common, where it is no wrong formula but a way of writing code.

A type that grows, lists that are not converted, nan that is swallowed, an input that is written into.  One file, NumPy
and `compare` alone, because it also works in the student's notebook, as a part of ``checks.py``.  A deed is
named only if every failed call shows it; the sentence says what these calls share and no more.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np

from autograder.calls import Call
from autograder.compare import Tried

NUMBERS = frozenset({"float", "int", "scalar", "zero_d"})
"""Forms of an argument that stand for a single number."""

ERRORS = {
    "read_only": ("read-only",),
    "whole_array_in_if": ("truth value of an array",),
    "one_number_at_a_time": ("only 0-dimensional arrays", "only length-1 arrays", "only size-1 arrays"),
    "integers_cannot_hold_it": ("Cannot cast ufunc",),
}
"""Deed → what NumPy says when it happens, in some version of it."""


def deed(calls: Sequence[Call], tried: Tried) -> str | None:
    """Return the name of what all failed calls of a criterion have in common, a key of `messages.DEEDS`; or None."""
    failed = [index for index, finding in enumerate(tried.found) if finding is not None]
    return next((name for name, shows in _DEEDS.items() if failed and shows(calls, tried, failed)), None)


def _kinds(tried: Tried, failed: Sequence[int]) -> set[str]:
    """Return the kinds of the findings."""
    return {finding.kind for index in failed if (finding := tried.found[index]) is not None}


def _first(call: Call) -> str:
    """Return the form of a call's first argument of numbers."""
    return next((a.form for a in call.arguments if a.data is not None and a.form != "function"), "")


def _said(name: str) -> Callable[[Sequence[Call], Tried, Sequence[int]], bool]:
    """Return a function that tells whether every failed call stopped with one of the errors of a deed."""

    def shows(calls: Sequence[Call], tried: Tried, failed: Sequence[int]) -> bool:
        return all(any(part in tried.outcomes[i].error for part in ERRORS[name]) for i in failed)

    return shows


def _always_float64(calls: Sequence[Call], tried: Tried, failed: Sequence[int]) -> bool:
    narrow = all(tried.expected[i].precision == "float32" for i in failed)
    wide = all(any(v.data is not None and v.data.dtype == np.float64 for v in tried.outcomes[i].values) for i in failed)
    return narrow and wide and _kinds(tried, failed) == {"dtype"}


def _input_changed(calls: Sequence[Call], tried: Tried, failed: Sequence[int]) -> bool:
    """Whether the input is changed, or cannot be changed where it is read-only."""
    outcomes = [tried.outcomes[i] for i in failed]
    return any(o.mutated for o in outcomes) and all(o.mutated or "read-only" in o.error for o in outcomes)


def _arrays_only(calls: Sequence[Call], tried: Tried, failed: Sequence[int]) -> bool:
    """Whether only numbers and lists stop with an error, and arrays are right."""
    passed = {_first(call) for call, finding in zip(calls, tried.found, strict=True) if finding is None}
    return "array" in passed and _raised(tried, failed) and {_first(calls[i]) for i in failed} <= NUMBERS | {"list"}


def _numbers_only(calls: Sequence[Call], tried: Tried, failed: Sequence[int]) -> bool:
    """Whether single numbers are right, and everything longer stops with an error."""
    longer = {i for i, call in enumerate(calls) if _first(call) not in NUMBERS}
    return len(longer) < len(calls) and set(failed) == longer and _raised(tried, failed)


def _raised(tried: Tried, failed: Sequence[int]) -> bool:
    return _kinds(tried, failed) == {"raised"}


def _integers_cut_off(calls: Sequence[Call], tried: Tried, failed: Sequence[int]) -> bool:
    """Whether the results for integers, and no others, are the expected ones without their decimal places."""
    for i in failed:
        got, want = _numbers(tried, i)
        whole = any(a.data is not None and a.data.dtype.kind == "i" for a in calls[i].arguments)
        if not whole or got is None or got.dtype.kind not in "iu" or not np.array_equal(got, np.trunc(want)):
            return False
    return True


def _numbers(tried: Tried, index: int) -> tuple[np.ndarray | None, np.ndarray]:
    """Return the one array that a call returned, if it has the right shape, and the expected one."""
    values, want = tried.outcomes[index].values, tried.expected[index].values[0]
    data = values[0].data if len(values) == 1 else None
    return (data if data is not None and data.shape == want.shape else None), want


def _nan_lost(calls: Sequence[Call], tried: Tried, failed: Sequence[int]) -> bool:
    """Whether nothing is wrong but numbers in the place of nan."""
    return _wrong_only(tried, failed, lambda got, want: np.isnan(want) & ~np.isnan(got))


def _nan_made(calls: Sequence[Call], tried: Tried, failed: Sequence[int]) -> bool:
    """Whether nothing is wrong but nan in the place of numbers, and the invalid operations that lead there."""
    return _wrong_only(tried, failed, lambda got, want: ~np.isnan(want) & np.isnan(got))


def _wrong_only(tried: Tried, failed: Sequence[int], bad: Callable[[np.ndarray, np.ndarray], np.ndarray]) -> bool:
    """Whether each failed call has wrong values in the sense of ``bad``, and right ones elsewhere."""
    if _kinds(tried, failed) != {"value"}:
        return False
    for i in failed:
        got, want = _numbers(tried, i)
        if got is None or got.dtype.kind != "f" or want.dtype.kind != "f":
            return False
        mask = bad(got, want)
        with np.errstate(all="ignore"):
            if not mask.any() or not np.allclose(got[~mask], want[~mask], rtol=1e-6, atol=1e-12, equal_nan=True):
                return False
    return True


def _overflowed(calls: Sequence[Call], tried: Tried, failed: Sequence[int]) -> bool:
    """Whether all values are right, and something overflows on the way to each that fails."""
    told = [tried.outcomes[i].warnings for i in failed]
    return _kinds(tried, failed) == {"warning"} and all("overflow" in " ".join(warnings) for warnings in told)


_DEEDS: dict[str, Callable[[Sequence[Call], Tried, Sequence[int]], bool]] = {
    "always_float64": _always_float64,
    "input_changed": _input_changed,
    **{name: _said(name) for name in ERRORS},
    "numbers_only": _numbers_only,
    "arrays_only": _arrays_only,
    "integers_cut_off": _integers_cut_off,
    "nan_lost": _nan_lost,
    "nan_made": _nan_made,
    "overflowed": _overflowed,
}
