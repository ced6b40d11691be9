"""Grade many submissions: what is new is run on a local pool, results are durable, the gradebook has one writer."""

from __future__ import annotations

import json
import secrets
from collections.abc import Callable, Iterable, Sequence
from contextlib import closing
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

from autograder.assignments import load
from autograder.course import gradebook
from autograder.course.deadlines import read_deadlines
from autograder.course.lateness import Lateness, apply_lateness
from autograder.course.layout import STUDENT_ID, Course
from autograder.errors import GraderFailure, SubmissionError, UsageError
from autograder.files import write_atomically
from autograder.grading.results import Result
from autograder.notebook import read_bytes
from autograder.pool import in_process, on_pool
from autograder.sandbox import Isolation
from autograder.worker import Plan, Worker

KEPT = "All results are stored; the next run writes them into the gradebook without grading again."

RECORD_EVERY = 200
"""Results written to the gradebook in one transaction."""


@dataclass
class Summary:
    """What a run did: every submission's result, and what was set aside with a sentence."""

    plan: Plan
    results: list[Result] = field(default_factory=list)
    reused: int = 0
    set_aside: list[str] = field(default_factory=list)
    absent: list[str] = field(default_factory=list)
    lateness: Lateness = field(default_factory=Lateness)

    def count(self, status: str) -> int:
        """How many results have a status."""
        return sum(result.status == status for result in self.results)


Progress = Callable[[Result, bool], None]
"""Called with each result and whether it was there already."""


def submissions(course: Course, assignment: str) -> tuple[list[str], list[str], list[str]]:
    """Return the students who handed in, those who did not, and a sentence for each folder that is no student's.

    Raises `UsageError` if there is nothing to grade.
    """
    root = course.root / course.submitted
    if not root.is_dir() or not any(root.iterdir()):
        raise UsageError(
            f"There are no submissions in {root}. Put them there as <student>/{assignment}/{assignment}.ipynb, "
            "or use `autograder collect`."
        )
    present, absent, aside = [], [], []
    for folder in sorted(root.iterdir(), key=lambda path: path.name):
        name = folder.name
        if name.startswith("."):
            continue
        if not STUDENT_ID.fullmatch(name):
            aside.append(
                f"The folder {name!r} was set aside: a student id has letters, digits and . _ @ - only, "
                "and begins with a letter or digit."
            )
        elif folder.is_symlink() or not folder.is_dir():
            aside.append(f"{name!r} was set aside: it is not a folder, and links are not followed.")
        elif (folder / assignment).is_dir() and not (folder / assignment).is_symlink():
            present.append(name)
        else:
            absent.append(name)
    return present, absent, aside


def handed_in(course: Course, student: str, assignment: str) -> datetime | None:
    """Return when a student handed in, in UTC, from the ``timestamp.txt`` that nbgrader puts beside the notebook."""
    path = course.submission(student, assignment).with_name("timestamp.txt")
    try:
        when = datetime.fromisoformat(read_bytes(path)[:64].decode().strip().removesuffix(" UTC"))
    except (SubmissionError, ValueError):
        return None
    return when if when.tzinfo is None else when.astimezone(UTC).replace(tzinfo=None)


def choose_seed(course: Course, assignment: str, given: int | None) -> int:
    """Return the seed of this course's grades: the one given, the one used before, or a new one, which is stored."""
    path = course.results / assignment / "seed.json"
    if given is None and path.is_file():
        return int(json.loads(path.read_text())["seed"])
    seed = secrets.randbits(48) if given is None else given
    try:
        write_atomically(path, json.dumps({"seed": seed}).encode(), durable=True)
    except OSError as problem:
        raise GraderFailure(f"The seed of the grades could not be stored in {path}: {problem.strerror}.") from problem
    return seed


def grade(
    plan: Plan, students: Sequence[str], *, jobs: int, progress: Progress = lambda result, reused: None
) -> Iterable[Result]:
    """Grade the students' submissions, store each result, and write the gradebook in bulk.

    Raises `GraderFailure` if the gradebook cannot be written; before the first submission if that is known then, else
    when all have been graded: their results are stored, and the next run writes them down.
    """
    gradebook.register(plan.course, plan.assignment)
    times = {student: when for student in students if (when := handed_in(plan.course, student, plan.assignment))}
    waiting: list[Result] = []
    everything: list[Result] = []
    trouble: GraderFailure | None = None
    try:
        with closing(in_process(plan, students) if jobs == 1 else on_pool(plan, students, jobs)) as finished:
            for result, reused in finished:
                everything.append(result)
                waiting.append(result)
                progress(result, reused)
                if trouble is None and len(waiting) >= RECORD_EVERY:
                    try:
                        gradebook.record(plan.course, plan.assignment, waiting, times)
                        waiting = []
                    except GraderFailure as problem:
                        trouble = problem
    finally:
        try:
            gradebook.record(plan.course, plan.assignment, waiting, times)
        except GraderFailure as problem:
            raise GraderFailure(f"{problem} {KEPT}") from problem
    return sorted(everything, key=lambda result: result.student)


def grade_class(
    course: Course,
    assignment: str,
    *,
    students: Sequence[str] = (),
    jobs: int = 1,
    seed: int | None = None,
    force: bool = False,
    isolation: Isolation = "auto",
    progress: Progress = lambda result, reused: None,
    started: Callable[[int], None] = lambda total: None,
) -> Summary:
    """Grade a class, or some of its students, and return what happened to each.

    Raises `UsageError` if the assignment, the submissions or a named student do not exist.
    """
    load(assignment)
    read_deadlines(course)  # what is wrong in it is told before anything runs
    present, absent, aside = submissions(course, assignment)
    if students:
        unknown = [student for student in students if student not in present]
        if unknown:
            raise UsageError(f"There is no submission for {assignment} of: {', '.join(map(repr, unknown))}.")
        present, absent = [student for student in present if student in students], []
    plan = Plan(course, assignment, choose_seed(course, assignment, seed), isolation, force)
    summary = Summary(plan, set_aside=aside, absent=absent)
    started(len(present))

    def count(result: Result, reused: bool) -> None:
        summary.reused += reused
        progress(result, reused)

    summary.results = list(grade(plan, present, jobs=min(jobs, max(1, len(present) // 2)), progress=count))
    summary.lateness = apply_lateness(course, assignment)
    return summary


def grade_notebook(course: Course, path: Path, assignment: str, *, seed: int, isolation: Isolation) -> Result:
    """Grade one notebook by itself; nothing is stored.

    Raises `UsageError` if there is no such file.
    """
    if not path.is_file():
        raise UsageError(f"There is no notebook {path}.")
    load(assignment)
    with Worker(Plan(course, assignment, seed, isolation)) as worker:
        try:
            return worker.grader.grade(read_bytes(path), path.parent.parent.name or "student").result
        except SubmissionError as problem:
            return worker.grader.unreadable("student", str(problem)).result
