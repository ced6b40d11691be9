"""Every known mistake loses the criteria that it should lose, and only those, and is told by its own message."""

from collections import Counter

import pytest

from autograder import messages
from autograder.assignments import NAMES, load
from autograder.assignments.misconceptions import bank
from tests.meta.exam import EXERCISES, FULL, MISTAKES, SAMPLE, verdict


def named(item):
    assignment, mistake = item
    return f"{assignment}-{mistake.name}"


def told_apart(assignment, mistake, seed):
    """Assert what the grader says about a mistake under one seed."""
    result = verdict(assignment, mistake.function, mistake.wrong, seed)
    lost = {criterion.name for criterion in result.criteria if criterion.status != "passed"}
    assert lost == set(mistake.loses), (seed, [(c.name, c.message) for c in result.criteria])
    for criterion in result.criteria:
        if criterion.status != "passed":
            assert criterion.mistake == mistake.name, (seed, criterion)
            assert criterion.points == 0
    first = next(criterion for criterion in result.criteria if criterion.diagnosis)
    assert first.diagnosis == messages.DIAGNOSIS.format(cause=mistake.cause, step=mistake.step)


@pytest.mark.parametrize("item", MISTAKES, ids=named)
def test_a_mistake_loses_what_it_should_and_is_named(item):
    for seed in SAMPLE:
        told_apart(*item, seed)


@pytest.mark.full
@pytest.mark.parametrize("item", MISTAKES, ids=named)
def test_a_mistake_loses_what_it_should_under_fifty_seeds(item):
    for seed in FULL:
        told_apart(*item, seed)


@pytest.mark.parametrize(("assignment", "function"), EXERCISES)
def test_every_function_has_at_least_four_mistakes(assignment, function):
    assert len(bank(assignment).get(function, ())) >= 4


def test_function_names_are_unique_over_all_assignments():
    counted = Counter(exercise.name for name in NAMES for exercise in load(name).exercises)
    assert [name for name, count in counted.items() if count > 1] == []


@pytest.mark.parametrize("name", NAMES)
def test_the_bank_knows_no_other_functions(name):
    assignment = load(name)
    for function, mistakes in bank(name).items():
        criteria = {criterion.name for criterion in assignment.exercise(function).criteria}
        assert all(set(mistake.loses) <= criteria and mistake.loses for mistake in mistakes)


@pytest.mark.parametrize("item", MISTAKES, ids=named)
def test_a_message_names_the_cause_and_the_next_step_but_not_the_code(item):
    _, mistake = item
    assert mistake.cause.endswith(".")
    assert mistake.step.endswith((".", "?"))
    assert "return " not in mistake.cause + mistake.step or mistake.name == "collapse/pair_swapped"
