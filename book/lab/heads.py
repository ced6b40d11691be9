"""Heads: what stands at the end of a network, the loss that belongs to it, and the gradient that follows.

Each head is declared once; the table of the chapter, its derivations and the claims come from here.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property

import sympy as sp

from autograder.catalogue import CATALOGUE, X

Z, T = sp.symbols("z t", real=True)
"""The logit, and the target."""
LOGITS = sp.symbols("z_1:4", real=True)
SHARES = sp.symbols("t_1:3", real=True)
"""Targets of the first classes; the last class takes the rest, since the targets of a softmax add up to 1."""
TARGETS = (*SHARES, 1 - sum(SHARES))


def of(name: str, argument: sp.Expr) -> sp.Expr:
    """Return an activation of the catalogue at its defaults, of an argument."""
    entry = CATALOGUE[name]
    return entry.expr.subs(entry.defaults).subs(X, argument)


def softmax(logits: tuple[sp.Expr, ...]) -> tuple[sp.Expr, ...]:
    """Return the softmax of some logits, written out."""
    total = sum(sp.exp(logit) for logit in logits)
    return tuple(sp.exp(logit) / total for logit in logits)


@dataclass(frozen=True, kw_only=True)
class Head:
    """A task, how many outputs it needs, what they pass through, and the loss of one example.

    ``logits``, ``predictions`` and ``targets`` are equally long; the loss is a function of the predictions.
    """

    name: str
    task: str
    outputs: str
    activation: str
    loss_name: str
    logits: tuple[sp.Symbol, ...] = (Z,)
    predictions: tuple[sp.Expr, ...]
    targets: tuple[sp.Expr, ...] = (T,)
    loss: sp.Expr

    @cached_property
    def gradient(self) -> tuple[sp.Expr, ...]:
        """The derivative of the loss with respect to each logit."""
        return tuple(sp.diff(self.loss, logit) for logit in self.logits)

    @cached_property
    def remainders(self) -> tuple[sp.Expr, ...]:
        """What the gradient has beyond prediction minus target, simplified."""
        parts = zip(self.gradient, self.predictions, self.targets, strict=True)
        return tuple(sp.simplify(slope - (prediction - target)) for slope, prediction, target in parts)

    @property
    def matched(self) -> bool:
        """Whether the gradient is prediction minus target."""
        return all(remainder == 0 for remainder in self.remainders)


def cross_entropy(predictions: tuple[sp.Expr, ...], targets: tuple[sp.Expr, ...]) -> sp.Expr:
    """Return −Σ t log p."""
    return -sum(target * sp.log(prediction) for prediction, target in zip(predictions, targets, strict=True))


def squared_error(prediction: sp.Expr) -> sp.Expr:
    """Return half of the squared error."""
    return (prediction - T) ** 2 / 2


_P, _CLASSES = of("sigmoid", Z), softmax(LOGITS)
_BINARY = cross_entropy((_P, 1 - _P), (T, 1 - T))

_ALL = (
    Head(
        name="classes",
        task="which of n classes, exactly one of which is right",
        outputs="n",
        activation="softmax",
        loss_name="cross-entropy",
        logits=LOGITS,
        predictions=_CLASSES,
        targets=TARGETS,
        loss=cross_entropy(_CLASSES, TARGETS),
    ),
    Head(
        name="binary",
        task="one question, yes or no",
        outputs="1",
        activation="sigmoid",
        loss_name="binary cross-entropy",
        predictions=(_P,),
        loss=_BINARY,
    ),
    Head(
        name="labels",
        task="which of n labels, any number of which may be right",
        outputs="n",
        activation="sigmoid, each by itself",
        loss_name="sum of binary cross-entropies",
        predictions=(_P,),
        loss=_BINARY,
    ),
    Head(
        name="number",
        task="a number of either sign",
        outputs="1",
        activation="none (identity)",
        loss_name="half the squared error",
        predictions=(Z,),
        loss=squared_error(Z),
    ),
    Head(
        name="count",
        task="how often something happens",
        outputs="1",
        activation="exponential",
        loss_name="Poisson: p − t log p",
        predictions=(of("exponential", Z),),
        loss=of("exponential", Z) - T * sp.log(of("exponential", Z)),
    ),
    Head(
        name="positive",
        task="a number above 0",
        outputs="1",
        activation="softplus",
        loss_name="half the squared error",
        predictions=(of("softplus", Z),),
        loss=squared_error(of("softplus", Z)),
    ),
    Head(
        name="bounded",
        task="a number between −1 and 1",
        outputs="1",
        activation="tanh, stretched for another interval",
        loss_name="half the squared error",
        predictions=(of("tanh", Z),),
        loss=squared_error(of("tanh", Z)),
    ),
)
HEADS: Mapping[str, Head] = {head.name: head for head in _ALL}
"""All heads with one kind of output, by name."""

MISMATCHED = Head(
    name="mismatched",
    task="one question, yes or no",
    outputs="1",
    activation="sigmoid",
    loss_name="half the squared error",
    predictions=(_P,),
    loss=squared_error(_P),
)
"""A head with a loss that does not belong to it."""
