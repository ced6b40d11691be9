# %% heaviside
def leaky_relu_derivative(x, alpha):
    return alpha + (1 - alpha) * np.heaviside(x, 0)


# %% np.where, with dtype and nan repaired
def leaky_relu_derivative(x, alpha):
    x = np.asarray(x)
    kind = x.dtype if x.dtype.kind == "f" else float
    slope = np.where(x > 0, 1.0, alpha)
    return np.where(np.isnan(x), np.nan, slope).astype(kind)


# %% masks on an array of the input's precision
def leaky_relu_derivative(x, alpha):
    x = np.asarray(x)
    out = np.full(x.shape, alpha, dtype=np.result_type(x.dtype, np.float32) if x.dtype.kind == "f" else float)
    out[x > 0] = 1
    out[np.isnan(x)] = np.nan
    return out


# %% element by element
import math


def slope(v, alpha):
    if math.isnan(v):
        return v
    return 1.0 if v > 0 else alpha


# %%%
def leaky_relu_derivative(x, alpha):
    x = np.asarray(x)
    kind = x.dtype if x.dtype.kind == "f" else float
    return np.array([slope(v, alpha) for v in x.ravel().tolist()], dtype=kind).reshape(x.shape)
