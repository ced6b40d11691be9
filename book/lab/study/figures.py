"""Figures and tables of the training study's chapter."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from book.lab import style
from book.lab.html import Html, table
from book.lab.study.grid import ACTIVATIONS, DEPTHS, SEEDS, STARTS, WIDTH, Cell
from book.lab.study.run import Outcome
from book.lab.study.summary import CHANCE, START_TITLES, TITLES, best
from book.lab.study.table import beginnings

MARKERS = ("o", "s", "^", "D")


def _dots(axes: Any, at: float, values: Sequence[float], number: int, label: str = "") -> None:
    """Draw one mark for each run, and a bar at the median."""
    aside = np.linspace(-0.06, 0.06, len(values))
    mark = {"marker": MARKERS[number], "color": style.LINES[number], "markersize": 4, "linestyle": "none"}
    axes.plot(at + aside, values, label=label or None, **mark)
    axes.plot([at - 0.09, at + 0.09], [np.median(values)] * 2, "-", color=style.TEXT, linewidth=1.5)


def grid_figure() -> style.Picture:
    """Draw the test accuracy of every activation at every depth and start, at its best learning rate."""
    with style.house_style():
        figure, panels = style.new_figure(len(STARTS), height=10)
        for axes, start in zip(panels, STARTS, strict=True):
            for column, name in enumerate(ACTIVATIONS):
                for number, depth in enumerate(DEPTHS):
                    label = f"{depth} layers" if column == 0 and axes is panels[0] else ""
                    _dots(axes, column + 0.2 * (number - 1.5), best(name, depth, start).accuracies, number, label)
            axes.axhline(CHANCE, **style.BOUND)
            axes.set(title=START_TITLES[start], ylim=(0, 1.03), ylabel="test accuracy")
            axes.set_xticks(range(len(ACTIVATIONS)), [TITLES[name] for name in ACTIVATIONS], fontsize=10)
            axes.grid(visible=False, axis="x")
        figure.legend(loc="outside upper center", ncols=len(DEPTHS), fontsize=10, columnspacing=1, handletextpad=0.2)
    return style.picture(figure, name="study-grid", alt=_grid_words(), caption=_GRID_CAPTION)


_GRID_CAPTION = (
    f"Each mark is one network, {len(SEEDS)} for each activation, depth and start; bars are medians; the dotted line "
    "is guessing. Each activation has its best learning rate of those tried, chosen by the loss on the training images."
)


def _grid_words() -> str:
    """Return the medians of the grid in words."""
    parts = []
    for start in STARTS:
        rows = "; ".join(
            f"{TITLES[name]} {', '.join(f'{best(name, depth, start).accuracy:.0%}' for depth in DEPTHS)}"
            for name in ACTIVATIONS
        )
        parts.append(f"{START_TITLES[start]} start: {rows}")
    depths = ", ".join(map(str, DEPTHS))
    return f"Dot plots of test accuracy in four panels. Medians at {depths} hidden layers. {'. '.join(parts)}."


def dead_figure() -> style.Picture:
    """Draw which share of the ReLU units is dead before the first step, by depth and start."""
    shares = {
        (start, depth): [one.dead for one in beginnings()["relu", depth, start]] for start in STARTS for depth in DEPTHS
    }
    with style.house_style():
        figure, axes = style.new_figure()
        for number, start in enumerate(STARTS):
            for column, depth in enumerate(DEPTHS):
                label = START_TITLES[start] if column == 0 else ""
                _dots(axes, column + 0.2 * (number - 1.5), shares[start, depth], number, label)
        axes.set(xlabel="hidden layers", ylabel="dead units before training", ylim=(0, 1))
        axes.set_xticks(range(len(DEPTHS)), list(map(str, DEPTHS)))
        axes.grid(visible=False, axis="x")
        axes.legend(loc="upper left", ncols=2)
    medians = "; ".join(
        f"{START_TITLES[start]} {', '.join(f'{np.median(shares[start, depth]):.0%}' for depth in DEPTHS)}"
        for start in STARTS
    )
    return style.picture(
        figure,
        name="dead-at-start",
        alt=f"Dot plot of the share of dead ReLU units before training. Medians by number of layers: {medians}.",
        caption="ReLU units that return 0 for every one of the watched images, before the first step of training. "
        "Each mark is one network.",
    )


def growth_table() -> Html:
    """Return how the gradient of a ReLU network changes with each layer: as derived, and as measured."""
    factors = {"glorot": 1.0, "he": 2.0, "torch": 1 / 3, "large": 8.0}
    shallow, deep = DEPTHS[0], DEPTHS[-1]
    rows = []
    for start, scaled in factors.items():
        ends = [np.array([one.norms[1] for one in beginnings()["relu", depth, start]]) for depth in (shallow, deep)]
        each = (ends[1] / ends[0]) ** (1 / (deep - shallow))
        cells = (f"{np.sqrt(scaled / 2):.2f}", f"{np.median(each):.2f}", f"{each.min():.2f} to {each.max():.2f}")
        rows.append((START_TITLES[start], *cells))
    return table(
        f"Factor by which one more layer changes the gradient norm of the second layer; ReLU, {WIDTH} units a layer",
        ("Start", "Derived", "Measured (median)", f"From {len(SEEDS)} seeds"),
        rows,
        fitted=True,
    )


def accuracies(outcomes: list[Outcome]) -> list[float]:
    """Return the test accuracy of each network; chance where it diverged."""
    return [CHANCE if np.isnan(one.test_accuracy) else one.test_accuracy for one in outcomes]


def outcomes_table(found: dict[Cell, list[Outcome]], caption: str) -> Html:
    """Return what became of some cells: accuracy, steps to the fixed loss, dead units."""
    rows = []
    for cell, outcomes in found.items():
        right = accuracies(outcomes)
        dead = [one.dead for one in outcomes if np.isfinite(one.train_loss)]
        reached = [one.steps for one in outcomes if one.steps is not None]
        rows.append(
            (
                f"{TITLES[cell.activation]}, {START_TITLES[cell.start]}",
                f"{np.median(right):.0%} ({min(right):.0%} to {max(right):.0%})",
                f"{len(reached)} of {len(outcomes)}",
                f"{np.median(dead):.0%}" if dead else "diverged",
            )
        )
    return table(caption, ("Network", "Test accuracy", "Learnt", "Dead"), rows, fitted=True)


def ends_table(depth: int, start: str) -> Html:
    """Return what the units of a setting look like after training, and the seconds that the training took."""
    rows = []
    for name in ACTIVATIONS:
        found = best(name, depth, start)
        trained = [row for row in found.rows if np.isfinite(row.train_loss)]
        rows.append(
            (
                TITLES[name],
                _spread([row.dead for row in trained], "{:.0%}"),
                _spread([row.flat for row in trained], "{:.0%}"),
                _spread([row.largest for row in trained], "{:.1f}"),
                _spread([row.seconds for row in trained], "{:.1f}"),
            )
        )
    return table(
        f"{depth} hidden layers, {START_TITLES[start]} start, after training: medians of {len(SEEDS)} seeds, and in "
        "brackets from the lowest to the highest",
        ("Activation", "Dead units", "Flat slopes", "Largest activation", "Seconds"),
        rows,
    )


def _spread(values: Sequence[float], pattern: str) -> str:
    """Return a median with its ends in brackets, or the one text that all of them share."""
    middle, least, most = (pattern.format(part) for part in (np.median(values), min(values), max(values)))
    return middle if least == most else f"{middle} ({least} to {most})"
