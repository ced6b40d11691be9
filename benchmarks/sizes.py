"""How long a large course takes: status, report, exports and feedback with many students in the gradebook.

The class is a graded sample of forty, copied under new ids: results, autograded notebooks, submissions and rows are
those of real grades.  Each command runs as an instructor runs it, in a process of its own, start-up included.

    python -m benchmarks.sizes [--students 10000]
"""

from __future__ import annotations

import argparse
import os
import subprocess
import tempfile
import time
from collections.abc import Iterator
from dataclasses import replace
from itertools import cycle, islice
from pathlib import Path

from autograder.course import recording
from autograder.course.demo import make_course
from autograder.course.layout import Course, open_course
from autograder.engine import grade_class
from autograder.grading.results import Result
from benchmarks import regrade
from benchmarks._processes import ROOT, start, used

ASSIGNMENT = "range"
CHUNK = 500
REGRADED, ROUNDS = 500, 3
"""Submissions of which one function is graded again, and how often."""
PAGES = 200
"""Pages of feedback that are written to time one."""


def copies(results: list[Result], count: int) -> Iterator[tuple[str, Result]]:
    """Yield the original's id and the result of each new student."""
    for number, result in enumerate(islice(cycle(results), count)):
        yield result.student, replace(result, student=f"student{number:06d}")


def fill(course: Course, count: int) -> float:
    """Fill a course with copies of a graded sample; return the seconds that the gradebook took."""
    graded = [one for one in grade_class(course, ASSIGNMENT, seed=1).results if one.status != "failed"]
    waiting: list[Result] = []
    spent = 0.0
    for original, result in copies(graded, count):
        for path in (course.submission, course.graded, course.result):
            source, target = path(original, ASSIGNMENT), path(result.student, ASSIGNMENT)
            if source.is_file():
                target.parent.mkdir(parents=True, exist_ok=True)
                os.link(source, target)
        waiting.append(result)
        if len(waiting) == CHUNK:
            spent += recorded(course, waiting)
            waiting = []
    return spent + recorded(course, waiting)


def recorded(course: Course, results: list[Result]) -> float:
    """Write results into the gradebook; return the seconds."""
    started = time.perf_counter()
    recording.record(course, ASSIGNMENT, results)
    return time.perf_counter() - started


def command(course: Course, *arguments: str) -> tuple[float, float, float]:
    """Run a command; return wall seconds, processor seconds and the largest memory in MB.

    Raises `RuntimeError` if it fails, with what it said.
    """
    started = time.perf_counter()
    with tempfile.TemporaryFile() as errors:
        status = start(*arguments, "--course", str(course.root), stdout=subprocess.DEVNULL, stderr=errors).wait()
        wall = time.perf_counter() - started
        errors.seek(0)
        said = errors.read().decode()
    if status:
        raise RuntimeError(f"`autograder {' '.join(arguments)}` ended with status {status}:\n{said}")
    return wall, *used(said)


def show(what: str, wall: float, cpu: float, memory: float, bar: str) -> None:
    print(f"{what:38} {wall:8.2f} {cpu:8.2f} {memory:8.0f}   {bar}", flush=True)


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--students", type=int, default=10_000)
    count = parser.parse_args().students
    with tempfile.TemporaryDirectory(prefix="sizes-") as folder:
        course = make_course(Path(folder), open_course(ROOT))
        spent = fill(course, count)
        size = (course.root / "gradebook.db").stat().st_size
        print(
            f"{count} students, one assignment; a gradebook of {size / 1e6:.1f} MB, {size / count / 1e3:.1f} KB each."
        )
        print(f"Recorded in {spent:.1f} s, {1e3 * spent / count:.2f} ms each.\n")
        print(f"{'command':38} {'wall s':>8} {'CPU s':>8} {'MB':>8}   bar")
        show("status", *command(course, "status"), "1 s")
        for form in ("csv", "canvas", "moodle", "json", "gradescope"):
            show(f"export --to {form}", *command(course, "export", "--to", form, str(course.root / form)), "3 s")
        show("report", *command(course, "report", ASSIGNMENT), "10 s, 1024 MB")
        students = [f"--student=student{n:06d}" for n in range(min(PAGES, count))]
        for name, flag, bar in (("no pictures", "--no-pictures", "5 ms"), ("pictures", "--pictures", "60 ms")):
            one = command(course, "feedback", ASSIGNMENT, flag, *students[:1])
            many = command(course, "feedback", ASSIGNMENT, flag, *students)
            each = 1e3 * (many[0] - one[0]) / (len(students) - 1)
            show(f"feedback, {len(students)} pages, {name}", *many, f"{each:.1f} ms each beyond the first; {bar}")
    print(f"\n{regrade.report(REGRADED, ROUNDS)}")


if __name__ == "__main__":
    main()
