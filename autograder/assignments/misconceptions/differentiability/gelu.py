"""Mistakes in GELU, its slope and its approximation, each as the code that makes it."""

from __future__ import annotations

from typing import Any

import numpy as np

from autograder.assignments.misconceptions.model import Mistake, mistake

BANK: list[Mistake] = []
ALL = "values arrays extremes"


# gelu


@mistake(
    BANK,
    "gelu",
    loses="extremes",
    cause="The formula is right, but −∞·0 is nan.",
    step="What is the limit at −∞? Far to the left the result does not change any more: bound x there.",
)
def textbook_in_gelu(x: Any) -> Any:
    from scipy.special import erf

    x = np.asarray(x)
    return 0.5 * x * (1 + erf(x / 2**0.5))


@mistake(
    BANK,
    "gelu",
    loses=ALL,
    cause="Your output equals x·σ(1.702x), the sigmoid approximation of GELU.",
    step="The exercise asks for the exact function, with erf.",
)
def sigmoid_form(x: Any) -> Any:
    x = np.asarray(x)
    z = np.maximum(x, -50)
    return z / (1 + np.exp(-1.702 * z))


@mistake(
    BANK,
    "gelu",
    loses=ALL,
    cause="Your output equals the tanh approximation of GELU.",
    step="The exercise asks for the exact function, with erf; the approximation has an exercise of its own.",
)
def tanh_form(x: Any) -> Any:
    z = np.clip(x, -30, 30)
    phi = 0.5 * (1 + np.tanh((2 / np.pi) ** 0.5 * (z + 0.044715 * z**3)))
    return np.where(phi > 0, x, 0) * phi


@mistake(
    BANK,
    "gelu",
    loses=ALL,
    cause="Your output equals ½x(1 + erf(x)): the √2 is missing.",
    step="Φ(x) is the normal distribution function. How is it written with erf?",
)
def root_lost_in_gelu(x: Any) -> Any:
    from scipy.special import erf

    z = np.maximum(x, -40)
    return 0.5 * z * (1 + erf(z))


@mistake(
    BANK,
    "gelu",
    loses=ALL,
    cause="Your output equals x(1 + erf(x/√2)), twice GELU.",
    step="Φ(x) runs from 0 to 1, and 1 + erf from 0 to 2.",
)
def half_lost_in_gelu(x: Any) -> Any:
    from scipy.special import erf

    z = np.maximum(x, -40)
    return z * (1 + erf(z / 2**0.5))


@mistake(
    BANK,
    "gelu",
    loses=ALL,
    cause="Your output equals Φ(x), the normal distribution function.",
    step="GELU weights x by it.",
)
def distribution_alone_in_gelu(x: Any) -> Any:
    from scipy.special import erf

    x = np.asarray(x)
    return 0.5 * (1 + erf(x / 2**0.5))


@mistake(
    BANK,
    "gelu",
    loses=ALL,
    cause="Your output equals x·σ(x): that is SiLU, or swish with β = 1.",
    step="GELU weights x by the normal distribution function, not by the sigmoid.",
)
def swish_instead(x: Any) -> Any:
    x = np.asarray(x)
    z = np.maximum(x, -80)
    return z / (1 + np.exp(-z))


@mistake(
    BANK,
    "gelu",
    loses=ALL,
    cause="`math.erf` takes one number, not an array.",
    step="`scipy.special.erf` takes arrays; `np.vectorize` calls a function for each element.",
)
def math_erf(x: Any) -> Any:
    import math

    return 0.5 * x * (1 + math.erf(x / math.sqrt(2)))


@mistake(
    BANK,
    "gelu",
    loses="arrays",
    cause="`np.sqrt(2)` is a NumPy float64, which turns a float32 array into float64.",
    step="A Python float does not: `math.sqrt(2)`, or `2**0.5`.",
)
def numpy_root_in_gelu(x: Any) -> Any:
    from scipy.special import erf

    z = np.maximum(x, -40)
    return 0.5 * z * (1 + erf(z / np.sqrt(2)))


@mistake(
    BANK,
    "gelu",
    loses="values arrays extremes",
    cause="The argument of erf is √2·x.",
    step="Compare with the formula: is the root above or below the line?",
)
def root_multiplied(x: Any) -> Any:
    from scipy.special import erf

    x = np.maximum(x, -40)
    return 0.5 * x * (1 + erf(2**0.5 * x))


@mistake(
    BANK,
    "gelu",
    loses="values arrays extremes",
    cause="The argument of erf is x/2.",
    step="Compare with the formula: what is x divided by?",
)
def halved_argument(x: Any) -> Any:
    from scipy.special import erf

    x = np.maximum(x, -80)
    return 0.5 * x * (1 + erf(x / 2))


@mistake(
    BANK,
    "gelu",
    loses="values arrays extremes",
    cause="Your Φ is (1 + erf(x)/√2)/2: erf itself was divided by the root.",
    step="Which part of the formula stands inside the brackets of erf?",
)
def divided_outside(x: Any) -> Any:
    from scipy.special import erf

    x = np.maximum(x, -40)
    return 0.5 * x * (1 + erf(x) / 2**0.5)


@mistake(
    BANK,
    "gelu",
    loses="values arrays extremes",
    cause="Your output is x·φ(x), with the normal density in the place of the distribution function.",
    step="Φ rises from 0 to 1: φ is its slope.",
)
def density_for_distribution(x: Any) -> Any:
    x = np.clip(x, -40, 40)
    return x * np.exp(-(x**2) / 2) / (2 * np.pi) ** 0.5


# gelu_derivative


@mistake(
    BANK,
    "gelu_derivative",
    loses=ALL,
    cause="Your output equals Φ(x): the second half of the product rule is missing.",
    step="x Φ(x) is a product of two functions of x.",
)
def distribution_alone_in_gelu_derivative(x: Any) -> Any:
    from scipy.special import erf

    x = np.asarray(x)
    return 0.5 * (1 + erf(x / 2**0.5))


@mistake(
    BANK,
    "gelu_derivative",
    loses=ALL,
    cause="Your output equals Φ(x) + φ(x): the factor x of the second term is missing.",
    step="(u v)′ = u′v + u v′ with u = x and v = Φ.",
)
def x_lost(x: Any) -> Any:
    from scipy.special import erf

    z = np.clip(x, -40, 40)
    return 0.5 * (1 + erf(z / 2**0.5)) + np.exp(-(z**2) / 2) / (2 * np.pi) ** 0.5


@mistake(
    BANK,
    "gelu_derivative",
    loses=ALL,
    cause="The density in your second term is e^(−x²/2) without 1/√(2π).",
    step="The normal density integrates to 1.",
)
def density_not_normalised(x: Any) -> Any:
    from scipy.special import erf

    z = np.clip(x, -40, 40)
    return 0.5 * (1 + erf(z / 2**0.5)) + z * np.exp(-(z**2) / 2)


@mistake(
    BANK,
    "gelu_derivative",
    loses=ALL,
    cause="The density in your second term is e^(−x²)/√π: the inner factor 1/√2 is missing inside and outside.",
    step="Differentiate erf(x/√2) by the chain rule.",
)
def density_of_erf(x: Any) -> Any:
    from scipy.special import erf

    z = np.clip(x, -40, 40)
    return 0.5 * (1 + erf(z / 2**0.5)) + z * np.exp(-(z**2)) / np.pi**0.5


@mistake(
    BANK,
    "gelu_derivative",
    loses="extremes",
    cause="The formula is right, but x² overflows for large x in float32, and ∞·0 is nan.",
    step="Far from 0 the result does not change any more: bound x on both sides.",
)
def textbook_in_gelu_derivative(x: Any) -> Any:
    from scipy.special import erf

    x = np.asarray(x)
    density = np.exp(-(x**2) / 2) / (2 * np.pi) ** 0.5
    return 0.5 * (1 + erf(x / 2**0.5)) + x * density


@mistake(
    BANK,
    "gelu_derivative",
    loses=ALL,
    cause="Your output equals Φ(x) − x φ(x): the sign of the second term is wrong.",
    step="(u v)′ = u′v + u v′ with u = x and v = Φ.",
)
def minus_sign(x: Any) -> Any:
    from scipy.special import erf

    z = np.clip(x, -40, 40)
    return 0.5 * (1 + erf(z / 2**0.5)) - z * np.exp(-(z**2) / 2) / (2 * np.pi) ** 0.5


@mistake(
    BANK,
    "gelu_derivative",
    loses=ALL,
    cause="Your output equals the slope of x·σ(1.702x), the sigmoid approximation of GELU.",
    step="The exercise asks for the slope of the exact function.",
)
def swish_slope(x: Any) -> Any:
    z = np.clip(x, -40, 40)
    s = 1 / (1 + np.exp(-1.702 * z))
    return s + 1.702 * z * s * (1 - s)


@mistake(
    BANK,
    "gelu_derivative",
    loses="arrays",
    cause="`np.sqrt(2)` is a NumPy float64, which turns a float32 array into float64.",
    step="A Python float does not: `math.sqrt(2)`, or `2**0.5`.",
)
def numpy_root_in_gelu_derivative(x: Any) -> Any:
    from scipy.special import erf

    z = np.clip(x, -40, 40)
    return 0.5 * (1 + erf(z / np.sqrt(2))) + z * np.exp(-(z**2) / 2) / np.sqrt(2 * np.pi)


@mistake(
    BANK,
    "gelu_derivative",
    loses="values arrays extremes",
    cause="The density has √π in the place of √(2π).",
    step="The density's integral is 1: look up its constant in the exercise.",
)
def root_of_pi(x: Any) -> Any:
    from scipy.special import erf

    x = np.clip(x, -40, 40)
    return 0.5 * (1 + erf(x / 2**0.5)) + x * np.exp(-(x**2) / 2) / np.pi**0.5


@mistake(
    BANK,
    "gelu_derivative",
    loses="values arrays extremes",
    cause="The density is divided by 2π, and not by its root.",
    step="The density's integral is 1: look up its constant in the exercise.",
)
def root_left_out(x: Any) -> Any:
    from scipy.special import erf

    x = np.clip(x, -40, 40)
    return 0.5 * (1 + erf(x / 2**0.5)) + x * np.exp(-(x**2) / 2) / (2 * np.pi)


@mistake(
    BANK,
    "gelu_derivative",
    loses="values arrays extremes",
    cause="The exponent of the density is −x², without the half.",
    step="Look up the normal density in the exercise.",
)
def half_in_the_exponent_lost(x: Any) -> Any:
    from scipy.special import erf

    x = np.clip(x, -40, 40)
    return 0.5 * (1 + erf(x / 2**0.5)) + x * np.exp(-(x**2)) / (2 * np.pi) ** 0.5


# gelu_tanh


@mistake(
    BANK,
    "gelu_tanh",
    loses=ALL,
    cause="Your output uses 0.44715 for the cubic term.",
    step="Count the zeros of the constant: it is smaller by a factor of ten.",
)
def digit_slip(x: Any) -> Any:
    z = np.clip(x, -30, 30)
    phi = 0.5 * (1 + np.tanh((2 / np.pi) ** 0.5 * (z + 0.44715 * z**3)))
    return np.where(phi > 0, x, 0) * phi


@mistake(
    BANK,
    "gelu_tanh",
    loses=ALL,
    cause="Your output uses 2/π in place of √(2/π).",
    step="Check the factor in front of the bracket.",
)
def root_lost_in_gelu_tanh(x: Any) -> Any:
    z = np.clip(x, -30, 30)
    phi = 0.5 * (1 + np.tanh(2 / np.pi * (z + 0.044715 * z**3)))
    return np.where(phi > 0, x, 0) * phi


@mistake(
    BANK,
    "gelu_tanh",
    loses=ALL,
    cause="Your output uses x² in the bracket, where x³ belongs.",
    step="The argument of tanh must be an odd function of x.",
)
def square_for_cube(x: Any) -> Any:
    z = np.clip(x, -30, 30)
    phi = 0.5 * (1 + np.tanh((2 / np.pi) ** 0.5 * (z + 0.044715 * z**2)))
    return np.where(phi > 0, x, 0) * phi


@mistake(
    BANK,
    "gelu_tanh",
    loses=ALL,
    cause="Your output is twice the expected value: the factor ½ is missing.",
    step="1 + tanh runs from 0 to 2.",
)
def half_lost_in_gelu_tanh(x: Any) -> Any:
    z = np.clip(x, -30, 30)
    phi = 1 + np.tanh((2 / np.pi) ** 0.5 * (z + 0.044715 * z**3))
    return np.where(phi > 0, x, 0) * phi


@mistake(
    BANK,
    "gelu_tanh",
    loses=ALL,
    cause="The cubic term is missing: your output equals ½x(1 + tanh(√(2/π)·x)).",
    step="The exercise asks for the published approximation with its correction.",
)
def no_cubic(x: Any) -> Any:
    z = np.clip(x, -30, 30)
    phi = 0.5 * (1 + np.tanh((2 / np.pi) ** 0.5 * z))
    return np.where(phi > 0, x, 0) * phi


@mistake(
    BANK,
    "gelu_tanh",
    loses=ALL,
    cause="Your output equals the exact GELU, with erf.",
    step="This exercise asks for the tanh approximation.",
)
def exact(x: Any) -> Any:
    from scipy.special import erf

    z = np.maximum(x, -40)
    return 0.5 * z * (1 + erf(z / 2**0.5))


@mistake(
    BANK,
    "gelu_tanh",
    loses="extremes",
    cause="The formula is right, but x³ overflows for large x in float32, and −∞·0 is nan.",
    step="Far from 0 tanh does not change any more: bound its argument, and think of the limit at −∞.",
)
def textbook_in_gelu_tanh(x: Any) -> Any:
    x = np.asarray(x)
    return 0.5 * x * (1 + np.tanh((2 / np.pi) ** 0.5 * (x + 0.044715 * x**3)))


@mistake(
    BANK,
    "gelu_tanh",
    loses="arrays",
    cause="`np.sqrt(2 / np.pi)` is a NumPy float64, which turns a float32 array into float64.",
    step="A Python float does not: `math.sqrt`, or `(2 / np.pi) ** 0.5`.",
)
def numpy_root_in_gelu_tanh(x: Any) -> Any:
    z = np.clip(x, -30, 30)
    phi = 0.5 * (1 + np.tanh(np.sqrt(2 / np.pi) * (z + 0.044715 * z**3)))
    return np.where(phi > 0, x, 0) * phi


@mistake(
    BANK,
    "gelu_tanh",
    loses="values arrays extremes",
    cause="The factor is √(π/2).",
    step="Compare with the formula: which of the two numbers stands above the line?",
)
def fraction_upside_down(x: Any) -> Any:
    x = np.maximum(x, -30)
    z = np.minimum(x, 30)
    return 0.5 * x * (1 + np.tanh((np.pi / 2) ** 0.5 * (z + 0.044715 * z**3)))


@mistake(
    BANK,
    "gelu_tanh",
    loses="values arrays extremes",
    cause="The factor √(2/π) multiplies x alone, and not the cubic term.",
    step="Where do the brackets of the formula close?",
)
def root_for_x_alone(x: Any) -> Any:
    x = np.maximum(x, -30)
    z = np.minimum(x, 30)
    return 0.5 * x * (1 + np.tanh((2 / np.pi) ** 0.5 * z + 0.044715 * z**3))
