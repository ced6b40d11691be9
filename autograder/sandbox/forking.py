"""The zygote's work: load what children need, lock the process down, fork a child per request, report how it ended."""

from __future__ import annotations

import contextlib
import gc
import importlib
import linecache
import os
import select
import signal
import socket
import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from importlib.machinery import ModuleSpec
from types import ModuleType
from typing import Any

from autograder.calls import Call
from autograder.sandbox import child, frames, kernel, landlock, seccomp, zygote

PRELOAD = """
abc collections collections.abc contextlib copy dataclasses enum functools inspect io itertools json linecache math
numbers operator random re string textwrap time traceback types typing warnings
"""
"""Standard modules that students use; loaded once, so that a child reads nothing from disk.

What is seldom used waits for the child that imports it: all that is loaded here makes the start longer, and each fork.
"""

COLLECT = 20_000, 50, 100
"""When children look for cyclic garbage: with Python's own numbers most of them would do so all the time, in vain."""


class SourceModules:
    """Import modules from source text that the parent sent: a finder and a loader for `sys.meta_path`.

    The base classes in `importlib.abc` would bring thirty modules along.
    """

    def __init__(self, sources: Mapping[str, str]) -> None:
        self._sources = dict(sources)

    def find_spec(
        self, fullname: str, path: Sequence[str] | None = None, target: ModuleType | None = None
    ) -> ModuleSpec | None:
        """Return a spec for a module that was sent."""
        if fullname not in self._sources:
            return None
        return ModuleSpec(fullname, self, origin=f"<{fullname}>")  # type: ignore[arg-type]  # a loader by its methods

    def create_module(self, spec: ModuleSpec) -> None:
        """Leave it to Python to make the module."""

    def get_source(self, fullname: str) -> str:
        """Return a module's text."""
        return self._sources[fullname]

    def exec_module(self, module: ModuleType) -> None:
        """Run a module's text in the module."""
        name, source = module.__name__, self._sources[module.__name__]
        linecache.cache[f"<{name}>"] = (len(source), None, source.splitlines(keepends=True), f"<{name}>")
        exec(compile(source, f"<{name}>", "exec"), module.__dict__)


@dataclass
class Zygote:
    """What the zygote knows: its socket, how it was told to behave, the inputs it keeps, the filter for children.

    ``fresh`` are the inputs that came since the last fork; ``spent`` is the processor time of all children so far, in
    seconds.
    """

    control: socket.socket
    config: Mapping[str, Any]
    inputs: dict[int, Sequence[Call]] = field(default_factory=dict)
    fresh: list[Sequence[Call]] = field(default_factory=list)
    filter: seccomp.Filter | None = None
    spent: float = 0.0

    def make_ready(self) -> None:
        """Import what children are likely to use, confine the process, and hide it all from the garbage collector."""
        sys.meta_path[:0] = [SourceModules(self.config["modules"]), child.SeedsLate()]
        for name in (*PRELOAD.split(), *self.config["preload"], *self.config["modules"]):
            importlib.import_module(name)
        child.warm_up()
        with layer("resource limits"):
            child.limit_resources(self.config["rlimits"])
        if self.config["readable"] is not None:
            self.filter = confine(self.config["readable"])
        gc.freeze()
        gc.set_threshold(*COLLECT)
        gc.enable()

    def remember(self, message: Mapping[str, Any], fd: int) -> None:
        """Decode the inputs of a call step once, for all children to come."""
        for header, body in _frames_of(fd):
            self.inputs[message["key"]] = frames.unpack_calls(header, body)
            self.fresh.append(self.inputs[message["key"]])

    def rehearse(self) -> None:
        """Go through the inputs that came since the last fork, while a child has the time anyway.

        What Python and NumPy prepare for inputs of a kind, all children to come then find prepared: for the first
        child it would be too late, and it would wait.
        """
        while self.fresh:
            child.rehearse(self.fresh.pop())
        gc.freeze()

    def fork(self, plan: int, out: int) -> int:
        """Fork a child that runs the plan and answers into ``out``; return its process id."""
        parent = os.getpid()
        pid = kernel.fork() if sys.platform == "linux" else os.fork()
        if pid == 0:
            child.main(lambda: self._run_child(parent, plan, out))
        os.close(plan)
        os.close(out)
        return pid

    def _run_child(self, parent: int, plan: int, out: int) -> None:
        """Leave everything behind, lock up, say so, and run the plan."""
        child.keep_only(plan, out)
        if sys.platform != "linux":
            child.reseed()  # os.fork draws a new random state
        for header, _ in _frames_of(child.PLAN_FD):
            try:
                self._lock_child()
            except OSError as problem:
                child.give_up(problem)
                return
            if os.getppid() == parent:
                child.serve(header, self.inputs)

    def _lock_child(self) -> None:
        """Set up the layers that belong to one child; raises OSError with the name of the one that fails."""
        with layer("resource limits"):
            child.limit_resources(self.config["child_rlimits"])
        if sys.platform == "linux":
            with layer("process attributes"):
                kernel.not_dumpable()
                kernel.die_with_parent()
        if self.filter is not None:
            with layer("seccomp"):
                self.filter.install()

    def watch(self, pid: int, pidfd: int) -> None:
        """Wait for a child's end and report it; a child whose parent is gone is killed."""
        if pidfd >= 0:
            poll = select.poll()
            poll.register(self.control, select.POLLIN)
            poll.register(pidfd, select.POLLIN)
            if pidfd not in {fd for fd, _ in poll.poll()}:  # only the closing of the parent's end can have woken us
                os.kill(pid, signal.SIGKILL)
        _, status, used = os.wait4(pid, 0)
        self.spent += used.ru_utime + used.ru_stime
        seconds = self.spent + time.process_time()
        zygote.send(self.control, {"exit": os.waitstatus_to_exitcode(status), "seconds": seconds})

    def serve_one(self, plan: int, out: int) -> None:
        """Fork a child, tell the parent, and stay with the child to its end."""
        pid = self.fork(plan, out)
        pidfd = os.pidfd_open(pid) if hasattr(os, "pidfd_open") else -1
        try:
            zygote.send(self.control, {"pid": pid}, (pidfd,) if pidfd >= 0 else ())
            self.rehearse()
            self.watch(pid, pidfd)
        except ConnectionError:
            os.kill(pid, signal.SIGKILL)
            raise
        finally:
            if pidfd >= 0:
                os.close(pidfd)


@contextlib.contextmanager
def layer(name: str) -> Iterator[None]:
    """Give an error of the system the name of the layer that could not be set up."""
    try:
        yield
    except (OSError, ValueError) as problem:
        raise OSError(f"{name} could not be set up ({problem})") from problem


def confine(readable: Sequence[str]) -> seccomp.Filter:
    """Confine this process and its children to ``readable``; return the filter that children install.

    The directories of ``sys.path`` are listed before: their own listing is closed afterwards, because it would show
    what is installed beside the standard library.
    """
    for directory in sys.path:
        finder = sys.path_importer_cache.get(directory)
        if finder is not None:
            finder.find_spec("a_name_that_no_module_has")
    with layer("no-new-privileges"):
        kernel.no_new_privileges()
    with layer("capabilities"):
        kernel.drop_capabilities()
    with layer("landlock"):
        landlock.restrict(readable)
    with layer("seccomp"):
        return seccomp.Filter()


def _frames_of(fd: int) -> Iterator[tuple[dict[str, Any], bytes]]:
    """Return the frames in a file and close it."""
    unpacker, offset, size = frames.Unpacker(frames.MAX_PLAN), 0, os.fstat(fd).st_size
    while offset < size:
        data = os.pread(fd, size - offset, offset)
        unpacker.feed(data)
        offset += len(data)
    os.close(fd)
    return unpacker.frames()


def serve(control: socket.socket, config: Mapping[str, Any]) -> None:
    """Make ready, say so, and fork children until the parent goes away."""
    state = Zygote(control, config)
    try:
        state.make_ready()
    except Exception as problem:  # reported to the parent, whose sentence it becomes
        zygote.send(control, {"failed": f"{type(problem).__name__}: {problem}"})
        return
    zygote.send(control, {"ready": True})
    while True:
        try:
            message, fds = zygote.receive(control)
            if "key" in message:
                state.remember(message, fds[0])
            else:
                state.serve_one(*fds)
        except (EOFError, ConnectionError):
            return
