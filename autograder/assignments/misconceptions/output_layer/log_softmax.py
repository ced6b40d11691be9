"""Mistakes in log-softmax and the log-sigmoid, each as the code that makes it."""

from __future__ import annotations

from typing import Any

import numpy as np

from autograder.assignments.misconceptions.model import Mistake, mistake

BANK: list[Mistake] = []
AXIS = "values axis arrays extremes"
THREE = "values arrays extremes"


# log_softmax


@mistake(
    BANK,
    "log_softmax",
    loses="confident",
    cause="The formula is stable, but log(1 + something tiny) is 0: the logarithm of a probability near 1 is lost.",
    step="The largest exponential is exactly 1: take it out of the sum, and let `np.log1p` add it.",
)
def one_plus_tiny(z: Any, axis: Any = -1) -> Any:
    z = np.asarray(z)
    d = z - z.max(axis=axis, keepdims=True)
    return d - np.log(np.exp(d).sum(axis=axis, keepdims=True))


@mistake(
    BANK,
    "log_softmax",
    loses="extremes confident",
    cause="Your output is the logarithm of a stable softmax: where the probability is rounded to 0, that is −∞.",
    step="Simplify log(exp(z)/Σ exp(z)) on paper before you compute it.",
)
def logarithm_of_softmax(z: Any, axis: Any = -1) -> Any:
    z = np.asarray(z)
    e = np.exp(z - z.max(axis=axis, keepdims=True))
    return np.log(e / e.sum(axis=axis, keepdims=True))


@mistake(
    BANK,
    "log_softmax",
    loses="extremes confident",
    cause="z − log Σ exp(z) is right, but exp overflows for large z.",
    step="Log-softmax ignores a constant that is added to all entries of a vector.",
)
def unshifted_logarithm(z: Any, axis: Any = -1) -> Any:
    z = np.asarray(z)
    return z - np.log(np.exp(z).sum(axis=axis, keepdims=True))


@mistake(
    BANK,
    "log_softmax",
    loses="arrays extremes confident",
    cause=(
        "The maximum of the whole array was subtracted: in rows far below it all exponentials are 0, and log(0) is −∞."
    ),
    step="Each vector needs its own maximum.",
)
def one_maximum_for_all_logs(z: Any, axis: Any = -1) -> Any:
    z = np.asarray(z)
    d = z - z.max()
    return d - np.log(np.exp(d).sum(axis=axis, keepdims=True))


@mistake(
    BANK,
    "log_softmax",
    loses=f"{AXIS} confident",
    cause="A small number was added inside the logarithm, which changes all results.",
    step="A form that never takes the logarithm of 0 needs no such crutch.",
)
def crutch_inside(z: Any, axis: Any = -1) -> Any:
    z = np.asarray(z)
    e = np.exp(z - z.max(axis=axis, keepdims=True))
    return np.log(e / e.sum(axis=axis, keepdims=True) + 1e-9)


@mistake(
    BANK,
    "log_softmax",
    loses=f"{AXIS} confident",
    cause="Your output is softmax: the logarithm is missing.",
    step="Log-probabilities are 0 or negative.",
)
def plain_softmax(z: Any, axis: Any = -1) -> Any:
    z = np.asarray(z)
    e = np.exp(z - z.max(axis=axis, keepdims=True))
    return e / e.sum(axis=axis, keepdims=True)


@mistake(
    BANK,
    "log_softmax",
    loses=f"{AXIS} confident",
    cause="Your output has the wrong sign.",
    step="Log-probabilities are 0 or negative; the minus belongs to the loss.",
)
def logarithm_negated(z: Any, axis: Any = -1) -> Any:
    z = np.asarray(z)
    d = z - z.max(axis=axis, keepdims=True)
    return np.log(np.exp(d).sum(axis=axis, keepdims=True)) - d


@mistake(
    BANK,
    "log_softmax",
    loses=f"{AXIS} confident",
    cause="The logarithm has base 2.",
    step="`np.log` is the natural one, which belongs to exp.",
)
def base_two(z: Any, axis: Any = -1) -> Any:
    z = np.asarray(z)
    d = z - z.max(axis=axis, keepdims=True)
    return d - np.log2(np.exp(d).sum(axis=axis, keepdims=True))


@mistake(
    BANK,
    "log_softmax",
    loses=f"{AXIS} confident",
    cause="The sums have lost their axis, so they are spread over the columns, silently if the array is square.",
    step="Look at the shape of the sums beside the shape of the array.",
)
def logarithm_dimension_dropped(z: Any, axis: Any = -1) -> Any:
    z = np.asarray(z)
    d = z - z.max(axis=axis, keepdims=True)
    return d - np.log(np.exp(d).sum(axis=axis))


@mistake(
    BANK,
    "log_softmax",
    loses=f"{AXIS} confident",
    cause="You normalised the columns: the exponentials of each row should add up to 1.",
    step="Along which axis does the default run?",
)
def logarithm_by_columns(z: Any, axis: Any = -1) -> Any:
    z = np.asarray(z)
    d = z - z.max(axis=axis, keepdims=True)
    return d - np.log(np.exp(d).sum(axis=0, keepdims=True))


@mistake(
    BANK,
    "log_softmax",
    loses="axis confident",
    cause="`axis` is ignored: the last one is used always.",
    step="Pass `axis` on to the maximum and to the sum.",
)
def logarithm_along_the_last_axis(z: Any, axis: Any = -1) -> Any:
    z = np.asarray(z)
    d = z - z.max(axis=-1, keepdims=True)
    return d - np.log(np.exp(d).sum(axis=-1, keepdims=True))


@mistake(
    BANK,
    "log_softmax",
    loses="arrays confident",
    cause="The maximum is subtracted from the caller's own array.",
    step="Give the shifted array a name of its own.",
)
def logarithm_in_place(z: Any, axis: Any = -1) -> Any:
    z = np.asarray(z)
    z -= z.max(axis=axis, keepdims=True)
    return z - np.log(np.exp(z).sum(axis=axis, keepdims=True))


@mistake(
    BANK,
    "log_softmax",
    loses="values axis arrays extremes confident",
    cause="The maximum was subtracted in the exponentials, and not from z in front of the logarithm.",
    step="A constant that is taken out of the sum comes back outside of it: follow it through the formula.",
)
def maximum_half_taken_out(z: Any, axis: Any = -1) -> Any:
    z = np.asarray(z)
    return z - np.log(np.exp(z - z.max(axis=axis, keepdims=True)).sum(axis=axis, keepdims=True))


# log_sigmoid


@mistake(
    BANK,
    "log_sigmoid",
    loses="extremes",
    cause="Your output is the logarithm of a sigmoid: far to the left that is log(0), and to the right log(1).",
    step="Simplify log(1/(1 + exp(−x))) on paper before you compute it.",
)
def logarithm_of_sigmoid(x: Any) -> Any:
    x = np.asarray(x)
    return np.log(1 / (1 + np.exp(-x)))


@mistake(
    BANK,
    "log_sigmoid",
    loses="extremes",
    cause="exp(−x) overflows for very negative x, and for large x the sum 1 + exp(−x) is 1.",
    step="Two repairs: one for the overflow, and `np.log1p` for the small exponential.",
)
def minus_log_of_a_sum(x: Any) -> Any:
    return -np.log(1 + np.exp(-np.asarray(x)))


@mistake(
    BANK,
    "log_sigmoid",
    loses="extremes",
    cause="−log1p(exp(−x)) is accurate for large x, but exp(−x) overflows for very negative x.",
    step="What is log σ(x) nearly, far to the left? Use the exponential of −|x|.",
)
def overflow_on_the_left(x: Any) -> Any:
    return -np.log1p(np.exp(-np.asarray(x)))


@mistake(
    BANK,
    "log_sigmoid",
    loses="extremes",
    cause="Nothing overflows, but for large x the sum 1 + exp(−x) is 1, and its logarithm 0.",
    step="`np.log1p` keeps a small exponential.",
)
def tail_lost(x: Any) -> Any:
    x = np.asarray(x)
    return np.minimum(x, 0) - np.log(1 + np.exp(-np.abs(x)))


@mistake(
    BANK,
    "log_sigmoid",
    loses="extremes",
    cause="Your output is x − softplus(x), which cancels for large x.",
    step="For large x the result is nearly −exp(−x): use a form without a subtraction of nearly equal numbers.",
)
def difference(x: Any) -> Any:
    x = np.asarray(x)
    return x - np.logaddexp(0, x)


@mistake(
    BANK,
    "log_sigmoid",
    loses="extremes",
    cause="The branch on the sign is right, but `np.where` computes both branches for every element, so exp overflows.",
    step="Make the argument of exp safe before you choose: its sign can be fixed with an absolute value.",
)
def logs_guarded_by_where(x: Any) -> Any:
    x = np.asarray(x)
    return np.where(x >= 0, -np.log1p(np.exp(-x)), x - np.log1p(np.exp(x)))


@mistake(
    BANK,
    "log_sigmoid",
    loses=THREE,
    cause="Your output is softplus(−x): the sign is wrong.",
    step="The logarithm of a probability is negative.",
)
def sign_lost(x: Any) -> Any:
    return np.logaddexp(0, -np.asarray(x))


@mistake(
    BANK,
    "log_sigmoid",
    loses=THREE,
    cause="Your output is −softplus(x), which is log σ(−x).",
    step="For large x the sigmoid is nearly 1, and its logarithm nearly 0.",
)
def other_class(x: Any) -> Any:
    return -np.logaddexp(0, np.asarray(x))


@mistake(
    BANK,
    "log_sigmoid",
    loses=THREE,
    cause="A small number was added inside the logarithm, which changes all results.",
    step="A form that never takes the logarithm of 0 needs no such crutch.",
)
def crutch_in_the_sigmoid(x: Any) -> Any:
    x = np.asarray(x)
    e = np.exp(-np.abs(x))
    return np.log(np.where(x >= 0, 1, e) / (1 + e) + 1e-9)


@mistake(
    BANK,
    "log_sigmoid",
    loses=THREE,
    cause="The logarithm has base 10.",
    step="`np.log` is the natural one, which belongs to exp.",
)
def base_ten(x: Any) -> Any:
    x = np.asarray(x)
    return (np.minimum(x, 0) - np.log1p(np.exp(-np.abs(x)))) / np.log(10)


@mistake(
    BANK,
    "log_sigmoid",
    loses=THREE,
    cause="Your output is the sigmoid itself: the logarithm is missing.",
    step="Log-probabilities are 0 or negative.",
)
def plain_sigmoid(x: Any) -> Any:
    x = np.asarray(x)
    e = np.exp(-np.abs(x))
    return np.where(x >= 0, 1, e) / (1 + e)


@mistake(
    BANK,
    "log_sigmoid",
    loses="values arrays extremes",
    cause="Your output is the logarithm to base 2.",
    step="The exercise takes the natural logarithm.",
)
def binary_logarithm(x: Any) -> Any:
    return -np.logaddexp2(0, -np.asarray(x))
