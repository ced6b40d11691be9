"""Tables that the pages compute from the catalogue."""

from __future__ import annotations

from html import escape

from autograder.catalogue import CATALOGUE
from book.lab.claims.show import Html, number_text


def range_table(*names: str) -> Html:
    """Return the ranges of functions of one number, with whether their ends are reached."""
    columns = ("Function", "Range", "Lower end reached", "Upper end reached", "Bounded")
    head = "".join(f'<th scope="col">{column}</th>' for column in columns)
    rows = []
    for entry in (CATALOGUE[name] for name in names):
        found = entry.range
        facts = (found.low_attained, found.high_attained, bool(found.low.is_finite and found.high.is_finite))
        cells = "".join(f"<td>{text}</td>" for text in (escape(str(found)), *map(number_text, facts)))
        rows.append(f'<tr><th scope="row">{escape(entry.title)}</th>{cells}</tr>')
    return Html(
        '<table class="counts"><caption>Ranges at the default parameters, derived by SymPy</caption>'
        f"<thead><tr>{head}</tr></thead><tbody>{''.join(rows)}</tbody></table>"
    )
