"""The child: one process per submission, in which the student's cells and functions run, and nothing else.

It is forked from the zygote, gives up what it does not need, runs the plan's steps and writes one frame per step.
Whatever happens in here belongs to the student: no reference and no expected value is ever in this process.
"""

from __future__ import annotations

import builtins
import contextlib
import os
import random
import resource
import signal
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from importlib.machinery import ModuleSpec, PathFinder
from types import ModuleType
from typing import Any

import numpy as np

from autograder.calls import Argument, Call, Outcome, Stage
from autograder.sandbox import frames
from autograder.sandbox.cells import EXIT_BROKEN, NO_INPUT, run_cell

PLAN_FD, OUT_FD = 3, 4
EXIT_OK = 0
FLUSH_SECONDS = 0.25
"""How often a long step's finished outcomes are sent ahead, so that a loop costs only the calls after it."""
FLUSH_BYTES = 4 << 20
WARM_UP = 20
"""How often to do it beforehand: Python rewrites code that runs often, which is better done before forking."""
MAX_RESULT = 4 << 20
"""Bytes of array data that one call may return."""

now = time.monotonic


def keep_only(plan: int, out: int) -> None:
    """Leave the zygote's session and close every descriptor but standard input, the plan and the pipe for answers."""
    os.setsid()
    os.dup2(plan, PLAN_FD + 10)
    os.dup2(out, OUT_FD + 11)
    os.dup2(PLAN_FD + 10, PLAN_FD)
    os.dup2(OUT_FD + 11, OUT_FD)
    os.dup2(0, 1)  # standard input is /dev/null
    os.dup2(0, 2)
    os.closerange(OUT_FD + 1, 65536)


def limit_resources(amounts: Mapping[str, int]) -> None:
    """Lower this process's resource limits, named as in `resource`."""
    for name, amount in amounts.items():
        _limit(getattr(resource, name), amount)


def _limit(which: int, amount: int) -> None:
    """Lower a resource limit; outside Linux one that cannot be set is left, as on macOS RLIMIT_AS."""
    hard = resource.getrlimit(which)[1]
    wanted = amount if hard == resource.RLIM_INFINITY else min(amount, hard)
    with contextlib.nullcontext() if sys.platform == "linux" else contextlib.suppress(ValueError, OSError):
        resource.setrlimit(which, (wanted, wanted))


def give_up(problem: Exception) -> None:
    """Tell the parent which layer could not be set up; nothing of the student's has run and nothing will."""
    os.write(OUT_FD, frames.pack(0, {"failed": str(problem)[:500]}))


class _Answers:
    """Number and write the frames; keep outcomes until a step ends or `FLUSH_SECONDS` have passed."""

    def __init__(self) -> None:
        self._sequence = 0
        self._step = 0
        self._outcomes: list[str] = []
        self._arrays: list[np.ndarray] = []
        self._bytes = 0
        self._busy = False

    def send(self, header: dict[str, Any], arrays: Sequence[np.ndarray] = ()) -> None:
        """Write one frame."""
        self._write(frames.pack(self._sequence, header, arrays))

    def _write(self, frame: bytes) -> None:
        data = memoryview(frame)
        self._sequence += 1
        while data:
            data = data[os.write(OUT_FD, data) :]

    def begin(self, step: int) -> None:
        """Start collecting the outcomes of a step."""
        self._step, self._outcomes, self._arrays, self._bytes = step, [], [], 0

    def add(self, outcome: Outcome) -> None:
        """Take the outcome of one call."""
        self._busy = True
        outcome, size = _fit(outcome)
        self._outcomes.append(frames.describe_outcome(outcome, self._arrays))
        self._bytes += size
        self._busy = False
        if self._bytes > FLUSH_BYTES:
            self.flush(done=False)

    def flush(self, *, done: bool) -> None:
        """Send the outcomes collected so far."""
        self._busy = True
        frame = frames.pack_outcomes(self._sequence, self._step, self._outcomes, self._arrays, done=done)
        self._outcomes, self._arrays, self._bytes = [], [], 0
        self._write(frame)
        self._busy = False

    def tick(self) -> None:
        """Send finished outcomes ahead, if nothing is being written."""
        if not self._busy and self._outcomes:
            self.flush(done=False)


_answers: list[_Answers] = []
"""The answers of this process, once there are any."""


def _tick(*_: object) -> None:
    """Do what is to be done when the interval timer fires inside a long call."""
    for answers in _answers:
        answers.tick()


def _fit(outcome: Outcome) -> tuple[Outcome, int]:
    """Return the outcome and its size in bytes; one that cannot cross is replaced by an error that says why."""
    size = 0
    for _, data in outcome.values:
        if data is not None:
            size += data.nbytes
            if data.ndim > frames.MAX_NDIM:
                return Outcome(error=f"ValueError: the result has more than {frames.MAX_NDIM} dimensions"), 0
    if size > MAX_RESULT:
        text = f"ValueError: the result takes {size:,} bytes, and at most {MAX_RESULT:,} are taken"
        return Outcome(error=text), 0
    return outcome, size


def warm_up() -> None:
    """Go once through what every child does, so that what Python and NumPy do at first use is done in the zygote."""
    question = Call((Argument("array", np.ones(2)),))
    f = eval(compile("lambda x: numpy.log(x - 1)", "<cell-0>", "eval"), {"numpy": np})
    output = sys.stdout, sys.stderr
    for _ in range(WARM_UP):
        arrays: list[np.ndarray] = []
        with Stage() as stage:
            answers = [stage.call(f, question), stage.call(np.abs, question), stage.call(np.abs, question)]
        frames.pack_outcomes(
            0, 0, [frames.describe_outcome(_fit(one)[0], arrays) for one in answers], arrays, done=True
        )
        frames.pack(0, {"cell": run_cell("", "cell-0", {}, 1 << 20)})
        for source in ("def f(x): return x\n1 / 0", "import numpy as np\n\ndef f(x):\n    return x"):
            run_cell(source, "cell-0", {}, 1 << 20)
    sys.stdout, sys.stderr = output
    signal.signal(signal.SIGALRM, _tick)  # children inherit it
    reseed()


def _zero(x: Any, *_: object, **__: object) -> Any:
    return np.zeros_like(x)


def _smooth(x: Any, *_: object, **__: object) -> Any:
    return np.where(np.maximum(x, 0) > 0, x * 0.5, np.exp(-np.abs(x)) - 1)


def _same(x: Any, *_: object, **__: object) -> Any:
    return x


def rehearse(calls: Sequence[Call]) -> None:
    """Make the calls of a step with functions of our own; what they do at first is then done in the zygote.

    Calls that are read by SymPy are left out: it may not be loaded yet.
    """
    output = sys.stdout, sys.stderr
    for function in (_zero, _smooth, _same):
        arrays: list[np.ndarray] = []
        with Stage() as stage:
            answers = [_fit(stage.call(function, what))[0] for what in calls if what.points is None]
        frames.pack_outcomes(0, 0, [frames.describe_outcome(one, arrays) for one in answers], arrays, done=True)
    sys.stdout, sys.stderr = output
    reseed()


def _no_input(prompt: object = "") -> str:
    """Stand in for ``input``."""
    raise RuntimeError(NO_INPUT)


class _Notebook:
    """What ``get_ipython()`` returns: every magic does nothing."""

    def run_line_magic(self, *_: object, **__: object) -> None:
        """Ignore a line magic."""

    run_cell_magic = magic = system = run_line_magic


def _display(*objects: object, **_: object) -> None:
    """Stand in for the notebook's ``display``: print what is given."""
    for shown in objects:
        print(repr(shown) if not isinstance(shown, str) else shown)


def new_namespace() -> dict[str, Any]:
    """Return the namespace of a fresh ``__main__`` module, with what a notebook offers besides Python."""
    main = ModuleType("__main__")
    sys.modules["__main__"] = main
    builtins.input = _no_input
    main.__dict__.update(__builtins__=builtins, display=_display, get_ipython=_Notebook)
    return main.__dict__


def reseed() -> None:
    """Set the random state that children inherit: code that draws without a seed gives the same answer twice."""
    random.seed(0)
    if LATE in sys.modules:
        np.random.seed(0)


LATE = "numpy.random"
"""What NumPy loads when it is first used: it is slow to load, and most notebooks draw nothing."""


class SeedsLate:
    """A finder for `sys.meta_path` that seeds NumPy's generator where a child is the first to load it."""

    def find_spec(
        self, fullname: str, path: Sequence[str] | None = None, target: ModuleType | None = None
    ) -> ModuleSpec | None:
        """Return the usual spec of that one module, with a loader that seeds."""
        spec = PathFinder.find_spec(fullname, path) if fullname == LATE else None
        if spec is not None and spec.loader is not None:
            load = spec.loader.exec_module

            def load_and_seed(module: ModuleType) -> None:
                load(module)
                module.seed(0)

            spec.loader.exec_module = load_and_seed  # type: ignore[method-assign]  # of this loader alone
        return spec


def _missing(namespace: Mapping[str, Any], function: str) -> str:
    """Return a sentence if the name is not bound to something that can be called."""
    if function not in namespace:
        return f"there is no function called {function} in the notebook"
    if not callable(namespace[function]):
        return f"{function} is not a function: it is bound to an object of type {type(namespace[function]).__name__}"
    return ""


def _run_calls(answers: _Answers, namespace: Mapping[str, Any], function: str, calls: Sequence[Call]) -> None:
    """Make the calls of one step, or say that there is nothing to call."""
    missing = _missing(namespace, function)
    if missing:
        answers.send({"step": answers._step, "missing": missing[:500], "done": True})
        return
    target = namespace[function]
    with Stage() as stage:
        for what in calls:
            try:
                outcome = stage.call(target, what)
            except BaseException as problem:  # one that raises when it is shown
                told = f"{type(problem).__name__}: the error that the function raised cannot be shown"
                outcome = Outcome(error=told[:500])
            answers.add(outcome)
    answers.flush(done=True)


def serve(plan: Mapping[str, Any], inputs: Mapping[int, Sequence[Call]]) -> None:
    """Run the plan's steps in order and write their results."""
    answers = _Answers()
    answers.send({"locked": True})  # before any of the student's code: what goes wrong earlier is not the student's
    namespace = new_namespace()
    _answers.append(answers)
    signal.setitimer(signal.ITIMER_REAL, FLUSH_SECONDS, FLUSH_SECONDS)
    for index, (kind, name, content) in enumerate(plan["steps"]):
        answers.begin(index)
        if kind != "call":
            partly = kind == "definitions"
            result = run_cell(content, name, namespace, plan["output_bytes"], definitions_only=partly)
            figures = [np.frombuffer(figure, np.uint8) for figure in result["figures"]]
            result["figures"] = [figure.size for figure in figures]
            answers.send({"step": index, "cell": result, "done": True}, figures)
        else:
            _run_calls(answers, namespace, name, inputs[content])


def main(run: Callable[[], None]) -> None:
    """Run, and end the process without any clean-up that a student's code could have changed."""
    status = EXIT_BROKEN  # stays so if the student's code changed ours so that it raises
    try:
        run()
        status = EXIT_OK
    finally:
        os._exit(status)
