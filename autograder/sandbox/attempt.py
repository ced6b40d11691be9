"""Read one child's answers: check each frame, keep the time of each step, and say why a child ended early."""

from __future__ import annotations

import hashlib
import os
import signal
import time
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from autograder.calls import Outcome
from autograder.errors import IsolationError
from autograder.packed import Layout, Packed, layout_of
from autograder.sandbox import frames
from autograder.sandbox.cells import EXIT_BROKEN, EXIT_OUTPUT, KEEP_DISPLAY, KEEP_OUTPUT, MAX_FIGURES
from autograder.sandbox.forkserver import START_SECONDS, Child, ForkServer, ZygoteLost
from autograder.sandbox.steps import CallResult, CallStep, CellResult, CellStep, Limits, Result, Step

PATIENCE = 4.0
"""A step that waits for a processor gets this many times its seconds before it counts as a timeout."""
CLOSING_SECONDS = 1.0
"""A process that has closed its pipe for answers is ending; one that has not ended after this long is ended."""
GATHER_SECONDS = 0.02
"""How long to let answers gather before they are read, unless the child ends: waking up for each costs more than
reading many, and two processes that share a core slow each other down."""
MAX_RECEIVED = 16 << 20
"""Bytes of answers read from one child."""
MAX_STEP = 8 << 20
"""Bytes of answers taken for one step: it alone is lost if they are more."""
READ = 1 << 20

STEP = b'{"step":'
"""How the header of an answer begins."""
MAX_LAYOUTS, MAX_LAYOUT = 2_000, 16_000
"""How many headers are kept with what they describe, and the bytes of each at most."""


class Flood(Exception):
    """A child's answers are more than is taken."""


_layouts: dict[bytes, Layout | CellResult] = {}
"""Headers of answers, without their step, that were checked before: those of right answers come again and again."""


@dataclass
class Attempt:
    """One child's way through some of the steps: results by position, and how it ended.

    ``locked`` is set by the child's first frame, before any of the student's code ran.
    ``ended`` is empty while all is well, else ``timeout`` or ``died``; ``detail`` is the sentence.  ``killed`` says
    that somebody sent SIGKILL who is not us: the code itself, the system, or a person.  ``taken`` counts the bytes of
    the results.
    """

    steps: Sequence[Step]
    limits: Limits
    results: list[Result] = field(default_factory=list)
    outcomes: list[Outcome] = field(default_factory=list)
    locked: bool = False
    ended: str = ""
    detail: str = ""
    killed: bool = False
    taken: int = 0

    @property
    def finished(self) -> bool:
        """Whether every step has its result."""
        return len(self.results) == len(self.steps)

    def broken(self) -> Result:
        """Return the result of the step during which the child ended."""
        status: Any = self.ended
        if isinstance(self.steps[len(self.results)], CallStep):
            return CallResult(status, tuple(self.outcomes), self.detail)
        return CellResult(status, detail=self.detail)

    def take_piece(self, text: bytes, raw: bytes) -> None:
        """Enter one frame, whose header is not parsed yet; raises `frames.FrameError` if it does not fit."""
        step, comma, rest = text.partition(b",")
        known = _layouts.get(rest)
        if known is not None and step == STEP + b"%d" % len(self.results) and self._expects(known, raw):
            if isinstance(known, CellResult):
                self.results.append(known)
            else:
                self.results.append(CallResult("ran", Packed(known, raw), fingerprint=_fingerprint(rest, raw)))
            return
        before = len(self.results)
        whole = self.locked and not self.outcomes
        self.take(frames.parse_header(text), raw)
        if whole and len(self.results) > before:
            last = self.results[-1]
            if isinstance(last, CallResult) and last.status == "ran" and step.startswith(STEP) and comma:
                self.results[-1] = replace(last, fingerprint=_fingerprint(rest, raw))
                _remember(rest, layout_of(last.outcomes))
            elif isinstance(last, CellResult) and not raw and step.startswith(STEP) and comma:
                _remember(rest, last)

    def _expects(self, known: Layout | CellResult, raw: bytes) -> bool:
        """Tell whether a whole answer that was described before, with these bytes, fits the step that is running."""
        if not self.locked or self.outcomes or self.finished:
            return False
        step = self.steps[len(self.results)]
        if isinstance(known, CellResult):
            return isinstance(step, CellStep) and not raw
        return isinstance(step, CallStep) and len(known.entries) == len(step.calls) and known.size == len(raw)

    def take(self, header: dict[str, Any], raw: bytes) -> None:
        """Enter one frame; raises `frames.FrameError` if it does not fit."""
        if not self.locked:
            if "failed" in header:
                told = frames.text(header["failed"], 500)
                raise IsolationError(f"A process for student code could not be locked down: {told}.")
            self.locked = header.get("locked") is True
            return
        if self.finished or header.get("step") != len(self.results):
            raise frames.FrameError("the answer belongs to no step that is running")
        step = self.steps[len(self.results)]
        body = frames.Body(raw)
        if not isinstance(step, CallStep):
            self.results.append(read_cell(header.get("cell"), body))
        elif "missing" in header:
            self.results.append(CallResult("missing", (), frames.text(header["missing"], 500)))
        else:
            self._take_outcomes(step, header, body)
        body.finish()

    def _take_outcomes(self, step: CallStep, header: dict[str, Any], body: frames.Body) -> None:
        """Enter the outcomes of a call step, all or a part of them."""
        items = header.get("outcomes")
        if not isinstance(items, list) or len(self.outcomes) + len(items) > len(step.calls):
            raise frames.FrameError("the answer holds more outcomes than there were calls")
        if not items and header.get("done") is not True:
            raise frames.FrameError("the answer holds nothing")  # such frames could go on for ever
        self.outcomes += [frames.read_outcome(item, body) for item in items]
        if header.get("done") is True:
            if len(self.outcomes) != len(step.calls):
                raise frames.FrameError("the answer holds fewer outcomes than there were calls")
            self.results.append(CallResult("ran", tuple(self.outcomes)))
            self.outcomes = []


def _fingerprint(header: bytes, raw: bytes) -> bytes:
    """Return what identifies an answer: two with equal bytes have the same."""
    return hashlib.blake2b(b"%d " % len(header) + header + raw, digest_size=20).digest()


def _remember(header: bytes, described: Layout | CellResult | None) -> None:
    """Keep what a header describes."""
    if described is not None and len(header) <= MAX_LAYOUT:
        if len(_layouts) >= MAX_LAYOUTS:
            _layouts.clear()
        _layouts[header] = described


def _figures(sizes: object, body: frames.Body) -> tuple[bytes, ...]:
    """Take the bytes of a cell's figures."""
    if not isinstance(sizes, list) or len(sizes) > MAX_FIGURES:
        raise frames.FrameError("a cell's figures in the answer are malformed")
    return tuple(body.take(["|u1", [size]]).tobytes() for size in sizes)


def read_cell(item: object, body: frames.Body) -> CellResult:
    """Rebuild a cell's result from a child's header; every field is checked."""
    if not isinstance(item, dict) or item.get("status") not in ("ran", "error"):
        raise frames.FrameError("a cell's result in the answer is malformed")
    error = frames.texts(item.get("error") or ["", ""], 2, frames.KEEP)
    if len(error) != 2:
        raise frames.FrameError("a cell's error in the answer is not a name and a text")
    name, value = error
    return CellResult(
        status=item["status"],
        stdout=frames.text(item.get("stdout"), KEEP_OUTPUT + 100),
        stderr=frames.text(item.get("stderr"), KEEP_OUTPUT + 100),
        display=frames.text(item.get("display"), KEEP_DISPLAY),
        error_name=name,
        error_value=value,
        traceback=frames.texts(item.get("traceback"), 100, 500),
        detail=f"{name}: {value}"[:500] if name else "",
        figures=_figures(item.get("figures", []), body),
    )


def death_sentence(status: int | None, limits: Limits) -> tuple[str, str]:
    """Return (status, sentence) for a child that ended before it was done, from its exit code."""
    if status is not None and status < 0:
        return _killed(-status, limits)
    if status == EXIT_OUTPUT:
        return "died", f"the code printed more than {limits.output_bytes // (1 << 20)} MB, so it was ended"
    if status == EXIT_BROKEN:
        return "died", "the code damaged the process in which it ran, so it was ended"
    return "died", "the code ended the program (exit, quit or os._exit) instead of returning"


def _killed(number: int, limits: Limits) -> tuple[str, str]:
    """Return (status, sentence) for a child that a signal ended."""
    if number == signal.SIGXCPU:
        return "timeout", f"the code used more than {limits.cpu_seconds:g} seconds of processor time"
    if number == signal.SIGSYS:
        return "died", "the code asked the system for something that the grader does not allow, so it was ended"
    if number == signal.SIGKILL:
        return "died", "the system ended the code, most often because it used too much memory"
    try:
        name = signal.Signals(number).name
    except ValueError:
        name = f"signal {number}"
    return "died", f"the code crashed the Python interpreter ({name})"


class Watch:
    """Feed an `Attempt` from a child until it is finished, has ended, or has run out of time."""

    def __init__(self, server: ForkServer, child: Child, attempt: Attempt, deadline: float) -> None:
        self._server, self._child, self._attempt, self._deadline = server, child, attempt, deadline
        self._unpacker = frames.Unpacker()
        self._received = self._step_bytes = 0
        self._started = self._sampled = time.monotonic()
        self._waited = 0.0

    def run(self) -> None:
        """Return when the attempt is finished or has ended; the child is dead afterwards."""
        attempt = self._attempt
        try:
            self._child.gather(GATHER_SECONDS)
            while not attempt.finished and not attempt.ended:
                ready = self._server.readable(self._child, self._slice())
                if not ready:
                    self._check_time()
                    continue
                if self._attempt.locked:
                    self._child.gather(GATHER_SECONDS)
                gone = self._child.out not in ready or not self._read()
                if attempt.finished or attempt.ended:
                    break
                if gone:
                    self._bury()
                elif time.monotonic() >= self._limit():  # bytes that keep coming do not put it off
                    self._check_time()
        except frames.FrameError as problem:
            attempt.ended, attempt.detail = "died", f"the code interfered with the grader: {problem}"
        except Flood:
            attempt.ended, attempt.detail = "died", "the code returned or printed more than is taken, so it was ended"
            attempt.outcomes = []
        finally:
            self._child.kill()
            self._child.close()

    def _slice(self) -> float:
        """Return for how many seconds to wait before looking at the clock."""
        left = self._limit() - time.monotonic()
        return left if left > 0 else 0.1

    def _limit(self) -> float:
        """Return when the step, or the run, has had its time, if it had a processor all the time."""
        return min(self._started + self._attempt.limits.step_seconds, self._deadline)

    def _read(self) -> bool:
        """Take what the child has written; return False at the end of its pipe."""
        try:
            data = os.read(self._child.out, READ)
        except BlockingIOError:
            return True
        self._received += len(data)
        if self._received > MAX_RECEIVED:
            raise Flood
        self._unpacker.feed(data)
        before = (self._attempt.locked, len(self._attempt.results))
        for text, body in self._unpacker.pieces():
            self._take(text, body)
        if (self._attempt.locked, len(self._attempt.results)) != before:
            self._next_step()
        return bool(data)

    def _take(self, text: bytes, body: bytes) -> None:
        """Enter one frame if the step's answers do not become too many with it."""
        finished = len(self._attempt.results)
        self._step_bytes += len(text) + len(body)
        if self._step_bytes > MAX_STEP:
            raise Flood
        self._attempt.take_piece(text, body)
        if len(self._attempt.results) > finished:
            self._attempt.taken += self._step_bytes
            self._step_bytes = 0

    def _next_step(self) -> None:
        """Restart the step's clock; sample the waiting time if the last sample is old."""
        self._started = time.monotonic()
        if self._started - self._sampled > 0.05:
            self._sampled, self._waited = self._started, self._child.waited_seconds()

    def _check_time(self) -> None:
        """End the attempt if the step, or the run, has had its time; waiting for a processor is not counted."""
        if not self._attempt.locked:
            if time.monotonic() - self._started > START_SECONDS:
                raise ZygoteLost("The process that starts student code does not answer.")
            return
        now, limit = time.monotonic(), self._attempt.limits.step_seconds
        wall = now - self._started
        own = wall - (self._child.waited_seconds() - self._waited)
        if own >= limit or wall >= PATIENCE * limit or now >= self._deadline:
            self._attempt.ended = "timeout"
            self._attempt.detail = f"the code was still running after {wall:.1f} seconds, so it was ended"

    def _bury(self) -> None:
        """Find out how the child ended; one that closed its pipe and goes on is ended."""
        goes_on = not self._server.has_reported(CLOSING_SECONDS)
        if goes_on:
            self._child.kill()
        status = self._server.exit_status()
        if not self._attempt.locked:
            if status == -signal.SIGKILL:
                raise ZygoteLost("A process for student code was killed before it began.")
            raise IsolationError(f"A process for student code could not be locked down (exit status {status}).")
        self._attempt.killed = status == -signal.SIGKILL
        self._attempt.ended, self._attempt.detail = death_sentence(status, self._attempt.limits)
        if goes_on and self._attempt.killed:
            self._attempt.detail = "the code interfered with the grader: it closed the pipe for its answers"
