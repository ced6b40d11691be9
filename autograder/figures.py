"""Pictures that a student's program handed over: bytes that nobody has checked, until they are rebuilt here.

The file is not decoded.  Its outline is read as the PNG specification lays it out, and what is kept is the header, the
palette and the pixels: no text, no profile, nothing after the end.
"""

from __future__ import annotations

import struct
import zlib

SIGNATURE = b"\x89PNG\r\n\x1a\n"
KEPT = (b"IHDR", b"PLTE", b"tRNS", b"IDAT", b"IEND")
MAX_BYTES = 1 << 20
MAX_SIDE = 4_000
"""Pixels along one side: a few bytes may unpack to a picture that fills a reader's memory."""


def clean_png(data: bytes) -> bytes | None:
    """Return a PNG file that holds the picture and nothing else, or None if ``data`` is no PNG of bounded size."""
    if not data.startswith(SIGNATURE) or len(data) > MAX_BYTES:
        return None
    kept, at, names = [SIGNATURE], len(SIGNATURE), []
    while at + 12 <= len(data):
        (size,) = struct.unpack(">I", data[at : at + 4])
        name, end = data[at + 4 : at + 8], at + 12 + size
        if end > len(data) or zlib.crc32(data[at + 4 : end - 4]) != struct.unpack(">I", data[end - 4 : end])[0]:
            return None
        if name in KEPT:
            kept.append(data[at:end])
            names.append(name)
        at = end
        if name == b"IEND":
            break
    whole = names[:1] == [b"IHDR"] and names[-1:] == [b"IEND"] and b"IDAT" in names
    return b"".join(kept) if whole and names.count(b"IHDR") == 1 and _is_bounded(kept[1]) else None


def _is_bounded(header: bytes) -> bool:
    """Tell whether a header chunk asks for a picture of sensible size."""
    if len(header) != 25:
        return False
    width, height = (int.from_bytes(header[i : i + 4], "big") for i in (8, 12))
    return 0 < width <= MAX_SIDE and 0 < height <= MAX_SIDE
