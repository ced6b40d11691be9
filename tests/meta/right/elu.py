# %% loops over the elements in Python's own floats, and gives float32 back
import math


def elu(x, alpha=1.0):
    x = np.asarray(x)
    out = np.empty(x.shape, x.dtype if x.dtype.kind == "f" else float)
    for place, value in np.ndenumerate(x):
        out[place] = one_elu(float(value), alpha)
    return out


def one_elu(x, alpha):
    return x if x > 0 else alpha * math.expm1(x)


# %% np.vectorize with otypes
import math


def scalar(x, alpha):
    return x if x > 0 else alpha * math.expm1(x)


def elu(x, alpha=1.0):
    x = np.asarray(x)
    kind = x.dtype if x.dtype.kind == "f" else float
    return np.vectorize(scalar, otypes=[kind])(x, alpha)


# %% a class with __call__, and code that prints to stderr
import sys


class Unit:
    def __call__(self, x, alpha=1.0):
        print("called", file=sys.stderr)
        x = np.asarray(x)
        return np.where(np.asarray(x) > 0, x, alpha * np.expm1(np.minimum(x, 0)))


elu = Unit()


# %% two parts that add up
def elu(x, alpha=1.0):
    return np.maximum(x, 0) + alpha * (np.exp(np.minimum(x, 0)) - 1)


# %% masks
def elu(x, alpha=1):
    out = np.array(x, dtype=np.asarray(x).dtype if np.asarray(x).dtype.kind == "f" else float)
    left = out < 0
    out[left] = alpha * (np.exp(out[left]) - 1)
    return out
