"""The layers of the sandbox: what each machine gets, what is refused with which words, and what outlives whom."""

from __future__ import annotations

import errno
import json
import os
import shutil
import signal
import struct
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest
from click.testing import CliRunner

from autograder.calls import Argument, Call
from autograder.cli import main
from autograder.course.gradebook import scores
from autograder.course.layout import open_course
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
from autograder.sandbox.seccomp import (
    ALLOW,
    ERRNO,
    JUMP,
    JUMP_EQUAL,
    JUMP_FROM,
    JUMP_SET,
    KILL,
    LOAD,
    RETURN,
    X32,
    Instruction,
    assemble,
)
from autograder.sandbox.syscalls import ARCHITECTURES
from tests.kernel_numbers import HEADERS, NUMBERS, from_header

ROOT = Path(__file__).parent.parent
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


@pytest.mark.parametrize(
    ("finding", "told"),
    [
        (None, "is off by a millionth: its answer was taken for right"),
        (object(), "returns twice the numbers: its answer was taken for wrong"),
    ],
)
def test_the_self_test_notices_a_grader_that_cannot_tell_right_from_wrong(
    finding: object, told: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("autograder.sandbox.selftest.judge", lambda *_: finding)
    with Sandbox(isolation="none") as sandbox, pytest.raises(IsolationError, match=f"{told}.*Nothing was graded"):
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
        Sandbox(isolation="strict").wait()
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
    with pytest.raises(IsolationError, match=r"landlock does not work .*docker run") as refused:
        Sandbox()
    told = str(refused.value)
    assert "in a container instead" not in told, "it may be one, and has the machine's kernel"
    assert "pass --isolation none" in told


def test_the_container_that_is_recommended_is_the_projects_own() -> None:
    """As its recipe says, and as the user whose course it is."""
    [recommended] = [
        line[2:].strip()
        for line in (ROOT / "Dockerfile").read_text("utf-8").splitlines()
        if " run " in line and line.startswith("#   ")
    ]
    assert recommended.replace("range", "ASSIGNMENT") == isolation.CONTAINER
    for page in ("README.md", "book/instructors.md"):
        assert recommended in (ROOT / page).read_text("utf-8"), page


# ---- an ordinary user ------------------------------------------------------------------------------------------------

as_root = pytest.mark.skipif(os.name != "posix" or os.geteuid() != 0, reason="needs root, to become an ordinary user")


@pytest.fixture(scope="module")
def home() -> Iterator[Path]:
    """A home directory of an ordinary user's, with a course and one submission in it."""
    with tempfile.TemporaryDirectory() as made:
        place = Path(made)
        course = place / "course"
        for folder in ("solutions", "exercises"):
            shutil.copytree(ROOT / folder / "range", course / folder / "range")
        shutil.copytree(ROOT / "exercises" / "range", course / "submitted" / "ada" / "range")
        shutil.copy(ROOT / "nbgrader_config.py", course)
        for path in (place, *place.rglob("*")):
            os.chown(path, NOBODY, NOBODY)
        yield place


NOBODY = 65534
USER = ["setpriv", f"--reuid={NOBODY}", f"--regid={NOBODY}", "--clear-groups"]


def ordinary(home: Path) -> tuple[list[str], dict[str, str]]:
    """Return how to start Python as an ordinary user, and the environment, or skip with the reason."""
    environment = {"HOME": str(home), "PATH": "/usr/bin:/bin", "PYTHONPATH": os.pathsep.join(filter(None, sys.path))}
    again = "import numpy, subprocess, sys; subprocess.run([sys.executable, '-c', ''], check=True)"
    for python in (runtime.interpreter(), "/usr/bin/python3"):
        if shutil.which("setpriv") and not run_as([*USER, python, "-c", again], environment).returncode:
            return [*USER, python], environment
    pytest.skip("needs setpriv (apt install util-linux) and a Python 3.11 outside root's home directory")


def run_as(command: list[str], environment: dict[str, str]) -> subprocess.CompletedProcess[str]:
    return subprocess.run(command, env=environment, capture_output=True, text=True, cwd="/", check=False)


@pytest.fixture
def no_namespaces() -> Iterator[list[str]]:
    """What to put before a command so that it runs where the system gives nobody user namespaces."""
    holder = subprocess.Popen(["unshare", "--user", "sleep", "1000"], stderr=subprocess.DEVNULL)
    try:
        deadline = time.monotonic() + 10
        theirs, ours = (Path(f"/proc/{pid}/ns/user") for pid in (holder.pid, "self"))
        while holder.poll() is None and theirs.readlink() == ours.readlink() and time.monotonic() < deadline:
            time.sleep(0.01)
        try:
            for kind in ("uid_map", "gid_map"):
                Path(f"/proc/{holder.pid}/{kind}").write_text("0 0 65536")
        except OSError as problem:
            pytest.skip(f"user namespaces cannot be switched off for a test here ({problem}): run it as root")
        switch = 'echo 0 > /proc/sys/user/max_user_namespaces && exec "$@"'
        yield ["nsenter", "--target", str(holder.pid), "--user", "sh", "-c", switch, "sh"]
    finally:
        holder.kill()
        holder.wait()


SELF_TEST = """
from autograder.errors import IsolationError
from autograder.sandbox import Sandbox, self_test
with Sandbox() as sandbox:
    self_test(sandbox)
    print(sandbox.level)
try:
    with Sandbox(isolation="strict"):
        print("strict")
except IsolationError as problem:
    print(problem)
"""


@needs_confinement
@as_root
def test_an_ordinary_user_gets_the_same(home: Path) -> None:
    python, environment = ordinary(home)
    level, strict = run_as([*python, "-c", SELF_TEST], environment).stdout.splitlines()
    assert level == (BUBBLEWRAP if "bubblewrap" in WORKS else CONFINED)
    assert strict == "strict" if "bubblewrap" in WORKS else "bubblewrap" in strict


@needs_confinement
@as_root
def test_where_user_namespaces_are_off_the_doctor_says_so_and_grading_works(
    home: Path, no_namespaces: list[str]
) -> None:
    """The system itself refuses them to an ordinary user."""
    if "bubblewrap" not in WORKS:
        pytest.skip("needs bubblewrap, to see it fail: apt install bubblewrap")
    python, environment = ordinary(home)
    python = [*no_namespaces, *python]
    level, strict = run_as([*python, "-c", SELF_TEST], environment).stdout.splitlines()
    assert level == CONFINED
    assert "bwrap" in strict
    doctor = run_as([*python, "-m", "autograder", "doctor"], environment)
    assert doctor.returncode == 0
    assert "works   landlock" in doctor.stdout
    assert "absent  bubblewrap: bwrap: " in doctor.stdout
    assert "sysctl -w kernel.unprivileged_userns_clone=1" in doctor.stdout


@needs_confinement
@as_root
def test_root_needs_no_user_namespaces(no_namespaces: list[str]) -> None:
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    level, strict = run_as([*no_namespaces, sys.executable, "-c", SELF_TEST], environment).stdout.splitlines()
    assert level == (BUBBLEWRAP if "bubblewrap" in WORKS else CONFINED)
    assert strict == "strict" if "bubblewrap" in WORKS else "bubblewrap" in strict


@needs_confinement
@as_root
@pytest.mark.full
def test_an_ordinary_user_grades_with_user_namespaces_on_and_off(home: Path, no_namespaces: list[str]) -> None:
    """As root does; only here are the packages of a whole assignment prepared in a new home."""
    python, environment = ordinary(home)
    assert graded_as(python, environment, home) == (BUBBLEWRAP if "bubblewrap" in WORKS else CONFINED)
    python = [*no_namespaces, *python]
    assert graded_as(python, environment, home) == CONFINED
    strict = run_as(grading(python, home, "--isolation", "strict"), environment)
    assert (strict.returncode, strict.stdout.count('"event": "graded"')) == (1, 0)
    assert "bwrap" in strict.stderr
    assert strict.stderr.count("\n") == 1


@needs_confinement
@as_root
def test_what_an_ordinary_user_may_not_read_is_told_in_a_sentence_each(home: Path) -> None:
    """A closed file, a closed folder and a closed folder above it; the student beside them has a grade."""
    python, environment = ordinary(home)
    course = Path(tempfile.mkdtemp(dir=home)) / "course"
    shutil.copytree(home / "course", course, ignore=shutil.ignore_patterns("results", "autograded", "gradebook.db"))
    for student, closed in {"bea": "range/range.ipynb", "cid": "range", "dan": "."}.items():
        shutil.copytree(course / "submitted/ada", course / "submitted" / student)
        (course / "submitted" / student / closed).chmod(0)
    for path in (course.parent, course, *course.rglob("*")):
        os.chown(path, NOBODY, NOBODY)
    done = run_as([*grading(python, course.parent), "--isolation", "auto"], environment)
    assert done.returncode == 0, done.stderr
    *events, end = map(json.loads, done.stdout.splitlines())
    told = {event["student"]: event["result"] for event in events if "student" in event}
    assert {student: result["status"] for student, result in told.items()} == {
        "ada": "graded",
        "bea": "unreadable",
        "cid": "unreadable",
    }
    assert {told[student]["notes"][0] for student in ("bea", "cid")} == {
        "range.ipynb cannot be read: Permission denied."
    }
    assert [line for line in end["set_aside"] if "dan" in line and "Give yourself permission" in line]


def grading(python: list[str], home: Path, *options: str) -> list[str]:
    """Return the command that grades the course in an ordinary user's home."""
    command = ["-m", "autograder", "grade", "range", "--seed", "1", "--jobs", "1", "--json", "--force"]
    return [*python, *command, "--course", str(home / "course"), *options]


def graded_as(python: list[str], environment: dict[str, str], home: Path) -> str:
    """Grade the course and return the isolation that its one submission had."""
    done = run_as(grading(python, home), environment)
    assert done.returncode == 0, done.stderr
    (graded,) = [event for event in map(json.loads, done.stdout.splitlines()) if event["event"] == "graded"]
    return str(graded["result"]["isolation"])


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


@pytest.mark.parametrize("name", sorted(NUMBERS))
def test_every_number_is_the_kernels(name: str) -> None:
    """A wrong number would allow another call.  The aarch64 table is experimental: no test here runs on one."""
    table = ARCHITECTURES[name]
    ours = table.allowed | table.checked | table.deadly
    assert ours == {call: NUMBERS[name][call] for call in ours}
    assert table.experimental == (name == "aarch64")


@pytest.mark.parametrize("name", sorted(NUMBERS))
def test_the_numbers_we_compare_with_are_those_of_the_installed_header(name: str) -> None:
    path = Path(HEADERS[name])
    if not path.is_file():
        pytest.skip(f"{path} is not installed (Debian: apt install linux-libc-dev)")
    header = from_header(path)
    assert NUMBERS[name] == {call: header[call] for call in NUMBERS[name]}


def judged(program: list[Instruction], number: int, *arguments: int, audit: int) -> int:
    """Run a filter as the kernel does: load a word of the call's description, jump or return."""
    description = struct.pack("=iIQ6Q", number, audit, 0, *arguments, *[0] * (6 - len(arguments)))
    at = loaded = 0
    while True:
        code, on_true, on_false, operand = program[at]
        if code == RETURN:
            return operand
        if code == LOAD:
            (loaded,) = struct.unpack_from("=I", description, operand)
            at += 1
        elif code == JUMP:
            at += 1 + operand
        else:
            holds = {JUMP_EQUAL: loaded == operand, JUMP_FROM: loaded >= operand, JUMP_SET: bool(loaded & operand)}
            at += 1 + (on_true if holds[code] else on_false)


@pytest.mark.parametrize("name", sorted(NUMBERS))
def test_the_assembled_filter_judges_each_call_as_the_table_says(name: str) -> None:
    table, pid = ARCHITECTURES[name], 4711
    program = assemble(table, pid)

    def verdict(call: str, *arguments: int) -> int:
        return judged(program, NUMBERS[name][call], *arguments, audit=table.audit)

    assert {verdict(call) for call in table.allowed} == {ALLOW}
    assert {verdict(call) for call in table.deadly} == {KILL}
    known = {*table.allowed.values(), *table.checked.values(), *table.deadly.values()}
    others = {judged(program, number, audit=table.audit) for number in range(600) if number not in known}
    assert others == {ERRNO | errno.EPERM}
    other = next(one.audit for one in ARCHITECTURES.values() if one.audit != table.audit)
    assert judged(program, NUMBERS[name]["read"], audit=other) == KILL
    assert judged(program, NUMBERS[name]["read"] | X32, audit=table.audit) == KILL
    assert verdict("openat", 0, 0, os.O_RDONLY) == ALLOW
    for flags in (os.O_WRONLY, os.O_RDWR, os.O_CREAT, os.O_TRUNC, os.O_RDONLY | os.O_TMPFILE):
        assert verdict("openat", 0, 0, flags) == ERRNO | errno.EROFS
    for call in ("kill", "tkill", "tgkill"):
        assert verdict(call, pid) == ALLOW
        assert {verdict(call, whom) for whom in (1, 0, pid + 1, 2**32 - 1)} == {ERRNO | errno.EPERM}
    assert verdict("fcntl", 0, 3) == ALLOW
    assert {verdict("fcntl", 0, what) for what in (8, 10, 1024, 1033)} == {ERRNO | errno.EPERM}
    assert verdict("prlimit64", 0, 7, 0) == ALLOW
    assert {verdict("prlimit64", 0, 7, new) for new in (1, 1 << 32)} == {ERRNO | errno.EPERM}
    assert (verdict("clone"), verdict("clone3")) == (ERRNO | errno.EAGAIN, ERRNO | errno.ENOSYS)


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
        f"sandbox = Sandbox(isolation={how!r})\nsandbox.wait()\nprint(sandbox._server._process.pid, flush=True)\n"
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
    break_layer(layer, tmp_path / "broken", monkeypatch)
    with pytest.raises(IsolationError, match=f"{layer} could not be set up"), Sandbox() as sandbox:
        sandbox.run(STEPS)


def break_layer(layer: str, broken: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Let the zygote start from files in which one layer fails."""
    name, before, after = BREAK[layer]
    shutil.copytree(runtime.child_directory(), broken)
    path = broken / "autograder" / "sandbox" / name
    path.chmod(0o644)
    text = path.read_text()
    assert text.count(before) == 1
    path.write_text(text.replace(before, after))
    monkeypatch.setattr(runtime, "child_directory", lambda: broken)


@needs_confinement
@as_root
@pytest.mark.parametrize("layer", ["seccomp", "landlock"])
def test_a_layer_that_cannot_be_set_up_gives_nobody_a_grade(
    layer: str, home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    break_layer(layer, tmp_path / "broken", monkeypatch)
    shutil.copytree(home / "course", tmp_path / "course", ignore=shutil.ignore_patterns("results", "gradebook.db"))
    told = CliRunner().invoke(main, ["grade", "range", "--jobs", "1", "--course", str(tmp_path / "course")])
    assert told.exit_code == 1
    assert f"{layer} could not be set up" in told.stderr
    assert told.stderr.count("\n") == 1
    assert not list(tmp_path.glob("course/results/*/*/result.json"))
    assert [row.cells for row in scores(open_course(tmp_path / "course"), "range")] == []


ABSENT = {
    "landlock": ("autograder.sandbox.landlock.version", 0, "add landlock to the kernel's lsm= list"),
    "seccomp": ("autograder.sandbox.seccomp.architecture", None, "grade on x86-64"),
    "bubblewrap": ("autograder.sandbox.isolation.shutil.which", None, "apt install bubblewrap"),
}
"""What answers differently where a layer is absent, and what to do about it."""


@needs_confinement
@pytest.mark.parametrize("layer", sorted(ABSENT))
def test_the_doctor_says_what_to_do_about_each_absent_layer(layer: str, monkeypatch: pytest.MonkeyPatch) -> None:
    place, value, advice = ABSENT[layer]
    monkeypatch.setattr(place, lambda *_: value)
    told = CliRunner().invoke(main, ["doctor"])
    assert told.exit_code == 0
    line, then = next(pair for pair in pairwise(told.output.splitlines()) if layer in pair[0])
    assert line.startswith(f"absent  {layer}: ")
    assert advice in then


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


def test_packages_prepared_in_an_image_are_known_where_times_are_whole_seconds(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What was installed within a second is the same to us: an image that was pulled has lost the rest of its times."""
    (tmp_path / "thing-1.0.dist-info").mkdir()
    monkeypatch.setattr(sys, "path", [str(tmp_path)])
    os.utime(tmp_path, ns=(0, 7_900_000_000))
    prepared = runtime._surroundings()
    os.utime(tmp_path, ns=(0, 7_000_000_000))
    assert runtime._surroundings() == prepared
    os.utime(tmp_path, ns=(0, 8_000_000_000))
    assert runtime._surroundings() != prepared


def test_a_private_directory_that_is_no_longer_used_goes_when_another_is_built(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    monkeypatch.setattr(runtime, "_compile", lambda directory: None)
    ours = runtime.child_directory()
    long_ago = time.time() - 86_400 * (runtime.UNUSED_DAYS + 1)
    os.utime(ours, (long_ago, long_ago))
    assert runtime.child_directory() == ours, "what is used is kept, however old"
    os.utime(ours, (long_ago, long_ago))
    recent = runtime.cache_root() / "child-recent"
    recent.mkdir()
    runtime.packages_directory(("click",))
    assert not ours.exists()
    assert recent.is_dir()
    assert runtime.child_directory() == ours, "and made again when it is asked for"
