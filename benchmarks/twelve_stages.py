"""Where the time of a grade goes: processor time of each stage over the benchmark's class, in one process.

``python -m benchmarks.twelve_stages COURSE`` prints JSON, in milliseconds for one submission.
`benchmarks.against_nbgrader` runs it on its class, with the package that knows the assignment.
"""

from __future__ import annotations

import json
import sys
import time
from collections import defaultdict
from collections.abc import Callable
from pathlib import Path
from typing import Any

from autograder import submission, worker
from autograder.course import recording
from autograder.course.layout import open_course
from autograder.engine import submissions
from autograder.grading.verdicts import Examiner
from autograder.worker import Plan, Worker
from benchmarks.twelve_class import NAME, SEED

STAGES = {
    "read the file": (worker, "read_submission"),
    "parse it": (submission, "parse"),
    "match its cells": (submission, "match"),
    "judge the answers, name the mistakes": (Examiner, "judge"),
    "make the autograded notebook": (submission, "autograded"),
    "write notebook and result": (worker, "store"),
}
"""What is timed on our side of the sandbox, by what it is called and where it is looked up."""


def _timed(work: Callable[..., Any], name: str, spent: dict[str, float]) -> Callable[..., Any]:
    """Return ``work``, which adds its processor time to what was spent."""

    def timed(*values: Any, **options: Any) -> Any:
        begun = time.process_time()
        try:
            return work(*values, **options)
        finally:
            spent[name] += time.process_time() - begun

    return timed


def stages(root: Path) -> dict[str, float]:
    """Grade the class in ``root`` and return the milliseconds of each stage."""
    spent: defaultdict[str, float] = defaultdict(float)
    for name, (place, attribute) in STAGES.items():
        setattr(place, attribute, _timed(getattr(place, attribute), name, spent))
    course = open_course(root)
    students, _, _ = submissions(course, NAME)
    recording.register(course, NAME)
    with Worker(Plan(course, NAME, SEED, "auto", force=True)) as grading:
        server = grading.sandboxes.first._server
        assert server is not None
        grading.grade(students[0])  # the zygote is sent the inputs, once
        theirs = server.processor_seconds
        spent.clear()
        begun = time.process_time()
        results = [result for result, _ in grading.grade_all(students)]
        ours = time.process_time() - begun
        theirs = server.processor_seconds - theirs
    ours -= sum(spent.values())
    spent["talk to the sandbox, decode, and the rest"] = ours
    spent["sandbox: fork, run cells, call functions"] = theirs
    begun = time.process_time()
    recording.record(course, NAME, results)
    spent["gradebook rows"] = time.process_time() - begun
    return {name: 1e3 * seconds / len(students) for name, seconds in spent.items()}


if __name__ == "__main__":
    print(json.dumps(stages(Path(sys.argv[1]))))
