"""Every entry agrees with its published formula, written here a second time in mpmath and not taken from the entry."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from itertools import combinations
from typing import Any

import mpmath
import numpy as np
import pytest
import sympy as sp
from mpmath import mp

from autograder.catalogue import CATALOGUE, X

DIGITS = 40
POINTS = ["-37.5", "-6.25", "-3", "-2.7", "-1", "-0.75", "-0.5", "-0.3", "-1e-9", "0", "1e-9", "0.2", "0.5", "0.8"]
POINTS += ["1", "1.3", "2.6", "3", "5.9", "6", "6.1", "37.5"]


def sigma(x: Any) -> Any:
    return 1 / (1 + mp.exp(-x))


def clip(x: Any, low: Any, high: Any) -> Any:
    return min(max(x, low), high)


def selu(x: Any) -> Any:
    """The decimals that Klambauer et al. (2017) print, eq. 14 and below: α₀₁ ≈ 1.6733, λ₀₁ ≈ 1.0507."""
    scale, alpha = mp.mpf("1.0507009873554804934193349852946"), mp.mpf("1.6732632423543772848170429916717")
    return scale * x if x > 0 else scale * (alpha * mp.exp(x) - alpha)


FORMULAS: dict[str, Callable[[Any], Any]] = {
    "identity": lambda x: x,
    "binary_step": lambda x: mp.mpf(x >= 0),
    "sigmoid": sigma,
    "tanh": lambda x: (mp.exp(x) - mp.exp(-x)) / (mp.exp(x) + mp.exp(-x)),
    "scaled_tanh": lambda x: mp.mpf("1.7159") * mp.tanh(2 * x / 3),
    "hard_sigmoid": lambda x: clip(x + 3, 0, 6) / mp.mpf(6),
    "hard_tanh": lambda x: mp.mpf(clip(x, -1, 1)),
    "softsign": lambda x: x / (1 + abs(x)),
    "relu": lambda x: max(x, mp.mpf(0)),
    "relu6": lambda x: mp.mpf(clip(x, 0, 6)),
    "leaky_relu": lambda x: max(x, mp.mpf("0.01") * x),
    "prelu": lambda x: max(x, 0) + min(x, 0) / mp.mpf(4),
    "rrelu": lambda x: x if x >= 0 else x * (mp.mpf(1) / 8 + mp.mpf(1) / 3) / 2,
    "elu": lambda x: x if x > 0 else mp.expm1(x),
    "celu": lambda x: max(x, 0) + min(mp.mpf(0), mp.expm1(x)),
    "selu": selu,
    "gelu": lambda x: x * mp.ncdf(x),
    "gelu_tanh": lambda x: x / 2 * (1 + mp.tanh(mp.sqrt(2 / mp.pi) * (x + mp.mpf("0.044715") * x**3))),
    "gelu_sigmoid": lambda x: x * sigma(mp.mpf("1.702") * x),
    "silu": lambda x: x * sigma(x),
    "swish": lambda x: x * sigma(x),
    "hard_swish": lambda x: x * clip(x + 3, 0, 6) / 6,
    "mish": lambda x: x * mp.tanh(mp.log1p(mp.exp(x))),
    "softplus": lambda x: mp.log1p(mp.exp(x)),
    "squareplus": lambda x: (x + mp.sqrt(x * x + 4)) / 2,
    "log_sigmoid": lambda x: mp.log(sigma(x)),
    "tanhshrink": lambda x: x - mp.tanh(x),
    "softshrink": lambda x: mp.sign(x) * max(abs(x) - mp.mpf(1) / 2, 0),
    "hardshrink": lambda x: x if abs(x) > 0.5 else mp.mpf(0),
    "threshold": lambda x: x if x > 0 else mp.mpf(0),
    "exponential": mp.exp,
    "gaussian": lambda x: mp.exp(-x * x),
    "sine": mp.sin,
    "snake": lambda x: x + (1 - mp.cos(2 * x)) / 2,
    "sparse_plus": lambda x: 0 if x <= -1 else x if x >= 1 else (x + 1) ** 2 / 4,
    "sparse_sigmoid": lambda x: clip((x + 1) / 2, 0, 1),
}

Vector = Sequence[Any]


def softmax(x: Vector) -> list[Any]:
    total = sum(mp.exp(entry) for entry in x)
    return [mp.exp(entry) / total for entry in x]


def sparsemax(x: Vector) -> list[Any]:
    """Project onto the simplex by trying every support, which is how the definition reads and not how τ is found."""
    candidates = []
    for size in range(1, len(x) + 1):
        for support in combinations(range(len(x)), size):
            shift = (sum(x[at] for at in support) - 1) / size
            point = [x[at] - shift if at in support else mp.mpf(0) for at in range(len(x))]
            if min(point) >= 0:
                candidates.append((sum((p - entry) ** 2 for p, entry in zip(point, x, strict=True)), point))
    return min(candidates)[1]


def halves(gate: Callable[[Any], Any]) -> Callable[[Vector], list[Any]]:
    return lambda x: [value * gate(g) for value, g in zip(x[: len(x) // 2], x[len(x) // 2 :], strict=True)]


VECTOR_FORMULAS: dict[str, Callable[[Vector], list[Any]]] = {
    "softmax": softmax,
    "log_softmax": lambda x: [mp.log(entry) for entry in softmax(x)],
    "softmin": lambda x: softmax([-entry for entry in x]),
    "sparsemax": sparsemax,
    "maxout": lambda x: [max(x)],
    "glu": halves(sigma),
    "swiglu": halves(FORMULAS["silu"]),
    "geglu": halves(FORMULAS["gelu"]),
}


def test_every_entry_has_a_second_formula() -> None:
    assert {*FORMULAS, *VECTOR_FORMULAS} == set(CATALOGUE)


def test_every_point_is_tried_at_every_kink() -> None:
    tried = {sp.Rational(point) for point in POINTS}
    assert {kink.at.subs(entry.defaults) for entry in CATALOGUE.values() for kink in entry.kinks} <= tried


@pytest.mark.parametrize("name", FORMULAS)
def test_values_are_those_of_the_published_formula(name: str) -> None:
    entry = CATALOGUE[name]
    with mpmath.workdps(DIGITS):
        function = sp.lambdify(X, entry.expr.subs(entry.defaults), "mpmath")
        for point in map(mp.mpf, POINTS):
            want = FORMULAS[name](point)
            # SELU's printed decimals carry 32 digits; all others are exact to the working precision.
            assert abs(function(point) - want) <= mp.mpf(10) ** (-28) * max(1, abs(want)), f"{name}({point})"


@pytest.mark.parametrize("name", FORMULAS)
def test_derivatives_are_those_of_the_published_formula_between_kinks(name: str) -> None:
    entry = CATALOGUE[name]
    kinks = [mp.mpf(float(kink.at.subs(entry.defaults))) for kink in entry.kinks]
    with mpmath.workdps(DIGITS):
        first = sp.lambdify(X, entry.derivative.subs(entry.defaults), "mpmath")
        second = sp.lambdify(X, entry.second_derivative.subs(entry.defaults), "mpmath")
        for point in [mp.mpf(p) for p in ("-6.25", "-2.7", "-0.75", "-0.3", "0.2", "0.8", "1.3", "2.6", "5.9")]:
            assert all(abs(point - kink) > 0.05 for kink in kinks), "the points keep away from kinks"
            assert abs(first(point) - mp.diff(FORMULAS[name], point)) < mp.mpf(10) ** -12
            assert abs(second(point) - mp.diff(FORMULAS[name], point, 2)) < mp.mpf(10) ** -8


@pytest.mark.parametrize("name", VECTOR_FORMULAS)
def test_vectors_are_those_of_the_published_formula(name: str) -> None:
    entry = CATALOGUE[name]
    n, i = (next(s for s in entry.expr.free_symbols | entry.length.free_symbols if str(s) == t) for t in ("n", "i"))
    for vector in np.random.default_rng(2).normal(0, 2, (3, 4)).tolist():
        ordered = sorted(vector, reverse=True)
        with mpmath.workdps(DIGITS):
            want = VECTOR_FORMULAS[name]([mp.mpf(entry) for entry in vector])
        assert int(entry.length.subs({n: 4, **entry.defaults})) == len(want)
        for position, value in enumerate(want):
            component = entry.expr.subs({n: 4, i: position, **entry.defaults}).doit()
            numbers = {
                part: sp.Float((ordered if str(part.base) == "s" else vector)[int(part.indices[0])], DIGITS)
                for part in component.atoms(sp.Indexed)
            }
            assert abs(component.subs(numbers).evalf(DIGITS) - sp.Float(value, DIGITS)) < sp.Float(10) ** -25


@pytest.mark.parametrize("name", VECTOR_FORMULAS)
def test_components_stay_in_the_range_and_reach_near_its_ends(name: str) -> None:
    entry = CATALOGUE[name]
    rng = np.random.default_rng(3)
    values = [
        float(value)
        for scale in (1, 10, 100, 1000)
        for vector in rng.normal(0, scale, (20, 4))
        for value in VECTOR_FORMULAS[name]([mp.mpf(x) for x in vector])
    ]
    found = entry.range
    assert all(found.low <= value <= found.high for value in values)
    for end, extreme in ((found.low, min(values)), (found.high, max(values))):
        assert abs(extreme - end) < 1e-6 if end.is_finite else abs(extreme) > 50


@pytest.mark.parametrize("name", ["softmax", "softmin", "sparsemax"])
def test_probabilities_sum_to_one(name: str) -> None:
    for vector in np.random.default_rng(4).normal(0, 2, (5, 4)).tolist():
        assert abs(sum(VECTOR_FORMULAS[name]([mp.mpf(x) for x in vector])) - 1) < 1e-14


def test_named_constants_are_what_the_formula_has() -> None:
    selu = CATALOGUE["selu"]
    assert selu.shown is not None
    assert selu.shown.subs(selu.constants) == selu.expr
    assert r"\lambda" in selu.latex
    assert "erfc" not in selu.latex + selu.derivative_latex


def test_sparsemax_derivative_says_once_what_its_threshold_is() -> None:
    cases, threshold = CATALOGUE["sparsemax"].derivative_latex.split(r",\quad ")
    assert cases.count(r"\tau") == 3
    assert r"\max" not in cases
    assert threshold.startswith(r"\tau = \max_{m=1,\ldots,n}")


def test_numbers_in_the_entries_prose_are_right() -> None:
    xs = [mp.mpf(k) / 100 for k in range(-600, 601)]
    assert round(float(max(abs(FORMULAS["gelu"](x) - FORMULAS["gelu_sigmoid"](x)) for x in xs)), 2) == 0.02
    assert "0.02" in CATALOGUE["gelu_sigmoid"].bad_for
    assert round(float(min(xs, key=FORMULAS["silu"])), 2) == -1.28
    assert "−1.28" in CATALOGUE["silu"].misconceptions[0]
    assert round(float(mp.tanh(1)), 2) == 0.76
    assert "0.76" in CATALOGUE["hard_tanh"].misconceptions[0]
    assert FORMULAS["softsign"](mp.mpf(9)) == mp.mpf(9) / 10
    assert "at 9 it is still only 0.9" in CATALOGUE["softsign"].bad_for
    assert np.isfinite(np.exp(709.0))
    assert not np.isfinite(float(mp.exp(710)))
    assert "709" in CATALOGUE["exponential"].misconceptions[0]
