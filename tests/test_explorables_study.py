"""The explorables of the training study in a real browser: what they read out is what the tables hold."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest
from browser import Visit
from bs4 import BeautifulSoup
from playwright.sync_api import Page

from book.lab.study.explorable import curve_of, norms_explorable, norms_of, study_explorable
from book.lab.study.grid import ACTIVATIONS, RATES, Cell
from book.lab.study.summary import tried

TOLERANCE = 1e-12
SETTINGS = ((2, "glorot", 0), (5, "torch", 3), (20, "he", 2), (10, "large", 1))


@pytest.fixture
def page(built_book: Any, chromium_page: Visit) -> Any:
    return chromium_page.open(built_book / "book" / "training_study.html")


def choose(page: Any, figure: str, **parts: str) -> dict[str, float]:
    for part, value in parts.items():
        page.locator(f"#{figure}-{part}-choice").select_option(value)
    found = page.locator(f"#{figure} .readout").evaluate("(node) => ({...node.dataset})")
    return {name: float(text) if text != "null" else np.inf for name, text in found.items()}


def test_without_a_script_the_first_position_is_drawn() -> None:
    assert study_explorable("a", title="…").text.count("<circle") == 5 * len(ACTIVATIONS)
    assert norms_explorable("b", title="…").text.count('class="other"') == len(ACTIVATIONS) - 2


@pytest.mark.browser
def test_the_script_draws_what_stood_there_without_it(page: Any) -> None:
    assert page.locator("#explore-study circle.dot").count() == 5 * len(ACTIVATIONS)
    assert page.locator("#explore-study circle.dot.value").count() == 5
    first = norms_explorable("b", title="…").text.split('class="curve value" d="')[1].split('"')[0]
    drawn = page.locator("#explore-norms path.curve.value").get_attribute("d")
    assert drawn.count("L") == first.count("L")
    points = [np.array(text[1:].replace("L", " ").split(), float) for text in (first, drawn)]
    assert points[0] == pytest.approx(points[1], abs=0.15)  # both are rounded to a tenth


@pytest.mark.browser
def test_a_picture_has_one_label_with_and_without_the_script(built_book: Path, page: Page) -> None:
    written = BeautifulSoup((built_book / "book" / "training_study.html").read_text("utf-8"), "html.parser")
    for figure in ("explore-study", "explore-norms"):
        label = written.select_one(f"#{figure} svg")["aria-label"]
        drawn = page.locator(f"#{figure} svg")
        assert drawn.get_attribute("aria-label") == label
        page.locator(f"#{figure}-depth-choice").select_option("20")
        assert drawn.get_attribute("aria-label") != label


@pytest.mark.browser
@pytest.mark.parametrize(("depth", "start", "rate"), SETTINGS)
def test_accuracies_are_those_of_the_table(page: Any, depth: int, start: str, rate: int) -> None:
    shown = choose(page, "explore-study", depth=str(depth), start=start, rate=str(rate), first="tanh", second="gelu")
    for key, name in (("first", "tanh"), ("second", "gelu")):
        cell = Cell(activation=name, depth=depth, start=start, rate=RATES[rate])
        assert abs(shown[key] - tried()[cell].accuracy) <= TOLERANCE


@pytest.mark.browser
@pytest.mark.parametrize(("depth", "start", "rate"), SETTINGS)
def test_curves_end_where_the_table_says(page: Any, depth: int, start: str, rate: int) -> None:
    choices = {"depth": str(depth), "start": start, "rate": str(rate), "first": "relu", "second": "silu"}
    shown = choose(page, "explore-study", view="curve", **choices)
    for key, name in (("first", "relu"), ("second", "silu")):
        want = curve_of(tried()[Cell(activation=name, depth=depth, start=start, rate=RATES[rate])])[1][-1]
        assert shown[key] == (np.inf if want is None else want)
    text = page.locator("#explore-study .readout").inner_text()
    assert ("diverged" in text) == any(np.isinf(value) for value in shown.values())


@pytest.mark.browser
@pytest.mark.parametrize(("depth", "start", "rate"), SETTINGS)
def test_gradient_norms_are_those_of_the_table(page: Any, depth: int, start: str, rate: int) -> None:
    shown = choose(page, "explore-norms", depth=str(depth), start=start, first="elu", second="leaky_relu")
    for key, name in (("first", "elu"), ("second", "leaky_relu")):
        middle = norms_of(name, depth, start)[1]
        assert shown[key] == pytest.approx(10 ** middle[0], rel=TOLERANCE)


@pytest.mark.browser
def test_keyboard_changes_the_setting_and_a_screen_reader_hears_it(page: Any) -> None:
    before = page.locator("#explore-study .readout").inner_text()
    page.locator("#explore-study-depth-choice").focus()
    page.keyboard.press("ArrowDown")
    after = page.locator("#explore-study .readout").inner_text()
    assert after != before
    page.wait_for_timeout(600)
    assert page.locator("#explore-study [aria-live]").inner_text() == after
    assert "20 hidden layers" in page.locator("#explore-study svg").get_attribute("aria-label")


@pytest.mark.browser
def test_the_legend_names_the_chosen_pair(page: Any) -> None:
    choose(page, "explore-norms", first="silu", second="tanh")
    assert page.locator('#explore-norms [data-name="first"]').inner_text() == "SiLU"
    assert page.locator("#explore-norms path.curve").count() == 2
    assert page.locator("#explore-norms path.other").count() == len(ACTIVATIONS) - 2


@pytest.mark.browser
def test_redrawing_takes_a_few_milliseconds(page: Any) -> None:
    script = """() => {
      const select = document.querySelector('#explore-study-rate-choice');
      const times = [];
      for (let turn = 0; turn < 20; turn += 1) {
        select.selectedIndex = turn % 5;
        const began = performance.now();
        select.dispatchEvent(new Event('change', {bubbles: true}));
        times.push(performance.now() - began);
      }
      return times.sort((a, b) => a - b)[10];
    }"""
    page.locator("#explore-study-view-choice").select_option("curve")
    assert page.evaluate(script) < 16
