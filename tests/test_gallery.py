"""The gallery: one page for each activation, whose numbers are the reference's, and a table that sorts and filters."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest
from browser import Visit
from bs4 import BeautifulSoup

from autograder.assignments import NAMES, load
from autograder.catalogue import CATALOGUE
from autograder.properties import properties
from autograder.reference import REFERENCE
from book.lab.gallery import asked_in, page, plain
from book.lab.gallery_curves import OTHER, identity, moving_entry, sample, slider_of
from book.lab.gallery_facts import POINTS, VECTORS, facts
from book.lab.gallery_table import comparison, sort_key

TOLERANCE = 1e-12
ELEMENTWISE = [name for name, entry in CATALOGUE.items() if entry.kind == "elementwise"]
WITH_SLIDERS = [name for name in ELEMENTWISE if CATALOGUE[name].parameters]
QUICK = ("relu", "leaky_relu", "hard_tanh", "softmax", "glu")
"""Of the pages in a browser these are enough for a sample: a kink, a parameter, two, a vector, a gate."""


@pytest.mark.parametrize("name", WITH_SLIDERS)
def test_every_position_of_the_sliders_is_allowed(name: str) -> None:
    entry = CATALOGUE[name]
    sliders = [slider_of(parameter, entry) for parameter in entry.parameters]
    for slider in sliders:
        assert slider.low < slider.start < slider.high or slider.start in (slider.low, slider.high)
        steps = (slider.start - slider.low) / slider.step
        assert steps == pytest.approx(round(steps), abs=1e-6)
    for end in ("low", "high"):
        entry.validate(**{slider.name: getattr(slider, end) for slider in sliders})
    entry.validate(**{slider.name: (slider.high, slider.low)[index] for index, slider in enumerate(sliders[:2])})


def test_of_a_gated_unit_the_gate_moves() -> None:
    assert [moving_entry(CATALOGUE[name]) for name in ("softmax", "maxout", "glu", "swiglu")] == [0, 0, 1, 1]


def test_the_curve_of_a_vector_function_is_its_first_component() -> None:
    value, slope = sample("softmax", np.array([0.0, 1.0]))
    sigmoid: Any = REFERENCE["sigmoid"]
    np.testing.assert_allclose(value, sigmoid.value(np.array([0.0, 1.0]) - OTHER.start), rtol=1e-15)
    np.testing.assert_allclose(slope, sigmoid.derivative(np.array([0.0, 1.0]) - OTHER.start), rtol=1e-15)


def test_a_page_says_what_an_entry_says() -> None:
    text = page(facts("leaky_relu"))
    entry = CATALOGUE["leaky_relu"]
    for words in (entry.used_in, entry.good_for, entry.bad_for, *entry.misconceptions, *(k.why for k in entry.kinks)):
        assert plain(words) in text
    assert entry.latex in text
    assert entry.derivative_latex in text
    assert f"Source of {entry.year}" in text
    assert all(f"{{cite:t}}`{key}`" in text for key in entry.sources)
    assert "saturation.zip" in text
    assert text.count('id="explore-leaky-relu"') == 1


def test_markup_in_the_catalogue_stays_text() -> None:
    assert plain("a*b_c <d> [e] $f$") == r"a\*b\_c \<d\> \[e\] \$f\$"


def test_exercises_are_found_by_their_functions() -> None:
    assert asked_in("relu") == {"nonlinearity": ["relu"], "differentiability": ["relu_derivative"]}
    assert asked_in("snake") == {}
    asked = {name for entry in CATALOGUE for names in asked_in(entry).values() for name in names}
    every = {exercise.name for assignment in NAMES for exercise in load(assignment).exercises}
    assert every & set(CATALOGUE) <= asked <= every


@pytest.mark.parametrize(
    ("column", "rising"),
    [
        ("Lipschitz constant", ["–", "1/6", "1/4", "1.0885", "3/2", "∞"]),
        ("range", ["(−∞, ∞)", "(−1.7159, 1.7159)", "[−3/8, ∞)", "(0, 1)"]),
        ("continuity", ["–", "discontinuous", "C⁰", "C¹", "C^∞"]),
    ],
)
def test_columns_are_sorted_by_size(column: str, rising: list[str]) -> None:
    keys = [float(sort_key(column, text)) for text in rising]
    assert keys == sorted(keys)
    assert len(set(keys)) == len(keys)


def record(name: str) -> dict[str, Any]:
    entry = CATALOGUE[name]
    rows = properties(entry).rows()
    return {"name": name, "title": entry.title, "year": entry.year, "properties": rows, "spark": '<path d="M0 0"/>'}


def test_the_table_is_plain_where_nothing_runs() -> None:
    table = BeautifulSoup(comparison([record("relu"), record("softmax")]), "html.parser")
    assert [row["data-title"] for row in table.select("tbody tr")] == [CATALOGUE[n].title for n in ("relu", "softmax")]
    assert table.select_one(".gallery-controls").has_attr("hidden")
    assert table.select("thead button") == []


def test_values_on_the_pages_are_the_references(built_book: Path) -> None:
    for name, entry in CATALOGUE.items():
        html = BeautifulSoup((built_book / "book" / "gallery" / f"{name}.html").read_text("utf-8"), "html.parser")
        rows = [[cell.get_text() for cell in row.select("td")] for row in html.select("#some-values tbody tr")]
        function: Any = REFERENCE[name]
        if entry.kind == "elementwise":
            got = np.array([[float(text.replace("−", "-")) for text in row] for row in rows])
            xs = np.array(POINTS)
            want = np.stack([xs, function.value(xs), function.derivative(xs)], axis=1)
            np.testing.assert_allclose(got, want, rtol=1e-5, err_msg=name)
        else:
            got_rows = [[float(part) for part in row[1].strip("()").replace("−", "-").split(",")] for row in rows]
            for result, vector in zip(got_rows, VECTORS, strict=True):
                np.testing.assert_allclose(result, function.value(np.array(vector)), rtol=1e-5, err_msg=name)


@pytest.mark.browser
def test_the_table_sorts_and_filters_by_keyboard(built_book: Path, chromium_page: Visit) -> None:
    browser = chromium_page.open(built_book / "book" / "gallery.html")
    shown = browser.locator("#comparison tbody tr:visible")
    assert shown.count() == len(CATALOGUE)
    head = browser.locator("#comparison thead button", has_text="Lipschitz")
    head.focus()
    browser.keyboard.press("Enter")
    browser.keyboard.press("Enter")
    assert browser.locator("#comparison thead th[aria-sort]").get_attribute("aria-sort") == "descending"
    assert "∞" in shown.first.inner_text()
    browser.locator("#gallery-zero-centred").select_option("yes")
    odd = [name for name in ELEMENTWISE if properties(CATALOGUE[name]).zero_centred]
    assert shown.count() == len(odd)
    assert browser.locator(".gallery-count").inner_text().startswith(f"{len(odd)} of {len(CATALOGUE)}")
    browser.locator("#gallery-search").fill("tanh")
    assert shown.count() == sum("tanh" in CATALOGUE[name].title.lower() for name in odd)


@pytest.mark.browser
@pytest.mark.parametrize(("width", "fits"), [(1400, True), (1000, False), (390, True)])
def test_the_table_stays_in_its_column(built_book: Path, chromium_page: Visit, width: int, fits: bool) -> None:
    page = chromium_page.open(built_book / "book" / "gallery.html")
    chromium_page.dress(width=width, theme="light")
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    more = page.locator("#comparison .scrolls").evaluate("(box) => box.scrollWidth - box.clientWidth")
    assert (more == 0) is fits
    assert page.locator("#comparison .scrolls").evaluate("(box) => getComputedStyle(box).overflowX") == "auto"


@pytest.mark.browser
@pytest.mark.parametrize(
    "name", [pytest.param(name, marks=[] if name in QUICK else [pytest.mark.full]) for name in CATALOGUE]
)
def test_pictures_move_as_the_reference_says(built_book: Path, chromium_page: Visit, name: str) -> None:
    browser = chromium_page.open(built_book / "book" / "gallery" / f"{name}.html")
    entry = CATALOGUE[name]
    xs = np.linspace(-5, 5, 1_000)
    other = -0.75
    given: dict[str, float] = {"other": other}
    if entry.kind == "elementwise":
        given = {p.name: slider_of(p, entry).high for p in entry.parameters}
        function: Any = REFERENCE[name]
        want = function.value(xs, **given), function.derivative(xs, **given)
    else:
        want = sample(name, xs, other)
    for method, expected in zip(("value", "derivative"), want, strict=True):
        script = "([id, name, method, xs, given]) => xs.map((x) => window.explorables[id][name][method](x, given))"
        got = np.array(browser.evaluate(script, [identity(name), name, method, xs.tolist(), given]), dtype=float)
        assert np.max(np.abs(got - expected) / np.maximum(1, np.abs(expected))) <= TOLERANCE, method
    assert chromium_page.errors == []
