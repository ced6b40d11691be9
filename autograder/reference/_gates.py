"""The input times a sigmoid gate of it: SiLU, Swish, Mish and the two approximations of GELU."""

from __future__ import annotations

import numpy as np

from autograder.reference._arguments import Array, nonnegative
from autograder.reference._elementwise import Elementwise, in_float32, in_float64
from autograder.reference._pieces import deep, tame, with_nan
from autograder.reference._twofold import PI, product_error, root, split_constant, sum_error


def gated(x: Array, y: Array, rest: Array | None = None) -> Array:
    """Return x σ(y) = x/(1 + exp(−y)), y with its ``rest`` that rounding has cut off.

    Far to the left it is (x exp(y/2)) exp(y/2), where exp(−y) would overflow and a subnormal σ would be magnified.
    Of float32 only the exponential is in float32; the result is then float64, to be rounded once.
    """
    q: Array = np.negative(y)
    np.exp(q, out=q)
    q = q.astype(np.float64, copy=False)
    if rest is not None:
        q -= q * rest
    q += 1.0
    np.divide(x, q, out=q)
    return _repair_tail(q, x, y, rest)


def gated_slope(y: Array, z: Array, rest: Array | None = None) -> Array:
    """Return the derivative of x σ(y), which is (1 + q z)/(1 + q)², for q = exp(−y) and z = 1 + x dy/dx.

    ``rest`` is what rounding has cut off y. Next to the root z comes from a difference of near numbers, without error.
    What rounding cuts off 1 + q, which counts twice, and ``rest`` are put back to first order at the end.
    """
    q: Array = np.negative(tame(y, deep(y), 1e30))
    np.exp(q, out=q)
    d = 1.0 + q
    cut = sum_error(q, 1.0, d)
    shift = None if rest is None else q * rest
    q *= z
    q += 1.0
    q /= d
    q /= d
    if shift is not None:
        cut -= shift
        shift *= z
        shift /= d
    cut *= -2.0 * q
    if shift is not None:
        cut -= shift
    cut /= d
    q += cut
    return _repair_tail(q, z, y, rest)


def _repair_tail(out: Array, factor: Array, y: Array, rest: Array | None = None) -> Array:
    """Put factor · exp(y), in two steps and in float64, where y is far to the left; 0 · inf is 0 there."""
    if not y.min() >= deep(y):
        tail = np.flatnonzero(y < deep(y))
        half = np.exp(y[tail].astype(np.float64, copy=False) / 2)
        if rest is not None:
            half += half * (0.5 * rest[tail])
        out[tail] = (np.maximum(factor[tail], -1e30) * half) * half
    return out


def short_gated(x: Array, y: Array) -> Array:
    """Return x σ(y) in float64 to the digits of float32: far to the left it is 0 there, and needs no repair."""
    q: Array = np.negative(tame(y, -400.0, np.inf))
    np.exp(q, out=q)
    q += 1.0
    return np.divide(tame(x, -1e39, np.inf), q, out=q)


def short_slope(y: Array, z: Array) -> Array:
    """Return (1 + q z)/(1 + q)², q = exp(−y), in float64 to the digits of float32, for |y| ≤ 350."""
    q: Array = np.negative(y)
    np.exp(q, out=q)
    d = 1.0 + q
    q *= z
    q += 1.0
    q /= d
    q /= d
    return q


def silu(x: Array) -> Array:
    """Return x σ(x) (Elfwing, Uchibe and Doya 2017)."""
    return gated(x, x)


@in_float64
def _short_silu_slope(x: Array) -> Array:
    y = tame(x, -350.0, 350.0)
    return short_slope(y, 1.0 + y)


@in_float32(_short_silu_slope)
def silu_derivative(x: Array) -> Array:
    """Return σ(x) (1 + x σ(−x))."""
    y = tame(x, -1e4, 1e4)
    return gated_slope(y, 1.0 + y)


def swish(x: Array, *, beta: float) -> Array:
    """Return x σ(beta x) (Ramachandran, Zoph and Le 2017)."""
    if beta == 0:
        return 0.5 * x
    return silu(x) if beta == 1 else _stretched(x, beta=beta)


def swish_derivative(x: Array, *, beta: float) -> Array:
    """Return σ(beta x) (1 + beta x σ(−beta x)); a beta of 0 leaves 1/2."""
    if beta == 0:
        return with_nan(np.full_like(x, 0.5), x)
    return silu_derivative(x) if beta == 1 else _stretched_slope(x, beta=beta)


@in_float64
def _short_stretched(x: Array, *, beta: float) -> Array:
    return short_gated(x, x * beta)


@in_float64
def _short_stretched_slope(x: Array, *, beta: float) -> Array:
    return _short_silu_slope(x * beta)


@in_float32(_short_stretched)
def _stretched(x: Array, *, beta: float) -> Array:
    return gated(x, x * beta, _stretched_argument(x, beta)[1])


@in_float32(_short_stretched_slope)
def _stretched_slope(x: Array, *, beta: float) -> Array:
    y, rest = _stretched_argument(x, beta)
    return gated_slope(y, (1.0 + y) + rest, rest)


def _stretched_argument(x: Array, beta: float) -> tuple[Array, Array]:
    """Return y = beta x within ±10⁴, where a sigmoid has long saturated, and the part that rounding cuts off."""
    near = tame(x, -1e4 / beta, 1e4 / beta)
    y: Array = near * beta
    return y, product_error(near, beta, y)


def gelu_sigmoid(x: Array) -> Array:
    """Return x σ(1.702 x) (Hendrycks and Gimpel 2016, section 2)."""
    return swish(x, beta=1.702)


def gelu_sigmoid_derivative(x: Array) -> Array:
    """Return the derivative of x σ(1.702 x)."""
    return swish_derivative(x, beta=1.702)


TANH_LINEAR, TANH_LINEAR_REST = split_constant(root(8 / PI))
TANH_CUBIC = TANH_LINEAR * 0.044715
SHORT_REACH = 14.0
"""Beyond ±14 the gate, σ(2u), is 0 or 1 in float32."""


@in_float64
def _short_gelu_tanh(x: Array) -> Array:
    near = tame(x, -SHORT_REACH, SHORT_REACH)
    y: Array = np.square(near)
    y *= TANH_CUBIC
    y += TANH_LINEAR
    y *= near
    return short_gated(x, y)


@in_float64
def _short_gelu_tanh_slope(x: Array) -> Array:
    near = tame(x, -SHORT_REACH, SHORT_REACH)
    cubic: Array = np.square(near)
    cubic *= TANH_CUBIC
    y = cubic + TANH_LINEAR
    y *= near
    cubic *= 2.0 * near
    cubic += y
    cubic += 1.0
    return short_slope(y, cubic)


@in_float32(_short_gelu_tanh)
def gelu_tanh(x: Array) -> Array:
    """Return x (1 + tanh u)/2 = x σ(2u), u = √(2/π)(x + 0.044715 x³) (Hendrycks and Gimpel 2016, section 2)."""
    y, rest, _ = _tanh_argument(x)
    return gated(x, y, rest)


@in_float32(_short_gelu_tanh_slope)
def gelu_tanh_derivative(x: Array) -> Array:
    """Return σ(y) (1 + x y′ σ(−y)) for y = 2u."""
    y, rest, excess = _tanh_argument(x)
    return gated_slope(y, (1.0 + y) + (excess + rest), rest)


def _tanh_argument(x: Array) -> tuple[Array, Array, Array]:
    """Return y = 2u = x (a + b x²), what rounding cuts off its last sum and product, and x y′ − y; x within ±1000."""
    x = tame(x, -1e3, 1e3)
    cubic = TANH_CUBIC * (x * x)
    inner = TANH_LINEAR + cubic
    y: Array = x * inner
    rest = product_error(x, inner, y)
    rest += x * ((cubic - (inner - TANH_LINEAR)) + TANH_LINEAR_REST)
    cubic *= 2.0 * x
    return y, rest, cubic


SATURATED = 22.0
"""Beyond this point Mish and x, and their derivatives, are the same in float64; exp(66) is finite in float32."""


def mish(x: Array) -> Array:
    """Return x tanh(softplus(x)) = x n/(n + 2), n = e(e + 2), e = exp(x) (Misra 2019)."""
    n: Array = np.exp(np.minimum(x, SATURATED)).astype(np.float64, copy=False)
    n *= n + 2.0
    n /= n + 2.0
    n *= x
    return _repair_tail(n, x, x)


@in_float64
def _short_mish_slope(x: Array) -> Array:
    near = tame(x, -350.0, SATURATED)
    e = np.exp(near)
    s = e + 2.0
    d = e * s
    d += 2.0
    w = e + 1.0
    w *= near
    w *= 4.0
    s *= d
    w += s
    w *= e
    w /= d
    w /= d
    return w


@in_float32(_short_mish_slope)
def mish_derivative(x: Array) -> Array:
    """Return e w/d², d = e s + 2, w = s d + 4 x (e + 1), s = e + 2, e = exp(x).

    d and w have their rests, which rounding has cut off; without them the chain of roundings adds up to 7 ulp.
    """
    near = tame(x, -1e4, SATURATED)
    e = np.exp(near)
    s = e + 2.0
    s_rest = e - (s - 2.0)
    product = e * s
    d = product + 2.0
    d_rest = product_error(e, s, product)
    d_rest += e * s_rest
    d_rest += product - (d - 2.0)
    w, w_rest = _mish_numerator(4.0 * near, e, s * d, product_error(s, d, s * d) + s * d_rest + s_rest * d)
    e /= d
    e /= d
    w *= e
    d_rest /= d
    d_rest *= -2.0 * w
    w_rest *= e
    w += d_rest + w_rest
    return _repair_tail(w, 1.0 + near, near)


def _mish_numerator(y: Array, e: Array, positive: Array, rest: Array) -> tuple[Array, Array]:
    """Return ``positive`` + y (e + 1), and its rest; ``rest`` is that of ``positive``."""
    t = e + 1.0
    product = y * t
    rest += product_error(y, t, product)
    rest += y * (e - (t - 1.0))
    w: Array = positive + product
    rest += sum_error(positive, product, w)
    return w, rest


GATES = (
    Elementwise(name="gelu_tanh", value_kernel=gelu_tanh, derivative_kernel=gelu_tanh_derivative),
    Elementwise(name="gelu_sigmoid", value_kernel=gelu_sigmoid, derivative_kernel=gelu_sigmoid_derivative),
    Elementwise(name="silu", value_kernel=silu, derivative_kernel=silu_derivative),
    Elementwise(
        name="swish",
        value_kernel=swish,
        derivative_kernel=swish_derivative,
        parameters=(nonnegative("beta", 1.0),),
    ),
    Elementwise(name="mish", value_kernel=mish, derivative_kernel=mish_derivative),
)
