"""Folders and zips of files that strangers named: every file with its name in parts, and nothing written on the way.

A name from outside is never used as a path.  What cannot be taken (a link, a name that leads out, a file that is too
large) is set aside with a sentence.
"""

from __future__ import annotations

import lzma
import stat
import struct
import zipfile
import zlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path, PurePosixPath

from autograder.errors import SubmissionError, UsageError
from autograder.notebook import MAX_BYTES, read_bytes

MAX_MEMBERS = 1_000_000
"""Files in one download; ten files for each of a hundred thousand students."""
MAX_TOTAL = 1_000_000_000
"""Bytes to which any zip may unpack; a larger one to `MAX_RATIO` times its own size."""
MAX_RATIO = 200
"""A class of notebooks shrinks to a fifth or a tenth; what shrinks to less than this was made to fill a disk."""
BROKEN = (OSError, zipfile.BadZipFile, zlib.error, lzma.LZMAError, struct.error, EOFError, RuntimeError, ValueError)
"""What Python's zip reader raises over a broken zip (NotImplementedError is a RuntimeError)."""
IGNORED = ("__MACOSX", ".DS_Store", "Thumbs.db", "desktop.ini")
"""What operating systems add to folders and zips by themselves."""


@dataclass(frozen=True)
class Entry:
    """A file: its name in parts below the folder or zip, and how to read it.

    ``read`` raises `SubmissionError` with the reason where the file cannot be taken.
    """

    parts: tuple[str, ...]
    read: Callable[[], bytes]

    @property
    def name(self) -> str:
        """The last part."""
        return self.parts[-1]

    @property
    def shown(self) -> str:
        """The whole name for a sentence, with whatever a terminal would act upon made visible."""
        return ascii_quoted("/".join(self.parts))


def ascii_quoted(text: str) -> str:
    """Return a stranger's text in quotes, at most 120 characters, with control characters escaped."""
    cut = text if len(text) <= 120 else f"{text[:119]}…"
    return "".join(letter if letter.isprintable() else ascii(letter)[1:-1] for letter in cut).join("''")


@contextmanager
def entries(path: Path) -> Iterator[Iterator[Entry]]:
    """Open a folder or a zip, and give the files in it; they can be read inside the block.

    Raises `UsageError` if there is no such folder or zip, it cannot be read, or it holds more than `MAX_MEMBERS`.
    """
    if path.is_dir():
        yield _in_folder(path)
    elif not path.is_file():
        raise UsageError(f"There is no folder or zip {path}. Give the one that holds the submissions.")
    else:
        with _opened(path) as archive:
            yield _in_zip(archive, path)


def _opened(path: Path) -> zipfile.ZipFile:
    """Return the zip in a file; raises `UsageError` if it holds none that can be read."""
    try:
        if zipfile.is_zipfile(path):
            return zipfile.ZipFile(path)
        with path.open("rb") as file:
            cut = file.read(4) == b"PK\x03\x04"
    except BROKEN as problem:
        raise UsageError(f"{path} cannot be opened as a zip: {problem}. Download it again.") from problem
    if cut:
        raise UsageError(f"{path} begins as a zip and has no end: it was cut short. Download it again.")
    raise UsageError(
        f"{path} is neither a folder nor a zip. Give the file that the platform let you download, "
        "or unpack another kind of archive and give the folder."
    )


def _in_folder(root: Path) -> Iterator[Entry]:
    found = 0
    waiting: list[tuple[Path, tuple[str, ...]]] = [(root, ())]
    while waiting:
        folder, parts = waiting.pop()
        try:
            inside = sorted(folder.iterdir(), key=lambda path: path.name)
        except OSError as problem:
            raise UsageError(f"{folder} cannot be read: {problem.strerror}. Give yourself permission.") from problem
        for path in inside:
            name = (*parts, path.name)
            if path.name in IGNORED:
                continue
            if path.is_dir() and not path.is_symlink():
                waiting.append((path, name))
                continue
            found += 1
            _limit(found, root)
            yield Entry(name, partial(read_bytes, path))


def _in_zip(archive: zipfile.ZipFile, path: Path) -> Iterator[Entry]:
    members = archive.infolist()
    _limit(len(members), path)
    budget = _Budget(path, max(MAX_TOTAL, MAX_RATIO * path.stat().st_size))
    for member in members:
        parts = tuple(part for part in member.filename.replace("\\", "/").split("/") if part)
        if member.is_dir() or not parts or any(part in IGNORED for part in parts):
            continue
        yield Entry(parts, partial(_read, archive, member, budget))


def _limit(found: int, where: Path) -> None:
    if found > MAX_MEMBERS:
        raise UsageError(f"{where} holds more than {MAX_MEMBERS:,} files: no class. Give a smaller part of it.")


@dataclass
class _Budget:
    """How many bytes may still be unpacked; sizes are counted as they come, for a zip may say any."""

    path: Path
    left: int

    def spend(self, count: int) -> None:
        self.left -= count
        if self.left < 0:
            raise UsageError(
                f"{self.path} unpacks to more than any class hands in, and was left there. "
                "What was collected before is whole; unpack it by hand if you trust it, and give the folder."
            )


def _read(archive: zipfile.ZipFile, member: zipfile.ZipInfo, budget: _Budget) -> bytes:
    """Return a member's bytes, never more than `MAX_BYTES` of them, whatever the zip says of its size.

    Raises `SubmissionError` with the reason if it cannot be taken, `UsageError` if the zip has given too much already.
    """
    pure = PurePosixPath(member.filename.replace("\\", "/"))
    if pure.is_absolute() or ".." in pure.parts:
        raise SubmissionError("its name leads out of the zip. Ask for the file by itself.")
    if stat.S_ISLNK(member.external_attr >> 16):
        raise SubmissionError("it is a link, and links are not followed. Ask for the file itself.")
    if member.flag_bits & 1:
        raise SubmissionError("it is locked with a password. Ask for it without one.")
    try:
        with archive.open(member) as file:
            data = file.read(MAX_BYTES + 1)
    except BROKEN as problem:
        raise SubmissionError(f"it cannot be unpacked ({problem}). Download the zip again.") from problem
    budget.spend(len(data))
    if len(data) > MAX_BYTES:
        raise SubmissionError(f"it has more than {MAX_BYTES / 1e6:.0f} MB when unpacked. Ask for it without outputs.")
    return data
