"""The claims about saturation that a limit, a search among the floats or a count at the start decides."""

from __future__ import annotations

from itertools import product
from typing import Any

import numpy as np
import sympy as sp

from autograder.catalogue import CATALOGUE, X
from autograder.reference import REFERENCE
from book.lab.claims import saturation_depth, saturation_experiments
from book.lab.claims._claim import Claim, Evidence, Judgement, Verdict
from book.lab.claims.floats import first_float
from book.lab.claims.saturation_depth import scientific
from book.lab.claims.saturation_experiments import scaled_digits, units
from book.lab.networks import SCALES, digits, forward, gradients, hidden, initialise

SIGMOID, TANH, RELU = (CATALOGUE[name] for name in ("sigmoid", "tanh", "relu"))

# Claim 28: how fast tanh saturates.


def _speed_evidence() -> Evidence:
    gap_right = (1 - TANH.expr).rewrite(sp.exp)
    gap_left = (TANH.expr + 1).rewrite(sp.exp)
    softsign = 1 - X / (1 + X)
    return {
        "the limit of (1 − tanh x)·e^(2x) for x → ∞": sp.limit(sp.simplify(gap_right * sp.exp(2 * X)), X, sp.oo),
        "the limit of (1 + tanh x)·e^(−2x) for x → −∞": sp.limit(sp.simplify(gap_left * sp.exp(-2 * X)), X, -sp.oo),
        "the limit of (1 − softsign x)·e^(2x), for comparison": sp.limit(softsign * sp.exp(2 * X), X, sp.oo),
        "1 − tanh 3": float(1 - sp.tanh(3)),
        "1 − tanh 6": float(sp.N(1 - sp.tanh(6))),
    }


def _speed_rule(evidence: Evidence) -> Judgement:
    ends = [value for name, value in evidence.items() if "tanh x" in name]
    exponential = [end.is_finite and end != 0 for end in ends]
    if all(exponential):
        right, left = ends
        return Judgement(
            Verdict.HOLDS,
            f"The distance from 1 shrinks like {right}·e^(−2x) on the right, the distance from −1 like {left}·e^(2x) "
            f"on the left: at 3 it is {scientific(evidence['1 − tanh 3'])}, at 6 it is "
            f"{scientific(evidence['1 − tanh 6'])}.",
        )
    verdict = Verdict.HOLDS_IF if any(exponential) else Verdict.FALSE
    return Judgement(verdict, "only one side is meant." if any(exponential) else "Neither side shrinks exponentially.")


# Claim 36: ReLU does not saturate, and its codes are sparse.

SPARSE = 0.25
"""A code counts as sparse where at least this share of its entries is exactly 0: so many products can be left out."""


def _zero_shares(name: str) -> tuple[float, ...]:
    """Return the share of activations that are exactly 0 at the start, for both starts and every seed."""
    x = digits()[0]
    shares = []
    for scheme in SCALES:
        layers = initialise(saturation_experiments.SIZES, seeds=saturation_experiments.SEEDS, scheme=scheme)
        inputs = forward(layers, x[None], hidden(name))[0][1:]
        shares.extend(np.mean([np.mean(part == 0, axis=(1, 2)) for part in inputs], axis=0).tolist())
    return tuple(shares)


def _sparse_evidence() -> Evidence:
    left, right = RELU.pieces[0].expr, RELU.pieces[-1].expr
    after = units("relu", 0.0).zeros[:, 1]
    return {
        "the slope of ReLU for x < 0 and for x > 0": (sp.diff(left, X), sp.diff(right, X)),
        "the limit of the slope of tanh for x → ∞": sp.limit(TANH.derivative, X, sp.oo),
        "share of activations that are exactly 0 at the start, ReLU": _zero_shares("relu"),
        "share of activations that are exactly 0 after training, ReLU": tuple(after.tolist()),
        "share of activations that are exactly 0 at the start, tanh": _zero_shares("tanh"),
    }


def _sparse_rule(evidence: Evidence) -> Judgement:
    left, right = evidence["the slope of ReLU for x < 0 and for x > 0"]
    start = evidence["share of activations that are exactly 0 at the start, ReLU"]
    after = evidence["share of activations that are exactly 0 after training, ReLU"]
    shares = (
        f"Of the activations, {np.median(start):.0%} are exactly 0 at the start and {np.median(after):.0%} after "
        f"training (medians of {len(start)} runs)."
    )
    sparse = min(*start, *after) >= SPARSE
    if right == 0 or not sparse:
        return Judgement(Verdict.FALSE if right == 0 and not sparse else Verdict.MISLEADING, shares)
    if left == 0:
        return Judgement(
            Verdict.HOLDS_IF,
            f"the pre-activation is positive: there the slope is {right} however large x is. On the left it is exactly "
            f"{left} everywhere, which is as saturated as can be, and the reason for the zeros. {shares}",
        )
    return Judgement(Verdict.HOLDS, f"The slope vanishes on neither side. {shares}")


# Claim 37: saturated is not dead.


def _naive_slope(x: Any) -> Any:
    s = REFERENCE["sigmoid"].value(x)
    return s * (1 - s)


def _saturated_evidence() -> Evidence:
    slope = hidden("sigmoid").derivative
    types = (np.float64, np.float32)
    return {
        "the slope of the sigmoid is positive on the real numbers": bool(SIGMOID.derivative.is_positive),
        "the slope of ReLU at −1": sp.diff(RELU.pieces[0].expr, X),
        "the slope of the sigmoid at −10": float(slope(np.array([-10.0]))[0]),
        **{
            f"the smallest {kind.__name__} x at which the slope is exactly 0": first_float(
                lambda x: bool(slope(x) == 0), 1, 1000, kind
            )
            for kind in types
        },
        **{
            f"the smallest {kind.__name__} x at which s(1 − s) is exactly 0": first_float(
                lambda x: bool(_naive_slope(x) == 0), 1, 1000, kind
            )
            for kind in types
        },
    }


def _saturated_rule(evidence: Evidence) -> Judgement:
    if not evidence["the slope of the sigmoid is positive on the real numbers"]:
        return Judgement(Verdict.FALSE, "The slope of the sigmoid is 0 somewhere, and the unit dead there.")
    if evidence["the slope of ReLU at −1"] != 0:
        return Judgement(Verdict.MISLEADING, "Neither function has a slope of exactly 0, so the two do not differ.")
    ends = {name: value for name, value in evidence.items() if name.startswith("the smallest")}
    if all(np.isinf(value) for value in ends.values()):
        return Judgement(Verdict.HOLDS, "The slope is positive everywhere, in floating point as well.")
    exact, naive = (
        [value for name, value in ends.items() if ("s(1 − s)" in name) == wanted] for wanted in (False, True)
    )
    return Judgement(
        Verdict.HOLDS_IF,
        f"|x| stays below {exact[0]:.0f} in float64 ({exact[1]:.0f} in float32). There the slope is tiny and positive, "
        f"{scientific(evidence['the slope of the sigmoid at −10'])} at −10, while that of ReLU is exactly 0 on the "
        f"whole left half. A program that computes it as s(1 − s) gets 0, and a dead unit, from {naive[0]:.1f} on in "
        f"float64 and from {naive[1]:.1f} on in float32.",
    )


# Claim 27: half of the activations are positive at the start.

NEAR = 0.05
"""A share counts as about one half from 45 % to 55 %."""
HALF_WIDTHS = (16, 64, 256)
HALF_SEEDS = range(5)
HALF_PATTERNS = 100


def _half(width: int, scheme: str, scale: str) -> tuple[float, float, float]:
    """Return the shares of positive pre-activations, of units of both signs, and of first weights with a gradient."""
    x, labels = scaled_digits()[scale][:HALF_PATTERNS], digits()[1][:HALF_PATTERNS]
    layers = initialise((64, width, width, width, 10), seeds=HALF_SEEDS, scheme=scheme)
    before = forward(layers, x[None], hidden("relu"))[1][:-1]
    positive = float(np.mean([np.mean(z > 0) for z in before]))
    mixed = float(np.mean([np.mean((z > 0).any(axis=1) & (z <= 0).any(axis=1)) for z in before]))
    batch = np.repeat(x[None], len(HALF_SEEDS), axis=0), np.repeat(labels[None], len(HALF_SEEDS), axis=0)
    seen = (x != 0).any(axis=0)  # no gradient reaches the weights of a pixel that is always 0
    reached = float(np.mean(gradients(layers, *batch, hidden("relu"))[0][0][:, seen] != 0))
    return positive, mixed, reached


def _half_evidence() -> Evidence:
    evidence: dict[str, Any] = {}
    for scale, words in ((saturation_experiments.STANDARD, "standardised"), ("[0, 16]", "not normalised")):
        found = [_half(width, scheme, scale) for width, scheme in product(HALF_WIDTHS, SCALES)]
        positive, mixed, reached = zip(*found, strict=True)
        evidence[f"share of positive pre-activations, {words}"] = positive
        evidence[f"share of units that are positive for some patterns only, {words}"] = mixed
        evidence[f"share of the first layer's weights that some pattern moves, {words}"] = reached
    plain = units("relu", 0.0)
    evidence["the loss after training is below that of guessing"] = bool(np.all(plain.loss[:, 0] < np.log(10)))
    return evidence


def _half_rule(evidence: Evidence) -> Judgement:
    shares = evidence["share of positive pre-activations, standardised"]
    mixed, plain = (
        float(np.median(evidence[f"share of units that are positive for some patterns only, {words}"]))
        for words in ("standardised", "not normalised")
    )
    reached = min(evidence["share of the first layer's weights that some pattern moves, standardised"])
    if any(abs(share - 0.5) > NEAR for share in shares):
        return Judgement(
            Verdict.FALSE,
            f"The share of positive pre-activations lies between {min(shares):.0%} and {max(shares):.0%}.",
        )
    if not evidence["the loss after training is below that of guessing"]:
        return Judgement(Verdict.NOT_SETTLED, "Half of the activations are positive, but training does not succeed.")
    raw = evidence["share of positive pre-activations, not normalised"]
    symmetric = all(abs(share - 0.5) <= NEAR for share in raw)
    found = (
        f"Between {min(shares):.1%} and {max(shares):.1%} are positive, over {len(HALF_WIDTHS)} widths and two starts, "
        f"at least {reached:.0%} of the first layer's weights get a gradient, and training succeeds in every run. "
    )
    found += (
        f"Weights that are symmetric about 0 suffice for the half: without normalisation it is "
        f"{min(raw):.1%} to {max(raw):.1%}. Units that are positive for some patterns and not for others make up "
        f"{mixed:.0%} with normalised data and {plain:.0%} without."
        if symmetric
        else f"Without normalisation it is {min(raw):.0%} to {max(raw):.0%}."
    )
    return Judgement(Verdict.HOLDS, found)


CLAIMS = (
    Claim(
        number=27,
        documents=("D2",),
        statement="Gradient descent needs a gradient that is informative on average, and initialisation and normalised "
        "data ensure it: when training starts, half of the activations are positive.",
        method=f"count at the start, {len(HALF_SEEDS)} seeds, Glorot and He start, widths "
        f"{', '.join(map(str, HALF_WIDTHS))}, three hidden layers; training as in claim 20",
        chapter="saturation",
        compute=_half_evidence,
        rule=_half_rule,
    ),
    Claim(
        number=28,
        documents=("D2",),
        statement="tanh saturates exponentially fast on both sides.",
        method="limits by SymPy",
        chapter="saturation",
        compute=_speed_evidence,
        rule=_speed_rule,
    ),
    Claim(
        number=36,
        documents=("D3",),
        statement="The gradient of ReLU does not saturate, and ReLU gives sparse codes.",
        method="derivatives by SymPy; count of zeros, "
        f"{len(saturation_experiments.SEEDS)} seeds, Glorot and He start, before and after training at rate "
        f"{saturation_experiments.RATES[1]:g}",
        chapter="saturation",
        compute=_sparse_evidence,
        rule=_sparse_rule,
    ),
    Claim(
        number=37,
        documents=("D3",),
        statement="Sigmoid units do not die; they saturate, with a gradient so small that learning is slow.",
        method="sign of the derivative by SymPy; search among the floats",
        chapter="saturation",
        compute=_saturated_evidence,
        rule=_saturated_rule,
    ),
    *saturation_depth.CLAIMS,
    *saturation_experiments.CLAIMS,
)
