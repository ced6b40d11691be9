"""The criteria of a function that works on each element: values, arrays, extremes; kink and parameters where they fit.

**Tolerance.**  A textbook formula of one variable is a chain of at most eight elementary operations, and NumPy's
vectorised loops are accurate to 4 ulp each, so that 32 ε is what any correct chain reaches relative to the largest
intermediate result.  *values* asks for |got − want| ≤ 32 ε·(1 + |want|): cancellation against numbers of size 1 is
forgiven.  *extremes* asks for 32 ε·|want| alone where the stable form is the lesson (``tails=True``): there the small
numbers count for themselves.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

import numpy as np

from autograder.assignments.draw import Draw
from autograder.assignments.model import Case, Criterion, Reference, expected_from
from autograder.calls import Argument, Call

CHAIN = 32.0
"""Eight operations of 4 ulp: the tolerance of a textbook formula, in ε."""

SMALLEST = 2.0**-1074


@dataclass(frozen=True)
class Elementwise:
    """What the criteria must know of a function f(x, *parameters).

    ``kinks`` are points around which a formula may take the wrong branch; ``reach`` bounds |x| for *values*;
    ``tails`` asks for relative accuracy at the extremes.  ``parameters`` are passed after x in every call.  With
    ``apart`` the kinks themselves are asked in a criterion of their own and kept out of the others.
    """

    reference: Reference
    kinks: tuple[float, ...] = (0.0,)
    reach: float = 30.0
    tails: bool = False
    parameters: tuple[float, ...] = ()
    apart: bool = False

    def case(
        self,
        argument: Argument,
        *,
        relative: float = CHAIN,
        absolute: float = CHAIN,
        strict: str = "",
        precision: str = "",
    ) -> Case:
        """Return one case; ``strict`` holds d, m, w for dtype, mutation, warning."""
        data = argument.data
        if data is None:
            raise ValueError("an elementwise function is asked about numbers")
        kept = precision or ("float32" if data.dtype == np.float32 else "float64")
        further = tuple(Argument("float", np.asarray(p)) for p in self.parameters)
        wide = Call((Argument(argument.form, data.astype(np.float64)), *further))
        expected = expected_from(
            self.reference,
            wide,
            relative=relative,
            absolute=absolute,
            precision=kept,
            keep_dtype="d" in strict,
            no_mutation="m" in strict,
            no_warning="w" in strict,
        )
        if kept == "float32":  # what is beyond its largest number is infinite there
            with np.errstate(over="ignore"):
                narrow = tuple(
                    np.where(np.isinf(v.astype(np.float32)), np.copysign(np.inf, v), v) for v in expected.values
                )
            expected = replace(expected, values=narrow)
        return Case(Call((argument, *further)), expected)

    def off_kinks(self, argument: Argument) -> Argument:
        """Return the argument, its kinks moved by 1 if they are asked apart."""
        data = argument.data
        if not self.apart or data is None:
            return argument
        return replace(argument, data=np.where(np.isin(data, self.kinks), data + 1, data).astype(data.dtype))


def _around(points: Sequence[float], draw: Draw) -> np.ndarray:
    """Return each point and its neighbours at random small distances on both sides."""
    near = [draw.magnitudes(-12, -2, (6,)) + point for point in points]
    return np.concatenate([np.asarray(points, np.float64), *near])


def values_cases(function: Elementwise, draw: Draw) -> list[Case]:
    """Two float64 vectors: the middle and a wide range; sizes from 2⁻²⁰ up and the neighbourhood of the kinks."""
    inputs = [
        np.concatenate([draw.uniform(-4.0, 4.0, (14,)), draw.uniform(-function.reach, function.reach, (14,))]),
        np.concatenate([draw.magnitudes(-20, 3, (12,)), _around(function.kinks, draw)]),
    ]
    return [function.case(function.off_kinks(Argument("array", x))) for x in inputs]


def arrays_cases(function: Elementwise, draw: Draw) -> list[Case]:
    """Every shape, layout and number type that the course's conventions promise to accept."""
    rows, columns = draw.integer(2, 4), draw.integer(2, 5)

    def some(*shape: int) -> np.ndarray:
        return draw.uniform(-4.0, 4.0, shape)

    def whole(*shape: int) -> np.ndarray:
        return draw.integers(-4, 8, shape)

    def single(values: np.ndarray) -> np.ndarray:
        return np.asarray(values, np.float32)

    # Numbers alone tell less than arrays, so both signs are asked of them.
    positive, negative = draw.uniform(0.5, 4.0), -draw.uniform(0.5, 4.0)
    # What a function does to integers shows at few of them: all small ones are asked, the smallest twice, for a mistake
    # is named on six wrong numbers, and one past the last kink.
    past = int(max((0.0, *function.kinks))) + draw.integer(1, 4)
    signed = np.array(draw.shuffled([-4, -3, -2, -2, -1, -1, 1, 1, 2, 2, 3, 4, past]))
    lenient = [
        Argument("float", positive),
        Argument("int", whole()),
        Argument("list", some(rows, columns)),
        Argument("list", whole(columns)),
        Argument("array", signed),
    ]
    strict = [
        Argument("scalar", negative),
        Argument("zero_d", positive),
        Argument("array", some(0)),
        Argument("strided", some(rows, columns)),
        Argument("read_only", some(2, rows, 1, columns)),
        Argument("array", single(some(rows, columns))),
        Argument("scalar", single(some())),
    ]
    asked = [(a, "m") for a in lenient] + [(a, "dm") for a in strict]
    return [function.case(function.off_kinks(argument), strict=letters) for argument, letters in asked]


def extremes_cases(function: Elementwise, draw: Draw) -> list[Case]:
    """Signed zeros, subnormals, the largest numbers, infinities and nan, without a warning, accurate in the tails.

    Where nan is among the numbers a warning is forgiven: to compare it is an invalid operation to the processor, so
    that `np.logaddexp(0, x)`, a right softplus, warns about nan and nothing else.
    """
    absolute = SMALLEST * 2.0**52 if function.tails else CHAIN  # one unit of the smallest number is always forgiven
    smallest = [-SMALLEST, SMALLEST, 2.0**-1040, -(2.0**-1040)]
    special = [0.0, -0.0, np.inf, -np.inf]  # not with the large ones: many a formula overflows there, but not here
    inputs = [
        np.array([1e3, -1e3, 1e38, -1e38]) * draw.number(1.0, 1.5),
        np.array([-40.0, 40.0, -60.0, 60.0, -100.0, 100.0, -250.0, 250.0, -500.0, 500.0]) * draw.number(0.95, 1.05),
        np.concatenate([draw.magnitudes(-1060, -30, (12,)), smallest, special]),
    ]

    def asked(x: np.ndarray) -> Argument:
        return function.off_kinks(Argument("array", x))

    cases = [function.case(asked(x), absolute=absolute, strict="w") for x in inputs]
    single = np.array([-80.0, -20.0, 20.0, 80.0, 200.0, -200.0, 1e30, -1e30, np.inf, -np.inf, 0.0], np.float32)
    narrow = 2.0**-149 / 2.0**-23 if function.tails else CHAIN
    cases.append(function.case(asked(single), absolute=narrow, strict="w"))
    missing = np.array([draw.number(-2.0, 2.0), np.nan, 0.0])
    cases.append(function.case(asked(missing), absolute=absolute))
    return cases


def kink_cases(function: Elementwise, draw: Draw) -> list[Case]:
    """Each kink as a number, a negative zero, an integer, in float32 and among other numbers."""
    cases = []
    for kink in function.kinks:
        others = draw.uniform(0.5, 4.0, (4,)) * draw.shuffled([1.0, 1.0, -1.0, -1.0])
        forms = [
            Argument("float", np.asarray(kink)),
            Argument("array", np.array([kink, others[0] + kink, -kink, others[1] + kink])),
            Argument("array", np.array([others[2], kink, others[3]], np.float32)),
            Argument("array", np.full((2, 2), kink)),
        ]
        if kink == int(kink):
            forms.append(Argument("array", np.array([int(kink), int(kink) + 1])))
        cases += [function.case(argument) for argument in forms]
    return cases


def parameters_cases(
    function: Elementwise, choose: Callable[[Draw], Sequence[tuple[float, ...]]], draw: Draw
) -> list[Case]:
    """Float64 vectors for several values of the parameters; the tolerance grows with the largest of them."""
    cases = []
    for chosen in choose(draw):
        argument = Argument("array", draw.uniform(-4.0, 4.0, (12,)))
        scale = CHAIN * max(1.0, *(abs(p) for p in chosen))
        cases.append(replace(function, parameters=chosen).case(argument, absolute=scale))
    return cases


def kink_criterion(function: Elementwise, says: str, *, points: float = 1) -> Criterion:
    """Return the criterion of the course's convention at the kinks; ``says`` names the convention."""
    return Criterion("kink", points, says, lambda draw: kink_cases(function, draw))


def parameters_criterion(
    function: Elementwise, says: str, choose: Callable[[Draw], Sequence[tuple[float, ...]]], *, points: float = 1
) -> Criterion:
    """Return the criterion of other values of the parameters, which ``choose`` draws."""
    return Criterion("parameters", points, says, lambda draw: parameters_cases(function, choose, draw))


def criteria(
    function: Elementwise, *, values: float = 2, arrays: float = 1, extremes: float = 1
) -> tuple[Criterion, ...]:
    """Return the three criteria that every function of this kind has, with their points."""
    bound = f"{CHAIN:g} ε·(1 + |expected|)"
    if function.tails:
        bound = f"{CHAIN:g} ε·|expected|: small results need relative accuracy"
    return (
        Criterion(
            "values",
            values,
            f"the right numbers for float64 vectors with |x| ≤ {function.reach:g}, up to {CHAIN:g} ε·(1 + |expected|)",
            lambda draw: values_cases(function, draw),
        ),
        Criterion(
            "arrays",
            arrays,
            "numbers, lists and arrays of any shape, float32 kept, integers accepted, the input left as it was; "
            "with the bound of *values*",
            lambda draw: arrays_cases(function, draw),
        ),
        Criterion(
            "extremes",
            extremes,
            "very large, very small and infinite inputs without a floating-point warning, nan passed through; "
            f"up to {bound}",
            lambda draw: extremes_cases(function, draw),
        ),
    )
