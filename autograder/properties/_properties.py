"""All properties of an entry in one object, each computed on first use and kept."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache, cached_property

import mpmath
import sympy as sp

from autograder.catalogue import Activation, Range, X
from autograder.catalogue._pieces import Piece
from autograder.catalogue._range import Brackets, number_text
from autograder.errors import DomainError
from autograder.properties import _shape
from autograder.properties._tails import Tail, tail

_NEEDS = {
    "range": "derivative",
    "monotonicity": "derivative",
    "turning_points": "derivative",
    "lipschitz": "second_derivative",
    "inflections": "second_derivative",
    "fixed_points": "fixed_point",
}
"""Which equation each property solves; where the entry declares brackets for it, the property is declared."""

_CLASSES = {None: "C^∞", -1: "discontinuous", 0: "C⁰", 1: "C¹", 2: "C²", 3: "C³"}


@dataclass(frozen=True, eq=False)
class Properties:
    """What holds of ``activation`` at its default parameters; of a function of a vector, the range of a component."""

    activation: Activation

    @cached_property
    def _pieces(self) -> tuple[Piece, ...]:
        if self.activation.kind == "vector":
            raise DomainError(f"{self.activation.name}: of a function of a vector the range of a component is known.")
        return self.activation.scalar_pieces

    @cached_property
    def _values(self) -> tuple[sp.Expr, ...]:
        return tuple(kink.value.subs(self.activation.defaults) for kink in self.activation.kinks)

    def _brackets(self, name: str) -> Brackets | None:
        return self.activation.brackets.get(_NEEDS[name])

    @property
    def declared(self) -> tuple[str, ...]:
        """Names of the properties that rest on a declared bracket; all others are SymPy's."""
        return tuple(name for name in _NEEDS if self._brackets(name) is not None)

    @property
    def range(self) -> Range:
        """The set of values."""
        return self.activation.range

    @cached_property
    def monotonicity(self) -> str:
        """One of "strictly increasing", "increasing", "strictly decreasing", "decreasing", "constant", "none"."""
        return _shape.monotonicity(self._pieces, self._values, X, self._brackets("monotonicity"))

    @cached_property
    def parity(self) -> str:
        """One of "odd", "even", "none"."""
        return _shape.parity(self._pieces, self._values, X)

    @property
    def zero_centred(self) -> bool:
        """Whether the mean output is 0 for *every* input distribution symmetric about 0, which means: f is odd."""
        return self.parity == "odd"

    @cached_property
    def smoothness(self) -> int | None:
        """The largest k with f in Cᵏ; −1 for a function that jumps; None for C^∞."""
        return _shape.continuity(self._pieces, self._values, X)

    @property
    def continuity(self) -> str:
        """The continuity class as text: "discontinuous", "C⁰", "C¹", …, "C^∞"."""
        return _CLASSES[self.smoothness]

    @cached_property
    def left(self) -> Tail:
        """Behaviour towards −∞."""
        return tail(self._pieces[0], X, side=-1)

    @cached_property
    def right(self) -> Tail:
        """Behaviour towards +∞."""
        return tail(self._pieces[-1], X, side=1)

    @property
    def saturates(self) -> str:
        """On which sides f approaches a constant: "both", "left", "right" or "none"."""
        return {(True, True): "both", (True, False): "left", (False, True): "right"}.get(
            (self.left.saturates, self.right.saturates), "none"
        )

    @cached_property
    def lipschitz(self) -> sp.Expr:
        """The least upper bound of |f′|; infinite for functions that jump or grow without bound."""
        return _shape.lipschitz(
            self._pieces, self._values, X, self._brackets("lipschitz"), (self.left.slope, self.right.slope)
        )

    @cached_property
    def fixed_points(self) -> sp.Set:
        """All x with f(x) = x."""
        return _shape.fixed_points(self._pieces, self._values, X, self._brackets("fixed_points"))

    @cached_property
    def turning_points(self) -> sp.Set:
        """Where the derivative changes its sign: local minima and maxima."""
        return _shape.sign_changes(self._pieces, X, self._brackets("turning_points"), order=1)

    @cached_property
    def inflections(self) -> sp.Set:
        """Where the second derivative changes its sign."""
        return _shape.sign_changes(self._pieces, X, self._brackets("inflections"), order=2)

    @cached_property
    def normal_mean(self) -> float:
        """The mean output for a standard normal input, by quadrature: how far from zero-centred f is in practice."""
        if self.zero_centred:
            return 0.0
        total = mpmath.mpf(0)
        for piece in self._pieces:
            density = sp.lambdify(X, piece.expr * sp.exp(-(X**2) / 2) / sp.sqrt(2 * sp.pi), "mpmath")
            low, high = (mpmath.mpf(float(end)) for end in (piece.low, piece.high))
            inner = [point for point in (-8, 0, 8) if low < point < high]
            total += mpmath.quad(density, [low, *inner, high])
        return float(total)

    def rows(self) -> dict[str, str]:
        """Return the properties as text for a table, in reading order; of a vector entry its range alone."""
        if self.activation.kind == "vector":
            return {"range": str(self.range)}
        return {
            "range": str(self.range),
            "monotonicity": self.monotonicity,
            "parity": self.parity,
            "continuity": self.continuity,
            "limit at −∞": limit_text(self.left.limit),
            "limit at +∞": limit_text(self.right.limit),
            "saturates": self.saturates,
            "zero-centred": "yes" if self.zero_centred else "no",
            "Lipschitz constant": number_text(self.lipschitz),
            "fixed points": set_text(self.fixed_points),
            "turning points": set_text(self.turning_points),
            "inflections": set_text(self.inflections),
        }


def limit_text(limit: sp.Expr) -> str:
    """Print a limit; a function that oscillates for ever has none."""
    return "none" if isinstance(limit, sp.AccumBounds) else number_text(limit)


def set_text(points: sp.Set) -> str:
    """Print a set of points: numbers to six digits, whole intervals as intervals, periodic ones as SymPy has them."""
    if points is sp.S.EmptySet:
        return "none"
    parts = points.args if isinstance(points, sp.Union) else (points,)
    texts = []
    for part in parts:
        if isinstance(part, sp.FiniteSet):
            texts.append(", ".join(number_text(point) for point in sorted(part, key=float)))
        else:
            texts.append(str(Range(part)) if isinstance(part, sp.Interval) else _family_text(part))
    return " ∪ ".join(texts)


def _family_text(part: sp.Set) -> str:
    """Print a periodic family of points, such as 2πn + π for every integer n."""
    if isinstance(part, sp.ImageSet):
        return str(part.lamda.expr).replace("_n", "n").replace("*", "·").replace("pi", "π") + " for integer n"
    return str(part)


@cache
def properties(activation: Activation) -> Properties:
    """Return the properties of an entry; the same object for the same entry, so that nothing is computed twice."""
    return Properties(activation)
