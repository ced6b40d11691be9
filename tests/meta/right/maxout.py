# %% reshape
def maxout(x, groups):
    x = np.asarray(x)
    return x.reshape(*x.shape[:-1], groups, -1).max(axis=-1)


# %% np.split and np.stack
def maxout(x, groups):
    return np.stack([part.max(axis=-1) for part in np.split(np.asarray(x), groups, axis=-1)], axis=-1)


# %% slices
def maxout(x, groups):
    x = np.asarray(x)
    size = x.shape[-1] // groups
    columns = [x[..., g * size : (g + 1) * size].max(axis=-1) for g in range(groups)]
    return np.moveaxis(np.array(columns), 0, -1)


# %% reduceat
def maxout(x, groups):
    x = np.asarray(x)
    starts = np.arange(groups) * (x.shape[-1] // groups)
    return np.maximum.reduceat(x, starts, axis=-1)


# %% sorted groups, the random seed set
np.random.seed(0)


def maxout(x, groups):
    x = np.array(x)
    shape = (*x.shape[:-1], groups, x.shape[-1] // groups)
    return np.sort(x.reshape(shape), axis=-1)[..., -1] if not np.isnan(x).any() else x.reshape(shape).max(-1)
