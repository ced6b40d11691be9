# %% SymPy differentiates
import sympy as sp


def mish_derivative_expr():
    x = sp.Symbol("x")
    return sp.diff(x * sp.tanh(sp.log(1 + sp.exp(x))), x)


# %% by hand, a symbol with assumptions
from sympy import exp, log, symbols, tanh

x = symbols("x", real=True)


def mish_derivative_expr():
    t = tanh(log(1 + exp(x)))
    return t + x * (1 - t**2) / (1 + exp(-x))


# %% an unevaluated derivative, made from exponentials
import sympy as sp


def mish_derivative_expr():
    x = sp.Symbol("x")
    w = (1 + sp.exp(x)) ** 2
    return sp.Derivative(x * (w - 1) / (w + 1), x).doit()


# %% rewritten and simplified
import sympy as sp


def mish_derivative_expr():
    x = sp.Symbol("x")
    e = sp.exp(x)
    omega = 4 * (x + 1) + 4 * e**2 + e**3 + e * (4 * x + 6)
    return e * omega / (2 * e + e**2 + 2) ** 2
