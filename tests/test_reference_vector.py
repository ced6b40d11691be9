"""Functions of a vector: the oracle in norm, Jacobian against product, axes, infinities."""

from __future__ import annotations

import numpy as np
import pytest

from autograder.catalogue import CATALOGUE
from autograder.errors import DomainError
from autograder.oracle.vectors import VectorStudy
from autograder.reference import REFERENCE

NAMES = ["softmax", "log_softmax", "softmin", "sparsemax", "maxout", "glu", "swiglu", "geglu"]
PARAMETERS = {"maxout": {"groups": 2}}
each = pytest.mark.parametrize("name", NAMES)
both_dtypes = pytest.mark.parametrize("dtype", [np.float64, np.float32])


def study(name, dtype, count):
    return VectorStudy(entry=CATALOGUE[name], dtype=np.dtype(dtype), count=count, parameters=PARAMETERS.get(name, {}))


def test_every_function_of_a_vector_is_here():
    assert set(NAMES) == {name for name, entry in CATALOGUE.items() if entry.kind == "vector"}


@each
@both_dtypes
@pytest.mark.parametrize("count", [16, pytest.param(200, marks=pytest.mark.full)])
def test_values_are_within_4_ulp_in_norm(name, dtype, count):
    errors = study(name, dtype, count).value_errors(lambda x: REFERENCE[name].value(x, **PARAMETERS.get(name, {})))
    assert errors.shape == (count,)
    assert errors.max() <= 4


@each
@both_dtypes
@pytest.mark.parametrize("count", [6, pytest.param(60, marks=pytest.mark.full)])
def test_jacobians_are_within_4_ulp_in_norm(name, dtype, count):
    jacobian = REFERENCE[name].jacobian
    errors = study(name, dtype, count).jacobian_errors(lambda x: jacobian(x, **PARAMETERS.get(name, {})))
    assert errors.shape == (count,)
    assert errors.max() <= 4


def test_the_measure_tells_a_bad_softmax_from_a_good_one():
    good, bad = REFERENCE["softmax"], lambda x: np.exp(x) / np.exp(x).sum(axis=-1, keepdims=True)
    rows = study("softmax", np.float64, 16)
    with np.errstate(all="ignore"):
        assert rows.value_errors(good.value).max() <= 4 < rows.value_errors(bad).max() == np.inf
    shifted = rows.jacobian_errors(lambda x: good.jacobian(x) * (1 + 1e-12))
    assert shifted.max() > 4


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
