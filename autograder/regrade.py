"""A run over one function: is there such a function, who had to be graded whole, and what is out of date besides it."""

from __future__ import annotations

from autograder.assignments import NAMES, Assignment, load
from autograder.assignments.own import own_names
from autograder.errors import UsageError
from autograder.grading.cases import build, secret_from_seed
from autograder.grading.results import Result
from autograder.worker import Plan

MOST_NAMED = 10
"""Students that a sentence names."""


def check_function(assignment: Assignment, function: str) -> None:
    """Raise `UsageError` if an assignment does not grade a function of this name; an empty name asks for all."""
    known = [exercise.name for exercise in assignment.exercises]
    if not function or function in known:
        return
    others = [name for name in (*NAMES, *own_names()) if name != assignment.name]
    homes = [name for name in others if any(one.name == function for one in load(name).exercises)]
    where = f" It belongs to {' and '.join(homes)}." if homes else ""
    raise UsageError(
        f"{assignment.name} grades no function called {function!r}.{where} Its functions are: {', '.join(known)}."
    )


class OneFunction:
    """Watches a run over one function for what an instructor should know of it.

    ``table`` are the cases of the run, which a worker in this process need not draw again.
    """

    def __init__(self, plan: Plan) -> None:
        self._plan = plan
        self.table = build(load(plan.assignment), secret_from_seed(plan.seed))
        self._whole: list[str] = []
        self._stale: set[str] = set()

    def see(self, result: Result, *, reused: bool) -> None:
        """Take note of one result."""
        if result.status != "graded":
            return
        if not reused and self._plan.function not in result.regraded:
            self._whole.append(result.student)
        self._stale.update(f.name for f in result.functions if f.basis != self.table.bases.get(f.name))

    @property
    def up_to_date(self) -> bool:
        """Whether all verdicts that were seen rest on the present tests."""
        return not self._stale

    def remarks(self) -> tuple[str, ...]:
        """Return what an instructor should know, in sentences."""
        told = []
        if self._whole:
            names = ", ".join(sorted(self._whole)[:MOST_NAMED])
            more = f" and {len(self._whole) - MOST_NAMED} more" if len(self._whole) > MOST_NAMED else ""
            told.append(
                "Graded whole, since there was no earlier result of the same submission, seed and sandbox to go on "
                f"from: {names}{more}."
            )
        if self._stale:
            told.append(
                f"The tests of {', '.join(sorted(self._stale))} have changed as well, and the verdicts on them are the "
                f"old ones: `autograder grade {self._plan.assignment}` brings everything up to date."
            )
        return tuple(told)
