"""Gradescope's results format: what an autograder there leaves in ``/autograder/results/results.json``.

The format is that of gradescope-autograders.readthedocs.io, page *Autograder Specifications*, section *Output format*.
Of its members we write, for the whole submission, ``score`` (which takes the place of the tests' sum), ``output``,
``output_format``, ``test_output_format``, ``visibility``, ``execution_time`` in seconds, and ``tests``; for a test
``name``, ``score``, ``max_score``, ``status``, ``output`` and ``visibility``.  Gradescope numbers the tests itself, in
their order.
"""

from __future__ import annotations

import json
import zipfile
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from io import BytesIO
from itertools import islice
from typing import Any

from autograder.course._scores import CellScore, Score
from autograder.files import compact
from autograder.grading.results import SCHEMA_VERSION, taken_apart

EARLIEST = (1980, 1, 1, 0, 0, 0)
"""The date of all files in a zip, so that equal scores give equal bytes."""

TOGETHER = 500
"""Files written before they are packed: about two megabytes."""


@dataclass(frozen=True)
class Messages:
    """What our result of a submission says beside its points: of each cell, and of all of it."""

    cells: Mapping[str, str] = field(default_factory=dict)
    output: str = ""
    seconds: float = 0.0


def archive(submissions: Iterable[tuple[str, Score, str]]) -> bytes:
    """Return a zip with a ``results.json`` for each submission.

    A submission is the file's folder in the zip, what the gradebook holds, and the path of our stored result, whose
    messages are taken if it is still there.
    """
    stream, tests, waiting = BytesIO(), _Tests(), iter(submissions)
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as made:
        # Many are written before they are packed: to go back and forth costs a third more, for each of the two pushes
        # what the other needs out of the processor's caches.
        while some := list(islice(waiting, TOGETHER)):
            texts = [_result(score, messages(path), tests) for _, score, path in some]
            for (folder, _, _), text in zip(some, texts, strict=True):
                entry = zipfile.ZipInfo(f"{folder}/results.json", EARLIEST)
                made.writestr(entry, text, zipfile.ZIP_DEFLATED, compresslevel=1)
    return stream.getvalue()


def _result(score: Score, said: Messages, tests: _Tests) -> bytes:
    """Return what Gradescope shows of a submission; cells that wait for a human are not among the tests."""
    whole = compact(
        {
            "score": score.score,
            "output": said.output,
            "output_format": "text",
            "test_output_format": "text",
            "visibility": "visible",
            "execution_time": said.seconds,
        }
    )
    listed = ",".join(tests.of(score.cells, said.cells))
    return f'{whole[:-1]}, "tests": [{listed}\n]}}\n'.encode()


class _Tests:
    """Tests as JSON, each on a line; those with equal points and messages are written once for a class."""

    def __init__(self) -> None:
        # A score is known by its identity: it is one object wherever it occurs (see `_scores`), and its fields would
        # take longer to hash than the text to write.  It is kept, so that no other comes to have its address.
        self._made: dict[tuple[int, str], tuple[CellScore, str]] = {}

    def of(self, cells: Iterable[CellScore], messages: Mapping[str, str]) -> Iterator[str]:
        for cell in cells:
            output = messages.get(cell.name, "")
            found = self._made.get((id(cell), output))
            if found is None:
                found = self._made[id(cell), output] = (cell, _test(cell, output) if cell.has_points else "")
            if found[1]:
                yield found[1]


def _test(cell: CellScore, output: str) -> str:
    told = {
        "name": cell.name,
        "score": cell.score,
        "max_score": cell.max_score,
        "status": "passed" if cell.score >= cell.max_score else "failed",
        "output": output,
        "visibility": "visible",
    }
    return f"\n  {compact(told)}"


# Messages

OURS = f'{{\n "schema_version": {SCHEMA_VERSION},\n'.encode()
"""How a stored result begins."""


def messages(path: str) -> Messages:
    """Return the messages of a stored result; none if it is not there any more, or is none of ours."""
    try:
        with open(path, "rb", buffering=0) as file:
            lines, notes, seconds = _parts(file.read())
        cells: dict[str, str] = {}
        for line in lines:
            cells |= _criteria(line)
        return Messages(cells, " ".join(notes), seconds)
    except (OSError, ValueError, KeyError, TypeError, RecursionError):
        return Messages()


def _parts(data: bytes) -> tuple[Iterable[bytes], list[str], float]:
    """Return each function of a stored result as JSON, the notes and the seconds."""
    rest, lines = taken_apart(data)
    if lines and data.startswith(OURS):
        return lines, _member(rest, b'"notes": '), _member(rest, b'"seconds": ')
    told = json.loads(data)  # no function, or written by another program
    if told["schema_version"] != SCHEMA_VERSION:
        raise ValueError(f"a result of schema {told['schema_version']}")
    return [json.dumps(one).encode() for one in told["functions"]], told["notes"], told["seconds"]


def _member(text: bytes, name: bytes) -> Any:
    """Return one member of an object by its name, as it stands there; a quote within a string is never a bare one."""
    return _decoder.raw_decode(text.partition(name)[2].decode())[0]


_decoder = json.JSONDecoder()


@lru_cache(maxsize=4096)
def _criteria(line: bytes) -> Mapping[str, str]:
    """Return the message of each cell of a function; in a class most functions have the verdicts of another's."""
    told = json.loads(line)
    return {
        f"{told['name']}-{one['name']}": f"{one['message']} {one['diagnosis']}" if one["diagnosis"] else one["message"]
        for one in told["criteria"]
    }
