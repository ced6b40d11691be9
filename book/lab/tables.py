"""Tables that the pages compute from the catalogue."""

from __future__ import annotations

from autograder.catalogue import CATALOGUE
from book.lab.claims.show import number_text
from book.lab.html import Html, gallery_link, table


def range_table(*names: str) -> Html:
    """Return the ranges of functions of one number, with whether their ends are reached."""
    columns = ("Function", "Range", "Lower end reached", "Upper end reached", "Bounded")
    rows: list[tuple[str | Html, ...]] = []
    for name in names:
        found = CATALOGUE[name].range
        facts = (found.low_attained, found.high_attained, bool(found.low.is_finite and found.high.is_finite))
        rows.append((gallery_link(name, CATALOGUE[name].title), str(found), *map(number_text, facts)))
    return table("Ranges at the default parameters, derived by SymPy", columns, rows, fitted=True)
