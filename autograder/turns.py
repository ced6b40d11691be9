"""Grade some submissions together: read them all, run them one after the other, then judge and store them all.

After each run the processor has to fetch anew what our own work needs, and after our work what a run needs: done one
by one, both take longer.  What is done for one submission is a generator, a `Grading`, which stops where it needs its
steps run.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Generator, Iterable, Iterator
from itertools import islice
from typing import Generic, TypeVar

from autograder.sandbox import Run

T = TypeVar("T")

Grading = Generator[Callable[[], Run], Run, T]
"""Yields what runs its steps, is sent what they did, and returns what came of it.

What the running raises is raised where it waits.
"""

TOGETHER, SOON = 8, 0.3
"""Submissions that are read together, and the seconds after which those that have run are judged and stored."""


class Turn(Generic[T]):
    """One submission's way: it is read at once, then run, then judged."""

    def __init__(self, grading: Grading[T]) -> None:
        self._grading = grading
        self._ready: Callable[[], Run] | None = None
        self._run: Run | Exception | None = None
        try:
            self._ready = next(grading)
        except StopIteration as end:
            self._result: T = end.value

    def run(self) -> bool:
        """Run the steps and tell whether there were any."""
        if self._ready is None:
            return False
        try:
            self._run = self._ready()
        except Exception as problem:  # it is the grading's to say what follows from it
            self._run = problem
        return True

    def result(self) -> T:
        """Return what came of it."""
        if self._run is not None:
            try:
                self._grading.throw(self._run) if isinstance(self._run, Exception) else self._grading.send(self._run)
            except StopIteration as end:
                self._result = end.value
        return self._result


def alone(grading: Grading[T]) -> T:
    """Return what comes of one submission."""
    turn = Turn(grading)
    turn.run()
    return turn.result()


def together(gradings: Iterable[Grading[T]]) -> Iterator[T]:
    """Yield what comes of each submission, in their order."""
    left = iter(gradings)
    while some := [Turn(grading) for grading in islice(left, TOGETHER)]:
        done, since = 0, time.monotonic()
        for number, turn in enumerate(some, start=1):
            ran = turn.run()
            if number == len(some) or not ran or time.monotonic() - since > SOON:
                yield from (one.result() for one in some[done:number])
                done, since = number, time.monotonic()
