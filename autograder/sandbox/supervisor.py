"""The sandbox: run the steps of one submission in a child, start over after a loop or a crash, believe nothing."""

from __future__ import annotations

import os
import time
from collections import Counter
from collections.abc import Mapping, Sequence
from types import TracebackType
from typing import Any, Self

from autograder.calls import Call
from autograder.errors import IsolationError
from autograder.sandbox import frames, runtime
from autograder.sandbox.attempt import Attempt, Watch
from autograder.sandbox.forkserver import ForkServer, ZygoteLost
from autograder.sandbox.isolation import BUBBLEWRAP, UNSANDBOXED, Isolation, bubblewrap, candidates
from autograder.sandbox.steps import CallResult, CellResult, CellStep, Limits, Result, Run, Step

MAX_REMEMBERED = 32 << 20
"""Bytes of call inputs that the zygote keeps before it starts afresh."""
MAX_TAKEN = 12 << 20
"""Bytes of answers after which a submission's children get no further one; right answers take a hundredth of it."""
ZYGOTE_LOSSES = 3
"""How often the zygote may be lost in one run, or while it starts, before that is a failure."""
KILLS_FORGIVEN = 2
"""How often a child may be killed at one step before its code is believed to be the cause."""

NOT_RUN_REFORKS = "not run: the steps before it ended the program too often"
NOT_RUN_TIME = "not run: the whole submission had used up its time"
NOT_RUN_ROOM = "not run: what the steps before it returned and printed was too large"


class Sandbox:
    """A place for student code: owns one zygote, which is started again if it is lost.

    The zygote starts at once, and is waited for by `wait` or the first `run`; ``level`` is certain from then on.
    ``packages`` names the distributions that student code may import besides the standard library, ``modules`` further
    modules as source text, ``preload`` what is imported before the first child starts.

    Raises
    ------
    IsolationError
        The isolation that was asked for cannot be had on this machine.
    """

    def __init__(
        self,
        *,
        packages: tuple[str, ...] = ("numpy",),
        modules: Mapping[str, str] | None = None,
        preload: tuple[str, ...] = ("numpy",),
        limits: Limits | None = None,
        isolation: Isolation = "auto",
    ) -> None:
        self.limits = limits or Limits()
        self._levels = candidates(isolation)
        self.level = self._levels[0]
        self.notes: tuple[str, ...] = ()
        """What this machine lacks, in sentences."""
        self._modules, self._preload = dict(modules or {}), preload
        self._private = (str(runtime.packages_directory(packages)), str(runtime.child_directory()))
        self._server: ForkServer | None = None
        self._keys: dict[int, tuple[int, tuple[Call, ...]]] = {}
        self._next_key = self._remembered = 0
        self._starting: ForkServer | None = self._started()

    def __enter__(self) -> Self:
        self.wait()
        return self

    def __exit__(self, kind: type[BaseException] | None, value: BaseException | None, tb: TracebackType | None) -> None:
        self.close()

    def close(self) -> None:
        """End the zygote and whatever runs in it."""
        for server in (self._server, self._starting):
            if server is not None:
                server.close()
        self._server = self._starting = None

    def wait(self) -> None:
        """Return when student code can run.

        Raises
        ------
        GraderFailure
            The zygote does not start at any level of the isolation that was asked for.
        """
        self._start()

    def run(self, steps: Sequence[Step]) -> Run:
        """Run the steps in order in a fresh process and return one result per step.

        A step that loops or ends the process costs only itself: the cells before it run again in a new process (of
        itself, if it is a cell, the definitions alone), and the steps after it go on.

        Raises
        ------
        GraderFailure
            Something on our side failed; the student's code never makes this raise.
        """
        started = time.monotonic()
        results = self._run(list(steps), started)
        return Run(tuple(results), time.monotonic() - started, self.level, self.notes)

    def _run(self, steps: list[Step], started: float) -> list[Result]:
        """Return the results; see `run`."""
        results: dict[int, Result] = {}
        harm: Counter[int] = Counter()
        killed: Counter[int] = Counter()
        forks = losses = taken = 0
        deadline = started + self.limits.total_seconds
        while len(results) < len(steps):
            if forks > self.limits.reforks:
                return _rest(steps, results, NOT_RUN_REFORKS)
            if time.monotonic() >= deadline:
                return _rest(steps, results, NOT_RUN_TIME)
            if taken > MAX_TAKEN:
                return _rest(steps, results, NOT_RUN_ROOM)
            todo = [i for i, step in enumerate(steps) if i not in results or _replayed(step, harm[i])]
            try:
                attempt = self._attempt([steps[i] for i in todo], [harm[i] > 0 for i in todo], deadline)
            except ZygoteLost:
                losses += 1
                if losses >= ZYGOTE_LOSSES:
                    raise
                self.close()
                continue
            for index, result in zip(todo, attempt.results, strict=False):
                results.setdefault(index, result)
            taken += attempt.taken
            broken = -1 if attempt.finished else todo[len(attempt.results)]
            if attempt.killed and killed[broken] < KILLS_FORGIVEN:
                killed[broken] += 1  # a person or the system may have done it: what the code does, it does again
                continue
            forks += 1
            if not attempt.finished:
                harm[broken] += 1
                results.setdefault(broken, attempt.broken())
        return [results[i] for i in range(len(steps))]

    def _attempt(self, steps: list[Step], partly: list[bool], deadline: float) -> Attempt:
        """Run the steps, of some cells the definitions alone, in one child as far as it gets."""
        server = self._start()
        attempt = Attempt(steps, self.limits)
        child = server.fork(self._plan(server, steps, partly))
        Watch(server, child, attempt, deadline).run()
        return attempt

    def _plan(self, server: ForkServer, steps: Sequence[Step], partly: Sequence[bool]) -> bytes:
        """Return the frame that tells a child what to do."""
        described: list[list[Any]] = []
        for step, only_definitions in zip(steps, partly, strict=True):
            if isinstance(step, CellStep):
                described.append(["definitions" if only_definitions else "cell", step.name, step.source])
            else:
                described.append(["call", step.function, self._key(server, step.calls)])
        return frames.pack(0, {"steps": described, "output_bytes": self.limits.output_bytes})

    def _key(self, server: ForkServer, calls: tuple[Call, ...]) -> int:
        """Return the number under which the zygote knows the inputs of a call step, sending them the first time."""
        known = self._keys.get(id(calls))
        if known is not None:
            return known[0]
        frame = frames.pack_calls(0, calls)
        self._remembered += len(frame)
        self._next_key += 1
        self._keys[id(calls)] = (self._next_key, calls)  # holding the tuple keeps its id from being used again
        server.remember(self._next_key, frame)
        return self._next_key

    def _start(self) -> ForkServer:
        """Return the zygote, starting it if there is none."""
        if self._server is None:
            self._keys, self._remembered = {}, 0
            self._server = self._best_server()
        elif self._remembered > MAX_REMEMBERED:
            self.close()
            return self._start()
        return self._server

    def _started(self) -> ForkServer:
        """Return a zygote that has been started at the best level that may work, and is not waited for."""
        self.level = self._levels[0]
        return ForkServer(self._command(), self._config(), self._environment())

    def _best_server(self) -> ForkServer:
        """Return a zygote at the best level that works; the levels that do not are not tried again."""
        losses = 0
        while True:
            server, self._starting = self._starting or self._started(), None
            try:
                server.wait()
            except ZygoteLost:  # that somebody killed it says nothing about the level
                losses += 1
                if losses >= ZYGOTE_LOSSES:
                    raise
            except IsolationError as problem:
                if len(self._levels) == 1:
                    raise
                failed = self._levels.pop(0)
                self.notes = (f"{failed} does not work here, and student code runs under {self._levels[0]}: {problem}",)
            else:
                return server

    def _command(self) -> list[str]:
        """Return the zygote's command line, without the number of its socket.

        ``-I`` would ignore the hash seed; with our clean environment ``-s -S -P`` keeps out all that ``-I`` keeps out.
        """
        prefix = bubblewrap(self._private) if self.level == BUBBLEWRAP else []
        script = os.path.join(self._private[1], "autograder", "sandbox", "zygote.py")
        return [*prefix, runtime.interpreter(), "-s", "-S", "-P", "-B", script]

    def _environment(self) -> dict[str, str]:
        """Return what the zygote's environment holds besides `ENVIRONMENT`."""
        return {"MPLCONFIGDIR": os.path.join(self._private[0], runtime.MATPLOTLIB_SETTINGS)}

    def _config(self) -> dict[str, Any]:
        """Return what the zygote is told first."""
        limits = self.limits
        return {
            "path": [*runtime.standard_library(), *self._private],
            "modules": self._modules,
            "preload": list(self._preload),
            "readable": None if self.level == UNSANDBOXED else runtime.readable_paths(self._private),
            "rlimits": {  # children inherit them
                "RLIMIT_AS": limits.memory_bytes,
                "RLIMIT_DATA": limits.memory_bytes,
                "RLIMIT_NOFILE": 64,
                "RLIMIT_CORE": 0,
                "RLIMIT_MEMLOCK": 0,
                "RLIMIT_STACK": 8 << 20,
            },
            "child_rlimits": {  # a zygote works for a whole class, and writes down what it fails from
                "RLIMIT_CPU": max(1, round(limits.cpu_seconds)),
                "RLIMIT_FSIZE": 0,
            },
        }


def _replayed(step: Step, harm: int) -> bool:
    """Tell whether a step that has its result runs again in a new child.

    Cells do; of a cell that looped or ended the process once, the definitions do; if even they do harm, nothing does.
    """
    return isinstance(step, CellStep) and harm < 2


def _rest(steps: Sequence[Step], results: dict[int, Result], detail: str) -> list[Result]:
    """Return the results, with ``not_run`` where there is none."""
    blank: list[Result] = [
        CellResult("not_run", detail=detail) if isinstance(step, CellStep) else CallResult("not_run", detail=detail)
        for step in steps
    ]
    return [results.get(i, empty) for i, empty in enumerate(blank)]
