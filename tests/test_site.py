"""The built book in a real browser: every page in both themes, on a desk and on a phone."""

from __future__ import annotations

from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from browser import Visit, new_visit
from playwright.sync_api import Browser

pytestmark = pytest.mark.browser

ROOT = Path(__file__).resolve().parent.parent
PAGES = sorted(path.stem for path in (ROOT / "book").glob("*.md"))


SCREENS = [
    (390, "dark"),
    (1400, "light"),
    pytest.param(390, "light", marks=pytest.mark.full),
    pytest.param(1400, "dark", marks=pytest.mark.full),
]
"""Width in pixels and theme; in the sample every width and every theme once."""


@pytest.mark.parametrize(("width", "theme"), SCREENS)
@pytest.mark.parametrize("name", PAGES)
def test_page_is_quiet_accessible_and_fits(
    built_book: Path, chromium: Browser, name: str, width: int, theme: str
) -> None:
    visit = new_visit(chromium, width=width, theme=theme)
    page = visit.open(built_book / "book" / f"{name}.html")
    assert page.evaluate("document.documentElement.dataset.theme") == theme
    results = Axe().run(page, options={"preload": False})  # it would fetch style sheets anew, which files forbid
    overflow = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
    page.context.close()
    assert visit.outside == []
    assert visit.errors == []
    assert results.violations_count == 0, results.generate_report()
    assert overflow <= 0, "the page scrolls sideways"


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
