"""The gradient's way back: the theory against random networks, and the page's numbers against the theory."""

from __future__ import annotations

import math
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from browser import Visit

from autograder.reference import REFERENCE
from book.lab.depth import PATTERNS, measured, normal_nodes, normalise, signals, wide_network
from book.lab.networks import digits, hidden

FIGURE = "#explore-depth"
TOLERANCE = 1e-12


def test_the_nodes_integrate_the_normal_distribution() -> None:
    points, weights = normal_nodes()
    assert weights @ np.ones_like(points) == pytest.approx(1, abs=1e-15)
    assert weights @ points**2 == pytest.approx(1, abs=1e-12)
    assert weights @ points**4 == pytest.approx(3, abs=1e-10)


def test_he_keeps_the_gradient_of_relu_exactly() -> None:
    wide = wide_network(REFERENCE["relu"], scale=math.sqrt(2), depth=30)
    assert wide.gradients == pytest.approx(np.ones(30), abs=1e-12)
    assert wide.spreads == pytest.approx(np.full(30, math.sqrt(2)), abs=1e-12)


@pytest.mark.parametrize(
    ("name", "start", "scale"), [("tanh", "He", math.sqrt(2)), ("sigmoid", "half of He", math.sqrt(2) / 2)]
)
def test_random_networks_follow_the_theory(name: str, start: str, scale: float) -> None:
    found = measured(name, start, 12, width=256)
    inputs = digits()[0][:PATTERNS]
    theory = wide_network(REFERENCE[name], scale=scale, depth=12, spread=np.sqrt(np.mean(inputs**2))).gradients
    assert np.log10(found).mean(axis=0) == pytest.approx(np.log10(theory), abs=0.15)


def test_signals_are_the_gradient_of_a_loss() -> None:
    rng = np.random.default_rng(3)
    layers = [(rng.normal(size=(1, 3, 3)), np.zeros((1, 1, 3))) for _ in range(2)]
    x, upstream = rng.normal(size=(5, 3)), rng.normal(size=(1, 5, 3))
    tanh = hidden("tanh")

    def loss(first: Any) -> float:
        h = np.tanh(normalise(first).values)
        return float(np.sum(upstream * np.tanh(normalise(h @ layers[1][0]).values)))

    z, step = x[None] @ layers[0][0], 1e-6
    slopes = np.zeros_like(z)
    for index in np.ndindex(z.shape):
        shift = np.zeros_like(z)
        shift[index] = step
        slopes[index] = (loss(z + shift) - loss(z - shift)) / (2 * step)
    norms = signals(layers, x, upstream, tanh, batch_norm=True)
    assert norms[0, 0] == pytest.approx(np.linalg.norm(slopes), rel=1e-6)


@pytest.fixture
def page(built_book: Path, chromium_page: Visit) -> Any:
    return chromium_page.open(built_book / "book" / "saturation.html")


def move(page: Any, name: str, value: float) -> None:
    page.locator(f"{FIGURE}-{name}").evaluate(
        "(input, value) => { input.value = value; input.dispatchEvent(new Event('input', {bubbles: true})); }", value
    )


@pytest.mark.browser
@pytest.mark.parametrize("name", ["relu", "sigmoid", "tanh", "gelu", "selu"])
def test_page_and_theory_agree(page: Any, name: str) -> None:
    page.locator(f"{FIGURE} select").select_option(name)
    for scale, depth in ((0.5, 10), (1.41, 20), (3.0, 5)):
        move(page, "scale", scale)
        move(page, "depth", depth)
        shown = page.locator(f"{FIGURE} .readout").evaluate("(node) => ({...node.dataset})")
        theory = wide_network(REFERENCE[name], scale=scale, depth=depth).gradients
        assert int(shown["depth"]) == depth
        assert float(shown["first"]) == pytest.approx(theory[0], rel=TOLERANCE)
        assert float(shown["second"]) == pytest.approx(theory[1], rel=TOLERANCE)


@pytest.mark.browser
def test_the_page_says_what_became_of_the_gradient(page: Any) -> None:
    page.locator(f"{FIGURE} select").select_option("sigmoid")
    assert "it vanishes" in page.locator(f"{FIGURE} .readout").inner_text()
    page.locator(f"{FIGURE} select").select_option("relu")
    assert "it is kept" in page.locator(f"{FIGURE} .readout").inner_text()
    page.locator(f"{FIGURE}-scale").focus()
    for _ in range(60):
        page.keyboard.press("ArrowRight")
    assert "it explodes" in page.locator(f"{FIGURE} .readout").inner_text()


@pytest.mark.browser
def test_every_layer_is_drawn(page: Any) -> None:
    move(page, "depth", 7)
    assert page.locator(f"{FIGURE} svg .dots").get_attribute("d").count("M") == 7
