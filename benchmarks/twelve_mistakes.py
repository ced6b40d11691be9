"""The mistakes that are known of the benchmark's twelve functions: those of the exercises, for the criteria kept."""

from __future__ import annotations

from dataclasses import replace

from autograder.assignments.twelve import ASSIGNMENT, ORIGINS  # this module lives beside it, in the copy

from autograder.assignments.misconceptions import bank

_KEPT = {exercise.name: {criterion.name for criterion in exercise.criteria} for exercise in ASSIGNMENT.exercises}

BANK = [
    replace(mistake, loses=tuple(name for name in mistake.loses if name in _KEPT[function]))
    for origin, functions in ORIGINS.items()
    for function in functions
    for mistake in bank(origin).get(function, ())
    if _KEPT[function] & set(mistake.loses)
]
