"""From outcomes to verdicts, and from failed verdicts to the mistake behind them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from autograder import messages
from autograder.assignments import Case, Criterion, Exercise
from autograder.assignments.misconceptions import Mistake, bank
from autograder.calls import Outcome, call
from autograder.compare import Finding, judge, known_mistake
from autograder.grading.cases import CaseTable
from autograder.grading.results import CriterionResult, FunctionResult


@dataclass(frozen=True, eq=False)
class Answer:
    """What came back for one criterion: the outcomes of all its calls, or why there are none.

    ``status`` is ``ran``, or ``missing``, ``timeout``, ``died`` or ``not_run`` with a ``detail`` in words.
    """

    status: str
    outcomes: tuple[Outcome, ...] = ()
    detail: str = ""


@dataclass(frozen=True, eq=False)
class _Judged:
    """One criterion's verdict with what it rests on."""

    result: CriterionResult
    cases: tuple[Case, ...] = ()
    outcomes: tuple[Outcome, ...] = ()
    found: tuple[Finding | None, ...] = ()


class Examiner:
    """Judges answers against the cases of one run; keeps what the known mistakes do on these cases.

    The mistakes are our own code: they run here, in the trusted process, once for each run and only when needed.
    """

    def __init__(self, table: CaseTable) -> None:
        self.table = table
        self._bank = bank(table.assignment.name)
        self._behaviour: dict[tuple[str, str], tuple[Outcome, ...]] = {}

    def judge(self, exercise: Exercise, answers: Mapping[str, Answer]) -> FunctionResult:
        """Return the verdicts on one function; a criterion without an answer was not run."""
        unasked = Answer("not_run", detail="its test was not reached")
        judged = [self._judge(exercise.name, c, answers.get(c.name, unasked)) for c in exercise.criteria]
        failed = [j for j in judged if j.result.status in ("failed", "error") and j.found]
        mistakes = self._diagnose(exercise.name, failed)
        results, told = [], set()
        for one in judged:
            mistake = mistakes.get(one.result.name)
            result = one.result
            if mistake is not None:
                text = messages.DIAGNOSIS.format(cause=mistake.cause, step=mistake.step)
                if mistake.name in told:
                    text = messages.SAME_CAUSE
                told.add(mistake.name)
                result = replace(result, diagnosis=text, mistake=mistake.name)
            results.append(result)
        return FunctionResult(exercise.name, tuple(results))

    def _judge(self, function: str, criterion: Criterion, answer: Answer) -> _Judged:
        cases = self.table.cases[function, criterion.name]
        if answer.status != "ran" or len(answer.outcomes) != len(cases):
            return _Judged(_unanswered(function, criterion, answer))
        outcomes = answer.outcomes
        found = tuple(judge(function, c.call, c.expected, o) for c, o in zip(cases, outcomes, strict=True))
        return _Judged(_verdict(criterion, found), cases, outcomes, found)

    def _behave(self, mistake: Mistake, criterion: str) -> tuple[Outcome, ...]:
        """Return what a known mistake does on a criterion's cases."""
        key = (mistake.name, criterion)
        if key not in self._behaviour:
            cases = self.table.cases[mistake.function, criterion]
            self._behaviour[key] = tuple(call(mistake.wrong, case.call) for case in cases)
        return self._behaviour[key]

    def _diagnose(self, function: str, failed: Sequence[_Judged]) -> dict[str, Mistake]:
        """Return the mistake behind each failed criterion: one that explains all of them, else one for each alone."""
        names = tuple(one.result.name for one in failed)
        whole = self._match([m for m in self._bank.get(function, ()) if set(m.loses) == set(names)], failed)
        if whole is not None:
            return dict.fromkeys(names, whole)
        single = {
            one.result.name: self._match([m for m in self._bank.get(function, ()) if one.result.name in m.loses], [one])
            for one in failed
        }
        return {name: mistake for name, mistake in single.items() if mistake is not None}

    def _match(self, candidates: Sequence[Mistake], judged: Sequence[_Judged]) -> Mistake | None:
        """Return the candidate that behaves as the student's function on all calls of the given criteria."""
        outcomes = [outcome for one in judged for outcome in one.outcomes]
        expected = [case.expected for one in judged for case in one.cases]
        found = [finding for one in judged for finding in one.found]
        theirs = [[o for one in judged for o in self._behave(m, one.result.name)] for m in candidates]
        index = known_mistake(outcomes, expected, found, theirs)
        return None if index is None else candidates[index]


def _unanswered(name: str, criterion: Criterion, answer: Answer) -> CriterionResult:
    """Return the result of a criterion whose calls could not all be made."""
    template = {"missing": messages.MISSING, "timeout": messages.TIMEOUT, "died": messages.DIED}
    status = {"died": "error", "ran": "error"}.get(answer.status, answer.status)
    text = template.get(answer.status, messages.NOT_RUN).format(name=name, detail=answer.detail.rstrip("."))
    return CriterionResult(criterion.name, status, 0.0, criterion.points, text)


def _verdict(criterion: Criterion, found: Sequence[Finding | None]) -> CriterionResult:
    """Return the verdict that follows from the findings of all calls."""
    failed = [finding for finding in found if finding is not None]
    if not failed:
        text = messages.PASSED.format(total=len(found))
        return CriterionResult(criterion.name, "passed", criterion.points, criterion.points, text)
    first = _clearest(failed)
    text = first.message
    if len(failed) > 1:
        text += messages.MORE_CALLS.format(failed=len(failed), total=len(found))
    status = "error" if all(finding.kind == "raised" for finding in failed) else "failed"
    return CriterionResult(
        criterion.name, status, 0.0, criterion.points, text, at=first.at, got=first.got, want=first.want
    )


def _clearest(findings: Sequence[Finding]) -> Finding:
    """Return the finding that tells a student most: wrong numbers before types and deeds, an error last."""
    order = {"rule": -1, "value": 0, "shape": 1, "type": 2, "dtype": 3, "mutation": 4, "warning": 5, "raised": 6}
    return min(findings, key=lambda finding: order[finding.kind])
