"""The claims about heads and their losses, which identities by SymPy decide."""

from __future__ import annotations

from itertools import product
from typing import Any

import numpy as np
import sympy as sp

from autograder.catalogue import CATALOGUE, X
from book.lab.claims import output_numbers
from book.lab.claims._claim import Evidence, Judgement, Verdict
from book.lab.heads import HEADS, LOGITS, MISMATCHED, T, Z, softmax

SIGMOID, IDENTITY = CATALOGUE["sigmoid"], CATALOGUE["identity"]


# Claims 22 and 60: which head for which task.

NAMED = {"classes": "softmax with cross-entropy", "binary": "sigmoid with binary cross-entropy"}
NAMED |= {"number": "identity with squared error"}


def _pairs_evidence() -> Evidence:
    matched = {
        f"gradient − (prediction − target), {words}": tuple(HEADS[name].remainders) for name, words in NAMED.items()
    }
    wrong = {
        f"the gradient for target 1 and z → −∞, {words}": sp.limit(head.gradient[0].subs(T, 1), Z, -sp.oo)
        for head, words in ((HEADS["binary"], NAMED["binary"]), (MISMATCHED, "sigmoid with squared error"))
    }
    return {**matched, **wrong}


def _pairs_rule(evidence: Evidence) -> Judgement:
    fits = {
        words: all(item == 0 for item in evidence[f"gradient − (prediction − target), {words}"])
        for words in NAMED.values()
    }
    with_own, with_other = (
        evidence[f"the gradient for target 1 and z → −∞, {words}"]
        for words in (NAMED["binary"], "sigmoid with squared error")
    )
    contrast = (
        f"A sigmoid that is sure and wrong gets the gradient {with_own} from its own loss; from the squared error it "
        f"would get {with_other}."
    ).replace("-", "−")
    if all(fits.values()):
        return Judgement(
            Verdict.HOLDS,
            f"With its loss, each of the three heads has the gradient prediction − target. {contrast}".replace(
                "-", "−"
            ),
        )
    if any(fits.values()):
        good = ", ".join(words for words, fit in fits.items() if fit)
        return Judgement(Verdict.MISLEADING, f"Only {good} has the gradient prediction − target.")
    return Judgement(Verdict.FALSE, "None of the heads has the gradient prediction − target.")


def _outputs_evidence() -> Evidence:
    probabilities = softmax(LOGITS)
    jacobian = sp.Matrix(3, 3, lambda i, j: sp.diff(probabilities[i], LOGITS[j]))
    at_zero = jacobian.subs(dict.fromkeys(LOGITS, 0))
    return {
        "the three softmax outputs add up to": sp.simplify(sum(probabilities)),
        "the range of a softmax output": str(CATALOGUE["softmax"].range),
        "how many of the three softmax outputs are independent": int(at_zero.rank()),
        "softmax of two outputs − sigmoid of their difference": _two_classes(),
        "the range of the sigmoid": str(SIGMOID.range),
        "a linear output takes every number": IDENTITY.range.set == sp.Reals,
        "two softmax outputs can both exceed 1/2": _both_above_half(),
        "a linear output can be negative": bool(IDENTITY.range.low < 0),
    }


def _two_classes() -> sp.Expr:
    """Return softmax of two logits, first component, minus the sigmoid of their difference."""
    a, b = sp.symbols("a b", real=True)
    return sp.simplify(softmax((a, b))[0] - SIGMOID.expr.subs(X, a - b))


def _both_above_half() -> bool:
    """Say whether two softmax outputs can both exceed 1/2: they are positive, so only if all add up to more than 1."""
    return bool(sp.simplify(sum(softmax(LOGITS))) > 1)


def _outputs_rule(evidence: Evidence) -> Judgement:
    right = (
        evidence["the three softmax outputs add up to"] == 1
        and evidence["softmax of two outputs − sigmoid of their difference"] == 0
        and evidence["a linear output takes every number"]
    )
    if not right:
        return Judgement(Verdict.FALSE, "One of the three recommendations does not deliver what its task needs.")
    independent = evidence["how many of the three softmax outputs are independent"]
    counts = (
        f"Of three softmax outputs only {independent} are independent, so n − 1 would do; for two classes that is "
        "the one sigmoid."
    )
    if evidence["two softmax outputs can both exceed 1/2"] and not evidence["a linear output can be negative"]:
        return Judgement(Verdict.HOLDS, counts)
    return Judgement(
        Verdict.HOLDS_IF,
        "exactly one class is right for each example, and the number to be predicted may have either sign. "
        "Two softmax outputs cannot both exceed 1/2, and a linear output does not keep to a range. " + counts,
    )


# Claim 23: a printed formula.


def _printed_evidence() -> Evidence:
    c, k, o, m = sp.symbols("c k o M", integer=True, positive=True)
    y = sp.IndexedBase("y")
    printed = sp.exp(y[k]) / sp.Sum(sp.exp(y[c]), (c, 1, m))
    repaired = sp.exp(y[c]) / sp.Sum(sp.exp(y[k]), (k, 1, m))
    indices = {o, c, k}

    def total(formula: sp.Expr) -> sp.Expr:
        """Add a formula up over the classes c = 1, 2, 3, for the logits 1, 2, 3 and k = 1 where k is free."""
        terms = [formula.subs(c, each) if c in formula.free_symbols else formula.subs(k, 1) for each in (1, 2, 3)]
        written = [term.subs(m, 3).doit() for term in terms]
        return sp.simplify(sum(term.subs({y[each]: each for each in (1, 2, 3)}) for term in written))

    return {
        "indices of the left side": "o, c",
        "free indices of the right side, as printed": _listed(printed.free_symbols & indices),
        "free indices of the right side, repaired": _listed(repaired.free_symbols & indices),
        "sum over three classes with logits 1, 2, 3, as printed": float(total(printed)),
        "sum over three classes with logits 1, 2, 3, repaired": float(total(repaired)),
    }


def _listed(symbols: Any) -> str:
    return ", ".join(sorted(symbol.name for symbol in symbols))


def _printed_rule(evidence: Evidence) -> Judgement:
    printed = evidence["free indices of the right side, as printed"]
    total, repaired = (
        evidence[f"sum over three classes with logits 1, 2, 3, {which}"] for which in ("as printed", "repaired")
    )
    if printed == "c" and np.isclose(total, 1):
        return Judgement(Verdict.HOLDS, "Both sides have the same class index, and the probabilities add up to 1.")
    if np.isclose(total, 1):
        return Judgement(Verdict.MISLEADING, f"The right side depends on {printed}, but the probabilities add up to 1.")
    return Judgement(
        Verdict.FALSE,
        f"The left side speaks of class c, while the right side depends on {printed} and uses c up in its sum. Read to "
        f"the letter, every class has the same value, and three of them add up to {total:.2f}. With c on top and "
        f"another letter in the sum they add up to {repaired:g}. "
        "The index o, of the example, is missing on the right.",
    )


# Claim 38: two classes.


def _sigmoid_evidence() -> Evidence:
    z = sp.Symbol("z", real=True)
    return {
        "first softmax output of (a, b) − σ(a − b)": _two_classes(),
        "first softmax output of (z, 0) − σ(z)": sp.simplify(softmax((z, sp.S.Zero))[0] - SIGMOID.expr.subs(X, z)),
        "first softmax output of (a, b) − σ(a)": str(
            sp.simplify(softmax(sp.symbols("a b"))[0] - SIGMOID.expr.subs(X, sp.Symbol("a")))
        ),
    }


def _sigmoid_rule(evidence: Evidence) -> Judgement:
    if evidence["first softmax output of (a, b) − σ(a − b)"] != 0:
        return Judgement(Verdict.FALSE, "The softmax of two logits is no sigmoid of their difference.")
    if evidence["first softmax output of (z, 0) − σ(z)"] != 0:
        return Judgement(Verdict.MISLEADING, "The two agree, but not where the second logit is 0.")
    return Judgement(
        Verdict.HOLDS,
        "The first of two softmax outputs is the sigmoid of the difference of the logits; with the second logit fixed "
        "at 0 it is the sigmoid itself.",
    )


# Claim 42: one label or several.


def _labels_evidence() -> Evidence:
    logits = sp.symbols("z_1:4", real=True)
    yes = [SIGMOID.expr.subs(X, logit) for logit in logits]
    sets = [
        sp.prod([p if chosen else 1 - p for p, chosen in zip(yes, answer, strict=True)])
        for answer in product((0, 1), repeat=3)
    ]
    half = sp.Rational(1, 2)
    exactly_one = output_numbers.TEN * half**output_numbers.TEN
    return {
        "softmax: the probabilities of the 3 classes add up to": sp.simplify(sum(softmax(logits))),
        "sigmoids: the probabilities of all 8 sets of 3 labels add up to": sp.simplify(sum(sets)),
        "two softmax outputs can both exceed 1/2": _both_above_half(),
        "two sigmoids can both exceed 1/2": bool(SIGMOID.expr.subs(X, 1) > half),
        "share of probability that ten sigmoids at logit 0 give to none or several of ten labels": float(
            1 - exactly_one
        ),
    }


def _labels_rule(evidence: Evidence) -> Judgement:
    one = evidence["softmax: the probabilities of the 3 classes add up to"] == 1
    several = evidence["sigmoids: the probabilities of all 8 sets of 3 labels add up to"] == 1
    if not (one and several):
        return Judgement(Verdict.FALSE, "One of the two is not a distribution over the answers of its task.")
    both = evidence["two softmax outputs can both exceed 1/2"]
    waste = evidence["share of probability that ten sigmoids at logit 0 give to none or several of ten labels"]
    if both or not evidence["two sigmoids can both exceed 1/2"]:
        return Judgement(Verdict.MISLEADING, "Both heads are distributions over the answers of both tasks.")
    return Judgement(
        Verdict.HOLDS,
        "Softmax is a distribution over classes of which exactly one is right, and cannot give two labels more than "
        "one half each. Sigmoids are a distribution over all sets of labels; for labels that exclude each other they "
        f"spend probability on sets that cannot occur, {waste:.1%} of it for ten undecided outputs.",
    )


CLAIMS = (
    output_numbers.claim(
        22,
        ("D1",),
        "End with softmax for many classes, with a sigmoid for two, and linearly for regression.",
        "gradients of each head with its loss, by SymPy",
        _pairs_evidence,
        _pairs_rule,
    ),
    output_numbers.claim(
        23,
        ("D1",),
        "The probability p(o, c) that example o belongs to class c is e^(y_k) / Σ e^(y_c), summed over c from 1 to M.",
        "free and bound indices by SymPy; an example",
        _printed_evidence,
        _printed_rule,
    ),
    output_numbers.claim(
        38,
        ("D3",),
        "The sigmoid is the special case of softmax with two classes.",
        "identities by SymPy",
        _sigmoid_evidence,
        _sigmoid_rule,
    ),
    output_numbers.claim(
        42,
        ("D3",),
        "For labels that exclude each other use softmax, for several labels at once a sigmoid for each.",
        "sums of the probabilities of all answers, by SymPy",
        _labels_evidence,
        _labels_rule,
    ),
    output_numbers.claim(
        60,
        ("D4",),
        "For n classes take n outputs and softmax; for two classes one output and a sigmoid will do; for regression "
        "one linear output.",
        "sums, ranges and the rank of a Jacobian, by SymPy",
        _outputs_evidence,
        _outputs_rule,
    ),
    *output_numbers.CLAIMS,
)
