"""Mistakes in the functions of the chapter *Nonlinearity*, each as the code that makes it.

The code is meant to be wrong in just this way, to warn, to change its input or to fail on some inputs.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from autograder.assignments.misconceptions.model import Mistake, mistake

BANK: list[Mistake] = []
ALL = "values arrays extremes"


# identity


@mistake(
    BANK,
    "identity",
    loses="arrays",
    cause="What came in goes out as it is, so that a list comes out as a list.",
    step="Convert the input first: every function of the course returns an array or a number.",
)
def as_it_came(x: Any) -> Any:
    return x


@mistake(
    BANK,
    "identity",
    loses=ALL,
    cause="Your output is 1 everywhere: that is the derivative of the identity.",
    step="The exercise asks for the function itself.",
)
def slope(x: Any) -> Any:
    return np.ones_like(np.asarray(x))


@mistake(
    BANK,
    "identity",
    loses=ALL,
    cause="Your output is a matrix: the identity *matrix* is what leaves a vector as it is when multiplied with it.",
    step="The identity *function* returns the vector itself.",
)
def matrix(x: Any) -> Any:
    return np.eye(np.size(x))


@mistake(
    BANK,
    "identity",
    loses="arrays",
    cause="The result is float64 whatever came in.",
    step="Which operation of yours turns float32 into float64? Look at conversions that name a dtype.",
)
def always_float64(x: Any) -> Any:
    return np.array(x, dtype=np.float64)


@mistake(
    BANK,
    "identity",
    loses=ALL,
    cause="`float` takes one number, not an array.",
    step="`np.asarray` takes numbers, lists and arrays alike.",
)
def one_float(x: Any) -> Any:
    return float(x)


@mistake(
    BANK,
    "identity",
    loses=ALL,
    cause="Your output equals |x|: the sign was lost.",
    step="What should −2 give?",
)
def absolute(x: Any) -> Any:
    return np.sqrt(np.square(np.asarray(x)))


# binary_step


@mistake(
    BANK,
    "binary_step",
    loses="kink",
    cause="Your output is 0 at x = 0: the comparison is strict.",
    step="The course's step takes the value 1 at 0. Which comparison holds for 0 too?",
)
def strict(x: Any) -> Any:
    return np.heaviside(x, 0)


@mistake(
    BANK,
    "binary_step",
    loses="kink",
    cause="Your output is ½ at x = 0. Symmetric conventions do that; the course's does not.",
    step="The course's step takes the value 1 at 0.",
)
def half_at_zero(x: Any) -> Any:
    return np.heaviside(x, 0.5)


@mistake(
    BANK,
    "binary_step",
    loses=f"{ALL} kink",
    cause="Your output is −1 on the left: that is the sign function.",
    step="The step's two values are 0 and 1.",
)
def sign(x: Any) -> Any:
    return np.sign(np.asarray(x))


@mistake(
    BANK,
    "binary_step",
    loses="arrays extremes",
    cause="A comparison gives True and False, not floats, and False for nan.",
    step="Turn the result into numbers of the input's precision, and think of nan, which is neither side of 0.",
)
def booleans(x: Any) -> Any:
    return np.asarray(x) >= 0


@mistake(
    BANK,
    "binary_step",
    loses="arrays extremes",
    cause="The numbers are right, but they come out as integers or as float64 whatever came in, and nan becomes 0.",
    step="Give the result the input's precision, and think of nan, which is neither side of 0.",
)
def where_one_zero(x: Any) -> Any:
    return np.where(np.asarray(x) >= 0, 1, 0)


@mistake(
    BANK,
    "binary_step",
    loses="values arrays extremes kink",
    cause="The function compares its whole input with 0 in an `if`, which works for one number only.",
    step="Choose for each element: a comparison of an array is an array of truth values.",
)
def one_number_only(x: Any) -> Any:
    if x >= 0:
        return 1.0
    return 0.0


@mistake(
    BANK,
    "binary_step",
    loses="arrays",
    cause="The zeros were written into the caller's own array.",
    step="Work on a copy of the input.",
)
def in_place(x: Any) -> Any:
    x = np.asarray(x)
    right = x >= 0
    x[x < 0] = 0
    x[right] = 1
    return x


@mistake(
    BANK,
    "binary_step",
    loses=f"{ALL} kink",
    cause="Your output is 1 on the left and 0 on the right: the step is turned round.",
    step="A unit that steps fires when its input is large.",
)
def turned_round(x: Any) -> Any:
    return np.heaviside(-np.asarray(x), 0)


# relu


@mistake(
    BANK,
    "relu",
    loses=ALL,
    cause="`np.max` reduces along an axis; its second argument is that axis, not a number to compare with.",
    step="The elementwise function has another name.",
)
def reduced(x: Any) -> Any:
    return np.max(0, x)


@mistake(
    BANK,
    "relu",
    loses=ALL,
    cause="The result is one number, the largest of the whole input: `max` reduces.",
    step="The elementwise function has another name.",
)
def largest(x: Any) -> Any:
    return max(0.0, np.max(x))


@mistake(
    BANK,
    "relu",
    loses="arrays",
    cause="The values are right, but the zeros were written into the caller's own array.",
    step="Make a copy first, or use a function that returns a new array.",
)
def overwritten(x: Any) -> Any:
    x = np.asarray(x)
    x[x < 0] = 0
    return x


@mistake(
    BANK,
    "relu",
    loses="extremes",
    cause="The mask multiplies −∞ by 0, which is nan.",
    step="Choose between x and 0 instead of multiplying.",
)
def times_mask(x: Any) -> Any:
    x = np.asarray(x)
    return x * (x > 0)


@mistake(
    BANK,
    "relu",
    loses=ALL,
    cause="Your output equals |x|: negative inputs are mirrored instead of cut.",
    step="What should −2 give?",
)
def mirrored(x: Any) -> Any:
    return np.abs(np.asarray(x))


@mistake(
    BANK,
    "relu",
    loses=ALL,
    cause="Your output equals min(0, x): it keeps the negative side.",
    step="Which of 0 and x should win?",
)
def minimum(x: Any) -> Any:
    return np.minimum(0, x)


@mistake(
    BANK,
    "relu",
    loses=ALL,
    cause="Your output is 0 or 1: that is ReLU's slope, not its value.",
    step="Where x is positive, ReLU passes x itself.",
)
def slope_instead(x: Any) -> Any:
    return np.heaviside(x, 0)


@mistake(
    BANK,
    "relu",
    loses=ALL,
    cause="Your output keeps a slope of 0.01 on the left: that is Leaky ReLU.",
    step="ReLU is exactly 0 for every negative input.",
)
def leaky(x: Any) -> Any:
    x = np.asarray(x)
    return np.maximum(x, 0.01 * x)


@mistake(
    BANK,
    "relu",
    loses=ALL,
    cause="The function compares its whole input with 0 in an `if`, which works for one number only.",
    step="NumPy has an elementwise function for the larger of two values.",
)
def one_number(x: Any) -> Any:
    if x > 0:
        return x
    return 0.0


@mistake(
    BANK,
    "relu",
    loses="arrays",
    cause="The values are right for arrays, but the function indexes its input: a number or a list has none.",
    step="Convert the input first with `np.asarray`, and think of numbers.",
)
def arrays_only(x: Any) -> Any:
    out = x.copy()
    out[out < 0] = 0
    return out


@mistake(
    BANK,
    "relu",
    loses="arrays extremes",
    cause="The loop over x needs something to loop over: single numbers fail, and rows are compared as a whole.",
    step="NumPy has a function that takes the larger of two values for each element.",
)
def element_by_element(x: Any) -> Any:
    return np.array([max(0, v) for v in x])


# layer

LAYER = "values square arrays"


@mistake(
    BANK,
    "layer",
    loses=LAYER,
    cause="W was transposed: your output equals activation(x Wᵀ + b) where the sizes happen to fit.",
    step="In this course the columns of W are the units: compare the shape of W with those of x and b.",
)
def transposed(x: Any, W: Any, b: Any, activation: Any) -> Any:
    return activation(x @ W.T + b)


@mistake(
    BANK,
    "layer",
    loses=LAYER,
    cause="W stands on the left of x, as for column vectors: your output equals activation(W x + b) where that fits.",
    step="The rows of x are the examples: which product keeps them as rows?",
)
def column_vectors(x: Any, W: Any, b: Any, activation: Any) -> Any:
    return activation(W @ x + b)


@mistake(
    BANK,
    "layer",
    loses=LAYER,
    cause="The bias is missing: your output equals activation(x W).",
    step="Every unit adds its own number before the activation.",
)
def no_bias(x: Any, W: Any, b: Any, activation: Any) -> Any:
    return activation(x @ W)


@mistake(
    BANK,
    "layer",
    loses=LAYER,
    cause="The bias comes after the activation: your output equals activation(x W) + b.",
    step="The activation is applied to the sum of both.",
)
def bias_outside(x: Any, W: Any, b: Any, activation: Any) -> Any:
    return activation(x @ W) + b


@mistake(
    BANK,
    "layer",
    loses=LAYER,
    cause="The activation is missing: your output is the affine part x W + b alone.",
    step="A layer ends with its activation.",
)
def no_activation(x: Any, W: Any, b: Any, activation: Any) -> Any:
    return x @ W + b


@mistake(
    BANK,
    "layer",
    loses=LAYER,
    cause="The activation was applied to the input: your output equals activation(x) W + b.",
    step="First the affine map, then the activation.",
)
def activation_first(x: Any, W: Any, b: Any, activation: Any) -> Any:
    return activation(x) @ W + b


@mistake(
    BANK,
    "layer",
    loses=LAYER,
    cause="`*` multiplies element by element; where the sizes fit, nothing was summed.",
    step="A matrix product has an operator of its own.",
)
def elementwise(x: Any, W: Any, b: Any, activation: Any) -> Any:
    return activation(x * W + b)


@mistake(
    BANK,
    "layer",
    loses="arrays",
    cause="The function takes the number of examples from `x.shape`, so that lists, one example and none fail.",
    step="`x @ W` handles any number of leading axes by itself.",
)
def loop_over_rows(x: Any, W: Any, b: Any, activation: Any) -> Any:
    n, _ = x.shape
    return np.stack([activation(x[i] @ W + b) for i in range(n)])


@mistake(
    BANK,
    "layer",
    loses="values square arrays",
    cause="Your output is g(xW − b): the bias is subtracted.",
    step="Check the sign in front of b.",
)
def bias_subtracted(x: Any, W: Any, b: Any, activation: Any) -> Any:
    return activation(np.asarray(x) @ W - b)


@mistake(
    BANK,
    "layer",
    loses="arrays",
    cause="A single example of shape (d,) comes back as a row of a matrix, of shape (1, k).",
    step="The product of a vector and a matrix needs no second axis: which conversion of yours adds one?",
)
def always_two_axes(x: Any, W: Any, b: Any, activation: Any) -> Any:
    return activation(np.atleast_2d(x) @ W + b)


# collapse


@mistake(
    BANK,
    "collapse",
    loses=LAYER,
    cause="The weights were multiplied in the wrong order: W₂ W₁.",
    step="Write down what happens to one row x: which matrix does it meet first?",
)
def wrong_order(W1: Any, b1: Any, W2: Any, b2: Any) -> Any:
    return W2 @ W1, b1 @ W2 + b2


@mistake(
    BANK,
    "collapse",
    loses=LAYER,
    cause="The two biases were added: b₁ + b₂.",
    step="The first bias passes through the second layer as well.",
)
def biases_added(W1: Any, b1: Any, W2: Any, b2: Any) -> Any:
    return W1 @ W2, b1 + b2


@mistake(
    BANK,
    "collapse",
    loses=LAYER,
    cause="The first bias is lost: your b is the second layer's alone.",
    step="Send x = 0 through both layers: what comes out?",
)
def first_bias_lost(W1: Any, b1: Any, W2: Any, b2: Any) -> Any:
    return W1 @ W2, b2 * 1.0


@mistake(
    BANK,
    "collapse",
    loses=LAYER,
    cause="The second bias is lost: your b is b₁ W₂.",
    step="Send x = 0 through both layers: what comes out?",
)
def second_bias_lost(W1: Any, b1: Any, W2: Any, b2: Any) -> Any:
    return W1 @ W2, b1 @ W2


@mistake(
    BANK,
    "collapse",
    loses=LAYER,
    cause="The first bias was multiplied from the wrong side: W₂ b₁ where the sizes happen to fit.",
    step="b₁ is a row, as every example is.",
)
def bias_from_the_left(W1: Any, b1: Any, W2: Any, b2: Any) -> Any:
    return W1 @ W2, W2 @ b1 + b2


@mistake(
    BANK,
    "collapse",
    loses=LAYER,
    cause="The pair came back in the wrong order: b first, then W.",
    step="Return the weights, then the bias.",
)
def pair_swapped(W1: Any, b1: Any, W2: Any, b2: Any) -> Any:
    return b1 @ W2 + b2, W1 @ W2


@mistake(
    BANK,
    "collapse",
    loses=LAYER,
    cause="Only the weights came back.",
    step="Return two arrays, separated by a comma.",
)
def weights_only(W1: Any, b1: Any, W2: Any, b2: Any) -> Any:
    return W1 @ W2


# is_linear

BOTH = "values lookalikes"


@mistake(
    BANK,
    "is_linear",
    loses=BOTH,
    cause="The answer rests on f(0) = 0 alone, which many curves share with straight lines.",
    step="Linear means two laws: f(a + b) = f(a) + f(b), and f(c·a) = c·f(a).",
)
def zero_at_zero(f: Any) -> Any:
    return bool(np.allclose(f(np.zeros(3)), 0))


@mistake(
    BANK,
    "is_linear",
    loses="lookalikes",
    cause="The function was tried on positive numbers only, where a bent line looks straight.",
    step="Try numbers of both signs.",
)
def positive_only(f: Any) -> Any:
    a, b = np.array([1.0, 2.0, 3.0]), np.array([2.0, 0.5, 4.0])
    return bool(np.allclose(f(a + b), f(a) + f(b)) and np.allclose(f(2 * a), 2 * f(a)))


@mistake(
    BANK,
    "is_linear",
    loses="lookalikes",
    cause="Only f(c·a) = c·f(a) was tried. There are functions that scale so and still do not add up.",
    step="Linear means two laws.",
)
def scaling_only(f: Any) -> Any:
    a = np.array([1.0, -2.0, 3.0, -0.5])
    return bool(np.allclose(f(2 * a), 2 * f(a)) and np.allclose(f(-3 * a), -3 * f(a)))


@mistake(
    BANK,
    "is_linear",
    loses="values",
    cause="Straight lines that miss the origin were accepted: f(x) = a·x + b with b ≠ 0 is affine, not linear.",
    step="What does f(a + b) = f(a) + f(b) say about f(0)?",
)
def affine_accepted(f: Any) -> Any:
    a, b = np.array([1.0, -2.0, 3.0, -0.5]), np.array([-2.0, 4.5, 1.0, -3.0])
    f0 = f(np.zeros(4))
    adds = np.allclose(f(a + b) - f0, f(a) - f0 + f(b) - f0)
    return bool(adds and np.allclose(f(-2 * a) - f0, -2 * (f(a) - f0)))


@mistake(
    BANK,
    "is_linear",
    loses=BOTH,
    cause="Floating-point numbers were compared exactly, so that rounding makes linear functions look curved.",
    step="Compare with a tolerance: `np.allclose`.",
)
def compared_exactly(f: Any) -> Any:
    a, b = np.linspace(-1.1, 2.3, 40), np.linspace(3.7, -0.9, 40)
    return bool(np.all(f(a + b) == f(a) + f(b)) and np.all(f(0.1 * a) == 0.1 * f(a)))


@mistake(
    BANK,
    "is_linear",
    loses=BOTH,
    cause="The answer is True for every function.",
    step="The functions that are not linear must be recognised too.",
)
def always_yes(f: Any) -> Any:
    return True


@mistake(
    BANK,
    "is_linear",
    loses=BOTH,
    cause="The answer came back as an array of truth values, one for each element.",
    step="The question has one answer: do they *all* agree?",
)
def one_answer_each(f: Any) -> Any:
    a, b = np.array([1.0, -2.0, 3.0]), np.array([-2.0, 4.5, 1.0])
    return np.isclose(f(a + b), f(a) + f(b))


@mistake(
    BANK,
    "is_linear",
    loses="lookalikes",
    cause="The answers are those of the question whether f(−a) = −f(a).",
    step="That is one factor out of all, and says nothing about sums: which other law is there?",
)
def opposite_numbers(f: Any) -> Any:
    a = np.random.default_rng(0).uniform(-10, 10, 5)
    return bool(np.allclose(f(-a), -f(a)))


@mistake(
    BANK,
    "is_linear",
    loses="lookalikes",
    cause="One element of a vector for which the law holds is enough for your answer True.",
    step="The law must hold for *all* elements.",
)
def any_for_all(f: Any) -> Any:
    a, b = np.random.default_rng(0).uniform(-10, 10, (2, 5))
    return bool(np.any(np.isclose(f(a + b), f(a) + f(b))))


@mistake(
    BANK,
    "is_linear",
    loses="values lookalikes",
    cause="The answers are those of the question whether the outputs lie on one straight line over the inputs.",
    step="A line that misses the origin is not linear here, and a linear map may mix the elements. Try the two laws.",
)
def fitted_line(f: Any) -> Any:
    x = np.linspace(-10, 10, 101)
    return bool(np.allclose(np.polyval(np.polyfit(x, f(x), 1), x), f(x)))


# xor_network


@mistake(
    BANK,
    "xor_network",
    loses="values arrays",
    cause="Your output is OR: 1 at the corner (1, 1) too.",
    step="XOR is 1 where exactly one input is 1: the second hidden unit must take something away at (1, 1).",
)
def or_gate(x: Any) -> Any:
    s = np.sum(x, axis=1)
    return np.maximum(s, 0) - np.maximum(s - 1, 0)


@mistake(
    BANK,
    "xor_network",
    loses="values arrays",
    cause="Your output is the sum of the inputs: it is 2 at (1, 1).",
    step="A linear map cannot do it: where does your network bend?",
)
def plain_sum(x: Any) -> Any:
    return np.sum(x, axis=1) * 1.0


@mistake(
    BANK,
    "xor_network",
    loses="values arrays",
    cause="The second unit takes away only as much as makes (1, 1) give 1, or too much: 0 is expected there.",
    step="Work out what both hidden units are at (1, 1), and which weight brings the sum to 0.",
)
def too_much_taken(x: Any) -> Any:
    s = np.sum(x, axis=1)
    return np.maximum(s, 0) - 3 * np.maximum(s - 1, 0)


@mistake(
    BANK,
    "xor_network",
    loses="values arrays",
    cause="There is no ReLU between the layers, so that the network is one affine map, 2 at (0, 0).",
    step="Two affine layers collapse into one. What keeps them apart?",
)
def no_activation_between(x: Any) -> Any:
    s = np.sum(x, axis=1)
    return s - 2 * (s - 1)


@mistake(
    BANK,
    "xor_network",
    loses="values arrays",
    cause="Your output is 1 where the inputs agree: that is the negation of XOR.",
    step="What should (0, 0) give?",
)
def agreement(x: Any) -> Any:
    s = np.sum(x, axis=1)
    return 1 - np.maximum(s, 0) + 2 * np.maximum(s - 1, 0)


@mistake(
    BANK,
    "xor_network",
    loses="values arrays",
    cause="The result has shape (n, 1): the output layer's matrix kept a second axis.",
    step="The exercise asks for one number for each row: shape (n,).",
)
def column(x: Any) -> Any:
    s = np.sum(x, axis=1, keepdims=True)
    return np.maximum(s, 0) - 2 * np.maximum(s - 1, 0)


@mistake(
    BANK,
    "xor_network",
    loses="values arrays",
    cause="x[0] and x[1] are the first two examples, not the two inputs.",
    step="The inputs are the columns: `x[:, 0]` and `x[:, 1]`.",
)
def rows_for_columns(x: Any) -> Any:
    s = np.asarray(x[0]) + np.asarray(x[1])
    return np.maximum(s, 0) - 2 * np.maximum(s - 1, 0)


@mistake(
    BANK,
    "xor_network",
    loses="values arrays",
    cause="The numbers are those of XOR, but no network of two ReLU units computes them.",
    step="Two ReLU units and one sum are enough: what is 1 at exactly one input, and what is more only at (1, 1)?",
)
def comparison(x: Any) -> Any:
    x = np.asarray(x)
    return (x[:, 0] != x[:, 1]) * 1.0
