"""What it costs to grade one function of a class again after a correction of a test, beyond running the programs.

The class is the sample of forty and copies of its submissions; every cell of a copy that holds an answer says whose it
is, so that nothing of one is known from another.  All are graded, then a call is added to every test, so that each
student's tests say something new, and one function is graded again: every notebook and result is written anew.

Counted is the processor time of this process, without what it spends in `Sandbox.run`: to fork, to send the cells and
the calls, to read the answers.  It includes listing the class, reading what was handed in, judging, both files and the
gradebook.  What a run needs once, and for the forty different answers, is taken off: it is what the sample alone costs.

    python -m benchmarks.regrade [--copies 500] [--rounds 3]
"""

from __future__ import annotations

import argparse
import json
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from itertools import cycle, islice
from pathlib import Path

from autograder.course.demo import make_course
from autograder.course.layout import Course, open_course
from autograder.engine import grade_class
from autograder.grading import cases
from autograder.sandbox import Run, Sandbox, Step
from benchmarks._processes import ROOT

ASSIGNMENT = "range"
FUNCTION = "relu6"
BAR = 1.0
"""Milliseconds for each submission."""


def signed(text: str, student: str) -> str:
    """Return a notebook in which every cell that holds an answer says whose it is; what is no notebook stays."""
    try:
        notebook = json.loads(text)
        for cell in notebook["cells"]:
            if cell["cell_type"] == "code" and cell["metadata"].get("nbgrader", {}).get("solution"):
                cell["source"] = "".join(cell["source"]) + f"\n# {student}"
    except (ValueError, KeyError, TypeError):
        return text
    return json.dumps(notebook, indent=1, ensure_ascii=False, sort_keys=True) + "\n"


def graded_class(folder: Path, copies: int) -> Course:
    """Return a course with the sample and copies of its submissions, all graded."""
    course = make_course(folder, open_course(ROOT))
    originals = sorted((course.root / course.submitted).glob(f"*/{ASSIGNMENT}/{ASSIGNMENT}.ipynb"))
    for number, original in enumerate(islice(cycle(originals), copies)):
        student = f"student{number:06d}"
        target = course.submission(student, ASSIGNMENT)
        target.parent.mkdir(parents=True)
        target.write_text(signed(original.read_text("utf-8"), student), "utf-8")
    grade_class(course, ASSIGNMENT, seed=1)
    return course


@contextmanager
def correction() -> Iterator[None]:
    """Ask one more call in every test, for as long as this is open."""
    cases.ASKED_TWICE += 1
    try:
        yield
    finally:
        cases.ASKED_TWICE -= 1


@contextmanager
def measured() -> Iterator[list[float]]:
    """Measure seconds: the wall's, the processor's in this process, and those of them in `Sandbox.run`."""
    run = Sandbox.run
    inside = 0.0

    def timed(self: Sandbox, steps: Sequence[Step]) -> Run:
        nonlocal inside
        started = time.process_time()
        try:
            return run(self, steps)
        finally:
            inside += time.process_time() - started

    Sandbox.run = timed  # type: ignore[method-assign]  # put back below
    found: list[float] = []
    wall, cpu = time.perf_counter(), time.process_time()
    try:
        yield found
        found += [time.perf_counter() - wall, time.process_time() - cpu, inside]
    finally:
        Sandbox.run = run  # type: ignore[method-assign]


def regrade(course: Course) -> list[float]:
    """Grade one function again; return what `measured` found.  Raises `RuntimeError` if somebody was not graded."""
    with measured() as found:
        summary = grade_class(course, ASSIGNMENT, seed=1, function=FUNCTION, force=True)
    if summary.count("failed"):
        notes = next(result.notes for result in summary.results if result.status == "failed")
        raise RuntimeError(f"{summary.count('failed')} submissions were not graded: {' '.join(notes)}")
    return found


def costs(copies: int, rounds: int) -> tuple[float, float, float]:
    """Return the milliseconds for each copy: wall, processor, and processor beyond the execution; least of rounds."""
    with tempfile.TemporaryDirectory(prefix="regrade-") as folder:
        sample = graded_class(Path(folder) / "sample", 0)
        everyone = graded_class(Path(folder) / "class", copies)
        least = []
        for _ in range(rounds):
            turns = []
            for course in (sample, everyone):
                with correction():
                    there = regrade(course)
                turns.append([min(pair) for pair in zip(there, regrade(course), strict=True)])
            (wall, cpu, inside), (all_wall, all_cpu, all_inside) = turns
            beyond = (all_cpu - all_inside) - (cpu - inside)
            least.append([1e3 * each / copies for each in (all_wall - wall, all_cpu - cpu, beyond)])
    wall, cpu, beyond = map(min, zip(*least, strict=True))
    return wall, cpu, beyond


def report(copies: int, rounds: int) -> str:
    """Return the sentence on what it costs."""
    wall, cpu, beyond = costs(copies, rounds)
    return (
        f"Regrade of one function, {copies} submissions: {wall:.2f} ms each, {cpu:.2f} ms of processor time beside the "
        f"students' processes, {beyond:.2f} ms of it beyond the execution; bar {BAR:g} ms."
    )


def main() -> None:
    """Print what it costs."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--copies", type=int, default=500)
    parser.add_argument("--rounds", type=int, default=3)
    given = parser.parse_args()
    print(report(given.copies, given.rounds))


if __name__ == "__main__":
    main()
