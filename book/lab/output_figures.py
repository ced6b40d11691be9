"""Figures of the chapter on the output layer."""

from __future__ import annotations

import numpy as np
import sympy as sp

from book.lab import style
from book.lab.heads import HEADS, MISMATCHED, T, Z


def gradient_figure() -> style.Picture:
    """Draw the gradient of a sigmoid head for the target 1, with its own loss and with the squared error."""
    z = np.linspace(-8, 8, 321)
    pairs = ((HEADS["binary"], style.BLUE, "-"), (MISMATCHED, style.ORANGE, "--"))
    said = []
    with style.house_style():
        figure, axes = style.new_figure()
        for head, colour, line in pairs:
            gradient = sp.lambdify(Z, head.gradient[0].subs(T, 1), "numpy")
            axes.plot(z, gradient(z), line, color=colour, label=head.loss_name)
            said.append(f"{head.loss_name} " + f"{gradient(-6.0):.3f}".replace("-", "−"))
        axes.set(xlabel="logit z", ylabel="gradient for target 1")
        axes.legend(loc="lower right")
    return style.picture(
        figure,
        name="matched-gradients",
        alt=f"Gradient of two losses of a sigmoid for the target 1, against the logit. At z = −6: {'; '.join(said)}.",
        caption=(
            "The gradient with respect to the logit where the answer is yes. On the left the prediction is sure and "
            "wrong: one loss pushes with full force, the other hardly at all."
        ),
    )
