"""The accuracy of the reference, side by side with SciPy, PyTorch and JAX as far as they are installed.

    python -m benchmarks.accuracy [--points N] [NAME …]

Errors are in units in the last place of the correctly rounded result. "c ≤ 4" is the largest error where the condition
number c is at most 4, "/(1+c)" the largest error over 1 + c anywhere: the course promises at most 4 for both.

Functions of a vector come last: at vectors of four entries, in units in the last place of the largest entry of the
result; the errors of Jacobians (J) are divided by 1 + max |x|. The course promises at most 4 for both.
"""

from __future__ import annotations

import argparse
from collections.abc import Callable, Iterator
from itertools import product

import numpy as np

from autograder.catalogue import CATALOGUE
from autograder.oracle.accuracy import Accuracy, Study
from autograder.oracle.vectors import VectorStudy
from autograder.reference import REFERENCE
from benchmarks import _libraries

Method = Callable[[np.ndarray], np.ndarray]
VECTORS = 60
"""Vectors for each function and dtype."""

DTYPES = (np.dtype(np.float64), np.dtype(np.float32))
HEAD = f"{'function':15s} {'':2s} {'dtype':8s} {'by':10s} {'max':>9s} {'mean':>9s} {'c ≤ 4':>9s} {'/(1+c)':>9s}"


CHAIN = "a chain of roundings, each half an ulp, which weigh double just below a power of two"
CONSTANT = "two constants, an expm1 and two products round one after the other"
DIFFERENCE = "a difference of nearly equal numbers"
SQUARE = "a square, which doubles the error of what is squared"
EXP32 = (
    "NumPy's float32 exponential, itself more than 2 ulp off at some points; one in float64 costs several times as much"
)
REASONS = {
    **dict.fromkeys(("sigmoid′", "tanh′", "scaled_tanh′", "softsign′", "squareplus′", "gelu", "gelu′"), CHAIN),
    **dict.fromkeys(("gelu_tanh′", "gelu_sigmoid′", "silu′", "mish", "mish′", "tanhshrink"), CHAIN),
    **dict.fromkeys(("selu", "selu′"), CONSTANT),
    **dict.fromkeys(("snake", "squareplus"), DIFFERENCE),
    **dict.fromkeys(("snake′", "tanhshrink′"), SQUARE),
    **dict.fromkeys(("sigmoid", "silu", "swish", "softplus", "softplus′", "log_sigmoid", "log_sigmoid′"), EXP32),
    **dict.fromkeys(("exponential", "exponential′", "elu′", "celu′", "gaussian"), EXP32),
}
"""Why a function may exceed 2 ulp where c ≤ 4. The rarest such points only show among very many."""
CONDITION = """\
Where "max" is large but "/(1+c)" is not, the function itself magnifies one ulp of x by c: next to a root of f′ or of f,
and far out in a tail."""


def implementations(name: str, order: int) -> Iterator[tuple[str, Method]]:
    """Yield the reference, then every library that has the function, each as a method on arrays."""
    yield "reference", REFERENCE[name].derivative if order else REFERENCE[name].value
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


def vector_line(name: str, sign: str, dtype: np.dtype, library: str, points: np.ndarray, errors: np.ndarray) -> str:
    finite = errors[np.isfinite(errors)]
    mean = finite.mean() if finite.size else np.inf
    sizes = np.abs(points).max(axis=-1)[errors * np.finfo(dtype).eps > 0.01]
    off = f"  1 % off from max |x| = {sizes.min():.4g}" if sizes.size else ""
    broken = f"  {errors.size - finite.size} × nan or inf" if finite.size < errors.size else ""
    outside = "" if errors.max() <= 4 else "  outside the bound"
    return (
        f"{name:15s} {sign} {dtype.name:8s} {library:10s} {figure(errors.max())} {figure(mean)}{outside}{off}{broken}"
    )


def elementwise(name: str, count: int) -> Iterator[tuple[bool, str]]:
    """Print the lines of a function; yield for each of the reference's whether it breaks the bound, and any over 2."""
    for order, dtype in product((0, 1), DTYPES):
        study = Study(entry=CATALOGUE[name], order=order, dtype=dtype, count=count)
        for library, method in implementations(name, order):
            found = study.accuracy(method)
            print(line(study, library, found), flush=True)
            if library == "reference":
                over = f"{name}{'′' if order else ''} ({dtype.name}: {found.strict:.0f})" if found.strict > 2 else ""
                yield not found.holds, over


def of_vector(name: str, count: int) -> Iterator[tuple[bool, str]]:
    """Do the same for a function of a vector, whose Jacobians only the reference has."""
    for dtype in DTYPES:
        study = VectorStudy(entry=CATALOGUE[name], dtype=dtype, count=count)
        for library, method in implementations(name, 0):
            errors = study.value_errors(method)
            print(vector_line(name, "f ", dtype, library, study.points, errors), flush=True)
            if library == "reference":
                yield bool(errors.max() > 4), ""
        errors = study.jacobian_errors(REFERENCE[name].jacobian)
        print(vector_line(name, "J ", dtype, "reference", study.points, errors), flush=True)
        yield bool(errors.max() > 4), ""


def main(arguments: list[str] | None = None) -> int:
    """Print the table; the exit status is 1 where the reference breaks the bound."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("names", nargs="*", metavar="NAME", help="functions of the catalogue; all without one")
    parser.add_argument("--points", type=int, default=2_000, help="points per function and dtype (default 2000)")
    options = parser.parse_args(arguments)
    names = options.names or list(CATALOGUE)
    print(_libraries.versions(), HEAD, sep="\n")
    found: list[tuple[bool, str]] = []
    for kind, study, count in (("elementwise", elementwise, options.points), ("vector", of_vector, VECTORS)):
        for name in names:
            if CATALOGUE[name].kind == kind:
                found += study(name, count)
    broken, beyond_two = sum(outside for outside, _ in found), [text for _, text in found if text]
    print(f"\nReference: {broken} outside the bound.")
    print("More than 2 ulp where c ≤ 4:" + ("" if beyond_two else " none."))
    for text in beyond_two:
        print(f"  {text}: {REASONS.get(text.split()[0], 'no reason is on record: add it to REASONS')}.")
    print(CONDITION)
    return 1 if broken else 0


if __name__ == "__main__":
    raise SystemExit(main())
