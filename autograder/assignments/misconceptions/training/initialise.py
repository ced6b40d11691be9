"""Mistakes in the first weights of a network, each as the code that makes it."""

from __future__ import annotations

from itertools import pairwise
from typing import Any

import numpy as np

from autograder.assignments.misconceptions.model import Mistake, mistake

BANK: list[Mistake] = []
ALL = "values he"


@mistake(
    BANK,
    "initialise",
    loses="he",
    cause="Your weights have Glorot's bound for every activation.",
    step="A rectifier sets about half of its inputs to 0. What does that do to the variance from layer to layer?",
)
def glorot_for_all(sizes: Any, activation: Any, seed: Any) -> Any:
    rng = np.random.default_rng(seed)
    parameters = []
    for layer in range(len(sizes) - 1):
        d, k = sizes[layer], sizes[layer + 1]
        a = np.sqrt(6 / (d + k))
        parameters += [rng.uniform(-a, a, size=(d, k)), np.zeros(k)]
    return parameters


@mistake(
    BANK,
    "initialise",
    loses="values",
    cause="Your weights have He's bound for every activation.",
    step="Which two numbers does the bound for tanh and sigmoid balance, and which of them does He's leave out?",
)
def he_for_all(sizes: Any, activation: Any, seed: Any) -> Any:
    rng = np.random.default_rng(seed)
    parameters = []
    for layer in range(len(sizes) - 1):
        d, k = sizes[layer], sizes[layer + 1]
        a = np.sqrt(6 / d)
        parameters += [rng.uniform(-a, a, size=(d, k)), np.zeros(k)]
    return parameters


@mistake(
    BANK,
    "initialise",
    loses="he",
    cause="Your bound for the rectifiers counts the units of the layer in place of its inputs.",
    step="The variance of a sum depends on how many terms it has. How many terms does a unit sum up?",
)
def he_of_units(sizes: Any, activation: Any, seed: Any) -> Any:
    rng = np.random.default_rng(seed)
    parameters = []
    for layer in range(len(sizes) - 1):
        d, k = sizes[layer], sizes[layer + 1]
        a = np.sqrt(6 / k) if "relu" in activation else np.sqrt(6 / (d + k))
        parameters += [rng.uniform(-a, a, size=(d, k)), np.zeros(k)]
    return parameters


@mistake(
    BANK,
    "initialise",
    loses=ALL,
    cause="Your weights are smaller by √3: the standard deviation was taken for the bound.",
    step="Numbers spread evenly between −a and a have the standard deviation a/√3. Solve this for a.",
)
def deviation_as_bound(sizes: Any, activation: Any, seed: Any) -> Any:
    rng = np.random.default_rng(seed)
    parameters = []
    for layer in range(len(sizes) - 1):
        d, k = sizes[layer], sizes[layer + 1]
        a = np.sqrt(2 / d) if "relu" in activation else np.sqrt(2 / (d + k))
        parameters += [rng.uniform(-a, a, size=(d, k)), np.zeros(k)]
    return parameters


@mistake(
    BANK,
    "initialise",
    loses=ALL,
    cause="Your weights follow the normal distribution of the right variance.",
    step="That would train as well; but so that all get the same numbers from a seed, the exercise fixes another one.",
)
def normal(sizes: Any, activation: Any, seed: Any) -> Any:
    rng = np.random.default_rng(seed)
    parameters = []
    for layer in range(len(sizes) - 1):
        d, k = sizes[layer], sizes[layer + 1]
        deviation = np.sqrt(2 / d) if "relu" in activation else np.sqrt(2 / (d + k))
        parameters += [rng.normal(0, deviation, size=(d, k)), np.zeros(k)]
    return parameters


@mistake(
    BANK,
    "initialise",
    loses=ALL,
    cause="All your weights are 0.",
    step="Then all units of a layer compute the same and get the same gradient. What could ever tell them apart?",
)
def zeros(sizes: Any, activation: Any, seed: Any) -> Any:
    parameters = []
    for layer in range(len(sizes) - 1):
        d, k = sizes[layer], sizes[layer + 1]
        parameters += [np.zeros((d, k)), np.zeros(k)]
    return parameters


@mistake(
    BANK,
    "initialise",
    loses=ALL,
    cause="Your biases are random as well, and drawing them moves the random numbers of all later weights.",
    step="What breaks the symmetry between units, and is anything left to do for the biases?",
)
def random_biases(sizes: Any, activation: Any, seed: Any) -> Any:
    rng = np.random.default_rng(seed)
    parameters = []
    for layer in range(len(sizes) - 1):
        d, k = sizes[layer], sizes[layer + 1]
        a = np.sqrt(6 / d) if "relu" in activation else np.sqrt(6 / (d + k))
        parameters += [rng.uniform(-a, a, size=(d, k)), rng.uniform(-a, a, size=k)]
    return parameters


@mistake(
    BANK,
    "initialise",
    loses=ALL,
    cause="The generator starts anew for each layer, so that all layers begin with the same random numbers.",
    step="Make one generator for the whole network, and let it go on from layer to layer.",
)
def generator_for_each_layer(sizes: Any, activation: Any, seed: Any) -> Any:
    parameters = []
    for layer in range(len(sizes) - 1):
        d, k = sizes[layer], sizes[layer + 1]
        rng = np.random.default_rng(seed)
        a = np.sqrt(6 / d) if "relu" in activation else np.sqrt(6 / (d + k))
        parameters += [rng.uniform(-a, a, size=(d, k)), np.zeros(k)]
    return parameters


@mistake(
    BANK,
    "initialise",
    loses=ALL,
    cause="The random numbers come from NumPy's old global generator, which gives others for the same seed.",
    step="Use `np.random.default_rng(seed)`: it also leaves the random numbers of other code alone.",
)
def old_generator(sizes: Any, activation: Any, seed: Any) -> Any:
    rng = np.random.RandomState(seed)
    parameters = []
    for layer in range(len(sizes) - 1):
        d, k = sizes[layer], sizes[layer + 1]
        a = np.sqrt(6 / d) if "relu" in activation else np.sqrt(6 / (d + k))
        parameters += [rng.uniform(-a, a, size=(d, k)), np.zeros(k)]
    return parameters


@mistake(
    BANK,
    "initialise",
    loses=ALL,
    cause="Your weight matrices have a row for each unit.",
    step="In this course examples are rows and a layer is x W + b. Which shape must W have for an x of shape (n, d)?",
)
def units_as_rows(sizes: Any, activation: Any, seed: Any) -> Any:
    rng = np.random.default_rng(seed)
    parameters = []
    for layer in range(len(sizes) - 1):
        d, k = sizes[layer], sizes[layer + 1]
        a = np.sqrt(6 / d) if "relu" in activation else np.sqrt(6 / (d + k))
        parameters += [rng.uniform(-a, a, size=(k, d)), np.zeros(k)]
    return parameters


@mistake(
    BANK,
    "initialise",
    loses="values he",
    cause="The bound has no root: 6/(d + k), or 6/d.",
    step="The variance of the weights is a²/3: which a gives it the right size?",
)
def root_left_out(sizes: Any, activation: Any, seed: Any) -> Any:
    rng = np.random.default_rng(seed)
    parameters = []
    for d, k in pairwise(sizes):
        a = 6 / (d + k) if activation in ("tanh", "sigmoid") else 6 / d
        parameters += [rng.uniform(-a, a, size=(d, k)), np.zeros(k)]
    return parameters


@mistake(
    BANK,
    "initialise",
    loses="he",
    cause="Your weights for leaky_relu have Glorot's bound.",
    step="To which of the two groups does the exercise count the leaky rectifier?",
)
def leaky_left_with_glorot(sizes: Any, activation: Any, seed: Any) -> Any:
    rng = np.random.default_rng(seed)
    parameters = []
    for d, k in pairwise(sizes):
        a = np.sqrt(6 / d) if activation == "relu" else np.sqrt(6 / (d + k))
        parameters += [rng.uniform(-a, a, size=(d, k)), np.zeros(k)]
    return parameters


@mistake(
    BANK,
    "initialise",
    loses="values he",
    cause="The biases have shape (1, k).",
    step="The conventions ask for one axis: how many numbers does a layer of k units have?",
)
def biases_as_rows(sizes: Any, activation: Any, seed: Any) -> Any:
    rng = np.random.default_rng(seed)
    parameters = []
    for d, k in pairwise(sizes):
        a = np.sqrt(6 / (d + k)) if activation in ("tanh", "sigmoid") else np.sqrt(6 / d)
        parameters += [rng.uniform(-a, a, size=(d, k)), np.zeros((1, k))]
    return parameters
