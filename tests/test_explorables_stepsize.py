"""The explorables of the chapter on differentiability: slopes, errors of approximations, and the step."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest
from browser import Visit
from scipy.special import erf
from test_explorables import POINTS, TOLERANCE, readout, set_slider

from autograder.catalogue import CATALOGUE
from autograder.reference import REFERENCE
from book.lab.claims.differentiability import PUBLISHED
from book.lab.figures_differentiability import one_sided
from book.lab.stepsize import FUNCTIONS, central, errors, forward, rough

FIGURE = "#explore-step"
EPSILON = np.finfo(float).eps


@pytest.fixture
def page(built_book: Path, chromium_page: Visit) -> Any:
    return chromium_page.open(built_book / "book" / "differentiability.html")


def test_errors_fall_and_grow_again() -> None:
    best = {"forward": EPSILON ** (1 / 2), "central": EPSILON ** (1 / 3)}
    found = {method: errors("tanh", 1.0, np.array([0.1, h, 1e-13]))[method] for method, h in best.items()}
    for large, good, tiny in found.values():
        assert good < min(large, tiny) / 100
    assert found["central"][1] < found["forward"][1] / 100


def test_one_sided_slopes_at_kinks() -> None:
    assert one_sided(CATALOGUE["relu"], 0) == (0, 1)
    assert one_sided(CATALOGUE["relu6"], 1) == (1, 0)
    assert one_sided(CATALOGUE["elu"], 0) == (1, 1)


def test_a_rough_number_reads_as_a_power_of_ten() -> None:
    assert rough(2.2e-16) == "2·10⁻¹⁶"


@pytest.mark.browser
def test_functions_equal_the_reference(page: Any) -> None:
    xs = np.linspace(-20, 20, POINTS)
    script = "([figure, name, method, xs]) => xs.map((x) => window.explorables[figure][name][method](x))"
    for figure in ("explore-slopes", "explore-step"):
        for name in page.evaluate(f"Object.keys(window.explorables['{figure}'])"):
            for method in ("value", "derivative"):
                got = np.array(page.evaluate(script, [figure, name, method, xs.tolist()]), dtype=float)
                want = getattr(REFERENCE[name], method)(xs)
                assert np.max(np.abs(got - want) / np.maximum(1, np.abs(want))) <= TOLERANCE, (figure, name, method)


@pytest.mark.browser
@pytest.mark.parametrize("a", [PUBLISHED, 0.0455])
def test_error_of_the_tanh_form(page: Any, a: float) -> None:
    xs = np.linspace(-5, 5, POINTS)
    script = """([given, xs]) => {
        const { value } = window.explorables["explore-approximations"].tanh_form_error;
        return xs.map((x) => value(x, given));
    }"""
    got = np.array(page.evaluate(script, [{"thousand_a": 1000 * a}, xs.tolist()]))
    want = 500 * xs * (np.tanh(np.sqrt(2 / np.pi) * (xs + a * xs**3)) - erf(xs / np.sqrt(2)))
    assert np.max(np.abs(got - want)) <= 1000 * TOLERANCE  # the error itself is exact to the tolerance


@pytest.mark.browser
def test_error_of_the_sigmoid_form(page: Any) -> None:
    page.locator("#explore-approximations-choice").select_option("sigmoid_form_error")
    for x in (-2.0, 0.5, 3.0):
        set_slider(page, "#explore-approximations-x", x)
        want = 1000 * (REFERENCE["gelu_sigmoid"].value(x) - REFERENCE["gelu"].value(x))
        assert readout(page, "#explore-approximations")["value"] == pytest.approx(want, abs=1000 * TOLERANCE)


@pytest.mark.browser
@pytest.mark.parametrize("name", FUNCTIONS)
def test_differences_are_numpys_up_to_rounding(page: Any, name: str) -> None:
    page.locator(f"{FIGURE} select").select_option(name)
    f: Any = REFERENCE[name].value
    for power, x in ((-1, 0.5), (-4, 1.0), (-8, -1.0), (-12, 2.0)):
        set_slider(page, f"{FIGURE}-power", power)
        set_slider(page, f"{FIGURE}-x", x)
        shown = readout(page, FIGURE)
        h = np.array(shown["h"])
        assert h == pytest.approx(10.0**power)
        for method, rule in (("forward", forward), ("central", central)):
            # Two values of f, each a few units in the last place apart between the two languages, divided by h.
            assert abs(shown[method] - rule(f, x, h)) <= TOLERANCE + 16 * EPSILON * max(1, abs(f(x))) / h


@pytest.mark.browser
def test_pointing_and_keyboard_choose_the_step(page: Any) -> None:
    picture = page.locator(f"{FIGURE} svg")
    picture.scroll_into_view_if_needed()
    box = picture.bounding_box()
    page.mouse.click(box["x"] + box["width"] * 0.3, box["y"] + box["height"] / 2)
    chosen = readout(page, FIGURE)["h"]
    assert 1e-13 < chosen < 1e-11
    page.locator(f"{FIGURE}-power").focus()
    page.keyboard.press("ArrowRight")
    assert readout(page, FIGURE)["h"] == pytest.approx(chosen * 10**0.05)
