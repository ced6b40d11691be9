"""The table of Mills' ratio is what mpmath gives, not what somebody typed."""

from __future__ import annotations

import mpmath as mp
import numpy as np

from autograder.reference import _mills

NODES = 48


def scaled_ratio(u):
    """(u + shift) (1 − Φ(u)) / exp(−u²/2), by the continued fraction where erfc would need too many digits."""
    if u < 60:
        return (u + _mills.SHIFT) * mp.erfc(u / mp.sqrt(2)) * mp.exp(u * u / 2) / 2
    fraction = mp.mpf(0)
    for step in range(80, 0, -1):
        fraction = step / (u + fraction)
    return (u + _mills.SHIFT) / (u + fraction) / mp.sqrt(2 * mp.pi)


def chebyshev_series(terms):
    """Chebyshev coefficients in y = (u − centre)/(u + centre), from the values at the nodes of a longer series."""
    angles = [mp.pi * (2 * node + 1) / (2 * NODES) for node in range(NODES)]
    values = [scaled_ratio(_mills.CENTRE * (1 + mp.cos(a)) / (1 - mp.cos(a))) for a in angles]
    sums = [mp.fsum(v * mp.cos(n * a) for v, a in zip(values, angles, strict=True)) for n in range(NODES)]
    series = [(2 if n else 1) * total / NODES for n, total in enumerate(sums)]
    return series[:terms], series[terms:]


def powers_of_y(series):
    """Coefficients of the powers of y, lowest first, from T₀ = 1, T₁ = y, Tₙ₊₁ = 2y Tₙ − Tₙ₋₁."""
    previous, current = [mp.mpf(1)], [mp.mpf(0), mp.mpf(1)]
    total = [mp.mpf(0)] * len(series)
    for coefficient in series:
        for power, factor in enumerate(previous):
            total[power] += coefficient * factor
        following = [mp.mpf(0)] + [2 * factor for factor in current]
        for power, factor in enumerate(previous):
            following[power] -= factor
        previous, current = current, following
    return total


def test_the_coefficients_are_those_of_the_chebyshev_series_cut_below_a_float64():
    with mp.workdps(40):
        kept, cut = chebyshev_series(len(_mills.COEFFICIENTS))
        assert sum(abs(coefficient) for coefficient in cut) < mp.mpf(2) ** -54
        first = powers_of_y(kept)[0]
        assert float(mp.nstr(first - _mills.COEFFICIENTS[0], 20)) == _mills.FIRST_REST
        computed = tuple(float(mp.nstr(coefficient, 25)) for coefficient in powers_of_y(kept))
        assert computed == _mills.COEFFICIENTS


def test_the_shorter_series_is_cut_far_below_a_float32():
    with mp.workdps(40):
        kept, cut = chebyshev_series(len(_mills.SHORT_COEFFICIENTS))
        assert sum(abs(coefficient) for coefficient in cut) < mp.mpf(2) ** -28
        computed = tuple(float(mp.nstr(coefficient, 25)) for coefficient in powers_of_y(kept))
        assert computed == _mills.SHORT_COEFFICIENTS


def test_the_short_form_is_off_by_less_than_rounding_to_a_float32_costs():
    u = np.linspace(0.0, 64.0, 10_001)
    total, rest = _mills.scaled_tail_times_shift(u)
    np.testing.assert_allclose(_mills.short_tail_times_shift(u), total + rest, rtol=2.0**-25, atol=0)
