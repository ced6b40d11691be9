"""Mistakes on the way forward through a network, each as the code that makes it."""

from __future__ import annotations

from typing import Any

import numpy as np

from autograder.assignments.dense_networks import ACTIVATIONS
from autograder.assignments.misconceptions.model import Mistake, mistake

BANK: list[Mistake] = []
ALL = "values square arrays"


@mistake(
    BANK,
    "forward",
    loses=ALL,
    cause="The activation is applied to the last layer as well.",
    step="The last layer gives logits, which may be any real numbers. Where does the loop treat it apart?",
)
def last_activated(x: Any, parameters: Any, activation: Any) -> Any:
    g, _ = ACTIVATIONS[activation]
    a, sums = x, []
    for W, b in zip(parameters[::2], parameters[1::2], strict=True):
        sums.append(a @ W + b)
        a = g(sums[-1])
    return [*sums[:-1], a]


@mistake(
    BANK,
    "forward",
    loses=ALL,
    cause="Your list holds the outputs of the hidden layers, after the activation.",
    step="`backward` needs the slope at what goes *into* the activation. Keep that as well.",
)
def activated(x: Any, parameters: Any, activation: Any) -> Any:
    g, _ = ACTIVATIONS[activation]
    a, outputs = x, []
    for W, b in zip(parameters[:-2:2], parameters[1:-2:2], strict=True):
        a = g(a @ W + b)
        outputs.append(a)
    return [*outputs, a @ parameters[-2] + parameters[-1]]


@mistake(
    BANK,
    "forward",
    loses=ALL,
    cause="There is no activation between your layers, so that the whole network is one affine map.",
    step="What goes into the second layer: the sums of the first, or what the activation makes of them?",
)
def not_activated(x: Any, parameters: Any, activation: Any) -> Any:
    sums = []
    for W, b in zip(parameters[::2], parameters[1::2], strict=True):
        x = x @ W + b
        sums.append(x)
    return sums


@mistake(
    BANK,
    "forward",
    loses=ALL,
    cause="The last of your arrays has been through softmax: its rows add up to 1.",
    step="Return the logits themselves; the loss makes probabilities of them.",
)
def with_softmax(x: Any, parameters: Any, activation: Any) -> Any:
    g, _ = ACTIVATIONS[activation]
    a, sums = x, []
    for W, b in zip(parameters[::2], parameters[1::2], strict=True):
        sums.append(a @ W + b)
        a = g(sums[-1])
    e = np.exp(sums[-1])
    sums[-1] = e / e.sum(axis=1, keepdims=True)
    return sums


@mistake(
    BANK,
    "forward",
    loses=ALL,
    cause="Your function gives back the logits alone.",
    step="`backward` needs the sums of every layer: collect them on the way.",
)
def logits_alone(x: Any, parameters: Any, activation: Any) -> Any:
    g, _ = ACTIVATIONS[activation]
    for W, b in zip(parameters[:-2:2], parameters[1:-2:2], strict=True):
        x = g(x @ W + b)
    return x @ parameters[-2] + parameters[-1]


@mistake(
    BANK,
    "forward",
    loses=ALL,
    cause="Your layers have no bias.",
    step="The list of parameters holds W₁, b₁, W₂, b₂ and so on: what is every second one for?",
)
def no_bias(x: Any, parameters: Any, activation: Any) -> Any:
    g, _ = ACTIVATIONS[activation]
    sums = []
    for W in parameters[::2]:
        sums.append(x @ W)
        x = g(sums[-1])
    return sums


@mistake(
    BANK,
    "forward",
    loses=ALL,
    cause="The weights are transposed: that fits where a layer has as many units as inputs, and gives other numbers.",
    step="Compare the shape of x with the shape of W: which of its axes are the inputs?",
)
def transposed(x: Any, parameters: Any, activation: Any) -> Any:
    g, _ = ACTIVATIONS[activation]
    sums = []
    for W, b in zip(parameters[::2], parameters[1::2], strict=True):
        sums.append(x @ W.T + b)
        x = g(sums[-1])
    return sums


@mistake(
    BANK,
    "forward",
    loses=ALL,
    cause="Your layers use tanh whatever activation is asked for.",
    step="The third argument is the name of the activation: where does your code look it up?",
)
def always_tanh(x: Any, parameters: Any, activation: Any) -> Any:
    sums = []
    for W, b in zip(parameters[::2], parameters[1::2], strict=True):
        sums.append(x @ W + b)
        x = np.tanh(sums[-1])
    return sums


@mistake(
    BANK,
    "forward",
    loses=ALL,
    cause="The input itself goes through the activation before the first layer sees it.",
    step="The order in each layer is: sum first, then activation. Which array does the first W multiply?",
)
def input_activated(x: Any, parameters: Any, activation: Any) -> Any:
    g, _ = ACTIVATIONS[activation]
    sums = []
    for W, b in zip(parameters[::2], parameters[1::2], strict=True):
        x = g(x) @ W + b
        sums.append(x)
    return sums


@mistake(
    BANK,
    "forward",
    loses="values square arrays",
    cause="Your list holds what comes out of the activation, in the last layer too.",
    step="The sums are asked for, as they are before the activation; the last of them are the logits.",
)
def outputs_throughout(x: Any, parameters: Any, activation: Any) -> Any:
    g, _ = ACTIVATIONS[activation]
    a, outputs = x, []
    for W, b in zip(parameters[::2], parameters[1::2], strict=True):
        a = g(a @ W + b)
        outputs.append(a)
    return outputs


@mistake(
    BANK,
    "forward",
    loses="values square arrays",
    cause="From layer to layer the derivative of the activation is passed on, and not the activation.",
    step="The table holds pairs: which of the two does the way forward need?",
)
def slope_for_function(x: Any, parameters: Any, activation: Any) -> Any:
    _, g = ACTIVATIONS[activation]
    a, sums = x, []
    for W, b in zip(parameters[::2], parameters[1::2], strict=True):
        sums.append(a @ W + b)
        a = g(sums[-1])
    return sums


@mistake(
    BANK,
    "forward",
    loses="values square arrays",
    cause="Your list begins with x itself.",
    step="One array for each layer is asked for: where does the first layer begin?",
)
def input_among_the_sums(x: Any, parameters: Any, activation: Any) -> Any:
    g, _ = ACTIVATIONS[activation]
    a, sums = x, [x]
    for W, b in zip(parameters[::2], parameters[1::2], strict=True):
        sums.append(a @ W + b)
        a = g(sums[-1])
    return sums
