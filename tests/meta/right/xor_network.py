# %% the sum, and what it exceeds 1 by
def xor_network(x):
    s = np.sum(x, axis=1)
    return np.maximum(s, 0) - 2 * np.maximum(s - 1, 0)


# %% the two differences
def xor_network(x):
    x = np.asarray(x)
    d = x[:, 0] - x[:, 1]
    return np.maximum(d, 0) + np.maximum(-d, 0)


# %% matrices, and relu in another cell
def relu(z):
    return np.where(z > 0, z, 0)


# %%%
def xor_network(x):
    W = np.array([[1, -1], [-1, 1]])
    b = np.zeros(2)
    v = np.ones(2)
    return relu(x @ W + b) @ v


# %% one minus two units
def xor_network(x):
    x = np.asarray(x, dtype=float)
    hidden = np.maximum(x @ [[1.0, -1.0], [1.0, -1.0]] + [-1.0, 1.0], 0)
    return 1 - hidden.sum(axis=1)
