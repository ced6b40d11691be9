"""How long a student waits: ``python -m benchmarks.students_checks`` times ``check`` in the files ``checks.py``.

The wait is bounded by 100 ms for one function, right or wrong; the time of importing the file is told apart.
Processor time is counted, so that other work on the machine does not matter.
"""

from __future__ import annotations

import importlib.util
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


def answer_time(checks: ModuleType, name: str, function: Any) -> float:
    """Return the seconds of a function's first ``check``, in which the tables are read.

    What the function itself imports is imported before.
    """
    eval(f"check({name})", {"check": checks.check, name: function})
    for cached in ("_tables", "_cases", "_behaviour"):
        getattr(checks, cached).cache_clear()
    started = time.process_time()
    eval(f"check({name})", {"check": checks.check, name: function})
    return time.process_time() - started


def main() -> int:
    """Print the longest waits of each assignment; 1 if one is above the limit."""
    worst = 0.0
    for name in NAMES:
        checks, importing = load_checks(name)
        known = bank(name)
        for exercise in load(name).exercises:
            versions = [("right", exercise.reference), *((m.name, m.wrong) for m in known.get(exercise.name, ()))]
            times = {label: answer_time(checks, exercise.name, version) for label, version in versions}
            slowest = max(times, key=lambda label: times[label])
            worst = max(worst, times[slowest])
            median = float(np.median(list(times.values())))
            longest = f"longest {1e3 * times[slowest]:5.1f} ms ({slowest})"
            print(f"{name:16} {exercise.name:28} median {1e3 * median:5.1f} ms, {longest}")
        print(f"{name:16} {'import':28} {1e3 * importing:12.1f} ms")
    print(f"longest wait {1e3 * worst:.1f} ms; allowed {1e3 * LIMIT:.0f} ms")
    return int(worst > LIMIT)


if __name__ == "__main__":
    sys.exit(main())
