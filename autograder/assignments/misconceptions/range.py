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


@mistake(
    BANK,
    "sigmoid",
    loses="extremes",
    cause="Nothing overflows, but every x beyond the bound at which you cut the input gets the value at that bound.",
    step="On the left results shrink until they become 0: a bound keeps them from it. Which form needs no bound?",
)
def clipped_far_out(x: Any) -> Any:
    return 1 / (1 + np.exp(-np.clip(x, -500, 500)))


@mistake(
    BANK,
    "sigmoid",
    loses="values arrays extremes",
    cause="The base of your exponential is 2.718, which is not e.",
    step="e has infinitely many decimals: which function knows them?",
)
def rounded_e(x: Any) -> Any:
    return 1 / (1 + 2.718 ** (-np.asarray(x, dtype=float)))


@mistake(
    BANK,
    "sigmoid",
    loses="values arrays extremes",
    cause="Your output is 0 or 1: the sign of x alone.",
    step="A sigmoid is the soft relative of a step: how does it depend on the size of x?",
)
def halves_rounded(x: Any) -> Any:
    return np.where(np.asarray(x) >= 0, 1.0, 0.0)


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
    e = np.exp(-2 * np.abs(np.asarray(x)))
    return 4 * e / (1 + e) ** 2


@mistake(
    BANK,
    "tanh",
    loses="values arrays extremes",
    cause="Your output is eˣ − e⁻ˣ/(eˣ + e⁻ˣ): only the second exponential was divided.",
    step="Division binds tighter than subtraction: put the numerator in brackets.",
)
def brackets_above(x: Any) -> Any:
    x = np.asarray(x)
    return np.exp(x) - np.exp(-x) / (np.exp(x) + np.exp(-x))


@mistake(
    BANK,
    "tanh",
    loses="values arrays extremes",
    cause="Your output is (eˣ − e⁻ˣ)/eˣ + e⁻ˣ: the division took only the first exponential.",
    step="Division binds tighter than addition: put the denominator in brackets.",
)
def brackets_below(x: Any) -> Any:
    x = np.asarray(x)
    return (np.exp(x) - np.exp(-x)) / np.exp(x) + np.exp(-x)


@mistake(
    BANK,
    "tanh",
    loses="values arrays extremes",
    cause="Your output is tanh|x|, which is never negative.",
    step="The absolute value keeps the exponential small; what brings the sign back?",
)
def sign_lost(x: Any) -> Any:
    e = np.exp(-2 * np.abs(x))
    return (1 - e) / (1 + e)


@mistake(
    BANK,
    "tanh",
    loses="values arrays extremes",
    cause="Your output is arctan x, the inverse of the tangent: it comes near ±π/2.",
    step="The h stands for *hyperbolic*: exponentials make it, not angles.",
)
def arctan_instead(x: Any) -> Any:
    return np.arctan(np.asarray(x))


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


@mistake(
    BANK,
    "relu6",
    loses="values arrays extremes",
    cause="Your output is 6·max(0, x).",
    step="The 6 is a bound, not a factor: where does the curve stop rising?",
)
def six_times(x: Any) -> Any:
    return 6 * np.maximum(0, np.asarray(x))


@mistake(
    BANK,
    "relu6",
    loses="values arrays extremes",
    cause="Your output is cut at 1.",
    step="Which number does the name tell?",
)
def cut_at_one(x: Any) -> Any:
    return np.clip(np.asarray(x), 0, 1)


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


@mistake(
    BANK,
    "softplus",
    loses="extremes",
    cause="Nothing overflows, but every x beyond the bound at which you cut the input gets the value at that bound.",
    step="For large x softplus is nearly x, however large: take that part out of the logarithm.",
)
def clipped_input(x: Any) -> Any:
    return np.log1p(np.exp(np.clip(x, -700, 700)))


@mistake(
    BANK,
    "softplus",
    loses="values arrays extremes",
    cause="Your output is max(x, 0) + log(1 + e^|x|): what is added to ReLU grows on both sides.",
    step="Softplus comes near ReLU far from 0: which sign must the exponent have?",
)
def growing_correction(x: Any) -> Any:
    x = np.asarray(x)
    return np.maximum(x, 0) + np.log1p(np.exp(np.abs(x)))


# softsign


@mistake(
    BANK,
    "softsign",
    loses="extremes",
    cause="The formula is right for every finite number, but at ±∞ it becomes inf/inf, which is nan.",
    step="Which form, or which bound on x, gives the limit ±1 there? No finite result changes beyond |x| = 10²⁰.",
)
def infinity_over_infinity(x: Any) -> Any:
    x = np.asarray(x)
    return x / (1 + np.abs(x))


@mistake(
    BANK,
    "softsign",
    loses="extremes",
    cause="The values are right, infinity too, but `np.where` computes both branches, so that inf/inf still warns.",
    step="Make the numbers safe before you divide, not after.",
)
def infinity_caught_by_where(x: Any) -> Any:
    x = np.asarray(x)
    return np.where(np.isinf(x), np.sign(x), x / (1 + np.abs(x)))


@mistake(
    BANK,
    "softsign",
    loses=ALL,
    cause="Your output is x/(1 + x): without the absolute value it has a pole at −1.",
    step="The denominator must never be 0: what keeps it at 1 or above?",
)
def absolute_value_forgotten(x: Any) -> Any:
    x = np.asarray(x)
    return x / (1 + x)


@mistake(
    BANK,
    "softsign",
    loses=ALL,
    cause="Your output is |x|/(1 + |x|), which is never negative.",
    step="The numerator keeps the sign of x.",
)
def absolute_value_twice(x: Any) -> Any:
    a = np.abs(x)
    return a / (1 + a)


@mistake(
    BANK,
    "softsign",
    loses=ALL,
    cause="Your output is x/√(1 + x²): the range is right, but it comes near ±1 much faster.",
    step="The denominator of softsign grows like 1 + |x| also near 0.",
)
def square_root(x: Any) -> Any:
    x = np.asarray(x)
    return x / np.sqrt(1 + x * x)


@mistake(
    BANK,
    "softsign",
    loses=ALL,
    cause="Your output is x/1 + |x|: the division took only the first 1.",
    step="Division binds tighter than addition: put the denominator in brackets.",
)
def brackets_left_out(x: Any) -> Any:
    x = np.asarray(x)
    return x / 1 + np.abs(x)


@mistake(
    BANK,
    "softsign",
    loses=ALL,
    cause="Your output is 1/(1 + |x|)², the derivative of softsign.",
    step="The exercise asks for the function itself.",
)
def softsign_derivative(x: Any) -> Any:
    return 1 / (1 + np.abs(x)) ** 2


@mistake(
    BANK,
    "softsign",
    loses=ALL,
    cause="Your output is −1, 0 or 1: the sign of x alone.",
    step="Softsign is the soft relative of the sign: how does it depend on the size of x?",
)
def hard_sign(x: Any) -> Any:
    return np.sign(x)


@mistake(
    BANK,
    "softsign",
    loses="arrays extremes",
    cause="The result was written into an array made like the input, so integer inputs give truncated integers.",
    step="Give the result a floating dtype of its own.",
)
def truncated_softsign(x: Any) -> Any:
    x = np.asarray(x)
    out = np.empty_like(x)
    out[...] = x / (1 + np.abs(x))
    return out


@mistake(
    BANK,
    "softsign",
    loses="values arrays extremes",
    cause="Your output is x/(1 + x²), which returns to 0 far from the origin.",
    step="What must the denominator grow like for the quotient to come near ±1?",
)
def squared_below(x: Any) -> Any:
    x = np.asarray(x)
    return x / (1 + x * x)


@mistake(
    BANK,
    "softsign",
    loses="values arrays extremes",
    cause="Your output is 1/(1 + |x|): the numerator is 1.",
    step="At 0 the curve passes through the origin, and on the left it is negative: which numerator does that?",
)
def one_above(x: Any) -> Any:
    return 1 / (1 + np.abs(np.asarray(x)))


# hard_sigmoid


@mistake(
    BANK,
    "hard_sigmoid",
    loses=ALL,
    cause="Your output is 0.2·x + 0.5, cut at 0 and 1: another convention, with another slope.",
    step="The exercise defines its own slope: where must the line reach 0 and 1?",
)
def other_convention(x: Any) -> Any:
    return np.clip(0.2 * np.asarray(x) + 0.5, 0, 1)


@mistake(
    BANK,
    "hard_sigmoid",
    loses=ALL,
    cause="Your output is ReLU6(x + 3): it runs from 0 to 6.",
    step="A sigmoid ends at 1.",
)
def sixth_forgotten(x: Any) -> Any:
    return np.clip(np.asarray(x) + 3, 0, 6)


@mistake(
    BANK,
    "hard_sigmoid",
    loses=ALL,
    cause="Your output is ReLU6(x)/6: it is 0 at x = 0, where a sigmoid is ½.",
    step="Something must move the curve to the left before it is cut.",
)
def not_moved_left(x: Any) -> Any:
    return np.clip(np.asarray(x), 0, 6) / 6


@mistake(
    BANK,
    "hard_sigmoid",
    loses=ALL,
    cause="Your output is ReLU6(x − 3)/6: the curve moved to the right.",
    step="What is the value at x = 0, and what should it be?",
)
def moved_right(x: Any) -> Any:
    return np.clip(np.asarray(x) - 3, 0, 6) / 6


@mistake(
    BANK,
    "hard_sigmoid",
    loses=ALL,
    cause="Your output is ReLU6(x) + 3/6: the 3 and the division are outside the cut, and its range is [½, 6½].",
    step="Move first, then cut, then scale: brackets decide.",
)
def moved_after_the_cut(x: Any) -> Any:
    return np.clip(np.asarray(x), 0, 6) + 3 / 6


@mistake(
    BANK,
    "hard_sigmoid",
    loses=ALL,
    cause="Your output has no upper bound: it is ReLU(x + 3)/6.",
    step="What happens above x = 3?",
)
def never_cut_above(x: Any) -> Any:
    return np.maximum(np.asarray(x) + 3, 0) / 6


@mistake(
    BANK,
    "hard_sigmoid",
    loses=ALL,
    cause="Your output is clip(x, 0, 1): a line of slope 1 from 0.",
    step="The line reaches 0 at x = −3 and 1 at x = 3: what is its slope, and what its value at 0?",
)
def slope_one(x: Any) -> Any:
    return np.clip(np.asarray(x), 0, 1)


@mistake(
    BANK,
    "hard_sigmoid",
    loses=ALL,
    cause="Your output is the sigmoid itself, which has no corners.",
    step="The exercise asks for three straight pieces.",
)
def soft_instead(x: Any) -> Any:
    e = np.exp(-np.abs(x))
    return np.where(np.asarray(x) >= 0, 1, e) / (1 + e)


@mistake(
    BANK,
    "hard_sigmoid",
    loses="arrays",
    cause="The result was written into an array made like the input, so integer inputs give truncated integers.",
    step="Give the result a floating dtype of its own.",
)
def truncated_line(x: Any) -> Any:
    x = np.asarray(x)
    out = np.zeros_like(x)
    out[...] = np.clip(x + 3.0, 0, 6) / 6
    return out


@mistake(
    BANK,
    "hard_sigmoid",
    loses=ALL,
    cause="The function compares its whole input with a number in an `if`, which works for one number only.",
    step="NumPy has elementwise functions for the larger and the smaller of two values.",
)
def line_for_one_number(x: Any) -> Any:
    if x <= -3:
        return 0.0
    return 1.0 if x >= 3 else (x + 3) / 6


@mistake(
    BANK,
    "hard_sigmoid",
    loses="values arrays extremes",
    cause="Your output is clip(x, 0, 6)/6 + 3: the cut came first, and the 3 was added at the end.",
    step="Move first, then cut, then scale: brackets decide.",
)
def moved_after_scaling(x: Any) -> Any:
    return np.clip(np.asarray(x), 0, 6) / 6 + 3


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


@mistake(
    BANK,
    "scale_to",
    loses="values arrays extremes",
    cause="Your output stretches the numbers of each call so that the smallest becomes `low` and the largest `high`.",
    step="A function gives one x the same result in every call: what does a tanh do with a single number?",
)
def stretched_to_the_data(x: Any, low: Any, high: Any) -> Any:
    x = np.asarray(x, dtype=float)
    return low + (high - low) * (x - x.min()) / (x.max() - x.min())


# zero_centred

BOTH = "values lookalikes"


@mistake(
    BANK,
    "zero_centred",
    loses="lookalikes",
    cause="The answers are those of the question whether f(0) = 0: a curve through the origin need not be balanced.",
    step="Look at f(x) and f(−x) together, for x other than 0 too.",
)
def origin_alone(f: Any) -> Any:
    return bool(np.isclose(f(np.array([0.0]))[0], 0))


@mistake(
    BANK,
    "zero_centred",
    loses=BOTH,
    cause="The answers are those of the question whether the outputs far left and far right are opposite.",
    step="The ends of the range say nothing about what lies between: take the mean over many inputs.",
)
def ends_alone(f: Any) -> Any:
    left, right = f(np.array([-1e6, 1e6]))
    return bool(np.isclose(left, -right, rtol=1e-3))


@mistake(
    BANK,
    "zero_centred",
    loses=BOTH,
    cause="The answer is True for every function that takes values of both signs.",
    step="Values on both sides of 0 need not balance: what is their mean?",
)
def both_signs(f: Any) -> Any:
    y = f(np.linspace(-10, 10, 101))
    return bool(y.min() < 0 < y.max())


@mistake(
    BANK,
    "zero_centred",
    loses=BOTH,
    cause="A small mean counts as 0: the answer is True for functions whose mean is a few tenths.",
    step="Rounding is far smaller than that: how large can it be for numbers of this size?",
)
def generous(f: Any) -> Any:
    return bool(abs(np.mean(f(np.linspace(-10, 10, 101)))) < 0.4)


@mistake(
    BANK,
    "zero_centred",
    loses=BOTH,
    cause="The answers are those of the question whether f(−x) = f(x): that is symmetry about the vertical axis.",
    step="When f(x) and f(−x) are equal, what is their mean? When is it 0?",
)
def even_for_odd(f: Any) -> Any:
    x = np.linspace(0.1, 10, 50)
    return bool(np.allclose(f(-x), f(x)))


@mistake(
    BANK,
    "zero_centred",
    loses=BOTH,
    cause="The answer is False for every function, the zero-centred ones too.",
    step="Are your inputs symmetric about 0? `np.arange(-5, 5)` lacks 5, and random numbers do not come in pairs.",
)
def one_sided_inputs(f: Any) -> Any:
    return bool(np.isclose(np.mean(f(np.arange(-5.0, 5.0))), 0))


@mistake(
    BANK,
    "zero_centred",
    loses=BOTH,
    cause="The answer is True for every function.",
    step="The functions that are not zero-centred must be recognised too.",
)
def yes_to_all(f: Any) -> Any:
    return True


@mistake(
    BANK,
    "zero_centred",
    loses=BOTH,
    cause="The answer came back as an array of truth values, one for each input.",
    step="The question has one answer: do they *all* balance?",
)
def an_answer_each(f: Any) -> Any:
    x = np.array([0.5, 1.0, 2.0])
    return np.isclose(f(x), -f(-x))


@mistake(
    BANK,
    "zero_centred",
    loses="lookalikes",
    cause="A small mean counts as 0: the answer is True for functions whose mean is less than a tenth.",
    step="Rounding is far smaller than that: how large can it be for numbers of this size?",
)
def tenth_forgiven(f: Any) -> Any:
    return bool(abs(np.mean(f(np.linspace(-5, 5, 101)))) < 0.1)


@mistake(
    BANK,
    "zero_centred",
    loses="lookalikes",
    cause="The answers are those of the question whether the largest and the smallest output are opposite.",
    step="A range symmetric about 0 says nothing about what lies between: take the mean over many inputs.",
)
def range_alone(f: Any) -> Any:
    y = f(np.linspace(-10, 10, 1001))
    return bool(np.isclose(y.max(), -y.min()))
