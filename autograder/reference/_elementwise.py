"""How a function of one number is applied to arrays: in blocks that stay in the cache, in a precision that suffices."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import wraps
from typing import Any

import numpy as np
from numpy.typing import ArrayLike

from autograder.errors import DomainError
from autograder.reference._arguments import Array, Parameter, Relation, checked_parameters, real_array

BLOCK = 120 * 1_024
"""Bytes per block, so that a kernel's temporaries stay in the cache: 15,360 elements of float64.

A call of NumPy costs as much as a few thousand additions, so that smaller blocks lose more than they gain; from
128 KiB on, the C library may ask the system for fresh pages for each array.
"""

Kernel = Callable[..., Array]
"""A kernel takes a block (read-only to it) and the parameters as keywords, and returns an array of its shape.

It sees at least one element, in float32 or float64, with floating-point warnings off: overflow inside it is meant.
"""


def in_float64(kernel: Kernel) -> Kernel:
    """Make a kernel that is not accurate enough in float32 compute in float64; the caller rounds once, at the end."""

    @wraps(kernel)
    def widened(x: Array, **parameters: float) -> Array:
        return kernel(x.astype(np.float64, copy=False), **parameters)

    return widened


def in_float32(short: Kernel) -> Callable[[Kernel], Kernel]:
    """Make a kernel leave float32 blocks to ``short``, which needs fewer digits and takes fewer steps.

    ``short`` may return float64, which is rounded once at the end.
    """

    def with_short(kernel: Kernel) -> Kernel:
        @wraps(kernel)
        def chosen(x: Array, **parameters: float) -> Array:
            return (short if x.dtype == np.float32 else kernel)(x, **parameters)

        return chosen

    return with_short


def apply(kernel: Kernel, x: Array, parameters: dict[str, float], *, in_blocks: bool) -> Any:
    """Return ``kernel(x)`` in the shape and dtype of ``x``, a NumPy scalar where ``x`` has no dimensions.

    A kernel that is nothing but one or two passes over the memory gains nothing from blocks and sees the whole array.
    """
    if not in_blocks and x.dtype != np.float16 and x.size:
        with np.errstate(all="ignore"):
            return kernel(x.reshape(-1), **parameters).reshape(x.shape)[()]
    out = np.empty(x.shape, x.dtype)
    work = np.float64 if x.dtype == np.float64 else np.float32
    source, target = x.reshape(-1), out.reshape(-1)
    step = BLOCK // np.dtype(work).itemsize
    with np.errstate(all="ignore"):
        for start in range(0, source.size, step):
            block = source[start : start + step].astype(work, copy=False)
            target[start : start + step] = kernel(block, **parameters)
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
    relations: tuple[Relation, ...] = ()
    in_blocks: bool = True

    def value(self, x: ArrayLike, **parameters: float) -> Any:
        """Return the activation of every element of ``x``; raises DomainError for input that is not real."""
        return self._apply(self.value_kernel, x, parameters)

    def derivative(self, x: ArrayLike, **parameters: float) -> Any:
        """Return the derivative at every element of ``x``, at a kink the catalogue's convention."""
        return self._apply(self.derivative_kernel, x, parameters)

    def _apply(self, kernel: Kernel, x: ArrayLike, parameters: dict[str, float]) -> Any:
        checked = checked_parameters(self.name, self.parameters, parameters, self.relations)
        return apply(kernel, real_array(self.name, "x", x), checked, in_blocks=self.in_blocks)


@dataclass(frozen=True, kw_only=True)
class RandomisedSlope(Elementwise):
    """The randomised rectifier: ``value`` is the form used after training, ``sample`` the random one of training."""

    def sample(self, x: ArrayLike, rng: np.random.Generator, **parameters: float) -> Any:
        """Return x for x > 0, else a x with a slope a drawn by ``rng``, uniform from lower to upper, for each element.

        Raises DomainError for input that is not real and where ``rng`` is not a NumPy Generator.
        """
        checked = checked_parameters(self.name, self.parameters, parameters, self.relations)
        if not isinstance(rng, np.random.Generator):
            raise DomainError(f"{self.name}: rng must be a numpy.random.Generator, but it is {rng!r}.")
        array = real_array(self.name, "x", x)
        slopes = rng.uniform(checked["lower"], checked["upper"], array.shape)
        with np.errstate(all="ignore"):
            drawn = np.where(array > 0, array, slopes * np.where(array > 0, 0.0, array))
            return drawn.astype(array.dtype)[()]
