"""Processes seen from outside: their descendants, their memory, and the processor time of those that have ended."""

from __future__ import annotations

import ctypes
import os
import resource
import sys
import time
from pathlib import Path

PR_SET_CHILD_SUBREAPER = 36
"""Of Linux's prctl: processes whose parent has gone become our children, so that their time is counted too."""


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
