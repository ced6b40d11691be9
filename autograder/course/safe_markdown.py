"""Markdown for the pages of nbgrader, in which what a student wrote stays text and pictures and never runs.

Formgrader and ``nbgrader generate_feedback`` render students' Markdown with the HTML in it: a script in an answer would
run as the instructor who reads it, beside formgrader's buttons.  In ``nbgrader_config.py``::

    c.HTMLExporter.filters = {"markdown2html": "autograder.course.safe_markdown.safe_markdown"}
"""

from __future__ import annotations

import html
from collections.abc import Mapping
from typing import Any

import bleach  # type: ignore[import-untyped]  # it has no annotations
from jinja2 import pass_context
from nbconvert.filters.markdown_mistune import IPythonRenderer, MarkdownWithMath

TAGS = frozenset(
    [
        "a",
        "abbr",
        "b",
        "blockquote",
        "br",
        "code",
        "dd",
        "del",
        "div",
        "dl",
        "dt",
        "em",
        "h1",
        "h2",
        "h3",
        "h4",
        "h5",
        "h6",
        "hr",
        "i",
        "img",
        "ins",
        "kbd",
        "li",
        "ol",
        "p",
        "pre",
        "q",
        "s",
        "span",
        "strong",
        "sub",
        "sup",
        "table",
        "tbody",
        "td",
        "th",
        "thead",
        "tr",
        "ul",
    ]
)
"""What Markdown is made into, and what people write by hand in a text."""
OUTSIDE = ("http://", "https://", "mailto:", "#")


def _allowed(tag: str, name: str, value: str) -> bool:
    """Tell whether an attribute may stay: links that lead out, and pictures from the text itself or beside it."""
    if (tag, name) == ("a", "href"):
        return value.lower().startswith(OUTSIDE)
    if (tag, name) == ("img", "src"):
        return value.startswith("data:image/") or not (":" in value or value.startswith(("/", "\\")))
    return (tag, name) in {("img", "alt"), ("img", "width"), ("ol", "start"), ("td", "align"), ("th", "align")}


class _Renderer(IPythonRenderer):
    """nbconvert's renderer, for which a picture that is not there is no picture, and no failure of the whole page."""

    def _embed_image_or_attachment(self, src: str) -> str:
        if src.startswith("attachment:") and not self.attachments.get(src.removeprefix("attachment:")):
            return ""
        return str(super()._embed_image_or_attachment(src))


def to_html(source: str, attachments: Mapping[str, Mapping[str, str]] | None = None) -> str:
    r"""Return Markdown as HTML without anything that runs, is sent, or changes the page around it.

    ``attachments`` are the cell's, by name.  Text that cannot be rendered is shown as it is.

    >>> to_html("**Yes**, $a<b$ <script>alert(1)</script>")
    '<p><strong>Yes</strong>, $a&lt;b$ &lt;script&gt;alert(1)&lt;/script&gt;</p>\n'
    """
    pictures = {name: dict(forms) for name, forms in (attachments or {}).items()}
    try:
        made = MarkdownWithMath(renderer=_Renderer(escape=False, attachments=pictures)).render(source)
        return str(bleach.clean(made, tags=TAGS, attributes=_allowed, protocols=["http", "https", "mailto", "data"]))
    except Exception:  # no answer of a student's may keep the page from opening
        return f"<pre>{html.escape(source)}</pre>"


@pass_context
def safe_markdown(context: Any, source: str) -> str:
    """Return `to_html` of a text in a template of nbgrader's, with the attachments of the cell that is being shown."""
    return to_html(source, context.get("cell", {}).get("attachments", {}))
