"""A run as a stream of events for programs: one JSON object a line on standard output, as it happens.

::

    {"event": "started", "assignment", "total"}
    {"event": "graded" | "needs_human" | "failed", "student", "reused", "result": the submission's result.json}
    {"event": "finished", "assignment", "seed", "graded", "needs_human", "failed", "reused", "seconds", "set_aside",
     "absent", "remarks"}

A stream without its last line is that of a run that was ended; the next run goes on from there.
"""

from __future__ import annotations

import json
import time
from collections import Counter
from collections.abc import Sequence
from types import TracebackType
from typing import Any

from autograder.grading.results import Result

NAMES = {"graded": "graded", "unreadable": "needs_human", "failed": "failed"}
"""The event of each status."""


class Events:
    """Prints events; used like the progress bar."""

    def __init__(self, assignment: str) -> None:
        self._assignment = assignment
        self._counts: Counter[str] = Counter()
        self._begun = time.monotonic()

    def __enter__(self) -> Events:
        return self

    def __exit__(self, kind: type[BaseException] | None, value: BaseException | None, tb: TracebackType | None) -> None:
        pass

    def start(self, total: int) -> None:
        """Say how many submissions there are."""
        self._print("started", assignment=self._assignment, total=total)

    def advance(self, result: Result, reused: bool) -> None:
        """Tell one submission's result."""
        event = NAMES[result.status]
        self._counts[event] += 1
        self._counts["reused"] += reused
        self._print(event, student=result.student, reused=reused, result=result.to_json())

    def finish(
        self, *, seed: int, set_aside: Sequence[str], absent: Sequence[str], remarks: Sequence[str] = ()
    ) -> None:
        """Say how it ended."""
        self._print(
            "finished",
            assignment=self._assignment,
            seed=seed,
            **{name: self._counts[name] for name in (*NAMES.values(), "reused")},
            seconds=round(time.monotonic() - self._begun, 3),
            set_aside=list(set_aside),
            absent=list(absent),
            remarks=list(remarks),
        )

    def _print(self, event: str, **facts: Any) -> None:
        print(json.dumps({"event": event, **facts}, ensure_ascii=True), flush=True)
