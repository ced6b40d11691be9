# %% bounds in a table
BOUND = {
    "tanh": lambda d, k: np.sqrt(6 / (d + k)),
    "sigmoid": lambda d, k: np.sqrt(6 / (d + k)),
    "relu": lambda d, k: np.sqrt(6 / d),
    "leaky_relu": lambda d, k: np.sqrt(6 / d),
}


# %%%
def initialise(sizes, activation, seed):
    rng = np.random.default_rng(seed)
    parameters = []
    for d, k in zip(sizes[:-1], sizes[1:], strict=False):
        a = BOUND[activation](d, k)
        parameters += [rng.uniform(-a, a, size=(d, k)), np.zeros(k)]
    return parameters


# %% a tuple, by index, the square root taken apart
import math


def initialise(sizes, activation, seed):
    generator = np.random.default_rng(seed=seed)
    arrays = ()
    for i in range(1, len(sizes)):
        shape = sizes[i - 1], sizes[i]
        if activation.endswith("relu"):
            bound = math.sqrt(6) / math.sqrt(shape[0])
        else:
            bound = math.sqrt(6) / math.sqrt(sum(shape))
        arrays = (*arrays, generator.uniform(-bound, bound, shape), np.zeros(shape[1]))
    return arrays


# %% numbers of [0, 1), stretched
def initialise(sizes, activation, seed):
    rng = np.random.default_rng(seed)
    out = []
    for d, k in zip(sizes, sizes[1:], strict=False):
        a = (6 / d) ** 0.5 if "relu" in activation else (6 / (d + k)) ** 0.5
        out.append(a * (2 * rng.random((d, k)) - 1))
        out.append(np.full(k, 0.0))
    return out


# %% from the standard deviation, with numpy as another name
import numpy
from itertools import pairwise


def initialise(sizes, activation, seed, bias=0.0):
    rng = numpy.random.default_rng(seed)
    parameters = []
    for fan_in, fan_out in pairwise(sizes):
        variance = 2 / fan_in if activation in {"relu", "leaky_relu"} else 2 / (fan_in + fan_out)
        a = numpy.sqrt(3 * variance)
        parameters.extend((rng.uniform(low=-a, high=a, size=(fan_in, fan_out)), numpy.repeat(bias, fan_out)))
    return parameters


# %% a generator of arrays, and the bit generator named
def initialise(sizes, activation, seed):
    rng = np.random.Generator(np.random.PCG64(seed))

    def arrays():
        for d, k in zip(sizes[:-1], sizes[1:], strict=False):
            a = np.sqrt(6 / (d if activation != "tanh" and activation != "sigmoid" else d + k))
            yield rng.uniform(-a, a, size=(d, k))
            yield np.zeros((k,))

    return list(arrays())
