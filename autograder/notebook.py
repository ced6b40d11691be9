"""Notebooks as untrusted files: read with limits, as plain cells, with one sentence for whatever is wrong."""

from __future__ import annotations

import codecs
import json
import os
import stat
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any

from autograder.errors import SubmissionError
from autograder.files import compact, read_open

MAX_BYTES = 20_000_000
MAX_CELLS = 1_000
MAX_SOURCE = 256_000
PICTURES = ("image/png", "image/jpeg", "image/gif")
"""What people paste into a text; drawings in SVG could hold a program."""
MAX_VALUES = 1_000_000
"""Commas and opening brackets in a notebook: a file of permitted size can hold so many small values that reading it
would take forty times its size of memory."""

NONE: Mapping[str, Any] = {}
"""What is never changed, and empty."""


@dataclass(frozen=True)
class Cell:
    """One cell: ``kind`` is code, markdown or raw; ``meta`` is its nbgrader metadata, empty if it has none.

    ``attachments`` are pictures pasted into a text, by name: a media type and base64 text each.
    """

    kind: str
    source: str
    meta: Mapping[str, Any] = field(default_factory=dict)
    attachments: Mapping[str, Mapping[str, str]] = field(default_factory=dict)

    @cached_property
    def grade_id(self) -> str:
        """The cell's name in nbgrader, or nothing."""
        name = self.meta.get("grade_id", "")
        return name if isinstance(name, str) else ""

    @cached_property
    def text(self) -> bytes:
        """The source as JSON."""
        return compact(self.source).encode()


@dataclass(frozen=True)
class Notebook:
    """A notebook's cells in order and the metadata of the whole."""

    cells: tuple[Cell, ...]
    metadata: Mapping[str, Any]


def read_bytes(path: Path | str) -> bytes:
    """Return the bytes of a regular file of at most `MAX_BYTES`, never through a link.

    Raises `SubmissionError` with the reason otherwise.
    """
    name = os.path.basename(path)
    try:
        handle = os.open(path, os.O_RDONLY | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_NONBLOCK", 0))
    except OSError as problem:
        link = os.path.islink(path)  # unlike the path's own method it is silent where the folder is closed
        reason = "it is a link, and links are not followed" if link else (problem.strerror or "it cannot be opened")
        raise SubmissionError(f"{name} cannot be read: {reason}.") from problem
    try:
        status = os.fstat(handle)
        if not stat.S_ISREG(status.st_mode):
            raise SubmissionError(f"{name} is not a file.")
        if status.st_size > MAX_BYTES:
            raise SubmissionError(
                f"{name} has {status.st_size / 1e6:.0f} MB; at most {MAX_BYTES / 1e6:.0f} MB are read. "
                "Clear the outputs and hand it in again."
            )
        return read_open(handle, status.st_size)
    finally:
        os.close(handle)


def parse(data: bytes, known: Mapping[str, Cell] = NONE) -> Notebook:
    """Return the notebook that ``data`` holds; raises `SubmissionError` with the reason if it holds none.

    A cell that equals one in ``known``, by source, is that object.
    """
    if len(data) > MAX_VALUES and sum(map(data.count, (b",", b"[", b"{"))) > MAX_VALUES:
        raise SubmissionError(
            f"The file holds more than {MAX_VALUES:,} single values. Clear the outputs and hand it in again."
        )
    try:
        content = json.loads(data.removeprefix(codecs.BOM_UTF8).decode())
    except UnicodeDecodeError as problem:
        raise SubmissionError("The file is not a notebook: it is not UTF-8 text.") from problem
    except (ValueError, RecursionError) as problem:
        where = f" (line {problem.lineno})" if isinstance(problem, json.JSONDecodeError) else ""
        raise SubmissionError(f"The file is not a notebook: it is not valid JSON{where}.") from problem
    if not isinstance(content, dict) or not isinstance(content.get("cells"), list):
        old = isinstance(content, dict) and isinstance(content.get("worksheets"), list)
        reason = "its format is older than version 4; open and save it in Jupyter" if old else "it has no list of cells"
        raise SubmissionError(f"The file is not a notebook that can be graded: {reason}.")
    cells = content["cells"]
    if len(cells) > MAX_CELLS:
        raise SubmissionError(f"The notebook has {len(cells)} cells; at most {MAX_CELLS} are read.")
    metadata = content.get("metadata")
    parsed = tuple([_cell(cell, number, known) for number, cell in enumerate(cells, start=1)])
    total = sum([len(cell.source) for cell in parsed])
    if total > MAX_SOURCE:
        raise SubmissionError(f"The notebook holds {total:,} characters of text; at most {MAX_SOURCE:,} are read.")
    return Notebook(parsed, metadata if isinstance(metadata, dict) else {})


def _cell(raw: Any, number: int, known: Mapping[str, Cell]) -> Cell:
    """Return one cell from its JSON; raises `SubmissionError` if it is none."""
    if not isinstance(raw, dict):
        raise SubmissionError(f"Cell {number} of the notebook is broken: it is not an object.")
    source = raw.get("source", "")
    if isinstance(source, list):
        try:
            source = "".join(source)
        except TypeError:  # an item is not text
            source = None
    if not isinstance(source, str):
        raise SubmissionError(f"Cell {number} of the notebook is broken: its source is not text.")
    kind, metadata, attachments = raw.get("cell_type"), raw.get("metadata"), raw.get("attachments")
    meta = metadata.get("nbgrader") if isinstance(metadata, dict) else None
    if not isinstance(meta, dict):
        meta = NONE
    same = known.get(source)
    if same is not None and same.kind == kind and same.meta == meta and not same.attachments and not attachments:
        return same
    if not source.isascii():  # lone surrogates survive JSON and nothing else: no file, no database, no terminal
        source = source.encode("utf-8", "replace").decode("utf-8")
    if "\r" in source:
        source = source.replace("\r\n", "\n").replace("\r", "\n")
    return Cell(
        kind if kind in ("code", "markdown", "raw") else "raw",
        source,
        meta,
        _pictures(attachments) if kind == "markdown" and attachments else NONE,
    )


def _pictures(attachments: Any) -> dict[str, dict[str, str]]:
    """Return the pictures among a cell's attachments, each in its first form; anything else is left out."""
    if not isinstance(attachments, dict):
        return {}
    found = {}
    for name, forms in attachments.items():
        for kind in PICTURES if isinstance(forms, dict) else ():
            if isinstance(data := forms.get(kind), str) and data.isascii():
                found[name.encode("utf-8", "replace").decode("utf-8")] = {kind: data}
                break
    return found


def role_of(cell: Cell) -> str:
    """Return what a cell of an instructor's notebook is for: text, test, written, student or locked."""
    if not cell.grade_id:
        return "text"
    if cell.meta.get("grade"):
        return "written" if cell.meta.get("solution") else "test"
    return "student" if cell.meta.get("solution") else "locked"


def foreign_kernel(notebook: Notebook) -> str:
    """Return the language of the notebook's kernel if it says another than Python, or nothing."""
    spec, info = notebook.metadata.get("kernelspec"), notebook.metadata.get("language_info")
    told = [
        part.get(key) for part, key in ((spec, "language"), (info, "name"), (spec, "name")) if isinstance(part, dict)
    ]
    for language in told:
        if isinstance(language, str) and language:
            return "" if "py" in language.lower() else language[:40]
    return ""


def read_notebook(path: Path) -> Notebook:
    """Return the notebook in a file; raises `SubmissionError` with the reason if it cannot be graded."""
    return parse(read_bytes(path))
