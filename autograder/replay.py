"""Replay a grade: the exact inputs, what came back, what was expected, and the verdict on every single call.

For an appeal, or for a doubt of one's own.  The cases follow from the seed that is stored with the grade; the program
is run again in the sandbox, so that a program which draws random numbers or looks at the clock may answer differently:
where a verdict is no longer the stored one, the replay says so.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from autograder.assignments import Case, Exercise
from autograder.calls import Argument, Outcome
from autograder.compare import judge
from autograder.course.layout import Course
from autograder.errors import SubmissionError, UsageError
from autograder.grading.results import FunctionResult, Result, result_from_text
from autograder.grading.verdicts import Answer
from autograder.notebook import read_bytes
from autograder.sandbox import Isolation
from autograder.worker import Plan, Worker, grader_version

WIDEST = 12
"""Numbers that a line of text shows of an array; the JSON has all of them."""


@dataclass(frozen=True)
class Asked:
    """One call: its input, the answer and the expected values as JSON values, and what is wrong (nothing if empty)."""

    inputs: dict[str, Any]
    answer: dict[str, Any]
    expected: list[dict[str, Any]]
    finding: str


@dataclass(frozen=True)
class Replay:
    """A grade with all that it rests on: verdicts and calls by function and criterion, and remarks for a person."""

    result: Result
    functions: tuple[FunctionResult, ...]
    calls: Mapping[tuple[str, str], tuple[Asked, ...]]
    notes: tuple[str, ...]

    def to_json(self) -> dict[str, Any]:
        """Return the replay as JSON values; it is the same each time, but for what the student's program changes."""
        functions = [
            {
                "name": function.name,
                "criteria": [
                    {
                        "name": c.name,
                        "status": c.status,
                        "points": c.points,
                        "max_points": c.max_points,
                        "message": c.message,
                        "diagnosis": c.diagnosis,
                        "calls": [vars(asked) for asked in self.calls.get((function.name, c.name), ())],
                    }
                    for c in function.criteria
                ],
            }
            for function in self.functions
        ]
        return {
            "schema_version": 1,
            "assignment": self.result.assignment,
            "student": self.result.student,
            "seed": self.result.seed,
            "inputs_hash": self.result.inputs_hash,
            "submission_hash": self.result.submission_hash,
            "notes": list(self.notes),
            "functions": functions,
        }


def replay(
    course: Course, student: str, assignment: str, *, function: str = "", isolation: Isolation = "auto"
) -> Replay:
    """Run a graded submission again under the seed of its grade; ``function`` shows one function alone.

    Raises `UsageError` if there is no grade to replay, or no such function in the assignment.
    """
    stored = _stored(course, student, assignment)
    try:
        data = read_bytes(course.submission(student, assignment))
    except SubmissionError as problem:
        raise UsageError(f"The submission of {student} cannot be replayed: {problem}") from problem
    with Worker(Plan(course, assignment, stored.seed, isolation)) as worker:
        exercises = worker.template.assignment.exercises
        if function and function not in {one.name for one in exercises}:
            raise UsageError(
                f"{assignment} has no function called {function!r}: {', '.join(e.name for e in exercises)}."
            )
        try:
            matching = worker.grader.matched(data)
        except SubmissionError as problem:
            raise UsageError(f"The submission of {student} cannot be replayed: {problem}") from problem
        run = worker.grader.ready(matching.steps)()
        chosen = [one for one in exercises if one.name == function or not function]
        answers = {one.name: worker.grader.answers(one, matching.asked, run) for one in chosen}
        examiner = worker.grader.examiner
        functions = tuple(examiner.judge(one, answers[one.name]) for one in chosen)
        table = examiner.table
        calls = {
            (one.name, c.name): _asked(one, table.cases[one.name, c.name], answers[one.name][c.name])
            for one in chosen
            for c in one.criteria
        }
        notes = (*_changes(stored, data, table.inputs_hash), *_differences(stored, functions), *run.notes)
    return Replay(stored, functions, calls, notes)


def _stored(course: Course, student: str, assignment: str) -> Result:
    """Return the grade as it was stored; raises `UsageError` if there is none that rests on calls."""
    path: Path = course.result(student, assignment)
    try:
        stored = result_from_text(path.read_bytes())
    except FileNotFoundError:
        raise UsageError(f"{student} has no grade for {assignment}: there is no {path}.") from None
    except (OSError, ValueError, KeyError, TypeError) as problem:
        raise UsageError(
            f"{path} cannot be read; run `autograder grade {assignment} --student {student}`."
        ) from problem
    if stored.status != "graded":
        raise UsageError(f"There is nothing to replay: the submission is {stored.status}. {' '.join(stored.notes)}")
    return stored


def _changes(stored: Result, data: bytes, inputs_hash: str) -> list[str]:
    """Say what is not as it was when the grade was made."""
    told = []
    if not stored.submission_hash:
        told.append("The grade does not say which bytes it came from, so the submission may have changed since.")
    elif hashlib.sha256(data).hexdigest() != stored.submission_hash:
        told.append("The submission has changed since it was graded: this replays what is there now.")
    if stored.grader_version != grader_version():
        told.append(f"The grade was made by grader {stored.grader_version}, and this is {grader_version()}.")
    if stored.inputs_hash != inputs_hash:
        told.append("The inputs are not those of the grade: the assignment's cases have changed since.")
    return told


def _differences(stored: Result, functions: tuple[FunctionResult, ...]) -> list[str]:
    """Say which verdicts are not the stored ones."""
    before = {(f.name, c.name): c.status for f in stored.functions for c in f.criteria}
    return [
        f"{f.name}, {c.name}: the grade says {before.get((f.name, c.name), 'nothing')}, the replay {c.status}."
        for f in functions
        for c in f.criteria
        if before.get((f.name, c.name)) != c.status
    ]


def _asked(exercise: Exercise, cases: tuple[Case, ...], answer: Answer) -> tuple[Asked, ...]:
    """Return every call of a criterion; one that was not made has the reason as its finding."""
    found = []
    for index, case in enumerate(cases):
        outcome = answer.outcomes[index] if index < len(answer.outcomes) else None
        if outcome is None:
            told = f"not called: {answer.detail or answer.status}"
        else:
            finding = judge(exercise.name, case.call, case.expected, outcome)
            told = finding.message if finding else ""
        inputs: dict[str, Any] = {"arguments": [_argument(one) for one in case.call.arguments]}
        if case.call.keywords:
            inputs["keywords"] = {name: _argument(one) for name, one in case.call.keywords.items()}
        if case.call.points is not None:
            inputs["points"] = _array(case.call.points)
        found.append(Asked(inputs, _outcome(outcome), [_array(value) for value in case.expected.values], told))
    return tuple(found)


def _argument(argument: Argument) -> dict[str, Any]:
    """Return an argument as JSON values."""
    data = {} if argument.data is None else _array(argument.data)
    return {"form": argument.form, **data, **({} if argument.value is None else {"value": argument.value})}


def _outcome(outcome: Outcome | None) -> dict[str, Any]:
    """Return an answer as JSON values, without what is empty."""
    if outcome is None:
        return {}
    values = [{"type": v.type, **({} if v.data is None else _array(v.data))} for v in outcome.values]
    told = {
        "error": outcome.error,
        "line": outcome.line,
        "warnings": list(outcome.warnings),
        "mutated": list(outcome.mutated),
        "printed": outcome.printed,
        "used": list(outcome.used),
    }
    return {"values": values, **{name: value for name, value in told.items() if value}}


def _array(data: np.ndarray) -> dict[str, Any]:
    """Return an array as JSON values from which it can be rebuilt bit by bit; JSON has no nan and no infinity."""
    flat: list[Any] = np.asarray(data).ravel().tolist()
    values = [one if not isinstance(one, float) or np.isfinite(one) else repr(one) for one in flat]
    return {"dtype": str(data.dtype), "shape": list(data.shape), "values": values}


def in_words(array: Mapping[str, Any]) -> str:
    """Return an array, an argument or a returned value as one line of text."""
    if "values" not in array:
        return str(array.get("value", array.get("type", "")))
    values = array["values"]
    told = ", ".join(str(one) for one in values[:WIDEST]) + (", …" if len(values) > WIDEST else "")
    kind = array.get("form") or array.get("type") or ""
    return " ".join(part for part in (kind, array["dtype"], str(tuple(array["shape"])), f"[{told}]") if part)
