"""What a student sees of a check: a table in Jupyter, text elsewhere.  A part of ``checks.py``, see `checks_tail`."""

from __future__ import annotations

import html
import re
import textwrap
from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True)
class Row:
    """The verdict on one criterion: its points, and what to tell if they are lost."""

    criterion: str
    points: float
    out_of: float
    at: str = ""
    got: str = ""
    want: str = ""
    message: str = ""
    diagnosis: str = ""

    @property
    def passed(self) -> bool:
        """Whether nothing is wrong."""
        return not self.message


def as_html(text: str) -> str:
    """Escape a sentence for HTML, and set what stands in backquotes as code."""
    return re.sub("`([^`]*)`", r"<code>\1</code>", html.escape(text))


class Report:
    """The points of one function, as a table in Jupyter and as text elsewhere."""

    def __init__(self, name: str, rows: Sequence[Row]) -> None:
        self.name, self.rows = name, tuple(rows)

    @property
    def points(self) -> float:
        """Points reached with the visible checks."""
        return sum(row.points for row in self.rows)

    @property
    def out_of(self) -> float:
        """Points possible."""
        return sum(row.out_of for row in self.rows)

    def title(self) -> str:
        """Return the line above the table."""
        return f"`{self.name}`: {self.points:g} of {self.out_of:g} points"

    def __repr__(self) -> str:
        lines = [self.title()]
        for row in self.rows:
            state = "passed" if row.passed else "failed"
            lines.append(f"  {row.criterion:<12} {state}  {row.points:g} of {row.out_of:g}")
            told = [text for text in (row.message, row.diagnosis) if text]
            lines += [textwrap.fill(t, 100, initial_indent="      ", subsequent_indent="      ") for t in told]
        return "\n".join(lines)

    def _repr_html_(self) -> str:
        body = "".join(map(_html_row, self.rows))
        head = "".join(
            f'<th scope="col" style="text-align:left">{text}</th>'
            for text in ("criterion", "result", "points", "at", "yours", "expected")
        )
        style = "text-align:left;font-weight:bold;caption-side:top"
        return (
            f'<table style="max-width:60em"><caption style="{style}">{as_html(self.title())}</caption>'
            f"<thead><tr>{head}</tr></thead><tbody>{body}</tbody></table>"
        )


def _html_row(row: Row) -> str:
    """Return a criterion's row, and below it the sentences where there are any."""
    state = "✓ passed" if row.passed else "✗ failed"
    numbers = (row.at, row.got, row.want) if row.want else ("", "", "")  # else the sentence says it better
    cells = (state, f"{row.points:g} of {row.out_of:g}", *numbers)
    style = ' style="text-align:left;vertical-align:top"'
    text = f'<tr><th scope="row"{style}>{html.escape(row.criterion)}</th>'
    text += "".join(f"<td{style}>{html.escape(cell)}</td>" for cell in cells) + "</tr>"
    if row.message:
        told = f"<p>{as_html(row.message)}</p>" + (f"<p><b>{as_html(row.diagnosis)}</b></p>" if row.diagnosis else "")
        text += f'<tr><td colspan="6" style="text-align:left;white-space:normal">{told}</td></tr>'
    return text


class Reports:
    """The points of several functions: one line each, and the full table of those that lost points."""

    def __init__(self, reports: Sequence[Report]) -> None:
        self.reports = tuple(reports)

    def title(self) -> str:
        """Return the line above all tables."""
        points, out_of = sum(r.points for r in self.reports), sum(r.out_of for r in self.reports)
        return f"{points:g} of {out_of:g} points so far"

    def __repr__(self) -> str:
        parts = [r.title() if r.points == r.out_of else repr(r) for r in self.reports]
        return "\n".join([self.title(), *parts])

    def _repr_html_(self) -> str:
        parts = [f"<p>{as_html(r.title())}</p>" if r.points == r.out_of else r._repr_html_() for r in self.reports]
        return f"<p><b>{self.title()}</b></p>{''.join(parts)}"
