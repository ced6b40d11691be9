# %% ReLU, as in the notebook
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
            rows = slice(start, start + batch)
            gradients = backward(x[rows], labels[rows], parameters, activation)
            parameters = [p - rate * d for p, d in zip(parameters, gradients, strict=False)]
    return parameters


def initialise(sizes, activation, seed):
    rng = np.random.default_rng(seed)
    parameters = []
    for d, k in zip(sizes[:-1], sizes[1:], strict=False):
        a = np.sqrt(6 / (d + k if activation in ("tanh", "sigmoid") else d))
        parameters += [rng.uniform(-a, a, size=(d, k)), np.zeros(k)]
    return parameters


# %%%
def recognise(x, labels, x_new, seed):
    parameters = train(x / 16, labels, initialise([64, 32, 32, 10], "relu", seed), "relu", 0.2, 20, 20)
    return np.argmax(forward(x_new / 16, parameters, "relu")[-1], axis=1)


# %% tanh on centred pixels
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
            rows = slice(start, start + batch)
            gradients = backward(x[rows], labels[rows], parameters, activation)
            parameters = [p - rate * d for p, d in zip(parameters, gradients, strict=False)]
    return parameters


def initialise(sizes, activation, seed):
    rng = np.random.default_rng(seed)
    parameters = []
    for d, k in zip(sizes[:-1], sizes[1:], strict=False):
        a = np.sqrt(6 / (d + k if activation in ("tanh", "sigmoid") else d))
        parameters += [rng.uniform(-a, a, size=(d, k)), np.zeros(k)]
    return parameters


# %%%
def recognise(x, labels, x_new, seed):
    mean, spread = x.mean(), x.std()
    parameters = initialise([64, 48, 24, 10], "tanh", seed)
    parameters = train((x - mean) / spread, labels, parameters, "tanh", 0.1, 20, 20)
    return forward((x_new - mean) / spread, parameters, "tanh")[-1].argmax(axis=-1)


# %% shuffled anew for each epoch, a rate that falls
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
            rows = slice(start, start + batch)
            gradients = backward(x[rows], labels[rows], parameters, activation)
            parameters = [p - rate * d for p, d in zip(parameters, gradients, strict=False)]
    return parameters


def initialise(sizes, activation, seed):
    rng = np.random.default_rng(seed)
    parameters = []
    for d, k in zip(sizes[:-1], sizes[1:], strict=False):
        a = np.sqrt(6 / (d + k if activation in ("tanh", "sigmoid") else d))
        parameters += [rng.uniform(-a, a, size=(d, k)), np.zeros(k)]
    return parameters


# %%%
def recognise(x, labels, x_new, seed):
    rng = np.random.default_rng(seed)
    parameters = initialise([64, 40, 20, 10], "leaky_relu", int(rng.integers(1000)))
    for epoch in range(20):
        order = rng.permutation(len(x))
        rate = 0.2 / (1 + 0.1 * epoch)
        parameters = train(x[order] / 16, labels[order], parameters, "leaky_relu", rate, 1, 25)
    return np.array([row.argmax() for row in forward(x_new / 16, parameters, "leaky_relu")[-1]])


# %% three hidden layers, answers as floats, and prints on the way
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
            rows = slice(start, start + batch)
            gradients = backward(x[rows], labels[rows], parameters, activation)
            parameters = [p - rate * d for p, d in zip(parameters, gradients, strict=False)]
    return parameters


def initialise(sizes, activation, seed):
    rng = np.random.default_rng(seed)
    parameters = []
    for d, k in zip(sizes[:-1], sizes[1:], strict=False):
        a = np.sqrt(6 / (d + k if activation in ("tanh", "sigmoid") else d))
        parameters += [rng.uniform(-a, a, size=(d, k)), np.zeros(k)]
    return parameters


# %%%
import sys


def recognise(x, labels, x_new, seed, sizes=(64, 32, 32, 32, 10)):
    parameters = initialise(sizes, "tanh", seed)
    print("training", file=sys.stderr)
    parameters = train(x / 8 - 1, labels, parameters, "tanh", 0.2, 20, 20)
    logits = forward(x_new / 8 - 1, parameters, "tanh")[-1]
    return (logits == logits.max(axis=1, keepdims=True)) @ np.arange(10.0)


# %% momentum, and the old global generator with the seed
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
            rows = slice(start, start + batch)
            gradients = backward(x[rows], labels[rows], parameters, activation)
            parameters = [p - rate * d for p, d in zip(parameters, gradients, strict=False)]
    return parameters


def initialise(sizes, activation, seed):
    rng = np.random.default_rng(seed)
    parameters = []
    for d, k in zip(sizes[:-1], sizes[1:], strict=False):
        a = np.sqrt(6 / (d + k if activation in ("tanh", "sigmoid") else d))
        parameters += [rng.uniform(-a, a, size=(d, k)), np.zeros(k)]
    return parameters


# %%%
def recognise(x, labels, x_new, seed):
    np.random.seed(seed)
    parameters = initialise([64, 32, 32, 10], "relu", np.random.randint(10**6))
    speed = [np.zeros_like(p) for p in parameters]
    for _ in range(15):
        order = np.random.permutation(len(x))
        for rows in np.array_split(order, len(x) // 20):
            gradients = backward(x[rows] / 16.0, labels[rows], parameters, "relu")
            speed = [0.9 * v - 0.02 * d for v, d in zip(speed, gradients, strict=False)]
            parameters = [p + v for p, v in zip(parameters, speed, strict=False)]
    return forward(x_new / 16.0, parameters, "relu")[-1].argmax(1)
