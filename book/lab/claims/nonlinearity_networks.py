"""The claims about what non-linear activations do in networks, and which functions count as such."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import product
from typing import Any

import numpy as np
import sympy as sp
from scipy.optimize import linprog

from autograder.assignments.digits import images_and_labels
from autograder.catalogue import CATALOGUE, libraries
from autograder.reference import REFERENCE
from book.lab.claims._claim import Claim, Evidence, Judgement, Verdict
from book.lab.networks import Array, Hidden, forward, gradients, initialise

CORNERS = np.array([[0.0, 0.0], [0.0, 1.0], [1.0, 0.0], [1.0, 1.0]])
XOR = np.array([0.0, 1.0, 1.0, 0.0])
SPLITS = range(5)
USEFUL = 0.9
"""Whoever reads nine digits in ten, where guessing gets one, has solved something that is not trivial."""


def xor_network(x: Array) -> Array:
    """Return the two-unit network of the chapter: relu(s) − 2 relu(s − 1), where s is the sum of both inputs."""
    relu, total = REFERENCE["relu"].value, x.sum(axis=1)
    result: Array = relu(total) - 2 * relu(total - 1)
    return result


def separable(labels: Array) -> bool:
    """Tell whether an affine function is above ½ exactly at the corners labelled 1 (by linear programming)."""
    signs = np.where(labels > 0.5, 1.0, -1.0)
    rows = -signs[:, None] * np.column_stack([CORNERS, np.ones(4)])
    return bool(linprog(np.zeros(3), A_ub=rows, b_ub=-np.ones(4), bounds=(None, None)).success)


def affine_accuracy(seed: int) -> float:
    """Return the share of unseen scanned digits that an affine map, fitted by least squares, names rightly."""
    pixels, labels = images_and_labels()
    order = np.random.default_rng(seed).permutation(len(labels))
    seen, unseen = np.array_split(order, [int(0.7 * len(order))])
    x = np.column_stack([pixels, np.ones(len(pixels))])
    weights = np.linalg.lstsq(x[seen], np.eye(10)[labels[seen]], rcond=None)[0]
    return float(np.mean(np.argmax(x[unseen] @ weights, axis=1) == labels[unseen]))


def _problems_evidence() -> Evidence:
    a, b, c = sp.symbols("a b c", real=True)
    values = [a * int(x) + b * int(y) + c for x, y in CORNERS]
    labellings = [np.array(bits, dtype=float) for bits in product((0, 1), repeat=4)]
    possible = [labels for labels in labellings if separable(labels)]
    return {
        "g(0,0) + g(1,1) − g(0,1) − g(1,0) for every affine g": sp.expand(
            values[0] + values[3] - values[1] - values[2]
        ),
        "ways to label four corners, and those that an affine function can separate": (len(labellings), len(possible)),
        "corners of XOR right, best affine function": max(int((labels == XOR).sum()) for labels in possible),
        "corners of XOR right, two ReLU units": int((xor_network(CORNERS) == XOR).sum()),
        "share of unseen scanned digits named rightly by an affine map": tuple(map(affine_accuracy, SPLITS)),
    }


def _problems_rule(evidence: Evidence) -> Judgement:
    if evidence["corners of XOR right, best affine function"] == 4:
        return Judgement(Verdict.FALSE, "An affine function separates even XOR.")
    if evidence["corners of XOR right, two ReLU units"] < 4:
        return Judgement(Verdict.NOT_SETTLED, "Neither an affine function nor the non-linear network solves XOR.")
    best = evidence["corners of XOR right, best affine function"]
    xor = f"Of XOR's four corners an affine function gets at most {best} right, and two ReLU units get all four."
    digits = float(np.median(evidence["share of unseen scanned digits named rightly by an affine map"]))
    if digits < USEFUL:
        return Judgement(Verdict.HOLDS, xor)
    return Judgement(
        Verdict.HOLDS_IF,
        f"non-trivial means that no affine function separates the classes. {xor} But an affine map alone reads "
        f"{digits:.0%} of unseen scanned digits (median over {len(SPLITS)} random splits), hardly a trivial task.",
    )


def _step_evidence() -> Evidence:
    x = np.linspace(-8, 8, 4_001)
    entries = [entry for entry in CATALOGUE.values() if entry.kind == "elementwise"]
    counts = {entry.title: len(np.unique(REFERENCE[entry.name].value(x))) for entry in entries}
    fewest = min(counts, key=lambda title: counts[title])
    step = CATALOGUE["binary_step"]
    return {
        "functions of the catalogue compared": len(counts),
        "the one with the fewest values": fewest,
        "the binary step has fewest values": fewest == step.title,
        "how many values that is": counts[fewest],
        "value at 0 in this course": step.kinks[0].value,
        "value of the step of SymPy at 0": sp.Heaviside(0),
    }


def _step_rule(evidence: Evidence) -> Judgement:
    if not evidence["the binary step has fewest values"] or evidence["how many values that is"] != 2:
        return Judgement(Verdict.FALSE, f"{evidence['the one with the fewest values']} is simpler.")
    return Judgement(
        Verdict.HOLDS,
        "No activation can do with fewer than two values without being constant, and of the "
        f"{evidence['functions of the catalogue compared']} functions compared only the step has two. "
        f"What happens at exactly 0 is a convention: this course says {evidence['value at 0 in this course']}, "
        f"SymPy says {evidence['value of the step of SymPy at 0']}.",
    )


def bends(name: str, tries: int = 50) -> bool:
    """Tell whether some pair of vectors shows that a function is not affine: f(a + b) + f(0) ≠ f(a) + f(b)."""
    rng, f = np.random.default_rng(12), REFERENCE[name].value
    zero = f(np.zeros(6))
    pairs = rng.normal(scale=3.0, size=(tries, 2, 6))
    return any(not np.allclose(f(a + b) + zero, f(a) + f(b), rtol=1e-6, atol=1e-6) for a, b in pairs)


def _adds_evidence() -> Evidence:
    straight = [name for name in CATALOGUE if not bends(name)]
    return {
        "activations in the catalogue": len(CATALOGUE),
        "activations for which a pair of inputs shows that they are not affine": len(CATALOGUE) - len(straight),
        "the others": ", ".join(straight),
    }


def _adds_rule(evidence: Evidence) -> Judgement:
    others = set(filter(None, evidence["the others"].split(", ")))
    count = evidence["activations for which a pair of inputs shows that they are not affine"]
    if not count:
        return Judgement(Verdict.FALSE, "No activation was found to be non-linear.")
    found = f"Of {evidence['activations in the catalogue']} activations {count} are not affine"
    if others <= {"identity"}:
        return Judgement(
            Verdict.HOLDS,
            f"{found}; the exception is the identity, a name for adding nothing. All else in a layer is affine.",
        )
    return Judgement(Verdict.HOLDS_IF, f"the activation is none of these: {evidence['the others']}. {found}.")


def _shapes() -> Iterator[tuple[str, bool, bool]]:
    """Yield name, whether the shape is kept, and whether an output depends on another input (seed 25)."""
    x = np.random.default_rng(25).normal(size=6)
    changed = x.copy()
    changed[0] += 0.5
    for name in CATALOGUE:
        f = REFERENCE[name].value
        before, after = f(x), f(changed)
        yield name, before.shape == x.shape, bool(np.any(before[1:] != after[1:])) or before.shape != x.shape


def _component_evidence() -> Evidence:
    facts = list(_shapes())
    return {
        "activations in the catalogue": len(facts),
        "those that treat each component alone": sum(not coupled for _, _, coupled in facts),
        "those that keep the shape but mix components": ", ".join(n for n, same, coupled in facts if same and coupled),
        "those that change the shape": ", ".join(n for n, same, _ in facts if not same),
    }


def _component_rule(evidence: Evidence) -> Judgement:
    mixing, shaping = evidence["those that keep the shape but mix components"], evidence["those that change the shape"]
    if not mixing and not shaping:
        return Judgement(Verdict.HOLDS, "Every activation of the catalogue treats each component alone.")
    if not evidence["those that treat each component alone"]:
        return Judgement(Verdict.FALSE, "No activation of the catalogue treats each component alone.")
    return Judgement(
        Verdict.HOLDS_IF,
        f"the activation is a function of one number, as {evidence['those that treat each component alone']} of the "
        f"{evidence['activations in the catalogue']} in the catalogue are. "
        f"Others mix the components ({mixing}) or change the shape ({shaping}).",
    )


def _update_evidence() -> Evidence:
    """Train a small network for three steps (seed 56) and predict afterwards; note what happens in which order."""
    events: list[str] = []
    relu: Any = REFERENCE["relu"]

    def noted(x: Array) -> Array:
        events.append("activation")
        result: Array = relu.value(x)
        return result

    noisy = Hidden("relu", noted, relu.derivative)
    rng = np.random.default_rng(56)
    x, labels = rng.normal(size=(1, 5, 4)), np.zeros((1, 5), dtype=np.int64)
    layers = initialise((4, 8, 3), seeds=[56], scheme="He")
    for _ in range(3):
        for (weights, _biases), (slope, _) in zip(layers, gradients(layers, x, labels, noisy), strict=True):
            weights -= 0.1 * slope
        events.append("update")
    trained = len(events)
    for _ in range(10):
        forward(layers, x, noisy)
    return {
        "passes through the activation in three steps of training": events[:trained].count("activation"),
        "of these, before any weight was updated": events.index("update"),
        "passes in ten predictions after training": events[trained:].count("activation"),
        "updates of weights during these predictions": events[trained:].count("update"),
    }


def _update_rule(evidence: Evidence) -> Judgement:
    alone = evidence["passes in ten predictions after training"]
    if evidence["updates of weights during these predictions"] >= alone:
        return Judgement(Verdict.HOLDS, "Each pass through the activation belongs to an update of the weights.")
    return Judgement(
        Verdict.FALSE,
        f"The activation is part of every forward pass. In {alone} predictions with the finished network it was "
        f"applied {alone} times, and no weight changed; in training it also comes before the update, not after it.",
    )


NAMED = {"elu": "ELU", "leaky_relu": "Leaky ReLU", "tanh": "tanh", "maxout": "maxout"}
SHELVES = ("torch", "keras", "jax")


def _popular_evidence() -> Evidence:
    facts: dict[str, Any] = {"libraries looked at": ", ".join(list(libraries.VERIFIED)[:3])}
    for name, words in NAMED.items():
        facts[f"{words}: in the catalogue"] = name in CATALOGUE
        facts[f"{words}: non-linear, shown by a pair of inputs"] = bends(name)
        calls = libraries.LIBRARIES.get(name, libraries.Names())
        facts[f"{words}: libraries that have it"] = sum(bool(getattr(calls, shelf)) for shelf in SHELVES)
    return facts


def _popular_rule(evidence: Evidence) -> Judgement:
    """Count as popular what most of the libraries bring along."""
    if not all(evidence[f"{words}: non-linear, shown by a pair of inputs"] for words in NAMED.values()):
        return Judgement(Verdict.FALSE, "One of the four is affine.")
    counts = {name: evidence[f"{words}: libraries that have it"] for name, words in NAMED.items()}
    rare = [name for name, count in counts.items() if 2 * count <= len(SHELVES)]
    if not rare:
        return Judgement(Verdict.HOLDS, f"All four are non-linear, and most of {len(SHELVES)} libraries have each.")
    names = " and ".join(CATALOGUE[name].title for name in rare)
    return Judgement(
        Verdict.HOLDS_IF,
        f"one leaves out {names}, which {max(counts[name] for name in rare)} of {len(SHELVES)} libraries have "
        f"({evidence['libraries looked at']}). All four are non-linear, and the others are in most of these libraries.",
    )


CLAIMS = (
    Claim(
        number=1,
        documents=("D0",),
        statement="Non-trivial problems can be solved only with a non-linear activation.",
        method=f"XOR by algebra and linear programming; scanned digits by least squares, {len(SPLITS)} splits",
        chapter="nonlinearity",
        compute=_problems_evidence,
        rule=_problems_rule,
    ),
    Claim(
        number=11,
        documents=("D1",),
        statement="In its simplest form the activation is binary: the unit fires or it does not.",
        method="count of the values of every function in the catalogue",
        chapter="nonlinearity",
        compute=_step_evidence,
        rule=_step_rule,
    ),
    Claim(
        number=12,
        documents=("D1",),
        statement="What matters most about an activation function is that it adds non-linearity to the model.",
        method="search for a counterexample to each function's being affine, seed 12",
        chapter="nonlinearity",
        compute=_adds_evidence,
        rule=_adds_rule,
    ),
    Claim(
        number=25,
        documents=("D2",),
        statement="An activation maps each component of a tensor by itself, and the result has the same shape.",
        method="one component changed, for every function in the catalogue, seed 25",
        chapter="nonlinearity",
        compute=_component_evidence,
        rule=_component_rule,
    ),
    Claim(
        number=56,
        documents=("D3",),
        statement="An activation function is applied to a neuron whose weights were just updated.",
        method="order of events in a small network, He start, seed 56",
        chapter="nonlinearity",
        compute=_update_evidence,
        rule=_update_rule,
    ),
    Claim(
        number=59,
        documents=("D4",),
        statement="ELU, Leaky ReLU, tanh and Maxout are popular non-linear activations.",
        method="search for counterexamples, seed 12; a count of the libraries that have each",
        chapter="nonlinearity",
        compute=_popular_evidence,
        rule=_popular_rule,
    ),
)
