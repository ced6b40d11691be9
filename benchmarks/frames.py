"""How fast the explorables draw on a slow laptop: every control moved, one step per frame, in a throttled Chromium.

Chromium runs without a graphics card, and its processor is slowed down by a factor, as its developer tools do.  For
each explorable of the built book the table shows the milliseconds that one movement of a slider or list takes in the
script and in layout (median, and what one in twenty exceeds), and the frames per second while a slider moves.

    python -m benchmarks.frames [--slower 4]
"""

from __future__ import annotations

import argparse
import shutil
import sys
from pathlib import Path
from typing import Any

import numpy as np
from playwright.sync_api import Page, sync_playwright

BOOK = Path(__file__).resolve().parent.parent / "_build" / "html" / "book"
STEPS = 40
"""Movements of each control."""
FRAME = 1000 / 60
WORK = """
async ([identity, steps]) => {
  const figure = document.getElementById(identity);
  const svg = figure.querySelector("svg");
  const frame = () => new Promise(requestAnimationFrame);
  const spent = [];
  const move = (control, event, turn) => {
    const started = performance.now();
    if (control.tagName === "SELECT") control.selectedIndex = turn % control.options.length;
    else control.value = Number(control.min) + ((Number(control.max) - Number(control.min)) * turn) / steps;
    control.dispatchEvent(new Event(event, { bubbles: true }));
    svg.getBBox();
    figure.getBoundingClientRect();
    spent.push(performance.now() - started);
  };
  for (const control of figure.querySelectorAll(".controls select")) {
    for (let turn = 1; turn <= control.options.length; turn += 1) {
      await frame();
      move(control, "change", turn);
      move(control, "input", turn);
    }
  }
  const stamps = [];
  for (const control of figure.querySelectorAll(".controls input")) {
    for (let turn = 0; turn < steps; turn += 1) {
      stamps.push(await frame());
      move(control, "input", turn);
    }
  }
  const gaps = stamps.slice(1).map((stamp, index) => stamp - stamps[index]);
  return { spent, gaps };
}
"""


def throttled(page: Page, factor: float) -> None:
    """Slow the page's processor down by a factor."""
    page.context.new_cdp_session(page).send("Emulation.setCPUThrottlingRate", {"rate": factor})


def measure(page: Page, identity: str) -> dict[str, Any]:
    """Move every control of an explorable; return the milliseconds of work and those between frames."""
    page.locator(f"#{identity}").scroll_into_view_if_needed()
    found: dict[str, Any] = page.evaluate(WORK, [identity, STEPS])
    return found


def main() -> int:
    """Print the table; 1 where the slower half of the movements of an explorable misses its frame."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.frames", description=__doc__.splitlines()[0])
    parser.add_argument("--slower", type=float, default=4.0, help="the factor by which the processor is slowed down")
    slower = parser.parse_args().slower
    chromium = shutil.which("chromium") or shutil.which("google-chrome")
    pages = [path for path in sorted(BOOK.glob("*.html")) if "data-explorable" in path.read_text("utf-8")]
    if chromium is None or not pages:
        sys.exit("Install Chromium and build the book (`make book`) first.")
    late = []
    print(f"The processor is slowed down {slower:g} times.")
    print(f"{'explorable':24} {'median ms':>9} {'1 in 20':>10} {'frames/s':>8}")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=["--no-sandbox", "--disable-gpu"])
        page = browser.new_page(viewport={"width": 1400, "height": 900})
        for path in pages:
            page.goto(path.as_uri())
            page.evaluate("async () => { await window.MathJax?.startup?.promise; }")
            throttled(page, slower)
            for identity in page.locator("figure.explorable").evaluate_all("(all) => all.map((one) => one.id)"):
                found = measure(page, identity)
                work, gaps = np.array(found["spent"]), np.array(found["gaps"] or [FRAME])
                slowest = float(np.quantile(work, 0.95))
                print(f"{identity:24} {np.median(work):9.1f} {slowest:10.1f} {1000 / np.mean(gaps):8.0f}")
                late += [identity] if np.median(work) > FRAME else []
            throttled(page, 1)
        browser.close()
    print(f"Too slow: {', '.join(late)}" if late else "Every explorable draws within a frame.")
    return 1 if late else 0


if __name__ == "__main__":
    sys.exit(main())
