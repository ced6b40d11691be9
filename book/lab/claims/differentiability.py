"""The claims about derivatives that algebra, a limit or a search for an extreme decides."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import numpy as np
import sympy as sp
from numpy.typing import NDArray
from scipy.optimize import minimize_scalar
from scipy.special import erf

from autograder.catalogue import CATALOGUE, X, libraries
from autograder.properties import properties
from autograder.reference import REFERENCE
from book.lab.claims._claim import Claim, Evidence, Judgement, Verdict

RELU, GELU, SWISH = (CATALOGUE[name] for name in ("relu", "gelu", "swish"))
Array = NDArray[np.float64]
PUBLISHED = 0.044715
"""The constant of the tanh form (Hendrycks and Gimpel 2016)."""
AS_PRINTED = 5e-7
"""Half a unit in the last digit of the published constant."""
CLOSE = 1e-3
"""Two curves that differ by less than a thousandth of their largest value count as approximately equal."""


def difference_quotients(at: sp.Expr = sp.S.Zero) -> tuple[sp.Expr, sp.Expr]:
    """Return the limits of ReLU's difference quotient from the left and from the right."""
    h = sp.Symbol("h", real=True)
    quotient = (RELU.expr.subs(X, at + h) - RELU.expr.subs(X, at)) / h
    return sp.limit(quotient, h, 0, "-"), sp.limit(quotient, h, 0, "+")


def normal_probability() -> sp.Expr:
    """Return P(Z ≤ x) for a standard normal Z, as the integral of its density."""
    t = sp.Symbol("t", real=True)
    return sp.integrate(sp.exp(-(t**2) / 2) / sp.sqrt(2 * sp.pi), (t, -sp.oo, X))


def _gelu_evidence() -> Evidence:
    x = np.linspace(-8, 8, 16_001)
    apart = np.abs(REFERENCE["gelu"].value(x) - REFERENCE["relu"].value(x))
    gap = X * sp.erfc(X / sp.sqrt(2)) / 2  # x − GELU(x) for x > 0; −GELU(−x) is the same
    return {
        "x P(Z ≤ x) − GELU(x)": sp.simplify((X * normal_probability() - GELU.expr).rewrite(sp.erf)),
        "GELU(x) − ReLU(x) for x → −∞ and x → ∞": (sp.limit(GELU.expr, X, -sp.oo), -sp.limit(gap, X, sp.oo)),
        "largest distance from ReLU": float(apart.max()),
        "at |x|": float(abs(x[apart.argmax()])),
        "continuity class": properties(GELU).continuity,
        "smallest value of GELU": float(REFERENCE["gelu"].value(x).min()),
    }


def _gelu_rule(evidence: Evidence) -> Judgement:
    if evidence["x P(Z ≤ x) − GELU(x)"] != 0:
        return Judgement(Verdict.FALSE, "GELU is another function.")
    far = evidence["GELU(x) − ReLU(x) for x → −∞ and x → ∞"]
    if set(far) != {0} or evidence["continuity class"] != "C^∞":
        return Judgement(Verdict.MISLEADING, "The formula is right, but the curve is no smooth ReLU.")
    return Judgement(
        Verdict.HOLDS,
        f"GELU is smooth, and on both sides its distance from ReLU goes to 0. They differ most, by "
        f"{evidence['largest distance from ReLU']:.3f}, at |x| = {evidence['at |x|']:.2f}. "
        f"Unlike ReLU it goes down before it rises, to {evidence['smallest value of GELU']:.3f}.",
    )


def _erf_evidence() -> Evidence:
    half = X * (1 + sp.erf(X / sp.sqrt(2))) / 2
    return {
        "P(Z ≤ x) − ½ (1 + erf(x/√2))": sp.simplify((normal_probability() - half / X).rewrite(sp.erf)),
        "½ x (1 + erf(x/√2)) − GELU(x)": sp.simplify(half - GELU.expr),
        "largest difference from the reference in float64, |x| ≤ 5": float(
            np.max(np.abs((lambda x: 0.5 * x * (1 + erf(x / np.sqrt(2))) - REFERENCE["gelu"].value(x))(_grid(5))))
        ),
    }


def _grid(end: float, points: int = 10_001) -> Array:
    return np.linspace(-end, end, points)


def _erf_rule(evidence: Evidence) -> Judgement:
    if evidence["½ x (1 + erf(x/√2)) − GELU(x)"] != 0 or evidence["P(Z ≤ x) − ½ (1 + erf(x/√2))"] != 0:
        return Judgement(Verdict.FALSE, "The two expressions differ.")
    return Judgement(
        Verdict.HOLDS,
        "The probability is ½ (1 + erf(x/√2)), so this is x P(Z ≤ x) in other words; the two agree exactly.",
    )


def tanh_coefficient() -> sp.Expr:
    """Return the a for which tanh(√(2/π)(x + a x³)) and erf(x/√2) agree up to x³."""
    a = sp.Symbol("a", real=True)
    u = sp.sqrt(2 / sp.pi) * (X + a * X**3)
    form = sp.series(sp.tanh(u), X, 0, 4).removeO()
    exact = sp.series(sp.erf(X / sp.sqrt(2)), X, 0, 4).removeO()
    [solution] = sp.solve(sp.expand(form - exact).coeff(X, 3), a)
    return sp.simplify(solution)


_POSITIVE = np.linspace(0.0, 8.0, 40_001)
"""Enough for all x: the two functions are odd, and beyond 8 both are 1 in float64."""


def erf_error(a: float) -> Array:
    """Return tanh(√(2/π)(x + a x³)) − erf(x/√2) on `_POSITIVE`."""
    x = _POSITIVE
    error: Array = np.tanh(np.sqrt(2 / np.pi) * (x + a * x**3)) - erf(x / np.sqrt(2))
    return error


MEASURES: dict[str, Callable[[float], float]] = {
    "largest error of erf's approximation": lambda a: float(np.abs(erf_error(a)).max()),
    "mean squared error of erf's approximation": lambda a: float(np.square(erf_error(a)).mean()),
    "largest error of GELU's approximation": lambda a: float(np.abs(_POSITIVE * erf_error(a)).max() / 2),
    "mean squared error of GELU's approximation": lambda a: float(np.square(_POSITIVE * erf_error(a)).mean() / 4),
}
"""What one may want to make small."""


def best_coefficient(measure: str) -> float:
    """Return the a between 0.044 and 0.046 that makes a measure smallest."""
    found = minimize_scalar(MEASURES[measure], bounds=(0.044, 0.046), method="bounded", options={"xatol": 1e-10})
    return float(found.x)


def _constant_evidence() -> Evidence:
    series = tanh_coefficient()
    largest = MEASURES["largest error of erf's approximation"]
    return {
        "a that makes the series agree up to x³": str(series).replace("6*pi", "6π").replace("pi", "π"),
        "its value": float(series),
        "largest error of erf's approximation with a = 0.044715": largest(PUBLISHED),
        "the same with the a of the series": largest(float(series)),
        **{f"best a for the {measure}": best_coefficient(measure) for measure in MEASURES},
    }


def _constant_rule(evidence: Evidence) -> Judgement:
    error = evidence["largest error of erf's approximation with a = 0.044715"]
    if error > CLOSE:
        return Judgement(Verdict.FALSE, f"The two sides differ by up to {error:.2g}.")
    best = {name.removeprefix("best a for the "): a for name, a in evidence.items() if name.startswith("best a")}
    matched = [measure for measure, a in best.items() if abs(a - PUBLISHED) <= AS_PRINTED]
    origin = (
        f"The published constant is the one that minimises the {matched[0]}"
        if matched
        else "The published constant minimises none of the errors tried"
    )
    return Judgement(
        Verdict.HOLDS,
        f"The two sides differ by at most {error:.2g}. {origin}; agreement of the series up to x³ would give "
        f"{evidence['its value']:.5f}, with an error up to {evidence['the same with the a of the series']:.2g}.",
    )


def _logistic_evidence() -> Evidence:
    y, c = sp.Function("y"), sp.Symbol("C1")
    equation = sp.Eq(y(X).diff(X), y(X) * (1 - y(X)))
    general = sp.dsolve(equation).rhs
    middle = sp.dsolve(equation, ics={y(0): sp.Rational(1, 2)}).rhs
    return {
        "the general solution": str(general).replace("C1*exp(-x) + 1", "1 + C e⁻ˣ"),
        "y′ − y (1 − y) for it": sp.simplify(sp.diff(general, X) - general * (1 - general)),
        "solution through y(0) = ½, minus the sigmoid": sp.simplify(middle - CATALOGUE["sigmoid"].expr),
        "y = 0 solves the equation": bool(equation.subs(y(X), sp.S.Zero).doit()),
        "y = 0 is in the family": bool(sp.solve(sp.Eq(general, 0), c)),
    }


def _logistic_rule(evidence: Evidence) -> Judgement:
    if evidence["y′ − y (1 − y) for it"] != 0:
        return Judgement(Verdict.FALSE, "The family does not solve the equation.")
    if evidence["solution through y(0) = ½, minus the sigmoid"] != 0:
        return Judgement(Verdict.MISLEADING, "The family solves the equation, but the sigmoid is not in it.")
    lost = evidence["y = 0 solves the equation"] and not evidence["y = 0 is in the family"]
    return Judgement(
        Verdict.HOLDS,
        f"SymPy solves the equation by {evidence['the general solution']}, and through y(0) = ½ goes the sigmoid. "
        + ("One solution stands outside the family: y = 0." if lost else ""),
    )


def _swish_evidence() -> Evidence:
    beta = next(iter(SWISH.defaults))
    sigmoid = CATALOGUE["sigmoid"].expr
    positive, sharp = sp.Symbol("x", positive=True), sp.Symbol("beta", positive=True)
    formula = X * sigmoid.subs(X, beta * X)
    at = formula.subs(beta, sharp)
    right, left = (sp.limit(at.subs(X, side), sharp, sp.oo) for side in (positive, -positive))
    lowest = minimize_scalar(lambda x: float(REFERENCE["silu"].value(x)), bounds=(-3, 0), method="bounded")
    return {
        "x σ(βx) − catalogue entry": sp.simplify(formula - SWISH.expr),
        "limit for β → 0": sp.limit(at.subs(X, positive), sharp, 0),
        "limit for β → ∞ at x > 0 and at −x": (right, left),
        "smallest value for β = 1": float(lowest.fun),
        "where it is taken": float(lowest.x),
        "monotone": properties(SWISH).monotonicity != "none",
    }


def _swish_rule(evidence: Evidence) -> Judgement:
    if evidence["x σ(βx) − catalogue entry"] != 0:
        return Judgement(Verdict.FALSE, "The published function is another one.")
    turns = "" if evidence["monotone"] else " and is not monotone"
    right, left = evidence["limit for β → ∞ at x > 0 and at −x"]
    relu = " and ReLU for β → ∞" if (str(right), left) == ("x", 0) else ""
    return Judgement(
        Verdict.HOLDS,
        f"That is the definition. It becomes {evidence['limit for β → 0']} for β → 0{relu}. For β = 1 it never falls "
        f"below {evidence['smallest value for β = 1']:.3f}{turns}.",
    )


def _alpha_evidence() -> Evidence:
    names = libraries.LIBRARIES["leaky_relu"]
    layer = re.search(r"([\d.]+) in keras\.layers\.LeakyReLU", names.differs)
    if layer is None:
        raise ValueError("The table of libraries no longer says which slope keras.layers.LeakyReLU has.")
    return {
        "default slope of keras.layers.LeakyReLU": float(layer[1]),
        "default slope of keras.activations.leaky_relu": float(names.keras.rpartition("=")[2].rstrip(")")),
        "default slope of torch.nn.LeakyReLU": float(names.torch.rpartition("=")[2].rstrip(")")),
        "name of the argument in Keras": names.keras.partition(",")[2].partition("=")[0].strip(),
        "version of Keras looked at": libraries.VERIFIED["Keras"],
    }


CLAIMED_SLOPE, CLAIMED_NAME = 0.3, "alpha"


def _alpha_rule(evidence: Evidence) -> Judgement:
    slope, name = evidence["default slope of keras.layers.LeakyReLU"], evidence["name of the argument in Keras"]
    if slope != CLAIMED_SLOPE:
        return Judgement(Verdict.FALSE, f"The layer's slope is {slope:g}.")
    if name == CLAIMED_NAME:
        return Judgement(Verdict.HOLDS, f"Keras' layer calls it {name}, and {slope:g} is its default.")
    return Judgement(
        Verdict.HOLDS_IF,
        f"an old Keras is meant. {slope:g} is still the layer's default, but the argument is called {name} "
        f"(Keras {evidence['version of Keras looked at']}). Other defaults differ: "
        f"{evidence['default slope of keras.activations.leaky_relu']:g} in keras.activations and "
        f"{evidence['default slope of torch.nn.LeakyReLU']:g} in PyTorch.",
    )


def _slope_evidence() -> Evidence:
    left, right = difference_quotients()
    return {
        "slope for x < 0 and for x > 0": tuple(sp.diff(piece.expr, X) for piece in RELU.pieces),
        "limits of the difference quotient at 0, from the left and from the right": (left, right),
        "value at 0 in this course": RELU.kinks[0].derivative,
    }


def _slope_rule(evidence: Evidence) -> Judgement:
    if evidence["slope for x < 0 and for x > 0"] != (0, 1):
        return Judgement(Verdict.FALSE, "The slopes are others.")
    left, right = evidence["limits of the difference quotient at 0, from the left and from the right"]
    if left == right:
        return Judgement(Verdict.HOLDS, "The slopes are right, also at 0.")
    agreed = evidence["value at 0 in this course"]
    return Judgement(
        Verdict.HOLDS_IF,
        f"one agrees on a value at 0. There ReLU has no derivative: the slope is {left} on the left and {right} on the "
        f"right. The value {agreed} is a convention, which this course and the libraries follow.",
    )


def _claim(number: int, document: str, statement: str, method: str, compute: Any, rule: Any) -> Claim:
    return Claim(
        number=number,
        documents=(document,),
        statement=statement,
        method=method,
        chapter="differentiability",
        compute=compute,
        rule=rule,
    )


CLAIMS = (
    _claim(
        30,
        "D2",
        "GELU(x) is x times the probability that a standard normal number is at most x; it is about a smooth ReLU.",
        "integral and limits by SymPy; largest distance on a grid",
        _gelu_evidence,
        _gelu_rule,
    ),
    _claim(34, "D3", "GELU(x) = ½ x (1 + erf(x/√2)).", "integral by SymPy", _erf_evidence, _erf_rule),
    _claim(
        35,
        "D3",
        "erf(x/√2) is approximately tanh(√(2/π)(x + a x³)) with a = 0.044715.",
        "series by SymPy; minimisation of four kinds of error",
        _constant_evidence,
        _constant_rule,
    ),
    _claim(
        39,
        "D3",
        "The differential equation y′ = y (1 − y) leads to the family of logistic functions.",
        "solved by SymPy",
        _logistic_evidence,
        _logistic_rule,
    ),
    _claim(
        41,
        "D3",
        "Swish is x σ(βx).",
        "comparison with the published definition; limits by SymPy",
        _swish_evidence,
        _swish_rule,
    ),
    _claim(
        57,
        "D3",
        "In Keras one writes LeakyReLU(alpha=0.3).",
        "signatures of the libraries",
        _alpha_evidence,
        _alpha_rule,
    ),
    _claim(
        63,
        "D4",
        "ReLU's derivative is 1 where its output is positive, and 0 otherwise.",
        "pieces and difference quotients by SymPy",
        _slope_evidence,
        _slope_rule,
    ),
)
