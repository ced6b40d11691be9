"""The layers of the sandbox: what each machine gets, what is refused with which words, and what outlives whom."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
import tempfile
import threading
import time
from pathlib import Path

import numpy as np
import pytest

from autograder.calls import Argument, Call
from autograder.errors import GraderFailure, IsolationError
from autograder.sandbox import (
    CallResult,
    CallStep,
    CellStep,
    Limits,
    Sandbox,
    isolation,
    layers,
    probe,
    runtime,
    self_test,
)
from autograder.sandbox.isolation import BUBBLEWRAP, CONFINED, UNSANDBOXED
from autograder.sandbox.seccomp import LOAD, RETURN, assemble
from autograder.sandbox.syscalls import ARCHITECTURES

WORKS = {layer.name for layer in layers() if layer.works}
CONFINES = {"landlock", "seccomp"} <= WORKS
needs_confinement = pytest.mark.skipif(
    not CONFINES, reason="needs Linux with Landlock and seccomp: see autograder doctor"
)
STEPS = [
    CellStep("cell-1", "def double(x):\n    return 2 * x"),
    CallStep("double", "double", (Call((Argument("array", np.arange(3.0)),)),)),
]


def answered(sandbox: Sandbox) -> object:
    result = sandbox.run(STEPS).results[1]
    assert isinstance(result, CallResult)
    data = result.outcomes[0].values[0].data
    assert data is not None
    return data.tolist()


def without_bubblewrap(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(isolation.shutil, "which", lambda name: None)


# ---- levels ----------------------------------------------------------------------------------------------------------


def test_without_isolation_code_runs_and_the_level_says_so() -> None:
    with Sandbox(isolation="none") as sandbox:
        assert sandbox.run(STEPS).isolation == UNSANDBOXED
        assert answered(sandbox) == [0.0, 2.0, 4.0]
        self_test(sandbox)


@needs_confinement
def test_every_probe_fails_in_every_layout(monkeypatch: pytest.MonkeyPatch) -> None:
    with Sandbox() as sandbox:
        assert sandbox.level == (BUBBLEWRAP if "bubblewrap" in WORKS else CONFINED)
        assert [found for found in probe(sandbox) if not found.held] == []
    without_bubblewrap(monkeypatch)
    with Sandbox() as sandbox:
        assert sandbox.level == CONFINED
        assert [found for found in probe(sandbox) if not found.held] == []
        self_test(sandbox)


@needs_confinement
def test_the_probes_notice_an_open_sandbox() -> None:
    """A sandbox that claims a level it has not is found out before anything is graded."""
    with Sandbox(isolation="none") as sandbox:
        sandbox.level = CONFINED
        with pytest.raises(IsolationError, match=r"reads a file by its path.*Nothing was graded"):
            self_test(sandbox)


@needs_confinement
def test_a_bubblewrap_that_does_not_work_is_noted_and_done_without(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    broken = tmp_path / "bwrap"
    broken.write_text("#!/bin/sh\necho 'No permissions to create new namespace' >&2\nexit 1\n")
    broken.chmod(0o755)
    monkeypatch.setenv("PATH", f"{tmp_path}:{os.environ['PATH']}")
    with Sandbox() as sandbox:
        run = sandbox.run(STEPS)
        assert run.isolation == CONFINED
        assert "No permissions to create new namespace" in run.notes[0]
    with pytest.raises(IsolationError, match="No permissions"):
        Sandbox(isolation="strict")
    assert "user namespaces" in next(layer.advice for layer in layers() if layer.name == "bubblewrap")


@needs_confinement
def test_strict_needs_bubblewrap(monkeypatch: pytest.MonkeyPatch) -> None:
    without_bubblewrap(monkeypatch)
    with pytest.raises(IsolationError, match="apt install bubblewrap"):
        Sandbox(isolation="strict")


@pytest.mark.parametrize("platform", ["darwin", "win32"])
def test_other_systems_are_refused_with_a_container_command(platform: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "platform", platform)
    with pytest.raises(IsolationError, match=r"docker run .*--isolation none"):
        Sandbox()
    assert "docker run" in layers()[0].advice


def test_the_package_can_be_imported_where_the_sandbox_cannot_run() -> None:
    """On a system without the Unix modules the refusal is a sentence, not an ImportError."""
    script = (
        "import sys\nfor name in ('resource', 'fcntl', 'pwd', 'termios'):\n    sys.modules[name] = None\n"
        "import autograder.sandbox\nsys.platform = 'win32'\n"
        "try:\n    autograder.sandbox.Sandbox()\n"
        "except autograder.sandbox.isolation.IsolationError as e:\n    print(e)\n"
    )
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    assert "docker run" in done.stdout


def test_a_kernel_without_landlock_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    if sys.platform != "linux":
        pytest.skip("about Linux kernels")
    monkeypatch.setattr("autograder.sandbox.landlock.version", lambda: 0)
    with pytest.raises(IsolationError, match=r"landlock does not work .*docker run"):
        Sandbox()


@needs_confinement
@pytest.mark.skipif(os.name != "posix" or os.geteuid() != 0, reason="needs root, to become an ordinary user")
def test_an_ordinary_user_gets_the_same() -> None:
    again = "import numpy, subprocess, sys; subprocess.run([sys.executable, '-c', ''], check=True)"
    script = (
        "from autograder.sandbox import Sandbox, isolation, self_test\n"
        "for _ in range(2):\n"
        "    with Sandbox() as sandbox:\n"
        "        self_test(sandbox)\n"
        "        print(sandbox.level)\n"
        "    isolation.shutil.which = lambda name: None\n"
    )
    with tempfile.TemporaryDirectory() as home:
        Path(home).chmod(0o777)
        environment = {"HOME": home, "PATH": "/usr/bin:/bin", "PYTHONPATH": os.pathsep.join(filter(None, sys.path))}
        for python in (runtime.interpreter(), "/usr/bin/python3"):
            user = ["setpriv", "--reuid=65534", "--regid=65534", "--clear-groups", python]
            if shutil.which("setpriv") and not run_as([*user, "-c", again], environment).returncode:
                break
        else:
            pytest.skip("needs setpriv (apt install util-linux) and a Python 3.11 outside root's home directory")
        done = run_as([*user, "-c", script], environment)
    assert done.stdout.split() == [BUBBLEWRAP if "bubblewrap" in WORKS else CONFINED, CONFINED], done.stderr


def run_as(command: list[str], environment: dict[str, str]) -> subprocess.CompletedProcess[str]:
    return subprocess.run(command, env=environment, capture_output=True, text=True, cwd="/", check=False)


# ---- the filter ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["x86_64", "aarch64"])
def test_the_filter_decides_every_call_once_and_denies_by_default(name: str) -> None:
    table = ARCHITECTURES[name]
    numbers = [*table.allowed.values(), *table.checked.values(), *table.deadly.values()]
    assert len(numbers) == len(set(numbers))
    program = assemble(table, 4711)
    assert len(program) < 4096
    assert all(on_true < 256 and on_false < 256 for _, on_true, on_false, _ in program)
    assert program[-1][0] == RETURN
    assert program[0][0] == LOAD
    for forbidden in ("ptrace", "bpf", "mount", "io_uring_setup", "process_vm_readv", "unshare", "setns"):
        assert forbidden in table.deadly
    for dangerous in ("execve", "socket", "connect", "memfd_create", "prctl", "shmget", "pidfd_open", "chmod"):
        assert dangerous not in table.allowed | table.checked


# ---- lives and deaths ------------------------------------------------------------------------------------------------


def alive(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] not in "ZX"
    except OSError:
        return False


@pytest.mark.skipif(sys.platform != "linux", reason="looks into /proc, which only Linux has")
@pytest.mark.parametrize("how", ["auto" if CONFINES else "none", "none"])
def test_nothing_outlives_a_killed_grader(how: str) -> None:
    """`kill -9` of the parent while a child loops ends the zygote and the child too."""
    script = (
        "import sys\nfrom autograder.sandbox import *\n"
        f"sandbox = Sandbox(isolation={how!r})\nprint(sandbox._server._process.pid, flush=True)\n"
        "sandbox.run([CellStep('cell-1', 'while True: pass')])\n"
    )
    parent = subprocess.Popen([sys.executable, "-c", script], stdout=subprocess.PIPE)
    assert parent.stdout is not None
    zygote = int(parent.stdout.readline())
    time.sleep(0.5)
    parent.send_signal(signal.SIGKILL)
    parent.wait()
    parent.stdout.close()
    deadline = time.monotonic() + 10
    while alive(zygote) and time.monotonic() < deadline:
        time.sleep(0.05)
    assert not alive(zygote)


@pytest.mark.skipif(sys.platform != "linux", reason="a lost zygote takes its child along on Linux only")
def test_a_zygote_lost_in_the_middle_costs_nothing_but_time() -> None:
    with Sandbox(isolation="none") as sandbox:
        assert sandbox._server is not None
        lost = sandbox._server._process
        killer = threading.Timer(0.4, lost.kill)
        killer.start()
        run = sandbox.run([CellStep("cell-1", "import time\ntime.sleep(0.8)"), *STEPS])
        killer.join()
        assert sandbox._server._process is not lost
    assert [result.status for result in run.results] == ["ran"] * 3


@pytest.mark.skipif(sys.platform != "linux", reason="looks into /proc, which only Linux has")
@pytest.mark.parametrize("how", ["auto" if CONFINES else "none", "none"])
def test_a_child_that_somebody_else_kills_costs_nothing_but_time(how: str) -> None:
    """What a person or the system does to a process is not held against the student whose code ran in it."""
    wait = CellStep("cell-1", "import time\ntime.sleep(0.5)")
    with Sandbox(isolation=how) as sandbox:  # type: ignore[arg-type]  # one of the three words
        killers = [threading.Timer(at, kill_child, [sandbox]) for at in (0.2, 0.9)]
        for killer in killers:
            killer.start()
        run = sandbox.run([wait, STEPS[0], wait, STEPS[1]])
        for killer in killers:
            killer.join()
    assert [result.status for result in run.results] == ["ran"] * 4
    assert run.seconds > 1.2, "nobody was killed"


def kill_child(sandbox: Sandbox) -> None:
    """Kill the process in which the student's code runs."""
    assert sandbox._server is not None
    found = [sandbox._server._process.pid]
    for pid in found:
        children = Path(f"/proc/{pid}/task/{pid}/children").read_text()
        found += map(int, children.split())
    os.kill(found[-1], signal.SIGKILL)


def test_code_that_kills_itself_does_so_again_and_is_believed() -> None:
    with Sandbox(isolation="auto" if CONFINES else "none") as sandbox:
        kill = CellStep("cell-1", "import os\nos.kill(os.getpid(), 9)")
        assert [result.status for result in sandbox.run([kill, *STEPS]).results] == ["died", "ran", "ran"]


BREAK = {
    "seccomp": ("seccomp.py", "MODE_FILTER, ctypes", "99, ctypes"),
    "landlock": ("landlock.py", "abi < 1", "abi < 1000"),
    "capabilities": ("kernel.py", "_libc.capset(header, nothing) != 0", "_libc.capset(None, nothing) != 0"),
    "resource limits": ("child.py", "(wanted, wanted)", "(wanted, wanted - 1)"),
    "no-new-privileges": ("kernel.py", "prctl(PR_SET_NO_NEW_PRIVS, 1)", "prctl(PR_SET_NO_NEW_PRIVS, 7)"),
    "process attributes": ("kernel.py", "prctl(PR_SET_DUMPABLE, 0)", "prctl(PR_SET_DUMPABLE, 7)"),
}
"""A change for the worse in a file of the child's, for each layer."""


@needs_confinement
@pytest.mark.parametrize("layer", sorted(BREAK))
def test_a_layer_that_cannot_be_set_up_is_our_failure_by_its_name(
    layer: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    name, before, after = BREAK[layer]
    broken = tmp_path / "broken"
    shutil.copytree(runtime.child_directory(), broken)
    path = broken / "autograder" / "sandbox" / name
    path.chmod(0o644)
    text = path.read_text()
    assert text.count(before) == 1
    path.write_text(text.replace(before, after))
    monkeypatch.setattr(runtime, "child_directory", lambda: broken)
    with pytest.raises(IsolationError, match=f"{layer} could not be set up"), Sandbox() as sandbox:
        sandbox.run(STEPS)


def test_closing_leaves_no_process_and_no_descriptor() -> None:
    descriptors = len(os.listdir("/dev/fd"))
    with Sandbox(isolation="auto" if CONFINES else "none", limits=Limits(step_seconds=0.2)) as sandbox:
        assert sandbox._server is not None
        process = sandbox._server._process
        sandbox.run([*STEPS, CellStep("cell-2", "while True: pass"), CellStep("cell-3", "import os; os._exit(1)")])
    assert process.poll() is not None
    assert len(os.listdir("/dev/fd")) == descriptors


def test_several_sandboxes_work_side_by_side() -> None:
    answers: list[object] = []

    def work() -> None:
        with Sandbox(isolation="auto" if CONFINES else "none") as sandbox:
            answers.extend(answered(sandbox) for _ in range(5))

    threads = [threading.Thread(target=work) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert answers == [[0.0, 2.0, 4.0]] * 15


# ---- the private directories -----------------------------------------------------------------------------------------


def test_a_cache_that_cannot_be_written_is_our_failure_with_a_sentence(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    blocked = tmp_path / "file"
    blocked.write_text("")
    monkeypatch.setenv("XDG_CACHE_HOME", str(blocked))
    with pytest.raises(GraderFailure, match="set XDG_CACHE_HOME"):
        runtime.child_directory()


def test_the_private_directories_hold_only_what_was_asked_for(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    monkeypatch.setattr(runtime, "_compile", lambda directory: None)
    packages = runtime.packages_directory(("numpy",))
    assert (packages / "numpy" / "__init__.py").is_file()
    assert {p.name for p in packages.iterdir() if not p.name.startswith("numpy")} == set()
    ours = runtime.child_directory()
    assert {str(p.relative_to(ours / "autograder")) for p in ours.rglob("*.py")} == {
        *runtime.CHILD_FILES,
        "__init__.py",
        "sandbox/__init__.py",
    }
    assert runtime.packages_directory(("numpy",)) == packages
