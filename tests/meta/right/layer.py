# %% one line
def layer(x, W, b, activation):
    return activation(x @ W + b)


# %% np.dot and a new name for each step
def layer(x, W, b, activation):
    z = np.dot(np.asarray(x), W)
    z = z + b
    return activation(z)


# %% einsum
layer = lambda x, W, b, activation: activation(np.einsum("...d,dk->...k", np.asarray(x, float), W) + b)


# %% unit by unit
def layer(x, W, b, activation):
    x = np.asarray(x, dtype=float)
    units = [activation((x * W[:, k]).sum(axis=-1) + b[k]) for k in range(W.shape[1])]
    return np.stack(units, axis=-1)


# %% the bias as one more row of the weights
def layer(x, W, b, activation):
    x = np.asarray(x, dtype=float)
    ones = np.ones((*x.shape[:-1], 1))
    return activation(np.concatenate([x, ones], axis=-1) @ np.vstack([W, b]))
