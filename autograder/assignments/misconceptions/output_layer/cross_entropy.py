"""Mistakes in the cross-entropy and its gradient, each as the code that makes it."""

from __future__ import annotations

from typing import Any

import numpy as np

from autograder.assignments.misconceptions.model import Mistake, mistake

BANK: list[Mistake] = []
ALL = "values arrays extremes"


# cross_entropy_with_logits


@mistake(
    BANK,
    "cross_entropy_with_logits",
    loses="extremes",
    cause="The probabilities are computed without a shift, and exp overflows.",
    step="Use your log-softmax.",
)
def overflowing(z: Any, labels: Any) -> Any:
    e = np.exp(np.asarray(z))
    s = e / e.sum(axis=1, keepdims=True)
    return -np.mean(np.log(s[np.arange(len(s)), labels]))


@mistake(
    BANK,
    "cross_entropy_with_logits",
    loses="extremes",
    cause=(
        "Your loss is the logarithm of a stable softmax: for a sure and wrong answer the probability is rounded to 0."
    ),
    step="Use log-softmax, which never makes the probability.",
)
def logarithm_of_zero(z: Any, labels: Any) -> Any:
    z = np.asarray(z)
    e = np.exp(z - z.max(axis=1, keepdims=True))
    s = e / e.sum(axis=1, keepdims=True)
    return -np.mean(np.log(s[np.arange(len(s)), labels]))


@mistake(
    BANK,
    "cross_entropy_with_logits",
    loses="extremes",
    cause="The maximum of the whole batch was subtracted, so that in rows far below it all exponentials are 0.",
    step="Each row needs its own maximum.",
)
def one_maximum_for_the_batch(z: Any, labels: Any) -> Any:
    z = np.asarray(z)
    d = z - z.max()
    logs = d - np.log(np.exp(d).sum(axis=1, keepdims=True))
    return -logs[np.arange(len(logs)), labels].mean()


@mistake(
    BANK,
    "cross_entropy_with_logits",
    loses=ALL,
    cause="You added the losses of all examples.",
    step="The exercise asks for their mean.",
)
def added_up(z: Any, labels: Any) -> Any:
    z = np.asarray(z)
    d = z - z.max(axis=1, keepdims=True)
    logs = d - np.log(np.exp(d).sum(axis=1, keepdims=True))
    return -logs[np.arange(len(logs)), labels].sum()


@mistake(
    BANK,
    "cross_entropy_with_logits",
    loses=ALL,
    cause="Your output is the mean log-likelihood: the sign is wrong.",
    step="A loss is to be made small; it is never negative here.",
)
def likelihood(z: Any, labels: Any) -> Any:
    z = np.asarray(z)
    d = z - z.max(axis=1, keepdims=True)
    logs = d - np.log(np.exp(d).sum(axis=1, keepdims=True))
    return logs[np.arange(len(logs)), labels].mean()


@mistake(
    BANK,
    "cross_entropy_with_logits",
    loses=ALL,
    cause="Softmax was applied twice: the probabilities went into log-softmax.",
    step="The function is given logits, and log-softmax holds the softmax already.",
)
def softmax_twice(z: Any, labels: Any) -> Any:
    z = np.asarray(z)
    e = np.exp(z - z.max(axis=1, keepdims=True))
    s = e / e.sum(axis=1, keepdims=True)
    return -np.mean(s[np.arange(len(s)), labels] - np.log(np.exp(s).sum(axis=1)))


@mistake(
    BANK,
    "cross_entropy_with_logits",
    loses=ALL,
    cause="The mean runs over all n·k entries, most of which are zeros of the one-hot labels.",
    step="There are n examples: divide by their number.",
)
def divided_by_all_entries(z: Any, labels: Any) -> Any:
    z = np.asarray(z)
    d = z - z.max(axis=1, keepdims=True)
    logs = d - np.log(np.exp(d).sum(axis=1, keepdims=True))
    return -logs[np.arange(len(logs)), labels].sum() / logs.size


@mistake(
    BANK,
    "cross_entropy_with_logits",
    loses=ALL,
    cause="`logs[:, labels]` takes all labels' columns of every row.",
    step="Pick one entry of each row: give the row numbers as well.",
)
def all_labels_of_every_row(z: Any, labels: Any) -> Any:
    z = np.asarray(z)
    d = z - z.max(axis=1, keepdims=True)
    logs = d - np.log(np.exp(d).sum(axis=1, keepdims=True))
    return -logs[:, labels].mean()


@mistake(
    BANK,
    "cross_entropy_with_logits",
    loses=ALL,
    cause="You normalised the columns.",
    step="Each row is one example, and its probabilities add up to 1.",
)
def normalised_by_columns(z: Any, labels: Any) -> Any:
    z = np.asarray(z)
    d = z - z.max(axis=0, keepdims=True)
    logs = d - np.log(np.exp(d).sum(axis=0, keepdims=True))
    return -logs[np.arange(len(logs)), labels].mean()


@mistake(
    BANK,
    "cross_entropy_with_logits",
    loses=ALL,
    cause="A small number was added inside the logarithm, which changes all results.",
    step="A form that never takes the logarithm of 0 needs no such crutch.",
)
def crutch_in_the_loss(z: Any, labels: Any) -> Any:
    z = np.asarray(z)
    e = np.exp(z - z.max(axis=1, keepdims=True))
    s = e / e.sum(axis=1, keepdims=True)
    return -np.mean(np.log(s[np.arange(len(s)), labels] + 1e-9))


@mistake(
    BANK,
    "cross_entropy_with_logits",
    loses=ALL,
    cause="You returned one loss for each example.",
    step="The exercise asks for their mean.",
)
def one_loss_for_each(z: Any, labels: Any) -> Any:
    z = np.asarray(z)
    d = z - z.max(axis=1, keepdims=True)
    logs = d - np.log(np.exp(d).sum(axis=1, keepdims=True))
    return -logs[np.arange(len(logs)), labels]


@mistake(
    BANK,
    "cross_entropy_with_logits",
    loses=ALL,
    cause="The labels are counted from 1, so that each picks its neighbour.",
    step="Python counts from 0, and so do the labels.",
)
def counted_from_one(z: Any, labels: Any) -> Any:
    z = np.asarray(z)
    d = z - z.max(axis=1, keepdims=True)
    logs = d - np.log(np.exp(d).sum(axis=1, keepdims=True))
    return -logs[np.arange(len(logs)), np.asarray(labels) - 1].mean()


@mistake(
    BANK,
    "cross_entropy_with_logits",
    loses=ALL,
    cause="The logits were used as if they were probabilities.",
    step="z may be any real number: which function makes probabilities of it?",
)
def logits_as_probabilities_of_classes(z: Any, labels: Any) -> Any:
    z = np.asarray(z)
    return -np.mean(np.log(z[np.arange(len(z)), labels]))


@mistake(
    BANK,
    "cross_entropy_with_logits",
    loses="values arrays extremes",
    cause="Your output is the part of the examples whose largest logit is not at the label: the error rate.",
    step="The loss also tells how sure the network is: which logarithm is averaged?",
)
def errors_counted(z: Any, labels: Any) -> Any:
    return np.mean(np.argmax(z, axis=1) != np.asarray(labels))


# cross_entropy_with_logits_gradient


@mistake(
    BANK,
    "cross_entropy_with_logits_gradient",
    loses=ALL,
    cause="Your gradient is that of the sum of the losses.",
    step="The loss is a mean: where does its 1/n go?",
)
def of_the_sum(z: Any, labels: Any) -> Any:
    z = np.asarray(z)
    e = np.exp(z - z.max(axis=1, keepdims=True))
    s = e / e.sum(axis=1, keepdims=True)
    s[np.arange(len(s)), labels] -= 1
    return s


@mistake(
    BANK,
    "cross_entropy_with_logits_gradient",
    loses=ALL,
    cause="Your output has the wrong sign.",
    step="A probability that is too high should come down: the gradient there is positive.",
)
def direction_reversed(z: Any, labels: Any) -> Any:
    z = np.asarray(z)
    e = np.exp(z - z.max(axis=1, keepdims=True))
    s = e / e.sum(axis=1, keepdims=True)
    s[np.arange(len(s)), labels] -= 1
    return -s / len(s)


@mistake(
    BANK,
    "cross_entropy_with_logits_gradient",
    loses=ALL,
    cause="Your output is softmax(z)/n: the labels are missing.",
    step="The gradient says how far each probability is from what it should be.",
)
def labels_missing(z: Any, labels: Any) -> Any:
    z = np.asarray(z)
    e = np.exp(z - z.max(axis=1, keepdims=True))
    s = e / e.sum(axis=1, keepdims=True)
    return s / len(s)


@mistake(
    BANK,
    "cross_entropy_with_logits_gradient",
    loses=ALL,
    cause="Your output has a factor s(1 − s) too many.",
    step="The Jacobian of softmax cancels against the derivative of the logarithm.",
)
def slope_too_many(z: Any, labels: Any) -> Any:
    z = np.asarray(z)
    e = np.exp(z - z.max(axis=1, keepdims=True))
    s = e / e.sum(axis=1, keepdims=True)
    y = np.eye(s.shape[1])[np.asarray(labels)]
    return (s - y) * s * (1 - s) / len(s)


@mistake(
    BANK,
    "cross_entropy_with_logits_gradient",
    loses=ALL,
    cause="`s[:, labels] -= 1` subtracts 1 in all labels' columns of every row.",
    step="Pick one entry of each row: give the row numbers as well.",
)
def subtracted_in_whole_columns(z: Any, labels: Any) -> Any:
    z = np.asarray(z)
    e = np.exp(z - z.max(axis=1, keepdims=True))
    s = e / e.sum(axis=1, keepdims=True)
    s[:, labels] -= 1
    return s / len(s)


@mistake(
    BANK,
    "cross_entropy_with_logits_gradient",
    loses=ALL,
    cause="You divided by all n·k entries.",
    step="The loss is a mean over n examples.",
)
def divided_by_size(z: Any, labels: Any) -> Any:
    z = np.asarray(z)
    e = np.exp(z - z.max(axis=1, keepdims=True))
    s = e / e.sum(axis=1, keepdims=True)
    s[np.arange(len(s)), labels] -= 1
    return s / s.size


@mistake(
    BANK,
    "cross_entropy_with_logits_gradient",
    loses=ALL,
    cause="You normalised the columns.",
    step="Each row is one example, and its probabilities add up to 1.",
)
def gradient_by_columns(z: Any, labels: Any) -> Any:
    z = np.asarray(z)
    e = np.exp(z - z.max(axis=0, keepdims=True))
    s = e / e.sum(axis=0, keepdims=True)
    s[np.arange(len(s)), labels] -= 1
    return s / len(s)


@mistake(
    BANK,
    "cross_entropy_with_logits_gradient",
    loses=ALL,
    cause="The labels are counted from 1, so that each picks its neighbour.",
    step="Python counts from 0, and so do the labels.",
)
def gradient_counted_from_one(z: Any, labels: Any) -> Any:
    z = np.asarray(z)
    e = np.exp(z - z.max(axis=1, keepdims=True))
    s = e / e.sum(axis=1, keepdims=True)
    s[np.arange(len(s)), np.asarray(labels) - 1] -= 1
    return s / len(s)


@mistake(
    BANK,
    "cross_entropy_with_logits_gradient",
    loses="extremes",
    cause="The formula is right, but exp overflows for large z, and ∞/∞ is nan.",
    step="Use your own softmax.",
)
def gradient_overflowing(z: Any, labels: Any) -> Any:
    e = np.exp(np.asarray(z))
    s = e / e.sum(axis=1, keepdims=True)
    s[np.arange(len(s)), labels] -= 1
    return s / len(s)


@mistake(
    BANK,
    "cross_entropy_with_logits_gradient",
    loses="extremes",
    cause="The maximum of the whole batch was subtracted, so that in rows far below it all exponentials are 0.",
    step="Each row needs its own maximum.",
)
def gradient_with_one_maximum(z: Any, labels: Any) -> Any:
    z = np.asarray(z)
    e = np.exp(z - z.max())
    s = e / e.sum(axis=1, keepdims=True)
    s[np.arange(len(s)), labels] -= 1
    return s / len(s)


@mistake(
    BANK,
    "cross_entropy_with_logits_gradient",
    loses="arrays",
    cause="The maximum is subtracted from the caller's own logits.",
    step="Give the shifted array a name of its own.",
)
def logits_changed(z: Any, labels: Any) -> Any:
    z = np.asarray(z)
    z -= z.max(axis=1, keepdims=True)
    e = np.exp(z)
    s = e / e.sum(axis=1, keepdims=True)
    s[np.arange(len(s)), labels] -= 1
    return s / len(s)


@mistake(
    BANK,
    "cross_entropy_with_logits_gradient",
    loses="values arrays extremes",
    cause="The gradient is divided by the number of classes.",
    step="The loss is a mean over the examples: how many of them are there?",
)
def divided_by_classes(z: Any, labels: Any) -> Any:
    z = np.asarray(z, dtype=float)
    e = np.exp(z - z.max(axis=1, keepdims=True))
    p = e / e.sum(axis=1, keepdims=True)
    p[np.arange(len(labels)), labels] -= 1
    return p / z.shape[1]


@mistake(
    BANK,
    "cross_entropy_with_logits_gradient",
    loses="values arrays extremes",
    cause="The probabilities are divided by n, and the 1 at the label is not.",
    step="Both terms belong to the same mean: where should the division stand?",
)
def one_not_divided(z: Any, labels: Any) -> Any:
    z = np.asarray(z, dtype=float)
    e = np.exp(z - z.max(axis=1, keepdims=True))
    p = e / e.sum(axis=1, keepdims=True) / len(z)
    p[np.arange(len(labels)), labels] -= 1
    return p


@mistake(
    BANK,
    "cross_entropy_with_logits_gradient",
    loses="values arrays extremes",
    cause="Your output is −1/p at the label and 0 elsewhere: the gradient with respect to the probabilities.",
    step="The exercise asks for the logits: through which function must it still pass?",
)
def by_the_probabilities(z: Any, labels: Any) -> Any:
    z = np.asarray(z, dtype=float)
    e = np.exp(z - z.max(axis=1, keepdims=True))
    p = e / e.sum(axis=1, keepdims=True)
    places = np.arange(len(labels)), np.asarray(labels)
    slope = np.zeros_like(p)
    slope[places] = -1 / p[places]
    return slope / len(z)
