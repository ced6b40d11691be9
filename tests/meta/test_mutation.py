"""Whatever is changed in a solution costs points, unless the change is proved to change nothing that is asked."""

import pytest

from autograder.calls import call
from autograder.compare import judge
from tests.meta.equivalent import EQUIVALENT
from tests.meta.exam import EXERCISES, examiner
from tests.meta.mutants import mutants, namespace, solutions

SEEDS = (0, 1)


def survives(assignment, name, function):
    """Whether a function passes every call of every criterion under all seeds."""
    for seed in SEEDS:
        cases = examiner(assignment, seed).table.cases
        for exercise, criterion in cases:
            if exercise == name:
                for case in cases[exercise, criterion]:
                    if judge(name, case.call, case.expected, call(function, case.call)) is not None:
                        return False
    return True


def survivors(assignment, name):
    """The changes of a solution that cost no point."""
    found, tried = [], 0
    for change, source in mutants(solutions(assignment)[name]):
        tried += 1
        space = namespace(assignment)
        exec(compile(source, "<mutant>", "exec"), space)
        if survives(assignment, name, space[name]):
            found.append(change)
    return found, tried


@pytest.mark.parametrize(("assignment", "name"), EXERCISES)
def test_no_mutant_survives_but_those_proved_equivalent(assignment, name):
    found, tried = survivors(assignment, name)
    assert tried > 0 or name in EQUIVALENT
    assert sorted(set(found)) == sorted(EQUIVALENT.get(name, {}))
