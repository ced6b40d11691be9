"""From outcomes to verdicts, and from failed verdicts to the mistake behind them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial
from typing import Any, overload

from autograder import messages
from autograder.assignments import Case, Criterion, Exercise
from autograder.assignments.misconceptions import Mistake, bank
from autograder.calls import Outcome, Stage
from autograder.compare import Finding, Tried, explain, fault, first_told, judge
from autograder.deeds import deed
from autograder.grading.cases import CaseTable
from autograder.grading.results import CriterionResult, FunctionResult
from autograder.grading.sheet import Sheet
from autograder.grading.transforms import candidates
from autograder.relations import Relation, relation

MAX_JUDGED = 5_000
"""How many verdicts on functions are kept for answers that come again."""


@dataclass(frozen=True, eq=False)
class Answer:
    """What came back for one criterion: the outcomes of all its calls, or why there are none.

    ``status`` is ``ran``, or ``missing``, ``timeout``, ``died`` or ``not_run`` with a ``detail`` in words.  Two
    answers to one criterion with the same ``fingerprint`` have equal outcomes; it is empty where nobody took it.
    """

    status: str
    outcomes: Sequence[Outcome] = ()
    detail: str = ""
    fingerprint: bytes = b""

    @property
    def identity(self) -> tuple[str, str, bytes] | None:
        """What two answers have in common that are judged alike, or None if that is not known."""
        if self.outcomes and not self.fingerprint:
            return None
        return self.status, self.detail, self.fingerprint


NOT_REACHED = Answer("not_run", detail="its test was not reached")
"""Stands where there is no answer."""


class Examiner:
    """Judges answers against the cases of one run; keeps what the known mistakes do on these cases.

    The mistakes are our own code: they run here, in the trusted process, once for each run and only when needed.
    """

    def __init__(self, table: CaseTable) -> None:
        self.table = table
        self._bank = bank(table.assignment.name)
        self._sheets: dict[tuple[str, str], Sheet] = {}
        self._behaviour: dict[tuple[str, str], list[Outcome | None]] = {}
        self._judged: dict[Any, FunctionResult] = {}
        self._bases = table.bases  # drawn up here, while the sandbox starts

    def judge(self, exercise: Exercise, answers: Mapping[str, Answer]) -> FunctionResult:
        """Return the verdicts on one function; a criterion without an answer was not run.

        Many students return the same bytes, right or wrong: they are judged once.
        """
        identity = tuple((name, answer.identity) for name, answer in answers.items())
        if any(told is None for _, told in identity):
            return self._fresh(exercise, answers)
        found = self._judged.get((exercise.name, identity))
        if found is None:
            if len(self._judged) >= MAX_JUDGED:
                self._judged.clear()
            found = self._judged[exercise.name, identity] = self._fresh(exercise, answers)
        return found

    def _fresh(self, exercise: Exercise, answers: Mapping[str, Answer]) -> FunctionResult:
        """Return the verdicts on one function, see `judge`."""
        judged = [self._judge(exercise.name, c, answers.get(c.name, NOT_REACHED)) for c in exercise.criteria]
        known = self._bank.get(exercise.name, ())
        failed = [tried for _, tried in judged if tried is not None]
        causes: dict[str, int] = {}
        if failed:
            with Stage() as stage:
                causes = explain(
                    failed,
                    [mistake.loses for mistake in known],
                    lambda index, criterion: self._behave(stage, known[index], criterion),
                )
        results: list[CriterionResult] = []
        for result, tried in judged:
            name, text = "", ""
            if result.name in causes:
                mistake = known[causes[result.name]]
                name, text = mistake.name, messages.DIAGNOSIS.format(cause=mistake.cause, step=mistake.step)
            elif tried is not None and (found := self._relation(exercise, tried)) is not None:
                name, text = found.name, found.sentence
            if name and any(earlier.mistake == name for earlier in results):
                text = messages.SAME_CAUSE
            results.append(replace(result, diagnosis=text, mistake=name))
        return FunctionResult(exercise.name, tuple(results), self._bases[exercise.name])

    def _relation(self, exercise: Exercise, tried: Tried) -> Relation | None:
        """Return how the wrong numbers of one criterion come from the right ones, or what its failed calls share."""
        cases = self.table.cases[exercise.name, tried.criterion]
        found = relation(exercise.name, tried.expected, tried.outcomes, candidates(exercise, cases))
        if found is None and (name := deed([case.call for case in cases], tried)):
            return Relation(f"{exercise.name}/{name}", messages.DEEDS[name])
        return found

    def _judge(self, function: str, criterion: Criterion, answer: Answer) -> tuple[CriterionResult, Tried | None]:
        """Return one criterion's verdict with what it rests on."""
        cases = self.table.cases[function, criterion.name]
        if answer.status != "ran" or len(answer.outcomes) != len(cases):
            return _unanswered(function, criterion, answer), None
        sheet = self._sheet(function, criterion.name)
        if sheet.all_right(answer.outcomes):
            return _verdict(criterion, [None] * len(cases)), None
        found = tuple(
            _finding(function, case, outcome, kind)
            for case, outcome, kind in zip(cases, answer.outcomes, sheet.found(answer.outcomes), strict=True)
        )
        tried = Tried(criterion.name, tuple(case.expected for case in cases), tuple(answer.outcomes), found)
        return _verdict(criterion, found), tried

    def _sheet(self, function: str, criterion: str) -> Sheet:
        """Return the layout of a criterion's expected values."""
        if (function, criterion) not in self._sheets:
            self._sheets[function, criterion] = Sheet(self.table.cases[function, criterion])
        return self._sheets[function, criterion]

    def _behave(self, stage: Stage, mistake: Mistake, criterion: str) -> _Behaviour:
        """Return what a known mistake does on a criterion's cases; it is called in ``stage``."""
        cases = self.table.cases[mistake.function, criterion]
        known = self._behaviour.setdefault((mistake.name, criterion), [None] * len(cases))
        return _Behaviour(stage, mistake, cases, known)


@dataclass(frozen=True, eq=False)
class _Behaviour(Sequence[Outcome]):
    """What a known mistake does on a criterion's cases, found out case by case: the first one rules out most."""

    stage: Stage
    mistake: Mistake
    cases: Sequence[Case]
    known: list[Outcome | None]

    def __len__(self) -> int:
        return len(self.cases)

    @overload
    def __getitem__(self, index: int) -> Outcome: ...
    @overload
    def __getitem__(self, index: slice) -> tuple[Outcome, ...]: ...
    def __getitem__(self, index: int | slice) -> Outcome | tuple[Outcome, ...]:
        if isinstance(index, slice):
            return tuple(self[i] for i in range(*index.indices(len(self))))
        outcome = self.known[index]
        if outcome is None:
            outcome = self.known[index] = self.stage.call(self.mistake.wrong, self.cases[index].call)
        return outcome


def _finding(function: str, case: Case, outcome: Outcome, kind: str) -> Finding | None:
    """Return what is wrong with one outcome, of which the criterion's sheet told the ``kind``."""
    if kind == "right":
        return None
    if kind:
        return Finding(kind, later=partial(judge, function, case.call, case.expected, outcome))
    return fault(function, case.call, case.expected, outcome)


def _unanswered(name: str, criterion: Criterion, answer: Answer) -> CriterionResult:
    """Return the result of a criterion whose calls could not all be made."""
    template = {"missing": messages.MISSING, "timeout": messages.TIMEOUT, "died": messages.DIED}
    status = {"died": "error", "ran": "error"}.get(answer.status, answer.status)
    text = template.get(answer.status, messages.NOT_RUN).format(name=name, detail=answer.detail.rstrip("."))
    return CriterionResult(criterion.name, status, 0.0, criterion.points, text)


def _verdict(criterion: Criterion, found: Sequence[Finding | None]) -> CriterionResult:
    """Return the verdict that follows from the findings of all calls."""
    told = first_told(found)
    if told is None:
        text = messages.PASSED.format(total=len(found))
        return CriterionResult(criterion.name, "passed", criterion.points, criterion.points, text)
    first, text = told
    status = "error" if all(finding is None or finding.kind == "raised" for finding in found) else "failed"
    return CriterionResult(
        criterion.name, status, 0.0, criterion.points, text, at=first.at, got=first.got, want=first.want
    )
