"""Whose fault it is: what others do to a process is not held against its code, what code does is no failure of ours."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from autograder.calls import Argument, Call
from autograder.errors import GraderFailure
from autograder.sandbox import CallResult, CallStep, CellResult, CellStep, Limits, Sandbox, Step, forkserver, layers
from autograder.sandbox.attempt import MAX_RECEIVED, MAX_STEP
from autograder.sandbox.supervisor import MAX_TAKEN

ISOLATION = "auto" if all(layer.works for layer in layers() if layer.name in ("landlock", "seccomp")) else "none"
LIMITS = Limits(step_seconds=1.0, total_seconds=60)
ASKED = Call((Argument("array", np.arange(3.0)),))
HONEST: list[Step] = [CellStep("cell-9", "def double(x):\n    return 2 * x"), CallStep("double", "double", (ASKED,))]
linux = pytest.mark.skipif(sys.platform != "linux", reason="reads /proc: run this test on Linux")


@pytest.fixture(scope="module")
def sandbox() -> Iterator[Sandbox]:
    with Sandbox(limits=LIMITS, isolation=ISOLATION) as place:  # type: ignore[arg-type]  # one of the three words
        yield place


def run(sandbox: Sandbox, source: str, *steps: Step) -> tuple[list[Any], float]:
    """Run a cell and more steps before honest ones, which must be answered; return the results of the former."""
    done = sandbox.run([CellStep("cell-1", source), *steps, *HONEST])
    *others, _, answer = done.results
    assert isinstance(answer, CallResult)
    assert answer.status == "ran", answer.detail
    assert answer.outcomes[0].values[0].data is not None
    assert answer.outcomes[0].values[0].data.tolist() == [0.0, 2.0, 4.0]
    return others, done.seconds


# ---- what others do --------------------------------------------------------------------------------------------------


def children_of(pid: int) -> list[int]:
    """Return the ids of a process's children, none if it has just ended."""
    try:
        return [int(one) for one in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]
    except OSError:
        return []


@linux
def test_a_child_that_is_killed_twice_at_the_same_step_costs_nothing_but_time() -> None:
    """A system short of memory may well choose the same code again."""
    killed: list[int] = []

    def kill(zygote: int) -> None:
        deadline = time.monotonic() + 30
        while len(killed) < 2 and time.monotonic() < deadline:
            for pid in set(children_of(zygote)) - set(killed):
                time.sleep(0.5)  # by now it sleeps in its cell
                os.kill(pid, signal.SIGKILL)
                killed.append(pid)
            time.sleep(0.01)

    with Sandbox(limits=Limits(step_seconds=10), isolation=ISOLATION) as sandbox:  # type: ignore[arg-type]  # one of the three words
        assert sandbox._server is not None
        killer = threading.Thread(target=kill, args=(zygote_below(sandbox._server._process.pid),))
        killer.start()
        (slept,), seconds = run(sandbox, "import time\ntime.sleep(2)")
        killer.join()
    assert slept.status == "ran"
    assert len(killed) == 2
    assert seconds > 3


@linux
def test_a_zygote_that_is_killed_while_it_starts_is_started_again(monkeypatch: pytest.MonkeyPatch) -> None:
    """At the same level: that somebody killed it does not mean that the level does not work."""
    with Sandbox(isolation=ISOLATION) as usual:  # type: ignore[arg-type]  # one of the three words
        level = usual.level
    started = killed_at_once(monkeypatch, times=2)
    with Sandbox(isolation=ISOLATION) as sandbox:  # type: ignore[arg-type]  # one of the three words
        assert (sandbox.level, sandbox.notes) == (level, ())
        run(sandbox, "1")
    assert len(started) == 3


@linux
def test_a_zygote_that_is_always_killed_while_it_starts_is_our_failure(monkeypatch: pytest.MonkeyPatch) -> None:
    killed_at_once(monkeypatch, times=99)
    with pytest.raises(GraderFailure, match="was killed while it started"):
        Sandbox(isolation=ISOLATION).wait()  # type: ignore[arg-type]  # one of the three words


def killed_at_once(monkeypatch: pytest.MonkeyPatch, times: int) -> list[int]:
    """Kill the first zygotes that are started from now on; return the list in which the ids of all will be."""
    started: list[int] = []
    begin = subprocess.Popen

    def popen(*arguments: Any, **options: Any) -> Any:
        process = begin(*arguments, **options)
        if "pass_fds" in options:
            started.append(process.pid)
            if len(started) <= times:
                os.kill(zygote_below(process.pid), signal.SIGKILL)
        return process

    monkeypatch.setattr(forkserver.subprocess, "Popen", popen)
    return started


def zygote_below(pid: int) -> int:
    """Return the process that runs the zygote, which is this one or, with bubblewrap, one below, when it is there."""
    deadline = time.monotonic() + 20
    while time.monotonic() < deadline:
        found = [pid]
        for one in found:
            command = Path(f"/proc/{one}/cmdline").read_bytes()
            if b"zygote.py" in command and b"bwrap" not in command:
                return one
            found += children_of(one)
    raise AssertionError("no zygote was started")


# ---- what the code does ----------------------------------------------------------------------------------------------

SEND = """
import json, os, struct
def send(header, body=b"", promised=0):
    text = json.dumps(header).encode()
    os.write(4, struct.pack("<4sIIQ", b"AFr1", 1, len(text), promised or len(body)) + text + body)
"""
CELL = {"status": "error", "display": "", "error": ["a", "b"], "traceback": [], "stdout": "", "stderr": ""}
WRONG = {
    "half an error": {**CELL, "error": ["a"]},
    "an error that is a text": {**CELL, "error": "ab"},
    "an error that is a number": {**CELL, "error": 1},
    "no status": {**CELL, "status": []},
    "figures that are none": {**CELL, "figures": {}},
    "no lines": {**CELL, "traceback": None},
}


@pytest.mark.parametrize("kind", WRONG)
def test_a_forged_answer_is_the_codes_own_end(sandbox: Sandbox, kind: str) -> None:
    (told,), _ = run(sandbox, f"{SEND}\nsend({{'step': 0, 'cell': {WRONG[kind]!r}}})\nos._exit(0)")
    assert told.status == "died"
    assert "interfered with the grader" in told.detail


@pytest.mark.parametrize("then", ["while True: pass", "os.kill(os.getpid(), 19)", "import time\ntime.sleep(1e6)"])
def test_code_that_closes_the_pipe_for_answers_and_goes_on_is_ended(sandbox: Sandbox, then: str) -> None:
    (told,), seconds = run(sandbox, f"import os\nos.close(4)\n{then}")
    assert told.status == "died"
    assert told.detail == "the code interfered with the grader: it closed the pipe for its answers"
    assert seconds < LIMITS.total_seconds / 2


@pytest.mark.parametrize("sent", ["b' '", "b''"])
def test_bytes_that_keep_coming_do_not_put_off_the_end_of_a_step(sandbox: Sandbox, sent: str) -> None:
    drip = f"send({{}}, b' ', promised=1 << 20)\nwhile True:\n    os.write(4, {sent})\n    time.sleep(0.01)"
    (told,), seconds = run(sandbox, f"{SEND}\nimport time\n{drip}")
    assert told.status == "timeout"
    assert seconds < LIMITS.total_seconds / 2


def test_answers_with_nothing_in_them_do_not_go_on_for_ever(sandbox: Sandbox) -> None:
    source = f"{SEND}\ndef f(x):\n    while True:\n        send({{'step': 1, 'outcomes': [], 'done': False}})"
    (_, told), seconds = run(sandbox, source.replace('b"AFr1", 1', 'b"AFr1", 2'), CallStep("f", "f", (ASKED,)))
    assert told.status == "died"
    assert told.detail.endswith("the answer holds nothing")
    assert seconds < LIMITS.total_seconds / 2


def test_a_function_that_answers_with_too_much_costs_itself(sandbox: Sandbox) -> None:
    """Its step ends; the others are asked all the same."""
    count = MAX_STEP // 1_000_000 + 1
    calls = CallStep("f", "f", (ASKED,) * count)
    (_, *told), _ = run(sandbox, "import numpy as np\ndef f(x):\n    return np.zeros(125_000)", calls, calls)
    assert [one.status for one in told] == ["died", "died"]
    assert all(one.detail == "the code returned or printed more than is taken, so it was ended" for one in told)
    assert all(len(one.outcomes) == 0 for one in told)


def test_a_submission_that_answers_with_too_much_again_and_again_is_asked_no_more(sandbox: Sandbox) -> None:
    count = MAX_STEP // 1_000_000 - 1
    calls = CallStep("f", "f", (ASKED,) * count)
    source = "import numpy as np\ndef f(x):\n    return np.zeros(125_000)"
    results = sandbox.run([CellStep("cell-1", source), *[calls] * 20, *HONEST]).results
    kept = sum(
        v.data.nbytes
        for one in results
        if isinstance(one, CallResult)
        for o in one.outcomes
        for v in o.values
        if v.data is not None
    )
    assert MAX_TAKEN / 2 < kept <= MAX_TAKEN + MAX_RECEIVED
    assert results[-1].status == "not_run"
    assert "too large" in results[-1].detail


@pytest.mark.parametrize("character", ["\U0001f600", "中", "a", "\ud800"])
def test_what_honest_code_prints_arrives_in_any_language(sandbox: Sandbox, character: str) -> None:
    source = f"import sys\nfor stream in sys.stdout, sys.stderr:\n    print({character!a} * 200_000, file=stream)"
    (told,), _ = run(sandbox, source)
    assert isinstance(told, CellResult)
    assert told.status == "ran", told.detail
    expected = "?" if character == "\ud800" else character
    assert told.stdout.startswith(expected * 128 * 1024)
    assert told.stderr == told.stdout


@pytest.mark.parametrize("character", ["\U0001f600", "\x01", "é", "\\"])
def test_a_long_source_arrives_whatever_its_characters_take(sandbox: Sandbox, character: str) -> None:
    """What a notebook may hold at most takes more than a child's answer may, once it is written as JSON."""
    length = 256_000 // len(character)
    (told,), _ = run(sandbox, f"len({character * length!r})" if character == "\\" else f"len('{character * length}')")
    assert isinstance(told, CellResult)
    assert (told.status, told.display) == ("ran", str(length)), told.detail
