# %% new arrays in each step
G = {
    "tanh": (np.tanh, lambda z: 1 - np.tanh(z) ** 2),
    "sigmoid": (lambda z: 1 / (1 + np.exp(-z)), lambda z: np.exp(-z) / (1 + np.exp(-z)) ** 2),
    "relu": (lambda z: np.maximum(z, 0), lambda z: (z > 0) * 1.0),
    "leaky_relu": (lambda z: np.where(z > 0, z, 0.01 * z), lambda z: np.where(z > 0, 1, 0.01)),
}


# %%%
def forward(x, parameters, activation):
    sums, a = [], x
    for W, b in zip(parameters[::2], parameters[1::2], strict=False):
        sums.append(a @ W + b)
        a = G[activation][0](sums[-1])
    return sums


# %%%
def backward(x, labels, parameters, activation):
    g, slope = G[activation]
    sums = forward(x, parameters, activation)
    e = np.exp(sums[-1] - sums[-1].max(axis=1, keepdims=True))
    delta = (e / e.sum(axis=1, keepdims=True) - np.eye(e.shape[1])[labels]) / len(x)
    gradients = []
    for i in reversed(range(len(sums))):
        gradients = [(g(sums[i - 1]) if i else x).T @ delta, delta.sum(axis=0), *gradients]
        delta = delta @ parameters[2 * i].T
        if i:
            delta = delta * slope(sums[i - 1])
    return gradients


# %%%
def train(x, labels, parameters, activation, rate, epochs, batch):
    for _ in range(epochs):
        for start in range(0, len(x), batch):
            gradients = backward(x[start : start + batch], labels[start : start + batch], parameters, activation)
            parameters = [p - rate * d for p, d in zip(parameters, gradients, strict=False)]
    return parameters


# %% copies, changed in place
G = {
    "tanh": (np.tanh, lambda z: 1 - np.tanh(z) ** 2),
    "sigmoid": (lambda z: 1 / (1 + np.exp(-z)), lambda z: np.exp(-z) / (1 + np.exp(-z)) ** 2),
    "relu": (lambda z: np.maximum(z, 0), lambda z: (z > 0) * 1.0),
    "leaky_relu": (lambda z: np.where(z > 0, z, 0.01 * z), lambda z: np.where(z > 0, 1, 0.01)),
}


# %%%
def forward(x, parameters, activation):
    sums, a = [], x
    for W, b in zip(parameters[::2], parameters[1::2], strict=False):
        sums.append(a @ W + b)
        a = G[activation][0](sums[-1])
    return sums


# %%%
def backward(x, labels, parameters, activation):
    g, slope = G[activation]
    sums = forward(x, parameters, activation)
    e = np.exp(sums[-1] - sums[-1].max(axis=1, keepdims=True))
    delta = (e / e.sum(axis=1, keepdims=True) - np.eye(e.shape[1])[labels]) / len(x)
    gradients = []
    for i in reversed(range(len(sums))):
        gradients = [(g(sums[i - 1]) if i else x).T @ delta, delta.sum(axis=0), *gradients]
        delta = delta @ parameters[2 * i].T
        if i:
            delta = delta * slope(sums[i - 1])
    return gradients


# %%%
def train(x, labels, parameters, activation, rate, epochs, batch):
    mine = [p.copy() for p in parameters]
    for _epoch in range(epochs):
        start = 0
        while start < len(x):
            stop = min(start + batch, len(x))
            for p, d in zip(mine, backward(x[start:stop], labels[start:stop], mine, activation), strict=False):
                p -= rate * d
            start = stop
    return mine


# %% np.array_split at the edges of the batches
import copy

G = {
    "tanh": (np.tanh, lambda z: 1 - np.tanh(z) ** 2),
    "sigmoid": (lambda z: 1 / (1 + np.exp(-z)), lambda z: np.exp(-z) / (1 + np.exp(-z)) ** 2),
    "relu": (lambda z: np.maximum(z, 0), lambda z: (z > 0) * 1.0),
    "leaky_relu": (lambda z: np.where(z > 0, z, 0.01 * z), lambda z: np.where(z > 0, 1, 0.01)),
}


# %%%
def forward(x, parameters, activation):
    sums, a = [], x
    for W, b in zip(parameters[::2], parameters[1::2], strict=False):
        sums.append(a @ W + b)
        a = G[activation][0](sums[-1])
    return sums


# %%%
def backward(x, labels, parameters, activation):
    g, slope = G[activation]
    sums = forward(x, parameters, activation)
    e = np.exp(sums[-1] - sums[-1].max(axis=1, keepdims=True))
    delta = (e / e.sum(axis=1, keepdims=True) - np.eye(e.shape[1])[labels]) / len(x)
    gradients = []
    for i in reversed(range(len(sums))):
        gradients = [(g(sums[i - 1]) if i else x).T @ delta, delta.sum(axis=0), *gradients]
        delta = delta @ parameters[2 * i].T
        if i:
            delta = delta * slope(sums[i - 1])
    return gradients


# %%%
def train(x, labels, parameters, activation, rate, epochs, batch):
    parameters = copy.deepcopy(parameters)
    edges = np.arange(batch, len(x), batch)
    batches = list(zip(np.array_split(x, edges), np.array_split(labels, edges), strict=False))
    for rows, classes in batches * epochs:
        for place, d in enumerate(backward(rows, classes, parameters, activation)):
            parameters[place] = parameters[place] - d * rate
    return tuple(parameters)


# %% a generator of batches by their numbers
G = {
    "tanh": (np.tanh, lambda z: 1 - np.tanh(z) ** 2),
    "sigmoid": (lambda z: 1 / (1 + np.exp(-z)), lambda z: np.exp(-z) / (1 + np.exp(-z)) ** 2),
    "relu": (lambda z: np.maximum(z, 0), lambda z: (z > 0) * 1.0),
    "leaky_relu": (lambda z: np.where(z > 0, z, 0.01 * z), lambda z: np.where(z > 0, 1, 0.01)),
}


# %%%
def forward(x, parameters, activation):
    sums, a = [], x
    for W, b in zip(parameters[::2], parameters[1::2], strict=False):
        sums.append(a @ W + b)
        a = G[activation][0](sums[-1])
    return sums


# %%%
def backward(x, labels, parameters, activation):
    g, slope = G[activation]
    sums = forward(x, parameters, activation)
    e = np.exp(sums[-1] - sums[-1].max(axis=1, keepdims=True))
    delta = (e / e.sum(axis=1, keepdims=True) - np.eye(e.shape[1])[labels]) / len(x)
    gradients = []
    for i in reversed(range(len(sums))):
        gradients = [(g(sums[i - 1]) if i else x).T @ delta, delta.sum(axis=0), *gradients]
        delta = delta @ parameters[2 * i].T
        if i:
            delta = delta * slope(sums[i - 1])
    return gradients


# %%%
def batches(n, size, times):
    for _ in range(times):
        for k in range(-(-n // size)):
            yield np.arange(n)[k * size : (k + 1) * size]


def train(x, labels, parameters, activation, rate, epochs, batch):
    for rows in batches(len(labels), batch, epochs):
        steps = backward(x[rows], labels[rows], parameters, activation)
        parameters = list(map(lambda p, d: np.subtract(p, np.multiply(rate, d)), parameters, steps))
    return list(parameters)


# %% recursion over the epochs, and a network that lives in a class
G = {
    "tanh": (np.tanh, lambda z: 1 - np.tanh(z) ** 2),
    "sigmoid": (lambda z: 1 / (1 + np.exp(-z)), lambda z: np.exp(-z) / (1 + np.exp(-z)) ** 2),
    "relu": (lambda z: np.maximum(z, 0), lambda z: (z > 0) * 1.0),
    "leaky_relu": (lambda z: np.where(z > 0, z, 0.01 * z), lambda z: np.where(z > 0, 1, 0.01)),
}


# %%%
def forward(x, parameters, activation):
    sums, a = [], x
    for W, b in zip(parameters[::2], parameters[1::2], strict=False):
        sums.append(a @ W + b)
        a = G[activation][0](sums[-1])
    return sums


# %%%
def backward(x, labels, parameters, activation):
    g, slope = G[activation]
    sums = forward(x, parameters, activation)
    e = np.exp(sums[-1] - sums[-1].max(axis=1, keepdims=True))
    delta = (e / e.sum(axis=1, keepdims=True) - np.eye(e.shape[1])[labels]) / len(x)
    gradients = []
    for i in reversed(range(len(sums))):
        gradients = [(g(sums[i - 1]) if i else x).T @ delta, delta.sum(axis=0), *gradients]
        delta = delta @ parameters[2 * i].T
        if i:
            delta = delta * slope(sums[i - 1])
    return gradients


# %%%
class Descent:
    def __init__(self, activation, rate):
        self.activation, self.rate = activation, rate

    def step(self, parameters, x, labels):
        return [
            p + -self.rate * d
            for p, d in zip(parameters, backward(x, labels, parameters, self.activation), strict=False)
        ]


def train(x, labels, parameters, activation, rate, epochs, batch):
    if epochs == 0:
        return parameters
    descent = Descent(activation, rate)
    for start in range(0, x.shape[0], batch):
        rows = slice(start, start + batch)
        parameters = descent.step(parameters, x[rows], labels[rows])
    return train(x, labels, parameters, activation, rate, epochs - 1, batch)
