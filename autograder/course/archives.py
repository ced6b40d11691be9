"""Folders and zips of files that strangers named: every file with its name in parts, and nothing written on the way.

A name from outside is never used as a path.  What cannot be taken (a link, a name that leads out, a file that is too
large) is set aside with a sentence.
"""

from __future__ import annotations

import stat
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
        raise UsageError(f"There is no folder or zip {path}.")
    elif not zipfile.is_zipfile(path):
        raise UsageError(f"{path} is neither a folder nor a zip. Give the file that the platform let you download.")
    else:
        try:
            archive = zipfile.ZipFile(path)
        except (OSError, zipfile.BadZipFile, NotImplementedError) as problem:
            raise UsageError(f"{path} cannot be opened as a zip: {problem}. Download it again.") from problem
        with archive:
            yield _in_zip(archive, path)


def _in_folder(root: Path) -> Iterator[Entry]:
    found = 0
    waiting: list[tuple[Path, tuple[str, ...]]] = [(root, ())]
    while waiting:
        folder, parts = waiting.pop()
        try:
            inside = sorted(folder.iterdir(), key=lambda path: path.name)
        except OSError as problem:
            raise UsageError(f"{folder} cannot be read: {problem.strerror}.") from problem
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
    for member in members:
        parts = tuple(part for part in member.filename.replace("\\", "/").split("/") if part)
        if member.is_dir() or not parts or any(part in IGNORED for part in parts):
            continue
        yield Entry(parts, partial(_read, archive, member))


def _limit(found: int, where: Path) -> None:
    if found > MAX_MEMBERS:
        raise UsageError(f"{where} holds more than {MAX_MEMBERS:,} files: no class. Give a smaller part of it.")


def _read(archive: zipfile.ZipFile, member: zipfile.ZipInfo) -> bytes:
    """Return a member's bytes, never more than `MAX_BYTES` of them, whatever the zip says of its size."""
    pure = PurePosixPath(member.filename.replace("\\", "/"))
    if pure.is_absolute() or ".." in pure.parts:
        raise SubmissionError("its name leads out of the zip.")
    if stat.S_ISLNK(member.external_attr >> 16):
        raise SubmissionError("it is a link, and links are not followed.")
    if member.flag_bits & 1:
        raise SubmissionError("it is locked with a password.")
    try:
        with archive.open(member) as file:
            data = file.read(MAX_BYTES + 1)
    except (OSError, zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, RuntimeError) as problem:
        raise SubmissionError(f"it cannot be unpacked ({problem}).") from problem
    if len(data) > MAX_BYTES:
        raise SubmissionError(f"it has more than {MAX_BYTES / 1e6:.0f} MB when unpacked.")
    return data
