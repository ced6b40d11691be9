"""The theme's icon fonts, cut down to the icons that the site shows: three kilobytes in place of 156 on each page."""

from __future__ import annotations

import re
from pathlib import Path

from fontTools import subset  # type: ignore[import-untyped]  # it has no types
from fontTools.ttLib import TTFont  # type: ignore[import-untyped]  # it has no types

STYLE = Path("_static") / "styles" / "pydata-sphinx-theme.css"
FONTS = Path("_static") / "vendor" / "fontawesome" / "webfonts"
CLASS = re.compile(r"\bfa-[a-z0-9-]+")
RULE = re.compile(r'((?:\.fa-[\w-]+::?before,?)+)\{content:"([^"]*)"\}')
SOURCE = re.compile(r'url\(([^)]*/fa-[\w-]+)\.woff2\) format\("woff2"\),url\([^)]*\.ttf\) format\("truetype"\)')
PRIVATE = re.compile("[\ue000-\uf8ff]")
ESCAPE = re.compile(r"\\([0-9a-f]{2,6}) ?")


def unescaped(text: str) -> str:
    """Return a string of a style sheet with its escapes replaced by the characters that they stand for."""
    return ESCAPE.sub(lambda found: chr(int(found[1], 16)), text)


def classes_in(site: Path) -> set[str]:
    """Return the names of icons that occur in the pages and in the theme's scripts, with other classes like them."""
    read = [*site.rglob("*.html"), *(site / "_static").rglob("*.js")]
    return {name for path in read for name in CLASS.findall(path.read_text("utf-8", "replace"))}


def icons_in(css: str) -> set[str]:
    """Return the icons, characters of Unicode's private area, that stand in the strings of a style sheet."""
    return {character for text in re.findall(r'"([^"]*)"', css) for character in PRIVATE.findall(unescaped(text))}


def shrunk_style(css: str, used: set[str]) -> tuple[str, set[str]]:
    """Return a style sheet without rules for icons that are not used, and the characters of those that are.

    A character that a rule of the theme's own shows counts as used.
    """

    def keep(rule: re.Match[str]) -> str:
        return rule[0] if used & set(CLASS.findall(rule[1])) else ""

    css = RULE.sub(keep, css)
    named = {character for rule in RULE.finditer(css) for character in unescaped(rule[2])}
    return SOURCE.sub(r'url(\1.woff) format("woff")', css), icons_in(css) | named


def cut_font(path: Path, characters: set[str]) -> None:
    """Write a TrueType font beside itself as WOFF with the given characters alone, and remove the original."""
    font = TTFont(path)
    options = subset.Options(flavor="woff", layout_features=[], hinting=False, notdef_outline=False)
    cutter = subset.Subsetter(options)
    cutter.populate(unicodes=[ord(character) for character in characters])
    cutter.subset(font)
    font.flavor = "woff"
    font.save(path.with_suffix(".woff"))
    for old in (path, path.with_suffix(".woff2")):
        old.unlink(missing_ok=True)


def cut_icons(site: Path) -> None:
    """Cut the icon fonts and their rules in a site down to what its pages show; a site that was cut stays as it is."""
    fonts = sorted((site / FONTS).glob("*.ttf"))
    if not fonts:
        return
    css, characters = shrunk_style((site / STYLE).read_text("utf-8"), classes_in(site))
    for sheet in (site / "_static").rglob("*.css"):
        characters |= icons_in(sheet.read_text("utf-8")) if sheet != site / STYLE else set()
    for font in fonts:
        cut_font(font, characters)
    (site / STYLE).write_text(css, "utf-8")
