# %% np.where
def leaky_relu(x, alpha):
    x = np.asarray(x)
    return np.where(x > 0, x, alpha * x)


# %% positive part plus alpha times negative part
def leaky_relu(x, alpha):
    return np.maximum(x, 0) + alpha * np.minimum(x, 0)


# %% a mask on a copy
def leaky_relu(x, alpha):
    x = np.asarray(x)
    out = np.array(x, dtype=x.dtype if x.dtype.kind == "f" else float)
    out[out < 0] *= alpha
    return out


# %% np.vectorize with otypes, float32 kept
def leaky_relu(x, alpha):
    x = np.asarray(x)
    kind = x.dtype if x.dtype.kind == "f" else np.dtype(float)
    return np.vectorize(lambda v: v if v > 0 else alpha * v, otypes=[kind])(x)


# %% a class with __call__, all warnings turned into errors
np.seterr(all="raise")


class Leaky:
    def __call__(self, x, alpha=0.01):
        x = np.asarray(x)
        return np.where(x < 0, x * alpha, x)


leaky_relu = Leaky()
