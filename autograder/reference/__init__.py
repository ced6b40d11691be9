"""The reference: every activation and its derivative, stable in all of float16, float32 and float64.

>>> from autograder.reference import REFERENCE
>>> REFERENCE["sigmoid"].value([-1000.0, 0.0, 1000.0])
array([0. , 0.5, 1. ])
>>> REFERENCE["leaky_relu"].derivative([-1.0, 2.0], alpha=0.2)
array([0.2, 1. ])

It costs NumPy to import, and neither SciPy, SymPy nor the catalogue.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from autograder.reference._elementwise import Elementwise, RandomisedSlope
from autograder.reference._exponential import EXPONENTIAL
from autograder.reference._gated import GATED
from autograder.reference._gates import GATES
from autograder.reference._linear import LINEAR
from autograder.reference._logistic import LOGISTIC
from autograder.reference._normal import NORMAL
from autograder.reference._smooth import SMOOTH
from autograder.reference._softmax import SOFTMAX
from autograder.reference._sparse import SPARSE
from autograder.reference._vector import OfVector

__all__ = ["REFERENCE", "Elementwise", "OfVector", "RandomisedSlope"]

REFERENCE: Mapping[str, Elementwise | OfVector] = MappingProxyType(
    {
        function.name: function
        for function in (*LINEAR, *SPARSE, *LOGISTIC, *SMOOTH, *EXPONENTIAL, *NORMAL, *GATES, *SOFTMAX, *GATED)
    }
)
"""Every reference function by name; the names are those of ``autograder.catalogue.CATALOGUE``."""
