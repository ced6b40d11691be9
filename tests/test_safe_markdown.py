"""Students' Markdown in nbgrader's pages: what runs is text, and Markdown and formulas stay what they are."""

from __future__ import annotations

from html.parser import HTMLParser

import nbformat
import pytest

from autograder.course.demo import ASSIGNMENT
from autograder.course.run_nbgrader import run_nbgrader
from autograder.course.safe_markdown import to_html
from autograder.engine import grade_class
from benchmarks.parity import make_class

HOSTILE = [
    "<script>alert(1)</script>",
    "<img src=x onerror=alert(1)>",
    "[a](javascript:alert(1))",
    "[a](JaVaScRiPt:alert(1) 'title')",
    "<a href='java&#x09;script:alert(1)'>a</a>",
    "<a href='data:text/html,<script>alert(1)</script>'>a</a>",
    "<svg><style><img src=x onerror=alert(1)></style></svg>",
    "<math><mtext></form><form><mglyph><style></math><img src onerror=alert(1)>",
    "<iframe srcdoc='<script>alert(1)</script>'></iframe>",
    "<form action=/formgrader><button formaction=x>a</button></form>",
    "<p style='position:fixed;inset:0' class='mark-graded' id='main-table'>a</p>",
    "<img src='https://elsewhere.example/seen.png'>",
    "![a](//elsewhere.example/seen.png)",
    "<link rel=stylesheet href=x><meta http-equiv=refresh content=0><base href=//e>",
    "`` <img src=x onerror=alert(1)> ``",
    "$<img src=x onerror=alert(1)>$",
    "```html\n<script>alert(1)</script>\n```",
]
PIXEL = "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=="
HARMLESS_ATTRIBUTES = {"href", "src", "alt", "width", "start", "align"}


class Tags(HTMLParser):
    """The tags of a text with their attributes."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.found: list[tuple[str, dict[str, str | None]]] = []
        self.feed(html)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.found.append((tag, dict(attrs)))


@pytest.mark.parametrize("text", HOSTILE)
def test_what_runs_or_asks_another_host_is_gone(text: str) -> None:
    for tag, attributes in Tags(to_html(text)).found:
        assert tag not in (
            "script",
            "style",
            "svg",
            "math",
            "iframe",
            "form",
            "button",
            "link",
            "meta",
            "base",
            "input",
        )
        assert set(attributes) <= HARMLESS_ATTRIBUTES
        assert "elsewhere" not in (attributes.get("src") or "")
        assert (attributes.get("href") or "#").startswith(("#", "https://"))


def test_markdown_and_formulas_stay() -> None:
    made = to_html("**Yes**, `x < 0` and $a<b$:\n\n> said\n\n| a | b |\n|---|--:|\n| 1 | 2 |\n\n[b](https://b.example)")
    names = [tag for tag, _ in Tags(made).found]
    assert {"strong", "code", "blockquote", "table", "td"} <= set(names)
    assert "<code>x &lt; 0</code>" in made
    assert "$a&lt;b$" in made
    assert ("a", {"href": "https://b.example"}) in Tags(made).found
    assert 'src="data:image/png;base64,AA=="' in to_html("![curve](data:image/png;base64,AA==)")


def test_pasted_pictures_are_shown_and_absent_ones_keep_no_page_from_opening() -> None:
    pasted = {"a.png": {"image/png": "AA=="}, "none": {}, "evil": {"image/png": 'A" onerror="alert(1)'}}
    assert 'src="data:image/png;base64,AA=="' in to_html("![x](attachment:a.png)", pasted)
    for name in ("b.png", "none", "evil"):
        (_, (tag, attributes)) = Tags(to_html(f"![x](attachment:{name})", pasted)).found
        assert tag == "img"
        assert set(attributes) <= {"alt", "src"}


@pytest.mark.parametrize("text", [">" * 5_000, "[" * 5_000, "*a " * 5_000, "- " * 500, "<div>" * 5_000, "\0\ufffe"])
def test_odd_text_keeps_no_page_from_opening(text: str) -> None:
    assert to_html(text)


@pytest.mark.full
def test_stock_feedback_shows_an_answer_as_text(tmp_path) -> None:
    course = make_class(tmp_path / "course", ["ada"])
    path = course.submission("ada", ASSIGNMENT)
    notebook = nbformat.read(path, as_version=4)
    mine = nbformat.v4.new_markdown_cell("Mine: **bold** <script>window.owned = 1</script> ![a](attachment:a.png)")
    mine["attachments"] = {"a.png": {"image/png": PIXEL}}
    notebook.cells.append(mine)
    nbformat.write(notebook, path)
    grade_class(course, ASSIGNMENT, seed=3)
    run_nbgrader(course.root, "generate_feedback", [ASSIGNMENT])
    page = (course.root / course.feedback / "ada" / ASSIGNMENT / f"{ASSIGNMENT}.html").read_text()
    assert "<strong>bold</strong>" in page
    assert "&lt;script&gt;window.owned" in page
    assert "<script>window.owned" not in page
    assert f"data:image/png;base64,{PIXEL}" in page
