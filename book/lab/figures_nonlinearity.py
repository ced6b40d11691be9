"""The figures of the chapter on non-linearity."""

from __future__ import annotations

import numpy as np

from autograder.reference import REFERENCE
from book.lab import style
from book.lab.claims.nonlinearity_networks import CORNERS, XOR, xor_network
from book.lab.piecewise import curve, largest_error, through

WIDTHS = (2, 4, 8, 16, 32, 64)
"""Numbers of hidden units in the figure of errors."""
ENDS = (-float(np.pi), float(np.pi))


def hidden_plane() -> style.Picture:
    """Draw the corners of XOR where the two hidden units of the chapter put them."""
    relu, total = REFERENCE["relu"].value, CORNERS.sum(axis=1)
    first, second = relu(total), relu(total - 1)
    with style.house_style():
        figure, axes = style.new_figure(height=3.0)
        for wanted, marker, colour in ((0, "o", style.ORANGE), (1, "s", style.BLUE)):
            here = wanted == XOR
            axes.plot(first[here], second[here], marker, color=colour, markersize=10, label=f"XOR is {wanted}")
        line = np.array([0.3, 2.5])
        axes.plot(line, (line - 0.5) / 2, "--", color=style.TEXT, label="output ½")
        for x, y in sorted({(x, y) for x, y in zip(first, second, strict=True)}):
            names = [f"({a:g}, {b:g})" for (a, b), u, v in zip(CORNERS, first, second, strict=True) if (u, v) == (x, y)]
            axes.annotate(" and ".join(names), (x, y), (8, 8), textcoords="offset points", color=style.TEXT)
        axes.set(xlabel="first unit", ylabel="second unit", xlim=(-0.3, 3.1), ylim=(-0.3, 1.5))
        axes.legend(loc="upper left")
    right = int((xor_network(CORNERS) == XOR).sum())
    return style.picture(
        figure,
        name="hidden-plane",
        alt=f"The four corners after the hidden layer. (0, 1) and (1, 0) now lie on the same point, {first[1]:g}, "
        f"{second[1]:g}; a straight line separates it from the other two, and {right} of 4 corners are right.",
        caption="The same four corners, seen by the output unit. A straight line is enough now.",
    )


def sine_by_kinks(units: int = 6) -> style.Picture:
    """Draw the sine and the curve of a few ReLU units through points of it."""
    x, points = np.linspace(*ENDS, 801), np.linspace(*ENDS, units + 1)
    built = curve(x, *through(points, np.sin(points)))
    with style.house_style():
        figure, axes = style.new_figure()
        axes.plot(x, np.sin(x), label="sin x")
        axes.plot(x, built, label=f"{units} ReLU units")
        axes.plot(points, np.sin(points), "o", color=style.TEXT, markersize=5)
        axes.set(xlabel="x")
        axes.legend(loc="upper left")
    return style.picture(
        figure,
        name="sine-by-kinks",
        alt=f"The sine from −π to π and a curve of {units} straight pieces that meets it in {units + 1} points; "
        f"they differ by at most {largest_error(np.sin, units, ENDS):.2f}.",
        caption="A network of ReLUs joins points of its target by straight lines. It is farthest off where the sine "
        "bends most.",
    )


def errors_by_width() -> style.Picture:
    """Draw the largest error against the number of hidden units, for ReLUs and for squares."""
    relu = [largest_error(np.sin, units, ENDS) for units in WIDTHS]
    square = best_line_for_sine()
    with style.house_style():
        figure, axes = style.new_figure()
        axes.loglog(WIDTHS, relu, "o-", base=2, label="ReLU")
        axes.loglog(WIDTHS, [square] * len(WIDTHS), "s--", base=2, label="x², the best of all networks")
        axes.set(xlabel="hidden units", ylabel="largest error for sin x")
        axes.set_xticks(WIDTHS, [str(width) for width in WIDTHS])
        axes.minorticks_off()
        axes.legend(loc="lower left")
    return style.picture(
        figure,
        name="errors-by-width",
        alt="Largest error for the sine on a logarithmic scale. "
        f"With ReLU it falls from {relu[0]:.2g} with {WIDTHS[0]} "
        f"units to {relu[-1]:.2g} with {WIDTHS[-1]}; with squares it stays at {square:.2g} at any width.",
        caption="Twice as many ReLUs make the error about four times smaller. More squares change nothing.",
    )


def best_line_for_sine() -> float:
    """Return the largest error on [−π, π] of the best quadratic for the sine.

    The sine is odd, so that a best quadratic is a line a·x.  Its error is largest at the end of the interval and where
    cos x = a; the best a makes the two equal.
    """
    from scipy.optimize import brentq

    def gap(a: float) -> float:
        inner = np.arccos(a)
        return float((np.sin(inner) - a * inner) - a * np.pi)

    return float(brentq(gap, 0.0, 1.0) * np.pi)
