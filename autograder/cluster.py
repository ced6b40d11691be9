"""Grade on a Dask cluster: submissions travel by content, results come back in chunks, and this process alone writes.

A worker may join, die or lose its connection at any time: its chunks are given to another.  When the scheduler is lost
the run ends with a sentence; what has come back is stored, and the same command goes on from there.

The connection to a scheduler is not protected by itself: use a private network, or Dask's TLS settings.
"""

from __future__ import annotations

import concurrent.futures
import hashlib
import logging
import tempfile
import threading
from collections import Counter, deque
from collections.abc import Generator, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

try:
    import distributed
except ModuleNotFoundError as missing:
    from autograder.errors import UsageError

    raise UsageError("The engine `dask` needs Dask: run `pip install 'autograder[cluster]'`.") from missing

from autograder.assignments import load
from autograder.assignments.own import own_file
from autograder.course.layout import OWN, Course
from autograder.errors import AutograderError, GraderFailure, UsageError
from autograder.grading.results import Result, result_from_json
from autograder.matching import load_template
from autograder.releases import history_file
from autograder.sandbox import Isolation
from autograder.submission import Graded
from autograder.worker import (
    HandedIn,
    Plan,
    Worker,
    excuse,
    failed,
    grader_version,
    is_current,
    read_submission,
    result_key,
    result_scope,
    store,
    stored_result,
)

CHUNK = 50
"""Submissions that travel together: the hand-over costs little beside them, and a lost worker loses little."""
AHEAD = 3
"""Chunks under way for each thread of the cluster: no worker waits for work, and memory stays bounded."""
CONNECT_SECONDS = 20
LOST = "The workers that graded this submission died again and again. Nothing was scored; grade it alone to see why."
ALONE = 2
"""How often a submission is tried alone after the chunk with it was lost."""

GO_ON = "What came back is stored; the same command goes on from there."
UNSANDBOXED = "unsandboxed"

Chunk = list[tuple[str, HandedIn]]

Reply = tuple[dict[str, Any], bytes]
"""A result as JSON values, and the bytes of the autograded notebook."""

Answer = tuple[list[Reply], tuple[str, ...]]
"""Replies, and what the machine that made them lacks."""


@dataclass(frozen=True)
class Parcel:
    """An assignment as it travels: all that a worker needs besides the package, which it has in the same version."""

    assignment: str
    solution: bytes
    release: bytes
    own: bytes
    seed: int
    isolation: Isolation
    version: str
    function: str = ""
    history: bytes = b""

    @property
    def digest(self) -> str:
        """What tells one parcel from another."""
        return hashlib.sha256(repr(self).encode()).hexdigest()


def parcel_of(plan: Plan) -> Parcel:
    """Return a plan's assignment for the journey."""
    course, name = plan.course, plan.assignment
    release = course.release_of(name)
    history = history_file(release)
    own = own_file(name)
    return Parcel(
        assignment=name,
        solution=course.solution(name).read_bytes(),
        release=release.read_bytes() if release.is_file() else b"",
        history=history.read_bytes() if history.is_file() else b"",
        own=b"" if own is None else own.read_bytes(),
        seed=plan.seed,
        isolation=plan.isolation,
        version=grader_version(),
        function=plan.function,
    )


# In a worker

_workers: dict[str, Worker] = {}
_one_at_a_time = threading.Lock()
"""A worker of ours holds one sandbox; give Dask's workers one thread each."""


def grade_parcel(parcel: Parcel, chunk: Sequence[tuple[str, HandedIn]]) -> Answer:
    """Grade submissions in a Dask worker.

    Raises `GraderFailure` if this machine cannot grade: another version of the package, or no sandbox.
    """
    with _one_at_a_time:
        worker = _worker_for(parcel)
        replies: list[Reply] = []
        for student, handed_in in chunk:
            try:
                graded = worker.graded(student, handed_in)
            except Exception as problem:  # a fault of ours costs one submission its result, and the class nothing
                graded = Graded(failed(worker.plan, student, excuse(problem)))
            replies.append((graded.result.to_json(), graded.notebook))
        return replies, worker.sandboxes.notes


def _worker_for(parcel: Parcel) -> Worker:
    """Return this process's worker for an assignment, started when it first comes."""
    if parcel.digest in _workers:
        return _workers[parcel.digest]
    if grader_version() != parcel.version:
        raise GraderFailure(
            f"A worker has the autograder in version {grader_version()}, and the class is graded with "
            f"{parcel.version}: install the same on all machines."
        )
    with tempfile.TemporaryDirectory(prefix="autograder-") as folder:  # read at the start alone: nothing stays behind
        plan = _unpacked(parcel, Path(folder))
        worker = _workers[parcel.digest] = Worker(plan).__enter__()
    return worker


def _unpacked(parcel: Parcel, root: Path) -> Plan:
    """Write an assignment into a folder as a course, and return the plan over it."""
    course = Course(root)
    release = course.release_of(parcel.assignment)
    files = {course.solution(parcel.assignment): parcel.solution, release: parcel.release}
    files[history_file(release)] = parcel.history
    files[root / OWN / f"{parcel.assignment}.py"] = parcel.own
    for path, data in files.items():
        if data:
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(data)
    return Plan(course, parcel.assignment, parcel.seed, parcel.isolation, function=parcel.function)


# In the process that leads


def on_cluster(
    plan: Plan, students: Sequence[str], remarks: set[str], *, scheduler: str, jobs: int
) -> Generator[tuple[Result, bool], None, None]:
    """Grade on a cluster; ``scheduler`` is its address, or empty for workers started here, ``jobs`` of them.

    What machines lack is added to the ``remarks``.

    Raises `UsageError` if Dask is not installed or nobody answers at the address; `GraderFailure` if the cluster is
    lost or a worker cannot grade.
    """
    parcel = parcel_of(plan)
    work = _sorted_out(plan, students)
    suspects: deque[Chunk] = deque()
    tried: Counter[str] = Counter()
    running: dict[str, Chunk] = {}
    with _client(scheduler, jobs) as client:
        finished = distributed.as_completed()
        try:
            while True:
                while len(running) < AHEAD * max(1, sum(client.nthreads().values())):
                    item = suspects.popleft() if suspects else next(work, None)
                    if item is None:
                        break
                    if isinstance(item, Result):
                        yield item, True
                        continue
                    future = client.submit(grade_parcel, parcel, item, pure=False)
                    running[future.key] = item
                    finished.add(future)
                if not running:
                    return
                future = next(finished)
                chunk = running.pop(future.key)
                answer = _answer(future)
                if answer is not None:
                    replies, notes = answer
                    remarks.update(notes)
                    for (student, _), reply in zip(chunk, replies, strict=True):
                        yield _kept(plan, student, reply), False
                    continue
                tried.update(student for student, _ in chunk)
                for one in chunk:
                    if tried[one[0]] > ALONE:
                        yield failed(plan, one[0], LOST), False
                    else:
                        suspects.append([one])
        except OSError as problem:  # Dask's errors of communication are among them
            raise GraderFailure(f"The connection to the scheduler was lost ({problem}). {GO_ON}") from problem


def _sorted_out(plan: Plan, students: Sequence[str]) -> Iterator[Result | Chunk]:
    """Yield the results that need not be made again, and the others' submissions in chunks."""
    course, name = plan.course, plan.assignment
    digest = load_template(load(name), course.solution(name), course.release_of(name)).digest
    chunk: Chunk = []
    for student in students:
        handed_in = read_submission(course, student, name)
        earlier = stored_result(course, student, name)
        level = "" if earlier is None else earlier.isolation  # the workers' own is not known here
        trusted = level != UNSANDBOXED or plan.isolation == "none"
        key = result_key(result_scope(digest, plan, level), handed_in.digest)
        if trusted and not handed_in.problem and is_current(earlier, plan, key):
            yield earlier
            continue
        chunk.append((student, replace(handed_in, earlier=earlier if plan.function else None)))
        if len(chunk) == CHUNK:
            yield chunk
            chunk = []
    if chunk:
        yield chunk


def _answer(future: distributed.Future) -> Answer | None:
    """Return what came back for a chunk, or None where its workers died; the caller tries its submissions alone.

    Raises `GraderFailure` if the cluster is lost, and whatever of ours a worker raised.
    """
    try:
        answer: Answer = future.result(timeout=CONNECT_SECONDS)
    except distributed.KilledWorker:
        return None
    except AutograderError:
        raise
    except (concurrent.futures.CancelledError, distributed.TimeoutError) as problem:
        raise GraderFailure(f"The cluster's scheduler was lost. {GO_ON}") from problem
    return answer


def _kept(plan: Plan, student: str, reply: Reply) -> Result:
    """Store a result that came back."""
    result = replace(result_from_json(reply[0]), student=student)
    graded = Graded(result, reply[1])
    try:
        return store(plan.course, plan.assignment, student, graded)
    except OSError as problem:
        return failed(plan, student, excuse(problem))


@contextmanager
def _client(scheduler: str, jobs: int) -> Iterator[distributed.Client]:
    """Connect to a cluster, or start one here for the time of the run."""
    if not scheduler:
        with (
            distributed.LocalCluster(
                n_workers=jobs, threads_per_worker=1, dashboard_address=None, silence_logs=logging.ERROR
            ) as cluster,
            distributed.Client(cluster) as client,
        ):
            yield client
        return
    try:
        client = distributed.Client(scheduler, timeout=CONNECT_SECONDS)
    except (OSError, ValueError, distributed.TimeoutError) as problem:
        raise UsageError(
            f"Nobody answers as a Dask scheduler at {scheduler}. Start one with `dask scheduler`, or see whether the "
            "address is right."
        ) from problem
    with client:
        yield client
