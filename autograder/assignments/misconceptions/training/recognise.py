"""Mistakes in putting a network together, each as the code that makes it.

The code is meant to be wrong in just this way; it uses the notebook's table of activations and the other functions.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from autograder.assignments.dense_networks import forward, initialise, train
from autograder.assignments.misconceptions.model import Mistake, mistake

BANK: list[Mistake] = []


@mistake(
    BANK,
    "recognise",
    loses="accuracy determinism",
    cause="Your answers are those of a network with its first random weights.",
    step="About one in ten is right by chance. Is the result of the training used?",
)
def untrained(x: Any, labels: Any, x_new: Any, seed: Any) -> Any:
    parameters = initialise([64, 32, 32, 10], "relu", seed)
    return forward(x_new / 16, parameters, "relu")[-1].argmax(axis=1)


@mistake(
    BANK,
    "recognise",
    loses="accuracy determinism",
    cause="Your network starts from zeros and gives the same answer for every image.",
    step="All units of a layer start alike and get the same gradient. What makes units differ from one another?",
)
def same_for_all(x: Any, labels: Any, x_new: Any, seed: Any) -> Any:
    sizes = [64, 32, 32, 10]
    parameters = []
    for i in range(3):
        parameters += [np.zeros((sizes[i], sizes[i + 1])), np.zeros(sizes[i + 1])]
    parameters = train(x / 16, labels, parameters, "relu", 0.2, 20, 20)
    return forward(x_new / 16, parameters, "relu")[-1].argmax(axis=1)


@mistake(
    BANK,
    "recognise",
    loses="accuracy",
    cause="Each answer is one more than the position of the largest logit.",
    step="The classes are 0 to 9, and positions count from 0 as well.",
)
def counted_from_one(x: Any, labels: Any, x_new: Any, seed: Any) -> Any:
    parameters = initialise([64, 32, 32, 10], "relu", seed)
    parameters = train(x / 16, labels, parameters, "relu", 0.2, 20, 20)
    return forward(x_new / 16, parameters, "relu")[-1].argmax(axis=1) + 1


@mistake(
    BANK,
    "recognise",
    loses="accuracy",
    cause="There are ten numbers for each image: the logits.",
    step="Which digit do the ten numbers speak for?",
)
def all_logits(x: Any, labels: Any, x_new: Any, seed: Any) -> Any:
    parameters = initialise([64, 32, 32, 10], "relu", seed)
    parameters = train(x / 16, labels, parameters, "relu", 0.2, 20, 20)
    return forward(x_new / 16, parameters, "relu")[-1]


@mistake(
    BANK,
    "recognise",
    loses="accuracy",
    cause="There are ten answers: the image that looks most like each digit.",
    step="`axis=0` searches the column of a class. Along which axis lie the ten logits of one image?",
)
def best_image_for_each_digit(x: Any, labels: Any, x_new: Any, seed: Any) -> Any:
    parameters = initialise([64, 32, 32, 10], "relu", seed)
    parameters = train(x / 16, labels, parameters, "relu", 0.2, 20, 20)
    return forward(x_new / 16, parameters, "relu")[-1].argmax(axis=0)


@mistake(
    BANK,
    "recognise",
    loses="accuracy",
    cause="The answers are for the images that the network learned from.",
    step="There is one answer for each row of `x_new`.",
)
def old_images(x: Any, labels: Any, x_new: Any, seed: Any) -> Any:
    parameters = initialise([64, 32, 32, 10], "relu", seed)
    parameters = train(x / 16, labels, parameters, "relu", 0.1, 3, 20)
    return forward(x / 16, parameters, "relu")[-1].argmax(axis=1)


@mistake(
    BANK,
    "recognise",
    loses="accuracy",
    cause="The images were shuffled and their labels were not, so that the network learned answers to other questions.",
    step="Draw one order, and use it for both.",
)
def labels_out_of_order(x: Any, labels: Any, x_new: Any, seed: Any) -> Any:
    parameters = initialise([64, 32, 32, 10], "relu", seed)
    x = np.random.default_rng(seed).permutation(x)
    parameters = train(x / 16, labels, parameters, "relu", 0.2, 20, 20)
    return forward(x_new / 16, parameters, "relu")[-1].argmax(axis=1)


@mistake(
    BANK,
    "recognise",
    loses="accuracy",
    cause="The pixels go into the network as they are, up to 16, and training leaves only nan or one answer for all.",
    step="How large are the gradients of the first weights if the inputs are that large? Scale the pixels.",
)
def not_scaled(x: Any, labels: Any, x_new: Any, seed: Any) -> Any:
    # Wide enough to die differently under two seeds: what is wrong here is the accuracy alone.
    parameters = initialise([64, 64, 64, 10], "relu", seed)
    parameters = train(x, labels, parameters, "relu", 0.2, 20, 20)
    return forward(x_new, parameters, "relu")[-1].argmax(axis=1)


@mistake(
    BANK,
    "recognise",
    loses="accuracy determinism",
    cause="Each new image gets the class of the known image that is most like it: that is often right, but no network.",
    step="Nothing is learned here. Which of your functions makes a network better, step by step?",
)
def nearest_neighbour(x: Any, labels: Any, x_new: Any, seed: Any) -> Any:
    distances = ((x_new[:, None] - x[None]) ** 2).sum(axis=2)
    return labels[distances.argmin(axis=1)]


@mistake(
    BANK,
    "recognise",
    loses="determinism",
    cause="Your network starts from the same weights whatever the seed is.",
    step="A number in the code stands where `seed` should be. How else would you find out how much is luck?",
)
def constant_seed(x: Any, labels: Any, x_new: Any, seed: Any) -> Any:
    parameters = initialise([64, 32, 32, 10], "relu", 0)
    parameters = train(x / 16, labels, parameters, "relu", 0.2, 20, 20)
    return forward(x_new / 16, parameters, "relu")[-1].argmax(axis=1)


@mistake(
    BANK,
    "recognise",
    loses="determinism",
    cause="Chance comes in twice without the seed, and every call gives another network.",
    step="Make every generator from `seed`: `np.random.default_rng()` starts somewhere else each time.",
)
def unseeded(x: Any, labels: Any, x_new: Any, seed: Any) -> Any:
    order = np.random.default_rng().permutation(len(x))
    x, labels = x[order], labels[order]
    parameters = initialise([64, 32, 32, 10], "relu", order[0])
    parameters = train(x / 16, labels, parameters, "relu", 0.2, 20, 20)
    return forward(x_new / 16, parameters, "relu")[-1].argmax(axis=1)
