"""One function of a new assignment: where it comes from, and what the catalogue says of it."""

from __future__ import annotations

from dataclasses import dataclass

from autograder.assignments import load
from autograder.catalogue import Activation
from autograder.errors import DomainError

FACTORS = (0.5, 2.0, 3.0)
"""Other values of a parameter that are asked: these times its default, as far as its domain allows."""


@dataclass(frozen=True)
class Part:
    """One function of a new assignment: what the catalogue says of it, or the ``home`` whose exercise is taken over."""

    entry: Activation | None
    name: str
    home: str = ""

    @property
    def arguments(self) -> tuple[str, ...]:
        """The names of the parameters, in order."""
        return tuple(p.name for p in self.entry.parameters) if self.entry else ()

    @property
    def signature(self) -> str:
        """The function's head as students write it."""
        if self.home:
            return load(self.home).exercise(self.name).signature
        return f"{self.name}({', '.join(('x', *self.arguments))})"


def defaults(part: Part) -> tuple[float, ...]:
    """Return the parameters' default values, in order."""
    return tuple(float(p.default) for p in part.entry.parameters) if part.entry else ()


def kinks(part: Part) -> tuple[float, ...]:
    """Return where the formula changes, at the default parameters; 0 where it never does, for its neighbourhood."""
    assert part.entry is not None  # a part without an entry has a home
    found = tuple(sorted({float(kink.at.subs(part.entry.defaults)) for kink in part.entry.kinks}))
    return found or (0.0,)


def choices(part: Part) -> tuple[tuple[float, ...], ...]:
    """Return other values of the parameters that the catalogue allows, changed one at a time."""
    entry, given = part.entry, defaults(part)
    assert entry is not None  # a part without an entry has a home
    found = []
    for place in range(len(given)):
        for factor in FACTORS:
            changed = tuple(v * factor if i == place else v for i, v in enumerate(given))
            try:
                entry.validate(**dict(zip(part.arguments, changed, strict=True)))
            except DomainError:
                continue
            if changed != given:
                found.append(changed)
    return tuple(found) or (given,)
