# %% bounded on both sides
def gelu_tanh(x):
    z = np.clip(x, -30, 30)
    return 0.5 * np.maximum(x, -30) * (1 + np.tanh((2 / np.pi) ** 0.5 * (z + 0.044715 * z**3)))


# %% the same as a sigmoid of twice the argument
import math


def gelu_tanh(x):
    z = np.clip(x, -12, 12)
    u = 2 * math.sqrt(2 / math.pi) * z * (1 + 0.044715 * z * z)
    e = np.exp(-np.abs(u))
    gate = np.where(u >= 0, 1, e) / (1 + e)
    return np.maximum(x, -12) * gate


# %% a Python constant, Horner's rule, in a class
class GeluTanh:
    factor = 0.7978845608028654

    def __call__(self, x, cubic=0.044715):
        z = np.clip(x, -20, 20)
        t = np.tanh(self.factor * z * (1 + cubic * z**2))
        return np.where(np.asarray(x) > -20, x, np.minimum(x, 0) * 0 if not np.isinf(x).any() else z * 0) * (1 + t) / 2


gelu_tanh = GeluTanh()


# %% loops
import math


def gelu_tanh(x):
    x = np.asarray(x)
    out = np.empty(x.shape, x.dtype if x.dtype.kind == "f" else float)
    for place, value in np.ndenumerate(x):
        v = float(value)
        z = min(max(v, -30.0), 30.0) if v == v else v
        out[place] = (
            0.5 * (max(v, -30.0) if v == v else v) * (1 + math.tanh(math.sqrt(2 / math.pi) * (z + 0.044715 * z**3)))
        )
    return out
