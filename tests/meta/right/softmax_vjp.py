# %% a few operations
def softmax(z, axis=-1):
    z = np.asarray(z)
    e = np.exp(z - z.max(axis=axis, keepdims=True))
    return e / e.sum(axis=axis, keepdims=True)


# %%%
def softmax_vjp(z, g, axis=-1):
    s = softmax(z, axis)
    return s * (g - (s * g).sum(axis=axis, keepdims=True))


# %% two terms
def softmax_vjp(z, g, axis=-1):
    z, g = np.asarray(z), np.asarray(g)
    e = np.exp(z - z.max(axis=axis, keepdims=True))
    s = e / e.sum(axis=axis, keepdims=True)
    sg = s * g
    return sg - s * np.sum(sg, axis=axis, keepdims=True)


# %% the matrix after all
def softmax_vjp(z, g, axis=-1):
    z, g = np.moveaxis(np.asarray(z), axis, -1), np.moveaxis(np.asarray(g), axis, -1)
    e = np.exp(z - z.max(axis=-1, keepdims=True))
    s = e / e.sum(axis=-1, keepdims=True)
    jacobian = s[..., :, None] * (np.eye(s.shape[-1], dtype=s.dtype) - s[..., None, :])
    return np.moveaxis(np.einsum("...i,...ij->...j", g, jacobian), -1, axis)


# %% the weighted mean taken out of g
softmax_vjp = lambda z, g, axis=-1: _vjp(np.asarray(z), np.asarray(g), axis)


def _vjp(z, g, axis):
    e = np.exp(z - np.max(z, axis, keepdims=True))
    mean = np.sum(e * g, axis, keepdims=True) / np.sum(e, axis, keepdims=True)
    return e * (g - mean) / np.sum(e, axis, keepdims=True)
