"""A Chromium for tests: one process for all of them, a fresh page for each, and a record of what the page did."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import unquote, urlsplit

import pytest
from playwright.sync_api import Browser, Page, sync_playwright

ARGUMENTS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)
SETTLED = 600
"""Milliseconds after which the theme's own scripts have followed a change of the window."""
SETTLE = "async () => { await window.MathJax?.startup?.promise; await window.book?.settled; }"
"""All formulas are typeset; all that lies outside the window has its size, and what scrolls can be reached."""
MISSING = "Install Chromium (Debian: apt-get install chromium) to run the browser tests."


def chromium_path() -> str | None:
    """Return where this machine's Chromium is."""
    names = ("chromium", "chromium-browser", "google-chrome-stable", "google-chrome")
    return next((path for name in names if (path := shutil.which(name))), None)


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    path = chromium_path()
    if path is None:
        (pytest.fail if os.environ.get("CI") else pytest.skip)(MISSING)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=list(ARGUMENTS))
        yield browser
        browser.close()


@dataclass
class Visit:
    """A page, with the files that it loaded, addresses outside the machine, and the errors of its scripts."""

    page: Page
    loaded: set[Path] = field(default_factory=set)
    outside: list[str] = field(default_factory=list)
    errors: list[str] = field(default_factory=list)

    def dress(self, *, width: int, theme: str) -> None:
        """Change width and theme of the page that is open, as a reader's window and switch do."""
        self.page.set_viewport_size({"width": width, "height": 900})
        self.page.evaluate("(theme) => Object.assign(document.documentElement.dataset, {theme, mode: theme})", theme)
        self.page.wait_for_timeout(SETTLED)
        self.page.evaluate(SETTLE)

    def heard(self, address: str) -> None:
        """Record what the page asks for."""
        scheme, _, rest = address.partition(":")
        if scheme == "file":
            self.loaded.add(Path(unquote(urlsplit(rest).path)))
        elif scheme not in ("data", "blob"):
            self.outside.append(address)

    def open(self, path: Path, *, fragment: str = "", all_drawn: bool = True) -> Page:
        """Open a page; with ``all_drawn``, as it is for somebody who has read it all: what is far is drawn, too."""
        self.page.goto(path.as_uri() + fragment)
        self.page.wait_for_load_state("load")
        self.page.evaluate(SETTLE)
        if all_drawn:
            self.page.add_style_tag(content="* { content-visibility: visible !important }")
        return self.page


def new_visit(
    browser: Browser, *, width: int = 1400, height: int = 900, theme: str = "light", **options: object
) -> Visit:
    """Return a fresh page that records what it asks for and what goes wrong."""
    context = browser.new_context(
        viewport={"width": width, "height": height},
        color_scheme=theme,  # type: ignore[arg-type]  # "light" or "dark"
        **options,  # type: ignore[arg-type]  # keyword arguments of the browser's own
    )
    visit = Visit(context.new_page())
    visit.page.on("request", lambda request: visit.heard(request.url))
    visit.page.on("requestfailed", lambda request: visit.errors.append(f"{request.url} did not load"))
    visit.page.on("pageerror", lambda error: visit.errors.append(str(error)))
    visit.page.on("console", lambda message: message.type == "error" and visit.errors.append(message.text))
    return visit


@pytest.fixture
def chromium_page(chromium: Browser) -> Iterator[Visit]:
    visit = new_visit(chromium)
    yield visit
    visit.page.context.close()
