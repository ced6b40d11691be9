"""What can be proved of an activation function: range, shape, smoothness, tails.

>>> from autograder.catalogue import CATALOGUE
>>> from autograder.properties import properties
>>> relu = properties(CATALOGUE["relu"])
>>> print(relu.range, relu.monotonicity, relu.continuity, relu.lipschitz)
[0, ∞) increasing C⁰ 1

Everything holds at the default parameters.  A property that rests on nothing but SymPy is *computed*; one that rests on
a bracket declared in the entry (where SymPy cannot solve an equation) is *declared*, and `Properties.declared` names
those.  Tests bound each of them by interval arithmetic.
"""

from __future__ import annotations

from autograder.properties._gallery import gallery
from autograder.properties._properties import Properties, properties
from autograder.properties._tails import Decay, Tail

__all__ = ["Decay", "Properties", "Tail", "gallery", "properties"]
