"""Mistakes in leaky ReLU and its derivative, each as the code that makes it."""

from __future__ import annotations

from typing import Any

import numpy as np

from autograder.assignments.misconceptions.model import Mistake, mistake

BANK: list[Mistake] = []
ALL = "values arrays extremes"


# leaky_relu


@mistake(
    BANK,
    "leaky_relu",
    loses="parameters",
    cause="Your output is the larger of alpha·x and x, which is leaky ReLU only as long as alpha is at most 1.",
    step="For which x is alpha·x the larger one if alpha is 2? Choose by the sign of x.",
)
def max_form(x: Any, alpha: Any) -> Any:
    x = np.asarray(x)
    return np.maximum(alpha * x, x)


@mistake(
    BANK,
    "leaky_relu",
    loses=f"{ALL} parameters",
    cause="Your output is −alpha·x for negative x: the left side goes up where it should go down.",
    step="The leaky side continues through 0 with the slope alpha, not −alpha.",
)
def slope_negated(x: Any, alpha: Any) -> Any:
    x = np.asarray(x)
    return np.where(x > 0, x, -alpha * x)


@mistake(
    BANK,
    "leaky_relu",
    loses=f"{ALL} parameters",
    cause="Your output does not depend on alpha: its slope on the left is 0.01.",
    step="0.01 is a usual choice for alpha; the caller decides.",
)
def alpha_fixed(x: Any, alpha: Any) -> Any:
    x = np.asarray(x)
    return np.where(x > 0, x, 0.01 * x)


@mistake(
    BANK,
    "leaky_relu",
    loses=f"{ALL} parameters",
    cause="Your output is plain ReLU: negative inputs give 0.",
    step="What should reach the next layer from a negative input?",
)
def plain_relu(x: Any, alpha: Any) -> Any:
    return np.maximum(x, 0)


@mistake(
    BANK,
    "leaky_relu",
    loses=f"{ALL} parameters",
    cause="The two sides are exchanged: positive inputs are multiplied by alpha.",
    step="Read the condition again: which side keeps x as it is?",
)
def sides_exchanged(x: Any, alpha: Any) -> Any:
    x = np.asarray(x)
    return np.where(x > 0, alpha * x, x)


@mistake(
    BANK,
    "leaky_relu",
    loses=f"{ALL} parameters",
    cause="Negative inputs are divided by alpha, not multiplied.",
    step="A paper that writes x/a has an a above 1; here alpha is the slope itself.",
)
def divided(x: Any, alpha: Any) -> Any:
    x = np.asarray(x)
    return np.where(x > 0, x, x / alpha)


@mistake(
    BANK,
    "leaky_relu",
    loses=f"{ALL} parameters",
    cause="Your output is ELU: alpha·(exp(x) − 1) on the left.",
    step="The left side of leaky ReLU is a straight line.",
)
def elu_instead(x: Any, alpha: Any) -> Any:
    x = np.asarray(x)
    return np.where(x > 0, x, alpha * np.expm1(np.minimum(x, 0)))


@mistake(
    BANK,
    "leaky_relu",
    loses="extremes",
    cause="The sides are multiplied by a mask of zeros and ones, and ∞·0 is nan.",
    step="Choose one of two values instead of adding both: `np.where` leaves out what it does not choose.",
)
def masks_added(x: Any, alpha: Any) -> Any:
    x = np.asarray(x)
    return x * (x > 0) + alpha * x * (x <= 0)


@mistake(
    BANK,
    "leaky_relu",
    loses="arrays",
    cause="The result was written into an array made like the input, so integer inputs give truncated integers.",
    step="Give the result a floating dtype of its own.",
)
def truncated(x: Any, alpha: Any) -> Any:
    x = np.asarray(x)
    out = np.zeros_like(x)
    out[...] = np.where(x > 0, x, alpha * x)
    return out


@mistake(
    BANK,
    "leaky_relu",
    loses="arrays",
    cause="The function multiplies the negative elements of the caller's own array.",
    step="Make a new array: backpropagation needs the input again.",
)
def in_place(x: Any, alpha: Any) -> Any:
    x = np.asarray(x)
    x[x < 0] *= alpha
    return x


@mistake(
    BANK,
    "leaky_relu",
    loses=f"{ALL} parameters",
    cause="The function compares its whole input with 0 in an `if`, which works for one number only.",
    step="Choose for each element, with a mask or `np.where`.",
)
def one_number_only(x: Any, alpha: Any) -> Any:
    if x > 0:
        return x
    return alpha * x


@mistake(
    BANK,
    "leaky_relu",
    loses="values arrays extremes parameters",
    cause="Negative numbers give alpha itself: that is the slope there, not the value.",
    step="What is the value of a line of slope alpha at x?",
)
def alpha_itself(x: Any, alpha: Any) -> Any:
    x = np.asarray(x)
    return np.where(x > 0, x, alpha)


@mistake(
    BANK,
    "leaky_relu",
    loses="values arrays extremes parameters",
    cause="Your output is max(x, 0) + alpha·x: the slope on the right is 1 + alpha.",
    step="What is leaky ReLU of a positive number, whatever alpha is?",
)
def alpha_added_everywhere(x: Any, alpha: Any) -> Any:
    x = np.asarray(x)
    return np.maximum(x, 0) + alpha * x


# leaky_relu_derivative


@mistake(
    BANK,
    "leaky_relu_derivative",
    loses="arrays extremes",
    cause=(
        "The slopes are right, but `np.where` of two constants forgets the input: float32 becomes float64, "
        "and nan gets a slope."
    ),
    step="Make the result from x, so that its dtype and nan go through.",
)
def constants_chosen(x: Any, alpha: Any) -> Any:
    return np.where(np.asarray(x) > 0, 1.0, alpha)


@mistake(
    BANK,
    "leaky_relu_derivative",
    loses="arrays extremes kink",
    cause=(
        "The slopes are put into an array of ones made like the input: integers cannot hold alpha, and nan "
        "gets a slope."
    ),
    step="Give the result a floating dtype, and let nan through.",
)
def ones_like(x: Any, alpha: Any) -> Any:
    x = np.asarray(x)
    out = np.ones_like(x)
    out[x <= 0] = alpha
    return out


@mistake(
    BANK,
    "leaky_relu_derivative",
    loses="kink",
    cause="At x = 0 your slope is 1, the slope of the right side.",
    step="Which side owns the kink? The exercise states the convention.",
)
def kink_to_the_right(x: Any, alpha: Any) -> Any:
    return alpha + (1 - alpha) * np.heaviside(x, 1)


@mistake(
    BANK,
    "leaky_relu_derivative",
    loses="kink",
    cause="At x = 0 your slope is the mean of both sides.",
    step="The mean is a fair choice of subgradient, and not the one that the exercise states.",
)
def kink_halved(x: Any, alpha: Any) -> Any:
    return alpha + (1 - alpha) * np.heaviside(x, 0.5)


@mistake(
    BANK,
    "leaky_relu_derivative",
    loses=f"{ALL} parameters kink",
    cause="Your output is the derivative of plain ReLU: 0 on the left.",
    step="What is the slope of alpha·x?",
)
def relu_slope(x: Any, alpha: Any) -> Any:
    return np.heaviside(x, 0)


@mistake(
    BANK,
    "leaky_relu_derivative",
    loses=f"{ALL} parameters kink",
    cause="Your output is leaky ReLU itself, not its slope.",
    step="The slope takes two values only.",
)
def function_itself(x: Any, alpha: Any) -> Any:
    x = np.asarray(x)
    return np.where(x > 0, x, alpha * x)


@mistake(
    BANK,
    "leaky_relu_derivative",
    loses=f"{ALL} parameters kink",
    cause="The two slopes are exchanged.",
    step="On which side is the curve steeper when alpha is 0.1?",
)
def slopes_exchanged(x: Any, alpha: Any) -> Any:
    return 1 + (alpha - 1) * np.heaviside(x, 0)


@mistake(
    BANK,
    "leaky_relu_derivative",
    loses=f"{ALL} parameters kink",
    cause="The slope on the left is −alpha.",
    step="alpha·x rises with x: what sign has its slope?",
)
def slope_with_minus(x: Any, alpha: Any) -> Any:
    return -alpha + (1 + alpha) * np.heaviside(x, 0)


@mistake(
    BANK,
    "leaky_relu_derivative",
    loses="extremes kink",
    cause="The slope is computed as f(x)/x, which is 0/0 at 0 and ∞/∞ at infinity.",
    step="A line through 0 has f(x)/x as its slope only where that quotient exists.",
)
def quotient(x: Any, alpha: Any) -> Any:
    x = np.asarray(x)
    return np.where(x > 0, x, alpha * x) / x


@mistake(
    BANK,
    "leaky_relu_derivative",
    loses=f"{ALL} parameters kink",
    cause="Your output does not depend on alpha: the slope on the left is 0.01.",
    step="The caller decides what alpha is.",
)
def alpha_of_the_library(x: Any, alpha: Any) -> Any:
    return 0.01 + 0.99 * np.heaviside(x, 0)


@mistake(
    BANK,
    "leaky_relu_derivative",
    loses=f"{ALL} parameters kink",
    cause="The function compares its whole input with 0 in an `if`, which works for one number only.",
    step="Choose for each element.",
)
def slope_of_one_number(x: Any, alpha: Any) -> Any:
    if x > 0:
        return 1.0
    return alpha


@mistake(
    BANK,
    "leaky_relu_derivative",
    loses="values arrays extremes parameters kink",
    cause="The left side is alpha·x, which is the function and not its slope.",
    step="What is the slope of a straight line?",
)
def value_on_the_left(x: Any, alpha: Any) -> Any:
    x = np.asarray(x)
    return np.where(x > 0, 1.0, alpha * x)
