"""How long a large course takes: status, report, exports and feedback with many students in the gradebook.

The class is a graded sample of forty, copied under new ids: results, autograded notebooks, submissions and rows are
those of real grades.  Each command runs as an instructor runs it, in a process of its own, start-up included.

    python -m benchmarks.sizes [--students 10000]
"""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import cycle, islice
from pathlib import Path

from autograder.course import gradebook
from autograder.course.demo import make_course
from autograder.course.layout import Course, open_course
from autograder.engine import grade_class
from autograder.grading.results import Result
from autograder.sandbox import Run, Sandbox, Step

ROOT = Path(__file__).resolve().parent.parent
ASSIGNMENT = "range"
CHUNK = 500
FUNCTION = "relu6"
REGRADED = 1_000
"""Submissions of which one function is graded again."""
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
    gradebook.record(course, ASSIGNMENT, results)
    return time.perf_counter() - started


def command(course: Course, *arguments: str) -> tuple[float, float, float]:
    """Run a command; return wall seconds, processor seconds and the largest memory in MB."""
    code = (
        "import resource, sys; from autograder.cli import main\n"
        "try: main(sys.argv[1:], standalone_mode=False)\n"
        "finally:\n"
        "    used = resource.getrusage(resource.RUSAGE_SELF)\n"
        "    most = next(line.split()[1] for line in open('/proc/self/status') if line.startswith('VmHWM'))\n"
        "    print('USED', used.ru_utime + used.ru_stime, int(most) / 1024, file=sys.stderr)"
    )
    started = time.perf_counter()
    ran = subprocess.run(
        [sys.executable, "-c", code, *arguments, "--course", str(course.root)],
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
        check=True,
    )
    wall = time.perf_counter() - started
    _, cpu, memory = ran.stderr.strip().splitlines()[-1].split()
    return wall, float(cpu), float(memory)


def regrade(course: Course, students: list[str]) -> tuple[float, float, float]:
    """Grade one function of some students again, in this process.

    Return, in milliseconds for each, the whole time, the processor time of this process, and of it what is not the
    sandbox's: the time beyond the execution.
    """
    inside = 0.0
    marks: list[tuple[float, float, float]] = []
    run = Sandbox.run

    def timed(self: Sandbox, steps: Sequence[Step]) -> Run:
        nonlocal inside
        started = time.process_time()
        try:
            return run(self, steps)
        finally:
            inside += time.process_time() - started

    def progress(result: Result, reused: bool) -> None:
        if not marks:  # what a run needs once is not counted
            marks.append((time.perf_counter(), time.process_time(), inside))

    Sandbox.run = timed  # type: ignore[method-assign]  # put back below
    try:
        grade_class(course, ASSIGNMENT, seed=1, function=FUNCTION, force=True, students=students, progress=progress)
        ends = (time.perf_counter(), time.process_time(), inside)
    finally:
        Sandbox.run = run  # type: ignore[method-assign]
    wall, cpu, executed = (1e3 * (end - mark) / (len(students) - 1) for end, mark in zip(ends, marks[0], strict=True))
    return wall, cpu, cpu - executed


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
        for form in ("csv", "canvas", "moodle", "json"):
            show(f"export --to {form}", *command(course, "export", "--to", form, str(course.root / form)), "3 s")
        show("report", *command(course, "report", ASSIGNMENT), "10 s, 1024 MB")
        students = [f"--student=student{n:06d}" for n in range(min(PAGES, count))]
        for name, flag, bar in (("no pictures", "--no-pictures", "5 ms"), ("pictures", "--pictures", "60 ms")):
            one = command(course, "feedback", ASSIGNMENT, flag, *students[:1])
            many = command(course, "feedback", ASSIGNMENT, flag, *students)
            each = 1e3 * (many[0] - one[0]) / (len(students) - 1)
            show(f"feedback, {len(students)} pages, {name}", *many, f"{each:.1f} ms each beyond the first; {bar}")
        some = [f"student{n:06d}" for n in range(min(REGRADED, count))]
        wall, cpu, beyond = regrade(course, some)
        print(
            f"\nRegrade of one function, {len(some)} submissions: {wall:.2f} ms each, {cpu:.2f} ms of processor time "
            f"beside the students' processes, {beyond:.2f} ms of it beyond the execution; bar 1 ms."
        )


if __name__ == "__main__":
    main()
