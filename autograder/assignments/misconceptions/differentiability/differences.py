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
)
def single_precision(f: Any, x: Any) -> Any:
    x = np.asarray(x, dtype=np.float32)
    h = np.float32(1e-5)
    return (f(x + h) - f(x - h)) / (2 * h)
