"""The notebook that a grade leaves behind: a line for each cell, so that it is quickly written, and corrected in part.

Who grades one function again need not read the submission and match its cells once more: the stored notebook holds the
cells that were run, and its ``index``, which is kept in the result, tells where.  The checksum beside it tells that
the notebook is as the grade left it.  Test cells are corrected in their outputs, and every other byte stays.

An index has the names of the steps that were run, in their order, and after a semicolon, as a JSON list, where each has
its text: a cell its source, a generated test, named by its grade id, its outputs, both as JSON.  It is so many bytes
after the end of the one before, and so many long, so that a text of another length leaves the places of all others.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from itertools import accumulate
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


@dataclass(frozen=True)
class Layout:
    """What an index's ``names`` are, for one function to be graded again; in most notebooks of a class they are alike.

    ``cells`` are those of cells, and ``steps`` what is run: those cells, by name, and the function's calls.  ``asked``
    gives the step of a test cell of the function by its grade id, ``tests`` which of the names it is.
    """

    names: str
    count: int
    cells: tuple[int, ...]
    steps: tuple[CallStep | str, ...]
    asked: Mapping[str, int]
    tests: Mapping[str, int]


def lay_out(tests: Mapping[str, CallStep], names: str, function: str) -> Layout:
    """Return what an index's names are; ``tests`` are the steps of all generated test cells, by grade id."""
    every = names.split()
    cells = tuple(place for place, name in enumerate(every) if name not in tests)
    of_function = {
        name: place for place, name in enumerate(every) if name in tests and tests[name].function == function
    }
    chosen = [every[place] for place in sorted((*cells, *of_function.values()))]
    asked = {name: step for step, name in enumerate(chosen) if name in of_function}
    return Layout(names, len(every), cells, tuple(tests.get(name, name) for name in chosen), asked, of_function)


@dataclass(frozen=True)
class Program:
    """What is run to grade one function by a stored notebook; ``bounds`` tell where what was run begins and ends."""

    notebook: bytes
    index: str
    layout: Layout
    numbers: list[int]
    bounds: list[int]
    steps: list[Step]

    def with_outputs(self, outputs: Mapping[str, bytes]) -> tuple[bytes, str]:
        """Return the notebook in which these test cells have other outputs, and its index.

        There are no bytes if they have these outputs already.
        """
        numbers, parts, done = self.numbers.copy(), [], 0
        for name, place in self.layout.tests.items():
            start, end = self.bounds[2 * place : 2 * place + 2]
            told = outputs[name]
            if self.notebook[start:end] != told:
                numbers[2 * place + 1] = len(told)
                parts += [self.notebook[done:start], told]
                done = end
        if not parts:
            return b"", self.index
        index = self.index if numbers == self.numbers else _index(self.layout.names, numbers)
        return b"".join([*parts, self.notebook[done:]]), index


def read_program(notebook: bytes, index: str, function: str, layout: Callable[[str, str], Layout]) -> Program:
    """Return the steps that ran the cells of a stored notebook and ask one function, as `matching.match` had made them.

    ``layout`` tells what the index's names are for a function; see `lay_out`.

    Raises ValueError or TypeError where the index is none, that of another notebook, or has none of the function's
    tests.
    """
    names, _, told = index.partition(";")
    numbers, found = json.loads(told), layout(names, function)
    if len(numbers) != 2 * found.count or not found.asked:
        raise ValueError(f"this is no index of what was run of {function}")
    bounds = list(accumulate(numbers))
    sources = [notebook[bounds[2 * place] : bounds[2 * place + 1]] for place in found.cells]
    texts = iter(json.loads(b"[%b]" % b",".join(sources)))
    steps = [CellStep(one, next(texts)) if isinstance(one, str) else one for one in found.steps]
    return Program(notebook, index, found, numbers, bounds, steps)


def _index(names: str, numbers: Sequence[int]) -> str:
    return f"{names};{compact(numbers)}"


class Writer:
    """Writes a notebook, cell by cell, and its index."""

    def __init__(self) -> None:
        self._lines: list[bytes] = []
        self._names: set[str] = set()
        self._steps: list[str] = []
        self._numbers: list[int] = []
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
            self._steps.append(step.name)
            self._numbers += [self._after + start, length]
            self._after = -start - length
        self._after += len(line) + len(b"}" + BETWEEN)

    @property
    def index(self) -> str:
        """Where what was run lies in the notebook."""
        return _index(" ".join(self._steps), self._numbers)

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
