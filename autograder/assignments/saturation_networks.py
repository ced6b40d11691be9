"""Exercises that measure a network: products of slopes, dead units, saturated units."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from autograder.assignments.draw import Draw
from autograder.assignments.elementwise import CHAIN
from autograder.assignments.model import Case, Criterion, expected_from
from autograder.assignments.slopes import SLOPES
from autograder.calls import Argument, Call
from autograder.compare import Expected

LAYOUT = "not contiguous in memory, read-only, the input left as it was"

FACTOR = 5.0
"""What each factor of a product may add to its relative error, in ε: 4 ulp of the factor, and its multiplication."""


def gradient_product(derivative: Callable[[Any], Any], pre_activations: Any) -> Any:
    """Return the product over the layers, which are the first axis, of the slopes at the pre-activations."""
    return np.prod(derivative(np.asarray(pre_activations, np.float64)), axis=0)


def dead_fraction(pre_activations: Any) -> float:
    """Return the fraction of units, the columns, whose pre-activation is above 0 for no example."""
    return float(np.mean(np.all(np.asarray(pre_activations) <= 0, axis=0)))


STEP = 1e-5


def saturated_fraction(f: Callable[[Any], Any], x: Any, tolerance: float) -> float:
    """Return the fraction of the elements of ``x`` at which |f′| is smaller than the tolerance."""
    x = np.asarray(x, np.float64)
    return float(np.mean(np.abs(f(x + STEP) - f(x - STEP)) / (2 * STEP) < tolerance))


# gradient_product

DERIVATIVES = ("bell", "root", "half_angle", "sine")
"""Given functions in the part of a derivative: one below 1, one above 1, two of both signs."""


def _product_case(name: str, x: Argument, *, strict: str = "") -> Case:
    """Return one case of ``gradient_product``."""
    assert x.data is not None
    call = Call((Argument("function", value=name), x))
    relative = FACTOR * max(1, len(x.data))
    return Case(call, expected_from(gradient_product, call, relative=relative, absolute=0.0, no_mutation="m" in strict))


def _product_values(draw: Draw) -> list[Case]:
    sizes = ((5, 3), (3, 4), (8, 2), (4, 6))
    inputs = [draw.uniform(-1.5, 1.5, size) for size in sizes]
    for x in inputs:  # where slopes have the sign of x, all units but the last have one that is negative
        x[:, :-1] = np.abs(x[:, :-1])
        x[draw.integer(0, len(x) - 1), :-1] *= -1
    return [_product_case(name, Argument("array", x)) for name, x in zip(DERIVATIVES, inputs, strict=True)]


def _product_deep(draw: Draw) -> list[Case]:
    wide, flat = draw.uniform(-1.5, 1.5, (100, 4)), draw.uniform(0.3, 1.5, (60, 4))
    return [_product_case("bell", Argument("array", wide)), _product_case("half_angle", Argument("array", flat))]


def _product_arrays(draw: Draw) -> list[Case]:
    layers, units = draw.integer(3, 5), draw.integer(2, 3)

    def some(*shape: int) -> np.ndarray:
        return draw.uniform(0.3, 1.5, shape)

    signs = np.ones((layers, units), np.int64)
    signs[draw.integer(0, layers - 1)] = -1  # one negative slope, so that the product is negative
    inputs = [
        Argument("array", some(layers)),
        Argument("array", some(1, units)),
        Argument("array", some(layers, 1)),
        Argument("array", some(0, units)),
        Argument("list", some(layers)),
        Argument("list", some(layers, units)),
        Argument("array", signs),
        Argument("array", some(layers, units, 2)),
        Argument("strided", some(layers, units)),
        Argument("read_only", some(layers, units)),
    ]
    return [_product_case(DERIVATIVES[i % 4], x, strict="m") for i, x in enumerate(inputs)]


def product_criteria(bound: str) -> tuple[Criterion, ...]:
    """Return the criteria of ``gradient_product``; ``bound`` says the tolerance."""
    return (
        Criterion("values", 2, f"several units, slopes above and below 1 and of both signs, {bound}", _product_values),
        Criterion("deep", 1, f"60 and 100 layers, whose product is tiny, {bound}", _product_deep),
        Criterion(
            "arrays", 1, f"one unit, one layer, none, lists, integers, three axes; {LAYOUT}; {bound}", _product_arrays
        ),
    )


# dead_fraction


def _dead_case(x: Argument, *, strict: str = "") -> Case:
    """Return one case of ``dead_fraction``."""
    call = Call((x,))
    return Case(call, expected_from(dead_fraction, call, relative=CHAIN, absolute=0.0, no_mutation="m" in strict))


def _layer(draw: Draw, examples: int, units: int, *, dead: int) -> np.ndarray:
    """Return pre-activations of which ``dead`` units, in random places, are negative throughout."""
    x = draw.uniform(-3.0, 3.0, (examples, units))
    order = draw.shuffled(range(units))
    x[:, order[:dead]] = -np.abs(x[:, order[:dead]]) - 0.125
    for unit in order[dead:]:  # a living unit fires for one example at least, and not for all
        row = draw.integer(0, examples - 1)
        x[:, unit] = -np.abs(x[:, unit])
        x[row, unit] = draw.number(0.5, 3.0)
    return x


SIZES = ((6, 4, 1), (5, 3, 2), (8, 5, 2), (4, 7, 3), (7, 6, 5), (3, 8, 1), (9, 5, 1), (5, 4, 0), (3, 4, 4))
"""Examples, units, dead ones."""


def _dead_values(draw: Draw) -> list[Case]:
    return [_dead_case(Argument("array", _layer(draw, n, k, dead=dead))) for n, k, dead in SIZES]


def _dead_kink(draw: Draw) -> list[Case]:
    cases = []
    for n, k, dead in SIZES[:7]:
        x = _layer(draw, n, k, dead=dead)
        x[draw.integer(0, n - 1), np.max(x, axis=0) < 0] = 0.0
        cases.append(_dead_case(Argument("array", x)))
    return cases


def _dead_arrays(draw: Draw) -> list[Case]:
    single = _layer(draw, 5, 6, dead=2).astype(np.float32)
    inputs = [
        Argument("list", _layer(draw, 4, 3, dead=1)),
        Argument("list", _layer(draw, 5, 6, dead=4)),
        Argument("array", np.floor(_layer(draw, 4, 5, dead=3)).astype(np.int64) * 2 + 1),
        Argument("array", single),
        Argument("array", _layer(draw, 5, 1, dead=1)),
        Argument("array", np.array([draw.shuffled([-1.5, 2.0, -0.5, -2.5])])),
        Argument("strided", _layer(draw, 4, 6, dead=2)),
        Argument("read_only", _layer(draw, 6, 3, dead=1)),
    ]
    return [_dead_case(x, strict="m") for x in inputs]


def dead_criteria() -> tuple[Criterion, ...]:
    """Return the criteria of ``dead_fraction``."""
    bound = f"up to {CHAIN:g} ε·|expected|"
    return (
        Criterion("values", 2, f"layers with some, no and only dead units, {bound}", _dead_values),
        Criterion("kink", 1, f"units whose largest pre-activation is 0, which are dead, {bound}", _dead_kink),
        Criterion("arrays", 1, f"lists, integers, float32, one unit, one example; {LAYOUT}", _dead_arrays),
    )


# saturated_fraction

LEVEL = 0.0
"""What the given functions are raised by does not change their slopes."""

MARGIN = 0.005
"""How far, relative to the tolerance, every |f′| is from it.

A central difference with a step of 10⁻⁵ is off by less than 10⁻⁹, which is 5·10⁻⁸ of the smallest tolerance.
"""

EDGE = 0.007
"""How far from the tolerance, on both sides, the slopes of two elements are put on purpose."""


def _clear(draw: Draw, name: str, tolerance: float, shape: tuple[int, ...], reach: float) -> np.ndarray:
    """Return numbers of [−reach, reach) at which the slope is clearly above or below the tolerance."""
    found = np.empty(0)
    count = int(np.prod(shape))
    while found.size < count:
        x = draw.uniform(-reach, reach, (4 * count,))
        slope = np.abs(SLOPES[name](x, LEVEL))
        found = np.concatenate([found, x[np.abs(slope - tolerance) > MARGIN * tolerance]])
    if count > 2:
        found[:2] = [_where(draw, name, tolerance * factor, reach) for factor in (1 - EDGE, 1 + EDGE)]
    return found[:count].reshape(shape)


def _where(draw: Draw, name: str, level: float, reach: float) -> float:
    """Return one of the numbers of [−reach, reach] at which the size of the slope is ``level``, to about 10⁻⁶ of it."""
    x = np.linspace(-reach, reach, 10_001)
    above = np.abs(SLOPES[name](x, LEVEL)) - level
    crossings = np.flatnonzero(above[:-1] * above[1:] < 0)
    i = int(crossings[draw.integer(0, len(crossings) - 1)])
    return float(x[i] + (x[i + 1] - x[i]) * above[i] / (above[i] - above[i + 1]))


def _saturated_case(
    draw: Draw, name: str, shape: tuple[int, ...], *, form: str = "array", reach: float = 5.0, strict: str = ""
) -> Case:
    """Return one case of ``saturated_fraction``; the level of f is of no account."""
    tolerance = draw.number(0.02, 0.2)
    x = _clear(draw, name, tolerance, shape, reach)
    if form == "single":
        form, x = "array", x.astype(np.float32)  # moves a slope by 10⁻⁶ of it, which MARGIN leaves room for
    call = Call(
        (
            Argument("function", np.array([draw.number(-0.5, 0.5)]), name),
            Argument(form, x),
            Argument("float", np.asarray(tolerance)),
        )
    )
    want = np.asarray(np.mean(np.abs(SLOPES[name](x, LEVEL)) < tolerance))
    return Case(call, Expected((want,), CHAIN, 0.0, no_mutation="m" in strict))


def _saturated_values(draw: Draw) -> list[Case]:
    names = ("half_angle", "bell", "half_angle", "bell", "root", "sine", "half_angle", "bell")
    return [_saturated_case(draw, name, (20 + 3 * i,)) for i, name in enumerate(names)]


def _saturated_arrays(draw: Draw) -> list[Case]:
    forms: tuple[tuple[str, tuple[int, ...]], ...] = (
        ("list", (12,)),
        ("list", (3, 5)),
        ("array", (4, 6)),
        ("array", (2, 3, 4)),
        ("strided", (5, 4)),
        ("read_only", (10,)),
        ("float", ()),
        ("single", (12,)),
    )
    names = ("half_angle", "bell")
    return [_saturated_case(draw, names[i % 2], shape, form=f, strict="m") for i, (f, shape) in enumerate(forms)]


def saturated_criteria() -> tuple[Criterion, ...]:
    """Return the criteria of ``saturated_fraction``."""
    clear = f"no slope closer to the tolerance than {100 * MARGIN:g} % of it"
    return (
        Criterion("values", 2, f"four functions, |x| ≤ 5, {clear}, up to {CHAIN:g} ε·|expected|", _saturated_values),
        Criterion(
            "arrays", 1, f"a number, lists, float32, arrays with up to three axes; {LAYOUT}; {clear}", _saturated_arrays
        ),
    )
