"""The training study: its tables are whole, its numbers come out again, and a stopped run goes on."""

from __future__ import annotations

import json
import os
import random
import signal
import subprocess
import sys
import time
from collections.abc import Sequence
from dataclasses import asdict, replace
from pathlib import Path

import numpy as np
import pytest

from book.build import environment
from book.lab.networks import gradients, hidden, loss
from book.lab.study import __main__ as runner
from book.lab.study import run as one_run
from book.lab.study import summary, table
from book.lab.study.grid import (
    ACTIVATIONS,
    BATCH,
    DEPTHS,
    EVERY,
    KEPT,
    LEARNT,
    RATES,
    SEEDS,
    STARTS,
    STEPS,
    Cell,
    cells,
)
from book.lab.study.run import Outcome, begin, images, run, start_weights

SMALL = Cell(activation="relu", depth=2, start="he", rate=1 / 16)
NUDGES = 2.0**-40, -(2.0**-40), 2.0**-41, -(2.0**-41)
"""Relative changes of the first weights, thousands of times what another machine's rounding does to them.

A chaotic run leads anywhere, now and then to where it led before: by one change alone it might be taken for calm.
"""
WILD = 1e-3
"""A relative change by a nudge, a thousand million times the nudge, that tells a chaotic run from a calm one."""
AMPLIFIED = 10
"""How much more than the nudge's effect rounding, step by step, is allowed to have."""


def test_the_tables_hold_the_whole_grid() -> None:
    found = [(row.cell, row.seed) for row in table.results()]
    assert found == [(cell, seed) for cell in cells() for seed in SEEDS]
    assert set(table.beginnings()) == {(c.activation, c.depth, c.start) for c in cells()}
    assert all(len(ones) == len(SEEDS) for ones in table.beginnings().values())
    assert all(len(ones[0].norms) == depth + 1 for (_, depth, _), ones in table.beginnings().items())


def test_the_tables_are_small() -> None:
    assert table.RESULTS.stat().st_size + table.BEGINNINGS.stat().st_size < 500_000


def test_the_provenance_names_this_grid_and_no_machine() -> None:
    recorded, now = json.loads(table.PROVENANCE.read_text("utf-8")), json.loads(json.dumps(table.provenance()))
    assert set(recorded) == {"grid", "python", "numpy", "scipy", "code_sha256"}
    assert recorded["grid"] == now["grid"]


def test_the_grid_is_as_wide_as_the_chapter_says() -> None:
    assert len(SEEDS) >= 5
    assert (min(DEPTHS), max(DEPTHS)) == (2, 20)
    assert set(ACTIVATIONS) == {"sigmoid", "tanh", "relu", "leaky_relu", "elu", "gelu", "silu"}
    assert set(STARTS) == {"glorot", "he", "torch", "large"}


# the numbers come out again


def _numbers(outcome: Outcome) -> dict[str, float]:
    """Return the measures of a network and its curve, without the seconds, which are noisy by nature."""
    measures = {name: value for name, value in table.measures(outcome).items() if name != "seconds"}
    return measures | {
        f"loss after {step}": v for step, v in zip(range(0, STEPS + 1, KEPT), outcome.curve, strict=True)
    }


def _thinned(outcome: Outcome) -> Outcome:
    return replace(outcome, curve=outcome.curve[:: KEPT // EVERY])


def _equal(committed: float, fresh: float, nudged: Sequence[float], digits: int) -> bool:
    """Compare up to the rounding of the table, and what nudges of the first weights do to the number.

    A network near the edge of divergence amplifies the last bit of a weight into another result.  No tolerance chosen
    beforehand fits both such a network and a calm one, so each brings its own: the effect of the nudges.
    """
    finite = np.isfinite(nudged)
    if not (np.isfinite([committed, fresh]).all() and finite.all()):
        return bool(np.isnan(committed) == (not np.isfinite(fresh)) or (finite != np.isfinite(fresh)).any())
    rounding = 0.51 * 10.0 ** (np.floor(np.log10(max(abs(fresh), 1e-300))) - digits + 1)
    return abs(committed - fresh) <= rounding + AMPLIFIED * max(abs(one - fresh) for one in nudged) + 1e-300


def _check(cell: Cell, monkeypatch: pytest.MonkeyPatch) -> int:
    """Run a cell anew, plain and nudged, compare all numbers with the table; return how many were calm."""
    fresh = [_thinned(outcome) for outcome in run(cell)]
    nudged = []
    for nudge in NUDGES:
        moved = [(weights * (1 + nudge), biases) for weights, biases in start_weights(cell)]
        with monkeypatch.context() as patch:
            patch.setattr(one_run, "start_weights", lambda cell, moved=moved: moved)
            nudged.append([_numbers(_thinned(outcome)) for outcome in run(cell)])
    calm = 0
    for row, outcome, *others in zip(summary.tried()[cell].rows, fresh, *nudged, strict=True):
        committed = _numbers(row)  # type: ignore[arg-type]  # a row has the measures of an outcome
        values = _numbers(outcome)
        moved = {name: [other[name] for other in others] for name in values}
        for name in _comparable(values, moved):
            digits = table.DIGITS - name.startswith("loss after")
            told = (cell, row.seed, name, committed[name], values[name])
            assert _equal(committed[name], values[name], moved[name], digits), told
            calm += not np.isfinite(values[name]) or _apart(values[name], moved[name]) <= 1e-4
    return calm


def _apart(value: float, moved: Sequence[float]) -> float:
    """Return how far nudges moved a number, relative to it; infinitely far where it stays a number with some alone."""
    if not np.isfinite([value, *moved]).all():
        return 0.0 if not np.isfinite([value, *moved]).any() else np.inf
    return max(abs(one - value) for one in moved) / max(abs(value), 1e-300)


def _comparable(values: dict[str, float], moved: dict[str, list[float]]) -> list[str]:
    """Return the numbers of a run that another machine must find: of a chaotic one its losses until it became so."""
    wild = [name for name in values if _apart(values[name], moved[name]) > WILD]
    if not wild:
        return list(values)
    losses = [name for name in values if name.startswith("loss after")]
    return losses[: min((losses.index(name) for name in wild if name in losses), default=len(losses))]


def test_a_random_cell_reproduces(monkeypatch: pytest.MonkeyPatch) -> None:
    cell = random.SystemRandom().choice([cell for cell in cells() if cell.depth <= 5])
    _check(cell, monkeypatch)


def test_a_calm_cell_reproduces_to_the_last_digit_of_the_table(monkeypatch: pytest.MonkeyPatch) -> None:
    calm, numbers = _check(SMALL, monkeypatch), len(SEEDS) * (len(table.MEASURES) - 1 + STEPS // KEPT + 1)
    assert calm >= 0.9 * numbers, "the tolerance must come from the table's rounding here"


@pytest.mark.full
@pytest.mark.parametrize("draw", range(6))
def test_random_deep_cells_reproduce(draw: int, monkeypatch: pytest.MonkeyPatch) -> None:
    _check(random.SystemRandom().choice([cell for cell in cells() if cell.depth > 5]), monkeypatch)


def test_another_number_would_be_noticed() -> None:
    assert _equal(0.9321, 0.93214, [0.93214], 4)
    assert not _equal(0.9321, 0.9334, [0.9334], 4)
    assert not _equal(np.nan, 0.9334, [0.9334], 4)
    assert not _equal(0.9321, np.nan, [np.nan], 4)


def test_a_chaotic_cell_reproduces_as_far_as_it_is_calm(monkeypatch: pytest.MonkeyPatch) -> None:
    """A step as long as this is amplified within 400 steps to whatever may come out."""
    calm = _check(replace(SMALL, rate=1.0), monkeypatch)
    assert 0 < calm < 0.9 * len(SEEDS) * (len(table.MEASURES) - 1 + STEPS // KEPT + 1)


def test_a_random_beginning_reproduces() -> None:
    cell = random.SystemRandom().choice(cells())
    committed = table.beginnings()[cell.activation, cell.depth, cell.start]
    for was, now in zip(committed, begin(cell), strict=True):
        assert was.norms == pytest.approx(now.norms, rel=10.0 ** (1 - table.DIGITS))
        for name in table.AT_START:
            assert getattr(was, name) == pytest.approx(getattr(now, name), rel=10.0 ** (1 - table.DIGITS)), name


# one cell


def test_seeds_share_weights_and_images_among_activations() -> None:
    one, other = (start_weights(replace(SMALL, activation=name)) for name in ("relu", "sigmoid"))
    assert all(np.array_equal(a[0], b[0]) for a, b in zip(one, other, strict=True))
    assert not np.array_equal(one[0][0][0], one[0][0][1])


@pytest.mark.parametrize(
    ("start", "variance"), [("glorot", 1 / 32), ("he", 2 / 32), ("torch", 1 / 96), ("large", 8 / 32)]
)
def test_starts_have_their_variance(start: str, variance: float) -> None:
    weights = np.concatenate([w.ravel() for w, _ in start_weights(replace(SMALL, depth=20, start=start))[1:-1]])
    # The variance of n draws is off by at most √(2/n) standard errors for normal weights, less for uniform ones.
    assert weights.var() == pytest.approx(variance, rel=5 * np.sqrt(2 / weights.size))


def test_test_images_are_not_trained_on() -> None:
    data = images()
    assert len(data.x) + len(data.x_test) == 1797
    assert not {row.tobytes() for row in data.x} & {row.tobytes() for row in data.x_test}
    assert abs(data.x.mean()) < 1e-12
    assert data.x.std() == pytest.approx(1)


def test_the_gradient_is_the_slope_of_the_loss() -> None:
    layers, data, step = start_weights(SMALL), images(), 1e-5
    x, labels = data.x[:BATCH], data.labels[:BATCH]
    stacked = np.broadcast_to(x, (len(SEEDS), *x.shape)), np.broadcast_to(labels, (len(SEEDS), BATCH))
    tanh = hidden("tanh")
    slope = gradients(layers, *stacked, tanh)[1][0][:, 3, 4] / BATCH
    ends = []
    for sign in (1, -1):
        moved = start_weights(SMALL)
        moved[1][0][:, 3, 4] += sign * step
        ends.append(loss(moved, x, labels, tanh))
    assert slope == pytest.approx((ends[0] - ends[1]) / (2 * step), rel=1e-6, abs=1e-9)


def test_steps_are_those_to_the_fixed_loss() -> None:
    outcome = run(SMALL)[0]
    assert outcome.steps is not None
    reached = outcome.steps // EVERY
    assert outcome.curve[reached] <= LEARNT < min(outcome.curve[:reached])
    assert replace(outcome, curve=(2.3, 1.0, np.nan)).steps is None


def test_a_network_that_diverges_is_recorded_as_such() -> None:
    outcomes = run(Cell(activation="relu", depth=10, start="large", rate=1.0))
    diverged = [outcome for outcome in outcomes if np.isnan(outcome.test_accuracy)]
    assert diverged
    assert all(outcome.steps is None for outcome in diverged)
    line = table.result_line(SMALL, diverged[0])
    assert {line[name] for name in ("train_loss", "test_accuracy", "dead", "flat", "largest")} == {""}


# the runner


@pytest.fixture
def small_study(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    """Let the runner's grid be two cells, and its tables lie in a folder of the test."""
    grid = [SMALL, replace(SMALL, rate=1 / 4)]
    monkeypatch.setattr(runner, "cells", lambda: grid)
    for name in ("RESULTS", "BEGINNINGS", "PROVENANCE"):
        monkeypatch.setattr(table, name, tmp_path / getattr(table, name).name)
    return tmp_path


def test_a_stopped_study_goes_on(small_study: Path) -> None:
    kept = small_study / "kept.jsonl"
    marked = [replace(outcome, test_accuracy=0.123) for outcome in run(SMALL)]
    line = json.dumps({"cell": asdict(SMALL), "outcomes": [asdict(one) for one in marked]}) + "\n"
    kept.write_text(line + line[: len(line) // 2], encoding="utf-8")  # the second line was cut off
    runner.study(1, kept)
    lines = (small_study / "results.csv").read_text("utf-8").splitlines()
    assert len(lines) == 1 + 2 * len(SEEDS)
    assert sum(",0.123," in line for line in lines) == len(SEEDS), "the finished cell was not run again"
    assert len(runner.finished(kept)) == 2
    assert len((small_study / "beginnings.csv").read_text("utf-8").splitlines()) == 1 + len(SEEDS)
    assert (small_study / "provenance.json").is_file()


SMALL_STUDY = """
import sys
from pathlib import Path

from book.lab.study import __main__ as runner
from book.lab.study import table
from book.lab.study.grid import RATES, Cell

if __name__ == "__main__":
    folder = Path(sys.argv.pop())
    for name in ("RESULTS", "BEGINNINGS", "PROVENANCE"):
        setattr(table, name, folder / getattr(table, name).name)
    runner.KEPT_IN = folder
    runner.cells = lambda: [Cell(activation="relu", depth=2, start="he", rate=rate) for rate in RATES]
    sys.exit(runner.main())
"""
"""`make study` with a grid of one cell for each learning rate, and its tables in a folder of the test."""


def test_a_killed_study_goes_on(tmp_path: Path) -> None:
    program = tmp_path / "small_study.py"
    program.write_text(SMALL_STUDY, encoding="utf-8")
    command = [sys.executable, str(program), "--jobs", "1", str(tmp_path)]

    def kept() -> str:
        return "".join(path.read_text("utf-8") for path in tmp_path.glob("*.jsonl"))

    with (tmp_path / "log").open("w") as log:
        study = subprocess.Popen(command, env=environment(), stdout=log, stderr=log, start_new_session=True)
        try:
            while "\n" not in kept():
                assert study.poll() is None, (tmp_path / "log").read_text("utf-8")
                time.sleep(0.01)
        finally:
            os.killpg(study.pid, signal.SIGKILL)
            study.wait()
    assert not (tmp_path / "results.csv").is_file(), "it was killed before it had finished"
    whole = kept()[: kept().rfind("\n") + 1]
    subprocess.run(command, env=environment(), check=True, capture_output=True)
    assert kept().startswith(whole), "what was finished stays as it was"
    assert len(kept().splitlines()) == len(RATES), "and is not run again"
    assert len((tmp_path / "results.csv").read_text("utf-8").splitlines()) == 1 + len(RATES) * len(SEEDS)


def test_nothing_finished_is_nothing_kept(tmp_path: Path) -> None:
    assert runner.finished(tmp_path / "none.jsonl") == {}


# the summary


def test_the_best_rate_is_that_of_the_training_images() -> None:
    for activation in ("relu", "sigmoid"):
        rates = summary.at_rates(activation, 5, "he")
        assert summary.best(activation, 5, "he").loss == min(found.loss for found in rates)
        assert summary.fastest(activation, 5, "he").steps == min(found.steps for found in rates)


def test_a_diverged_network_counts_as_guessing() -> None:
    row = replace(summary.tried()[SMALL].rows[0], test_accuracy=np.nan, train_loss=np.nan, steps=None)
    assert summary.accuracy(row) == summary.CHANCE
    assert summary.loss(row) == np.inf
    assert summary.steps(row) > STEPS
