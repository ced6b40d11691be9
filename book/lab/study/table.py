"""The committed tables of the study: one row for each network, and one for each network before its first step."""

from __future__ import annotations

import csv
import hashlib
import json
import math
import platform
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from importlib.metadata import version
from pathlib import Path
from typing import Any

from autograder.files import write_atomically
from book.lab.study import grid
from book.lab.study.grid import EVERY, KEPT, Cell
from book.lab.study.run import Beginning, Outcome

FOLDER = Path(__file__).resolve().parent
RESULTS, BEGINNINGS, PROVENANCE = (FOLDER / name for name in ("results.csv", "beginnings.csv", "provenance.json"))
CODE = (FOLDER / "grid.py", FOLDER / "run.py", FOLDER.parent / "networks.py")
"""What the numbers depend on, besides the package's reference."""
PACKAGES = ("numpy", "scipy")
DIGITS = 4
"""Significant digits that are kept, and of the points of a training curve one less."""

MEASURES = ("train_loss", "train_accuracy", "test_loss", "test_accuracy", "dead", "flat", "largest", "seconds")
AT_START = ("dead", "flat", "largest", "zeros")
KEY = ("activation", "depth", "start", "seed")


@dataclass(frozen=True, kw_only=True)
class Row:
    """One network of the study, as the committed table holds it; nan and None where it diverged."""

    cell: Cell
    seed: int
    steps: int | None
    curve: tuple[float, ...]
    """Loss on the watched images after 0, `KEPT`, 2 `KEPT`, … steps."""
    train_loss: float
    train_accuracy: float
    test_loss: float
    test_accuracy: float
    dead: float
    flat: float
    largest: float
    seconds: float


def number(value: float | None, digits: int = DIGITS) -> str:
    """Write a number with a few significant digits, and nothing for one that is missing or not finite."""
    return "" if value is None or not math.isfinite(value) else f"{value:.{digits}g}"


def _parsed(text: str) -> float:
    return float(text) if text else math.nan


def measures(outcome: Outcome) -> dict[str, float]:
    """Return the measures of a network; units that returned no numbers are neither dead nor flat, but unknown."""
    found = {name: getattr(outcome, name) for name in MEASURES}
    return found if math.isfinite(outcome.train_loss) else found | {"dead": math.nan, "flat": math.nan}


def result_line(cell: Cell, outcome: Outcome) -> dict[str, str]:
    """Return the row of a network as texts."""
    points = outcome.curve[:: KEPT // EVERY]
    return {
        **{name: str(getattr(cell, name)) for name in ("activation", "depth", "start", "rate")},
        "seed": str(outcome.seed),
        "steps": "" if outcome.steps is None else str(outcome.steps),
        **{name: number(value) for name, value in measures(outcome).items()},
        "curve": ";".join(number(point, DIGITS - 1) for point in points),
    }


def beginning_line(cell: Cell, beginning: Beginning) -> dict[str, str]:
    """Return the row of a network before its first step as texts."""
    return {
        **{name: str(getattr(cell, name)) for name in ("activation", "depth", "start")},
        "seed": str(beginning.seed),
        **{name: number(getattr(beginning, name)) for name in AT_START},
        "norms": ";".join(number(norm) for norm in beginning.norms),
    }


def write(path: Path, lines: Iterable[Mapping[str, str]]) -> None:
    """Write a table, whole or not at all; all lines have the same columns."""
    listed = list(lines)
    rows = [",".join(listed[0]), *(",".join(line.values()) for line in listed)]
    write_atomically(path, ("\n".join(rows) + "\n").encode())


def _lines(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def _series(text: str) -> tuple[float, ...]:
    return tuple(map(_parsed, text.split(";")))


@cache
def results() -> tuple[Row, ...]:
    """Return all networks of the committed study."""
    return tuple(
        Row(
            cell=Cell(
                activation=line["activation"], depth=int(line["depth"]), start=line["start"], rate=float(line["rate"])
            ),
            seed=int(line["seed"]),
            steps=int(line["steps"]) if line["steps"] else None,
            curve=_series(line["curve"]),
            **{name: _parsed(line[name]) for name in MEASURES},
        )
        for line in _lines(RESULTS)
    )


@cache
def beginnings() -> Mapping[tuple[str, int, str], Sequence[Beginning]]:
    """Return the networks before their first step, by activation, depth and start, one for each seed."""
    found: dict[tuple[str, int, str], list[Beginning]] = {}
    for line in _lines(BEGINNINGS):
        beginning = Beginning(
            seed=int(line["seed"]), norms=_series(line["norms"]), **{name: _parsed(line[name]) for name in AT_START}
        )
        found.setdefault((line["activation"], int(line["depth"]), line["start"]), []).append(beginning)
    return found


def code_digest() -> str:
    """Return a SHA-256 of the files that the numbers depend on."""
    total = hashlib.sha256()
    for path in CODE:
        total.update(path.read_bytes())
    return total.hexdigest()


def provenance() -> dict[str, Any]:
    """Return what the study ran with: the grid, the versions and the digest of the code."""
    names = ("ACTIVATIONS", "DEPTHS", "RATES", "SEEDS", "WIDTH", "STEPS", "BATCH", "EVERY", "LEARNT", "FLAT")
    return {
        "grid": {name.lower(): getattr(grid, name) for name in names} | {"starts": list(grid.STARTS)},
        "python": platform.python_version(),
        **{name: version(name) for name in PACKAGES},
        "code_sha256": code_digest(),
    }


def write_provenance() -> None:
    """Write what the study ran with beside its tables."""
    write_atomically(PROVENANCE, (json.dumps(provenance(), indent=1) + "\n").encode())
