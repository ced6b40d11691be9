"""Mistakes in ELU and its slope, each as the code that makes it."""

from __future__ import annotations

from typing import Any

import numpy as np

from autograder.assignments.misconceptions.model import Mistake, mistake

BANK: list[Mistake] = []
ALL = "values arrays extremes"


# elu


@mistake(
    BANK,
    "elu",
    loses="extremes parameters",
    cause=(
        "The negative side is alpha·eˣ − 1, which jumps at 0 unless alpha is 1. Besides, exp overflows on the "
        "side that is not used."
    ),
    step="What does alpha multiply? At x = 0 both sides must meet.",
)
def bracket(x: Any, alpha: Any = 1.0) -> Any:
    x = np.asarray(x)
    return np.where(x > 0, x, alpha * np.exp(x) - 1)


@mistake(
    BANK,
    "elu",
    loses="parameters",
    cause="The negative side is alpha·eˣ − 1, which jumps at 0 unless alpha is 1.",
    step="What does alpha multiply? At x = 0 both sides must meet.",
)
def bracket_without_overflow(x: Any, alpha: Any = 1.0) -> Any:
    x = np.asarray(x)
    return np.where(x > 0, x, alpha * np.exp(np.minimum(x, 0)) - 1)


@mistake(
    BANK,
    "elu",
    loses="extremes",
    cause="The branch is right, but `np.where` computes both branches for every element, so exp overflows.",
    step="Make the argument of exp safe before you choose.",
)
def both_branches_in_elu(x: Any, alpha: Any = 1.0) -> Any:
    x = np.asarray(x)
    return np.where(x > 0, x, alpha * (np.exp(x) - 1))


@mistake(
    BANK,
    "elu",
    loses="parameters",
    cause="Your output does not depend on alpha: it is ELU with alpha = 1.",
    step="Where x is very negative, ELU comes near −alpha.",
)
def alpha_ignored_in_elu(x: Any, alpha: Any = 1.0) -> Any:
    x = np.asarray(x)
    return np.where(x > 0, x, np.expm1(np.minimum(x, 0)))


@mistake(
    BANK,
    "elu",
    loses=f"{ALL} parameters",
    cause="The negative side is a straight line, alpha·x: that is Leaky ReLU.",
    step="ELU bends: it comes near −alpha for very negative x.",
)
def leaky_in_elu(x: Any, alpha: Any = 1.0) -> Any:
    x = np.asarray(x)
    return np.where(x > 0, x, alpha * x)


@mistake(
    BANK,
    "elu",
    loses=f"{ALL} parameters",
    cause="The negative side is alpha·eˣ: the −1 is missing, and the curve jumps at 0.",
    step="ELU is 0 at x = 0.",
)
def one_forgotten(x: Any, alpha: Any = 1.0) -> Any:
    x = np.asarray(x)
    return np.where(x > 0, x, alpha * np.exp(np.minimum(x, 0)))


@mistake(
    BANK,
    "elu",
    loses=f"{ALL} parameters",
    cause="The negative side is alpha·(1 − eˣ), which is positive.",
    step="ELU is negative where x is.",
)
def sign_slip(x: Any, alpha: Any = 1.0) -> Any:
    x = np.asarray(x)
    return np.where(x > 0, x, -alpha * np.expm1(np.minimum(x, 0)))


@mistake(
    BANK,
    "elu",
    loses=f"{ALL} parameters",
    cause="The function compares its whole input with 0 in an `if`, which works for one number only.",
    step="Choose for each element, with a mask or with `np.where`.",
)
def one_number_only(x: Any, alpha: Any = 1.0) -> Any:
    if x > 0:
        return x
    return alpha * (np.exp(x) - 1)


@mistake(
    BANK,
    "elu",
    loses="arrays",
    cause="The result was written into an array made like the input, so integer inputs give truncated integers.",
    step="Give the result a floating dtype of its own.",
)
def truncated(x: Any, alpha: Any = 1.0) -> Any:
    x = np.asarray(x)
    out = np.zeros_like(x)
    out[...] = np.where(x > 0, x, alpha * np.expm1(np.minimum(x, 0)))
    return out


@mistake(
    BANK,
    "elu",
    loses="parameters",
    cause="Both sides are multiplied by alpha.",
    step="What is ELU of a positive number, whatever alpha is?",
)
def alpha_on_both_sides(x: Any, alpha: Any = 1.0) -> Any:
    x = np.asarray(x)
    return alpha * np.where(x > 0, x, np.expm1(np.minimum(x, 0)))


@mistake(
    BANK,
    "elu",
    loses="values arrays extremes parameters",
    cause="Your left side is alpha·e^(x − 1): the 1 is in the exponent.",
    step="At x = 0 both sides should meet: what is subtracted there, and from what?",
)
def one_in_the_exponent(x: Any, alpha: Any = 1.0) -> Any:
    x = np.asarray(x)
    return np.where(x > 0, x, alpha * np.exp(np.minimum(x, 0) - 1))


# elu_derivative


@mistake(
    BANK,
    "elu_derivative",
    loses="parameters kink",
    cause="The negative side is ELU(x) + 1, which is right for alpha = 1 alone.",
    step="Differentiate alpha·(eˣ − 1): what must be added to ELU(x) for any alpha?",
)
def elu_plus_one(x: Any, alpha: Any = 1.0) -> Any:
    x = np.asarray(x)
    left = alpha * np.expm1(np.minimum(x, 0))
    return np.where(x > 0, 1.0, left + 1).astype(np.result_type(x, np.float32))


@mistake(
    BANK,
    "elu_derivative",
    loses="kink",
    cause="Your output is 1 at x = 0: the positive side owns 0 in your code.",
    step="The course's convention at 0 is alpha: the negative side owns it.",
)
def one_at_zero(x: Any, alpha: Any = 1.0) -> Any:
    x = np.asarray(x)
    left = alpha * np.exp(np.minimum(x, 0))
    return np.where(x >= 0, np.ones_like(left), left)


@mistake(
    BANK,
    "elu_derivative",
    loses="parameters kink",
    cause="Your output does not depend on alpha: it is the slope for alpha = 1.",
    step="Differentiate alpha·(eˣ − 1).",
)
def alpha_ignored_in_elu_derivative(x: Any, alpha: Any = 1.0) -> Any:
    return np.exp(np.minimum(np.asarray(x), 0))


@mistake(
    BANK,
    "elu_derivative",
    loses=f"{ALL} parameters kink",
    cause="The negative side is ELU itself, alpha·(eˣ − 1).",
    step="The −1 is a constant: what is its derivative?",
)
def not_differentiated(x: Any, alpha: Any = 1.0) -> Any:
    x = np.asarray(x)
    left = alpha * np.expm1(np.minimum(x, 0))
    return np.where(x > 0, np.ones_like(left), left)


@mistake(
    BANK,
    "elu_derivative",
    loses="extremes",
    cause="The branch is right, but `np.where` computes both branches for every element, so exp overflows.",
    step="Make the argument of exp safe before you choose.",
)
def both_branches_in_elu_derivative(x: Any, alpha: Any = 1.0) -> Any:
    x = np.asarray(x)
    left = alpha * np.exp(x)
    return np.where(x > 0, np.ones_like(left), left)


@mistake(
    BANK,
    "elu_derivative",
    loses=f"{ALL} parameters kink",
    cause="Your output is 0 on the left: that is the slope of ReLU.",
    step="ELU is not flat on the left: it comes near −alpha, but never stops falling.",
)
def flat_left(x: Any, alpha: Any = 1.0) -> Any:
    return np.heaviside(x, 0)


@mistake(
    BANK,
    "elu_derivative",
    loses=f"{ALL} parameters kink",
    cause="Your output is alpha on the left: that is the slope of Leaky ReLU.",
    step="ELU bends, so that its slope is not constant on the left.",
)
def leaky_in_elu_derivative(x: Any, alpha: Any = 1.0) -> Any:
    x = np.asarray(x)
    return np.where(x > 0, 1.0, alpha * 1.0).astype(np.result_type(x, np.float32))


@mistake(
    BANK,
    "elu_derivative",
    loses="arrays",
    cause="The values are right, but `np.where` with the float64 array of ones makes float64 of float32.",
    step="Give the ones the dtype of the rest.",
)
def float64_ones(x: Any, alpha: Any = 1.0) -> Any:
    x = np.asarray(x)
    return np.where(x > 0, np.ones(x.shape), alpha * np.exp(np.minimum(x, 0)))


@mistake(
    BANK,
    "elu_derivative",
    loses="values arrays extremes parameters kink",
    cause="Your left side is alpha·x·eˣ: the exponent was treated as a power.",
    step="What is the derivative of eˣ?",
)
def power_rule(x: Any, alpha: Any = 1.0) -> Any:
    x = np.asarray(x)
    return np.where(x > 0, 1, alpha * x * np.exp(np.minimum(x, 0)))
