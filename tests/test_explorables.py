"""The explorables in a real browser: they move, and their numbers are the reference's."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest
from browser import Visit

from autograder.reference import REFERENCE
from book.lab.explorable import SAMPLES, flat_zones
from book.lab.frame import Plane, nice_ticks

TOLERANCE = 1e-12
POINTS = 1_000


def test_ticks_are_round_and_inside() -> None:
    assert nice_ticks(-8, 8) == [-5, 0, 5]
    assert nice_ticks(-0.5, 1.5) == [-0.5, 0, 0.5, 1, 1.5]


def test_flat_zones_of_a_clipped_line() -> None:
    x = np.linspace(-2, 2, 401)
    [left, right] = flat_zones(x, np.where(np.abs(x) < 1, 1.0, 0.0))
    assert left == (-2, -1)
    assert right == (1, 2)


@pytest.fixture
def page(built_book: Path, chromium_page: Visit) -> Any:
    return chromium_page.open(built_book / "book" / "range.html")


@pytest.mark.browser
def test_functions_equal_the_reference(page: Any) -> None:
    xs = np.linspace(-20, 20, POINTS)
    names = page.evaluate("Object.keys(window.explorables['explore-range'])")
    assert len(names) >= 6
    for name in names:
        for method in ("value", "derivative"):
            script = "([name, method, xs]) => xs.map((x) => window.explorables['explore-range'][name][method](x))"
            got = np.array(page.evaluate(script, [name, method, xs.tolist()]), dtype=float)
            want = getattr(REFERENCE[name], method)(xs)
            assert np.max(np.abs(got - want) / np.maximum(1, np.abs(want))) <= TOLERANCE, (name, method)


def set_slider(page: Any, selector: str, value: float) -> None:
    page.locator(selector).evaluate(
        "(input, value) => { input.value = value; input.dispatchEvent(new Event('input', {bubbles: true})); }", value
    )


def readout(page: Any, figure: str) -> dict[str, float]:
    found = page.locator(f"{figure} .readout").evaluate("(node) => ({...node.dataset})")
    return {name: float(text) for name, text in found.items()}


@pytest.mark.browser
def test_cursor_reads_out_value_and_slope(page: Any) -> None:
    for name in ("sigmoid", "softplus", "relu6"):
        page.locator("#explore-range-choice").select_option(name)
        for x in (-3.5, 0.25, 6.5):
            set_slider(page, "#explore-range-x", x)
            shown = readout(page, "#explore-range")
            assert shown["x"] == x
            assert abs(shown["value"] - REFERENCE[name].value(x)) <= TOLERANCE
            assert abs(shown["slope"] - REFERENCE[name].derivative(x)) <= TOLERANCE


@pytest.mark.browser
@pytest.mark.parametrize(("kind", "method"), [("value", "value"), ("slope", "derivative")])
def test_a_curve_has_few_points_and_lies_where_it_should(page: Any, kind: str, method: str) -> None:
    drawn = page.locator(f"#explore-range path.curve.{kind}").get_attribute("d")
    points = np.array([point.split() for point in drawn.removeprefix("M").split("L")], float)
    plane, x = Plane((-8, 8), (-0.5, 1.5)), np.linspace(-8, 8, SAMPLES)
    wanted = [plane.down(y) for y in getattr(REFERENCE["sigmoid"], method)(x)]
    assert np.interp([plane.across(at) for at in x], *points.T) == pytest.approx(wanted, abs=0.15)
    assert 10 < len(points) < SAMPLES / 4


@pytest.mark.browser
def test_what_moves_does_not_change_what_a_layer_covers(page: Any) -> None:
    boxes = """(plot) => [...plot.children].map((layer) => {
        const { x, y, width, height } = layer.getBBox();
        return [x, y, width, height];
    })"""
    plot = page.locator("#explore-range [data-plot]")
    page.locator("#explore-range-choice").select_option("leaky_relu")
    before = plot.evaluate(boxes)
    set_slider(page, "#explore-range-x", -8)
    set_slider(page, "#explore-range-alpha", 1)
    assert plot.evaluate(boxes) == before
    assert plot.locator(".ground").count() == len(before) > 4


@pytest.mark.browser
def test_a_second_function_stands_beside_the_first(page: Any) -> None:
    figure = page.locator("#explore-range")
    assert figure.locator("path.curve").count() == 2
    page.locator("#explore-range-choice").select_option("tanh")
    page.locator("#explore-range-against").select_option("sigmoid")
    set_slider(page, "#explore-range-x", 0.5)
    shown = readout(page, "#explore-range")
    for part, name, method in (
        ("value", "tanh", "value"),
        ("other", "sigmoid", "value"),
        ("otherSlope", "sigmoid", "derivative"),
    ):
        assert abs(shown[part] - getattr(REFERENCE[name], method)(0.5)) <= TOLERANCE
    assert figure.locator("path.curve").count() == 4
    assert figure.locator(".legend").inner_text().split()[-2:] == ["Sigmoid", "(logistic)"]
    assert "beside it Sigmoid (logistic)" in figure.locator("svg").get_attribute("aria-label")
    page.locator("#explore-range-against").select_option("tanh")  # the same function twice is one function
    assert figure.locator("path.curve").count() == 2
    assert ";" not in figure.locator(".readout").inner_text()


@pytest.mark.browser
def test_parameter_moves_the_curve(page: Any) -> None:
    page.locator("#explore-range-choice").select_option("leaky_relu")
    curve = page.locator("#explore-range .curve.value")
    before = curve.get_attribute("d")
    set_slider(page, "#explore-range-alpha", 0.5)
    assert curve.get_attribute("d") != before
    set_slider(page, "#explore-range-x", -2)
    assert readout(page, "#explore-range")["value"] == pytest.approx(-1, abs=TOLERANCE)


@pytest.mark.browser
def test_scaled_curve_fills_the_chosen_interval(page: Any) -> None:
    set_slider(page, "#explore-scale-low", -7)
    set_slider(page, "#explore-scale-high", 3)
    set_slider(page, "#explore-scale-x", 0.5)
    shown = readout(page, "#explore-scale")
    assert shown["value"] == pytest.approx(-7 + 10 * (np.tanh(0.5) + 1) / 2, abs=TOLERANCE)
    assert shown["slope"] == pytest.approx(5 * (1 - np.tanh(0.5) ** 2), abs=TOLERANCE)


@pytest.mark.browser
def test_keyboard_moves_the_cursor_and_a_screen_reader_hears_it(page: Any) -> None:
    page.locator("#explore-range-x").focus()
    before = readout(page, "#explore-range")["x"]
    page.keyboard.press("ArrowRight")
    after = readout(page, "#explore-range")
    assert after["x"] == pytest.approx(before + 0.01)
    page.wait_for_timeout(600)
    spoken = page.locator("#explore-range [aria-live]").inner_text()
    assert spoken == page.locator("#explore-range .readout").inner_text()


@pytest.mark.browser
def test_pointing_at_the_picture_moves_the_cursor(page: Any) -> None:
    picture = page.locator("#explore-range svg")
    picture.scroll_into_view_if_needed()
    box = picture.bounding_box()
    page.mouse.click(box["x"] + box["width"] * 0.75, box["y"] + box["height"] / 2)
    assert readout(page, "#explore-range")["x"] > 2


@pytest.mark.browser
def test_nearly_flat_zones_are_shaded(page: Any) -> None:
    page.locator("#explore-range-choice").select_option("identity")
    assert page.locator("#explore-range .zone").count() <= 1  # only the key of the legend is no SVG rectangle
    page.locator("#explore-range-choice").select_option("relu6")
    assert page.locator("#explore-range svg rect.zone").count() == 2


TOUCHED = """
async ([selector, value]) => {
  const seen = new MutationObserver(() => {});
  seen.observe(document.querySelector("#explore-range svg"), { attributes: true, childList: true, subtree: true });
  const input = document.querySelector(selector);
  input.value = value;
  input.dispatchEvent(new Event("input", { bubbles: true }));
  return seen.takeRecords().map((record) => `${record.type} ${record.target.getAttribute("class")}`);
}
"""


@pytest.mark.browser
def test_a_movement_changes_only_what_depends_on_it(page: Any) -> None:
    page.locator("#explore-range-choice").select_option("leaky_relu")
    cursor = set(page.evaluate(TOUCHED, ["#explore-range-x", 2]))
    assert cursor == {"attributes cursor", "attributes point", "attributes tangent"}
    parameter = set(page.evaluate(TOUCHED, ["#explore-range-alpha", 0.5]))
    assert "attributes curve value" in parameter
    assert not any("grid" in change or change.startswith("childList") for change in parameter)


@pytest.mark.browser
def test_the_cursor_follows_a_change_of_the_window(page: Any) -> None:
    set_slider(page, "#explore-range-x", 0)
    heights = []
    for name in ("tanh", "relu"):  # both are 0 at 0, in windows of their own
        page.locator("#explore-range-choice").select_option(name)
        heights.append(float(page.locator("#explore-range .point").get_attribute("cy")))
    plane = [Plane((-8, 8), values) for values in ((-1.5, 1.5), (-2, 8))]
    assert heights == pytest.approx([one.down(0) for one in plane], abs=0.1)
