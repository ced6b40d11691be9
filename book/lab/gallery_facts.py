"""What a page of the gallery says of an activation: everything that takes SymPy time, as text, ready to be kept."""

from __future__ import annotations

from typing import Any

import numpy as np
import sympy as sp

from autograder.catalogue import CATALOGUE, Activation, X, libraries
from autograder.properties import Decay, Tail, gallery, properties
from autograder.reference import REFERENCE
from book.lab.gallery_curves import picture_of, spark

POINTS = (-2.0, -1.0, -0.5, 0.0, 0.5, 1.0, 2.0)
"""Inputs of the table of values."""
VECTORS = ((0.0, 0.0, 0.0, 0.0), (-1.0, 0.0, 1.0, 2.0), (2.0, 1.0, 0.0, -1.0), (1.0, 1.0, 3.0, 3.0))
LONG = 60
"""Where a limit is longer than this in LaTeX its decimals are shown, and a rate of decay is left out."""
SIZE = sp.Symbol("|x|", positive=True)


def facts(name: str) -> dict[str, Any]:
    """Return the facts of one activation as text, lists and dicts."""
    entry = CATALOGUE[name]
    [found] = gallery([entry])
    elementwise = entry.kind == "elementwise"
    return {
        **found,
        "second_latex": entry.latex_of(second_derivative(entry)) if elementwise else "",
        "constants": [f"{sp.latex(c)} = {number(value)}" for c, value in entry.constants.items() if value.is_number],
        "tails": tails(entry) if elementwise else [],
        "normal_mean": f"{properties(entry).normal_mean:.4g}" if elementwise else "",
        "values": values(name) if elementwise else vectors(name),
        "numpy": entry.numpy_source() if elementwise else "",
        "calls": calls(entry.title),
        "picture": picture_of(name).text,
        "spark": spark(name),
    }


def second_derivative(entry: Activation) -> sp.Expr:
    """Return f″; where constants have names, from f′ with these names, since simplification would hide them."""
    return entry.named(entry.derivative).diff(X) if entry.constants else entry.second_derivative


def number(value: sp.Expr) -> str:
    """Return a constant in LaTeX to six digits, for what has no short form."""
    return rf"{float(value):.6g}\ldots"


def tails(entry: Activation) -> list[str]:
    """Return, for each side, what the function approaches and how fast, as a sentence with LaTeX."""
    found = properties(entry)
    ends = ((r"-\infty", found.left), (r"\infty", found.right))
    return [f"Towards $x \\to {end}$ {_tail(side, entry)}" for end, side in ends]


def _tail(side: Tail, entry: Activation) -> str:
    if isinstance(side.limit, sp.AccumBounds):
        return f"it has no limit; it stays between ${sp.latex(side.limit.min)}$ and ${sp.latex(side.limit.max)}$."
    if side.decay is not None:
        return f"it tends to ${_short(side.limit, entry)}$, {_decay(side.decay, entry)}"
    if side.asymptote is not None:
        slope, intercept = side.asymptote
        return f"it approaches the straight line $y = {entry.latex_of(slope * X + intercept)}$."
    return f"it tends to ${sp.latex(side.limit)}$, along no straight line."


def _short(value: sp.Expr, entry: Activation) -> str:
    exact = entry.latex_of(value)
    return exact if len(exact) <= LONG else number(value)


def _decay(decay: Decay, entry: Activation) -> str:
    if decay.arrives_at is not None:
        return f"and it is exactly that beyond $x = {entry.latex_of(decay.arrives_at)}$."
    exponent = -sum((rate * SIZE**q for q, rate in decay.rates), sp.S.Zero)
    rest = entry.latex_of(decay.coefficient * SIZE**decay.power * sp.exp(exponent))
    speed = "exponentially fast" if decay.rates else "slowly, like a power of $x$"
    return f"{speed}: what is missing shrinks like ${rest}$." if len(rest) <= LONG else f"{speed}."


def values(name: str) -> list[tuple[str, str, str]]:
    """Return the table of values: x, f(x) and f′(x), from the reference."""
    function: Any = REFERENCE[name]
    xs = np.array(POINTS)
    rows = zip(xs, function.value(xs), function.derivative(xs), strict=True)
    return [(shown(x), shown(y), shown(slope)) for x, y, slope in rows]


def vectors(name: str) -> list[tuple[str, str]]:
    """Return the table of values of a function of a vector: inputs and results, from the reference."""
    function: Any = REFERENCE[name]
    return [(_vector(row), _vector(function.value(np.array(row)))) for row in VECTORS]


def _vector(row: Any) -> str:
    return "(" + ", ".join(shown(entry) for entry in row) + ")"


def shown(value: float) -> str:
    """Return a number with at most six digits and a real minus sign."""
    return f"{value + 0.0:.6g}".replace("-", "−")


def calls(title: str) -> list[tuple[str, str]]:
    """Return the libraries that have the activation, each with the call; a last one says what differs."""
    header, *rows = libraries.rows()
    row = next(row for row in rows if row[0] == title)
    names = ("", *libraries.VERIFIED, "What differs")
    assert len(header) == len(names)  # the table has a column for each library
    return [(name, call) for name, call in zip(names[1:], row[1:], strict=True) if call]
