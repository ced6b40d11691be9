"""Right answers to the assignment *range* in the many ways in which students write them.

Each way is a `Style`: source text as it stands in the solution cells, and cells that the student added.  All of them
honour the course's conventions, so that each must get full marks.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True)
class Style:
    """One way to solve the assignment.

    ``answers`` maps a function's name to the text of its solution cell; ``cells`` maps a function's name to a cell that
    the student put before that solution cell.
    """

    says: str
    answers: Mapping[str, str]
    cells: Mapping[str, str] = field(default_factory=dict)


MASKS = Style(
    "Chooses the stable branch for each element with boolean masks.",
    {
        "sigmoid": """\
def sigmoid(x):
    x = np.asarray(x)
    x = x.astype(np.result_type(x, np.float32) if x.dtype.kind == "f" else np.float64)
    out = np.empty_like(x)
    right = x >= 0
    out[right] = 1 / (1 + np.exp(-x[right]))
    e = np.exp(x[~right])
    out[~right] = e / (1 + e)
    return out
""",
        "tanh": """\
def tanh(x):
    x = np.asarray(x)
    x = x if x.dtype.kind == "f" else x.astype(float)
    out = np.array(x)
    large = np.abs(x) > 20
    out[large] = np.sign(x[large])
    t = np.expm1(2 * x[~large])
    out[~large] = t / (t + 2)
    return out
""",
        "relu6": """\
def relu6(x):
    out = np.array(x)
    out[out < 0] = 0
    out[out > 6] = 6
    return out
""",
        "softplus": """\
def softplus(x):
    x = np.asarray(x)
    out = np.array(x, dtype=x.dtype if x.dtype.kind == "f" else float)
    positive = x > 0
    out[positive] += np.log1p(np.exp(-out[positive]))
    out[~positive] = np.log1p(np.exp(out[~positive]))
    return out
""",
        "softsign": """\
def softsign(x):
    x = np.asarray(x)
    out = np.array(x, dtype=x.dtype if x.dtype.kind == "f" else float)
    far = np.isinf(out)
    out[far] = np.sign(out[far])
    out[~far] /= 1 + np.abs(out[~far])
    return out
""",
        "hard_sigmoid": """\
def hard_sigmoid(x):
    out = np.array((np.asarray(x) + 3) / 6)
    out[out < 0] = 0
    out[out > 1] = 1
    return out
""",
        "scale_to": """\
def scale_to(x, low, high):
    middle = (low + high) / 2
    half = (high - low) / 2
    return middle + half * np.tanh(x)
""",
        "zero_centred": """\
def zero_centred(f):
    x = np.linspace(-10, 10, 201)
    return bool(abs(np.mean(f(x))) < 1e-6)
""",
    },
)

COMPACT = Style(
    "Needs no branch: the absolute value makes every exponent safe.",
    {
        "sigmoid": """\
def sigmoid(x):
    x = np.asarray(x)
    e = np.exp(-np.abs(x))
    return np.where(x >= 0, 1, e) / (1 + e)
""",
        "tanh": """\
def tanh(x):
    x = np.asarray(x)
    t = np.expm1(-2 * np.abs(x))
    return np.sign(x) * -t / (2 + t)
""",
        "relu6": """\
def relu6(x):
    return np.minimum(np.maximum(x, 0), 6)
""",
        "softplus": """\
def softplus(x):
    x = np.asarray(x)
    return np.maximum(x, 0) + np.log1p(np.exp(-np.abs(x)))
""",
        "softsign": """\
def softsign(x):
    return np.sign(x) * (1 - 1 / (1 + np.abs(x)))
""",
        "hard_sigmoid": """\
def hard_sigmoid(x):
    return np.minimum(np.maximum(np.asarray(x) + 3, 0), 6) / 6
""",
        "scale_to": """\
def scale_to(x, low, high):
    return low + (high - low) * (np.tanh(x) + 1) / 2
""",
        "zero_centred": """\
def zero_centred(f):
    x = np.arange(1, 50) / 5
    return bool(np.allclose(f(x), -f(-x)))
""",
    },
)

PIECEWISE = Style(
    "Uses np.piecewise with a function for each side.",
    {
        "sigmoid": """\
def sigmoid(x):
    x = np.asarray(x) * 1.0
    return np.piecewise(
        x,
        [x < 0, x >= 0],
        [lambda t: np.exp(t) / (1 + np.exp(t)), lambda t: 1 / (1 + np.exp(-t)), lambda t: t],
    )
""",
        "tanh": """\
def tanh(x):
    x = np.asarray(x) * 1.0
    left = lambda t: np.expm1(2 * t) / (np.expm1(2 * t) + 2)
    return np.piecewise(x, [x < 0, x >= 0], [left, lambda t: -left(-t), lambda t: t])
""",
        "relu6": """\
def relu6(x):
    x = np.asarray(x)
    return np.piecewise(x, [x < 0, x > 6], [0, 6, lambda t: t])
""",
        "softplus": """\
def softplus(x):
    x = np.asarray(x) * 1.0
    return np.piecewise(
        x,
        [x > 0, x <= 0],
        [lambda t: t + np.log1p(np.exp(-t)), lambda t: np.log1p(np.exp(t)), lambda t: t],
    )
""",
        "softsign": """\
def softsign(x):
    x = np.asarray(x) * 1.0
    return np.piecewise(
        x,
        [np.isinf(x), np.isfinite(x)],
        [np.sign, lambda t: t / (1 + np.abs(t)), lambda t: t],
    )
""",
        "hard_sigmoid": """\
def hard_sigmoid(x):
    x = np.asarray(x) * 1.0
    return np.piecewise(x, [x < -3, x > 3], [0, 1, lambda t: (t + 3) / 6])
""",
        "scale_to": COMPACT.answers["scale_to"],
        "zero_centred": MASKS.answers["zero_centred"],
    },
)

VECTORIZE = Style(
    "Writes functions of one number with math, and wraps them in np.vectorize with otypes.",
    {
        "sigmoid": """\
import math

def one_sigmoid(t):
    if t >= 0:
        return 1 / (1 + math.exp(-t))
    e = math.exp(t)
    return e / (1 + e)

def sigmoid(x):
    x = np.asarray(x)
    kind = x.dtype if x.dtype.kind == "f" else np.float64
    return np.vectorize(one_sigmoid, otypes=[kind])(x)
""",
        "tanh": """\
def one_tanh(t):
    e = math.expm1(-2 * abs(t))
    return math.copysign(-e / (2 + e), t)

def tanh(x):
    x = np.asarray(x)
    kind = x.dtype if x.dtype.kind == "f" else np.float64
    return np.vectorize(one_tanh, otypes=[kind])(x)
""",
        "relu6": """\
def relu6(x):
    x = np.asarray(x)
    return np.vectorize(lambda t: 0 if t < 0 else 6 if t > 6 else t, otypes=[x.dtype])(x)
""",
        "softplus": """\
def softplus(x):
    x = np.asarray(x)
    kind = x.dtype if x.dtype.kind == "f" else np.float64
    one = lambda t: t + math.log1p(math.exp(-t)) if t > 0 else math.log1p(math.exp(t))
    return np.vectorize(one, otypes=[kind])(x)
""",
        "softsign": """\
def softsign(x):
    x = np.asarray(x)
    kind = x.dtype if x.dtype.kind == "f" else np.float64
    one = lambda t: math.copysign(1, t) if math.isinf(t) else t / (1 + abs(t))
    return np.vectorize(one, otypes=[kind])(x)
""",
        "hard_sigmoid": """\
def hard_sigmoid(x):
    x = np.asarray(x)
    kind = x.dtype if x.dtype.kind == "f" else np.float64
    return np.vectorize(lambda t: 0 if t < -3 else 1 if t > 3 else (t + 3) / 6, otypes=[kind])(x)
""",
        "scale_to": MASKS.answers["scale_to"],
        "zero_centred": """\
def zero_centred(f):
    return all(math.isclose(f(np.array([t]))[0], -f(np.array([-t]))[0], abs_tol=1e-9) for t in range(11))
""",
    },
)

CALLABLE_CLASS = Style(
    "Defines a class with __call__ for each function and names an instance of it.",
    {
        "sigmoid": """\
class Sigmoid:
    def __call__(self, x):
        x = np.asarray(x)
        e = np.exp(-np.abs(x))
        return np.where(x < 0, e, 1) / (1 + e)

sigmoid = Sigmoid()
""",
        "tanh": """\
class Tanh:
    def __call__(self, x):
        x = np.asarray(x)
        up = -np.expm1(-2 * np.abs(x))
        return np.sign(x) * up / (2 - up)

tanh = Tanh()
""",
        "relu6": """\
class Clipped:
    def __init__(self, top):
        self.top = top

    def __call__(self, x):
        return np.clip(x, 0, self.top)

relu6 = Clipped(6)
""",
        "softplus": """\
class Softplus:
    def __call__(self, x):
        x = np.asarray(x)
        return np.where(x > 0, x, 0) + np.log1p(np.exp(-np.abs(x)))

softplus = Softplus()
""",
        "softsign": """\
class Softsign:
    largest = 1e30

    def __call__(self, x):
        x = np.clip(x, -self.largest, self.largest)
        return x / (1 + np.abs(x))

softsign = Softsign()
""",
        "hard_sigmoid": """\
class HardSigmoid:
    def __call__(self, x):
        return relu6(np.asarray(x) + 3) / 6

hard_sigmoid = HardSigmoid()
""",
        "scale_to": """\
class ScaleTo:
    def __call__(self, x, low, high):
        return (low + high) / 2 + (high - low) / 2 * tanh(x)

scale_to = ScaleTo()
""",
        "zero_centred": """\
class ZeroCentred:
    x = np.linspace(0, 8, 65)

    def __call__(self, f):
        return bool(np.allclose(f(self.x) + f(-self.x), 0))

zero_centred = ZeroCentred()
""",
    },
)

LAMBDAS = Style(
    "Names lambdas, one line each.",
    {
        "sigmoid": "sigmoid = lambda x: np.exp(np.minimum(x, 0)) / (1 + np.exp(-np.abs(x)))\n",
        "tanh": "tanh = lambda x: np.sign(x) * np.expm1(-2 * np.abs(x)) / (-2 - np.expm1(-2 * np.abs(x)))\n",
        "relu6": "relu6 = lambda x: np.clip(x, 0, 6)\n",
        "softplus": "softplus = lambda x: np.log1p(np.exp(-np.abs(x))) + np.maximum(x, 0)\n",
        "softsign": "softsign = lambda x: np.sign(x) - np.sign(x) / (1 + np.abs(x))\n",
        "hard_sigmoid": "hard_sigmoid = lambda x: np.clip(np.asarray(x) / 6 + 0.5, 0, 1)\n",
        "scale_to": "scale_to = lambda x, low, high: (low + high) / 2 + (high - low) * np.tanh(x) / 2\n",
        "zero_centred": "zero_centred = lambda f: bool(np.isclose(f(np.linspace(-4, 4, 81)).mean(), 0))\n",
    },
)

HELPERS = Style(
    "Keeps helper functions in cells of its own.",
    {
        "sigmoid": """\
def sigmoid(x):
    x, e = prepared(x)
    return np.where(x >= 0, 1, e) / (1 + e)
""",
        "tanh": """\
def tanh(x):
    x, _ = prepared(x)
    return np.copysign(rising(np.abs(x)), x)
""",
        "relu6": """\
def relu6(x):
    x = np.asarray(x)
    return between(x, 0, 6)
""",
        "softplus": """\
def softplus(x):
    x, e = prepared(x)
    return between(x, 0, np.inf) + np.log1p(e)
""",
        "softsign": """\
def softsign(x):
    x = between(np.asarray(x), -1e30, 1e30)
    return x / (1 + np.abs(x))
""",
        "hard_sigmoid": """\
def hard_sigmoid(x):
    return between(np.asarray(x) / 6 + 0.5, 0, 1)
""",
        "scale_to": """\
def scale_to(x, low, high):
    return (low + high) / 2 + (high - low) / 2 * tanh(x)
""",
        "zero_centred": """\
def balance(f, x):
    return np.abs(f(x) + f(-x)).max()

def zero_centred(f):
    return bool(balance(f, np.linspace(0, 10, 33)) < 1e-9)
""",
    },
    {
        "sigmoid": """\
# my helpers

def prepared(x):
    x = np.asarray(x)
    return x, np.exp(-np.abs(x))

def between(x, low, high):
    return np.minimum(np.maximum(x, low), high)
""",
        "tanh": """\
def rising(a):
    t = np.expm1(-2 * a)
    return -t / (t + 2)

prepared([1, 2])
""",
    },
)

LOOPS = Style(
    "Goes through the elements in a loop.",
    {
        "sigmoid": """\
def sigmoid(x):
    x = np.asarray(x)
    result = np.zeros(x.shape, x.dtype if x.dtype.kind == "f" else float)
    for i in np.ndindex(x.shape):
        if x[i] >= 0:
            result[i] = 1 / (1 + np.exp(-x[i]))
        else:
            result[i] = np.exp(x[i]) / (1 + np.exp(x[i]))
    return result
""",
        "tanh": """\
def tanh(x):
    x = np.asarray(x)
    result = np.zeros(x.shape, x.dtype if x.dtype.kind == "f" else float)
    for i in np.ndindex(x.shape):
        t = np.expm1(-2 * abs(x[i]))
        result[i] = -t / (t + 2) if x[i] > 0 else t / (t + 2)
    return result
""",
        "relu6": """\
def relu6(x):
    result = np.array(x)
    for i in np.ndindex(result.shape):
        if result[i] < 0:
            result[i] = 0
        elif result[i] > 6:
            result[i] = 6
    return result
""",
        "softplus": """\
def softplus(x):
    x = np.asarray(x)
    result = np.zeros(x.shape, x.dtype if x.dtype.kind == "f" else float)
    for i in np.ndindex(x.shape):
        result[i] = max(x[i], 0) + np.log1p(np.exp(-abs(x[i])))
    return result
""",
        "softsign": """\
def softsign(x):
    x = np.asarray(x)
    result = np.zeros(x.shape, x.dtype if x.dtype.kind == "f" else float)
    for i in np.ndindex(x.shape):
        if np.isinf(x[i]):
            result[i] = np.sign(x[i])
        else:
            result[i] = x[i] / (1 + abs(x[i]))
    return result
""",
        "hard_sigmoid": """\
def hard_sigmoid(x):
    x = np.asarray(x)
    result = np.zeros(x.shape, x.dtype if x.dtype.kind == "f" else float)
    for i in np.ndindex(x.shape):
        result[i] = (x[i] + 3) / 6
        if result[i] < 0:
            result[i] = 0
        elif result[i] > 1:
            result[i] = 1
    return result
""",
        "scale_to": """\
def scale_to(x, low, high):
    x = np.asarray(x)
    result = np.zeros(x.shape, x.dtype if x.dtype.kind == "f" else float)
    for i in np.ndindex(x.shape):
        result[i] = (low + high) / 2 + (high - low) / 2 * np.tanh(x[i])
    return result
""",
        "zero_centred": """\
def zero_centred(f):
    for a in range(1, 11):
        if abs(np.mean(f(np.array([-a, a])))) > 1e-9:
            return False
    return True
""",
    },
)

EXPM1_LOG1P = Style(
    "Leans on expm1 and log1p.",
    {
        "sigmoid": """\
def sigmoid(x):
    x = np.asarray(x)
    small = np.expm1(-np.abs(x)) + 1
    small = np.where(np.abs(x) > 1, np.exp(-np.abs(x)), small)
    return np.where(x < 0, small, 1) / (1 + small)
""",
        "tanh": """\
def tanh(x):
    x = np.asarray(x)
    e = np.expm1(2 * np.minimum(np.abs(x), 40))
    return np.sign(x) * (e / (e + 2))
""",
        "relu6": """\
def relu6(x):
    return np.clip(x, 0, 6)
""",
        "softplus": """\
def softplus(x):
    x = np.asarray(x)
    return np.clip(x, 0, None) + np.log1p(np.exp(-np.abs(x)))
""",
        "softsign": """\
def softsign(x):
    size = np.minimum(np.abs(x), 1e30)
    return np.copysign(size / (1 + size), x)
""",
        "hard_sigmoid": """\
def hard_sigmoid(x):
    return np.clip(np.asarray(x) + 3, 0, 6) / 6
""",
        "scale_to": MASKS.answers["scale_to"],
        "zero_centred": COMPACT.answers["zero_centred"],
    },
)

DEFAULTS = Style(
    "Gives its functions more parameters than asked for, with defaults.",
    {
        "sigmoid": """\
def sigmoid(x, slope=1, *, shift=0):
    z = slope * (np.asarray(x) - shift)
    e = np.exp(-np.abs(z))
    return np.where(z >= 0, 1, e) / (1 + e)
""",
        "tanh": """\
def tanh(x, gain=1):
    z = gain * np.asarray(x)
    return np.copysign(1, z) * np.expm1(-2 * abs(z)) / (-2 - np.expm1(-2 * abs(z)))
""",
        "relu6": """\
def relu6(x, low=0, high=6):
    return np.clip(np.asarray(x), low, high)
""",
        "softplus": """\
def softplus(x, beta=1):
    z = beta * np.asarray(x)
    return (np.maximum(z, 0) + np.log1p(np.exp(-np.abs(z)))) / beta
""",
        "softsign": """\
def softsign(x, end=1):
    return end * np.sign(x) * (1 - 1 / (1 + np.abs(x)))
""",
        "hard_sigmoid": """\
def hard_sigmoid(x, reach=3):
    return np.clip(np.asarray(x) + reach, 0, 2 * reach) / (2 * reach)
""",
        "scale_to": """\
def scale_to(x, low=0, high=1, function=np.tanh):
    return (low + high) / 2 + (high - low) / 2 * function(np.asarray(x))
""",
        "zero_centred": """\
def zero_centred(f, reach=10, tolerance=1e-6):
    return bool(abs(f(np.linspace(-reach, reach, 401)).mean()) < tolerance)
""",
    },
)

CHATTY = Style(
    "Prints on both streams while it works, to stderr too.",
    {
        "sigmoid": """\
import sys

def sigmoid(x):
    x = np.asarray(x)
    print("sigmoid of", x.shape, x.dtype, file=sys.stderr)
    e = np.exp(-np.abs(x))
    return np.where(x >= 0, 1, e) / (1 + e)
""",
        "tanh": """\
def tanh(x):
    print("tanh was called with", x)
    t = np.expm1(-2 * np.abs(x))
    return np.sign(x) * -t / (2 + t)
""",
        "relu6": """\
def relu6(x):
    result = np.clip(x, 0, 6)
    print(f"{result=}", file=sys.stderr)
    return result
""",
        "softplus": COMPACT.answers["softplus"],
        "softsign": COMPACT.answers["softsign"],
        "hard_sigmoid": COMPACT.answers["hard_sigmoid"],
        "scale_to": COMPACT.answers["scale_to"],
        "zero_centred": COMPACT.answers["zero_centred"],
    },
)

RAISING = Style(
    "Turns NumPy's warnings into errors at the top of the notebook.",
    {**EXPM1_LOG1P.answers, "sigmoid": COMPACT.answers["sigmoid"]},
    {
        "sigmoid": """\
np.seterr(all="raise")  # I want to see every overflow
np.set_printoptions(precision=3, suppress=True)
""",
    },
)

DECORATED = Style(
    "Converts input and result in one decorator.",
    {
        "sigmoid": """\
@on_floats
def sigmoid(x):
    e = np.exp(-np.abs(x))
    return np.where(x < 0, e, 1) / (1 + e)
""",
        "tanh": """\
@on_floats
def tanh(x):
    t = np.expm1(-2 * np.abs(x))
    return np.copysign(t / (2 + t), x)
""",
        "relu6": """\
@on_floats
def relu6(x):
    return np.where(x > 6, 6, np.where(x < 0, 0, x))
""",
        "softplus": """\
@on_floats
def softplus(x):
    return np.maximum(x, 0) + np.log1p(np.exp(-np.abs(x)))
""",
        "softsign": """\
@on_floats
def softsign(x):
    x = np.clip(x, -1e30, 1e30)
    return x / (1 + np.abs(x))
""",
        "hard_sigmoid": """\
@on_floats
def hard_sigmoid(x):
    return np.where(x > 3, 1, np.where(x < -3, 0, x / 6 + 0.5))
""",
        "scale_to": COMPACT.answers["scale_to"],
        "zero_centred": COMPACT.answers["zero_centred"],
    },
    {
        "sigmoid": """\
from functools import wraps

def on_floats(function):
    @wraps(function)
    def wrapped(x):
        x = np.asarray(x)
        x = x if x.dtype.kind == "f" else x.astype(np.float64)
        return np.asarray(function(x), dtype=x.dtype)
    return wrapped
""",
        "scale_to": """\
%matplotlib inline
scale_to?
""",
    },
)

STYLES = (
    MASKS,
    PIECEWISE,
    VECTORIZE,
    CALLABLE_CLASS,
    LAMBDAS,
    HELPERS,
    LOOPS,
    EXPM1_LOG1P,
    DEFAULTS,
    CHATTY,
    RAISING,
    DECORATED,
)
"""The ways in which twelve students of the sample class solve everything."""

WRITTEN = (
    "The probability needs (0, 1), so sigmoid. The price is positive and has no upper bound, so softplus. The "
    "temperature stays in an interval, so scale_to with low = -20 and high = 40. For the price sigmoid is useless "
    "because no house costs less than one euro, and relu6 stops at six euros.\n",
    "1. sigmoid: its range is (0, 1). 2. softplus: (0, inf), every price is possible and none is negative. "
    "3. scale_to(x, -20, 40), whose range is (-20, 40).\n\nsigmoid cannot give any price above 1, "
    "relu6 none above 6, and relu6 is 0 for all negative x, which is no price either.\n",
    "I would take sigmoid for 1 and scale_to for 3. For 2 I would take softplus, since prices are positive.\n",
)
"""Answers to the written question, the last one incomplete; a human marks them."""
