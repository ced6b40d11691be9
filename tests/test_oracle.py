"""The oracle rounds correctly, knows when it cannot, and remembers."""

from __future__ import annotations

from fractions import Fraction

import mpmath as mp
import numpy as np
import pytest
import sympy as sp
from mpmath import libmp

from autograder.errors import DomainError, GraderFailure
from autograder.oracle import _balls, _cache, at_parameters, evaluate, evaluate_cached, evaluate_rows
from autograder.oracle._rounding import FORMATS, round_exact
from autograder.oracle.accuracy import hard_points, measure, sign_changes, ulp_errors

X = sp.Symbol("x", real=True)
DTYPES = [np.float64, np.float32, np.float16]


def test_softplus_in_the_tail_where_doubling_the_digits_lies():
    with mp.workdps(100):
        assert mp.log(1 + mp.exp(-300)) == 0
    with mp.workdps(400):
        wanted = float(mp.nstr(mp.log(1 + mp.exp(-300)), 40))
    assert evaluate(sp.log(1 + sp.exp(X)), X, -300.0) == wanted > 0


@pytest.mark.parametrize(
    ("expr", "formula"),
    [
        (X * (1 + sp.erf(X / sp.sqrt(2))) / 2, lambda x: x * mp.erfc(-x / mp.sqrt(2)) / 2),
        (1 / (1 + sp.exp(-X)), lambda x: mp.exp(x) / (1 + mp.exp(x))),
        (X - sp.tanh(X), lambda x: x - mp.sinh(x) / mp.cosh(x)),
        (sp.diff(sp.tanh(X), X), lambda x: mp.sech(x) ** 2),
        ((X + sp.sqrt(X**2 + 4)) / 2, lambda x: 2 / (mp.sqrt(x * x + 4) - x)),
        (sp.sin(X) ** 2 + sp.Max(X, sp.Rational(1, 3)) ** 3, lambda x: mp.sin(x) ** 2 + max(x, mp.mpf(1) / 3) ** 3),
    ],
)
def test_other_formulas_in_400_digits_agree(expr, formula):
    points = np.concatenate([np.linspace(-36, 36, 41), [-1e-9, 1e-9, 3e-200, -700.5, 1e5]])
    with mp.workdps(400):
        wanted = [float(mp.nstr(formula(mp.mpf(float(point))), 40)) for point in points]
    np.testing.assert_array_equal(evaluate(expr, X, points), wanted)


def test_squareplus_far_left_needs_more_than_400_digits_and_gets_them():
    with mp.workdps(400):
        assert (mp.mpf(-1e308) + mp.sqrt(mp.mpf(-1e308) ** 2 + 4)) / 2 == 0
    assert evaluate((X + sp.sqrt(X**2 + 4)) / 2, X, -1e308) == float(Fraction(1, 10**308))


def test_a_rational_value_between_two_floats_goes_to_the_even_one():
    odd = 3 * 2.0**-1074
    assert evaluate(X / 6, X, odd) == 0.0
    assert evaluate(X / 6, X, 3 * odd) == 2 * 2.0**-1074
    assert evaluate(X + 1, X, 2.0**-53) == 1.0
    assert evaluate(X + 1, X, 3 * 2.0**-53) == 1.0 + 2.0**-51


def test_exponential_next_to_the_ends_of_the_range():
    assert evaluate(sp.exp(X), X, 709.79) == np.inf
    assert evaluate(sp.exp(X), X, -745.14) == 0.0
    assert evaluate(sp.exp(X), X, -745.13) == 5e-324
    assert evaluate(sp.exp(X), X, [1e308, -1e308]).tolist() == [np.inf, 0.0]


@pytest.mark.parametrize("dtype", DTYPES)
def test_rounding_agrees_with_numpy_where_numpy_rounds_once(dtype):
    rng = np.random.default_rng(7)
    doubles = rng.integers(0, 2**63, 3_000).view(np.float64)
    near = hard_points(dtype, 2_000).astype(np.float64)
    with np.errstate(all="ignore"):
        doubles = np.concatenate([doubles, near, np.nextafter(near, np.inf), near * 1.5])
        doubles = doubles[np.isfinite(doubles)]
        wanted = doubles.astype(dtype).astype(np.float64)
    got = [round_exact(libmp.from_float(float(number)), FORMATS[np.dtype(dtype)]) for number in doubles]
    np.testing.assert_array_equal(got, wanted)


def test_float32_is_rounded_once():
    between = Fraction(1) + Fraction(1, 2**24) + Fraction(1, 2**60)
    expr = sp.Rational(between.numerator, between.denominator) + 0 * X
    assert np.float32(float(between)) == 1.0
    assert evaluate(expr, X, np.float32([0.0])) == np.float32(1 + 2**-23)


def test_a_third_and_a_half_are_told_apart_in_every_format():
    for dtype in DTYPES:
        form = FORMATS[np.dtype(dtype)]
        assert round_exact(Fraction(1, 3), form) == float(dtype(1) / dtype(3))
        assert round_exact(Fraction(-2, 3), form) == -float(dtype(2) / dtype(3))


def test_every_ball_contains_what_it_stands_for():
    """Each operation at 60 bits, against the same at 600: the difference is within the stated error."""
    rng = np.random.default_rng(11)
    unary = [_balls.exp, _balls.log, _balls.sin, _balls.cos, _balls.tanh, _balls.atan, _balls.erf, _balls.erfc]
    unary += [_balls.sqrt, _balls.inverse, lambda a, prec: _balls.power(a, 5, prec)]
    for number in rng.uniform(0.01, 9.0, 8):
        wide = _balls.multiply(_exact(number), _balls.pi(60), 60)
        narrow = _balls.multiply(_exact(number), _balls.pi(600), 600)
        for function in unary:
            assert _covers(function(wide, 60), function(narrow, 600))
            assert _covers(_balls.add(function(wide, 60), wide, 60), _balls.add(function(narrow, 600), narrow, 600))


def _exact(number):
    return libmp.from_float(float(number)), None


def _covers(wide, narrow):
    difference = libmp.mpf_abs(libmp.mpf_sub(wide[0], narrow[0]))
    return libmp.mpf_le(difference, libmp.from_man_exp(1, wide[1]))


def test_points_that_are_not_finite_and_heads_that_are_unknown_are_refused():
    with pytest.raises(DomainError, match="finite points only"):
        evaluate(X, X, [np.inf])
    with pytest.raises(GraderFailure, match="cannot evaluate gamma"):
        evaluate(sp.gamma(X), X, [1.5])


def test_parameters_enter_with_the_exact_value_of_their_float():
    alpha = sp.Symbol("alpha")
    assert at_parameters(alpha * X, {alpha: 0.1}).coeff(X) == sp.Rational(*(0.1).as_integer_ratio())


def test_rows_of_several_symbols():
    a, b = sp.symbols("a b", real=True)
    assert evaluate_rows((a + b, a / b), (a, b), [[1.0, 4.0], [3.0, 2.0]]).tolist() == [[5.0, 0.25], [5.0, 1.5]]


def test_the_cache_is_used_and_a_damaged_file_is_replaced(tmp_path, monkeypatch):
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    points = np.array([0.5, 1.5])
    first = evaluate_cached(sp.exp(X), X, points)
    (stored,) = tmp_path.rglob("*.npz")
    assert _cache.cached((sp.srepr(sp.exp(X)), sp.srepr(X)), points, lambda: pytest.fail("computed again")) is not None
    stored.write_bytes(b"damaged")
    np.testing.assert_array_equal(evaluate_cached(sp.exp(X), X, points), first)
    with np.load(stored) as table:
        np.testing.assert_array_equal(table["values"], first)


def test_errors_are_counted_in_ulp_of_the_wanted_value():
    wanted = np.array([1.0, 1.0, 0.0, np.inf, 2.0, 5e-324])
    got = np.array([1.0 + 2**-51, 1.0 - 2**-53, 1e-323, np.inf, np.nan, 0.0])
    assert ulp_errors(got, wanted).tolist() == [2.0, 0.5, 2.0, 0.0, np.inf, 1.0]


def test_the_measure_tells_a_bad_function_from_a_good_one():
    x = hard_points(np.float64, 400)
    wanted = evaluate(sp.tanh(X), X, x)
    slope = sp.diff(sp.tanh(X), X)

    def oracle_slope(at):
        return evaluate(slope, X, at)

    assert measure(x, np.tanh(x), wanted, oracle_slope).holds
    with np.errstate(all="ignore"):
        ratio = (np.exp(x) - np.exp(-x)) / (np.exp(x) + np.exp(-x))
    naive = measure(x, ratio, wanted, oracle_slope)
    assert not naive.holds
    assert naive.not_finite > 0
    assert naive.beyond_percent is not None


def test_hard_points_reach_both_ends_and_crowd_around_special_points():
    for dtype in (np.float32, np.float64):
        info = np.finfo(dtype)
        x = hard_points(dtype, 4_000, [2.5])
        assert x.dtype == dtype
        assert np.abs(x[x != 0]).min() < info.smallest_normal
        assert np.abs(x).max() > info.max / 1e4
        assert np.count_nonzero(np.abs(x - dtype(2.5)) < 1e-5) > 50
        assert (x < 0).sum() > 1_500 < (x > 0).sum()


def test_sign_changes_are_found_to_the_last_bit():
    (root,) = sign_changes(lambda x: x - np.pi)
    assert abs(root - np.pi) <= np.spacing(np.pi)
