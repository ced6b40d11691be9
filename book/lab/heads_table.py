"""The table of heads, for the chapter on the output layer."""

from __future__ import annotations

from book.lab.heads import HEADS
from book.lab.html import Html, table


def heads_table() -> Html:
    """Return all heads with their losses, and whether SymPy finds prediction minus target as the gradient."""
    columns = ("To be predicted", "Outputs", "Activation", "Loss of one example", "Gradient is p − t")
    rows = [
        (each.task, each.outputs, each.activation, each.loss_name, "yes" if each.matched else "times the slope")
        for each in HEADS.values()
    ]
    caption = "Heads and their losses; p is the prediction, t the target. The last column is computed by SymPy."
    return table(caption, columns, rows)
