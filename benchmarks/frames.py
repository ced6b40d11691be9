"""How many frames a second each explorable of the book reaches on a slow laptop while a reader drags its controls.

In headless Chromium every control moves at every frame, each for its share of three seconds, and Chromium's own trace
tells what happened:

* main: milliseconds of processor time of the page's main thread for each picture (script, style, layout, painting and
  commit), times the factor of the slower processor; a frame has a sixtieth of a second;
* raster: the same of the threads that fill pixels, for which a laptop has a graphics unit and this Chromium has none;
* frames: in a second drag, with Chromium's own throttle on the main thread, the pictures that were presented for each
  second; the screen takes 60;
* longest: the milliseconds between two of these pictures, at the most.

What stands for a slow laptop: a main thread four times slower than the one of a current server.  Lighthouse counts a
processor's speed as a "benchmark index" and calls 1000 to 1500 a low-end desktop, 125 to 800 a mid-tier phone.  The two
cores that this project measured on have about 2000, so a quarter has about 500: slower than a cheap laptop.

Processor time depends little on what else the machine does.  The pictures for each second do: the throttle makes the
thread wait on the clock, so time that another process takes counts four times.  Hence the load, and of several runs the
best.

    python -m benchmarks.frames [--slower 4] [--runs 3] [explorable ...]
"""

from __future__ import annotations

import argparse
import shutil
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise
from os import getloadavg
from pathlib import Path
from statistics import fmean
from typing import Any

from playwright.sync_api import Page, sync_playwright

BOOK = Path(__file__).resolve().parent.parent / "_build" / "html" / "book"
SECONDS = 3.0
FRAME = 1000 / 60
CATEGORIES = [
    "devtools.timeline",
    "disabled-by-default-devtools.timeline",
    "devtools.timeline.frame",
    "disabled-by-default-devtools.timeline.frame",
]
DRAG = """
async ([identity, milliseconds]) => {
  const figure = document.getElementById(identity);
  const shown = (control) => control.getClientRects().length > 0;
  const sliders = [...figure.querySelectorAll(".controls input")].filter(shown);
  const controls = sliders.length ? sliders : [...figure.querySelectorAll(".controls select")].filter(shown);
  const begin = performance.now();
  for (let turn = 0, now = begin; now - begin < milliseconds; turn += 1) {
    await new Promise(requestAnimationFrame);
    now = performance.now();
    const at = Math.min(controls.length - 1, Math.floor(((now - begin) / milliseconds) * controls.length));
    const control = controls[at];
    if (sliders.length) {
      const there = Math.abs(((turn / 60) % 2) - 1);
      control.value = Number(control.min) + (Number(control.max) - Number(control.min)) * there;
    } else control.selectedIndex = turn % control.options.length;
    control.dispatchEvent(new Event("input", { bubbles: true }));
    if (!sliders.length) control.dispatchEvent(new Event("change", { bubbles: true }));
  }
}
"""


@dataclass(frozen=True)
class Trace:
    """What the trace of a drag tells: when pictures were presented, and processor time in all (milliseconds)."""

    drawn: list[float]
    main: float
    raster: float


@dataclass(frozen=True)
class Cost:
    """What an explorable costs; the module's text says what each figure is."""

    main: float
    raster: float
    frames: float
    longest: float


def traced(page: Page, identity: str) -> list[dict[str, Any]]:
    """Return the events of Chromium's trace while an explorable is dragged."""
    assert page.context.browser is not None
    session = page.context.browser.new_browser_cdp_session()
    events: list[dict[str, Any]] = []
    complete: list[object] = []
    session.on("Tracing.dataCollected", lambda part: events.extend(part["value"]))
    session.on("Tracing.tracingComplete", lambda end: complete.append(end))
    session.send("Tracing.start", {"traceConfig": {"includedCategories": CATEGORIES}, "transferMode": "ReportEvents"})
    page.evaluate(DRAG, [identity, 1000 * SECONDS])
    session.send("Tracing.end")
    while not complete:
        page.wait_for_timeout(20)
    session.detach()
    return events


def read(events: list[dict[str, Any]]) -> Trace:
    """Count what a trace tells; pixels that were filled on the main thread would be counted twice, and are refused."""
    [main] = {(e["pid"], e["tid"]) for e in events if e["name"] == "FireAnimationFrame"}
    tasks = [e.get("tdur", 0) / 1000 for e in events if e["name"] == "RunTask" and (e["pid"], e["tid"]) == main]
    rasters = [e for e in events if e["name"] == "RasterTask"]
    if any((e["pid"], e["tid"]) == main for e in rasters):
        raise RuntimeError("Pixels are filled on the main thread: its figures would count them, too.")
    drawn = sorted(e["ts"] / 1000 for e in events if e["name"] == "DrawFrame")
    return Trace(drawn, sum(tasks), sum(e.get("tdur", 0) / 1000 for e in rasters))


def dragged(page: Page, path: Path, identity: str, *, slower: float) -> Cost:
    """Return what one drag of an explorable costs, and how smooth one is on the slower processor."""
    page.goto(path.as_uri())
    page.evaluate("async () => { await window.MathJax?.startup?.promise; }")
    page.locator(f"#{identity}").scroll_into_view_if_needed()
    page.evaluate(DRAG, [identity, 500])  # so that what is compiled once is not counted
    free = read(traced(page, identity))
    throttle = page.context.new_cdp_session(page)
    throttle.send("Emulation.setCPUThrottlingRate", {"rate": slower})
    slow = read(traced(page, identity)).drawn
    throttle.detach()
    gaps = [after - before for before, after in pairwise(slow)]
    pictures = len(free.drawn)
    return Cost(slower * free.main / pictures, slower * free.raster / pictures, 1000 / fmean(gaps), max(gaps))


def explorables(wanted: list[str]) -> Iterator[tuple[Path, str]]:
    """Yield the pages of the built book and the explorables on them, all or the wanted ones."""
    for path in sorted(BOOK.glob("*.html")):
        for piece in path.read_text("utf-8").split('<figure class="explorable" id="')[1:]:
            identity = piece.partition('"')[0]
            if not wanted or identity in wanted:
                yield path, identity


def main() -> int:
    """Print the table; 1 where the main thread's work for a picture does not fit into a frame."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.frames", description=__doc__.splitlines()[0])
    parser.add_argument("--slower", type=float, default=4.0, help="how many times slower the main thread is (4)")
    parser.add_argument("--runs", type=int, default=3, help="drags of each, of which the best counts (3)")
    parser.add_argument("explorable", nargs="*", help="names of explorables; all of them by default")
    given = parser.parse_args()
    chromium = shutil.which("chromium") or shutil.which("google-chrome")
    found = list(explorables(given.explorable))
    if chromium is None or not found:
        sys.exit("Install Chromium and build the book (`make book`) first.")
    late = []
    print(f"Main thread {given.slower:g} times slower, best of {given.runs}; milliseconds, a frame has {FRAME:.1f}.")
    print(f"{'explorable':24} {'main':>6} {'raster':>7} {'frames/s':>9} {'longest':>8} {'load':>6}")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=["--no-sandbox", "--disable-gpu"])
        for path, identity in found:
            costs = []
            for _ in range(given.runs):
                page = browser.new_page(viewport={"width": 1400, "height": 900})
                costs.append(dragged(page, path, identity, slower=given.slower))
                page.close()
            main, raster, longest = (min(getattr(c, part) for c in costs) for part in ("main", "raster", "longest"))
            frames = max(cost.frames for cost in costs)
            print(
                f"{identity:24} {main:6.1f} {raster:7.1f} {frames:9.1f} {longest:8.1f} {getloadavg()[0]:6.1f}",
                flush=True,
            )
            late += [identity] if main > FRAME else []
        browser.close()
    print(f"Too slow: {', '.join(late)}" if late else "The work of every explorable fits into a frame.")
    return 1 if late else 0


if __name__ == "__main__":
    sys.exit(main())
