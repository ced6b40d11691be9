"""Every attack in every layout: nothing gets through, honest work beside it is unharmed, and the attacks do bite.

Success of an attack is detected by planted tokens, changed files, visited sockets, dead or surviving processes, memory
and wall time, never by the absence of an exception.
"""

from __future__ import annotations

import contextlib
import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

from autograder.calls import Argument, Call
from autograder.sandbox import CallResult, CallStep, CellStep, Limits, Result, Sandbox, kernel, layers
from autograder.sandbox.isolation import BUBBLEWRAP, CONFINED, UNSANDBOXED
from tests.attacks.forge import FORGE
from tests.attacks.model import Attack, World, make_world
from tests.attacks.reach import REACH, READ, WRITE
from tests.attacks.stall import END, FLOOD, STALL

WORKS = {layer.name for layer in layers() if layer.works}
NEEDS = {BUBBLEWRAP: {"landlock", "seccomp", "bubblewrap"}, CONFINED: {"landlock", "seccomp"}, UNSANDBOXED: set()}
LIMITS = Limits(step_seconds=0.3, total_seconds=20)
WALL_SECONDS = 8.0
"""A run of three steps of 0.3 seconds, twice, with all the patience that a busy machine is given."""
SAMPLE = 6
"""`make test` runs every sixth attack, in the best layout; `make check` runs all in all layouts."""

OUTWARD = [*READ, *WRITE, *REACH]
ALL = [*OUTWARD, *END, *STALL, *FLOOD, *FORGE]
BEST = BUBBLEWRAP if "bubblewrap" in WORKS else CONFINED
QUESTION = Call((Argument("array", np.linspace(-2, 2, 5)),))
HONEST = CellStep("cell-honest", "import numpy as np\ndef relu(x):\n    return np.maximum(x, 0.0)")
ASK_HONEST = CallStep("relu", "relu", (QUESTION,))
ANSWER = [0.0, 0.0, 0.0, 1.0, 2.0]
SECRET_SLOPE = 1.7320508


def expected() -> np.ndarray:
    """What the forged function would have to return; its formula is known here alone."""
    return np.sinh(SECRET_SLOPE * np.linspace(-2, 2, 5)) + 0.25


def cases() -> list[object]:
    """Return one parameter per attack and layout; all but a sample are marked ``full``.

    Bubblewrap stands in the way of reading, writing and reaching; the other attacks need not be made without it too.
    """
    found: list[object] = []
    for level, pool in ((BUBBLEWRAP, ALL), (CONFINED, OUTWARD)):
        for i, attack in enumerate(pool):
            marks = [] if i % SAMPLE == 0 and level == BEST else [pytest.mark.full]
            found.append(pytest.param(level, attack, marks=marks, id=f"{level}-{attack.kind}-{attack.name}"))
    return found


@pytest.fixture(scope="module", autouse=True)
def _subreaper() -> Iterator[None]:
    """Adopt orphans: whatever an attack leaves running is then found below this process."""
    kernel.prctl(36, 1)
    yield
    kernel.prctl(36, 0)


@pytest.fixture(scope="module")
def world() -> Iterator[World]:
    with make_world() as found:
        os.environ["PLANTED"] = found.token
        yield found
        del os.environ["PLANTED"]


@pytest.fixture(scope="module")
def sandboxes(world: World) -> Iterator[dict[str, Sandbox]]:
    opened: dict[str, Sandbox] = {}
    yield opened
    for sandbox in opened.values():
        sandbox.close()


def at(level: str, sandboxes: dict[str, Sandbox]) -> Sandbox:
    """Return the sandbox of a level, or skip with the reason why this machine has none."""
    missing = NEEDS[level] - WORKS
    if missing:
        advice = "; ".join(f"{layer.name}: {layer.advice}" for layer in layers() if layer.name in missing)
        pytest.skip(f"{level} needs {', '.join(sorted(missing))} ({advice})")
    if level not in sandboxes:
        isolation = "none" if level == UNSANDBOXED else "auto"
        sandbox = Sandbox(isolation=isolation, limits=LIMITS)  # type: ignore[arg-type]  # one of the three words
        if level == CONFINED and sandbox.level != CONFINED:
            sandbox.close()
            sandbox._levels = [CONFINED]
            sandbox._start()
        assert sandbox.level == level
        sandboxes[level] = sandbox
    return sandboxes[level]


def answer(result: Result) -> object:
    assert isinstance(result, CallResult)
    data = result.outcomes[0].values[0].data if result.outcomes and result.outcomes[0].values else None
    return None if data is None else data.tolist()


@pytest.mark.parametrize(("level", "attack"), cases())
def test_nothing_gets_through(level: str, attack: Attack, world: World, sandboxes: dict[str, Sandbox]) -> None:
    sandbox = at(level, sandboxes)
    sandbox.run([HONEST])
    world.look()
    cell = CellStep("cell-2", attack.cell(world.facts))
    run = sandbox.run([HONEST, cell, CallStep("f", "f", (QUESTION,)), ASK_HONEST])
    assert world.breaches(run) == []
    assert run.seconds < WALL_SECONDS
    asked = run.results[2]
    assert isinstance(asked, CallResult)
    for outcome in asked.outcomes:
        for value in outcome.values:
            assert value.data is None or not np.array_equal(value.data, expected())
    if run.results[1].status in ("timeout", "died"):  # what ends or stalls the process costs other cells nothing
        assert answer(run.results[3]) == ANSWER
    beside = sandbox.run([HONEST, ASK_HONEST])
    assert answer(beside.results[1]) == ANSWER


@pytest.mark.parametrize("attack", [pytest.param(a, id=f"{a.kind}-{a.name}") for a in ALL if a.bites == "none"])
@pytest.mark.full
def test_the_attack_bites_where_nothing_isolates(attack: Attack, sandboxes: dict[str, Sandbox]) -> None:
    """The same cell, without isolation, is seen to succeed: so the suite can tell."""
    sandbox = at(UNSANDBOXED, sandboxes)
    with make_world() as fresh:
        sandbox.run([HONEST])
        fresh.look()
        run = sandbox.run([CellStep("cell-2", attack.cell(fresh.facts))])
        breaches: list[str] = []
        deadline = time.monotonic() + 2
        while not breaches and time.monotonic() < deadline:  # a signal, say, takes a moment to show
            breaches = fresh.breaches(run)
        for pid in fresh.survivors() if breaches else ():
            os.kill(pid, signal.SIGKILL)
            with contextlib.suppress(ChildProcessError):
                os.waitpid(pid, 0)
    assert breaches


NAIVE = Path(__file__).with_name("naive_grader.py")


@pytest.mark.parametrize("attack", [pytest.param(a, id=a.name) for a in FORGE if a.bites == "naive"])
@pytest.mark.full
def test_the_forgery_bites_where_the_grader_shares_the_process(attack: Attack) -> None:
    """A grader that compares in the student's process gives the forged function full marks."""
    done = subprocess.run([sys.executable, str(NAIVE)], input=attack.source, capture_output=True, text=True, check=True)
    assert json.loads(done.stdout.splitlines()[-1])["passed"], done.stdout


def test_a_naive_grader_tells_right_from_wrong() -> None:
    """The grader that the forgeries fool is not simply one that passes everything."""
    for source, passed in (
        ("import numpy as np\ndef f(x): return np.sinh(1.7320508 * x) + 0.25", True),
        ("def f(x): return x", False),
    ):
        done = subprocess.run([sys.executable, str(NAIVE)], input=source, capture_output=True, text=True, check=True)
        assert json.loads(done.stdout.splitlines()[-1])["passed"] is passed


def test_there_are_enough_attacks_and_no_two_have_the_same_name() -> None:
    names = [(attack.kind, attack.name) for attack in ALL]
    assert len(names) >= 60
    assert len(set(names)) == len(names)
