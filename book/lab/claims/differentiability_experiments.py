"""The claims about derivatives and learning that need an experiment: small networks, five seeds, two starts."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any

import numpy as np
import sympy as sp

from autograder.catalogue import CATALOGUE, X
from autograder.properties import properties
from autograder.reference import REFERENCE
from book.lab.claims._claim import Claim, Evidence, Judgement, Verdict
from book.lab.claims.citations import PAPERS, TURN
from book.lab.claims.differentiability import difference_quotients
from book.lab.claims.training import AGAINST, FOR, LEARNT, SEEDS, SIGN_TEST, SIZES, direction, outcome
from book.lab.networks import SCALES, Array, Descent, Hidden, digits, initialise, loss, train_online

STEPS = 400
RATE = 2.0**-5
"""Halfway through the learning rates of the other experiments; the same for all functions."""
SETTING = (
    f"{len(SEEDS)} seeds, Glorot and He start, layers {'–'.join(map(str, SIZES))}, {STEPS} presentations of single "
    f"scanned digits, learning rate 1/{1 / RATE:g}"
)


@dataclass(frozen=True, kw_only=True)
class Learning:
    """What five runs of one start did: losses, how far each layer's weights moved, zeros among pre-activations."""

    before: Array
    after: Array
    moved: tuple[Array, ...]
    zeros: int
    seen: int


@cache
def learn(name: str, scheme: str) -> Learning:
    """Train one network per seed with one pattern per step; only the activation differs between calls."""
    reference: Any = REFERENCE[name]
    counts = {"zeros": 0, "seen": 0}

    def slope(x: Array) -> Array:
        counts["zeros"] += int(np.count_nonzero(x == 0))
        counts["seen"] += x.size
        result: Array = reference.derivative(x)
        return result

    activation = Hidden(name, reference.value, slope)
    x, labels = digits()
    layers = initialise(SIZES, seeds=SEEDS, scheme=scheme)
    start = [weights.copy() for weights, _ in layers]
    before = loss(layers, x, labels, activation)
    order = np.stack([np.random.default_rng([seed, 1]).integers(len(x), size=STEPS) for seed in SEEDS])
    descent = Descent(layers, activation, np.full(len(SEEDS), RATE))
    for pick in order.T:
        descent.step(x[pick], labels[pick])
    moved = tuple(np.abs(now - then).max(axis=(1, 2)) for (now, _), then in zip(layers, start, strict=True))
    after = loss(layers, x, labels, activation)
    return Learning(before=before, after=after, moved=moved, **counts)


def _each(name: str, part: Callable[[Learning], Array]) -> tuple[float, ...]:
    """Return one number for each start and seed."""
    return tuple(float(value) for scheme in SCALES for value in part(learn(name, scheme)))


def _smooth_evidence() -> Evidence:
    left, right = difference_quotients()
    runs = [learn("relu", scheme) for scheme in SCALES]
    return {
        "ReLU's difference quotient at 0, from the left and from the right": (left, right),
        "loss before training, ReLU": _each("relu", lambda run: run.before),
        "loss after training, ReLU": _each("relu", lambda run: run.after),
        "loss after training, GELU": _each("gelu", lambda run: run.after),
        "pre-activations met while training with ReLU": sum(run.seen for run in runs),
        "of these exactly 0": sum(run.zeros for run in runs),
    }


def _smooth_rule(evidence: Evidence) -> Judgement:
    left, right = evidence["ReLU's difference quotient at 0, from the left and from the right"]
    if left == right:
        return Judgement(Verdict.FALSE, "ReLU is continuously differentiable.")
    losses = evidence["loss after training, ReLU"]
    learnt = sum(value < LEARNT for value in losses)
    found = (
        f"The slope jumps from {left} to {right} at 0, and yet {learnt} of {len(losses)} networks learn. "
        f"Of {evidence['pre-activations met while training with ReLU']:,} pre-activations "
        f"{evidence['of these exactly 0']:,} were exactly 0, where the derivative is a convention."
    )
    if 2 * learnt <= len(losses):
        return Judgement(Verdict.MISLEADING if learnt else Verdict.FALSE, found)
    return Judgement(Verdict.HOLDS, f"{found} Setting: {SETTING}.")


def _step_evidence() -> Evidence:
    h = sp.Symbol("h", real=True)
    step = CATALOGUE["binary_step"]
    quotient = {d: sp.limit((piece.expr - 1) / h, h, 0, d) for piece, d in zip(step.pieces, "-+", strict=True)}
    return {
        "difference quotient at 0, from the left and from the right": (quotient["-"], quotient["+"]),
        "slope elsewhere": tuple(sp.diff(piece.expr, X) for piece in step.pieces),
        "what SymPy calls the derivative": str(sp.diff(sp.Heaviside(X), X)),
        "largest change of a weight in the first layer": _each("binary_step", lambda run: run.moved[0]),
        "largest change of a weight in the second layer": _each("binary_step", lambda run: run.moved[1]),
        "largest change of a weight in the output layer": _each("binary_step", lambda run: run.moved[2]),
        "loss before training": _each("binary_step", lambda run: run.before),
        "loss after training": _each("binary_step", lambda run: run.after),
    }


def _step_rule(evidence: Evidence) -> Judgement:
    left, right = evidence["difference quotient at 0, from the left and from the right"]
    if left == right or any(evidence["slope elsewhere"]):
        return Judgement(Verdict.FALSE, "The step has a derivative at 0, or one that is not 0 elsewhere.")
    below = [evidence[f"largest change of a weight in the {layer} layer"] for layer in ("first", "second")]
    if any(map(any, below)):
        return Judgement(Verdict.FALSE, "Weights below the step moved.")
    before, after = evidence["loss before training"], evidence["loss after training"]
    better = sum(end < start for start, end in zip(before, after, strict=True))
    if 2 * better <= len(after):
        return Judgement(Verdict.HOLDS, "No weight below a step moved, and the loss did not fall either.")
    return Judgement(
        Verdict.HOLDS_IF,
        f"it is said of the layers below a step: in {len(after)} runs none of their weights moved at all. "
        "The output layer, which has no step above it, learns from the fixed random features that it gets: "
        f"the median loss falls from {np.median(before):.2f} to {np.median(after):.2f}. Setting: {SETTING}.",
    )


DEPTH = 20
STEEPNESS = (2, 5)
STARTS = 1_000


def survivors(n: int, seed: int) -> float:
    """Return the share of random starts in (−1, 1) for which the slopes of tanh(n·) multiply to more than 1."""
    tanh: Any = REFERENCE["tanh"]
    x = np.random.default_rng(seed).uniform(-1, 1, STARTS)
    slopes = np.ones(STARTS)
    for _ in range(DEPTH):
        slopes *= n * tanh.derivative(n * x)
        x = tanh.value(n * x)
    return float(np.mean(slopes > 1))


def _product_evidence() -> Evidence:
    n = sp.Symbol("n", positive=True)
    slope = sp.diff(sp.tanh(n * X), X)
    facts: dict[str, Any] = {
        "slope of tanh(nx) at 0": str(slope.subs(X, 0)),
        f"product of {DEPTH} such slopes for n = 2": int(slope.subs({X: 0, n: 2}) ** DEPTH),
    }
    for steep in STEEPNESS:
        facts[f"slope of tanh({steep}x) is above 1 for |x| below"] = float(sp.acosh(sp.sqrt(steep)) / steep)
        shares = tuple(survivors(steep, seed) for seed in SEEDS)
        facts[f"share of starts with a product above 1 after {DEPTH} layers, n = {steep}"] = shares
    return facts


def _product_rule(evidence: Evidence) -> Judgement:
    if evidence[f"product of {DEPTH} such slopes for n = 2"] <= 1:
        return Judgement(Verdict.FALSE, "Even where the slope is largest the product does not exceed 1.")
    shares = [value for name, value in evidence.items() if name.startswith("share of starts")]
    widths = [value for name, value in evidence.items() if name.startswith("slope of tanh(") and "below" in name]
    if min(map(min, shares)) > 0.5:
        return Judgement(Verdict.HOLDS, "For most starts the product stays above 1.")
    most = max(map(max, shares))
    kept = f"at most {most:.1%}" if most else "none"
    return Judgement(
        Verdict.HOLDS_IF,
        f"x stays near 0. The slope of tanh(nx) exceeds 1 only for |x| below {widths[0]:.2f} (n = {STEEPNESS[0]}) or "
        f"{widths[1]:.2f} (n = {STEEPNESS[1]}), and tanh(nx) itself drives x out of there: of {STARTS:,} random starts "
        f"{kept} keep a product above 1 over {DEPTH} layers ({len(SEEDS)} seeds).",
    )


RISING = "lowest loss"
PAIRS = (("relu", "gelu"), ("elu", "silu"), ("softplus", "mish"))
"""(monotone, not monotone), with the same behaviour far out on the right."""
RATES = tuple(2.0**power for power in (-6, -5, -4, -3))
FEWER_STEPS = 300
CORE = {"logistic": "sigmoid", "ReLU": "relu", "GELU": "gelu", "SiLU": "silu", "SwiGLU": "silu"}
"""The function of one number behind each activation in the table of papers; SwiGLU's gate is SiLU."""


@cache
def _lowest(name: str) -> Array:
    """Return the lowest loss at any rate, for each start and seed."""
    studies = (
        train_online(name, sizes=SIZES, seeds=SEEDS, rates=RATES, scheme=scheme, steps=FEWER_STEPS) for scheme in SCALES
    )
    return np.concatenate([np.nanmin(study.after, axis=1) for study in studies])


def _monotone_evidence() -> Evidence:
    facts: dict[str, Any] = {}
    for pair in PAIRS:
        lowest = [_lowest(name) for name in pair]
        wins, losses = int((lowest[0] < lowest[1]).sum()), int((lowest[0] > lowest[1]).sum())
        titles = [CATALOGUE[name].title for name in pair]
        label = f"{RISING}, {titles[0]} and {titles[1]}"
        facts[f"rises or falls throughout: {' and '.join(titles)}"] = tuple(
            properties(CATALOGUE[n]).monotonicity != "none" for n in pair
        )
        facts |= {f"{RISING}, {title}": tuple(values.tolist()) for title, values in zip(titles, lowest, strict=True)}
        facts[f"{label}: runs won by the monotone function, lost"] = f"{wins}, {losses}"
        facts[f"{label}: {SIGN_TEST}"] = direction(wins, losses)
    recent = [paper for paper in PAPERS if paper.year >= TURN]
    turning = [p for p in recent if properties(CATALOGUE[CORE[p.activation]]).monotonicity == "none"]
    facts[f"well-known models since {TURN} in our list"] = len(recent)
    facts["of these with an activation that is not monotone"] = len(turning)
    return facts


def _monotone_rule(evidence: Evidence) -> Judgement:
    found, wins = outcome(evidence, RISING), _votes(evidence)
    models = evidence[f"well-known models since {TURN} in our list"]
    turning = evidence["of these with an activation that is not monotone"]
    text = (
        f"Of {len(PAIRS)} pairs the monotone function reaches a lower loss in {wins[FOR]} and a higher one in "
        f"{wins[AGAINST]} (sign tests over {len(SEEDS) * len(SCALES)} runs each), and {turning} of {models} well-known "
        f"models since {TURN} use a function that is not monotone."
    )
    if found == 1:
        return Judgement(Verdict.HOLDS if 2 * turning <= models else Verdict.NOT_SETTLED, text)
    if found == -1:
        return Judgement(Verdict.FALSE, text)
    return Judgement(Verdict.MISLEADING if 2 * turning > models else Verdict.NOT_SETTLED, text)


def _votes(evidence: Evidence) -> Mapping[str, int]:
    votes = [value for name, value in evidence.items() if name.startswith(RISING) and name.endswith(SIGN_TEST)]
    return {word: votes.count(word) for word in (FOR, AGAINST)}


CLAIMS = (
    Claim(
        number=7,
        documents=("D0",),
        statement="ReLU is not continuously differentiable, and can be trained by gradients all the same.",
        method=f"one-sided limits by SymPy; experiment, {SETTING}",
        chapter="differentiability",
        compute=_smooth_evidence,
        rule=_smooth_rule,
    ),
    Claim(
        number=8,
        documents=("D0",),
        statement="The binary step is not differentiable at 0 and has derivative 0 elsewhere, so that gradient descent "
        "makes no progress with it.",
        method=f"one-sided limits by SymPy; experiment, {SETTING}",
        chapter="differentiability",
        compute=_step_evidence,
        rule=_step_rule,
    ),
    Claim(
        number=40,
        documents=("D3",),
        statement="A product of many derivatives need not vanish, since each factor can be as large as n.",
        method=f"slopes of tanh(nx) by SymPy; {STARTS:,} random starts, {len(SEEDS)} seeds",
        chapter="differentiability",
        compute=_product_evidence,
        rule=_product_rule,
    ),
    Claim(
        number=52,
        documents=("D3",),
        statement="Monotone activations are preferable.",
        method=f"experiment, {len(SEEDS)} seeds, Glorot and He start, {FEWER_STEPS} presentations of single scanned "
        f"digits, the best of {len(RATES)} rates for each run; what papers say",
        chapter="differentiability",
        compute=_monotone_evidence,
        rule=_monotone_rule,
    ),
)
