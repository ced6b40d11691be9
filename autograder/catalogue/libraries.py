"""Where each activation is found in PyTorch, Keras, JAX and SciPy, and how arguments and defaults differ.

Read from the libraries' own signatures in the versions of `VERIFIED`; a test compares with whatever is installed.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

from autograder.catalogue import CATALOGUE

VERIFIED: Mapping[str, str] = MappingProxyType(
    {"PyTorch": "2.13.0", "Keras": "3.15.1", "JAX": "0.10.2", "SciPy": "1.17.1"}
)
"""The versions whose names and defaults the table gives."""


@dataclass(frozen=True)
class Names:
    """Calls that give one activation: module in ``torch.nn``, function in ``keras.activations``, ``jax.nn``, SciPy."""

    torch: str = ""
    keras: str = ""
    jax: str = ""
    scipy: str = ""
    differs: str = ""


LIBRARIES: Mapping[str, Names] = MappingProxyType(
    {
        "identity": Names("Identity()", "linear(x)", "identity(x)"),
        "binary_step": Names(
            "", "", "", "numpy.heaviside(x, 1)", "torch.heaviside(x, values) asks for the value at 0."
        ),
        "sigmoid": Names("Sigmoid()", "sigmoid(x)", "sigmoid(x)", "special.expit(x)"),
        "tanh": Names("Tanh()", "tanh(x)", "tanh(x)", "numpy.tanh(x)"),
        "hard_sigmoid": Names(
            "Hardsigmoid()",
            "hard_sigmoid(x)",
            "hard_sigmoid(x)",
            differs="PyTorch's slope is 1/6 rounded to float32, even in float64.",
        ),
        "hard_tanh": Names(
            "Hardtanh(min_val=-1.0, max_val=1.0)",
            "hard_tanh(x)",
            "hard_tanh(x)",
            differs="Only PyTorch has the limits as arguments; JAX's derivative at ±1 is 1, PyTorch's is 0.",
        ),
        "softsign": Names("Softsign()", "softsign(x)", "soft_sign(x)"),
        "relu": Names(
            "ReLU()",
            "relu(x, negative_slope=0.0, max_value=None, threshold=0.0)",
            "relu(x)",
            differs="Keras' arguments make it Leaky ReLU, ReLU6 or a threshold.",
        ),
        "relu6": Names("ReLU6()", "relu6(x)", "relu6(x)"),
        "leaky_relu": Names(
            "LeakyReLU(negative_slope=0.01)",
            "leaky_relu(x, negative_slope=0.2)",
            "leaky_relu(x, negative_slope=0.01)",
            differs="The slope is 0.01 in PyTorch and JAX, 0.2 in keras.activations, 0.3 in keras.layers.LeakyReLU; "
            "JAX's derivative at 0 is 1, PyTorch's is the slope.",
        ),
        "prelu": Names(
            "PReLU(num_parameters=1, init=0.25)",
            differs="Keras has it as a layer alone, keras.layers.PReLU, whose slope starts at 0 and not at 0.25.",
        ),
        "rrelu": Names("RReLU(lower=0.125, upper=0.3333333333333333)", differs="Random in training mode alone."),
        "elu": Names("ELU(alpha=1.0)", "elu(x, alpha=1.0)", "elu(x, alpha=1.0)"),
        "celu": Names("CELU(alpha=1.0)", "celu(x, alpha=1.0)", "celu(x, alpha=1.0)"),
        "selu": Names("SELU()", "selu(x)", "selu(x)"),
        "gelu": Names(
            "GELU(approximate='none')",
            "gelu(x, approximate=False)",
            "gelu(x, approximate=False)",
            differs="PyTorch and Keras are exact unless asked; JAX's default is approximate=True, the tanh form.",
        ),
        "gelu_tanh": Names("GELU(approximate='tanh')", "gelu(x, approximate=True)", "gelu(x, approximate=True)"),
        "silu": Names("SiLU()", "silu(x)", "silu(x)", differs="swish is a second name for it in Keras and JAX."),
        "swish": Names(differs="No library has the parameter β; keras.activations.swish and jax.nn.swish are SiLU."),
        "hard_swish": Names(
            "Hardswish()", "hard_swish(x)", "hard_swish(x)", differs="hard_silu is a second name in Keras and JAX."
        ),
        "mish": Names("Mish()", "mish(x)", "mish(x)"),
        "softplus": Names(
            "Softplus(beta=1.0, threshold=20.0)",
            "softplus(x)",
            "softplus(x)",
            "numpy.logaddexp(0, x)",
            "PyTorch switches to the identity where βx exceeds threshold; only PyTorch has β.",
        ),
        "squareplus": Names("", "squareplus(x, b=4)", "squareplus(x, b=4)"),
        "log_sigmoid": Names("LogSigmoid()", "log_sigmoid(x)", "log_sigmoid(x)", "special.log_expit(x)"),
        "tanhshrink": Names("Tanhshrink()", "tanh_shrink(x)"),
        "softshrink": Names(
            "Softshrink(lambd=0.5)", "soft_shrink(x, threshold=0.5)", differs="Keras calls λ threshold."
        ),
        "hardshrink": Names(
            "Hardshrink(lambd=0.5)", "hard_shrink(x, threshold=0.5)", differs="Keras calls λ threshold."
        ),
        "threshold": Names(
            "Threshold(threshold, value)",
            "threshold(x, threshold, default_value)",
            differs="Neither has defaults; this course takes 0 and 0, which is ReLU.",
        ),
        "exponential": Names("", "exponential(x)", "", "numpy.exp(x)"),
        "sine": Names("", "", "", "numpy.sin(x)", "torch.sin is a function, not a module."),
        "sparse_plus": Names("", "sparse_plus(x)", "sparse_plus(x)"),
        "sparse_sigmoid": Names(
            "", "sparse_sigmoid(x)", "sparse_sigmoid(x)", differs="JAX's derivative at ±1 is 1/4; this course takes 0."
        ),
        "softmax": Names(
            "Softmax(dim=None)",
            "softmax(x, axis=-1)",
            "softmax(x, axis=-1)",
            "special.softmax(x, axis=None)",
            "PyTorch without dim guesses, and warns; SciPy's default is the whole array. torch.nn.Softmax2d is softmax "
            "over the channels of an image.",
        ),
        "log_softmax": Names(
            "LogSoftmax(dim=None)",
            "log_softmax(x, axis=-1)",
            "log_softmax(x, axis=-1)",
            "special.log_softmax(x, axis=None)",
            "As for softmax.",
        ),
        "softmin": Names("Softmin(dim=None)"),
        "sparsemax": Names("", "sparsemax(x, axis=-1)"),
        "glu": Names("GLU(dim=-1)", "glu(x, axis=-1)", "glu(x, axis=-1)"),
    }
)
"""Calls by catalogue name, in its order; an entry that is missing, or a call that is empty, is in no library."""

ALIASES: Mapping[str, str] = MappingProxyType(
    {"swish": "silu", "hard_silu": "hard_swish", "Softmax2d": "softmax", "linear": "identity"}
)
"""Public names that mean an entry of another name."""

NOT_ACTIVATIONS: Mapping[str, str] = MappingProxyType(
    {
        "MultiheadAttention": "A layer with weights of its own, which uses softmax.",
        "dot_product_attention": "A layer's computation, which uses softmax.",
        "get": "Looks an activation up by name.",
        "serialize": "Writes an activation's name to a configuration.",
        "deserialize": "Reads an activation's name from a configuration.",
        "one_hot": "Encodes labels.",
        "standardize": "Normalises to mean 0 and variance 1; a layer's computation.",
        "logsumexp": "A reduction to one number.",
        "logmeanexp": "A reduction to one number.",
        "log1mexp": "A helper for logarithms of probabilities, defined for positive numbers alone.",
        "scaled_matmul": "A matrix product.",
        "scaled_dot_general": "A matrix product.",
        "get_scaled_dot_general_config": "Configures a matrix product.",
    }
)
"""Public names of the libraries' activation modules that are no activation function, and why."""


def function_name(call: str) -> str:
    """Return the name in a call of the table: ``GELU`` for ``GELU(approximate='none')``."""
    return call.partition("(")[0]


def known_names(library: str) -> set[str]:
    """Return every public name of a library ("torch", "keras", "jax") that the catalogue accounts for."""
    calls = {function_name(getattr(names, library)) for names in LIBRARIES.values()}
    return (calls | set(ALIASES) | set(NOT_ACTIVATIONS)) - {""}


def rows() -> list[tuple[str, ...]]:
    """Return the table: a header, then for each entry its title, its calls and what differs."""
    header = ("activation", *(f"{library} {version}" for library, version in VERIFIED.items()), "what differs")
    body = []
    for name, entry in CATALOGUE.items():
        names = LIBRARIES.get(name, Names())
        body.append((entry.title, names.torch, names.keras, names.jax, names.scipy, names.differs))
    return [header, *body]
