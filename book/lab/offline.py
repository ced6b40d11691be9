"""What a built page loads, and whether any of it comes from another host.  Plain links are not loads."""

from __future__ import annotations

import re
from collections.abc import Iterator
from html.parser import HTMLParser
from pathlib import Path

LOADING_ATTRIBUTES = {
    "audio": ("src",),
    "embed": ("src",),
    "iframe": ("src",),
    "image": ("href", "xlink:href"),
    "img": ("src", "srcset"),
    "input": ("src",),
    "link": ("href",),
    "object": ("data",),
    "script": ("src",),
    "source": ("src", "srcset"),
    "track": ("src",),
    "use": ("href", "xlink:href"),
    "video": ("src", "poster"),
}
LINKS_THAT_LOAD_NOTHING = {"author", "canonical", "index", "license", "next", "prev", "search"}
OUTSIDE = re.compile(r"\s*(?:[a-z][a-z0-9+.-]*:)?//", re.IGNORECASE)
CSS_LOAD = re.compile(r"""(?:url\(\s*|@import\s+)["']?((?:[a-z]+:)?//[^"')\s;]+)""", re.IGNORECASE)
LOADS_NOTHING = re.compile(
    r"""<a(?: (?!style=)[\w-]+="[^"<>]*")*>|\bxmlns(?::\w+)?="[^"<>]*"|(?<=[\s;{},])// [^\n<"'/]*"""
)
"""Where a page may name another host and load nothing: a plain link, the name of a language, a script's comment."""


class _Loads(HTMLParser):
    """Collect the addresses that a page loads."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []
        self._inside = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        values = {name: value or "" for name, value in attrs}
        self._inside = tag
        if tag == "link" and set(values.get("rel", "").split()) & LINKS_THAT_LOAD_NOTHING:
            return
        for name in LOADING_ATTRIBUTES.get(tag, ()):
            self.found.extend(part for part in values.get(name, "").split(", ") if part)
        self.found.extend(CSS_LOAD.findall(values.get("style", "")))

    def handle_endtag(self, tag: str) -> None:
        self._inside = ""

    def handle_data(self, data: str) -> None:
        if self._inside == "style":
            self.found.extend(CSS_LOAD.findall(data))


def outside_loads(html: str) -> list[str]:
    """Return the addresses on other hosts from which a page loads a script, style, image, font or frame."""
    if "//" not in LOADS_NOTHING.sub("", html):  # so most pages need not be parsed
        return []
    parser = _Loads()
    parser.feed(html)
    return [address for address in parser.found if OUTSIDE.match(address)]


def outside_loads_of_site(site: Path) -> Iterator[tuple[Path, str]]:
    """Yield (file, address) for every outside load in the pages and style sheets of a built site."""
    for path in sorted(site.rglob("*.html")):
        for address in outside_loads(path.read_text(encoding="utf-8")):
            yield path, address
    for path in sorted(site.rglob("*.css")):
        for address in CSS_LOAD.findall(path.read_text(encoding="utf-8")):
            yield path, address
