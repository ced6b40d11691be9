"""What grading costs on this machine, for the plan of a larger one: measured on a class, and backed by a larger class.

    python -m benchmarks.capacity FOLDER [--submissions 20000] [--sample 1000] [--jobs 2]

Both classes hand in the assignment on the range: honest answers in several styles and known mistakes, no two files
alike.  Each is graded by ``autograder grade`` into a gradebook, and the sample once more by a Dask cluster on this
machine.  A run that was ended goes on where it was when the same command is given again, and what it had cost is
counted.  The figures are written to ``benchmarks/capacity.json``, from which the book's page on capacity makes its
tables and its plan; ``--so-far`` writes those of the large class while it is still being graded.
"""

from __future__ import annotations

import argparse
import contextlib
import ctypes
import json
import os
import platform
import random
import resource
import shutil
import sqlite3
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass, replace
from datetime import UTC, datetime
from functools import cache
from importlib.metadata import version
from pathlib import Path
from typing import Any

from autograder.assignments import load
from autograder.assignments.misconceptions import bank
from autograder.course import recording
from autograder.course.demo import notebook_text
from autograder.course.demo_answers import STYLES
from autograder.course.demo_class import ASSIGNMENT, DemoSubmission
from autograder.course.layout import Course, open_course
from autograder.course.publish import split_solution
from autograder.course.source_notebook import cell_source, grade_id
from autograder.engine import RECORD_EVERY
from autograder.grading.results import Result, result_from_json
from benchmarks.against_nbgrader import PR_SET_CHILD_SUBREAPER, _proportional, _reap

ROOT = Path(__file__).resolve().parent.parent
FIGURES = Path(__file__).with_suffix(".json")
SEED = "1"
WRONG, UNFINISHED = 0.08, 0.01
"""The shares of functions that are written wrongly, and that are left as they were given out."""
LOOK_SECONDS = 5.0
"""How often the memory of the processes is looked at; to look costs more than a millisecond for each."""


# The class


@cache
def _solutions() -> dict[str, str]:
    """Return the instructor's functions without the marks around them, by name."""
    notebook = json.loads((ROOT / "solutions" / ASSIGNMENT / f"{ASSIGNMENT}.ipynb").read_bytes())
    names = {exercise.name for exercise in load(ASSIGNMENT).exercises}
    cells = {grade_id(cell): cell_source(cell) for cell in notebook["cells"] if grade_id(cell) in names}
    return {name: "\n".join(line for part in split_solution(text) for line in part) for name, text in cells.items()}


def submission(number: int) -> DemoSubmission:
    """Return what the student of this number hands in."""
    draw, style = random.Random(number), STYLES[number % len(STYLES)]
    answers = {}
    for exercise in load(ASSIGNMENT).exercises:
        luck, mistakes = draw.random(), bank(ASSIGNMENT).get(exercise.name, ())
        if luck < UNFINISHED:
            continue
        answers[exercise.name] = style.answers.get(exercise.name, _solutions()[exercise.name])
        if luck < UNFINISHED + WRONG and mistakes:
            answers[exercise.name] = draw.choice(mistakes).source
    cells = {name: text for name, text in style.cells.items() if name in answers}
    written = f"Student {number} thinks that a bounded range keeps the next layer's inputs small."
    return DemoSubmission(f"student{number:06d}", "synthetic", "", answers, cells, written)


def write_class(root: Path, count: int) -> Course:
    """Write a course with ``count`` submissions; those that are there already stay."""
    root.mkdir(parents=True, exist_ok=True)
    for name in ("nbgrader_config.py", f"solutions/{ASSIGNMENT}", f"exercises/{ASSIGNMENT}"):
        source, target = ROOT / name, root / name
        if source.is_file():
            shutil.copyfile(source, target)
        else:
            shutil.copytree(source, target, dirs_exist_ok=True)
    course = open_course(root)
    given = json.loads((root / course.release / ASSIGNMENT / f"{ASSIGNMENT}.ipynb").read_bytes())
    for number in range(count):
        path = course.submission(f"student{number:06d}", ASSIGNMENT)
        if not path.is_file():
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(notebook_text(submission(number), given), "utf-8")
    return course


# A run


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


LEAD = (
    "import resource, sys; from autograder.cli import main\n"
    "try: main(sys.argv[1:], standalone_mode=False)\n"
    "finally:\n"
    "    used = resource.getrusage(resource.RUSAGE_SELF)\n"
    "    print('USED', used.ru_utime + used.ru_stime, used.ru_maxrss / 1024, file=sys.stderr)"
)


def _cpu() -> float:
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


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
        family = _family(self._process.pid)
        held = [_proportional(one) / 1e6 for one in family]
        if not held:
            return
        lead = _spent(family[0], with_children=False)
        self.cost = replace(
            self.cost,
            submissions=self._done(),
            wall=time.perf_counter() - self._start,
            cpu=max(self.cost.cpu, sum(_spent(one, with_children=True) for one in family)),
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


EVENTS = "events.jsonl"


def so_far(course: Course) -> Path:
    """Return the file that holds what a run that has not come to its end has cost."""
    return course.root / "so-far.json"


def _family(process: int) -> list[int]:
    """Return a process and all its descendants; each of its threads may have children."""
    try:
        lists = [path.read_text().split() for path in Path(f"/proc/{process}/task").glob("*/children")]
    except OSError:
        return []
    return [process, *(one for children in lists for child in children for one in _family(int(child)))]


def _spent(process: int, *, with_children: bool) -> float:
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
    before = _cpu()
    command = ["grade", ASSIGNMENT, "--json", "--seed", SEED, "--jobs", str(jobs), *options, "--course"]
    log = course.root / "grade.log"
    with (course.root / EVENTS).open("wb") as events, log.open("wb") as errors:
        process = subprocess.Popen(
            [sys.executable, "-c", LEAD, *command, str(course.root)],
            env={**os.environ, "PYTHONPATH": str(ROOT)},
            stdout=events,
            stderr=errors,
        )
        cost = Watch(course, process, jobs).wait()
    said = log.read_text("utf-8")
    if process.returncode:
        raise RuntimeError(f"`autograder {' '.join(command)}` ended with status {process.returncode}:\n{said}")
    _reap()
    so_far(course).unlink(missing_ok=True)
    _, lead, lead_mb = said.strip().splitlines()[-1].split()
    return replace(cost, cpu=_cpu() - before, lead=float(lead), lead_mb=float(lead_mb))


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


# The writer, and what is stored


def _results(course: Course) -> Iterator[Result]:
    for path in sorted((course.results / ASSIGNMENT).glob("*/result.json")):
        yield result_from_json(json.loads(path.read_bytes()))


def writer(course: Course, folder: Path) -> dict[str, float]:
    """Write a class's results into an empty gradebook as a run does; return milliseconds each, at first and at last."""
    shutil.rmtree(folder, ignore_errors=True)
    empty = replace(course, db_url=f"sqlite:///{folder / 'gradebook.db'}")
    folder.mkdir(parents=True)
    (course.results / ASSIGNMENT / "registered-rows.json").unlink(missing_ok=True)
    recording.register(empty, ASSIGNMENT)
    blank = (folder / "gradebook.db").stat().st_size
    spent, waiting, count = [], [], 0
    for result in _results(course):
        waiting.append(result)
        count += 1
        if len(waiting) == RECORD_EVERY:
            before, begun = time.process_time(), time.perf_counter()
            recording.record(empty, ASSIGNMENT, waiting)
            spent.append((time.process_time() - before, time.perf_counter() - begun))
            waiting = []
    recording.record(empty, ASSIGNMENT, waiting)
    tenth = max(1, len(spent) // 10)
    each = 1e3 / RECORD_EVERY
    size = (folder / "gradebook.db").stat().st_size
    return {
        "submissions": count,
        "cpu_ms_first": each * sum(cpu for cpu, _ in spent[:tenth]) / tenth,
        "cpu_ms_last": each * sum(cpu for cpu, _ in spent[-tenth:]) / tenth,
        "cpu_ms": each * sum(cpu for cpu, _ in spent) / len(spent),
        "wall_ms": each * sum(wall for _, wall in spent) / len(spent),
        "gradebook_bytes": (size - blank) / count,
    }


def stored(course: Course) -> dict[str, float]:
    """Return the mean bytes of a submission and of what grading it leaves in files."""
    sizes = [
        [path(f"student{number:06d}", ASSIGNMENT).stat().st_size for number in range(0, 1000, 10)]
        for path in (course.submission, course.graded, course.result)
    ]
    return dict(zip(("submission", "autograded", "result"), (sum(each) / len(each) for each in sizes), strict=True))


def provenance() -> dict[str, Any]:
    """Return where and when this was measured."""
    cpu = next((line.split(":")[1].strip() for line in _lines("/proc/cpuinfo") if line.startswith("model name")), "")
    return {
        "date": f"{datetime.now(UTC):%Y-%m-%d}",
        "cpu": cpu or platform.machine(),
        "cores": os.cpu_count(),
        "load": os.getloadavg()[0],
        "system": f"{platform.system()} {platform.release().split('-')[0]}",
        "python": platform.python_version(),
        "numpy": version("numpy"),
        "sqlite": sqlite3.sqlite_version,
        "commit": subprocess.run(
            ["git", "rev-parse", "--short", "HEAD"], cwd=ROOT, capture_output=True, text=True, check=False
        ).stdout.strip(),
    }


def _lines(path: str) -> Sequence[str]:
    return Path(path).read_text().splitlines() if Path(path).is_file() else ()


def put(name: str, told: Any) -> None:
    """Write one of the figures, beside those that are there."""
    figures = json.loads(FIGURES.read_text()) if FIGURES.is_file() else {}
    figures[name] = told
    FIGURES.write_text(json.dumps(dict(sorted(figures.items())), indent=1) + "\n")
    print(name, json.dumps(told), flush=True)


def main() -> None:
    """Measure, and write the figures."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("folder", type=Path, help="where the classes are written; keep it until the end")
    parser.add_argument("--submissions", type=int, default=20_000)
    parser.add_argument("--sample", type=int, default=1_000)
    parser.add_argument("--jobs", type=int, default=os.cpu_count() or 1)
    parser.add_argument("--so-far", action="store_true", help="write the large class's figures as they are now")
    words = parser.parse_args()
    if words.so_far:
        course = open_course(words.folder / "large")
        put("large", json.loads(so_far(course).read_text()))
        put("writer", writer(course, words.folder / "writer-so-far"))
        return
    ctypes.CDLL(None).prctl(PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0)
    folder, jobs = words.folder.resolve(), words.jobs
    one = write_class(folder / "one", 1)
    resumed(one, jobs=1)  # modules are compiled, the assignment is registered
    put("one", asdict(graded(one, "--force", jobs=1)))
    sample = write_class(folder / "sample", words.sample)
    put("sample", asdict(resumed(sample, jobs=jobs)))
    cluster = write_class(folder / "dask", words.sample)
    put("dask", asdict(resumed(cluster, "--engine", "dask", jobs=jobs)))
    put("stored", stored(sample))
    large = write_class(folder / "large", words.submissions)
    put("large", asdict(resumed(large, jobs=jobs)))
    put("writer", writer(large, folder / "writer"))
    put("provenance", provenance())


if __name__ == "__main__":
    main()
