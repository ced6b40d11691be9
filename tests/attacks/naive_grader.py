"""A grader as one would first write it: the student's code and the comparison share a process.  For comparison only."""

from __future__ import annotations

import json
import sys
import types
import warnings

import numpy as np


def reference(x):
    """The right answer, in reach of the student's code."""
    return np.sinh(1.7320508 * x) + 0.25


def grade(source: str) -> bool:
    """Run a student's cell and compare its function with the reference."""
    main = types.ModuleType("student")
    exec(compile(source, "<cell-2>", "exec"), main.__dict__)
    x = np.linspace(-2, 2, 5)
    expected = reference(x)
    got = main.f(x)
    return bool(np.allclose(got, expected))


if __name__ == "__main__":
    warnings.simplefilter("ignore")
    try:
        passed = grade(sys.stdin.read())
    except Exception:  # a wrong answer may well raise
        passed = False
    print(json.dumps({"passed": passed}))
