"""A course's own assignments: modules in its folder ``assignments``, beside the six that come with the package.

A module has an ``ASSIGNMENT`` called as its file, and may have a ``BANK`` of known mistakes.  It is the instructor's
code, trusted like the package's own.
"""

from __future__ import annotations

import hashlib
import importlib.util
import sys
from pathlib import Path
from types import ModuleType
from typing import Any

from autograder.errors import UsageError

_FILES: dict[str, Path] = {}
"""The modules of the course that was opened last, by assignment."""


def use_own(folder: Path) -> None:
    """Make the assignments in a course's folder known; those of the course before are forgotten."""
    _FILES.clear()
    if folder.is_dir():
        _FILES.update({path.stem: path for path in sorted(folder.glob("*.py")) if path.stem.isidentifier()})


def own_names() -> tuple[str, ...]:
    """Return the names of the course's own assignments."""
    return tuple(_FILES)


def own_file(name: str) -> Path | None:
    """Return the module of an own assignment, or None for the package's."""
    return _FILES.get(name)


def own_digest(name: str) -> str:
    """Return a hash of an own assignment's module, or nothing for the package's: a changed test grades anew."""
    path = _FILES.get(name)
    return "" if path is None else hashlib.sha256(path.read_bytes()).hexdigest()


def own_module(name: str) -> ModuleType:
    """Return an own assignment's module, loaded anew where its file has changed.

    Raises `UsageError` if it cannot be loaded or holds no assignment of that name.
    """
    path = _FILES[name]
    key = f"autograder_own_{hashlib.sha256(str(path.resolve()).encode() + path.read_bytes()).hexdigest()[:16]}"
    if key in sys.modules:
        return sys.modules[key]
    spec = importlib.util.spec_from_file_location(key, path)
    if spec is None or spec.loader is None:
        raise UsageError(f"{path} is not a Python module.")
    module = importlib.util.module_from_spec(spec)
    sys.modules[key] = module
    try:
        # Not the loader's way: it takes a file of the same size and second for the one that it compiled before.
        exec(compile(path.read_bytes(), path, "exec"), module.__dict__)
    except Exception as problem:
        del sys.modules[key]
        raise UsageError(f"The assignment {path} cannot be loaded: {type(problem).__name__}: {problem}.") from problem
    found: Any = getattr(module, "ASSIGNMENT", None)
    if getattr(found, "name", None) != name:
        raise UsageError(f"{path} should hold an ASSIGNMENT whose name is {name!r}.")
    return module
