"""The assignments: one module for each, and the bank of mistakes that the grader knows by name."""

from __future__ import annotations

from importlib import import_module

from autograder.assignments.model import Assignment, Case, Criterion, Exercise
from autograder.assignments.own import own_module, own_names
from autograder.errors import UsageError

NAMES = ("nonlinearity", "range", "differentiability", "saturation", "output_layer", "training")
"""Assignments in the order of the book's chapters; each is a module of this package."""

__all__ = ["NAMES", "Assignment", "Case", "Criterion", "Exercise", "load"]


def load(name: str) -> Assignment:
    """Return the assignment called ``name``, the package's or the course's; only its own module is imported.

    Raises `UsageError` if there is no such assignment.
    """
    if name in own_names() and name not in NAMES:
        own: Assignment = own_module(name).ASSIGNMENT
        return own
    if name not in NAMES:
        known = ", ".join([*NAMES, *own_names()])
        raise UsageError(f"There is no assignment called {name!r}. The assignments are: {known}.")
    assignment: Assignment = import_module(f"autograder.assignments.{name}").ASSIGNMENT
    return assignment
