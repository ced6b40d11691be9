"""A seccomp filter for the child: an allow-list of system calls, assembled to BPF here.

Kernel interface: https://docs.kernel.org/userspace-api/seccomp_filter.html.  Runs in the zygote and the child: standard
library alone.
"""

from __future__ import annotations

import ctypes
import errno
import os
import platform
import struct
from collections.abc import Sequence

from autograder.sandbox.kernel import prctl
from autograder.sandbox.syscalls import ARCHITECTURES, Architecture

PR_SET_SECCOMP, MODE_FILTER = 22, 2

# BPF: load a 32-bit word of the call's description, jump always, if equal, if not less, or if bits are set, return
LOAD, JUMP, JUMP_EQUAL, JUMP_FROM, JUMP_SET, RETURN = 0x20, 0x05, 0x15, 0x35, 0x45, 0x06
NUMBER, ARCHITECTURE = 0, 4
ALLOW, KILL, ERRNO = 0x7FFF0000, 0x80000000, 0x00050000
X32 = 0x40000000
"""Set in the number of a call through the x32 interface, which the tables do not describe."""

WRITING = 0o3 | 0o100 | 0o1000 | 0o20000000
"""open: write only, read and write, create, truncate, temporary file."""
FCNTL = (0, 1, 2, 3, 4, 5, 1030)
"""Duplicate, get and set flags, query locks, duplicate with close-on-exec.  Not F_SETOWN and F_SETSIG: they send
signals to other processes."""
IOCTL = (0x5401, 0x5413, 0x5421, 0x541B, 0x5450, 0x5451)
"""Terminal attributes and size, blocking, bytes waiting, close-on-exec."""

Instruction = tuple[int, int, int, int]
"""Code, offset if true, offset if false, operand."""


def _fail(number: int) -> Instruction:
    """Return the verdict "fails with this error"."""
    return (RETURN, 0, 0, ERRNO | number)


_ALLOW: Instruction = (RETURN, 0, 0, ALLOW)


def _argument(index: int, *, high: bool = False) -> Instruction:
    """Load one half of an argument of the call."""
    return (LOAD, 0, 0, 16 + 8 * index + (4 if high else 0))


def _one_of(index: int, values: Sequence[int]) -> list[Instruction]:
    """Allow the call if the low half of an argument is one of ``values``."""
    tests: list[Instruction] = []
    for value in values:
        tests += [(JUMP_EQUAL, 0, 1, value), _ALLOW]
    return [_argument(index), *tests, _fail(errno.EPERM)]


def _checks(pid: int) -> dict[str, list[Instruction]]:
    """Return what the filter does for each call that depends on its arguments or fails in a special way."""
    read_only: list[Instruction] = [(JUMP_SET, 0, 1, WRITING), _fail(errno.EROFS), _ALLOW]
    own_limits: list[Instruction] = [
        _argument(2),
        (JUMP_EQUAL, 1, 0, 0),
        _fail(errno.EPERM),
        _argument(2, high=True),
        (JUMP_EQUAL, 1, 0, 0),
        _fail(errno.EPERM),
        _ALLOW,
    ]
    return {
        "open": [_argument(1), *read_only],
        "openat": [_argument(2), *read_only],
        "openat2": [_fail(errno.ENOSYS)],
        "kill": _one_of(0, [pid]),
        "tkill": _one_of(0, [pid]),
        "tgkill": _one_of(0, [pid]),
        "fcntl": _one_of(1, FCNTL),
        "ioctl": _one_of(1, IOCTL),
        "prlimit64": own_limits,
        "clone": [_fail(errno.EAGAIN)],
        "clone3": [_fail(errno.ENOSYS)],
        "fork": [_fail(errno.EAGAIN)],
        "vfork": [_fail(errno.EAGAIN)],
    }


Rule = tuple[int, list[Instruction]]
"""A call's number and what follows from it, which ends in a verdict."""

CHAIN = 4
"""So many rules are tried one after the other; among more the search is halved."""


def _search(rules: Sequence[Rule]) -> list[Instruction]:
    """Return the instructions that find the rule for the number that is loaded; what has none fails with EPERM.

    The kernel runs the filter once for each number of a call when a child installs it, so that a plain list of all
    rules takes longer to install than all other locks together.
    """
    if len(rules) <= CHAIN:
        chain = [one for number, verdict in rules for one in ((JUMP_EQUAL, 0, len(verdict), number), *verdict)]
        return [*chain, _fail(errno.EPERM)]
    middle = len(rules) // 2
    low, high = _search(rules[:middle]), _search(rules[middle:])
    return [(JUMP_FROM, 0, 1, rules[middle][0]), (JUMP, 0, 0, len(low)), *low, *high]


def assemble(architecture: Architecture, pid: int) -> list[Instruction]:
    """Return the filter for a process with the id ``pid``."""
    program: list[Instruction] = [
        (LOAD, 0, 0, ARCHITECTURE),
        (JUMP_EQUAL, 1, 0, architecture.audit),
        (RETURN, 0, 0, KILL),
        (LOAD, 0, 0, NUMBER),
        (JUMP_SET, 0, 1, X32),
        (RETURN, 0, 0, KILL),
    ]
    checks = _checks(pid)
    rules: list[Rule] = [(number, [_ALLOW]) for number in architecture.allowed.values()]
    rules += [(number, checks[name]) for name, number in architecture.checked.items()]
    rules += [(number, [(RETURN, 0, 0, KILL)]) for number in architecture.deadly.values()]
    return [*program, *_search(sorted(rules))]


def architecture() -> Architecture | None:
    """Return the table for this machine, None where there is none."""
    return ARCHITECTURES.get(platform.machine()) if struct.calcsize("P") == 8 else None


class Filter:
    """The filter for this machine, assembled once; a child patches in its process id and installs it.

    Raises OSError where there is no table for this machine.
    """

    PLACEHOLDER = 0x7FFFFFFE

    def __init__(self) -> None:
        table = architecture()
        if table is None:
            raise OSError(f"there is no system-call table for {platform.machine()}")
        program = assemble(table, self.PLACEHOLDER)
        self._at = [8 * i + 4 for i, instruction in enumerate(program) if instruction[3] == self.PLACEHOLDER]
        self._code = ctypes.create_string_buffer(b"".join(struct.pack("=HBBI", *i) for i in program), 8 * len(program))
        self._description = ctypes.create_string_buffer(struct.pack("@HP", len(program), ctypes.addressof(self._code)))

    def install(self) -> None:
        """Apply the filter to this process for ever; raises OSError.  Needs no-new-privileges."""
        pid = os.getpid()
        for offset in self._at:
            struct.pack_into("=I", self._code, offset, pid)
        prctl(PR_SET_SECCOMP, MODE_FILTER, ctypes.addressof(self._description))
