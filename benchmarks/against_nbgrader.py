"""Time stock ``nbgrader autograde`` and ``autograder grade`` on the same class, one after the other, in one run.

``python -m benchmarks.against_nbgrader [--submissions N]`` prints CPU seconds (all processes together) and wall time
for each submission, everything included: start, reading, running, comparing, notebooks and gradebook.
"""

from __future__ import annotations

import argparse
import ctypes
import json
import os
import resource
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from autograder.course.demo import ASSIGNMENT, sample_class, write_class
from autograder.course.gradebook import register, scores
from autograder.course.layout import Course, open_course

ROOT = Path(__file__).parents[1]
SEED = 1
PR_SET_CHILD_SUBREAPER = 36
"""Of Linux's prctl: processes whose parent has gone become our children, so that their time is counted too."""

KINDS = ("right", "mistake", "mixed", "empty", "syntax-error", "markup")
"""The kinds of the sample class that stock nbgrader can grade without waiting for a time limit."""


@dataclass(frozen=True)
class Cost:
    """What a command took: CPU seconds of all its processes, and wall seconds."""

    name: str
    cpu: float
    wall: float
    submissions: int

    @property
    def row(self) -> str:
        """The row of the table, for one submission."""
        return f"{self.name:34}{1e3 * self.cpu / self.submissions:12.1f}{1e3 * self.wall / self.submissions:12.1f}"


def make_class(root: Path, count: int) -> Course:
    """Write a registered course with ``count`` submissions, copies of the sample class's under new names."""
    shutil.copyfile(ROOT / "nbgrader_config.py", _made(root) / "nbgrader_config.py")
    course = open_course(root)
    for folder in (course.source, course.release):
        shutil.copytree(ROOT / folder / ASSIGNMENT, root / folder / ASSIGNMENT)
    release = root / course.release / ASSIGNMENT / f"{ASSIGNMENT}.ipynb"
    models = [one.student for one in sample_class() if one.kind in KINDS]
    write_class(root, release=release, submitted="models", only=tuple(models))
    for number in range(count):
        shutil.copytree(root / "models" / models[number % len(models)], root / course.submitted / f"s{number:05}")
    register(course, ASSIGNMENT)
    return course


def _made(folder: Path) -> Path:
    folder.mkdir(parents=True)
    return folder


def _cpu() -> float:
    """Return the CPU seconds of all child processes that have ended, their children included."""
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def _reap() -> None:
    """Wait for the processes that were left to us, for a short while."""
    deadline = time.monotonic() + 2.0
    while time.monotonic() < deadline:
        try:
            process, _ = os.waitpid(-1, os.WNOHANG)
        except ChildProcessError:
            return
        if process == 0:
            time.sleep(0.01)


def measure(name: str, command: Sequence[str], course: Course, submissions: int) -> Cost:
    """Run a command in the course's folder, and measure it; raises CalledProcessError if it fails."""
    path = os.pathsep.join([str(Path(sys.executable).parent), os.environ.get("PATH", "")])
    environment = {**os.environ, "PATH": path, "PYTHONPATH": str(ROOT), "AUTOGRADER_SEED": str(SEED)}
    before, start = _cpu(), time.perf_counter()
    subprocess.run([sys.executable, "-m", *command], cwd=course.root, env=environment, check=True, capture_output=True)
    wall = time.perf_counter() - start
    _reap()
    return Cost(name, _cpu() - before, wall, submissions)


def run(folder: Path, count: int) -> tuple[list[Cost], int]:
    """Measure both on the same class; return the costs, and how many submissions have different totals."""
    ours = make_class(folder / "ours", count)
    shutil.copytree(ours.root, folder / "twice")
    shutil.copytree(ours.root, folder / "stock")
    grade = ["autograder", "grade", ASSIGNMENT, "--seed", str(SEED), "--json", "--jobs"]
    costs = [
        measure("autograder grade, one process", [*grade, "1"], ours, count),
        measure("autograder grade, two processes", [*grade, "2"], open_course(folder / "twice"), count),
        measure("nbgrader autograde", ["nbgrader", "autograde", ASSIGNMENT], open_course(folder / "stock"), count),
    ]
    totals = [
        {row.student: row.score for row in scores(open_course(folder / name), ASSIGNMENT)}
        for name in ("ours", "twice", "stock")
    ]
    return costs, sum(len({total[student] for total in totals}) > 1 for student in totals[0])


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--submissions", type=int, default=40)
    parser.add_argument("--json", action="store_true", help="print JSON for programs")
    words = parser.parse_args()
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0)
    with tempfile.TemporaryDirectory(prefix="bench-") as folder:
        costs, different = run(Path(folder), words.submissions)
    one, _, stock = costs
    ratios = {"cpu": stock.cpu / one.cpu, "wall": stock.wall / one.wall}
    if words.json:
        told = {cost.name: {"cpu": cost.cpu, "wall": cost.wall} for cost in costs}
        print(json.dumps({"submissions": words.submissions, "different": different, "ratio": ratios, "seconds": told}))
        return
    print(f"{words.submissions} submissions of {ASSIGNMENT}, milliseconds for each{'':8}CPU        wall")
    for cost in costs:
        print(cost.row)
    print(
        f"nbgrader takes {ratios['cpu']:.0f} times the CPU and {ratios['wall']:.0f} times the wall time of one process."
    )
    print(f"{different} submissions have different scores.")


if __name__ == "__main__":
    main()
