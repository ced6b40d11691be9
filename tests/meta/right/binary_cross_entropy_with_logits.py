# %% the stable form
def binary_cross_entropy_with_logits(z, y):
    z, y = np.asarray(z), np.asarray(y)
    return np.maximum(z, 0) - z * y + np.log1p(np.exp(-np.abs(z)))


# %% softplus(z) - y z
def binary_cross_entropy_with_logits(z, y):
    z = np.asarray(z)
    return np.logaddexp(0, z) - np.asarray(y) * z


# %% two log-sigmoids
def log_sigmoid(x):
    return np.minimum(x, 0) - np.log1p(np.exp(-np.abs(x)))


# %%%
def binary_cross_entropy_with_logits(z, y):
    z, y = np.asarray(z), np.asarray(y)
    return -y * log_sigmoid(z) - (1 - y) * log_sigmoid(-z)


# %% softplus of both signs
def binary_cross_entropy_with_logits(z, y):
    z, y = np.asarray(z), np.asarray(y)
    return y * np.logaddexp(0, -z) + (1 - y) * np.logaddexp(0, z)


# %% logaddexp with a zero of the same precision, and prints
def binary_cross_entropy_with_logits(logits, answers, verbose=True):
    logits = np.array(logits)
    if verbose:
        print(logits.shape)
    return np.logaddexp(np.zeros_like(logits), logits) - logits * np.array(answers)
