"""The explorable of floating-point formats: its rounding is NumPy's, and its edges are where the values say."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from browser import Visit

from autograder.catalogue import CATALOGUE, X
from autograder.oracle import evaluate
from book.lab.formats import APPROACHES, FORMATS, accuracies, float_format

TOLERANCE = 1e-12
BY_NAME = {one.name: one for one in APPROACHES}
HALF_LAST_PLACE = {"float16": 2.0**-12, "float32": 2.0**-25, "float64": 2.0**-54}
each = pytest.mark.parametrize("name", BY_NAME)
each_format = pytest.mark.parametrize("format_name", FORMATS)


@each
@each_format
def test_the_edge_is_the_first_float_that_is_stored_as_the_limit(name: str, format_name: str) -> None:
    one, kind = BY_NAME[name], FORMATS[format_name]
    edge = kind(one.edge(format_name))
    before = np.nextafter(edge, kind(0))
    assert one.stored(edge, format_name) == one.limit
    assert one.stored(before, format_name) != one.limit
    low, high = one.window(format_name)
    assert low <= edge <= high


@pytest.mark.parametrize("format_name", ["float16", "float32"])
def test_the_sigmoid_reaches_one_where_the_page_derives_it(format_name: str) -> None:
    derived = np.log(1 / HALF_LAST_PLACE[format_name] - 1)
    edge = BY_NAME["sigmoid"].edge(format_name)
    assert derived <= edge <= np.nextafter(FORMATS[format_name](derived), FORMATS[format_name](np.inf))


@each
def test_the_distance_on_the_real_numbers_is_the_oracles(name: str) -> None:
    one = BY_NAME[name]
    x = one.side * np.array([0.25, 1.0, 5.0, 11.9, 12.1, 25.0, 300.0])
    expr = CATALOGUE[name].expr.subs(CATALOGUE[name].defaults)
    exact = evaluate(one.side * (one.limit - expr) if one.limit else expr, X, x)
    assert one.gap(x) == pytest.approx(np.log10(exact), rel=TOLERANCE)


def test_the_accuracies_are_those_of_the_course() -> None:
    found = accuracies(("softplus",), 60)
    assert len(found) == 4
    assert all(one.holds and one.points >= 60 for one in found.values())


def test_without_a_script_the_first_position_is_drawn() -> None:
    html = float_format("x", title="…").text
    assert html.count("<path") > 10
    assert 'class="zone"' in html


@pytest.fixture
def page(built_book: Any, chromium_page: Visit) -> Any:
    return chromium_page.open(built_book / "book" / "numerics.html")


def shown(page: Any) -> dict[str, float]:
    found = page.locator("#explore-formats .readout").evaluate("(node) => ({...node.dataset})")
    return {key: float(text) for key, text in found.items()}


def choose(page: Any, name: str, format_name: str) -> None:
    page.locator("#explore-formats-function-choice").select_option(name)
    page.locator("#explore-formats-format-choice").select_option(format_name)


def move(page: Any, x: float) -> None:
    script = "(input, x) => { input.step = 'any'; input.value = x; input.dispatchEvent(new Event('input')); }"
    page.locator("#explore-formats-x").evaluate(script, x)


@pytest.mark.browser
@each
@each_format
def test_values_and_edges_are_numpys(page: Any, name: str, format_name: str) -> None:
    one, kind = BY_NAME[name], FORMATS[format_name]
    choose(page, name, format_name)
    # The browser's tanh differs from NumPy's in the last place, which moves the edge in float64 by a hair.
    assert shown(page)["edge"] == pytest.approx(one.edge(format_name), rel=0.01 if format_name == "float64" else 1e-15)
    low, high = one.window(format_name)
    for x in np.round(np.linspace(low, high, 24)[1:-1] * 64) / 64:  # few digits, which a slider keeps
        move(page, float(x))
        read = shown(page)
        assert read["x"] == float(kind(x))
        assert abs(read["value"] - float(one.stored(np.asarray(x), format_name))) <= TOLERANCE
        assert read["log"] == pytest.approx(float(one.gap(np.array([float(kind(x))]))[0]), rel=TOLERANCE)


@pytest.mark.browser
def test_narrow_formats_are_rounded_bit_by_bit_as_numpy_rounds(page: Any) -> None:
    rng = np.random.default_rng(0)
    for format_name, reach in (("float16", 9.0), ("float32", 18.0)):
        choose(page, "sigmoid", format_name)
        for x in rng.uniform(0, reach, 60):
            move(page, float(x))
            assert shown(page)["value"] == float(BY_NAME["sigmoid"].stored(np.asarray(x), format_name))
    choose(page, "softplus", "float16")
    for x in rng.uniform(-17, -6, 60):  # subnormal numbers among them
        move(page, float(x))
        assert shown(page)["value"] == float(BY_NAME["softplus"].stored(np.asarray(x), "float16"))


@pytest.mark.browser
def test_the_button_goes_to_the_edge(page: Any) -> None:
    choose(page, "tanh", "float32")
    page.locator("#explore-formats .jump").click()
    read = shown(page)
    assert read["x"] == read["edge"]
    assert read["value"] == 1
    assert "as exactly 1" in page.locator("#explore-formats .readout").inner_text()


@pytest.mark.browser
def test_keyboard_moves_the_cursor_and_a_screen_reader_hears_it(page: Any) -> None:
    page.locator("#explore-formats-x").focus()
    before = shown(page)["x"]
    page.keyboard.press("ArrowRight")
    assert shown(page)["x"] == pytest.approx(before + 0.01, abs=1e-5)
    page.wait_for_timeout(600)
    spoken = page.locator("#explore-formats [aria-live]").inner_text()
    assert spoken == page.locator("#explore-formats .readout").inner_text()
