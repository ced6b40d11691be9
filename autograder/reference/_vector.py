"""Activations of a vector along an axis, with their Jacobian matrix and its product with a gradient."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import ArrayLike

from autograder.errors import DomainError
from autograder.reference._arguments import Array, Parameter, checked_axis, checked_parameters, real_array

Kernel = Callable[..., Array]


@dataclass(frozen=True, kw_only=True)
class OfVector:
    """An activation that maps a vector to a vector.

    The kernels see float64 arrays whose last axis is the vector. ``value`` keeps float16, float32 and float64; an empty
    vector maps to an empty vector.
    """

    name: str
    value_kernel: Kernel
    jacobian_kernel: Kernel
    vjp_kernel: Kernel
    parameters: tuple[Parameter, ...] = ()

    def value(self, x: ArrayLike, axis: int = -1, **parameters: float) -> Array:
        """Return the activation of every vector along ``axis``; raises DomainError for an axis that does not exist."""
        array, axis, checked = self._checked(x, axis, parameters)
        with np.errstate(all="ignore"):
            out = self.value_kernel(_vectors(array, axis), **checked)
            return np.moveaxis(out.astype(array.dtype), -1, axis)

    def jacobian(self, x: ArrayLike, axis: int = -1, **parameters: float) -> Array:
        """Return the matrix of ∂y_i/∂x_j for every vector; its rows i and columns j are the last two axes."""
        array, axis, checked = self._checked(x, axis, parameters)
        with np.errstate(all="ignore"):
            return self.jacobian_kernel(_vectors(array, axis), **checked).astype(array.dtype)

    def vjp(self, x: ArrayLike, g: ArrayLike, axis: int = -1, **parameters: float) -> Array:
        """Return Σ_i g_i ∂y_i/∂x_j, the gradient that reaches x when ``g`` reaches y; ``g`` has the shape of y."""
        array, axis, checked = self._checked(x, axis, parameters)
        gradient = real_array(self.name, "g", g)
        with np.errstate(all="ignore"):
            vectors = _vectors(array, axis)
            wanted = np.moveaxis(self.value_kernel(vectors, **checked), -1, axis).shape
            if gradient.shape != wanted:
                raise DomainError(f"{self.name}: g must have the shape of the output {wanted}, not {gradient.shape}.")
            out = self.vjp_kernel(vectors, _vectors(gradient, axis), **checked)
            return np.moveaxis(out.astype(np.result_type(array, gradient)), -1, axis)

    def _checked(self, x: ArrayLike, axis: int, parameters: dict[str, Any]) -> tuple[Array, int, dict[str, float]]:
        array = real_array(self.name, "x", x)
        return (
            array,
            checked_axis(self.name, axis, array.ndim),
            checked_parameters(self.name, self.parameters, parameters),
        )


def _vectors(array: Array, axis: int) -> Array:
    """Return the array in float64 with ``axis`` last."""
    return np.moveaxis(array, axis, -1).astype(np.float64, copy=False)


def shifted_exp(x: Array) -> Array:
    """Return exp(x − max x) along the last axis; equal infinities at the top share the mass (the limit along x + c)."""
    top = np.max(x, axis=-1, keepdims=True, initial=-np.inf)
    shift: Array = x - top
    np.copyto(shift, 0.0, where=(x == top) & np.isinf(top))
    np.exp(shift, out=shift)
    return shift


def softmax(x: Array) -> Array:
    """Return exp(x_i) / Σ exp(x_j) (Bridle 1990), shifted by the maximum, which changes nothing but the overflow."""
    e: Array = shifted_exp(x)
    e /= e.sum(axis=-1, keepdims=True)
    return e


def softmax_jacobian(x: Array) -> Array:
    """Return diag(s) − s sᵀ, with s_i Σ_{j≠i} s_j on the diagonal, which does not cancel when s_i is near 1."""
    s = softmax(x)
    out: Array = -s[..., :, None] * s[..., None, :]
    index = np.arange(s.shape[-1])
    out[..., index, index] = 0.0
    out[..., index, index] = -out.sum(axis=-1)
    return out


def softmax_vjp(x: Array, g: Array) -> Array:
    """Return s (g − s·g): the Jacobian is symmetric."""
    s = softmax(x)
    out: Array = s * (g - np.sum(s * g, axis=-1, keepdims=True))
    return out


VECTOR = (OfVector(name="softmax", value_kernel=softmax, jacobian_kernel=softmax_jacobian, vjp_kernel=softmax_vjp),)
