"""One worker of a run: grades submissions one after the other in its sandbox, and stores each result before it tells.

Nothing that a submission holds, and nothing that fails on our side, raises out of `Worker.grade`: everybody gets a
result.  A failure of ours is the status ``failed``, which is never stored and never a score.
"""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path

from autograder import __version__
from autograder.assignments import load
from autograder.assignments.own import own_digest, use_own
from autograder.course.layout import OWN, Course
from autograder.errors import AutograderError, GraderFailure, SubmissionError
from autograder.files import is_whole, write_atomically
from autograder.grading.cases import build, secret_from_seed
from autograder.grading.results import Result, result_from_json
from autograder.grading.verdicts import Examiner
from autograder.matching import load_template
from autograder.notebook import read_bytes
from autograder.sandbox import Isolation, self_test
from autograder.submission import Graded, Grader, Sandboxes

END = b"}\n"
"""How the files that we write end."""


@dataclass(frozen=True)
class Plan:
    """What a run grades, and how: all that a worker must know."""

    course: Course
    assignment: str
    seed: int
    isolation: Isolation
    force: bool = False


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


class Worker:
    """Grades submissions of one plan; holds one sandbox."""

    def __init__(self, plan: Plan) -> None:
        self.plan = plan
        use_own(plan.course.root / OWN)  # this may be a process that never opened the course
        assignment = load(plan.assignment)
        course = plan.course
        release = course.root / course.release / plan.assignment / f"{plan.assignment}.ipynb"
        self.template = load_template(assignment, course.solution(plan.assignment), release)
        examiner = Examiner(build(assignment, secret_from_seed(plan.seed)))
        try:
            self.sandboxes = Sandboxes(assignment, isolation=plan.isolation)
        except OSError as problem:
            raise GraderFailure(f"The sandbox could not be set up: {problem}.") from problem
        self.grader = Grader(self.template, examiner, self.sandboxes, seed=plan.seed, version=grader_version())
        self._frame = (
            f"{self.template.digest}|{plan.seed}|{grader_version()}{own_digest(plan.assignment)}|{self.sandboxes.level}"
        )

    def __enter__(self) -> Worker:
        try:
            self_test(self.sandboxes.for_text(""))
        except OSError as problem:
            raise GraderFailure(f"The sandbox's self-test could not be made: {problem}.") from problem
        return self

    def __exit__(self, *details: object) -> None:
        self.sandboxes.__exit__()

    def grade(self, student: str) -> tuple[Result, bool]:
        """Return a student's result and whether it was there already; what is new is stored first.

        Never raises: a fault of ours costs one submission its result until the next run, and the class nothing.
        """
        try:
            return self._grade(student)
        except Exception as problem:  # whatever a submission found in us must not stop the others
            return failed(self.plan, student, excuse(problem)), False

    def _grade(self, student: str) -> tuple[Result, bool]:
        course, name = self.plan.course, self.plan.assignment
        path = course.submission(student, name)
        graded: Graded | None = None
        try:
            data = read_bytes(path)
        except SubmissionError as problem:
            others = sorted(p.name for p in path.parent.glob("*.ipynb") if p.name != path.name)
            hint = f" The folder holds {', '.join(repr(o) for o in others)}." if others and not path.exists() else ""
            data, graded = b"", self.grader.unreadable(student, f"{problem}{hint}")
        key = self.key(data)
        if graded is None:
            earlier = None if self.plan.force else self._earlier(student, key)
            if earlier is not None:
                return earlier, True
            graded = self.grader.grade(data, student)
        result = replace(graded.result, key=key, submission_hash=hashlib.sha256(data).hexdigest() if data else "")
        return self._store(student, replace(graded, result=result)), False

    def key(self, data: bytes) -> str:
        """Return what identifies a result: the submission's bytes, assignment, seed, grader and sandbox."""
        return hashlib.sha256(self._frame.encode() + data).hexdigest()

    def _earlier(self, student: str, key: str) -> Result | None:
        """Return the stored result if it came from the same bytes, assignment, seed and grader."""
        course, name = self.plan.course, self.plan.assignment
        try:
            stored = result_from_json(json.loads(course.result(student, name).read_bytes()))
        except (OSError, ValueError, KeyError, TypeError):
            return None
        complete = stored.status == "unreadable" or is_whole(course.graded(student, name), END)
        return stored if stored.key == key and stored.status != "failed" and complete else None

    def _store(self, student: str, graded: Graded) -> Result:
        """Write the autograded notebook, then the result, each whole or not at all.

        Waiting for the disk would cost more than grading; a file that a power failure spoilt is seen and made again.
        """
        course, name = self.plan.course, self.plan.assignment
        result = graded.result
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
