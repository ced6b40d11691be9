"""What the HTML pages share: a template environment in which everything is text until it is escaped."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache, lru_cache
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup, escape

from autograder.report.summary import failed, own_notes, points, printable, reason, what_happened

TEMPLATES = Path(__file__).parent / "templates"


@lru_cache(maxsize=4_096)  # many students are told the same
def prose(text: str) -> Markup:
    """Return a sentence as escaped HTML, with what stands between backticks as code."""
    parts = printable(text).split("`")
    if len(parts) % 2 == 0:  # a backtick without its partner stays what it is
        parts[-2:] = ["`".join(parts[-2:])]
    safe = [str(escape(part)) for part in parts]
    return Markup("".join(f"<code>{part}</code>" if i % 2 else part for i, part in enumerate(safe)))


def _finalize(value: Any) -> Any:
    """Drop unprintable characters from every text that enters the page."""
    return printable(value) if isinstance(value, str) and not isinstance(value, Markup) else value


@cache
def environment(**filters: Callable[..., Any]) -> Environment:
    """Return the template environment with the shared filters and a page's own.

    Everything is escaped, unprintable characters are dropped, and a misspelt name is an error.
    """
    made = Environment(
        loader=FileSystemLoader(TEMPLATES),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        finalize=_finalize,
    )
    made.filters.update(
        points=points,
        what_happened=what_happened,
        failed=failed,
        own_notes=own_notes,
        reason=reason,
        prose=prose,
        **filters,
    )
    return made
