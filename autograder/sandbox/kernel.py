"""The few Linux calls that Python has no function for.  Runs in the zygote: standard library alone."""

from __future__ import annotations

import ctypes
import os
import struct

PR_SET_PDEATHSIG, PR_SET_DUMPABLE, PR_CAPBSET_DROP, PR_SET_NO_NEW_PRIVS = 1, 4, 24, 38
LAST_CAPABILITY = 63

_libc = ctypes.CDLL(None, use_errno=True)
_holding_the_lock = ctypes.PyDLL(None, use_errno=True)
"""The same, called without giving up the interpreter's lock."""


def fork() -> int:
    """Fork as C does; raises OSError.  For a process with one thread only.

    `os.fork` has Python's modules put themselves in order afterwards, in parent and child: locks, threads, the random
    state.  With one thread there is nothing to put in order, and it takes longer than the fork itself.
    """
    pid: int = _holding_the_lock.fork()
    if pid < 0:
        number = ctypes.get_errno()
        raise OSError(number, f"fork: {os.strerror(number)}")
    return pid


def prctl(option: int, first: int, second: int = 0) -> None:
    """Call prctl; raises OSError."""
    arguments = [ctypes.c_ulong(value) for value in (first, second, 0, 0)]
    if _libc.prctl(option, *arguments) != 0:
        number = ctypes.get_errno()
        raise OSError(number, f"prctl({option}): {os.strerror(number)}")


def syscall(number: int, *arguments: int | bytes | None) -> int:
    """Make a system call by its number; raises OSError."""
    passed = [ctypes.c_long(a) if isinstance(a, int) else a for a in arguments]
    result: int = _libc.syscall(ctypes.c_long(number), *passed)
    if result < 0:
        problem = ctypes.get_errno()
        raise OSError(problem, f"system call {number}: {os.strerror(problem)}")
    return result


def no_new_privileges() -> None:
    """Make it impossible for this process and its children to gain privileges by exec."""
    prctl(PR_SET_NO_NEW_PRIVS, 1)


def not_dumpable() -> None:
    """Close this process's /proc entries and memory to other processes of the same user."""
    prctl(PR_SET_DUMPABLE, 0)


def die_with_parent() -> None:
    """Ask the kernel to kill this process when its parent ends."""
    prctl(PR_SET_PDEATHSIG, 9)


def drop_capabilities() -> None:
    """Give up every capability, so that being root means no more than owning root's files.

    ``capset`` is called through the C library: its header holds version 3 and this process, its data six zero words.
    """
    for capability in range(LAST_CAPABILITY + 1):
        try:
            prctl(PR_CAPBSET_DROP, capability)
        except OSError:  # not root, or past the last capability that this kernel knows
            break
    header, nothing = struct.pack("=Ii", 0x20080522, 0), bytes(24)
    if _libc.capset(header, nothing) != 0:
        number = ctypes.get_errno()
        raise OSError(number, f"capset: {os.strerror(number)}")
