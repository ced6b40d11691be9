"""Files that are whole or not there: what a run writes survives its being killed at any moment.

JSON that we store has a line for each part, so that one part is read or written without the others.
"""

from __future__ import annotations

import contextlib
import errno
import json
import os
import sys
import zlib
from collections.abc import Callable, Mapping, Sequence
from functools import cache, partial
from pathlib import Path
from typing import Any

APART = {errno.ENOENT, errno.EXDEV}
"""Why two files cannot change places: one is gone, or has no folder; or they lie on different file systems."""

AT_FDCWD, RENAME_EXCHANGE = -100, 2
"""Linux's names for the folder in which a process works, and for two files that change places."""

BETWEEN = b",\n  "
"""What stands between the items of a list that `in_lines` is given."""

compact = json.JSONEncoder(ensure_ascii=False).encode
"""Return JSON text on one line."""


_by_members = json.JSONEncoder(ensure_ascii=False, separators=(",\n ", ": ")).encode


def in_lines(content: Mapping[str, Any], **ready: Sequence[bytes]) -> bytes:
    """Return JSON text in UTF-8 with a line for each member of an object, and for each of its ``ready`` items.

    Python's encoder writes such text many times faster than text that is indented throughout.  ``ready`` are lists
    whose items are JSON text already; in ``content`` they are empty, and nothing before them holds such a list.
    """
    told = _by_members(content).encode()
    for name, items in ready.items():
        if items:
            start, end = told.split(b'"%b": []' % name.encode(), 1)
            told = b'%b"%b": [\n  %b\n ]%b' % (start, name.encode(), BETWEEN.join(items), end)
    return b"{\n %b\n}\n" % told[1:-1]


def checksum(*parts: bytes) -> str:
    """Return the CRC-32 of some bytes, by which a file that is not as it was written is known.

    It is no proof against malice, and takes a third of the time of a hash that is one.
    """
    found = 0
    for part in parts:
        found = zlib.crc32(part, found)
    return f"{found:08x}"


def read_whole(path: str) -> bytes:
    """Return a file's bytes.  Asked of the system itself, which Python's own file objects ask for more than that.

    Raises OSError where it cannot be read.
    """
    handle = os.open(path, os.O_RDONLY)
    try:
        return read_open(handle, os.fstat(handle).st_size)
    finally:
        os.close(handle)


def read_open(handle: int, size: int) -> bytes:
    """Return the next ``size`` bytes of an open file, or fewer where it ends before."""
    found = os.read(handle, size)
    while len(found) < size and (more := os.read(handle, size - len(found))):
        found += more
    return found


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
            _write(file.write, data)
            if durable:
                os.fsync(file.fileno())
        os.replace(temporary, path)
        if durable and os.name == "posix":
            _sync_folder(folder or ".")
    except BaseException:
        Path(temporary).unlink(missing_ok=True)
        raise


def write_in_turn(path: str, other: str, data: bytes) -> None:
    """Write a file over the ``other`` one and let both change places: no file is made, and none taken away.

    Afterwards ``other`` holds what the file held before; the first time there is none.  The system takes its time to
    bring both to the disk, and a failing power may leave a mixture of what was written now and what was there two
    writes ago: the contents must tell whether they are whole.

    Raises OSError where the file cannot be written.
    """
    if sys.platform != "linux":
        write_atomically(path, data)
        return
    try:
        handle = os.open(other, os.O_WRONLY | os.O_CREAT | os.O_NOFOLLOW, 0o666)
    except OSError:  # there is no folder yet, or the file is somebody else's
        write_atomically(path, data)
        return
    try:
        size = _locked(handle, other)
        if size is not None:
            _write(partial(os.write, handle), data)
            if size > len(data):
                os.ftruncate(handle, len(data))
            if not _swapped(other, path):
                os.replace(other, path)
    except BaseException as problem:
        Path(other).unlink(missing_ok=True)
        if getattr(problem, "errno", None) not in APART:
            raise
        size = None
    finally:
        os.close(handle)
    if size is None:
        write_atomically(path, data)


def _locked(handle: int, path: str) -> int | None:
    """Keep others from writing to an open file and return its size, or None where that is not possible.

    It must still have its name, and no second one, which somebody gave it to keep it as it was, as programs do that
    make backups by links.
    """
    import fcntl

    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        found = os.fstat(handle)
        return found.st_size if found.st_nlink == 1 and os.path.samestat(found, os.stat(path)) else None
    except OSError:  # another is writing, or this file system has no locks
        return None


def _write(write: Callable[[memoryview], int], data: bytes) -> None:
    """Write all of ``data``, of which the system may take a part at a time."""
    left = memoryview(data)
    while left:
        left = left[write(left) :]


def _swapped(one: str, other: str) -> bool:
    """Let two files change places, and tell whether they did: both must be there, and the system able to do it.

    A file that takes another's place by `os.replace` is sent to the disk at once by some file systems (ext4), which
    takes longer than to write it.
    """
    exchange = _renameat2()
    return exchange is not None and not exchange(
        AT_FDCWD, os.fsencode(one), AT_FDCWD, os.fsencode(other), RENAME_EXCHANGE
    )


@cache
def _renameat2() -> Callable[[int, bytes, int, bytes, int], int] | None:
    """Return Linux's function of this name, or None where there is no such thing."""
    if sys.platform != "linux":
        return None
    import ctypes

    return getattr(ctypes.CDLL(None), "renameat2", None)


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
