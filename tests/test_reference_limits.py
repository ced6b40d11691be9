"""The reference against the catalogue: names, parameters, limits at both ends, conventions at kinks."""

from __future__ import annotations

import numpy as np
import pytest

from autograder.catalogue import CATALOGUE
from autograder.errors import DomainError
from autograder.oracle import at_parameters, evaluate
from autograder.reference import REFERENCE

ELEMENTWISE = [entry for entry in CATALOGUE.values() if entry.kind == "elementwise"]
each = pytest.mark.parametrize("entry", ELEMENTWISE, ids=lambda entry: entry.name)


def test_reference_and_catalogue_have_the_same_names():
    assert set(REFERENCE) == set(CATALOGUE)


@pytest.mark.parametrize("entry", CATALOGUE.values(), ids=lambda entry: entry.name)
def test_parameters_have_the_same_names_and_defaults(entry):
    ours = {parameter.name: parameter.default for parameter in REFERENCE[entry.name].parameters}
    assert ours == {parameter.name: float(parameter.default) for parameter in entry.parameters}


NUMBERS = (-2.0, -1.0, 0.0, 0.5, 1, 3.0, np.float32(2), np.inf, -np.inf, np.nan)
NO_NUMBERS = ("1", b"1", None, 1j, [1.0, 2.0], np.array([1.0]), 10**400)


@pytest.mark.parametrize("entry", CATALOGUE.values(), ids=lambda entry: entry.name)
def test_parameters_have_the_same_domains(entry):
    function = REFERENCE[entry.name]
    for parameter in entry.parameters:
        for number in (*NUMBERS, *NO_NUMBERS):
            try:
                entry.validate(**{parameter.name: number})
                allowed = True
            except DomainError:
                allowed = False
            if allowed:
                function.value(np.arange(6.0), **{parameter.name: number})
            else:
                with pytest.raises(DomainError, match=rf"{entry.name}: .*{parameter.name}"):
                    function.value(np.arange(6.0), **{parameter.name: number})


NO_LIMIT = {("sine", 0), ("sine", 1), ("snake", 1)}


@each
@pytest.mark.parametrize("order", [0, 1])
def test_infinities_give_the_limits(entry, order):
    """At ±1e300 every function that has a limit is so close to it that the oracle's value tells."""
    expr = at_parameters(entry.derivative if order else entry.expr, entry.defaults)
    ends = np.array([-1e300, 1e300])
    far = evaluate(expr, entry.symbol, ends)
    wanted = np.where(np.abs(far) > 1e100, np.copysign(np.inf, far), np.where(np.abs(far) < 1e-100, 0.0, far))
    if (entry.name, order) in NO_LIMIT:
        wanted[:] = np.nan
    function = REFERENCE[entry.name]
    for dtype in (np.float16, np.float32, np.float64):
        infinities = np.array([-np.inf, np.inf], dtype=dtype)
        got = (function.derivative if order else function.value)(infinities)
        np.testing.assert_allclose(got, wanted, rtol=float(np.finfo(dtype).eps), atol=0)


@each
def test_kinks_have_the_value_and_the_derivative_that_the_catalogue_states(entry):
    function = REFERENCE[entry.name]
    for kink in entry.kinks:
        at, value, derivative = (float(part.subs(entry.defaults)) for part in (kink.at, kink.value, kink.derivative))
        for dtype in (np.float16, np.float32, np.float64):
            eps = float(np.finfo(dtype).eps)
            assert function.value(dtype(at)) == pytest.approx(value, rel=eps, abs=0)
            assert function.derivative(dtype(at)) == pytest.approx(derivative, rel=eps, abs=0)


@each
@pytest.mark.parametrize("dtype", [np.float16, np.float32, np.float64])
def test_a_signed_zero_stays_signed_where_the_function_runs_through_the_origin(entry, dtype):
    """Where f(0) = 0, f(−0) is −0 if f is negative just left of 0; a flat left side gives +0."""
    function = REFERENCE[entry.name]
    if function.value(dtype(0.0)) != 0:
        return
    left = function.value(dtype(-0.01))
    at_zero = function.value(dtype(-0.0))
    assert at_zero == 0
    assert np.signbit(at_zero) == (left < 0)
    assert not np.signbit(function.value(dtype(0.0)))


def test_groups_are_whole_numbers_from_1_that_divide_the_length():
    maxout = REFERENCE["maxout"]
    assert maxout.value(np.arange(6.0), groups=3).tolist() == [1.0, 3.0, 5.0]
    for groups in (0, -1, 1.5, np.inf, "2"):
        with pytest.raises(DomainError, match="maxout: the parameter groups must be a whole number, 1 or greater"):
            maxout.value(np.arange(6.0), groups=groups)
    with pytest.raises(DomainError, match="that the parameter groups divides, but its length is 6 and groups=4"):
        maxout.value(np.arange(6.0), groups=4)


def test_relations_between_parameters():
    with pytest.raises(DomainError, match="hard_tanh: the parameters must satisfy low < high, but low=2"):
        REFERENCE["hard_tanh"].value(0.0, low=2)
    with pytest.raises(DomainError, match="rrelu: the parameters must satisfy lower ≤ upper"):
        REFERENCE["rrelu"].value(0.0, lower=0.5)


def test_a_parameter_that_no_float32_equals_still_decides_exactly():
    at = np.float32(0.1)
    assert float(at) > 0.1
    assert REFERENCE["hardshrink"].value(at, lambd=0.1) == at
    assert REFERENCE["threshold"].derivative(at, theta=0.1) == 1
    assert REFERENCE["hard_tanh"].derivative(at, low=-1, high=0.1) == 0
    assert REFERENCE["hard_tanh"].derivative(np.nextafter(at, np.float32(0)), low=-1, high=0.1) == 1


def test_the_random_rectifier_draws_a_slope_for_each_negative_entry():
    x = np.array([-1.0, -1.0, -2.0, 0.0, 3.0, np.inf, np.nan], dtype=np.float32)
    rrelu = REFERENCE["rrelu"]
    drawn = rrelu.sample(x, np.random.default_rng(5))
    assert drawn.dtype == np.float32
    np.testing.assert_array_equal(drawn[3:], x[3:])
    slopes = drawn[:3] / x[:3]
    assert (slopes >= 1 / 8).all()
    assert (slopes <= 1 / 3).all()
    assert slopes[0] != slopes[1]
    many = rrelu.sample(np.full(40_000, -1.0), np.random.default_rng(6), lower=0.2, upper=0.4)
    assert many.mean() == pytest.approx(rrelu.value(-1.0, lower=0.2, upper=0.4), abs=5 * 0.2 / np.sqrt(12 * 40_000))
    with pytest.raises(DomainError, match=r"rrelu: rng must be a numpy\.random\.Generator"):
        rrelu.sample(x, 5)


@pytest.mark.parametrize("huge", [1e160, 1e301, 1.7e308])
def test_huge_and_tiny_factors_are_no_trouble(huge):
    x = np.array([-np.inf, -1.0, 0.0, 1.0, np.inf])
    softplus, scaled_tanh = REFERENCE["softplus"], REFERENCE["scaled_tanh"]
    np.testing.assert_array_equal(softplus.value(x, beta=huge), [0.0, 0.0, np.log(2) / huge, 1.0, np.inf])
    np.testing.assert_allclose(softplus.value(x[1:4], beta=1 / huge), np.log(2) * huge, rtol=1e-15)
    found = scaled_tanh.derivative(x, a=1 / huge, b=huge)
    np.testing.assert_allclose(found, [0.0, 0.0, 1.0, 0.0, 0.0], rtol=1e-15, atol=0)
    np.testing.assert_allclose(scaled_tanh.derivative(x[1:4], a=1.0, b=1 / huge), 1 / huge, rtol=1e-15)
