"""The public part of a course: ``python -m book.site FOLDER`` puts out book and student downloads, and nothing else.

Before anything is copied, every file of the site, those inside zips too, is searched for what students must not see:
the instructor's solutions, hidden tests, and the reference implementation.
"""

from __future__ import annotations

import argparse
import html
import inspect
import io
import json
import re
import shutil
import sys
import zipfile
from collections.abc import Iterator
from pathlib import Path

from autograder.reference import REFERENCE
from book.build import BuildError, build

ROOT = Path(__file__).resolve().parent.parent
SOLUTION = re.compile(r"### BEGIN SOLUTION\n(.*?)### END SOLUTION", re.DOTALL)
HIDDEN = ("BEGIN HIDDEN TESTS", "autograder.stock", "BEGIN SOLUTION")
TEXT = {".html", ".js", ".json", ".txt", ".md", ".ipynb", ".py", ".svg", ".css", ".inv"}
LEAST = 40
"""A solution of fewer characters, such as ``return np.tanh(x)``, is no secret: it may stand in a chapter."""


def squeezed(text: str) -> str:
    """Return a text without white space, markup and entities, as two renderings of one program share it."""
    return re.sub(r"\s+", "", html.unescape(re.sub(r"<[^>]*>", "", text)))


def secrets() -> dict[str, str]:
    """Return what must not be public, squeezed, with a name for each: solutions, and reference functions."""
    found = {}
    for path in sorted(ROOT.glob("solutions/*/*.ipynb")):
        for cell in json.loads(path.read_text("utf-8"))["cells"]:
            for number, body in enumerate(SOLUTION.findall("".join(cell["source"]))):
                found[f"solution {path.stem}/{cell['id']} ({number + 1})"] = squeezed(body)
    for name, entry in REFERENCE.items():
        for role in ("value_kernel", "derivative_kernel"):
            kernel = inspect.unwrap(getattr(entry, role, None) or type(entry))
            found[f"reference {name} ({role})"] = squeezed(inspect.getsource(kernel))
    return {name: text for name, text in found.items() if len(text) >= LEAST}


def texts(folder: Path) -> Iterator[tuple[str, str]]:
    """Yield the name and content of each text in a folder, those in zips included."""
    for path in sorted(folder.rglob("*")):
        if path.suffix == ".zip":
            with zipfile.ZipFile(io.BytesIO(path.read_bytes())) as archive:
                for name in archive.namelist():
                    yield f"{path.relative_to(folder)}/{name}", archive.read(name).decode("utf-8", "replace")
        elif path.is_file() and path.suffix in TEXT:
            yield str(path.relative_to(folder)), path.read_text("utf-8", "replace")


def leaks(folder: Path) -> list[str]:
    """Return a sentence for each thing in a folder that students must not see."""
    wanted = secrets()
    found = []
    for name, text in texts(folder):
        readable = _cells(text) if name.endswith(".ipynb") else text
        found += [f"{name} holds {mark!r}." for mark in HIDDEN if mark in readable]
        dense = squeezed(readable)
        found += [f"{name} holds the {what}." for what, body in wanted.items() if body in dense]
    return found


def _cells(text: str) -> str:
    """Return the sources of a notebook's cells as text, since JSON would hide line ends from a search."""
    return "\n".join("".join(cell["source"]) for cell in json.loads(text)["cells"])


def put_out(target: Path) -> Path:
    """Build the book and copy the site into a folder, which is made new; return it.

    Raises `BuildError` if the site holds what students must not see, or the folder holds something else.
    """
    site = build().parent
    found = leaks(site)
    if found:
        raise BuildError(f"Nothing was put out: {' '.join(found[:5])}")
    if target.exists() and any(target.iterdir()) and not (target / "index.html").is_file():
        raise BuildError(f"{target} holds something else than a site. Give another folder.")
    shutil.rmtree(target, ignore_errors=True)
    shutil.copytree(site, target)
    return target


def main() -> int:
    """Put out the site from the command line; 0 on success, 1 with a sentence otherwise."""
    parser = argparse.ArgumentParser(prog="python -m book.site", description=__doc__.splitlines()[0])
    parser.add_argument("folder", type=Path)
    try:
        print(f"The public site is in {put_out(parser.parse_args().folder)}.")
    except BuildError as error:
        print(error, file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
