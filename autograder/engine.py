"""Grade many submissions: what is new is run on a local pool, results are durable, the gradebook has one writer."""

from __future__ import annotations

import json
import os
import secrets
import stat
from collections import Counter
from collections.abc import Callable, Generator, Sequence
from contextlib import closing
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Literal, overload

from autograder import processes
from autograder.assignments import load
from autograder.course import recording
from autograder.course._scores import above_most, has_due_date
from autograder.course.deadlines import read_deadlines
from autograder.course.layout import STUDENT_ID, Course
from autograder.errors import GraderFailure, SubmissionError, UsageError
from autograder.files import write_atomically
from autograder.grading.cases import CaseTable
from autograder.grading.results import Result, result_from_text
from autograder.notebook import read_bytes
from autograder.regrade import MOST_NAMED, OneFunction, check_function
from autograder.sandbox import Isolation
from autograder.worker import Plan, Worker, in_process

if TYPE_CHECKING:
    from autograder.course.lateness import Lateness

KEPT = "All results are stored; the next run writes them into the gradebook without grading again."

RECORD_EVERY = 200
"""Results written to the gradebook in one transaction."""

MOST_KEPT = 2_000
"""Results of a run that are kept in memory."""


class Results(Sequence[Result]):
    """The results of a run by student; those of a large class stay on the disk, and are read where they are needed.

    ``remarks`` say what the machines that graded lack.
    """

    def __init__(self, plan: Plan) -> None:
        self.counts: Counter[str] = Counter()
        self.remarks: set[str] = set()
        self._plan = plan
        self._kept: dict[str, Result | None] = {}
        self._order: list[str] | None = None

    def add(self, result: Result) -> None:
        """Take one more result; what failed on our side is on no disk, and stays in memory."""
        stored = len(self._kept) >= MOST_KEPT and result.status != "failed"
        self.counts[result.status] += 1
        self._kept[result.student] = None if stored else result
        self._order = None

    def __len__(self) -> int:
        return len(self._kept)

    @overload
    def __getitem__(self, index: int) -> Result: ...
    @overload
    def __getitem__(self, index: slice) -> Sequence[Result]: ...
    def __getitem__(self, index: int | slice) -> Result | Sequence[Result]:
        if self._order is None:
            self._order = sorted(self._kept)
        chosen = self._order[index]
        return self._get(chosen) if isinstance(chosen, str) else [self._get(student) for student in chosen]

    def _get(self, student: str) -> Result:
        result = self._kept[student]
        if result is None:
            path = self._plan.course.result(student, self._plan.assignment)
            try:
                result = result_from_text(path.read_bytes())
            except (OSError, ValueError, KeyError, TypeError) as problem:
                raise GraderFailure(f"The result {path}, just written, cannot be read any more.") from problem
        return result


@dataclass
class Summary:
    """What a run did: every submission's result, and what was set aside with a sentence.

    ``remarks`` are sentences on the run as a whole.
    """

    plan: Plan
    results: Results
    reused: int = 0
    set_aside: list[str] = field(default_factory=list)
    absent: list[str] = field(default_factory=list)
    remarks: tuple[str, ...] = ()
    lateness: Lateness | None = None

    def count(self, status: str) -> int:
        """How many results have a status."""
        return self.results.counts[status]


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
    with os.scandir(root) as entries:
        folders = sorted(entries, key=lambda entry: entry.name)
    present: list[str] = []
    absent: list[str] = []
    aside: list[str] = []
    for folder in folders:
        name = folder.name
        if name.startswith("."):
            continue
        if not STUDENT_ID.fullmatch(name):
            aside.append(
                f"The folder {name!r} was set aside: a student id has letters, digits and . _ @ - only, "
                "and begins with a letter or digit."
            )
        elif not folder.is_dir(follow_symlinks=False):
            aside.append(f"{name!r} was set aside: it is not a folder, and links are not followed.")
        else:
            try:
                mode = os.lstat(f"{folder.path}/{assignment}").st_mode
            except PermissionError:
                told = "you may not open this folder. Give yourself permission to read it."
                aside.append(f"{name!r} was set aside: {told}")
            except (FileNotFoundError, NotADirectoryError):
                absent.append(name)
            else:
                (present if stat.S_ISDIR(mode) else absent).append(name)
    return present, absent, aside


def handed_in(course: Course, student: str, assignment: str) -> datetime | None:
    """Return when a student handed in, in UTC, from the ``timestamp.txt`` that nbgrader puts beside the notebook."""
    path = course.files_of(student, assignment).submission.removesuffix(f"{assignment}.ipynb") + "timestamp.txt"
    if not os.path.lexists(path):
        return None
    try:
        when = datetime.fromisoformat(read_bytes(path)[:64].decode().strip().removesuffix(" UTC"))
        return when if when.tzinfo is None else when.astimezone(UTC).replace(tzinfo=None)
    except (SubmissionError, ValueError, OverflowError):  # the last: a zone may lead out of the calendar
        return None


def choose_seed(course: Course, assignment: str, given: int | None) -> int:
    """Return the seed of this course's grades: the one given, the one used before, or a new one, which is stored."""
    path = course.results / assignment / "seed.json"
    if given is None and path.is_file():
        try:
            return int(json.loads(path.read_bytes())["seed"])
        except (OSError, ValueError, KeyError, TypeError) as problem:
            raise UsageError(
                f"The seed of the grades cannot be read from {path}. Give it with --seed, or delete the file: "
                "then a new one is drawn, and everybody is graded anew."
            ) from problem
    seed = secrets.randbits(48) if given is None else given
    try:
        write_atomically(path, json.dumps({"seed": seed}).encode(), durable=True)
    except OSError as problem:
        raise GraderFailure(f"The seed of the grades could not be stored in {path}: {problem.strerror}.") from problem
    return seed


Engine = Literal["local", "dask"]
"""Where submissions are graded: on this machine, or on a Dask cluster."""


def _finished(
    plan: Plan,
    students: Sequence[str],
    remarks: set[str],
    jobs: int | None,
    engine: Engine,
    scheduler: str,
    table: CaseTable | None,
) -> Generator[tuple[Result, bool], None, None]:
    """Return the results as they are made; what a pool or a cluster needs is imported only where there is one."""
    if engine == "dask":
        from autograder.cluster import on_cluster

        return on_cluster(plan, students, remarks, scheduler=scheduler, jobs=jobs or os.cpu_count() or 1)
    jobs = processes.number(len(students), jobs)
    if jobs == 1:
        return in_process(plan, students, remarks, table)
    from autograder.pool import on_pool

    return on_pool(plan, students, remarks, jobs)


def grade(
    plan: Plan,
    students: Sequence[str],
    *,
    jobs: int | None,
    progress: Progress = lambda result, reused: None,
    engine: Engine = "local",
    scheduler: str = "",
    table: CaseTable | None = None,
) -> Results:
    """Grade the students' submissions, store each result, and write the gradebook in bulk.

    ``table`` are the plan's cases, if they are drawn already.

    Raises `GraderFailure` if the gradebook cannot be written; before the first submission if that is known then, else
    when all have been graded: their results are stored, and the next run writes them down.
    """
    recording.register(plan.course, plan.assignment)
    times = {student: when for student in students if (when := handed_in(plan.course, student, plan.assignment))}
    waiting: list[Result] = []
    everything = Results(plan)
    trouble: GraderFailure | None = None
    try:
        with closing(_finished(plan, students, everything.remarks, jobs, engine, scheduler, table)) as finished:
            for result, reused in finished:
                everything.add(result)
                waiting.append(result)
                progress(result, reused)
                if trouble is None and len(waiting) >= RECORD_EVERY:
                    try:
                        recording.record(plan.course, plan.assignment, waiting, times)
                        waiting = []
                    except GraderFailure as problem:
                        trouble = problem
    finally:
        try:
            recording.record(plan.course, plan.assignment, waiting, times)
        except GraderFailure as problem:
            raise GraderFailure(f"{problem} {KEPT}") from problem
    return everything


def grade_class(
    course: Course,
    assignment: str,
    *,
    students: Sequence[str] = (),
    jobs: int | None = 1,
    seed: int | None = None,
    force: bool = False,
    function: str = "",
    isolation: Isolation = "auto",
    progress: Progress = lambda result, reused: None,
    started: Callable[[int], None] = lambda total: None,
    engine: Engine = "local",
    scheduler: str = "",
) -> Summary:
    """Grade a class, or some of its students, and return what happened to each.

    ``jobs`` is the number of processes, None for as many as are of use.  With ``function`` it alone is graded again:
    the verdicts on the others are those of the results that are there.

    Raises `UsageError` if the assignment, the function, the submissions or a named student do not exist.
    """
    check_function(load(assignment), function)
    read_deadlines(course)  # what is wrong in it is told before anything runs
    present, absent, aside = submissions(course, assignment)
    if students:
        wanted, there = set(students), set(present)
        unknown = [student for student in students if student not in there]
        if unknown:
            raise UsageError(f"There is no submission for {assignment} of: {', '.join(map(repr, unknown))}.")
        present, absent = [student for student in present if student in wanted], []
    plan = Plan(course, assignment, choose_seed(course, assignment, seed), isolation, force, function)
    started(len(present))

    again = 0
    alone = OneFunction(plan) if function else None

    def count(result: Result, reused: bool) -> None:
        nonlocal again
        again += reused
        if alone is not None:
            alone.see(result, reused=reused)
        progress(result, reused)

    table = None if alone is None else alone.table
    results = grade(plan, present, jobs=jobs, progress=count, engine=engine, scheduler=scheduler, table=table)
    if not students and not results.counts["failed"] and (alone is None or alone.up_to_date):
        recording.note_graded(course, assignment)
    found = () if alone is None else alone.remarks()
    remarks = (*found, *_above_most(course, assignment), *sorted(results.remarks))
    return Summary(plan, results, again, aside, absent, remarks, _lateness(course, assignment))


def _above_most(course: Course, assignment: str) -> list[str]:
    """Say which manual scores are above the points that there are now; nothing is taken from a human's mark."""
    found = above_most(course, assignment)
    if not found:
        return []
    told = [f"{student} has {given:g} of {most:g} for {cell}" for student, cell, given, most in found[:MOST_NAMED]]
    more = f" and {len(found) - MOST_NAMED} more" if len(found) > MOST_NAMED else ""
    return [
        f"More points than there are now were given by hand: {', '.join(told)}{more}. "
        "They count as they are until somebody changes them in formgrader."
    ]


def _lateness(course: Course, assignment: str) -> Lateness | None:
    """Write what lateness costs into the gradebook; where nothing is ever due there is nothing to import for it."""
    deadlines = read_deadlines(course)
    told = deadlines.due.get(assignment) is not None or deadlines.extensions.get(assignment)
    if not told and not has_due_date(course, assignment):
        return None
    from autograder.course.lateness import apply_lateness

    return apply_lateness(course, assignment)


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
