"""Grade one class twice, with stock nbgrader and with ours, and compare the score of every cell.

``python -m benchmarks.parity [--students ada,mira] [--seed 1]`` prints the comparison of the sample class.
"""

from __future__ import annotations

import argparse
import contextlib
import os
import shutil
import sys
import tempfile
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from autograder.course.demo import ASSIGNMENT, make_course, sample_class
from autograder.course.gradebook import register, scores
from autograder.course.layout import Course, open_course
from autograder.course.run_nbgrader import run_nbgrader
from autograder.engine import grade_class
from autograder.errors import GraderFailure
from autograder.stock import SEED_VARIABLE

ROOT = Path(__file__).parents[1]

EXCEPTIONS: Mapping[str, str] = {
    "duplicated-cell": "a duplicated test cell makes nbgrader refuse the notebook; the last copy counts here",
    "deleted-cell": "nbgrader waits for ever for a deleted test cell; here the test is put back and asked",
    "stripped-metadata": "nbgrader does not see cells that lost their metadata; here their text or function tells",
    "unreadable": "nbgrader stops at a file that is no notebook; here it waits for a human, with a reason",
    "wrong-kernel": "nbgrader runs the answers in Python all the same; here the notebook waits for a human",
    "exit-in-function": "os._exit ends nbgrader's kernel, and no cell gets a score; here one function loses its points",
    "exit-in-cell": "os._exit ends nbgrader's kernel, and no cell gets a score; here one function loses its points",
    "nan-score": "nbgrader gives full marks to a test cell whose value is nan or text; here it has no say",
}
"""Kinds of submissions that stock nbgrader cannot judge, and why; in all others every score must be equal."""

CellScores = Mapping[str, float | None]


@dataclass(frozen=True)
class Comparison:
    """One submission's automatic scores, by cell: stock nbgrader's, where it made any, and ours.

    ``complaint`` is what nbgrader said if it failed over this submission.
    """

    student: str
    kind: str
    stock: CellScores
    ours: CellScores
    complaint: str = ""

    @property
    def different(self) -> dict[str, tuple[float | None, float | None]]:
        """The cells whose scores differ, with both scores."""
        cells = {**self.ours, **self.stock}
        both = {name: (self.stock.get(name), self.ours.get(name)) for name in cells}
        return {name: pair for name, pair in both.items() if pair[0] != pair[1]}


@contextlib.contextmanager
def seeded(seed: int) -> Iterator[None]:
    """Let stock nbgrader draw the same cases as ``autograder grade --seed``."""
    earlier = os.environ.get(SEED_VARIABLE)
    os.environ[SEED_VARIABLE] = str(seed)
    try:
        yield
    finally:
        if earlier is None:
            del os.environ[SEED_VARIABLE]
        else:
            os.environ[SEED_VARIABLE] = earlier


def make_class(root: Path, students: Iterable[str]) -> Course:
    """Return a course folder that holds the assignment and these students of the sample class, and no gradebook."""
    course = make_course(root, open_course(ROOT))
    for folder in (root / course.submitted).iterdir():
        if folder.name not in set(students):
            shutil.rmtree(folder)
    return course


def cell_scores(course: Course) -> dict[str, CellScores]:
    """Return the automatic scores in a course's gradebook, by student and cell."""
    return {row.student: {cell.name: cell.auto for cell in row.cells} for row in scores(course, ASSIGNMENT)}


def grade_by_nbgrader(course: Course, seed: int, *, alone: Sequence[str] = ()) -> dict[str, str]:
    """Grade a class with ``nbgrader autograde``, and then the students in ``alone`` one by one.

    Returns what nbgrader complained of for each of the latter over whom it failed.  Raises `GraderFailure` if it fails
    over the class.
    """
    submitted = course.root / course.submitted
    aside = course.root / "aside"
    aside.mkdir()
    for student in alone:
        shutil.move(submitted / student, aside / student)
    complaints = {}
    with seeded(seed):
        if any(submitted.iterdir()):
            run_nbgrader(course.root, "autograde", [ASSIGNMENT])
        for student in alone:
            shutil.move(aside / student, submitted / student)
            try:
                run_nbgrader(course.root, "autograde", [ASSIGNMENT], ["--student", student])
            except GraderFailure as problem:
                complaints[student] = str(problem)
    return complaints


def compare(folder: Path, students: Sequence[str], *, seed: int, jobs: int = 1) -> tuple[list[Comparison], Course]:
    """Grade these students of the sample class twice, and return the comparisons and the course that we graded."""
    kinds = {one.student: one.kind for one in sample_class()}
    apart = [student for student in students if kinds[student] in EXCEPTIONS]
    ours = make_class(folder / "ours", students)
    register(ours, ASSIGNMENT)
    shutil.copytree(ours.root, folder / "stock")
    stock = open_course(folder / "stock")
    complaints = grade_by_nbgrader(stock, seed, alone=apart)
    grade_class(ours, ASSIGNMENT, jobs=jobs, seed=seed)
    there, here = cell_scores(stock), cell_scores(ours)
    compared = [
        Comparison(one, kinds[one], there.get(one, {}), here.get(one, {}), complaints.get(one, "")) for one in students
    ]
    return compared, ours


def main() -> int:
    """Print the comparison; return 1 if a score differs that must be equal."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--students", default=",".join(one.student for one in sample_class()))
    parser.add_argument("--seed", type=int, default=1)
    words = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="parity-") as folder:
        compared, _ = compare(Path(folder), words.students.split(","), seed=words.seed)
    for one in compared:
        told = ", ".join(f"{name} {stock} ≠ {ours}" for name, (stock, ours) in one.different.items())
        reason = f"\n{'':9}{EXCEPTIONS[one.kind]}" if one.kind in EXCEPTIONS else ""
        print(f"{one.student:8} {one.kind:18} {one.complaint or told or 'equal'}{reason}")
    due = [one for one in compared if one.kind not in EXCEPTIONS]
    cells = sum(len(one.ours) for one in due)
    wrong = sum(len(one.different) for one in due)
    apart = len(compared) - len(due)
    print(f"{cells - wrong} of {cells} scores of {len(due)} submissions are equal; {apart} submissions are exceptions.")
    return int(wrong > 0)


if __name__ == "__main__":
    sys.exit(main())
