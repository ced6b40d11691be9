"""Print the built book to one PDF: ``python -m book.pdf`` builds the book where needed and prints where the PDF is.

All pages become one long page, in the order of the contents, so that links and bookmarks lead to places in the PDF.
Explorables are shown in their first position, answers are open, and colours are those of light paper.
"""

from __future__ import annotations

import argparse
import re
import shutil
import sys
from collections.abc import Iterator
from html import escape
from pathlib import Path
from urllib.parse import unquote, urldefrag

from bs4 import BeautifulSoup, Tag

from book.build import OUTPUT, BuildError, build

TARGET = OUTPUT / "book.pdf"
TOGETHER = OUTPUT / "pdf" / "book.html"
STYLE = Path(__file__).with_name("pdf.css")
BROWSERS = ("chromium", "chromium-browser", "google-chrome-stable", "google-chrome")
MISSING = "A Chromium is needed to print the book: install one (Debian: apt-get install chromium)."
FIRST = "book/intro.html"
NOT_FOR_PAPER = (
    "script:not([type^='math']), .headerlink, .controls, .readout, .without-script, [aria-live], .copybtn, "
    ".gallery-controls, .prev-next-footer, .explorable .cursor"
)
REFERRING = ("for", "aria-labelledby", "aria-describedby", "aria-controls", "data-clip", "headers")
FOOTER = (
    '<div style="font-size: 8pt; width: 100%; text-align: center; font-family: sans-serif">'
    '<span class="pageNumber"></span></div>'
)


def pages_in_order(site: Path, first: str = FIRST) -> Iterator[Path]:
    """Yield the pages of a built book as its next-links lead through them."""
    path = site / first
    seen: set[Path] = set()
    while path not in seen:
        seen.add(path)
        yield path
        link = BeautifulSoup(path.read_text("utf-8"), "html.parser").select_one('head link[rel="next"]')
        if link is None:
            return
        path = (path.parent / str(link["href"])).resolve()


def key_of(page: Path, site: Path) -> str:
    """Return the id under which a page stands in the one long page."""
    return "page-" + re.sub(r"\W+", "-", str(page.relative_to(site).with_suffix("")))


def for_paper(page: Path, site: Path, keys: dict[Path, str]) -> Tag:
    """Return a page's article with ids of its own, links that stay in the book, and nothing that needs a screen."""
    soup = BeautifulSoup(page.read_text("utf-8"), "html.parser")
    article = soup.select_one("article.bd-article")
    if article is None:
        raise BuildError(f"{page.relative_to(site)} has no article: build the book anew.")
    for node in article.select(NOT_FOR_PAPER):
        node.decompose()
    for node in article.select("details"):
        node["open"] = ""
    prefix = f"{keys[page]}--"
    for node in article.find_all(True):
        if node.get("id"):
            node["id"] = prefix + str(node["id"])
        for name in REFERRING:
            if node.get(name):
                node[name] = " ".join(prefix + part for part in str(node[name]).split())
        for name, value in list(node.attrs.items()):
            if isinstance(value, str) and "url(#" in value:
                node[name] = value.replace("url(#", f"url(#{prefix}")
            if name == "xlink:href" or (name == "href" and node.name != "a"):
                node[name] = value.replace("#", f"#{prefix}", 1)
        if node.name == "a" and node.get("href"):
            _point(node, page, keys)
        if node.get("src"):
            node["src"] = (page.parent / str(node["src"])).resolve().as_uri()
    article["id"] = keys[page]
    return article


def _point(link: Tag, page: Path, keys: dict[Path, str]) -> None:
    """Point a link at its place in the one long page; a link to a file beside the book becomes plain text."""
    address, fragment = urldefrag(str(link["href"]))
    if re.match(r"[a-z]+:", address):
        return
    target = (page.parent / unquote(address)).resolve() if address else page
    if target in keys:
        link["href"] = f"#{keys[target]}--{fragment}" if fragment else f"#{keys[target]}"
    else:
        del link["href"]


def head(site: Path, page: Path) -> str:
    """Return the style sheets of a page and its formulas' script, with addresses that hold everywhere."""
    soup = BeautifulSoup(page.read_text("utf-8"), "html.parser")
    sheets = [str(link["href"]).partition("?")[0] for link in soup.select('head link[rel="stylesheet"]')]
    parts = [f'<link rel="stylesheet" href="{(page.parent / sheet).resolve().as_uri()}">' for sheet in sheets]
    settings = next((tag.string for tag in soup.select("head script") if "window.MathJax" in (tag.string or "")), "")
    formulas = (site / "_static" / "mathjax" / "startup.js").as_uri()
    parts.append(f'<script>{settings}</script><script defer src="{formulas}"></script>')
    return "".join(parts) + f"<style>{STYLE.read_text('utf-8')}</style>"


def together(site: Path, pages: list[Path]) -> str:
    """Return all pages as one."""
    keys = {page: key_of(page, site) for page in pages}
    articles = [for_paper(page, site, keys) for page in pages]
    titles = [article.find("h1").get_text() for article in articles]
    formulas = next((page for page in pages if "window.MathJax" in page.read_text("utf-8")), pages[0])
    entries = "".join(
        f'<li><a href="#{keys[page]}">{escape(title)}</a></li>' for page, title in zip(pages, titles, strict=True)
    )
    return (
        '<!DOCTYPE html><html lang="en" data-theme="light" data-mode="light"><head><meta charset="utf-8">'
        f"<title>Activation functions</title>{head(site, formulas)}</head><body>"
        f'<p class="cover">Activation functions</p><nav><h1>Contents</h1><ol>{entries}</ol></nav>'
        + "".join(str(article) for article in articles)
        + "</body></html>"
    )


def print_pdf(source: Path, target: Path) -> None:
    """Print a page to a PDF with bookmarks; raises BuildError where there is no Chromium."""
    found = next((path for name in BROWSERS if (path := shutil.which(name))), None)
    if found is None:
        raise BuildError(MISSING)
    try:
        from playwright.sync_api import sync_playwright
    except ImportError as error:
        raise BuildError("Printing needs the package playwright: run `pip install -e '.[dev]'`.") from error
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=found, args=["--no-sandbox", "--disable-gpu"])
        page = browser.new_page(color_scheme="light")
        page.set_default_timeout(0)  # the whole book has thousands of formulas
        page.goto(source.as_uri())
        page.evaluate("async () => { await window.MathJax?.startup?.promise; }")
        page.pdf(
            path=target,
            format="A4",
            outline=True,
            tagged=True,
            print_background=True,
            display_header_footer=True,
            header_template="<span></span>",
            footer_template=FOOTER,
            margin={"top": "18mm", "bottom": "18mm", "left": "16mm", "right": "16mm"},
        )
        browser.close()


def main() -> int:
    """Print the book from the command line; 0 on success, 1 with a sentence otherwise."""
    argparse.ArgumentParser(prog="python -m book.pdf", description=__doc__.splitlines()[0]).parse_args()
    try:
        site = build().parent
        TOGETHER.parent.mkdir(parents=True, exist_ok=True)
        TOGETHER.write_text(together(site, list(pages_in_order(site))), "utf-8")
        print_pdf(TOGETHER, TARGET)
    except BuildError as error:
        print(error, file=sys.stderr)
        return 1
    print(TARGET)
    return 0


if __name__ == "__main__":
    sys.exit(main())
