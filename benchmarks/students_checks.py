"""How long a student waits: ``python -m benchmarks.students_checks`` times ``check`` in the files ``checks.py``.

The wait is bounded by 100 ms for one function, right or wrong; the time of importing the file is told apart, and so is
the time spent in the student's own function.  Processor time is counted, so that other work on the machine does not
matter.  Each assignment has a process of its own: the collector of garbage walks through all that a process holds, and
a student's kernel holds one file of checks.
"""

from __future__ import annotations

import functools
import importlib.util
import subprocess
import sys
import time
from pathlib import Path
from types import ModuleType
from typing import Any

import numpy as np

from autograder.assignments import NAMES, load
from autograder.assignments.misconceptions import bank

ROOT = Path(__file__).parent.parent
LIMIT = 0.1


def load_checks(name: str) -> tuple[ModuleType, float]:
    """Return an assignment's ``checks.py`` as a module, and the seconds that its import took."""
    spec = importlib.util.spec_from_file_location(f"checks_{name}", ROOT / "exercises" / name / "checks.py")
    if spec is None or spec.loader is None:
        raise FileNotFoundError(f"exercises/{name}/checks.py is missing: run `autograder publish`.")
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module  # dataclasses look their module up
    started = time.process_time()
    spec.loader.exec_module(module)
    return module, time.process_time() - started


class Timed:
    """A function that counts the processor time spent in it, which no check can save a student."""

    def __init__(self, function: Any) -> None:
        functools.update_wrapper(self, function)
        self.function, self.seconds = function, 0.0

    def __call__(self, *arguments: Any, **keywords: Any) -> Any:
        """Call the function."""
        started = time.process_time()
        try:
            return self.function(*arguments, **keywords)
        finally:
            self.seconds += time.process_time() - started


def answer_time(checks: ModuleType, name: str, function: Any) -> tuple[float, float]:
    """Return the seconds of a function's first ``check``, in which the tables are read, and of these its own.

    What the function itself imports is imported before.
    """
    eval(f"check({name})", {"check": checks.check, name: function})
    for cached in ("_tables", "_cases", "_behaviour"):
        getattr(checks, cached).cache_clear()
    timed = Timed(function)
    started = time.process_time()
    eval(f"check({name})", {"check": checks.check, name: timed})
    return time.process_time() - started, timed.seconds


def one_assignment(name: str) -> int:
    """Print the longest waits of one assignment; 1 if one is above the limit."""
    checks, importing = load_checks(name)
    known, worst = bank(name), 0.0
    for exercise in load(name).exercises:
        versions = [("right", exercise.reference), *((m.name, m.wrong) for m in known.get(exercise.name, ()))]
        times = {label: answer_time(checks, exercise.name, version) for label, version in versions}
        waits = {label: whole - own for label, (whole, own) in times.items()}
        slowest = max(waits, key=lambda label: waits[label])
        worst = max(worst, waits[slowest])
        median, own = float(np.median(list(waits.values()))), max(own for _, own in times.values())
        longest = f"longest {1e3 * waits[slowest]:5.1f} ms ({slowest})"
        print(f"{exercise.name:42} median {1e3 * median:5.1f} ms, {longest}; in the function ≤ {1e3 * own:.1f} ms")
    print(f"{'import':42} {1e3 * importing:12.1f} ms")
    print(f"{name}: longest wait {1e3 * worst:.1f} ms; allowed {1e3 * LIMIT:.0f} ms", flush=True)
    return int(worst > LIMIT)


def main() -> int:
    """Time each assignment in a process of its own, as a notebook has one; 1 if any wait is above the limit."""
    if len(sys.argv) > 1:
        return one_assignment(sys.argv[1])
    command = [sys.executable, "-m", "benchmarks.students_checks"]
    return max(subprocess.run([*command, name], check=False, cwd=ROOT).returncode for name in NAMES)


if __name__ == "__main__":
    sys.exit(main())
