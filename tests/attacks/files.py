"""Attacks by the file that is handed in: its bytes, its kind, its metadata, its cells, its folder's name."""

from __future__ import annotations

import copy
import gzip
import io
import json
import os
import pickle
import socket
import stat
import tarfile
import zipfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from grading_room import find, name, role, solved

Notebook = dict[str, Any]

HOSTILE = (
    "</pre></textarea><script>alert(1)</script><img src=x onerror=alert(2)>[a](javascript:alert(3))"
    "\x1b[2J\x1b]0;title\x07\x9b31m\u202egnp.exe {{ 7*7 }} $x$ =1+1"
)
"""Markup, a link, terminal escapes, reversed writing, a template, mathematics and a formula."""


@dataclass(frozen=True)
class Place:
    """Where an attack may write (its own folder), and what it wants to reach."""

    folder: Path
    secret: Path

    @property
    def path(self) -> Path:
        """The notebook that will be graded."""
        return self.folder / "range.ipynb"


@dataclass(frozen=True)
class Parcel:
    """A hostile submission.

    ``fate`` is what must become of it: ``full`` marks (honest work in odd wrapping), ``graded`` or ``unreadable``.
    ``words`` stand in the notes, or in a message.
    """

    name: str
    put: Callable[[Place], None]
    fate: str
    words: str = ""


PARCELS: list[Parcel] = []


def parcel(name: str, fate: str, words: str = "") -> Callable[[Callable[[Place], None]], None]:
    """Register what puts a submission down."""
    return lambda put: PARCELS.append(Parcel(name, put, fate, words))


def raw(name: str, data: bytes, fate: str, words: str = "") -> None:
    """Register a submission by its bytes."""
    parcel(name, fate, words)(lambda place: place.path.write_bytes(data))


def changed(name: str, fate: str, words: str = "") -> Callable[[Callable[[Notebook], object]], None]:
    """Register a submission as a change to the solved notebook."""

    def register(change: Callable[[Notebook], object]) -> None:
        def put(place: Place) -> None:
            notebook = solved()
            change(notebook)
            place.path.write_text(json.dumps(notebook))

        parcel(name, fate, words)(put)

    return register


def relu6(name: str, source: str, fate: str = "graded", words: str = "") -> None:
    """Register the solved notebook with another text in the cell of one function."""
    changed(name, fate, words)(lambda notebook: find(notebook, "relu6").update(source=source))


def packed(write: Callable[[io.BytesIO], object]) -> bytes:
    """Return what a function writes into a file."""
    file = io.BytesIO()
    write(file)
    return file.getvalue()


def zipped(file: io.BytesIO) -> None:
    """Write a zip that holds much more than it weighs."""
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("../../range.ipynb", b"0" * 50_000_000)


def taped(file: io.BytesIO) -> None:
    """Write a tape archive with a name outside its folder."""
    with tarfile.open(fileobj=file, mode="w:gz") as archive:
        archive.addfile(tarfile.TarInfo("/etc/cron.d/x"))


class Payload:
    """Runs a command where it is unpickled."""

    def __reduce__(self) -> tuple[object, ...]:
        return os.system, ("touch /nonexistent/x",)


# ---- bytes -----------------------------------------------------------------------------------------------------------

SOLVED = json.dumps(solved()).encode()
ACCENTED = json.dumps(solved(), ensure_ascii=False)
CELLS = b'{"nbformat": 4, "nbformat_minor": 5, "metadata": {}, "cells": []'

raw("nothing at all", b"", "unreadable", "not valid JSON")
raw("zeros", bytes(1_000_000), "unreadable", "not valid JSON")
raw("cut in the middle", SOLVED[: len(SOLVED) // 2], "unreadable", "not valid JSON (line")
raw("two documents", SOLVED * 2, "unreadable", "not valid JSON")
raw("a conflict of versions", b"<<<<<<< HEAD\n" + SOLVED + b"\n=======\n", "unreadable", "not valid JSON")
raw("a login page", b"<!DOCTYPE html><title>Sign in</title><script>alert(1)</script>", "unreadable", "not valid JSON")
raw("broken UTF-8", SOLVED.replace(b"nbformat", b"nb\xc3\x28format"), "unreadable", "not UTF-8")
raw("overlong UTF-8", SOLVED.replace(b"nbformat", b"nb\xc0\xafformat"), "unreadable", "not UTF-8")
raw("a byte-order mark", b"\xef\xbb\xbf" + SOLVED, "full")
raw("accents as they are", ACCENTED.encode(), "full")
raw("UTF-16", ACCENTED.encode("utf-16"), "unreadable", "not UTF-8")
raw("UTF-32", ACCENTED.encode("utf-32"), "unreadable", "not UTF-8")
raw("Latin 1", ACCENTED.encode("latin-1", "replace"), "unreadable", "not UTF-8")
raw("lone surrogates", SOLVED.replace(b'"# Range', b'"\\ud800# Range', 1), "full")
raw("a zip bomb by another name", packed(zipped), "unreadable", "not UTF-8")
raw("a gzip bomb by another name", gzip.compress(bytes(50_000_000)), "unreadable", "not UTF-8")
raw("a tape archive", packed(taped), "unreadable", "not UTF-8")
raw("a pickle", pickle.dumps(Payload()), "unreadable", "not UTF-8")
raw("a picture", b"\x89PNG\r\n\x1a\n" + bytes(99), "unreadable", "not UTF-8")
raw("deep lists", b"[" * 5_000_000, "unreadable")
raw("deep lists in the metadata", CELLS + b', "x": ' + b"[" * 99_999 + b"]" * 99_999 + b"}", "unreadable", "JSON")
raw("deep objects", b'{"cells":' * 100_000, "unreadable", "not valid JSON")
raw("millions of small objects", CELLS + b', "x": [' + b'{"":0},' * 2_800_000 + b"0]}", "unreadable", "single values")
raw("millions of small texts", CELLS + b', "x": [' + b'"ab",' * 3_900_000 + b"0]}", "unreadable", "single values")
raw("a number of a million digits", CELLS + b', "x": ' + b"9" * 1_000_000 + b"}", "unreadable", "not valid JSON")
raw("a number of four thousand digits", SOLVED[:-1] + b', "x": ' + b"9" * 4_000 + b"}", "full")
raw("numbers that are none", SOLVED[:-1] + b', "x": [NaN, Infinity, -Infinity, 1e999, -0.0]}', "full")
raw("the same key twice", b'{"cells": [1], ' + SOLVED[1:], "full")
raw("no notebook but JSON", b'["cells"]', "unreadable", "no list of cells")
raw("a text where cells belong", b'{"cells": "[]"}', "unreadable", "no list of cells")
raw("no cells", CELLS + b"}", "graded", "no function called")


@parcel("outputs of 19 MB", "full")
def _(place: Place) -> None:
    notebook = solved()
    find(notebook, "relu6")["outputs"] = [{"output_type": "stream", "name": "stdout", "text": "x" * 19_000_000}]
    place.path.write_text(json.dumps(notebook))


@parcel("outputs of 100 MB", "unreadable", "Clear the outputs")
def _(place: Place) -> None:
    notebook = solved()
    find(notebook, "relu6")["outputs"] = [{"output_type": "stream", "name": "stdout", "text": "x" * 100_000_000}]
    place.path.write_text(json.dumps(notebook))


@parcel("a file of 10 GB with nothing in it", "unreadable", "at most 20 MB")
def _(place: Place) -> None:
    with place.path.open("wb") as file:
        file.truncate(10**10)


# ---- what is no file -------------------------------------------------------------------------------------------------

parcel("a link to a secret", "unreadable", "it is a link")(lambda place: place.path.symlink_to(place.secret))
parcel("a link to another's work", "unreadable", "it is a link")(
    lambda place: place.path.symlink_to("../../aa-right/range/range.ipynb")
)
parcel("a link to itself", "unreadable", "it is a link")(lambda place: place.path.symlink_to("range.ipynb"))
parcel("a link to an endless device", "unreadable", "it is a link")(lambda place: place.path.symlink_to("/dev/zero"))
parcel("a link to nowhere", "unreadable", "it is a link")(lambda place: place.path.symlink_to("nowhere"))
parcel("a named pipe", "unreadable", "is not a file")(lambda place: os.mkfifo(place.path))
parcel("a folder", "unreadable", "is not a file")(lambda place: place.path.mkdir())
parcel("no file", "unreadable", "No such file")(lambda place: None)


@parcel("an endless device", "unreadable", "is not a file")
def _(place: Place) -> None:
    os.mknod(place.path, stat.S_IFCHR | 0o666, os.makedev(1, 5))  # what /dev/zero is; only root may make one


@parcel("a socket", "unreadable", "cannot be read")
def _(place: Place) -> None:
    here = os.open(place.folder, os.O_PATH)  # an address is short, the folder's path may not be
    with socket.socket(socket.AF_UNIX) as made:
        made.bind(f"/proc/self/fd/{here}/range.ipynb")
    os.close(here)


@parcel("company", "full")
def _(place: Place) -> None:
    """Files beside the notebook that want to be imported, read or waited for."""
    place.path.write_bytes(SOLVED)
    for module in ("checks", "numpy", "json", "sitecustomize", "usercustomize", "autograder"):
        (place.folder / f"{module}.py").write_text("raise SystemExit('imported')\n")
    (place.folder / "autograder").mkdir()
    (place.folder / "nbgrader_config.py").write_text("raise SystemExit\n")
    (place.folder / "timestamp.txt").symlink_to(place.secret)
    os.mkfifo(place.folder / "data.npz")


MOMENTS = {
    "before the calendar": "0001-01-01T00:00:00+14:00",
    "after the calendar": "9999-12-31T23:59:59-14:00",
    "as the calendar begins": "0001-01-01 00:00:00 UTC",
    "as the calendar ends": "9999-12-31 23:59:59.999999 UTC",
}
for kind, moment in MOMENTS.items():

    @parcel(f"a time {kind}", "full")
    def _(place: Place, moment: str = moment) -> None:
        place.path.write_bytes(SOLVED)
        (place.folder / "timestamp.txt").write_text(moment)


# ---- formats and metadata --------------------------------------------------------------------------------------------


def marks(notebook: Notebook) -> list[dict[str, Any]]:
    """Return what nbgrader wrote about each cell that it knows."""
    return [cell["metadata"]["nbgrader"] for cell in notebook["cells"] if "nbgrader" in cell["metadata"]]


@changed("format 3", "unreadable", "older than version 4")
def _(notebook: Notebook) -> None:
    cells = [{**cell, "input": cell["source"]} for cell in notebook.pop("cells")]
    notebook |= {"nbformat": 3, "nbformat_minor": 0, "worksheets": [{"cells": cells, "metadata": {}}]}


@changed("format 2", "unreadable", "older than version 4")
def _(notebook: Notebook) -> None:
    notebook |= {"nbformat": 2, "worksheets": [{"cells": notebook.pop("cells")}]}


@changed("format 4.0, which has no ids", "full")
def _(notebook: Notebook) -> None:
    notebook["nbformat_minor"] = 0
    for cell in notebook["cells"]:
        del cell["id"]


changed("format 99", "full")(lambda notebook: notebook.update(nbformat=99, nbformat_minor="x"))
changed("another language", "unreadable", "'R'")(
    lambda notebook: notebook.update(metadata={"kernelspec": {"name": "ir", "language": "R"}})
)
changed("a kernel of many", "full")(lambda notebook: notebook.update(metadata={"kernelspec": [[]] * 999}))
changed("no metadata", "full", "lost their nbgrader metadata")(
    lambda notebook: [cell.update(metadata={}) for cell in notebook["cells"]]
)
changed("metadata of another kind", "full", "lost their nbgrader metadata")(
    lambda notebook: [cell.update(metadata=[HOSTILE]) for cell in notebook["cells"]]
)
changed("names of another kind", "full")(
    lambda notebook: [mark.update(grade_id={"a": [mark["grade_id"]]}) for mark in marks(notebook)]
)
changed("one name for all", "graded")(lambda notebook: [mark.update(grade_id="relu6") for mark in marks(notebook)])
changed("names that are paths", "full")(
    lambda notebook: [mark.update(grade_id=f"../../../{number}") for number, mark in enumerate(marks(notebook))]
)
changed("names that are commands", "full")(
    lambda notebook: [mark.update(grade_id=f"$(touch x{number}); `id`") for number, mark in enumerate(marks(notebook))]
)
changed("names that are markup", "full")(
    lambda notebook: [mark.update(grade_id=HOSTILE + str(number)) for number, mark in enumerate(marks(notebook))]
)
changed("a name of a megabyte", "full")(lambda notebook: find(notebook, "relu6-values")["metadata"].update(
    nbgrader={"grade": True, "grade_id": "x" * 1_000_000}))  # fmt: skip
changed("more points", "full")(lambda notebook: [mark.update(points=10**9) for mark in marks(notebook)])
changed("points that are no number", "full")(lambda notebook: [mark.update(points="1e9") for mark in marks(notebook)])
changed("nothing is locked", "full")(
    lambda notebook: [mark.update(locked=False, grade=False, solution=True) for mark in marks(notebook)]
)
changed("everything is a task", "full")(
    lambda notebook: [
        mark.update(task=True, schema_version=99, checksum="0", cell_type="x") for mark in marks(notebook)
    ]
)
changed("pictures whose names are no text", "full")(
    lambda notebook: [c.update(attachments={"\ud800": {"image/png": "AAAA"}}) for c in notebook["cells"]]
)
changed("ids that are no ids", "full")(
    lambda notebook: [cell.update(id=value) for cell, value in zip(notebook["cells"], [7, None, "../x", HOSTILE, []])]  # noqa: B905  # the first few cells
)
changed("one id for all", "full")(lambda notebook: [cell.update(id="same") for cell in notebook["cells"]])
changed("cells of another kind", "graded")(lambda notebook: [c.update(cell_type="heading") for c in notebook["cells"]])
changed("cells without a kind", "graded")(lambda notebook: [cell.pop("cell_type") for cell in notebook["cells"]])
changed("backwards", "graded")(lambda notebook: notebook["cells"].reverse())
changed("every cell twice", "full", "the last one counts")(
    lambda notebook: notebook.update(cells=notebook["cells"] + copy.deepcopy(notebook["cells"]))
)
changed("tests replaced", "full", "was changed; the original was used")(
    lambda notebook: [cell.update(source="pass") for cell in notebook["cells"] if role(cell) == "test"]
)
changed("tests deleted", "full", "were deleted and have been put back")(
    lambda notebook: notebook.update(cells=[cell for cell in notebook["cells"] if role(cell) != "test"])
)
changed("locked cells changed", "full")(
    lambda notebook: [cell.update(source="raise SystemExit") for cell in notebook["cells"] if role(cell) == "locked"]
)


@changed("a test of one's own for a million points", "full")
def _(notebook: Notebook) -> None:
    test = copy.deepcopy(find(notebook, "relu6-values"))
    test["source"] = "1e6"
    test["metadata"]["nbgrader"] |= {"grade_id": "bonus", "points": 1e6}
    notebook["cells"].append(test)


changed("1001 cells", "unreadable", "1001 cells")(
    lambda notebook: notebook.update(cells=[{"cell_type": "code", "source": "1", "metadata": {}}] * 1001)
)
relu6("a text of 300,000 characters", "# " + "x" * 300_000, "unreadable", "characters of text")

relu6("a text in which every character takes six when it is sent", "# " + "\x01" * 200_000, "graded")

# ---- cells that are hard to read or to run ---------------------------------------------------------------------------

BOMBS = {
    "brackets": "x = " + "(" * 90_000 + ")" * 90_000,
    "lists": "x = " + "[" * 90_000 + "]" * 90_000,
    "signs": "x = " + "-" * 200_000 + "1",
    "nots": "x = " + "not " * 50_000 + "1",
    "a sum": "x = " + "1+" * 100_000 + "1",
    "attributes": "x = a" + ".a" * 100_000,
    "calls": "x = a" + "()" * 90_000,
    "lambdas": "x = " + "lambda: " * 25_000 + "1",
    "conditions": "x = " + "1 if 1 else " * 18_000 + "1",
    "decorators": "@a\n" * 60_000 + "def f(): pass",
    "blocks": "".join(" " * i + "if 1:\n" for i in range(600)) + " " * 600 + "1",
    "formatted texts": "x = " + "f'{" * 3_000 + "1" + "}'" * 3_000,
    "a comprehension": "x = [1 " + "for a in b " * 20_000 + "]",
    "numbers": "x = " + "9" * 200_000,
    "a power that is folded": "x = 9 ** 9 ** 9",
    "a text that is folded": "x = 'x' * 10 ** 10",
    "a shift that is folded": "x = 1 << 10 ** 10",
    "names": "\n".join(f"x{i} = {i}" for i in range(15_000)),
    "a dictionary": "x = {" + "1:1," * 50_000 + "}",
    "patterns": "match 1:\n case " + "(" * 40_000 + ")" * 40_000 + ": pass",
    "no text": "x = '\x00'",
    "a coding": "# coding: rot13\nvzcbeg bf",
    "another coding": "# -*- coding: unicode_escape -*-\nx = 1 \\u000a1/0",
    "only white space": " \t\f\n" * 20_000,
    "an odd end of line": "x = 1\x0cy = 2\x1c\u2028z",
}
for kind, text in BOMBS.items():
    changed(f"a bomb of {kind}", "full")(
        lambda notebook, text=text: notebook["cells"].insert(
            3, {"cell_type": "code", "source": text, "metadata": {}, "outputs": [], "id": "bomb"}
        )
    )

# ---- answers that would fill the grader's memory ---------------------------------------------------------------------

relu6(
    "answers of megabytes",
    "def relu6(x):\n    return np.zeros(400_000)",
    words="The program stopped while `relu6` ran",
)
relu6(
    "answers of gigabytes",
    "def relu6(x):\n    return np.zeros(3_000_000)",
    words="at most",
)


@changed("every function answers with megabytes", "graded")
def _(notebook: Notebook) -> None:
    for cell in notebook["cells"]:
        if role(cell) == "solution":
            cell["source"] = f"import numpy as np\ndef {name(cell)}(*_, **__):\n    return np.zeros(400_000)"


@changed("every cell prints as much as is kept", "graded", "was too large")
def _(notebook: Notebook) -> None:
    printing = "import sys\nfor stream in sys.stdout, sys.stderr:\n    print('x' * 131_000, file=stream)"
    loud = {"cell_type": "code", "source": printing, "metadata": {}, "outputs": []}
    notebook["cells"][:0] = [{**loud, "id": f"loud-{number}"} for number in range(900)]


# ---- what is shown ---------------------------------------------------------------------------------------------------

SHOWN = {
    "an error": f"def relu6(x):\n    raise ValueError({HOSTILE!r})",
    "an error's name": f"E = type({HOSTILE!r}, (Exception,), {{}})\ndef relu6(x):\n    raise E('x')",
    "a cell's error": f"raise type({HOSTILE!r}, (Exception,), {{}})({HOSTILE!r})",
    "a type": f"def relu6(x):\n    return type({HOSTILE!r}, (), {{}})()",
    "a text": f"def relu6(x):\n    return {HOSTILE!r}",
    "an output": f"import sys\nsys.stderr.write({HOSTILE!r})\ndef relu6(x):\n    print({HOSTILE!r})",
    "a last value": f"class A:\n    def __repr__(self): return {HOSTILE!r}\n    _repr_html_ = __repr__\nA()",
    "a warning": f"import warnings\ndef relu6(x):\n    warnings.warn({HOSTILE!r})\n    return x",
    "code": f"def relu6(x):\n    {HOSTILE!r}\n    return x",
    "a name": "def relu6(𝔵):\n    return ｒｅｌｕ６(𝔵)",
    "an import": f"__import__({HOSTILE!r})",
    "a sentence like ours": "def relu6(x):\n    raise ValueError('Everything is right. 2 / 2 points `sigmoid`')",
    "a verdict": "print('All 38 calls gave what was expected.')\ndef relu6(x):\n    print('PASSED')\n    return x",
}
for kind, text in SHOWN.items():
    relu6(f"hostile text in {kind}", text)


@changed("hostile text in markdown and answers", "full")
def _(notebook: Notebook) -> None:
    for cell in notebook["cells"]:
        if cell["cell_type"] == "markdown" and (not name(cell) or name(cell).startswith("written")):
            cell["source"] = HOSTILE
            cell["attachments"] = {HOSTILE: {"text/html": HOSTILE}}


@changed("hostile text in outputs", "full")
def _(notebook: Notebook) -> None:
    page = {"text/html": HOSTILE, "application/javascript": "alert(1)", "image/svg+xml": "<svg onload=alert(1)>"}
    for cell in notebook["cells"]:
        if cell["cell_type"] == "code":
            cell["outputs"] = [{"output_type": "display_data", "data": page, "metadata": {}}]


# ---- names of folders ------------------------------------------------------------------------------------------------

FOLDERS = [
    b"a;touch x", b"$(touch x)", b"`touch x`", b"a b", b"-rf", b"--student", b"..x", b".hidden", b"a\nb", b"a\tb",
    b"a'b", b'a"b', b"a\\b", b"a|b", b"a&b", b"a*b", b"~root", b"=1+1", b"+1", b"@x", b"%00", b"<script>", b"\x1b[2J",
    b"\xff\xfe", "é".encode(), "\u202egnp".encode(), "ａｄａ".encode(), b"x" * 65, b"con:", b"#x",
]  # fmt: skip
"""Names that no student has: of the shell, of paths, of spreadsheets, of terminals, of no text at all."""
