# %% NumPy's step
def binary_step(x):
    return np.heaviside(x, 1)


# %% np.where, with nan passed on
def binary_step(x):
    x = np.asarray(x)
    return np.where(np.isnan(x), x, x >= 0)


# %% masks
def binary_step(x):
    x = np.asarray(x)
    out = np.zeros(x.shape, x.dtype if x.dtype.kind == "f" else float)
    out[x >= 0] = 1
    out[np.isnan(x)] = np.nan
    return out


# %% half of the sign plus one, the kink apart
def binary_step(x):
    x = np.asarray(x)
    sign = np.sign(x)
    return (sign + 1) / 2 + (x == 0) * x.dtype.type(1) / 2 if x.dtype.kind == "f" else np.heaviside(x, 1)


# %% loops
def binary_step(x):
    x = np.asarray(x)
    out = np.empty(x.shape, x.dtype if x.dtype.kind == "f" else float)
    for place, value in np.ndenumerate(x):
        out[place] = value if value != value else float(value >= 0)
    return out
