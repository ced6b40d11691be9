"""The speed and the memory of the reference, against the fastest NumPy or SciPy formulation of the same accuracy.

    python -m benchmarks.reference_speed [NAME …]

A million standard normal numbers; for functions of a vector, a thousand rows of a thousand. A rival counts if it meets
the reference's own bound: 4 ulp where the condition number is at most 4, 4 (1 + c) ulp elsewhere, nothing infinite or
nan that should be finite, at 1,500 hard points; for a function of a vector, 4 ulp in norm for 200 vectors of four
entries. It must let nan pass, and give zeros the reference's sign. For float32, every formulation competes a second
time in float64, rounded at the end. For the sigmoid, ``scipy.special.expit`` counts whether or not it meets the bound.

The promise: at most 1.5 times the time of the fastest such rival, and temporaries of at most 3 times the input. What is
compared is the least processor time of many turns, which others on the machine can lengthen but not shorten; where the
promise seems to be missed, both take more turns.
"""

from __future__ import annotations

import argparse
import math
import time
import tracemalloc
from collections.abc import Callable

import numpy as np

from autograder.catalogue import CATALOGUE
from autograder.oracle.accuracy import Study
from autograder.oracle.vectors import VectorStudy
from autograder.reference import REFERENCE, OfVector
from benchmarks._rivals import ALWAYS, HARDEST_FLOAT32, RIVALS, VECTOR_RIVALS

Method = Callable[[np.ndarray], np.ndarray]
SIZE = 1_000_000
HEATS, TURNS, MORE = 4, 12, 3
"""Turns of everybody; turns of the reference and the fastest; how often these take more where they miss the limit."""

LIMIT_TIME = 1.5
LIMIT_MEMORY = 3.0


def quiet(method: Method) -> Method:
    def run(x: np.ndarray) -> np.ndarray:
        with np.errstate(all="ignore"):
            return method(x)

    return run


def least_times(methods: dict[str, Method], x: np.ndarray, turns: int) -> dict[str, float]:
    """Return the least processor time of each in milliseconds; they take turns, and every turn begins with another."""
    names = list(methods)
    least = dict.fromkeys(names, math.inf)
    for turn in range(turns):
        first = turn % len(names)
        for name in names[first:] + names[:first]:
            start = time.process_time()
            methods[name](x)
            least[name] = min(least[name], 1e3 * (time.process_time() - start))
    return least


def race(ours: Method, rivals: dict[str, Method], x: np.ndarray) -> tuple[float, float, str]:
    """Return our time, that of the fastest rival, and which that is; without a rival inf and no name."""
    found = least_times({"reference": ours, **rivals}, x, HEATS)
    mine = found.pop("reference")
    if not found:
        return min(mine, least_times({"reference": ours}, x, TURNS)["reference"]), math.inf, ""
    fastest = min(found, key=lambda name: found[name])
    theirs = found[fastest]
    for extra in range(1 + MORE):
        if extra and mine <= LIMIT_TIME * theirs:
            break
        again = least_times({"reference": ours, fastest: rivals[fastest]}, x, TURNS)
        mine, theirs = min(mine, again["reference"]), min(theirs, again[fastest])
    return mine, theirs, fastest


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


def vector_accurate(name: str, dtype: np.dtype, method: Method) -> bool:
    study = VectorStudy(entry=CATALOGUE[name], dtype=dtype, count=200)
    return bool(study.value_errors(method).max() <= 4)


def in_float64(method: Method) -> Method:
    return lambda x: method(x.astype(np.float64)).astype(x.dtype)


def competitors(rivals: dict[str, Method], dtype: np.dtype) -> dict[str, Method]:
    """Return the rivals without their warnings, for float32 those in float64 too."""
    found = {text: quiet(method) for text, method in rivals.items()}
    if dtype == np.float32:
        found |= {f"{text} in float64": quiet(in_float64(method)) for text, method in rivals.items()}
    return found


def report(label: str, dtype: np.dtype, ours: Method, rivals: dict[str, Method], x: np.ndarray) -> bool:
    """Print one line, and return whether both promises are kept."""
    mine, theirs, fastest = race(ours, rivals, x)
    memory = temporaries(ours, x)
    kept = memory <= LIMIT_MEMORY and mine <= LIMIT_TIME * theirs
    against = f"{mine / theirs:5.2f} × {theirs:6.2f} ms  {fastest}" if fastest else "no rival meets the bound"
    missed = "" if kept else "   MISSED"
    print(f"{label:17s} {dtype.name:8s} {mine:7.2f} ms {memory:5.2f}  {against}{missed}", flush=True)
    return kept


def elementwise(name: str, order: int, dtype: np.dtype, x: np.ndarray) -> bool:
    function = REFERENCE[name]
    rivals = competitors(RIVALS.get((name, order), {}), dtype)
    ours = function.derivative if order else function.value
    exact = {text: method for text, method in rivals.items() if accurate(name, order, dtype, method)}
    valid = {
        text: method
        for text, method in rivals.items()
        if (text in exact and as_promised(ours, method, order, dtype)) or (name, order, text) in ALWAYS
    }
    kept = report(f"{name}{'′' if order else ''}", dtype, ours, valid, x)
    for text in rivals:
        if text not in exact or text not in valid:
            print(f"{'':26s} {'stops nan, or has −0 for 0' if text in exact else 'breaks the bound'}: {text}")
    return kept


def of_vector(name: str, dtype: np.dtype, x: np.ndarray) -> bool:
    rivals = competitors(VECTOR_RIVALS.get(name, {}), dtype)
    valid = {text: method for text, method in rivals.items() if vector_accurate(name, dtype, method)}
    kept = report(name, dtype, REFERENCE[name].value, valid, x.reshape(1_000, -1))
    for text in rivals:
        if text not in valid:
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
            if isinstance(REFERENCE[name], OfVector):
                missed += not of_vector(name, dtype, x)
            else:
                missed += sum(not elementwise(name, order, dtype, x) for order in (0, 1))
    print(f"\n{missed} missed.")
    return 1 if missed else 0


if __name__ == "__main__":
    raise SystemExit(main())
