"""What happens to notebooks between a student's desk and the grader: cells copied, lost, emptied, files cut short.

Each edit takes a notebook as JSON values, changes it in place, and is named for what it does.
"""

from __future__ import annotations

import copy
from typing import Any

Notebook = dict[str, Any]
Cell = dict[str, Any]

MARKUP = """\
<script>document.title = "owned"</script><img src=x onerror=alert(1)> =HYPERLINK("evil") \x1b[2J\x1b[31mred\x07\
"""
"""Markup, a spreadsheet formula and terminal escapes, which must come out as text everywhere."""


def named(notebook: Notebook, grade_id: str) -> Cell:
    """Return the cell with this grade id; KeyError if there is none."""
    for cell in notebook["cells"]:
        if cell["metadata"].get("nbgrader", {}).get("grade_id") == grade_id:
            found: Cell = cell
            return found
    raise KeyError(grade_id)


def code_cell(identifier: str, source: str) -> Cell:
    """Return a new code cell as a student adds it."""
    return {
        "cell_type": "code",
        "execution_count": None,
        "id": identifier,
        "metadata": {},
        "outputs": [],
        "source": source.rstrip("\n"),
    }


def duplicate_test(notebook: Notebook) -> None:
    """Copy a test cell with its metadata, as copying a cell in Jupyter does."""
    cell = named(notebook, "sigmoid-values")
    twin = copy.deepcopy(cell)
    twin["id"] = "sigmoid-values-copy"
    notebook["cells"].insert(notebook["cells"].index(cell) + 1, twin)


def delete_test(notebook: Notebook) -> None:
    """Delete a test cell."""
    notebook["cells"].remove(named(notebook, "relu6-arrays"))


def strip_metadata(notebook: Notebook) -> None:
    """Take every cell's nbgrader metadata away, as some editors do."""
    notebook["metadata"]["colab"] = {"provenance": []}
    for number, cell in enumerate(notebook["cells"]):
        identifier = f"c{number:07x}"
        cell["id"] = identifier
        cell["metadata"] = {"id": identifier}


def use_r(notebook: Notebook) -> None:
    """Switch to the kernel of another language."""
    notebook["metadata"]["kernelspec"] = {"display_name": "R", "language": "R", "name": "ir"}
    notebook["metadata"]["language_info"] = {"file_extension": ".r", "name": "R"}


def store_markup(notebook: Notebook) -> None:
    """Hand in stored outputs that hold markup."""
    cell = named(notebook, "sigmoid")
    cell["outputs"] = [
        {"output_type": "stream", "name": "stdout", "text": MARKUP},
        {"output_type": "display_data", "data": {"text/html": MARKUP}, "metadata": {}},
    ]


def tamper(notebook: Notebook) -> None:
    """Replace test cells with code that cannot fail, and one with text as its last expression."""
    named(notebook, "sigmoid-extremes")["source"] = "pass"
    named(notebook, "softplus-extremes")["source"] = '"full marks, please"'


def cut_short(content: str) -> str:
    """Return the first part of a file, as a broken upload leaves it."""
    return content[: len(content) // 3]
