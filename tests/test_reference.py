"""The reference keeps its promises about arguments: shapes, dtypes, limits, no warnings, no mutation."""

from __future__ import annotations

import subprocess
import sys

import numpy as np
import pytest

from autograder.errors import DomainError
from autograder.reference import REFERENCE, Elementwise, OfVector
from autograder.reference._elementwise import BLOCK

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
    x = np.linspace(-20, 20, 2 * BLOCK // 8)
    middle = slice(BLOCK // 8 - 50, BLOCK // 8 + 50)
    np.testing.assert_array_equal(function.value(x)[middle], function.value(x[middle]))


def methods(function):
    """Every method that takes x, as a function of x alone."""
    if isinstance(function, Elementwise):
        return [function.value, function.derivative]
    return [function.value, function.jacobian, lambda x: function.vjp(x, [0.0, 0.0])]


NOT_REAL = {
    "complex": [1 + 2j],
    "text": ["1"],
    "object": [None],
    "bytes": [b"1"],
    "date": np.array([1], dtype="M8[s]"),
    "extended": np.array([1], dtype=np.longdouble),
}


@pytest.mark.parametrize("function", REFERENCE.values(), ids=lambda function: function.name)
def test_input_that_is_not_real_is_refused_by_name_with_what_is_allowed(function):
    allowed = r"must hold real numbers \(float16, float32, float64, integers or booleans\), but its dtype is"
    for method in methods(function):
        for bad in NOT_REAL.values():
            with pytest.raises(DomainError, match=rf"{function.name}: x {allowed}"):
                method(bad)
        with pytest.raises(DomainError, match=rf"{function.name}: x must be .* real numbers whose rows are equally"):
            method([[1.0], [1.0, 2.0]])
    if isinstance(function, OfVector):
        with pytest.raises(DomainError, match=rf"{function.name}: g {allowed} complex128"):
            function.vjp([0.0, 0.0], [1j, 1j])


@pytest.mark.parametrize("function", REFERENCE.values(), ids=lambda function: function.name)
def test_a_parameter_that_does_not_exist_is_refused_with_those_that_do(function):
    names = ", ".join(parameter.name for parameter in function.parameters) or "none"
    for method in methods(function):
        if method.__name__ != "<lambda>":
            with pytest.raises(
                DomainError, match=rf"^{function.name} has no parameter 'wrong'; its parameters: {names}\.$"
            ):
                method([0.0, 0.0], wrong=1.0)


def test_a_parameter_outside_its_domain_is_refused_with_what_is_allowed():
    with pytest.raises(DomainError, match="softplus: the parameter beta must be a finite number greater than 0"):
        REFERENCE["softplus"].value(1.0, beta=0)


@each_vector
def test_an_axis_that_does_not_exist_is_refused(function):
    for axis in (2, -3, "0", 1.0):
        with pytest.raises(DomainError, match=rf"{function.name}: axis must be an integer from -2 to 1"):
            function.value(np.zeros((2, 2)), axis=axis)
        with pytest.raises(DomainError, match=rf"{function.name}: axis must be an integer from -2 to 1"):
            function.jacobian(np.zeros((2, 2)), axis=axis)
    with pytest.raises(DomainError, match="at least one dimension"):
        function.value(1.0)


def test_importing_the_reference_loads_neither_scipy_nor_sympy_nor_the_catalogue():
    program = (
        "import sys, autograder.reference\n"
        "print([m for m in sys.modules if m.split('.')[0] in ('scipy', 'sympy', 'mpmath') or 'catalogue' in m])"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
