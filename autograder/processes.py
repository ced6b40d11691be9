"""Processes for a pool: forks of one that has imported what they need, so that it is imported once and early."""

from __future__ import annotations

import os
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


def context() -> ForkServerContext:
    """Return what makes processes of this kind."""
    import multiprocessing  # not before it is needed: most runs over a small class need one process

    found = multiprocessing.get_context("forkserver")
    found.set_forkserver_preload([LOADED])
    return found


def begin() -> None:
    """Start the process that the others are forks of: it imports while this one does."""
    from multiprocessing import forkserver

    context()
    forkserver.ensure_running()
