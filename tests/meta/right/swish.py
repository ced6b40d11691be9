# %% a closed gate passes nothing
def swish(x, beta):
    x = np.asarray(x)
    e = np.exp(-np.abs(beta * x))
    gate = np.where(x >= 0, 1, e) / (1 + e)
    return np.where(gate > 0, x, 0) * gate


# %% SciPy's sigmoid
from scipy.special import expit


def swish(x, beta=1.0):
    x = np.asarray(x)
    gate = expit(beta * x)
    return np.where(gate == 0, 0, x) * gate


# %% through tanh, bounded on the left
def swish(x, beta):
    z = np.maximum(x, -1e4) if beta > 0 else np.asarray(x)
    return z * (1 + np.tanh(beta * z / 2)) / 2


# %% a sigmoid in another cell, bounded before exp
def squash(z):
    return 1 / (1 + np.exp(-np.clip(z, -80, 80)))


# %%%
def swish(x, beta):
    x = np.asarray(x)
    return np.maximum(x, -80) * squash(beta * x) if beta == 1 else x * squash(beta * x)
