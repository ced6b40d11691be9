from __future__ import annotations

import fcntl
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from browser import chromium, chromium_page  # noqa: F401  (fixtures for all tests)


@pytest.fixture(autouse=True)
def no_figure_stays_open() -> Iterator[None]:
    """Close what a test has drawn: matplotlib warns about many open figures, and that would be in some later test."""
    yield
    if pyplot := sys.modules.get("matplotlib.pyplot"):
        pyplot.close("all")


@pytest.fixture(scope="session")
def built_book() -> Path:
    """The folder of the built book; where nothing changed, the build is a matter of a second.

    Of several processes that run tests, one builds and the others wait for it.
    """
    from book.build import OUTPUT, build

    OUTPUT.mkdir(exist_ok=True)
    with (OUTPUT / ".tests-lock").open("w") as gate:
        fcntl.flock(gate, fcntl.LOCK_EX)
        return build().parent
