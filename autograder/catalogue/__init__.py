"""The catalogue: every activation function of the course, stated once.

>>> from autograder.catalogue import CATALOGUE
>>> print(CATALOGUE["sigmoid"].range)
(0, 1)
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from autograder.catalogue import classic, exponential, gated, gates, others, rectifiers, shrinkers, smooth, vector
from autograder.catalogue._activation import Activation, Kink, Parameter, X
from autograder.catalogue._javascript import module as javascript_module
from autograder.catalogue._range import Range

__all__ = ["CATALOGUE", "Activation", "Kink", "Parameter", "Range", "X", "javascript_module"]

_FAMILIES = (classic, rectifiers, exponential, gates, smooth, shrinkers, others, vector, gated)

CATALOGUE: Mapping[str, Activation] = MappingProxyType(
    {entry.name: entry for family in _FAMILIES for entry in family.ENTRIES}
)
"""All entries by name, in teaching order."""
