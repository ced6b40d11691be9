"""A hostile child answers as it likes: whatever fits the protocol is judged, and whatever does not is the student's.

What a student's process sends must never be a failure of ours: that would be retried with every run, never graded, and
told to the instructor as a fault of the grader.
"""

from __future__ import annotations

import copy
import json
import random
from collections.abc import Iterator, Sequence
from typing import Any

import numpy as np
import pytest
from grading_room import examiner, solved, template
from test_sandbox_frames import STEPS, honest

from autograder.assignments import NAMES
from autograder.calls import Outcome, Value
from autograder.grading.cases import Case
from autograder.report.summary import what_happened
from autograder.sandbox import CallStep, Limits, Result, Run, Step, frames
from autograder.sandbox.attempt import Attempt
from autograder.sandbox.frames import FrameError
from autograder.submission import Grader

STRANGE: tuple[Any, ...] = (
    None,
    True,
    -1,
    0,
    0.5,
    1e400,
    10**300,
    2**64,
    "",
    "\x00",
    "\ud800",
    "ndarray",
    "<f8",
    "{0.__class__}%s",
    "x" * 9_999,
    [],
    {},
    [[]],
    [None],
    ["x"],
    ["x", "y", "z"],
    {"a": None},
    [0] * 99,
)
TEXTS = (
    "",
    "a",
    "ValueError: x",
    "NotImplementedError: ",
    ":",
    "\n\n",
    "{0.__class__}%s{",
    "\ud800\x1b[2J<script>",
    "é" * 999,
)
TYPES = ("ndarray", "float64", "float32", "float", "int", "bool", "list", "tuple", "NoneType", "", "str", "{x}")


# ---- headers ---------------------------------------------------------------------------------------------------------


def places(value: Any, path: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    """Every place in a JSON value, as the way to it."""
    yield path
    items = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, part in items:
        yield from places(part, (*path, key))


def distorted(draw: random.Random, header: Any) -> Any:
    """Replace, remove or repeat values of a header, wherever they are."""
    header = copy.deepcopy(header)
    for _ in range(draw.choice((1, 1, 2, 5))):
        found = [path for path in places(header) if path]
        if not found:
            break
        *way, key = draw.choice(found)
        holder = header
        for step in way:
            holder = holder[step]
        deed = draw.choice(("replace", "remove", "repeat"))
        if deed == "replace":
            holder[key] = copy.deepcopy(draw.choice(STRANGE))
        elif deed == "remove":
            del holder[key]
        elif isinstance(holder, list):
            holder.insert(draw.randrange(len(holder) + 1), copy.deepcopy(holder[key]))
    return header


def headers() -> list[tuple[Any, bytes]]:
    """The honest frames of three steps, as header and body."""
    unpacker = frames.Unpacker()
    unpacker.feed(b"".join(honest()))
    return list(unpacker.frames())


@pytest.mark.parametrize("seed", range(10))
def test_no_header_whatever_raises_anything_but_a_frame_error(seed: int) -> None:
    """The first frame is sent before any of the student's code runs, and stays as it is."""
    draw = random.Random(seed)
    first, *others = headers()
    refused = accepted = 0
    for _ in range(300):
        attempt = Attempt(STEPS, Limits())
        attempt.take(*first)
        chosen = draw.randrange(len(others))
        try:
            for index, (header, body) in enumerate(others):
                told = distorted(draw, header) if index == chosen else header
                cut = body[: draw.randrange(len(body) + 1)] if index == chosen and draw.random() < 0.2 else body
                attempt.take_piece(json.dumps(told).encode(), cut)
        except FrameError:
            refused += 1
        else:
            accepted += 1
            assert json.dumps([repr(result) for result in attempt.results]).isascii()
    assert refused > 100
    assert accepted > 10, "nothing that was changed was harmless: were the others refused for the change at all?"


# ---- answers ---------------------------------------------------------------------------------------------------------


SHAPES = ((), (0,), (1,), (3,), (1, 1), (0, 3), (2, 3), (3, 1), (1,) * 8, (0, 2**20), (2, 0, 2**20), (999,))
ASPECTS = ("type", "shape", "dtype", "numbers", "bytes", "count", "error", "warnings", "mutated", "printed", "used")
"""What may be wrong with an answer; few things at once, else whoever looks sees only the first."""


def data(draw: random.Random, wanted: Any, wrong: Sequence[str]) -> np.ndarray:
    """Return an array that may cross, more or less like the one that is wanted."""
    like = np.asarray(wanted[0] if isinstance(wanted, tuple) and wanted else wanted)
    if like.dtype.kind not in "biuf":
        like = np.zeros(3)
    shape = draw.choice(SHAPES) if "shape" in wrong else like.shape
    dtype = frames.DTYPES[draw.choice(list(frames.DTYPES)) if "dtype" in wrong else "<f8"]
    if "bytes" in wrong or like.shape != shape:
        count = int(np.prod(shape))
        raw = draw.randbytes(count * dtype.itemsize)
        return np.frombuffer(raw, dtype).reshape(shape) if count else np.empty(shape, dtype)
    with np.errstate(all="ignore"):
        made = np.array(like, np.float64)
        if "numbers" in wrong:
            made = np.asarray(made * draw.choice((1, -1, 2, 0, np.nan, np.inf)) + draw.choice((0, 1e-9, 1, 1e300)))
            if made.size:
                made.flat[draw.randrange(made.size)] = draw.choice((np.nan, np.inf, -np.inf, -0.0, 5e-324))
        return np.asarray(made.astype(dtype))


def outcome(draw: random.Random, wanted: Any, wrong: Sequence[str]) -> Outcome:
    """Return an outcome of one call as a hostile child may tell it."""

    def value() -> Value:
        bare = "type" in wrong and draw.random() < 0.5
        kind = draw.choice(TYPES) if "type" in wrong else "ndarray"
        return Value(kind, None if bare else data(draw, wanted, wrong))

    return Outcome(
        tuple(value() for _ in range(draw.choice((0, 2, 3, 16)) if "count" in wrong else 1)),
        is_tuple="count" in wrong and draw.random() < 0.5,
        error=draw.choice(TEXTS) if "error" in wrong else "",
        line=draw.choice(TEXTS) if "error" in wrong else "",
        warnings=tuple(draw.choices(TEXTS, k=draw.choice((1, 8)))) if "warnings" in wrong else (),
        mutated=tuple(draw.choices(range(64), k=draw.choice((1, 64)))) if "mutated" in wrong else (),
        printed=draw.choice(TEXTS) if "printed" in wrong else "",
        used=tuple(draw.choices(("for", "while", "", "{"), k=draw.choice((1, 32)))) if "used" in wrong else (),
    )


def frame(draw: random.Random, index: int, step: Step, cases: Sequence[Case]) -> bytes:
    """Return the frame with a child's answer to one step."""
    if not isinstance(step, CallStep):
        texts = {name: draw.choice(TEXTS) for name in ("display", "stdout", "stderr")}
        cell = {**texts, "status": draw.choice(("ran", "error")), "traceback": [], "error": draw.choices(TEXTS, k=2)}
        return frames.pack(index + 1, {"step": index, "cell": cell, "done": True})
    if draw.random() < 0.1:
        return frames.pack(index + 1, {"step": index, "missing": draw.choice(TEXTS), "done": True})
    arrays: list[np.ndarray] = []
    wrong = draw.sample(ASPECTS, draw.choice((1, 1, 2, 3, len(ASPECTS))))
    now_and_then = draw.choice((0.2, 1.0))
    told = [
        frames.describe_outcome(outcome(draw, case.expected, wrong if draw.random() < now_and_then else ()), arrays)
        for case in cases
    ]
    return frames.pack_outcomes(index + 1, index, told, arrays, done=True)


class HostileSandboxes:
    """Stands where the sandboxes stand; what comes back went through the protocol."""

    level = "hostile"

    def __init__(self, assignment: str, draw: random.Random) -> None:
        self.draw, self.cases = draw, examiner(assignment).table.cases

    def for_steps(self, steps: Sequence[Step]) -> HostileSandboxes:
        """Answer for every notebook."""
        return self

    def run(self, steps: Sequence[Step]) -> Run:
        """Answer every step with nonsense, and now and then end before."""
        attempt = Attempt(steps, Limits())
        attempt.take({"locked": True}, b"")
        unpacker = frames.Unpacker()
        unpacker.feed(frames.pack(0, {}))
        list(unpacker.pieces())
        for index, step in enumerate(steps):
            asked = self.cases[tuple(step.name.split("-", 1))] if isinstance(step, CallStep) else ()  # type: ignore[index]  # function and criterion
            unpacker.feed(frame(self.draw, index, step, asked))
            for text, body in unpacker.pieces():
                attempt.take_piece(text, body)
        assert attempt.finished
        results: list[Result] = list(attempt.results)
        for index in self.draw.sample(range(len(steps)), 2):
            attempt.results, attempt.ended, attempt.detail = results[:index], "died", "the code crashed"
            results[index] = attempt.broken()
        return Run(tuple(results), 0.0, self.level, ())


@pytest.mark.parametrize("assignment", NAMES)
@pytest.mark.parametrize("times", [4, pytest.param(50, marks=pytest.mark.full)])
def test_whatever_fits_the_protocol_is_judged(assignment: str, times: int) -> None:
    notebook = json.dumps(solved(assignment)).encode()
    for number in range(times):
        draw = random.Random(f"{assignment} {number}")
        sandboxes: Any = HostileSandboxes(assignment, draw)
        grader = Grader(template(assignment), examiner(assignment), sandboxes, seed=1, version="test")
        graded = grader.grade(notebook, "eve")
        result = graded.result
        assert result.status == "graded", number
        assert 0 <= result.score < result.max_score
        assert all(c.message and 0 <= c.points <= c.max_points for f in result.functions for c in f.criteria), number
        assert what_happened(result)
        assert json.loads(graded.notebook)["cells"]
        stored = json.loads(result.to_bytes())
        assert stored == result.to_json() | {"checksum": stored["checksum"]} or b"NaN" in result.to_bytes()


def test_the_hostile_answers_are_of_many_kinds() -> None:
    """Else the test above would see only the first thing that is looked at."""
    draw = random.Random(1)
    sandboxes: Any = HostileSandboxes("range", draw)
    told = set()
    for _ in range(3):
        grader = Grader(template(), examiner(), sandboxes, seed=1, version="test")
        result = grader.grade(json.dumps(solved()).encode(), "eve").result
        told |= {c.message.split("`")[-1][:20] for f in result.functions for c in f.criteria}
    assert len(told) > 10, told
