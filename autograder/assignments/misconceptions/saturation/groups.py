"""Mistakes in maxout, each as the code that makes it."""

from __future__ import annotations

from typing import Any

import numpy as np

from autograder.assignments.misconceptions.model import Mistake, mistake

BANK: list[Mistake] = []
ALL = "values arrays extremes"


# maxout


@mistake(
    BANK,
    "maxout",
    loses=ALL,
    cause="`groups` was taken for the number of members in a group.",
    step="The result has one number for each group: how long is its last axis?",
)
def members_for_groups(x: Any, groups: Any) -> Any:
    x = np.asarray(x)
    return x.reshape(*x.shape[:-1], -1, groups).max(axis=-1)


@mistake(
    BANK,
    "maxout",
    loses=ALL,
    cause="Your groups hold every so-manyth number, not neighbours.",
    step="Look at the order in which `reshape` lays out the numbers: which of the new axes runs through neighbours?",
)
def interleaved(x: Any, groups: Any) -> Any:
    x = np.asarray(x)
    return x.reshape(*x.shape[:-1], -1, groups).max(axis=-2)


@mistake(
    BANK,
    "maxout",
    loses=ALL,
    cause="You took the maximum of the whole row: one group.",
    step="Cut the row into groups first.",
)
def whole_row(x: Any, groups: Any) -> Any:
    return np.max(np.asarray(x), axis=-1)


@mistake(
    BANK,
    "maxout",
    loses="values arrays",
    cause="Your code handles arrays with two axes only.",
    step="The groups lie along the last axis, whatever stands in front of it: look at `x.shape[:-1]`.",
)
def two_axes_only(x: Any, groups: Any) -> Any:
    x = np.asarray(x)
    return x.reshape(len(x), groups, -1).max(axis=2)


@mistake(
    BANK,
    "maxout",
    loses=ALL,
    cause="All numbers were laid in one row before they were cut, so that groups run across examples.",
    step="Every example has its own groups.",
)
def across_examples(x: Any, groups: Any) -> Any:
    return np.asarray(x).reshape(groups, -1).max(axis=1)


@mistake(
    BANK,
    "maxout",
    loses=ALL,
    cause="Your output is the mean of each group.",
    step="Maxout keeps one number of each group as it is.",
)
def mean_of_groups(x: Any, groups: Any) -> Any:
    x = np.asarray(x)
    return x.reshape(*x.shape[:-1], groups, -1).mean(axis=-1)


@mistake(
    BANK,
    "maxout",
    loses=ALL,
    cause="Your output is the position of the largest number in each group.",
    step="`np.argmax` gives positions, `np.max` gives values.",
)
def positions(x: Any, groups: Any) -> Any:
    x = np.asarray(x)
    return x.reshape(*x.shape[:-1], groups, -1).argmax(axis=-1)


@mistake(
    BANK,
    "maxout",
    loses=ALL,
    cause="Your output is never below 0: a ReLU was applied to the maximum.",
    step="Maxout needs no other activation: a group of negative numbers has a negative maximum.",
)
def relu_on_top(x: Any, groups: Any) -> Any:
    x = np.asarray(x)
    return np.maximum(x.reshape(*x.shape[:-1], groups, -1).max(axis=-1), 0)


@mistake(
    BANK,
    "maxout",
    loses=ALL,
    cause="Your output is the smallest number of each group.",
    step="Max, not min.",
)
def smallest(x: Any, groups: Any) -> Any:
    x = np.asarray(x)
    return x.reshape(*x.shape[:-1], groups, -1).min(axis=-1)


@mistake(
    BANK,
    "maxout",
    loses=ALL,
    cause="Your output is the largest absolute value of each group.",
    step="−5 is smaller than 1.",
)
def largest_size(x: Any, groups: Any) -> Any:
    x = np.abs(np.asarray(x))
    return x.reshape(*x.shape[:-1], groups, -1).max(axis=-1)


@mistake(
    BANK,
    "maxout",
    loses="values arrays extremes",
    cause="The rows were cut into groups, and not the numbers within a row.",
    step="Each row is one example: along which axis do the groups lie?",
)
def first_axis_split(x: Any, groups: Any) -> Any:
    return np.stack([part.max(-1) for part in np.split(np.asarray(x), groups, axis=0)], axis=-1)
