"""The instructor's solutions get full marks in our grader under every seed, and an empty notebook gets nothing."""

import pytest

from autograder.assignments import NAMES
from tests.grading_room import grade, released, solved


def assert_full_marks(name, seeds):
    for seed in seeds:
        result = grade(solved(name), name, seed).result
        assert [c.message for f in result.functions for c in f.criteria if c.status != "passed"] == []
        assert (result.status, result.score, result.notes) == ("graded", result.max_score, ())


@pytest.mark.parametrize("name", NAMES)
def test_the_solutions_get_full_marks(name, capsys):
    assert_full_marks(name, range(2))


@pytest.mark.full
@pytest.mark.parametrize("name", NAMES)
def test_the_solutions_get_full_marks_under_twenty_seeds(name, capsys):
    assert_full_marks(name, range(20))


@pytest.mark.parametrize("name", NAMES)
def test_an_empty_notebook_gets_nothing(name, capsys):
    result = grade(released(name), name).result
    assert (result.status, result.score) == ("graded", 0)
    assert {answer.answered for answer in result.written} == {False}
