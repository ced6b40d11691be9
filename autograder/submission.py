"""Grade one notebook: match its cells with the instructor's, run them in the sandbox, judge the answers outside it."""

from __future__ import annotations

import base64
import hashlib
import math
import re
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache, cached_property, lru_cache, partial
from pathlib import Path
from typing import Any

from autograder import messages
from autograder.assignments import Assignment, Exercise
from autograder.calls import Call
from autograder.errors import GraderFailure, SubmissionError
from autograder.figures import clean_png
from autograder.files import checksum, compact
from autograder.grading.regrade import carried
from autograder.grading.results import CriterionResult, FunctionResult, Result, WrittenResult
from autograder.grading.verdicts import NOT_REACHED, Answer, Examiner
from autograder.matching import Matching, Place, Template, match
from autograder.notebook import Cell, foreign_kernel, parse
from autograder.sandbox import CallResult, CallStep, CellResult, CellStep, Isolation, Limits, Run, Sandbox, Step
from autograder.stored import MOST_KEPT, NOTHING, Program, Writer, lay_out, read_program
from autograder.turns import Grading, alone

STUB_CHECKS = '''"""Stands in for the student's checks while the grade is made: the tests are asked from outside."""


def check(*functions, **options):
    """Do nothing: the verdict is made elsewhere."""


def draw(*functions, **options):
    """Do nothing: pictures are drawn in the student's own notebook."""
'''

STUB_DATA = '''

def load_data(name):
    """Return the arrays of a data file, which came with this module: student code reads no files here."""
    import base64, io
    import numpy as np
    with np.load(io.BytesIO(base64.b85decode(FILES[name]))) as file:
        return dict(file)
'''


def stub_checks(assignment: Assignment) -> str:
    """Return the source of what stands in for ``checks.py``, with the assignment's data files in it."""
    if not assignment.files:
        return STUB_CHECKS
    files = {name: base64.b85encode(assignment.file(name).read_bytes()).decode() for name in assignment.files}
    return f"{STUB_CHECKS}{STUB_DATA}\n\nFILES = {files!r}\n"


@dataclass(frozen=True)
class Graded:
    """A submission's result, and the bytes of its autograded notebook.

    There are none for a failure of ours, and where the notebook that is stored stays as it is.
    """

    result: Result
    notebook: bytes = b""


def _answer(run: Run, step: int | None) -> Answer:
    """Return the answer that a call step's result stands for."""
    result = None if step is None else run.results[step]
    if not isinstance(result, CallResult):
        return NOT_REACHED
    return Answer(result.status, result.outcomes, result.detail, result.fingerprint)


NOT_ASKED = CallResult("not_run")
"""Stands where calls were left out, because the verdict on them is there already."""

NUMPY_NUMBER = re.compile(r"np\.(?:float|int|uint)\d+\((.+)\)")


def plain_number(shown: str) -> str:
    """Return what a last expression showed; of a NumPy number the number alone, which is what nbgrader can read.

    >>> plain_number("np.float64(0.5)")
    '0.5'
    """
    found = NUMPY_NUMBER.fullmatch(shown)
    return found[1] if found else shown


def _self_reported(name: str, cell: Cell, result: CellResult) -> CriterionResult:
    """Score an instructor's own test cell by nbgrader's rules; nan and text score nothing, unlike there."""
    points = float(cell.meta.get("points") or 0)
    if result.status != "ran" or result.stderr:
        told = result.detail or f"{result.error_name}: {result.error_value}".strip(": ") or result.stderr[:200]
        return CriterionResult(name, "failed", 0.0, points, f"{messages.SELF_REPORTED} It said: {told}")
    score = points
    if result.display:
        try:
            score = float(plain_number(result.display))
        except ValueError:
            score = math.nan
        if not 0 <= score <= points:  # also refuses nan
            text = f"{messages.SELF_REPORTED} It gave {result.display[:80]!r}, which is no score."
            return CriterionResult(name, "failed", 0.0, points, text)
    return CriterionResult(name, "passed" if score == points else "failed", score, points, messages.SELF_REPORTED)


PRELOADED = {
    "matplotlib": "matplotlib.pyplot",
    "random": "numpy.random",
    "scipy": "scipy.special",
    "sympy": "sympy",
}
"""What is imported before the first child starts if a notebook mentions the word: none of it is quick to import."""


def limits(assignment: Assignment) -> Limits:
    """Return what a submission may use: whole notebooks get the time that their steps may take, of both clocks."""
    total = assignment.total_seconds
    return Limits(step_seconds=assignment.step_seconds, total_seconds=total, cpu_seconds=total)


class Sandboxes:
    """The sandboxes of an assignment: one for each set of slow modules that code mentions, started when first needed.

    Most notebooks mention NumPy alone, and should not wait for the others' imports.  The ``first`` one is started at
    once, for the code that ``text`` is like.
    """

    def __init__(self, assignment: Assignment, *, isolation: Isolation, text: str = "") -> None:
        self._assignment, self._isolation = assignment, isolation
        self._slow = [word for word, m in PRELOADED.items() if m.partition(".")[0] in assignment.packages]
        self._started: dict[tuple[str, ...], Sandbox] = {}
        self.first = self.for_text(text)

    @property
    def level(self) -> str:
        """The level of isolation, which is certain when the first sandbox was waited for."""
        return self.first.level

    @property
    def notes(self) -> tuple[str, ...]:
        """What this machine lacks, in sentences: they are about a run, and no submission's."""
        return tuple(note for sandbox in self._started.values() for note in sandbox.notes)

    def for_text(self, text: str) -> Sandbox:
        """Return the sandbox for code with this text."""
        wanted = tuple([word for word in self._slow if word in text])
        if wanted not in self._started:
            self._started[wanted] = Sandbox(
                packages=self._assignment.packages,
                modules={"checks": stub_checks(self._assignment)},
                preload=("numpy", *(PRELOADED[word] for word in wanted)),
                limits=limits(self._assignment),
                isolation=self._isolation,
            )
        return self._started[wanted]

    def for_steps(self, steps: Sequence[Step]) -> Sandbox:
        """Return the sandbox for the cells among these steps."""
        return self.for_text("\n".join([step.source for step in steps if isinstance(step, CellStep)]))

    def __enter__(self) -> Sandboxes:
        return self

    def __exit__(self, *details: object) -> None:
        for sandbox in self._started.values():
            sandbox.close()


def _unfinished(matching: Matching, run: Run) -> list[str]:
    """Return a note for each cell that ended the program or never came back."""
    return [
        f"The cell {place.cell.grade_id or f'number {number}'} did not finish: {outcome.detail.rstrip('.')}."
        for number, place in enumerate(matching.places, start=1)
        if place.step is not None
        and isinstance(outcome := run.results[place.step], CellResult)
        and outcome.status in ("died", "timeout")
    ]


@cache
def _running_code() -> bytes:
    """Return a hash of the code that reads a notebook, runs its cells and writes down what they did."""
    root = Path(__file__).parent
    rooms = ("calls", "figures", "given", "matching", "notebook", "releases", "stored", "submission")
    paths = (*(root / f"{room}.py" for room in rooms), *sorted(root.glob("sandbox/*.py")))
    return hashlib.sha256(b"".join(path.read_bytes() for path in paths)).digest()


def setting(template: Template) -> str:
    """Return a hash of all that an autograded notebook rests on besides the submission and the verdicts."""
    assignment = template.assignment
    told = (template.digest, stub_checks(assignment), assignment.packages, limits(assignment), _running_code())
    return hashlib.sha256(repr(told).encode()).hexdigest()[:16]


def _tests(calls: Mapping[tuple[str, str], tuple[Call, ...]]) -> dict[str, CallStep]:
    """Return the steps that make these calls, by the grade id of their test cell."""
    steps = (CallStep(f"{name}-{criterion}", name, asked) for (name, criterion), asked in calls.items())
    return {step.name: step for step in steps}


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
        self.setting = setting(template)
        self._tests = _tests({key: tuple(c.call for c in cases) for key, cases in examiner.table.cases.items()})
        self._layout = lru_cache(MOST_KEPT)(partial(lay_out, self._tests))

    @cached_property
    def max_score(self) -> float:
        """The points that can be had without a human."""
        tests = (name for name, role in self.template.roles.items() if role == "test")
        return sum(float(self.template.named[name].meta.get("points") or 0) for name in tests)

    def program(self, notebook: bytes, index: str, function: str) -> Program:
        """Return what an earlier grade's notebook holds, for one function to be graded again.

        Raises ValueError or TypeError where the index is not that of the notebook.
        """
        return read_program(notebook, index, function, self._layout)

    def _result(self, student: str, status: str, notes: Sequence[str], seconds: float = 0.0, **more: Any) -> Result:
        more.setdefault("isolation", self.sandboxes.level)
        return Result(
            assignment=self.template.assignment.name,
            student=student,
            seed=self.seed,
            status=status,
            max_score=self.max_score,
            notes=tuple(notes),
            inputs_hash=self.examiner.table.inputs_hash,
            grader_version=self.version,
            seconds=round(seconds, 4),
            template=self.setting,
            **more,
        )

    def unreadable(self, student: str, reason: str, seconds: float = 0.0) -> Graded:
        """Return the result of a submission in which nothing can be graded, and the notebook for a human's points."""
        return Graded(self._result(student, "unreadable", [reason], seconds), unanswered(self.template, reason))

    def matched(self, data: bytes, calls: Mapping[tuple[str, str], tuple[Call, ...]] | None = None) -> Matching:
        """Return the places of a notebook's cells, and the steps that run them and ask the calls.

        ``calls`` are asked instead of those of the grade, by function and criterion.

        Raises `SubmissionError` if it cannot be graded.
        """
        notebook = parse(data, self.template.known)
        if language := foreign_kernel(notebook):
            raise SubmissionError(
                f"The notebook's kernel is {language!r}; the course is in Python. Choose a Python kernel and save."
            )
        return match(notebook, self.template, self._tests if calls is None else _tests(calls))

    def ready(self, steps: Sequence[Step]) -> Callable[[], Run]:
        """Return what runs steps, in the sandbox for their code.

        Raises `GraderFailure` if something of ours failed, here or when it is called.
        """
        return partial(self.sandboxes.for_steps(steps).run, steps)

    def answers(self, exercise: Exercise, asked: Mapping[str, int], run: Run) -> dict[str, Answer]:
        """Return what came back for each criterion of a function; ``asked`` are the steps of the test cells."""
        return {c.name: _answer(run, asked.get(f"{exercise.name}-{c.name}")) for c in exercise.criteria}

    def grade(self, data: bytes, student: str) -> Graded:
        """Grade a notebook's bytes.  Whatever the student wrote, and whatever fails on our side, is in the result."""
        return alone(self.grading(data, student))

    def grading(
        self, data: bytes, student: str, *, function: str = "", earlier: Result | None = None
    ) -> Grading[Graded]:
        """Grade a notebook's bytes as far as its steps, and then by what they did.

        With ``function`` all cells are run, and of the calls those of this function: the verdicts on all others are
        those of the ``earlier`` result.  Where it does not have them all, the notebook is graded whole.
        """
        begun = time.perf_counter()
        kept = carried(self.template.assignment, earlier, function) if function and earlier is not None else None
        asked = function if kept is not None else ""
        try:
            matching = self.matched(data)
            wanted = [not asked or isinstance(s, CellStep) or s.function == asked for s in matching.steps]
            prepared = time.perf_counter() - begun
            run = yield self.ready([step for step, chosen in zip(matching.steps, wanted, strict=True) if chosen])
        except SubmissionError as problem:
            return self.unreadable(student, str(problem), time.perf_counter() - begun)
        except GraderFailure as problem:
            return Graded(self._result(student, "failed", [str(problem)], prepared))
        begun = time.perf_counter() - prepared - run.seconds  # others may have had their turns
        if asked:
            made = iter(run.results)
            run = replace(run, results=tuple(next(made) if chosen else NOT_ASKED for chosen in wanted))
        functions = tuple(
            kept[one.name]
            if kept and one.name in kept
            else self.examiner.judge(one, self.answers(one, matching.asked, run))
            for one in self.template.assignment.exercises
        )
        own = tuple(
            _self_reported(p.cell.grade_id, p.cell, outcome)
            for p in matching.places
            if p.role == "own_test" and p.step is not None and isinstance(outcome := run.results[p.step], CellResult)
        )
        result = self._result(
            student,
            "graded",
            [*matching.notes, *_unfinished(matching, run)],
            time.perf_counter() - begun,
            functions=functions,
            self_reported=own,
            written=tuple(self._written(p) for p in matching.places if p.role == "written"),
            isolation=run.isolation,
            regraded=tuple(sorted({*earlier.regraded, asked})) if asked and earlier is not None else (),
        )
        written = autograded(matching, run, result)
        return Graded(result.but(index=written.index), written.notebook())

    def begun(self, student: str, function: str, earlier: Result) -> Result | None:
        """Return the result of grading one function again, but with its earlier verdict; all else is as it will be.

        What cells printed in the earlier run stays in the notebook, and so do the notes on it.  Return None if the
        earlier result does not have the verdicts on the other functions.
        """
        functions = carried(self.template.assignment, earlier, function)
        if functions is None:
            return None
        same = all(functions[one.name] is one for one in earlier.functions if one.name != function)
        was = next((one.criteria for one in earlier.functions if one.name == function), ())
        functions[function] = FunctionResult(function, was, self.examiner.table.bases[function])
        return earlier.but(
            student=student,
            max_score=self.max_score,
            functions=tuple(functions[one.name] for one in self.template.assignment.exercises),
            inputs_hash=self.examiner.table.inputs_hash,
            grader_version=self.version,
            regraded=tuple(sorted({*earlier.regraded, function})),
            follows=(earlier.key, function) if same else (),
        )

    def regrading(self, function: str, begun: Result, program: Program) -> Grading[Graded]:
        """Grade one function again by what the program of a stored notebook does; `begun` tells all the rest."""
        run = yield self.ready(program.steps)
        exercise = self.template.assignment.exercise(function)
        verdict = self.examiner.judge(exercise, self.answers(exercise, program.layout.asked, run))
        changed, index = program.with_outputs(verdict.outputs)
        place = next(place for place, one in enumerate(begun.functions) if one.name == function)
        same = bool(begun.follows) and verdict.counts_as(begun.functions[place])
        result = begun.but(
            functions=(*begun.functions[:place], verdict, *begun.functions[place + 1 :]),
            follows=(begun.follows[0], "") if same else begun.follows,
            isolation=run.isolation,
            notebook=checksum(changed) if changed else begun.notebook,
            index=index,
            seconds=round(run.seconds, 4),
        )
        return Graded(result, changed)

    def _written(self, place: Place) -> WrittenResult:
        """Return what is known of a written answer: its points, and whether a human must look at it.

        An answer that is as it was given scores 0 at once, as in nbgrader; a deleted cell may hide an answer elsewhere.
        """
        cell = place.cell
        answered = place.deleted or cell.source.strip() not in self.template.texts.get(cell.grade_id, frozenset())
        return WrittenResult(cell.grade_id, float(cell.meta.get("points") or 0), answered)


def autograded(matching: Matching, run: Run, result: Result) -> Writer:
    """Write the autograded notebook as stock nbgrader lays it out, with what each cell printed and each test said."""
    verdicts = {name: told for function in result.functions for name, told in function.outputs.items()}
    own = {criterion.name: criterion for criterion in result.self_reported}
    writer = Writer()
    for cell, role, step, _ in matching.places:
        if step is None:
            writer.add(cell)
        elif role == "test" and cell.grade_id in verdicts:
            writer.add(cell, step + 1, verdicts[cell.grade_id], matching.steps[step])
        else:
            outputs = _outputs(run.results[step], step + 1, own.get(cell.grade_id) if role == "own_test" else None)
            writer.add(cell, step + 1, compact(outputs).encode() if outputs else NOTHING, matching.steps[step])
    return writer


CANNOT = "# This submission could not be graded. Here are the questions as they were given out, for points by hand."


def unanswered(template: Template, reason: str) -> bytes:
    """Return the notebook that stands for a submission that cannot be read.

    It holds the questions as students were given them: formgrader shows a submission, and takes points and comments,
    only where there is an autograded notebook.  The reason may quote a file's name: it is an output, never markup.
    """
    error = {"output_type": "error", "ename": "Unreadable", "evalue": reason, "traceback": [reason]}
    writer = Writer()
    writer.add(Cell("code", CANNOT), None, compact([error]).encode())
    for cell in template.given:
        writer.add(cell)
    return writer.notebook()


def _refusal(verdict: CriterionResult, outputs: Sequence[dict[str, Any]]) -> list[dict[str, Any]]:
    """Return an error for an own test that gave no score and no error: nbgrader would take it for full marks.

    It comes first: nbgrader fails over the whole submission when it reads a score above the most first.
    """
    lost = verdict.status == "failed" and verdict.points == 0
    if not lost or any(one["output_type"] == "error" for one in outputs):
        return []
    return [
        {"output_type": "error", "ename": "NoScore", "evalue": verdict.message, "traceback": [verdict.message]},
    ]


def _outputs(outcome: CallResult | CellResult, count: int, own: CriterionResult | None) -> list[dict[str, Any]]:
    """Return what a cell printed, displayed and raised, as notebook outputs; of an ``own`` test, how it counts."""
    if not isinstance(outcome, CellResult):
        return []
    outputs: list[dict[str, Any]] = [
        {"output_type": "stream", "name": name, "text": text}
        for name, text in (("stdout", outcome.stdout), ("stderr", outcome.stderr))
        if text
    ]
    for picture in filter(None, map(clean_png, outcome.figures)):
        data = {"image/png": base64.b64encode(picture).decode() + "\n", "text/plain": "<Figure>"}
        outputs.append({"output_type": "display_data", "data": data, "metadata": {}})
    if outcome.display:
        data = {"text/plain": outcome.display if own is None else plain_number(outcome.display)}
        outputs.append({"output_type": "execute_result", "data": data, "metadata": {}, "execution_count": count})
    if outcome.status != "ran":
        name, value = outcome.error_name or outcome.status, outcome.error_value or outcome.detail
        trace = list(outcome.traceback) or [value]
        outputs.append({"output_type": "error", "ename": name, "evalue": value, "traceback": trace})
    return outputs if own is None else _refusal(own, outputs) + outputs
