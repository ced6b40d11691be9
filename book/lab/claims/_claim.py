"""A claim, what was computed about it, and the verdict that a rule derives from that."""

from __future__ import annotations

import os
import pickle
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from enum import Enum
from functools import cache, cached_property, wraps
from pathlib import Path
from types import MappingProxyType
from typing import Any

DOCUMENTS: Mapping[str, str] = MappingProxyType(
    {
        "D0": "an encyclopaedic summary",
        "D1": "course notes",
        "D2": "a section of a short book on deep learning",
        "D3": "answers of a question-and-answer site",
        "D4": "a section of a cookbook",
    }
)
"""The five documents whose claims are put to the test."""

EVIDENCE_FOLDER = "BOOK_EVIDENCE"
"""Environment variable: the folder in which one build keeps its evidence, so that two pages do not compute it twice.

The build names the folder after a digest of all code that the evidence depends on.
"""

Evidence = Mapping[str, Any]
"""What was computed: a description of each number, and the number (or truth value, or short text)."""


@contextmanager
def _alone(lock: Path) -> Iterator[None]:
    """Hold a lock among processes; where the system has none, two may compute the same, which does no harm."""
    try:
        import fcntl
    except ImportError:
        yield
        return
    with lock.open("w") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield


def _computed_once(kept: Path, compute: Callable[[], Any]) -> Any:
    """Return what a file keeps, or compute and keep it; of several processes one computes, and the others wait."""
    if not kept.is_file():
        kept.parent.mkdir(parents=True, exist_ok=True)
        with _alone(kept.with_suffix(".lock")):
            if not kept.is_file():
                unfinished = kept.with_suffix(f".{os.getpid()}")
                unfinished.write_bytes(pickle.dumps(compute()))
                unfinished.replace(kept)
    return pickle.loads(kept.read_bytes())


def once_in_a_build(experiment: Callable[..., Any]) -> Callable[..., Any]:
    """Make several claims and figures share an experiment: computed once in a process, and once in a build.

    Its arguments are numbers and short texts, which name the file where `EVIDENCE_FOLDER` names a folder.
    """

    @cache
    @wraps(experiment)
    def shared(*arguments: float | str) -> Any:
        folder = os.environ.get(EVIDENCE_FOLDER)
        if not folder:
            return experiment(*arguments)
        name = "-".join([experiment.__module__, experiment.__qualname__, *map(str, arguments)])
        return _computed_once(Path(folder) / f"{name.replace('.', '_')}.pickle", lambda: experiment(*arguments))

    return shared


class Verdict(Enum):
    """What the evidence says of a claim."""

    HOLDS = "holds"
    HOLDS_IF = "holds if …"
    MISLEADING = "misleading"
    FALSE = "false"
    NOT_SETTLED = "not settled"


@dataclass(frozen=True)
class Judgement:
    """A verdict and one or two sentences that say why; for `Verdict.HOLDS_IF` the condition comes first."""

    verdict: Verdict
    reason: str


@dataclass(frozen=True, kw_only=True)
class Claim:
    """A claim of the source documents, in our words.

    ``compute`` returns the evidence and knows no verdict; ``rule`` returns the judgement and sees nothing but the
    evidence, so that other evidence gives another verdict.  ``method`` says in a few words how it was put to the test.
    """

    number: int
    documents: tuple[str, ...]
    statement: str
    method: str
    chapter: str
    compute: Callable[[], Evidence]
    rule: Callable[[Evidence], Judgement]

    @cached_property
    def evidence(self) -> Evidence:
        """The evidence, computed once in a process, and once in a build where `EVIDENCE_FOLDER` names a folder."""
        kept = self._kept()
        if kept is None:
            return MappingProxyType(dict(self.compute()))
        return MappingProxyType(_computed_once(kept, lambda: dict(self.compute())))

    def _kept(self) -> Path | None:
        folder = os.environ.get(EVIDENCE_FOLDER)
        return Path(folder) / f"{self.number}.pickle" if folder else None

    @cached_property
    def judgement(self) -> Judgement:
        """The judgement that the rule derives from the evidence."""
        return self.rule(self.evidence)
