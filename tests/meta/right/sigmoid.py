# %% loops over the elements in Python's own floats, and gives float32 back
import math


def sigmoid(x):
    x = np.asarray(x)
    out = np.empty(x.shape, x.dtype if x.dtype.kind == "f" else float)
    for place, value in np.ndenumerate(x):
        out[place] = one_sigmoid(float(value))
    return out


def one_sigmoid(x):
    if x >= 0:
        return 1 / (1 + math.exp(-x))
    return math.exp(x) / (1 + math.exp(x))


# %% a class with __call__, and code that prints to stderr
import sys


class Unit:
    def __call__(self, x):
        print("called", file=sys.stderr)
        x = np.asarray(x)
        return np.where(np.asarray(x) >= 0, 1, np.exp(-np.abs(x))) / (1 + np.exp(-np.abs(x)))


sigmoid = Unit()

# %% a lambda, after np.seterr and a seed
np.seterr(all="raise")
np.random.seed(1)
sigmoid = lambda x: np.where(np.asarray(x) >= 0, 1, np.exp(-np.abs(x))) / (1 + np.exp(-np.abs(x)))


# %% a helper in another cell, and an extra default argument
def helper(x):
    return np.where(np.asarray(x) >= 0, 1, np.exp(-np.abs(x))) / (1 + np.exp(-np.abs(x)))


# %%%
def sigmoid(x, unused=None):
    x = np.asarray(x)
    return helper(x)


# %% np.piecewise
def sigmoid(x):
    x = np.asarray(x)
    x = x if x.dtype.kind == "f" else x.astype(float)
    parts = [lambda t: np.exp(t) / (1 + np.exp(t)), lambda t: 1 / (1 + np.exp(-t))]
    return np.piecewise(x, [x < 0, x >= 0], [*parts, lambda t: t])


# %% SciPy's building block of the same curve: exp of a log-sigmoid
def sigmoid(x):
    return np.exp(-np.logaddexp(0, -np.asarray(x)))
