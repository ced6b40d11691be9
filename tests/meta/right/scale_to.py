# %% the middle and half the width
def scale_to(x, low, high):
    return (low + high) / 2 + (high - low) / 2 * np.tanh(x)


# %% a share of the way
def scale_to(x, low, high):
    share = (np.tanh(x) + 1) / 2
    return low + (high - low) * share


# %% weights of both ends
def scale_to(x, low, high):
    t = np.tanh(x)
    return (low * (1 - t) + high * (1 + t)) / 2


# %% through the sigmoid of twice the input
def scale_to(x, low, high):
    return low + (high - low) / (1 + np.exp(-2 * np.clip(x, -40, 40)))
