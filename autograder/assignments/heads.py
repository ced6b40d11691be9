"""Heads: mean and variance out of two numbers, and which head a task wants."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import numpy as np

from autograder.assignments.draw import Draw
from autograder.assignments.elementwise import CHAIN, SMALLEST
from autograder.assignments.model import Case, Criterion, expected_from
from autograder.calls import Argument, Call
from autograder.compare import Expected
from autograder.reference import REFERENCE

LAYOUT = "not contiguous in memory, read-only, the input left as it was"

# gaussian_head


def gaussian_head(z: Any) -> tuple[np.ndarray, np.ndarray]:
    """Return the mean, which is column 0, and the variance, which is softplus of column 1."""
    z = np.asarray(z, np.float64)
    return z[:, 0], np.asarray(REFERENCE["softplus"].value(z[:, 1]))


def _gaussian_case(z: Argument, *, absolute: float = CHAIN, strict: str = "") -> Case:
    """Return one case of ``gaussian_head``."""
    assert z.data is not None
    expected = expected_from(
        gaussian_head,
        Call((replace(z, data=z.data.astype(np.float64)),)),
        relative=CHAIN,
        absolute=absolute,
        precision="float32" if z.data.dtype == np.float32 else "float64",
        keep_dtype="d" in strict,
        no_mutation="m" in strict,
        no_warning="w" in strict,
    )
    return Case(Call((z,)), expected)


def _gaussian_values(draw: Draw) -> list[Case]:
    return [_gaussian_case(Argument("array", draw.uniform(-6.0, 6.0, (n, 2)))) for n in (5, 3, 8, 2)]


def _gaussian_arrays(draw: Draw) -> list[Case]:
    def some(n: int) -> np.ndarray:
        return draw.uniform(-6.0, 6.0, (n, 2))

    lenient = [Argument("list", some(3)), Argument("array", draw.integers(-4, 4, (4, 2)))]
    strict = [
        Argument("array", some(1)),
        Argument("array", some(0)),
        Argument("strided", some(4)),
        Argument("read_only", some(5)),
        Argument("array", some(4).astype(np.float32)),
    ]
    return [_gaussian_case(z, strict="m") for z in lenient] + [_gaussian_case(z, strict="dm") for z in strict]


def _gaussian_extremes(draw: Draw) -> list[Case]:
    """Variances that are tiny and yet above 0, and large ones."""
    factors = np.array([-15.0, 15.0, -25.0, -40.0, 40.0, -60.0, -100.0, -300.0, 300.0, -690.0, 690.0, 1e4])
    columns = [factors * draw.number(0.95, 1.01), np.array([1e38, 0.0, -0.0])]
    cases = []
    for second in columns:
        z = np.stack([draw.uniform(-6.0, 6.0, second.shape), second], axis=1)
        cases.append(_gaussian_case(Argument("array", z), absolute=SMALLEST * 2.0**52, strict="w"))
    far = np.array([[1e38, 0.0], [-1e38, 1.0], [0.0, np.nan]])
    cases.append(_gaussian_case(Argument("array", far)))
    return cases


def gaussian_criteria() -> tuple[Criterion, ...]:
    """Return the criteria of ``gaussian_head``."""
    bound = f"up to {CHAIN:g} ε·(1 + |expected|)"
    return (
        Criterion("values", 2, f"the right numbers for |z| ≤ 6, {bound}", _gaussian_values),
        Criterion(
            "arrays", 1, f"lists, integers, one example, none, float32 kept; {LAYOUT}; {bound}", _gaussian_arrays
        ),
        Criterion(
            "extremes",
            1,
            f"tiny and very large variances without a floating-point warning, nan passed through, up to {CHAIN:g} "
            "ε·|expected|: a variance is above 0, however small",
            _gaussian_extremes,
        ),
    )


# choose_head

HEADS = ("identity", "sigmoid", "softmax", "softplus", "gaussian")
"""What ``choose_head`` may answer."""

TASKS: Mapping[str, tuple[str, str, tuple[str, ...]]] = {
    "one_of_many": (
        "softmax",
        "exactly one of several classes",
        (
            "which of the ten digits is in the image",
            "the next word, out of a vocabulary of 50,000",
            "the species of an iris, out of three",
        ),
    ),
    "yes_or_no": (
        "sigmoid",
        "one question with two answers",
        (
            "whether a message is spam",
            "whether it will rain tomorrow",
            "whether a loan will be paid back",
        ),
    ),
    "several": (
        "sigmoid",
        "several questions, each with two answers",
        (
            "all objects in a photograph: dog, car and tree may be there together",
            "all topics of an article, out of twenty",
            "all instruments that play in a recording",
        ),
    ),
    "any_number": (
        "identity",
        "a number of either sign, its error of one size everywhere",
        (
            "tomorrow's temperature in degrees Celsius",
            "the gain or loss of a company in euros",
            "how far a clock is fast or slow",
        ),
    ),
    "positive": (
        "softplus",
        "a number that cannot be negative",
        (
            "the expected waiting time in minutes",
            "the distance to the next car",
            "the mean number of visitors in an hour",
        ),
    ),
    "uncertain": (
        "gaussian",
        "a number with its own uncertainty",
        (
            "tomorrow's temperature, and how sure the forecast is",
            "the gain or loss of a company, with an error bar of its own",
            "the position of a robot along a line, with its uncertainty",
        ),
    ),
}
"""Criterion → the right head, what the tasks have in common, and the tasks."""


def head_for(task: str) -> str:
    """Return the head that fits a task of `TASKS`; KeyError for any other."""
    return {task: head for head, _, tasks in TASKS.values() for task in tasks}[task]


def _head_cases(criterion: str, draw: Draw) -> list[Case]:
    head, _, tasks = TASKS[criterion]
    want = np.asarray(HEADS.index(head))
    return [
        Case(Call((Argument("value", value=task),), choices=HEADS), Expected((want,), 0.0, 0.0))
        for task in draw.shuffled(tasks)
    ]


def _head_criterion(name: str) -> Criterion:
    return Criterion(name, 0.5, f"the tasks with {TASKS[name][1]}", lambda draw: _head_cases(name, draw))


def head_criteria() -> tuple[Criterion, ...]:
    """Return the criteria of ``choose_head``, one for each kind of task."""
    return tuple(_head_criterion(name) for name in TASKS)
