"""The cross-entropies on logits and their gradients, and what is asked of them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import numpy as np

from autograder.assignments.along_axis import one
from autograder.assignments.draw import Draw
from autograder.assignments.elementwise import CHAIN
from autograder.assignments.model import Case, Criterion, Reference, expected_from
from autograder.calls import Argument, Call
from autograder.reference import REFERENCE

Bound = Callable[[np.ndarray], float]

LAYOUT = "not contiguous in memory, read-only, the inputs left as they were"


def binary_cross_entropy_with_logits(z: Any, y: Any) -> Any:
    """Return −y log σ(z) − (1 − y) log(1 − σ(z)) for each element."""
    y = np.asarray(y)
    log_sigmoid = REFERENCE["log_sigmoid"].value
    return -(y * log_sigmoid(z) + (1 - y) * log_sigmoid(np.negative(z)))


def binary_cross_entropy_with_logits_gradient(z: Any, y: Any) -> Any:
    """Return σ(z) − y for each element."""
    return REFERENCE["sigmoid"].value(z) - np.asarray(y)


def cross_entropy_with_logits(z: Any, labels: Any) -> float:
    """Return the mean over the rows of −log softmax(z) at the row's label."""
    logs = np.asarray(REFERENCE["log_softmax"].value(z))
    return float(-logs[np.arange(len(logs)), np.asarray(labels)].mean())


def cross_entropy_with_logits_gradient(z: Any, labels: Any) -> np.ndarray:
    """Return (softmax(z) − one-hot labels)/n for n rows."""
    gradient = np.array(REFERENCE["softmax"].value(z))
    gradient[np.arange(len(gradient)), np.asarray(labels)] -= 1
    return gradient / len(gradient)


def _case(reference: Reference, first: Argument, second: Argument, absolute: Bound, strict: str) -> Case:
    """Return one case of a loss or its gradient; the bound's absolute part follows from the logits."""
    assert first.data is not None
    wide = replace(first, data=first.data.astype(np.float64))
    expected = expected_from(
        reference,
        Call((wide, second)),
        relative=CHAIN,
        absolute=CHAIN * absolute(first.data),
        precision="float32" if first.data.dtype == np.float32 else "float64",
        keep_dtype="d" in strict,
        no_mutation="m" in strict,
        no_warning="w" in strict,
    )
    rows = second.data is not None and second.data.ndim < first.data.ndim
    return Case(Call((first, second)), replace(expected, along=-1 if rows else None))


# two classes


def _answers(draw: Draw, *shape: int) -> np.ndarray:
    """Return zeros and ones."""
    return draw.integers(0, 1, shape).astype(np.float64)


def _binary_values(reference: Reference, absolute: Bound, draw: Draw) -> list[Case]:
    """Hard and soft answers for |z| ≤ 2, where 1 − σ(z) ≥ 0.1 keeps its digits and the textbook formula is accurate."""
    z = [draw.uniform(-2.0, 2.0, shape) for shape in ((12,), (16,), (5, 3))]
    pairs = [(x, _answers(draw, *x.shape)) for x in z]
    pairs += [(x, draw.uniform(0.05, 0.95, x.shape)) for x in z]
    return [_case(reference, Argument("array", x), Argument("array", y), absolute, "") for x, y in pairs]


def _binary_arrays(reference: Reference, absolute: Bound, draw: Draw) -> list[Case]:
    rows, columns = draw.integer(2, 4), draw.integer(3, 5)
    forms: tuple[tuple[str, tuple[int, ...], str], ...] = (
        ("float", (), "m"),
        ("list", (columns,), "m"),
        ("list", (rows, columns), "m"),
        ("array", (0,), "dm"),
        ("array", (rows, columns), "dm"),
        ("array", (2, rows, columns), "dm"),
        ("strided", (rows, columns), "dm"),
        ("read_only", (rows, columns), "dm"),
    )
    cases = []
    for form, shape, strict in forms:
        z, y = draw.uniform(-2.0, 2.0, shape), _answers(draw, *shape)
        cases.append(_case(reference, Argument(form, z), Argument(form, y), absolute, strict))
    whole, y = draw.integers(-2, 2, (6,)), draw.integers(0, 1, (6,))
    cases.append(_case(reference, Argument("array", whole), Argument("array", y), absolute, "m"))
    single, y = draw.uniform(-2.0, 2.0, (rows, columns)).astype(np.float32), _answers(draw, rows, columns)
    cases.append(_case(reference, Argument("array", single), Argument("array", y.astype(np.float32)), absolute, "dm"))
    return cases


def _binary_extremes(reference: Reference, absolute: Bound, draw: Draw) -> list[Case]:
    """Logits so large that σ(z) is 0 or 1 in floating point, with right and wrong answers."""
    sizes = (10.0, 25.0, 40.0, 100.0, 1000.0, 1e38)
    cases = []
    for size in sizes:
        z = size * draw.number(1.0, 1.5) * np.array([1.0, 1.0, -1.0, -1.0])
        y = np.array([0.0, 1.0, 0.0, 1.0])
        cases.append(_case(reference, Argument("array", z), Argument("array", y), absolute, "w"))
    single = np.array([100.0, 100.0, -100.0, -100.0, 1e30, -1e30], np.float32)
    y32 = np.array([0, 1, 0, 1, 1, 0], np.float32)
    cases.append(_case(reference, Argument("array", single), Argument("array", y32), absolute, "w"))
    missing = np.array([draw.number(-4.0, 4.0), np.nan, 0.0])
    cases.append(_case(reference, Argument("array", missing), Argument("array", np.ones(3)), absolute, ""))
    return cases


def binary_criteria(reference: Reference, says: str, *, absolute: Bound = one) -> tuple[Criterion, ...]:
    """Return the criteria of a function of logits and answers, element by element."""
    return (
        Criterion(
            "values",
            2,
            f"the right numbers for |z| ≤ 2, y of 0 and 1 and between, {says}",
            lambda draw: _binary_values(reference, absolute, draw),
        ),
        Criterion(
            "arrays",
            1,
            f"numbers, lists, integers, any shape, float32 kept; {LAYOUT}; with the bound of *values*",
            lambda draw: _binary_arrays(reference, absolute, draw),
        ),
        Criterion(
            "extremes",
            1,
            "logits from 10 to 1e38 on the right and on the wrong side, without a floating-point warning, nan passed "
            "through; with the bound of *values*",
            lambda draw: _binary_extremes(reference, absolute, draw),
        ),
    )


# many classes


def _batch(draw: Draw, n: int, k: int) -> tuple[np.ndarray, np.ndarray]:
    """Return logits and labels; the labels are not all alike where there are several."""
    labels = draw.integers(0, k - 1, (n,))
    if n > 1:
        labels[1] = (labels[0] + 1) % k
    return draw.uniform(-8.0, 8.0, (n, k)), labels


def _loss_values(reference: Reference, absolute: Bound, draw: Draw) -> list[Case]:
    sizes = ((4, 3), (3, 5), (6, 4), (2, 7), (8, 3), (5, 2), (3, 3), (4, 4))
    pairs = [_batch(draw, n, k) for n, k in sizes]
    return [_case(reference, Argument("array", z), Argument("array", labels), absolute, "") for z, labels in pairs]


def _loss_arrays(reference: Reference, absolute: Bound, draw: Draw) -> list[Case]:
    n, k = draw.integer(3, 5), draw.integer(3, 5)
    forms = (("list", "list", n), ("array", "list", n), ("array", "array", 1), ("strided", "strided", n))
    cases = []
    for form, other, rows in (*forms, ("read_only", "read_only", n)):
        z, labels = _batch(draw, rows, k)
        cases.append(_case(reference, Argument(form, z), Argument(other, labels), absolute, "m"))
    z, labels = _batch(draw, n, k)
    whole = np.floor(z).astype(np.int64)
    cases.append(_case(reference, Argument("array", whole), Argument("array", labels), absolute, "m"))
    single = z.astype(np.float32)
    cases.append(_case(reference, Argument("array", single), Argument("array", labels), absolute, "m"))
    return cases


def _loss_extremes(reference: Reference, absolute: Bound, draw: Draw) -> list[Case]:
    """Large logits, sure and right, sure and wrong, rows of different levels, a class that is ruled out."""
    rows = draw.uniform(-2.0, 2.0, (4, 3))
    sure = rows.copy()
    sure[:, 0] += 1000.0
    masked = rows.copy()
    masked[:, 2] = -np.inf
    levels = rows + np.array([[1000.0], [0.0], [-1000.0], [500.0]])
    first = np.zeros(4, np.int64)
    wrong, either = draw.integers(1, 2, (4,)), draw.integers(0, 1, (4,))
    asked = [
        (rows + 1000.0, either),
        (rows - 1000.0, either),
        (levels, either),
        (rows * 1e38, first),
        (sure, first),
        (sure, wrong),
        (masked, either),
    ]
    return [_case(reference, Argument("array", z), Argument("array", y), absolute, "w") for z, y in asked]


def loss_criteria(reference: Reference, says: str, *, absolute: Bound = one) -> tuple[Criterion, ...]:
    """Return the criteria of a function of a batch of logits and their labels."""
    return (
        Criterion(
            "values",
            2,
            f"the right numbers for batches, |z| ≤ 8, {says}",
            lambda draw: _loss_values(reference, absolute, draw),
        ),
        Criterion(
            "arrays",
            1,
            f"lists, integers, one example, float32 accepted; {LAYOUT}; with the bound of *values*",
            lambda draw: _loss_arrays(reference, absolute, draw),
        ),
        Criterion(
            "extremes",
            1,
            "very large logits, sure answers that are right and wrong, rows of different levels, classes ruled out by "
            "−∞, without a floating-point warning; with the bound of *values*",
            lambda draw: _loss_extremes(reference, absolute, draw),
        ),
    )
