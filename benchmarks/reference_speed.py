"""The speed and the memory of the reference, against the fastest NumPy or SciPy formulation of the same accuracy.

    python -m benchmarks.reference_speed [NAME …]

A million standard normal numbers. A rival counts if it meets the reference's own bound (4 ulp where the condition
number is at most 4, 4 (1 + c) ulp elsewhere, nothing infinite or nan that should be finite) at 1,500 hard points.
The promise: at most 1.5 times the time of the fastest such rival, and temporaries of at most 3 times the input.
"""

from __future__ import annotations

import argparse
import time
import tracemalloc
from collections.abc import Callable

import numpy as np

from autograder.catalogue import CATALOGUE
from autograder.oracle.accuracy import Study
from autograder.reference import REFERENCE, OfVector
from benchmarks._rivals import HARDEST_FLOAT32, RIVALS, VECTOR_RIVALS

Method = Callable[[np.ndarray], np.ndarray]
SIZE = 1_000_000
ROUNDS = 7
LIMIT_TIME = 1.5
LIMIT_MEMORY = 3.0


def quiet(method: Method) -> Method:
    def run(x: np.ndarray) -> np.ndarray:
        with np.errstate(all="ignore"):
            return method(x)

    return run


def times(methods: dict[str, Method], x: np.ndarray) -> dict[str, float]:
    """Return the best time of each in milliseconds; they take turns, so that a busy machine is fair to all."""
    best = dict.fromkeys(methods, np.inf)
    for _ in range(ROUNDS):
        for name, method in methods.items():
            start = time.perf_counter()
            method(x)
            best[name] = min(best[name], 1e3 * (time.perf_counter() - start))
    return best


def temporaries(method: Method, x: np.ndarray) -> float:
    """Return the peak of memory beyond the result, in units of the input; NumPy reports its arrays to tracemalloc."""
    tracemalloc.start()
    result = method(x)
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    return (peak - result.nbytes) / x.nbytes


def accurate(name: str, order: int, dtype: np.dtype, method: Method) -> bool:
    special = HARDEST_FLOAT32.get((name, order), ()) if dtype == np.float32 else ()
    study = Study(entry=CATALOGUE[name], order=order, dtype=dtype, count=1_500, special=special)
    return study.accuracy(method).holds


def report(label: str, dtype: np.dtype, ours: Method, rivals: dict[str, Method], x: np.ndarray) -> bool:
    """Print one line, and return whether both promises are kept."""
    found = times({"reference": ours, **rivals}, x)
    mine = found.pop("reference")
    memory = temporaries(ours, x)
    kept = memory <= LIMIT_MEMORY
    against = "no rival meets the bound"
    if found:
        fastest = min(found, key=lambda name: found[name])
        ratio = mine / found[fastest]
        kept &= ratio <= LIMIT_TIME
        against = f"{ratio:5.2f} × {found[fastest]:6.2f} ms  {fastest}"
    print(
        f"{label:17s} {dtype.name:8s} {mine:7.2f} ms {memory:5.2f}  {against}{'' if kept else '   MISSED'}", flush=True
    )
    return kept


def elementwise(name: str, order: int, dtype: np.dtype, x: np.ndarray) -> bool:
    function = REFERENCE[name]
    rivals = {text: quiet(method) for text, method in RIVALS.get((name, order), {}).items()}
    valid = {text: method for text, method in rivals.items() if accurate(name, order, dtype, method)}
    refused = [text for text in rivals if text not in valid]
    kept = report(f"{name}{'′' if order else ''}", dtype, function.derivative if order else function.value, valid, x)
    for text in refused:
        print(f"{'':26s} breaks the bound: {text}")
    return kept


def main(arguments: list[str] | None = None) -> int:
    """Print the table; the exit status is 1 where a promise is missed."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("names", nargs="*", metavar="NAME", help="functions of the catalogue; all without one")
    names = parser.parse_args(arguments).names or list(CATALOGUE)
    missed = 0
    print(f"{'function':17s} {'dtype':8s} {'time':>10s} {'temp.':>5s}  ratio × fastest rival")
    for dtype in (np.dtype(np.float64), np.dtype(np.float32)):
        x = np.random.default_rng(0).standard_normal(SIZE).astype(dtype)
        for name in names:
            function = REFERENCE[name]
            if isinstance(function, OfVector):
                rivals = {text: quiet(method) for text, method in VECTOR_RIVALS.get(name, {}).items()}
                missed += not report(name, dtype, function.value, rivals, x.reshape(1_000, -1))
            else:
                missed += sum(not elementwise(name, order, dtype, x) for order in (0, 1))
    print(f"\n{missed} missed.")
    return 1 if missed else 0


if __name__ == "__main__":
    raise SystemExit(main())
