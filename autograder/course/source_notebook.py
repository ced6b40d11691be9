"""Bring an instructor's notebook up to date: the cells that follow from `autograder.assignments`, ids and metadata.

Generated are the locked cell of imports, a text cell for each function that says what is graded, and one test cell
for each criterion.  Every other cell is the teacher's, and its text is left as it is.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Collection, Iterator
from typing import Any

from autograder import messages
from autograder.assignments import Assignment, Criterion, Exercise
from autograder.assignments import cells as forms
from autograder.errors import UsageError

Cell = dict[str, Any]
Notebook = dict[str, Any]

TEST_FORM = re.compile(re.sub("FUNCTION|CRITERION", r"\\w+", re.escape(forms.full_test("FUNCTION", "CRITERION"))))
"""What a generated test cell looks like, whatever it tests."""
FLEETING = ("ExecuteTime", "collapsed", "execution", "scrolled", "trusted")
"""Metadata keys that tools leave behind and that say nothing about the course."""


def imports_source(*, data: bool = False) -> str:
    """Return the source of the first code cell, with the sentence for a notebook that lies alone.

    ``data`` tells whether the notebook comes with data files.
    """
    names = "check, draw, load_data" if data else "check, draw"
    words, lines, line = messages.NO_CHECKS_FILE.split(" "), [], ""
    for word in words:
        if line and len(line) + len(word) > 90:
            lines.append(line + " ")
            line = word
        else:
            line = f"{line} {word}".strip()
    told = "\n".join(f'        "{text}"' for text in [*lines, line])
    return (
        f"import numpy as np\n\ntry:\n    from checks import {names}\nexcept ModuleNotFoundError:\n"
        f"    raise ModuleNotFoundError(\n{told}\n    ) from None"
    )


def criteria_text(exercise: Exercise) -> str:
    """Return the text cell that tells students what is graded, with points and tolerances."""
    lines = [f"**What is graded in `{exercise.signature}`** ({_points(exercise.points)})", ""]
    lines += [f"- *{c.name}*, {_points(c.points)}: {c.says}." for c in exercise.criteria]
    return "\n".join(lines)


def _points(points: float) -> str:
    """Write a number of points."""
    return f"{points:g} point{'' if points == 1 else 's'}"


def grade_id(cell: Cell) -> str:
    """Return a cell's ``grade_id``, or an empty string."""
    return str(cell.get("metadata", {}).get("nbgrader", {}).get("grade_id", ""))


def points_of(notebook: Notebook) -> dict[str, float]:
    """Return the points of each graded cell that says them, by grade id."""
    said = {grade_id(cell): cell.get("metadata", {}).get("nbgrader", {}).get("points") for cell in notebook["cells"]}
    return {name: points for name, points in said.items() if name and isinstance(points, int | float)}


def is_solution(cell: Cell) -> bool:
    """Tell whether a student writes a function in this cell."""
    marks = cell.get("metadata", {}).get("nbgrader", {})
    return cell.get("cell_type") == "code" and bool(marks.get("solution"))


def _marks(name: str, *, points: float | None = None) -> dict[str, Any]:
    """Return nbgrader's metadata of a locked cell, which is a test if it has points."""
    marks: dict[str, Any] = {
        "grade": points is not None,
        "grade_id": name,
        "locked": True,
        "schema_version": 3,
        "solution": False,
        "task": False,
    }
    if points is not None:
        marks["points"] = int(points) if points == int(points) else points
    return marks


def _code(name: str, source: str, *, points: float | None = None, tags: tuple[str, ...] = ()) -> Cell:
    """Return a locked code cell."""
    metadata: dict[str, Any] = {"nbgrader": _marks(name, points=points)}
    if tags:
        metadata["tags"] = list(tags)
    return {
        "cell_type": "code",
        "execution_count": None,
        "id": name,
        "metadata": metadata,
        "outputs": [],
        "source": source.splitlines(keepends=True),
    }


def test_cell(function: str, criterion: Criterion) -> Cell:
    """Return a generated test cell.

    Its tag lets *Run All* go on after a failed check, so that one wrong function does not hide the others.
    """
    name = forms.grade_id(function, criterion.name)
    source = forms.full_test(function, criterion.name)
    return _code(name, source, points=criterion.points, tags=("raises-exception",))


def criteria_cell(exercise: Exercise) -> Cell:
    """Return the generated text cell of a function."""
    name = f"{exercise.name}-criteria"
    return {
        "cell_type": "markdown",
        "id": name,
        "metadata": {},
        "source": criteria_text(exercise).splitlines(keepends=True),
    }


def cell_source(cell: Cell) -> str:
    """Return a cell's source as one text."""
    source = cell.get("source", "")
    return source if isinstance(source, str) else "".join(source)


def _is_generated(cell: Cell, assignment: Assignment) -> bool:
    """Tell whether a cell is one of ours, by its name or by its form: then it is written anew or goes."""
    name = grade_id(cell) or str(cell.get("id", ""))
    known = name == f"{assignment.name}-imports" or name.endswith("-criteria")
    return known or assignment.find(name) is not None or TEST_FORM.fullmatch(cell_source(cell)) is not None


def _wanted(assignment: Assignment) -> Iterator[tuple[str, Cell]]:
    """Yield every generated cell with the id of the cell that it belongs to: above it for text, below it for code."""
    for exercise in assignment.exercises:
        yield exercise.name, criteria_cell(exercise)
        for criterion in exercise.criteria:
            yield exercise.name, test_cell(exercise.name, criterion)


def _check_solutions(cells: list[Cell], assignment: Assignment, where: str) -> None:
    """Raise `UsageError` unless the solution cells are the assignment's functions, each once."""
    found = [grade_id(cell) for cell in cells if is_solution(cell)]
    wanted = [exercise.name for exercise in assignment.exercises]
    for name in wanted:
        if found.count(name) != 1:
            count = "no solution cell" if name not in found else f"{found.count(name)} solution cells"
            raise UsageError(f"{where} has {count} for `{name}`. Give exactly one code cell the grade_id {name}.")
    for name in found:
        if name not in wanted:
            raise UsageError(
                f"{where} has a solution cell `{name}` that the assignment {assignment.name} does not grade: "
                "add an exercise of this name, or remove the cell."
            )


def _place(cells: list[Cell], cell: Cell, owner: str, last: str) -> None:
    """Insert a new generated cell: text above the solution cell, a test below the test before it."""
    names = [grade_id(c) or c.get("id", "") for c in cells]
    if cell["cell_type"] == "markdown":
        cells.insert(names.index(owner), cell)
    else:
        cells.insert(names.index(last) + 1, cell)


def name_cells(notebook: Notebook, known: Collection[str]) -> bool:
    """Give cells whose id is not a ``known`` one an id that is the same at each run; tell whether there were any.

    They come from the course's header or footer, and nbformat draws ids for cells that have none.
    """
    others = [(number, cell) for number, cell in enumerate(notebook["cells"]) if cell.get("id") not in known]
    for number, cell in others:
        cell["id"] = _digest_id(cell, str(number))
    return bool(others)


def _digest_id(cell: Cell, further: str) -> str:
    """Return an id that follows from a cell's kind, its source and a further text."""
    kind = "text" if cell.get("cell_type") == "markdown" else "code"
    return f"{kind}-{hashlib.sha256((further + cell_source(cell)).encode()).hexdigest()[:8]}"


def _normal(cell: Cell, taken: set[str]) -> Cell:
    """Return a cell without outputs, with a stable id and without what tools leave behind."""
    cell = dict(cell)
    name = grade_id(cell) or str(cell.get("id", ""))
    if not name or name in taken:
        name = _digest_id(cell, name)
    if name in taken:
        raise UsageError(f"Two cells of the notebook have the id {name}: rename or remove one of them.")
    taken.add(name)
    cell["id"] = name
    cell["metadata"] = {k: v for k, v in cell.get("metadata", {}).items() if k not in FLEETING}
    cell["source"] = cell_source(cell).splitlines(keepends=True)
    if cell.get("cell_type") == "code":
        cell["outputs"], cell["execution_count"] = [], None
    return cell


def regenerate(notebook: Notebook, assignment: Assignment, where: str) -> Notebook:
    """Return the notebook with every generated cell as the assignment wants it.

    A generated cell that exists stays where the teacher put it; a new one is placed beside its solution cell; one
    whose function or criterion is gone goes too.  Raises `UsageError`, beginning with ``where``, if a function has
    no solution cell.
    """
    cells = list(notebook["cells"])
    _check_solutions(cells, assignment, where)
    imports = _code(f"{assignment.name}-imports", imports_source(data=bool(assignment.files)))
    wanted = {imports["id"]: imports} | {cell["id"]: cell for _, cell in _wanted(assignment)}
    kept, seen = [], set()
    for cell in cells:
        name = grade_id(cell) or str(cell.get("id", ""))
        if name in wanted and name not in seen:
            seen.add(name)
            kept.append(wanted[name])
        elif not _is_generated(cell, assignment):
            kept.append(cell)
    if imports["id"] not in seen:
        first = next(i for i, cell in enumerate(kept) if cell["cell_type"] == "code")
        kept.insert(first, imports)
    last = ""
    for owner, cell in _wanted(assignment):
        if cell["cell_type"] == "markdown":
            last = owner
        if cell["id"] not in seen:
            _place(kept, cell, owner, last)
        if cell["cell_type"] == "code":
            last = cell["id"]
    taken: set[str] = set()
    return {
        "cells": [_normal(cell, taken) for cell in kept],
        "metadata": {
            "kernelspec": {"display_name": "Python 3", "language": "python", "name": "python3"},
            "language_info": {"name": "python"},
        },
        "nbformat": 4,
        "nbformat_minor": 5,
    }


def dump(notebook: Notebook) -> bytes:
    """Return a notebook's bytes in the form in which Jupyter writes them: sorted keys, one space, UTF-8."""
    return (json.dumps(notebook, sort_keys=True, indent=1, ensure_ascii=False) + "\n").encode()
