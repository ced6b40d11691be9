"""The explorable of kinks: its curve is NumPy's, and dragging a kink does what its sliders do."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest
from browser import Visit
from test_explorables import TOLERANCE, readout, set_slider

from book.lab.figures_nonlinearity import ENDS, best_line_for_sine
from book.lab.kinks import STARTS, WINDOW, distance
from book.lab.piecewise import curve, largest_error, through

FIGURE = "#explore-kinks"
KINKS, BENDS = zip(*STARTS, strict=True)


@pytest.fixture
def page(built_book: Path, chromium_page: Visit) -> Any:
    return chromium_page.open(built_book / "book" / "nonlinearity.html")


def test_a_curve_passes_through_its_points() -> None:
    rng = np.random.default_rng(3)
    x, y = np.sort(rng.normal(size=12)), rng.normal(size=12)
    assert curve(x, *through(x, y)) == pytest.approx(y)


def test_twice_the_units_quarter_the_error() -> None:
    coarse, fine = (largest_error(np.sin, units, ENDS) for units in (32, 64))
    assert coarse / fine == pytest.approx(4, rel=0.02)


def test_no_quadratic_is_nearer_to_the_sine_than_the_figure_says() -> None:
    from scipy.optimize import linprog

    x = np.linspace(*ENDS, 801)
    powers, one = np.column_stack([np.ones_like(x), x, x * x]), np.ones((len(x), 1))
    rows = np.vstack([np.hstack([powers, -one]), np.hstack([-powers, -one])])
    best = linprog([0, 0, 0, 1], A_ub=rows, b_ub=np.concatenate([np.sin(x), -np.sin(x)]), bounds=(None, None))
    assert best_line_for_sine() == pytest.approx(best.fun, abs=1e-5)


@pytest.mark.browser
def test_the_curve_is_numpys(page: Any) -> None:
    xs = np.linspace(-3, 3, 1_000)
    script = "(xs) => xs.map(window.explorables['explore-kinks'].network)"
    rng = np.random.default_rng(4)
    for _ in range(3):
        kinks, bends = rng.integers(-60, 61, (2, 4)) / 20
        for number, (kink, bend) in enumerate(zip(kinks, bends, strict=True), start=1):
            set_slider(page, f"{FIGURE}-t{number}", kink)
            set_slider(page, f"{FIGURE}-c{number}", bend)
        want = curve(xs, kinks, bends)
        got = np.array(page.evaluate(script, xs.tolist()))
        assert np.max(np.abs(got - want) / np.maximum(1, np.abs(want))) <= TOLERANCE
        assert readout(page, FIGURE)["distance"] == pytest.approx(distance(tuple(kinks), tuple(bends)), abs=TOLERANCE)


@pytest.mark.browser
def test_dragging_moves_a_kink_and_bends_the_curve(page: Any) -> None:
    picture = page.locator(f"{FIGURE} svg")
    picture.scroll_into_view_if_needed()
    point = page.locator(f"{FIGURE} circle.point").first.bounding_box()
    x, y = point["x"] + point["width"] / 2, point["y"] + point["height"] / 2
    box = picture.bounding_box()
    page.mouse.move(x, y)
    page.mouse.down()
    page.mouse.move(x + box["width"] / 8, y - box["height"] / 8, steps=4)
    page.mouse.up()
    slider = "(input) => input.valueAsNumber"
    kink, bend = (page.locator(f"{FIGURE}-{name}").evaluate(slider) for name in ("t1", "c1"))
    (low, high), (bottom, top) = WINDOW
    assert kink - KINKS[0] == pytest.approx((high - low) / 8, abs=0.2)
    assert bend - BENDS[0] == pytest.approx((top - bottom) / 8, abs=0.2)
    assert readout(page, FIGURE)["distance"] == pytest.approx(
        distance((kink, *KINKS[1:]), (bend, *BENDS[1:])), abs=TOLERANCE
    )


@pytest.mark.browser
def test_pointing_beside_the_kinks_moves_nothing(page: Any) -> None:
    before = readout(page, FIGURE)
    picture = page.locator(f"{FIGURE} svg")
    picture.scroll_into_view_if_needed()
    box = picture.bounding_box()
    page.mouse.click(box["x"] + box["width"] * 0.5, box["y"] + box["height"] * 0.05)
    assert readout(page, FIGURE) == before


@pytest.mark.browser
def test_the_keyboard_moves_a_kink(page: Any) -> None:
    before = readout(page, FIGURE)["distance"]
    page.locator(f"{FIGURE}-t2").focus()
    for _ in range(4):
        page.keyboard.press("ArrowLeft")
    assert readout(page, FIGURE)["distance"] != before
