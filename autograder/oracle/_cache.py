"""Remember oracle tables on disk, keyed by everything that they depend on."""

from __future__ import annotations

import hashlib
import os
import tempfile
from collections.abc import Callable, Iterable
from functools import cache
from pathlib import Path
from typing import Any

import mpmath
import numpy as np
from numpy.typing import NDArray

Array = NDArray[Any]


def directory() -> Path:
    """Return the cache directory: ``$XDG_CACHE_HOME/autograder/oracle``, or under ``~/.cache``."""
    base = os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache"
    return Path(base) / "autograder" / "oracle"


MAKERS = ("__init__.py", "_balls.py", "_program.py", "_rounding.py")
"""The files that decide what a table holds; where its points come from does not matter, they are part of the key."""


@cache
def _version() -> str:
    """Return a digest of the source that makes tables and of mpmath's version: either may change a table."""
    digest = hashlib.sha256(mpmath.__version__.encode())
    for name in MAKERS:
        digest.update((Path(__file__).parent / name).read_bytes())
    return digest.hexdigest()


def cached(names: Iterable[str], points: Array, compute: Callable[[], Array]) -> Array:
    """Return the table for these names and points, computed at most once; a damaged file is computed anew."""
    key = hashlib.sha256("\0".join([_version(), *names, str(points.dtype), str(points.shape)]).encode())
    key.update(np.ascontiguousarray(points).tobytes())
    path = directory() / f"{key.hexdigest()}.npz"
    try:
        with np.load(path) as stored:
            return np.asarray(stored["values"])
    except (OSError, ValueError, KeyError, EOFError):
        values = compute()
        _store(path, values)
        return values


def _store(path: Path, values: Array) -> None:
    """Write beside the final name and rename, so that nobody reads half a table; no place to write is no error."""
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.NamedTemporaryFile(dir=path.parent, suffix=".npz", delete=False) as file:
            np.savez_compressed(file, values=values)
        Path(file.name).replace(path)
    except OSError:
        return
