"""The result of a submission: what is written to ``result.json``, schema version 1.

::

    {"schema_version": 1, "assignment", "student", "seed", "status": "graded" | "unreadable" | "failed",
     "score": number, or null unless graded, "max_score",
     "functions": [{"name", "score", "max_score", "basis", "criteria": [{"name",
         "status": "passed" | "failed" | "error" | "timeout" | "missing" | "not_run",
         "points", "max_points", "message", "diagnosis"}]}],
     "notes": [sentence …], "isolation", "inputs_hash", "grader_version", "seconds",
     "self_reported": [criterion …], "written": [{"name", "max_points", "answered"}], "key",
     "submission_hash", "template", "notebook", "index", "regraded": [function …],
     "follows": [key, function], "checksum"}

``score`` and ``max_score`` count what is graded without a human: the functions and the instructor's own test cells.
``key`` identifies the submission's bytes, the assignment, the seed and the grader that made the result;
``submission_hash`` is the SHA-256 of these bytes alone, and empty if there were none.
A function's ``basis`` is a hash of the calls, the expected values and the judging code behind its verdicts;
``template`` is a hash of the instructor's notebook that the submission was matched with, and of how it was run;
``notebook`` is the CRC-32 of the autograded notebook that was stored with the result, and ``index`` tells where in it
lies what was run (`autograder.stored`);
``regraded`` are the functions whose verdicts are younger than the others', since they alone were graded again;
``follows`` are the key of the earlier result from which this one differs in one function alone, and that function;
there is no name where its points and all that is said of its failures are the same as well.
``checksum`` is the CRC-32 of all text before it without the ``seconds``; it tells a file that a power failure spoilt.

``failed`` at the top is a failure of ours and never a score of 0; ``unreadable`` waits for a human.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache
from typing import Any

from autograder.files import BETWEEN, checksum, compact, in_lines

SCHEMA_VERSION = 1

OPENING, CLOSING = b'\n "functions": [\n  ', b"\n ],\n"
"""What stands around the functions in a stored result, each of which has a line.

No text of a student's can look so: within JSON strings there are no line ends.
"""
SECONDS, CHECKSUM = b'\n "seconds": ', b',\n "checksum": "'
"""What stands before the seconds of a stored result, and before its last member."""
MOST_KEPT = 2_000
"""Verdicts on functions that are kept beside their text: those that many students share."""


@dataclass(frozen=True)
class CriterionResult:
    """The verdict on one criterion; ``at``, ``got`` and ``want`` show the first failing call."""

    name: str
    status: str
    points: float
    max_points: float
    message: str
    diagnosis: str = ""
    mistake: str = ""
    at: str = ""
    got: str = ""
    want: str = ""

    def outputs(self) -> list[dict[str, Any]]:
        """Return a test cell's outputs: a line if it passed, else an error, which nbgrader knows a failed test by."""
        if self.status == "passed":
            return [{"output_type": "stream", "name": "stdout", "text": self.message + "\n"}]
        text = " ".join(part for part in (self.message, self.diagnosis) if part)
        return [{"output_type": "error", "ename": "CheckFailed", "evalue": text, "traceback": [text]}]


@dataclass(frozen=True)
class FunctionResult:
    """The verdicts on one function."""

    name: str
    criteria: tuple[CriterionResult, ...]
    basis: str = ""

    @cached_property
    def worth(self) -> tuple[tuple[str, float], ...]:
        """The criteria by name, and the points possible for each."""
        return tuple((criterion.name, criterion.max_points) for criterion in self.criteria)

    @cached_property
    def score(self) -> float:
        """Points reached."""
        return sum(criterion.points for criterion in self.criteria)

    @property
    def max_score(self) -> float:
        """Points possible."""
        return sum(criterion.max_points for criterion in self.criteria)

    def counts_as(self, other: FunctionResult) -> bool:
        """Tell whether the points and what is said of failures are the same: a gradebook holds no more."""
        return len(self.criteria) == len(other.criteria) and all(
            a == b or (a.status == b.status == "passed" and (a.name, a.points) == (b.name, b.points))
            for a, b in zip(self.criteria, other.criteria, strict=True)
        )

    def to_json(self) -> dict[str, Any]:
        """Return the verdicts as JSON values."""
        return {
            "name": self.name,
            "score": self.score,
            "max_score": self.max_score,
            "basis": self.basis,
            "criteria": [dict(vars(criterion)) for criterion in self.criteria],
        }

    @cached_property
    def text(self) -> bytes:
        """The verdicts as JSON on one line."""
        return compact(self.to_json()).encode()

    @cached_property
    def outputs(self) -> dict[str, bytes]:
        """The outputs of the test cells in a notebook, by grade id, as JSON."""
        return {f"{self.name}-{c.name}": compact(c.outputs()).encode() for c in self.criteria}


@dataclass(frozen=True)
class WrittenResult:
    """A written answer, which a human grades; one that was left as it was given scores 0 at once."""

    name: str
    max_points: float
    answered: bool


@dataclass(frozen=True)
class Result:
    """One submission's result."""

    assignment: str
    student: str
    seed: int
    status: str
    max_score: float
    functions: tuple[FunctionResult, ...] = ()
    notes: tuple[str, ...] = ()
    isolation: str = ""
    inputs_hash: str = ""
    grader_version: str = ""
    seconds: float = 0.0
    self_reported: tuple[CriterionResult, ...] = ()
    written: tuple[WrittenResult, ...] = ()
    key: str = ""
    submission_hash: str = ""
    template: str = ""
    notebook: str = ""
    index: str = ""
    regraded: tuple[str, ...] = ()
    follows: tuple[str, ...] = ()

    @property
    def score(self) -> float | None:
        """The automatic score, or None unless graded."""
        if self.status != "graded":
            return None
        return sum(f.score for f in self.functions) + sum(c.points for c in self.self_reported)

    def but(self, **changes: Any) -> Result:
        """Return the result with other members; `dataclasses.replace` looks at every field by itself."""
        made = object.__new__(Result)
        vars(made).update(vars(self), **changes)
        return made

    def to_json(self) -> dict[str, Any]:
        """Return the result as JSON values, in the documented shape."""
        return self._members([function.to_json() for function in self.functions])

    def to_bytes(self) -> bytes:
        """Return the JSON text that is stored, with a line for each function and its checksum."""
        text = in_lines(self._members([]), functions=[function.text for function in self.functions])
        told = text.removesuffix(b"\n}\n")
        return b'%b%b%b"\n}\n' % (told, CHECKSUM, _checksum(told))

    def _members(self, functions: Sequence[Any]) -> dict[str, Any]:
        return {
            "schema_version": SCHEMA_VERSION,
            "assignment": self.assignment,
            "student": self.student,
            "seed": self.seed,
            "status": self.status,
            "score": self.score,
            "max_score": self.max_score,
            "functions": list(functions),
            "notes": list(self.notes),
            "isolation": self.isolation,
            "inputs_hash": self.inputs_hash,
            "grader_version": self.grader_version,
            "seconds": self.seconds,
            "self_reported": [dict(vars(criterion)) for criterion in self.self_reported],
            "written": [dict(vars(answer)) for answer in self.written],
            "key": self.key,
            "submission_hash": self.submission_hash,
            "template": self.template,
            "notebook": self.notebook,
            "index": self.index,
            "regraded": list(self.regraded),
            "follows": list(self.follows),
        }


def result_from_json(data: Mapping[str, Any]) -> Result:
    """Read a result back; KeyError or TypeError if it is not one of ours."""
    return _result(data, tuple(map(_function, data["functions"])))


def _result(data: Mapping[str, Any], functions: tuple[FunctionResult, ...]) -> Result:
    if data["schema_version"] != SCHEMA_VERSION:
        raise KeyError(f"result of schema {data['schema_version']}")
    return Result(
        assignment=data["assignment"],
        student=data["student"],
        seed=data["seed"],
        status=data["status"],
        max_score=data["max_score"],
        functions=functions,
        notes=tuple(data["notes"]),
        isolation=data["isolation"],
        inputs_hash=data["inputs_hash"],
        grader_version=data["grader_version"],
        seconds=data["seconds"],
        self_reported=tuple(CriterionResult(**criterion) for criterion in data["self_reported"]),
        written=tuple(WrittenResult(**answer) for answer in data["written"]),
        key=data["key"],
        submission_hash=data.get("submission_hash", ""),
        template=data.get("template", ""),
        notebook=data.get("notebook", ""),
        index=data.get("index", ""),
        regraded=tuple(data.get("regraded", ())),
        follows=tuple(data.get("follows", ())),
    )


def _function(data: Mapping[str, Any]) -> FunctionResult:
    """Read the verdicts on a function back."""
    criteria = tuple(CriterionResult(**criterion) for criterion in data["criteria"])
    return FunctionResult(data["name"], criteria, data.get("basis", ""))


@lru_cache(MOST_KEPT)
def _function_from_text(text: bytes) -> FunctionResult:
    """Read the verdicts on a function back from its line; most students have one of a few."""
    return _function(json.loads(text))


def _checksum(text: bytes) -> bytes:
    """Return the CRC-32 of a stored result without its seconds, so that equal grades have equal ones."""
    start, _, rest = text.partition(SECONDS)
    return checksum(start, rest.partition(b",")[2]).encode()


def taken_apart(text: bytes) -> tuple[bytes, list[bytes]]:
    """Return the functions of a stored result, as JSON each, and its text without them.

    There are none if nothing was graded, or if another program has laid the text out.
    """
    start = text.find(OPENING)
    end = text.find(CLOSING, start)
    if start < 0 or end < 0:
        return text, []
    return text[:start] + text[end + len(CLOSING) :], text[start + len(OPENING) : end].split(BETWEEN)


def result_from_text(text: bytes) -> Result:
    """Read a stored result back; ValueError, KeyError or TypeError if it is not one of ours, or no longer whole."""
    told, _, said = text.rpartition(CHECKSUM)
    if told and not said.startswith(_checksum(told)):
        raise ValueError("a stored result is not as it was written")
    rest, lines = taken_apart(text)
    try:
        functions = tuple(map(_function_from_text, lines))
    except ValueError:  # another program's lines
        functions = ()
    return _result(json.loads(rest), functions) if functions else result_from_json(json.loads(text))
