"""Figures and the table of the chapter on saturation, from the same runs that judge its claims."""

from __future__ import annotations

from typing import Any

import numpy as np

from autograder.catalogue import CATALOGUE
from autograder.properties import Tail, properties
from autograder.reference import REFERENCE
from book.lab import style
from book.lab.claims.saturation_depth import DEPTH
from book.lab.claims.saturation_experiments import LEAKS, RATES, units
from book.lab.claims.show import number_text
from book.lab.depth import SEEDS, WIDTH, measured, wide_network
from book.lab.html import Html, gallery_link, number, table

SHOWN = ("relu", "tanh", "sigmoid")


def depth_figure() -> style.Picture:
    """Draw the gradient by layer from He's start: random networks as dots, very wide ones as lines."""
    layers = np.arange(1, DEPTH + 1)
    ends = []
    with style.house_style():
        figure, axes = style.new_figure()
        for name, colour in zip(SHOWN, style.LINES, strict=False):
            runs, reference = measured(name, "He", DEPTH), REFERENCE[name]
            theory = wide_network(reference, scale=np.sqrt(2), depth=DEPTH).gradients
            for run in runs:
                axes.semilogy(layers, run, "o", color=colour, markersize=3)
            axes.semilogy(layers, theory, "-", color=colour, label=CATALOGUE[name].title)
            ends.append(f"{CATALOGUE[name].title} {number(float(np.median(runs[:, 0])))} (theory {number(theory[0])})")
        axes.set(xlabel="layer", ylabel="gradient, last layer = 1", xticks=[1, *range(5, DEPTH + 1, 5)])
        axes.legend(loc="lower right")
    return style.picture(
        figure,
        name="gradient-by-layer",
        alt=(
            f"Size of the gradient in each of {DEPTH} layers on a logarithmic scale, dots for random networks on a "
            f"line for very wide ones. Median in the first layer: {'; '.join(ends)}."
        ),
        caption=(
            f"The gradient on its way back from layer {DEPTH} to layer 1, from He’s start. Dots: networks of width "
            f"{WIDTH} that read digits, one column of dots per layer, {len(SEEDS)} seeds. Lines: the formula of this "
            "section. ReLU and tanh stay near the top; the sigmoid loses what is left of its gradient in every layer."
        ),
    )


def dead_figure() -> style.Picture:
    """Draw the share of dead units after training against the learning rate, run by run."""
    cases = (("bias 0", 0.0, style.BLUE, "o"), ("bias −1", -1.0, style.ORANGE, "s"))
    said = []
    with style.house_style():
        figure, axes = style.new_figure()
        for number, (label, bias, colour, marker) in enumerate(cases):
            dead = units("relu", bias).dead
            at = np.array(RATES) * (0.94, 1.06)[number]  # side by side
            axes.plot(np.broadcast_to(at, dead.shape).T, dead.T, marker, color=colour, markersize=4, alpha=0.6)
            axes.plot(at, np.nanmedian(dead, axis=0), "-", color=colour, label=f"biases start at {label[5:]}")
            medians = ", ".join(f"{share:.0%}" for share in np.nanmedian(dead, axis=0))
            said.append(f"{medians} with biases that start at {label[5:]}")
        axes.set_xscale("log", base=2)
        axes.set(xlabel="learning rate", ylabel="share of dead units", ylim=(-0.03, 1.03))
        axes.legend(loc="upper left")
    rates = ", ".join(f"{rate:g}" for rate in RATES)
    return style.picture(
        figure,
        name="dead-units",
        alt=f"Median share of dead ReLU units after training at the learning rates {rates}: {'; '.join(said)}.",
        caption="Dead ReLU units after training. Each mark is one start, the lines are medians. Compare the two ends: "
        "biases of −1 leave units dead at every learning rate, biases of 0 at the large ones only.",
    )


def _tail_words(tail: Tail) -> str:
    """Say in a few words whether and how a function comes to rest on one side."""
    if tail.decay is None:
        return "does not saturate"
    if tail.decay.arrives_at is not None:
        return f"hard, from x = {number_text(tail.decay.arrives_at).replace('-', '−')} on"
    if not tail.decay.rates:
        return f"soft, distance like 1/|x|{_power(-tail.decay.power)}"
    exponent = " + ".join(
        f"{'' if rate == 1 else number_text(float(rate))}|x|{_power(power)}" for power, rate in tail.decay.rates
    )
    return f"soft, distance like e^(−{exponent})"


def _power(power: Any) -> str:
    """Return an exponent as raised digits, nothing for 1."""
    return "" if power == 1 else str(power).translate(str.maketrans("0123456789", "⁰¹²³⁴⁵⁶⁷⁸⁹"))


def saturation_table(*names: str) -> Html:
    """Return for each function how it saturates on the left and on the right, as SymPy proves it."""
    rows: list[tuple[str | Html, ...]] = []
    for name in names:
        found = properties(CATALOGUE[name])
        ends = ", ".join(number_text(tail.limit).replace("-", "−") for tail in (found.left, found.right))
        link = gallery_link(name, CATALOGUE[name].title)
        rows.append((link, ends, *map(_tail_words, (found.left, found.right))))
    columns = ("Function", "Limits", "On the left", "On the right")
    return table("Where functions come to rest, derived by SymPy", columns, rows)


def leak_table() -> Html:
    """Return what leaks do after training: silent units, dead ones, diverged runs and the lowest loss."""
    rows = []
    for name, slope in {"relu": "", **LEAKS}.items():
        found = units(name, -1.0)
        rows.append(
            (
                f"slope {slope} on the left" if slope else "ReLU",
                f"{np.nanmedian(found.dead):.0%}",
                f"{np.nanmedian(found.silent):.0%}",
                f"{np.isinf(found.loss).mean():.0%}",
                f"{np.median(found.loss.min(axis=1)):.2f}",
            )
        )
    caption = "After training with biases that start at −1; medians over all starts and learning rates, "
    caption += "the loss at each start’s best rate"
    return table(caption, ("Activation", "Dead units", "Silent units", "Diverged runs", "Lowest loss"), rows)
