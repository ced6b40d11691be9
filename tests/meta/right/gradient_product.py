# %% np.prod
def gradient_product(derivative, pre_activations):
    return np.prod(derivative(np.asarray(pre_activations, dtype=float)), axis=0)


# %% a loop over the layers
def gradient_product(derivative, pre_activations):
    z = np.asarray(pre_activations, dtype=float)
    total = np.ones(z.shape[1:])
    for layer in z[::-1]:
        total = total * derivative(layer)
    return total


# %% np.multiply.reduce, the derivative called by name
def gradient_product(*, derivative=None, pre_activations=None):
    return np.multiply.reduce(derivative(np.array(pre_activations, float)), axis=0)


_by_name = gradient_product


def gradient_product(derivative, pre_activations):
    return _by_name(derivative=derivative, pre_activations=pre_activations)


# %% functools.reduce
import functools
import operator


def gradient_product(derivative, pre_activations):
    z = np.asarray(pre_activations) * 1.0
    return functools.reduce(operator.mul, [derivative(row) for row in z], np.ones(z.shape[1:]))


# %% the last of the running products
def gradient_product(derivative, pre_activations):
    slopes = derivative(np.asarray(pre_activations, dtype=np.float64))
    return np.cumprod(slopes, axis=0)[-1] if len(slopes) else np.ones(slopes.shape[1:])
