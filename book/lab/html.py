"""HTML as the result of a cell: plain text with its exponents raised, tables, links."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from html import escape


@dataclass(frozen=True)
class Html:
    """A piece of a page; the last expression of a cell shows it."""

    text: str

    def _repr_html_(self) -> str:
        return self.text


_TYPESET = (
    (re.compile(r"\^\(([^()]*)\)"), r"<sup>\1</sup>"),
    (re.compile(r"\^∞"), "<sup>∞</sup>"),
    (re.compile(r"\b([A-Za-z])_([A-Za-z0-9])\b"), r"\1<sub>\2</sub>"),
)
"""What plain text cannot show: exponents such as e^(−2x) and C^∞, and indices such as y_k."""
_RAISED = str.maketrans("-0123456789", "⁻⁰¹²³⁴⁵⁶⁷⁸⁹")


def typeset(text: str) -> str:
    """Return plain text as HTML, with raised exponents and lowered indices."""
    html = escape(text)
    for pattern, replacement in _TYPESET:
        html = pattern.sub(replacement, html)
    return html


def number(value: float, digits: int = 2) -> str:
    """Print a number for people: few digits, and a power of ten where it is very large or very small."""
    mantissa, letter, exponent = f"{value:.{digits}g}".partition("e")
    power = f"·10{str(int(exponent)).translate(_RAISED)}" if letter else ""
    return f"{mantissa}{power}".replace("-", "−")


def gallery_link(name: str, title: str) -> Html:
    """Return a link to an activation's page from a page beside the gallery's folder."""
    return Html(f'<a href="gallery/{name}.html">{escape(title.partition(" (")[0])}</a>')


def table(caption: str, columns: Sequence[str], rows: Sequence[Sequence[str | Html]], *, fitted: bool = False) -> Html:
    """Return a table whose first column heads the rows; on a phone each cell says the name of its column.

    Parameters
    ----------
    caption, columns
        Plain text.
    rows
        Cells as plain text or as HTML.
    fitted
        Whether the table is only as wide as its content; otherwise it is as wide as the page.
    """
    head = "".join(f'<th scope="col">{typeset(column)}</th>' for column in columns)
    body = "".join(_row(columns, row) for row in rows)
    return Html(
        f'<table class="names{" fitted" if fitted else ""}"><caption>{typeset(caption)}</caption>'
        f"<thead><tr>{head}</tr></thead><tbody>{body}</tbody></table>"
    )


def _row(columns: Sequence[str], row: Sequence[str | Html]) -> str:
    first, *others = (cell.text if isinstance(cell, Html) else typeset(cell) for cell in row)
    data = "".join(
        f'<td data-column="{escape(column)}">{cell}</td>' for column, cell in zip(columns[1:], others, strict=True)
    )
    return f'<tr><th scope="row">{first}</th>{data}</tr>'
