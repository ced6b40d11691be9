"""Changes of the solutions that cost no point, each with the reason why nothing that is asked changes.

Function → changed line → reason.
"""

AT_ZERO = "at 0 the exponential is 1, so that both branches are 1"
SATURATED = "the function has reached its limit in floating point long before either bound"
UNUSED = "the value is used only where x ≤ 0, and the bound keeps exp from overflowing elsewhere all the same"
ANY_VECTORS = "any few vectors with numbers of both signs tell: each function asked breaks the sum's law on an open set"
ANY_FACTOR = (
    "a continuous function that obeys the sum's law scales by every factor, so that no factor is needed to tell"
)
ANY_PAIRS = "pairs of opposite numbers tell, wherever they lie: only where f is odd their mean is 0"

TURNED = "a law that is broken is broken by far more than the tolerance, whichever side it is measured by"
LISTS = (
    "NumPy takes a list for an array wherever one of the two operands is an array, or one of its functions is called"
)
GIVEN = "the functions that are handed over take lists and integers as well"
TRUTH = "NumPy's truth values count like Python's, and so do sums in the place of means where 0 is asked for"

PAIRED = "the two lists always have the same length, so that nothing is there to be strict about"
TWO_AXES = "the array has two axes, and the last is the second"
RECIPE = "the recipe is the student's choice: this one, too, is right on enough of the new digits and repeats itself"
SCALED = (
    "without biases the answers of a ReLU network do not depend on the scale of the image, and its biases are small"
)

EQUIVALENT = {
    "forward": {
        "for W, b in zip(parameters[::2], parameters[1::2], strict=False):": PAIRED,
        "for W, b in zip(parameters[::2], parameters[1::2]):": PAIRED,
    },
    "backward": {
        "delta = exponentials / exponentials.sum(axis=-1, keepdims=True)": TWO_AXES,
        "exponentials = np.exp(sums[-1] - sums[-1].max(axis=-1, keepdims=True))": TWO_AXES,
    },
    "train": {
        "parameters = [p - rate * d for p, d in zip(parameters, gradients, strict=False)]": PAIRED,
        "parameters = [p - rate * d for p, d in zip(parameters, gradients)]": PAIRED,
    },
    "recognise": {
        "parameters = initialise([64, 32, 32, 11], 'relu', seed)": RECIPE,
        "parameters = initialise([64, 32, 33, 10], 'relu', seed)": RECIPE,
        "parameters = initialise([64, 33, 32, 10], 'relu', seed)": RECIPE,
        "parameters = train(x / 16, labels, parameters, 'relu', 0.2, 20, 21)": RECIPE,
        "parameters = train(x / 16, labels, parameters, 'relu', 0.2, 21, 20)": RECIPE,
        "parameters = train(x / 16, labels, parameters, 'relu', 0.202, 20, 20)": RECIPE,
        "parameters = train(x / 16.16, labels, parameters, 'relu', 0.2, 20, 20)": RECIPE,
        "parameters = train(x / 17, labels, parameters, 'relu', 0.2, 20, 20)": RECIPE,
        "return forward(x_new * 16, parameters, 'relu')[-1].argmax(axis=1)": SCALED,
        "return forward(x_new, parameters, 'relu')[-1].argmax(axis=1)": SCALED,
        "return forward(x_new / 16, parameters, 'relu')[-1].argmax(axis=-1)": TWO_AXES,
        "return forward(x_new / 16.16, parameters, 'relu')[-1].argmax(axis=1)": SCALED,
        "return forward(x_new / 17, parameters, 'relu')[-1].argmax(axis=1)": SCALED,
    },
    "is_linear": {
        "if not np.allclose(f(a + b), f(a) + f(b)) or not np.allclose(c * f(a), f(c * a)):": TURNED,
        "if not np.allclose(f(a) + f(b), f(a + b)) or not np.allclose(f(c * a), c * f(a)):": TURNED,
        "a, b = rng.uniform(-10, 10, size=(2, 6))": ANY_VECTORS,
        "a, b = rng.uniform(-10, 10.1, size=(2, 5))": ANY_VECTORS,
        "a, b = rng.uniform(-10, 11, size=(2, 5))": ANY_VECTORS,
        "a, b = rng.uniform(-10.1, 10, size=(2, 5))": ANY_VECTORS,
        "a, b = rng.uniform(-11, 10, size=(2, 5))": ANY_VECTORS,
        "for _ in range(6):": ANY_VECTORS,
        "rng = np.random.default_rng(1)": ANY_VECTORS,
        "c = rng.uniform(--3, 3)": ANY_FACTOR,
        "c = rng.uniform(-3, -3)": ANY_FACTOR,
        "c = rng.uniform(-3, 3.0300000000000002)": ANY_FACTOR,
        "c = rng.uniform(-3, 4)": ANY_FACTOR,
        "c = rng.uniform(-3.0300000000000002, 3)": ANY_FACTOR,
        "c = rng.uniform(-4, 3)": ANY_FACTOR,
        "c = rng.uniform(3, 3)": ANY_FACTOR,
    },
    "xor_network": {"b = [0.0, -1.0]": LISTS, "v = [1.0, -2.0]": LISTS},
    "zero_centred": {
        "return bool(np.isclose(0, np.mean(f(x) + f(-x))))": TURNED,
        "return bool(np.isclose(np.sum(f(x) + f(-x)), 0))": TRUTH,
        "return np.isclose(np.mean(f(x) + f(-x)), 0)": TRUTH,
        "x = np.linspace(0, 101, 10)": ANY_PAIRS,
        "x = np.linspace(10, 0, 101)": ANY_PAIRS,
        "x = np.linspace(0, -10, 101)": ANY_PAIRS,
        "x = np.linspace(0, 10, 102)": ANY_PAIRS,
        "x = np.linspace(0, 10.1, 101)": ANY_PAIRS,
        "x = np.linspace(0, 11, 101)": ANY_PAIRS,
        "x = np.linspace(1, 10, 101)": ANY_PAIRS,
    },
    "sigmoid": {"return np.where(x > 0, 1, e) / (1 + e)": AT_ZERO},
    "softplus_derivative": {"return np.where(x > 0, 1, e) / (1 + e)": AT_ZERO},
    "elu": {
        "return np.where(x > 0, x, alpha * np.expm1(np.minimum(x, 1)))": UNUSED,
        "return np.where(x >= 0, x, alpha * np.expm1(np.minimum(x, 0)))": "both branches are 0 at 0",
    },
    "elu_derivative": {"return np.where(x > 0, 1, alpha * np.exp(np.minimum(x, 1)))": UNUSED},
    "gelu": {"x = np.maximum(x, -40.4)": SATURATED, "x = np.maximum(x, -41)": SATURATED},
    "gelu_derivative": {
        "x = np.clip(x, -40, 40.4)": SATURATED,
        "x = np.clip(x, -40, 41)": SATURATED,
        "x = np.clip(x, -40.4, 40)": SATURATED,
        "x = np.clip(x, -41, 40)": SATURATED,
    },
    "gelu_tanh": {
        "return np.maximum(x, -30.3) * phi": SATURATED,
        "return np.maximum(x, -31) * phi": SATURATED,
        "z = np.clip(x, -30, 30.3)": SATURATED,
        "z = np.clip(x, -30, 31)": SATURATED,
        "z = np.clip(x, -30.3, 30)": SATURATED,
        "z = np.clip(x, -31, 30)": SATURATED,
    },
    "swish": {
        "gate = np.where(x > 0, 1, e) / (1 + e)": AT_ZERO,
        "return np.where(gate > 0, x, 1) * gate": "a gate that is not above 0 is 0 or nan, whatever it multiplies",
    },
    "swish_derivative": {
        "gate = np.where(z > 0, 1, e) / (1 + e)": AT_ZERO,
        "z = np.clip(beta * np.asarray(x), -800, 801)": SATURATED,
        "z = np.clip(beta * np.asarray(x), -800, 808.0)": SATURATED,
        "z = np.clip(beta * np.asarray(x), -801, 800)": SATURATED,
        "z = np.clip(beta * np.asarray(x), -808.0, 800)": SATURATED,
    },
    "leaky_relu": {"return np.where(x >= 0, x, alpha * x)": "both branches are 0 at 0"},
    "selu": {
        "return scale * np.where(x > 0, x, alpha * np.expm1(np.minimum(x, 1)))": UNUSED,
        "return scale * np.where(x >= 0, x, alpha * np.expm1(np.minimum(x, 0)))": "both branches are 0 at 0",
    },
    "mish": {"z = np.maximum(x, -801)": SATURATED, "z = np.maximum(x, -808.0)": SATURATED},
    "maxout": {
        "return x.reshape(*x.shape[:-1], groups, -2).max(axis=-1)": "NumPy finds a length given as any negative number"
    },
    "prelu_gradient_alpha": {"return np.sum(np.minimum(x, 0) * upstream)": LISTS},
    "gradient_product": {
        "slopes = derivative(np.asarray(pre_activations))": GIVEN,
        "slopes = derivative(pre_activations)": GIVEN,
    },
    "log_sigmoid": {"x = x": LISTS},
    "binary_cross_entropy_with_logits": {"z, y = (np.asarray(z), y)": LISTS, "z, y = (z, np.asarray(y))": LISTS},
    "saturated_fraction": {
        "h = -1e-05": "the central difference is even in its step",
        "h = 1.0100000000000002e-05": "any small step is accurate enough, as the exercise says",
        "return np.mean(np.abs(slope) <= tolerance)": "no slope equals the tolerance, as the exercise says",
        "slope = (f(x + h) - f(x - h)) / (-2 * h)": "the sign is of no account for the absolute value",
    },
    "binary_cross_entropy_with_logits_gradient": {
        "return np.where(z > 0, 1, e) / (1 + e) - np.asarray(y)": AT_ZERO,
        "return np.where(z >= 0, 1, e) / (1 + e) - y": LISTS,
    },
    "gaussian_head": {"mean, raw = (z[:, 0], z[:, -1])": "there are two columns, and the last is the second"},
    "numerical_derivative": {
        "h = -1e-05": "the central difference is even in its step",
        "h = 1.0100000000000002e-05": "any step from 1e-6 to 1e-4 is accurate enough, as the exercise says",
    },
}
"""Functions whose solution has nothing to change stand here with no change at all."""
EQUIVALENT["identity"] = {}
EQUIVALENT["choose_head"] = {}
