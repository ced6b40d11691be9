"""How many frames a second each explorable of the book reaches on a slow laptop while a reader drags its controls.

In headless Chromium every control moves at every frame, each for its share of three seconds, and Chromium's own trace
tells what happened:

* frames: the pictures that the compositor presented for each second; the screen takes 60;
* longest: the milliseconds between two presented pictures, at the most;
* main: the page's main thread for each picture, with script, style, layout, painting and commit, slowed down; a frame
  has a sixtieth of a second;
* raster: turning what was painted into pixels, on threads of its own and not slowed down.

What stands for a slow laptop: Chromium's own throttle lets the main thread run four times slower.  Lighthouse counts a
processor's speed as a "benchmark index": 1000 to 1500 is a low-end desktop, 125 to 800 a mid-tier phone of 2016.  The
two cores that the figures of this project come from have about 2000, so a quarter of them has about 500: less than the
slowest laptops that are sold.  There is no graphics card: pixels are filled by the processor, which the throttle does
not reach, on the same two cores; a laptop, even a slow one, has a graphics unit for that.  The rest of the machine's
work counts against the page, so the load is printed and of several runs the best is taken.

    python -m benchmarks.frames [--slower 4] [--runs 3] [explorable ...]
"""

from __future__ import annotations

import argparse
import os
import shutil
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from playwright.sync_api import Browser, Page, sync_playwright

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
    for (const kind of sliders.length ? ["input"] : ["input", "change"]) control.dispatchEvent(new Event(kind, { bubbles: true }));
  }
}
"""


@dataclass(frozen=True, order=True)
class Run:
    """What one drag came to: presented frames a second, and milliseconds (see the module)."""

    frames: float
    longest: float
    main: float
    raster: float


def traced(browser: Browser, page: Page, identity: str) -> list[dict[str, Any]]:
    """Return the events of Chromium's trace while an explorable is dragged."""
    session = browser.new_browser_cdp_session()
    events: list[dict[str, Any]] = []
    complete: list[object] = []
    session.on("Tracing.dataCollected", lambda part: events.extend(part["value"]))
    session.on("Tracing.tracingComplete", complete.append)
    config = {"includedCategories": CATEGORIES, "excludedCategories": ["*"]}
    session.send("Tracing.start", {"traceConfig": config, "transferMode": "ReportEvents"})
    page.evaluate(DRAG, [identity, 1000 * SECONDS])
    session.send("Tracing.end")
    while not complete:
        page.wait_for_timeout(20)
    session.detach()
    return events


def read(events: list[dict[str, Any]]) -> Run:
    """Count what a trace tells."""
    threads = {(e["pid"], e["tid"]): e["args"]["name"] for e in events if e["name"] == "thread_name"}
    drawn = sorted(e["ts"] / 1000 for e in events if e["name"] == "DrawFrame")
    [main] = {(e["pid"], e["tid"]) for e in events if e["name"] == "FireAnimationFrame"}
    work = sum(e.get("tdur", 0) for e in events if e["name"] == "RunTask" and (e["pid"], e["tid"]) == main) / 1000
    raster = sum(e.get("tdur", 0) for e in events if e["name"] == "RasterTask") / 1000
    if any(threads[e["pid"], e["tid"]] == threads[main] for e in events if e["name"] == "RasterTask"):
        raise RuntimeError("Pixels are filled on the main thread: these figures would count them twice.")
    gaps = [after - before for before, after in zip(drawn, drawn[1:], strict=False)]
    return Run((len(drawn) - 1) / (drawn[-1] - drawn[0]) * 1000, max(gaps), work / len(drawn), raster / len(drawn))


def dragged(browser: Browser, path: Path, identity: str, *, slower: float, runs: int) -> Run:
    """Return the best of several drags of an explorable."""
    page = browser.new_page(viewport={"width": 1400, "height": 900})
    page.goto(path.as_uri())
    page.evaluate("async () => { await window.MathJax?.startup?.promise; }")
    page.locator(f"#{identity}").scroll_into_view_if_needed()
    page.evaluate(DRAG, [identity, 500])  # so that what is compiled once is not counted
    page.context.new_cdp_session(page).send("Emulation.setCPUThrottlingRate", {"rate": slower})
    best = max((read(traced(browser, page, identity)) for _ in range(runs)), key=lambda run: (run.frames, -run.main))
    page.close()
    return best


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
    print(f"{'explorable':24} {'frames/s':>8} {'longest':>8} {'main':>6} {'raster':>7} {'load':>6}")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=["--no-sandbox", "--disable-gpu"])
        for path, identity in found:
            run = dragged(browser, path, identity, slower=given.slower, runs=given.runs)
            figures = f"{run.frames:8.1f} {run.longest:8.1f} {run.main:6.1f} {run.raster:7.1f}"
            print(f"{identity:24} {figures} {os.getloadavg()[0]:6.1f}", flush=True)
            late += [identity] if run.main > FRAME else []
        browser.close()
    print(f"Too slow: {', '.join(late)}" if late else "The work of every explorable fits into a frame.")
    return 1 if late else 0


if __name__ == "__main__":
    sys.exit(main())
