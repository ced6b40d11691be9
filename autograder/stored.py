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
TO_SOURCE, TO_COUNT = len(SOURCE), len(COUNT)
NOTHING = b"[]"
"""The outputs of a cell that said nothing."""


@dataclass
class Program:
    """What is run to grade one function by a stored notebook: cells and the function's calls, in their order.

    ``asked`` gives the step of a test cell of the function by its grade id, and ``places`` its line among ``lines``,
    which are the notebook's.
    """

    lines: list[bytes]
    steps: list[Step] = field(default_factory=list)
    asked: dict[str, int] = field(default_factory=dict)
    places: dict[str, int] = field(default_factory=dict)

    def with_outputs(self, outputs: Mapping[str, bytes]) -> bytes:
        """Return the notebook in which these test cells have other outputs, or no bytes if they have them already.

        The name of the list stands in a test cell's line once after the metadata: quotes in texts are escaped.
        """
        changed = {}
        for name, told in outputs.items():
            line = self.lines[self.places[name]]
            first, last = line.rindex(OUTPUTS) + len(OUTPUTS), line.rindex(b"}")
            if line[first:last] != told:
                changed[self.places[name]] = line[:first] + told + line[last:]
        return b"\n".join([changed.get(place, line) for place, line in enumerate(self.lines)]) if changed else b""


class Reader:
    """Reads the stored notebooks of an assignment back, for one function to be graded again.

    ``tests`` are the steps of all generated test cells, by grade id.
    """

    def __init__(self, function: str, tests: Mapping[str, CallStep]) -> None:
        self._function = function
        self._tests = tests
        self._heads: dict[bytes, CallStep | bool] = {}

    def read(self, notebook: bytes) -> Program:
        """Return the steps that ran the cells of a stored notebook, as `matching.match` had made them.

        Only the sources are looked at: what stands before one is alike in a whole class, what comes after it may be
        long.
        """
        program, heads = Program(notebook.split(b"\n")), self._heads
        found: list[CallStep | str] = []
        sources = []
        for place, line in enumerate(program.lines):
            if not line.startswith(CODE):
                continue
            end = line.find(SOURCE)
            kind = heads.get(line[:end])
            if kind is None:
                end, kind = self._look(line, end)
            if kind is True:
                stop = line.index(COUNT, end)
                source, ran = line[end + TO_SOURCE : stop], not line.startswith(b"null", stop + TO_COUNT)
                if not source.endswith(b'"'):  # no text in JSON has bare quotes, as the name of what follows has
                    source, ran = _source(line)
                if ran:
                    found.append(f"cell-{place - FIRST_CELL + 1}")
                    sources.append(source)
            elif kind:
                program.asked[kind.name], program.places[kind.name] = len(found), place
                found.append(kind)
        texts = iter(json.loads(b"[%b]" % b",".join(sources)))
        program.steps = [CellStep(one, next(texts)) if isinstance(one, str) else one for one in found]
        return program

    def _look(self, line: bytes, end: int) -> tuple[int, CallStep | bool]:
        """Return where what stands before a code cell's source ends, and what it tells of the cell.

        That is the step of a test that is asked, or whether it is no test.  What looks like the end may be a name
        within the metadata; where it is not, the cell is known the next time.
        """
        first = end
        end, name = _name(line, end)
        step = self._tests.get(name)
        kind = step is None or (step.function == self._function and step)
        if end == first:
            if len(self._heads) >= MOST_KEPT:
                self._heads.clear()
            self._heads[line[:end]] = kind
        return end, kind


def _name(line: bytes, end: int) -> tuple[int, str]:
    """Return where what stands before a code cell's source ends, and the cell's grade id if it has one."""
    while True:
        try:
            metadata = json.loads(line[:end] + b"}")["metadata"]
        except ValueError:
            end = line.index(SOURCE, end + 1)
            continue
        name = metadata.get("nbgrader", {}).get("grade_id", "")
        return end, name if isinstance(name, str) else ""


def _source(line: bytes) -> tuple[bytes, bool]:
    """Return the source of a code cell as JSON, and whether it was run, where its attachments come between."""
    cell = json.loads(line.rstrip(b","))
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
