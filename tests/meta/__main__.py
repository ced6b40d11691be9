"""Print how the grader did in its own examination: ``python -m tests.meta [SEEDS]``."""

import sys

import numpy as np

from autograder.assignments import load
from tests.meta.exam import EXERCISES, MISTAKES, verdict
from tests.meta.test_right_answers import ASSIGNMENT, WAYS, defined

LINE = "{:30} {:>8} {:>7} {:>7} {:>8} {:>8} {:>8}"


def lost(result):
    """The criteria without full marks."""
    return {criterion.name for criterion in result.criteria if criterion.status != "passed"}


def row(function, seeds):
    """Counts for one function: mistakes caught, missed, named; right answers accepted, wrongly refused."""
    caught = missed = named = accepted = refused = 0
    for assignment, mistake in MISTAKES:
        if mistake.function == function:
            for seed in seeds:
                result = verdict(assignment, function, mistake.wrong, seed)
                caught += bool(lost(result))
                missed += not lost(result)
                named += {c.mistake for c in result.criteria if c.name in lost(result)} == {mistake.name}
    for one, number in WAYS:
        if one == function:
            with np.errstate():  # a way may change NumPy's error state
                answer = defined(one, number)
            for seed in seeds:
                wrong = bool(lost(verdict(ASSIGNMENT[one], one, answer, seed)))
                refused, accepted = refused + wrong, accepted + (not wrong)
    return caught, missed, named, accepted, refused


def main():
    """Print one line for each function, and the sums."""
    seeds = range(int(sys.argv[1]) if len(sys.argv) > 1 else 1)
    print(f"{len(MISTAKES)} mistakes and {len(WAYS)} right answers in {len(EXERCISES)} functions; seeds: {len(seeds)}")
    print(LINE.format("function", "points", "caught", "missed", "by name", "accepted", "refused"))
    total = [0, 0, 0, 0, 0]
    for assignment, function in EXERCISES:
        counts = row(function, seeds)
        total = [a + b for a, b in zip(total, counts, strict=True)]
        print(LINE.format(function, f"{load(assignment).exercise(function).points:g}", *counts), flush=True)
    print(LINE.format("together", "", *total))


if __name__ == "__main__":
    main()
