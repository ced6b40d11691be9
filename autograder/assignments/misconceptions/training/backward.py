"""Mistakes in backpropagation, each as the code that makes it.

The code is meant to be wrong in just this way; it uses the notebook's table of activations and the other functions.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from autograder.assignments.dense_networks import ACTIVATIONS, forward
from autograder.assignments.misconceptions.model import Mistake, mistake

BANK: list[Mistake] = []
ALL = "values rectifiers arrays extremes"


@mistake(
    BANK,
    "backward",
    loses="extremes",
    cause="Where logits are of size 1,000, exp overflows or all exponentials are 0, and inf/inf or 0/0 is nan.",
    step="Softmax does not change if the same number is subtracted from a whole row. Which number makes it safe?",
)
def overflowing(x: Any, labels: Any, parameters: Any, activation: Any) -> Any:
    g, slope = ACTIVATIONS[activation]
    sums = forward(x, parameters, activation)
    below = [x, *(g(z) for z in sums[:-1])]
    e = np.exp(sums[-1])
    delta = e / e.sum(axis=1, keepdims=True)
    delta[np.arange(len(labels)), labels] -= 1
    delta = delta / len(labels)
    gradients: Any = []
    for i in reversed(range(len(sums))):
        gradients = [below[i].T @ delta, delta.sum(axis=0), *gradients]
        if i > 0:
            delta = (delta @ parameters[2 * i].T) * slope(sums[i - 1])
    return gradients


@mistake(
    BANK,
    "backward",
    loses=ALL,
    cause="Your gradient is that of the *sum* of the losses: larger than the mean's by the number of examples.",
    step="The loss is a mean over the examples. Where does their number come in?",
)
def sum_of_examples(x: Any, labels: Any, parameters: Any, activation: Any) -> Any:
    g, slope = ACTIVATIONS[activation]
    sums = forward(x, parameters, activation)
    below = [x, *(g(z) for z in sums[:-1])]
    e = np.exp(sums[-1] - sums[-1].max(axis=1, keepdims=True))
    delta = e / e.sum(axis=1, keepdims=True)
    delta[np.arange(len(labels)), labels] -= 1
    gradients: Any = []
    for i in reversed(range(len(sums))):
        gradients = [below[i].T @ delta, delta.sum(axis=0), *gradients]
        if i > 0:
            delta = (delta @ parameters[2 * i].T) * slope(sums[i - 1])
    return gradients


@mistake(
    BANK,
    "backward",
    loses=ALL,
    cause="On the way back your slopes skip the derivative of the activation.",
    step="The chain rule has a factor for every function in the chain. Which function lies between two layers?",
)
def no_slope(x: Any, labels: Any, parameters: Any, activation: Any) -> Any:
    g, _ = ACTIVATIONS[activation]
    sums = forward(x, parameters, activation)
    below = [x, *(g(z) for z in sums[:-1])]
    e = np.exp(sums[-1] - sums[-1].max(axis=1, keepdims=True))
    delta = e / e.sum(axis=1, keepdims=True)
    delta[np.arange(len(labels)), labels] -= 1
    delta = delta / len(labels)
    gradients: Any = []
    for i in reversed(range(len(sums))):
        gradients = [below[i].T @ delta, delta.sum(axis=0), *gradients]
        if i > 0:
            delta = delta @ parameters[2 * i].T
    return gradients


@mistake(
    BANK,
    "backward",
    loses="values arrays extremes",
    cause="The derivative is taken at the activation's *output*: at g(z) where it should be at z.",
    step="The table's derivatives expect what went into the activation. Which of your arrays is that?",
)
def slope_of_output(x: Any, labels: Any, parameters: Any, activation: Any) -> Any:
    g, slope = ACTIVATIONS[activation]
    sums = forward(x, parameters, activation)
    below = [x, *(g(z) for z in sums[:-1])]
    e = np.exp(sums[-1] - sums[-1].max(axis=1, keepdims=True))
    delta = e / e.sum(axis=1, keepdims=True)
    delta[np.arange(len(labels)), labels] -= 1
    delta = delta / len(labels)
    gradients: Any = []
    for i in reversed(range(len(sums))):
        gradients = [below[i].T @ delta, delta.sum(axis=0), *gradients]
        if i > 0:
            delta = (delta @ parameters[2 * i].T) * slope(below[i])
    return gradients


@mistake(
    BANK,
    "backward",
    loses=ALL,
    cause="On the way back the activation itself stands where its derivative should.",
    step="The table holds two functions for each name. Which one belongs into the chain rule?",
)
def activation_for_slope(x: Any, labels: Any, parameters: Any, activation: Any) -> Any:
    g, _ = ACTIVATIONS[activation]
    sums = forward(x, parameters, activation)
    below = [x, *(g(z) for z in sums[:-1])]
    e = np.exp(sums[-1] - sums[-1].max(axis=1, keepdims=True))
    delta = e / e.sum(axis=1, keepdims=True)
    delta[np.arange(len(labels)), labels] -= 1
    delta = delta / len(labels)
    gradients: Any = []
    for i in reversed(range(len(sums))):
        gradients = [below[i].T @ delta, delta.sum(axis=0), *gradients]
        if i > 0:
            delta = (delta @ parameters[2 * i].T) * g(sums[i - 1])
    return gradients


@mistake(
    BANK,
    "backward",
    loses=ALL,
    cause="The gradient of your biases is a mean over the examples where they had been divided by their number.",
    step="Each example pulls at the bias once: how do these pulls combine if each is a part of the mean already?",
)
def mean_for_bias(x: Any, labels: Any, parameters: Any, activation: Any) -> Any:
    g, slope = ACTIVATIONS[activation]
    sums = forward(x, parameters, activation)
    below = [x, *(g(z) for z in sums[:-1])]
    e = np.exp(sums[-1] - sums[-1].max(axis=1, keepdims=True))
    delta = e / e.sum(axis=1, keepdims=True)
    delta[np.arange(len(labels)), labels] -= 1
    delta = delta / len(labels)
    gradients: Any = []
    for i in reversed(range(len(sums))):
        gradients = [below[i].T @ delta, delta.mean(axis=0), *gradients]
        if i > 0:
            delta = (delta @ parameters[2 * i].T) * slope(sums[i - 1])
    return gradients


@mistake(
    BANK,
    "backward",
    loses=ALL,
    cause="The slopes at the logits are the probabilities alone: the labels do not come in.",
    step="For which probabilities should the gradient be 0? Write the true labels as probabilities, too.",
)
def labels_left_out(x: Any, labels: Any, parameters: Any, activation: Any) -> Any:
    g, slope = ACTIVATIONS[activation]
    sums = forward(x, parameters, activation)
    below = [x, *(g(z) for z in sums[:-1])]
    e = np.exp(sums[-1] - sums[-1].max(axis=1, keepdims=True))
    delta = e / e.sum(axis=1, keepdims=True)
    delta = delta / len(labels)
    gradients: Any = []
    for i in reversed(range(len(sums))):
        gradients = [below[i].T @ delta, delta.sum(axis=0), *gradients]
        if i > 0:
            delta = (delta @ parameters[2 * i].T) * slope(sums[i - 1])
    return gradients


@mistake(
    BANK,
    "backward",
    loses=ALL,
    cause="The slopes at the logits are logits minus one-hot labels: that is the gradient of a squared error.",
    step="The loss here is the cross-entropy of the *softmax* of the logits.",
)
def squared_error(x: Any, labels: Any, parameters: Any, activation: Any) -> Any:
    g, slope = ACTIVATIONS[activation]
    sums = forward(x, parameters, activation)
    below = [x, *(g(z) for z in sums[:-1])]
    delta = sums[-1].copy()
    delta[np.arange(len(labels)), labels] -= 1
    delta = delta / len(labels)
    gradients: Any = []
    for i in reversed(range(len(sums))):
        gradients = [below[i].T @ delta, delta.sum(axis=0), *gradients]
        if i > 0:
            delta = (delta @ parameters[2 * i].T) * slope(sums[i - 1])
    return gradients


@mistake(
    BANK,
    "backward",
    loses=ALL,
    cause="The slopes at the logits are multiplied by a derivative of the activation.",
    step="Is there an activation between the last sum and the loss?",
)
def last_slope(x: Any, labels: Any, parameters: Any, activation: Any) -> Any:
    g, slope = ACTIVATIONS[activation]
    sums = forward(x, parameters, activation)
    below = [x, *(g(z) for z in sums[:-1])]
    e = np.exp(sums[-1] - sums[-1].max(axis=1, keepdims=True))
    delta = e / e.sum(axis=1, keepdims=True)
    delta[np.arange(len(labels)), labels] -= 1
    delta = delta / len(labels) * slope(sums[-1])
    gradients: Any = []
    for i in reversed(range(len(sums))):
        gradients = [below[i].T @ delta, delta.sum(axis=0), *gradients]
        if i > 0:
            delta = (delta @ parameters[2 * i].T) * slope(sums[i - 1])
    return gradients


@mistake(
    BANK,
    "backward",
    loses=ALL,
    cause="The gradient of your weights multiplies the slopes by the sums z of the layer below.",
    step="What did W multiply on the way forward: the sums of the layer below, or what the activation made of them?",
)
def sums_below(x: Any, labels: Any, parameters: Any, activation: Any) -> Any:
    _, slope = ACTIVATIONS[activation]
    sums = forward(x, parameters, activation)
    below = [x, *sums[:-1]]
    e = np.exp(sums[-1] - sums[-1].max(axis=1, keepdims=True))
    delta = e / e.sum(axis=1, keepdims=True)
    delta[np.arange(len(labels)), labels] -= 1
    delta = delta / len(labels)
    gradients: Any = []
    for i in reversed(range(len(sums))):
        gradients = [below[i].T @ delta, delta.sum(axis=0), *gradients]
        if i > 0:
            delta = (delta @ parameters[2 * i].T) * slope(sums[i - 1])
    return gradients


@mistake(
    BANK,
    "backward",
    loses=ALL,
    cause="Your gradients come in the order in which they are computed, the last layer first.",
    step="Return them in the order of the parameters, so that each lies beside what it is the gradient of.",
)
def reversed_order(x: Any, labels: Any, parameters: Any, activation: Any) -> Any:
    g, slope = ACTIVATIONS[activation]
    sums = forward(x, parameters, activation)
    below = [x, *(g(z) for z in sums[:-1])]
    e = np.exp(sums[-1] - sums[-1].max(axis=1, keepdims=True))
    delta = e / e.sum(axis=1, keepdims=True)
    delta[np.arange(len(labels)), labels] -= 1
    delta = delta / len(labels)
    gradients: Any = []
    for i in reversed(range(len(sums))):
        gradients = [*gradients, below[i].T @ delta, delta.sum(axis=0)]
        if i > 0:
            delta = (delta @ parameters[2 * i].T) * slope(sums[i - 1])
    return gradients


@mistake(
    BANK,
    "backward",
    loses=ALL,
    cause="Your gradients have the opposite sign: they point downhill.",
    step="Return the gradient itself; the minus sign belongs to the step that goes against it.",
)
def downhill(x: Any, labels: Any, parameters: Any, activation: Any) -> Any:
    g, slope = ACTIVATIONS[activation]
    sums = forward(x, parameters, activation)
    below = [x, *(g(z) for z in sums[:-1])]
    e = np.exp(sums[-1] - sums[-1].max(axis=1, keepdims=True))
    delta = e / e.sum(axis=1, keepdims=True)
    delta[np.arange(len(labels)), labels] -= 1
    delta = delta / len(labels)
    gradients: Any = []
    for i in reversed(range(len(sums))):
        gradients = [-below[i].T @ delta, -delta.sum(axis=0), *gradients]
        if i > 0:
            delta = (delta @ parameters[2 * i].T) * slope(sums[i - 1])
    return gradients
