"""Every explorable of the book as readers use it: by keyboard and finger, by ear, on a phone, without a script."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from browser import Visit, new_visit
from playwright.sync_api import Browser
from test_explorables import TOLERANCE, readout, set_slider

from autograder.reference import REFERENCE
from book.lab.unit import FUNCTIONS

pytestmark = pytest.mark.browser

ROOT = Path(__file__).resolve().parent.parent
EXPLORABLE = re.compile(r'"(explore-[a-z-]+)"')
PLACES = {
    page.stem: found
    for page in sorted((ROOT / "book").glob("*.md"))
    if (found := EXPLORABLE.findall(page.read_text("utf-8")))
}
each_page = pytest.mark.parametrize("name", PLACES)
SPEECH = 600
"""Milliseconds after which a screen reader is told where a slider rests."""
MOST_NODES, MOST_POINTS = 500, 6_000
"""What one redraw may make: SVG elements, and corners of all lines together; `benchmarks.frames` measures the time."""
INSIDE = """
(figure) => {
  const box = figure.getBoundingClientRect();
  const parts = [...figure.querySelectorAll("svg text, .controls *, .legend .item, .readout, figcaption")];
  return parts.filter((part) => {
    const { left, right, width } = part.getBoundingClientRect();
    return width > 0 && (left < box.left - 1 || right > box.right + 1);
  }).map((part) => part.textContent || part.outerHTML.slice(0, 60));
}
"""
MOVING = """
(figure) => [figure, ...figure.querySelectorAll("*")].filter((part) => {
  const { animationName, transitionDuration } = getComputedStyle(part);
  return animationName !== "none" || transitionDuration.split(", ").some((time) => parseFloat(time) > 0);
}).length
"""
WORK = """
(figure) => [
  figure.querySelectorAll("svg *").length,
  [...figure.querySelectorAll("svg path")].reduce((sum, path) => sum + path.getAttribute("d").split(/[ML]/).length, 0),
]
"""


def test_every_page_with_an_explorable_is_played() -> None:
    assert {"intro", "nonlinearity", "range", "differentiability", "saturation", "output_layer"} <= set(PLACES)


@each_page
def test_the_keyboard_moves_it_and_a_screen_reader_hears_where_it_rests(
    built_book: Path, chromium_page: Visit, name: str
) -> None:
    page = chromium_page.open(built_book / "book" / f"{name}.html")
    for identity in PLACES[name]:
        figure = page.locator(f"#{identity}")
        drawn = figure.locator("[data-plot]")
        for control in figure.locator(".controls :is(input, select):visible").all():
            assert control.evaluate("(node) => node.labels.length === 1 && node.labels[0].textContent.trim() !== ''")
        first = figure.locator(".controls :is(input, select, button)").first
        first.focus()
        page.keyboard.press("Tab")  # focus by the keyboard, so that the ring shows
        page.keyboard.press("Shift+Tab")
        assert first.evaluate("(node) => node.matches(':focus-visible')")
        assert first.evaluate("(node) => getComputedStyle(node).outlineStyle !== 'none'"), identity
        for slider in figure.locator(".controls input:visible").all():
            before, value = drawn.inner_html(), slider.input_value()
            slider.focus()
            page.keyboard.press("ArrowRight")
            page.keyboard.press("ArrowRight")
            if slider.input_value() == value:  # it stood at its end
                page.keyboard.press("ArrowLeft")
            assert slider.input_value() != value
            assert drawn.inner_html() != before, (identity, slider.get_attribute("id"))
        page.wait_for_timeout(SPEECH)
        spoken = figure.locator("[aria-live]").inner_text()
        assert spoken == figure.locator(".readout").inner_text() != ""
        nodes, points = figure.evaluate(WORK)
        assert nodes <= MOST_NODES, identity
        assert points <= MOST_POINTS, identity
    assert chromium_page.errors == []


@each_page
def test_it_fits_on_a_phone_answers_a_finger_and_does_not_move_by_itself(
    built_book: Path, chromium: Browser, name: str
) -> None:
    visit = new_visit(chromium, width=390, has_touch=True, reduced_motion="reduce")
    page = visit.open(built_book / "book" / f"{name}.html")
    for identity in PLACES[name]:
        figure = page.locator(f"#{identity}")
        assert figure.evaluate(INSIDE) == [], identity
        assert figure.evaluate(MOVING) == 0, identity
        for control in figure.locator(".controls :is(input, select):visible").all():
            assert control.bounding_box()["width"] >= 90, (identity, control.get_attribute("id"))
        cursor = figure.locator('[data-slider="x"]')
        if figure.get_attribute("data-explorable") == "curve":
            picture = figure.locator("svg")
            picture.scroll_into_view_if_needed()
            before, box = cursor.input_value(), picture.bounding_box()
            page.touchscreen.tap(box["x"] + 0.3 * box["width"], box["y"] + 0.5 * box["height"])
            assert cursor.input_value() != before, identity
    assert visit.errors == []
    page.context.close()


@each_page
def test_without_javascript_there_is_a_picture(built_book: Path, chromium: Browser, name: str) -> None:
    visit = new_visit(chromium, java_script_enabled=False)
    page = visit.page
    page.goto((built_book / "book" / f"{name}.html").as_uri())
    for identity in PLACES[name]:
        figure = page.locator(f"#{identity}")
        assert figure.locator("svg [data-plot] :is(path, rect, circle)").count() >= 5
        assert figure.locator(".without-script").is_visible()
        assert not figure.locator(".controls").is_visible()
        assert figure.locator("figcaption").is_visible()
    page.context.close()


def test_the_unit_is_the_function_of_its_weighted_input(built_book: Path, chromium_page: Visit) -> None:
    page: Any = chromium_page.open(built_book / "book" / "intro.html")
    for name in FUNCTIONS:
        page.locator("#explore-unit select").select_option(name)
        for weight, bias, x in ((-1.5, 0.7, 2.25), (3, -3, 0.5)):
            for part, value in (("w", weight), ("b", bias), ("x", x)):
                set_slider(page, f"#explore-unit-{part}", value)
            shown, z = readout(page, "#explore-unit"), weight * x + bias
            assert shown["value"] == pytest.approx(REFERENCE[name].value(z), abs=TOLERANCE)
            assert shown["slope"] == pytest.approx(weight * REFERENCE[name].derivative(z), abs=TOLERANCE)
            assert np.isfinite(shown["value"])
