# %% loops over the elements in Python's own floats, and gives float32 back
import math


def softplus(x):
    x = np.asarray(x)
    out = np.empty(x.shape, x.dtype if x.dtype.kind == "f" else float)
    for place, value in np.ndenumerate(x):
        out[place] = one_softplus(float(value))
    return out


def one_softplus(x):
    return max(x, 0) + math.log1p(math.exp(-abs(x))) if x == x else x


# %% a class with __call__, and code that prints to stderr
import sys


class Unit:
    def __call__(self, x):
        print("called", file=sys.stderr)
        x = np.asarray(x)
        return np.maximum(x, 0) + np.log1p(np.exp(-np.abs(x)))


softplus = Unit()

# %% a lambda, after np.seterr and a seed
np.seterr(all="raise")
np.random.seed(1)
softplus = lambda x: np.maximum(x, 0) + np.log1p(np.exp(-np.abs(x)))


# %% masks, and the reflection softplus(x) = x + softplus(−x)
def softplus(x):
    x = np.asarray(x)
    out = np.array(x, dtype=x.dtype if x.dtype.kind == "f" else float)
    right = out > 0
    out[~right] = np.log1p(np.exp(out[~right]))
    out[right] += np.log1p(np.exp(-out[right]))
    return out
