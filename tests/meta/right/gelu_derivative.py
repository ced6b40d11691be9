# %% the product rule, bounded on both sides
from scipy.special import erf


def gelu_derivative(x):
    z = np.clip(x, -40, 40)
    return 0.5 * (1 + erf(z / 2**0.5)) + z * np.exp(-0.5 * z**2) / (2 * np.pi) ** 0.5


# %% the normal distribution function and the density
import math

from scipy.special import ndtr


def gelu_derivative(x):
    z = np.clip(x, -60, 60)
    return ndtr(z) + z * np.exp(-z * z / 2) / math.sqrt(2 * math.pi)


# %% the right side from the left: the slope at -x is 1 minus the slope at x
import math

from scipy.special import erfc


def gelu_derivative(x):
    x = np.asarray(x)
    t = np.minimum(np.abs(x), 40)
    left = 0.5 * erfc(t / math.sqrt(2)) - t * np.exp(-t * t / 2) / math.sqrt(2 * math.pi)
    return np.where(x < 0, left, 1 - left)


# %% loops
import math


def gelu_derivative(x):
    x = np.asarray(x)
    out = np.empty(x.shape, x.dtype if x.dtype.kind == "f" else float)
    for place, value in np.ndenumerate(x):
        v = min(max(float(value), -40.0), 40.0) if value == value else math.nan
        out[place] = 0.5 * (1 + math.erf(v / math.sqrt(2))) + v * math.exp(-v * v / 2) / math.sqrt(2 * math.pi)
    return out
