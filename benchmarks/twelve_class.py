"""The benchmark's class: honest answers and known mistakes to twelve functions, as notebooks in a course's folder.

``write_course`` makes a course whose test cells are ours; with ``plain`` they are NumPy asserts over the same cases,
which is what a teacher writes for stock nbgrader.
"""

from __future__ import annotations

import contextlib
import copy
import io
import json
import random
import shutil
import time
import warnings
from collections.abc import Callable, Iterable, Sequence
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np

from autograder.assignments import Case
from autograder.assignments.misconceptions import bank
from autograder.calls import Argument, Call
from autograder.course.demo_answers import STYLES
from autograder.course.demo_edits import code_cell, named
from autograder.course.publish import split_solution
from autograder.course.source_notebook import cell_source, dump, grade_id, regenerate
from autograder.grading.cases import build, secret_from_seed
from benchmarks.twelve import ASSIGNMENT, NAME, ORIGINS

ROOT = Path(__file__).parents[1]
SEED = 1

WRONG = 0.08
"""The share of functions that are written wrongly: every second student has at least one."""
UNFINISHED = 0.01
"""The share of functions that are left as they were given out."""
MISTYPED = 0.005
"""The share of functions that do not parse."""


def package_copy(folder: Path) -> Path:
    """Copy the package into ``folder``, with the benchmark's assignment as one of the course's; return ``folder``."""
    shutil.copytree(ROOT / "autograder", folder / "autograder")
    assignments = folder / "autograder" / "assignments"
    shutil.copyfile(ROOT / "benchmarks" / "twelve.py", assignments / f"{NAME}.py")
    shutil.copyfile(ROOT / "benchmarks" / "twelve_mistakes.py", assignments / "misconceptions" / f"{NAME}.py")
    listed = assignments / "__init__.py"
    text = listed.read_text("utf-8")
    # First, because stock nbgrader's cells look for a test's name in this order.
    changed = text.replace("NAMES = (", f'NAMES = ("{NAME}", ', 1)
    assert changed != text
    listed.write_text(changed, "utf-8")
    return folder


# The instructor's notebook


@cache
def _solutions() -> dict[str, str]:
    """Return the solution cells of the twelve functions, by name."""
    found = {}
    for origin, functions in ORIGINS.items():
        notebook = json.loads((ROOT / "solutions" / origin / f"{origin}.ipynb").read_bytes())
        found |= {grade_id(cell): cell_source(cell) for cell in notebook["cells"] if grade_id(cell) in functions}
    return found


def _number(value: float) -> str:
    return {"nan": "np.nan", "inf": "np.inf", "-inf": "-np.inf"}.get(repr(value), repr(value))


def _literal(data: np.ndarray) -> str:
    """Write an array's numbers as Python."""
    if data.ndim == 0:
        return _number(data.item())
    return f"[{', '.join(_literal(part) for part in data)}]"


def _written(argument: Argument) -> str:
    """Write an argument of a call as Python."""
    data = argument.data
    assert data is not None
    if argument.form in ("float", "int", "list"):
        return _literal(data)
    if argument.form == "scalar":
        return f"np.{data.dtype}({_literal(data)})"
    return f"np.array({_literal(data)}, np.{data.dtype}).reshape({data.shape})"


def _assert(function: str, case: Case) -> str:
    """Write one case as an assert."""
    given = ", ".join(map(_written, case.call.arguments))
    (want,) = case.expected.values
    epsilon = float(np.finfo(case.expected.precision).eps)
    relative, absolute = epsilon * case.expected.relative, epsilon * case.expected.absolute
    told = f"rtol={relative!r}, atol={absolute!r}, equal_nan=True"
    return f"assert np.allclose({function}({given}), {_written(Argument('array', want))}, {told})"


def _plain_test(function: str, criterion: str) -> str:
    """Return the test cell of a criterion as asserts."""
    cases = build(ASSIGNMENT, secret_from_seed(SEED)).cases[function, criterion]
    return "\n".join(["### BEGIN HIDDEN TESTS", *(_assert(function, case) for case in cases), "### END HIDDEN TESTS"])


def write_source(source: Path, *, plain: bool) -> None:
    """Write the instructor's notebook below the folder ``source``."""
    cells: list[dict[str, Any]] = []
    for exercise in ASSIGNMENT.exercises:
        cell = code_cell(exercise.name, _solutions()[exercise.name])
        cell["metadata"] = {
            "nbgrader": {
                "grade": False,
                "grade_id": exercise.name,
                "locked": False,
                "schema_version": 3,
                "solution": True,
                "task": False,
            }
        }
        cells.append(cell)
    notebook = regenerate({"cells": cells}, ASSIGNMENT, NAME)
    if plain:
        for exercise in ASSIGNMENT.exercises:
            for criterion in exercise.criteria:
                test = named(notebook, f"{exercise.name}-{criterion.name}")
                test["source"] = _plain_test(exercise.name, criterion.name)
        named(notebook, f"{NAME}-imports")["source"] = "import numpy as np"
    folder = source / NAME
    folder.mkdir(parents=True)
    (folder / f"{NAME}.ipynb").write_bytes(dump(notebook))


# The students


@cache
def _mistakes() -> dict[str, tuple[str, ...]]:
    """Return the sources of the known mistakes, by function."""
    return {
        function: tuple(mistake.source for mistake in bank(origin).get(function, ()))
        for origin, functions in ORIGINS.items()
        for function in functions
    }


def _right(function: str, style: int) -> str:
    """Return a right answer in one of the sample class's styles where it has the function, else the instructor's."""
    text = STYLES[style].answers.get(function)
    if text is None:
        kept, hidden = split_solution(_solutions()[function])
        text = "\n".join([*kept, *hidden])
    return text.rstrip("\n")


def answers(number: int) -> dict[str, str]:
    """Return what the student of this number wrote; a function that is missing was left as it was given out."""
    draw = random.Random(number)
    style = number % len(STYLES)
    written: dict[str, str] = {}
    for exercise in ASSIGNMENT.exercises:
        name, luck = exercise.name, draw.random()
        if luck < UNFINISHED:
            continue
        written[name] = _right(name, style)
        if luck < UNFINISHED + MISTYPED:
            written[name] = written[name].replace(":", "", 1)
        elif luck < UNFINISHED + MISTYPED + WRONG:
            written[name] = draw.choice(_mistakes()[name]).rstrip("\n")
    return written


def write_submissions(release: Path, submitted: Path, count: int) -> None:
    """Write ``count`` submissions, made from the notebook ``release`` that students are given."""
    given = json.loads(release.read_bytes())
    for number in range(count):
        notebook = copy.deepcopy(given)
        style = STYLES[number % len(STYLES)]
        for function, source in answers(number).items():
            cell = named(notebook, function)
            if function in style.cells:
                notebook["cells"].insert(
                    notebook["cells"].index(cell), code_cell(f"own-{function}", style.cells[function])
                )
            cell["source"] = source
        folder = submitted / f"s{number:05}" / NAME
        folder.mkdir(parents=True)
        (folder / f"{NAME}.ipynb").write_bytes(dump(notebook))


def floor(numbers: Iterable[int]) -> dict[str, float]:
    """Return what the cells of these students cost without any grader: mean milliseconds of processor time.

    ``exec`` compiles and executes the cells, ``raw`` calls the functions on inputs that are there; nothing is
    captured, copied, compared or contained.  ``asserts`` compiles and executes the plain test cells of stock nbgrader.
    """
    cases = build(ASSIGNMENT, secret_from_seed(SEED)).cases
    tests = [_plain_test(function, criterion) for function, criterion in cases]
    spent = {"exec": 0.0, "raw": 0.0, "asserts": 0.0}
    chosen = list(numbers)
    namespaces: list[dict[str, Any]] = []
    with np.errstate(all="ignore"), warnings.catch_warnings(), contextlib.redirect_stdout(io.StringIO()):
        warnings.simplefilter("ignore")
        with contextlib.redirect_stderr(io.StringIO()):
            for number in chosen:
                namespace: dict[str, Any] = {"np": np}
                begun = time.process_time()
                _execute(number, namespace)
                spent["exec"] += time.process_time() - begun
                spent["raw"] += sum(
                    _time_of(namespace[function], [case.call for case in asked])
                    for (function, _), asked in cases.items()
                    if function in namespace
                )
                namespaces.append(namespace)
            for namespace in namespaces:  # afterwards: they leave the processor's caches full of themselves
                begun = time.process_time()
                for test in tests:
                    with contextlib.suppress(Exception):
                        exec(compile(test, "<test>", "exec"), namespace)
                spent["asserts"] += time.process_time() - begun
    calls = sum(map(len, cases.values()))
    return {name: 1e3 * total / len(chosen) for name, total in spent.items()} | {"calls": float(calls)}


def _execute(number: int, namespace: dict[str, Any]) -> None:
    """Compile and execute a student's cells; one that fails leaves the others."""
    cells = STYLES[number % len(STYLES)].cells
    for function, source in answers(number).items():
        for text in filter(None, (cells.get(function), source)):
            with contextlib.suppress(Exception):
                exec(compile(text, "<cell>", "exec"), namespace)


def _time_of(function: Callable[..., Any], calls: Sequence[Call]) -> float:
    """Return the processor seconds of bare calls."""
    prepared = [[_object(argument) for argument in call.arguments] for call in calls]
    begun = time.process_time()
    for arguments in prepared:
        with contextlib.suppress(Exception):
            function(*arguments)
    return time.process_time() - begun


def _object(argument: Argument) -> Any:
    """Return an argument as the function receives it, but for the memory layout."""
    data = argument.data
    assert data is not None
    if argument.form in ("float", "int", "list"):
        return data.tolist()
    return data[()] if argument.form == "scalar" else data.copy()
