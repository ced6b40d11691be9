"""Processes for a pool: forks of one that has imported what they need, so that it is imported once and early."""

from __future__ import annotations

import os
import signal
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from multiprocessing.context import ForkServerContext

LOADED = "autograder.pool"
"""What the processes need, with all that it imports."""


WORTH = 16
"""For how many submissions a further process is worth its start."""


def number(submissions: int, asked: int | None) -> int:
    """Return how many processes grade so many submissions: those asked for, or as many as are of use here."""
    if asked is None:
        return max(1, min(os.cpu_count() or 1, submissions // WORTH))
    return min(asked, max(1, submissions // 2))


def begin() -> ForkServerContext:
    """Return what makes processes, and start the one that they are forks of: it imports while this one goes on.

    Ctrl-C reaches it too, and must not end it with a traceback while it imports: the parent decides.
    """
    import multiprocessing  # not before it is needed: most runs over a small class need one process
    from multiprocessing import forkserver, resource_tracker

    found = multiprocessing.get_context("forkserver")
    found.set_forkserver_preload([LOADED])
    resource_tracker.ensure_running()  # which lets Ctrl-C through again
    before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
    try:
        forkserver.ensure_running()
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)
    return found
