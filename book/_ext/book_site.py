"""Sphinx extension that finishes the site: formulas without a network, downloads, and no request to another host."""

from __future__ import annotations

import re
import shutil
from html import escape
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from docutils import nodes
from pybtex.plugin import find_plugin, register_plugin
from sphinx.application import Sphinx
from sphinx.errors import ExtensionError
from sphinx.search.en import SearchEnglish
from sphinx.util.docutils import SphinxDirective

from book.lab.contents import chapter_map
from book.lab.downloads import write_downloads
from book.lab.icons import cut_icons
from book.lab.offline import outside_loads_of_site

ROOT = Path(__file__).resolve().parents[2]
QUESTION = "The question: "
LONGEST = 155
"""Characters of a description that search engines show."""
WITHOUT_SOURCE = {"search": "Search the book on activation functions.", "genindex": "Index of the book's terms."}
"""Descriptions of pages that Sphinx makes itself."""
MATHJAX_PARTS = (
    *("startup.js", "core.js", "input/tex.js"),
    *("output/chtml.js", "output/chtml/fonts", "a11y/assistive-mml.js"),
)
FORMULAS_SCRIPT = "formulas.js"
# The web font draws every icon that we use; the script would only draw them again, in 540 KB.
ICON_SCRIPT = re.compile(r"\s*<script[^>]*scripts/fontawesome\.js[^>]*></script>")
# The page of results needs the index of all words; every other page only sends the question there.
SEARCH_SCRIPTS = re.compile(r"\s*<script[^>]*(?:searchtools|language_data|searchindex)\.js[^>]*></script>")
# Each of these waits for the whole page anyway; begun in the head, they keep the page from being drawn.
EAGER_SCRIPT = re.compile(
    r'<script (?!defer)(?=[^>]*/_static/|[^>]*"_static/)(?=[^>]*(?:doctools|sphinx_highlight|clipboard\.min|copybutton'
    r"|sphinx-book-theme|design-tabs)\.js)"
)
# The theme looks whether code scrolls sideways in a way that lays out the whole page again and again; book.js does it.
TAB_STOPS = re.compile(
    r'document\.querySelectorAll\(\["pre",[^\]]*\]\.join\(", "\)\)\.forEach\((\w+)=>\{\1\.tabIndex=[^{}]*\}\)'
)


class ChapterMap(SphinxDirective):
    """The map of the book, made from the table of contents, so that no chapter is forgotten."""

    def run(self) -> list[nodes.Node]:
        """Return the map as if it had been written on the page."""
        self.env.note_dependency(str(ROOT / "_toc.yml"))
        return self.parse_text_to_nodes(chapter_map())


def description(doctree: nodes.document) -> str:
    """Return the sentence by which search engines present a page: its question, or how it begins."""
    paragraphs = [node.astext() for node in doctree.findall(nodes.paragraph)]
    text = next((words for words in paragraphs if words.startswith(QUESTION)), paragraphs[0] if paragraphs else "")
    text = " ".join(text.removeprefix(QUESTION).split())
    text = text[:1].upper() + text[1:]
    return text if len(text) <= LONGEST else text[:LONGEST].rpartition(" ")[0] + " …"


def add_description(
    app: Sphinx, pagename: str, templatename: str, context: dict[str, Any], doctree: nodes.document | None
) -> None:
    """Give a page its description for search engines."""
    words = description(doctree) if doctree is not None else WITHOUT_SOURCE.get(pagename, "")
    if words:
        context["metatags"] = context.get("metatags", "") + f'<meta name="description" content="{escape(words)}">\n'


def add_formulas_script(
    app: Sphinx, pagename: str, templatename: str, context: dict[str, Any], doctree: nodes.document | None
) -> None:
    """Give a page with formulas the script that typesets them: after the tools of book.js and before MathJax."""
    if app.builder.format == "html" and app.env.get_domain("math").has_equations(pagename):
        app.add_js_file(FORMULAS_SCRIPT, priority=400, defer="defer")


class English(SearchEnglish):
    """Sphinx's index of English words, which finds the stem of a word once, and not once on each page."""

    def init(self, options: dict[str, str]) -> None:
        """Make ready, as Sphinx asks once."""
        super().init(options)
        self._stems: dict[str, str] = {}

    def stem(self, word: str) -> str:
        """Return the stem of a word."""
        if word not in self._stems:
            self._stems[word] = super().stem(word)
        return self._stems[word]


MADE_PAGES = "book/gallery/"
SIDEBARS: dict[tuple[Any, ...], tuple[str, str]] = {}
"""For the options with which a tree was asked for: one of the made pages, and the tree that this page shows."""


def another_page(tree: str, address: str, back: str) -> str:
    """Return a page's tree as another page of its folder shows it; empty where that cannot be told from the text.

    ``address`` is where the other page is for the page that has the tree, and ``back`` is where that one is for it.
    """
    here = re.findall(r'<li class="(toctree-l\d) current"><a class="current reference internal" href="#">', tree)
    there = re.findall(rf'<li class="(toctree-l\d)"><a class="reference internal" href="{re.escape(address)}">', tree)
    if len(here) != 1 or here != there:  # pages on one level are on the same branch, which is shown open
        return ""
    marked = f'<li class="{here[0]} current"><a class="current reference internal" href="#">'
    plain = f'<li class="{here[0]}"><a class="reference internal" href="%s">'
    return tree.replace(marked, plain % back).replace(plain % address, marked)


def share_sidebar(
    app: Sphinx, pagename: str, templatename: str, context: dict[str, Any], doctree: nodes.document | None
) -> None:
    """Make the tree of the sidebar once for all pages that the build makes, which are most of the book."""
    computed = context["toctree"]
    if not pagename.startswith(MADE_PAGES):
        return

    def toctree(**options: Any) -> str:
        key = tuple(sorted(options.items()))
        if key not in SIDEBARS:
            SIDEBARS[key] = pagename, computed(**options)
        first, tree = SIDEBARS[key]
        if first == pagename:
            return tree
        address, back = (app.builder.get_relative_uri(*pair) for pair in ((first, pagename), (pagename, first)))
        return another_page(tree, address, back) or computed(**options)

    context["toctree"] = toctree


def copy_mathjax(target: Path) -> None:
    """Copy the parts of MathJax that a page needs from the installed package `sphinx-mathjax-offline`."""
    spec = find_spec("sphinx-mathjax-offline")
    if spec is None or spec.origin is None:
        raise ExtensionError("Formulas need the package sphinx-mathjax-offline: run `pip install -e '.[book]'`.")
    source = Path(spec.origin).parent / "static" / "mathjax"
    for part in MATHJAX_PARTS:
        destination = target / part
        destination.parent.mkdir(parents=True, exist_ok=True)
        if (source / part).is_dir():
            shutil.copytree(source / part, destination, dirs_exist_ok=True)
        else:
            shutil.copyfile(source / part, destination)


ROLES = {
    # The book's title stands in the sidebar, which must be a landmark to hold it.
    '<div id="pst-primary-sidebar" ': '<div id="pst-primary-sidebar" role="navigation" aria-label="Book" ',
    # The list of references is no list of items for a screen reader, and the role of an entry is deprecated.
    '<div role="list" class="citation-list">': '<div class="citation-list">',
    ' role="doc-biblioentry"': "",
    # The sidebar's button that unfolds a page's parts shows an arrow and no word.
    '<summary><span class="toctree-toggle"': '<summary aria-label="Pages below"><span class="toctree-toggle"',
}


def finish_page(html: str, *, searches: bool = False) -> str:
    """Return a written page with what the theme cannot be told by options; a finished page stays as it is.

    ``searches`` keeps the index of words.
    """
    html = ICON_SCRIPT.sub("", html)
    if not searches:  # whose scripts need those of the head at once
        html = EAGER_SCRIPT.sub("<script defer ", SEARCH_SCRIPTS.sub("", html))
    for written, meant in ROLES.items():
        if not meant or meant not in html:  # a page that is not written anew comes here again
            html = html.replace(written, meant)
    return html


def without_tab_stops(script: str) -> str:
    """Return the theme's script without its search for code that scrolls; ExtensionError where there is none."""
    finished, count = TAB_STOPS.subn("0", script)
    if count != 1:
        raise ExtensionError("The theme's script has changed: see TAB_STOPS in book/_ext/book_site.py.")
    return finished


def finish_site(app: Sphinx, error: Exception | None) -> None:
    """Finish all pages after a build without errors; fail where a page would load anything from another host."""
    if error is not None or app.builder.name != "html":
        return
    site = Path(app.outdir)
    copy_mathjax(site / "_static" / "mathjax")
    write_downloads(site / "downloads")
    for icons in (site / "_static" / "scripts").glob("fontawesome.js*"):
        icons.unlink()
    theme = site / "_static" / "scripts" / "pydata-sphinx-theme.js"
    theme.write_text(without_tab_stops(theme.read_text("utf-8")), "utf-8")
    for page in sorted(site.rglob("*.html")):
        finished = finish_page(page.read_text(encoding="utf-8"), searches=page == site / "search.html")
        page.write_text(finished, encoding="utf-8")
    cut_icons(site)
    outside = [f"{path.relative_to(site)} loads {address}" for path, address in outside_loads_of_site(site)]
    if outside:
        raise ExtensionError("Pages must load nothing from another host: " + "; ".join(outside))


def setup(app: Sphinx) -> dict[str, Any]:
    """Register the extension."""
    app.add_config_value("comments_config", {}, "html")  # Jupyter Book sets it even where comments are left out
    # Where they are not registered, they are looked for in all installed packages, anew for each citation.
    for backend in ("docutils", "plaintext"):
        register_plugin("pybtex.backends", backend, find_plugin("pybtex.backends", backend), force=True)
    # It does not declare that pages may be read side by side; it does nothing before all of them have been read.
    app.extensions["sphinx_multitoc_numbering"].parallel_read_safe = True
    app.add_directive("chapter-map", ChapterMap)
    app.add_search_language(English)
    app.connect("html-page-context", share_sidebar, priority=400)  # before the theme makes its sidebar of it
    app.connect("html-page-context", add_description)
    app.connect("html-page-context", add_formulas_script)
    app.connect("build-finished", finish_site)
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}
