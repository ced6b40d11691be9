"""The tail of the normal distribution, scaled so that it does not vanish: a polynomial in a variable from −1 to 1.

(u + 1) (1 − Φ(u)) exp(u²/2) is smooth and nearly constant for u from 0 to infinity. In y = (u − 5)/(u + 5) its
Chebyshev series reaches float64 after 25 terms (the method of Shepherd and Laframboise 1981). That is cheaper and
closer than a general erfc or erfcx, whose argument u/√2 rounds and whose errors grow with u.
"""

from __future__ import annotations

import numpy as np

from autograder.reference._arguments import Array

SHIFT = 1.0
CENTRE = 5.0
COEFFICIENTS = (
    0.46151582985003775,
    -0.09155228183400904,
    0.031030368425962847,
    0.010002352385229382,
    -0.026401042966267253,
    0.024536963243678652,
    -0.015170415403281224,
    0.006522000667783896,
    -0.0016760723371645697,
    7.791597409338999e-06,
    0.00018233410307611755,
    -5.36075811148722e-05,
    -9.895946159334735e-06,
    9.05982468125664e-06,
    -7.070628846317715e-08,
    -1.3074486019237587e-06,
    1.284479710649634e-07,
    1.9627809920091187e-07,
    -2.688202129280215e-08,
    -3.095201755804207e-08,
    4.022493382168717e-09,
    4.4011596227599254e-09,
    -4.327297110082094e-10,
    -3.815816262632953e-10,
    2.5086998016985133e-11,
)
"""Coefficients of the powers of y, lowest first; a test computes them anew."""

FIRST_REST = 2.4915132418747322e-17
"""What the first and largest coefficient lacks."""

SHORT_COEFFICIENTS = (
    0.46151582987861284,
    -0.09155229981235101,
    0.031030365673996262,
    0.01000286251550557,
    -0.026401000006211903,
    0.024532804906545642,
    -0.015170663727661862,
    0.006536668448619774,
    -0.001675405876716928,
    -1.784874008980792e-05,
    0.00018147120669705335,
    -3.104840446405442e-05,
    -9.456979382126648e-06,
)
"""The same from a shorter series, which a float32 needs."""


def scaled_tail_times_shift(u: Array) -> tuple[Array, Array]:
    """Return (u + 1) (1 − Φ(u)) exp(u²/2) for float64 u ≥ 0, and what rounding cuts off its last sum."""
    y: Array = (u - CENTRE) / (u + CENTRE)
    out = np.full_like(u, COEFFICIENTS[-1])
    for coefficient in COEFFICIENTS[-2:0:-1]:
        out *= y
        out += coefficient
    out *= y
    out += FIRST_REST
    total: Array = out + COEFFICIENTS[0]
    out -= total - COEFFICIENTS[0]
    return total, out


def short_tail_times_shift(u: Array) -> Array:
    """Return (u + 1) (1 − Φ(u)) exp(u²/2) for float64 u ≥ 0 to the digits of float32.

    The high powers are small, so that float32 suffices for all but the last three steps.
    """
    y: Array = u - CENTRE
    y /= u + CENTRE
    narrow = y.astype(np.float32)
    high = np.full_like(narrow, SHORT_COEFFICIENTS[-1])
    for coefficient in SHORT_COEFFICIENTS[-2:2:-1]:
        high *= narrow
        high += coefficient
    out = high.astype(np.float64)
    for coefficient in SHORT_COEFFICIENTS[2::-1]:
        out *= y
        out += coefficient
    return out
