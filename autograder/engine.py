"""Grade many submissions: what is new is run on a local pool, results are durable, the gradebook has one writer."""

from __future__ import annotations

import hashlib
import json
import multiprocessing
import os
import secrets
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, ProcessPoolExecutor, wait
from concurrent.futures.process import BrokenProcessPool
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from typing import Any

from autograder import __version__
from autograder.assignments import load
from autograder.course import gradebook
from autograder.course.layout import STUDENT_ID, Course
from autograder.errors import SubmissionError, UsageError
from autograder.grading.cases import build, secret_from_seed
from autograder.grading.results import Result, result_from_json
from autograder.grading.verdicts import Examiner
from autograder.matching import load_template
from autograder.notebook import read_bytes
from autograder.sandbox import Isolation, self_test
from autograder.submission import Graded, Grader, Sandboxes

CHUNK = 8
"""Submissions that a worker takes at once: few enough for an even load, enough to make the hand-over cheap."""

RECORD_EVERY = 200
"""Results written to the gradebook in one transaction."""


@dataclass(frozen=True)
class Plan:
    """What a run grades, and how: all that a worker must know."""

    course: Course
    assignment: str
    seed: int
    isolation: Isolation
    force: bool = False


@dataclass
class Summary:
    """What a run did: every submission's result, and what was set aside with a sentence."""

    plan: Plan
    results: list[Result] = field(default_factory=list)
    reused: int = 0
    set_aside: list[str] = field(default_factory=list)
    absent: list[str] = field(default_factory=list)

    def count(self, status: str) -> int:
        """How many results have a status."""
        return sum(result.status == status for result in self.results)


Progress = Callable[[Result, bool], None]
"""Called with each result and whether it was there already."""


@cache
def grader_version() -> str:
    """Return the package's version and a hash of its code, so that a changed grader grades anew."""
    digest = hashlib.sha256()
    root = Path(__file__).parent
    for path in sorted(root.rglob("*.py")):
        digest.update(str(path.relative_to(root)).encode() + path.read_bytes())
    return f"{__version__}+{digest.hexdigest()[:12]}"


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
    write_atomically(path, json.dumps({"seed": seed}).encode())
    return seed


def write_atomically(path: Path, data: bytes) -> None:
    """Write a file so that it holds all of ``data`` or what it held before, whatever happens meanwhile."""
    path.parent.mkdir(parents=True, exist_ok=True)
    temporary = path.with_name(f".{path.name}.{os.getpid()}.tmp")
    try:
        temporary.write_bytes(data)
        temporary.replace(path)
    finally:
        temporary.unlink(missing_ok=True)


class Worker:
    """Grades submissions of one plan; holds one sandbox."""

    def __init__(self, plan: Plan) -> None:
        self.plan = plan
        assignment = load(plan.assignment)
        course = plan.course
        release = course.root / course.release / plan.assignment / f"{plan.assignment}.ipynb"
        self.template = load_template(assignment, course.solution(plan.assignment), release)
        examiner = Examiner(build(assignment, secret_from_seed(plan.seed)))
        self.sandboxes = Sandboxes(assignment, isolation=plan.isolation)
        self.grader = Grader(self.template, examiner, self.sandboxes, seed=plan.seed, version=grader_version())
        self._frame = f"{self.template.digest}|{plan.seed}|{grader_version()}|{self.sandboxes.level}"

    def __enter__(self) -> Worker:
        self_test(self.sandboxes.for_text(""))
        return self

    def __exit__(self, *details: object) -> None:
        self.sandboxes.__exit__()

    def grade(self, student: str) -> tuple[Result, bool]:
        """Return a student's result and whether it was there already; what is new is stored first."""
        course, name = self.plan.course, self.plan.assignment
        path = course.submission(student, name)
        graded: Graded | None = None
        try:
            data = read_bytes(path)
        except SubmissionError as problem:
            others = sorted(p.name for p in path.parent.glob("*.ipynb") if p.name != path.name)
            hint = f" The folder holds {', '.join(repr(o) for o in others)}." if others and not path.exists() else ""
            data, graded = b"", self.grader.unreadable(student, f"{problem}{hint}")
        key = hashlib.sha256(self._frame.encode() + data).hexdigest()
        if graded is None:
            earlier = None if self.plan.force else self._earlier(student, key)
            if earlier is not None:
                return earlier, True
            graded = self.grader.grade(data, student)
        return self._store(student, graded, key), False

    def _earlier(self, student: str, key: str) -> Result | None:
        """Return the stored result if it came from the same bytes, assignment, seed and grader."""
        course, name = self.plan.course, self.plan.assignment
        try:
            stored = result_from_json(json.loads(course.result(student, name).read_bytes()))
        except (OSError, ValueError, KeyError, TypeError):
            return None
        complete = stored.status == "unreadable" or course.graded(student, name).is_file()
        return stored if stored.key == key and stored.status != "failed" and complete else None

    def _store(self, student: str, graded: Graded, key: str) -> Result:
        """Write the autograded notebook, then the result, each whole or not at all."""
        course, name = self.plan.course, self.plan.assignment
        result = replace(graded.result, key=key)
        target = course.graded(student, name)
        if graded.notebook is not None:
            text = json.dumps(graded.notebook, indent=1, ensure_ascii=False) + "\n"
            write_atomically(target, text.encode())
        elif result.status == "unreadable":
            target.unlink(missing_ok=True)
        if result.status != "failed":
            text = json.dumps(result.to_json(), indent=1, ensure_ascii=False) + "\n"
            write_atomically(course.result(student, name), text.encode())
        return result


_worker: Worker | None = None


def _start_worker(plan: Plan) -> None:
    """Prepare a pool process: one worker, one sandbox, for its whole life."""
    global _worker
    _worker = Worker(plan).__enter__()


def _grade_chunk(students: Sequence[str]) -> list[tuple[dict[str, Any], bool]]:
    """Grade some submissions in a pool process; plain JSON values come back."""
    if _worker is None:
        raise RuntimeError("the worker was not started")
    return [(result.to_json(), reused) for result, reused in map(_worker.grade, students)]


def _in_process(plan: Plan, students: Sequence[str]) -> Iterator[tuple[Result, bool]]:
    """Grade one after the other, here."""
    with Worker(plan) as worker:
        for student in students:
            yield worker.grade(student)


def _on_pool(plan: Plan, students: Sequence[str], jobs: int) -> Iterator[tuple[Result, bool]]:
    """Grade on a pool of processes; a lost process costs nothing but time.

    When a process dies, its chunks are tried again one submission at a time, so that one that kills its worker twice
    is known, and is our failure alone.
    """
    todo = [tuple(students[i : i + CHUNK]) for i in range(0, len(students), CHUNK)]
    attempts: dict[tuple[str, ...], int] = {}
    while todo:
        with ProcessPoolExecutor(
            jobs, multiprocessing.get_context("spawn"), initializer=_start_worker, initargs=(plan,)
        ) as pool:
            running: dict[Future[list[tuple[dict[str, Any], bool]]], tuple[str, ...]] = {
                pool.submit(_grade_chunk, chunk): chunk for chunk in todo
            }
            todo = []
            while running:
                done, _ = wait(running, return_when=FIRST_COMPLETED)
                for future in done:
                    chunk = running.pop(future)
                    try:
                        finished = future.result()
                    except BrokenProcessPool:
                        attempts[chunk] = attempts.get(chunk, 0) + 1
                        if len(chunk) == 1 and attempts[chunk] > 2:
                            yield _lost(plan, chunk[0]), False
                        else:
                            todo += [(student,) for student in chunk]
                    else:
                        yield from ((result_from_json(result), reused) for result, reused in finished)


def _lost(plan: Plan, student: str) -> Result:
    """Return the result of a submission whose worker died again and again: a failure of ours."""
    note = "The process that graded this submission died three times. Nothing was scored; grade it alone to see why."
    return Result(plan.assignment, student, plan.seed, "failed", 0.0, notes=(note,), grader_version=grader_version())


def grade(
    plan: Plan, students: Sequence[str], *, jobs: int, progress: Progress = lambda result, reused: None
) -> Iterable[Result]:
    """Grade the students' submissions, store each result, and write the gradebook in bulk."""
    gradebook.register(plan.course, plan.assignment)
    times = {student: when for student in students if (when := handed_in(plan.course, student, plan.assignment))}
    finished = _in_process(plan, students) if jobs == 1 else _on_pool(plan, students, jobs)
    waiting: list[Result] = []
    everything: list[Result] = []
    try:
        for result, reused in finished:
            progress(result, reused)
            everything.append(result)
            waiting.append(result)
            if len(waiting) >= RECORD_EVERY:
                gradebook.record(plan.course, plan.assignment, waiting, times)
                waiting = []
    finally:
        gradebook.record(plan.course, plan.assignment, waiting, times)
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
