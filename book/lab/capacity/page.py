"""The page on capacity: what grading costs, from measurements that lie in the repository, and a plan made from it."""

from __future__ import annotations

import json
import math
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from html import escape
from pathlib import Path
from typing import Any

from book.lab.html import Html

FIGURES = Path(__file__).with_name("figures.json")
"""Written by ``python -m benchmarks.capacity``, which says what each figure is."""

STARTING = 30.0
"""Seconds of the plan in which nothing is graded yet: processes start, NumPy is imported on every machine."""
SPARE = 0.25
"""The share of the cores that the plan leaves idle, for what dies, is late, or is slower than the machine measured."""
CORES = 32
"""Cores of one machine of the plan."""

KB, MB, GB = 1e3, 1e6, 1e9


@cache
def figures() -> dict[str, Any]:
    """Return the measurements."""
    told: dict[str, Any] = json.loads(FIGURES.read_text("utf-8"))
    return told


@dataclass(frozen=True)
class Model:
    """What one submission costs, in processor seconds, and what does not depend on their number.

    ``worker`` is spent in a worker and its sandbox, ``lead`` in the process that leads a run on one machine,
    ``lead_cluster`` in the one that leads a cluster; ``start`` is one worker's start.  ``stored`` are the bytes that
    grading leaves in files, ``sent`` those that travel to a worker and back, ``row`` those in the gradebook.
    """

    worker: float
    lead: float
    lead_cluster: float
    lead_cluster_start: float
    start: float
    stored: float
    sent: float
    row: float
    worker_mb: float
    lead_mb: float

    def processor_seconds(self, count: int, jobs: int) -> float:
        """Return the processor time of a class on one machine, everything included."""
        return jobs * self.start + count * (self.worker + self.lead)

    def cores(self, count: int, seconds: float) -> int:
        """Return the cores that a cluster needs to grade a class in a time."""
        return math.ceil(count * self.worker / ((seconds - STARTING) * (1 - SPARE)))

    def leading(self, count: int) -> float:
        """Return the processor seconds of the process that leads a cluster, which has one core."""
        return self.lead_cluster_start + count * self.lead_cluster


@cache
def model() -> Model:
    """Return the model; its times are those of the sample class alone, for the larger class is there to test them."""
    told = figures()
    one, sample, dask, files = told["one"], told["sample"], told["dask"], told["stored"]
    count = sample["submissions"]
    return Model(
        worker=(sample["cpu"] - sample["lead"] - sample["jobs"] * one["cpu"]) / count,
        lead=(sample["lead"] - one["lead"]) / count,
        lead_cluster=(dask["lead"] - dask["lead_start"]) / dask["submissions"],
        lead_cluster_start=dask["lead_start"],
        start=one["cpu"],
        stored=files["autograded"] + files["result"],
        sent=files["submission"] + files["autograded"] + files["result"],
        row=told["writer"]["gradebook_bytes"],
        worker_mb=max(sample["worker_mb"], told["large"]["worker_mb"]),
        lead_mb=max(sample["lead_mb"], told["large"]["lead_mb"]),
    )


def provenance() -> Html:
    """Return a sentence on where and when this was measured."""
    told = figures()["provenance"]
    return Html(
        f"<p>Measured on {escape(told['date'])} on {told['cores']} cores ({escape(told['cpu'])}) under "
        f"{escape(told['system'])}, with Python {told['python']}, NumPy {told['numpy']} and SQLite {told['sqlite']}. "
        f"The machine was not ours alone: its load at the end was {told['load']:.1f}, "
        "which makes processor times longer, and wall times much longer.</p>"
    )


def costs_table() -> Html:
    """Return what one submission costs, and what a process does."""
    one, writer, files = model(), figures()["writer"], figures()["stored"]
    rows = [
        ("Submissions per second of one core", f"{1 / (one.worker + one.lead):.0f}"),
        ("Processor time of a submission in its worker and sandbox", f"{1e3 * one.worker:.0f} ms"),
        ("… in the process that leads, on one machine", f"{1e3 * one.lead:.1f} ms"),
        ("… in the process that leads a cluster", f"{1e3 * one.lead_cluster:.1f} ms"),
        ("… of which the gradebook's rows", f"{writer['cpu_ms']:.2f} ms"),
        (
            f"The same for the first tenth and the last tenth of {writer['submissions']:,.0f}",
            f"{writer['cpu_ms_first']:.2f} and {writer['cpu_ms_last']:.2f} ms",
        ),
        ("Students whose rows the writer takes per second of its core", f"{1e3 / writer['cpu_ms']:,.0f}"),
        ("Start of a worker: processor time until its first submission is graded", f"{one.start:.1f} s"),
        ("Memory of a worker with its sandbox, at most", f"{one.worker_mb:.0f} MB"),
        ("Memory of the process that leads, at most", f"{one.lead_mb:.0f} MB"),
        ("A submission", f"{files['submission'] / KB:.0f} KB"),
        ("Its autograded notebook and its result", f"{files['autograded'] / KB:.0f} and {files['result'] / KB:.0f} KB"),
        ("Its rows in the gradebook", f"{one.row / KB:.1f} KB"),
    ]
    return _table("What grading costs", ("What", "Measured"), rows)


def backing_table() -> Html:
    """Return what the model says of the larger class, beside what was measured."""
    large, one = figures()["large"], model()
    count, jobs = large["submissions"], large["jobs"]
    said = one.processor_seconds(count, jobs)
    cores = figures()["provenance"]["cores"]
    share = large["cpu"] / (large["wall"] * cores)
    lead = figures()["one"]["lead"] + count * one.lead
    rows = [
        ("Submissions", "", f"{count:,}"),
        (
            "Processor time of all processes",
            f"{said:,.0f} s",
            f"{large['cpu']:,.0f} s ({large['cpu'] / said - 1:+.0%})".replace("-", "−"),
        ),
        ("Processor time of the process that leads", f"{lead:,.0f} s", f"{large['lead']:,.0f} s"),
        ("Share of the cores that other programs left to the run", "", f"{share:.0%}"),
        ("Wall time on this machine, if it were ours alone", f"{said / cores / 60:.0f} min", ""),
        ("Wall time with that share", "", f"{large['wall'] / 60:.0f} min"),
        (f"Memory of all processes, {jobs} workers", "", f"{large['all_mb']:.0f} MB"),
    ]
    return _table("A larger class, said and measured", ("What", "The model", "Measured"), rows)


def classes_table(*counts: int, cores: tuple[int, ...] = (2, 16)) -> Html:
    """Return what classes of several sizes take on one machine."""
    one = model()
    rows = [
        (
            f"{count:,}",
            *(_time(one.processor_seconds(count, jobs) / jobs) for jobs in cores),
            _size(count * one.stored),
            _size(count * one.row),
        )
        for count in counts
    ]
    columns = ("Submissions", *(f"Time on {jobs} cores" for jobs in cores), "Notebooks and results", "Gradebook")
    return _table("One machine", columns, rows)


def plan_table(count: int, seconds: float) -> Html:
    """Return what a cluster needs to grade a class in a time."""
    one = model()
    cores, lead = one.cores(count, seconds), one.leading(count)
    rows = [
        ("Workers, one core each", f"{cores:,}"),
        (f"Machines of {CORES} cores", f"{math.ceil(cores / CORES)}"),
        ("Memory of all workers", _size(cores * one.worker_mb * MB)),
        (f"Memory of a machine of {CORES} cores", _size(CORES * one.worker_mb * MB)),
        ("The process that leads, of its one core", f"{lead:.0f} of {seconds:.0f} s"),
        ("Through the network to the workers and back", f"{count * one.sent / seconds / MB:.0f} MB/s"),
        ("Onto the disk of the process that leads", f"{count * (one.stored + one.row) / seconds / MB:.0f} MB/s"),
        ("On that disk at the end", _size(count * (one.sent + one.row))),
        ("The gradebook alone", _size(count * one.row)),
    ]
    return _table(f"{count:,} submissions in {_time(seconds)}", ("What", "Needed"), rows)


def _time(seconds: float) -> str:
    if seconds < 90:
        return f"{seconds:.0f} s"
    return f"{seconds / 60:.0f} min" if seconds < 5400 else f"{seconds / 3600:.1f} h"


def _size(count: float) -> str:
    return f"{count / GB:.1f} GB" if count >= GB else f"{count / MB:.0f} MB" if count >= MB else f"{count / KB:.0f} KB"


def _table(caption: str, columns: Iterable[str], rows: Iterable[tuple[str, ...]]) -> Html:
    head = "".join(f'<th scope="col">{escape(column)}</th>' for column in columns)
    body = "".join(
        f'<tr><th scope="row">{escape(first)}</th>' + "".join(f"<td>{escape(cell)}</td>" for cell in others) + "</tr>"
        for first, *others in rows
    )
    return Html(
        f'<table class="counts"><caption>{escape(caption)}</caption>'
        f"<thead><tr>{head}</tr></thead><tbody>{body}</tbody></table>"
    )
