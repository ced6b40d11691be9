"""One worker of a run: grades submissions in its sandbox, some in turns, and stores each result before it tells.

Nothing that a submission holds, and nothing that fails on our side, raises out of `Worker.grade`: everybody gets a
result.  A failure of ours is the status ``failed``, which is never stored and never a score.
"""

from __future__ import annotations

import gc
import glob
import hashlib
import os
from collections.abc import Generator, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, replace
from functools import cache, cached_property
from pathlib import Path
from typing import TypeGuard

from autograder import __version__
from autograder.assignments import load
from autograder.assignments.own import own_digest, use_own
from autograder.course.exchange import SECRET, bring_along
from autograder.course.layout import OWN, Course
from autograder.errors import AutograderError, GraderFailure, SubmissionError
from autograder.files import checksum, read_whole, write_in_turn
from autograder.grading.cases import CaseTable, build, secret_from_seed
from autograder.grading.regrade import current
from autograder.grading.results import Result, result_from_text
from autograder.grading.verdicts import Examiner
from autograder.matching import load_template
from autograder.notebook import read_bytes
from autograder.sandbox import Isolation, self_test
from autograder.submission import Graded, Grader, Sandboxes
from autograder.turns import Grading, alone, together

COLLECT = 50_000, 20, 100
"""When to look for cyclic garbage while grading: with Python's own numbers, several times for each notebook."""


@dataclass(frozen=True)
class Plan:
    """What a run grades, and how: all that a worker must know.

    With ``function`` that one alone is graded again, where an earlier result tells the verdicts on the others.
    """

    course: Course
    assignment: str
    seed: int
    isolation: Isolation
    force: bool = False
    function: str = ""


@cache
def grader_version() -> str:
    """Return the package's version and a hash of its code, so that a changed grader grades anew."""
    digest = hashlib.sha256()
    root = Path(__file__).parent
    for name in sorted(glob.iglob("**/*.py", root_dir=root, recursive=True)):
        digest.update(name.encode() + (root / name).read_bytes())
    return f"{__version__}+{digest.hexdigest()[:12]}"


def failed(plan: Plan, student: str, note: str) -> Result:
    """Return the result that says in one sentence what failed on our side."""
    return Result(plan.assignment, student, plan.seed, "failed", 0.0, notes=(note,), grader_version=grader_version())


def excuse(problem: Exception) -> str:
    """Return the sentence on a failure of ours over one submission."""
    if isinstance(problem, AutograderError):
        return str(problem)
    if isinstance(problem, OSError):
        where = f" ({problem.filename})" if problem.filename else ""
        cause = problem.strerror or type(problem).__name__
        return (
            f"The result could not be stored: {cause}{where}. Make room or give permission, and run the command again."
        )
    told = " ".join(f"{type(problem).__name__}: {problem}".split())[:300]
    return (
        f"The grader itself failed over this submission ({told}). Nothing was scored. "
        "Run `autograder check` on the notebook and report what it says."
    )


@contextmanager
def _told(what: str) -> Iterator[None]:
    """Say what it was that the system refused.  Raises `GraderFailure`."""
    try:
        yield
    except OSError as problem:
        raise GraderFailure(f"{what}: {problem}.") from problem


class Worker:
    """Grades submissions of one plan; holds one sandbox.  ``table`` are the plan's cases, if they are drawn already."""

    def __init__(self, plan: Plan, table: CaseTable | None = None) -> None:
        self.plan = plan
        use_own(plan.course.root / OWN)  # this may be a process that never opened the course
        assignment = load(plan.assignment)
        course = plan.course
        release = course.release_of(plan.assignment)
        self.template = load_template(assignment, course.solution(plan.assignment), release)
        code = "\n".join(cell.source for cell in self.template.given if cell.kind == "code")
        with ExitStack() as on_failure, _told("The sandbox could not be set up"):
            self.sandboxes = on_failure.enter_context(Sandboxes(assignment, isolation=plan.isolation, text=code))
            examiner = Examiner(table or build(assignment, secret_from_seed(plan.seed)))  # while the zygote imports
            grader_version()
            self.sandboxes.first.wait()
            on_failure.pop_all()
        self.grader = Grader(self.template, examiner, self.sandboxes, seed=plan.seed, version=grader_version())
        self._scope = result_scope(self.template.digest, plan, self.sandboxes.level)
        self._collect = gc.get_threshold()

    def __enter__(self) -> Worker:
        gc.freeze()  # what is there now stays, and what a submission leaves behind is little
        gc.set_threshold(*COLLECT)
        try:
            with _told("The sandbox's self-test could not be made"):
                self_test(self.sandboxes.first)
        except BaseException:
            self.__exit__()
            raise
        return self

    def __exit__(self, *details: object) -> None:
        self.sandboxes.__exit__()
        gc.set_threshold(*self._collect)
        gc.unfreeze()

    def grade(self, student: str) -> tuple[Result, bool]:
        """Return a student's result and whether it was there already; see `grade_all`."""
        return alone(self._grading(student))

    def grade_all(self, students: Sequence[str]) -> Iterator[tuple[Result, bool]]:
        """Return the students' results and whether they were there already; what is new is stored first.

        Never raises: a fault of ours costs one submission its result until the next run, and the class nothing.
        """
        return together(map(self._grading, students))

    def _grading(self, student: str) -> Grading[tuple[Result, bool]]:
        """Grade what a student handed in, and store the result."""
        try:
            handed_in = read_submission(self.plan.course, student, self.plan.assignment)
            anew = self.plan.force and not self.plan.function
            earlier = None if anew else stored_result(self.plan.course, student, self.plan.assignment)
            key = result_key(self._scope, handed_in.digest)
            if not handed_in.problem and is_current(earlier, self.plan, key):
                return earlier, True
            grading = self._regrading(student, handed_in, earlier, key)
            graded = yield from grading or self._graded(student, replace(handed_in, earlier=earlier))
            return store(self.plan.course, self.plan.assignment, student, graded), False
        except Exception as problem:  # whatever a submission found in us must not stop the others
            return failed(self.plan, student, excuse(problem)), False

    def _regrading(self, student: str, handed_in: HandedIn, earlier: Result | None, key: str) -> Grading[Graded] | None:
        """Return how one function is graded again by the stored notebook; None where that cannot be gone by."""
        if not self.plan.function or earlier is None or not self._goes_on(earlier, handed_in):
            return None
        notebook = _stored_notebook(self.plan.course, earlier)
        if notebook is None or earlier.template != self.grader.setting:
            return None
        begun = self.grader.begun(student, self.plan.function, earlier)
        if begun is None:
            return None
        try:
            program = self.grader.program(notebook, earlier.index, self.plan.function)
        except (ValueError, TypeError):  # another program has been at the result
            return None
        signed = begun.but(key=self._key_of(begun, key), submission_hash=handed_in.digest)
        return self.grader.regrading(self.plan.function, signed, program)

    def graded(self, student: str, handed_in: HandedIn) -> Graded:
        """Grade what a student handed in, and store nothing."""
        return alone(self._graded(student, handed_in))

    def _graded(self, student: str, handed_in: HandedIn) -> Grading[Graded]:
        """Grade what a student handed in."""
        one, earlier = self.plan.function, handed_in.earlier
        if handed_in.problem:
            graded = self.grader.unreadable(student, handed_in.problem)
        elif one and earlier is not None and self._goes_on(earlier, handed_in):
            graded = yield from self.grader.grading(handed_in.data, student, function=one, earlier=earlier)
        else:
            graded = yield from self.grader.grading(handed_in.data, student)
        return self._signed(graded, handed_in)

    def _signed(self, graded: Graded, handed_in: HandedIn) -> Graded:
        """Return a grade with what identifies it and its notebook."""
        key = self._key_of(graded.result, result_key(self._scope, handed_in.digest))
        notebook = checksum(graded.notebook) if graded.notebook else ""
        return Graded(graded.result.but(key=key, submission_hash=handed_in.digest, notebook=notebook), graded.notebook)

    def _key_of(self, result: Result, key: str) -> str:
        """Return what identifies a result, where ``key`` does if every verdict is up to date."""
        stale = result.regraded and not current(result, self.grader.examiner.table.bases)
        return partial_key(key, self.plan.function) if stale else key

    def _goes_on(self, earlier: Result, handed_in: HandedIn) -> bool:
        """Tell whether verdicts of an earlier result may stand beside new ones: same bytes, cases and sandbox."""
        return (
            earlier.status == "graded"
            and (earlier.submission_hash, earlier.seed) == (handed_in.digest, self.plan.seed)
            and earlier.isolation == self.sandboxes.level
        )

    def key(self, data: bytes) -> str:
        """Return what identifies a result: the submission's bytes, assignment, seed, grader and sandbox."""
        return result_key(self._scope, HandedIn(data).digest)


@dataclass(frozen=True)
class HandedIn:
    """The bytes of a submission, or in a sentence why there are none to be had, and the ``earlier`` result if any."""

    data: bytes
    problem: str = ""
    earlier: Result | None = None

    @cached_property
    def digest(self) -> str:
        """The SHA-256 of the bytes, or nothing if there are none."""
        return hashlib.sha256(self.data).hexdigest() if self.data else ""


def read_submission(course: Course, student: str, assignment: str) -> HandedIn:
    """Return what a student handed in."""
    try:
        return HandedIn(read_bytes(course.files_of(student, assignment).submission))
    except SubmissionError as problem:
        path = course.submission(student, assignment)
        others = sorted(p.name for p in path.parent.glob("*.ipynb") if p.name != path.name)
        hint = f" The folder holds {', '.join(repr(o) for o in others)}." if others and not path.exists() else ""
        return HandedIn(b"", f"{problem}{hint}")


def result_scope(digest: str, plan: Plan, level: str) -> str:
    """Return what the results of a run have in common: the template's digest, the plan and the level of isolation."""
    return f"{digest}|{plan.seed}|{grader_version()}{own_digest(plan.assignment)}|{level}"


def result_key(scope: str, digest: str) -> str:
    """Return what identifies a result: the run's scope and the submission's hash."""
    return hashlib.sha256(f"{scope}|{digest}".encode()).hexdigest()


def partial_key(key: str, function: str) -> str:
    """Return what identifies a result in which one function is up to date and another is not."""
    return hashlib.sha256(f"{key}|{function}".encode()).hexdigest()


def stored_result(course: Course, student: str, assignment: str) -> Result | None:
    """Return the stored result of a student if there is one that can be read, and is theirs."""
    try:
        stored = result_from_text(read_whole(course.files_of(student, assignment).result))
    except (OSError, ValueError, KeyError, TypeError):
        return None
    ours = (stored.student, stored.assignment) == (student, assignment)  # a folder may have been renamed
    return stored if ours and stored.status != "failed" else None


def is_current(stored: Result | None, plan: Plan, key: str) -> TypeGuard[Result]:
    """Tell whether a stored result need not be made again: ``key`` is that of a grade made now, its notebook whole."""
    if stored is None or plan.force:
        return False
    same = stored.key == key or (bool(plan.function) and stored.key == partial_key(key, plan.function))
    return same and _stored_notebook(plan.course, stored) is not None


def _stored_notebook(course: Course, stored: Result) -> bytes | None:
    """Return the autograded notebook of a result, or None if it cannot be read or is not the one that was written."""
    try:
        notebook = read_whole(course.files_of(stored.student, stored.assignment).graded)
    except OSError:
        return None
    return notebook if checksum(notebook) == stored.notebook else None


def store(course: Course, assignment: str, student: str, graded: Graded) -> Result:
    """Write the autograded notebook, then the result, each whole or not at all; return the result as it is written.

    Waiting for the disk would cost more than grading; a file that a power failure spoilt is seen and made again.
    What both were before the last change stays beside the result.  What the exchange gave with a submission goes
    along with the notebook, as in nbgrader: its own feedback is made from there.
    """
    if graded.result.status == "failed":
        return graded.result
    files = course.files_of(student, assignment)
    if graded.notebook:
        write_in_turn(files.graded, files.graded_before, graded.notebook)
        if os.path.exists(os.path.join(os.path.dirname(files.submission), SECRET)):
            bring_along(Path(files.submission).parent, Path(files.graded).parent)
    write_in_turn(files.result, files.result_before, graded.result.to_bytes())
    return graded.result


def in_process(
    plan: Plan, students: Sequence[str], remarks: set[str], table: CaseTable | None = None
) -> Generator[tuple[Result, bool], None, None]:
    """Grade one after the other, here; what the machine lacks is added to the ``remarks``."""
    with Worker(plan, table) as worker:
        yield from worker.grade_all(students[:1])  # so that something is seen soon
        yield from worker.grade_all(students[1:])
        remarks.update(worker.sandboxes.notes)
