"""What grading costs on this machine, for the plan of a larger one: measured on a class, and backed by a larger class.

    python -m benchmarks.capacity FOLDER [--submissions 20000] [--sample 1000] [--jobs 2]

Both classes hand in the assignment on the range: honest answers in several styles and known mistakes, no two files
alike.  Each is graded by ``autograder grade`` into a gradebook, and the sample once more by a Dask cluster on this
machine.  A run that was ended goes on where it was when the same command is given again, and what it had cost is
counted.  The figures are written to ``book/lab/capacity/figures.json``, from which the book's page on capacity makes
its tables and its plan; ``--so-far`` writes those of the large class while it is still being graded.
"""

from __future__ import annotations

import argparse
import contextlib
import json
import os
import platform
import shutil
import socket
import sqlite3
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from dataclasses import asdict, replace
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path
from typing import Any

from autograder.course import recording
from autograder.course.demo_class import ASSIGNMENT
from autograder.course.layout import Course, open_course
from autograder.engine import RECORD_EVERY
from autograder.grading.results import Result, result_from_json
from benchmarks._processes import ROOT, adopt_orphans
from benchmarks._synthetic import write_class
from benchmarks._watched import graded, resumed, so_far, spent

FIGURES = ROOT / "book" / "lab" / "capacity" / "figures.json"


def _results(course: Course) -> Iterator[Result]:
    for path in sorted((course.results / ASSIGNMENT).glob("*/result.json")):
        yield result_from_json(json.loads(path.read_bytes()))


def writer(course: Course, folder: Path) -> dict[str, float]:
    """Write a class's results into an empty gradebook as a run does; return milliseconds each, at first and at last."""
    shutil.rmtree(folder, ignore_errors=True)
    empty = replace(course, db_url=f"sqlite:///{folder / 'gradebook.db'}")
    folder.mkdir(parents=True)
    (course.results / ASSIGNMENT / "registered-rows.json").unlink(missing_ok=True)
    recording.register(empty, ASSIGNMENT)
    blank = (folder / "gradebook.db").stat().st_size
    spent, waiting, count = [], [], 0
    for result in _results(course):
        waiting.append(result)
        count += 1
        if len(waiting) == RECORD_EVERY:
            before, begun = time.process_time(), time.perf_counter()
            recording.record(empty, ASSIGNMENT, waiting)
            spent.append((time.process_time() - before, time.perf_counter() - begun))
            waiting = []
    recording.record(empty, ASSIGNMENT, waiting)
    tenth = max(1, len(spent) // 10)
    each = 1e3 / RECORD_EVERY
    size = (folder / "gradebook.db").stat().st_size
    return {
        "submissions": count,
        "cpu_ms_first": each * sum(cpu for cpu, _ in spent[:tenth]) / tenth,
        "cpu_ms_last": each * sum(cpu for cpu, _ in spent[-tenth:]) / tenth,
        "cpu_ms": each * sum(cpu for cpu, _ in spent) / len(spent),
        "wall_ms": each * sum(wall for _, wall in spent) / len(spent),
        "gradebook_bytes": (size - blank) / count,
    }


@contextlib.contextmanager
def cluster(jobs: int) -> Iterator[tuple[str, int]]:
    """Start a Dask scheduler and workers as processes of their own; yield its address and the scheduler's process."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = str(probe.getsockname()[1])
    python = [sys.executable, "-W", "ignore", "-m"]
    quiet = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL, "env": {**os.environ, "PYTHONPATH": str(ROOT)}}
    address = f"tcp://127.0.0.1:{port}"
    lead = [*python, "distributed.cli.dask_scheduler", "--host", "127.0.0.1", "--port", port, "--no-dashboard"]
    work = [*python, "distributed.cli.dask_worker", address, "--nthreads", "1", "--nworkers", str(jobs)]
    with (
        subprocess.Popen(lead, **quiet) as scheduler,
        subprocess.Popen([*work, "--no-dashboard"], **quiet) as workers,
    ):
        try:
            yield address, scheduler.pid
        finally:
            workers.terminate()
            scheduler.terminate()


def on_dask(one: Course, sample: Course, jobs: int) -> dict[str, float]:
    """Grade a submission, then a class, on a cluster; return processor seconds of the lead and of the scheduler."""
    with cluster(jobs) as (address, scheduler):
        options = ("--force", "--engine", "dask", "--scheduler", address)
        start = graded(one, *options, jobs=jobs)
        before = spent(scheduler, with_children=False)
        cost = graded(sample, *options, jobs=jobs)
        theirs = spent(scheduler, with_children=False) - before
    return {
        "submissions": cost.submissions,
        "jobs": jobs,
        "wall": cost.wall,
        "lead": cost.lead,
        "lead_start": start.lead,
        "lead_mb": cost.lead_mb,
        "scheduler": theirs,
    }


def stored(course: Course) -> dict[str, float]:
    """Return the mean bytes of a submission and of what grading it leaves in files."""
    sizes = [
        [path(f"student{number:06d}", ASSIGNMENT).stat().st_size for number in range(0, 1000, 10)]
        for path in (course.submission, course.graded, course.result)
    ]
    return dict(zip(("submission", "autograded", "result"), (sum(each) / len(each) for each in sizes), strict=True))


def provenance() -> dict[str, Any]:
    """Return where and when this was measured."""
    cpu = next((line.split(":")[1].strip() for line in _lines("/proc/cpuinfo") if line.startswith("model name")), "")
    return {
        "date": f"{datetime.now(UTC):%Y-%m-%d}",
        "cpu": cpu or platform.machine(),
        "cores": os.cpu_count(),
        "load": os.getloadavg()[0],
        "system": f"{platform.system()} {platform.release().split('-')[0]}",
        "python": platform.python_version(),
        "numpy": version("numpy"),
        "sqlite": sqlite3.sqlite_version,
        "commit": subprocess.run(
            ["git", "rev-parse", "--short", "HEAD"], cwd=ROOT, capture_output=True, text=True, check=False
        ).stdout.strip(),
    }


def _lines(path: str) -> Sequence[str]:
    return Path(path).read_text().splitlines() if Path(path).is_file() else ()


def put(name: str, told: Any) -> None:
    """Write one of the figures, beside those that are there."""
    figures = json.loads(FIGURES.read_text()) if FIGURES.is_file() else {}
    figures[name] = told
    FIGURES.write_text(json.dumps(dict(sorted(figures.items())), indent=1) + "\n")
    print(name, json.dumps(told), flush=True)


def main() -> None:
    """Measure, and write the figures."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("folder", type=Path, help="where the classes are written; keep it until the end")
    parser.add_argument("--submissions", type=int, default=20_000)
    parser.add_argument("--sample", type=int, default=1_000)
    parser.add_argument("--jobs", type=int, default=os.cpu_count() or 1)
    parser.add_argument("--so-far", action="store_true", help="write the large class's figures as they are now")
    words = parser.parse_args()
    if words.so_far:
        course = open_course(words.folder / "large")
        put("large", json.loads(so_far(course).read_text()))
        put("writer", writer(course, words.folder / "writer-so-far"))
        return
    adopt_orphans()
    folder, jobs = words.folder.resolve(), words.jobs
    one = write_class(folder / "one", 1)
    resumed(one, jobs=1)  # modules are compiled, the assignment is registered
    put("one", asdict(graded(one, "--force", jobs=1)))
    sample = write_class(folder / "sample", words.sample)
    put("sample", asdict(resumed(sample, jobs=jobs)))
    put("dask", on_dask(one, write_class(folder / "dask", words.sample), jobs))
    put("stored", stored(sample))
    large = write_class(folder / "large", words.submissions)
    put("large", asdict(resumed(large, jobs=jobs)))
    put("writer", writer(large, folder / "writer"))
    put("provenance", provenance())


if __name__ == "__main__":
    main()
