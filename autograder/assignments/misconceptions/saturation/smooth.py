"""Mistakes in SELU and Mish, each as the code that makes it."""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from autograder.assignments.misconceptions.model import Mistake, mistake

BANK: list[Mistake] = []
ALL = "values arrays extremes"


# selu


@mistake(
    BANK,
    "selu",
    loses=ALL,
    cause="The two constants are exchanged.",
    step="For x > 0 SELU is a line with a slope of about 1.05.",
)
def constants_exchanged(x: Any) -> Any:
    scale, alpha = 1.6732632423543772, 1.0507009873554805
    x = np.asarray(x)
    return scale * np.where(x > 0, x, alpha * np.expm1(np.minimum(x, 0)))


@mistake(
    BANK,
    "selu",
    loses=ALL,
    cause="Your output is ELU with α = 1.673…: the factor λ is missing.",
    step="λ multiplies both sides.",
)
def scale_missing(x: Any) -> Any:
    alpha = 1.6732632423543772
    x = np.asarray(x)
    return np.where(x > 0, x, alpha * np.expm1(np.minimum(x, 0)))


@mistake(
    BANK,
    "selu",
    loses=ALL,
    cause="λ multiplies the right side only.",
    step="λ stands in front of the whole bracket.",
)
def scale_on_the_right_only(x: Any) -> Any:
    scale, alpha = 1.0507009873554805, 1.6732632423543772
    x = np.asarray(x)
    return np.where(x > 0, scale * x, alpha * np.expm1(np.minimum(x, 0)))


@mistake(
    BANK,
    "selu",
    loses=ALL,
    cause="λ multiplies the left side only.",
    step="λ stands in front of the whole bracket.",
)
def scale_on_the_left_only(x: Any) -> Any:
    scale, alpha = 1.0507009873554805, 1.6732632423543772
    x = np.asarray(x)
    return np.where(x > 0, x, scale * alpha * np.expm1(np.minimum(x, 0)))


@mistake(
    BANK,
    "selu",
    loses=ALL,
    cause="The constants are rounded to five digits, and so is your output.",
    step="Copy all digits that the exercise gives.",
)
def rounded_constants(x: Any) -> Any:
    scale, alpha = 1.0507, 1.67326
    x = np.asarray(x)
    return scale * np.where(x > 0, x, alpha * np.expm1(np.minimum(x, 0)))


@mistake(
    BANK,
    "selu",
    loses=ALL,
    cause="Your left side is λ(α·exp(x) − 1), which jumps at 0.",
    step="What belongs in the bracket that α multiplies? The two sides meet at 0.",
)
def bracket_lost(x: Any) -> Any:
    scale, alpha = 1.0507009873554805, 1.6732632423543772
    x = np.asarray(x)
    return scale * np.where(x > 0, x, alpha * np.exp(np.minimum(x, 0)) - 1)


@mistake(
    BANK,
    "selu",
    loses=ALL,
    cause="α is missing: your output is λ·ELU with α = 1.",
    step="Which level does SELU approach far to the left?",
)
def alpha_missing(x: Any) -> Any:
    scale = 1.0507009873554805
    x = np.asarray(x)
    return scale * np.where(x > 0, x, np.expm1(np.minimum(x, 0)))


@mistake(
    BANK,
    "selu",
    loses=ALL,
    cause="Your output is ELU: both constants are missing.",
    step="SELU is a scaled ELU with an α of its own.",
)
def plain_elu(x: Any) -> Any:
    x = np.asarray(x)
    return np.where(x > 0, x, np.expm1(np.minimum(x, 0)))


@mistake(
    BANK,
    "selu",
    loses="extremes",
    cause=(
        "The values are right, but `np.where` computes both branches for every element, and exp overflows for large x."
    ),
    step="Make the argument of the exponential harmless on the side where it is not needed.",
)
def guarded_by_where(x: Any) -> Any:
    scale, alpha = 1.0507009873554805, 1.6732632423543772
    x = np.asarray(x)
    return scale * np.where(x > 0, x, alpha * (np.exp(x) - 1))


@mistake(
    BANK,
    "selu",
    loses="arrays",
    cause="The result was written into an array made like the input, so integer inputs give truncated integers.",
    step="Give the result a floating dtype of its own.",
)
def truncated_selu(x: Any) -> Any:
    scale, alpha = 1.0507009873554805, 1.6732632423543772
    x = np.asarray(x)
    out = np.zeros_like(x)
    out[...] = scale * np.where(x > 0, x, alpha * np.expm1(np.minimum(x, 0)))
    return out


@mistake(
    BANK,
    "selu",
    loses="values arrays extremes",
    cause="The two constants were rounded to four decimals.",
    step="They stand in the exercise in full: a rounded constant limits every result to its own digits.",
)
def four_decimals(x: Any) -> Any:
    x = np.asarray(x)
    return 1.0507 * np.where(x > 0, x, 1.6733 * np.expm1(np.minimum(x, 0)))


# mish


@mistake(
    BANK,
    "mish",
    loses="extremes",
    cause="The formula is right, but exp(x) overflows for large x, and at −∞ it multiplies −∞ by 0.",
    step="Write softplus so that it does not overflow, and keep x away from −∞ where the result no longer changes.",
)
def textbook(x: Any) -> Any:
    x = np.asarray(x)
    return x * np.tanh(np.log(1 + np.exp(x)))


@mistake(
    BANK,
    "mish",
    loses="extremes",
    cause="Only −∞ goes wrong: −∞·0 is nan, and the limit is 0.",
    step="Keep x away from −∞ where the result no longer changes.",
)
def minus_infinity(x: Any) -> Any:
    x = np.asarray(x)
    return x * np.tanh(np.logaddexp(0, x))


@mistake(
    BANK,
    "mish",
    loses=ALL,
    cause="Your output is x·σ(x), which is swish.",
    step="The gate of Mish is the tanh of a softplus.",
)
def swish_instead(x: Any) -> Any:
    x = np.maximum(x, -80)
    return x / (1 + np.exp(-x))


@mistake(
    BANK,
    "mish",
    loses=ALL,
    cause="Your output is x·tanh(exp(x)): the logarithm is missing.",
    step="softplus(x) = log(1 + exp(x)); what is left out grows too fast.",
)
def log_lost(x: Any) -> Any:
    x = np.asarray(x)
    return np.maximum(x, -800) * np.tanh(np.exp(np.minimum(x, 80)))


@mistake(
    BANK,
    "mish",
    loses=ALL,
    cause="Your output is tanh(softplus(x)), the gate alone.",
    step="Mish multiplies its gate by something.",
)
def gate_alone(x: Any) -> Any:
    return np.tanh(np.logaddexp(0, np.asarray(x)))


@mistake(
    BANK,
    "mish",
    loses=ALL,
    cause="Your output is x·softplus(x): tanh is missing.",
    step="For large x Mish is nearly x: what does tanh do to softplus?",
)
def tanh_lost(x: Any) -> Any:
    x = np.maximum(x, -800)
    return np.minimum(x, 1e150) * np.logaddexp(0, np.minimum(x, 1e150))


@mistake(
    BANK,
    "mish",
    loses=ALL,
    cause="Your output is x·tanh(x): softplus is missing.",
    step="Mish of −3 is negative: what sign has x·tanh(x) there?",
)
def softplus_lost(x: Any) -> Any:
    x = np.asarray(x)
    return x * np.tanh(x)


@mistake(
    BANK,
    "mish",
    loses=ALL,
    cause="Your output is x·σ(softplus(x)): the outer function is a sigmoid.",
    step="For very negative x the gate of Mish closes: what is σ(0)?",
)
def sigmoid_for_tanh(x: Any) -> Any:
    x = np.maximum(x, -1e300)
    return x / (1 + np.exp(-np.logaddexp(0, x)))


@mistake(
    BANK,
    "mish",
    loses=ALL,
    cause="`math.exp` takes one number, not an array.",
    step="Use NumPy's function of the same name.",
)
def math_functions(x: Any) -> Any:
    return x * math.tanh(math.log1p(math.exp(x)))


@mistake(
    BANK,
    "mish",
    loses="values arrays extremes",
    cause="Your output is x·softplus(tanh x): the two functions are applied in the other order.",
    step="Which of the two sees x first?",
)
def order_swapped(x: Any) -> Any:
    x = np.asarray(x)
    return x * np.log1p(np.exp(np.tanh(x)))
