"""Functions whose result is shorter than the input: maxout, and the gated linear units."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

import numpy as np

from autograder.reference._arguments import Array, Parameter
from autograder.reference._gates import gated, silu, silu_derivative
from autograder.reference._logistic import sigmoid, sigmoid_derivative
from autograder.reference._normal import gelu, gelu_derivative
from autograder.reference._vector import OfVector

Function = Callable[[Array], Array]


def groups_of(z: Array, groups: float) -> Array:
    """Return rows cut into groups of neighbours: an array (rows, groups, members)."""
    out: Array = z.reshape(len(z), int(groups), -1)
    return out


def maxout(z: Array, *, groups: float) -> Array:
    """Return the largest entry of each group of neighbours (Goodfellow et al. 2013)."""
    out: Array = groups_of(z, groups).max(axis=-1)
    return out


def largest(z: Array, groups: float) -> Array:
    """Return 1 for the entries that equal the largest of their group, all of them where several do, and 0 elsewhere."""
    cut: Array = groups_of(z, groups)
    top = cut.max(axis=-1, keepdims=True)
    out: Array = (cut == top).astype(np.float64)
    out[np.isnan(top[..., 0])] = np.nan
    return out


def maxout_jacobian(z: Array, *, groups: float) -> Array:
    """Return ones where a group meets its largest entry, zeros elsewhere."""
    ones = largest(z, groups)
    rows, count, members = ones.shape
    out = np.zeros((rows, count, count, members))
    index = np.arange(count)
    out[:, index, index] = ones
    return out.reshape(rows, count, count * members)


def maxout_vjp(z: Array, g: Array, *, groups: float) -> Array:
    """Return each group's gradient at its largest entry."""
    out: Array = (largest(z, groups) * g[:, :, None]).reshape(z.shape)
    return out


def halves(z: Array) -> tuple[Array, Array]:
    """Return the values and the gates, the two halves of each row, laid out flat."""
    middle = z.shape[-1] // 2
    return z[:, :middle].ravel(), z[:, middle:].ravel()


@dataclass(frozen=True)
class GatedUnit:
    """The kernels of y = value · gate(gates), from the gate function and its derivative."""

    gate: Function
    slope: Function

    def value(self, z: Array) -> Array:
        """Return values times gates, which are in float64 before they are rounded: their error and its would add up."""
        value, at = halves(z)
        out: Array = value * self.gate(at)
        return out.reshape(len(z), -1)

    def partials(self, z: Array) -> tuple[Array, Array]:
        """Return the derivatives by value and by gate."""
        value, at = halves(z)
        return self.gate(at).reshape(len(z), -1), (value * self.slope(at)).reshape(len(z), -1)

    def jacobian(self, z: Array) -> Array:
        """Return two diagonal matrices side by side."""
        by_value, by_gate = self.partials(z)
        count = by_value.shape[-1]
        out = np.zeros((len(z), count, 2 * count))
        index = np.arange(count)
        out[:, index, index] = by_value
        out[:, index, index + count] = by_gate
        return out

    def vjp(self, z: Array, g: Array) -> Array:
        """Return the gradients of values and gates, joined."""
        by_value, by_gate = self.partials(z)
        return np.concatenate([g * by_value, g * by_gate], axis=-1)


def glu(z: Array) -> Array:
    """Return value · σ(gate) (Dauphin et al. 2017)."""
    return gated(*halves(z)).reshape(len(z), -1)


def even_half(n: int, _parameters: Mapping[str, float]) -> int | None:
    """Return n/2, and None for an odd n."""
    return None if n % 2 else n // 2


def whole_groups(n: int, parameters: Mapping[str, float]) -> int | None:
    """Return the number of groups, and None where they do not share n evenly."""
    groups = int(parameters["groups"])
    return None if n == 0 or n % groups else groups


GROUPS = Parameter("groups", 1.0, "a whole number, 1 or greater", lambda value: value >= 1 and value.is_integer())
EVEN = "an even length, to be cut into values and gates"


def gated_unit(name: str, unit: GatedUnit, value: Callable[[Array], Array] | None = None) -> OfVector:
    """Return the function of a vector for a gated unit."""
    return OfVector(
        name=name,
        value_kernel=value or unit.value,
        jacobian_kernel=unit.jacobian,
        vjp_kernel=unit.vjp,
        length=even_half,
        cut=EVEN,
    )


GATED = (
    OfVector(
        name="maxout",
        value_kernel=maxout,
        jacobian_kernel=maxout_jacobian,
        vjp_kernel=maxout_vjp,
        parameters=(GROUPS,),
        length=whole_groups,
        cut="a length that the parameter groups divides",
        in_blocks=False,
        overwrites=False,
    ),
    gated_unit("glu", GatedUnit(sigmoid, sigmoid_derivative), glu),
    gated_unit("swiglu", GatedUnit(silu, silu_derivative)),
    gated_unit("geglu", GatedUnit(gelu, gelu_derivative)),
)
