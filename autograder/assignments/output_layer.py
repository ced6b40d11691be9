"""The assignment of the chapter *Output layer*: heads, and the losses that belong to them."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np

from autograder.assignments.along_axis import LARGEST_GRADIENT, AlongAxis, axis_criteria, largest
from autograder.assignments.draw import Draw
from autograder.assignments.elementwise import CHAIN, Elementwise, criteria
from autograder.assignments.heads import gaussian_criteria, gaussian_head, head_criteria, head_for
from autograder.assignments.losses import (
    binary_criteria,
    binary_cross_entropy_with_logits,
    binary_cross_entropy_with_logits_gradient,
    cross_entropy_with_logits,
    cross_entropy_with_logits_gradient,
    loss_criteria,
)
from autograder.assignments.model import Assignment, Case, Criterion, Exercise, expected_from
from autograder.calls import Argument, Call
from autograder.reference import REFERENCE, OfVector


def softmax(z: Any, axis: int = -1) -> Any:
    """Return exp(z_i)/Σ exp(z_j) along an axis (Bridle 1990)."""
    return REFERENCE["softmax"].value(z, axis=axis)


def log_softmax(z: Any, axis: int = -1) -> Any:
    """Return z_i − log Σ exp(z_j) along an axis."""
    return REFERENCE["log_softmax"].value(z, axis=axis)


def softmax_vjp(z: Any, g: Any, axis: int = -1) -> Any:
    """Return s (g − Σ s g) with s = softmax(z): the gradient that reaches z when ``g`` reaches s."""
    function = REFERENCE["softmax"]
    if not isinstance(function, OfVector):
        raise TypeError("softmax is no function of a vector")
    return function.vjp(z, g, axis=axis)


# log_softmax where one entry is far above the others

FAR = 60.0
CONFIDENT = CHAIN + FAR / 2
"""ε relative to a log-probability near 0: the chain, and d·ε/2 in each exponential of −d, with d ≤ 60."""


def _confident_cases(draw: Draw) -> list[Case]:
    cases = []
    for low, high in ((15.0, 30.0), (30.0, 45.0), (37.0, FAR)):
        z = -draw.uniform(low, high, (4, 3))
        z[np.arange(4), draw.integers(0, 2, (4,))] = 0.0
        call = Call((Argument("array", z),))
        expected = expected_from(log_softmax, call, relative=CONFIDENT, absolute=0.0, no_warning=True)
        cases.append(Case(call, replace(expected, along=-1)))
    return cases


# the assignment

SOFTMAX = AlongAxis(softmax, f"up to {CHAIN:g} ε·(1 + |expected|)")
LOG_SOFTMAX = AlongAxis(
    log_softmax, f"up to {CHAIN:g} ε·(max(1, |z|) + |expected|) with the largest |z| of the call", absolute=largest
)
VJP = AlongAxis(
    softmax_vjp,
    f"|g| ≤ {LARGEST_GRADIENT:g}, up to {CHAIN:g} ε·({LARGEST_GRADIENT:g} + |expected|)",
    gradient=True,
    scale=LARGEST_GRADIENT,
)

ASSIGNMENT = Assignment(
    name="output_layer",
    title="Output layer",
    exercises=(
        Exercise("softmax", "softmax(z, axis=-1)", softmax, axis_criteria(SOFTMAX)),
        Exercise(
            "log_softmax",
            "log_softmax(z, axis=-1)",
            log_softmax,
            (
                *axis_criteria(LOG_SOFTMAX),
                Criterion(
                    "confident",
                    1,
                    f"one entry that is above the others by 15 to {FAR:g}, up to {CONFIDENT:g} ε·|expected|: its small "
                    "logarithm needs relative accuracy",
                    _confident_cases,
                ),
            ),
        ),
        Exercise("softmax_vjp", "softmax_vjp(z, g, axis=-1)", softmax_vjp, axis_criteria(VJP)),
        Exercise(
            "log_sigmoid",
            "log_sigmoid(x)",
            REFERENCE["log_sigmoid"].value,
            criteria(Elementwise(REFERENCE["log_sigmoid"].value, tails=True)),
            curve=(-8.0, 8.0),
        ),
        Exercise(
            "binary_cross_entropy_with_logits",
            "binary_cross_entropy_with_logits(z, y)",
            binary_cross_entropy_with_logits,
            binary_criteria(
                binary_cross_entropy_with_logits,
                f"up to {CHAIN:g} ε·(max(1, |z|) + |expected|) with the largest |z| of the call",
                absolute=largest,
            ),
        ),
        Exercise(
            "binary_cross_entropy_with_logits_gradient",
            "binary_cross_entropy_with_logits_gradient(z, y)",
            binary_cross_entropy_with_logits_gradient,
            binary_criteria(binary_cross_entropy_with_logits_gradient, f"up to {CHAIN:g} ε·(1 + |expected|)"),
        ),
        Exercise(
            "cross_entropy_with_logits",
            "cross_entropy_with_logits(z, labels)",
            cross_entropy_with_logits,
            loss_criteria(
                cross_entropy_with_logits,
                f"up to {CHAIN:g} ε·(max(1, |z|) + |expected|) with the largest |z| of the call",
                absolute=largest,
            ),
        ),
        Exercise(
            "cross_entropy_with_logits_gradient",
            "cross_entropy_with_logits_gradient(z, labels)",
            cross_entropy_with_logits_gradient,
            loss_criteria(cross_entropy_with_logits_gradient, f"up to {CHAIN:g} ε·(1 + |expected|)"),
        ),
        Exercise("gaussian_head", "gaussian_head(z)", gaussian_head, gaussian_criteria()),
        Exercise("choose_head", "choose_head(task)", head_for, head_criteria()),
    ),
)
