"""Functions of a vector: the oracle in norm, Jacobian against product, axes, infinities."""

from __future__ import annotations

import numpy as np
import pytest
import sympy as sp

from autograder.catalogue import CATALOGUE
from autograder.catalogue._indexed import DESCENDING, VECTOR, Maximum, i, k, n
from autograder.errors import DomainError
from autograder.oracle import evaluate_rows
from autograder.reference import REFERENCE

LENGTH = 4
NAMES = ["softmax", "log_softmax", "softmin", "sparsemax", "maxout", "glu", "swiglu", "geglu"]
PARAMETERS = {"maxout": {"groups": 2}}
SYMBOLS = sp.symbols(f"x:{LENGTH}", real=True)
SORTED = sp.symbols(f"s:{LENGTH}", real=True)
each = pytest.mark.parametrize("name", NAMES)
both_dtypes = pytest.mark.parametrize("dtype", [np.float64, np.float32])


def rows(dtype, count):
    """Vectors of very different sizes, with near ties and wide gaps."""
    rng = np.random.default_rng(2026)
    scale = 10.0 ** rng.uniform(-3, 2.5, (count, 1))
    x = scale * rng.normal(size=(count, LENGTH))
    x[::5, 1] = x[::5, 0] + 1e-6 * rng.normal(size=x[::5, 0].shape)
    x[0] = [1000.0, 1001.0, -1000.0, 999.5]
    return x.astype(dtype)


def spelled_out(name, expr, **indices):
    """The catalogue's expression for a vector of LENGTH symbols, at the given indices."""
    entry = CATALOGUE[name]
    values = {parameter.symbol: PARAMETERS[name][parameter.name] for parameter in entry.parameters}
    expr = sp.sympify(expr).subs({n: sp.Integer(LENGTH), **values})
    expr = expr.replace(lambda part: isinstance(part, Maximum), lambda part: part.doit())
    expr = expr.subs({{"i": i, "k": k}[key]: number for key, number in indices.items()}).doit()
    entries = {VECTOR[place]: symbol for place, symbol in enumerate(SYMBOLS)}
    entries |= {DESCENDING[place]: symbol for place, symbol in enumerate(SORTED)}
    return expr.subs(entries)


def wanted(exprs, x):
    ordered = -np.sort(-x, axis=-1)
    return evaluate_rows(exprs, (*SYMBOLS, *SORTED), np.concatenate([x, ordered], axis=-1))


def largest_error(got, exact, axes, *, condition):
    """The error of each row in ulp of the row's largest entry, over 1 + condition number.

    Where one entry dominates by d, all partial derivatives of softmax are of the size exp(−d): condition number |x|.
    """
    size = np.abs(exact).max(axis=axes).astype(np.float64)
    unit = np.maximum(size * float(np.finfo(exact.dtype).eps), float(np.finfo(exact.dtype).smallest_subnormal))
    return (np.abs(got.astype(np.float64) - exact.astype(np.float64)).max(axis=axes) / unit / (1 + condition)).max()


@each
@both_dtypes
@pytest.mark.parametrize("count", [16, pytest.param(200, marks=pytest.mark.full)])
def test_values_are_within_4_ulp_in_norm(name, dtype, count):
    x = rows(dtype, count)
    got = REFERENCE[name].value(x, **PARAMETERS.get(name, {}))
    exact = wanted([spelled_out(name, CATALOGUE[name].expr, i=row) for row in range(got.shape[-1])], x)
    assert got.dtype == dtype
    assert largest_error(got, exact, -1, condition=0) <= 4


@each
@both_dtypes
@pytest.mark.parametrize("count", [6, pytest.param(60, marks=pytest.mark.full)])
def test_jacobians_are_within_4_ulp_in_norm(name, dtype, count):
    x = rows(dtype, count)
    got = REFERENCE[name].jacobian(x, **PARAMETERS.get(name, {}))
    places = [(row, column) for row in range(got.shape[-2]) for column in range(LENGTH)]
    exprs = [spelled_out(name, CATALOGUE[name].derivative, i=row, k=column) for row, column in places]
    exact = wanted(exprs, x).reshape(got.shape)
    assert got.dtype == dtype
    assert largest_error(got, exact, (-2, -1), condition=np.abs(x).max(axis=-1)) <= 4


@each
@pytest.mark.parametrize("axis", [0, 1, 2, -1, -3])
def test_product_and_jacobian_and_value_agree_along_every_axis(name, axis):
    rng = np.random.default_rng(4)
    parameters = PARAMETERS.get(name, {})
    function = REFERENCE[name]
    x = rng.normal(size=(4, 2, 6)) if axis % 3 != 1 else rng.normal(size=(3, 4, 5))
    y = function.value(x, axis=axis, **parameters)
    g = rng.normal(size=y.shape)
    jacobian = function.jacobian(x, axis=axis, **parameters)
    product = np.einsum("...i,...ij->...j", np.moveaxis(g, axis, -1), jacobian)
    np.testing.assert_allclose(
        function.vjp(x, g, axis=axis, **parameters), np.moveaxis(product, -1, axis), rtol=1e-13, atol=1e-15
    )
    moved = function.value(np.moveaxis(x, axis, -1), **parameters)
    np.testing.assert_array_equal(y, np.moveaxis(moved, -1, axis))


@each
def test_shapes_dtypes_and_input_are_kept(name):
    function, parameters = REFERENCE[name], PARAMETERS.get(name, {})
    for dtype in (np.float16, np.float32, np.float64):
        x = np.linspace(-3, 3, 24).reshape(2, 3, 4).astype(dtype)
        before = x.copy()
        results = [function.value(x, **parameters), function.jacobian(x, **parameters)]
        results.append(function.vjp(x, results[0], **parameters))
        assert all(result.dtype == dtype for result in results)
        assert results[2].shape == x.shape
        np.testing.assert_array_equal(x, before)
    assert function.value(np.zeros((0, 4)), **parameters).shape[0] == 0
    assert function.value([1, 2, 3, 4], **parameters).dtype == np.float64
    assert np.isnan(function.value([np.nan] * 4, **parameters)).all()


def test_infinite_entries_give_the_limit_where_there_is_one():
    softmax, log_softmax = REFERENCE["softmax"].value, REFERENCE["log_softmax"].value
    assert softmax([np.inf, 1.0, -np.inf]).tolist() == [1.0, 0.0, 0.0]
    assert softmax([-np.inf, 0.0, 0.0]).tolist() == [0.0, 0.5, 0.5]
    assert REFERENCE["sparsemax"].value([np.inf, 1.0]).tolist() == [1.0, 0.0]
    assert log_softmax([np.inf, 1.0]).tolist() == [0.0, -np.inf]
    assert np.isnan(softmax([np.inf, np.inf])).all()
    assert np.isnan(softmax([-np.inf, -np.inf])).all()
    assert softmax(np.zeros((2, 0))).shape == (2, 0)


def test_log_softmax_keeps_the_digits_of_a_near_certainty():
    assert REFERENCE["log_softmax"].value([50.0, 0.0])[0] == -np.exp(-50.0)


def test_lengths_and_gradients_that_do_not_fit_are_refused():
    for name in ("glu", "swiglu", "geglu"):
        with pytest.raises(DomainError, match=f"{name}: the axis of x must have an even length"):
            REFERENCE[name].value(np.zeros((2, 3)))
    with pytest.raises(
        DomainError, match=r"softmax: g must have the shape of the output, \(3,\), but its shape is \(2,\)"
    ):
        REFERENCE["softmax"].vjp([1.0, 2.0, 3.0], [1.0, 2.0])
