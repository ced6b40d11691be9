"""Time stock ``nbgrader autograde`` and ``autograder grade`` on the same class, in turn, in one run.

``python -m benchmarks.against_nbgrader [--submissions N] [--stock M] [--rounds R]`` makes a class of N for us.  All of
it would take stock nbgrader minutes each time, so it grades the first alone, then the first M: the difference tells
what one more takes, which does not depend on how many there are, and the rest is its start, which the whole class
shares.  Stock runs with plain NumPy asserts over the same cases, which is the bar, and with our test cells.  CPU
seconds are those of all processes together, everything included: start, reading, running, comparing, notebooks and
gradebook.  What is done once for an assignment and not for each run (modules compiled, rows registered in the
gradebook) is done before.

A processor that is shared, with other programs or other machines, takes up to twice as long for the same work.  So all
take turns, R times, and of each the least is shown, with the ratio of every round beside it.
"""

from __future__ import annotations

import argparse
import json
import os
import shutil
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from autograder.course.gradebook import scores
from autograder.course.layout import Course, open_course
from benchmarks._processes import adopt_orphans, cpu_of_ended, family, proportional, reap
from benchmarks.twelve import ASSIGNMENT, NAME
from benchmarks.twelve_class import ROOT, SEED, floor, package_copy, write_source, write_submissions

SAMPLE_SECONDS = 0.1
"""How often the memory of the processes is looked at."""


@dataclass(frozen=True)
class Cost:
    """What a command took: CPU and wall seconds, the peak of its processes' memory, seconds to the first result."""

    name: str
    cpu: float
    wall: float
    submissions: int
    memory: int = 0
    first: float = 0.0

    @property
    def row(self) -> str:
        """The row of the table, for one submission."""
        more = f"{self.memory / 2**20:10.0f}{self.first:12.2f}" if self.first else ""
        cpu, wall = 1e3 * self.cpu / self.submissions, 1e3 * self.wall / self.submissions
        return f"{self.name:44}{self.submissions:6}{cpu:12.1f}{wall:12.1f}{more}"


def make_course(root: Path, package: Path, *, plain: bool, count: int) -> Course:
    """Write a course with the benchmark's class, published by nbgrader and known to its gradebook."""
    root.mkdir()
    shutil.copyfile(ROOT / "nbgrader_config.py", root / "nbgrader_config.py")
    course = open_course(root)
    write_source(root / course.source, plain=plain)
    command = ["nbgrader", "generate_assignment", NAME, "--force"] if plain else ["autograder", "publish", NAME]
    run = [sys.executable, "-m", *command]
    subprocess.run(run, cwd=root, env=_environment(package), check=True, capture_output=True)
    write_submissions(root / course.release / NAME / f"{NAME}.ipynb", root / course.submitted, count)
    return course


def _environment(package: Path) -> dict[str, str]:
    path = os.pathsep.join([str(Path(sys.executable).parent), os.environ.get("PATH", "")])
    return {**os.environ, "PATH": path, "PYTHONPATH": str(package), "AUTOGRADER_SEED": str(SEED)}


class Sampler(threading.Thread):
    """Looks at the memory of a process and its descendants until it ends."""

    def __init__(self, process: int) -> None:
        super().__init__(daemon=True)
        self._process = process
        self._over = threading.Event()
        self.peak = 0

    def run(self) -> None:
        """Sample."""
        while not self._over.wait(SAMPLE_SECONDS):
            self.peak = max(self.peak, sum(map(proportional, family(self._process))))

    def stop(self) -> int:
        """End, and return the peak in bytes."""
        self._over.set()
        self.join()
        return self.peak


def measure(
    name: str, command: Sequence[str], course: Course, package: Path, submissions: int, *, memory: bool = False
) -> Cost:
    """Run a command in the course's folder, and measure it; raises CalledProcessError if it fails.

    ``memory`` samples it; this slows the run a little, so that it is done in a run of its own.
    """
    before, start, first = cpu_of_ended(), time.perf_counter(), 0.0
    with tempfile.TemporaryFile() as errors:
        process = subprocess.Popen(
            [sys.executable, "-m", *command],
            cwd=course.root,
            env=_environment(package),
            stdout=subprocess.PIPE,
            stderr=errors,
        )
        sampler = Sampler(process.pid)
        if memory:
            sampler.start()
        assert process.stdout is not None
        for line in process.stdout:
            if not first and b'"student"' in line:
                first = time.perf_counter() - start
        status = process.wait()
        peak = sampler.stop() if memory else 0
        if status:
            errors.seek(0)
            raise subprocess.CalledProcessError(status, command, stderr=errors.read())
    wall = time.perf_counter() - start
    reap()
    return Cost(name, cpu_of_ended() - before, wall, submissions, peak, first)


def stock(name: str, course: Course, package: Path, sample: int, count: int) -> Cost:
    """Return what stock nbgrader takes for a class of ``count``, from one submission alone and ``sample`` of them."""
    command = ["nbgrader", "autograde", NAME, "--force"]
    alone = measure(name, [*command, "--student", "s00000"], course, package, 1)
    several = measure(name, command, course, package, sample)

    def whole_class(one: float, many: float) -> float:
        return one + (many - one) / (sample - 1) * (count - 1)

    return Cost(name, whole_class(alone.cpu, several.cpu), whole_class(alone.wall, several.wall), count)


def _totals(course: Course) -> dict[str, float]:
    return {row.student: row.score for row in scores(course, NAME) if row.submitted}


def measure_stages(course: Course, package: Path) -> dict[str, float]:
    """Return the processor time of each stage of our grading, in milliseconds for one submission."""
    environment = _environment(package)
    environment["PYTHONPATH"] = os.pathsep.join([str(package), str(ROOT)])
    command = [sys.executable, "-P", "-m", "benchmarks.twelve_stages", str(course.root)]
    done = subprocess.run(command, cwd=course.root, env=environment, check=True, capture_output=True)
    told: dict[str, float] = json.loads(done.stdout)
    return told


def least(costs: Sequence[Cost]) -> Cost:
    """Return the least of each figure of several runs of one command, and the greatest memory."""
    first = costs[0]
    return Cost(
        first.name,
        min(cost.cpu for cost in costs),
        min(cost.wall for cost in costs),
        first.submissions,
        max(cost.memory for cost in costs),
        min(cost.first for cost in costs),
    )


def run(folder: Path, count: int, sample: int, rounds: int) -> tuple[list[Cost], list[float], int, dict[str, float]]:
    """Measure all; return the costs, each round's ratio, how many totals differ elsewhere, and the stages.

    Elsewhere is with stock nbgrader and our test cells, and with two processes.
    """
    package = package_copy(folder / "package")
    ours = make_course(folder / "ours", package, plain=False, count=count)
    grade = ["autograder", "grade", NAME, "--seed", str(SEED), "--json", "--force", "--jobs"]
    measure("", [*grade, "2"], ours, package, count)
    twice, memory = folder / "twice", folder / "memory"
    shutil.copytree(ours.root, twice)
    shutil.copytree(ours.root, memory)
    plain = make_course(folder / "plain", package, plain=True, count=sample)
    cells = make_course(folder / "cells", package, plain=False, count=sample)
    turns = [
        [
            measure("autograder grade, one process", [*grade, "1"], ours, package, count),
            stock("nbgrader autograde, plain asserts", plain, package, sample, count),
            measure("autograder grade, two processes", [*grade, "2"], open_course(twice), package, count),
            measure("autograder grade, one submission alone", [*grade, "1", "--student", "s00000"], ours, package, 1),
        ]
        for _ in range(rounds)
    ]
    one, bar, two_processes, alone = (least(costs) for costs in zip(*turns, strict=True))
    ratios = [stocks.cpu / mine.cpu for mine, stocks, *_ in turns]
    costs = [
        one,
        bar,
        stock("nbgrader autograde, our test cells", cells, package, sample, count),
        two_processes,
        measure("autograder grade, watched", [*grade, "2"], open_course(memory), package, count, memory=True),
        alone,
    ]
    totals, theirs = _totals(ours), _totals(cells)
    different = sum(totals[student] != total for student, total in theirs.items())
    two = _totals(open_course(twice))
    different += sum(totals[student] != two[student] for student in totals)
    return costs, ratios, different, measure_stages(ours, package)


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--submissions", type=int, default=200)
    parser.add_argument("--stock", type=int, default=6, help="how many of them stock nbgrader grades, two at least")
    parser.add_argument("--rounds", type=int, default=3, help="how often all take turns")
    parser.add_argument("--json", action="store_true", help="print JSON for programs")
    words = parser.parse_args()
    adopt_orphans()
    sample = max(2, min(words.stock, words.submissions))
    with tempfile.TemporaryDirectory(prefix="bench-") as folder:
        costs, ratios, different, stages = run(Path(folder), words.submissions, sample, words.rounds)
    ours, plain, _, two, watched, _ = costs
    ratio = plain.cpu / ours.cpu
    bare = floor(range(min(words.submissions, 24)))
    if words.json:
        told = {cost.name: vars(cost) for cost in costs}
        figures = {"costs": told, "ratio": ratio, "ratios": ratios, "different": different}
        print(json.dumps({**figures, "floor": bare, "stages": stages}))
        return
    tests = sum(len(exercise.criteria) for exercise in ASSIGNMENT.exercises)
    print(f"{len(ASSIGNMENT.exercises)} functions, {tests} test cells, {bare['calls']:.0f} calls for each submission;")
    print(f"load {os.getloadavg()[0]:.1f} on {os.cpu_count()} processors")
    print(f"{'':44}{'copies':>6}{'CPU ms':>12}{'wall ms':>12}{'MiB':>10}{'first, s':>12}")
    for cost in costs:
        print(cost.row)
    print(f"nbgrader graded one and {sample} of them: from the difference follows what it takes for all.")
    print("\nOne of many submissions, stage by stage:")
    for name, milliseconds in stages.items():
        print(f"{name:44}{'':6}{milliseconds:12.2f}")
    print(f"{'floor: compile and execute the cells, bare':44}{'':6}{bare['exec']:12.1f}")
    print(f"{'floor: call the functions, bare':44}{'':6}{bare['raw']:12.1f}")
    each = ", ".join(f"{one:.0f}" for one in ratios)
    print(f"\nnbgrader takes {ratio:.0f} times the CPU, with plain asserts (round by round {each}).")
    print(f"Two processes take {two.wall / ours.wall:.2f} times the wall time of one.")
    print(f"All processes together held at most {watched.memory / 2**20:.0f} MiB.")
    print(f"{different} submissions have different scores.")


if __name__ == "__main__":
    main()
