"""Files that are whole or not there: what a run writes survives its being killed at any moment.

JSON that we store has a line for each part, so that one part is read or written without the others.
"""

from __future__ import annotations

import contextlib
import json
import os
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

compact = json.JSONEncoder(ensure_ascii=False).encode
"""Return JSON text on one line."""


def in_lines(content: Mapping[str, Any], **ready: Sequence[bytes]) -> bytes:
    """Return JSON text in UTF-8 with a line for each member of an object, and for each item of a list among them.

    Python's encoder writes such text many times faster than text that is indented throughout.  ``ready`` are members
    whose items are JSON text already.
    """
    lines = []
    for name, value in content.items():
        if isinstance(value, list):
            items = ready.get(name) or [compact(item).encode() for item in value]
            told = b"[\n  %b\n ]" % b",\n  ".join(items) if items else b"[]"
        else:
            told = compact(value).encode()
        lines.append(b" %b: %b" % (compact(name).encode(), told))
    return b"{\n" + b",\n".join(lines) + b"\n}\n"


def write_atomically(path: Path | str, data: bytes, *, durable: bool = False) -> None:
    """Write a file so that it holds all of ``data`` or what it held before, whatever happens to this process.

    ``durable`` waits for the disk, so that the same holds when the power fails.  A killed process leaves its temporary
    file behind; the next one that writes here takes it away.

    Raises OSError where the file cannot be written, as when the disk is full.
    """
    folder, name = os.path.split(path)
    try:
        _sweep(folder or ".", name)
    except FileNotFoundError:
        os.makedirs(folder, exist_ok=True)
    temporary = os.path.join(folder, f".{name}.{os.getpid()}.tmp")
    try:
        with open(temporary, "wb", buffering=0) as file:
            left = memoryview(data)
            while left:
                left = left[file.write(left) :]
            if durable:
                os.fsync(file.fileno())
        os.replace(temporary, path)
        if durable and os.name == "posix":
            _sync_folder(folder or ".")
    except BaseException:
        Path(temporary).unlink(missing_ok=True)
        raise


def is_whole(path: Path | str, end: bytes) -> bool:
    """Tell whether a file is there and ends as it should.

    A power failure may leave a file without its contents, or with zeros in their place.
    """
    try:
        with open(path, "rb") as file:
            file.seek(-len(end), os.SEEK_END)
            return file.read() == end
    except OSError:
        return False


def _sweep(folder: str, name: str) -> None:
    """Remove the temporary files that dead processes left beside a file."""
    for one in os.listdir(folder):
        if one.startswith(f".{name}.") and one.endswith(".tmp"):
            writer = one.removeprefix(f".{name}.").removesuffix(".tmp")
            if writer.isdecimal() and not _alive(int(writer)):
                Path(folder, one).unlink(missing_ok=True)


def _alive(process: int) -> bool:
    """Tell whether a process exists; where that cannot be asked without harm, suppose that it does."""
    if os.name != "posix":
        return True
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    except (PermissionError, OverflowError):
        pass
    return True


def _sync_folder(folder: str) -> None:
    """Wait until a folder's entries are on the disk, where the file system can tell."""
    handle = os.open(folder, os.O_RDONLY)
    try:
        with contextlib.suppress(OSError):
            os.fsync(handle)
    finally:
        os.close(handle)
