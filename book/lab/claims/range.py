"""The claims about the range of an activation that a proof, a limit or a search among the floats decides."""

from __future__ import annotations

from typing import Any

import numpy as np
import sympy as sp

from autograder.catalogue import CATALOGUE, Activation, X
from autograder.reference import REFERENCE
from book.lab.claims._claim import Claim, Evidence, Judgement, Verdict
from book.lab.claims.floats import first_float

SIGMOID, TANH, RELU, RELU6, SOFTPLUS = (CATALOGUE[name] for name in ("sigmoid", "tanh", "relu", "relu6", "softplus"))
UNIT = sp.Interval(0, 1)
SYMMETRIC = sp.Interval(-1, 1)


def _softplus_evidence() -> Evidence:
    beta = SOFTPLUS.defaults
    softplus = REFERENCE["softplus"].value
    return {
        "the range on the real numbers": str(SOFTPLUS.range),
        "0 is a value on the real numbers": SOFTPLUS.range.set.contains(sp.S.Zero) == sp.true,
        "the lower bound": SOFTPLUS.range.low,
        "the limit for x → −∞": sp.limit(SOFTPLUS.expr.subs(beta), X, -sp.oo),
        "the smallest float64 x with a positive result": first_float(
            lambda x: bool(softplus(x) > 0), -800, 0, np.float64
        ),
        "the smallest float32 x with a positive result": first_float(
            lambda x: bool(softplus(x) > 0), -800, 0, np.float32
        ),
        "the result for x = −1000 in float64": float(softplus(-1000.0)),
    }


def _softplus_rule(evidence: Evidence) -> Judgement:
    if evidence["0 is a value on the real numbers"] or evidence["the lower bound"] < 0:
        return Judgement(Verdict.FALSE, "Softplus takes a value that is not positive.")
    if evidence["the result for x = −1000 in float64"] > 0:
        return Judgement(Verdict.HOLDS, "Softplus is positive on the real numbers and in float64 as well.")
    return Judgement(
        Verdict.HOLDS_IF,
        f"x stays above {evidence['the smallest float64 x with a positive result']:.2f} in float64 "
        f"({evidence['the smallest float32 x with a positive result']:.2f} in float32). "
        "On the real numbers softplus is positive everywhere; below these inputs it underflows to exactly 0, "
        "and a variance of 0 breaks a division or a logarithm.",
    )


def _squash_evidence() -> Evidence:
    sigmoid = REFERENCE["sigmoid"].value
    ends = {
        dtype.__name__: first_float(lambda x: bool(sigmoid(x) == 1), 0, 100, dtype)
        for dtype in (np.float64, np.float32)
    }
    return {
        "the range on the real numbers": str(SIGMOID.range),
        "every value lies in [0, 1]": SIGMOID.range.set.is_subset(UNIT),
        "0 is a value": SIGMOID.range.low_attained,
        "1 is a value": SIGMOID.range.high_attained,
        "the smallest float64 x with σ(x) = 1": ends["float64"],
        "the smallest float32 x with σ(x) = 1": ends["float32"],
        "σ(−1000) in float64": float(sigmoid(-1000.0)),
    }


def _squash_rule(evidence: Evidence) -> Judgement:
    if not evidence["every value lies in [0, 1]"]:
        return Judgement(Verdict.FALSE, "Some value lies outside [0, 1].")
    if evidence["0 is a value"] and evidence["1 is a value"]:
        return Judgement(Verdict.HOLDS, "Every value lies in [0, 1], and both ends are taken.")
    return Judgement(
        Verdict.HOLDS_IF,
        "the square brackets are read as bounds. "
        f"On the real numbers the range is {evidence['the range on the real numbers']}: neither end is ever reached. "
        "In floating point the upper end is: "
        f"from x = {evidence['the smallest float64 x with σ(x) = 1']:.2f} on in float64, "
        f"from {evidence['the smallest float32 x with σ(x) = 1']:.2f} on in float32, the computed result is exactly 1.",
    )


def _gradient_evidence() -> Evidence:
    slope = SIGMOID.derivative
    right = sp.Symbol("t", positive=True)
    bend = sp.diff(slope, X).subs(X, right)
    return {
        "the slope is the same at x and −x": sp.simplify(slope - slope.subs(X, -X)) == 0,
        "the slope falls for x > 0": _is_negative(bend, right),
        "the slope at 0": slope.subs(X, 0),
        "the slope at −5": float(slope.subs(X, -5)),
        "the slope at 5": float(slope.subs(X, 5)),
    }


def _is_negative(expr: sp.Expr, positive: sp.Symbol) -> bool:
    """Prove expr < 0 for all positive arguments: with u = exp(t) it has no root above 1, and is negative at u = 2."""
    u = sp.Symbol("u", positive=True)
    ratio = sp.factor(sp.together(sp.expand(expr.subs(positive, sp.log(u)))))
    no_root = sp.solveset(ratio, u, sp.Interval.open(1, sp.oo)) == sp.EmptySet
    return bool(no_root and ratio.subs(u, 2) < 0)


def _gradient_rule(evidence: Evidence) -> Judgement:
    by_size = evidence["the slope is the same at x and −x"] and evidence["the slope falls for x > 0"]
    by_value = evidence["the slope at −5"] > evidence["the slope at 0"] > evidence["the slope at 5"]
    if by_value:
        return Judgement(Verdict.HOLDS, "The slope falls from left to right.")
    if by_size:
        return Judgement(
            Verdict.HOLDS_IF,
            "small and large speak of |x|, the distance from 0. "
            f"The slope is {evidence['the slope at 0']} at 0, the largest there is, and falls on both sides alike; "
            f"at x = −5, the smallest of the three inputs tried, it is {evidence['the slope at −5']:.4f}.",
        )
    return Judgement(Verdict.FALSE, "The slope orders neither by x nor by |x|.")


CENTRE_SEEDS = range(5)


def _one_sign(name: str, seed: int) -> float:
    """Return the share of 1,000 units whose eight weight gradients have one sign, where ``name`` gives their inputs."""
    rng = np.random.default_rng(seed)
    upstream = rng.normal(size=(1_000, 1))
    gradients = upstream * REFERENCE[name].value(rng.normal(size=(1_000, 8)))
    return float(np.mean(np.abs(np.sign(gradients).sum(axis=1)) == 8))


def _centre_evidence() -> Evidence:
    same = {name: [_one_sign(name, seed) for seed in CENTRE_SEEDS] for name in ("sigmoid", "tanh")}
    return {
        "every value is positive": SIGMOID.range.low >= 0 and not SIGMOID.range.low_attained,
        "σ(x) + σ(−x)": sp.simplify(SIGMOID.expr + SIGMOID.expr.subs(X, -X)),
        "the mean for inputs that are symmetric about 0": sp.simplify(SIGMOID.expr + SIGMOID.expr.subs(X, -X)) / 2,
        "smallest share of 1,000 units whose 8 weight gradients have one sign, sigmoid inputs": min(same["sigmoid"]),
        "smallest such share, tanh inputs": min(same["tanh"]),
        "largest such share, tanh inputs": max(same["tanh"]),
    }


def _centre_rule(evidence: Evidence) -> Judgement:
    if evidence["the mean for inputs that are symmetric about 0"] == 0:
        return Judgement(Verdict.FALSE, "The outputs balance about 0.")
    if not evidence["every value is positive"]:
        return Judgement(Verdict.MISLEADING, "The mean is not 0, but the outputs take both signs.")
    share = evidence["smallest share of 1,000 units whose 8 weight gradients have one sign, sigmoid inputs"]
    low, high = evidence["smallest such share, tanh inputs"], evidence["largest such share, tanh inputs"]
    return Judgement(
        Verdict.HOLDS,
        "Inputs that are symmetric about 0 give outputs with mean "
        f"{evidence['the mean for inputs that are symmetric about 0']}, "
        "and every output is positive. So all weight gradients of a unit in the next layer share one sign: "
        f"in {share:.0%} of the units tried, against {low:.1%} to {high:.1%} with tanh, from seed to seed.",
    )


def _ratio_of_exponentials(x: Any) -> Any:
    with np.errstate(all="ignore"):
        return (np.exp(x) - np.exp(-x)) / (np.exp(x) + np.exp(-x))


def _tanh_evidence() -> Evidence:
    ratio = (sp.exp(X) - sp.exp(-X)) / (sp.exp(X) + sp.exp(-X))
    broken = {
        dtype.__name__: first_float(lambda x: bool(np.isnan(_ratio_of_exponentials(x))), 1, 1000, dtype)
        for dtype in (np.float64, np.float32)
    }
    return {
        "the formula equals tanh": sp.simplify((ratio - TANH.expr).rewrite(sp.exp)) == 0,
        "tanh x − (2σ(2x) − 1)": sp.simplify((TANH.expr - 2 * SIGMOID.expr.subs(X, 2 * X) + 1).rewrite(sp.exp)),
        "the range on the real numbers": str(TANH.range),
        "every value lies in [−1, 1]": TANH.range.set.is_subset(SYMMETRIC),
        "an end of the interval is a value": TANH.range.low_attained or TANH.range.high_attained,
        "the limits of the slope for x → ±∞": (
            sp.limit(TANH.derivative, X, -sp.oo),
            sp.limit(TANH.derivative, X, sp.oo),
        ),
        "tanh x + tanh(−x)": sp.simplify(TANH.expr + TANH.expr.subs(X, -X)),
        "the smallest float64 x at which the formula gives nan": broken["float64"],
        "the smallest float32 x at which the formula gives nan": broken["float32"],
    }


def _tanh_rule(evidence: Evidence) -> Judgement:
    saturates = set(evidence["the limits of the slope for x → ±∞"]) == {0}
    true_on_reals = evidence["the formula equals tanh"] and evidence["every value lies in [−1, 1]"]
    if not (true_on_reals and saturates and evidence["tanh x + tanh(−x)"] == 0):
        return Judgement(Verdict.FALSE, "One of the four properties fails on the real numbers.")
    breaks_at = evidence["the smallest float64 x at which the formula gives nan"]
    if evidence["an end of the interval is a value"] and not np.isfinite(breaks_at):
        return Judgement(Verdict.HOLDS, "All four properties hold, on the real numbers and in floating point.")
    return Judgement(
        Verdict.HOLDS_IF,
        "the formula is read as mathematics and the brackets as bounds. "
        f"The range is {evidence['the range on the real numbers']}, its ends are never reached. "
        f"Computed as printed, the formula divides infinity by infinity from x = {breaks_at:.2f} on in float64, "
        f"and from {evidence['the smallest float32 x at which the formula gives nan']:.2f} on in float32.",
    )


def _relu6_evidence() -> Evidence:
    formula = sp.Min(6, sp.Max(0, X))
    pieces = {
        "x < 0": sp.Symbol("x", negative=True),
        "0 < x < 6": 6 / (1 + sp.Symbol("t", positive=True)),  # takes exactly the values between 0 and 6
        "x > 6": 6 + sp.Symbol("t", positive=True),
    }
    inside = {name: sp.simplify((formula - RELU6.expr).subs(X, value)) for name, value in pieces.items()}
    return {
        **{f"formula − catalogue entry, {name}": difference for name, difference in inside.items()},
        "formula − catalogue entry, at 0 and at 6": tuple((formula - RELU6.expr).subs(X, point) for point in (0, 6)),
        "formula at −1, 3 and 9": tuple(formula.subs(X, point) for point in (-1, 3, 9)),
        "the range": str(RELU6.range),
    }


def _relu6_rule(evidence: Evidence) -> Judgement:
    differences = [value for name, value in evidence.items() if name.startswith("formula − catalogue entry, ")]
    flat = [item for value in differences for item in (value if isinstance(value, tuple) else (value,))]
    if any(difference != 0 for difference in flat):
        return Judgement(Verdict.FALSE, "The formula differs from ReLU6 on one of its three pieces.")
    if evidence["formula at −1, 3 and 9"] != (0, 3, 6):
        return Judgement(Verdict.MISLEADING, "The two agree, but neither cuts at 0 and at 6.")
    return Judgement(
        Verdict.HOLDS,
        f"The two agree on all three pieces and at both kinks; the range is {evidence['the range']}, ends included.",
    )


def _squashing_range_evidence() -> Evidence:
    half = sp.Rational(-1, 2)
    return {
        "the range of the logistic sigmoid": str(SIGMOID.range),
        "the sigmoid fills (−1, 1)": sp.Interval.open(-1, 1).is_subset(SIGMOID.range.set),
        "−1/2 is a value of the sigmoid": SIGMOID.range.set.contains(half) == sp.true,
        "−1/2 is a value of tanh": TANH.range.set.contains(half) == sp.true,
        "the range of tanh": str(TANH.range),
    }


def _squashing_range_rule(evidence: Evidence) -> Judgement:
    if evidence["the sigmoid fills (−1, 1)"]:
        return Judgement(Verdict.HOLDS, f"The sigmoid's range is {evidence['the range of the logistic sigmoid']}.")
    tanh_instead = (
        " That is the range of tanh, another S-shaped function." if evidence["−1/2 is a value of tanh"] else ""
    )
    return Judgement(
        Verdict.FALSE,
        f"The logistic sigmoid takes values in {evidence['the range of the logistic sigmoid']} only; it is never −1/2."
        + tanh_instead,
    )


def _relu_squash_evidence() -> Evidence:
    def limits(entry: Activation, divisor: int = 1) -> tuple[sp.Expr, sp.Expr]:
        first, last = entry.pieces[0].expr / divisor, entry.pieces[-1].expr / divisor
        return sp.limit(first, X, -sp.oo), sp.limit(last, X, sp.oo)

    return {
        "the limits of ReLU for x → −∞ and x → ∞": limits(RELU),
        "the limits of the sigmoid": limits(SIGMOID),
        "the limits of ReLU6 / 6": limits(RELU6, 6),
    }


def _relu_squash_rule(evidence: Evidence) -> Judgement:
    squashes = {name: limits == (0, 1) for name, limits in evidence.items()}
    if squashes["the limits of ReLU for x → −∞ and x → ∞"]:
        return Judgement(
            Verdict.FALSE, "ReLU tends to 0 on the left and to 1 on the right, as a squashing function does."
        )
    if not squashes["the limits of the sigmoid"]:
        return Judgement(Verdict.NOT_SETTLED, "The definition would not even cover the sigmoid.")
    below, above = evidence["the limits of ReLU for x → −∞ and x → ∞"]
    return Judgement(
        Verdict.HOLDS,
        "A squashing function does not decrease and tends to 0 on the left and to 1 on the right (Hornik et al. 1989). "
        f"ReLU tends to {below} and to {'∞' if above == sp.oo else above}. "
        + ("Cut off and divided, as ReLU6 / 6, it would be one." if squashes["the limits of ReLU6 / 6"] else ""),
    )


def _scaled_evidence() -> Evidence:
    target = sp.Interval.open(-1, 1)
    hundred = sp.Interval.open(-100, 100)
    sigmoid, tanh = SIGMOID.range.set, TANH.range.set

    def scaled(values: sp.Interval, factor: int, shift: int = 0) -> sp.Interval:
        return sp.Interval(
            factor * values.start + shift, factor * values.end + shift, values.left_open, values.right_open
        )

    return {
        "tanh fills (−1, 1)": tanh == target,
        "the sigmoid fills (−1, 1)": sigmoid == target,
        "2σ − 1 fills (−1, 1)": scaled(sigmoid, 2, -1) == target,
        "100 tanh fills (−100, 100)": scaled(tanh, 100) == hundred,
        "the range of 100 σ": f"({scaled(sigmoid, 100).start}, {scaled(sigmoid, 100).end})",
        "the ends ±1 are values of tanh": TANH.range.low_attained or TANH.range.high_attained,
    }


def _scaled_rule(evidence: Evidence) -> Judgement:
    tanh_fits = evidence["tanh fills (−1, 1)"] and evidence["100 tanh fills (−100, 100)"]
    if tanh_fits and evidence["the sigmoid fills (−1, 1)"]:
        return Judgement(Verdict.HOLDS, "Both functions fill the interval.")
    if not tanh_fits:
        return Judgement(Verdict.FALSE, "Not even tanh fills the interval.")
    stretched = ", or the sigmoid after stretching it to 2σ − 1" if evidence["2σ − 1 fills (−1, 1)"] else ""
    ends = "" if evidence["the ends ±1 are values of tanh"] else " The ends themselves stay out of reach."
    return Judgement(
        Verdict.HOLDS_IF,
        f"the function is tanh{stretched}. The bare sigmoid never gives a negative output, "
        f"and times 100 it fills {evidence['the range of 100 σ']}.{ends}",
    )


CLAIMS = (
    Claim(
        number=10,
        documents=("D0",),
        statement="Softplus takes strictly positive values only, which makes it fit to predict a variance.",
        method="limit and range by SymPy; search among the floats",
        chapter="range",
        compute=_softplus_evidence,
        rule=_softplus_rule,
    ),
    Claim(
        number=13,
        documents=("D1",),
        statement="The sigmoid maps every real number into [0, 1].",
        method="range by SymPy; search among the floats",
        chapter="range",
        compute=_squash_evidence,
        rule=_squash_rule,
    ),
    Claim(
        number=14,
        documents=("D1",),
        statement="The sigmoid has a large gradient where x is small and a small one where x is large.",
        method="symmetry and monotonicity of the derivative by SymPy",
        chapter="range",
        compute=_gradient_evidence,
        rule=_gradient_rule,
    ),
    Claim(
        number=15,
        documents=("D1",),
        statement="The outputs of a sigmoid are not centred at zero.",
        method=f"identity by SymPy; signs of random gradients, {len(CENTRE_SEEDS)} seeds",
        chapter="range",
        compute=_centre_evidence,
        rule=_centre_rule,
    ),
    Claim(
        number=16,
        documents=("D1",),
        statement="tanh is (eˣ − e⁻ˣ)/(eˣ + e⁻ˣ); it maps into [−1, 1], saturates, and is centred at zero.",
        method="identities and limits by SymPy; search among the floats",
        chapter="range",
        compute=_tanh_evidence,
        rule=_tanh_rule,
    ),
    Claim(
        number=17,
        documents=("D1",),
        statement="ReLU6 is min(6, max(0, x)).",
        method="piece by piece, by SymPy",
        chapter="range",
        compute=_relu6_evidence,
        rule=_relu6_rule,
    ),
    Claim(
        number=45,
        documents=("D3",),
        statement="A sigmoid is a squashing function whose outputs range over [−1, 1].",
        method="range by SymPy; a counterexample",
        chapter="range",
        compute=_squashing_range_evidence,
        rule=_squashing_range_rule,
    ),
    Claim(
        number=46,
        documents=("D3",),
        statement="ReLU is not a squashing function.",
        method="limits by SymPy against the published definition",
        chapter="range",
        compute=_relu_squash_evidence,
        rule=_relu_squash_rule,
    ),
    Claim(
        number=48,
        documents=("D3",),
        statement="For outputs in [−1, 1] end with a sigmoid or tanh; for [−100, 100] multiply that by 100.",
        method="ranges by SymPy",
        chapter="range",
        compute=_scaled_evidence,
        rule=_scaled_rule,
    ),
)
