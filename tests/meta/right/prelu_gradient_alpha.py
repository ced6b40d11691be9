# %% one line
def prelu_gradient_alpha(x, upstream):
    return np.sum(np.minimum(x, 0) * np.asarray(upstream))


# %% np.where keeps nan on the left
def prelu_gradient_alpha(x, upstream):
    x, upstream = np.asarray(x), np.asarray(upstream)
    return (np.where(x > 0, 0, x) * upstream).sum()


# %% a dot product
def prelu_gradient_alpha(x, upstream):
    return float(np.dot(np.minimum(np.ravel(x), 0), np.ravel(upstream)))


# %% a loop
def prelu_gradient_alpha(x, upstream):
    total = 0.0
    for value, gradient in zip(np.ravel(x).tolist(), np.ravel(upstream).tolist(), strict=True):
        if not value > 0:
            total += value * gradient
    return total


# %% exact summation, and a message on stderr
import math
import sys


def prelu_gradient_alpha(x, upstream):
    print("summing", np.shape(x), file=sys.stderr)
    terms = np.minimum(np.asarray(x, dtype=float), 0) * np.asarray(upstream, dtype=float)
    return math.fsum(terms.ravel()) if np.isfinite(terms).all() else float(terms.sum())
