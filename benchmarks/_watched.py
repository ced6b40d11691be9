"""A class graded by ``autograder grade``, and what it cost, seen from outside while the run goes on."""

from __future__ import annotations

import contextlib
import json
import os
import subprocess
import time
from dataclasses import asdict, dataclass, replace
from pathlib import Path

from autograder.course.demo_class import ASSIGNMENT
from autograder.course.layout import Course
from benchmarks._processes import cpu_of_ended, family, proportional, reap, start, used

SEED = "1"
LOOK_SECONDS = 5.0
"""How often the processes are looked at; to read the memory of one costs more than a millisecond."""
EVENTS = "events.jsonl"


@dataclass(frozen=True)
class Cost:
    """What grading took: processor and wall seconds, and the most memory in MB that was seen, shared pages divided.

    ``lead`` is the processor time of the process that leads: it hands out, takes results and writes the gradebook.
    ``submissions`` are those that were graded, and not found done; where a run was ended, all ``runs`` are counted.
    """

    submissions: int
    jobs: int
    wall: float
    cpu: float
    lead: float
    lead_mb: float
    worker_mb: float
    all_mb: float
    runs: int = 1


def _merged(first: Cost, second: Cost) -> Cost:
    """Return the cost of two runs, the second over submissions that came later."""
    return Cost(
        first.submissions + second.submissions,
        second.jobs,
        *(getattr(first, name) + getattr(second, name) for name in ("wall", "cpu", "lead")),
        *(max(getattr(first, name), getattr(second, name)) for name in ("lead_mb", "worker_mb", "all_mb")),
        first.runs + second.runs,
    )


class Watch:
    """Looks at a run from outside while it goes on, and keeps what it cost so far in a file."""

    def __init__(self, course: Course, process: subprocess.Popen[bytes], jobs: int) -> None:
        self._course, self._process, self._jobs = course, process, jobs
        self._start, self._read = time.perf_counter(), 0
        self.cost = Cost(0, jobs, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0)

    def wait(self) -> Cost:
        """Wait for the end; return the cost as it was seen last, with all submissions counted."""
        while self._process.poll() is None:
            self._look()
            with contextlib.suppress(subprocess.TimeoutExpired):
                self._process.wait(LOOK_SECONDS)
        return replace(self.cost, submissions=self._done(), wall=time.perf_counter() - self._start)

    def _look(self) -> None:
        processes = family(self._process.pid)
        held = [proportional(one) / 1e6 for one in processes]
        if not held:
            return
        lead = spent(processes[0], with_children=False)
        self.cost = replace(
            self.cost,
            submissions=self._done(),
            wall=time.perf_counter() - self._start,
            cpu=max(self.cost.cpu, sum(spent(one, with_children=True) for one in processes)),
            lead=max(self.cost.lead, lead),
            lead_mb=max(self.cost.lead_mb, held[0]),
            worker_mb=max(self.cost.worker_mb, sum(held[1:]) / self._jobs),
            all_mb=max(self.cost.all_mb, sum(held)),
        )
        so_far(self._course).write_text(json.dumps(asdict(self.cost)))

    def _done(self) -> int:
        """Return how many submissions have been graded, from the lines that were printed."""
        count = self.cost.submissions
        with (self._course.root / EVENTS).open("rb") as events:
            events.seek(self._read)
            for line in events:
                if not line.endswith(b"\n"):
                    break
                self._read += len(line)
                count += b'"reused": false' in line
        return count


def so_far(course: Course) -> Path:
    """Return the file that holds what a run that has not come to its end has cost."""
    return course.root / "so-far.json"


def spent(process: int, *, with_children: bool) -> float:
    """Return a process's processor seconds, with those of the children for which it has waited if asked to."""
    try:
        fields = Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()
    except OSError:
        return 0.0
    ticks = fields[11:15] if with_children else fields[11:13]
    return sum(map(int, ticks)) / os.sysconf("SC_CLK_TCK")


def graded(course: Course, *options: str, jobs: int) -> Cost:
    """Grade what has not been graded yet, and return what it cost.

    Raises `RuntimeError` if the command fails, with what it said.
    """
    before = cpu_of_ended()
    command = ["grade", ASSIGNMENT, "--json", "--seed", SEED, "--jobs", str(jobs), *options, "--course"]
    log = course.root / "grade.log"
    with (course.root / EVENTS).open("wb") as events, log.open("wb") as errors:
        process = start(*command, str(course.root), stdout=events, stderr=errors)
        cost = Watch(course, process, jobs).wait()
    said = log.read_text("utf-8")
    if process.returncode:
        raise RuntimeError(f"`autograder {' '.join(command)}` ended with status {process.returncode}:\n{said}")
    reap()
    so_far(course).unlink(missing_ok=True)
    lead, lead_mb = used(said)
    return replace(cost, cpu=cpu_of_ended() - before, lead=lead, lead_mb=lead_mb)


def resumed(course: Course, *options: str, jobs: int) -> Cost:
    """Grade a class, and return the cost of this run and of those before it."""
    kept = course.root / "cost.json"
    if so_far(course).is_file():
        _keep(kept, Cost(**json.loads(so_far(course).read_text())))
        so_far(course).unlink()
    return _keep(kept, graded(course, *options, jobs=jobs))


def _keep(file: Path, cost: Cost) -> Cost:
    """Add a run's cost to what a file holds, and return the sum; a run that found all done adds nothing."""
    if file.is_file():
        earlier = Cost(**json.loads(file.read_text()))
        cost = earlier if cost.submissions == 0 else _merged(earlier, cost)
    file.write_text(json.dumps(asdict(cost)))
    return cost
