"""Which isolation can be had on this machine, how the zygote is started with it, and what to do where it is missing."""

from __future__ import annotations

import os
import platform
import shutil
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from autograder.errors import IsolationError, UsageError
from autograder.sandbox import runtime
from autograder.sandbox.forkserver import ENVIRONMENT

Isolation = Literal["auto", "strict", "none"]

BUBBLEWRAP, CONFINED, UNSANDBOXED = "bubblewrap+landlock+seccomp", "landlock+seccomp", "unsandboxed"
"""The levels, best first: what is stored with each grade."""

CONTAINER = 'docker run --rm --user "$(id -u):$(id -g)" -v "$PWD":/course autograder grade ASSIGNMENT'
"""The project's own image at work; its Dockerfile says how it is built."""
LOADERS = ("/lib64/ld-linux-x86-64.so.2", "/lib/ld-linux-aarch64.so.1")
PROBE_SECONDS = 10


@dataclass(frozen=True)
class Layer:
    """One layer of the sandbox: whether it works here, what was found, and what to do if it does not."""

    name: str
    works: bool
    detail: str
    advice: str = ""


ANOTHER_SYSTEM = (
    f"Grade in a container instead ({CONTAINER}), or, if you trust every submission, pass --isolation none."
)
ANOTHER_KERNEL = (  # a container has the kernel of its machine, and we may be in one
    "Grade on another machine, or, if you trust every submission with the course's folder, pass --isolation none; "
    f"a container keeps the rest of the machine out of reach ({CONTAINER} --isolation none)."
)


def refuse(reason: str, instead: str) -> IsolationError:
    """Return the error that says why student code cannot be isolated here, and what to do instead."""
    return IsolationError(f"Student code cannot be isolated on this machine: {reason}. {instead}")


def _landlock() -> Layer:
    """Probe Landlock."""
    from autograder.sandbox import landlock

    version = landlock.version()
    if version:
        return Layer("landlock", True, f"version {version} of the kernel's interface")
    return Layer(
        "landlock",
        False,
        f"kernel {platform.release()} has no Landlock, it is switched off, or a container's rules forbid it",
        "use Linux 5.13 or newer and add landlock to the kernel's lsm= list (cat /sys/kernel/security/lsm shows it)",
    )


def _seccomp() -> Layer:
    """Probe seccomp filters: the kernel answers a null filter with EFAULT if it knows them."""
    from autograder.sandbox import kernel, seccomp

    table = seccomp.architecture()
    if table is None:
        advice = "grade on x86-64 (aarch64 is experimental)"
        return Layer("seccomp", False, f"there is no system-call table for {platform.machine()}", advice)
    try:
        kernel.prctl(seccomp.PR_SET_SECCOMP, seccomp.MODE_FILTER, 0)
    except OSError as problem:
        if problem.errno == 14:  # EFAULT
            note = "experimental on this architecture" if table.experimental else "allow-list of system calls"
            return Layer("seccomp", True, note)
    return Layer("seccomp", False, "the kernel refuses filters", "use a kernel built with CONFIG_SECCOMP_FILTER")


def _bubblewrap() -> Layer:
    """Probe bubblewrap by starting the interpreter in it."""
    if shutil.which("bwrap") is None:
        return Layer("bubblewrap", False, "bwrap is not installed", "apt install bubblewrap (or your system's package)")
    try:
        command = [*bubblewrap(()), runtime.interpreter(), "-I", "-S", "-c", "pass"]
        done = subprocess.run(command, env=ENVIRONMENT, capture_output=True, timeout=PROBE_SECONDS, check=False)
        said = done.stderr.decode("utf-8", "replace").strip().splitlines()
        if done.returncode == 0:
            return Layer("bubblewrap", True, "own process, user, mount and network namespaces")
    except (OSError, subprocess.TimeoutExpired) as problem:
        said = [str(problem)]
    advice = (
        "user namespaces may be switched off: sysctl -w kernel.unprivileged_userns_clone=1 (Debian), "
        "kernel.apparmor_restrict_unprivileged_userns=0 (Ubuntu), user.max_user_namespaces=10000 (Red Hat); "
        "a container's rules may forbid them too; grading works without"
    )
    return Layer("bubblewrap", False, said[-1][:300] if said else "bwrap ends without a word", advice)


def layers() -> tuple[Layer, ...]:
    """Probe each layer on this machine; never raises on account of a missing one."""
    if sys.platform != "linux":
        advice = f"grade in a container: {CONTAINER}"
        return (Layer("linux", False, f"this is {platform.system()}; student code is isolated on Linux only", advice),)
    pidfd = hasattr(os, "pidfd_open")
    return (
        Layer("linux", True, f"kernel {platform.release()} on {platform.machine()}"),
        Layer("pidfd", pidfd, "safe killing of children", "" if pidfd else "use Linux 5.3 or newer"),
        _landlock(),
        _seccomp(),
        _bubblewrap(),
    )


def _bindings(readable: Sequence[str]) -> list[str]:
    """Return bubblewrap's options that make files appear: interpreter, libraries, standard library, ``readable``."""
    options: list[str] = []
    for link in ("/lib", "/lib64"):
        if os.path.islink(link):
            options += ["--symlink", os.readlink(link), link]
    for loader in filter(os.path.exists, LOADERS):
        place = os.path.join(os.path.realpath(os.path.dirname(loader)), os.path.basename(loader))
        options += ["--ro-bind", os.path.realpath(loader), place]
    modules, _ = runtime.standard_library()
    for path in (runtime.interpreter(), modules, *runtime.shared_libraries(), *readable):
        options += ["--ro-bind", path, path]
    for settings in (os.path.join(path, runtime.MATPLOTLIB_SETTINGS) for path in readable):
        if os.path.isdir(settings):  # matplotlib insists on a directory that it could write to
            files = [os.path.join(settings, name) for name in os.listdir(settings)]
            options += ["--tmpfs", settings, *(word for file in files for word in ("--ro-bind", file, file))]
    for name in runtime.OTHER_PEOPLES:
        if os.path.isdir(os.path.join(modules, name)):
            options += ["--tmpfs", os.path.join(modules, name)]
    for path in runtime.SYSTEM_FILES:
        if os.path.exists(path):
            options += ["--dev-bind" if path.startswith("/dev/") else "--ro-bind", path, path]
    return options


def bubblewrap(readable: Sequence[str]) -> list[str]:
    """Return the command prefix that starts a program in fresh namespaces in which only ``readable`` exists."""
    return [
        shutil.which("bwrap") or "bwrap",
        "--unshare-all",
        "--cap-drop",
        "ALL",
        *_bindings(readable),
        "--chdir",
        "/",
        "--remount-ro",
        "/",
        "--",
    ]


def candidates(isolation: Isolation) -> list[str]:
    """Return the levels to try, best first.

    Raises
    ------
    IsolationError
        This system cannot isolate, or not as strictly as was asked.
    UsageError
        The isolation has another name.
    """
    if isolation == "none":
        if os.name != "posix":
            raise IsolationError(f"Student code cannot run on {platform.system()}: grade in a container ({CONTAINER}).")
        return [UNSANDBOXED]
    if isolation not in ("auto", "strict"):
        raise UsageError(f"There is no isolation called {isolation!r}: choose auto, strict or none.")
    if sys.platform != "linux":
        raise refuse(f"it runs {platform.system()}, and the sandbox needs Linux", ANOTHER_SYSTEM)
    for layer in (_landlock(), _seccomp()):
        if not layer.works:
            raise refuse(f"{layer.name} does not work ({layer.detail}; {layer.advice})", ANOTHER_KERNEL)
    if shutil.which("bwrap") is not None:
        return [BUBBLEWRAP] if isolation == "strict" else [BUBBLEWRAP, CONFINED]
    if isolation == "strict":
        raise IsolationError("--isolation strict needs bubblewrap, which is not installed: apt install bubblewrap.")
    return [CONFINED]
