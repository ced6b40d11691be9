"""Approximations of GELU minus GELU in thousandths, with their constant as a slider, in the shape of entries."""

from __future__ import annotations

import sympy as sp

from autograder.catalogue import CATALOGUE, Activation, Parameter, X
from book.lab.explorable import Curve
from book.lab.frame import Slider

A, C = sp.symbols("thousand_a c", positive=True)
"""The constants; a comes in thousandths, so that all of its digits fit beside a slider."""
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
    "tanh form minus GELU, times 1000",
    500 * X * (sp.tanh(sp.sqrt(2 / sp.pi) * (X + A / 1000 * X**3)) - sp.erf(X / sp.sqrt(2))),
    A,
    sp.Rational(44715, 1000),
    "Coefficient of the cube, in thousandths.",
)
SIGMOID_FORM = _entry(
    "sigmoid_form_error",
    "sigmoid form minus GELU, times 1000",
    1000 * (X / (1 + sp.exp(-C * X)) - GELU),
    C,
    sp.Rational(1702, 1000),
    "Factor in the sigmoid.",
)

ERROR_CURVES = (
    Curve(
        entry=TANH_FORM,
        values=(-1.6, 1.6),
        sliders=(Slider(name="thousand_a", label="1000 a", low=43.7, high=46.2, step=0.005, start=44.715),),
    ),
    Curve(
        entry=SIGMOID_FORM,
        values=(-60, 60),
        sliders=(Slider(name="c", label="c, in σ(cx)", low=1.5, high=1.9, step=0.002, start=1.702),),
    ),
)
"""Both errors with their constants as sliders, first the tanh form."""
