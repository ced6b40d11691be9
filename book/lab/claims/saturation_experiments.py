"""The claims about dead units and about the scale of the inputs: small networks that learn to read digits.

A unit is dead where its activation has slope 0 for every pattern, and silent where its pre-activation is positive for
none.  For ReLU the two are the same; a leaky unit can be silent but never dead.
"""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from functools import cache
from itertools import product
from typing import Any

import numpy as np
from numpy.typing import NDArray

from book.lab.claims._claim import Claim, Evidence, Judgement, Verdict, once_in_a_build
from book.lab.claims.training import AGAINST, FOR, direction
from book.lab.networks import SCALES, Array, Layer, digits, forward, hidden, initialise, loss, train_online

SEEDS = range(5)
SIZES = (64, 32, 32, 10)
RATES = tuple(2.0**power for power in range(-6, -1))
BIASES = (0.0, -1.0)
STEPS = 250
LEAKS = {"leaky_relu": "1/100", "prelu": "1/4"}
"""Leaky ReLU with the catalogue's slope, and PReLU, not trained, which starts at a larger one."""
TOO_MANY = 0.25
"""So large a share of dead units is too many: a quarter of the layer is paid for and does nothing."""
SETTING = (
    f"{len(SEEDS)} seeds, Glorot and He start, biases that start at {' or '.join(f'{bias:g}' for bias in BIASES)}, "
    f"layers {'–'.join(map(str, SIZES))}, {STEPS} presentations of single scanned digits, {len(RATES)} learning rates "
    f"from {RATES[0]:g} to {RATES[-1]:g}"
).replace("-", "−")


@dataclass(frozen=True)
class Units:
    """What became of the hidden units: arrays of shape (runs,) or (runs, rates); a run is a start and a seed."""

    dead_before: Array
    dead: Array
    silent: Array
    revived: Array
    loss: Array
    zeros: Array


def pre_activations(layers: list[Layer], name: str) -> list[Array]:
    """Return the pre-activations of the hidden layers for all patterns, each of shape (runs, patterns, units)."""
    with np.errstate(all="ignore"):  # a run that has diverged holds nan
        return forward(layers, digits()[0][None], hidden(name))[1][:-1]


def dead_units(layers: list[Layer], name: str) -> list[NDArray[np.bool_]]:
    """Return for each hidden layer which units have slope 0 for every pattern, of shape (runs, units)."""
    slope = hidden(name).derivative
    return [np.all(slope(z) == 0, axis=1) for z in pre_activations(layers, name)]


def _share(flags: list[NDArray[np.bool_]]) -> Array:
    share: Array = np.concatenate(flags, axis=-1).mean(axis=-1)
    return share


@once_in_a_build
def units(name: str, bias: float) -> Units:
    """Train one activation from both starts and count its units; nan where a run has diverged."""
    columns: dict[str, list[Array]] = {field: [] for field in Units.__annotations__}
    for scheme in SCALES:
        before = dead_units(initialise(SIZES, seeds=SEEDS, scheme=scheme, bias=bias), name)
        study = train_online(name, sizes=SIZES, seeds=SEEDS, rates=RATES, scheme=scheme, steps=STEPS, bias=bias)
        after, z = dead_units(study.layers, name), pre_activations(study.layers, name)
        shape = study.after.shape
        lost = ~np.isfinite(study.after)
        first = np.repeat(before[0], len(RATES), axis=0)
        with np.errstate(invalid="ignore"):  # 0/0 where no unit was dead at the start
            revived = (first & ~after[0]).sum(axis=-1) / first.sum(axis=-1)
        columns["dead_before"].append(_share(before))
        columns["revived"].append(np.where(lost, np.nan, revived.reshape(shape)))
        columns["dead"].append(np.where(lost, np.nan, _share(after).reshape(shape)))
        columns["silent"].append(
            np.where(lost, np.nan, _share([np.all(part <= 0, axis=1) for part in z]).reshape(shape))
        )
        columns["zeros"].append(np.mean([np.mean(part <= 0, axis=(1, 2)) for part in z], axis=0).reshape(shape))
        columns["loss"].append(np.where(lost, np.inf, study.after))
    return Units(**{field: np.concatenate(parts) for field, parts in columns.items()})


def runs_of(values: Array) -> tuple[float, ...]:
    """Return values as a tuple of numbers, without those of diverged runs."""
    flat = np.ravel(values)
    return tuple(flat[np.isfinite(flat)].tolist())


def rate_words(rate: float) -> str:
    """Name a learning rate as the fraction that it is: all of them are powers of two."""
    return f"learning rate {Fraction(rate)}"


# Claim 20: ReLU units can die.

SMALL, LARGE = rate_words(RATES[0]), rate_words(RATES[-1])


def _die_evidence() -> Evidence:
    plain, biased = units("relu", 0.0), units("relu", -1.0)
    return {
        "share of dead units at the start, bias 0": runs_of(plain.dead_before),
        "share of dead units at the start, bias −1": runs_of(biased.dead_before),
        f"share of dead units after training, bias 0, {SMALL}": runs_of(plain.dead[:, 0]),
        f"share of dead units after training, bias 0, {LARGE}": runs_of(plain.dead[:, -1]),
        "share of the first layer's units, dead at the start, that came back": runs_of(biased.revived),
    }


def _die_rule(evidence: Evidence) -> Judgement:
    before = np.array(evidence["share of dead units at the start, bias 0"])
    small, large = (
        np.array(evidence[f"share of dead units after training, bias 0, {rate}"]) for rate in (SMALL, LARGE)
    )
    biased = float(np.median(evidence["share of dead units at the start, bias −1"]))
    back = max(evidence["share of the first layer's units, dead at the start, that came back"])
    died = int((large > before).sum()) if large.shape == before.shape else 0
    found = (
        f"Of the units, {np.median(before):.0%} are dead at the start, {np.median(small):.0%} after training at "
        f"{SMALL} and {np.median(large):.0%} at {LARGE} (medians of {len(before)} runs); "
        f"with biases that start at −1, {biased:.0%} are dead from the beginning. "
        f"The largest share of a first layer's dead units that came back in any run is {back:.0%}."
    )
    if died == len(before):
        return Judgement(Verdict.HOLDS, found)
    if died:
        return Judgement(Verdict.HOLDS_IF, f"the learning rate is large, and even then not in every run. {found}")
    return Judgement(Verdict.FALSE, found)


# Claim 21: Leaky ReLU reduces dying.


def _test(smaller: Array, larger: Array) -> str:
    """Say by a sign test over runs whether one array is below the other."""
    return direction(int((smaller < larger).sum()), int((smaller > larger).sum()))


def _silent(name: str) -> tuple[Array, Array]:
    """Return for every run the mean share of silent units with ReLU and with a leaky one, at rates that suit both."""
    pairs = []
    for bias in BIASES:
        plain, leaky = units("relu", bias).silent, units(name, bias).silent
        both = np.isfinite(plain) & np.isfinite(leaky)
        pairs.append([np.nanmean(np.where(both, part, np.nan), axis=1) for part in (plain, leaky)])
    plain, leaky = (np.concatenate(parts) for parts in zip(*pairs, strict=True))
    return plain, leaky


def _leak_evidence() -> Evidence:
    evidence: dict[str, Any] = {}
    for name, slope in LEAKS.items():
        plain, leaky = _silent(name)
        dead = max(float(np.nanmax(units(name, bias).dead)) for bias in BIASES)
        evidence[f"share of silent units, ReLU, at the learning rates that suit slope {slope} too"] = tuple(
            plain.tolist()
        )
        evidence[f"share of silent units, slope {slope}"] = tuple(leaky.tolist())
        evidence[f"largest share of dead units, slope {slope}"] = dead
        evidence[f"fewer silent units than ReLU, slope {slope}: sign test"] = _test(leaky, plain)
    return evidence


def _leak_rule(evidence: Evidence) -> Judgement:
    tests = {slope: evidence[f"fewer silent units than ReLU, slope {slope}: sign test"] for slope in LEAKS.values()}
    dead = max(evidence[f"largest share of dead units, slope {slope}"] for slope in LEAKS.values())
    medians = {
        slope: [
            float(np.median(evidence[name]))
            for name in (
                f"share of silent units, slope {slope}",
                f"share of silent units, ReLU, at the learning rates that suit slope {slope} too",
            )
        ]
        for slope in LEAKS.values()
    }
    silent = ", ".join(
        f"{leaky:.0%} with slope {slope} (ReLU in the same runs: {plain:.0%})"
        for slope, (leaky, plain) in medians.items()
    )
    found = f"Units that are silent for every pattern after training: {silent}; medians."
    if dead > 0:
        return Judgement(Verdict.FALSE, f"Leaky units are left without a gradient too. {found}")
    if set(tests.values()) == {FOR}:
        return Judgement(Verdict.HOLDS, f"No leaky unit is ever without a gradient, and fewer are silent. {found}")
    if AGAINST in tests.values():
        return Judgement(Verdict.MISLEADING, f"No leaky unit is without a gradient, but more are silent. {found}")
    return Judgement(
        Verdict.HOLDS_IF,
        "dead means without any gradient: a leaky unit always has one. "
        f"That it wakes up in the time given is another matter. {found}",
    )


# Claim 64: try it where too many die.


def ill_settings() -> list[tuple[float, int]]:
    """Return the biases and the numbers of the rates at which ReLU has too many dead units after training."""
    shares = {bias: np.nanmedian(units("relu", bias).dead, axis=0) for bias in BIASES}
    return [(bias, at) for bias, share in shares.items() for at in np.flatnonzero(share >= TOO_MANY).tolist()]


def _said(bias: float, rate: float) -> str:
    """Name a setting."""
    return f"biases start at {bias:g}, {rate_words(rate)}".replace("-", "−")


def _cure_evidence() -> Evidence:
    evidence: dict[str, Any] = {}
    for bias, at in ill_settings():
        case, plain = _said(bias, RATES[at]), units("relu", bias).loss[:, at]
        evidence[f"{case}: loss with ReLU"] = runs_of(plain)
        for name, slope in LEAKS.items():
            loss = units(name, bias).loss[:, at]
            evidence[f"{case}: loss with slope {slope}, in runs that did not diverge"] = runs_of(loss) or "no such run"
            evidence[f"{case}: lower loss than ReLU, slope {slope}: sign test"] = _test(loss, plain)
    return evidence


def _cure_rule(evidence: Evidence) -> Judgement:
    tests = {
        slope: [
            found
            for name, found in evidence.items()
            if name.endswith(f"lower loss than ReLU, slope {slope}: sign test")
        ]
        for slope in LEAKS.values()
    }
    settings = len(next(iter(tests.values())))
    if not settings:
        return Judgement(Verdict.NOT_SETTLED, "No setting tried kills enough units to test the remedy.")
    helps = {slope: found.count(FOR) for slope, found in tests.items()}
    harms = {slope: found.count(AGAINST) for slope, found in tests.items()}
    found = "; ".join(f"slope {slope}: lower in {helps[slope]}, higher in {harms[slope]}" for slope in tests)
    found = (
        f"In {settings} settings at least {TOO_MANY:.0%} of the ReLU units are dead after training. The loss with a "
        f"leak, against that with ReLU at the same rate: {found}; undecided in the others."
    )
    if all(count == settings for count in helps.values()):
        return Judgement(Verdict.HOLDS, found)
    if any(helps.values()):
        good = " or ".join(f"slope {slope}" for slope, count in helps.items() if count)
        return Judgement(
            Verdict.HOLDS_IF,
            f"the leak is large enough ({good}) and the learning rate does not make the leaky network diverge. {found}",
        )
    return Judgement(Verdict.FALSE if any(harms.values()) else Verdict.NOT_SETTLED, found)


# Claim 44: standardised inputs.

INPUT_SIZES = (64, 24, 10)
INPUT_STEPS = 200
INPUT_RATES = tuple(2.0**power for power in range(-8, 5, 2))  # wide: small inputs want large rates
COMMON = 2.0**-4
"""The rate that all are given in the first comparison."""
STANDARD = "mean 0, deviation 1"
SMALL_INTERVALS = ("[0, 1]", "[0, 0.1]")
INPUT_SETTING = (
    f"{len(SEEDS)} seeds, Glorot and He start, tanh and ReLU, layers {'–'.join(map(str, INPUT_SIZES))}, "
    f"{INPUT_STEPS} presentations of single scanned digits"
)


def scaled_digits() -> dict[str, Array]:
    """Return the same digits on several scales."""
    standard = digits()[0]
    unit = (standard - standard.min()) / (standard.max() - standard.min())
    return {STANDARD: standard, "[0, 1]": unit, "[0, 0.1]": unit / 10, "[0, 16]": unit * 16}


@cache
def _losses(scale: str) -> tuple[Array, Array]:
    """Return for every start, activation and seed the loss at the common rate, and the lowest at any rate."""
    inputs, common, lowest = scaled_digits()[scale], [], []
    for scheme, name in product(SCALES, ("tanh", "relu")):
        study = train_online(
            name, sizes=INPUT_SIZES, seeds=SEEDS, rates=INPUT_RATES, scheme=scheme, steps=INPUT_STEPS, inputs=inputs
        )
        with np.errstate(all="ignore"):
            after = final_loss(study.layers, inputs, name).reshape(len(SEEDS), len(INPUT_RATES))
        common.append(after[:, INPUT_RATES.index(COMMON)])
        lowest.append(after.min(axis=1))
    return np.concatenate(common), np.concatenate(lowest)


def final_loss(layers: list[Layer], inputs: Array, name: str) -> Array:
    """Return the loss of every run on its own inputs, infinite where it has diverged."""
    after = loss(layers, inputs, digits()[1], hidden(name))
    return np.where(np.isfinite(after), after, np.inf)


def _inputs_evidence() -> Evidence:
    evidence: dict[str, Any] = {}
    losses = {scale: _losses(scale) for scale in (STANDARD, *SMALL_INTERVALS)}
    standard = losses[STANDARD]
    for scale, (common, lowest) in losses.items():
        evidence[f"loss at {rate_words(COMMON)}, {scale}"] = tuple(common.tolist())
        evidence[f"lowest loss at any learning rate, {scale}"] = tuple(lowest.tolist())
    for scale in SMALL_INTERVALS:
        evidence[f"standardised is ahead of {scale} at one learning rate: sign test"] = _test(
            standard[0], losses[scale][0]
        )
        evidence[f"standardised is ahead of {scale} at the best learning rate: sign test"] = _test(
            standard[1], losses[scale][1]
        )
    return evidence


def _inputs_rule(evidence: Evidence) -> Judgement:
    common = [
        evidence[f"standardised is ahead of {scale} at one learning rate: sign test"] for scale in SMALL_INTERVALS
    ]
    best = [
        evidence[f"standardised is ahead of {scale} at the best learning rate: sign test"] for scale in SMALL_INTERVALS
    ]
    medians = {
        scale: float(np.median(evidence[f"lowest loss at any learning rate, {scale}"]))
        for scale in (STANDARD, *SMALL_INTERVALS)
    }
    found = (
        "Median of the lowest loss at any of the rates: "
        + ", ".join(f"{loss:.2f} with inputs {scale}" for scale, loss in medians.items())
        + f". Setting: {INPUT_SETTING}."
    )
    if set(common) == set(best) == {FOR}:
        return Judgement(Verdict.HOLDS, f"Standardised inputs are ahead, at one rate and at the best one. {found}")
    if set(common) == {FOR}:
        return Judgement(Verdict.HOLDS_IF, f"the learning rate is not adapted to the inputs. {found}")
    return Judgement(Verdict.FALSE if set(common) == set(best) == {AGAINST} else Verdict.NOT_SETTLED, found)


CLAIMS = (
    Claim(
        number=20,
        documents=("D1",),
        statement="ReLU units are fragile in training and can die.",
        method=f"experiment, {SETTING}",
        chapter="saturation",
        compute=_die_evidence,
        rule=_die_rule,
    ),
    Claim(
        number=21,
        documents=("D1",),
        statement="Leaky ReLU reduces the dying of units.",
        method=f"experiment, {SETTING}",
        chapter="saturation",
        compute=_leak_evidence,
        rule=_leak_rule,
    ),
    Claim(
        number=44,
        documents=("D3",),
        statement="Standardise the inputs to mean 0 and deviation 1; other small intervals near 0 work too, but "
        "usually take longer.",
        method=f"experiment, {INPUT_SETTING}",
        chapter="saturation",
        compute=_inputs_evidence,
        rule=_inputs_rule,
    ),
    Claim(
        number=64,
        documents=("D4",),
        statement="If too many ReLU units die, try a variant such as Leaky ReLU.",
        method=f"experiment, {SETTING}",
        chapter="saturation",
        compute=_cure_evidence,
        rule=_cure_rule,
    ),
)
