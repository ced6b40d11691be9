"""The reference keeps its promises about arguments: shapes, dtypes, limits, no warnings, no mutation."""

from __future__ import annotations

import subprocess
import sys

import numpy as np
import pytest

from autograder.errors import DomainError
from autograder.reference import REFERENCE, Elementwise, OfVector

ELEMENTWISE = [function for function in REFERENCE.values() if isinstance(function, Elementwise)]
OF_VECTOR = [function for function in REFERENCE.values() if isinstance(function, OfVector)]
each = pytest.mark.parametrize("function", ELEMENTWISE, ids=lambda function: function.name)
each_vector = pytest.mark.parametrize("function", OF_VECTOR, ids=lambda function: function.name)
AWKWARD = [-np.inf, -1e308, -800.0, -6.0, -1.0, -1e-310, -0.0, 0.0, 1e-310, 1.0, 6.0, 800.0, 1e308, np.inf, np.nan]


@each
@pytest.mark.parametrize("dtype", [np.float16, np.float32, np.float64])
@pytest.mark.parametrize("shape", [(), (0,), (3,), (2, 0, 3), (2, 3, 4)])
def test_shape_and_dtype_are_kept(function, dtype, shape):
    x = np.linspace(-2, 2, int(np.prod(shape))).reshape(shape).astype(dtype)
    for result in (function.value(x), function.derivative(x)):
        assert np.shape(result) == shape
        assert result.dtype == dtype


@each
def test_integers_booleans_and_lists_become_float64(function):
    for x in (2, True, [1, -2], np.arange(-3, 3), np.array([True, False]), np.float64(0.5)):
        for method in (function.value, function.derivative):
            result = method(x)
            assert result.dtype == np.float64
            np.testing.assert_array_equal(result, method(np.asarray(x, dtype=np.float64)))


@each
@pytest.mark.parametrize("dtype", [np.float16, np.float32, np.float64])
def test_awkward_input_is_left_alone_without_a_warning(function, dtype):
    with np.errstate(over="ignore"):
        x = np.array(AWKWARD).astype(dtype)
    before = x.tobytes()
    for result in (function.value(x), function.derivative(x)):
        assert x.tobytes() == before
        assert not np.shares_memory(result, x)
        assert np.isnan(result[-1])
        assert not np.isnan(result[np.isfinite(x)]).any()


@each
def test_strided_and_swapped_arrays_give_the_same_numbers(function):
    x = np.linspace(-7, 7, 24).reshape(4, 6)
    wanted = function.value(x)
    np.testing.assert_array_equal(function.value(np.asfortranarray(x)), wanted)
    np.testing.assert_array_equal(function.value(x[::-1, ::2]), wanted[::-1, ::2])
    np.testing.assert_array_equal(function.value(x.astype(">f8")), wanted)


@each
def test_blocks_do_not_show(function):
    x = np.linspace(-20, 20, 20_001)
    np.testing.assert_array_equal(function.value(x)[9_000:9_100], function.value(x[9_000:9_100]))


@pytest.mark.parametrize("function", REFERENCE.values(), ids=lambda function: function.name)
@pytest.mark.parametrize("bad", [[1 + 2j], ["1"], [None], [[1.0], [1.0, 2.0]], np.array([1], dtype="M8[s]")])
def test_input_that_is_not_real_is_refused_by_name(function, bad):
    with pytest.raises(DomainError, match=rf"{function.name}: x must"):
        function.value(bad)


def test_parameters_are_checked_by_name():
    with pytest.raises(DomainError, match="softplus: the parameter beta must be a finite number greater than 0"):
        REFERENCE["softplus"].value(1.0, beta=0)
    with pytest.raises(DomainError, match="sigmoid has no parameter 'alpha'"):
        REFERENCE["sigmoid"].value(1.0, alpha=1)


@each_vector
def test_an_axis_that_does_not_exist_is_refused(function):
    for axis in (2, -3, "0", 1.0):
        with pytest.raises(DomainError, match=rf"{function.name}: axis must be an integer from -2 to 1"):
            function.value(np.zeros((2, 2)), axis=axis)
    with pytest.raises(DomainError, match="at least one dimension"):
        function.value(1.0)


def test_importing_the_reference_loads_neither_scipy_nor_sympy_nor_the_catalogue():
    program = (
        "import sys, autograder.reference\n"
        "print([m for m in sys.modules if m.split('.')[0] in ('scipy', 'sympy', 'mpmath') or 'catalogue' in m])"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
