"""Measure a function against the oracle: at points where functions are hard, in units in the last place.

The bound of the course: at most 4 ulp wherever the condition number c = |x f′(x)/f(x)| is at most 4, and at most
4 (1 + c) ulp elsewhere, since a change of x by one ulp already moves f by about c ulp.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

import numpy as np
import sympy as sp
from numpy.typing import DTypeLike, NDArray

from autograder.catalogue import Activation
from autograder.oracle import at_parameters, evaluate, evaluate_cached

Array = NDArray[Any]

LARGE = 2.0
"""Errors up to this many ulp need no condition number to be fine."""


def hard_points(dtype: DTypeLike, count: int, special: Iterable[float] = (), seed: int = 20_260_101) -> Array:
    """Return ``count`` or a few more finite points: all magnitudes, the everyday range, tails, and ``special`` points.

    ``special`` (kinks, zeros of the function) are approached from both sides, down to the neighbouring numbers.
    """
    rng = np.random.default_rng(seed)
    kind = np.dtype(dtype)
    quarter = count // 4
    parts = [
        _any_bits(rng, kind, quarter),
        rng.normal(0.0, 3.0, quarter),
        rng.uniform(-45.0, 45.0, quarter // 2),
        rng.uniform(-780.0, 780.0, quarter // 4),
        rng.uniform(-110.0, 110.0, quarter // 4),
        _around(rng, kind, [0.0, -1.0, 1.0, *special], quarter),
        _ends(rng, kind, count // 100 + 1),
        [0.0, -0.0, 1.0, -1.0, *special],
    ]
    with np.errstate(all="ignore"):
        points = np.concatenate([np.asarray(part, dtype=np.float64) for part in parts]).astype(kind)
    kept: Array = points[np.isfinite(points)]
    return kept


def _any_bits(rng: np.random.Generator, kind: np.dtype[Any], count: int) -> Array:
    """Return numbers with random bits: every exponent, subnormal to the largest, is equally likely."""
    unsigned = np.dtype(f"u{kind.itemsize}")
    bits = rng.integers(0, np.iinfo(unsigned).max, count, dtype=unsigned, endpoint=True)
    points = bits.view(kind)
    kept: Array = points[np.isfinite(points)].astype(np.float64)
    return kept


def _ends(rng: np.random.Generator, kind: np.dtype[Any], count: int) -> Array:
    """Return subnormal numbers, from the smallest on, and the largest numbers, of both signs."""
    info = np.finfo(kind)
    steps = np.floor(np.exp2(rng.uniform(0, info.nmant, count)))
    positive = np.append(steps * float(info.smallest_subnormal), [float(info.max), float(info.max) / 2])
    return np.concatenate([positive, -positive])


def _around(rng: np.random.Generator, kind: np.dtype[Any], centres: list[float], count: int) -> Array:
    """Return points at distances from one ulp to 1 of the centres, on both sides."""
    centre = rng.choice(np.asarray(centres), count)
    digits = np.finfo(kind).nmant + 1
    distance = np.exp2(-rng.uniform(0, digits, count)) * np.where(centre == 0, 1.0, np.abs(centre))
    points: Array = centre + rng.choice([-1.0, 1.0], count) * distance
    return points


def sign_changes(function: Callable[[Array], Array], *, reach: float = 45.0, cells: int = 2_000) -> list[float]:
    """Return points at which the function changes sign, by bisection of the cells of a grid, all cells at once."""
    grid = np.linspace(-reach, reach, cells + 1) + 0.01 / cells
    signs = np.sign(function(grid))
    cell = np.flatnonzero(signs[:-1] * signs[1:] < 0)
    low, high = grid[cell], grid[cell + 1]
    for _ in range(60 if cell.size else 0):
        middle = 0.5 * (low + high)
        left = np.sign(function(middle)) == signs[cell]
        low, high = np.where(left, middle, low), np.where(left, high, middle)
    return [float(point) for point in low]


def ulp_errors(got: Array, wanted: Array) -> Array:
    """Return |got − wanted| in units in the last place of ``wanted``; inf where one is not finite and the other is."""
    with np.errstate(all="ignore"):
        unit = np.spacing(np.where(np.isfinite(wanted), np.abs(wanted), 1).astype(wanted.dtype)).astype(np.float64)
        errors: Array = np.abs(got.astype(np.float64) - wanted.astype(np.float64)) / unit
    errors[got == wanted] = 0.0
    errors[np.isnan(errors)] = np.inf
    return errors


@dataclass(frozen=True, kw_only=True)
class Accuracy:
    """What was measured: errors in ulp against the oracle.

    ``strict`` is the largest error where the condition number is at most 4 (errors up to 2 count without asking for
    it), ``scaled`` the largest error over 1 + condition number; both are at most 4 where the course's bound holds.
    ``beyond_percent`` is the point of smallest size at which the relative error exceeds 1 %, if there is one, and
    ``not_finite`` counts nan or inf where the exact value rounds to a finite number.
    """

    points: int
    largest: float
    mean: float
    strict: float
    scaled: float
    worst_at: float
    beyond_percent: float | None
    not_finite: int

    @property
    def holds(self) -> bool:
        """Whether the course's bound holds at all measured points."""
        return self.strict <= 4 and self.scaled <= 4 and self.not_finite == 0


def measure(x: Array, got: Array, wanted: Array, slope: Callable[[Array], Array]) -> Accuracy:
    """Compare ``got`` with the oracle's ``wanted`` at ``x``; ``slope`` is the oracle's derivative of ``wanted``."""
    errors = ulp_errors(got, wanted)
    large = np.flatnonzero(errors > LARGE)
    condition = np.zeros(x.shape)
    with np.errstate(all="ignore"):
        at, value = x[large].astype(np.float64), wanted[large].astype(np.float64)
        ratio = np.abs(at * slope(at) / value)
        condition[large] = np.where(np.isnan(ratio), 0.0, ratio)
        scaled = errors / (1.0 + condition)
    scaled[np.isnan(scaled)] = np.inf
    strict = errors[condition <= 4]
    finite = np.isfinite(got)
    with np.errstate(all="ignore"):
        relative = np.abs(got.astype(np.float64) - wanted) > 0.01 * np.abs(wanted.astype(np.float64))
    tiny = np.abs(wanted) < 100 * np.finfo(wanted.dtype).smallest_subnormal
    off = x[(relative & ~tiny) | (finite != np.isfinite(wanted))]
    worst = int(np.argmax(scaled))
    return Accuracy(
        points=x.size,
        largest=float(errors.max()),
        mean=float(errors[np.isfinite(errors)].mean()) if np.isfinite(errors).any() else np.inf,
        strict=float(strict.max(initial=0.0)),
        scaled=float(scaled.max()),
        worst_at=float(x[worst]),
        beyond_percent=float(off[np.argmin(np.abs(off))]) if off.size else None,
        not_finite=int(np.count_nonzero(~finite & np.isfinite(wanted))),
    )


@dataclass(frozen=True, kw_only=True)
class Study:
    """How accurate is a value (order 0) or a derivative (order 1) of a catalogue entry, in one dtype, is the question.

    The points crowd around the kinks, the sign changes of what is measured, and ``special``.
    """

    entry: Activation
    order: int
    dtype: np.dtype[Any]
    count: int
    parameters: Mapping[str, float] = field(default_factory=dict)
    special: tuple[float, ...] = ()

    @cached_property
    def _values(self) -> dict[sp.Symbol, float]:
        declared = self.entry.parameters
        return {p.symbol: float(self.parameters.get(p.name, p.default)) for p in declared}

    def oracle(self, order: int, x: Array) -> Array:
        """Return the function (order 0) or a derivative (order 1 or 2) at x, correctly rounded to the dtype of x."""
        return evaluate_cached(self._expr(order), self.entry.symbol, x)

    def _expr(self, order: int) -> sp.Expr:
        name = ("expr", "derivative", "second_derivative")[order]
        return at_parameters(getattr(self.entry, name), self._values)

    @cached_property
    def points(self) -> Array:
        """The points of this study, always the same."""
        kinks = [float(kink.at.subs(self._values)) for kink in self.entry.kinks]
        return hard_points(self.dtype, self.count, [*kinks, *self._roots(), *self.special])

    def _roots(self) -> list[float]:
        """Return where the oracle's values, on a coarse grid, change sign."""

        def function(x: Array) -> Array:
            return evaluate(self._expr(self.order), self.entry.symbol, x)

        return sign_changes(function, cells=200)

    def accuracy(self, method: Callable[[Array], Array]) -> Accuracy:
        """Measure a method against the oracle at the points."""
        x = self.points
        wanted = self.oracle(self.order, x)
        return measure(x, np.asarray(method(x)), wanted, lambda at: self.oracle(self.order + 1, at))
