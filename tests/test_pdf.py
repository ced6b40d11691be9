"""The book on paper: bookmarks for every page, links that stay in the file, nothing that needs a screen."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest
from browser import MISSING, chromium_path
from bs4 import BeautifulSoup
from pypdf import PdfReader

from book import pdf
from book.build import BuildError, contents

pytestmark = pytest.mark.browser


def titles(outline: Any) -> list[str]:
    """Return the bookmarks of the highest level."""
    return [entry.title for entry in outline if not isinstance(entry, list)]


def addresses(reader: PdfReader) -> Iterator[str]:
    """Yield where the links that leave the file lead."""
    for sheet in reader.pages:
        for note in sheet.get("/Annots") or []:
            action = note.get_object().get("/A", {})
            if "/URI" in action:
                yield str(action["/URI"])


def check(reader: PdfReader, pages: list[Path]) -> None:
    heads = [BeautifulSoup(page.read_text("utf-8"), "html.parser").select_one("article h1") for page in pages]
    for head in heads:
        head.select_one(".headerlink").decompose()
    assert titles(reader.outline) == ["Contents", *(head.get_text() for head in heads)]
    assert len(reader.pages) > len(pages)
    assert all(address.startswith(("https://", "http://", "mailto:")) for address in addresses(reader))


def test_pages_follow_each_other_as_in_the_contents(built_book: Path) -> None:
    found = [str(page.relative_to(built_book).with_suffix(".md")) for page in pdf.pages_in_order(built_book)]
    assert [page for page in found if "gallery/" not in page] == contents()


def test_two_pages_on_paper(built_book: Path, tmp_path: Path) -> None:
    if chromium_path() is None:
        pytest.skip(MISSING)
    pages = [built_book / "book" / f"{name}.html" for name in ("intro", "gallery/softplus")]
    together = pdf.together(built_book, pages)
    soup = BeautifulSoup(together, "html.parser")
    identities = [tag["id"] for tag in soup.find_all(id=True)]
    assert len(identities) == len(set(identities))
    assert {link["href"][1:] for link in soup.select('a[href^="#"]')} <= set(identities)
    assert soup.select("body script:not([type]), .controls, .copybtn") == []
    (tmp_path / "book.html").write_text(together, "utf-8")
    with ThreadPoolExecutor(1) as apart:  # this thread may have a browser of other tests
        apart.submit(pdf.print_pdf, tmp_path / "book.html", tmp_path / "book.pdf").result()
    reader = PdfReader(tmp_path / "book.pdf")
    check(reader, pages)
    text = " ".join(page.extract_text() for page in reader.pages)
    assert "pre-activation" in text
    assert "standard normal distribution" in text
    assert fonts(reader)


def fonts(reader: PdfReader) -> set[str]:
    """Return the names of the embedded fonts that formulas are set in."""
    found = set()
    for sheet in reader.pages:
        for font in sheet["/Resources"].get("/Font", {}).values():
            described = font.get_object().get("/FontDescriptor", {})
            name = str(described.get("/FontName", ""))
            found |= {name} if "MathJax" in name else set()
    return found


@pytest.mark.full
def test_the_whole_book_on_paper(built_book: Path) -> None:
    if chromium_path() is None:
        pytest.skip(MISSING)
    # Another test's browser may be open in this process, and there can be one alone.
    done = subprocess.run(
        [sys.executable, "-m", "book.pdf"], cwd=built_book.parents[1], capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    check(PdfReader(pdf.TARGET), list(pdf.pages_in_order(built_book)))


def test_without_a_browser_a_sentence_says_what_to_install(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(pdf, "BROWSERS", ())
    with pytest.raises(BuildError, match="apt-get install chromium"):
        pdf.print_pdf(tmp_path / "book.html", tmp_path / "book.pdf")
