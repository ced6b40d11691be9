"""The notebook that a grade leaves behind: a line for each cell, so that it is quickly read back and corrected.

Who grades one function again need not read the submission and match its cells once more: the stored notebook holds the
cells that were run, in their order, and the hash beside the result tells that it is as the grade left it.  Its test
cells are corrected in their lines, and every other byte stays.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any

from autograder.files import compact
from autograder.notebook import Cell
from autograder.sandbox import CallStep, CellStep, Step

FIRST_CELL = 2
"""The line of the first cell; before it come the bracket of the notebook and the name of its list of cells."""

MOST_KEPT, LONGEST_KEPT = 5_000, 8_000
"""Cells that are kept as they were read, and the bytes of each at most."""

CODE = b'  {"cell_type": "code", "id": "'
OUTPUTS = b', "outputs": '


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

    def with_outputs(self, outputs: Mapping[str, Sequence[Any]]) -> bytes:
        """Return the notebook in which these test cells have other outputs, or no bytes if they have them already.

        The name of the list stands in a test cell's line once after the metadata: quotes in texts are escaped.
        """
        lines = self.lines.copy()
        for name, told in outputs.items():
            line = lines[self.places[name]]
            end = b"}," if line.endswith(b",") else b"}"
            lines[self.places[name]] = line[: line.rindex(OUTPUTS)] + OUTPUTS + compact(told).encode() + end
        return b"" if lines == self.lines else b"\n".join(lines)


class Reader:
    """Reads the stored notebooks of an assignment back, for one function to be graded again.

    ``tests`` are the steps of all generated test cells, by grade id.
    """

    def __init__(self, function: str, tests: Mapping[str, CallStep]) -> None:
        self._function = function
        self._tests = tests

    def read(self, notebook: bytes) -> Program:
        """Return the steps that ran the cells of a stored notebook, as `matching.match` had made them."""
        program = Program(notebook.split(b"\n"))
        for place, line in enumerate(program.lines):
            if not line.startswith(CODE):
                continue
            name, source = _known_cell(line) if len(line) <= LONGEST_KEPT else _code_cell(line)
            step = self._tests.get(name)
            if step is None:
                if source is not None:
                    program.steps.append(CellStep(f"cell-{place - FIRST_CELL + 1}", source))
            elif step.function == self._function:
                program.asked[name], program.places[name] = len(program.steps), place
                program.steps.append(step)
        return program


def _code_cell(line: bytes) -> tuple[str, str | None]:
    """Return the grade id of a code cell, if it has one, and its source if it was run."""
    cell = json.loads(line.rstrip(b","))
    name = cell["metadata"].get("nbgrader", {}).get("grade_id", "")
    return name, None if cell["execution_count"] is None else cell["source"]


_known_cell = lru_cache(MOST_KEPT)(_code_cell)
"""The same of lines that were read before: most cells of a notebook are in many of a class."""


def raw_cell(cell: Cell, number: int, used: set[str]) -> dict[str, Any]:
    """Return a cell as JSON values, under a name that no cell in ``used`` has."""
    identifier = cell.grade_id or f"cell-{number}"
    identifier = identifier if identifier not in used else f"cell-{number}-again"
    used.add(identifier)
    raw: dict[str, Any] = {
        "cell_type": cell.kind,
        "id": identifier[:64],
        "metadata": {"nbgrader": dict(cell.meta)} if cell.meta else {},
        "source": cell.source,
    }
    if cell.attachments:
        raw["attachments"] = {name: dict(forms) for name, forms in cell.attachments.items()}
    return raw | {"execution_count": None, "outputs": []} if cell.kind == "code" else raw


def laid_out(cells: Sequence[dict[str, Any]]) -> dict[str, Any]:
    """Return a notebook of these cells, as JSON values."""
    metadata = {
        "kernelspec": {"display_name": "Python 3", "language": "python", "name": "python3"},
        "language_info": {"name": "python"},
    }
    return {"cells": list(cells), "metadata": metadata, "nbformat": 4, "nbformat_minor": 5}
