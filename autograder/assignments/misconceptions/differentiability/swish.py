"""Mistakes in swish and its slope, each as the code that makes it."""

from __future__ import annotations

from typing import Any

import numpy as np

from autograder.assignments.misconceptions.model import Mistake, mistake

BANK: list[Mistake] = []
ALL = "values arrays extremes"


# swish


@mistake(
    BANK,
    "swish",
    loses="parameters",
    cause="Your output does not depend on beta: it equals x·σ(x).",
    step="beta scales the argument of the sigmoid.",
)
def beta_ignored_in_swish(x: Any, beta: Any) -> Any:
    z = np.maximum(x, -80)
    return z / (1 + np.exp(-z))


@mistake(
    BANK,
    "swish",
    loses="parameters",
    cause="Your output equals beta·x·σ(x): beta stands in front instead of inside.",
    step="beta scales the argument of the sigmoid.",
)
def beta_outside(x: Any, beta: Any) -> Any:
    z = np.maximum(x, -80)
    return beta * z / (1 + np.exp(-z))


@mistake(
    BANK,
    "swish",
    loses="parameters",
    cause="Your output equals beta·x·σ(beta·x): one beta too many.",
    step="beta scales the argument of the sigmoid, and nothing else.",
)
def beta_twice(x: Any, beta: Any) -> Any:
    z = np.maximum(x, -80)
    return beta * z / (1 + np.exp(-np.maximum(beta * z, -80)))


@mistake(
    BANK,
    "swish",
    loses=f"{ALL} parameters",
    cause="Your output equals σ(beta·x): the factor x is missing.",
    step="Swish is x, weighted by a sigmoid.",
)
def gate_alone_in_swish(x: Any, beta: Any) -> Any:
    x = np.asarray(x)
    e = np.exp(-np.abs(beta * x))
    return np.where(beta * x >= 0, 1, e) / (1 + e)


@mistake(
    BANK,
    "swish",
    loses=f"{ALL} parameters",
    cause="Your output equals x·σ(−beta·x): the sign in the exponent is wrong.",
    step="For large x swish is nearly x.",
)
def sign_slip(x: Any, beta: Any) -> Any:
    z = np.minimum(x, 80)
    return z / (1 + np.exp(np.minimum(beta * z, 80)))


@mistake(
    BANK,
    "swish",
    loses="extremes",
    cause="The values are right, but exp(−beta·x) overflows for very negative x, and at −∞ there is ∞/∞.",
    step="Far to the left the result does not change any more: bound the exponent, and think of the limit.",
)
def naive(x: Any, beta: Any) -> Any:
    x = np.asarray(x)
    return x / (1 + np.exp(-beta * x))


@mistake(
    BANK,
    "swish",
    loses=f"{ALL} parameters",
    cause="Your output equals x·tanh(beta·x): the gate runs from −1 to 1.",
    step="The gate of swish is a sigmoid.",
)
def tanh_gate(x: Any, beta: Any) -> Any:
    x = np.asarray(x)
    return x * np.tanh(beta * x)


@mistake(
    BANK,
    "swish",
    loses=f"{ALL} parameters",
    cause="Your output equals σ(x·σ(beta·x)): a sigmoid too many.",
    step="Swish is x·σ(beta·x).",
)
def applied_to_x_times_sigmoid(x: Any, beta: Any) -> Any:
    z = np.maximum(x, -80)
    s = z / (1 + np.exp(-beta * z))
    return 1 / (1 + np.exp(-s))


# swish_derivative


@mistake(
    BANK,
    "swish_derivative",
    loses=f"{ALL} parameters",
    cause="Your output equals beta·s(1 − s), the slope of the gate alone.",
    step="x·σ(beta·x) is a product of two functions of x.",
)
def gate_slope(x: Any, beta: Any) -> Any:
    z = np.clip(x, -80, 80)
    s = 1 / (1 + np.exp(-beta * z))
    return beta * s * (1 - s)


@mistake(
    BANK,
    "swish_derivative",
    loses=f"{ALL} parameters",
    cause="Your output equals s + beta·s(1 − s): the factor x of the second term is missing.",
    step="(u v)′ = u′v + u v′ with u = x and v = σ(beta·x).",
)
def x_lost(x: Any, beta: Any) -> Any:
    z = np.clip(x, -80, 80)
    s = 1 / (1 + np.exp(-beta * z))
    return s + beta * s * (1 - s)


@mistake(
    BANK,
    "swish_derivative",
    loses="parameters",
    cause="Your output equals s + x·s(1 − s): the inner derivative beta is missing.",
    step="The chain rule multiplies by the derivative of beta·x.",
)
def inner_lost(x: Any, beta: Any) -> Any:
    z = np.clip(x, -80, 80)
    s = 1 / (1 + np.exp(-beta * z))
    return s + z * s * (1 - s)


@mistake(
    BANK,
    "swish_derivative",
    loses=f"{ALL} parameters",
    cause="Your output equals σ(beta·x): the second half of the product rule is missing.",
    step="x·σ(beta·x) is a product of two functions of x.",
)
def gate_alone_in_swish_derivative(x: Any, beta: Any) -> Any:
    z = np.clip(x, -80, 80)
    s = 1 / (1 + np.exp(-beta * z))
    return s * 1.0


@mistake(
    BANK,
    "swish_derivative",
    loses="parameters",
    cause="Your output does not depend on beta: it is the slope for beta = 1.",
    step="beta scales the argument of the sigmoid.",
)
def beta_ignored_in_swish_derivative(x: Any, beta: Any) -> Any:
    z = np.clip(x, -80, 80)
    s = 1 / (1 + np.exp(-z))
    return s + z * s * (1 - s)


@mistake(
    BANK,
    "swish_derivative",
    loses="extremes",
    cause="The formula is right, but exp(−beta·x) overflows for very negative x, and ±∞·0 is nan.",
    step="Far from 0 the result does not change any more: bound beta·x on both sides.",
)
def textbook(x: Any, beta: Any) -> Any:
    x = np.asarray(x)
    s = 1 / (1 + np.exp(-beta * x))
    return s + beta * x * s * (1 - s)


@mistake(
    BANK,
    "swish_derivative",
    loses=f"{ALL} parameters",
    cause="Your output equals x·σ(beta·x), swish itself.",
    step="The exercise asks for its slope, which is ½ at x = 0.",
)
def swish_itself(x: Any, beta: Any) -> Any:
    z = np.clip(x, -80, 80)
    s = 1 / (1 + np.exp(-beta * z))
    return z * s


@mistake(
    BANK,
    "swish_derivative",
    loses=f"{ALL} parameters",
    cause="Your second term is beta·x·s², where beta·x·s(1 − s) belongs.",
    step="What is the derivative of the sigmoid?",
)
def square_for_product(x: Any, beta: Any) -> Any:
    z = np.clip(x, -80, 80)
    s = 1 / (1 + np.exp(-beta * z))
    return s + beta * z * s**2


@mistake(
    BANK,
    "swish_derivative",
    loses="values arrays extremes parameters",
    cause="The second term of the product rule is subtracted.",
    step="A product's derivative is a sum: does anything in the second factor fall?",
)
def second_term_subtracted(x: Any, beta: Any) -> Any:
    z = np.clip(beta * np.asarray(x), -700, 700)
    s = 1 / (1 + np.exp(-z))
    return s - z * s * (1 - s)
