"""What students were given before a correction: the cells of earlier releases, so that old notebooks are understood.

A course keeps them beside its release, in ``.earlier/<assignment>.json``: each cell once, and for each release the
numbers of its cells, the oldest release first.  What students hold now is in the release itself.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from pathlib import Path
from typing import Any

from autograder.errors import UsageError
from autograder.notebook import Cell, role_of

Release = tuple[Cell, ...]
"""The cells of a students' notebook in order."""

FOLDER = ".earlier"
SCHEMA_VERSION = 1


def history_file(release: Path) -> Path:
    """Return where the earlier releases of a students' notebook are kept: outside of what students are handed."""
    return release.parent.parent / FOLDER / f"{release.stem}.json"


def read_history(release: Path) -> tuple[Release, ...]:
    """Return the earlier releases of a students' notebook, the oldest first.

    Raises `UsageError` if they cannot be read.
    """
    path = history_file(release)
    try:
        told = json.loads(path.read_bytes())
        if told["schema_version"] != SCHEMA_VERSION:
            raise ValueError(f"its schema is {told['schema_version']}")
        cells = [_cell(one) for one in told["cells"]]
        return tuple(tuple(cells[number] for number in numbers) for numbers in told["releases"])
    except FileNotFoundError:
        return ()
    except (OSError, ValueError, KeyError, TypeError, IndexError) as problem:
        raise UsageError(
            f"{path}, which says what students were given earlier, cannot be read: {problem}. "
            "Restore it from a backup, or delete it if nobody holds an older notebook."
        ) from problem


def dump_history(releases: Sequence[Release]) -> bytes:
    """Return the bytes of a history; each cell is a line, and equal histories have equal bytes."""
    lines: dict[str, int] = {}
    numbers = [[lines.setdefault(_line(cell), len(lines)) for cell in release] for release in releases]
    cells, told = ",\n".join(lines), ",\n".join(map(json.dumps, numbers))
    return f'{{"schema_version": {SCHEMA_VERSION}, "cells": [\n{cells}\n], "releases": [\n{told}\n]}}\n'.encode()


def _line(cell: Cell) -> str:
    told: dict[str, Any] = {"kind": cell.kind, "source": cell.source}
    return json.dumps({**told, "nbgrader": dict(cell.meta)} if cell.meta else told, ensure_ascii=False, sort_keys=True)


def _cell(told: Mapping[str, Any]) -> Cell:
    return Cell(str(told["kind"]), str(told["source"]), dict(told.get("nbgrader", {})))


def plain(cells: Sequence[Cell]) -> Release:
    """Return cells with what a later notebook is matched by: kind, text, name and role."""
    marks = ("grade_id", "grade", "solution", "locked")
    return tuple(Cell(c.kind, c.source, {m: c.meta[m] for m in marks if m in c.meta}) for c in cells)


def with_release(history: Sequence[Release], before: Sequence[Cell], now: Sequence[Cell]) -> tuple[Release, ...]:
    """Return the history after a release is replaced: the one before is in it, if it was another."""
    old = plain(before)
    return tuple(history) if not old or old == plain(now) or old in history else (*history, old)


def renamed(before: Sequence[Cell], now: Sequence[Cell], keep: Collection[str]) -> dict[str, str]:
    """Return the new names of cells that only changed their ``grade_id``: all that tells them apart stayed.

    Names in ``keep`` are those of functions and their tests, and never become others.
    """
    old, new = _told_apart(before), _told_apart(now)
    gone = {name: mark for name, mark in old.items() if name not in new and name not in keep}
    fresh = {name: mark for name, mark in new.items() if name not in old and name not in keep}
    several = {mark for marks in (gone, fresh) for mark, count in Counter(marks.values()).items() if count > 1}
    names = {mark: name for name, mark in fresh.items() if mark not in several}
    return {name: names[mark] for name, mark in gone.items() if mark in names and mark not in several}


def _told_apart(cells: Sequence[Cell]) -> dict[str, tuple[str, ...]]:
    """Return what tells each named cell from others: its role and text; for a written answer its question's text."""
    found: dict[str, tuple[str, ...]] = {}
    for before, cell in zip((Cell("raw", ""), *cells), cells, strict=False):
        if cell.grade_id:
            role = role_of(cell)
            text = before.source if role == "written" else cell.source
            found[cell.grade_id] = (cell.kind, role, text.strip())
    return found
