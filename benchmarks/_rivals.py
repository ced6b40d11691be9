"""Ways to write the catalogue's functions in NumPy and SciPy that a good programmer might think of."""

from __future__ import annotations

import math
from collections.abc import Callable

import numpy as np
from scipy import special

Method = Callable[[np.ndarray], np.ndarray]
SQRT_HALF, SQRT_TWO_PI, SQRT_8_PI = math.sqrt(0.5), math.sqrt(2 * math.pi), math.sqrt(8 / math.pi)

HARDEST_FLOAT32: dict[tuple[str, int], tuple[float, ...]] = {
    ("sigmoid", 1): (2.686875820159912,),
    ("tanh", 1): (1.343437910079956,),
    ("mish", 0): (-2.0233843326568604,),
    ("gelu", 0): (-1.8220791816711426, -1.8208321332931519),
    ("gelu", 1): (-0.9429908990859985, -0.9452565908432007),
}
"""Points found by trying every float32, at which chains of float32 roundings add up."""


ALWAYS = {("sigmoid", 0, "expit(x)")}
"""Rivals that count even where they break the bound: the sigmoid is promised to be as fast as SciPy's."""


def _passing_nan(x: np.ndarray, mask: np.ndarray, inside: float = 1.0, outside: float = 0.0) -> np.ndarray:
    return np.where(np.isnan(x), x, np.where(mask, x.dtype.type(inside), x.dtype.type(outside)))


def _leaky(slope: float) -> dict[str, Method]:
    return {
        "where(x > 0, x, a x)": lambda x: np.where(x > 0, x, x.dtype.type(slope) * x),
        "maximum(x, a x)": lambda x: np.maximum(x, x.dtype.type(slope) * x),
    }


def _leaky_slope(slope: float) -> dict[str, Method]:
    return {
        "where(x > 0, 1, a)": lambda x: np.where(x > 0, x.dtype.type(1), x.dtype.type(slope)),
        "the same, nan for nan": lambda x: _passing_nan(x, x > 0, 1.0, slope),
    }


def _even(x: np.ndarray) -> np.ndarray:
    e = np.exp(-np.abs(x))
    return e / (1 + e) ** 2


def _mish(x: np.ndarray) -> np.ndarray:
    n = np.exp(np.minimum(x, 20))
    n = n * (n + 2)
    return x * n / (n + 2)


def _gelu_density(x: np.ndarray) -> np.ndarray:
    return np.exp(-0.5 * x * x) / SQRT_TWO_PI


def _gelu_tanh_argument(x: np.ndarray) -> np.ndarray:
    return SQRT_8_PI * x * (1 + 0.044715 * x * x)


def _silu_slope(x: np.ndarray) -> np.ndarray:
    s = special.expit(x)
    return s * (1 + x * (1 - s))


def _stretched_slope(x: np.ndarray) -> np.ndarray:
    s = special.expit(1.702 * x)
    return s * (1 + 1.702 * x * (1 - s))


def _gelu_tanh_slope(x: np.ndarray) -> np.ndarray:
    s = special.expit(_gelu_tanh_argument(x))
    return s * (1 + SQRT_8_PI * x * (1 + 3 * 0.044715 * x * x) * (1 - s))


def _squareplus(x: np.ndarray) -> np.ndarray:
    total = 0.5 * np.hypot(x, 2) + 0.5 * np.abs(x)
    return np.where(x >= 0, total, 1 / total)


def _squareplus_slope(x: np.ndarray) -> np.ndarray:
    h = np.hypot(x, 2)
    return np.where(x >= -1, 0.5 + 0.5 * (x / h), (2 / h) / (h + np.abs(x)))


def _mish_slope(x: np.ndarray) -> np.ndarray:
    t = np.tanh(np.logaddexp(0, x))
    return t + x * (1 - t * t) * special.expit(x)


SELU = (1.0507009873554805, 1.0507009873554805 * 1.6732632423543772)


RIVALS: dict[tuple[str, int], dict[str, Method]] = {
    ("identity", 0): {"x.copy()": lambda x: x.copy()},
    ("identity", 1): {
        "ones_like(x)": np.ones_like,
        "where(isnan(x), x, 1)": lambda x: np.where(np.isnan(x), x, x.dtype.type(1)),
    },
    ("binary_step", 0): {
        "where(x >= 0, 1, 0)": lambda x: np.where(x >= 0, x.dtype.type(1), x.dtype.type(0)),
        "heaviside(x, 1)": lambda x: np.heaviside(x, x.dtype.type(1)),
    },
    ("binary_step", 1): {
        "zeros_like(x)": np.zeros_like,
        "where(isnan(x), x, 0)": lambda x: np.where(np.isnan(x), x, x.dtype.type(0)),
    },
    ("sigmoid", 0): {
        "expit(x)": special.expit,
        "1/(1 + exp(-x))": lambda x: 1 / (1 + np.exp(-x)),
        "(1 + tanh(x/2))/2": lambda x: 0.5 * (1 + np.tanh(0.5 * x)),
    },
    ("sigmoid", 1): {
        "s(1 - s), s = expit(x)": lambda x: (s := special.expit(x)) * (1 - s),
        "expit(x) expit(-x)": lambda x: special.expit(x) * special.expit(-x),
        "e/(1 + e)², e = exp(-|x|)": _even,
    },
    ("tanh", 0): {"tanh(x)": np.tanh},
    ("tanh", 1): {
        "1 - tanh(x)²": lambda x: 1 - np.tanh(x) ** 2,
        "1/cosh(x)²": lambda x: 1 / np.cosh(x) ** 2,
        "4e/(1 + e)², e = exp(-2|x|)": lambda x: 4 * _even(2 * x),
    },
    ("scaled_tanh", 0): {"a tanh(b x)": lambda x: 1.7159 * np.tanh(x * (2 / 3))},
    ("scaled_tanh", 1): {
        "a b/cosh(b x)²": lambda x: 1.7159 * 2 / 3 / np.cosh(x * (2 / 3)) ** 2,
        "4 a b e/(1 + e)²": lambda x: 4 * 1.7159 * (2 / 3) * _even(x * (4 / 3)),
    },
    ("hard_sigmoid", 0): {"clip(x + 3, 0, 6)/6": lambda x: np.clip(x + 3, 0, 6) / 6},
    ("hard_sigmoid", 1): {
        "(|x| < 3)/6": lambda x: (np.abs(x) < 3).astype(x.dtype) / 6,
        "the same, nan for nan": lambda x: _passing_nan(x, np.abs(x) < 3, 1 / 6),
    },
    ("hard_swish", 0): {"x clip(x + 3, 0, 6)/6": lambda x: x * np.clip(x + 3, 0, 6) / 6},
    ("hard_swish", 1): {
        "where(|x| < 3, (2 x + 3)/6, x ≥ 3)": lambda x: np.where(np.abs(x) < 3, (2 * x + 3) / 6, np.heaviside(x, 0)),
    },
    ("hard_tanh", 0): {"clip(x, -1, 1)": lambda x: np.clip(x, -1, 1)},
    ("hard_tanh", 1): {
        "(|x| < 1)": lambda x: (np.abs(x) < 1).astype(x.dtype),
        "heaviside(1 - |x|, 0)": lambda x: np.heaviside(1 - np.abs(x), x.dtype.type(0)),
        "where(isnan(x), x, |x| < 1)": lambda x: _passing_nan(x, np.abs(x) < 1),
    },
    ("softsign", 0): {"x/(1 + |x|)": lambda x: x / (1 + np.abs(x))},
    ("softsign", 1): {
        "1/(1 + |x|)²": lambda x: 1 / (1 + np.abs(x)) ** 2,
        "(1/(1 + |x|))²": lambda x: (1 / (1 + np.abs(x))) ** 2,
    },
    ("relu", 0): {"maximum(x, 0)": lambda x: np.maximum(x, 0)},
    ("relu", 1): {
        "(x > 0)": lambda x: (x > 0).astype(x.dtype),
        "heaviside(x, 0)": lambda x: np.heaviside(x, x.dtype.type(0)),
        "sign(maximum(x, 0))": lambda x: np.sign(np.maximum(x, 0)),
        "where(isnan(x), x, x > 0)": lambda x: _passing_nan(x, x > 0),
    },
    ("relu6", 0): {
        "clip(x, 0, 6)": lambda x: np.clip(x, 0, 6),
        "minimum(maximum(x, 0), 6)": lambda x: np.minimum(np.maximum(x, 0), 6),
    },
    ("relu6", 1): {
        "(x > 0)(x < 6)": lambda x: ((x > 0) & (x < 6)).astype(x.dtype),
        "the same, nan for nan": lambda x: _passing_nan(x, (x > 0) & (x < 6)),
    },
    ("leaky_relu", 0): _leaky(0.01),
    ("leaky_relu", 1): _leaky_slope(0.01),
    ("prelu", 0): _leaky(0.25),
    ("prelu", 1): _leaky_slope(0.25),
    ("rrelu", 0): _leaky(11 / 48),
    ("rrelu", 1): _leaky_slope(11 / 48),
    ("elu", 0): {"where(x > 0, x, expm1(x))": lambda x: np.where(x > 0, x, np.expm1(x))},
    ("elu", 1): {"exp(minimum(x, 0))": lambda x: np.exp(np.minimum(x, 0))},
    ("celu", 0): {"where(x > 0, x, expm1(x))": lambda x: np.where(x > 0, x, np.expm1(x))},
    ("celu", 1): {"exp(minimum(x, 0))": lambda x: np.exp(np.minimum(x, 0))},
    ("selu", 0): {
        "where(x > 0, λ x, λ α expm1(x))": lambda x: np.where(x > 0, SELU[0] * x, SELU[1] * np.expm1(x)),
    },
    ("selu", 1): {
        "where(x > 0, λ, λ α exp(x))": lambda x: np.where(x > 0, x.dtype.type(SELU[0]), SELU[1] * np.exp(x)),
    },
    ("gelu", 0): (-1.8220791816711426, -1.8208321332931519),
    ("gelu", 1): (-0.9429908990859985, -0.9452565908432007),
}
"""Points found by trying every float32, at which chains of float32 roundings add up."""


ALWAYS = {("sigmoid", 0, "expit(x)")}
"""Rivals that count even where they break the bound: the sigmoid is promised to be as fast as SciPy's."""


def _passing_nan(x: np.ndarray, mask: np.ndarray, inside: float = 1.0, outside: float = 0.0) -> np.ndarray:
    return np.where(np.isnan(x), x, np.where(mask, x.dtype.type(inside), x.dtype.type(outside)))


def _leaky(slope: float) -> dict[str, Method]:
    return {
        "where(x > 0, x, a x)": lambda x: np.where(x > 0, x, x.dtype.type(slope) * x),
        "maximum(x, a x)": lambda x: np.maximum(x, x.dtype.type(slope) * x),
    }


def _leaky_slope(slope: float) -> dict[str, Method]:
    return {
        "where(x > 0, 1, a)": lambda x: np.where(x > 0, x.dtype.type(1), x.dtype.type(slope)),
        "the same, nan for nan": lambda x: _passing_nan(x, x > 0, 1.0, slope),
    }


def _even(x: np.ndarray) -> np.ndarray:
    e = np.exp(-np.abs(x))
    return e / (1 + e) ** 2


def _mish(x: np.ndarray) -> np.ndarray:
    n = np.exp(np.minimum(x, 20))
    n = n * (n + 2)
    return x * n / (n + 2)


def _gelu_density(x: np.ndarray) -> np.ndarray:
    return np.exp(-0.5 * x * x) / SQRT_TWO_PI


def _gelu_tanh_argument(x: np.ndarray) -> np.ndarray:
    return SQRT_8_PI * x * (1 + 0.044715 * x * x)


def _silu_slope(x: np.ndarray) -> np.ndarray:
    s = special.expit(x)
    return s * (1 + x * (1 - s))


def _stretched_slope(x: np.ndarray) -> np.ndarray:
    s = special.expit(1.702 * x)
    return s * (1 + 1.702 * x * (1 - s))


def _gelu_tanh_slope(x: np.ndarray) -> np.ndarray:
    s = special.expit(_gelu_tanh_argument(x))
    return s * (1 + SQRT_8_PI * x * (1 + 3 * 0.044715 * x * x) * (1 - s))


def _squareplus(x: np.ndarray) -> np.ndarray:
    total = 0.5 * np.hypot(x, 2) + 0.5 * np.abs(x)
    return np.where(x >= 0, total, 1 / total)


def _squareplus_slope(x: np.ndarray) -> np.ndarray:
    h = np.hypot(x, 2)
    return np.where(x >= -1, 0.5 + 0.5 * (x / h), (2 / h) / (h + np.abs(x)))


def _mish_slope(x: np.ndarray) -> np.ndarray:
    t = np.tanh(np.logaddexp(0, x))
    return t + x * (1 - t * t) * special.expit(x)


SELU = (1.0507009873554805, 1.0507009873554805 * 1.6732632423543772)


RIVALS: dict[tuple[str, int], dict[str, Method]] = {
    ("identity", 0): {"x.copy()": lambda x: x.copy()},
    ("identity", 1): {
        "ones_like(x)": np.ones_like,
        "where(isnan(x), x, 1)": lambda x: np.where(np.isnan(x), x, x.dtype.type(1)),
    },
    ("binary_step", 0): {
        "where(x >= 0, 1, 0)": lambda x: np.where(x >= 0, x.dtype.type(1), x.dtype.type(0)),
        "heaviside(x, 1)": lambda x: np.heaviside(x, x.dtype.type(1)),
    },
    ("binary_step", 1): {
        "zeros_like(x)": np.zeros_like,
        "where(isnan(x), x, 0)": lambda x: np.where(np.isnan(x), x, x.dtype.type(0)),
    },
    ("sigmoid", 0): {
        "expit(x)": special.expit,
        "1/(1 + exp(-x))": lambda x: 1 / (1 + np.exp(-x)),
        "(1 + tanh(x/2))/2": lambda x: 0.5 * (1 + np.tanh(0.5 * x)),
    },
    ("sigmoid", 1): {
        "s(1 - s), s = expit(x)": lambda x: (s := special.expit(x)) * (1 - s),
        "expit(x) expit(-x)": lambda x: special.expit(x) * special.expit(-x),
        "e/(1 + e)², e = exp(-|x|)": _even,
    },
    ("tanh", 0): {"tanh(x)": np.tanh},
    ("tanh", 1): {
        "1 - tanh(x)²": lambda x: 1 - np.tanh(x) ** 2,
        "1/cosh(x)²": lambda x: 1 / np.cosh(x) ** 2,
        "4e/(1 + e)², e = exp(-2|x|)": lambda x: 4 * _even(2 * x),
    },
    ("scaled_tanh", 0): {"a tanh(b x)": lambda x: 1.7159 * np.tanh(x * (2 / 3))},
    ("scaled_tanh", 1): {
        "a b/cosh(b x)²": lambda x: 1.7159 * 2 / 3 / np.cosh(x * (2 / 3)) ** 2,
        "4 a b e/(1 + e)²": lambda x: 4 * 1.7159 * (2 / 3) * _even(x * (4 / 3)),
    },
    ("hard_sigmoid", 0): {"clip(x + 3, 0, 6)/6": lambda x: np.clip(x + 3, 0, 6) / 6},
    ("hard_sigmoid", 1): {
        "(|x| < 3)/6": lambda x: (np.abs(x) < 3).astype(x.dtype) / 6,
        "the same, nan for nan": lambda x: _passing_nan(x, np.abs(x) < 3, 1 / 6),
    },
    ("hard_swish", 0): {"x clip(x + 3, 0, 6)/6": lambda x: x * np.clip(x + 3, 0, 6) / 6},
    ("hard_swish", 1): {
        "where(|x| < 3, (2 x + 3)/6, x ≥ 3)": lambda x: np.where(np.abs(x) < 3, (2 * x + 3) / 6, np.heaviside(x, 0)),
    },
    ("hard_tanh", 0): {"clip(x, -1, 1)": lambda x: np.clip(x, -1, 1)},
    ("hard_tanh", 1): {
        "(|x| < 1)": lambda x: (np.abs(x) < 1).astype(x.dtype),
        "heaviside(1 - |x|, 0)": lambda x: np.heaviside(1 - np.abs(x), x.dtype.type(0)),
        "where(isnan(x), x, |x| < 1)": lambda x: _passing_nan(x, np.abs(x) < 1),
    },
    ("softsign", 0): {"x/(1 + |x|)": lambda x: x / (1 + np.abs(x))},
    ("softsign", 1): {
        "1/(1 + |x|)²": lambda x: 1 / (1 + np.abs(x)) ** 2,
        "(1/(1 + |x|))²": lambda x: (1 / (1 + np.abs(x))) ** 2,
    },
    ("relu", 0): {"maximum(x, 0)": lambda x: np.maximum(x, 0)},
    ("relu", 1): {
        "(x > 0)": lambda x: (x > 0).astype(x.dtype),
        "heaviside(x, 0)": lambda x: np.heaviside(x, x.dtype.type(0)),
        "sign(maximum(x, 0))": lambda x: np.sign(np.maximum(x, 0)),
        "where(isnan(x), x, x > 0)": lambda x: _passing_nan(x, x > 0),
    },
    ("relu6", 0): {
        "clip(x, 0, 6)": lambda x: np.clip(x, 0, 6),
        "minimum(maximum(x, 0), 6)": lambda x: np.minimum(np.maximum(x, 0), 6),
    },
    ("relu6", 1): {
        "(x > 0)(x < 6)": lambda x: ((x > 0) & (x < 6)).astype(x.dtype),
        "the same, nan for nan": lambda x: _passing_nan(x, (x > 0) & (x < 6)),
    },
    ("leaky_relu", 0): _leaky(0.01),
    ("leaky_relu", 1): _leaky_slope(0.01),
    ("prelu", 0): _leaky(0.25),
    ("prelu", 1): _leaky_slope(0.25),
    ("rrelu", 0): _leaky(11 / 48),
    ("rrelu", 1): _leaky_slope(11 / 48),
    ("elu", 0): {"where(x > 0, x, expm1(x))": lambda x: np.where(x > 0, x, np.expm1(np.minimum(x, 0)))},
    ("elu", 1): {"exp(minimum(x, 0))": lambda x: np.exp(np.minimum(x, 0))},
    ("celu", 0): {"where(x > 0, x, expm1(x))": lambda x: np.where(x > 0, x, np.expm1(np.minimum(x, 0)))},
    ("celu", 1): {"exp(minimum(x, 0))": lambda x: np.exp(np.minimum(x, 0))},
    ("gelu", 0): {
        "x ndtr(x)": lambda x: x * special.ndtr(x),
        "x erfc(-x/√2)/2": lambda x: 0.5 * x * special.erfc(-SQRT_HALF * x),
        "x (1 + erf(x/√2))/2": lambda x: 0.5 * x * (1 + special.erf(SQRT_HALF * x)),
        "x exp(log_ndtr(x))": lambda x: x * np.exp(special.log_ndtr(x)),
    },
    ("gelu", 1): {
        "ndtr(x) + x φ(x)": lambda x: special.ndtr(x) + x * _gelu_density(x),
        "erfc(-x/√2)/2 + x φ(x)": lambda x: 0.5 * special.erfc(-SQRT_HALF * x) + x * _gelu_density(x),
    },
    ("gelu_tanh", 0): {
        "x (1 + tanh u)/2": lambda x: 0.5 * x * (1 + np.tanh(0.5 * _gelu_tanh_argument(x))),
        "x expit(2u)": lambda x: x * special.expit(_gelu_tanh_argument(x)),
    },
    ("gelu_tanh", 1): {"s(1 + 2 x u′(1 - s))": _gelu_tanh_slope},
    ("gelu_sigmoid", 0): {"x expit(1.702 x)": lambda x: x * special.expit(1.702 * x)},
    ("gelu_sigmoid", 1): {"s(1 + 1.702 x (1 - s))": _stretched_slope},
    ("silu", 0): {
        "x expit(x)": lambda x: x * special.expit(x),
        "x/(1 + exp(-x))": lambda x: x / (1 + np.exp(-x)),
    },
    ("silu", 1): {"s(1 + x(1 - s))": _silu_slope},
    ("swish", 0): {"x expit(x)": lambda x: x * special.expit(x)},
    ("swish", 1): {"s(1 + x(1 - s))": _silu_slope},
    ("mish", 0): {
        "x tanh(logaddexp(0, x))": lambda x: x * np.tanh(np.logaddexp(0, x)),
        "x n/(n + 2), n = e(e + 2)": _mish,
    },
    ("mish", 1): {"t + x (1 - t²) expit(x), t = tanh(logaddexp(0, x))": _mish_slope},
    ("softplus", 0): {
        "logaddexp(0, x)": lambda x: np.logaddexp(0, x),
        "log1p(exp(-|x|)) + maximum(x, 0)": lambda x: np.log1p(np.exp(-np.abs(x))) + np.maximum(x, 0),
        "-log_expit(-x)": lambda x: -special.log_expit(-x),
    },
    ("softplus", 1): {"expit(x)": special.expit},
    ("log_sigmoid", 0): {
        "log_expit(x)": special.log_expit,
        "-logaddexp(0, -x)": lambda x: -np.logaddexp(0, -x),
        "minimum(x, 0) - log1p(exp(-|x|))": lambda x: np.minimum(x, 0) - np.log1p(np.exp(-np.abs(x))),
    },
    ("log_sigmoid", 1): {"expit(-x)": lambda x: special.expit(-x)},
    ("squareplus", 0): {
        "(x + sqrt(x² + 4))/2": lambda x: 0.5 * (x + np.sqrt(x * x + 4)),
        "1/((√ + |x|)/2) below 0, by hypot": _squareplus,
    },
    ("squareplus", 1): {
        "(1 + x/√)/2": lambda x: 0.5 * (1 + x / np.sqrt(x * x + 4)),
        "(2/√)/(√ + |x|) below -1, by hypot": _squareplus_slope,
    },
    ("tanhshrink", 0): {"x - tanh(x)": lambda x: x - np.tanh(x)},
    ("tanhshrink", 1): {"tanh(x)²": lambda x: np.tanh(x) ** 2},
    ("softshrink", 0): {"x - clip(x, -½, ½)": lambda x: x - np.clip(x, -0.5, 0.5)},
    ("softshrink", 1): {"where(isnan(x), x, |x| > ½)": lambda x: _passing_nan(x, np.abs(x) > 0.5)},
    ("hardshrink", 0): {"where(|x| <= ½, 0, x)": lambda x: np.where(np.abs(x) <= 0.5, x.dtype.type(0), x)},
    ("hardshrink", 1): {"where(isnan(x), x, |x| > ½)": lambda x: _passing_nan(x, np.abs(x) > 0.5)},
    ("threshold", 0): {"where(x <= 0, 0, x)": lambda x: np.where(x <= 0, x.dtype.type(0), x)},
    ("threshold", 1): {"where(isnan(x), x, x > 0)": lambda x: _passing_nan(x, x > 0)},
    ("exponential", 0): {"exp(x)": np.exp},
    ("exponential", 1): {"exp(x)": np.exp},
    ("gaussian", 0): {"exp(-x²)": lambda x: np.exp(-(x * x))},
    ("gaussian", 1): {"-2 x exp(-x²)": lambda x: -2 * x * np.exp(-(x * x))},
    ("sine", 0): {"sin(x)": np.sin},
    ("sine", 1): {"cos(x)": np.cos},
    ("snake", 0): {
        "x + sin(x)²": lambda x: x + np.sin(x) ** 2,
        "the same, 0 for 0": lambda x: np.where(x == 0, x, x + np.sin(x) ** 2),
    },
    ("snake", 1): {
        "1 + sin(2 x)": lambda x: 1 + np.sin(2 * x),
        "(sin x + cos x)²": lambda x: (np.sin(x) + np.cos(x)) ** 2,
    },
    ("sparse_plus", 0): {
        "where(x < 1, (clip(x) + 1)²/4, x)": lambda x: np.where(x < 1, (np.clip(x, -1, 1) + 1) ** 2 / 4, x),
    },
    ("sparse_plus", 1): {"(clip(x, -1, 1) + 1)/2": lambda x: (np.clip(x, -1, 1) + 1) / 2},
    ("sparse_sigmoid", 0): {"(clip(x, -1, 1) + 1)/2": lambda x: (np.clip(x, -1, 1) + 1) / 2},
    ("sparse_sigmoid", 1): {
        "(|x| < 1)/2": lambda x: (np.abs(x) < 1).astype(x.dtype) / 2,
        "the same, nan for nan": lambda x: _passing_nan(x, np.abs(x) < 1, 0.5),
    },
}


def _softmax(x: np.ndarray) -> np.ndarray:
    e = np.exp(x - x.max(axis=-1, keepdims=True))
    return e / e.sum(axis=-1, keepdims=True)


def _sparsemax(x: np.ndarray) -> np.ndarray:
    z = x - x.max(axis=-1, keepdims=True)
    ordered = -np.sort(-z, axis=-1)
    sums = np.cumsum(ordered, axis=-1)
    sizes = np.arange(1, x.shape[-1] + 1, dtype=x.dtype)
    count = (1 + sizes * ordered > sums).sum(axis=-1, keepdims=True)
    threshold = (np.take_along_axis(sums, count - 1, axis=-1) - 1) / count.astype(x.dtype)
    return np.maximum(z - threshold, 0)


def _gates(x: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    middle = x.shape[-1] // 2
    return x[..., :middle], x[..., middle:]


VECTOR_RIVALS: dict[str, dict[str, Method]] = {
    "softmax": {"scipy.special.softmax": lambda x: special.softmax(x, axis=-1), "exp(x - max)/sum": _softmax},
    "log_softmax": {"scipy.special.log_softmax": lambda x: special.log_softmax(x, axis=-1)},
    "softmin": {"exp(max - x)/sum": lambda x: _softmax(-x)},
    "sparsemax": {"by a sort": _sparsemax},
    "maxout": {"max": lambda x: x.max(axis=-1, keepdims=True)},
    "glu": {"a expit(b)": lambda x: (h := _gates(x))[0] * special.expit(h[1])},
    "swiglu": {"a b expit(b)": lambda x: (h := _gates(x))[0] * h[1] * special.expit(h[1])},
    "geglu": {"a b ndtr(b)": lambda x: (h := _gates(x))[0] * h[1] * special.ndtr(h[1])},
}
"""Along the last axis."""
