"""Mistakes in softmax and its vector-Jacobian product, each as the code that makes it."""

from __future__ import annotations

from typing import Any

import numpy as np

from autograder.assignments.misconceptions.model import Mistake, mistake

BANK: list[Mistake] = []
ALL = "values axis arrays extremes"


# softmax


@mistake(
    BANK,
    "softmax",
    loses="extremes",
    cause="The values are right, but exp overflows for large z, and ∞/∞ is nan.",
    step=(
        "Softmax ignores a constant that is added to all entries of a vector: which one makes every "
        "exponential at most 1?"
    ),
)
def unshifted(z: Any, axis: Any = -1) -> Any:
    e = np.exp(np.asarray(z))
    return e / e.sum(axis=axis, keepdims=True)


@mistake(
    BANK,
    "softmax",
    loses="arrays extremes",
    cause="The maximum of the whole array was subtracted, so that in rows far below it every exponential is 0.",
    step="Each vector needs its own maximum.",
)
def one_maximum_for_all(z: Any, axis: Any = -1) -> Any:
    z = np.asarray(z)
    e = np.exp(z - z.max())
    return e / e.sum(axis=axis, keepdims=True)


@mistake(
    BANK,
    "softmax",
    loses="axis",
    cause="`axis` is ignored: the last one is used always.",
    step="Pass `axis` on to the maximum and to the sum.",
)
def axis_ignored(z: Any, axis: Any = -1) -> Any:
    z = np.asarray(z)
    e = np.exp(z - z.max(axis=-1, keepdims=True))
    return e / e.sum(axis=-1, keepdims=True)


@mistake(
    BANK,
    "softmax",
    loses=ALL,
    cause="You normalised the columns: each row is one example, and its entries should add up to 1.",
    step="Along which axis does the default run?",
)
def columns_normalised(z: Any, axis: Any = -1) -> Any:
    z = np.asarray(z)
    e = np.exp(z - z.max(axis=axis, keepdims=True))
    return e / e.sum(axis=0, keepdims=True)


@mistake(
    BANK,
    "softmax",
    loses=ALL,
    cause="The sums have lost their axis, so they are spread over the columns, silently if the array is square.",
    step="Look at the shape of the sums beside the shape of the array.",
)
def dimension_dropped(z: Any, axis: Any = -1) -> Any:
    z = np.asarray(z)
    e = np.exp(z - z.max(axis=axis, keepdims=True))
    return e / e.sum(axis=axis)


@mistake(
    BANK,
    "softmax",
    loses=ALL,
    cause="The whole array adds up to 1, not every vector of it.",
    step="Each vector is normalised by its own sum.",
)
def all_normalised_together(z: Any, axis: Any = -1) -> Any:
    z = np.asarray(z)
    e = np.exp(z - z.max(axis=axis, keepdims=True))
    return e / e.sum()


@mistake(
    BANK,
    "softmax",
    loses=ALL,
    cause="Your output is the softmax of the softmax: the probabilities are far too even.",
    step="Look for a second call.",
)
def applied_twice(z: Any, axis: Any = -1) -> Any:
    z = np.asarray(z)
    e = np.exp(z - z.max(axis=axis, keepdims=True))
    s = np.exp(e / e.sum(axis=axis, keepdims=True))
    return s / s.sum(axis=axis, keepdims=True)


@mistake(
    BANK,
    "softmax",
    loses=ALL,
    cause="Your output is σ(z), element by element: the entries of a vector do not compete.",
    step="The probabilities of exclusive classes add up to 1.",
)
def sigmoid_instead(z: Any, axis: Any = -1) -> Any:
    z = np.asarray(z)
    e = np.exp(-np.abs(z))
    return np.where(z >= 0, 1, e) / (1 + e)


@mistake(
    BANK,
    "softmax",
    loses=ALL,
    cause="The exponential is missing: your output is z divided by its sum.",
    step="Softmax makes all entries positive before it normalises.",
)
def exponential_lost(z: Any, axis: Any = -1) -> Any:
    z = np.asarray(z)
    return z / z.sum(axis=axis, keepdims=True)


@mistake(
    BANK,
    "softmax",
    loses=ALL,
    cause="You forgot to normalise: your output is exp(z − max).",
    step="The probabilities of a vector add up to 1.",
)
def not_normalised(z: Any, axis: Any = -1) -> Any:
    z = np.asarray(z)
    return np.exp(z - z.max(axis=axis, keepdims=True))


@mistake(
    BANK,
    "softmax",
    loses="arrays",
    cause="The maximum is subtracted from the caller's own array.",
    step="Give the shifted array a name of its own.",
)
def shifted_in_place(z: Any, axis: Any = -1) -> Any:
    z = np.asarray(z)
    z -= z.max(axis=axis, keepdims=True)
    e = np.exp(z)
    return e / e.sum(axis=axis, keepdims=True)


@mistake(
    BANK,
    "softmax",
    loses="arrays",
    cause="The input is converted to float64, so that float32 is lost.",
    step="Convert lists and integers only.",
)
def always_float64(z: Any, axis: Any = -1) -> Any:
    z = np.asarray(z, dtype=np.float64)
    e = np.exp(z - z.max(axis=axis, keepdims=True))
    return e / e.sum(axis=axis, keepdims=True)


@mistake(
    BANK,
    "softmax",
    loses="values arrays extremes",
    cause="Without an `axis` you work along the first one: the columns add up to 1.",
    step="Each row is one example: which axis should be the default?",
)
def first_axis_by_default(z: Any, axis: Any = 0) -> Any:
    z = np.asarray(z)
    e = np.exp(z - z.max(axis=axis, keepdims=True))
    return e / e.sum(axis=axis, keepdims=True)


@mistake(
    BANK,
    "softmax",
    loses="values axis arrays extremes",
    cause="Your output is 1 at the largest entry and 0 elsewhere: that is the arg max.",
    step="Softmax is its *soft* relative: the other entries get something, too.",
)
def largest_alone(z: Any, axis: Any = -1) -> Any:
    z = np.asarray(z)
    return (z == z.max(axis=axis, keepdims=True)) * 1.0


@mistake(
    BANK,
    "softmax",
    loses="values axis arrays extremes",
    cause="Your output is the softmax of −z: the largest logit has the smallest probability.",
    step="Check the sign in the exponent.",
)
def minus_in_the_exponent(z: Any, axis: Any = -1) -> Any:
    z = np.asarray(z)
    e = np.exp(z.min(axis=axis, keepdims=True) - z)
    return e / e.sum(axis=axis, keepdims=True)


# softmax_vjp


@mistake(
    BANK,
    "softmax_vjp",
    loses=ALL,
    cause="Your output is s(1 − s)·g: only the diagonal of the Jacobian.",
    step="Every entry of softmax depends on every logit: what happens to the others when one rises?",
)
def diagonal_only(z: Any, g: Any, axis: Any = -1) -> Any:
    z = np.asarray(z)
    e = np.exp(z - z.max(axis=axis, keepdims=True))
    s = e / e.sum(axis=axis, keepdims=True)
    return s * (1 - s) * g


@mistake(
    BANK,
    "softmax_vjp",
    loses=ALL,
    cause="Your output is s·g: the part of the Jacobian that comes from the sum below the fraction is missing.",
    step="A constant added to all logits changes nothing, so the result adds up to 0.",
)
def sum_below_ignored(z: Any, g: Any, axis: Any = -1) -> Any:
    z = np.asarray(z)
    e = np.exp(z - z.max(axis=axis, keepdims=True))
    return e / e.sum(axis=axis, keepdims=True) * g


@mistake(
    BANK,
    "softmax_vjp",
    loses=ALL,
    cause="You subtract the plain sum of g.",
    step="In (diag(s) − s sᵀ) g, which product of two vectors appears?",
)
def plain_sum(z: Any, g: Any, axis: Any = -1) -> Any:
    z, g = np.asarray(z), np.asarray(g)
    e = np.exp(z - z.max(axis=axis, keepdims=True))
    s = e / e.sum(axis=axis, keepdims=True)
    return s * (g - g.sum(axis=axis, keepdims=True))


@mistake(
    BANK,
    "softmax_vjp",
    loses=ALL,
    cause="You subtract the mean of g, as if all probabilities were equal.",
    step="In (diag(s) − s sᵀ) g, which weights does the mean have?",
)
def plain_mean(z: Any, g: Any, axis: Any = -1) -> Any:
    z, g = np.asarray(z), np.asarray(g)
    e = np.exp(z - z.max(axis=axis, keepdims=True))
    s = e / e.sum(axis=axis, keepdims=True)
    return s * (g - np.sum(g, axis=axis, keepdims=True) / g.shape[axis])


@mistake(
    BANK,
    "softmax_vjp",
    loses=ALL,
    cause="The logits were used as if they were probabilities: your output is z(g − Σ z g).",
    step="The function is given z; s has to be computed first.",
)
def logits_as_probabilities(z: Any, g: Any, axis: Any = -1) -> Any:
    z, g = np.asarray(z), np.asarray(g)
    return z * (g - (z * g).sum(axis=axis, keepdims=True))


@mistake(
    BANK,
    "softmax_vjp",
    loses=ALL,
    cause="z and g are exchanged: you took the softmax of the upstream gradient.",
    step="The first argument holds the logits.",
)
def arguments_exchanged(z: Any, g: Any, axis: Any = -1) -> Any:
    z, g = np.asarray(z), np.asarray(g)
    e = np.exp(g - g.max(axis=axis, keepdims=True))
    s = e / e.sum(axis=axis, keepdims=True)
    return s * (z - (s * z).sum(axis=axis, keepdims=True))


@mistake(
    BANK,
    "softmax_vjp",
    loses=ALL,
    cause="The sum runs over the whole array, not over each vector.",
    step="Each vector has a Jacobian of its own.",
)
def summed_over_everything(z: Any, g: Any, axis: Any = -1) -> Any:
    z, g = np.asarray(z), np.asarray(g)
    e = np.exp(z - z.max(axis=axis, keepdims=True))
    s = e / e.sum(axis=axis, keepdims=True)
    return s * (g - (s * g).sum())


@mistake(
    BANK,
    "softmax_vjp",
    loses="axis",
    cause="`axis` is ignored: the last one is used always.",
    step="Pass `axis` on to the maximum and to both sums.",
)
def vjp_along_the_last_axis(z: Any, g: Any, axis: Any = -1) -> Any:
    z, g = np.asarray(z), np.asarray(g)
    e = np.exp(z - z.max(axis=-1, keepdims=True))
    s = e / e.sum(axis=-1, keepdims=True)
    return s * (g - (s * g).sum(axis=-1, keepdims=True))


@mistake(
    BANK,
    "softmax_vjp",
    loses="extremes",
    cause="The formula is right, but exp overflows for large z, and ∞/∞ is nan.",
    step="Use your own softmax.",
)
def unshifted_in_the_vjp(z: Any, g: Any, axis: Any = -1) -> Any:
    e = np.exp(np.asarray(z))
    s = e / e.sum(axis=axis, keepdims=True)
    return s * (g - (s * g).sum(axis=axis, keepdims=True))


@mistake(
    BANK,
    "softmax_vjp",
    loses=ALL,
    cause="Your output has the wrong sign.",
    step="When g rewards one entry alone, its logit should rise.",
)
def vjp_negated(z: Any, g: Any, axis: Any = -1) -> Any:
    z, g = np.asarray(z), np.asarray(g)
    e = np.exp(z - z.max(axis=axis, keepdims=True))
    s = e / e.sum(axis=axis, keepdims=True)
    return s * ((s * g).sum(axis=axis, keepdims=True) - g)


@mistake(
    BANK,
    "softmax_vjp",
    loses=ALL,
    cause="Your output is g − s·Σg, which belongs to log-softmax.",
    step="The Jacobian of softmax is diag(s) − s sᵀ.",
)
def of_log_softmax(z: Any, g: Any, axis: Any = -1) -> Any:
    z, g = np.asarray(z), np.asarray(g)
    e = np.exp(z - z.max(axis=axis, keepdims=True))
    s = e / e.sum(axis=axis, keepdims=True)
    return g - s * g.sum(axis=axis, keepdims=True)


@mistake(
    BANK,
    "softmax_vjp",
    loses="values axis arrays extremes",
    cause="Your output is g − Σ gᵢsᵢ: the factor in front of the brackets is missing.",
    step="The gradient of a logit whose probability is 0 must be 0: which factor does that?",
)
def factor_left_out(z: Any, g: Any, axis: Any = -1) -> Any:
    z, g = np.asarray(z), np.asarray(g)
    e = np.exp(z - z.max(axis=axis, keepdims=True))
    s = e / e.sum(axis=axis, keepdims=True)
    return g - (g * s).sum(axis=axis, keepdims=True)


@mistake(
    BANK,
    "softmax_vjp",
    loses="values axis arrays extremes",
    cause="The mean of g·s is subtracted where the sum belongs.",
    step="Write out one component of the product with diag(s) − s sᵀ: how many terms are there? Is anything divided?",
)
def mean_for_sum(z: Any, g: Any, axis: Any = -1) -> Any:
    z, g = np.asarray(z), np.asarray(g)
    e = np.exp(z - z.max(axis=axis, keepdims=True))
    s = e / e.sum(axis=axis, keepdims=True)
    return s * (g - (g * s).mean(axis=axis, keepdims=True))
