"""The figures and tables of the chapter on differentiability."""

from __future__ import annotations

import numpy as np
import sympy as sp

from autograder.catalogue import CATALOGUE, Activation, X
from autograder.properties import properties
from autograder.reference import REFERENCE
from book.lab import style
from book.lab.claims.show import number_text
from book.lab.html import Html, gallery_link, table

TARGETS = (-1.0, 0.5, 2.0)
"""Inputs of the three examples in the figure of landscapes."""
BEST, BIAS = 1.5, 0.5
"""The weight that gives the ReLU unit no loss, and the bias; with it, some example is active at every weight."""


def one_sided(entry: Activation, number: int) -> tuple[sp.Expr, sp.Expr]:
    """Return the slopes of the pieces to the left and to the right of a kink, at the default parameters."""
    at = entry.kinks[number].at.subs(entry.defaults)
    pieces = entry.scalar_pieces[number : number + 2]
    left, right = (sp.limit(sp.diff(piece.expr, X), X, at, d) for piece, d in zip(pieces, ("-", "+"), strict=True))
    return left, right


def smoothness_table(*names: str) -> Html:
    """Return continuity class, kinks, one-sided slopes there, and the slope that the course takes."""
    columns = ("Function", "Class", "Where the formula changes", "Slopes left, right", "Slope in this course")
    rows: list[tuple[str | Html, ...]] = []
    for entry in (CATALOGUE[name] for name in names):
        kinks = [(kink.at.subs(entry.defaults), one_sided(entry, i), kink) for i, kink in enumerate(entry.kinks)]
        cells = (
            properties(entry).continuity,
            ", ".join(number_text(at) for at, _, _ in kinks) or "nowhere",
            "; ".join(f"{left}, {right}" for _, (left, right), _ in kinks) or "–",
            ", ".join(str(kink.derivative.subs(entry.defaults)) for _, _, kink in kinks) or "–",
        )
        rows.append((gallery_link(entry.name, entry.title), *(cell.replace("-", "−") for cell in cells)))
    return table("Smoothness at the default parameters, derived by SymPy", columns, rows)


def landscapes() -> style.Picture:
    """Draw the loss of one unit against its weight, with ReLU, GELU and the binary step."""
    weights = np.linspace(-2, 4, 1201)
    wanted = np.maximum(0, np.array(TARGETS) * BEST + BIAS)
    with style.house_style():
        figure, axes = style.new_figure()
        for name, label in (("relu", "ReLU"), ("gelu", "GELU"), ("binary_step", "binary step")):
            outputs = REFERENCE[name].value(weights[:, None] * np.array(TARGETS) + BIAS)
            axes.plot(weights, np.mean((outputs - wanted) ** 2, axis=1), label=label)
        axes.set(xlabel="weight", ylabel="loss", ylim=(-0.3, 9.5))
        axes.legend(loc="upper center")
    steps = np.unique(
        np.mean((REFERENCE["binary_step"].value(weights[:, None] * np.array(TARGETS) + BIAS) - wanted) ** 2, axis=1)
    )
    return style.picture(
        figure,
        name="landscapes",
        alt="Loss of one unit against its weight. With ReLU it falls to 0 in smooth pieces that meet in corners, with "
        f"GELU it is smooth, and with the binary step it is a staircase of {len(steps)} heights with flat treads.",
        caption="One unit, three examples, one weight. A slope leads downhill on the first two curves; "
        "on a stair it is 0 and leads nowhere.",
    )


def gelu_and_relatives() -> style.Picture:
    """Draw GELU with ReLU, and below them the errors of both approximations."""
    x = np.linspace(-5, 5, 1001)
    gelu = REFERENCE["gelu"].value(x)
    errors = {
        label: REFERENCE[name].value(x) - gelu
        for name, label in (("gelu_tanh", "tanh form"), ("gelu_sigmoid", "sigmoid form"))
    }
    with style.house_style():
        figure, (above, below) = style.new_figure(2, height=5.6)
        above.plot(x, gelu, label="GELU")
        above.plot(x, REFERENCE["relu"].value(x), label="ReLU")
        above.legend(loc="upper left")
        for (label, error), line in zip(errors.items(), ("-.", ":"), strict=True):
            below.semilogy(
                x, np.maximum(np.abs(error), 1e-7), line, color=style.LINES[2 if line == "-." else 3], label=label
            )
        below.set(xlabel="x", ylabel="distance from GELU", ylim=(1e-6, 1))
        below.legend(loc="upper left", ncols=2)
    largest = {label: float(np.abs(error).max()) for label, error in errors.items()}
    return style.picture(
        figure,
        name="gelu-relatives",
        alt="Above: GELU and ReLU, which meet far out on both sides. Below, on a logarithmic scale, how far two "
        f"approximations are off: the tanh form by at most {largest['tanh form']:.1g}, the sigmoid form by at most "
        f"{largest['sigmoid form']:.1g}.",
        caption="GELU beside ReLU, and the distance of two approximations from GELU on a logarithmic scale. "
        f"The largest one of the tanh form is {largest['sigmoid form'] / largest['tanh form']:.0f} times smaller.",
    )
