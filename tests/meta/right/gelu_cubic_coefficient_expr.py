# %% the closed form
import sympy as sp


def gelu_cubic_coefficient_expr():
    return (4 - sp.pi) / (6 * sp.pi)


# %% two terms
import sympy as sp

gelu_cubic_coefficient_expr = lambda: sp.Rational(2, 3) / sp.pi - sp.Rational(1, 6)


# %% from the series of the inverse function
import sympy as sp


def gelu_cubic_coefficient_expr():
    x = sp.Symbol("x")
    u = sp.sqrt(2 / sp.pi) * (x - x**3 / 6)
    inverse = sp.expand(u + u**3 / 3)
    return inverse.coeff(x, 3) / inverse.coeff(x, 1)


# %% a float of full precision
import math


def gelu_cubic_coefficient_expr():
    return 2 / (3 * math.pi) - 1 / 6
