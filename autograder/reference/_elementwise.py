"""How a function of one number is applied to arrays: in blocks that stay in the cache, in a precision that suffices."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, DTypeLike

from autograder.reference._arguments import Array, Parameter, checked_parameters, real_array

BLOCK = 8_192
"""Elements per block: 64 KiB of float64, so that a kernel's temporaries stay in the second-level cache."""

Kernel = Callable[..., Array]
"""A kernel takes a block (read-only to it) and the parameters as keywords, and returns an array of its shape."""


def apply_in_blocks(kernel: Kernel, x: Array, *, narrow: bool, parameters: dict[str, float]) -> Any:
    """Return ``kernel(x)`` in the shape and dtype of ``x``, a NumPy scalar where ``x`` has no dimensions.

    A ``narrow`` kernel is accurate in float32 arithmetic; any other sees float64 and is rounded once at the end.
    Float16 is widened always. Overflow and invalid operations inside the kernels are meant: they give the limits.
    """
    out = np.empty(x.shape, x.dtype)
    work: DTypeLike = np.float64 if x.dtype == np.float64 or not narrow else np.float32
    source, target = x.reshape(-1), out.reshape(-1)
    with np.errstate(all="ignore"):
        for start in range(0, source.size, BLOCK):
            block = source[start : start + BLOCK].astype(work, copy=False)
            target[start : start + BLOCK] = kernel(block, **parameters)
    return out[()]


@dataclass(frozen=True, kw_only=True)
class Elementwise:
    """An activation that maps each number by itself, with its derivative.

    ``value`` and ``derivative`` accept scalars, lists and arrays of any shape, keep the shape and float16, float32 and
    float64, turn integers and booleans into float64, leave their input alone and emit no floating-point warning.
    """

    name: str
    value_kernel: Kernel
    derivative_kernel: Kernel
    parameters: tuple[Parameter, ...] = ()
    narrow: bool = False

    def value(self, x: ArrayLike, **parameters: float) -> Any:
        """Return the activation of every element of ``x``; raises DomainError for input that is not real."""
        return self._apply(self.value_kernel, x, parameters)

    def derivative(self, x: ArrayLike, **parameters: float) -> Any:
        """Return the derivative at every element of ``x``, at a kink the catalogue's convention."""
        return self._apply(self.derivative_kernel, x, parameters)

    def _apply(self, kernel: Kernel, x: ArrayLike, parameters: dict[str, float]) -> Any:
        checked = checked_parameters(self.name, self.parameters, parameters)
        return apply_in_blocks(kernel, real_array(self.name, "x", x), narrow=self.narrow, parameters=checked)
