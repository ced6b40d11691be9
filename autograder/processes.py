"""Processes for a pool: forks of one that has imported what they need, so that it is imported once and early."""

from __future__ import annotations

import multiprocessing
from multiprocessing import forkserver
from multiprocessing.context import ForkServerContext

LOADED = "autograder.pool"
"""What the processes need, with all that it imports."""


def context() -> ForkServerContext:
    """Return what makes processes of this kind."""
    found = multiprocessing.get_context("forkserver")
    found.set_forkserver_preload([LOADED])
    return found


def begin() -> None:
    """Start the process that the others are forks of: it imports while this one does."""
    context()
    forkserver.ensure_running()
