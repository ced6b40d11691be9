"""What it costs to grade one function of a class again after a correction of a test, beyond running the programs.

The class is the sample of forty and copies of its submissions; every cell of a copy that holds an answer says whose it
is, so that nothing of one is known from another.  All are graded, then the tests are corrected, and one function is
graded again.  Where its tests make other calls, as after most corrections, the notebooks of those who pass stay as they
are; where they make one call more, every student's tests say so, and every notebook is written anew.

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
CORRECTIONS = {
    "other calls": ("PUBLIC_SECRET", b"other visible cases"),
    "one call more": ("VISIBLE_ASKED", cases.VISIBLE_ASKED + 1),
}
"""What a correction of the tests changes in `autograder.grading.cases`."""


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
def corrected(kind: str) -> Iterator[None]:
    """Correct the tests, for as long as this is open."""
    name, value = CORRECTIONS[kind]
    before = getattr(cases, name)
    setattr(cases, name, value)
    try:
        yield
    finally:
        setattr(cases, name, before)


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


def least(course: Course, kind: str) -> list[float]:
    """Grade one function again after a correction, and after it was taken back; return the least of both."""
    with corrected(kind):
        there = regrade(course)
    return [min(pair) for pair in zip(there, regrade(course), strict=True)]


def costs(sample: Course, everyone: Course, copies: int, kind: str) -> tuple[float, float, float]:
    """Return the milliseconds for each copy: wall, processor, and processor beyond the execution."""
    alone = least(sample, kind)
    wall, cpu, inside = (1e3 * (x - y) / copies for x, y in zip(least(everyone, kind), alone, strict=True))
    return wall, cpu, cpu - inside


def report(copies: int, rounds: int) -> str:
    """Return a sentence on what each kind of correction costs, the least of some rounds."""
    told = [f"Regrade of one function, {copies} submissions; bar {BAR:g} ms beyond the execution:"]
    with tempfile.TemporaryDirectory(prefix="regrade-") as folder:
        sample, everyone = (graded_class(Path(folder) / str(count), count) for count in (0, copies))
        for kind in CORRECTIONS:
            found = [costs(sample, everyone, copies, kind) for _ in range(rounds)]
            wall, cpu, beyond = map(min, zip(*found, strict=True))
            told.append(
                f"  {kind:13}  {wall:.2f} ms each, {cpu:.2f} ms of processor time beside the students' processes, "
                f"{beyond:.2f} ms of it beyond the execution"
            )
    return "\n".join(told)


def main() -> None:
    """Print what it costs."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--copies", type=int, default=500)
    parser.add_argument("--rounds", type=int, default=3)
    given = parser.parse_args()
    print(report(given.copies, given.rounds))


if __name__ == "__main__":
    main()
