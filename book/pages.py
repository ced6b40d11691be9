"""The program ``jupyter-book``, on all processors: ``python -m book.pages build …``."""

from __future__ import annotations

import os
from functools import partial

import book.lean  # noqa: F401  (before anything that it keeps from being imported)


def program() -> None:
    """Run Jupyter Book's command line; it has no option by which Sphinx would read and write pages side by side."""
    from jupyter_book import sphinx
    from jupyter_book.cli.main import main

    sphinx.build_sphinx = partial(sphinx.build_sphinx, jobs=os.cpu_count())
    main()


if __name__ == "__main__":
    program()
