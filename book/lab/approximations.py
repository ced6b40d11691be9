"""Approximations of GELU minus GELU, with the constant that they rest on as a slider, in the shape of entries."""

from __future__ import annotations

import sympy as sp

from autograder.catalogue import CATALOGUE, Activation, Parameter, X
from book.lab.explorable import Curve
from book.lab.frame import Slider

A, C = sp.symbols("a c", positive=True)
GELU = CATALOGUE["gelu"].expr


def _entry(name: str, title: str, expr: sp.Expr, symbol: sp.Symbol, default: sp.Expr, meaning: str) -> Activation:
    return Activation(
        name=name,
        title=title,
        expr=expr,
        parameters=(
            Parameter(
                name=symbol.name, symbol=symbol, default=default, domain=sp.Interval.open(0, sp.oo), meaning=meaning
            ),
        ),
        year=2016,
        sources=("hendrycks2016",),
        used_in="A figure of the chapter on differentiability.",
        good_for="Seeing how an approximation depends on its constant.",
        bad_for="Networks: it is an error, not an activation.",
        misconceptions=(),
    )


TANH_FORM = _entry(
    "tanh_form_error",
    "tanh form minus GELU",
    X * (sp.tanh(sp.sqrt(2 / sp.pi) * (X + A * X**3)) - sp.erf(X / sp.sqrt(2))) / 2,
    A,
    sp.Rational(44715, 1_000_000),
    "Coefficient of the cube.",
)
SIGMOID_FORM = _entry(
    "sigmoid_form_error",
    "sigmoid form minus GELU",
    X / (1 + sp.exp(-C * X)) - GELU,
    C,
    sp.Rational(1702, 1000),
    "Factor in the sigmoid.",
)

ERROR_CURVES = (
    Curve(
        entry=TANH_FORM,
        values=(-0.0016, 0.0016),
        sliders=(Slider(name="a", label="a, before x³", low=0.0437, high=0.0462, step=0.000005, start=0.044715),),
    ),
    Curve(
        entry=SIGMOID_FORM,
        values=(-0.06, 0.06),
        sliders=(Slider(name="c", label="c, in σ(cx)", low=1.5, high=1.9, step=0.002, start=1.702),),
    ),
)
"""Both errors with their constants as sliders, first the tanh form."""
