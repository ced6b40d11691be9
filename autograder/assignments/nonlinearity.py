"""The assignment of the chapter *Nonlinearity*: why a network needs activations, and what the simplest ones do."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from autograder.assignments.draw import Draw
from autograder.assignments.elementwise import CHAIN, Elementwise, criteria, kink_criterion
from autograder.assignments.model import Assignment, Case, Criterion, Exercise, expected_from
from autograder.calls import Argument, Call
from autograder.reference import REFERENCE

MATRIX = 128.0
"""What a layer may be off by, in ε.

With numbers of at most 2 and five of them in a row, Σ|x||w| + |b| ≤ 22, a sum of six terms rounds to 6·22·ε/2 = 66 ε,
and an activation of slope at most 1 passes this on and adds its own 4 ulp.
"""


def layer(x: np.ndarray, W: np.ndarray, b: np.ndarray, activation: Callable[[Any], Any]) -> np.ndarray:
    """Return activation(x W + b): the rows of ``x`` are examples, the columns of ``W`` are units."""
    result: np.ndarray = np.asarray(activation(x @ W + b))
    return result


def collapse(W1: np.ndarray, b1: np.ndarray, W2: np.ndarray, b2: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Return the W and b of the one affine layer that does what two affine layers do, one after the other."""
    return W1 @ W2, b1 @ W2 + b2


PROBES = 8
"""Pairs of vectors on which ``is_linear`` tries the two laws; each has both signs in it."""


def is_linear(f: Callable[[Any], Any]) -> bool:
    """Tell whether f(a + b) = f(a) + f(b) and f(c·a) = c·f(a) hold on fixed random vectors, c of both signs."""
    draw = Draw(b"is_linear", "probes")
    for _ in range(PROBES):
        a, b, c = draw.uniform(-10.0, 10.0, (6,)), draw.uniform(-10.0, 10.0, (6,)), draw.number(-3.0, 3.0)
        fa, fb = f(a), f(b)
        if not (np.allclose(f(a + b), fa + fb) and np.allclose(f(c * a), c * fa)):
            return False
    return True


def xor_network(x: np.ndarray) -> np.ndarray:
    """Return XOR of the two columns of 0 and 1, by two ReLU units: the sum, and what it exceeds 1 by."""
    total = x.sum(axis=1)
    result: np.ndarray = np.maximum(total, 0) - 2 * np.maximum(total - 1, 0)
    return result


# layer and collapse

ACTIVATIONS = ("sine", "bell", "half_angle", "root")


def _numbers(draw: Draw, *shape: int) -> np.ndarray:
    return draw.uniform(-2.0, 2.0, shape)


def _layer_case(x: Argument, W: np.ndarray, b: np.ndarray, name: str, *, strict: str = "") -> Case:
    """Return one case of ``layer``."""
    call = Call((x, Argument("array", W), Argument("array", b), Argument("function", value=name)))
    mutation = "m" in strict
    return Case(call, expected_from(layer, call, relative=CHAIN, absolute=MATRIX, no_mutation=mutation))


def _layer_values(draw: Draw) -> list[Case]:
    cases = []
    for name, (n, d, k) in zip(ACTIVATIONS, ((4, 3, 2), (3, 2, 5), (6, 4, 3), (2, 5, 4)), strict=True):
        cases.append(
            _layer_case(Argument("array", _numbers(draw, n, d)), _numbers(draw, d, k), _numbers(draw, k), name)
        )
    return cases


def _layer_square(draw: Draw) -> list[Case]:
    cases = []
    for name, n in zip(ACTIVATIONS, (2, 3, 4, 5), strict=True):
        cases.append(
            _layer_case(Argument("array", _numbers(draw, n, n)), _numbers(draw, n, n), _numbers(draw, n), name)
        )
    return cases


def _layer_arrays(draw: Draw) -> list[Case]:
    d, k = draw.integer(2, 4), 5
    W, b = _numbers(draw, d, k), _numbers(draw, k)
    inputs = [
        Argument("array", _numbers(draw, d)),
        Argument("array", _numbers(draw, 1, d)),
        Argument("array", _numbers(draw, 0, d)),
        Argument("list", _numbers(draw, 3, d)),
        Argument("array", draw.integers(-2, 2, (3, d))),
        Argument("strided", _numbers(draw, 3, d)),
        Argument("read_only", _numbers(draw, 3, d)),
        Argument("array", _numbers(draw, 2, 3, d)),
    ]
    return [_layer_case(x, W, b, ACTIVATIONS[i % 4], strict="m") for i, x in enumerate(inputs)]


def _collapse_case(draw: Draw, d: int, h: int, k: int, *, form: str = "array", strict: str = "") -> Case:
    """Return one case of ``collapse`` for layers from d to h and from h to k."""
    shapes = ((d, h), (h,), (h, k), (k,))
    call = Call(tuple(Argument(form, _numbers(draw, *shape)) for shape in shapes))
    mutation = "m" in strict
    return Case(call, expected_from(collapse, call, relative=CHAIN, absolute=MATRIX, no_mutation=mutation))


def _collapse_values(draw: Draw) -> list[Case]:
    return [_collapse_case(draw, *sizes) for sizes in ((3, 4, 2), (2, 5, 3), (4, 2, 5), (5, 3, 4))]


def _collapse_square(draw: Draw) -> list[Case]:
    return [_collapse_case(draw, n, n, n) for n in (2, 3, 4)]


def _collapse_arrays(draw: Draw) -> list[Case]:
    sizes = draw.integer(2, 4), draw.integer(2, 4), draw.integer(2, 4)
    one_unit = _collapse_case(draw, 3, 1, 2, strict="m")
    return [one_unit, *(_collapse_case(draw, *sizes, form=form, strict="m") for form in ("strided", "read_only"))]


# is_linear


NUMBERS = {
    "scaled": ((-3.0, 3.0),),
    "shifted": ((-2.0, 2.0), (0.5, 2.0)),
    "quadratic": ((0.5, 2.0), (-2.0, 2.0)),
    "bent": ((0.5, 2.0), (-2.0, 2.0)),
    "cubic": ((0.5, 2.0), (-2.0, 2.0)),
    "directed": ((0.5, 2.0),),
    "in_order": ((0.5, 2.0),),
}
"""The intervals from which the numbers of a given function are drawn."""


def _linear_case(draw: Draw, name: str) -> Case:
    """Return one case of ``is_linear``: a function of the table with numbers of its own."""
    ranges = NUMBERS.get(name, ())
    data = np.array([draw.number(low, high) for low, high in ranges]) if ranges else None
    call = Call((Argument("function", data, name),))
    return Case(call, expected_from(is_linear, call, relative=0.0, absolute=0.0))


SURE = ("scaled", "scaled", "running_sum", "without_mean", *("shifted",) * 6, *("quadratic",) * 3)
ALIKE = ("scaled", "scaled", "reversed_order", *("bent",) * 6, *("directed",) * 6, "cubic", "cubic", "in_order")


# xor_network

CORNERS = np.array([[0.0, 0.0], [0.0, 1.0], [1.0, 0.0], [1.0, 1.0]])


def _xor_case(x: Argument, *, strict: str = "") -> Case:
    """Return one case of ``xor_network``."""
    call = Call((x,))
    return Case(call, expected_from(xor_network, call, relative=CHAIN, absolute=CHAIN, no_mutation="m" in strict))


def _corners(draw: Draw, count: int) -> np.ndarray:
    """Return ``count`` corners in random order, all four among the first five at least."""
    rows = draw.shuffled([*range(4), *(int(i) for i in draw.integers(0, 3, (max(count - 4, 0),)))])
    return CORNERS[rows[:count]]


def _xor_values(draw: Draw) -> list[Case]:
    return [_xor_case(Argument("array", _corners(draw, count))) for count in (4, 5, 9)]


def _xor_arrays(draw: Draw) -> list[Case]:
    inputs = [
        Argument("array", CORNERS[draw.integer(1, 2)][None, :]),
        Argument("array", np.empty((0, 2))),
        Argument("array", _corners(draw, 2)),
        Argument("list", _corners(draw, 4)),
        Argument("array", _corners(draw, 6).astype(np.int64)),
        Argument("strided", _corners(draw, 4)),
        Argument("read_only", _corners(draw, 4)),
    ]
    return [_xor_case(x, strict="m") for x in inputs]


# the assignment

STEP = Elementwise(REFERENCE["binary_step"].value, apart=True)
MEANS = f"up to {MATRIX:g} ε + {CHAIN:g} ε·|expected| for numbers between −2 and 2"
SAME = "with the bound of *values*"
LAYOUT = f"not contiguous in memory, read-only, the input left as it was; {SAME}"

ASSIGNMENT = Assignment(
    name="nonlinearity",
    title="Nonlinearity",
    exercises=(
        Exercise(
            "identity",
            "identity(x)",
            REFERENCE["identity"].value,
            criteria(Elementwise(REFERENCE["identity"].value), values=1, arrays=1, extremes=1),
            curve=(-4.0, 4.0),
        ),
        Exercise(
            "binary_step",
            "binary_step(x)",
            REFERENCE["binary_step"].value,
            (*criteria(STEP, values=1), kink_criterion(STEP, "the course's convention: 1 at x = 0, −0.0 too")),
            curve=(-4.0, 4.0),
        ),
        Exercise(
            "relu",
            "relu(x)",
            REFERENCE["relu"].value,
            criteria(Elementwise(REFERENCE["relu"].value)),
            curve=(-4.0, 4.0),
        ),
        Exercise(
            "layer",
            "layer(x, W, b, activation)",
            layer,
            (
                Criterion("values", 2, f"batches whose sizes all differ, {MEANS}", _layer_values),
                Criterion(
                    "square", 1, f"as many examples as inputs and units, where a wrong axis fits; {SAME}", _layer_square
                ),
                Criterion("arrays", 1, f"one example, none, a list, integers, three axes; {LAYOUT}", _layer_arrays),
            ),
        ),
        Exercise(
            "collapse",
            "collapse(W1, b1, W2, b2)",
            collapse,
            (
                Criterion("values", 2, f"layers whose sizes all differ, {MEANS}", _collapse_values),
                Criterion("square", 1, f"layers of equal sizes, where a wrong order fits; {SAME}", _collapse_square),
                Criterion("arrays", 1, f"one hidden unit; {LAYOUT}", _collapse_arrays),
            ),
        ),
        Exercise(
            "is_linear",
            "is_linear(f)",
            is_linear,
            (
                Criterion(
                    "values",
                    2,
                    "linear maps told from straight lines that miss the origin and from parabolas",
                    lambda draw: [_linear_case(draw, name) for name in SURE],
                ),
                Criterion(
                    "lookalikes",
                    2,
                    "linear maps told from functions that obey one of the two laws, or both for some vectors",
                    lambda draw: [_linear_case(draw, name) for name in ALIKE],
                ),
            ),
        ),
        Exercise(
            "xor_network",
            "xor_network(x)",
            xor_network,
            (
                Criterion("values", 2, f"the four corners in any order, up to {CHAIN:g} ε", _xor_values),
                Criterion("arrays", 1, f"one example, none, a list, integers; {LAYOUT}", _xor_arrays),
            ),
            forbidden=(
                "numpy.logical_xor",
                "numpy.bitwise_xor",
                "numpy.not_equal",
                "numpy.equal",
                *("^", "%", "==", "!=", "<", ">", "if"),
            ),
            builds_on=("relu", "maximum", "clip"),
        ),
    ),
)
