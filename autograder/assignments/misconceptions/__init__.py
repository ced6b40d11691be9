"""The bank of mistakes that the grader knows by name, keyed by function."""

from __future__ import annotations

from importlib import import_module

from autograder.assignments.misconceptions.model import Mistake
from autograder.assignments.own import own_module, own_names

__all__ = ["Mistake", "bank"]


def bank(assignment: str) -> dict[str, tuple[Mistake, ...]]:
    """Return the known mistakes of an assignment's functions, the more special ones first."""
    found: dict[str, list[Mistake]] = {}
    if assignment in own_names():
        known = getattr(own_module(assignment), "BANK", ())
    else:
        known = import_module(f"autograder.assignments.misconceptions.{assignment}").BANK
    for mistake in known:
        found.setdefault(mistake.function, []).append(mistake)
    return {function: tuple(mistakes) for function, mistakes in found.items()}
