"""Run the whole training study: ``python -m book.lab.study``, or ``make study``.

Finished cells are kept in ``_build/study``, so that a run that was stopped goes on where it was.
"""

from __future__ import annotations

import argparse
import json
import multiprocessing
import os
import sys
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor, as_completed
from concurrent.futures.process import BrokenProcessPool
from dataclasses import asdict
from pathlib import Path

from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

from book.lab.study import table
from book.lab.study.grid import Cell, cells
from book.lab.study.run import Outcome, begin, run

KEPT_IN = Path(__file__).resolve().parents[3] / "_build" / "study"


def _text_of(cell: Cell, outcomes: list[Outcome]) -> str:
    return json.dumps({"cell": asdict(cell), "outcomes": [asdict(outcome) for outcome in outcomes]}) + "\n"


def finished(kept: Path) -> dict[Cell, list[Outcome]]:
    """Return the cells that an earlier run finished; a last line that was cut off counts as not finished."""
    found: dict[Cell, list[Outcome]] = {}
    if not kept.is_file():
        return found
    for line in kept.read_text(encoding="utf-8").splitlines(keepends=True):
        if line.endswith("\n"):
            read = json.loads(line)
            outcomes = [Outcome(**{**one, "curve": tuple(one["curve"])}) for one in read["outcomes"]]
            found[Cell(**read["cell"])] = outcomes
    return found


def _drop_cut_line(kept: Path) -> None:
    """Cut off what a stopped run left of its last line, so that the next line starts at its beginning."""
    if kept.is_file():
        text = kept.read_bytes()
        kept.write_bytes(text[: text.rfind(b"\n") + 1])


def run_all(waiting: list[Cell], jobs: int) -> Iterator[tuple[Cell, list[Outcome]]]:
    """Run cells in processes of their own, the deepest networks first, and yield each when it is finished."""
    order = sorted(waiting, key=lambda cell: -cell.depth)
    # A new interpreter for each worker: it reads the number of BLAS threads from the environment when it starts.
    with ProcessPoolExecutor(jobs, mp_context=multiprocessing.get_context("spawn")) as pool:
        promised = {pool.submit(run, cell): cell for cell in order}
        try:
            for done in as_completed(promised):
                yield promised[done], done.result()
        except BaseException:
            pool.shutdown(wait=False, cancel_futures=True)
            raise


def study(jobs: int, kept: Path) -> None:
    """Run what is not finished yet, then write the tables."""
    _drop_cut_line(kept)
    found = finished(kept)
    waiting = [cell for cell in cells() if cell not in found]
    columns = (TextColumn("cells"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    with Progress(*columns) as bar, kept.open("a", encoding="utf-8") as file:
        task = bar.add_task("cells", total=len(cells()), completed=len(found))
        for cell, outcomes in run_all(waiting, jobs):
            file.write(_text_of(cell, outcomes))
            file.flush()
            found[cell] = outcomes
            bar.advance(task)
    table.write(table.RESULTS, (table.result_line(cell, outcome) for cell in cells() for outcome in found[cell]))
    first = {(cell.activation, cell.depth, cell.start): cell for cell in reversed(cells())}
    table.write(
        table.BEGINNINGS,
        (table.beginning_line(cell, one) for cell in sorted(first.values(), key=cells().index) for one in begin(cell)),
    )
    table.write_provenance()


def main() -> int:
    """Run the study from the command line: 0 when the tables are written, 1 with a sentence otherwise."""
    parser = argparse.ArgumentParser(prog="python -m book.lab.study", description=__doc__.splitlines()[0])
    parser.add_argument("--jobs", type=int, default=os.cpu_count() or 1, help="processes (default: one for each core)")
    jobs = parser.parse_args().jobs
    os.environ["OPENBLAS_NUM_THREADS"] = "1"
    # A change of the code that the numbers depend on starts anew.
    kept = KEPT_IN / f"{table.code_digest()[:16]}.jsonl"
    kept.parent.mkdir(parents=True, exist_ok=True)
    try:
        study(jobs, kept)
    except KeyboardInterrupt:
        print("Stopped. The finished cells are kept: the same command goes on from there.", file=sys.stderr)
        return 1
    except BrokenProcessPool:
        print("A process was killed, perhaps for want of memory: the same command goes on from there.", file=sys.stderr)
        return 1
    print(f"{table.RESULTS}\n{table.BEGINNINGS}\n{table.PROVENANCE}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
