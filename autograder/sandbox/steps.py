"""What the caller asks of the sandbox, and what it gets back: frozen data, standard library and `calls` alone."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal, NamedTuple

from autograder.calls import Call, Outcome

CellStatus = Literal["ran", "error", "timeout", "died", "not_run"]
CallStatus = Literal["ran", "missing", "timeout", "died", "not_run"]

KIB = 1024
MIB = 1024 * KIB


class CellStep(NamedTuple):
    """Execute a code cell; ``name`` (like ``cell-3``) becomes the file name ``<cell-3>`` in tracebacks."""

    name: str
    source: str


class CallStep(NamedTuple):
    """Call the object that the cells bound to ``function`` on each input in ``calls``."""

    name: str
    function: str
    calls: tuple[Call, ...]


Step = CellStep | CallStep


@dataclass(frozen=True)
class CellResult:
    """What a cell did: captured output, the repr of its last expression, its error, and a sentence in ``detail``.

    ``figures`` holds what the cell drew with matplotlib, as the bytes of PNG files: the student's bytes, not checked.
    """

    status: CellStatus
    stdout: str = ""
    stderr: str = ""
    display: str = ""
    error_name: str = ""
    error_value: str = ""
    traceback: tuple[str, ...] = ()
    detail: str = ""
    figures: tuple[bytes, ...] = ()


@dataclass(frozen=True)
class CallResult:
    """What the calls did: one outcome per call that finished, in order, and a sentence in ``detail``.

    Two results with one ``fingerprint`` have equal outcomes; it is empty where nobody took it.
    """

    status: CallStatus
    outcomes: Sequence[Outcome] = ()
    detail: str = ""
    fingerprint: bytes = b""


Result = CellResult | CallResult


@dataclass(frozen=True)
class Limits:
    """What one submission may use.

    ``step_seconds`` and ``total_seconds`` are wall-clock seconds for one step and for the whole run, ``cpu_seconds``
    the processor time of one child, ``memory_bytes`` its address space, ``output_bytes`` the text that a cell may
    print before it is ended, ``reforks`` how often a run starts a new child after a step that looped or died.
    """

    step_seconds: float = 5.0
    total_seconds: float = 60.0
    cpu_seconds: float = 60.0
    memory_bytes: int = 1024 * MIB
    output_bytes: int = 8 * MIB
    reforks: int = 6


@dataclass(frozen=True)
class Run:
    """One result per step in order, the wall-clock seconds, the isolation level reached, and what the machine lacks."""

    results: tuple[Result, ...]
    seconds: float
    isolation: str
    notes: tuple[str, ...] = ()
