"""The figures' one style: vector pictures that take their colours from the page, so that light and dark both read.

A matplotlib figure becomes an inline SVG.  Every colour in it is a CSS variable of the page with a fallback for other
viewers; text is real text in the page's own font; the description is part of the picture, computed where it holds
numbers.
"""

from __future__ import annotations

import io
import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from html import escape
from typing import Any

import matplotlib as mpl
from cycler import cycler
from matplotlib.figure import Figure

# Matplotlib knows no CSS variables: each stands in as a colour that nothing else uses, and is replaced in the SVG.
_STAND_INS = {
    "#010203": "var(--pst-color-text-base, #222832)",
    "#010204": "var(--pst-color-border, #c9c9c9)",
    "#010205": "var(--plot-1, #0a5da8)",
    "#010206": "var(--plot-2, #b3470f)",
    "#010207": "var(--plot-3, #2f7d32)",
    "#010208": "var(--plot-4, #7b3fa0)",
    "#010209": "var(--plot-shade, #8a8a8a)",
}
TEXT, GRID, BLUE, ORANGE, GREEN, PURPLE, SHADE = _STAND_INS
LINES = (BLUE, ORANGE, GREEN, PURPLE)
"""Line colours in order of use; each has a contrast of at least 3 on both backgrounds."""

_COORDINATES = re.compile(r'\b(?:d|x|y)="[^"]*"')
_DECIMALS = re.compile(r"(\d\.\d\d)\d+")
_NEEDLESS = re.compile(r' transform="rotate\(-0 [^"]*\)"|(?<=<g) id="[^"]*"')
"""Matplotlib writes millionths of a point, turns texts by nothing, and names groups that nobody asks for."""

_RC: Any = {
    "axes.axisbelow": True,
    "axes.edgecolor": TEXT,
    "axes.facecolor": "none",
    "axes.grid": True,
    "axes.labelcolor": TEXT,
    "axes.prop_cycle": cycler(color=LINES, linestyle=("-", "--", "-.", ":")),
    "axes.spines.right": False,
    "axes.spines.top": False,
    "figure.constrained_layout.use": True,
    "figure.facecolor": "none",
    "font.size": 12,
    "grid.color": GRID,
    "legend.edgecolor": GRID,
    "legend.facecolor": "none",
    "lines.linewidth": 2.0,
    "svg.fonttype": "none",
    "svg.hashsalt": "activation functions",
    "text.color": TEXT,
    "xtick.color": TEXT,
    "ytick.color": TEXT,
}


@contextmanager
def house_style() -> Iterator[None]:
    """Draw in the book's style inside the block."""
    with mpl.rc_context(_RC):
        yield


def new_figure(rows: int = 1, *, height: float = 3.4) -> tuple[Figure, Any]:
    """Return a figure of the book's width and its axes, one below the other, without the global state of pyplot."""
    figure = Figure(figsize=(5.6, height))
    return figure, figure.subplots(rows, 1)


BOUND: Any = {"color": TEXT, "linewidth": 1, "linestyle": ":"}
"""The line that marks a limit in a figure: ``axes.axhline(y, **BOUND)``."""


@dataclass(frozen=True)
class Picture:
    """A drawn figure as HTML; the last expression of a cell shows it."""

    html: str

    def _repr_html_(self) -> str:
        return self.html


def picture(figure: Figure, *, name: str, alt: str, caption: str = "") -> Picture:
    """Return a figure as an inline SVG that a screen reader announces as ``alt``.

    Parameters
    ----------
    figure
        Drawn inside `house_style`.
    name
        Unique on the page: prefix of the ids inside the SVG, and the id of the figure.
    alt
        What the figure shows, in a sentence for somebody who does not see it.
    caption
        HTML below the figure.
    """
    if not alt.strip():
        raise ValueError(f"Figure {name!r} needs a text that says what it shows.")
    buffer = io.StringIO()
    with mpl.rc_context(_RC):
        figure.savefig(buffer, format="svg", metadata={"Date": None, "Creator": None, "Format": None, "Type": None})
    svg = _page_svg(buffer.getvalue(), name=name, alt=alt)
    words = f"<figcaption>{caption}</figcaption>" if caption else ""
    return Picture(f'<figure class="plot" id="{escape(name)}">{svg}{words}</figure>')


def _page_svg(svg: str, *, name: str, alt: str) -> str:
    """Turn a file that matplotlib wrote into an element of a page."""
    svg = svg[svg.index("<svg") :]
    svg = re.sub(r"<metadata>.*?</metadata>", "", svg, flags=re.DOTALL)
    svg = re.sub(r'\bid="([^"]+)"', rf'id="{name}-\1"', svg)
    svg = re.sub(r'(url\(#|href="#)', rf"\g<1>{name}-", svg)
    svg = re.sub(r"font: ([\d.]+px)[^;\"]*", r"font-size: \1; font-family: inherit", svg)
    svg = re.sub(r'<svg ([^>]*?)width="[^"]+"', r"<svg \1", svg, count=1)
    svg = re.sub(r'<svg ([^>]*?)height="[^"]+"', r"<svg \1", svg, count=1)
    svg = re.sub(r"font-family: [^;\"]*", "font-family: inherit", _NEEDLESS.sub("", svg))
    svg = _COORDINATES.sub(lambda found: _DECIMALS.sub(r"\1", found[0]), svg)
    for stand_in, variable in _STAND_INS.items():
        svg = svg.replace(stand_in, variable)
    return svg.replace("<svg ", f'<svg role="img" aria-label="{escape(alt)}" ', 1)
