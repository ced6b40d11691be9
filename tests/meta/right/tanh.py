# %% loops over the elements in Python's own floats, and gives float32 back
import math


def tanh(x):
    x = np.asarray(x)
    out = np.empty(x.shape, x.dtype if x.dtype.kind == "f" else float)
    for place, value in np.ndenumerate(x):
        out[place] = one_tanh(float(value))
    return out


def one_tanh(x):
    t = math.expm1(-2 * abs(x))
    return math.copysign(t / (2 + t), x)


# %% np.vectorize with otypes
import math


def scalar(x):
    if abs(x) > 20:
        return math.copysign(1, x)
    return math.sinh(x) / math.cosh(x)


def tanh(x):
    x = np.asarray(x)
    kind = x.dtype if x.dtype.kind == "f" else float
    return np.vectorize(scalar, otypes=[kind])(x)


# %% a class with __call__, and code that prints to stderr
import sys


class Unit:
    def __call__(self, x):
        print("called", file=sys.stderr)
        x = np.asarray(x)
        return np.sign(x) * -np.expm1(-2 * np.abs(x)) / (1 + np.exp(-2 * np.abs(x)))


tanh = Unit()


# %% the two exponentials of the textbook, each without its 1
def tanh(x):
    x = np.clip(x, -20, 20)
    up, down = np.expm1(x), np.expm1(-x)
    return (up - down) / (up + down + 2)


# %% sinh over cosh where they are safe
def tanh(x):
    x = np.asarray(x)
    near = np.clip(x, -20, 20)
    return np.sinh(near) / np.cosh(near)
