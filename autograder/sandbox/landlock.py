"""Landlock: after `restrict`, this process and its children can read the given paths and reach nothing else.

Kernel interface: https://docs.kernel.org/userspace-api/landlock.html.  Runs in the zygote: standard library alone.
"""

from __future__ import annotations

import os
import stat
import struct
from collections.abc import Iterable

from autograder.sandbox.kernel import syscall

CREATE_RULESET, ADD_RULE, RESTRICT_SELF = 444, 445, 446
PATH_BENEATH = 1
READ_FILE, READ_DIR = 1 << 2, 1 << 3

FILE_RIGHTS = {1: 13, 2: 14, 3: 15, 4: 15, 5: 16}
"""How many of the file-system rights, counted from the lowest bit, each version of the interface knows."""
NETWORK_RIGHTS = 0b11
"""Bind and connect TCP, from version 4."""
SCOPES = 0b11
"""Abstract Unix sockets and signals to processes outside, from version 6."""


def version() -> int:
    """Return the version of the kernel's interface, 0 where Landlock is absent or switched off."""
    try:
        return syscall(CREATE_RULESET, None, 0, 1)
    except OSError:
        return 0


def _ruleset(abi: int) -> int:
    """Return a descriptor of a rule set that handles everything the kernel offers."""
    handled = (1 << FILE_RIGHTS[min(abi, max(FILE_RIGHTS))]) - 1
    attributes = struct.pack("=QQQ", handled, NETWORK_RIGHTS if abi >= 4 else 0, SCOPES if abi >= 6 else 0)
    attributes = attributes[: 8 if abi < 4 else 16 if abi < 6 else 24]
    return syscall(CREATE_RULESET, attributes, len(attributes), 0)


def _allow_reading(ruleset: int, path: str) -> None:
    """Allow reading a file, or everything below a directory; a path that does not exist is left out."""
    try:
        beneath = os.open(path, os.O_PATH | os.O_CLOEXEC)
    except FileNotFoundError:
        return
    try:
        rights = READ_FILE | READ_DIR if stat.S_ISDIR(os.fstat(beneath).st_mode) else READ_FILE
        syscall(ADD_RULE, ruleset, PATH_BENEATH, struct.pack("=Qi", rights, beneath), 0)
    finally:
        os.close(beneath)


def restrict(readable: Iterable[str]) -> int:
    """Confine this process and its future children to reading ``readable``; return the interface's version.

    Needs no-new-privileges.

    Raises
    ------
    OSError
        The kernel has no Landlock, or refuses.
    """
    abi = version()
    if abi < 1:
        raise OSError("this kernel has no Landlock, or it is switched off")
    ruleset = _ruleset(abi)
    try:
        for path in readable:
            _allow_reading(ruleset, path)
        syscall(RESTRICT_SELF, ruleset, 0)
    finally:
        os.close(ruleset)
    return abi
