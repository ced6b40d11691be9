"""The gallery's comparison table: plain HTML that a script lets readers sort and filter."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from html import escape
from typing import Any

from book.lab.gallery_curves import SPARK_HEIGHT, SPARK_WIDTH
from book.lab.html import typeset

SMOOTH = ("discontinuous", "C⁰", "C¹", "C²", "C³", "C^∞")
"""Continuity classes from rough to smooth, which is how the column is sorted."""
ABSENT = "–"
COLUMNS: Mapping[str, str] = {
    "year": "Source",
    "range": "Range",
    "monotonicity": "Monotone",
    "parity": "Parity",
    "continuity": "Smooth",
    "saturates": "Saturates",
    "zero-centred": "Zero-centred",
    "Lipschitz constant": "Lipschitz",
}
FILTERS = ("monotonicity", "continuity", "saturates", "zero-centred")
"""Columns with a list to choose from."""


def comparison(records: Sequence[Mapping[str, Any]]) -> str:
    """Return the table, the controls that a script shows, and the line that counts the rows."""
    rows = [_cells(record) for record in records]
    head = "".join(f'<th scope="col">{escape(words)}</th>' for words in ("Activation", "Curve", *COLUMNS.values()))
    body = "".join(_row(record, cells) for record, cells in zip(records, rows, strict=True))
    return (
        '<div id="comparison">'
        f'<div class="gallery-controls" hidden>{_controls(rows)}</div>'
        '<p class="gallery-count" aria-live="polite"></p>'
        f'<div class="scrolls"><table class="gallery-table"><caption>All {len(records)} activations of the course, '
        "at their default parameters</caption>"
        f"<thead><tr>{head}</tr></thead><tbody>{body}</tbody></table></div></div>"
        '<script defer src="../_static/gallery/table.js"></script>'
    )


def _cells(record: Mapping[str, Any]) -> dict[str, str]:
    found = {"year": str(record["year"]), **record["properties"]}
    return {name: found.get(name, ABSENT) for name in COLUMNS}


def _row(record: Mapping[str, Any], cells: Mapping[str, str]) -> str:
    link = f'<a href="gallery/{record["name"]}.html">{escape(record["title"].partition(" (")[0])}</a>'
    curve = (
        f'<svg class="spark" viewBox="0 0 {SPARK_WIDTH} {SPARK_HEIGHT}" aria-hidden="true" focusable="false">'
        f"{record['spark']}</svg>"
    )
    rest = "".join(_cell(name, text) for name, text in cells.items())
    first = f'<th scope="row">{link}</th><td class="curve-cell">{curve}</td>'
    return f'<tr data-title="{escape(record["title"])}">{first}{rest}</tr>'


def _cell(name: str, text: str) -> str:
    marks = f'data-column="{escape(COLUMNS[name])}" data-name="{escape(name)}" data-sort="{sort_key(name, text)}"'
    return f"<td {marks}>{typeset(text)}</td>"


def sort_key(name: str, text: str) -> str:
    """Return what a cell is sorted by: a number where its text stands for one, otherwise the text."""
    if name == "continuity":
        return str(SMOOTH.index(text)) if text in SMOOTH else "-1"
    if name == "range":
        low = text[1:].partition(",")[0] if text != ABSENT else ""
        return str(_number(low))
    if name in ("Lipschitz constant", "year"):
        return str(_number(text))
    return text


def _number(text: str) -> float:
    """Return the number that a text of the catalogue shows: ``1/4``, ``−0.5``, ``∞``; unknown ones come first."""
    plain = text.strip().replace("−", "-").replace("∞", "inf")
    above, _, below = plain.partition("/")
    try:
        return float(above) / float(below or 1)
    except ValueError:
        return float("-inf")


def _controls(rows: Sequence[Mapping[str, str]]) -> str:
    parts = ['<label for="gallery-search">Name contains</label><input id="gallery-search" type="search">']
    for name in FILTERS:
        values = sorted({row[name] for row in rows}, key=lambda text: (sort_key("continuity", text), text))
        options = "".join(f"<option>{escape(value.replace('^', ''))}</option>" for value in values)
        key = f"gallery-{name.lower().replace(' ', '-')}"
        parts.append(
            f'<label for="{key}">{escape(COLUMNS[name])}</label>'
            f'<select id="{key}" data-filter="{escape(name)}"><option value="">any</option>{options}</select>'
        )
    return "".join(parts)
