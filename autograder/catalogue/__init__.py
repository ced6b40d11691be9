"""The catalogue: every activation function of the course, stated once.

>>> from autograder.catalogue import CATALOGUE
>>> print(CATALOGUE["sigmoid"].range)
(0, 1)
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from autograder.catalogue import classic, rectifiers, smooth, vector
from autograder.catalogue._activation import Activation, Kink, Parameter, X
from autograder.catalogue._range import Range

__all__ = ["CATALOGUE", "Activation", "Kink", "Parameter", "Range", "X"]

_FAMILIES = (classic.ENTRIES, rectifiers.ENTRIES, smooth.ENTRIES, vector.ENTRIES)

CATALOGUE: Mapping[str, Activation] = MappingProxyType({entry.name: entry for family in _FAMILIES for entry in family})
"""All entries by name, in teaching order."""
