"""Figures that chapters share with the evidence of the claims."""

from __future__ import annotations

from typing import Any

import numpy as np

from book.lab import style
from book.lab.claims import CLAIMS
from book.lab.claims.training import LEARNT, LOSS, NAMES, RATE


def _dots(axes: Any, runs: dict[str, tuple[float, ...]]) -> None:
    """Draw one dot per run and a bar at the median, a column per function."""
    for column, (name, values) in enumerate(runs.items()):
        aside = np.linspace(-0.18, 0.18, len(values))  # equal values would hide each other
        colour = style.LINES[column]
        axes.plot(column + aside, values, "o", color=colour, markersize=5, label=name)
        axes.plot([column - 0.3, column + 0.3], [np.median(values)] * 2, "-", color=style.TEXT, linewidth=2)
    axes.set_xticks(range(len(runs)), list(runs))
    axes.set_yscale("log", base=2 if min(map(min, runs.values())) > 0 else 10)
    axes.grid(visible=False, axis="x")


def range_study() -> style.Picture:
    """Draw the experiment of claims 5 and 6: learning rates and losses of four activations, run by run."""
    evidence = CLAIMS[6].evidence
    rates = {name: evidence[f"{RATE}, {name}"] for name in NAMES}
    losses = {name: evidence[f"{LOSS}, {name}"] for name in NAMES}
    with style.house_style():
        figure, (above, below) = style.new_figure(2, height=5.6)
        _dots(above, rates)
        above.set_ylabel("largest learning rate that learns")
        _dots(below, losses)
        below.set_ylabel("lowest loss")
    medians = "; ".join(f"{name} {np.median(rates[name]):.3f} and {np.median(losses[name]):.3f}" for name in NAMES)
    return style.picture(
        figure,
        name="range-study",
        alt=f"Two dot plots, one dot for each start. Median largest learning rate and median lowest loss: {medians}.",
        caption=(
            "Above: the largest learning rate at which a network still learns, which here means that its loss falls "
            f"below {LEARNT:.2f}, half of that of guessing. Below: the lowest loss at any rate."
        ),
    )
