# %% NumPy's step
def relu_derivative(x):
    return np.heaviside(x, 0)


# %% np.where, with nan passed on
def relu_derivative(x):
    x = np.asarray(x)
    return np.where(np.isnan(x), x, x > 0)


# %% the larger of the sign and 0
def relu_derivative(x):
    return np.maximum(np.sign(np.asarray(x)), 0)


# %% masks
def relu_derivative(x):
    out = np.array(x, dtype=np.result_type(np.asarray(x), np.float32))
    out[out > 0] = 1
    out[out < 0] = 0
    return out
