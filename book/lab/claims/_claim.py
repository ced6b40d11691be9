"""A claim, what was computed about it, and the verdict that a rule derives from that."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import Enum
from functools import cached_property
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

Evidence = Mapping[str, Any]
"""What was computed: a description of each number, and the number (or truth value, or short text)."""


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
        """The evidence, computed once in a process."""
        return MappingProxyType(dict(self.compute()))

    @cached_property
    def judgement(self) -> Judgement:
        """The judgement that the rule derives from the evidence."""
        return self.rule(self.evidence)
