"""Softmax and its relatives, and sparsemax: all unchanged when a constant is added to every entry."""

from __future__ import annotations

import numpy as np

from autograder.reference._arguments import Array
from autograder.reference._vector import OfVector


def below_top(z: Array) -> Array:
    """Return z − max z for each row, in place: a single +inf becomes 0 and the others −inf, two leave nan."""
    top = z.max(axis=-1, keepdims=True)
    endless = np.isinf(top)
    if endless.any():
        at_top = z == top
        alone = at_top & endless & (at_top.sum(axis=-1, keepdims=True) == 1) & (top > 0)
        z -= top
        z[alone] = 0.0
        return z
    z -= top
    return z


def softmax(z: Array) -> Array:
    """Return exp(z_i) / Σ exp(z_j) (Bridle 1990), shifted by the maximum, which changes nothing but the overflow."""
    e = below_top(z)
    np.exp(e, out=e)
    e /= e.sum(axis=-1, keepdims=True)
    return e


def log_softmax(z: Array) -> Array:
    """Return z_i − log Σ exp(z_j); the largest entry is the 1 of log1p, so that the top keeps its digits near 0."""
    shifted = below_top(z)
    e = np.exp(shifted)
    e[np.arange(len(e)), np.argmax(shifted, axis=-1)] = 0.0
    shifted -= np.log1p(e.sum(axis=-1, keepdims=True))
    return shifted


def softmin(z: Array) -> Array:
    """Return exp(−z_i) / Σ exp(−z_j)."""
    return softmax(-z)


def without_self(s: Array) -> Array:
    """Return Σ_{j≠i} s_j for every i, which is 1 − s_i without the cancellation."""
    n = s.shape[-1]
    forward, backward = np.zeros_like(s), np.zeros_like(s)
    if n > 1:
        forward[:, 1:] = np.cumsum(s[:, :-1], axis=-1)
        backward[:, :-1] = np.cumsum(s[:, :0:-1], axis=-1)[:, ::-1]
    return forward + backward


def softmax_jacobian(z: Array) -> Array:
    """Return diag(s) − s sᵀ, with s_i Σ_{j≠i} s_j on the diagonal."""
    s = softmax(z)
    out: Array = -s[:, :, None] * s[:, None, :]
    index = np.arange(s.shape[-1])
    out[:, index, index] = s * without_self(s)
    return out


def softmax_vjp(z: Array, g: Array) -> Array:
    """Return s (g − s·g): the Jacobian is symmetric."""
    s = softmax(z)
    g -= np.sum(s * g, axis=-1, keepdims=True)
    g *= s
    return g


def log_softmax_jacobian(z: Array) -> Array:
    """Return I − 1 sᵀ."""
    s = softmax(z)
    n = s.shape[-1]
    out = np.repeat(-s[:, None, :], n, axis=1)
    index = np.arange(n)
    out[:, index, index] = without_self(s)
    return out


def log_softmax_vjp(z: Array, g: Array) -> Array:
    """Return g − s Σ g."""
    s = softmax(z)
    s *= g.sum(axis=-1, keepdims=True)
    g -= s
    return g


def softmin_jacobian(z: Array) -> Array:
    """Return s sᵀ − diag(s)."""
    return -softmax_jacobian(-z)


def softmin_vjp(z: Array, g: Array) -> Array:
    """Return −s (g − s·g)."""
    return -softmax_vjp(-z, g)


def support_and_threshold(z: Array) -> tuple[Array, Array]:
    """Return the threshold τ of sparsemax for each row of z ≤ 0, and which entries lie above it.

    Martins and Astudillo (2016), algorithm 1: with the entries in descending order, the support is as long as
    1 + k z_(k) > z_(1) + … + z_(k) holds, and τ = (z_(1) + … + z_(k) − 1)/k.
    """
    ordered = -np.sort(-z, axis=-1)
    totals = np.cumsum(ordered, axis=-1)
    sizes = np.arange(1, z.shape[-1] + 1)
    count = np.maximum((1 + sizes * ordered > totals).sum(axis=-1, keepdims=True), 1)
    threshold = (np.take_along_axis(totals, count - 1, axis=-1) - 1) / count
    return z > threshold, threshold


def sparsemax(z: Array) -> Array:
    """Return max(0, z − τ), the point of the probability simplex nearest to z (Martins and Astudillo 2016)."""
    z = below_top(z.astype(np.float64, copy=False))
    missing = np.isnan(z).any(axis=-1)
    _, threshold = support_and_threshold(z)
    z -= threshold
    out: Array = np.maximum(z, 0.0)
    out[missing] = np.nan
    return out


def sparsemax_jacobian(z: Array) -> Array:
    """Return diag(S) − S Sᵀ/|S| for the support S, an entry 1 where z > τ and 0 elsewhere."""
    s = _support(z)
    out: Array = -(s[:, :, None] * s[:, None, :]) / s.sum(axis=-1)[:, None, None]
    index = np.arange(s.shape[-1])
    out[:, index, index] += s
    return out


def sparsemax_vjp(z: Array, g: Array) -> Array:
    """Return g minus its mean over the support, and 0 outside the support."""
    s = _support(z)
    g -= np.sum(s * g, axis=-1, keepdims=True) / s.sum(axis=-1, keepdims=True)
    g *= s
    return g


def _support(z: Array) -> Array:
    z = below_top(z)
    inside, _ = support_and_threshold(z)
    s = inside.astype(np.float64)
    s[np.isnan(z).any(axis=-1)] = np.nan
    return s


SOFTMAX = (
    OfVector(name="softmax", value_kernel=softmax, jacobian_kernel=softmax_jacobian, vjp_kernel=softmax_vjp),
    OfVector(
        name="log_softmax",
        value_kernel=log_softmax,
        jacobian_kernel=log_softmax_jacobian,
        vjp_kernel=log_softmax_vjp,
    ),
    OfVector(name="softmin", value_kernel=softmin, jacobian_kernel=softmin_jacobian, vjp_kernel=softmin_vjp),
    OfVector(name="sparsemax", value_kernel=sparsemax, jacobian_kernel=sparsemax_jacobian, vjp_kernel=sparsemax_vjp),
)
