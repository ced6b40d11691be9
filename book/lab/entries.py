"""Functions of the chapters that are no activations of the catalogue, in the shape of its entries."""

from __future__ import annotations

import sympy as sp

from autograder.catalogue import Activation, Parameter


def scale_to(expr: sp.Expr) -> Activation:
    """Return a stretched tanh, in the symbols ``low`` and ``high`` of a chapter's derivation, as an entry."""
    meanings = {"low": "Lower end of the interval.", "high": "Upper end of the interval."}
    defaults = {"low": sp.Integer(-1), "high": sp.Integer(1)}
    parameters = tuple(
        Parameter(name=name, symbol=symbol, default=defaults[name], domain=sp.Reals, meaning=meanings[name])
        for name in ("low", "high")
        for symbol in expr.free_symbols
        if symbol.name == name
    )
    return Activation(
        name="scale_to",
        title="tanh, moved to fill the interval from low to high",
        expr=expr,
        parameters=parameters,
        year=1998,
        sources=("lecun1998",),
        used_in="Output layers with bounded targets.",
        good_for="Targets that cannot leave an interval.",
        bad_for="Targets at the ends of the interval, which no finite input reaches.",
        misconceptions=(),
    )
