# %% bounded on the left
from scipy.special import erf


def gelu(x):
    z = np.maximum(x, -40)
    return 0.5 * z * (1 + erf(z / 2**0.5))


# %% the complementary error function
import math

from scipy.special import erfc


def gelu(x):
    x = np.asarray(x)
    return np.where(x < -40, 0, x) * erfc(-x / math.sqrt(2)) / 2


# %% the normal distribution function, and a mask for minus infinity
from scipy.special import ndtr


def gelu(x):
    x = np.asarray(x)
    phi = ndtr(x)
    return np.where(phi == 0, 0, x) * phi


# %% loops with math.erf
import math


def gelu(x):
    x = np.asarray(x)
    out = np.empty(x.shape, x.dtype if x.dtype.kind == "f" else float)
    for place, value in np.ndenumerate(x):
        v = max(float(value), -40.0) if value == value else math.nan
        out[place] = 0.5 * v * (1 + math.erf(v / math.sqrt(2)))
    return out


# %% np.vectorize of math.erf, float32 kept
import math


def gelu(x):
    x = np.asarray(x)
    z = np.maximum(x, -40.0)
    phi = 0.5 * (1 + np.vectorize(math.erf, otypes=[float])(z / math.sqrt(2)))
    return (z * phi).astype(z.dtype)
