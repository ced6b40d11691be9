"""Processes seen from outside: their descendants, their memory, and the processor time of those that have ended.

A command of the autograder is run as an instructor runs it, and tells at its end what it used.
"""

from __future__ import annotations

import ctypes
import os
import resource
import subprocess
import sys
import time
from pathlib import Path
from typing import IO

ROOT = Path(__file__).resolve().parent.parent

COMMAND = (
    "import resource, sys; from autograder.cli import main\n"
    "try: main(sys.argv[1:], standalone_mode=False)\n"
    "finally:\n"
    "    used = resource.getrusage(resource.RUSAGE_SELF)\n"
    "    most = next(line.split()[1] for line in open('/proc/self/status') if line.startswith('VmHWM'))\n"
    "    print('USED', used.ru_utime + used.ru_stime, int(most) / 1024, file=sys.stderr)"
)
"""A program that is the command `autograder`; ``ru_maxrss`` would begin with the memory of whoever started it."""

PR_SET_CHILD_SUBREAPER = 36
"""Of Linux's prctl: processes whose parent has gone become our children, so that their time is counted too."""


def start(*arguments: str, stdout: int | IO[bytes], stderr: IO[bytes]) -> subprocess.Popen[bytes]:
    """Start a command of the autograder, of this repository."""
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    return subprocess.Popen([sys.executable, "-c", COMMAND, *arguments], env=environment, stdout=stdout, stderr=stderr)


def used(errors: str) -> tuple[float, float]:
    """Return the processor seconds and the most memory in MB that a command told at the end of its errors."""
    _, seconds, memory = errors.strip().splitlines()[-1].split()
    return float(seconds), float(memory)


def adopt_orphans() -> None:
    """Become the parent of descendants whose own has gone, where the system is Linux."""
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0)


def reap() -> None:
    """Wait for the processes that were left to us, for a short while."""
    deadline = time.monotonic() + 2.0
    while time.monotonic() < deadline:
        try:
            process, _ = os.waitpid(-1, os.WNOHANG)
        except ChildProcessError:
            return
        if process == 0:
            time.sleep(0.01)


def cpu_of_ended() -> float:
    """Return the CPU seconds of all child processes that have ended, their children included."""
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def family(process: int) -> list[int]:
    """Return a process and all its descendants; each of its threads may have children."""
    try:
        lists = [path.read_text().split() for path in Path(f"/proc/{process}/task").glob("*/children")]
    except OSError:
        return []
    return [process, *(one for children in lists for child in children for one in family(int(child)))]


def proportional(process: int) -> int:
    """Return the bytes of memory that a process holds, shared pages divided among those that share them."""
    try:
        lines = Path(f"/proc/{process}/smaps_rollup").read_text().splitlines()
    except OSError:
        return 0
    return sum(int(line.split()[1]) << 10 for line in lines if line.startswith("Pss:"))
