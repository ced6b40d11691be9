# %% loops over the elements in Python's own floats, and gives float32 back
import math


def sigmoid_derivative(x):
    x = np.asarray(x)
    out = np.empty(x.shape, x.dtype if x.dtype.kind == "f" else float)
    for place, value in np.ndenumerate(x):
        out[place] = one_sigmoid_derivative(float(value))
    return out


def one_sigmoid_derivative(x):
    e = math.exp(-abs(x))
    return e / (1 + e) ** 2


# %% np.vectorize with otypes
import math


def scalar(x):
    e = math.exp(-abs(x))
    return e / (1 + e) ** 2


def sigmoid_derivative(x):
    x = np.asarray(x)
    kind = x.dtype if x.dtype.kind == "f" else float
    return np.vectorize(scalar, otypes=[kind])(x)


# %% a class with __call__, and code that prints to stderr
import sys


class Unit:
    def __call__(self, x):
        print("called", file=sys.stderr)
        x = np.asarray(x)
        return np.exp(-np.abs(x)) / (1 + np.exp(-np.abs(x))) ** 2


sigmoid_derivative = Unit()

# %% a lambda, after np.seterr and a seed
np.seterr(all="raise")
np.random.seed(1)
sigmoid_derivative = lambda x: np.exp(-np.abs(x)) / (1 + np.exp(-np.abs(x))) ** 2


# %% a helper in another cell, and an extra default argument
def helper(x):
    return np.exp(-np.abs(x)) / (1 + np.exp(-np.abs(x))) ** 2


# %%%
def sigmoid_derivative(x, unused=None):
    x = np.asarray(x)
    return helper(x)


# %% a quarter of the squared hyperbolic secant, through tanh
def sigmoid_derivative(x):
    return (1 - np.tanh(np.asarray(x) / 2) ** 2) / 4


# %% s(1 - s) with a stable sigmoid from SciPy
from scipy.special import expit


def sigmoid_derivative(x):
    s = expit(x)
    return s * (1 - s)
