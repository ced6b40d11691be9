"""The assignment of the chapter *Training*: a deep network from its first random weights to handwritten digits."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

import numpy as np

from autograder.assignments.dense_networks import GLOROT, HE, Arrays, backward, forward, initialise, recognise, train
from autograder.assignments.digits import FILE, split
from autograder.assignments.draw import Draw
from autograder.assignments.elementwise import CHAIN
from autograder.assignments.model import Assignment, Case, Criterion, Exercise, expected_from
from autograder.calls import Argument, Call
from autograder.compare import Expected

NETWORK = 2.0**14
"""What the sums of a network and its gradient may be off by, in ε.

With |x| ≤ 2, weights and biases of at most ½, at most six units in a layer and three layers, the pre-activations are at
most 6.5, 20 and 60.  A sum of seven terms rounds to 7/2 of its size and passes on three times what its inputs are off
by: 23, 139 and 627 ε.  Backwards the slopes of the loss are at most 1, 1 and 3 and off by 640, 2,100 and 6,300 ε; each
product with the layer's inputs makes at most 14,000 ε of it.
"""

SHIFTED = 2.0**17
"""The same where logits are of size 1,000: they alone are off by 4,200 ε, nearly seven times as much."""

STEPS = 2.0**20
"""The same after at most six steps of gradient descent with a rate of at most ½, about 2·10⁻¹⁰.

A step adds half the gradient's error and the next gradient answers to it, so that errors may double from step to
step: 2⁶ times `NETWORK`.
"""

ACCURACY = 0.8
"""The part of the new digits that must be right.

`dense_networks.RECIPE` is right on 92 % of 250 new digits after learning from 300, with a standard deviation of 1.7 %
over draws and seeds, nearly all of which is the draw's; five of these below are 83 %.
"""
LEARN, NEW = 300, 250
STEADY = 40
"""Images to learn from, and new ones, where it is asked only whether the same comes out twice."""


def _packed(arrays: Sequence[np.ndarray]) -> Argument:
    """Return a list of float64 arrays as an argument."""
    flat = np.concatenate([np.asarray(array, np.float64).ravel() for array in arrays])
    return Argument("arrays", flat, [list(array.shape) for array in arrays])


def _value(value: object) -> Argument:
    return Argument("value", value=value)


def _parameters(draw: Draw, sizes: Sequence[int]) -> Arrays:
    """Draw weights and biases between −½ and ½."""
    shapes = [shape for d, k in pairwise(sizes) for shape in ((d, k), (k,))]
    return [draw.uniform(-0.5, 0.5, shape) for shape in shapes]


def _images(draw: Draw, n: int, d: int) -> np.ndarray:
    return draw.uniform(-2.0, 2.0, (n, d))


def _labels(draw: Draw, n: int, classes: int) -> np.ndarray:
    return draw.integers(0, classes - 1, (n,))


# initialise


def _initialise_case(draw: Draw, sizes: Sequence[int], activation: str) -> Case:
    call = Call((_value(list(sizes)), _value(activation), _value(draw.integer(0, 10**6))), result="list")
    return Case(call, expected_from(initialise, call, relative=CHAIN, absolute=CHAIN))


def _initialise(draw: Draw, names: Sequence[str]) -> list[Case]:
    all_sizes = ((7, 3, 5), (3, 8, 4, 2), (9, 2), (2, 6, 6, 3))
    return [_initialise_case(draw, sizes, names[i % 2]) for i, sizes in enumerate(all_sizes)]


# forward


def _forward_case(x: Argument, parameters: Arrays, activation: str, *, strict: str = "") -> Case:
    call = Call((x, _packed(parameters), _value(activation)), result="list")
    mutation = "m" in strict
    return Case(call, expected_from(forward, call, relative=CHAIN, absolute=NETWORK, no_mutation=mutation))


def _forward_values(draw: Draw) -> list[Case]:
    cases = []
    for name, (n, *sizes) in zip((*GLOROT, *HE), ((4, 3, 5, 2), (2, 5, 4, 3), (6, 2, 3, 4), (3, 4, 6, 5)), strict=True):
        cases.append(_forward_case(Argument("array", _images(draw, n, sizes[0])), _parameters(draw, sizes), name))
    return cases


def _forward_square(draw: Draw) -> list[Case]:
    return [
        _forward_case(Argument("array", _images(draw, n, n)), _parameters(draw, (n, n, n, n)), name)
        for n, name in zip((2, 3, 4), ("tanh", "relu", "sigmoid"), strict=True)
    ]


def _forward_arrays(draw: Draw) -> list[Case]:
    sizes = (3, 5, 4, 2)
    inputs = [
        Argument("array", _images(draw, 1, 3)),
        Argument("array", _images(draw, 0, 3)),
        Argument("array", draw.integers(-2, 2, (4, 3))),
        Argument("strided", _images(draw, 4, 3)),
        Argument("read_only", _images(draw, 4, 3)),
    ]
    names = (*GLOROT, *HE)
    return [_forward_case(x, _parameters(draw, sizes), names[i % 4], strict="m") for i, x in enumerate(inputs)]


# backward


def _backward_case(
    x: Argument, labels: np.ndarray, parameters: Arrays, activation: str, *, absolute: float = NETWORK, strict: str = ""
) -> Case:
    call = Call((x, Argument("array", labels), _packed(parameters), _value(activation)), result="list")
    mutation, warning = "m" in strict, "w" in strict
    expected = expected_from(
        backward, call, relative=CHAIN, absolute=absolute, no_mutation=mutation, no_warning=warning
    )
    return Case(call, expected)


def _backward(draw: Draw, names: Sequence[str]) -> list[Case]:
    cases = []
    for i, (n, *sizes) in enumerate(((4, 3, 5, 2), (5, 4, 6, 3), (3, 2, 4, 4, 5), (6, 5, 3))):
        x, labels = Argument("array", _images(draw, n, sizes[0])), _labels(draw, n, sizes[-1])
        cases.append(_backward_case(x, labels, _parameters(draw, sizes), names[i % 2]))
    return cases


def _backward_arrays(draw: Draw) -> list[Case]:
    inputs = [
        Argument("array", _images(draw, 1, 3)),
        Argument("array", draw.integers(-2, 2, (4, 3))),
        Argument("strided", _images(draw, 4, 3)),
        Argument("read_only", _images(draw, 5, 3)),
    ]
    cases = []
    for x, name in zip(inputs, ("tanh", "relu", "sigmoid", "leaky_relu"), strict=True):
        assert x.data is not None
        labels = _labels(draw, len(x.data), 4)
        cases.append(_backward_case(x, labels, _parameters(draw, (3, 5, 4)), name, strict="m"))
    return cases


def _backward_extremes(draw: Draw) -> list[Case]:
    cases = []
    shifts = (np.full(4, 1000.0), np.full(4, -1000.0), np.array(draw.shuffled([1000.0, 0.0, -1000.0, -2000.0])))
    for shift in shifts:
        parameters = _parameters(draw, (3, 5, 4))
        parameters[-1] = parameters[-1] + shift
        x, labels = Argument("array", _images(draw, 5, 3)), np.array([*draw.shuffled(range(4)), 0])
        cases.append(_backward_case(x, labels, parameters, "tanh", absolute=SHIFTED, strict="w"))
    return [*cases, _backward_levels(draw)]


def _backward_levels(draw: Draw) -> Case:
    """Return a case in which the logits of one example are about 1,000 and those of another about −1,000.

    One unit's weights to all classes are raised alike, so that its share cancels in each softmax and in the way back.
    """
    parameters, x = _parameters(draw, (3, 5, 4)), _images(draw, 5, 3)
    x[1], parameters[1] = -x[0], np.zeros(5)
    outputs = np.tanh(x[0] @ parameters[0])
    unit = int(np.argmax(np.abs(outputs)))
    parameters[2] = parameters[2].copy()
    parameters[2][unit] += 1000 / outputs[unit]
    labels = np.array([*draw.shuffled(range(4)), 0])
    return _backward_case(Argument("array", x), labels, parameters, "tanh", absolute=SHIFTED, strict="w")


# train


def _train_case(
    draw: Draw, n: int, sizes: Sequence[int], activation: str, *, epochs: int, batch: int, form: str = "array"
) -> Case:
    """Return one case of ``train``; what it must not change is the list of parameters and the images."""
    call = Call(
        (
            Argument(form, _images(draw, n, sizes[0])),
            Argument("array", _labels(draw, n, sizes[-1])),
            _packed(_parameters(draw, sizes)),
            _value(activation),
            Argument("float", np.asarray(draw.number(0.2, 0.5))),
            _value(epochs),
            _value(batch),
        ),
        result="list",
    )
    return Case(call, expected_from(train, call, relative=CHAIN, absolute=STEPS, no_mutation=form == "read_only"))


def _train_values(draw: Draw) -> list[Case]:
    return [
        _train_case(draw, 6, (3, 5, 2), "tanh", epochs=4, batch=6),
        _train_case(draw, 5, (4, 3, 3), "sigmoid", epochs=6, batch=5),
        _train_case(draw, 4, (2, 4, 5, 3), "tanh", epochs=2, batch=4),
    ]


def _train_batches(draw: Draw) -> list[Case]:
    return [
        _train_case(draw, 6, (3, 4, 2), "tanh", epochs=2, batch=2),
        _train_case(draw, 7, (3, 5, 3), "sigmoid", epochs=2, batch=3),
        _train_case(draw, 5, (2, 4, 4), "tanh", epochs=1, batch=1),
        _train_case(draw, 4, (3, 3, 3), "tanh", epochs=3, batch=10),
    ]


def _train_arrays(draw: Draw) -> list[Case]:
    return [_train_case(draw, 5, (3, 4, 2), "tanh", epochs=epochs, batch=3, form="read_only") for epochs in (0, 1, 2)]


# recognise


def _accuracy(draw: Draw) -> list[Case]:
    drawn = split(draw, LEARN, NEW)
    call = Call(
        (
            Argument("array", drawn.x),
            Argument("array", drawn.labels),
            Argument("array", drawn.x_new),
            _value(draw.integer(0, 10**6)),
        )
    )
    return [Case(call, Expected((drawn.labels_new,), 0.0, 0.0, share=ACCURACY))]


def _determinism(draw: Draw) -> list[Case]:
    cases = []
    for result, new in (("again", STEADY), ("other seed", NEW)):
        drawn = split(draw, STEADY, new)
        arrays = (Argument("array", array) for array in (drawn.x, drawn.labels, drawn.x_new))
        call = Call((*arrays, _value(draw.integer(0, 10**6))), result=result)
        cases.append(Case(call, Expected((np.array(result == "again"),), 0.0, 0.0)))
    return cases


# the assignment

SIZES = "numbers of at most 2, weights of at most ½, six units"

ASSIGNMENT = Assignment(
    name="training",
    title="Training",
    step_seconds=25.0,
    files=(FILE,),
    exercises=(
        Exercise(
            "initialise",
            "initialise(sizes, activation, seed)",
            initialise,
            (
                Criterion(
                    "values",
                    2,
                    f"tanh and sigmoid: Glorot's bound, the weights of the seed, zero biases, up to {CHAIN:g} ε·"
                    "(1 + |expected|)",
                    lambda draw: _initialise(draw, GLOROT),
                ),
                Criterion(
                    "he",
                    1,
                    "relu and leaky_relu: He's bound, with the same tolerance",
                    lambda draw: _initialise(draw, HE),
                ),
            ),
        ),
        Exercise(
            "forward",
            "forward(x, parameters, activation)",
            forward,
            (
                Criterion(
                    "values",
                    2,
                    "batches and layers whose sizes all differ, "
                    f"up to {NETWORK:g} ε + {CHAIN:g} ε·|expected| ({SIZES})",
                    _forward_values,
                ),
                Criterion(
                    "square", 1, "as many examples as inputs and units, where a wrong axis fits", _forward_square
                ),
                Criterion(
                    "arrays",
                    1,
                    "one example, none, integers, not contiguous in memory, read-only; x and parameters left as they "
                    "were",
                    _forward_arrays,
                ),
            ),
        ),
        Exercise(
            "backward",
            "backward(x, labels, parameters, activation)",
            backward,
            (
                Criterion(
                    "values",
                    2,
                    f"the gradient of networks with tanh and sigmoid, up to {NETWORK:g} ε + {CHAIN:g} ε·|expected| "
                    f"({SIZES})",
                    lambda draw: _backward(draw, GLOROT),
                ),
                Criterion("rectifiers", 1, "the same with relu and leaky_relu", lambda draw: _backward(draw, HE)),
                Criterion(
                    "arrays",
                    1,
                    "one example, integers, not contiguous in memory, read-only; x, labels and parameters left as "
                    "they were",
                    _backward_arrays,
                ),
                Criterion(
                    "extremes",
                    1,
                    f"logits of size 1,000 without a floating-point warning, up to {SHIFTED:g} ε + {CHAIN:g} ε·"
                    "|expected|",
                    _backward_extremes,
                ),
            ),
        ),
        Exercise(
            "train",
            "train(x, labels, parameters, activation, rate, epochs, batch)",
            train,
            (
                Criterion(
                    "values",
                    2,
                    f"all examples in one batch, up to six steps, up to {STEPS:g} ε + {CHAIN:g} ε·|expected|",
                    _train_values,
                ),
                Criterion(
                    "batches",
                    1,
                    "several batches in the order of the rows, the last one smaller, one example at a time, a batch "
                    "larger than the data",
                    _train_batches,
                ),
                Criterion(
                    "arrays",
                    1,
                    "no epoch, one and two; x, labels and parameters left as they were",
                    _train_arrays,
                ),
            ),
        ),
        Exercise(
            "recognise",
            "recognise(x, labels, x_new, seed)",
            recognise,
            (
                Criterion(
                    "accuracy",
                    3,
                    f"at least {ACCURACY:.0%} of {NEW} new digits right after learning from {LEARN}",
                    _accuracy,
                ),
                Criterion(
                    "determinism",
                    1,
                    "called twice with the same seed, the same answers; with another seed, another network: "
                    f"at least one other answer for {NEW} new digits after learning from {STEADY}",
                    _determinism,
                ),
            ),
            builds_on=("train", "backward"),
        ),
    ),
)
