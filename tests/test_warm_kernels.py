"""A kernel that is a fork of the process that executes a page leaves that process alone."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent

PROGRAM = """
import asyncio, atexit, os, signal, time
from multiprocessing import get_context
from book.warm import part_from_parent

async def parent():
    heard = []
    asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, heard.append, "SIGTERM")
    atexit.register(print, "the parent's end")
    child = get_context("fork").Process(target=slow)
    child.start()
    await asyncio.sleep(0.5)
    child.terminate()
    await asyncio.sleep(0.5)
    child.join()
    print(heard, child.exitcode == -signal.SIGTERM)

def slow():
    part_from_parent()
    atexit._run_exitfuncs()
    time.sleep(30)

asyncio.run(parent())
"""


def test_a_signal_to_a_kernel_is_not_its_parents() -> None:
    done = subprocess.run([sys.executable, "-c", PROGRAM], cwd=ROOT, capture_output=True, text=True, timeout=60)
    assert done.stdout.splitlines() == ["[] True", "the parent's end"], done.stderr
