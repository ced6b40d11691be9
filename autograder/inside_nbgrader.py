"""Our sandbox inside stock nbgrader: a preprocessor that takes the place of the one that starts a kernel.

With it, ``nbgrader autograde``, from the command line or from formgrader, runs the student's code where ``autograder
grade`` runs it and writes the same verdicts.  In ``nbgrader_config.py``::

    from autograder.inside_nbgrader import PREPROCESSORS
    c.Autograde.autograde_preprocessors = PREPROCESSORS

nbgrader's own steps before and after it stay: it puts back the instructor's cells first, and reads the scores from the
outputs of the test cells afterwards.  What failed, and why, is then written as comments, which nbgrader leaves empty,
and the result is stored for reports and feedback.
"""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any

from nbformat.notebooknode import from_dict
from nbgrader.converters.base import NbGraderException
from nbgrader.coursedir import CourseDirectory
from nbgrader.preprocessors import AssignLatePenalties, NbGraderPreprocessor
from traitlets.log import get_logger

from autograder.assignments import load
from autograder.course.deadlines import Deadlines, read_deadlines
from autograder.course.gradebook import record, register
from autograder.course.lateness import apply_lateness
from autograder.course.layout import Course, open_course
from autograder.engine import choose_seed
from autograder.errors import UsageError
from autograder.matching import load_template
from autograder.stock import SEED_VARIABLE, seed
from autograder.submission import Graded
from autograder.worker import Plan, Worker, read_submission, result_scope, store

PREPROCESSORS = [
    "autograder.inside_nbgrader.SandboxedExecute",
    "nbgrader.preprocessors.IgnorePattern",
    "nbconvert.preprocessors.ClearMetadataPreprocessor",
    "nbgrader.preprocessors.LimitOutput",
    "nbgrader.preprocessors.SaveAutoGrades",
    "autograder.inside_nbgrader.SaveComments",
    "autograder.inside_nbgrader.LatePenalties",
    "nbgrader.preprocessors.CheckCellMetadata",
]
"""nbgrader's steps, with ours in the place of ``Execute`` and ``AssignLatePenalties``, and one for the comments that
nbgrader leaves empty."""


RESULT = "autograder_result"
"""Where the first of our steps leaves the result for the second."""


_WORKERS: dict[tuple[str, str], tuple[str, Worker]] = {}
"""By course and assignment the worker, and what it grades by: formgrader's process may live for a whole term."""


def _worker(root: str, assignment: str) -> Worker:
    """Return the worker of an assignment; its sandbox is started and tested once, and ends with this process.

    It is another where the assignment was corrected since, or the seed is another.
    """
    course = open_course(Path(root))
    chosen = seed() if SEED_VARIABLE in os.environ else choose_seed(course, assignment, None)
    plan = Plan(course, assignment, chosen, "auto")
    template = load_template(load(assignment), course.solution(assignment), course.release_of(assignment))
    scope = result_scope(template.digest, plan, plan.isolation)
    made, worker = _WORKERS.get((root, assignment), ("", None))
    if worker is not None:
        if made == scope:
            return worker
        del _WORKERS[root, assignment]
        worker.__exit__()
    worker = Worker(plan).__enter__()
    for note in worker.sandboxes.notes:
        get_logger().warning(note)
    _WORKERS[root, assignment] = scope, worker
    return worker


class SandboxedExecute(NbGraderPreprocessor):  # type: ignore[misc]  # nbgrader has no annotations
    """Runs a submission in the sandbox and gives its cells the outputs that carry the verdicts."""

    def preprocess(self, nb: Any, resources: dict[str, Any]) -> tuple[Any, dict[str, Any]]:
        """Return the notebook with outputs; what cannot be graded is an error of nbgrader's, and no score."""
        names = resources["nbgrader"]
        try:
            worker = _worker(CourseDirectory(parent=self).root, names["assignment"])
        except UsageError as problem:
            raise NbGraderException(
                f"{problem} To grade {names['assignment']} by nbgrader's own steps, where students' code can read and "
                "change everything here, take c.Autograde.autograde_preprocessors out of nbgrader_config.py."
            ) from problem
        handed_in = read_submission(worker.plan.course, names["student"], names["assignment"])
        if handed_in.problem:
            raise NbGraderException(f"{names['student']}: {handed_in.problem}")
        graded = worker.grader.grade(json.dumps(nb).encode(), names["student"])
        if graded.result.status != "graded":
            raise NbGraderException(f"{names['student']}: {' '.join(graded.result.notes)}")
        for note in graded.result.notes:
            self.log.warning("%s: %s", names["student"], note)
        resources[RESULT] = graded.result.but(key=worker.key(handed_in.data), submission_hash=handed_in.digest)
        return _with_metadata(json.loads(graded.notebook), nb), resources


class SaveComments(NbGraderPreprocessor):  # type: ignore[misc]  # nbgrader has no annotations
    """Writes what our result says into the gradebook, after nbgrader has written the scores that it read."""

    def preprocess(self, nb: Any, resources: dict[str, Any]) -> tuple[Any, dict[str, Any]]:
        """Record the result that `SandboxedExecute` left; the notebook stays as it is.

        It is stored without a notebook, which is nbgrader's to write: reports and feedback tell of it, and `autograder
        grade` makes it anew.
        """
        course, names = _course(self), resources["nbgrader"]
        register(course, names["assignment"])
        store(course, names["assignment"], names["student"], Graded(resources[RESULT], b""))
        record(course, names["assignment"], [resources[RESULT]])
        return nb, resources


class LatePenalties(AssignLatePenalties):  # type: ignore[misc]  # nbgrader has no annotations
    """Takes what lateness costs by the course file, whose rule nbgrader does not know; without one, by nbgrader's."""

    def preprocess(self, nb: Any, resources: dict[str, Any]) -> tuple[Any, dict[str, Any]]:
        """Bring the penalties up to date; the notebook stays as it is."""
        names, course = resources["nbgrader"], _course(self)
        if read_deadlines(course) == Deadlines():
            return super().preprocess(nb, resources)  # type: ignore[no-any-return]
        told = apply_lateness(course, names["assignment"])
        if seconds := told.seconds.get(names["student"]):
            lost = told.lost.get(names["student"], 0.0)
            self.log.warning("%s is %g seconds late, which costs %g points", names["student"], seconds, lost)
        for note in told.notes:
            self.log.warning(note)
        return nb, resources


def _course(step: NbGraderPreprocessor) -> Course:
    """Return the course that one of nbgrader's steps works in."""
    return open_course(Path(CourseDirectory(parent=step).root))


def _with_metadata(notebook: dict[str, Any], sanitised: Any) -> Any:
    """Return our autograded notebook with the cells' metadata as nbgrader has put them right, checksums included."""
    known = {
        cell.metadata.nbgrader["grade_id"]: cell.metadata for cell in sanitised.cells if "nbgrader" in cell.metadata
    }
    made: Any = from_dict(notebook)  # type: ignore[no-untyped-call]  # nbformat has no annotations here
    for cell in made.cells:
        name = cell.metadata.get("nbgrader", {}).get("grade_id", "")
        if name in known:
            cell.metadata = known[name]
    made.metadata = sanitised.metadata
    return made
