"""Mistakes in the functions of the chapter *Range*, each as the code that makes it.

The code is meant to be wrong in just this way, to warn, to change its input or to fail on some inputs.
"""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from autograder.assignments.misconceptions.model import Mistake, mistake

BANK: list[Mistake] = []
ALL = "values arrays extremes"


# sigmoid


@mistake(
    BANK,
    "sigmoid",
    loses="extremes",
    cause="The values are right, but exp(−x) overflows for very negative x.",
    step="Which of exp(x) and exp(−x) stays small on each side of 0? Use each where it is safe.",
)
def naive(x: Any) -> Any:
    x = np.asarray(x)
    return 1 / (1 + np.exp(-x))


@mistake(
    BANK,
    "sigmoid",
    loses="extremes",
    cause="The branch on the sign is right, but `np.where` computes both branches for every element, so exp overflows.",
    step="Make the argument of exp safe before you choose: its sign can be fixed with an absolute value.",
)
def guarded_by_where(x: Any) -> Any:
    x = np.asarray(x)
    return np.where(x >= 0, 1 / (1 + np.exp(-x)), np.exp(x) / (1 + np.exp(x)))


@mistake(
    BANK,
    "sigmoid",
    loses=ALL,
    cause="Your output is the sigmoid of the sigmoid: the function was applied twice.",
    step="Look for a second call, or for an input that was squashed already.",
)
def applied_twice(x: Any) -> Any:
    s = 1 / (1 + np.exp(-np.asarray(x)))
    return 1 / (1 + np.exp(-s))


@mistake(
    BANK,
    "sigmoid",
    loses=ALL,
    cause="Your output falls where the sigmoid rises: it equals σ(−x).",
    step="Check the sign in the exponent.",
)
def sign_slip(x: Any) -> Any:
    return 1 / (1 + np.exp(np.asarray(x)))


@mistake(
    BANK,
    "sigmoid",
    loses=ALL,
    cause="Your output is 1 + exp(−x): the division took only the first 1.",
    step="Division binds tighter than addition: put the denominator in brackets.",
)
def missing_brackets(x: Any) -> Any:
    return 1 / 1 + np.exp(-np.asarray(x))


@mistake(
    BANK,
    "sigmoid",
    loses=ALL,
    cause="Your output is σ′(x) = σ(x)(1 − σ(x)), the derivative of the sigmoid.",
    step="The exercise asks for the function itself.",
)
def derivative(x: Any) -> Any:
    s = 1 / (1 + np.exp(-np.asarray(x)))
    return s * (1 - s)


@mistake(
    BANK,
    "sigmoid",
    loses=ALL,
    cause="Your output equals tanh(x): it runs from −1 to 1.",
    step="The sigmoid's range is (0, 1): which shift and scale lead from one to the other?",
)
def tanh_instead(x: Any) -> Any:
    return np.tanh(np.asarray(x))


@mistake(
    BANK,
    "sigmoid",
    loses=ALL,
    cause="Your output equals (1 + tanh x)/2, which is σ(2x).",
    step="Compare tanh(x/2) with 2σ(x) − 1.",
)
def tanh_without_half(x: Any) -> Any:
    return 0.5 * (1 + np.tanh(np.asarray(x)))


@mistake(
    BANK,
    "sigmoid",
    loses="extremes",
    cause="The numbers are right to about 10⁻¹⁶, but for very negative x they become 0: 1 + tanh cancels.",
    step="Small results need a form without a subtraction of nearly equal numbers.",
)
def through_tanh(x: Any) -> Any:
    x = np.asarray(x)
    return (1 + np.tanh(x / 2)) / 2


@mistake(
    BANK,
    "sigmoid",
    loses="arrays extremes",
    cause="The result was written into an array made like the input, so integer inputs give truncated integers.",
    step="Give the result a floating dtype of its own.",
)
def truncated(x: Any) -> Any:
    x = np.asarray(x)
    out = np.zeros_like(x)
    out[...] = 1 / (1 + np.exp(-x))
    return out


@mistake(
    BANK,
    "sigmoid",
    loses=ALL,
    cause="The function compares its whole input with 0 in an `if`, which works for one number only.",
    step="Choose for each element, with a mask or with a form that needs no branch.",
)
def one_number_only(x: Any) -> Any:
    if x >= 0:
        return 1 / (1 + np.exp(-x))
    return np.exp(x) / (1 + np.exp(x))


@mistake(
    BANK,
    "sigmoid",
    loses=ALL,
    cause="`math.exp` takes one number, not an array.",
    step="Use NumPy's function of the same name.",
)
def math_exp(x: Any) -> Any:
    return 1 / (1 + math.exp(-x))


# tanh


@mistake(
    BANK,
    "tanh",
    loses="extremes",
    cause="The ratio of exponentials becomes inf/inf for large |x|, and cancels near 0.",
    step="Divide numerator and denominator by the larger exponential; `np.expm1` keeps small results exact.",
)
def ratio(x: Any) -> Any:
    x = np.asarray(x)
    return (np.exp(x) - np.exp(-x)) / (np.exp(x) + np.exp(-x))


@mistake(
    BANK,
    "tanh",
    loses="extremes",
    cause="The form (e²ˣ − 1)/(e²ˣ + 1) becomes inf/inf for large x, and cancels near 0.",
    step="Use the exponential of −2|x|, and `np.expm1` for the difference.",
)
def ratio_of_squares(x: Any) -> Any:
    e = np.exp(2 * np.asarray(x))
    return (e - 1) / (e + 1)


@mistake(
    BANK,
    "tanh",
    loses="extremes",
    cause="1 − 2/(e²ˣ + 1) is right to about 10⁻¹⁶, which is all of a result near 0, and e²ˣ overflows.",
    step="For tiny x, tanh x is x: use a form whose difference is exact, such as `np.expm1`.",
)
def from_one_minus(x: Any) -> Any:
    return 1 - 2 / (np.exp(2 * np.asarray(x)) + 1)


@mistake(
    BANK,
    "tanh",
    loses="extremes",
    cause="2σ(2x) − 1 is right to about 10⁻¹⁶, but a result near 0 is smaller than that and is lost.",
    step="For tiny x, tanh x is x: use a form whose difference is exact, such as `np.expm1`.",
)
def from_sigmoid(x: Any) -> Any:
    x = np.asarray(x)
    e = np.exp(-2 * np.abs(x))
    return 2 * np.where(x >= 0, 1, e) / (1 + e) - 1


@mistake(
    BANK,
    "tanh",
    loses=ALL,
    cause="Your output equals tanh(x/2) = 2σ(x) − 1.",
    step="Look at the factor 2 inside the sigmoid.",
)
def half_argument(x: Any) -> Any:
    return 2 / (1 + np.exp(-np.asarray(x))) - 1


@mistake(
    BANK,
    "tanh",
    loses=ALL,
    cause="Your output is σ(2x), which runs from 0 to 1.",
    step="tanh is centred on zero: scale and shift the result.",
)
def not_centred(x: Any) -> Any:
    return 1 / (1 + np.exp(-2 * np.asarray(x)))


@mistake(
    BANK,
    "tanh",
    loses=ALL,
    cause="Your output is 1/tanh(x): numerator and denominator are the wrong way round.",
    step="At x = 0 the difference of exponentials is 0: where does it belong?",
)
def upside_down(x: Any) -> Any:
    x = np.asarray(x)
    return (np.exp(x) + np.exp(-x)) / (np.exp(x) - np.exp(-x))


@mistake(
    BANK,
    "tanh",
    loses=ALL,
    cause="Your output is sinh(x) = (eˣ − e⁻ˣ)/2, which has no bound.",
    step="The denominator is the sum of the two exponentials.",
)
def sinh_instead(x: Any) -> Any:
    x = np.asarray(x)
    return (np.exp(x) - np.exp(-x)) / 2


@mistake(
    BANK,
    "tanh",
    loses=ALL,
    cause="Your output is 1 − tanh²(x), the derivative.",
    step="The exercise asks for the function itself.",
)
def tanh_derivative(x: Any) -> Any:
    return 1 - np.tanh(np.asarray(x)) ** 2


# relu6


@mistake(
    BANK,
    "relu6",
    loses=ALL,
    cause="`np.max` reduces along an axis; its second argument is that axis, not a number to compare with.",
    step="The elementwise function has another name.",
)
def reduced(x: Any) -> Any:
    return np.minimum(np.max(0, x), 6)


@mistake(
    BANK,
    "relu6",
    loses=ALL,
    cause="The result is one number, the largest of the whole input: `np.max` reduces.",
    step="The elementwise function has another name.",
)
def reduced_whole(x: Any) -> Any:
    return min(max(np.max(x), 0.0), 6.0)


@mistake(
    BANK,
    "relu6",
    loses=ALL,
    cause="Your output has no upper bound: it is ReLU.",
    step="What happens above 6?",
)
def no_cap(x: Any) -> Any:
    return np.maximum(0, np.asarray(x))


@mistake(
    BANK,
    "relu6",
    loses=ALL,
    cause="Your output is cut at 6 but not at 0.",
    step="What should a negative input give?",
)
def no_floor(x: Any) -> Any:
    return np.minimum(6, np.asarray(x))


@mistake(
    BANK,
    "relu6",
    loses=ALL,
    cause="Your output is min(6, max(0, x))/6: it runs from 0 to 1.",
    step="ReLU6 is not rescaled.",
)
def rescaled(x: Any) -> Any:
    return np.clip(np.asarray(x), 0, 6) / 6


@mistake(
    BANK,
    "relu6",
    loses="arrays",
    cause="The values are right, but they were written into the caller's own array.",
    step="Make a copy first, or use a function that returns a new array.",
)
def in_place(x: Any) -> Any:
    x = np.asarray(x)
    x[x < 0] = 0
    x[x > 6] = 6
    return x


@mistake(
    BANK,
    "relu6",
    loses=ALL,
    cause="Inputs above 6 give 0: the mask sets them to zero instead of cutting them at 6.",
    step="What does min(6, x) give for x = 7?",
)
def dropped_above(x: Any) -> Any:
    x = np.asarray(x)
    return x * ((x > 0) & (x <= 6))


@mistake(
    BANK,
    "relu6",
    loses=ALL,
    cause="The function compares its whole input with a number in an `if`, which works for one number only.",
    step="NumPy has elementwise functions for the larger and the smaller of two values.",
)
def one_number(x: Any) -> Any:
    if x < 0:
        return 0.0
    return x if x < 6 else 6.0


@mistake(
    BANK,
    "relu6",
    loses="arrays",
    cause="The values are right for arrays, but the function indexes its input: a number or a list has none.",
    step="Convert the input first with `np.asarray`, and think of numbers.",
)
def arrays_only(x: Any) -> Any:
    out = x.copy()
    out[x < 0] = 0
    out[x > 6] = 6
    return out


@mistake(
    BANK,
    "relu6",
    loses="arrays",
    cause="The result is float64 whatever came in.",
    step="Which operation of yours turns float32 into float64? Look at arrays made without a dtype.",
)
def always_float64(x: Any) -> Any:
    return np.clip(np.asarray(x, dtype=np.float64), 0, 6)


# softplus


@mistake(
    BANK,
    "softplus",
    loses="extremes",
    cause="log(1 + exp(x)) overflows for large x, and for very negative x the 1 swallows exp(x).",
    step="Take the larger of x and 0 out of the logarithm, and look at `np.log1p`.",
)
def naive_log(x: Any) -> Any:
    return np.log(1 + np.exp(np.asarray(x)))


@mistake(
    BANK,
    "softplus",
    loses="extremes",
    cause="`log1p` saved the small results, but exp(x) still overflows for large x.",
    step="For large x softplus is nearly x: take that part out of the logarithm.",
)
def log1p_only(x: Any) -> Any:
    return np.log1p(np.exp(np.asarray(x)))


@mistake(
    BANK,
    "softplus",
    loses="extremes",
    cause="Nothing overflows, but log(1 + exp(−|x|)) is 0 for large |x|, and with it the small results on the left.",
    step="There is a function for log(1 + t) that is exact for tiny t.",
)
def log_without_1p(x: Any) -> Any:
    x = np.asarray(x)
    return np.maximum(x, 0) + np.log(1 + np.exp(-np.abs(x)))


@mistake(
    BANK,
    "softplus",
    loses=ALL,
    cause="Your output is log(1 + exp(−x)): it falls where softplus rises.",
    step="Check the sign in the exponent.",
)
def mirrored(x: Any) -> Any:
    return np.log(1 + np.exp(-np.asarray(x)))


@mistake(
    BANK,
    "softplus",
    loses=ALL,
    cause="Your output is ReLU: softplus is its smooth relative, and is never exactly 0 on the reals.",
    step="At x = 0 the value should be log 2.",
)
def relu_instead(x: Any) -> Any:
    return np.maximum(np.asarray(x), 0)


@mistake(
    BANK,
    "softplus",
    loses=ALL,
    cause="Your output is the logarithm to base 2.",
    step="Softplus takes the natural logarithm.",
)
def base_two(x: Any) -> Any:
    return np.log2(1 + np.exp(np.asarray(x)))


@mistake(
    BANK,
    "softplus",
    loses=ALL,
    cause="Your output is the logarithm to base 10.",
    step="Softplus takes the natural logarithm.",
)
def base_ten(x: Any) -> Any:
    return np.log10(1 + np.exp(np.asarray(x)))


@mistake(
    BANK,
    "softplus",
    loses=ALL,
    cause="Your output is the sigmoid, which is the derivative of softplus.",
    step="The exercise asks for the function itself.",
)
def sigmoid_instead(x: Any) -> Any:
    return 1 / (1 + np.exp(-np.asarray(x)))


@mistake(
    BANK,
    "softplus",
    loses=ALL,
    cause="Your output equals x: log(exp(x)) leaves out the 1.",
    step="The sum inside the logarithm is 1 + exp(x).",
)
def one_left_out(x: Any) -> Any:
    return np.log(np.exp(np.asarray(x)))


# scale_to


@mistake(
    BANK,
    "scale_to",
    loses=ALL,
    cause="Your output is high·tanh(x): it is centred on 0 whatever `low` is.",
    step="The result must come near `low` for very negative x: what is the middle of the interval?",
)
def high_times_tanh(x: Any, low: Any, high: Any) -> Any:
    return high * np.tanh(np.asarray(x))


@mistake(
    BANK,
    "scale_to",
    loses=ALL,
    cause="Your output is low + (high − low)·tanh(x): tanh runs from −1 to 1, so the result leaves the interval.",
    step="First bring tanh into (0, 1).",
)
def tanh_not_shifted(x: Any, low: Any, high: Any) -> Any:
    return low + (high - low) * np.tanh(np.asarray(x))


@mistake(
    BANK,
    "scale_to",
    loses=ALL,
    cause="Your output stretches tanh to the right width, but its middle stays at 0.",
    step="Add the middle of the interval.",
)
def not_moved(x: Any, low: Any, high: Any) -> Any:
    return (high - low) / 2 * np.tanh(np.asarray(x))


@mistake(
    BANK,
    "scale_to",
    loses=ALL,
    cause="Your output is low + (high − low)·σ(x): a sigmoid, where the exercise asks for a tanh.",
    step="How does σ(x) differ from (tanh x + 1)/2?",
)
def sigmoid_used(x: Any, low: Any, high: Any) -> Any:
    return low + (high - low) / (1 + np.exp(-np.asarray(x)))


@mistake(
    BANK,
    "scale_to",
    loses=ALL,
    cause="The ends are the wrong way round: the result falls from `high` to `low`.",
    step="Which end should a very negative x come near?",
)
def ends_swapped(x: Any, low: Any, high: Any) -> Any:
    return high + (low - high) * (np.tanh(np.asarray(x)) + 1) / 2


@mistake(
    BANK,
    "scale_to",
    loses=ALL,
    cause="The input was cut at the ends instead of squashed.",
    step="Every real x should land inside, and different x at different places.",
)
def clipped(x: Any, low: Any, high: Any) -> Any:
    return np.clip(np.asarray(x), low, high)


@mistake(
    BANK,
    "scale_to",
    loses=ALL,
    cause="The width was added without being halved: the result runs from middle − width to middle + width.",
    step="tanh spans 2, the interval spans high − low.",
)
def width_not_halved(x: Any, low: Any, high: Any) -> Any:
    return (low + high) / 2 + (high - low) * np.tanh(np.asarray(x))
