"""The notebook that a grade leaves behind: a line for each cell, so that it is quickly read back and corrected.

Who grades one function again need not read the submission and match its cells once more: the stored notebook holds the
cells that were run, in their order, and the hash beside the result tells that it is as the grade left it.  Its test
cells are corrected in their lines, and every other byte stays.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
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

    ``asked`` gives the step of a test cell of the function by its grade id, and ``places`` where its line begins and
    ends in the ``notebook``.
    """

    notebook: bytes
    steps: list[Step] = field(default_factory=list)
    asked: dict[str, int] = field(default_factory=dict)
    places: dict[str, tuple[int, int]] = field(default_factory=dict)

    def with_outputs(self, outputs: Mapping[str, bytes]) -> bytes:
        """Return the notebook in which these test cells have other outputs, or no bytes if they have them already.

        The name of the list stands in a test cell's line once after the metadata: quotes in texts are escaped.
        """
        parts: list[bytes] = []
        kept = 0
        for (start, end), name in sorted((self.places[name], name) for name in outputs):
            first = self.notebook.rindex(OUTPUTS, start, end) + len(OUTPUTS)
            last = self.notebook.rindex(b"}", start, end)
            if self.notebook[first:last] != outputs[name]:
                parts += self.notebook[kept:first], outputs[name]
                kept = last
        return b"".join((*parts, self.notebook[kept:])) if parts else b""


class Reader:
    """Reads the stored notebooks of an assignment back, for one function to be graded again.

    ``tests`` are the steps of all generated test cells, by grade id.
    """

    def __init__(self, function: str, tests: Mapping[str, CallStep]) -> None:
        self._function = function
        self._tests = tests
        self._heads: dict[bytes, tuple[bytes, str]] = {}

    def read(self, notebook: bytes) -> Program:
        """Return the steps that ran the cells of a stored notebook, as `matching.match` had made them.

        Only the sources are looked at: what stands before one is alike in a whole class, what comes after it may be
        long.
        """
        program = Program(notebook)
        found: list[CallStep | int] = []
        sources = []
        start, number = 0, 1 - FIRST_CELL
        while start := notebook.find(b"\n", start) + 1:
            number += 1
            if not notebook.startswith(CODE, start):
                continue
            head, name = self._head(notebook, start)
            step = self._tests.get(name)
            if step is None:
                source, ran = _source(notebook, start, start + len(head))
                if ran:
                    found.append(number)
                    sources.append(source)
            elif step.function == self._function:
                program.asked[name] = len(found)
                program.places[name] = start, notebook.index(b"\n", start)
                found.append(step)
        texts = iter(json.loads(b"[%b]" % b",".join(sources)))
        program.steps += (CellStep(f"cell-{one}", next(texts)) if isinstance(one, int) else one for one in found)
        return program

    def _head(self, notebook: bytes, start: int) -> tuple[bytes, str]:
        """Return how the line of a code cell begins, as far as its source, and the cell's grade id if it has one.

        It was seen before for nearly every cell, and is known by the cell's name.
        """
        id_ = notebook[start + len(CODE) : notebook.find(b'"', start + len(CODE))]
        known = self._heads.get(id_)
        if known is None or not notebook.startswith(known[0], start):
            if len(self._heads) >= MOST_KEPT:
                self._heads.clear()
            known = self._heads[id_] = _read_head(notebook, start)
        return known


def _read_head(notebook: bytes, start: int) -> tuple[bytes, str]:
    """Return the same as `Reader._head`, having read it: metadata may hold a name like that of the source."""
    end = start
    while True:
        end = notebook.index(SOURCE, end) + len(SOURCE)
        try:
            metadata = json.loads(notebook[start:end] + b"0}")["metadata"]
        except ValueError:
            continue
        name = metadata.get("nbgrader", {}).get("grade_id", "")
        return notebook[start:end], name if isinstance(name, str) else ""


def _source(notebook: bytes, line: int, start: int) -> tuple[bytes, bool]:
    """Return the source of a code cell as JSON, and whether it was run; they are where a line and a source begin.

    No text in JSON has bare quotes within, as the name of what follows has; but attachments may stand between.
    """
    end = notebook.index(COUNT, start)
    if notebook.endswith(b'"', start, end):
        return notebook[start:end], not notebook.startswith(b"null", end + len(COUNT))
    cell = json.loads(notebook[line : notebook.index(b"\n", start)].rstrip(b","))
    return compact(cell["source"]).encode(), cell["execution_count"] is not None


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
