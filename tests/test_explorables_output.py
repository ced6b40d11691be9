"""The explorables on the output layer: softmax at a temperature, and a loss in two float formats."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest
from browser import Visit

from autograder.reference import REFERENCE
from book.lab.claims.floats import first_float
from book.lab.claims.output_numbers import stable_loss, textbook_loss
from book.lab.heads import HEADS, MISMATCHED
from book.lab.losses_explorable import broken_zones

SOFTMAX, LOSSES = "#explore-temperature", "#explore-losses"
TOLERANCE = 1e-12


def test_the_heads_of_generalised_linear_models_have_the_plain_gradient() -> None:
    assert {name for name, head in HEADS.items() if head.matched} == {"classes", "binary", "labels", "number", "count"}
    assert not MISMATCHED.matched


def test_the_textbook_formula_breaks_on_both_sides() -> None:
    z = np.linspace(-60, 60, 481)
    [(_, left), (right, _)] = broken_zones(z, textbook_loss(z))
    assert -38 < left < -36
    assert 36 < right < 38


@pytest.fixture
def page(built_book: Path, chromium_page: Visit) -> Any:
    return chromium_page.open(built_book / "book" / "output_layer.html")


def move(page: Any, figure: str, name: str, value: float) -> None:
    page.locator(f"{figure}-{name}").evaluate(
        "(input, value) => { input.value = value; input.dispatchEvent(new Event('input', {bubbles: true})); }", value
    )


def shown(page: Any, figure: str) -> dict[str, float]:
    found = page.locator(f"{figure} .readout").evaluate("(node) => ({...node.dataset})")
    return {name: float(text) for name, text in found.items()}


@pytest.mark.browser
@pytest.mark.parametrize("count", [2, 3, 4])
def test_probabilities_are_those_of_the_reference(page: Any, count: int) -> None:
    page.locator(f"{SOFTMAX} select").select_option(str(count))
    logits = np.array([4.2, -1.3, 0.7, 5.0])[:count]
    for temperature in (0.1, 1.0, 7.3):
        move(page, SOFTMAX, "temperature", temperature)
        for number, logit in enumerate(logits, start=1):
            move(page, SOFTMAX, f"z{number}", float(logit))
        want = REFERENCE["softmax"].value(logits / temperature)
        got = shown(page, SOFTMAX)
        assert got["first"] == pytest.approx(want[0], rel=TOLERANCE)
        assert got["second"] == pytest.approx(want[1], rel=TOLERANCE)
        assert got["sum"] == pytest.approx(1, abs=TOLERANCE)
        if count == 2:
            sigmoid = REFERENCE["sigmoid"].value((logits[0] - logits[1]) / temperature)
            assert got["sigmoid"] == pytest.approx(sigmoid, rel=TOLERANCE)
            assert got["sigmoid"] == pytest.approx(got["first"], rel=TOLERANCE)


@pytest.mark.browser
def test_there_are_as_many_bars_and_sliders_as_classes(page: Any) -> None:
    for count in (2, 3, 4):
        page.locator(f"{SOFTMAX} select").select_option(str(count))
        assert page.locator(f"{SOFTMAX} svg rect.bar").count() == count
        assert page.locator(f"{SOFTMAX} input[data-slider^=z]:visible").count() == count


@pytest.mark.browser
@pytest.mark.parametrize("kind", [np.float64, np.float32])
def test_losses_are_those_of_numpy(page: Any, kind: type[np.floating[Any]]) -> None:
    page.locator(f"{LOSSES} select").select_option(kind.__name__)
    for z in (-59.9, -20.0, -3.0, 0.0, 2.5, 12.0, 30.0, 59.9):
        move(page, LOSSES, "z", z)
        got = shown(page, LOSSES)
        rounded = kind(z)
        spacing = float(np.finfo(kind).eps)
        assert got["stable"] == pytest.approx(float(stable_loss(rounded)), rel=max(TOLERANCE, spacing))
        want = float(textbook_loss(rounded))
        rest = float(REFERENCE["sigmoid"].value(-float(rounded)))  # 1 − σ(z), which the formula rounds to the spacing
        assert np.isfinite(got["textbook"]) == np.isfinite(want)
        if np.isfinite(want):
            assert got["textbook"] == pytest.approx(want, abs=4 * spacing / rest)


@pytest.mark.browser
@pytest.mark.parametrize("kind", [np.float64, np.float32])
def test_the_loss_becomes_infinite_where_numpy_says(page: Any, kind: type[np.floating[Any]]) -> None:
    page.locator(f"{LOSSES} select").select_option(kind.__name__)
    edge = first_float(lambda z: bool(np.isinf(textbook_loss(z))), 1, 80, kind)
    for z, infinite in ((np.floor(edge * 10 - 1) / 10, False), (np.ceil(edge * 10 + 1) / 10, True)):
        move(page, LOSSES, "z", float(z))
        assert np.isinf(shown(page, LOSSES)["textbook"]) == infinite
