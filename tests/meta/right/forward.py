# %% the activation from a table in another cell
G = {
    "tanh": (np.tanh, lambda z: 1 - np.tanh(z) ** 2),
    "sigmoid": (lambda z: 1 / (1 + np.exp(-z)), lambda z: np.exp(-z) / (1 + np.exp(-z)) ** 2),
    "relu": (lambda z: np.maximum(z, 0), lambda z: (z > 0) * 1.0),
    "leaky_relu": (lambda z: np.where(z > 0, z, 0.01 * z), lambda z: np.where(z > 0, 1, 0.01)),
}


# %%%
def forward(x, parameters, activation):
    g = G[activation][0]
    sums = []
    for i in range(0, len(parameters), 2):
        sums.append((x if i == 0 else g(sums[-1])) @ parameters[i] + parameters[i + 1])
    return sums


# %% the other order of the product, and a tuple
G = {
    "tanh": (np.tanh, lambda z: 1 - np.tanh(z) ** 2),
    "sigmoid": (lambda z: 1 / (1 + np.exp(-z)), lambda z: np.exp(-z) / (1 + np.exp(-z)) ** 2),
    "relu": (lambda z: np.maximum(z, 0), lambda z: (z > 0) * 1.0),
    "leaky_relu": (lambda z: np.where(z > 0, z, 0.01 * z), lambda z: np.where(z > 0, 1, 0.01)),
}


# %%%
def forward(x, parameters, activation):
    a, sums = np.asarray(x, float).T, []
    for W, b in zip(parameters[::2], parameters[1::2], strict=False):
        z = W.T @ a + b[:, None]
        sums.append(z.T)
        a = G[activation][0](z)
    return tuple(sums)


# %% the bias as one more row of the weights
G = {
    "tanh": (np.tanh, lambda z: 1 - np.tanh(z) ** 2),
    "sigmoid": (lambda z: 1 / (1 + np.exp(-z)), lambda z: np.exp(-z) / (1 + np.exp(-z)) ** 2),
    "relu": (lambda z: np.maximum(z, 0), lambda z: (z > 0) * 1.0),
    "leaky_relu": (lambda z: np.where(z > 0, z, 0.01 * z), lambda z: np.where(z > 0, 1, 0.01)),
}


# %%%
def forward(x, parameters, activation):
    out = []
    a = x
    while parameters:
        W, b, *parameters = parameters
        a = np.hstack([a, np.ones((len(a), 1))])
        out.append(a @ np.vstack([W, b]))
        a = G[activation][0](out[-1])
    return out


# %% example by example
G = {
    "tanh": (np.tanh, lambda z: 1 - np.tanh(z) ** 2),
    "sigmoid": (lambda z: 1 / (1 + np.exp(-z)), lambda z: np.exp(-z) / (1 + np.exp(-z)) ** 2),
    "relu": (lambda z: np.maximum(z, 0), lambda z: (z > 0) * 1.0),
    "leaky_relu": (lambda z: np.where(z > 0, z, 0.01 * z), lambda z: np.where(z > 0, 1, 0.01)),
}


# %%%
def forward(x, parameters, activation):
    layers = [np.zeros((len(x), len(b))) for b in parameters[1::2]]
    for row, example in enumerate(x):
        a = example
        for z, W, b in zip(layers, parameters[::2], parameters[1::2], strict=False):
            z[row] = np.dot(a, W) + b
            a = G[activation][0](z[row])
    return layers


# %% recursion and einsum
G = {
    "tanh": (np.tanh, lambda z: 1 - np.tanh(z) ** 2),
    "sigmoid": (lambda z: 1 / (1 + np.exp(-z)), lambda z: np.exp(-z) / (1 + np.exp(-z)) ** 2),
    "relu": (lambda z: np.maximum(z, 0), lambda z: (z > 0) * 1.0),
    "leaky_relu": (lambda z: np.where(z > 0, z, 0.01 * z), lambda z: np.where(z > 0, 1, 0.01)),
}


# %%%
def forward(x, parameters, activation):
    z = np.einsum("nd,dk->nk", x, parameters[0]) + parameters[1]
    if len(parameters) == 2:
        return [z]
    return [z] + forward(G[activation][0](z), parameters[2:], activation)


# %% a class with __call__, if for the activation
class Network:
    def __call__(self, x, parameters, activation):
        sums = []
        for k, (W, b) in enumerate(zip(parameters[0::2], parameters[1::2], strict=False)):
            if k:
                x = self.activate(sums[-1], activation)
            sums.append(np.add(np.matmul(x, W), b))
        return sums

    def activate(self, z, name):
        if name == "tanh":
            return np.tanh(z)
        if name == "sigmoid":
            return 1.0 / (1.0 + np.exp(-z))
        return np.maximum(z, 0.01 * z) if name == "leaky_relu" else z * (z > 0)


forward = Network()
