"""Many workers: results come as they are made, a process that dies costs only time, and none outlives the run."""

from __future__ import annotations

import os
import signal
import threading
from collections import Counter, deque
from collections.abc import Generator, Mapping, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, ProcessPoolExecutor, wait
from concurrent.futures.process import BrokenProcessPool
from itertools import pairwise
from multiprocessing.connection import Connection
from typing import Any

from autograder import processes
from autograder.errors import AutograderError, GraderFailure
from autograder.grading.results import Result, result_from_json
from autograder.worker import Plan, Worker, failed

CHUNK = 8
"""Submissions that a worker takes at once: few enough for an even load, enough to make the hand-over cheap."""

DEATHS = 3
"""How often a submission's process may die, beside others and alone, before the submission is given up."""

MOST_IN_VAIN = 20
"""How often a pool may break before it has done anything."""

NO_PROCESSES = (
    "Processes for grading end as soon as they are started. What was finished is kept: look for what ends them "
    "(memory, a limit on processes), or grade with --jobs 1."
)

LOST = "The process that graded this submission died again and again. Nothing was scored; grade it alone to see why."

Answer = tuple[list[tuple[dict[str, Any], bool]], tuple[str, ...]]
"""Results as JSON values and whether they were there already, and what the machine lacks."""

_worker: Worker | AutograderError | None = None


def start_worker(plan: Plan, lifeline: Connection, environment: Mapping[str, str]) -> None:
    """Prepare a pool process: one worker, one sandbox, for its whole life, which is no longer than the parent's.

    What hinders it is kept and told with the first chunk: a pool says only that its process broke.
    """
    global _worker
    os.environ.clear()  # that of the process which this one is a fork of may be older
    os.environ.update(environment)
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C reaches the whole group; the parent decides
    signal.pthread_sigmask(signal.SIG_UNBLOCK, {signal.SIGINT})
    threading.Thread(target=_end_with_parent, args=(lifeline,), daemon=True).start()
    try:
        _worker = Worker(plan).__enter__()
    except AutograderError as problem:
        _worker = problem


def _end_with_parent(lifeline: Connection) -> None:
    """End this process when the parent closes its end of the line, or dies in whatever way.

    A result is stored whole or not at all, so this is safe at any moment.
    """
    lifeline.poll(None)
    os._exit(1)


def grade_chunk(students: Sequence[str]) -> Answer:
    """Grade some submissions in a pool process; plain JSON values come back."""
    if isinstance(_worker, AutograderError):
        raise _worker
    if _worker is None:
        raise RuntimeError("the worker was not started")
    results = [(result.to_json(), reused) for result, reused in _worker.grade_all(students)]
    return results, _worker.sandboxes.notes


def on_pool(
    plan: Plan, students: Sequence[str], remarks: set[str], jobs: int
) -> Generator[tuple[Result, bool], None, None]:
    """Grade on a pool of processes; a lost process costs nothing but time.

    What the machine lacks is added to the ``remarks``.

    When a process dies, the submissions that were under way are suspects.  Each is graded again, one at a time in a
    pool of its own, so that one that goes on killing its process is known, and is our failure alone.
    """
    cuts = [*range(jobs), *range(jobs, len(students), CHUNK)]  # one each at first, so that something is seen soon
    chunks = deque(tuple(students[i:j]) for i, j in pairwise([*cuts, len(students)]))
    suspects: deque[tuple[str, ...]] = deque()
    deaths: Counter[str] = Counter()
    in_vain = 0
    while chunks or suspects:
        if in_vain > MOST_IN_VAIN:
            raise GraderFailure(NO_PROCESSES)
        in_vain += 1
        todo, width = (suspects, 1) if suspects else (chunks, jobs)
        for chunk, answer in _round(plan, todo, width):
            in_vain = 0
            if answer is not None:
                results, notes = answer
                remarks.update(notes)
                yield from ((result_from_json(result), reused) for result, reused in results)
                continue
            deaths.update(chunk)
            for student in chunk:
                if deaths[student] >= DEATHS:
                    yield failed(plan, student, LOST), False
                else:
                    suspects.append((student,))


def _round(
    plan: Plan, todo: deque[tuple[str, ...]], width: int
) -> Generator[tuple[tuple[str, ...], Answer | None], None, None]:
    """Take chunks from the left of ``todo`` and return each with its answer, or None if a process died meanwhile.

    A round ends when nothing is left or a process has died.  If the caller stops early, for an error or for Ctrl-C,
    the processes end at once.
    """
    context = processes.begin()
    theirs, lifeline = context.Pipe(duplex=False)
    running: dict[Future[Answer], tuple[str, ...]] = {}
    broken = False
    with theirs, lifeline:
        pool = ProcessPoolExecutor(width, context, initializer=start_worker, initargs=(plan, theirs, dict(os.environ)))
        try:
            while running or (todo and not broken):
                while todo and not broken and len(running) < (2 * width if width > 1 else 1):
                    try:
                        running[pool.submit(grade_chunk, todo[0])] = todo[0]
                    except (BrokenProcessPool, EOFError, ConnectionError):  # the latter: what they are forks of died
                        broken = True
                    else:
                        todo.popleft()
                for future in wait(running, return_when=FIRST_COMPLETED).done:
                    chunk = running.pop(future)
                    try:
                        answer = future.result()
                    except BrokenProcessPool:
                        broken, answer = True, None
                    yield chunk, answer
        finally:
            if running:
                lifeline.close()
            pool.shutdown(wait=True, cancel_futures=True)
