"""What a course's ``nbgrader_config.py`` says about students' work in nbgrader's own programs, and what to add.

Our commands are safe by themselves.  nbgrader's are as safe as these settings make them: formgrader shows what students
wrote, and ``nbgrader autograde``, from the command line or by formgrader's button, runs it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from autograder.course.layout import CONFIGURATION, read_configuration

MARKDOWN = "autograder.course.safe_markdown.safe_markdown"
MARKDOWN_LINES = (f'c.HTMLExporter.filters = {{"markdown2html": "{MARKDOWN}"}}',)
EXECUTE = "autograder.inside_nbgrader.SandboxedExecute"
EXECUTE_LINES = (
    "from autograder.inside_nbgrader import PREPROCESSORS",
    "c.Autograde.autograde_preprocessors = PREPROCESSORS",
)


@dataclass(frozen=True)
class Setting:
    """One setting: whether the course has it, what follows from that, and what to paste where it does not."""

    name: str
    works: bool
    detail: str
    advice: str = ""
    lines: tuple[str, ...] = ()


def settings(root: Path) -> tuple[Setting, ...]:
    """Return the settings of the course in a folder.

    Raises `UsageError` if there is no such folder, or its configuration is missing or cannot be read.
    """
    told = read_configuration(root)
    paste = f"Write into {root / CONFIGURATION}:"
    filters = _section(told, "HTMLExporter").get("filters")
    safe = _name((filters if isinstance(filters, Mapping) else {}).get("markdown2html")) == MARKDOWN
    steps = _section(told, "Autograde").get("autograde_preprocessors")
    sandboxed = EXECUTE in map(_name, steps if isinstance(steps, list | tuple) else ())
    return (
        Setting(
            "safe Markdown",
            safe,
            "formgrader and `nbgrader generate_feedback` show the HTML in students' answers as text."
            if safe
            else "formgrader and `nbgrader generate_feedback` run the HTML in students' answers in your browser.",
            *(("", ()) if safe else (paste, MARKDOWN_LINES)),
        ),
        Setting(
            "sandbox inside nbgrader",
            sandboxed,
            "`nbgrader autograde` and formgrader's button run students' code in the sandbox."
            if sandboxed
            else "`nbgrader autograde` and formgrader's button run students' code in a kernel that can read and change "
            "everything here; `autograder grade` does not.",
            *(("", ()) if sandboxed else (paste, EXECUTE_LINES)),
        ),
    )


def _section(told: Mapping[str, Any], name: str) -> Mapping[str, Any]:
    found = told.get(name, {})
    return found if isinstance(found, Mapping) else {}


def _name(value: object) -> str:
    """Return a class or function by the name that a configuration may give in its place."""
    if isinstance(value, str):
        return value
    return f"{getattr(value, '__module__', '')}.{getattr(value, '__qualname__', '')}"
