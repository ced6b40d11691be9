"""The accuracy of the reference, side by side with SciPy, PyTorch and JAX as far as they are installed.

    python -m benchmarks.accuracy [--points N] [NAME …]

Errors are in units in the last place of the correctly rounded result. "c ≤ 4" is the largest error where the condition
number c is at most 4, "/(1+c)" the largest error over 1 + c anywhere: the course promises at most 4 for both.
"""

from __future__ import annotations

import argparse
from collections.abc import Callable, Iterator

import numpy as np

from autograder.catalogue import CATALOGUE
from autograder.oracle.accuracy import Accuracy, Study
from autograder.reference import REFERENCE
from benchmarks import _libraries

Method = Callable[[np.ndarray], np.ndarray]
DTYPES = (np.dtype(np.float64), np.dtype(np.float32))
HEAD = f"{'function':15s} {'':2s} {'dtype':8s} {'by':10s} {'max':>9s} {'mean':>9s} {'c ≤ 4':>9s} {'/(1+c)':>9s}"


def implementations(name: str, order: int) -> Iterator[tuple[str, Method]]:
    """Yield the reference, then every library that has the function, each as a method on arrays."""
    function = REFERENCE[name]
    yield "reference", function.derivative if order else function.value
    for library, find in _libraries.LIBRARIES.items():
        method = find(name, order)
        if method is not None:
            yield library, method


def figure(number: float) -> str:
    return f"{number:9.2f}" if number < 1e5 else f"{number:9.1e}"


def line(study: Study, library: str, found: Accuracy) -> str:
    sign = "f′" if study.order else "f "
    figures = " ".join(figure(number) for number in (found.largest, found.mean, found.strict, found.scaled))
    off = "" if found.beyond_percent is None else f"  1 % off from {found.beyond_percent:.4g}"
    broken = f"  {found.not_finite} × nan or inf" if found.not_finite else ""
    outside = "" if found.holds else "  outside the bound"
    return f"{study.entry.name:15s} {sign} {study.dtype.name:8s} {library:10s} {figures}{outside}{off}{broken}"


def main(arguments: list[str] | None = None) -> int:
    """Print the table; the exit status is 1 where the reference breaks the bound."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("names", nargs="*", metavar="NAME", help="functions of the catalogue; all without one")
    parser.add_argument("--points", type=int, default=2_000, help="points per function and dtype (default 2000)")
    options = parser.parse_args(arguments)
    elementwise = [name for name, entry in CATALOGUE.items() if entry.kind == "elementwise"]
    print(_libraries.versions(), HEAD, sep="\n")
    broken, beyond_two = 0, []
    for name in options.names or elementwise:
        for order in (0, 1):
            for dtype in DTYPES:
                study = Study(entry=CATALOGUE[name], order=order, dtype=dtype, count=options.points)
                for library, method in implementations(name, order):
                    found = study.accuracy(method)
                    print(line(study, library, found), flush=True)
                    if library == "reference":
                        broken += not found.holds
                        if found.strict > 2:
                            beyond_two.append(f"{name}{'′' if order else ''} ({dtype.name}: {found.strict:.0f})")
    print(f"\nReference: {broken} outside the bound.")
    print("More than 2 ulp where c ≤ 4: " + (", ".join(beyond_two) or "none") + ".")
    print(WHY)
    return 1 if broken else 0


WHY = """\
Why some exceed 2: derivatives chain four to six roundings, each half an ulp, which weigh double just below a power of
two; squareplus and snake subtract numbers that are nearly equal; float32 sigmoids inherit the error of NumPy's
vectorised float32 exponential, which a float64 one would avoid at several times the cost. Where "max" is large but
"/(1+c)" is not, the function itself magnifies one ulp of x by c: next to a root of f′, and far out in a tail."""


if __name__ == "__main__":
    raise SystemExit(main())
