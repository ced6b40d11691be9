"""The assignment of the chapter *Saturation*: where slopes die, what that does to deep networks, and what helps."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Any

import numpy as np

from autograder.assignments.draw import Draw
from autograder.assignments.elementwise import CHAIN, Elementwise, criteria, kink_criterion, parameters_criterion
from autograder.assignments.model import Assignment, Case, Criterion, Exercise, expected_from
from autograder.assignments.saturation_networks import (
    FACTOR,
    dead_criteria,
    dead_fraction,
    gradient_product,
    product_criteria,
    saturated_criteria,
    saturated_fraction,
)
from autograder.calls import Argument, Call
from autograder.reference import REFERENCE
from autograder.reference import Elementwise as OfNumber

LAYOUT = "not contiguous in memory, read-only, the input left as it was"


def leaky_relu(x: Any, alpha: float) -> Any:
    """Return x for x > 0 and alpha·x otherwise (Maas, Hannun and Ng 2013)."""
    return REFERENCE["leaky_relu"].value(x, alpha=float(alpha))


def leaky_relu_derivative(x: Any, alpha: float) -> Any:
    """Return 1 for x > 0 and alpha otherwise; alpha at the kink."""
    function = REFERENCE["leaky_relu"]
    if not isinstance(function, OfNumber):
        raise TypeError("leaky_relu is a function of a vector")
    return function.derivative(x, alpha=float(alpha))


def maxout(x: Any, groups: int) -> Any:
    """Return the largest of each group of neighbours along the last axis (Goodfellow et al. 2013)."""
    return REFERENCE["maxout"].value(x, groups=float(groups))


def prelu_gradient_alpha(x: Any, upstream: Any) -> float:
    """Return ∂L/∂alpha = Σ upstream·min(x, 0) of the one slope that a whole layer shares (He et al. 2015, eq. 9)."""
    return float(np.sum(np.minimum(x, 0.0) * np.asarray(upstream)))


# prelu_gradient_alpha


def _slope_case(x: Argument, upstream: Argument, *, strict: str = "") -> Case:
    """Return one case of ``prelu_gradient_alpha``.

    The rounding of n products and of their sum, in whatever order, is at most n·Σ|terms|·ε/2.
    """
    assert x.data is not None
    assert upstream.data is not None
    terms = np.minimum(x.data, 0.0) * upstream.data
    finite = terms[np.isfinite(terms)]
    call = Call((x, upstream))
    wide = Call(tuple(replace(a, data=a.data.astype(np.float64)) for a in (x, upstream) if a.data is not None))
    expected = expected_from(
        prelu_gradient_alpha,
        wide,
        relative=0.0,
        absolute=float(terms.size * np.abs(finite).sum()),
        precision="float32" if x.data.dtype == np.float32 else "float64",
        no_mutation="m" in strict,
        no_warning="w" in strict,
    )
    return Case(call, expected)


SUM_BOUND = "up to n·Σ|terms|·ε for n terms"


def _slope_values(draw: Draw) -> list[Case]:
    shapes = [(5,), (12,), (4, 3), (2, 6), (5, 4), (3, 5), (2, 3, 4)]
    return [
        _slope_case(Argument("array", draw.uniform(-4.0, 4.0, s)), Argument("array", draw.uniform(0.5, 2.0, s)))
        for s in shapes
    ] + [_slope_case(Argument("array", draw.uniform(-4.0, 4.0, s)), _signed(draw, s)) for s in shapes]


def _signed(draw: Draw, shape: tuple[int, ...]) -> Argument:
    return Argument("array", draw.uniform(-2.0, 2.0, shape))


def _slope_arrays(draw: Draw) -> list[Case]:
    rows, columns = draw.integer(2, 4), draw.integer(2, 5)
    shape = (rows, columns)

    def some(*shape: int) -> np.ndarray:
        return draw.uniform(-2.0, 2.0, shape)

    whole = np.concatenate([-draw.integers(1, 4, (3,)), draw.integers(1, 4, (3,))])
    pairs = [
        (Argument("float", -draw.uniform(0.5, 4.0)), Argument("float", draw.uniform(0.5, 2.0))),
        (Argument("list", some(columns)), Argument("list", some(columns))),
        (Argument("list", some(*shape)), Argument("list", some(*shape))),
        (Argument("array", whole), Argument("array", some(6))),
        (Argument("array", some(0)), Argument("array", some(0))),
        (Argument("array", some(2, rows, columns)), Argument("array", some(2, rows, columns))),
        (Argument("strided", some(*shape)), Argument("strided", some(*shape))),
        (Argument("read_only", some(*shape)), Argument("read_only", some(*shape))),
        (Argument("array", some(*shape).astype(np.float32)), Argument("array", some(*shape).astype(np.float32))),
    ]
    return [_slope_case(x, upstream, strict="m") for x, upstream in pairs]


def _slope_extremes(draw: Draw) -> list[Case]:
    mixed = draw.uniform(-2.0, 2.0, (4,))
    rows = [
        np.array([np.inf, -1.0, 2.0, *mixed]),
        np.array([*mixed, 1e300, -1e300]),
        np.array([-np.inf, *mixed]),
        np.array([np.inf, np.inf, 1e38, *(-np.abs(mixed))]),
    ]
    cases = [_slope_case(Argument("array", x), _positive(draw, x.shape), strict="w") for x in rows]
    missing = np.array([1.0, np.nan, *mixed])
    return [*cases, _slope_case(Argument("array", missing), _positive(draw, missing.shape))]


def _positive(draw: Draw, shape: tuple[int, ...]) -> Argument:
    return Argument("array", draw.uniform(0.5, 2.0, shape))


# maxout


def _groups_case(x: Argument, groups: int, *, strict: str = "") -> Case:
    """Return one case of ``maxout``, which nothing may round."""
    call = Call((x, Argument("value", value=groups)))
    assert x.data is not None
    expected = expected_from(
        maxout,
        call,
        relative=0.0,
        absolute=0.0,
        precision="float32" if x.data.dtype == np.float32 else "float64",
        keep_dtype="d" in strict,
        no_mutation="m" in strict,
        no_warning="w" in strict,
    )
    return Case(call, expected)


def _groups_values(draw: Draw) -> list[Case]:
    sizes: Sequence[tuple[tuple[int, ...], int]] = [((4, 6), 2), ((3, 6), 3), ((5, 8), 2), ((2, 12), 4), ((10,), 5)]
    return [_groups_case(Argument("array", draw.uniform(-4.0, 4.0, s)), g) for s, g in sizes]


def _groups_arrays(draw: Draw) -> list[Case]:
    rows, groups, members = draw.integer(2, 4), draw.integer(2, 3), draw.integer(4, 5)
    wide = groups * members

    def some(*shape: int) -> np.ndarray:
        return draw.uniform(-4.0, 4.0, shape)

    lenient = [
        Argument("list", some(wide)),
        Argument("list", some(rows, wide)),
        Argument("array", draw.integers(-8, 8, (rows, wide))),
    ]
    strict = [
        Argument("array", some(wide)),
        Argument("array", some(1, wide)),
        Argument("array", some(2, rows, wide)),
        Argument("strided", some(rows, wide)),
        Argument("read_only", some(rows, wide)),
        Argument("array", some(rows, wide).astype(np.float32)),
    ]
    cases = [_groups_case(a, groups, strict="m") for a in lenient]
    cases += [_groups_case(a, groups, strict="dm") for a in strict]
    ends = [_groups_case(Argument("array", some(rows, 4)), count, strict="dm") for count in (1, 4)]
    return [*cases, *ends]


def _groups_extremes(draw: Draw) -> list[Case]:
    large = draw.uniform(1.0, 1.5, (3, 6)) * np.array([1e38, -1e38, -1e300, 1e300, 1.0, -1.0])
    negative = -draw.uniform(1.0, 4.0, (3, 6))
    endless = draw.uniform(-4.0, 4.0, (2, 6))
    endless[0, :2], endless[1, 3:5] = -np.inf, np.inf
    missing = draw.uniform(-4.0, 4.0, (2, 6))
    missing[0, 1] = np.nan
    cases = [_groups_case(Argument("array", x), g, strict="w") for x in (large, negative, endless) for g in (2, 3)]
    return [*cases, _groups_case(Argument("array", missing), 2)]


# the assignment


def _alphas(draw: Draw) -> list[tuple[float, ...]]:
    return [(0.0,), (draw.number(0.2, 0.8),), (1.0,), (draw.number(1.2, 3.0),)]


LEAKY = Elementwise(leaky_relu, parameters=(0.1,))
LEAKY_SLOPE = Elementwise(leaky_relu_derivative, parameters=(0.1,), apart=True)
OTHER_ALPHAS = f"other values of alpha, 0, 1 and more among them, up to {CHAIN:g} ε·(max(1, alpha) + |expected|)"


def _smooth(name: str, function: Callable[..., Any]) -> Exercise:
    """Return the exercise of a function of x alone."""
    return Exercise(name, f"{name}(x)", function, criteria(Elementwise(function)), curve=(-4.0, 4.0))


ASSIGNMENT = Assignment(
    name="saturation",
    title="Saturation",
    exercises=(
        Exercise(
            "leaky_relu",
            "leaky_relu(x, alpha)",
            leaky_relu,
            (*criteria(LEAKY), parameters_criterion(LEAKY, OTHER_ALPHAS, _alphas)),
            curve=(-4.0, 4.0),
            parameters={"alpha": 0.1},
        ),
        Exercise(
            "leaky_relu_derivative",
            "leaky_relu_derivative(x, alpha)",
            leaky_relu_derivative,
            (
                *criteria(LEAKY_SLOPE),
                parameters_criterion(LEAKY_SLOPE, OTHER_ALPHAS, _alphas),
                kink_criterion(replace(LEAKY_SLOPE, parameters=(0.3,)), "the course's convention: alpha at x = 0"),
            ),
            curve=(-4.0, 4.0),
            parameters={"alpha": 0.1},
        ),
        Exercise(
            "prelu_gradient_alpha",
            "prelu_gradient_alpha(x, upstream)",
            prelu_gradient_alpha,
            (
                Criterion("values", 2, f"the right number for x with one to three axes, {SUM_BOUND}", _slope_values),
                Criterion(
                    "arrays", 1, f"a number, lists, integers, float32, no element at all; {LAYOUT}", _slope_arrays
                ),
                Criterion(
                    "extremes",
                    1,
                    "large and infinite inputs without a floating-point warning, nan passed through",
                    _slope_extremes,
                ),
            ),
        ),
        _smooth("selu", REFERENCE["selu"].value),
        _smooth("mish", REFERENCE["mish"].value),
        Exercise(
            "maxout",
            "maxout(x, groups)",
            maxout,
            (
                Criterion(
                    "values", 2, "the right numbers for batches, exactly: a maximum does not round", _groups_values
                ),
                Criterion(
                    "arrays",
                    1,
                    f"lists, integers, one to three axes, one group, groups of one, float32 kept; {LAYOUT}",
                    _groups_arrays,
                ),
                Criterion(
                    "extremes",
                    1,
                    "very large and infinite inputs without a floating-point warning, groups that are negative "
                    "throughout, nan passed through",
                    _groups_extremes,
                ),
            ),
        ),
        Exercise(
            "gradient_product",
            "gradient_product(derivative, pre_activations)",
            gradient_product,
            product_criteria(f"up to {FACTOR:g} ε·|expected| for each layer"),
        ),
        Exercise("dead_fraction", "dead_fraction(pre_activations)", dead_fraction, dead_criteria()),
        Exercise(
            "saturated_fraction",
            "saturated_fraction(f, x, tolerance)",
            saturated_fraction,
            saturated_criteria(),
            forbidden=("numpy.gradient",),
        ),
    ),
)
