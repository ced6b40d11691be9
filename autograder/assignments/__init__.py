"""The assignments: one module for each, and the bank of mistakes that the grader knows by name."""

from __future__ import annotations

from importlib import import_module

from autograder.assignments.model import Assignment, Case, Criterion, Exercise
from autograder.errors import UsageError

NAMES = ("nonlinearity", "range", "differentiability", "saturation", "output_layer", "training")
"""Assignments in the order of the book's chapters; each is a module of this package."""

__all__ = ["NAMES", "Assignment", "Case", "Criterion", "Exercise", "load"]


def load(name: str) -> Assignment:
    """Return the assignment called ``name``; only its own module is imported.

    Raises `UsageError` if there is no such assignment.
    """
    if name not in NAMES:
        raise UsageError(f"There is no assignment called {name!r}. The assignments are: {', '.join(NAMES)}.")
    assignment: Assignment = import_module(f"autograder.assignments.{name}").ASSIGNMENT
    return assignment
