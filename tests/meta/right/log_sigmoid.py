# %% min and log1p
def log_sigmoid(x):
    x = np.asarray(x)
    return np.minimum(x, 0) - np.log1p(np.exp(-np.abs(x)))


# %% logaddexp
def log_sigmoid(x):
    return -np.logaddexp(0, -np.asarray(x))


# %% np.where of safe branches
def log_sigmoid(x):
    x = np.asarray(x)
    tail = np.log1p(np.exp(-np.abs(x)))
    return np.where(x >= 0, -tail, x - tail)


# %% loops with math
import math


def log_sigmoid(x):
    x = np.asarray(x)
    out = np.empty(x.shape, dtype=x.dtype if x.dtype.kind == "f" else float)
    for place, v in np.ndenumerate(x):
        v = float(v)
        out[place] = min(v, 0.0) - math.log1p(math.exp(-abs(v))) if v == v else math.nan
    return out
