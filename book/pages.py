"""The program that makes all pages, on all processors: ``python -m book.pages``."""

from __future__ import annotations

import gc
import os
import sys
from functools import partial

import book.lean  # noqa: F401  (before anything that it keeps from being imported)
from book import ahead

TOOLS = (
    *("autograder.catalogue", "jupyter_cache.base", "book.lab.gallery", "book.lab.gallery_table"),
    *("jupyter_book.cli.main", "jupyter_book.sphinx", "sphinx.builders.html", "myst_nb.sphinx_ext"),
    *("sphinx_book_theme", "sphinx_design.extension", "sphinxcontrib.bibtex", "book.lab.downloads", "book.lab.icons"),
)
"""What this process imports while the workers' modules are imported."""
TASKS = 3
"""Tasks for each processor when pages are read and written: Sphinx then deals them out in smaller portions."""


def program() -> int:
    """Do what is done ahead, and run Jupyter Book with warnings as errors."""
    if not ahead.do(TOOLS):
        return 1
    from jupyter_book import sphinx
    from jupyter_book.cli.main import main

    gc.freeze()  # what is here stays, and need not be looked through, or copied by processes that fork
    # Its command line has no option by which Sphinx would read and write pages side by side.
    sphinx.build_sphinx = partial(sphinx.build_sphinx, jobs=TASKS * (os.cpu_count() or 1))
    main(["build", "-W", "-n", "--keep-going", "--all", str(ahead.ROOT)])
    return 0


if __name__ == "__main__":
    sys.exit(program())
