# %% loops over the elements in Python's own floats, and gives float32 back
import math


def tanh_derivative(x):
    x = np.asarray(x)
    out = np.empty(x.shape, x.dtype if x.dtype.kind == "f" else float)
    for place, value in np.ndenumerate(x):
        out[place] = one_tanh_derivative(float(value))
    return out


def one_tanh_derivative(x):
    return 1 - math.tanh(x) ** 2


# %% a class with __call__, and code that prints to stderr
import sys


class Unit:
    def __call__(self, x):
        print("called", file=sys.stderr)
        x = np.asarray(x)
        return 1 - np.tanh(x) ** 2


tanh_derivative = Unit()

# %% a lambda, after np.seterr and a seed
np.seterr(all="raise")
np.random.seed(1)
tanh_derivative = lambda x: 1 - np.tanh(x) ** 2


# %% four exponentials, one of them at a time
def tanh_derivative(x):
    e = np.exp(-2 * np.abs(x))
    return 4 * e / (1 + e) ** 2


# %% the squared hyperbolic secant where cosh is safe
def tanh_derivative(x):
    return 1 / np.cosh(np.clip(x, -40, 40)) ** 2
