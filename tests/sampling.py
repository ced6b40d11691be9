"""What takes SymPy long is left to the full run; simpler functions of the same kind stay in the sample."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import pytest

SLOW = frozenset({"gelu_tanh", "mish", "scaled_tanh", "selu"})


def sampled(cases: Iterable[Any]) -> list[Any]:
    """Return names, or tuples that begin with a name, as parameters; those of the slow functions are marked full."""
    parameters = []
    for case in cases:
        values = case if isinstance(case, tuple) else (case,)
        parameters.append(pytest.param(*values, marks=[pytest.mark.full] if values[0] in SLOW else []))
    return parameters
