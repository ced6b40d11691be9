# %% shifted by the maximum
def softmax(z, axis=-1):
    z = np.asarray(z)
    e = np.exp(z - z.max(axis=axis, keepdims=True))
    return e / e.sum(axis=axis, keepdims=True)


# %% the axis moved to the end
def softmax(z, axis=-1):
    z = np.moveaxis(np.asarray(z), axis, -1)
    e = np.exp(z - np.max(z, axis=-1)[..., None])
    return np.moveaxis(e / np.sum(e, axis=-1)[..., None], -1, axis)


# %% by way of log-sum-exp
def softmax(z, axis=-1):
    z = np.asarray(z)
    m = np.amax(z, axis=axis, keepdims=True)
    d = z - m
    return np.exp(d - np.log(np.exp(d).sum(axis=axis, keepdims=True)))


# %% vector by vector
def one(v):
    e = np.exp(v - max(v)) if not np.isnan(v).any() else v * np.nan
    return e / sum(e)


# %%%
def softmax(z, axis=-1):
    z = np.asarray(z)
    if z.size == 0:
        return np.zeros(z.shape, z.dtype)
    z = z if z.dtype.kind == "f" else z.astype(float)
    return np.apply_along_axis(one, axis, z)


# %% a class whose instance is the function, errors raised by NumPy
np.seterr(all="raise", under="ignore")


class Softmax:
    def shifted(self, z, axis):
        return z - np.expand_dims(z.max(axis=axis), axis)

    def __call__(self, z, axis=-1):
        e = np.exp(self.shifted(np.array(z), axis))
        e /= e.sum(axis=axis, keepdims=True)
        return e


softmax = Softmax()
