"""The claims about output layers that ranges decide, and those in which floating point parts from the real numbers."""

from __future__ import annotations

from typing import Any

import numpy as np
import sympy as sp

from autograder.catalogue import CATALOGUE
from autograder.reference import REFERENCE
from book.lab.claims._claim import Claim, Evidence, Judgement, Verdict
from book.lab.claims.floats import first_float
from book.lab.heads import LOGITS, Z, of, softmax

SIGMOID, TANH, IDENTITY = (CATALOGUE[name] for name in ("sigmoid", "tanh", "identity"))
TEN = 10
TYPES = (np.float64, np.float32)


def claim(number: int, documents: tuple[str, ...], statement: str, method: str, compute: Any, rule: Any) -> Claim:
    """Return a claim of the chapter on the output layer."""
    return Claim(
        number=number,
        documents=documents,
        statement=statement,
        method=method,
        chapter="output_layer",
        compute=compute,
        rule=rule,
    )


def _number(name: str, x: Any) -> Any:
    """Return an activation of the reference, elementwise or along the last axis."""
    reference: Any = REFERENCE[name]
    return reference.value(x)


# Claim 43: before or after the activation.


def textbook_loss(z: Any) -> Any:
    """Return −log(1 − σ(z)) as it is printed, the loss for the answer no."""
    with np.errstate(all="ignore"):
        return -np.log(1 - 1 / (1 + np.exp(-z)))


def stable_loss(z: Any) -> Any:
    """Return the same loss from the logit: softplus."""
    return _number("softplus", z)


def _before_evidence() -> Evidence:
    a, b = sp.symbols("a b", real=True)
    fused = sp.log(1 + sp.exp(b - a))
    lost = {
        f"the smallest {kind.__name__} z at which −log(1 − σ(z)) is infinite": first_float(
            lambda z: bool(np.isinf(textbook_loss(z))), 1, 80, kind
        )
        for kind in TYPES
    }
    kept = {
        f"the loss from the logit at that z, {kind.__name__}": float(stable_loss(kind(value)))
        for kind, value in zip(TYPES, lost.values(), strict=True)
    }
    return {
        "−log softmax(a, b)₁ − log(1 + e^(b − a)) on the real numbers": sp.simplify(
            sp.exp(-sp.log(softmax((a, b))[0]) - fused) - 1
        ),
        **lost,
        **kept,
    }


def _before_rule(evidence: Evidence) -> Judgement:
    if evidence["−log softmax(a, b)₁ − log(1 + e^(b − a)) on the real numbers"] != 0:
        return Judgement(Verdict.FALSE, "The loss computed from the logits is another one.")
    ends = [evidence[f"the smallest {kind.__name__} z at which −log(1 − σ(z)) is infinite"] for kind in TYPES]
    if all(np.isinf(end) for end in ends):
        return Judgement(Verdict.HOLDS, "It makes no difference, on the real numbers or in floating point.")
    kept = evidence["the loss from the logit at that z, float64"]
    return Judgement(
        Verdict.HOLDS_IF,
        "it is read as mathematics. In a program the activation of the output layer and the loss should be one "
        "function of the pre-activations: computed one after the other, the loss of a wrong answer is infinite from "
        f"z = {ends[0]:.1f} on in float64 and from {ends[1]:.1f} on in float32, where it should be {kept:.1f} and "
        f"{evidence['the loss from the logit at that z, float32']:.1f}.",
    )


# Claim 49: softmax adds up to 1, and the largest of ten sigmoids.


def _ten_evidence() -> Evidence:
    logits = np.random.default_rng(49).normal(scale=5, size=(2_000, TEN))
    sums = _number("softmax", logits).sum(axis=-1)
    same = np.mean(_number("softmax", logits).argmax(axis=-1) == _number("sigmoid", logits).argmax(axis=-1))
    return {
        "softmax of three logits adds up to": sp.simplify(sum(softmax(LOGITS))),
        "largest distance of a computed sum from 1, in units of the float64 spacing": float(
            np.max(np.abs(sums - 1)) / np.finfo(np.float64).eps
        ),
        "share of 2,000 draws of ten logits in which both choose the same class": float(same),
        "the sigmoid rises everywhere on the real numbers": bool(SIGMOID.derivative.is_positive),
        **{
            f"the smallest {kind.__name__} z from which on all sigmoids are equal": first_float(
                lambda z: bool(_number("sigmoid", z) == 1), 1, 100, kind
            )
            for kind in TYPES
        },
    }


def _ten_rule(evidence: Evidence) -> Judgement:
    rises = evidence["the sigmoid rises everywhere on the real numbers"]
    if evidence["softmax of three logits adds up to"] != 1 or not rises:
        return Judgement(Verdict.FALSE, "Either the sum is not 1, or the sigmoid does not keep the order.")
    same = evidence["share of 2,000 draws of ten logits in which both choose the same class"]
    ends = [evidence[f"the smallest {kind.__name__} z from which on all sigmoids are equal"] for kind in TYPES]
    error = evidence["largest distance of a computed sum from 1, in units of the float64 spacing"]
    if same == 1 and all(np.isinf(end) for end in ends):
        return Judgement(Verdict.HOLDS, "The order is kept on the real numbers and in floating point.")
    if same < 1:
        return Judgement(Verdict.MISLEADING, f"The two choose the same class in {same:.1%} of the draws only.")
    return Judgement(
        Verdict.HOLDS_IF,
        f"no two of the largest logits lie above {ends[0]:.1f} in float64 ({ends[1]:.1f} in float32), where all "
        "sigmoids are computed as exactly 1 and the choice among them is arbitrary; the logits themselves are still in "
        f"order. The computed sum of a softmax is 1 up to rounding: within {error:.0f} units of the float spacing in "
        "2,000 draws.",
    )


# Claim 50: regression.

OUTSIDE = sp.Rational(3, 2)


def _regression_evidence() -> Evidence:
    error = (of("tanh", Z) - OUTSIDE) ** 2
    return {
        "the range of a linear output": str(IDENTITY.range),
        "the range of a tanh output": str(TANH.range),
        f"the target {OUTSIDE} is in the range of a linear output": IDENTITY.range.set.contains(OUTSIDE) == sp.true,
        f"the target {OUTSIDE} is in the range of tanh": TANH.range.set.contains(OUTSIDE) == sp.true,
        f"the squared error of tanh that stays for the target {OUTSIDE}": sp.limit(error, Z, sp.oo),
    }


def _regression_rule(evidence: Evidence) -> Judgement:
    if not evidence[f"the target {OUTSIDE} is in the range of a linear output"]:
        return Judgement(Verdict.FALSE, "A linear output cannot reach every target either.")
    if evidence[f"the target {OUTSIDE} is in the range of tanh"]:
        return Judgement(Verdict.MISLEADING, "tanh would reach the same targets.")
    return Judgement(
        Verdict.HOLDS,
        f"A linear output takes every value in {evidence['the range of a linear output']}. With tanh, a target of "
        f"{OUTSIDE} leaves a squared error above "
        f"{evidence[f'the squared error of tanh that stays for the target {OUTSIDE}']} however long one trains.",
    )


# Claim 53: rewards.


def _reward_evidence() -> Evidence:
    discount, step = sp.Symbol("gamma", positive=True), sp.Symbol("k", integer=True, nonnegative=True)
    total = sp.Sum(discount**step, (step, 0, sp.oo)).subs(discount, sp.Rational(99, 100)).doit()
    return {
        "the range of tanh": str(TANH.range),
        "the largest total of rewards in [−1, 1] with discount 99/100": total,
        "that total is in the range of tanh": TANH.range.set.contains(total) == sp.true,
        "a total of 1 is in the range of tanh": TANH.range.set.contains(sp.S.One) == sp.true,
        "every total inside (−1, 1) is in the range of tanh": sp.Interval.open(-1, 1).is_subset(TANH.range.set),
        "a linear output takes every number": IDENTITY.range.set == sp.Reals,
    }


def _reward_rule(evidence: Evidence) -> Judgement:
    if not (
        evidence["every total inside (−1, 1) is in the range of tanh"]
        and evidence["a linear output takes every number"]
    ):
        return Judgement(Verdict.FALSE, "tanh does not reach the scaled totals, or a linear output not the others.")
    if evidence["that total is in the range of tanh"] and evidence["a total of 1 is in the range of tanh"]:
        return Judgement(Verdict.HOLDS, "The range of tanh holds whatever was scaled into [−1, 1].")
    return Judgement(
        Verdict.HOLDS_IF,
        "it is the total that is scaled, not each reward, and totals stay off the ends. Rewards between −1 and 1 with "
        "discount 99/100 add up to as much as "
        f"{evidence['the largest total of rewards in [−1, 1] with discount 99/100']}, and the range of tanh is "
        f"{evidence['the range of tanh']}.",
    )


CLAIMS = (
    claim(
        43,
        ("D3",),
        "The activation belongs to the model, y = f(Wx + b), and is applied before the error is computed.",
        "identity by SymPy; search among the floats",
        _before_evidence,
        _before_rule,
    ),
    claim(
        49,
        ("D3",),
        "Softmax outputs add up to 1; with ten sigmoids one can take the largest as the class.",
        "identity by SymPy; 2,000 draws, seed 49; search among the floats",
        _ten_evidence,
        _ten_rule,
    ),
    claim(
        50,
        ("D3",),
        "For regression use a linear output, since it does not bound the result.",
        "ranges and a limit by SymPy",
        _regression_evidence,
        _regression_rule,
    ),
    claim(
        53,
        ("D3",),
        "In reinforcement learning use a linear output, unless the total reward is scaled into a range such as "
        "[−1, 1], for which tanh serves.",
        "ranges and a geometric series by SymPy",
        _reward_evidence,
        _reward_rule,
    ),
)
