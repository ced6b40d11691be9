"""The bytes between parent and child: what is sent arrives, and no bytes whatever make the parent stumble."""

from __future__ import annotations

import json
import random
from typing import Any

import numpy as np
import pytest

from autograder.calls import Argument, Call, Outcome, Value
from autograder.sandbox import frames
from autograder.sandbox.attempt import Attempt
from autograder.sandbox.frames import FrameError
from autograder.sandbox.steps import CallStep, CellStep, Limits

ONE = Call((Argument("array", np.arange(3.0)),))
STEPS = [CellStep("cell-1", "1"), CallStep("f", "f", (ONE, ONE)), CellStep("cell-2", "2")]
CELL = {"status": "ran", "display": "1", "error": ["", ""], "traceback": [], "stdout": "", "stderr": ""}


def outcome_frame(sequence: int, step: int, outcomes: list[Outcome], *, done: bool = True) -> bytes:
    arrays: list[np.ndarray] = []
    described = [frames.describe_outcome(outcome, arrays) for outcome in outcomes]
    return frames.pack_outcomes(sequence, step, described, arrays, done=done)


def honest() -> list[bytes]:
    told = {"warnings": ("overflow",), "mutated": (0,), "used": ("for",)}
    answer = Outcome((Value("ndarray", np.arange(3.0)), Value("str")), True, **told)  # type: ignore[arg-type]  # fits
    return [
        frames.pack(0, {"locked": True}),
        frames.pack(1, {"step": 0, "cell": CELL, "done": True}),
        outcome_frame(2, 1, [answer, Outcome(error="ValueError: é")]),
        frames.pack(3, {"step": 2, "cell": {**CELL, "status": "error", "error": ["E", "v"]}, "done": True}),
    ]


def read(data: bytes) -> Attempt:
    """Feed bytes to an attempt as the watch does."""
    attempt = Attempt(STEPS, Limits())
    unpacker = frames.Unpacker()
    unpacker.feed(data)
    for header, body in unpacker.frames():
        attempt.take(header, body)
    return attempt


def test_honest_answers_arrive() -> None:
    attempt = read(b"".join(honest()))
    assert attempt.finished
    result = attempt.results[1]
    assert result.status == "ran"
    first, second = result.outcomes  # type: ignore[union-attr]  # a call step's result
    assert first.values[0].data.tolist() == [0.0, 1.0, 2.0]
    assert (first.values[1].type, first.is_tuple, first.warnings, first.mutated) == ("str", True, ("overflow",), (0,))
    assert first.used == ("for",)
    assert second.error == "ValueError: é"
    assert attempt.results[2].detail == "E: v"


def test_calls_arrive_as_they_were_sent() -> None:
    sent = Call(
        (Argument("strided", np.arange(4, dtype=">i2")), Argument("value", None, [1, "a"])), {"axis": ONE.arguments[0]}
    )
    unpacker = frames.Unpacker()
    unpacker.feed(frames.pack_calls(0, (sent,)))
    ((header, body),) = unpacker.frames()
    (got,) = frames.unpack_calls(header, body)
    assert [a.form for a in got.arguments] == ["strided", "value"]
    assert got.arguments[0].data is not None
    assert got.arguments[0].data.tolist() == [0, 1, 2, 3]
    assert got.arguments[1].value == [1, "a"]
    assert list(got.keywords) == ["axis"]


def test_the_outcomes_of_the_hostile_headers_are_right_but_for_one_thing() -> None:
    """Else the headers above would be refused for another reason than the one that they are there for."""
    good = [[], False, "", "", [], [], "", []]
    assert read(tampered(2, {"outcomes": [good, OUTCOME]})).finished


def test_a_stream_may_be_cut_anywhere() -> None:
    data = b"".join(honest())
    unpacker, count = frames.Unpacker(), 0
    for i in range(len(data)):
        unpacker.feed(data[i : i + 1])
        count += len(list(unpacker.frames()))
    assert count == 4


def tampered(step: int, change: dict[str, Any]) -> bytes:
    """Return the honest stream with one frame's header changed."""
    stream = honest()
    size = frames.PREFIX.size
    _, sequence, text_size, _ = frames.PREFIX.unpack(stream[step][:size])
    header = json.loads(stream[step][size : size + text_size]) | change
    text = json.dumps(header).encode()
    body = stream[step][size + text_size :]
    stream[step] = frames.PREFIX.pack(frames.MAGIC, sequence, len(text), len(body)) + text + body
    return b"".join(stream)


OUTCOME = [[["ndarray", "<f8", [3]]], False, "", "", [], [], "", []]
HOSTILE: list[tuple[int, dict[str, Any]]] = [
    (1, {"step": 1}),
    (1, {"step": "0"}),
    (1, {"step": None}),
    (1, {"cell": None}),
    (1, {"cell": []}),
    (1, {"cell": {**CELL, "status": "passed"}}),
    (1, {"cell": {**CELL, "stdout": 3}}),
    (1, {"cell": {**CELL, "traceback": "x"}}),
    (1, {"cell": {**CELL, "traceback": ["x"] * 101}}),
    (1, {"cell": {**CELL, "error": ["a", "b", "c"]}}),
    (1, {"cell": {**CELL, "figures": 3}}),
    (1, {"cell": {**CELL, "figures": [1]}}),
    (1, {"cell": {**CELL, "figures": [-1]}}),
    (1, {"cell": {**CELL, "figures": [0] * 7}}),
    (2, {"missing": 7}),
    (2, {"outcomes": {}}),
    (2, {"outcomes": None}),
    (2, {"outcomes": [OUTCOME] * 3}),
    (2, {"outcomes": [OUTCOME]}),
    (2, {"outcomes": [OUTCOME, OUTCOME]}),
    (2, {"outcomes": []}),
    (2, {"outcomes": [[], []]}),
    *(
        (2, {"outcomes": [[[["ndarray", *spec]], False, "", "", [], [], "", []], OUTCOME]})
        for spec in (
            ["|O", [3]],
            ["<f8", [-3]],
            ["<f8", [2**40, 2**40]],
            ["<f8", [3.0]],
            ["<f8", [True]],
            ["<f8", 3],
            ["<f8", [1] * 9],
            ["<c16", [3]],
            ["<M8[s]", [3]],
            ["<U3", [3]],
            ["float64", [3]],
            [["<f8"], [3]],
            ["<f8", [0, 2**25, 2**25]],
            ["<f8"],
            ["<f8", [4]],
            ["<f8", [2]],
        )
    ),
    *(
        (2, {"outcomes": [[[], *rest], OUTCOME]})
        for rest in (
            [0, "", "", [], [], "", []],
            [False, None, "", [], [], "", []],
            [False, "", 5, [], [], "", []],
            [False, "", "", "warn", [], "", []],
            [False, "", "", [1], [], "", []],
            [False, "", "", ["w"] * 9, [], "", []],
            [False, "", "", [], [-1], "", []],
            [False, "", "", [], [True], "", []],
            [False, "", "", [], "0", "", []],
            [False, "", "", [], [], {}, []],
            [False, "", "", [], [], "", "for"],
            [False, "", "", [], [], "", ["for"] * 33],
            [False, "", "", [], [], ""],
        )
    ),
]


@pytest.mark.parametrize(("step", "change"), HOSTILE)
def test_a_header_that_lies_is_refused(step: int, change: dict[str, Any]) -> None:
    with pytest.raises(FrameError):
        read(tampered(step, change))


@pytest.mark.parametrize(
    "data",
    [
        b"\x80\x04" * 20,
        frames.PREFIX.pack(b"AFr0", 0, 2, 0) + b"{}",
        frames.PREFIX.pack(frames.MAGIC, 1, 2, 0) + b"{}",
        frames.PREFIX.pack(frames.MAGIC, 0, 2**31, 0),
        frames.PREFIX.pack(frames.MAGIC, 0, 2, 2**63),
        frames.PREFIX.pack(frames.MAGIC, 0, 2, 0) + b"[]",
        frames.PREFIX.pack(frames.MAGIC, 0, 2, 0) + b"\xff\xff",
        frames.PREFIX.pack(frames.MAGIC, 0, 200_000, 0) + b"[" * 200_000,
        frames.PREFIX.pack(frames.MAGIC, 0, 9_000, 0) + b'{"a":' + b"9" * 8_994 + b"}",
    ],
)
def test_bytes_that_are_no_frame_are_refused(data: bytes) -> None:
    with pytest.raises(FrameError):
        read(data)


@pytest.mark.parametrize("seed", range(20))
def test_no_bytes_whatever_raise_anything_but_a_frame_error(seed: int) -> None:
    """Change, cut, repeat and insert bytes of an honest stream at random."""
    draw = random.Random(seed)
    original = b"".join(honest())
    refused = 0
    for _ in range(200):
        data = bytearray(original)
        for _ in range(draw.randint(1, 4)):
            at = draw.randrange(len(data))
            data[at : at + draw.choice((0, 1, 1, 1, 5))] = draw.randbytes(draw.choice((0, 1, 1, 1, 4)))
            if not data:
                break
        try:
            read(bytes(data))
        except FrameError:
            refused += 1
    assert refused > 50


def test_texts_are_clipped_and_lone_surrogates_replaced() -> None:
    change = {"cell": {**CELL, "stdout": "x" * 500_000, "display": "\ud800"}}
    result = read(tampered(1, change)).results[0]
    assert len(result.stdout) < 140_000  # type: ignore[union-attr]  # a cell's result
    assert result.display == "?"  # type: ignore[union-attr]  # a cell's result


def test_truth_values_are_true_or_false_whatever_their_bytes() -> None:
    got = frames.Body(bytes([0, 1, 2, 255])).take(["|b1", [4]])
    assert got.tobytes() == bytes([0, 1, 1, 1])
