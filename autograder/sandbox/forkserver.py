"""The parent's handle on the zygote: start it by exec, ask it for children, notice when it is gone."""

from __future__ import annotations

import contextlib
import os
import select
import signal
import socket
import subprocess
import sys
import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from autograder.errors import GraderFailure, IsolationError
from autograder.sandbox import zygote

START_SECONDS = 60.0
EXIT_SECONDS = 10.0
PIPE_BYTES = 1 << 20
"""Room for the answers of most submissions, so that a child need not wait for the parent."""
KILLED = (-signal.SIGKILL, 128 + signal.SIGKILL)
"""Exit statuses of a zygote that was killed, and of a bubblewrap whose zygote was."""

ENVIRONMENT = {
    "PATH": "/usr/bin:/bin",
    "HOME": "/nonexistent",
    "LANG": "C.UTF-8",
    "TZ": "UTC",
    "PYTHONHASHSEED": "0",
    "PYTHONUTF8": "1",
    "MPLBACKEND": "Agg",
    "OPENBLAS_NUM_THREADS": "1",
    "OMP_NUM_THREADS": "1",
    "MKL_NUM_THREADS": "1",
}
"""All that student code sees of the environment; the fixed hash seed makes two runs of one submission agree."""


class ZygoteLost(GraderFailure):
    """The zygote ended or stopped answering: start another one."""


def anonymous_file(data: bytes) -> int:
    """Return a descriptor of a file without a name that holds ``data``."""
    if hasattr(os, "memfd_create"):
        fd = os.memfd_create("plan")
    else:
        with tempfile.TemporaryFile() as file:
            fd = os.dup(file.fileno())
    view = memoryview(data)
    while view:
        view = view[os.write(fd, view) :]
    return fd


@dataclass(frozen=True)
class Child:
    """A running child: its process id as the zygote sees it, a pidfd (or -1), and the pipe it answers into."""

    pid: int
    pidfd: int
    out: int

    def gather(self, seconds: float) -> None:
        """Wait until the child has closed its pipe, which is when it ends, or for so many seconds."""
        poll = select.poll()
        poll.register(self.out, 0)  # the end is told even where nothing is asked for
        poll.poll(seconds * 1000)

    def kill(self) -> None:
        """End the child now; nothing happens if it has ended."""
        with contextlib.suppress(ProcessLookupError, PermissionError):
            if self.pidfd >= 0:
                signal.pidfd_send_signal(self.pidfd, signal.SIGKILL)
            else:
                os.kill(self.pid, signal.SIGKILL)

    def waited_seconds(self) -> float:
        """Return for how long the child was ready to run but had no processor, in seconds (0 where unknown)."""
        try:
            with open(f"/proc/self/fdinfo/{self.pidfd}") as info:
                pid = next(int(line.split()[1]) for line in info if line.startswith("Pid:"))
            with open(f"/proc/{pid}/schedstat") as counters:
                return int(counters.read().split()[1]) / 1e9
        except (OSError, ValueError, IndexError, StopIteration):
            return 0.0

    def close(self) -> None:
        """Close the descriptors."""
        os.close(self.out)
        if self.pidfd >= 0:
            os.close(self.pidfd)


class ForkServer:
    """A zygote process and the socket to it; at most one child at a time.  It gets ready while others go on."""

    def __init__(self, command: Sequence[str], config: Mapping[str, Any], environment: Mapping[str, str]) -> None:
        self._errors = tempfile.TemporaryFile()  # noqa: SIM115  # lives as long as the zygote
        ours, theirs = socket.socketpair()
        with theirs:
            self._process = subprocess.Popen(
                [*command, str(theirs.fileno())],
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                stderr=self._errors,
                pass_fds=(theirs.fileno(),),
                env=ENVIRONMENT | dict(environment),
                cwd="/",
                start_new_session=True,
            )
        self.control = ours
        self.control.settimeout(START_SECONDS)
        self._child_unreaped = False
        self.processor_seconds = 0.0
        """Processor time of the zygote and all children so far, as of the last child's end."""
        with contextlib.suppress(OSError):  # one that is gone already is found out by `wait`
            zygote.send(self.control, dict(config))

    def wait(self) -> None:
        """Return when the zygote is ready.

        Raises
        ------
        ZygoteLost
            Somebody killed it.
        IsolationError
            It did not start, or cannot confine itself.
        """
        try:
            answer, _ = zygote.receive(self.control)
        except (OSError, EOFError) as problem:
            said = self._said(problem)
            if self._process.returncode in KILLED:
                raise ZygoteLost("The process that starts student code was killed while it started.") from problem
            raise IsolationError(f"The process that starts student code did not start: {said}") from problem
        if "ready" not in answer:
            self.close()
            raise IsolationError(f"The process that starts student code could not get ready: {answer.get('failed')}.")

    def _said(self, problem: BaseException) -> str:
        """Return the end of what the zygote wrote to standard error, or the problem itself; ends the zygote."""
        self._end()
        self._errors.seek(0)
        lines = self._errors.read().decode("utf-8", "replace").strip().splitlines()
        self._errors.close()
        return lines[-1][:500] if lines else str(problem)

    def remember(self, key: int, frame: bytes) -> None:
        """Give the zygote the inputs of a call step, for all children to come."""
        self._tell({"key": key}, frame)

    def _tell(self, message: dict[str, object], data: bytes, *more: int) -> None:
        """Send a message with a file that holds ``data`` and further descriptors."""
        self.exit_status()
        fd = anonymous_file(data)
        try:
            zygote.send(self.control, message, (fd, *more))
        except OSError as problem:
            raise ZygoteLost("The process that starts student code is gone.") from problem
        finally:
            os.close(fd)

    def fork(self, plan: bytes) -> Child:
        """Start a child that runs the plan."""
        out, theirs = os.pipe()
        if sys.platform == "linux":
            import fcntl

            with contextlib.suppress(OSError):  # a user may have many pipes; a smaller one does
                fcntl.fcntl(out, fcntl.F_SETPIPE_SZ, PIPE_BYTES)
        try:
            self._tell({}, plan, theirs)
            answer, fds = zygote.receive(self.control)
        except (OSError, EOFError, ZygoteLost) as problem:
            os.close(out)
            raise ZygoteLost("The process that starts student code is gone.") from problem
        finally:
            os.close(theirs)
        self._child_unreaped = True
        os.set_blocking(out, False)
        pid = answer["pid"]
        assert isinstance(pid, int)
        return Child(pid, fds[0] if fds else -1, out)

    def exit_status(self) -> int | None:
        """Wait for the last child's end and return its exit code (negative: the signal), or None if that is known.

        Raises
        ------
        ZygoteLost
            The zygote ended too, or does not answer.
        """
        if not self._child_unreaped:
            return None
        try:
            self.control.settimeout(EXIT_SECONDS)
            answer, _ = zygote.receive(self.control)
        except (OSError, EOFError) as problem:
            raise ZygoteLost("The process that starts student code is gone.") from problem
        self._child_unreaped = False
        status, seconds = answer["exit"], answer["seconds"]
        assert isinstance(status, int)
        assert isinstance(seconds, float)
        self.processor_seconds = seconds
        return status

    def has_reported(self, seconds: float) -> bool:
        """Wait until the child's end is known, for so many seconds at most; tell whether it is."""
        if not self._child_unreaped:
            return True
        poll = select.poll()
        poll.register(self.control, select.POLLIN)
        return bool(poll.poll(seconds * 1000))

    def close(self) -> None:
        """End the zygote; its child, if any, ends with it."""
        self._end()
        self._errors.close()

    def _end(self) -> None:
        """Close the socket, which the zygote takes as the sign to end, and wait for that."""
        with contextlib.suppress(OSError):
            self.control.shutdown(socket.SHUT_RDWR)
        self.control.close()
        try:
            self._process.wait(2)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()

    def readable(self, child: Child, seconds: float) -> set[int]:
        """Wait until the child or the zygote has something to say; return the descriptors."""
        poll = select.poll()
        poll.register(child.out, select.POLLIN)
        poll.register(self.control, select.POLLIN)
        return {fd for fd, _ in poll.poll(max(0.0, seconds) * 1000)}
