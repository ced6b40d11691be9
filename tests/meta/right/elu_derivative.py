# %% loops over the elements in Python's own floats, and gives float32 back
import math


def elu_derivative(x, alpha=1.0):
    x = np.asarray(x)
    out = np.empty(x.shape, x.dtype if x.dtype.kind == "f" else float)
    for place, value in np.ndenumerate(x):
        out[place] = one_elu_derivative(float(value), alpha)
    return out


def one_elu_derivative(x, alpha):
    return 1 if x > 0 else alpha * math.exp(x)


# %% np.vectorize with otypes
import math


def scalar(x, alpha):
    return 1 if x > 0 else alpha * math.exp(x)


def elu_derivative(x, alpha=1.0):
    x = np.asarray(x)
    kind = x.dtype if x.dtype.kind == "f" else float
    return np.vectorize(scalar, otypes=[kind])(x, alpha)


# %% a helper in another cell, and an extra default argument
def helper(x, alpha=1.0):
    return np.where(np.asarray(x) > 0, 1, alpha * np.exp(np.minimum(x, 0)))


# %%%
def elu_derivative(x, alpha=1.0, unused=None):
    x = np.asarray(x)
    return helper(x, alpha)


# %% masks
def elu_derivative(x, alpha=1.0):
    x = np.asarray(x)
    out = alpha * np.exp(np.minimum(x, 0))
    return np.where(x > 0, np.ones_like(out), out)
