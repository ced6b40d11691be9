"""What SymPy proves is compared with what a course says, and what is declared is bounded by interval arithmetic."""

from __future__ import annotations

from collections.abc import Callable
from itertools import pairwise
from typing import Any

import mpmath
import pytest
import sympy as sp
from mpmath import iv
from sampling import sampled

from autograder.catalogue import CATALOGUE, X
from autograder.catalogue._range import roots
from autograder.catalogue._stable import one_plus_erf, plain, stabilise
from autograder.errors import DomainError
from autograder.properties import properties

ELEMENTWISE = [name for name, entry in CATALOGUE.items() if entry.kind == "elementwise"]
DECLARED = [(name, equation) for name in ELEMENTWISE for equation in CATALOGUE[name].brackets]


@pytest.mark.parametrize(
    ("name", "smoothness"),
    [
        *(
            ("binary_step", -1),
            ("hardshrink", -1),
            ("relu", 0),
            ("selu", 0),
            ("hard_swish", 0),
            ("elu", 1),
            ("celu", 1),
        ),
        *(("softsign", 1), ("sparse_plus", 1), ("sigmoid", None), ("gelu", None), ("mish", None)),
    ],
)
def test_smoothness(name: str, smoothness: int | None) -> None:
    assert properties(CATALOGUE[name]).smoothness == smoothness


@pytest.mark.parametrize(
    ("name", "word"),
    [
        *(("sigmoid", "strictly increasing"), ("relu", "increasing"), ("leaky_relu", "strictly increasing")),
        *(("gelu", "none"), ("sine", "none"), ("snake", "strictly increasing"), ("binary_step", "increasing")),
    ],
)
def test_monotonicity(name: str, word: str) -> None:
    assert properties(CATALOGUE[name]).monotonicity == word


@pytest.mark.parametrize(
    ("name", "word"),
    [("tanh", "odd"), ("softsign", "odd"), ("hardshrink", "odd"), ("gaussian", "even"), ("sigmoid", "none")],
)
def test_parity_and_zero_centring(name: str, word: str) -> None:
    assert properties(CATALOGUE[name]).parity == word
    assert properties(CATALOGUE[name]).zero_centred == (word == "odd")


@pytest.mark.parametrize(
    ("name", "constant"),
    [
        *(("sigmoid", sp.Rational(1, 4)), ("tanh", 1), ("relu", 1), ("hard_swish", sp.Rational(3, 2)), ("snake", 2)),
        *(("gaussian", sp.sqrt(2) * sp.exp(-sp.S.Half)), ("binary_step", sp.oo), ("exponential", sp.oo)),
    ],
)
def test_lipschitz_constants(name: str, constant: sp.Expr) -> None:
    assert sp.simplify(properties(CATALOGUE[name]).lipschitz - constant) in (0, sp.nan)
    assert properties(CATALOGUE[name]).lipschitz.is_finite == sp.sympify(constant).is_finite


def test_tanh_saturates_like_two_exp_minus_two_x() -> None:
    right = properties(CATALOGUE["tanh"]).right
    assert right.limit == 1
    assert right.decay is not None
    assert (right.decay.coefficient, right.decay.power, right.decay.rates) == (2, 0, ((1, 2),))


def test_softsign_saturates_polynomially_and_hard_tanh_exactly() -> None:
    softsign, hard = properties(CATALOGUE["softsign"]).right.decay, properties(CATALOGUE["hard_tanh"]).right.decay
    assert softsign is not None
    assert hard is not None
    assert (softsign.rates, softsign.power) == ((), -1)
    assert hard.arrives_at == 1


def test_gelu_approaches_zero_like_a_gaussian_tail() -> None:
    decay = properties(CATALOGUE["gelu"]).left.decay
    assert decay is not None
    assert decay.rates == ((2, sp.S.Half),)
    assert sp.simplify(decay.coefficient - 1 / sp.sqrt(2 * sp.pi)) == 0


SATURATING = [
    (name, side)
    for name in ELEMENTWISE
    for side in ("left", "right")
    if CATALOGUE[name].scalar_pieces[0 if side == "left" else -1].expr.has(X)
]


@pytest.mark.parametrize(("name", "side"), sampled(SATURATING))
def test_tails_are_what_high_precision_evaluation_finds_far_out(name: str, side: str) -> None:
    entry, sign = CATALOGUE[name], -1 if side == "left" else 1
    tail = getattr(properties(entry), side)
    with mpmath.workdps(1_000):
        function = sp.lambdify(X, entry.expr.subs(entry.defaults), "mpmath")
        x = mpmath.mpf(30)
        value = function(sign * x)
        if tail.decay is not None:
            rates = sum(mpmath.mpf(sp.N(rate, 50)) * x**q for q, rate in tail.decay.rates)
            leading = mpmath.mpf(sp.N(tail.decay.coefficient, 50)) * x ** int(tail.decay.power) * mpmath.exp(-rates)
            rest = abs(value - mpmath.mpf(sp.N(tail.limit, 1_000)))
            assert abs(rest / leading - 1) < 2 / x
        elif tail.asymptote is not None:
            slope, intercept = (mpmath.mpf(sp.N(part, 50)) for part in tail.asymptote)
            assert abs(value - slope * sign * x - intercept) < 2 / x
        else:
            middle, far = function(sign * 1.5 * x), function(sign * 2 * x)
            assert abs(value - 2 * middle + far) > 2 / x, "no line comes near: these three points do not lie on one"


def test_fixed_points_hold_and_cover_whole_intervals_where_f_is_the_identity() -> None:
    relu = properties(CATALOGUE["relu"]).fixed_points
    assert relu == sp.Interval(0, sp.oo)
    (point,) = properties(CATALOGUE["sigmoid"]).fixed_points
    assert abs(1 / (1 + sp.exp(-point)) - point) < sp.Float(10) ** -45


def test_normal_means_agree_with_closed_forms() -> None:
    assert properties(CATALOGUE["relu"]).normal_mean == pytest.approx(float(1 / sp.sqrt(2 * sp.pi)), rel=1e-12)
    assert properties(CATALOGUE["gelu"]).normal_mean == pytest.approx(float(1 / (2 * sp.sqrt(sp.pi))), rel=1e-12)
    assert properties(CATALOGUE["sigmoid"]).normal_mean == pytest.approx(0.5, rel=1e-12)


def test_selu_has_mean_zero_and_variance_one_for_a_standard_normal_input() -> None:
    selu = CATALOGUE["selu"]
    assert abs(properties(selu).normal_mean) < 1e-14
    pieces = [sp.lambdify(X, piece.expr, "mpmath") for piece in selu.scalar_pieces]
    low, high = (lambda x, f=f: f(x) ** 2 * mpmath.npdf(x) for f in pieces)
    assert mpmath.quad(low, [-mpmath.inf, -8, 0]) + mpmath.quad(high, [0, 8, mpmath.inf]) == pytest.approx(1, abs=1e-12)


def test_declared_says_which_properties_rest_on_a_bracket() -> None:
    assert properties(CATALOGUE["sigmoid"]).declared == ("fixed_points",)
    assert properties(CATALOGUE["relu"]).declared == ()


def test_a_vector_has_a_range_and_no_parity() -> None:
    softmax = properties(CATALOGUE["softmax"])
    assert softmax.rows() == {"range": "(0, 1)"}
    with pytest.raises(DomainError, match="softmax: of a function of a vector"):
        _ = softmax.parity


@pytest.mark.parametrize("name", sampled(ELEMENTWISE))
def test_rows_are_text_for_every_property(name: str) -> None:
    rows = properties(CATALOGUE[name]).rows()
    assert all(isinstance(text, str) and text for text in rows.values())


# Bounding what is declared: outside its brackets an expression has no root, inside each exactly one.

FAR = 24
"""Intervals cover [−FAR, FAR]; beyond, signs are sampled at growing distances."""


def monotone(function: Callable[[Any], Any]) -> Callable[[Any], Any]:
    """Make an increasing function of numbers one of intervals, widened by far more than its rounding error."""

    def enclose(interval: Any) -> Any:
        low, high = (function(mpmath.mpf(end)) for end in (interval.a, interval.b))
        slack = mpmath.mpf(10) ** -25
        return iv.mpf([low - slack * abs(low), high + slack * abs(high)])

    return enclose


def interval_function(expr: sp.Expr) -> Callable[[Any], Any]:
    """Return ``expr`` as a function of intervals, in forms that do not cancel; its sign is kept."""
    rising = sp.Function("rising")
    expr = plain(expr.replace(one_plus_erf, lambda u: rising(u)))
    if expr.has(sp.log):  # a difference of logarithms and x has the sign of its exponential less 1
        expr = sp.simplify(sp.exp(expr) - 1)
    expr = expr.replace(sp.tanh, lambda u: 1 - 2 / (sp.exp(2 * u) + 1))
    names = {
        "exp": iv.exp,
        "log": iv.log,
        "sqrt": iv.sqrt,
        "sin": iv.sin,
        "cos": iv.cos,
        "pi": iv.pi,
        "e": iv.e,
        "mpf": iv.mpf,
    }
    names["rising"] = monotone(lambda u: mpmath.erfc(-u))
    expr = expr.replace(sp.erfc, lambda u: rising(-u))
    return sp.lambdify(X, expr, [names, "mpmath"])


def sign_of(function: Callable[[Any], Any], low: float, high: float) -> int:
    """Return the sign of a function on an interval, or 0 where the enclosure holds 0."""
    try:
        value = function(iv.mpf([low, high]))
    except ZeroDivisionError:
        return 0
    return 1 if value.a > 0 else -1 if value.b < 0 else 0


def proven_sign(function: Callable[[Any], Any], low: float, high: float, depth: int = 14) -> int:
    """Return the sign on an interval by splitting it; 0 where that does not settle it."""
    sign = sign_of(function, low, high)
    if sign or depth == 0:
        return sign
    middle = (low + high) / 2
    left = proven_sign(function, low, middle, depth - 1)
    return left if left and left == proven_sign(function, middle, high, depth - 1) else 0


def expression(name: str, equation: str, order: int = 0) -> sp.Expr:
    """Return what a bracket is about, in stable form: f′, f″ or f(x) − x of the piece it lies in, differentiated."""
    pieces = CATALOGUE[name].scalar_pieces
    piece = pieces[0] if CATALOGUE[name].kinks else pieces[-1]
    base = {"derivative": 1, "second_derivative": 2, "fixed_point": 0}[equation]
    stable = stabilise(piece.expr) - (X if equation == "fixed_point" else 0)
    return sp.diff(stable, X, base + order)


@pytest.mark.parametrize(("name", "equation"), sampled(DECLARED))
def test_declared_brackets_hold_one_root_each_and_there_is_none_elsewhere(name: str, equation: str) -> None:
    entry = CATALOGUE[name]
    brackets = [(float(low), float(high)) for low, high in entry.brackets[equation]]
    function = interval_function(expression(name, equation))
    # SELU's bracket is about its negative piece, where the kink at 0 is a root of its own.
    last = -1e-3 if entry.kinks else float(FAR)
    ends = [-float(FAR), *(end for bracket in brackets for end in bracket), last]
    outside = [proven_sign(function, *ends[2 * k : 2 * k + 2]) for k in range(len(brackets) + 1)]
    assert all(outside), f"the sign of {equation} of {name} is not settled outside its brackets: {outside}"
    assert [a * b for a, b in pairwise(outside)] == [-1] * len(brackets)


@pytest.mark.parametrize(("name", "equation"), DECLARED)
def test_roots_in_brackets_are_roots_to_forty_digits(name: str, equation: str) -> None:
    expr = plain(expression(name, equation))
    for root in roots(expr, X, -sp.oo, sp.oo, CATALOGUE[name].brackets[equation]):
        assert abs(expr.subs(X, root).evalf(50)) < sp.Float(10) ** -40


@pytest.mark.parametrize(("name", "equation"), sampled(DECLARED))
def test_declared_equations_keep_their_sign_far_out(name: str, equation: str) -> None:
    with mpmath.workdps(2_500):
        function = sp.lambdify(X, plain(expression(name, equation)), "mpmath")
        sides = (-1,) if CATALOGUE[name].kinks else (-1, 1)
        for side in sides:
            found = {mpmath.sign(function(side * mpmath.mpf(x))) for x in (FAR, 30, 40, 60)}
            assert len(found) == 1
            assert found != {0}
