# %% product rule with a bounded argument
def swish_derivative(x, beta):
    z = np.clip(beta * np.asarray(x), -80, 80)
    s = 1 / (1 + np.exp(-z))
    return s + z * s * (1 - s)


# %% s (1 + z (1 - s)), SciPy's sigmoid
from scipy.special import expit


def swish_derivative(x, beta):
    z = np.clip(np.asarray(x) * beta, -500, 500)
    return expit(z) * (1 + z * expit(-z))


# %% swish plus what the gate lacks
def swish_derivative(x, beta):
    z = np.clip(np.multiply(x, beta), -60, 60)
    s = (1 + np.tanh(z / 2)) / 2
    return z * s + s * (1 - z * s)


# %% loops
import math


def swish_derivative(x, beta):
    x = np.asarray(x)
    out = np.empty(x.shape, x.dtype if x.dtype.kind == "f" else float)
    for place, value in np.ndenumerate(x):
        z = float(value) * beta
        z = min(max(z, -80.0), 80.0) if z == z else z
        s = 1 / (1 + math.exp(-z))
        out[place] = s + z * s * (1 - s)
    return out
