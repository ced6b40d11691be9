"""The table of papers agrees with the bibliography: each key is there, and each year is that of first appearance."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from book.lab.claims.citations import CLAIMED, PAPERS, Paper

ENTRIES = {
    text.split(",", 1)[0].partition("{")[2]: text
    for text in re.split(
        r"^(?=@)", Path(__file__).parents[1].joinpath("book/references.bib").read_text("utf-8"), flags=re.M
    )
}


def first_year(entry: str) -> int:
    """The year of the preprint where there is one, since that is when the paper appeared; else the year printed."""
    preprint = re.search(r"eprint\s*=\s*\{(\d\d)\d\d\.", entry)
    printed = re.search(r"year\s*=\s*\{(\d{4})\}", entry)
    assert printed
    return 2000 + int(preprint[1]) if preprint else int(printed[1])


@pytest.mark.parametrize("paper", PAPERS, ids=lambda paper: paper.key)
def test_year_is_that_of_first_appearance(paper: Paper) -> None:
    assert paper.year == first_year(ENTRIES[paper.key])


def test_every_claimed_paper_is_in_the_table() -> None:
    assert set(CLAIMED) <= {paper.key for paper in PAPERS}
