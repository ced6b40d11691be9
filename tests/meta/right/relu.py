# %% the larger of both
def relu(x):
    return np.maximum(0, x)


# %% half of x plus its absolute value, bounded against infinity minus infinity
def relu(x):
    x = np.asarray(x)
    return np.where(x < 0, 0, x)


# %% a copy with a mask
def relu(x):
    out = np.array(x)
    out[out < 0] = 0
    return out


# %% np.clip without an upper end
relu = lambda x: np.clip(x, 0, None)


# %% np.piecewise
def relu(x):
    x = np.asarray(x)
    return np.piecewise(x, [x < 0], [0, lambda t: t])


# %% loops
def relu(x):
    x = np.asarray(x)
    flat = [value if not value < 0 else 0 for value in x.ravel().tolist()]
    return np.array(flat, x.dtype).reshape(x.shape)
