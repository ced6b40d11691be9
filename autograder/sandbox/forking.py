"""The zygote's work: load what children need, lock the process down, fork a child per request, report how it ended."""

from __future__ import annotations

import gc
import importlib
import importlib.abc
import importlib.util
import linecache
import os
import select
import signal
import socket
import sys
from collections.abc import Mapping, Sequence
from importlib.machinery import ModuleSpec
from types import ModuleType
from typing import Any

from autograder.calls import Call
from autograder.sandbox import child, frames, zygote

PRELOAD = """
abc array bisect calendar cmath collections collections.abc contextlib copy csv dataclasses datetime decimal enum
fractions functools hashlib heapq inspect io itertools json keyword linecache locale math numbers operator pathlib
pickle pprint queue random re statistics string struct textwrap threading time timeit tokenize traceback types typing
unittest uuid warnings weakref zlib
"""
"""Standard modules that students use; loaded once, so that a child reads nothing from disk."""


class SourceModules(importlib.abc.MetaPathFinder, importlib.abc.InspectLoader):
    """Import modules from source text that the parent sent."""

    def __init__(self, sources: Mapping[str, str]) -> None:
        self._sources = dict(sources)

    def find_spec(
        self, fullname: str, path: Sequence[str] | None = None, target: ModuleType | None = None
    ) -> ModuleSpec | None:
        """Return a spec for a module that was sent."""
        if fullname not in self._sources:
            return None
        return importlib.util.spec_from_loader(fullname, self, origin=f"<{fullname}>")

    def get_source(self, fullname: str) -> str:
        """Return a module's text."""
        return self._sources[fullname]

    def exec_module(self, module: ModuleType) -> None:
        """Run a module's text in the module."""
        name, source = module.__name__, self._sources[module.__name__]
        linecache.cache[f"<{name}>"] = (len(source), None, source.splitlines(keepends=True), f"<{name}>")
        exec(compile(source, f"<{name}>", "exec"), module.__dict__)


def make_ready(config: Mapping[str, Any]) -> None:
    """Import what children are likely to use, and move it all out of the garbage collector's sight."""
    sys.meta_path.insert(0, SourceModules(config["modules"]))
    for name in (*PRELOAD.split(), *config["preload"]):
        importlib.import_module(name)
    gc.collect()
    gc.freeze()


def _read_all(fd: int) -> bytes:
    """Return a file's whole content and close it."""
    with open(fd, "rb") as file:
        file.seek(0)
        return file.read()


def _remember(inputs: dict[int, tuple[Call, ...]], message: Mapping[str, Any], fd: int) -> None:
    """Decode the inputs of a call step once, for all children to come."""
    unpacker = frames.Unpacker()
    unpacker.feed(_read_all(fd))
    if message.get("forget"):
        inputs.clear()
    for header, body in unpacker.frames():
        inputs[message["key"]] = frames.unpack_calls(header, body)


def _fork(
    control: socket.socket, config: Mapping[str, Any], inputs: Mapping[int, Sequence[Call]], fds: list[int]
) -> int:
    """Fork a child that runs the plan in ``fds[0]`` and answers into ``fds[1]``; return its process id."""
    pid = os.fork()
    if pid:
        for fd in fds:
            os.close(fd)
        return pid

    def run() -> None:
        signal.set_wakeup_fd(-1)
        plan = child.become_child(fds[0], fds[1], config["limits"])
        unpacker = frames.Unpacker()
        unpacker.feed(plan)
        for header, _ in unpacker.frames():
            child.serve(header, inputs)

    child.main(run)
    raise AssertionError("a child never returns")


def _watch(control: socket.socket, pid: int, pidfd: int) -> None:
    """Wait for a child's end and report it; kill the child and stop if the parent is gone."""
    if pidfd >= 0:
        poll = select.poll()
        poll.register(control, select.POLLIN)
        poll.register(pidfd, select.POLLIN)
        if pidfd not in {fd for fd, _ in poll.poll()}:  # only the parent's end closing can have woken us
            os.kill(pid, signal.SIGKILL)
    _, status, usage = os.wait4(pid, 0)
    zygote.send(control, {"exit": os.waitstatus_to_exitcode(status), "cpu": usage.ru_utime + usage.ru_stime})


def serve(control: socket.socket, config: Mapping[str, Any]) -> None:
    """Make ready, say so, and fork children until the parent goes away."""
    inputs: dict[int, tuple[Call, ...]] = {}
    try:
        make_ready(config)
    except Exception as problem:  # reported to the parent, whose sentence it becomes
        zygote.send(control, {"failed": f"{type(problem).__name__}: {problem}"})
        return
    zygote.send(control, {"ready": True})
    while True:
        try:
            message, fds = zygote.receive(control)
        except (EOFError, ConnectionError):
            return
        if "key" in message:
            _remember(inputs, message, fds[0])
            continue
        pid = _fork(control, config, inputs, fds)
        pidfd = os.pidfd_open(pid) if hasattr(os, "pidfd_open") else -1
        try:
            zygote.send(control, {"pid": pid}, (pidfd,) if pidfd >= 0 else ())
            _watch(control, pid, pidfd)
        except (BrokenPipeError, ConnectionError):
            os.kill(pid, signal.SIGKILL)
            return
        finally:
            if pidfd >= 0:
                os.close(pidfd)
