"""The notebook that a grade leaves behind: a line for each cell, so that it is quickly written, and corrected in part.

Who grades one function again need not read the submission and match its cells once more: the stored notebook holds the
cells that were run, and its ``index``, which is kept in the result, tells where.  The hash beside it tells that the
notebook is as the grade left it.  Test cells are corrected in their outputs, and every other byte stays.

An index has for each step that was run, in their order, ``name:after:length``: for a cell where its source lies, for a
generated test, by its grade id, where its outputs lie, both as JSON.  It is so many bytes after the end of the one
before, so that a text of another length leaves the places of all others as they are.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from autograder.files import BETWEEN, compact, in_lines
from autograder.notebook import Cell
from autograder.sandbox import CallStep, CellStep, Step

MOST_KEPT = 5_000
"""Beginnings of cells that are kept as they were written."""

SOURCE, COUNT, OUTPUTS = b', "source": ', b', "execution_count": ', b', "outputs": '
NOTHING = b"[]"
"""The outputs of a cell that said nothing."""
NOBODY = b"null"
"""Stands for the cells while it is looked where they will be."""


@dataclass
class Program:
    """What is run to grade one function by a stored notebook: cells and the function's calls, in their order.

    ``asked`` gives the step of a test cell of the function by its grade id, ``places`` which entry of the ``index`` it
    has, and where its outputs begin and end in the ``notebook``.
    """

    notebook: bytes
    index: list[str]
    steps: list[Step] = field(default_factory=list)
    asked: dict[str, int] = field(default_factory=dict)
    places: dict[str, tuple[int, int, int]] = field(default_factory=dict)

    def with_outputs(self, outputs: Mapping[str, bytes]) -> tuple[bytes, str]:
        """Return the notebook in which these test cells have other outputs, and its index.

        There are no bytes if they have these outputs already.
        """
        index, parts, done = [*self.index], [], 0
        for place, start, end in sorted(self.places[name] for name in outputs):
            name, after, _ = index[place].split(":")
            told = outputs[name]
            if self.notebook[start:end] != told:
                index[place] = f"{name}:{after}:{len(told)}"
                parts += [self.notebook[done:start], told]
                done = end
        return b"".join([*parts, self.notebook[done:]]) if parts else b"", " ".join(index)


def read_program(notebook: bytes, index: str, function: str, tests: Mapping[str, CallStep]) -> Program:
    """Return the steps that ran the cells of a stored notebook and ask one function, as `matching.match` had made them.

    ``tests`` are the steps of all generated test cells, by grade id.

    Raises ValueError where the index is none, or that of another notebook.
    """
    program = Program(notebook, index.split())
    found: list[CallStep | str] = []
    sources = []
    end = 0
    for place, entry in enumerate(program.index):
        name, after, length = entry.split(":")
        start = end + int(after)
        end = start + int(length)
        test = tests.get(name)
        if test is None:
            found.append(name)
            sources.append(notebook[start:end])
        elif test.function == function:
            program.asked[name] = len(found)
            program.places[name] = place, start, end
            found.append(test)
    texts = iter(json.loads(b"[%b]" % b",".join(sources)))
    program.steps = [CellStep(one, next(texts)) if isinstance(one, str) else one for one in found]
    return program


class Writer:
    """Writes a notebook, cell by cell, and its index."""

    def __init__(self) -> None:
        self._lines: list[bytes] = []
        self._names: set[str] = set()
        self._entries: list[str] = []
        self._after = BEFORE

    def add(self, cell: Cell, count: int | None = None, outputs: bytes = NOTHING, step: Step | None = None) -> None:
        """Add a cell, under a name that no cell before it has; one of code with its number and its outputs as JSON.

        ``step`` is what ran it, if anything did.
        """
        number = len(self._lines) + 1
        name = cell.grade_id or f"cell-{number}"
        if name in self._names:
            name = f"cell-{number}-again"
        self._names.add(name)
        head = _head(cell, name)
        line = head + cell.text
        if cell.attachments:
            line += b', "attachments": ' + compact(cell.attachments).encode()
        if cell.kind == "code":
            line += COUNT + (b"null" if count is None else b"%d" % count) + OUTPUTS
        start, length = (len(line), len(outputs)) if isinstance(step, CallStep) else (len(head), len(cell.text))
        if cell.kind == "code":
            line += outputs
        self._lines.append(line + b"}")
        if step is not None:
            self._entries.append(f"{step.name}:{self._after + start}:{length}")
            self._after = -start - length
        self._after += len(line) + len(b"}" + BETWEEN)

    @property
    def index(self) -> str:
        """Where what was run lies in the notebook."""
        return " ".join(self._entries)

    def notebook(self) -> bytes:
        """Return the notebook."""
        return _notebook(self._lines)


def _notebook(cells: Sequence[bytes]) -> bytes:
    """Return a notebook with these lines as its cells."""
    metadata = {
        "kernelspec": {"display_name": "Python 3", "language": "python", "name": "python3"},
        "language_info": {"name": "python"},
    }
    return in_lines({"cells": [], "metadata": metadata, "nbformat": 4, "nbformat_minor": 5}, cells=cells)


BEFORE = _notebook([NOBODY]).index(NOBODY)
"""The bytes before the first cell."""


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
