"""Mistakes in the heads, each as the code that makes it."""

from __future__ import annotations

from typing import Any

import numpy as np

from autograder.assignments.misconceptions.model import Mistake, mistake

BANK: list[Mistake] = []
ALL = "values arrays extremes"
HEADS = "one_of_many yes_or_no several any_number positive uncertain"


# gaussian_head


@mistake(
    BANK,
    "gaussian_head",
    loses=ALL,
    cause="The second column is returned as it is: a variance that may be negative.",
    step="Which function of the chapter *Range* makes any number positive?",
)
def variance_as_it_is(z: Any) -> Any:
    z = np.asarray(z)
    return z[:, 0], z[:, 1]


@mistake(
    BANK,
    "gaussian_head",
    loses=ALL,
    cause="Your variance is exp of the second column.",
    step="exp is a choice of many libraries; the exercise names another function, which grows more slowly.",
)
def exponential_variance(z: Any) -> Any:
    z = np.asarray(z)
    return z[:, 0], np.exp(z[:, 1])


@mistake(
    BANK,
    "gaussian_head",
    loses=ALL,
    cause="The columns are exchanged: the mean was taken from the second one.",
    step="Which column holds what? The exercise says it.",
)
def columns_exchanged(z: Any) -> Any:
    z = np.asarray(z)
    return z[:, 1], np.logaddexp(0, z[:, 0])


@mistake(
    BANK,
    "gaussian_head",
    loses=ALL,
    cause="The order of the pair is wrong: the variance comes first.",
    step="First the mean, then the variance.",
)
def pair_exchanged(z: Any) -> Any:
    z = np.asarray(z)
    return np.logaddexp(0, z[:, 1]), z[:, 0]


@mistake(
    BANK,
    "gaussian_head",
    loses=ALL,
    cause="`z[0]` and `z[1]` are the first two examples, not the two columns.",
    step="Each row is one example.",
)
def rows_for_columns(z: Any) -> Any:
    z = np.asarray(z)
    return z[0], np.logaddexp(0, z[1])


@mistake(
    BANK,
    "gaussian_head",
    loses=ALL,
    cause="Your variance is ReLU of the second column, which may be 0.",
    step="A normal distribution needs a variance above 0.",
)
def relu_variance(z: Any) -> Any:
    z = np.asarray(z)
    return z[:, 0], np.maximum(z[:, 1], 0)


@mistake(
    BANK,
    "gaussian_head",
    loses=ALL,
    cause="Softplus was applied to the mean too, which may be any number.",
    step="Only one of the two columns must become positive.",
)
def softplus_of_both(z: Any) -> Any:
    z = np.asarray(z)
    return np.logaddexp(0, z[:, 0]), np.logaddexp(0, z[:, 1])


@mistake(
    BANK,
    "gaussian_head",
    loses=ALL,
    cause="You returned one array where a pair was asked for.",
    step="Write two arrays with a comma between them.",
)
def one_array(z: Any) -> Any:
    z = np.asarray(z)
    return np.stack([z[:, 0], np.logaddexp(0, z[:, 1])], axis=1)


@mistake(
    BANK,
    "gaussian_head",
    loses=ALL,
    cause="Your variance is the square of softplus: softplus was taken for the standard deviation.",
    step="The exercise makes the variance itself by softplus.",
)
def deviation_squared(z: Any) -> Any:
    z = np.asarray(z)
    return z[:, 0], np.logaddexp(0, z[:, 1]) ** 2


@mistake(
    BANK,
    "gaussian_head",
    loses=ALL,
    cause="A small constant was added to the variance.",
    step="softplus is above 0 already, if it is computed in a stable form.",
)
def floor_added(z: Any) -> Any:
    z = np.asarray(z)
    return z[:, 0], np.logaddexp(0, z[:, 1]) + 1e-6


@mistake(
    BANK,
    "gaussian_head",
    loses="extremes",
    cause="log(1 + exp(z)) overflows for large z, and far to the left it is 0, which is no variance.",
    step="Write softplus in its stable form.",
)
def textbook_softplus(z: Any) -> Any:
    z = np.asarray(z)
    return z[:, 0], np.log(1 + np.exp(z[:, 1]))


@mistake(
    BANK,
    "gaussian_head",
    loses="extremes",
    cause="Nothing overflows, but far to the left 1 + exp(z) is 1, and the variance becomes 0.",
    step="`np.log1p` keeps a small exponential.",
)
def variance_of_zero(z: Any) -> Any:
    z = np.asarray(z)
    return z[:, 0], np.maximum(z[:, 1], 0) + np.log(1 + np.exp(-np.abs(z[:, 1])))


@mistake(
    BANK,
    "gaussian_head",
    loses="values arrays extremes",
    cause="The second result is the root of what was expected: a standard deviation.",
    step="The head of this exercise returns the variance itself.",
)
def deviation_for_variance(z: Any) -> Any:
    z = np.asarray(z)
    return z[:, 0], np.sqrt(np.logaddexp(0, z[:, 1]))


@mistake(
    BANK,
    "gaussian_head",
    loses="values arrays extremes",
    cause="Both results have shape (n, 1): the columns were cut out as matrices.",
    step="An index such as 0 takes a column out of the array; a slice such as `:1` leaves a column of it.",
)
def two_columns(z: Any) -> Any:
    z = np.asarray(z)
    return z[:, :1], np.logaddexp(0, z[:, 1:])


# choose_head


@mistake(
    BANK,
    "choose_head",
    loses="yes_or_no several",
    cause="A softmax was chosen for every question about classes.",
    step=(
        "Softmax shares one unit of probability among classes that exclude each other. Is that so in a "
        "question with two answers, of which one number is enough? And where several things may be true at "
        "once?"
    ),
)
def softmax_for_all_classes(task: Any) -> Any:
    if task.startswith(("whether", "all", "which", "the next", "the species")):
        return "softmax"
    if "sure" in task or "error bar" in task or "uncertainty" in task:
        return "gaussian"
    if task.startswith(("the expected", "the distance", "the mean number")):
        return "softplus"
    return "identity"


@mistake(
    BANK,
    "choose_head",
    loses="several",
    cause="A softmax was chosen where several things may be true at once.",
    step="With softmax one probability can rise only if another falls.",
)
def softmax_for_several(task: Any) -> Any:
    if task.startswith("whether"):
        return "sigmoid"
    if task.startswith(("all", "which", "the next", "the species")):
        return "softmax"
    if "sure" in task or "error bar" in task or "uncertainty" in task:
        return "gaussian"
    if task.startswith(("the expected", "the distance", "the mean number")):
        return "softplus"
    return "identity"


@mistake(
    BANK,
    "choose_head",
    loses="one_of_many",
    cause="A sigmoid was chosen where exactly one class is right.",
    step="Sigmoids answer every question by itself: their probabilities need not add up to 1.",
)
def sigmoid_for_all_classes(task: Any) -> Any:
    if task.startswith(("whether", "all", "which", "the next", "the species")):
        return "sigmoid"
    if "sure" in task or "error bar" in task or "uncertainty" in task:
        return "gaussian"
    if task.startswith(("the expected", "the distance", "the mean number")):
        return "softplus"
    return "identity"


@mistake(
    BANK,
    "choose_head",
    loses="positive uncertain",
    cause="The identity was chosen for every number.",
    step="Can the number be negative? And does the task ask for one number or for two?",
)
def identity_for_all_numbers(task: Any) -> Any:
    if task.startswith(("whether", "all")):
        return "sigmoid"
    if task.startswith(("which", "the next", "the species")):
        return "softmax"
    return "identity"


@mistake(
    BANK,
    "choose_head",
    loses="any_number",
    cause="A softplus was chosen for a number that may be negative.",
    step="Which numbers can softplus never return?",
)
def softplus_for_any_number(task: Any) -> Any:
    if task.startswith(("whether", "all")):
        return "sigmoid"
    if task.startswith(("which", "the next", "the species")):
        return "softmax"
    if "sure" in task or "error bar" in task or "uncertainty" in task:
        return "gaussian"
    return "softplus"


@mistake(
    BANK,
    "choose_head",
    loses=HEADS,
    cause="The name is written with a capital letter.",
    step="The names are compared letter by letter: copy them from the list.",
)
def capital_letters(task: Any) -> Any:
    if task.startswith(("whether", "all")):
        return "Sigmoid"
    if task.startswith(("which", "the next", "the species")):
        return "Softmax"
    if "sure" in task or "error bar" in task or "uncertainty" in task:
        return "Gaussian"
    if task.startswith(("the expected", "the distance", "the mean number")):
        return "Softplus"
    return "Identity"
