"""Grade one notebook: match its cells with the instructor's, run them in the sandbox, judge the answers outside it."""

from __future__ import annotations

import hashlib
import math
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from autograder import messages
from autograder.assignments import Assignment, Criterion, Exercise
from autograder.assignments.cells import full_test, released_test
from autograder.errors import GraderFailure, SubmissionError, UsageError
from autograder.grading.results import CriterionResult, FunctionResult, Result, WrittenResult
from autograder.grading.verdicts import Answer, Examiner
from autograder.notebook import Cell, Notebook, foreign_kernel, parse, read_notebook
from autograder.sandbox import CallResult, CallStep, CellResult, CellStep, Isolation, Limits, Run, Sandbox, Step

STUB_CHECKS = '''"""Stands in for the student's checks while the grade is made: the tests are asked from outside."""


def check(*functions, **options):
    """Do nothing: the verdict is made elsewhere."""


def draw(*functions, **options):
    """Do nothing: pictures are drawn in the student's own notebook."""
'''


@dataclass(frozen=True)
class Template:
    """The instructor's notebook, with what students were given of each cell.

    ``cells`` are the source notebook's; ``released`` maps a grade id to the source in the student's version.
    """

    assignment: Assignment
    cells: tuple[Cell, ...]
    released: Mapping[str, Cell]

    @property
    def named(self) -> dict[str, Cell]:
        """The cells that have a grade id."""
        return {cell.grade_id: cell for cell in self.cells if cell.grade_id}

    @property
    def digest(self) -> str:
        """A hash of all that decides how a submission is matched."""
        return hashlib.sha256(repr((self.cells, sorted(self.released.items()))).encode()).hexdigest()


def load_template(assignment: Assignment, solution: Path, release: Path) -> Template:
    """Return the template from the instructor's and the students' notebook.

    Raises `UsageError` if a notebook is missing or a graded function has no test cell in it.
    """
    for path in (solution, release):
        if not path.is_file():
            raise UsageError(f"{path} is missing. Run `autograder publish` in the course's folder.")
    try:
        cells = read_notebook(solution).cells
        released = {cell.grade_id: cell for cell in read_notebook(release).cells if cell.grade_id}
    except SubmissionError as problem:
        raise UsageError(f"The instructor's notebook for {assignment.name} cannot be read: {problem}") from problem
    template = Template(assignment, cells, released)
    for exercise in assignment.exercises:
        for criterion in exercise.criteria:
            name = f"{exercise.name}-{criterion.name}"
            cell = template.named.get(name)
            if cell is None or cell.source.strip() != full_test(exercise.name, criterion.name):
                raise UsageError(f"The test cell {name} is missing or stale in {solution}. Run `autograder publish`.")
    return template


@dataclass(frozen=True)
class _Place:
    """One cell of the autograded notebook: the student's or the instructor's, and the step that runs it."""

    cell: Cell
    role: str  # student, locked, test, own_test, written, text
    step: int | None = None


@dataclass
class _Matching:
    """A submission's cells in order, matched with the template's."""

    places: list[_Place] = field(default_factory=list)
    steps: list[Step] = field(default_factory=list)
    asked: dict[str, int] = field(default_factory=dict)  # grade id of a test → its step
    notes: list[str] = field(default_factory=list)


@dataclass(frozen=True)
class Graded:
    """A submission's result, and its autograded notebook as JSON values if there is one."""

    result: Result
    notebook: dict[str, Any] | None = None


def _is(meta: Mapping[str, Any], *, grade: bool, solution: bool) -> bool:
    return bool(meta.get("grade")) == grade and bool(meta.get("solution")) == solution


def _role(cell: Cell) -> str:
    """Return what a cell of the template is for."""
    if not cell.grade_id:
        return "text"
    if _is(cell.meta, grade=True, solution=False):
        return "test"
    if _is(cell.meta, grade=True, solution=True):
        return "written"
    return "student" if cell.meta.get("solution") else "locked"


def _recognise(notebook: Notebook, template: Template) -> tuple[list[str], list[str]]:
    """Return, for each of the student's cells, the grade id it stands for (or nothing), and notes for a human.

    A cell without metadata stands for the released cell that has the same text; the last of several equals counts.
    """
    by_text = {cell.source.strip(): name for name, cell in template.released.items() if _role(cell) != "student"}
    names, lost = [], 0
    for cell in notebook.cells:
        name = cell.grade_id if cell.grade_id in template.named else ""
        if not name and (found := by_text.get(cell.source.strip())):
            name, lost = found, lost + 1
        names.append(name)
    notes = []
    if lost:
        notes.append(f"{lost} cells had lost their nbgrader metadata and were recognised by their text.")
    for name in dict.fromkeys(n for n in names if n and names.count(n) > 1):
        notes.append(f"The cell {name} is there {names.count(name)} times; the last one counts.")
        last = len(names) - 1 - names[::-1].index(name)
        names = [n if n != name or i == last else "" for i, n in enumerate(names)]
    return names, notes


def match(notebook: Notebook, template: Template, calls: Mapping[tuple[str, str], Any]) -> _Matching:
    """Return the steps that run a submission, in the student's order, and the places where their results belong."""
    names, notes = _recognise(notebook, template)
    matching = _Matching(notes=notes)
    tests = {name for name, cell in template.named.items() if _role(cell) == "test"}
    for cell, name in zip(notebook.cells, names, strict=True):
        _add(matching, template, calls, cell, name, repeated=bool(cell.grade_id and not name))
    missing = [name for name in template.named if name in tests and name not in names]
    if missing:
        matching.notes.append(f"Test cells were deleted and have been put back: {', '.join(missing)}.")
    for name in missing:
        _add(matching, template, calls, template.named[name], name, repeated=False)
    if absent := [n for n, cell in template.named.items() if _role(cell) == "written" and n not in names]:
        matching.notes.append(f"The written answer is missing: {', '.join(absent)}.")
        for name in absent:
            matching.places.append(_Place(template.released.get(name, template.named[name]), "written"))
    return matching


def _add(
    matching: _Matching,
    template: Template,
    calls: Mapping[tuple[str, str], Any],
    cell: Cell,
    name: str,
    *,
    repeated: bool,
) -> None:
    """Add one of the student's cells; ``name`` is the grade id of the template's cell that it stands for."""
    original = template.named.get(name)
    role = _role(original) if original else "text"
    number = len(matching.places) + 1
    if role == "test" and original is not None:
        given = template.released.get(name, original)
        if cell.source.strip() not in (given.source.strip(), original.source.strip()):
            matching.notes.append(f"The test cell {name} was changed; the original was used.")
        found = template.assignment.find(name)
        step: Step
        if found:
            exercise, criterion = found
            step = CallStep(name, exercise.name, calls[exercise.name, criterion.name])
        else:
            step = CellStep(f"cell-{number}", original.source)
        matching.asked[name] = len(matching.steps)
        matching.places.append(_Place(original, "test" if found else "own_test", len(matching.steps)))
        matching.steps.append(step)
        return
    if role == "locked" and original is not None:
        cell = original
    elif original is not None:
        cell = replace(cell, meta=original.meta, kind=original.kind)
    elif repeated or cell.meta:
        cell = replace(cell, meta={})  # an earlier copy, or metadata that is not ours, must not confuse the gradebook
    if cell.kind != "code" or _is_released_test(cell, template):
        matching.places.append(_Place(cell, role))
        return
    matching.places.append(_Place(cell, "student" if role == "text" else role, len(matching.steps)))
    matching.steps.append(CellStep(f"cell-{number}", cell.source))


def _is_released_test(cell: Cell, template: Template) -> bool:
    """Tell whether a cell is an earlier copy of a test cell, which is not run twice."""
    text = cell.source.strip()
    return any(
        text in (released_test(e.name, c.name), full_test(e.name, c.name))
        for e in template.assignment.exercises
        for c in e.criteria
    )


def _answer(result: CallResult | CellResult | None) -> Answer:
    """Return the answer that a call step's result stands for."""
    if not isinstance(result, CallResult):
        return Answer("not_run", detail="its test was not reached")
    return Answer(result.status, result.outcomes, result.detail)


def _self_reported(name: str, cell: Cell, result: CellResult) -> CriterionResult:
    """Score an instructor's own test cell by nbgrader's rules; nan and text score nothing, unlike there."""
    points = float(cell.meta.get("points") or 0)
    if result.status != "ran" or result.stderr:
        told = result.detail or f"{result.error_name}: {result.error_value}".strip(": ") or result.stderr[:200]
        return CriterionResult(name, "failed", 0.0, points, f"{messages.SELF_REPORTED} It said: {told}")
    score = points
    if result.display:
        try:
            score = float(result.display)
        except ValueError:
            score = math.nan
        if not 0 <= score <= points:  # also refuses nan
            text = f"{messages.SELF_REPORTED} It gave {result.display[:80]!r}, which is no score."
            return CriterionResult(name, "failed", 0.0, points, text)
    return CriterionResult(name, "passed" if score == points else "failed", score, points, messages.SELF_REPORTED)


PRELOADED = {"matplotlib": "matplotlib.pyplot", "scipy": "scipy.special", "sympy": "sympy"}
"""What is imported before the first child starts if a notebook mentions the package: none of it is quick to import."""


class Sandboxes:
    """The sandboxes of an assignment: one for each set of packages that notebooks mention, started when first needed.

    Most notebooks mention NumPy alone, and should not wait for the others' imports.
    """

    def __init__(self, assignment: Assignment, *, isolation: Isolation) -> None:
        self._assignment, self._isolation = assignment, isolation
        self._started: dict[frozenset[str], Sandbox] = {}
        self.level = self.for_text("").level

    def for_text(self, text: str) -> Sandbox:
        """Return the sandbox for a notebook with this source text."""
        wanted = frozenset(p for p in self._assignment.packages if p in PRELOADED and p in text)
        if wanted not in self._started:
            self._started[wanted] = Sandbox(
                packages=self._assignment.packages,
                modules={"checks": STUB_CHECKS},
                preload=("numpy", *(PRELOADED[package] for package in sorted(wanted))),
                limits=Limits(step_seconds=self._assignment.step_seconds),
                isolation=self._isolation,
            )
        return self._started[wanted]

    def __enter__(self) -> Sandboxes:
        return self

    def __exit__(self, *details: object) -> None:
        for sandbox in self._started.values():
            sandbox.close()


def _unfinished(matching: _Matching, run: Run) -> list[str]:
    """Return a note for each cell that ended the program or never came back."""
    return [
        f"The cell {place.cell.grade_id or f'number {number}'} did not finish: {outcome.detail.rstrip('.')}."
        for number, place in enumerate(matching.places, start=1)
        if place.step is not None
        and isinstance(outcome := run.results[place.step], CellResult)
        and outcome.status in ("died", "timeout")
    ]


class Grader:
    """Grades notebooks of one assignment under one secret."""

    def __init__(
        self, template: Template, examiner: Examiner, sandboxes: Sandboxes, *, seed: int, version: str
    ) -> None:
        self.template = template
        self.examiner = examiner
        self.sandboxes = sandboxes
        self.seed = seed
        self.version = version
        self._calls = {key: tuple(case.call for case in cases) for key, cases in examiner.table.cases.items()}

    @property
    def max_score(self) -> float:
        """The points that can be had without a human."""
        tests = (cell for cell in self.template.named.values() if _role(cell) == "test")
        return sum(float(cell.meta.get("points") or 0) for cell in tests)

    def _result(self, student: str, status: str, notes: Sequence[str], seconds: float = 0.0) -> Result:
        return Result(
            assignment=self.template.assignment.name,
            student=student,
            seed=self.seed,
            status=status,
            max_score=self.max_score,
            notes=tuple(notes),
            isolation=self.sandboxes.level,
            inputs_hash=self.examiner.table.inputs_hash,
            grader_version=self.version,
            seconds=round(seconds, 4),
        )

    def unreadable(self, student: str, reason: str) -> Graded:
        """Return the result of a submission that could not even be opened."""
        return Graded(self._result(student, "unreadable", [reason]))

    def grade(self, data: bytes, student: str) -> Graded:
        """Grade a notebook's bytes.  Whatever the student wrote, and whatever fails on our side, is in the result."""
        start = time.perf_counter()
        try:
            notebook = parse(data)
            if language := foreign_kernel(notebook):
                raise SubmissionError(
                    f"The notebook's kernel is {language!r}; the course is in Python. Choose a Python kernel and save."
                )
            matching = match(notebook, self.template, self._calls)
            run = self.sandboxes.for_text("\n".join(c.source for c in notebook.cells)).run(matching.steps)
        except SubmissionError as problem:
            return Graded(self._result(student, "unreadable", [str(problem)], time.perf_counter() - start))
        except GraderFailure as problem:
            return Graded(self._result(student, "failed", [str(problem)], time.perf_counter() - start))
        functions = tuple(self._judge(exercise, matching, run) for exercise in self.template.assignment.exercises)
        own = tuple(
            _self_reported(p.cell.grade_id, p.cell, outcome)
            for p in matching.places
            if p.role == "own_test" and p.step is not None and isinstance(outcome := run.results[p.step], CellResult)
        )
        result = replace(
            self._result(
                student,
                "graded",
                [*matching.notes, *_unfinished(matching, run), *run.notes],
                time.perf_counter() - start,
            ),
            functions=functions,
            self_reported=own,
            written=tuple(self._written(p.cell) for p in matching.places if p.role == "written"),
            isolation=run.isolation,
        )
        return Graded(result, autograded(matching, run, result))

    def _judge(self, exercise: Exercise, matching: _Matching, run: Run) -> FunctionResult:
        """Return the verdicts on one function."""
        answers = {c.name: _answer(self._outcome(exercise, c, matching, run)) for c in exercise.criteria}
        return self.examiner.judge(exercise, answers)

    @staticmethod
    def _outcome(
        exercise: Exercise, criterion: Criterion, matching: _Matching, run: Run
    ) -> CallResult | CellResult | None:
        index = matching.asked.get(f"{exercise.name}-{criterion.name}")
        return None if index is None else run.results[index]

    def _written(self, cell: Cell) -> WrittenResult:
        """Return what is known of a written answer: its points, and whether anything was written."""
        given = self.template.released.get(cell.grade_id)
        answered = given is None or cell.source.strip() != given.source.strip()
        return WrittenResult(cell.grade_id, float(cell.meta.get("points") or 0), answered)


def autograded(matching: _Matching, run: Run, result: Result) -> dict[str, Any]:
    """Return the autograded notebook as stock nbgrader lays it out, with what each cell printed and each test said."""
    verdicts = {f"{f.name}-{c.name}": c for f in result.functions for c in f.criteria}
    cells, used = [], set()
    for number, place in enumerate(matching.places, start=1):
        cell = place.cell
        identifier = cell.grade_id or f"cell-{number}"
        identifier = identifier if identifier not in used else f"cell-{number}-again"
        used.add(identifier)
        raw: dict[str, Any] = {
            "cell_type": cell.kind,
            "id": identifier[:64],
            "metadata": {"nbgrader": dict(cell.meta)} if cell.meta else {},
            "source": cell.source,
        }
        if cell.kind == "code":
            outcome = run.results[place.step] if place.step is not None else None
            verdict = verdicts.get(cell.grade_id) if place.role == "test" else None
            raw["execution_count"] = None if place.step is None else place.step + 1
            raw["outputs"] = _verdict_output(verdict) if verdict else _outputs(outcome, raw["execution_count"])
        cells.append(raw)
    metadata = {
        "kernelspec": {"display_name": "Python 3", "language": "python", "name": "python3"},
        "language_info": {"name": "python"},
    }
    return {"cells": cells, "metadata": metadata, "nbformat": 4, "nbformat_minor": 5}


def _verdict_output(verdict: CriterionResult) -> list[dict[str, Any]]:
    """Return a test cell's output: a line if it passed, else an error, which is how nbgrader knows a failed test."""
    if verdict.status == "passed":
        return [{"output_type": "stream", "name": "stdout", "text": verdict.message + "\n"}]
    text = " ".join(part for part in (verdict.message, verdict.diagnosis) if part)
    return [{"output_type": "error", "ename": "CheckFailed", "evalue": text, "traceback": [text]}]


def _outputs(outcome: CallResult | CellResult | None, count: int | None) -> list[dict[str, Any]]:
    """Return what a cell printed, displayed and raised, as notebook outputs."""
    if not isinstance(outcome, CellResult):
        return []
    outputs: list[dict[str, Any]] = [
        {"output_type": "stream", "name": name, "text": text}
        for name, text in (("stdout", outcome.stdout), ("stderr", outcome.stderr))
        if text
    ]
    if outcome.display:
        data = {"text/plain": outcome.display}
        outputs.append({"output_type": "execute_result", "data": data, "metadata": {}, "execution_count": count})
    if outcome.status != "ran":
        name, value = outcome.error_name or outcome.status, outcome.error_value or outcome.detail
        trace = list(outcome.traceback) or [value]
        outputs.append({"output_type": "error", "ename": name, "evalue": value, "traceback": trace})
    return outputs
