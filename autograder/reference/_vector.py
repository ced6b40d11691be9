"""How a function of a vector is applied along an axis of an array: in blocks of whole vectors."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, DTypeLike

from autograder.errors import DomainError
from autograder.reference._arguments import Array, Parameter, checked_axis, checked_parameters, real_array

BLOCK = 61_440
"""Elements per block, which holds whole vectors: few calls count for more here than the fastest cache."""

Kernel = Callable[..., Array]
"""A kernel takes rows of vectors, an array of two dimensions that it may overwrite, and the parameters as keywords.

It sees at least one row of at least one number, with floating-point warnings off.
"""

Length = Callable[[int, Mapping[str, float]], int | None]
"""From the length of the input to that of the result; None where the input cannot be cut so."""


def same_length(n: int, _parameters: Mapping[str, float]) -> int:
    """Return n: the result is as long as the input."""
    return n


@dataclass(frozen=True, kw_only=True)
class OfVector:
    """An activation that maps a vector to a vector.

    ``value`` keeps float16, float32 and float64; integers and booleans become float64. Jacobians and their products
    are computed in float64 and rounded to the dtype of ``x``. Where an infinite entry leaves no limit, all are nan.
    """

    name: str
    value_kernel: Kernel
    jacobian_kernel: Kernel
    vjp_kernel: Kernel
    parameters: tuple[Parameter, ...] = ()
    length: Length = same_length
    cut: str = ""
    in_blocks: bool = True
    overwrites: bool = True

    def value(self, x: ArrayLike, axis: int = -1, **parameters: float) -> Array:
        """Return the activation of every vector along ``axis``; raises DomainError for an axis that does not exist."""
        array, axis, checked = self._checked(x, axis, parameters)
        out = self._in_blocks(self.value_kernel, (array,), axis, checked, keep_float32=True)
        return np.ascontiguousarray(np.moveaxis(out, -1, axis))

    def jacobian(self, x: ArrayLike, axis: int = -1, **parameters: float) -> Array:
        """Return the matrix of ∂y_i/∂x_j for every vector; its rows i and columns j are the last two axes."""
        array, axis, checked = self._checked(x, axis, parameters)
        return self._in_blocks(self.jacobian_kernel, (array,), axis, checked, columns=(array.shape[axis],))

    def vjp(self, x: ArrayLike, g: ArrayLike, axis: int = -1, **parameters: float) -> Array:
        """Return Σ_i g_i ∂y_i/∂x_j, the gradient that reaches x when ``g`` reaches y; ``g`` has the shape of y."""
        array, axis, checked = self._checked(x, axis, parameters)
        gradient = real_array(self.name, "g", g)
        wanted = list(array.shape)
        wanted[axis] = self._length(array.shape[axis], checked)
        if gradient.shape != tuple(wanted):
            raise DomainError(
                f"{self.name}: g must have the shape of the output, {tuple(wanted)}, but its shape is {gradient.shape}."
            )
        out = self._in_blocks(self.vjp_kernel, (array, gradient), axis, checked, length=array.shape[axis])
        return np.ascontiguousarray(np.moveaxis(out, -1, axis))

    def _checked(self, x: ArrayLike, axis: int, parameters: dict[str, Any]) -> tuple[Array, int, dict[str, float]]:
        array = real_array(self.name, "x", x)
        number = checked_axis(self.name, axis, array.ndim)
        return array, number, checked_parameters(self.name, self.parameters, parameters)

    def _length(self, n: int, parameters: Mapping[str, float]) -> int:
        length = self.length(n, parameters)
        if length is None:
            shown = "".join(f" and {name}={value:g}" for name, value in parameters.items())
            raise DomainError(f"{self.name}: the axis of x must have {self.cut}, but its length is {n}{shown}.")
        return length

    def _in_blocks(
        self,
        kernel: Kernel,
        arrays: tuple[Array, ...],
        axis: int,
        parameters: dict[str, float],
        *,
        columns: tuple[int, ...] = (),
        length: int | None = None,
        keep_float32: bool = False,
    ) -> Array:
        """Return the kernel's results in the first array's dtype, with the vectors' axis last, then ``columns``."""
        first = arrays[0]
        size = self._length(first.shape[axis], parameters) if length is None else length
        moved = [np.moveaxis(array, axis, -1) for array in arrays]
        out = np.empty((*moved[0].shape[:-1], size, *columns), first.dtype)
        work: DTypeLike = np.float32 if keep_float32 and first.dtype != np.float64 else np.float64
        if out.size:
            rows = [array.reshape(-1, array.shape[-1]) for array in moved]
            target = out.reshape(-1, size, *columns)
            step = max(1, BLOCK // max(target[0].size, rows[0].shape[-1])) if self.in_blocks else len(target)
            with np.errstate(all="ignore"):
                for start in range(0, len(target), step):
                    blocks = (array[start : start + step].astype(work, copy=self.overwrites) for array in rows)
                    target[start : start + step] = kernel(*blocks, **parameters)
        return out
