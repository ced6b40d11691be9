"""What one submission costs in the sandbox, stage by stage, with bare compile-and-exec beside it.

Run ``python benchmarks/sandbox_stages.py``.  A submission has 12 functions and 24 call steps of six calls each.  The
smallest of several measurements is shown: on a busy machine it is the one that says something about the code.
"""

from __future__ import annotations

import os
import resource
import sys
import time
from collections.abc import Callable
from typing import Any

import numpy as np

from autograder.calls import Argument, Call, Outcome, Stage
from autograder.sandbox import CallStep, CellStep, Sandbox, Step, frames, layers
from autograder.sandbox.attempt import Attempt
from autograder.sandbox.cells import run_cell
from autograder.sandbox.isolation import BUBBLEWRAP, CONFINED, UNSANDBOXED
from autograder.sandbox.steps import Limits

FUNCTIONS, RUNS, REPEATS = 12, 50, 5
SOURCE = '''import numpy as np

def {name}(x):
    """Return the activation of x, elementwise."""
    x = np.asarray(x, dtype=float)
    return np.where(x > 0, x, {slope} * np.expm1(x))
'''


def submission() -> tuple[list[CellStep], list[CallStep]]:
    """Return the cells and the questions of one submission."""
    draw = np.random.default_rng(1)
    cells, questions = [], []
    for i in range(FUNCTIONS):
        name = f"activation_{i}"
        cells.append(CellStep(f"cell-{i}", SOURCE.format(name=name, slope=i + 1)))
        for criterion in ("values", "arrays"):
            data = [draw.normal(size=64), draw.normal(size=(4, 8)), draw.normal(size=8)]
            forms = [("array", data[0]), ("strided", data[1]), ("list", data[2])]
            forms += [(form, np.asarray(draw.normal())) for form in ("float", "scalar", "zero_d")]
            calls = tuple(Call((Argument(form, value),)) for form, value in forms)
            questions.append(CallStep(f"{name}-{criterion}", name, calls))
    return cells, questions


def best(work: Callable[[], object], *, repeats: int = REPEATS, inner: int = 20) -> float:
    """Return the smallest time of one ``work``, in milliseconds of processor time."""
    times = []
    for _ in range(repeats):
        start = time.process_time()
        for _ in range(inner):
            work()
        times.append((time.process_time() - start) / inner)
    return 1e3 * min(times)


def bare(cells: list[CellStep]) -> dict[str, Any]:
    """Compile and run the cells in this process: the floor."""
    namespace: dict[str, Any] = {}
    for cell in cells:
        exec(compile(cell.source, cell.name, "exec"), namespace)
    return namespace


def outcomes(namespace: dict[str, Any], questions: list[CallStep]) -> list[list[Outcome]]:
    """Ask the questions through `calls`, as the child does."""
    asked = []
    for question in questions:
        with Stage() as stage:
            asked.append([stage.call(namespace[question.function], what) for what in question.calls])
    return asked


def encode(answers: list[list[Outcome]]) -> list[bytes]:
    """Write the answers as the child does."""
    written = []
    for i, group in enumerate(answers):
        arrays: list[np.ndarray] = []
        described = [frames.describe_outcome(outcome, arrays) for outcome in group]
        written.append(frames.pack_outcomes(i + 1, i, described, arrays, done=True))
    return [frames.pack(0, {"locked": True}), *written]


def decode(written: list[bytes], questions: list[CallStep]) -> Attempt:
    """Read the answers as the parent does."""
    attempt, unpacker = Attempt(questions, Limits()), frames.Unpacker()
    unpacker.feed(b"".join(written))
    for text, body in unpacker.pieces():
        attempt.take_piece(text, body)
    return attempt


def processor_seconds(sandbox: Sandbox) -> float:
    """Return the processor time of this process, of the zygote, and of the children but the last."""
    own = resource.getrusage(resource.RUSAGE_SELF)
    assert sandbox._server is not None
    return own.ru_utime + own.ru_stime + sandbox._server.processor_seconds


def measure(level: str, steps: list[Step], runs: int) -> tuple[float, float, float]:
    """Run a submission several times; return (start, smallest wall clock, smallest processor time) in milliseconds."""
    began = time.perf_counter()
    with Sandbox(isolation="none" if level == UNSANDBOXED else "auto") as sandbox:
        if sandbox.level != level:
            sandbox.close()
            sandbox._levels = [level]
            began = time.perf_counter()
        first = sandbox.run(steps[:1])
        started = time.perf_counter() - began
        sandbox.run(steps)
        walls, used = [], []
        for _ in range(runs):
            before = processor_seconds(sandbox)
            walls.append(sandbox.run(steps).seconds)
            used.append(processor_seconds(sandbox) - before)
    assert first.isolation == level
    return 1e3 * started, 1e3 * min(walls), 1e3 * min(used)


def in_process() -> list[tuple[str, float]]:
    """Return what the stages cost without processes, in milliseconds."""
    cells, questions = submission()
    namespace = bare(cells)
    answers = outcomes(namespace, questions)
    written = encode(answers)
    run_namespace: dict[str, Any] = {}

    def ask() -> None:
        for question in questions:
            for what in question.calls:
                namespace[question.function](what.arguments[0].data)

    def through_run_cell() -> None:
        out, err = sys.stdout, sys.stderr
        for cell in cells:
            run_cell(cell.source, cell.name, run_namespace, 1 << 20)
        sys.stdout, sys.stderr = out, err

    return [
        ("floor: compile and exec the cells", best(lambda: bare(cells))),
        ("floor: call the functions", best(ask)),
        ("cells, with captured output and display", best(through_run_cell)),
        ("calls, with copies, warnings and mutation checks", best(lambda: outcomes(namespace, questions))),
        ("child writes the answers", best(lambda: encode(answers))),
        ("parent reads and checks the answers", best(lambda: decode(written, questions))),
    ]


def main() -> None:
    """Print the table."""
    print(f"{FUNCTIONS} functions, {2 * FUNCTIONS} call steps, {12 * FUNCTIONS} calls; load {os.getloadavg()[0]:.1f}")
    print("Processor time of the stages, in one process:")
    for name, cost in in_process():
        print(f"  {name:52s}{cost:8.2f} ms")
    cells, questions = submission()
    works = {layer.name for layer in layers() if layer.works}
    levels = [UNSANDBOXED]
    levels += [CONFINED] if {"landlock", "seccomp"} <= works else []
    levels += [BUBBLEWRAP] if {"landlock", "seccomp", "bubblewrap"} <= works else []
    print(f"\n  {'':30s}{'first result':>14s}{'empty child':>14s}{'submission':>14s}{'its CPU':>10s}   in ms")
    for level in levels:
        start, empty, _ = measure(level, [CellStep("cell-1", "")], RUNS)
        _, whole, used = measure(level, [*cells, *questions], RUNS)
        print(f"  {level:30s}{start:14.1f}{empty:14.2f}{whole:14.2f}{used:10.2f}")


if __name__ == "__main__":
    main()
