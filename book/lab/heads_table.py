"""The table of heads, for the chapter on the output layer."""

from __future__ import annotations

from html import escape

from book.lab.claims.show import Html
from book.lab.heads import HEADS


def heads_table() -> Html:
    """Return all heads with their losses, and whether SymPy finds prediction minus target as the gradient."""
    columns = ("To be predicted", "Outputs", "Activation", "Loss of one example", "Gradient is p − t")
    head = "".join(f'<th scope="col">{column}</th>' for column in columns)
    rows = "".join(
        f'<tr><th scope="row">{escape(each.task)}</th>'
        + "".join(
            f'<td data-column="{column}">{escape(text)}</td>'
            for column, text in zip(
                columns[1:],
                (each.outputs, each.activation, each.loss_name, "yes" if each.matched else "times the slope"),
                strict=True,
            )
        )
        + "</tr>"
        for each in HEADS.values()
    )
    return Html(
        '<table class="names"><caption>Heads and their losses; p is the prediction, t the target. The last column is '
        f"computed by SymPy.</caption><thead><tr>{head}</tr></thead><tbody>{rows}</tbody></table>"
    )
