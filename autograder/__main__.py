"""The program ``autograder``, or ``python -m autograder``: settings for a process of its own, then the command line."""

from __future__ import annotations

import atexit
import gc
import os
import signal
import sys
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from sys import UnraisableHookArgs

AGAIN = 0.01
"""Seconds after which a Ctrl-C that was swallowed comes again."""


def keep_interrupts() -> None:
    """Let a Ctrl-C that comes while Python calls back on an object's end come again: there it counts for nothing.

    What has not come again when the program ends would end it with a signal, after all that it had to do.
    """
    sys.unraisablehook = _come_again
    if hasattr(signal, "setitimer"):
        atexit.register(signal.setitimer, signal.ITIMER_REAL, 0)


def _come_again(unraisable: UnraisableHookArgs) -> None:
    if not issubclass(unraisable.exc_type, KeyboardInterrupt):
        sys.__unraisablehook__(unraisable)
    elif hasattr(signal, "setitimer"):
        signal.signal(signal.SIGALRM, signal.default_int_handler)
        signal.setitimer(signal.ITIMER_REAL, AGAIN)


def program() -> None:
    """Run the command line in a process that does nothing else."""
    os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")  # to start NumPy's threads takes longer than all that they do
    gc.set_threshold(200_000)  # imports leave no garbage, and to look for it once takes a tenth of their time
    atexit.register(gc.freeze)  # nor need it be looked for at the end
    keep_interrupts()
    from autograder.cli import main

    main()


if __name__ == "__main__":
    program()
