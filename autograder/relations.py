"""Say what wrong numbers have to do with the right ones: a sign, a factor, a shift, another function or another input.

One file, NumPy, `compare` and `messages` alone, because it also works in the student's notebook, as a part of
``checks.py``.  What needs no more than the expected numbers is found here; what other functions and inputs would give
comes from outside: from the reference where grades are made, from tables beside the student's notebook.  A match must
hold at every point that was compared, and at enough of them that it is no accident; the sentence says no more.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np

from autograder import messages
from autograder.calls import Outcome
from autograder.compare import Expected, number

ENOUGH_POINTS = 12
"""Wrong numbers on which a relation must rest."""

ENOUGH_VALUES = 6
"""Different numbers that must be among them: a constant has something to do with every constant."""

CLOSE = 1e-9
"""The relative difference that different ways of rounding leave, with a thousandth of it for numbers near 0."""

RELATIONS = {
    "sign": "opposite_sign",
    "factor": "{what}_times_the_expected",
    "shift": "shifted_by_{what}",
    "derivative": "the_derivative_instead",
    "function": "the_function_itself",
    "negated": "right_for_−x",
    "scaled": "right_for_{what}_times_x",
    "other": "it_is_{what}",
}
"""The names under which students with the same relation are counted together, like those of known mistakes."""


@dataclass(frozen=True, eq=False)
class Candidate:
    """What a student may have computed instead: a kind of relation, its number or name, and what it gives.

    ``values`` are the numbers at the points that `kept` keeps, right up to the relative difference ``close``.
    """

    kind: str
    what: str
    values: np.ndarray
    close: float = CLOSE


@dataclass(frozen=True)
class Relation:
    """What was found: a name for counting, and the sentence for the student."""

    name: str
    sentence: str


def kept(expected: Expected) -> np.ndarray | None:
    """Return the mask of the expected numbers that are compared, the finite ones of a float64 array; or None."""
    right = expected.values[0]
    if len(expected.values) != 1 or right.dtype.kind != "f" or expected.precision != "float64" or expected.share < 1:
        return None
    finite: np.ndarray = np.isfinite(right)
    return finite


def compared(expected: Sequence[Expected], outcomes: Sequence[Outcome]) -> tuple[np.ndarray, np.ndarray] | None:
    """Return what came back and what was expected at all points that are compared, as two finite vectors; or None.

    None also where some result is no array of the right shape, or where too few numbers are wrong.
    """
    got, want = [], []
    for asked, outcome in zip(expected, outcomes, strict=True):
        if outcome.raised or len(outcome.values) != 1 or len(asked.values) != 1:
            return None
        data, right = outcome.values[0].data, asked.values[0]
        if data is None or data.shape != right.shape or data.dtype.kind not in "fiu":
            return None
        mask = kept(asked)
        if mask is not None:
            got.append(data.astype(np.float64)[mask])
            want.append(right.astype(np.float64)[mask])
    if not got:
        return None
    ours, theirs = np.concatenate(want), np.concatenate(got)
    return (theirs, ours) if np.isfinite(theirs).all() and _enough_wrong(theirs, ours) else None


def _enough_wrong(got: np.ndarray, want: np.ndarray) -> bool:
    """Tell whether enough of the numbers are wrong, and differ from one another."""
    wrong = ~_near(got, want, CLOSE)
    return int(wrong.sum()) >= ENOUGH_POINTS and min(_different(v[wrong]) for v in (got, want)) >= ENOUGH_VALUES


def _different(values: np.ndarray) -> int:
    """Count the different numbers, as far as six digits tell them apart."""
    return len({f"{value:.6g}" for value in values})


def _near(a: np.ndarray, b: np.ndarray, close: float) -> np.ndarray:
    near: np.ndarray = np.abs(a - b) <= close * (np.maximum(np.abs(a), np.abs(b)) + 1e-3)
    return near


def _alike(a: np.ndarray, b: np.ndarray, close: float = CLOSE) -> bool:
    return a.shape == b.shape and bool(_near(a, b, close).all())


def _of_output(got: np.ndarray, want: np.ndarray) -> tuple[str, str] | None:
    """Return (kind, its number) if the output is the expected one negated, multiplied or shifted; or None."""
    if _alike(got, -want):
        return "sign", ""
    largest = int(np.argmax(np.abs(want)))
    factor = got[largest] / want[largest] if want[largest] else 0.0
    if factor and _alike(got, factor * want):
        return "factor", number(float(factor))
    shift = float(np.median(got - want))
    if _alike(got, want + shift):
        return "shift", number(shift)
    return None


def relation(
    function: str, expected: Sequence[Expected], outcomes: Sequence[Outcome], candidates: Iterable[Candidate]
) -> Relation | None:
    """Return what a function's wrong numbers in one criterion have to do with the expected ones; None if unknown."""
    with np.errstate(all="ignore"):
        numbers = compared(expected, outcomes)
        if numbers is None:
            return None
        got, want = numbers
        found = _of_output(got, want)
        if found is None:
            same = (one for one in candidates if _alike(got, one.values, one.close))
            found = next(((one.kind, one.what) for one in same), None)
    if found is None:
        return None
    kind, what = found
    sentence = messages.TRANSFORMS[kind].format(points=got.size, what=what)
    return Relation(f"{function}/{RELATIONS[kind].format(what=what)}", sentence)
