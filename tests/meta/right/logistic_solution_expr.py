# %% by hand
import sympy as sp


def logistic_solution_expr():
    t, y0 = sp.symbols("t y0")
    return 1 / (1 + (1 / y0 - 1) * sp.exp(-t))


# %% positive symbols, exponentials above and below
import sympy as sp

t = sp.Symbol("t", real=True)
y0 = sp.Symbol("y0", positive=True)


def logistic_solution_expr():
    return y0 * sp.exp(t) / (1 + y0 * (sp.exp(t) - 1))


# %% a shifted tanh
import sympy as sp


def logistic_solution_expr():
    t, y0 = sp.symbols("t y0")
    return (1 + sp.tanh((t + sp.log(y0 / (1 - y0))) / 2)) / 2


# %% SymPy solves the general equation, and the constant is found from the start
import sympy as sp


def logistic_solution_expr():
    t, y0, c = sp.symbols("t y0 C")
    general = 1 / (1 + c * sp.exp(-t))
    (constant,) = sp.solve(sp.Eq(general.subs(t, 0), y0), c)
    return sp.simplify(general.subs(c, constant))
