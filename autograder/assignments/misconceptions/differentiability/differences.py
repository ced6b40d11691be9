"""Mistakes in slopes by differences, each as the code that makes it."""

from __future__ import annotations

from typing import Any

import numpy as np

from autograder.assignments.misconceptions.model import Mistake, mistake

BANK: list[Mistake] = []


# numerical_derivative


@mistake(
    BANK,
    "numerical_derivative",
    loses="values arrays",
    cause="A forward difference (f(x + h) − f(x))/h is off by about h/2·f″(x), and no h is good enough.",
    step="Use a point on each side: the error terms of first order cancel.",
)
def forward(f: Any, x: Any) -> Any:
    x = np.asarray(x)
    h = 1e-5
    return (f(x + h) - f(x)) / h


@mistake(
    BANK,
    "numerical_derivative",
    loses="values arrays",
    cause=(
        "The step is so small that f(x + h) and f(x − h) agree in most digits, and their difference is rounding noise."
    ),
    step="The error is about h²/6·f‴ plus ε·f/h: which h makes the sum small?",
)
def tiny_step(f: Any, x: Any) -> Any:
    x = np.asarray(x)
    h = 1e-12
    return (f(x + h) - f(x - h)) / (2 * h)


@mistake(
    BANK,
    "numerical_derivative",
    loses="values arrays",
    cause="The step is so large that the curvature of f shows: the error is about h²/6·f‴.",
    step="The error is about h²/6·f‴ plus ε·f/h: which h makes the sum small?",
)
def coarse_step(f: Any, x: Any) -> Any:
    x = np.asarray(x)
    h = 0.01
    return (f(x + h) - f(x - h)) / (2 * h)


@mistake(
    BANK,
    "numerical_derivative",
    loses="values arrays",
    cause="Your output is twice the slope: from x − h to x + h it is 2h.",
    step="Divide by the distance of the two points.",
)
def half_lost(f: Any, x: Any) -> Any:
    x = np.asarray(x)
    h = 1e-5
    return (f(x + h) - f(x - h)) / h


@mistake(
    BANK,
    "numerical_derivative",
    loses="values arrays",
    cause="Your output is the difference f(x + h) − f(x − h), not divided by anything.",
    step="A slope is a difference of values divided by a difference of places.",
)
def difference_alone(f: Any, x: Any) -> Any:
    x = np.asarray(x)
    h = 1e-5
    return f(x + h) - f(x - h)


@mistake(
    BANK,
    "numerical_derivative",
    loses="arrays",
    cause="The function moves the caller's own x to and fro.",
    step="Make new arrays: x + h and x − h.",
)
def moved_in_place(f: Any, x: Any) -> Any:
    h = 1e-5
    x = np.asarray(x)
    x += h
    right = f(x)
    x -= 2 * h
    left = f(x)
    x += h
    return (right - left) / (2 * h)


@mistake(
    BANK,
    "numerical_derivative",
    loses="values arrays",
    cause="The slopes were taken between neighbours in x, which may be far apart, and there is one fewer of them.",
    step="f can be called anywhere: choose the points yourself.",
)
def neighbours(f: Any, x: Any) -> Any:
    return np.diff(f(np.asarray(x))) / np.diff(x)


@mistake(
    BANK,
    "numerical_derivative",
    loses="values arrays",
    cause="The points were computed in float32, where a step of 10⁻⁵ is lost in the rounding of x.",
    step="Work in float64.",
    noise=0.05,  # two units in the last place of a number below 8, divided by 2·10⁻⁵
)
def single_precision(f: Any, x: Any) -> Any:
    x = np.asarray(x, dtype=np.float32)
    h = np.float32(1e-5)
    return (f(x + h) - f(x - h)) / (2 * h)


@mistake(
    BANK,
    "numerical_derivative",
    loses="values arrays",
    cause="A difference with one point on the side, with a step of 10⁻⁸: half of the digits are lost by rounding.",
    step="A point on each side cancels the largest part of the error, and then the step need not be so small.",
)
def forward_tiny_step(f: Any, x: Any) -> Any:
    x = np.asarray(x, dtype=float)
    return (f(x + 1e-8) - f(x)) / 1e-8


@mistake(
    BANK,
    "numerical_derivative",
    loses="values arrays",
    cause="A difference with one point, on the left, and a step of 10⁻⁵: its error grows with the step itself.",
    step="What does a point on each side do to the part of the error that grows with h?",
)
def backward_difference(f: Any, x: Any) -> Any:
    x = np.asarray(x, dtype=float)
    return (f(x) - f(x - 1e-5)) / 1e-5


@mistake(
    BANK,
    "numerical_derivative",
    loses="values arrays",
    cause="The step is ε itself: f(x + h) and f(x − h) are the same number, or differ by one rounding.",
    step="The rounding error of the quotient is about ε·f/h: how large is it here?",
)
def smallest_step(f: Any, x: Any) -> Any:
    x = np.asarray(x, dtype=float)
    h = np.finfo(float).eps
    return (f(x + h) - f(x - h)) / (2 * h)


@mistake(
    BANK,
    "numerical_derivative",
    loses="values arrays",
    cause="The differences are taken between neighbours in x, which lie far apart and in any order.",
    step="You may call f wherever you like: where, for the slope at one x?",
)
def differences_of_the_data(f: Any, x: Any) -> Any:
    x = np.asarray(x, dtype=float)
    return np.gradient(f(x), x)


@mistake(
    BANK,
    "numerical_derivative",
    loses="arrays",
    cause="For float32 your difference is taken in float32, where the rounding of f drowns a step of 10⁻⁵.",
    step="The result is asked for in float64 whatever comes in: where in your code should the precision change?",
)
def in_single_precision(f: Any, x: Any) -> Any:
    x = np.asarray(x)
    return (f(x + 1e-5) - f(x - 1e-5)) / 2e-5
