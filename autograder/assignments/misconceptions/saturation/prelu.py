"""Mistakes in the gradient of PReLU's coefficient, each as the code that makes it."""

from __future__ import annotations

from typing import Any

import numpy as np

from autograder.assignments.misconceptions.model import Mistake, mistake

BANK: list[Mistake] = []
ALL = "values arrays extremes"


# prelu_gradient_alpha


@mistake(
    BANK,
    "prelu_gradient_alpha",
    loses=ALL,
    cause="You returned one number for each element, but the whole layer shares one alpha.",
    step="By the chain rule, a number that is used in many places collects the gradients of all of them.",
)
def not_summed(x: Any, upstream: Any) -> Any:
    return np.minimum(x, 0) * np.asarray(upstream)


@mistake(
    BANK,
    "prelu_gradient_alpha",
    loses=ALL,
    cause="Your output is the mean of the terms.",
    step=(
        "The upstream gradient holds such factors already: what does the chain rule do with the places where "
        "alpha is used?"
    ),
)
def averaged(x: Any, upstream: Any) -> Any:
    return np.mean(np.minimum(x, 0) * np.asarray(upstream))


@mistake(
    BANK,
    "prelu_gradient_alpha",
    loses=ALL,
    cause="Your sum runs over the positive inputs.",
    step="Where does alpha stand in the formula: on the side of the positive or of the negative inputs?",
)
def positive_side(x: Any, upstream: Any) -> Any:
    return np.sum(np.maximum(x, 0) * np.asarray(upstream))


@mistake(
    BANK,
    "prelu_gradient_alpha",
    loses=ALL,
    cause="The upstream gradient is missing: your output is the sum of the negative inputs.",
    step="The chain rule multiplies the slope at each place by what comes from above.",
)
def upstream_lost(x: Any, upstream: Any) -> Any:
    return np.sum(np.minimum(x, 0))


@mistake(
    BANK,
    "prelu_gradient_alpha",
    loses=ALL,
    cause="Your output is the sum of the upstream gradients at negative inputs: the factor x is missing.",
    step="Differentiate alpha·x with respect to alpha, not with respect to x.",
)
def factor_lost(x: Any, upstream: Any) -> Any:
    return np.sum((np.asarray(x) <= 0) * np.asarray(upstream))


@mistake(
    BANK,
    "prelu_gradient_alpha",
    loses=ALL,
    cause="Your output has the wrong sign.",
    step="alpha·x grows with alpha where x is positive: what happens where x is negative, and is a minus needed?",
)
def negated(x: Any, upstream: Any) -> Any:
    return -np.sum(np.minimum(x, 0) * np.asarray(upstream))


@mistake(
    BANK,
    "prelu_gradient_alpha",
    loses=ALL,
    cause="Your sum runs over all inputs, the positive ones too.",
    step="alpha has no effect on positive inputs.",
)
def all_inputs(x: Any, upstream: Any) -> Any:
    return np.sum(np.asarray(x) * np.asarray(upstream))


@mistake(
    BANK,
    "prelu_gradient_alpha",
    loses="values arrays",
    cause="You summed over the examples only: there is one number for each unit.",
    step="Here all units share one alpha.",
)
def one_for_each_unit(x: Any, upstream: Any) -> Any:
    return np.sum(np.minimum(x, 0) * np.asarray(upstream), axis=0)


@mistake(
    BANK,
    "prelu_gradient_alpha",
    loses="extremes",
    cause="The positive inputs are multiplied by 0, and ∞·0 is nan.",
    step="Choose with `np.minimum` or `np.where`, so that infinite inputs drop out before they are multiplied.",
)
def masked_by_a_product(x: Any, upstream: Any) -> Any:
    x = np.asarray(x)
    return np.sum((x <= 0) * x * np.asarray(upstream))


@mistake(
    BANK,
    "prelu_gradient_alpha",
    loses="arrays",
    cause="The function sets the positive elements of the caller's own array to 0.",
    step="Make a new array.",
)
def cleared_in_place(x: Any, upstream: Any) -> Any:
    x = np.asarray(x)
    x[x > 0] = 0
    return np.sum(x * np.asarray(upstream))


@mistake(
    BANK,
    "prelu_gradient_alpha",
    loses="values arrays extremes",
    cause="Both were summed first, and the sums multiplied.",
    step="Each place has its own slope from above: multiply before you add.",
)
def sums_multiplied(x: Any, upstream: Any) -> Any:
    return np.sum(np.minimum(x, 0)) * np.sum(upstream)
