"""A piece of HTML as the result of a cell."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Html:
    """A piece of a page; the last expression of a cell shows it."""

    text: str

    def _repr_html_(self) -> str:
        return self.text
