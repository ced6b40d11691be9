"""How many frames a second each explorable of the book reaches on slow machines while a reader drags its controls.

In headless Chromium every control moves at every frame, each for its share of three seconds: a slider in a second from
end to end, or one step at a time where it has fewer than sixty, so that no frame is like the one before.  Chromium's
own trace tells what happened:

* main: milliseconds of processor time of the page's main thread for each picture (script, style, layout, painting and
  commit), times how much slower the machine is; a frame has a sixtieth of a second;
* raster: the same of the threads that fill pixels, for which a laptop has a graphics unit and this Chromium has none;
* frames: in a drag with Chromium's own throttle on the main thread, the pictures that were presented for each second;
  the screen takes 60;
* trivial: the same while nothing is dragged and one rectangle of the picture's size changes its colour: what this
  machine can present at all on that page, as its processor does what a laptop's graphics unit does;
* longest: the milliseconds between two pictures of the drag, at the most.

How fast a machine is, is counted as Lighthouse counts it, by its "benchmark index": strings that grow and arrays that
are copied, for each second.  Its table of machines (docs/throttling.md in GoogleChrome/lighthouse) calls 1000 to 1500 a
low-end desktop and 125 to 800 a mid-tier phone: `LAPTOP` is at the slow end of the one, `PHONE` in the middle of the
other.  The index of the machine that measures is taken from the trace, too, on the same page right before and after the
drag, so the figures do not depend on which machine that is, nor on what its host does.

Processor time depends little on what else the machine does.  The pictures for each second do: the throttle makes the
thread wait on the clock, so time that another process takes counts several times.  Hence the load, and of several runs
the best.

    python -m benchmarks.frames [--runs 3] [explorable ...]
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
from statistics import fmean, median
from typing import Any

from playwright.sync_api import Page, sync_playwright

BOOK = Path(__file__).resolve().parent.parent / "_build" / "html" / "book"
SECONDS = 3.0
LAPTOP, PHONE = 1000, 500
"""Benchmark indices of a slow laptop and of a phone."""
MACHINES = {"laptop": LAPTOP, "phone": PHONE}
FRAME = 1000 / 60
CATEGORIES = [
    "devtools.timeline",
    "disabled-by-default-devtools.timeline",
    "devtools.timeline.frame",
    "disabled-by-default-devtools.timeline.frame",
]
ROUNDS = 3000
WORK = (
    """(rounds) => {
      let kept = 0;
      for (let round = 0; round < rounds; round += 1) {
        let text = "";
        for (let size = 0; size < 1e4; size += 1) text += "z";
        kept += text.length;
      }
      return kept;
    }""",
    """(rounds) => {
      let [from, to] = [Array.from({ length: 1e5 }, (_, at) => at), new Array(1e5).fill(0)];
      for (let round = 0; round < rounds; round += 1) {
        for (let at = 0; at < from.length; at += 1) to[at] = from[at];
        [from, to] = [to, from];
      }
      return to.length;
    }""",
)
"""What the benchmark index counts: strings that grow to 10,000 letters, and copies of 100,000 numbers."""
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
      const steps = Math.min(60, Math.round((control.max - control.min) / control.step));
      const there = Math.abs(((turn / steps) % 2) - 1);
      control.value = Number(control.min) + (Number(control.max) - Number(control.min)) * there;
    } else control.selectedIndex = turn % control.options.length;
    control.dispatchEvent(new Event("input", { bubbles: true }));
    if (!sliders.length) control.dispatchEvent(new Event("change", { bubbles: true }));
  }
}
"""
TRIVIAL = """
async ([identity, milliseconds]) => {
  const picture = document.querySelector(`#${identity} svg`);
  const cover = document.createElementNS("http://www.w3.org/2000/svg", "rect");
  const size = { width: "100%", height: "100%", "fill-opacity": 0.2 };
  for (const [name, value] of Object.entries(size)) cover.setAttribute(name, value);
  picture.append(cover);
  const begin = performance.now();
  for (let turn = 0; performance.now() - begin < milliseconds; turn += 1) {
    await new Promise(requestAnimationFrame);
    cover.setAttribute("fill", turn % 2 ? "black" : "white");
  }
  cover.remove();
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
    """What an explorable costs on a machine; the module's text says what each figure is."""

    main: float
    raster: float
    frames: float
    trivial: float
    longest: float


def traced(page: Page, script: str, given: object) -> list[dict[str, Any]]:
    """Return the events of Chromium's trace while a page runs a script."""
    assert page.context.browser is not None
    session = page.context.browser.new_browser_cdp_session()
    events: list[dict[str, Any]] = []
    complete: list[object] = []
    session.on("Tracing.dataCollected", lambda part: events.extend(part["value"]))
    session.on("Tracing.tracingComplete", lambda end: complete.append(end))
    session.send("Tracing.start", {"traceConfig": {"includedCategories": CATEGORIES}, "transferMode": "ReportEvents"})
    page.evaluate(script, given)
    page.wait_for_timeout(50)  # the task that answered has ended, too
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


def index_of(page: Page) -> float:
    """Return the benchmark index of the processor as it is now: a tenth of the rounds for a second of its time."""
    rates = []
    for work in WORK:
        page.evaluate(work, ROUNDS // 10)  # so that it is compiled
        tasks = [event.get("tdur", 0) / 1e6 for event in traced(page, work, ROUNDS) if event["name"] == "RunTask"]
        rates.append(ROUNDS / max(tasks))
    return fmean(rates) / 10


def gaps(trace: Trace) -> list[float]:
    """Return the milliseconds between each two pictures."""
    return [after - before for before, after in pairwise(trace.drawn)]


def dragged(page: Page, path: Path, identity: str) -> tuple[float, dict[str, Cost]]:
    """Return this machine's benchmark index, and what one drag of an explorable costs on each machine."""
    page.goto(path.as_uri())
    page.evaluate("async () => { await window.MathJax?.startup?.promise; await window.book?.settled; }")
    page.locator(f"#{identity}").scroll_into_view_if_needed()
    page.evaluate(DRAG, [identity, 500])  # so that what is compiled once is not counted
    drag, trivial = ((script, [identity, 1000 * SECONDS]) for script in (DRAG, TRIVIAL))
    before = index_of(page)
    free = read(traced(page, *drag))
    index = fmean([before, index_of(page)])
    pictures = len(free.drawn)
    costs = {}
    throttle = page.context.new_cdp_session(page)
    for machine, its_index in MACHINES.items():
        slower = index / its_index
        throttle.send("Emulation.setCPUThrottlingRate", {"rate": max(1.0, slower)})
        slow, ceiling = (gaps(read(traced(page, *each))) for each in (drag, trivial))
        main, raster = (slower * part / pictures for part in (free.main, free.raster))
        costs[machine] = Cost(main, raster, 1000 / fmean(slow), 1000 / fmean(ceiling), max(slow))
    throttle.detach()
    return index, costs


def explorables(wanted: list[str]) -> Iterator[tuple[Path, str]]:
    """Yield the pages of the built book and the explorables on them, all or the wanted ones."""
    for path in sorted(BOOK.glob("*.html")):
        for piece in path.read_text("utf-8").split('<figure class="explorable" id="')[1:]:
            identity = piece.partition('"')[0]
            if not wanted or identity in wanted:
                yield path, identity


def best(costs: list[Cost]) -> Cost:
    """Return the best of each figure."""
    main, raster, longest = (min(getattr(cost, part) for cost in costs) for part in ("main", "raster", "longest"))
    frames, trivial = (max(getattr(cost, part) for cost in costs) for part in ("frames", "trivial"))
    return Cost(main, raster, frames, trivial, longest)


def main() -> int:
    """Print the table; 1 where the main thread's work for a picture does not fit into a frame of the slow laptop."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.frames", description=__doc__.splitlines()[0])
    parser.add_argument("--runs", type=int, default=3, help="drags of each, of which the best counts (3)")
    parser.add_argument("explorable", nargs="*", help="names of explorables; all of them by default")
    given = parser.parse_args()
    chromium = shutil.which("chromium") or shutil.which("google-chrome")
    found = list(explorables(given.explorable))
    if chromium is None or not found:
        sys.exit("Install Chromium and build the book (`make book`) first.")
    late: dict[str, list[str]] = {machine: [] for machine in MACHINES}
    listed = ", ".join(f"{machine} {index}" for machine, index in MACHINES.items())
    print(f"Benchmark index: {listed}.  Best of {given.runs}; milliseconds, a frame has {FRAME:.1f}.")
    parts = "".join(
        f" {machine:>8} {'raster':>7} {'frames/s':>9} {'trivial':>8} {'longest':>8}" for machine in MACHINES
    )
    print(f"{'explorable':24}{parts} {'index':>6} {'load':>6}")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=["--no-sandbox", "--disable-gpu"])
        for path, identity in found:
            runs, indices = [], []
            for _ in range(given.runs):
                page = browser.new_page(viewport={"width": 1400, "height": 900})
                index, costs = dragged(page, path, identity)
                indices.append(index)
                runs.append(costs)
                page.close()
            line = f"{identity:24}"
            for machine in MACHINES:
                cost = best([run[machine] for run in runs])
                line += f" {cost.main:8.1f} {cost.raster:7.1f}"
                line += f" {cost.frames:9.1f} {cost.trivial:8.1f} {cost.longest:8.1f}"
                late[machine] += [identity] if cost.main > FRAME else []
            print(f"{line} {median(indices):6.0f} {getloadavg()[0]:6.1f}", flush=True)
        browser.close()
    for machine, names in late.items():
        print(f"Too slow on the {machine}: {', '.join(names) or 'none'}.")
    return 1 if late["laptop"] else 0


if __name__ == "__main__":
    sys.exit(main())
