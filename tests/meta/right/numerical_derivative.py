# %% step 1e-5
def numerical_derivative(f, x):
    x = np.asarray(x, dtype=float)
    return (f(x + 1e-5) - f(x - 1e-5)) / 2e-5


# %% step 1e-4
def numerical_derivative(f, x, h=1e-4):
    x = np.asarray(x).astype(float)
    return (f(x + h) - f(x - h)) / (2 * h)


# %% step 1e-6
def numerical_derivative(f, x):
    h = 1e-6
    x = np.array(x) * np.float64(1)
    return (f(x + h) - f(x - h)) / (2 * h)


# %% the cube root of epsilon
def numerical_derivative(f, x):
    h = np.cbrt(np.finfo(float).eps)
    x = np.asarray(x, dtype=np.float64)
    return np.divide(np.subtract(f(x + h), f(x - h)), 2 * h)


# %% the formula of five points with a coarser step
def numerical_derivative(f, x):
    h = 1e-3
    x = np.asarray(x, dtype=float)
    return (8 * (f(x + h) - f(x - h)) - (f(x + 2 * h) - f(x - 2 * h))) / (12 * h)
