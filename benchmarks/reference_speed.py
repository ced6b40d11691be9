"""The speed and the memory of the reference, against the fastest NumPy or SciPy formulation of the same accuracy.

    python -m benchmarks.reference_speed [NAME …]

A million standard normal numbers. A rival counts if it meets the reference's own bound (4 ulp where the condition
number is at most 4, 4 (1 + c) ulp elsewhere, nothing infinite or nan that should be finite) at 1,500 hard points, lets
nan pass, and gives zeros the reference's sign. The promise: at most 1.5 times the time of the fastest such rival, and
temporaries of at most 3 times the input.

Both take turns, and the ratio is the median of the ratios of neighbours in time, so that what else the machine does
hits both alike; the time beside it is the shortest.
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
ROUNDS = 15
LIMIT_TIME = 1.5
LIMIT_MEMORY = 3.0


def quiet(method: Method) -> Method:
    def run(x: np.ndarray) -> np.ndarray:
        with np.errstate(all="ignore"):
            return method(x)

    return run


def times(methods: dict[str, Method], x: np.ndarray) -> dict[str, np.ndarray]:
    """Return the times of each in milliseconds, by round; they take turns, and every round begins with another."""
    names = list(methods)
    taken = {name: np.zeros(ROUNDS) for name in names}
    for turn in range(ROUNDS):
        first = turn % len(names)
        for name in names[first:] + names[:first]:
            start = time.perf_counter()
            methods[name](x)
            taken[name][turn] = 1e3 * (time.perf_counter() - start)
    return taken


def temporaries(method: Method, x: np.ndarray) -> float:
    """Return the peak of memory beyond the result, in units of the input; NumPy reports its arrays to tracemalloc."""
    tracemalloc.start()
    result = method(x)
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    return (peak - result.nbytes) / x.nbytes


def as_promised(ours: Method, method: Method, order: int, dtype: np.dtype) -> bool:
    """Return whether nan passes and, of a value, whether zeros at 0 and −0 have the reference's sign."""
    x = np.repeat(np.array([np.nan, -0.0, 0.0], dtype), 40)  # longer than a vector register
    wanted, got = ours(x), method(x)
    same_sign = np.array_equal(np.signbit(wanted[wanted == 0]), np.signbit(got[wanted == 0]))
    return bool(np.isnan(got[:40]).all()) and (order == 1 or same_sign)


def accurate(name: str, order: int, dtype: np.dtype, method: Method) -> bool:
    special = HARDEST_FLOAT32.get((name, order), ()) if dtype == np.float32 else ()
    study = Study(entry=CATALOGUE[name], order=order, dtype=dtype, count=1_500, special=special)
    return study.accuracy(method).holds


def report(label: str, dtype: np.dtype, ours: Method, rivals: dict[str, Method], x: np.ndarray) -> bool:
    """Print one line, and return whether both promises are kept."""
    found = times({"reference": ours, **rivals}, x)
    turns = found.pop("reference")
    memory = temporaries(ours, x)
    kept = memory <= LIMIT_MEMORY
    against = "no rival meets the bound"
    if found:
        fastest = min(found, key=lambda name: found[name].min())
        ratio = float(np.median(turns / found[fastest]))
        kept &= ratio <= LIMIT_TIME
        against = f"{ratio:5.2f} × {found[fastest].min():6.2f} ms  {fastest}"
    missed = "" if kept else "   MISSED"
    print(f"{label:17s} {dtype.name:8s} {turns.min():7.2f} ms {memory:5.2f}  {against}{missed}", flush=True)
    return kept


def elementwise(name: str, order: int, dtype: np.dtype, x: np.ndarray) -> bool:
    function = REFERENCE[name]
    rivals = {text: quiet(method) for text, method in RIVALS.get((name, order), {}).items()}
    ours = function.derivative if order else function.value
    exact = {text: method for text, method in rivals.items() if accurate(name, order, dtype, method)}
    valid = {text: method for text, method in exact.items() if as_promised(ours, method, order, dtype)}
    kept = report(f"{name}{'′' if order else ''}", dtype, ours, valid, x)
    for text in rivals:
        if text not in valid:
            print(f"{'':26s} {'stops nan, or has −0 for 0' if text in exact else 'breaks the bound'}: {text}")
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
