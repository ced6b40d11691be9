"""Kernels that are forks of a process which has imported their modules: a page's kernel starts in no time.

A stock kernel is a new Python, which takes a second or two of a processor to import SymPy and matplotlib.
"""

from __future__ import annotations

import asyncio
import atexit
import os
import signal
from importlib.metadata import EntryPoint
from multiprocessing import get_context
from multiprocessing.process import BaseProcess
from typing import Any

from jupyter_client.connect import KernelConnectionInfo
from jupyter_client.provisioning import KernelProvisionerFactory, LocalProvisioner

NAME = "warm"


def part_from_parent() -> None:
    """Undo, in a process that was just forked, what its parent has arranged for its own signals and its own end.

    A signal to this process would else be written into the pipe of the parent's event loop, which takes it for its own:
    nbclient, which asks a slow kernel to end by a signal, would then clean up twice.
    """
    signal.set_wakeup_fd(-1)
    signal.signal(signal.SIGTERM, signal.SIG_DFL)
    signal.signal(signal.SIGINT, signal.default_int_handler)
    atexit._clear()


def serve(connection_file: str, folder: str) -> None:
    """Be a kernel until it is shut down; runs in a process of its own."""
    from ipykernel.kernelapp import IPKernelApp

    part_from_parent()
    asyncio.set_event_loop(asyncio.new_event_loop())  # the one that is here belongs to the process that was forked
    os.setsid()  # an interrupt of the build is for the build, which shuts its kernels down
    os.chdir(folder)
    try:
        # With a parent it ends when the build ends, however that ends.
        IPKernelApp.launch_instance(["-f", connection_file, f"--IPKernelApp.parent_handle={os.getppid()}"])
    finally:
        atexit._run_exitfuncs()  # multiprocessing ends its processes without


class Forked:
    """A process with the methods of `subprocess.Popen` that Jupyter calls."""

    stdout = stderr = stdin = None

    def __init__(self, process: BaseProcess) -> None:
        self._process = process
        self.pid = process.pid

    def poll(self) -> int | None:
        """Return the exit code, or None while the process runs."""
        return self._process.exitcode

    def wait(self) -> int | None:
        """Wait for the end and return the exit code."""
        self._process.join()
        return self._process.exitcode

    def send_signal(self, number: int) -> None:
        """Send a signal to a process that still runs."""
        if self.pid is not None and self.poll() is None:
            os.kill(self.pid, number)

    def terminate(self) -> None:
        """Ask the process to end."""
        self._process.terminate()

    def kill(self) -> None:
        """End the process."""
        self._process.kill()


class WarmProvisioner(LocalProvisioner):
    """Starts a kernel as a fork of this process, in place of a new Python.

    The process must not have started threads, so it is one that executes a single page.
    """

    async def launch_kernel(self, cmd: list[str], **kwargs: Any) -> KernelConnectionInfo:
        """Start the kernel and return how to talk to it."""
        connection_file = cmd[cmd.index("-f") + 1]
        process = get_context("fork").Process(target=serve, args=(connection_file, kwargs.get("cwd") or "."))
        process.start()
        self.process = Forked(process)
        self.pid = process.pid
        self.pgid = None
        return self.connection_info


def use_warm_kernels() -> None:
    """Let every kernel that this process starts be a fork of it."""
    factory = KernelProvisionerFactory.instance()
    factory.provisioners[NAME] = EntryPoint(NAME, f"{__name__}:WarmProvisioner", factory.GROUP_NAME)
    factory.default_provisioner_name = NAME
