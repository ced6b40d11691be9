"""Every verdict is recomputed and compared with the committed one, and every rule can come out otherwise."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest
from other_evidence import OTHERWISE
from other_evidence.range import votes

from book.lab import html
from book.lab.claims import CLAIMS, DOCUMENTS, Verdict
from book.lab.claims._claim import EVIDENCE_FOLDER, once_in_a_build
from book.lab.claims.floats import first_float
from book.lab.claims.show import counts, ledger, number_text, reason
from book.lab.claims.training import (
    AGAINST,
    FOR,
    LOSS,
    RATE,
    SEEDS,
    UNDECIDED,
    direction,
    share_interval,
)
from book.lab.networks import SCALES

EXPECTED = json.loads(Path(__file__).with_name("expected_verdicts.json").read_text("utf-8"))


@pytest.fixture(autouse=True)
def _recompute(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("BOOK_EVIDENCE", raising=False)


@pytest.mark.parametrize("number", CLAIMS)
def test_verdict_follows_from_fresh_evidence(number: int) -> None:
    claim = CLAIMS[number]
    assert claim.judgement.verdict.value == EXPECTED[str(number)], claim.judgement.reason


def test_the_committed_verdicts_are_those_of_the_claims() -> None:
    assert set(EXPECTED) == set(map(str, CLAIMS))


@pytest.mark.parametrize("number", CLAIMS)
def test_other_evidence_gives_another_verdict(number: int) -> None:
    claim = CLAIMS[number]
    changes, verdict = OTHERWISE[number]
    if number == 47:
        changes = dict.fromkeys(claim.evidence, (0.95, 0.9, 0.99))
    assert set(changes) <= set(claim.evidence), "the changed items must be items of the evidence"
    judged = claim.rule({**claim.evidence, **changes}).verdict
    assert judged is verdict
    assert judged is not claim.judgement.verdict


@pytest.mark.parametrize(
    ("stability", "few_weights", "verdict"),
    [
        (FOR, AGAINST, Verdict.MISLEADING),
        (AGAINST, FOR, Verdict.FALSE),
        (UNDECIDED, FOR, Verdict.NOT_SETTLED),
    ],
)
def test_an_effect_without_its_reason_is_misleading(stability: str, few_weights: str, verdict: Verdict) -> None:
    claim = CLAIMS[5]
    evidence = {**claim.evidence, **votes("stability", stability), **votes("few weights", few_weights)}
    assert claim.rule(evidence).verdict is verdict


def test_experiments_have_at_least_five_seeds_at_each_start() -> None:
    runs = [
        values for claim in (CLAIMS[5], CLAIMS[6]) for values in claim.evidence.values() if isinstance(values, tuple)
    ]
    assert runs
    assert all(len(values) >= 5 * len(SCALES) for values in runs)
    assert len(SEEDS) >= 5


def test_experiments_say_where_they_start() -> None:
    for number in (5, 6, 47):
        assert "Glorot and He start" in CLAIMS[number].method


def test_evidence_is_written_as_tables_write_numbers() -> None:
    assert number_text(1e-15) == html.number(1e-15) == "1·10⁻¹⁵"
    assert number_text(36.7368005) == "36.7368"
    assert number_text((-1, 1)) == "−1, 1"
    assert number_text((0.5, 0.049479, 2e6, 3.0, 4.0)) == "median 3, from 0.0495 to 2·10⁶ (5 runs)"


def test_spread_is_shown() -> None:
    values = CLAIMS[6].evidence[f"{LOSS}, tanh"]
    assert number_text(values).startswith("median ")
    assert f"({len(values)} runs)" in number_text(CLAIMS[6].evidence[f"{RATE}, tanh"])


def test_sign_test_needs_more_than_a_majority() -> None:
    assert direction(10, 0) == FOR
    assert direction(0, 10) == AGAINST
    assert direction(6, 4) == UNDECIDED
    assert direction(0, 0) == UNDECIDED


@pytest.mark.parametrize(("wins", "runs"), [(0, 10), (3, 10), (10, 10), (19, 20)])
def test_sign_test_and_interval_agree_with_scipy(wins: int, runs: int) -> None:
    from scipy.stats import binomtest

    test = binomtest(wins, runs)
    assert share_interval(wins, runs) == pytest.approx(tuple(test.proportion_ci()), abs=6e-4)
    assert (direction(wins, runs - wins) != UNDECIDED) == (test.pvalue < 0.05)


def test_first_float_is_exact() -> None:
    edge = first_float(lambda x: bool(x >= np.float32(0.1)), 0, 1, np.float32)
    assert edge == float(np.float32(0.1))


def test_first_float_refuses_a_search_without_an_edge() -> None:
    with pytest.raises(ValueError, match="false at 0 and true at 1"):
        first_float(lambda x: True, 0, 1, np.float64)


def test_counts_and_ledger_cover_every_claim() -> None:
    assert sum(counts().values()) == len(CLAIMS)
    text = ledger().text
    for number, claim in CLAIMS.items():
        assert f'#claim-{number}"' in text
        assert set(claim.documents) <= set(DOCUMENTS)


def test_a_condition_reads_as_a_condition() -> None:
    assert reason(CLAIMS[10]).startswith("Holds if x stays above −")


def test_an_experiment_that_claims_share_is_computed_once_in_a_build(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    calls: list[str] = []

    def experiment(name: str, bias: float) -> str:
        calls.append(name)
        return f"{name} {bias}"

    monkeypatch.setenv(EVIDENCE_FOLDER, str(tmp_path))
    first, other_process = once_in_a_build(experiment), once_in_a_build(experiment)
    found = [first("relu", -1.0), other_process("relu", -1.0), first("relu", 0.0), other_process("tanh", 0.0)]
    assert found == ["relu -1.0", "relu -1.0", "relu 0.0", "tanh 0.0"]
    assert calls == ["relu", "relu", "tanh"]
