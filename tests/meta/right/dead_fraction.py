# %% all and mean
def dead_fraction(pre_activations):
    return np.mean(np.all(np.asarray(pre_activations) <= 0, axis=0))


# %% the largest of each column
def dead_fraction(pre_activations):
    return float((np.max(pre_activations, axis=0) <= 0).mean())


# %% the sum of ReLU's outputs
def relu(x):
    return np.maximum(x, 0)


# %%%
def dead_fraction(pre_activations):
    return (relu(np.asarray(pre_activations)).sum(axis=0) == 0).sum() / np.shape(pre_activations)[1]


# %% one minus the living
def dead_fraction(pre_activations):
    alive = (np.asarray(pre_activations) > 0).any(axis=0)
    return 1 - np.count_nonzero(alive) / alive.size


# %% loops over Python numbers
def dead_fraction(pre_activations):
    columns = list(zip(*np.asarray(pre_activations).tolist(), strict=True))
    dead = 0
    for column in columns:
        dead += all(value <= 0 for value in column)
    return dead / len(columns)
