"""Honest submissions, right and wrong, in the real sandbox: one seed is one result, another seed the same verdicts.

A submission is an assignment's notebook in which every function is written in one of the ways of the meta suite: the
right ones under ``meta/right``, the wrong ones from the bank of mistakes.
"""

import json
import random
from dataclasses import replace

import pytest
from grading_room import ROOT, find, solved

from autograder.assignments import NAMES, load
from autograder.assignments.misconceptions import bank
from autograder.course.layout import open_course
from autograder.worker import Plan, Worker
from tests.meta.test_right_answers import ways

WRONG_SHARE = 0.4
"""How many of the functions are written wrongly."""
SAMPLE = 4
FULL = {name: 10 if name == "training" else 98 for name in NAMES}
"""Notebooks of each assignment; those of *training* take seconds each, for they train networks."""


def programs(assignment, function):
    """The right and the wrong ways of writing a function, as text."""
    right = ["\n\n".join(cells) for _, cells in ways(function)]
    return right, [mistake.source for mistake in bank(assignment).get(function, ())]


def submission(assignment, number):
    """An honest notebook, the same for the same number, as bytes."""
    draw = random.Random(f"{assignment} {number}")
    notebook = solved(assignment)
    for exercise in load(assignment).exercises:
        right, wrong = programs(assignment, exercise.name)
        chosen = draw.choice(wrong if wrong and draw.random() < WRONG_SHARE else right)
        find(notebook, exercise.name)["source"] = f"import numpy as np\n\n{chosen}"
    return json.dumps(notebook).encode()


def graded(assignment, seed, numbers):
    """The results of some submissions under a seed, but for the time that they took."""
    with Worker(Plan(open_course(ROOT), assignment, seed, "auto")) as worker:
        results = [worker.grader.grade(submission(assignment, n), f"s{n:03}").result for n in numbers]
    return [replace(result, seconds=0.0) for result in results]


def passed(result):
    """Whether each criterion was passed, and the score."""
    return {(f.name, c.name): c.status == "passed" for f in result.functions for c in f.criteria}, result.score


def assert_seeds_agree(assignment, numbers):
    first, other = (graded(assignment, seed, numbers) for seed in (11, 12))
    assert {result.status for result in (*first, *other)} == {"graded"}
    assert [one.inputs_hash for one in first] != [one.inputs_hash for one in other], "the seeds asked the same"
    different = {
        (one.student, *key): (mine[key], theirs[key])
        for one, two in zip(first, other, strict=True)
        for mine, theirs in [(passed(one)[0], passed(two)[0])]
        for key in mine
        if mine[key] != theirs[key]
    }
    assert different == {}
    assert [one.score for one in first] == [two.score for two in other]
    return first


@pytest.mark.parametrize("assignment", NAMES)
def test_a_sample_of_honest_submissions(assignment):
    numbers = range(2 if assignment == "training" else SAMPLE)
    first = assert_seeds_agree(assignment, numbers)
    assert len({result.score for result in first}) > 1
    assert graded(assignment, 11, numbers[:1]) == first[:1]


@pytest.mark.full
@pytest.mark.parametrize("assignment", NAMES)
def test_five_hundred_honest_submissions(assignment):
    assert sum(FULL.values()) >= 500
    first = assert_seeds_agree(assignment, range(FULL[assignment]))
    assert len({result.score for result in first}) > 5
    verdicts = [right for result in first for right in passed(result)[0].values()]
    assert 0.2 < sum(verdicts) / len(verdicts) < 0.95, "nearly all are right, or nearly all wrong"
    again = range(0, FULL[assignment], 5)
    assert graded(assignment, 11, again) == [first[number] for number in again]
