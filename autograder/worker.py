"""One worker of a run: grades submissions one after the other in its sandbox, and stores each result before it tells.

Nothing that a submission holds, and nothing that fails on our side, raises out of `Worker.grade`: everybody gets a
result.  A failure of ours is the status ``failed``, which is never stored and never a score.
"""

from __future__ import annotations

import gc
import hashlib
import json
import threading
from collections.abc import Callable, Generator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path
from typing import Any, TypeGuard

from autograder import __version__
from autograder.assignments import load
from autograder.assignments.own import own_digest, use_own
from autograder.course.layout import OWN, Course
from autograder.errors import AutograderError, GraderFailure, SubmissionError
from autograder.files import is_whole, write_atomically
from autograder.grading.cases import build, secret_from_seed
from autograder.grading.regrade import current
from autograder.grading.results import Result, result_from_json
from autograder.grading.verdicts import Examiner
from autograder.matching import load_template
from autograder.notebook import read_bytes
from autograder.sandbox import Isolation, self_test
from autograder.submission import Graded, Grader, Sandboxes

END = b"}\n"
"""How the files that we write end."""

COLLECT = 50_000, 20, 100
"""When to look for cyclic garbage while grading: with Python's own numbers, several times for each notebook."""

_compact = json.JSONEncoder(ensure_ascii=False).encode


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
    for path in sorted(root.rglob("*.py")):
        digest.update(str(path.relative_to(root)).encode() + path.read_bytes())
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


def in_lines(content: Mapping[str, Any]) -> str:
    """Return JSON text with a line for each member of an object, and for each item of a member that is a list.

    Python's encoder writes such text many times faster than text that is indented throughout.
    """
    lines = []
    for name, value in content.items():
        if isinstance(value, list) and value:
            told = "[\n  " + ",\n  ".join(map(_compact, value)) + "\n ]"
        else:
            told = _compact(value)
        lines.append(f" {_compact(name)}: {told}")
    return "{\n" + ",\n".join(lines) + "\n}\n"


class _Meanwhile:
    """Starts the sandboxes in a thread: the zygote imports NumPy while the cases are drawn."""

    def __init__(self, start: Callable[[], Sandboxes]) -> None:
        self._start = start
        self._started: Sandboxes | None = None
        self._problem: BaseException | None = None
        self._thread = threading.Thread(target=self._run)

    def _run(self) -> None:
        try:
            self._started = self._start()
        except BaseException as problem:  # raised again in the thread that waits
            self._problem = problem

    def __enter__(self) -> _Meanwhile:
        self._thread.start()
        return self

    def __exit__(self, kind: type[BaseException] | None, *details: object) -> None:
        self._thread.join()
        if kind is not None and self._started is not None:
            self._started.__exit__()

    def result(self) -> Sandboxes:
        """Return the sandboxes.

        Raises `GraderFailure` where the system refuses, and whatever else starting them raised.
        """
        if isinstance(self._problem, OSError):
            raise GraderFailure(f"The sandbox could not be set up: {self._problem}.") from self._problem
        if self._problem is not None:
            raise self._problem
        assert self._started is not None
        return self._started


class Worker:
    """Grades submissions of one plan; holds one sandbox."""

    def __init__(self, plan: Plan) -> None:
        self.plan = plan
        use_own(plan.course.root / OWN)  # this may be a process that never opened the course
        assignment = load(plan.assignment)
        course = plan.course
        release = course.release_of(plan.assignment)
        self.template = load_template(assignment, course.solution(plan.assignment), release)
        code = "\n".join(cell.source for cell in self.template.given if cell.kind == "code")
        with _Meanwhile(lambda: Sandboxes(assignment, isolation=plan.isolation, text=code)) as starting:
            examiner = Examiner(build(assignment, secret_from_seed(plan.seed)))
            grader_version()
        self.sandboxes = starting.result()
        self.grader = Grader(self.template, examiner, self.sandboxes, seed=plan.seed, version=grader_version())
        self._digest = self.template.digest
        self._collect = gc.get_threshold()

    def __enter__(self) -> Worker:
        gc.freeze()  # what is there now stays, and what a submission leaves behind is little
        gc.set_threshold(*COLLECT)
        try:
            self_test(self.sandboxes.first)
        except BaseException as problem:
            self.__exit__()
            if isinstance(problem, OSError):
                raise GraderFailure(f"The sandbox's self-test could not be made: {problem}.") from problem
            raise
        return self

    def __exit__(self, *details: object) -> None:
        self.sandboxes.__exit__()
        gc.set_threshold(*self._collect)
        gc.unfreeze()

    def grade(self, student: str) -> tuple[Result, bool]:
        """Return a student's result and whether it was there already; what is new is stored first.

        Never raises: a fault of ours costs one submission its result until the next run, and the class nothing.
        """
        try:
            return self._grade(student)
        except Exception as problem:  # whatever a submission found in us must not stop the others
            return failed(self.plan, student, excuse(problem)), False

    def _grade(self, student: str) -> tuple[Result, bool]:
        handed_in = read_submission(self.plan.course, student, self.plan.assignment)
        anew = self.plan.force and not self.plan.function
        earlier = None if anew else stored_result(self.plan.course, student, self.plan.assignment)
        if not handed_in.problem and is_current(earlier, self.plan, self.key(handed_in.data)):
            return earlier, True
        graded = self.graded(student, replace(handed_in, earlier=earlier))
        store(self.plan.course, self.plan.assignment, student, graded)
        return graded.result, False

    def graded(self, student: str, handed_in: HandedIn) -> Graded:
        """Grade what a student handed in, and store nothing."""
        digest = hashlib.sha256(handed_in.data).hexdigest() if handed_in.data else ""
        if handed_in.problem:
            graded = self.grader.unreadable(student, handed_in.problem)
        elif self.plan.function and self._goes_on(handed_in.earlier, digest):
            alone = self.plan.function
            graded = self.grader.grade(handed_in.data, student, function=alone, earlier=handed_in.earlier)
        else:
            graded = self.grader.grade(handed_in.data, student)
        result, key = graded.result, self.key(handed_in.data)
        if result.regraded and not current(result, self.grader.examiner.table.bases):
            key = partial_key(key, self.plan.function)
        return replace(graded, result=replace(result, key=key, submission_hash=digest))

    def _goes_on(self, earlier: Result | None, digest: str) -> bool:
        """Tell whether verdicts of an earlier result may stand beside new ones: same bytes, cases and sandbox."""
        return (
            earlier is not None
            and earlier.status == "graded"
            and (earlier.submission_hash, earlier.seed) == (digest, self.plan.seed)
            and earlier.isolation == self.sandboxes.level
        )

    def key(self, data: bytes) -> str:
        """Return what identifies a result: the submission's bytes, assignment, seed, grader and sandbox."""
        return result_key(self._digest, self.plan, self.sandboxes.level, data)


@dataclass(frozen=True)
class HandedIn:
    """The bytes of a submission, or in a sentence why there are none to be had, and the ``earlier`` result if any."""

    data: bytes
    problem: str = ""
    earlier: Result | None = None


def read_submission(course: Course, student: str, assignment: str) -> HandedIn:
    """Return what a student handed in."""
    path = course.submission(student, assignment)
    try:
        return HandedIn(read_bytes(path))
    except SubmissionError as problem:
        others = sorted(p.name for p in path.parent.glob("*.ipynb") if p.name != path.name)
        hint = f" The folder holds {', '.join(repr(o) for o in others)}." if others and not path.exists() else ""
        return HandedIn(b"", f"{problem}{hint}")


def result_key(digest: str, plan: Plan, level: str, data: bytes) -> str:
    """Return what identifies a result: the template's digest, the plan, the level of isolation, the submission."""
    version = grader_version() + own_digest(plan.assignment)
    return hashlib.sha256(f"{digest}|{plan.seed}|{version}|{level}".encode() + data).hexdigest()


def partial_key(key: str, function: str) -> str:
    """Return what identifies a result in which one function is up to date and another is not."""
    return hashlib.sha256(f"{key}|{function}".encode()).hexdigest()


def stored_result(course: Course, student: str, assignment: str) -> Result | None:
    """Return the stored result of a student if it is there and whole, its notebook too."""
    try:
        stored = result_from_json(json.loads(course.result(student, assignment).read_bytes()))
    except (OSError, ValueError, KeyError, TypeError):
        return None
    complete = is_whole(course.graded(student, assignment), END)
    return stored if stored.status != "failed" and complete else None


def is_current(stored: Result | None, plan: Plan, key: str) -> TypeGuard[Result]:
    """Tell whether a stored result need not be made again; ``key`` is that of a grade made now."""
    if stored is None or plan.force:
        return False
    return stored.key == key or (bool(plan.function) and stored.key == partial_key(key, plan.function))


def store(course: Course, assignment: str, student: str, graded: Graded) -> None:
    """Write the autograded notebook, then the result, each whole or not at all.

    Waiting for the disk would cost more than grading; a file that a power failure spoilt is seen and made again.
    """
    target = course.graded(student, assignment)
    lines = _with_tests(target, graded.tests) if graded.tests else None
    if lines is not None:
        if lines:
            write_atomically(target, lines)
    elif graded.notebook is not None:
        write_atomically(target, in_lines(graded.notebook).encode())
    if graded.result.status != "failed":
        write_atomically(course.result(student, assignment), in_lines(graded.result.to_json()).encode())


def _with_tests(path: Path, tests: Sequence[Mapping[str, Any]]) -> bytes | None:
    """Return a stored notebook with other test cells, or nothing if it has them; None if it is not as we wrote it.

    `in_lines` gives each cell a line, which begins with the cell's kind and id.
    """
    try:
        text = path.read_bytes()
    except OSError:
        return None
    changed = text
    for cell in tests:
        line = f"\n  {_compact(cell)}".encode()
        start = changed.find(line[: line.index(b", ", line.index(b', "id": ') + 1) + 1])
        end = changed.find(b"\n", start + 1)
        if start < 0 or end < 0:
            return None
        comma = b"," if changed[end - 1 : end] == b"," else b""
        changed = changed[:start] + line + comma + changed[end:]
    return b"" if changed == text else changed


def in_process(plan: Plan, students: Sequence[str]) -> Generator[tuple[Result, bool], None, None]:
    """Grade one after the other, here."""
    with Worker(plan) as worker:
        for student in students:
            yield worker.grade(student)
