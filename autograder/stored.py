"""The notebook that a grade leaves behind: a line for each cell, so that it is quickly read back and corrected.

Who grades one function again need not read the submission and match its cells once more: the stored notebook holds the
cells that were run, in their order, and the hash beside the result tells that it is as the grade left it.  Its test
cells are corrected in their lines, and every other byte stays.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from autograder.matching import Template
from autograder.notebook import Cell
from autograder.sandbox import CallStep, CellStep, Step

FIRST_CELL = 2
"""The line of the first cell; before it come the bracket of the notebook and the name of its list of cells."""

_compact = json.JSONEncoder(ensure_ascii=False).encode
_raw_decode = json.JSONDecoder().raw_decode

INDENT = 2
CODE = b'  {"cell_type": "code", "id": "'
OUTPUTS = b', "outputs": '


def in_lines(content: Mapping[str, Any]) -> str:
    """Return JSON text with a line for each member of an object, and for each item of a member that is a list.

    Python's encoder writes such text many times faster than text that is indented throughout.
    """
    lines = []
    for name, value in content.items():
        if isinstance(value, list) and value:
            told = "[\n  " + ",\n  ".join(map(_compact, value)) + "\n ]"
        else:
            told = _compact(value)
        lines.append(f" {_compact(name)}: {told}")
    return "{\n" + ",\n".join(lines) + "\n}\n"


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
            lines[self.places[name]] = line[: line.rindex(OUTPUTS)] + OUTPUTS + _compact(told).encode() + end
        return b"" if lines == self.lines else b"\n".join(lines)


class Reader:
    """Reads stored notebooks of one assignment back, for one function to be graded again.

    ``tests`` are the steps of all generated test cells, by grade id.
    """

    def __init__(self, template: Template, function: str, tests: Mapping[str, CallStep]) -> None:
        self._function = function
        self._tests = tests
        self._heads = {name.encode(): (name, _head(template.named[name])) for name in tests}

    def read(self, notebook: bytes) -> Program:
        """Return the steps that ran the cells of a stored notebook, as `matching.match` had made them."""
        program = Program(notebook.split(b"\n"))
        for place, line in enumerate(program.lines):
            if line.startswith(CODE):
                self._add(program, line, place)
        return program

    def _add(self, program: Program, line: bytes, place: int) -> None:
        """Add one code cell.  Nearly every test cell begins with the same bytes in every notebook."""
        name, head = self._heads.get(line[len(CODE) : line.index(b'"', len(CODE))], ("", b""))
        if not name or not line.startswith(head):
            cell = _raw_decode(line.decode(), INDENT)[0]
            name = cell["metadata"].get("nbgrader", {}).get("grade_id", "")
            if name not in self._tests:
                if cell["execution_count"] is not None:
                    program.steps.append(CellStep(f"cell-{place - FIRST_CELL + 1}", cell["source"]))
                return
        step = self._tests[name]
        if step.function == self._function:
            program.asked[name], program.places[name] = len(program.steps), place
            program.steps.append(step)


def _head(cell: Cell) -> bytes:
    """Return how a test cell's line begins."""
    raw = raw_cell(cell, 0, set())
    return b"  " + _compact({key: raw[key] for key in ("cell_type", "id", "metadata", "source")})[:-1].encode()


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
