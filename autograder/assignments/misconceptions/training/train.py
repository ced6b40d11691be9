"""Mistakes in gradient descent, each as the code that makes it.

The code is meant to be wrong in just this way; it uses the notebook's table of activations and the other functions.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from autograder.assignments.dense_networks import backward
from autograder.assignments.misconceptions.model import Mistake, mistake

BANK: list[Mistake] = []
ALL = "values batches arrays"


@mistake(
    BANK,
    "train",
    loses=ALL,
    cause="Your steps go up the gradient, so that the loss grows.",
    step="The gradient points to where the loss rises fastest. Which way should a step go?",
)
def uphill(x: Any, labels: Any, parameters: Any, activation: Any, rate: Any, epochs: Any, batch: Any) -> Any:
    for _ in range(epochs):
        for start in range(0, len(x), batch):
            rows = slice(start, start + batch)
            gradients = backward(x[rows], labels[rows], parameters, activation)
            parameters = [p + rate * d for p, d in zip(parameters, gradients, strict=True)]
    return parameters


@mistake(
    BANK,
    "train",
    loses=ALL,
    cause="The data are passed through once, whatever `epochs` is.",
    step="Which of your loops counts the epochs?",
)
def one_epoch(x: Any, labels: Any, parameters: Any, activation: Any, rate: Any, epochs: Any, batch: Any) -> Any:
    for start in range(0, len(x), batch):
        rows = slice(start, start + batch)
        gradients = backward(x[rows], labels[rows], parameters, activation)
        parameters = [p - rate * d for p, d in zip(parameters, gradients, strict=True)]
    return parameters


@mistake(
    BANK,
    "train",
    loses="batches arrays",
    cause="Each epoch makes one step with all examples: `batch` is not used.",
    step="How many steps are there in an epoch if the batch is a third of the data?",
)
def whole_data(x: Any, labels: Any, parameters: Any, activation: Any, rate: Any, epochs: Any, batch: Any) -> Any:
    for _ in range(epochs):
        gradients = backward(x, labels, parameters, activation)
        parameters = [p - rate * d for p, d in zip(parameters, gradients, strict=True)]
    return parameters


@mistake(
    BANK,
    "train",
    loses="batches arrays",
    cause="The examples that do not fill a batch are left out.",
    step="The last batch of an epoch may be smaller, but its examples count as well.",
)
def remainder_dropped(x: Any, labels: Any, parameters: Any, activation: Any, rate: Any, epochs: Any, batch: Any) -> Any:
    for _ in range(epochs):
        for start in range(0, len(x) - batch + 1, batch):
            rows = slice(start, start + batch)
            gradients = backward(x[rows], labels[rows], parameters, activation)
            parameters = [p - rate * d for p, d in zip(parameters, gradients, strict=True)]
    return parameters


@mistake(
    BANK,
    "train",
    loses="arrays",
    cause="The steps are written into the arrays that were handed over.",
    step="`p -= …` changes the array that the caller still holds. Make new arrays, or copy them first.",
)
def in_place(x: Any, labels: Any, parameters: Any, activation: Any, rate: Any, epochs: Any, batch: Any) -> Any:
    for _ in range(epochs):
        for start in range(0, len(x), batch):
            rows = slice(start, start + batch)
            gradients = backward(x[rows], labels[rows], parameters, activation)
            for p, d in zip(parameters, gradients, strict=True):
                p -= rate * d
    return parameters


@mistake(
    BANK,
    "train",
    loses=ALL,
    cause="Every step uses a gradient at the first parameters.",
    step="After a step the network is another one. At which parameters is the next gradient to be taken?",
)
def first_gradient(x: Any, labels: Any, parameters: Any, activation: Any, rate: Any, epochs: Any, batch: Any) -> Any:
    start_parameters = parameters
    for _ in range(epochs):
        for start in range(0, len(x), batch):
            rows = slice(start, start + batch)
            gradients = backward(x[rows], labels[rows], start_parameters, activation)
            parameters = [p - rate * d for p, d in zip(parameters, gradients, strict=True)]
    return parameters


@mistake(
    BANK,
    "train",
    loses=ALL,
    cause="Your biases stay as they were.",
    step="The list of parameters holds more than weights: what are the gradients at the odd places for?",
)
def weights_alone(x: Any, labels: Any, parameters: Any, activation: Any, rate: Any, epochs: Any, batch: Any) -> Any:
    for _ in range(epochs):
        for start in range(0, len(x), batch):
            rows = slice(start, start + batch)
            gradients = backward(x[rows], labels[rows], parameters, activation)
            steps = [rate * d if d.ndim == 2 else 0 for d in gradients]
            parameters = [p - step for p, step in zip(parameters, steps, strict=True)]
    return parameters


@mistake(
    BANK,
    "train",
    loses=ALL,
    cause="Your steps are divided by the number of examples once more: the gradient is that of a mean already.",
    step="What does `backward` compute for a batch: a sum over its examples, or their mean?",
)
def rate_per_example(x: Any, labels: Any, parameters: Any, activation: Any, rate: Any, epochs: Any, batch: Any) -> Any:
    for _ in range(epochs):
        for start in range(0, len(x), batch):
            rows = slice(start, start + batch)
            gradients = backward(x[rows], labels[rows], parameters, activation)
            parameters = [p - rate / len(x[rows]) * d for p, d in zip(parameters, gradients, strict=True)]
    return parameters


@mistake(
    BANK,
    "train",
    loses="batches arrays",
    cause="Only the images are cut into batches; the labels are all handed over each time.",
    step="Each batch needs the labels of its own rows.",
)
def labels_not_cut(x: Any, labels: Any, parameters: Any, activation: Any, rate: Any, epochs: Any, batch: Any) -> Any:
    for _ in range(epochs):
        for start in range(0, len(x), batch):
            rows = slice(start, start + batch)
            gradients = backward(x[rows], labels, parameters, activation)
            parameters = [p - rate * d for p, d in zip(parameters, gradients, strict=True)]
    return parameters


@mistake(
    BANK,
    "train",
    loses="batches arrays",
    cause="The gradients of an epoch's batches are collected, and there is one step at its end.",
    step="In mini-batch descent every batch makes a step of its own, from where the last one ended.",
)
def averaged_over_batches(
    x: Any, labels: Any, parameters: Any, activation: Any, rate: Any, epochs: Any, batch: Any
) -> Any:
    for _ in range(epochs):
        total = [np.zeros_like(p) for p in parameters]
        for start in range(0, len(x), batch):
            rows = slice(start, start + batch)
            gradients = backward(x[rows], labels[rows], parameters, activation)
            total = [t + d for t, d in zip(total, gradients, strict=True)]
        parameters = [p - rate * t for p, t in zip(parameters, total, strict=True)]
    return parameters
