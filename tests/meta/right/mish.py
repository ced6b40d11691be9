# %% logaddexp, bounded on the left
def mish(x):
    z = np.maximum(x, -800)
    return z * np.tanh(np.logaddexp(0, z))


# %% a stable softplus in another cell
def softplus(x):
    return np.maximum(x, 0) + np.log1p(np.exp(-np.abs(x)))


# %%%
def mish(x):
    z = np.clip(x, -1000, None)
    return z * np.tanh(softplus(z))


# %% the rational form: tanh(log u) = (u² − 1)/(u² + 1)
def mish(x):
    x = np.asarray(x)
    e = np.exp(np.clip(x, -40, 20))
    n = e * (e + 2)
    far = x > 20
    return np.where(far, x, np.clip(x, -40, 20) * n / (n + 2))


# %% the textbook formula between bounds
def mish(x):
    x = np.asarray(x)
    z = np.clip(x, -60, 60)
    return np.maximum(x, -60) * np.tanh(np.log(1 + np.exp(z)))


# %% a loop over numbers
import math


def mish(x):
    x = np.asarray(x)
    out = np.empty(x.shape, dtype=x.dtype if x.dtype.kind == "f" else float)
    for place, v in np.ndenumerate(x):
        v = float(v)
        if math.isnan(v):
            out[place] = v
        elif v < -700:
            out[place] = 0.0
        else:
            out[place] = v * math.tanh(math.log1p(math.exp(v)) if v < 30 else v)
    return out
