# %% one loop backwards
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
    e = np.exp(sums[-1] - np.max(sums[-1], axis=1, keepdims=True))
    p = e / np.sum(e, axis=1, keepdims=True)
    delta = (p - np.eye(p.shape[1])[labels]) / len(x)
    gradients = []
    for i in range(len(sums) - 1, -1, -1):
        a = g(sums[i - 1]) if i > 0 else x
        gradients = [a.T @ delta, delta.sum(0)] + gradients
        if i > 0:
            delta = delta @ parameters[2 * i].T * slope(sums[i - 1])
    return gradients


# %% summed first, divided at the end
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
    z = sums[-1] - sums[-1].max(axis=1)[:, np.newaxis]
    log_p = z - np.log(np.exp(z).sum(axis=1, keepdims=True))
    delta = np.exp(log_p)
    for row, label in enumerate(labels):
        delta[row, label] -= 1
    out = []
    for i in reversed(range(len(sums))):
        out.append(delta.sum(axis=0) / len(x))
        out.append((g(sums[i - 1]) if i else np.asarray(x)).T.dot(delta) / len(x))
        if i:
            delta = slope(sums[i - 1]) * (delta @ parameters[2 * i].T)
    return out[::-1]


# %% recursion through the layers
G = {
    "tanh": (np.tanh, lambda z: 1 - np.tanh(z) ** 2),
    "sigmoid": (lambda z: 1 / (1 + np.exp(-z)), lambda z: np.exp(-z) / (1 + np.exp(-z)) ** 2),
    "relu": (lambda z: np.maximum(z, 0), lambda z: (z > 0) * 1.0),
    "leaky_relu": (lambda z: np.where(z > 0, z, 0.01 * z), lambda z: np.where(z > 0, 1, 0.01)),
}


# %%%
def backward(x, labels, parameters, activation):
    g, slope = G[activation]
    n = len(labels)

    def through(a, rest):
        W, b = rest[:2]
        z = a @ W + b
        if len(rest) == 2:
            e = np.exp(z - z.max(1, keepdims=True))
            delta = e / e.sum(1, keepdims=True)
            delta[range(n), labels] -= 1.0
            delta = delta / n
            later = []
        else:
            later, back = through(g(z), rest[2:])
            delta = back * slope(z)
        return [a.T @ delta, delta.sum(axis=0), *later], delta @ W.T

    return through(x, parameters)[0]


# %% example by example with outer products
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
    total = [np.zeros(p.shape) for p in parameters]
    for example, label in zip(x, labels, strict=False):
        sums = forward(example[None, :], parameters, activation)
        z = sums[-1][0]
        d = np.exp(z - z.max())
        d /= d.sum()
        d[label] -= 1
        for i in range(len(sums) - 1, -1, -1):
            a = example if i == 0 else g(sums[i - 1][0])
            total[2 * i] += np.outer(a, d)
            total[2 * i + 1] += d
            if i > 0:
                d = (parameters[2 * i] @ d) * slope(sums[i - 1][0])
    return tuple(t / len(x) for t in total)


# %% derivatives from the outputs, einsum, one-hot by comparison
def activate(z, name):
    if name == "tanh":
        return np.tanh(z)
    if name == "sigmoid":
        return (1 + np.tanh(z / 2)) / 2
    return np.where(z > 0, z, (0.01 if name == "leaky_relu" else 0.0) * z)


def slope_from_output(a, name):
    if name == "tanh":
        return 1 - a * a
    if name == "sigmoid":
        return a * (1 - a)
    return np.where(a > 0, 1.0, 0.01 if name == "leaky_relu" else 0.0)


# %%%
def backward(x, labels, parameters, activation):
    outputs = [np.array(x, dtype=float)]
    layers = len(parameters) // 2
    for i in range(layers):
        z = np.einsum("nd,dk->nk", outputs[i], parameters[2 * i]) + parameters[2 * i + 1]
        outputs.append(activate(z, activation) if i < layers - 1 else z)
    e = np.exp(outputs[-1] - outputs[-1].max(axis=1, keepdims=True))
    delta = (e / e.sum(axis=1, keepdims=True) - (labels[:, None] == np.arange(e.shape[1]))) / len(x)
    gradients = [None] * len(parameters)
    for i in range(layers - 1, -1, -1):
        gradients[2 * i] = np.einsum("nd,nk->dk", outputs[i], delta)
        gradients[2 * i + 1] = np.einsum("nk->k", delta)
        delta = np.einsum("nk,dk->nd", delta, parameters[2 * i])
        if i:
            delta *= slope_from_output(outputs[i], activation)
    return gradients
