"""The built book in a real browser: every page in both themes, on a desk and on a phone, and what it weighs."""

from __future__ import annotations

import gzip
from functools import cache
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from browser import Visit, new_visit
from playwright.sync_api import Browser

from autograder.catalogue import CATALOGUE

pytestmark = pytest.mark.browser

ROOT = Path(__file__).resolve().parent.parent
WRITTEN = sorted(path.stem for path in (ROOT / "book").glob("*.md"))
MADE = [f"gallery/{name}" for name in CATALOGUE]
SAMPLE = {"gallery/gelu_tanh", "gallery/scaled_tanh", "gallery/sparsemax"}
"""Pages of the gallery that stand for all, since all come from one template: long formulas, sliders, vectors."""
PAGES = [*WRITTEN, *(pytest.param(page, marks=[] if page in SAMPLE else [pytest.mark.full]) for page in MADE)]
DRESSES = [
    pytest.param([(390, "dark"), (1400, "light")], id="half"),
    pytest.param([(390, "light"), (1400, "dark")], id="other-half", marks=pytest.mark.full),
]
"""Width in pixels and theme; in the sample every width and every theme once."""
WITH_FORMULAS, WITHOUT_FORMULAS = 700_000, 350_000
"""Bytes, compressed, that a page may weigh with everything that it loads."""
MATHJAX = "startup.js"


@cache
def compressed(path: Path) -> int:
    return len(gzip.compress(path.read_bytes(), 6))


@pytest.mark.parametrize("dresses", DRESSES)
@pytest.mark.parametrize("name", PAGES)
def test_page_is_quiet_accessible_and_fits(
    built_book: Path, chromium: Browser, name: str, dresses: list[tuple[int, str]]
) -> None:
    visit = new_visit(chromium)
    page = visit.open(built_book / "book" / f"{name}.html")
    wrong = []
    for width, theme in dresses:
        visit.dress(width=width, theme=theme)
        results = Axe().run(page, options={"preload": False})  # it would fetch style sheets anew, which files forbid
        if results.violations_count:
            wrong.append(f"{width} px, {theme}: {results.generate_report()}")
        if page.evaluate("document.documentElement.scrollWidth > document.documentElement.clientWidth"):
            wrong.append(f"{width} px, {theme}: the page scrolls sideways")
    formulas = page.locator("article .math").count()
    drawn, misread = page.locator("article mjx-container").count(), page.locator("mjx-merror").count()
    page.context.close()
    assert wrong == []
    assert visit.outside == []
    assert visit.errors == []
    assert drawn >= formulas
    assert misread == 0
    weight = sum(compressed(path) for path in visit.loaded)
    assert weight <= (WITH_FORMULAS if any(path.name == MATHJAX for path in visit.loaded) else WITHOUT_FORMULAS)


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_a_page_starts_in_the_theme_of_the_system(built_book: Path, chromium: Browser, theme: str) -> None:
    visit = new_visit(chromium, theme=theme)
    page = visit.open(built_book / "book" / "intro.html")
    assert page.evaluate("document.documentElement.dataset.theme") == theme
    page.context.close()


def test_formulas_are_drawn(built_book: Path, chromium_page: Visit) -> None:
    page = chromium_page.open(built_book / "book" / "range.html")
    assert page.locator(".math").count() > 20
    assert page.locator("mjx-container").count() >= page.locator(".math").count()
    assert page.locator("mjx-merror").count() == 0


def test_the_home_page_leads_to_the_introduction(built_book: Path, chromium_page: Visit) -> None:
    page = chromium_page.page
    page.goto((built_book / "index.html").as_uri())
    page.wait_for_url("**/book/intro.html")
    assert "Activation functions" in page.title()


def test_search_finds_a_word(built_book: Path, chromium_page: Visit) -> None:
    page = chromium_page.page
    page.goto((built_book / "search.html").as_uri() + "?q=softplus")
    page.wait_for_selector("#search-results li")
    assert "range" in (page.locator("#search-results").inner_html()).lower()
    assert chromium_page.outside == []


def test_an_open_answer_explains_itself_without_javascript(built_book: Path, chromium: Browser) -> None:
    visit = new_visit(chromium, java_script_enabled=False)
    page = visit.page
    page.goto((built_book / "book" / "range.html").as_uri())
    answer = page.locator("#check-yourself details").first
    assert not answer.locator("p").first.is_visible()
    answer.locator("summary").click()
    assert answer.locator("p").first.is_visible()
    assert page.locator("figure.explorable svg path.curve").count() >= 4
    assert page.locator(".without-script").first.is_visible()
    page.context.close()
