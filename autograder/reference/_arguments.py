"""What may be passed to a reference function: arrays of real numbers, and parameters inside their domain."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from autograder.errors import DomainError

Array = NDArray[Any]
KEPT = (np.dtype(np.float16), np.dtype(np.float32), np.dtype(np.float64))


@dataclass(frozen=True)
class Parameter:
    """A keyword argument of a reference function: its default, and what is allowed, in words and as a test."""

    name: str
    default: float
    allowed: str = "a finite real number"
    holds: Callable[[float], bool] = math.isfinite

    def checked(self, function: str, value: object) -> float:
        """Return the value as a float, or raise DomainError that names function, parameter and what is allowed."""
        number = _real_number(value)
        if number is None or not self.holds(number):
            raise DomainError(f"{function}: the parameter {self.name} must be {self.allowed}, but it is {value!r}.")
        return number


@dataclass(frozen=True, kw_only=True)
class Relation:
    """Something that must hold between the parameters, in words and as a test of their values by name."""

    text: str
    holds: Callable[[Mapping[str, float]], bool]


REAL = "a finite real number"


def positive(name: str, default: float) -> Parameter:
    """Return a parameter that must be finite and greater than 0."""
    return Parameter(name, default, "a finite number greater than 0", lambda value: 0 < value < math.inf)


def nonnegative(name: str, default: float) -> Parameter:
    """Return a parameter that must be finite and at least 0."""
    return Parameter(name, default, "a finite number, 0 or greater", lambda value: 0 <= value < math.inf)


def _real_number(value: object) -> float | None:
    """Return a real scalar as a float, and None for everything else (text, arrays, complex numbers)."""
    try:
        array = np.asarray(value)
    except ValueError:
        return None
    if array.ndim != 0 or array.dtype.kind not in "biuf":
        return None
    return float(array)


def checked_parameters(
    function: str,
    declared: tuple[Parameter, ...],
    given: Mapping[str, object],
    relations: tuple[Relation, ...] = (),
) -> dict[str, float]:
    """Return a value for every declared parameter; raise DomainError for an unknown name or a value not allowed."""
    known = {parameter.name: parameter for parameter in declared}
    for name in given:
        if name not in known:
            names = ", ".join(known) or "none"
            raise DomainError(f"{function} has no parameter {name!r}; its parameters: {names}.")
    values = {
        name: parameter.checked(function, given[name]) if name in given else parameter.default
        for name, parameter in known.items()
    }
    for relation in relations:
        if not relation.holds(values):
            shown = ", ".join(f"{name}={value!r}" for name, value in values.items())
            raise DomainError(f"{function}: the parameters must satisfy {relation.text}, but {shown}.")
    return values


def real_array(function: str, argument: str, value: ArrayLike) -> Array:
    """Return ``value`` as an array of float16, float32 or float64; integers and booleans become float64.

    Raises DomainError for ragged lists and for complex, text, object and extended-precision arrays.
    """
    try:
        array = np.asarray(value)
    except ValueError as error:
        raise DomainError(
            f"{function}: {argument} must be a number or an array of real numbers whose rows are equally long."
        ) from error
    if array.dtype.kind in "biu":
        return array.astype(np.float64)
    native = array.dtype.newbyteorder("=")
    if native not in KEPT:
        raise DomainError(
            f"{function}: {argument} must hold real numbers (float16, float32, float64, integers or booleans), "
            f"but its dtype is {array.dtype}."
        )
    return array.astype(native, copy=False)


def checked_axis(function: str, axis: object, ndim: int) -> int:
    """Return ``axis`` counted from 0; raise DomainError unless it is an axis of an array of ``ndim`` dimensions."""
    if ndim == 0:
        raise DomainError(f"{function}: x must have at least one dimension, because the function takes a vector.")
    if isinstance(axis, bool) or not isinstance(axis, int | np.integer) or not -ndim <= axis < ndim:
        raise DomainError(
            f"{function}: axis must be an integer from {-ndim} to {ndim - 1} for an array of "
            f"{ndim} dimension{'s' if ndim > 1 else ''}, but it is {axis!r}."
        )
    return int(axis) % ndim
