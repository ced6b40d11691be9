"""The explorable of XOR: its outputs are NumPy's, and its colours and words follow them."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest
from browser import Visit
from test_explorables import TOLERANCE, readout, set_slider

from book.lab.claims.nonlinearity_networks import CORNERS, XOR, separable, xor_network
from book.lab.xor import FUNCTIONS, NAMES, SOLUTION, network, shades

FIGURE = "#explore-xor"


@pytest.fixture
def page(built_book: Path, chromium_page: Visit) -> Any:
    return chromium_page.open(built_book / "book" / "nonlinearity.html")


def outputs(page: Any) -> list[float]:
    shown = readout(page, FIGURE)
    return [shown[f"at{x:g}{y:g}"] for x, y in CORNERS]


def test_the_chapters_weights_solve_xor_with_relu_alone() -> None:
    assert network(CORNERS, "relu", SOLUTION).tolist() == XOR.tolist() == xor_network(CORNERS).tolist()
    assert network(CORNERS, "identity", SOLUTION).tolist() != XOR.tolist()


def test_an_affine_function_separates_all_labellings_but_two() -> None:
    assert not separable(XOR)
    assert not separable(1 - XOR)
    assert separable(np.array([0.0, 0.0, 0.0, 1.0]))
    assert separable(np.ones(4))


def test_the_static_picture_covers_the_plane_once() -> None:
    for activation in FUNCTIONS:
        assert 1 <= shades(activation, SOLUTION).count("<path") <= 6


@pytest.mark.browser
@pytest.mark.parametrize("activation", FUNCTIONS)
def test_outputs_at_the_corners_are_numpys(page: Any, activation: str) -> None:
    page.locator(f"{FIGURE} select").select_option(activation)
    rng = np.random.default_rng(5)
    for _ in range(5):
        weights = tuple(rng.integers(-30, 31, len(NAMES)) / 10)
        for name, weight in zip(NAMES, weights, strict=True):
            set_slider(page, f"{FIGURE}-{name}", weight)
        want = network(CORNERS, activation, weights)
        assert np.max(np.abs(np.array(outputs(page)) - want)) <= TOLERANCE * np.max(np.abs([*want, 1]))
        assert readout(page, FIGURE)["right"] == ((want > 0.5) == XOR).sum()


@pytest.mark.browser
def test_relu_is_all_that_is_missing(page: Any) -> None:
    assert readout(page, FIGURE)["right"] < 4
    page.locator(f"{FIGURE} select").select_option("relu")
    assert readout(page, FIGURE)["right"] == 4
    assert page.locator(f"{FIGURE} text.mark").all_text_contents() == ["right"] * 4
    assert "4 of 4 right" in page.locator(f"{FIGURE} .readout").inner_text()


@pytest.mark.browser
def test_script_and_python_draw_the_same_shades(page: Any) -> None:
    page.locator(f"{FIGURE} select").select_option("relu")
    drawn = page.locator(f"{FIGURE} path.shade").evaluate_all("(paths) => paths.map((path) => path.getAttribute('d'))")
    assert [path in shades("relu", SOLUTION) for path in drawn] == [True] * len(drawn)


@pytest.mark.browser
def test_the_keyboard_moves_a_weight(page: Any) -> None:
    before = outputs(page)
    page.locator(f"{FIGURE}-c").focus()
    page.keyboard.press("ArrowRight")
    assert outputs(page) == pytest.approx([value + 0.1 for value in before])
