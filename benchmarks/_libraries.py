"""The catalogue's functions in other libraries, with the catalogue's defaults, each as a method on NumPy arrays."""

from __future__ import annotations

import importlib
from collections.abc import Callable
from functools import cache
from importlib.metadata import PackageNotFoundError, version
from types import ModuleType

import numpy as np
from scipy import special

Method = Callable[[np.ndarray], np.ndarray]

NUMPY_SCIPY: dict[str, Method] = {
    "sigmoid": special.expit,
    "tanh": np.tanh,
    "softplus": lambda x: np.logaddexp(0, x),
    "log_sigmoid": special.log_expit,
    "gelu": lambda x: x * special.ndtr(x),
    "exponential": np.exp,
    "sine": np.sin,
    "softmax": lambda x: special.softmax(x, axis=-1),
    "log_softmax": lambda x: special.log_softmax(x, axis=-1),
}

TORCH: dict[str, str] = {
    "sigmoid": "torch.sigmoid(x)",
    "tanh": "torch.tanh(x)",
    "hard_sigmoid": "F.hardsigmoid(x)",
    "hard_tanh": "F.hardtanh(x)",
    "softsign": "F.softsign(x)",
    "relu": "F.relu(x)",
    "relu6": "F.relu6(x)",
    "leaky_relu": "F.leaky_relu(x)",
    "prelu": "F.prelu(x, torch.tensor([0.25], dtype=x.dtype))",
    "rrelu": "F.rrelu(x)",
    "elu": "F.elu(x)",
    "celu": "F.celu(x)",
    "selu": "F.selu(x)",
    "gelu": "F.gelu(x)",
    "gelu_tanh": "F.gelu(x, approximate='tanh')",
    "silu": "F.silu(x)",
    "swish": "F.silu(x)",
    "hard_swish": "F.hardswish(x)",
    "mish": "F.mish(x)",
    "softplus": "F.softplus(x)",
    "log_sigmoid": "F.logsigmoid(x)",
    "tanhshrink": "F.tanhshrink(x)",
    "softshrink": "F.softshrink(x)",
    "hardshrink": "F.hardshrink(x)",
    "threshold": "F.threshold(x, 0.0, 0.0)",
    "exponential": "torch.exp(x)",
    "sine": "torch.sin(x)",
    "softmax": "F.softmax(x, dim=-1)",
    "log_softmax": "F.log_softmax(x, dim=-1)",
    "softmin": "F.softmin(x, dim=-1)",
    "glu": "F.glu(x)",
}

JAX: dict[str, str] = {
    "identity": "nn.identity(x)",
    "sigmoid": "nn.sigmoid(x)",
    "tanh": "nn.tanh(x)",
    "hard_sigmoid": "nn.hard_sigmoid(x)",
    "hard_tanh": "nn.hard_tanh(x)",
    "softsign": "nn.soft_sign(x)",
    "relu": "nn.relu(x)",
    "relu6": "nn.relu6(x)",
    "leaky_relu": "nn.leaky_relu(x)",
    "elu": "nn.elu(x)",
    "celu": "nn.celu(x)",
    "selu": "nn.selu(x)",
    "gelu": "nn.gelu(x, approximate=False)",
    "gelu_tanh": "nn.gelu(x, approximate=True)",
    "silu": "nn.silu(x)",
    "swish": "nn.silu(x)",
    "hard_swish": "nn.hard_swish(x)",
    "mish": "nn.mish(x)",
    "softplus": "nn.softplus(x)",
    "squareplus": "nn.squareplus(x)",
    "log_sigmoid": "nn.log_sigmoid(x)",
    "sparse_plus": "nn.sparse_plus(x)",
    "sparse_sigmoid": "nn.sparse_sigmoid(x)",
    "exponential": "jnp.exp(x)",
    "sine": "jnp.sin(x)",
    "softmax": "nn.softmax(x)",
    "log_softmax": "nn.log_softmax(x)",
    "glu": "nn.glu(x)",
}


def _quiet(method: Method) -> Method:
    """Let a library overflow without a word, as it would for a student who silenced the warnings."""

    def quiet(x: np.ndarray) -> np.ndarray:
        with np.errstate(all="ignore"):
            return np.asarray(method(x))

    return quiet


def _numpy_scipy(name: str, order: int) -> Method | None:
    return _quiet(NUMPY_SCIPY[name]) if order == 0 and name in NUMPY_SCIPY else None


@cache
def _installed(name: str) -> ModuleType | None:
    try:
        return importlib.import_module(name)
    except ImportError:
        return None


def _torch(name: str, order: int) -> Method | None:
    torch = _installed("torch")
    if torch is None or name not in TORCH:
        return None
    function = eval("lambda x: " + TORCH[name], {"torch": torch, "F": torch.nn.functional})

    def method(x: np.ndarray) -> np.ndarray:
        tensor = torch.tensor(x, requires_grad=order == 1)
        y = function(tensor)
        if order:
            (y,) = torch.autograd.grad(y.sum(), tensor)
        return y.detach().numpy()

    return _quiet(method)


def _jax(name: str, order: int) -> Method | None:
    jax = _installed("jax")
    if jax is None or name not in JAX:
        return None
    jax.config.update("jax_enable_x64", True)
    function = eval("lambda x: " + JAX[name], {"nn": jax.nn, "jnp": jax.numpy})
    compiled = jax.jit(jax.vmap(jax.grad(function)) if order else function)
    return _quiet(lambda x: compiled(jax.numpy.asarray(x)))


LIBRARIES: dict[str, Callable[[str, int], Method | None]] = {
    "SciPy": _numpy_scipy,
    "PyTorch": _torch,
    "JAX": _jax,
}
"""By name of the library: a function name and an order to a method, or None where the library does not have it."""


def versions() -> str:
    """Return which versions are compared; SciPy stands for NumPy and SciPy."""
    found = []
    for package in ("numpy", "scipy", "torch", "jax"):
        try:
            found.append(f"{package} {version(package)}")
        except PackageNotFoundError:
            found.append(f"{package} not installed (pip install {package})")
    return ", ".join(found)
