"""The only bytes that cross between parent and child: numbered frames of a JSON header and raw array data.

A frame is a fixed prefix (magic, sequence number, header length, body length; little endian), a JSON header, and the
raw bytes of the arrays that the header describes, one after the other.  Nothing is ever unpickled or evaluated.  The
child's frames are hostile until decoded: every decoder here raises `FrameError` and nothing else, whatever the bytes.
Runs on both sides: standard library, NumPy and `calls` alone.
"""

from __future__ import annotations

import json
import struct
import sys
from collections.abc import Iterator, Sequence
from functools import cache
from typing import Any

import numpy as np

from autograder.calls import Argument, Call, Outcome, Value

PREFIX = struct.Struct("<4sIIQ")
MAGIC = b"AFr1"
MAX_HEADER = 5 << 18
"""Bytes of JSON in one frame: what a cell prints to both streams fits in whatever language it is, and so much text
makes at most some 40 MB of objects in the parent."""
MAX_BODY = 32 << 20
"""Bytes of array data in one frame."""
MAX_NDIM = 8
MAX_VALUES = 16
MAX_PLAN = 8 << 20
"""Bytes of JSON in a frame that the parent wrote: a notebook's source in it can take six times its characters."""
KEEP = 2_000
DTYPES = {
    name: np.dtype(name)
    for name in ("|b1", "|i1", "|u1", "<i2", "<i4", "<i8", "<u2", "<u4", "<u8", "<f2", "<f4", "<f8", "<f16")
}
"""What may cross: truth values, integers and floating-point numbers, nothing that refers to anything."""


class FrameError(ValueError):
    """The bytes are not a frame that this protocol knows."""


# ---- frames ----------------------------------------------------------------------------------------------------------


_compact = json.JSONEncoder(separators=(",", ":"), ensure_ascii=False).encode


def pack(sequence: int, header: object, arrays: Sequence[np.ndarray] = ()) -> bytes:
    """Return one frame: ``header`` as JSON, then the arrays' bytes in C order."""
    return _framed(sequence, _compact(header), arrays)


def pack_outcomes(
    sequence: int, step: int, described: Sequence[str], arrays: Sequence[np.ndarray], *, done: bool
) -> bytes:
    """Return the frame of a step's outcomes, which `describe_outcome` has written."""
    text = f'{{"step":{step},"outcomes":[{",".join(described)}],"done":{"true" if done else "false"}}}'
    return _framed(sequence, text, arrays)


def _framed(sequence: int, told: str, arrays: Sequence[np.ndarray]) -> bytes:
    """Return the frame of a header that is written already; lone surrogates cross as they are."""
    text = told.encode("utf-8", "surrogatepass")
    raw = [array.tobytes() for array in arrays]
    return b"".join((PREFIX.pack(MAGIC, sequence & 0xFFFFFFFF, len(text), sum(map(len, raw))), text, *raw))


class Unpacker:
    """Cut a byte stream into frames, with headers of at most ``largest`` bytes; ``feed`` it, iterate over ``frames``.

    Raises `FrameError` as soon as the stream cannot be this protocol: wrong magic, a gap in the sequence numbers, a
    length above the limits, a header that is not a JSON object.
    """

    def __init__(self, largest: int = MAX_HEADER) -> None:
        self._largest = largest
        self._buffer = bytearray()
        self._sequence = 0

    def feed(self, data: bytes) -> None:
        """Append received bytes."""
        self._buffer += data

    def frames(self) -> Iterator[tuple[dict[str, Any], bytes]]:
        """Yield each complete frame as (header, body)."""
        for text, body in self.pieces():
            yield parse_header(text), body

    def pieces(self) -> Iterator[tuple[bytes, bytes]]:
        """Yield each complete frame as (JSON text of the header, body)."""
        while len(self._buffer) >= PREFIX.size:
            magic, sequence, text_size, body_size = PREFIX.unpack_from(self._buffer)
            if magic != MAGIC or sequence != self._sequence:
                raise FrameError("the answer does not follow the protocol (magic or sequence number)")
            if text_size > self._largest or body_size > MAX_BODY:
                raise FrameError("the answer is larger than the protocol allows")
            end = PREFIX.size + text_size + body_size
            if len(self._buffer) < end:
                return
            text = bytes(self._buffer[PREFIX.size : PREFIX.size + text_size])
            body = bytes(self._buffer[PREFIX.size + text_size : end])
            del self._buffer[:end]
            self._sequence += 1
            yield text, body


def parse_header(text: bytes) -> dict[str, Any]:
    """Parse a frame's JSON header."""
    try:
        header = json.loads(text)
    except (ValueError, RecursionError) as problem:
        raise FrameError("the answer's header is not JSON") from problem
    if not isinstance(header, dict):
        raise FrameError("the answer's header is not a JSON object")
    return header


# ---- arrays ----------------------------------------------------------------------------------------------------------


def plain(array: np.ndarray) -> np.ndarray:
    """Return the array in little-endian byte order, with its shape and values."""
    return array.astype(array.dtype.newbyteorder("<"), copy=False)


class Body:
    """Take arrays, one after the other, from the raw part of a frame."""

    def __init__(self, raw: bytes) -> None:
        self._raw = raw
        self._offset = 0

    def take(self, spec: object) -> np.ndarray:
        """Return the next array; ``spec`` is [dtype, shape].  The array is read-only and shares the frame's bytes."""
        if not isinstance(spec, list) or len(spec) != 2:
            raise FrameError("an array's description is not [dtype, shape]")
        name, shape = spec
        if not isinstance(name, str) or name not in DTYPES:
            raise FrameError("an array's dtype is not among those that may cross")
        if not isinstance(shape, list) or len(shape) > MAX_NDIM:
            raise FrameError("an array's shape is not a list of at most eight sizes")
        count = largest = 1
        for size in shape:
            if type(size) is not int or not 0 <= size <= MAX_BODY:
                raise FrameError("an array's shape holds something that is not a size")
            count *= size
            largest *= size or 1
        if largest > MAX_BODY:
            raise FrameError("an array's shape is too large")
        dtype = DTYPES[name]
        end = self._offset + count * dtype.itemsize
        if end > len(self._raw):
            raise FrameError("an array's bytes are missing")
        array = np.frombuffer(self._raw, dtype, count, self._offset) if count else np.empty(0, dtype)
        self._offset = end
        if dtype.kind == "b":
            array = array.view(np.uint8) != 0  # a byte other than 0 and 1 is no truth value that NumPy expects
        return array.reshape(shape)

    def finish(self) -> None:
        """Raise `FrameError` if bytes are left over."""
        if self._offset != len(self._raw):
            raise FrameError("the answer holds more bytes than it describes")


# ---- calls, parent to child ------------------------------------------------------------------------------------------


def _argument(argument: Argument, arrays: list[np.ndarray]) -> list[Any]:
    """Describe one argument, adding its data to ``arrays``."""
    if argument.data is None:
        return [argument.form, None, argument.value]
    data = plain(np.asarray(argument.data))
    if data.dtype.str not in DTYPES:
        raise ValueError(f"an argument of dtype {data.dtype} cannot cross to the sandbox")
    arrays.append(data)
    return [argument.form, [data.dtype.str, list(data.shape)], argument.value]


def _points(call: Call, arrays: list[np.ndarray]) -> list[Any] | None:
    """Describe where a returned expression is evaluated, adding the points to ``arrays``."""
    return None if call.points is None else _argument(Argument("array", call.points), arrays)[1]


def pack_calls(sequence: int, calls: Sequence[Call]) -> bytes:
    """Return the frame that carries the inputs of one `CallStep`."""
    arrays: list[np.ndarray] = []
    described = [
        [
            [_argument(argument, arrays) for argument in call.arguments],
            {name: _argument(argument, arrays) for name, argument in call.keywords.items()},
            [call.symbols, _points(call, arrays), call.choices, call.forbidden, call.result],
        ]
        for call in calls
    ]
    return pack(sequence, {"calls": described}, arrays)


def unpack_calls(header: dict[str, Any], raw: bytes) -> tuple[Call, ...]:
    """Rebuild the inputs of one `CallStep`; trusts the header, which the parent wrote."""
    body = Body(raw)

    def build(form: str, spec: list[Any] | None, value: Any) -> Argument:
        return Argument(form, None if spec is None else body.take(spec), value)

    return tuple(
        Call(
            tuple(build(*item) for item in positional),
            {name: build(*item) for name, item in keywords.items()},
            tuple(symbols),
            None if points is None else body.take(points),
            tuple(choices),
            tuple(forbidden),
            result,
        )
        for positional, keywords, (symbols, points, choices, forbidden, result) in header["calls"]
    )


# ---- outcomes, child to parent ---------------------------------------------------------------------------------------


_UNEVENTFUL = tuple(Outcome())[1:]
"""The members of an outcome, after its values, if nothing but a return happened."""


@cache
def _plain_description(kind: str, dtype: np.dtype, shape: tuple[int, ...]) -> str:
    """Return the description of an outcome that is one array, as it lies in memory; nothing for another byte order."""
    native = dtype.isnative and sys.byteorder == "little"
    return _compact([[[kind, dtype.str, list(shape)]]]) if native else ""


def describe_outcome(outcome: Outcome, arrays: list[np.ndarray]) -> str:
    """Describe one outcome for a header, as JSON, adding its data to ``arrays``."""
    if outcome[1:] == _UNEVENTFUL and len(outcome.values) == 1:
        kind, array = outcome.values[0]
        if array is not None and (told := _plain_description(kind, array.dtype, array.shape)):  # as most are
            arrays.append(array)
            return told
    values: list[list[Any]] = []
    for value in outcome.values:
        if value.data is None:
            values.append([value.type])
            continue
        data = plain(value.data)
        arrays.append(data)
        values.append([value.type, data.dtype.str, list(data.shape)])
    o = outcome
    if not (o.is_tuple or o.error or o.line or o.warnings or o.mutated or o.printed or o.used):
        return _compact([values])  # as most are
    return _compact([values, o.is_tuple, o.error, o.line, o.warnings, o.mutated, o.printed, o.used])


def text(value: object, limit: int) -> str:
    """Return a received string, clipped to ``limit`` characters, without lone surrogates."""
    if not isinstance(value, str):
        raise FrameError("a text in the answer is not a string")
    value = value[:limit]
    return value if value.isascii() else value.encode("utf-8", "replace").decode("utf-8")


def texts(value: object, count: int, limit: int) -> tuple[str, ...]:
    """Return a received list of at most ``count`` strings."""
    if not isinstance(value, list) or len(value) > count:
        raise FrameError("a list of texts in the answer is not one, or too long")
    return tuple(text(item, limit) for item in value)


def _received_value(item: object, body: Body) -> Value:
    """Rebuild one returned value."""
    if not isinstance(item, list) or len(item) not in (1, 3):
        raise FrameError("a value in the answer is malformed")
    return Value(text(item[0], 60), body.take(item[1:]) if len(item) == 3 else None)


def read_outcome(item: object, body: Body) -> Outcome:
    """Rebuild one outcome from a child's header; every field is checked."""
    if not isinstance(item, list) or len(item) not in (1, 8):
        raise FrameError("an outcome in the answer is malformed")
    values = item[0]
    if not isinstance(values, list) or len(values) > MAX_VALUES:
        raise FrameError("an outcome in the answer is malformed")
    if len(item) == 1:
        return Outcome(tuple(_received_value(value, body) for value in values))
    _, is_tuple, error, line, told, mutated, printed, broken = item
    if not isinstance(is_tuple, bool):
        raise FrameError("an outcome in the answer is malformed")
    if not isinstance(mutated, list) or len(mutated) > 64 or not all(type(i) is int and 0 <= i < 64 for i in mutated):
        raise FrameError("an outcome in the answer is malformed")
    return Outcome(
        values=tuple(_received_value(value, body) for value in values),
        is_tuple=is_tuple,
        error=text(error, KEEP),
        line=text(line, 200),
        warnings=texts(told, 8, 200),
        mutated=tuple(mutated),
        printed=text(printed, KEEP),
        used=texts(broken, 32, 60),
    )
