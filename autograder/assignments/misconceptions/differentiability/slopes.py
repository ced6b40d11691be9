"""Mistakes in the slopes of the sigmoid, of tanh, of softplus and of ReLU, each as the code that makes it."""

from __future__ import annotations

from typing import Any

import numpy as np

from autograder.assignments.misconceptions.model import Mistake, mistake

BANK: list[Mistake] = []
ALL = "values arrays extremes"


# sigmoid_derivative


@mistake(
    BANK,
    "sigmoid_derivative",
    loses=ALL,
    cause="Your output is x(1 − x): the formula s(1 − s) expects s = σ(x), and it was given x.",
    step="First compute the sigmoid of x.",
)
def of_the_input_in_sigmoid_derivative(x: Any) -> Any:
    x = np.asarray(x)
    return x * (1 - x)


@mistake(
    BANK,
    "sigmoid_derivative",
    loses=ALL,
    cause="Your output is σ(x) itself.",
    step="The exercise asks for its slope, which is largest at x = 0 and goes to 0 on both sides.",
)
def the_sigmoid(x: Any) -> Any:
    x = np.asarray(x)
    e = np.exp(-np.abs(x))
    return np.where(x >= 0, 1, e) / (1 + e)


@mistake(
    BANK,
    "sigmoid_derivative",
    loses=ALL,
    cause="Your output is e⁻ˣ/(1 + e⁻ˣ) = 1 − σ(x): the square of the denominator is missing.",
    step="Write out the quotient rule for 1/(1 + e⁻ˣ).",
)
def square_lost_in_sigmoid_derivative(x: Any) -> Any:
    e = np.exp(-np.asarray(x))
    return e / (1 + e)


@mistake(
    BANK,
    "sigmoid_derivative",
    loses=ALL,
    cause="Your output is −σ(x)(1 − σ(x)): the slope of a rising curve came out negative.",
    step="The inner derivative of e⁻ˣ is negative, and so is the outer one.",
)
def sign_lost(x: Any) -> Any:
    e = np.exp(-np.abs(np.asarray(x)))
    return -e / (1 + e) ** 2


@mistake(
    BANK,
    "sigmoid_derivative",
    loses=ALL,
    cause="Your output is 1 − σ(x)²: that rule belongs to tanh.",
    step="Differentiate 1/(1 + e⁻ˣ) and write the result in terms of σ.",
)
def tanh_rule(x: Any) -> Any:
    x = np.asarray(x)
    e = np.exp(-np.abs(x))
    s = np.where(x >= 0, 1, e) / (1 + e)
    return 1 - s**2


@mistake(
    BANK,
    "sigmoid_derivative",
    loses="extremes",
    cause="The numbers are right, but exp(−x) overflows for very negative x.",
    step="The derivative is the same at x and −x: which of the two is safe?",
)
def through_the_naive_sigmoid(x: Any) -> Any:
    s = 1 / (1 + np.exp(-np.asarray(x)))
    return s * (1 - s)


@mistake(
    BANK,
    "sigmoid_derivative",
    loses="extremes",
    cause="e⁻ˣ/(1 + e⁻ˣ)² becomes ∞/∞ for very negative x.",
    step="The derivative is the same at x and −x: which of the two is safe?",
)
def exponentials_squared(x: Any) -> Any:
    e = np.exp(-np.asarray(x))
    return e / (1 + e) ** 2


@mistake(
    BANK,
    "sigmoid_derivative",
    loses=ALL,
    cause="Your output is s(1 − s) with s = σ(σ(x)): the sigmoid was applied twice.",
    step="Look for a second call, or for an input that was squashed already.",
)
def sigmoid_twice(x: Any) -> Any:
    s = 1 / (1 + np.exp(-np.asarray(x)))
    t = 1 / (1 + np.exp(-s))
    return t * (1 - t)


@mistake(
    BANK,
    "sigmoid_derivative",
    loses="values arrays extremes",
    cause="Your output is σ(x)(1 + σ(x)).",
    step="The slope must become 0 where σ comes near 1: check the sign.",
)
def plus_for_minus(x: Any) -> Any:
    s = 1 / (1 + np.exp(-np.asarray(x)))
    return s * (1 + s)


@mistake(
    BANK,
    "sigmoid_derivative",
    loses="values arrays extremes",
    cause="Your output is a difference of two values over the step: its rounding errors are far larger than the bound.",
    step="The exercise asks for the formula: which rule differentiates 1/(1 + e⁻ˣ)?",
    noise=0.006,  # two units in the last place of a number below 1, divided by 2·10⁻⁵
)
def difference_of_values(x: Any) -> Any:
    x = np.asarray(x)
    return (1 / (1 + np.exp(-(x + 1e-5))) - 1 / (1 + np.exp(-(x - 1e-5)))) / 2e-5


# tanh_derivative


@mistake(
    BANK,
    "tanh_derivative",
    loses=ALL,
    cause="Your output is 1 − x²: the formula 1 − t² expects t = tanh(x), and it was given x.",
    step="First compute tanh of x.",
)
def of_the_input_in_tanh_derivative(x: Any) -> Any:
    x = np.asarray(x)
    return 1 - x**2


@mistake(
    BANK,
    "tanh_derivative",
    loses=ALL,
    cause="Your output is 1 − tanh(x): the square is missing.",
    step="At which x is the slope of tanh largest, and what is yours there?",
)
def square_lost_in_tanh_derivative(x: Any) -> Any:
    return 1 - np.tanh(x)


@mistake(
    BANK,
    "tanh_derivative",
    loses=ALL,
    cause="Your output is 1 + tanh²(x): it grows towards 2 where tanh is flat.",
    step="Where tanh is flat, the slope must be near 0.",
)
def sign_slip(x: Any) -> Any:
    return 1 + np.tanh(x) ** 2


@mistake(
    BANK,
    "tanh_derivative",
    loses=ALL,
    cause="Your output is t(1 − t) with t = tanh(x): that rule belongs to the sigmoid.",
    step="Differentiate the quotient of sinh and cosh.",
)
def sigmoid_rule(x: Any) -> Any:
    t = np.tanh(x)
    return t * (1 - t)


@mistake(
    BANK,
    "tanh_derivative",
    loses="extremes",
    cause="1/cosh²(x) is right, but cosh overflows for large |x|.",
    step="There is a form that uses tanh, which never leaves [−1, 1].",
)
def cosh_overflows(x: Any) -> Any:
    return 1 / np.cosh(x) ** 2


@mistake(
    BANK,
    "tanh_derivative",
    loses=ALL,
    cause="Your output is tanh(x) itself.",
    step="The exercise asks for its slope, which is 1 at x = 0.",
)
def the_function_in_tanh_derivative(x: Any) -> Any:
    return np.tanh(x)


@mistake(
    BANK,
    "tanh_derivative",
    loses=ALL,
    cause="Your output is 1/cosh(x): the square is missing.",
    step="Differentiate sinh/cosh by the quotient rule.",
)
def square_of_cosh_lost(x: Any) -> Any:
    return 1 / np.cosh(np.clip(x, -50, 50))


@mistake(
    BANK,
    "tanh_derivative",
    loses="values arrays extremes",
    cause="Your output is 1 − tanh(x²): the argument was squared.",
    step="Which is squared in the formula, x or tanh x?",
)
def square_inside(x: Any) -> Any:
    return 1 - np.tanh(np.asarray(x) ** 2)


# softplus_derivative


@mistake(
    BANK,
    "softplus_derivative",
    loses=ALL,
    cause="Your output is log(1 + eˣ), softplus itself.",
    step="The exercise asks for its slope, which runs from 0 to 1.",
)
def softplus_itself(x: Any) -> Any:
    return np.logaddexp(0, x)


@mistake(
    BANK,
    "softplus_derivative",
    loses=ALL,
    cause="Your output is 1/(1 + eˣ), which falls: the inner derivative of eˣ is missing.",
    step="The chain rule multiplies by the derivative of what stands inside the logarithm.",
)
def mirrored(x: Any) -> Any:
    return 1 / (1 + np.exp(np.asarray(x)))


@mistake(
    BANK,
    "softplus_derivative",
    loses="extremes",
    cause="The numbers are right, but exp(−x) overflows for very negative x.",
    step="Which of exp(x) and exp(−x) stays small on each side of 0? Use each where it is safe.",
)
def naive(x: Any) -> Any:
    return 1 / (1 + np.exp(-np.asarray(x)))


@mistake(
    BANK,
    "softplus_derivative",
    loses="extremes",
    cause="eˣ/(1 + eˣ) becomes ∞/∞ for large x.",
    step="Divide numerator and denominator by what grows.",
)
def ratio_overflows(x: Any) -> Any:
    e = np.exp(np.asarray(x))
    return e / (1 + e)


@mistake(
    BANK,
    "softplus_derivative",
    loses=ALL,
    cause="Your output is σ(x)(1 − σ(x)), the second derivative of softplus.",
    step="One derivative is asked for.",
)
def one_derivative_more(x: Any) -> Any:
    e = np.exp(-np.abs(np.asarray(x)))
    return e / (1 + e) ** 2


@mistake(
    BANK,
    "softplus_derivative",
    loses=ALL,
    cause="Your output is a step from 0 to 1: that is the slope of ReLU, which softplus smooths.",
    step="At x = 0 the slope should be ½.",
)
def step_instead(x: Any) -> Any:
    return np.heaviside(x, 0.5)


@mistake(
    BANK,
    "softplus_derivative",
    loses="values arrays extremes",
    cause="Your output is a step from 0 to 1: that is the slope of ReLU.",
    step="Softplus has no corner: how does its slope pass from 0 to 1?",
)
def corner_instead(x: Any) -> Any:
    return np.where(np.asarray(x) > 0, 1.0, 0.0)


# relu_derivative


@mistake(
    BANK,
    "relu_derivative",
    loses="kink",
    cause="Your output is 1 at x = 0: the comparison includes 0.",
    step="The course's convention for the slope of ReLU at 0 is 0.",
)
def one_at_zero(x: Any) -> Any:
    return np.heaviside(x, 1)


@mistake(
    BANK,
    "relu_derivative",
    loses="kink",
    cause="Your output is ½ at x = 0, the mean of both slopes. Symbolic programs do that; the course does not.",
    step="The course's convention for the slope of ReLU at 0 is 0.",
)
def half_at_zero(x: Any) -> Any:
    return np.heaviside(x, 0.5)


@mistake(
    BANK,
    "relu_derivative",
    loses="extremes kink",
    cause="relu(x)/x is 0/0 at x = 0, and ∞/∞ at infinity.",
    step="Choose between two numbers by the sign of x instead of dividing.",
)
def quotient(x: Any) -> Any:
    x = np.asarray(x)
    return np.maximum(x, 0) / x


@mistake(
    BANK,
    "relu_derivative",
    loses=f"{ALL} kink",
    cause="Your output is max(0, x), ReLU itself.",
    step="The exercise asks for its slope, which is 0 or 1.",
)
def the_function_in_relu_derivative(x: Any) -> Any:
    return np.maximum(x, 0) * 1.0


@mistake(
    BANK,
    "relu_derivative",
    loses=f"{ALL} kink",
    cause="Your output is −1 on the left: that is the sign function, the slope of |x|.",
    step="ReLU is flat on the left.",
)
def sign(x: Any) -> Any:
    return np.sign(np.asarray(x) * 1.0)


@mistake(
    BANK,
    "relu_derivative",
    loses="arrays extremes",
    cause="A comparison gives True and False, not floats, and False for nan.",
    step="Turn the result into numbers of the input's precision, and think of nan, which is neither side of 0.",
)
def booleans(x: Any) -> Any:
    return np.asarray(x) > 0


@mistake(
    BANK,
    "relu_derivative",
    loses="arrays extremes",
    cause="The numbers are right, but they come out as integers or as float64 whatever came in, and nan becomes 0.",
    step="Give the result the input's precision, and think of nan, which is neither side of 0.",
)
def where_one_zero(x: Any) -> Any:
    return np.where(np.asarray(x) > 0, 1.0, 0.0)


@mistake(
    BANK,
    "relu_derivative",
    loses=f"{ALL} kink",
    cause="The function compares its whole input with 0 in an `if`, which works for one number only.",
    step="Choose for each element: a comparison of an array is an array of truth values.",
)
def one_number_only(x: Any) -> Any:
    if x > 0:
        return 1.0
    return 0.0


@mistake(
    BANK,
    "relu_derivative",
    loses="arrays",
    cause="The result was written into the caller's own array.",
    step="Work on a copy of the input.",
)
def in_place(x: Any) -> Any:
    x = np.asarray(x)
    x[x > 0] = 1
    x[x < 0] = 0
    return x


@mistake(
    BANK,
    "relu_derivative",
    loses="values arrays extremes kink",
    cause="Positive numbers became 1, and the others stayed as they were.",
    step="What is the slope of the flat side?",
)
def left_side_kept(x: Any) -> Any:
    x = np.array(x, dtype=float)
    x[x > 0] = 1
    return x
