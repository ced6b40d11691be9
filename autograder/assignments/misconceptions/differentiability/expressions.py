"""Mistakes in the symbolic exercises, each as the code that makes it."""

from __future__ import annotations

from typing import Any

from autograder.assignments.misconceptions.model import Mistake, mistake

BANK: list[Mistake] = []


# mish_derivative_expr


@mistake(
    BANK,
    "mish_derivative_expr",
    loses="values",
    cause="Your expression is x·tanh(log(1 + eˣ)), Mish itself.",
    step="Differentiate it: `sp.diff`.",
)
def mish_itself() -> Any:
    import sympy as sp

    x = sp.Symbol("x")
    t = sp.tanh(sp.log(1 + sp.exp(x)))
    return x * t


@mistake(
    BANK,
    "mish_derivative_expr",
    loses="values",
    cause="Your expression is tanh(log(1 + eˣ)): the second half of the product rule is missing.",
    step="x·tanh(…) is a product of two functions of x.",
)
def gate_alone() -> Any:
    import sympy as sp

    x = sp.Symbol("x")
    t = sp.tanh(sp.log(1 + sp.exp(x)))
    return t


@mistake(
    BANK,
    "mish_derivative_expr",
    loses="values",
    cause="The chain rule stopped too early: the derivative of log(1 + eˣ) is missing.",
    step="What is the derivative of softplus?",
)
def inner_lost() -> Any:
    import sympy as sp

    x = sp.Symbol("x")
    t = sp.tanh(sp.log(1 + sp.exp(x)))
    return t + x * (1 - t**2)


@mistake(
    BANK,
    "mish_derivative_expr",
    loses="values",
    cause="Your expression is the derivative of tanh(log(1 + eˣ)) alone.",
    step="Mish has a factor x in front.",
)
def gate_differentiated() -> Any:
    import sympy as sp

    x = sp.Symbol("x")
    t = sp.tanh(sp.log(1 + sp.exp(x)))
    return sp.diff(t, x)


@mistake(
    BANK,
    "mish_derivative_expr",
    loses="values",
    cause="The function returned text. Text is never evaluated: an expression is built from symbols.",
    step="Make a symbol with `sp.Symbol` and write the formula with it.",
)
def text() -> Any:
    return "tanh(log(1 + exp(x))) + x*(1 - tanh(log(1 + exp(x)))**2)*exp(x)/(1 + exp(x))"


@mistake(
    BANK,
    "mish_derivative_expr",
    loses="values",
    cause="Your expression is the second derivative of Mish.",
    step="One derivative is asked for.",
)
def twice() -> Any:
    import sympy as sp

    x = sp.Symbol("x")
    t = sp.tanh(sp.log(1 + sp.exp(x)))
    return sp.diff(x * t, x, 2)


# logistic_solution_expr


@mistake(
    BANK,
    "logistic_solution_expr",
    loses="values",
    cause="Your expression is 1/(1 + e⁻ᵗ), the solution that starts at ½.",
    step="Put t = 0: the result should be y0.",
)
def started_at_half() -> Any:
    import sympy as sp

    return 1 / (1 + sp.exp(-sp.Symbol("t")))


@mistake(
    BANK,
    "logistic_solution_expr",
    loses="values",
    cause="Your expression solves y′ = −y(1 − y): it runs the wrong way in time.",
    step="Between 0 and 1 the right-hand side is positive: y must rise.",
)
def backwards() -> Any:
    import sympy as sp

    t, y0 = sp.symbols("t y0")
    return y0 / (y0 + (1 - y0) * sp.exp(t))


@mistake(
    BANK,
    "logistic_solution_expr",
    loses="values",
    cause="Your expression is y0·eᵗ, which solves y′ = y: the brake 1 − y is missing.",
    step="y must stay below 1.",
)
def exponential() -> Any:
    import sympy as sp

    t, y0 = sp.symbols("t y0")
    return y0 * sp.exp(t)


@mistake(
    BANK,
    "logistic_solution_expr",
    loses="values",
    cause="Your expression has the right form, but its constant is y0, so that it does not start at y0.",
    step="Put t = 0 into the general solution and solve for the constant.",
)
def wrong_constant() -> Any:
    import sympy as sp

    t, y0 = sp.symbols("t y0")
    return y0 * sp.exp(t) / (1 + y0 * sp.exp(t))


@mistake(
    BANK,
    "logistic_solution_expr",
    loses="values",
    cause="Your expression is y0/(1 + e⁻ᵗ), a sigmoid times y0, which does not solve the equation.",
    step="Put t = 0, and differentiate.",
)
def scaled_sigmoid() -> Any:
    import sympy as sp

    t, y0 = sp.symbols("t y0")
    return y0 / (1 + sp.exp(-t))


@mistake(
    BANK,
    "logistic_solution_expr",
    loses="values",
    cause="The expression still holds the constant of integration.",
    step="Use the condition y(0) = y0 to get rid of it.",
)
def general_solution() -> Any:
    import sympy as sp

    t, c = sp.symbols("t C1")
    return 1 / (1 + c * sp.exp(-t))


# gelu_cubic_coefficient_expr


@mistake(
    BANK,
    "gelu_cubic_coefficient_expr",
    loses="values",
    cause="Your value is 0.044715, the published constant. It was fitted, and is not what the series give.",
    step="Expand both sides up to x³ and compare.",
)
def published_fit() -> Any:
    import sympy as sp

    return sp.Rational(44715, 1000000)


@mistake(
    BANK,
    "gelu_cubic_coefficient_expr",
    loses="values",
    cause="Your value is −1/6, the cubic term of erf: tanh has one too.",
    step="tanh u = u − u³/3 + …, and u holds x.",
)
def cube_of_tanh_lost() -> Any:
    import sympy as sp

    return -sp.Rational(1, 6)


@mistake(
    BANK,
    "gelu_cubic_coefficient_expr",
    loses="values",
    cause="Your value is 1/6: in the cubic term of tanh, u = √(2/π)·x is cubed with its factor.",
    step="What is u³?",
)
def factor_not_cubed() -> Any:
    import sympy as sp

    return sp.Rational(1, 6)


@mistake(
    BANK,
    "gelu_cubic_coefficient_expr",
    loses="values",
    cause="Your value is 1/6 − 2/(3π): the right size with the wrong sign.",
    step="On which side of the equation does each cubic term stand?",
)
def sign_slip() -> Any:
    import sympy as sp

    return sp.Rational(1, 6) - 2 / (3 * sp.pi)


@mistake(
    BANK,
    "gelu_cubic_coefficient_expr",
    loses="values",
    cause="Your value is √(2/π) times the coefficient: the factor in front of the bracket was multiplied in.",
    step="c stands inside the bracket: √(2/π)·(x + c·x³).",
)
def factor_included() -> Any:
    import sympy as sp

    return sp.sqrt(2 / sp.pi) * (4 - sp.pi) / (6 * sp.pi)


@mistake(
    BANK,
    "gelu_cubic_coefficient_expr",
    loses="values",
    cause="Your value is right to four digits: a rounded number was returned.",
    step="Return the exact expression, with π in it.",
)
def rounded() -> Any:
    import sympy as sp

    return sp.Float("0.04554")
