"""The claims of five documents about activation functions, each with evidence and a verdict that follows from it.

>>> from book.lab.claims import CLAIMS
>>> print(CLAIMS[45].judgement.verdict.value)
false
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from book.lab.claims import (
    citations,
    differentiability,
    differentiability_experiments,
    nonlinearity,
    nonlinearity_networks,
    output_layer,
    saturation,
    training,
    training_study,
    training_study_experiments,
)
from book.lab.claims import range as range_claims
from book.lab.claims._claim import DOCUMENTS, Claim, Evidence, Judgement, Verdict

__all__ = ["CLAIMS", "DOCUMENTS", "Claim", "Evidence", "Judgement", "Verdict"]

_FAMILIES = (
    nonlinearity.CLAIMS,
    nonlinearity_networks.CLAIMS,
    citations.CLAIMS,
    range_claims.CLAIMS,
    training.CLAIMS,
    differentiability.CLAIMS,
    differentiability_experiments.CLAIMS,
    saturation.CLAIMS,
    output_layer.CLAIMS,
    training_study.CLAIMS,
    training_study_experiments.CLAIMS,
)

CLAIMS: Mapping[int, Claim] = MappingProxyType(
    {claim.number: claim for claim in sorted((c for family in _FAMILIES for c in family), key=lambda c: c.number)}
)
"""All claims judged so far, by number."""
