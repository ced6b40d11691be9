"""A page answers while it is made ready: no long task, the same formulas, nothing that moves what one reads."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from browser import SETTLE, Visit, new_visit
from playwright.sync_api import Browser, Page

pytestmark = pytest.mark.browser

MOST_FORMULAS = "differentiability"
LONGEST = 150.0
"""Milliseconds of processor time that one task may take.  Nothing should take longer than 50, and on a machine that is
not busy nothing does; typeset all at once, the page's formulas alone took 500."""
CATEGORIES = ["devtools.timeline", "disabled-by-default-devtools.timeline"]


def traced(page: Page, address: str) -> list[dict[str, Any]]:
    """Return the events of Chromium's trace from the page's first byte until all of it is ready."""
    assert page.context.browser is not None
    session = page.context.browser.new_browser_cdp_session()
    events: list[dict[str, Any]] = []
    complete: list[object] = []
    session.on("Tracing.dataCollected", lambda part: events.extend(part["value"]))
    session.on("Tracing.tracingComplete", lambda end: complete.append(end))
    session.send("Tracing.start", {"traceConfig": {"includedCategories": CATEGORIES}, "transferMode": "ReportEvents"})
    page.goto(address)
    page.evaluate(SETTLE)
    page.wait_for_timeout(50)  # the task that answered has ended, too
    session.send("Tracing.end")
    while not complete:
        page.wait_for_timeout(20)
    session.detach()
    return events


def tasks(events: list[dict[str, Any]]) -> list[float]:
    """Return the processor time of each task of the page's thread, in milliseconds."""
    scripts = [event for event in events if event["name"] == "EvaluateScript"]
    [thread] = {(event["pid"], event["tid"]) for event in scripts if "book.js" in str(event["args"])}
    found = [event for event in events if event["name"] == "RunTask" and (event["pid"], event["tid"]) == thread]
    return [event.get("tdur", 0) / 1000 for event in found]


def test_no_task_keeps_the_reader_waiting(built_book: Path, chromium_page: Visit) -> None:
    page = chromium_page.page
    events = traced(page, (built_book / "book" / f"{MOST_FORMULAS}.html").as_uri())
    found = tasks(events)
    assert len(found) > 20
    assert max(found) < LONGEST
    assert page.locator("mjx-container").count() >= page.locator(".math").count() > 100


@pytest.mark.parametrize("name", [MOST_FORMULAS, "range"])
def test_every_formula_is_typeset_and_can_be_heard(built_book: Path, chromium_page: Visit, name: str) -> None:
    page = chromium_page.open(built_book / "book" / f"{name}.html", all_drawn=False)
    written = page.locator(".math").count()
    assert written > 100
    assert page.locator(".math:has(mjx-container)").count() == written
    assert page.locator("mjx-container").count() == page.locator("mjx-container > mjx-assistive-mml math").count()
    assert page.locator("mjx-container[tabindex='0']").count() < 10  # a formula is no stop of the Tab key


def test_paper_does_not_wait_for_formulas(built_book: Path, chromium_page: Visit) -> None:
    page = chromium_page.page
    page.goto((built_book / "book" / f"{MOST_FORMULAS}.html").as_uri())
    page.wait_for_selector("mjx-container")
    before, after = page.evaluate(
        """() => {
          const left = () => document.querySelectorAll(".math:not(:has(mjx-container))").length;
          const before = left();
          window.dispatchEvent(new Event("beforeprint"));
          return [before, left()];
        }"""
    )
    assert after == 0 < before
    page.evaluate(SETTLE)
    assert page.locator("mjx-container").count() == page.locator(".math").count()


@pytest.mark.parametrize("width", [390, 1400])
def test_a_link_into_a_page_leads_to_its_place(built_book: Path, chromium: Browser, width: int) -> None:
    visit = new_visit(chromium, width=width)
    page = visit.page
    page.goto((built_book / "book" / f"{MOST_FORMULAS}.html").as_uri())
    places = page.locator(".bd-article section[id]").evaluate_all("(nodes) => nodes.map((node) => node.id)")
    place = places[2 * len(places) // 3]
    page.goto("about:blank")
    page = visit.open(built_book / "book" / f"{MOST_FORMULAS}.html", fragment=f"#{place}", all_drawn=False)
    page.wait_for_timeout(300)
    top = page.evaluate("(id) => document.getElementById(id).getBoundingClientRect().top", place)
    page.context.close()
    assert -60 < top < 200


def test_a_page_keeps_its_height_while_one_reads_it(built_book: Path, chromium_page: Visit) -> None:
    page = chromium_page.open(built_book / "book" / f"{MOST_FORMULAS}.html", all_drawn=False)
    told = page.evaluate("document.documentElement.scrollHeight")
    page.add_style_tag(content="* { content-visibility: visible !important; contain: none !important }")
    assert page.evaluate("document.documentElement.scrollHeight") == pytest.approx(told, rel=0.01)


def test_what_is_read_does_not_move_much(built_book: Path, chromium_page: Visit) -> None:
    page = chromium_page.page
    page.add_init_script(
        "window.moved = 0;"
        "new PerformanceObserver((list) => { for (const entry of list.getEntries()) moved += entry.value; })"
        ".observe({ type: 'layout-shift', buffered: true });"
    )
    page = chromium_page.open(built_book / "book" / "range.html", all_drawn=False)
    assert page.evaluate("moved") < 0.05


def test_a_page_without_formulas_loads_nothing_for_them(built_book: Path, chromium_page: Visit) -> None:
    chromium_page.open(built_book / "book" / "claims.html")
    names = {path.name for path in chromium_page.loaded}
    assert "book.js" in names
    assert not names & {"formulas.js", "startup.js", "core.js"}
