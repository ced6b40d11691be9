"""What a frame of each explorable costs on a slow laptop: every control is moved, one step per frame, in Chromium.

Counted is the processor time of the page's main thread: first what the explorable causes itself (script, style and
layout), then everything, which adds the browser's painting, here without a graphics card.  Both are multiplied by a
factor that stands for a slower processor; a frame has a sixtieth of a second.  Processor time depends less than the
time on the clock on what else this machine is doing, yet a busy machine shows larger numbers than an idle one.

    python -m benchmarks.frames [--slower 4]
"""

from __future__ import annotations

import argparse
import shutil
import sys
from pathlib import Path

from playwright.sync_api import CDPSession, Page, sync_playwright

BOOK = Path(__file__).resolve().parent.parent / "_build" / "html" / "book"
STEPS = 20
"""Movements of each slider."""
FRAME = 1000 / 60
MOVE = """
async ([identity, steps]) => {
  const figure = document.getElementById(identity);
  const frame = () => new Promise(requestAnimationFrame);
  let frames = 0;
  for (const control of figure.querySelectorAll(".controls input")) {
    for (let turn = 0; turn < steps; turn += 1) {
      await frame();
      control.value = Number(control.min) + ((Number(control.max) - Number(control.min)) * turn) / steps;
      control.dispatchEvent(new Event("input", { bubbles: true }));
      frames += 1;
    }
  }
  for (const control of figure.querySelectorAll(".controls select")) {
    for (let turn = 0; turn < control.options.length; turn += 1) {
      await frame();
      control.selectedIndex = turn;
      for (const kind of ["input", "change"]) control.dispatchEvent(new Event(kind, { bubbles: true }));
      frames += 1;
    }
  }
  await frame();
  return frames;
}
"""


OWN = ("ScriptDuration", "RecalcStyleDuration", "LayoutDuration")
ALL = ("TaskDuration",)


def spent(session: CDPSession, kinds: tuple[str, ...]) -> float:
    """Return the milliseconds of processor time that the page's main thread has spent on some kinds of work so far."""
    metrics = {one["name"]: one["value"] for one in session.send("Performance.getMetrics")["metrics"]}
    return 1000 * sum(float(metrics[kind]) for kind in kinds)


def cost(page: Page, session: CDPSession, identity: str) -> tuple[float, float]:
    """Return the milliseconds that one movement of an explorable costs on average: its own work, and everything."""
    page.locator(f"#{identity}").scroll_into_view_if_needed()
    page.evaluate(MOVE, [identity, 2])  # so that what is compiled once is not counted
    before = spent(session, OWN), spent(session, ALL)
    frames = float(page.evaluate(MOVE, [identity, STEPS]))
    return (spent(session, OWN) - before[0]) / frames, (spent(session, ALL) - before[1]) / frames


def main() -> int:
    """Print the table; 1 where an explorable's own work does not fit into a frame."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.frames", description=__doc__.splitlines()[0])
    parser.add_argument("--slower", type=float, default=4.0, help="how many times slower the laptop's processor is")
    slower = parser.parse_args().slower
    chromium = shutil.which("chromium") or shutil.which("google-chrome")
    pages = [path for path in sorted(BOOK.glob("*.html")) if 'data-explorable="' in path.read_text("utf-8")]
    if chromium is None or not pages:
        sys.exit("Install Chromium and build the book (`make book`) first.")
    late = []
    print(f"Milliseconds of processor time for each movement, {slower:g} times slower; a frame has {FRAME:.1f}.")
    print(f"{'explorable':24} {'its own':>8} {'with painting':>14}")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=["--no-sandbox", "--disable-gpu"])
        page = browser.new_page(viewport={"width": 1400, "height": 900})
        session = page.context.new_cdp_session(page)
        session.send("Performance.enable", {"timeDomain": "threadTicks"})
        for path in pages:
            page.goto(path.as_uri())
            page.evaluate("async () => { await window.MathJax?.startup?.promise; }")
            for identity in page.locator("figure.explorable").evaluate_all("(all) => all.map((one) => one.id)"):
                own, everything = (slower * each for each in cost(page, session, identity))
                print(f"{identity:24} {own:8.1f} {everything:14.1f}", flush=True)
                late += [identity] if own > FRAME else []
        browser.close()
    print(f"Too slow: {', '.join(late)}" if late else "The work of every explorable fits into a frame.")
    return 1 if late else 0


if __name__ == "__main__":
    sys.exit(main())
