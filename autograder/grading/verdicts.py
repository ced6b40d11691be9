"""From outcomes to verdicts, and from a failed verdict to the mistake behind it."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache

from autograder import messages
from autograder.assignments import Case, Criterion
from autograder.assignments.misconceptions import Mistake, bank
from autograder.calls import Outcome, call
from autograder.compare import Finding, is_known_mistake, judge
from autograder.grading.cases import CaseTable
from autograder.grading.results import CriterionResult


def unanswered(name: str, criterion: Criterion, status: str, detail: str) -> CriterionResult:
    """Return the result of a criterion whose calls could not all be made: timeout, missing, error or not_run."""
    template = {"missing": messages.MISSING, "timeout": messages.TIMEOUT, "error": messages.DIED}
    text = template.get(status, messages.NOT_RUN).format(name=name, detail=detail.rstrip("."))
    return CriterionResult(criterion.name, status, 0.0, criterion.points, text)


class Examiner:
    """Judges outcomes against the cases of one run; keeps what the known mistakes do on these cases.

    The mistakes are our own code: they run here, in the trusted process, once for each run.
    """

    def __init__(self, table: CaseTable) -> None:
        self.table = table
        self._mistakes = bank(table.assignment.name)
        self._behaviour = lru_cache(maxsize=None)(self._behave)

    def _behave(self, function: str, index: int, criterion: str) -> tuple[Outcome, ...]:
        mistake = self._mistakes[function][index]
        return tuple(call(mistake.wrong, case.call) for case in self.table.cases[function, criterion])

    def judge(self, function: str, criterion: Criterion, outcomes: Sequence[Outcome]) -> CriterionResult:
        """Return the verdict on one criterion from the outcomes of all its calls."""
        cases = self.table.cases[function, criterion.name]
        found = [judge(function, c.call, c.expected, o) for c, o in zip(cases, outcomes, strict=True)]
        failed = [finding for finding in found if finding is not None]
        if not failed:
            text = messages.PASSED.format(total=len(cases))
            return CriterionResult(criterion.name, "passed", criterion.points, criterion.points, text)
        first = _clearest(failed)
        text = first.message
        if len(failed) > 1:
            text += messages.MORE_CALLS.format(failed=len(failed), total=len(cases))
        mistake = self._diagnose(function, criterion.name, cases, outcomes, found)
        diagnosis = messages.DIAGNOSIS.format(cause=mistake.cause, step=mistake.step) if mistake else ""
        status = "error" if all(finding.kind == "raised" for finding in failed) else "failed"
        return CriterionResult(
            criterion.name,
            status,
            0.0,
            criterion.points,
            text,
            diagnosis,
            mistake.name if mistake else "",
            first.at,
            first.got,
            first.want,
        )

    def _diagnose(
        self,
        function: str,
        criterion: str,
        cases: Sequence[Case],
        outcomes: Sequence[Outcome],
        found: Sequence[Finding | None],
    ) -> Mistake | None:
        """Return the known mistake that shows the same behaviour on every call of the criterion, if there is one."""
        expected = [case.expected for case in cases]
        for index, mistake in enumerate(self._mistakes.get(function, ())):
            if criterion in mistake.loses and is_known_mistake(
                outcomes, self._behaviour(function, index, criterion), expected, found
            ):
                return mistake
        return None


def _clearest(findings: Sequence[Finding]) -> Finding:
    """Return the finding that tells a student most: wrong numbers before types and deeds, an error last."""
    order = {"value": 0, "shape": 1, "type": 2, "dtype": 3, "mutation": 4, "warning": 5, "raised": 6}
    return min(findings, key=lambda finding: order[finding.kind])
