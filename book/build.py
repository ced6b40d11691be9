"""Build the book: ``python -m book.build`` prints where the first page is.

Nothing changed since the last build: nothing is run.  Something changed: every page is written again, and the pages
whose code, or whose imported modules, changed are executed again; the others come from the execution cache.
"""

from __future__ import annotations

import argparse
import ast
import hashlib
import json
import os
import re
import subprocess
import sys
import time
from collections.abc import Iterable, Iterator
from functools import cache
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
OUTPUT = ROOT / "_build"
FIRST_PAGE = OUTPUT / "html" / "index.html"
STAMP = OUTPUT / "book.stamp"
CACHE = OUTPUT / ".jupyter_cache"
PAGE_DIGESTS = OUTPUT / "page-digests.json"
LOCAL_PACKAGES = ("autograder", "book")
VERSIONS_THAT_MATTER = ("jupyter-book", "sphinx", "myst-nb", "numpy", "scipy", "sympy", "matplotlib", "scikit-learn")
COLOUR = re.compile(r"\x1b\[[0-9;]*m")
WORTH_SAYING = re.compile(r"pages to execute: |: executed in |Executing notebook|WARNING: |ERROR: |Error: ")
UNREAD = {"__pycache__", ".ipynb_checkpoints"}
MADE_PAGES = ROOT / "book" / "gallery"
"""The pages that the build itself makes, from the package."""
LAST_LINES = 40
"""How much of what Jupyter Book said is repeated where it failed."""
TABLES = (".csv", ".json", ".npz")
"""Files of a package that its modules may read."""
KEEP_MEMORY = {"MALLOC_MMAP_THRESHOLD_": str(2**25), "MALLOC_TRIM_THRESHOLD_": str(2**28)}
"""The C library shall keep what an array leaves behind for the next one, and not have the system clear it each time."""
HOLD_STATEMENTS = (ast.stmt, ast.excepthandler, ast.match_case)
CODE_CELL = re.compile(r"^```\{code-cell\}.*?\n(.*?)^```", re.MULTILINE | re.DOTALL)


class BuildError(Exception):
    """The book cannot be built; the text is a sentence for a person."""


def installed(package: str) -> str:
    """Return the installed version of a package, or an empty string."""
    try:
        return version(package)
    except PackageNotFoundError:
        return ""


def check_jupyter_book(found: str) -> None:
    """Refuse a Jupyter Book that would build nothing from ``_config.yml`` and report success."""
    if not found:
        raise BuildError("Jupyter Book is not installed: run `pip install 'jupyter-book>=1.0.4.post1,<2'`.")
    if int(found.split(".")[0]) != 1:
        raise BuildError(
            f"Jupyter Book {found} is installed, and this book needs version 1: "
            "run `pip install 'jupyter-book>=1.0.4.post1,<2'`."
        )


def files_below(*folders: Path) -> Iterator[Path]:
    """Yield the files below the folders in a fixed order, without caches."""
    for folder in folders:
        for path in sorted(folder.rglob("*")):
            if path.is_file() and not UNREAD & set(path.parts) and MADE_PAGES not in path.parents:
                yield path


def digest_of(paths: Iterable[Path], *, salt: str = "") -> str:
    """Return one SHA-256 over the names and contents of files; a file that is missing counts as such."""
    total = hashlib.sha256(salt.encode())
    for path in paths:
        total.update(f"\0{path.relative_to(ROOT)}\0".encode())
        total.update(path.read_bytes() if path.is_file() else b"missing")
    return total.hexdigest()


@cache
def versions() -> str:
    """Return the versions of the packages whose change may change a page."""
    return " ".join([sys.version.split()[0], *(f"{name}={installed(name)}" for name in VERSIONS_THAT_MATTER)])


def inputs_digest() -> str:
    """Return the digest of everything that the built book depends on."""
    files = [ROOT / "_config.yml", ROOT / "_toc.yml", *files_below(ROOT / "book", ROOT / "autograder")]
    return digest_of([*files, *files_below(ROOT / "exercises")], salt=versions())


@cache
def imported_modules(source: str) -> frozenset[str]:
    """Return the dotted names that Python source imports, each with its parents."""
    names: set[str] = set()
    waiting: list[ast.AST] = [ast.parse(source)]
    while waiting:
        node = waiting.pop()
        if isinstance(node, ast.Import):
            names.update(alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            names.add(node.module)
            names.update(f"{node.module}.{alias.name}" for alias in node.names)
        # An import is a statement: expressions, which are nearly all of a program, hold none.
        waiting.extend(part for part in ast.iter_child_nodes(node) if isinstance(part, HOLD_STATEMENTS))
    parents = {".".join(name.split(".")[:depth]) for name in names for depth in range(1, name.count(".") + 1)}
    return frozenset(names | parents)


@cache
def files_of(name: str, root: Path) -> frozenset[Path]:
    """Return the files below ``root`` that count as one of our modules; none for anybody else's.

    A package counts with every file in it, since it may import its modules by name; one whose own file imports nothing
    is no more than a folder.  A module counts with the tables that lie beside it.
    """
    if name.split(".")[0] not in LOCAL_PACKAGES:
        return frozenset()
    path = root.joinpath(*name.split("."))
    path = next((file for file in (path.with_suffix(".py"), path / "__init__.py") if file.is_file()), path)
    if path.suffix != ".py":
        return frozenset()
    whole_package = path.name == "__init__.py" and imported_modules(path.read_text("utf-8")) > {"__future__"}
    files = path.parent.rglob("*") if whole_package else [path, *path.parent.iterdir()]
    return frozenset(
        file for file in files if file.suffix in TABLES or (file.suffix == ".py" and (whole_package or file == path))
    )


def closure(source: str) -> set[Path]:
    """Return the files of all of our modules that the source reaches, directly or not; see `files_of`."""
    found: set[Path] = set()
    waiting = [source]
    while waiting:
        new = set().union(*(files_of(name, ROOT) for name in imported_modules(waiting.pop()))) - found
        waiting.extend(file.read_text("utf-8") for file in new if file.suffix == ".py")
        found |= new
    return found


def page_code(page: Path) -> str:
    """Return the Python of a page's code cells, without cell options and magics."""
    cells = CODE_CELL.findall(page.read_text(encoding="utf-8"))
    lines = [re.sub(r"\A---\n.*?^---\n", "", cell, flags=re.MULTILINE | re.DOTALL) for cell in cells]
    return "\n".join(line for line in "\n".join(lines).splitlines() if not line.startswith((":", "%", "!")))


def contents() -> list[str]:
    """Return the pages that the table of contents names, except those that the build makes."""
    named = re.findall(r"^[ -]*(?:root|file): (\S+)", (ROOT / "_toc.yml").read_text("utf-8"), re.MULTILINE)
    return [f"{name}.md" for name in named]


def page_digests() -> dict[str, str]:
    """Return, for each page with code, the digest of the code that it reaches and of the exercises it links."""
    exercises = list(files_below(ROOT / "exercises"))
    pages = [page for page in sorted((ROOT / "book").glob("*.md")) if CODE_CELL.search(page.read_text("utf-8"))]
    return {
        str(page.relative_to(ROOT)): digest_of([*sorted(closure(page_code(page))), *exercises], salt=versions())
        for page in pages
    }


def forget_stale_executions(digests: dict[str, str]) -> list[str]:
    """Drop the cached executions of pages whose modules changed; return these pages' names.

    The cache knows pages by their full path, which is another one where the checkout was moved or copied since.
    """
    before = json.loads(PAGE_DIGESTS.read_text("utf-8")) if PAGE_DIGESTS.is_file() else {}
    stale = [page for page, digest in digests.items() if before.get(page) != digest]
    if stale and CACHE.is_dir():
        from jupyter_cache import get_cache

        cache = get_cache(str(CACHE))
        for record in cache.list_cache_records():
            if any(Path(record.uri).as_posix().endswith(f"/{page}") for page in stale):
                cache.remove_cache(record.pk)
    PAGE_DIGESTS.parent.mkdir(parents=True, exist_ok=True)
    PAGE_DIGESTS.write_text(json.dumps(digests, indent=1), encoding="utf-8")
    return stale


def environment() -> dict[str, str]:
    """Return the environment of everything that computes for the book: this checkout, quiet, one thread each."""
    path = os.pathsep.join(filter(None, [str(ROOT), os.environ.get("PYTHONPATH", "")]))
    # A browser's or a colleague's settings must not leak into figures or frozen modules' warnings.
    evidence = OUTPUT / "evidence" / digest_of(sorted(closure("import book.lab.claims")), salt=versions())
    ours = {"PYTHONPATH": path, "MPLBACKEND": "agg", "BOOK_EVIDENCE": str(evidence)}
    # Fifty processes import our modules; compiled by each of them anew, they would cost more than what they compute.
    ours["PYTHONDONTWRITEBYTECODE"] = ""
    return {**os.environ, **ours, **KEEP_MEMORY, "OPENBLAS_NUM_THREADS": "1", "PYDEVD_DISABLE_FILE_VALIDATION": "1"}


def run(*arguments: str) -> None:
    """Run Python on something; say what is worth saying, and everything at the end where it failed."""
    heard = []
    with subprocess.Popen(
        [sys.executable, *arguments],
        cwd=ROOT,
        env=environment(),
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    ) as process:
        assert process.stdout is not None  # it was asked for just above
        for raw in process.stdout:
            heard.append(COLOUR.sub("", raw))
            if WORTH_SAYING.search(heard[-1]):
                print(heard[-1].rstrip().removeprefix(f"{ROOT}/"), flush=True)
    if process.returncode:
        print("".join(heard[-LAST_LINES:]))
        raise BuildError("The book was not built: the messages above say where and why.")


def build(*, force: bool = False) -> Path:
    """Build the book where something changed, and return the first page's path."""
    check_jupyter_book(installed("jupyter-book"))
    digest = inputs_digest()
    if not force and FIRST_PAGE.is_file() and STAMP.is_file() and STAMP.read_text("utf-8") == digest:
        print("The book is up to date.")
        return FIRST_PAGE
    started = time.monotonic()
    STAMP.unlink(missing_ok=True)
    run("-m", "book.pages")
    STAMP.write_text(digest, encoding="utf-8")
    print(f"The book was built in {time.monotonic() - started:.0f} s.")
    return FIRST_PAGE


def main() -> int:
    """Build the book from the command line; 0 on success, 1 with a sentence otherwise."""
    parser = argparse.ArgumentParser(prog="python -m book.build", description=__doc__.splitlines()[0])
    parser.add_argument("--force", action="store_true", help="write every page even where nothing changed")
    try:
        print(build(force=parser.parse_args().force))
    except BuildError as error:
        print(error, file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
