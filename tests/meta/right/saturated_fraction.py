# %% a central difference
def saturated_fraction(f, x, tolerance):
    x = np.asarray(x, dtype=float)
    h = 1e-5
    return np.mean(np.abs((f(x + h) - f(x - h)) / (2 * h)) < tolerance)


# %% a smaller step, counted
def saturated_fraction(f, x, tolerance):
    x = np.array(x, dtype=np.float64)
    slope = np.abs(f(x + 1e-6) - f(x - 1e-6)) * 0.5e6
    return np.count_nonzero(slope < tolerance) / x.size


# %% four points
def derivative(f, x, h=1e-3):
    return (8 * (f(x + h) - f(x - h)) - (f(x + 2 * h) - f(x - 2 * h))) / (12 * h)


# %%%
def saturated_fraction(f, x, tolerance):
    x = np.asarray(x, dtype=float)
    return 1 - np.mean(np.abs(derivative(f, x)) >= tolerance)


# %% a forward difference is good enough for a question of more or less
def saturated_fraction(f, x, tolerance):
    x = np.asarray(x, dtype=float)
    h = 1e-7
    slope = (f(x + h) - f(x)) / h
    return ((-tolerance < slope) & (slope < tolerance)).mean()


# %% element by element
def saturated_fraction(f, x, tolerance):
    h, found = 1e-5, []
    for value in np.ravel(x):
        pair = f(np.array([value - h, value + h], dtype=float))
        found.append(abs(pair[1] - pair[0]) < 2 * h * tolerance)
    return sum(found) / len(found)
