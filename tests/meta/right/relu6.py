# %% loops over the elements in Python's own floats, and gives float32 back


def relu6(x):
    x = np.asarray(x)
    out = np.empty(x.shape, x.dtype if x.dtype.kind == "f" else float)
    for place, value in np.ndenumerate(x):
        out[place] = one_relu6(float(value))
    return out


def one_relu6(x):
    return min(max(x, 0.0), 6.0) if x == x else x


# %% a class with __call__, and code that prints to stderr
import sys


class Unit:
    def __call__(self, x):
        print("called", file=sys.stderr)
        x = np.asarray(x)
        return np.minimum(np.maximum(x, 0), 6)


relu6 = Unit()

# %% a lambda, after np.seterr and a seed
np.seterr(all="raise")
np.random.seed(1)
relu6 = lambda x: np.minimum(np.maximum(x, 0), 6)


# %% masks on a copy
def relu6(x):
    out = np.array(x)
    out[out < 0] = 0
    out[out > 6] = 6
    return out


# %% np.clip
def relu6(x):
    return np.clip(x, 0, 6)
