# %% bounds x first: beyond 10³⁰ nothing changes
def softsign(x):
    x = np.clip(x, -1e30, 1e30)
    return x / (1 + np.abs(x))


# %% 1 minus what is missing
def softsign(x):
    return np.sign(x) * (1 - 1 / (1 + np.abs(x)))


# %% loops over the elements in Python's own floats, and gives float32 back
def softsign(x):
    x = np.asarray(x)
    out = np.empty(x.shape, x.dtype if x.dtype.kind == "f" else float)
    for place, value in np.ndenumerate(x):
        out[place] = one_softsign(float(value))
    return out


def one_softsign(x):
    if abs(x) > 1e20:
        return 1.0 if x > 0 else -1.0
    return x / (1 + abs(x))


# %% masks on a floating copy, an extra default argument, and code that prints to stderr
import sys


def softsign(x, scale=1):
    x = np.asarray(x)
    print("called", file=sys.stderr)
    out = np.array(x / scale)
    finite = np.isfinite(out)
    out[finite] /= 1 + np.abs(out[finite])
    infinite = np.isinf(out)
    out[infinite] = np.sign(out[infinite])
    return out


# %% a class with __call__, after np.seterr
np.seterr(all="raise")


class Soft:
    top = 1e30

    def __call__(self, x):
        size = np.minimum(np.abs(x), self.top)
        return np.copysign(size / (1 + size), x)


softsign = Soft()


# %% np.vectorize with otypes
def softsign(x):
    x = np.asarray(x)
    one = np.vectorize(lambda t: t / (1 + abs(t)), otypes=[x.dtype if x.dtype.kind == "f" else float])
    return one(np.minimum(np.maximum(x, -1e30), 1e30))
