"""The notebook that a grade leaves behind: a line for each cell, so that it is quickly read back and corrected.

Who grades one function again need not read the submission and match its cells once more: the stored notebook holds the
cells that were run, in their order, and the hash beside the result tells that it is as the grade left it.  Its test
cells are corrected in their lines, and every other byte stays.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any

from autograder.files import compact, in_lines
from autograder.notebook import Cell
from autograder.sandbox import CallStep, CellStep, Step

FIRST_CELL = 2
"""The line of the first cell; before it come the bracket of the notebook and the name of its list of cells."""

MOST_KEPT = 5_000
"""Beginnings of cells that are kept as they were read or written."""

CODE = b'  {"cell_type": "code", "id": "'
SOURCE, COUNT, OUTPUTS = b', "source": ', b', "execution_count": ', b', "outputs": '
NOTHING = b"[]"
"""The outputs of a cell that said nothing."""


@dataclass
class Program:
    """What is run to grade one function by a stored notebook: cells and the function's calls, in their order.

    ``lines`` are the notebook's; ``asked`` gives the step of a test cell of the function by its grade id, and
    ``places`` its line.
    """

    lines: list[bytes]
    steps: list[Step] = field(default_factory=list)
    asked: dict[str, int] = field(default_factory=dict)
    places: dict[str, int] = field(default_factory=dict)

    def with_outputs(self, outputs: Mapping[str, bytes]) -> bytes:
        """Return the notebook in which these test cells have other outputs, or no bytes if they have them already.

        The name of the list stands in a test cell's line once after the metadata: quotes in texts are escaped.
        """
        lines = self.lines.copy()
        for name, told in outputs.items():
            line = lines[self.places[name]]
            end = b"}," if line.endswith(b",") else b"}"
            lines[self.places[name]] = line[: line.rindex(OUTPUTS)] + OUTPUTS + told + end
        return b"" if lines == self.lines else b"\n".join(lines)


class Reader:
    """Reads the stored notebooks of an assignment back, for one function to be graded again.

    ``tests`` are the steps of all generated test cells, by grade id.
    """

    def __init__(self, function: str, tests: Mapping[str, CallStep]) -> None:
        self._function = function
        self._tests = tests

    def read(self, notebook: bytes) -> Program:
        """Return the steps that ran the cells of a stored notebook, as `matching.match` had made them.

        What stands before a cell's source is alike in a whole class, and what comes after it, which may be long, need
        not be read.  Both ends are known by names with bare quotes, which no text in JSON has within.
        """
        program = Program(notebook.split(b"\n"))
        found: list[CallStep | int] = []
        sources = []
        for place, line in enumerate(program.lines):
            if not line.startswith(CODE):
                continue
            head, _, rest = line.partition(SOURCE)
            source, _, count = rest.partition(COUNT)
            name = _grade_id(head)
            if name is None or b'", "' in source:
                name, source, count = _taken_apart(line)
            step = self._tests.get(name)
            if step is None:
                if not count.startswith(b"null"):
                    found.append(place - FIRST_CELL + 1)
                    sources.append(source)
            elif step.function == self._function:
                program.asked[name], program.places[name] = len(found), place
                found.append(step)
        texts = iter(json.loads(b"[%b]" % b",".join(sources)))
        program.steps += (CellStep(f"cell-{one}", next(texts)) if isinstance(one, int) else one for one in found)
        return program


def _taken_apart(line: bytes) -> tuple[str, bytes, bytes]:
    """Return a code cell's grade id, source and count of a line in which more things than these have their names."""
    cell = json.loads(line.rstrip(b","))
    return _named(cell), compact(cell["source"]).encode(), compact(cell["execution_count"]).encode()


@lru_cache(MOST_KEPT)
def _grade_id(head: bytes) -> str | None:
    """Return the grade id of the cell whose line begins so, if it has one; None if more of its metadata follows."""
    try:
        return _named(json.loads(head + b"}"))
    except ValueError:
        return None


def _named(cell: Mapping[str, Any]) -> str:
    """Return the grade id of a cell, or nothing."""
    name = cell["metadata"].get("nbgrader", {}).get("grade_id", "")
    return name if isinstance(name, str) else ""


class Writer:
    """Writes a notebook, cell by cell."""

    def __init__(self) -> None:
        self._lines: list[bytes] = []
        self._names: set[str] = set()

    def add(self, cell: Cell, count: int | None = None, outputs: bytes = NOTHING) -> None:
        """Add a cell, under a name that no cell before it has; one of code with its number and its outputs as JSON."""
        number = len(self._lines) + 1
        name = cell.grade_id or f"cell-{number}"
        if name in self._names:
            name = f"cell-{number}-again"
        self._names.add(name)
        line = _head(cell, name) + cell.text
        if cell.attachments:
            line += b', "attachments": ' + compact(cell.attachments).encode()
        if cell.kind == "code":
            line += COUNT + (b"null" if count is None else b"%d" % count) + OUTPUTS + outputs
        self._lines.append(line + b"}")

    def notebook(self) -> bytes:
        """Return the notebook."""
        metadata = {
            "kernelspec": {"display_name": "Python 3", "language": "python", "name": "python3"},
            "language_info": {"name": "python"},
        }
        content = {"cells": [], "metadata": metadata, "nbformat": 4, "nbformat_minor": 5}
        return in_lines(content, cells=self._lines)


def _head(cell: Cell, name: str) -> bytes:
    """Return a cell's line as far as its source.  It is kept: the cells of a class have the template's metadata."""
    meta, head = _heads.get((cell.kind, name), (None, b""))
    if meta is not cell.meta:
        told = {"cell_type": cell.kind, "id": name[:64], "metadata": {"nbgrader": cell.meta} if cell.meta else {}}
        head = compact(told).encode()[:-1] + SOURCE
        if len(_heads) >= MOST_KEPT:
            _heads.clear()
        _heads[cell.kind, name] = cell.meta, head
    return head


_heads: dict[tuple[str, str], tuple[Mapping[str, Any], bytes]] = {}
