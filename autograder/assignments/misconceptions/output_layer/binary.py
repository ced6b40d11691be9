"""Mistakes in the binary cross-entropy and its gradient, each as the code that makes it."""

from __future__ import annotations

from typing import Any

import numpy as np

from autograder.assignments.misconceptions.model import Mistake, mistake

BANK: list[Mistake] = []
ALL = "values arrays extremes"


# binary_cross_entropy_with_logits


@mistake(
    BANK,
    "binary_cross_entropy_with_logits",
    loses="extremes",
    cause="The probabilities are computed first: where σ(z) is rounded to 0 or 1, the logarithm is −∞.",
    step="Put the formula of σ into the logarithms and simplify: log σ(z) and log(1 − σ(z)) have stable forms.",
)
def through_probabilities(z: Any, y: Any) -> Any:
    y = np.asarray(y)
    s = 1 / (1 + np.exp(-np.asarray(z)))
    return -(y * np.log(s) + (1 - y) * np.log(1 - s))


@mistake(
    BANK,
    "binary_cross_entropy_with_logits",
    loses="extremes",
    cause="The probabilities were clipped, so that no loss exceeds about 16: a sure and wrong answer costs too little.",
    step="A form without the logarithm of a rounded probability needs no clipping.",
)
def clipped_probabilities(z: Any, y: Any) -> Any:
    z, y = np.asarray(z), np.asarray(y)
    e = np.exp(-np.abs(z))
    s = np.clip(np.where(z >= 0, 1, e) / (1 + e), 1e-7, 1 - 1e-7)
    return -(y * np.log(s) + (1 - y) * np.log(1 - s))


@mistake(
    BANK,
    "binary_cross_entropy_with_logits",
    loses="extremes",
    cause="log(1 + exp(z)) − y·z is right, but exp overflows for large z.",
    step="Write softplus in its stable form.",
)
def softplus_overflows(z: Any, y: Any) -> Any:
    z = np.asarray(z)
    return np.log(1 + np.exp(z)) - np.asarray(y) * z


@mistake(
    BANK,
    "binary_cross_entropy_with_logits",
    loses=ALL,
    cause="Your output is −y·log σ(z): examples with y = 0 cost nothing.",
    step="Both answers can be wrong: a second term belongs to y = 0.",
)
def one_term(z: Any, y: Any) -> Any:
    return np.asarray(y) * np.logaddexp(0, -np.asarray(z))


@mistake(
    BANK,
    "binary_cross_entropy_with_logits",
    loses=ALL,
    cause="The two answers are exchanged: y = 1 is treated as y = 0.",
    step="A large logit speaks for y = 1, and should then cost little.",
)
def answers_exchanged(z: Any, y: Any) -> Any:
    z, y = np.asarray(z), np.asarray(y)
    return (1 - y) * np.logaddexp(0, -z) + y * np.logaddexp(0, z)


@mistake(
    BANK,
    "binary_cross_entropy_with_logits",
    loses=ALL,
    cause="The logits were used as if they were probabilities.",
    step="z may be any real number: σ(z) is the probability.",
)
def logits_as_probabilities_of_one(z: Any, y: Any) -> Any:
    z, y = np.asarray(z), np.asarray(y)
    return -(y * np.log(z) + (1 - y) * np.log(1 - z))


@mistake(
    BANK,
    "binary_cross_entropy_with_logits",
    loses=ALL,
    cause="The sigmoid was applied twice: the loss hardly changes with z.",
    step="The function is given logits, and the stable formula holds the sigmoid already.",
)
def sigmoid_twice(z: Any, y: Any) -> Any:
    z = np.asarray(z)
    e = np.exp(-np.abs(z))
    s = np.where(z >= 0, 1, e) / (1 + e)
    return np.logaddexp(0, s) - np.asarray(y) * s


@mistake(
    BANK,
    "binary_cross_entropy_with_logits",
    loses=ALL,
    cause="Your output has the wrong sign: it is the log-likelihood.",
    step="A loss is to be made small.",
)
def log_likelihood(z: Any, y: Any) -> Any:
    z = np.asarray(z)
    return np.asarray(y) * z - np.logaddexp(0, z)


@mistake(
    BANK,
    "binary_cross_entropy_with_logits",
    loses=ALL,
    cause="You averaged over all elements.",
    step="Here one loss for each element is asked for.",
)
def averaged_losses(z: Any, y: Any) -> Any:
    z = np.asarray(z)
    losses = np.logaddexp(0, z) - np.asarray(y) * z
    return np.sum(losses) / max(losses.size, 1)


@mistake(
    BANK,
    "binary_cross_entropy_with_logits",
    loses=ALL,
    cause="Your output is the squared error (σ(z) − y)².",
    step="Cross-entropy is made of logarithms.",
)
def squared_error(z: Any, y: Any) -> Any:
    z = np.asarray(z)
    e = np.exp(-np.abs(z))
    return (np.where(z >= 0, 1, e) / (1 + e) - np.asarray(y)) ** 2


@mistake(
    BANK,
    "binary_cross_entropy_with_logits",
    loses=ALL,
    cause="The absolute value in the exponent is missing, so that negative logits have the wrong loss.",
    step="max(z, 0) − y·z + log(1 + exp(…)): which exponent is never positive?",
)
def absolute_value_lost(z: Any, y: Any) -> Any:
    z = np.asarray(z)
    return np.maximum(z, 0) - np.asarray(y) * z + np.log1p(np.exp(-z))


@mistake(
    BANK,
    "binary_cross_entropy_with_logits",
    loses="values",
    cause="An answer between 0 and 1 is treated like 0: your code asks whether y is 1.",
    step="The loss is a weighted sum of two terms: which are the weights?",
)
def answers_of_one_alone(z: Any, y: Any) -> Any:
    z, y = np.asarray(z), np.asarray(y)
    return np.where(y == 1, np.logaddexp(0, -z), np.logaddexp(0, z))


@mistake(
    BANK,
    "binary_cross_entropy_with_logits",
    loses="extremes",
    cause="The probability was cut at 10⁻¹² and 1 − 10⁻¹², so that no loss exceeds 27.6.",
    step="A confident and wrong answer has a loss as large as its logit: how can the loss do without p?",
)
def probability_cut(z: Any, y: Any) -> Any:
    z, y = np.asarray(z), np.asarray(y)
    p = np.clip(1 / (1 + np.exp(-np.clip(z, -500, 500))), 1e-12, 1 - 1e-12)
    return -(y * np.log(p) + (1 - y) * np.log(1 - p))


# binary_cross_entropy_with_logits_gradient


@mistake(
    BANK,
    "binary_cross_entropy_with_logits_gradient",
    loses=ALL,
    cause="Your output has the wrong sign.",
    step="Where y is 0 and the probability is too high, the loss rises with z.",
)
def gradient_negated(z: Any, y: Any) -> Any:
    z = np.asarray(z)
    e = np.exp(-np.abs(z))
    return np.asarray(y) - np.where(z >= 0, 1, e) / (1 + e)


@mistake(
    BANK,
    "binary_cross_entropy_with_logits_gradient",
    loses=ALL,
    cause="Your output is (σ(z) − y)·σ(z)(1 − σ(z)), which belongs to half the squared error.",
    step="For cross-entropy the slope of the sigmoid cancels.",
)
def of_the_squared_error(z: Any, y: Any) -> Any:
    z = np.asarray(z)
    e = np.exp(-np.abs(z))
    s = np.where(z >= 0, 1, e) / (1 + e)
    return (s - np.asarray(y)) * s * (1 - s)


@mistake(
    BANK,
    "binary_cross_entropy_with_logits_gradient",
    loses=ALL,
    cause="Your output is the derivative with respect to the probability, (s − y)/(s(1 − s)).",
    step="The chain rule goes on to z.",
)
def by_the_probability(z: Any, y: Any) -> Any:
    z = np.asarray(z)
    e = np.exp(-np.abs(z))
    s = np.where(z >= 0, 1, e) / (1 + e)
    return (s - np.asarray(y)) / (s * (1 - s))


@mistake(
    BANK,
    "binary_cross_entropy_with_logits_gradient",
    loses=ALL,
    cause="Your output is z − y: the sigmoid is missing.",
    step="The gradient of a sure and right answer is nearly 0.",
)
def sigmoid_missing(z: Any, y: Any) -> Any:
    return np.asarray(z) - np.asarray(y)


@mistake(
    BANK,
    "binary_cross_entropy_with_logits_gradient",
    loses=ALL,
    cause="Your output is σ(z): y is missing.",
    step="The gradient says how far the probability is from the answer.",
)
def answer_missing(z: Any, y: Any) -> Any:
    z = np.asarray(z)
    e = np.exp(-np.abs(z))
    return np.where(z >= 0, 1, e) / (1 + e)


@mistake(
    BANK,
    "binary_cross_entropy_with_logits_gradient",
    loses="extremes",
    cause="The formula is right, but exp(−z) overflows for very negative z.",
    step="Use your stable sigmoid of the chapter *Range*, or one exponential of −|z|.",
)
def overflowing_sigmoid(z: Any, y: Any) -> Any:
    return 1 / (1 + np.exp(-np.asarray(z))) - np.asarray(y)


@mistake(
    BANK,
    "binary_cross_entropy_with_logits_gradient",
    loses=ALL,
    cause="The gradient is divided by the number of elements, as if the loss were their mean.",
    step="Here each element has a loss of its own.",
)
def of_the_mean(z: Any, y: Any) -> Any:
    z = np.asarray(z)
    e = np.exp(-np.abs(z))
    return (np.where(z >= 0, 1, e) / (1 + e) - np.asarray(y)) / max(z.size, 1)


@mistake(
    BANK,
    "binary_cross_entropy_with_logits_gradient",
    loses=ALL,
    cause="The sigmoid was applied twice.",
    step="The function is given logits.",
)
def gradient_with_sigmoid_twice(z: Any, y: Any) -> Any:
    z = np.asarray(z)
    e = np.exp(-np.abs(z))
    s = np.where(z >= 0, 1, e) / (1 + e)
    return 1 / (1 + np.exp(-s)) - np.asarray(y)


@mistake(
    BANK,
    "binary_cross_entropy_with_logits_gradient",
    loses="values arrays extremes",
    cause="Your output is σ(z) + y.",
    step="Where the probability equals the answer the slope must be 0: check the sign.",
)
def plus_for_minus(z: Any, y: Any) -> Any:
    z = np.clip(z, -500, 500)
    return 1 / (1 + np.exp(-z)) + np.asarray(y)
