from __future__ import annotations

from pathlib import Path

import pytest
from browser import chromium, chromium_page  # noqa: F401  (fixtures for all tests)


@pytest.fixture(scope="session")
def built_book() -> Path:
    """The folder of the built book; where nothing changed, the build is a matter of a second."""
    from book.build import build

    return build().parent
