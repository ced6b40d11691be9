"""What the command line prints: a class as a table, one submission in full, and a bar while it works."""

from __future__ import annotations

import sys
from collections import Counter
from collections.abc import Sequence
from datetime import timedelta
from types import TracebackType
from typing import TYPE_CHECKING

from rich import box
from rich.cells import cell_len, set_cell_size
from rich.console import Console
from rich.padding import Padding
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TaskID, TextColumn, TimeRemainingColumn
from rich.table import Table
from rich.text import Text

from autograder.assignments import NAMES
from autograder.assignments.own import own_names
from autograder.grading.results import CriterionResult, Result
from autograder.report.summary import one_line, own_share, points, shared_notes, what_happened

if TYPE_CHECKING:  # a command loads what it does, and not what another one prints
    from autograder.course.collect import Collection
    from autograder.course.lateness import Lateness
    from autograder.course.status import AssignmentStatus
    from autograder.replay import Asked, Replay

WIDTH = 100
"""Columns of a table; also where the output is not a terminal and has no width."""

MOST_ROWS = 200
"""Rows that a table shows; nobody reads ten thousand lines in a terminal."""

MOST_FAILURES = 5
"""Failures of ours that are told; one cause is behind most of them."""

_STYLES = {"unreadable": "magenta", "failed": "bold red"}
_MARKS = {"passed": "✓", "failed": "✗", "error": "✗", "timeout": "✗", "missing": "–", "not_run": "–"}


def _console() -> Console:
    """Return a console on standard output: plain text unless that is a terminal."""
    console = Console(file=sys.stdout, highlight=False, markup=False, emoji=False)
    console.width = min(WIDTH, console.width) if console.is_terminal else WIDTH
    return console


def _style(result: Result) -> str:
    """Return the colour of a row; the words beside it say the same."""
    if result.status != "graded":
        return _STYLES.get(result.status, "")
    return "green" if result.score == result.max_score else "yellow" if result.score else "red"


def _clipped(text: str, width: int) -> str:
    """Return at most ``width`` columns of a text, with an ellipsis where something was cut."""
    return text if cell_len(text) <= width else set_cell_size(text, width - 1).rstrip() + "…"


def class_table(results: Sequence[Result], width: int = WIDTH) -> Table:
    """Return the table of a class: student, score, status, and what happened in one line."""
    table = Table(box=box.SIMPLE_HEAD, show_edge=False, pad_edge=False)
    shared = shared_notes(results)
    rows = [
        (
            _clipped(one_line(result.student), 18),
            f"{points(result.score)} / {points(result.max_score)}",
            one_line(result.status),
            what_happened(result, shared),
        )
        for result in results[:MOST_ROWS]
    ]
    titles = ("student", "score", "status", "what happened")
    widths = [max(map(cell_len, column)) for column in zip(titles, *rows, strict=True)]
    last = max(10, width - sum(widths[:3]) - 3 * 3)  # three columns stand between two columns of text
    for place, title in enumerate(titles):
        table.add_column(
            title,
            no_wrap=True,
            justify="right" if title == "score" else "left",
            min_width=widths[place] if place < 3 else 0,
        )
    for result, row in zip(results, rows, strict=False):
        style = _style(result)
        table.add_row(row[0], Text(row[1], style=style), Text(row[2], style=style), Text(_clipped(row[3], last)))
    return table


def print_collection(found: Collection) -> None:
    """Print what came in, who is missing, and what was set aside."""
    console = _console()
    counts = [(len(found.new), "new"), (len(found.changed), "changed"), (len(found.unchanged), "as before")]
    total = sum(count for count, _ in counts)
    parts = ", ".join(f"{count} {word}" for count, word in counts)
    console.print(f"{total} student{'' if total == 1 else 's'}: {parts}.")
    groups = {"Marked late by the platform": found.late, "Handed in nothing": found.missing}
    for title, students in groups.items():
        if students:
            console.print(f"{title} ({len(students)}): {', '.join(map(one_line, students))}.", soft_wrap=True)
    for sentence in (*found.notes, *found.set_aside):
        console.print(one_line(sentence), soft_wrap=True)


def print_status(students: int, assignments: Sequence[AssignmentStatus]) -> None:
    """Print a course's assignments as a table, and what to do next."""
    console = _console()
    table = Table(box=box.SIMPLE_HEAD, show_edge=False, pad_edge=False)
    table.add_column("assignment")
    for heading in ("handed in", "graded", "new", "need a human", "mean"):
        table.add_column(heading, justify="right")
    table.add_column("due")
    for one in assignments:
        mean = "–" if one.mean is None else f"{one.mean:.1f}"
        counts = (one.handed_in, one.graded, one.ungraded, one.needs_human)
        table.add_row(one_line(one.name), *map(str, counts), mean, one.due)
    console.print(table)
    console.print(f"The gradebook knows {students} student{'' if students == 1 else 's'}.")
    ours = {*NAMES, *own_names()}  # a course may have assignments that stock nbgrader alone can grade
    for one in assignments:
        if one.corrected:
            console.print(f"{one_line(one.name)} has been corrected since it was graded: these are the old scores.")
        if (one.ungraded or one.corrected) and one.name in ours:
            console.print(f"Next: autograder grade {one_line(one.name)}")


def print_lateness(told: Lateness) -> None:
    """Print who was late, what that cost, and where a time is missing; nothing where nobody was late."""
    console = _console()
    if told.seconds:
        late = [
            f"{one_line(student)} ({timedelta(seconds=round(seconds))}"
            + (f", −{points(round(told.lost[student], 2))})" if student in told.lost else ")")
            for student, seconds in sorted(told.seconds.items())
        ]
        more = f" and {len(late) - MOST_ROWS} more" if len(late) > MOST_ROWS else ""
        console.print(f"Late ({len(late)}): {', '.join(late[:MOST_ROWS])}{more}.", soft_wrap=True)
    for note in told.notes:
        console.print(one_line(note), soft_wrap=True)


def print_failures(results: Sequence[Result]) -> None:
    """Print what failed on our side, each thing once and in full: the table has room for the beginning alone."""
    console = _console()
    told = Counter(" ".join(one.notes) for one in results if one.status == "failed")
    for sentence, count in told.most_common(MOST_FAILURES):
        console.print(Text(one_line(f"Failed on our side ({count}): {sentence}")), soft_wrap=True)


def print_class(results: Sequence[Result], *, set_aside: Sequence[str] = (), absent: Sequence[str] = ()) -> None:
    """Print a class's table, and a sentence each for what was set aside, who is missing and what waits for a human."""
    console = _console()
    with console.capture() as capture:
        console.print(class_table(results, console.width))
    for line in capture.get().splitlines():
        print(line.rstrip(), file=console.file)
    if len(results) > MOST_ROWS:
        console.print(f"… and {len(results) - MOST_ROWS} more; the class report lists everyone.")
    for sentence in filter(None, (*shared_notes(results), own_share(results), *set_aside)):
        console.print(Text(one_line(sentence)))
    if absent:
        console.print(Text(one_line(f"Nothing was handed in by: {', '.join(absent)}.")))
    answers = sum(answer.answered for result in results for answer in result.written)
    if answers:
        waits = "written answer waits" if answers == 1 else "written answers wait"
        console.print(f"{answers} {waits} to be marked by a human.")


def _criterion(criterion: CriterionResult) -> list[Text | Padding]:
    """Return the lines on one criterion."""
    passed = criterion.status == "passed"
    head = f"{_MARKS.get(criterion.status, '?')} {one_line(criterion.name)}  {points(criterion.points)}"
    line = Text(f"{head} / {points(criterion.max_points)}", style="green" if passed else "red")
    told = [text for text in (criterion.message, criterion.diagnosis) if text and not passed]
    return [line, *(Padding(Text(one_line(text)), (0, 0, 0, 2), expand=False) for text in told)]


def print_result(result: Result) -> None:
    """Print one submission's result in full: each criterion, and what its student would be told."""
    console = _console()
    score = f"{points(result.score)} of {points(result.max_score)} points"
    told = score if result.status == "graded" else f"{result.status}, no score"
    console.print(Text(one_line(f"{result.assignment}, {result.student}: {told}"), style="bold"))
    for note in result.notes:
        console.print(Text(one_line(note)))
    for function in result.functions:
        console.print()
        reached = f"{function.name}  {points(function.score)} / {points(function.max_score)}"
        console.print(Text(one_line(reached), style="bold"))
        for criterion in function.criteria:
            for line in _criterion(criterion):
                console.print(line)
    if result.self_reported:
        console.print()
        console.print(Text(one_line(own_share([result]))))
        for criterion in result.self_reported:
            for line in _criterion(criterion):
                console.print(line)
    for answer in result.written:
        waits = "waits to be marked by a human" if answer.answered else "was left empty"
        console.print()
        console.print(Text(one_line(f"{answer.name}: the written answer {waits}.")))


def print_replay(replay: Replay) -> None:
    """Print what a grade rests on: for every call the input, the answer, the expected values and what is wrong."""
    told = replay.result
    print(one_line(f"{told.assignment}, {told.student}: seed {told.seed}, inputs {told.inputs_hash[:16]}"))
    for note in replay.notes:
        print(one_line(note))
    for function in replay.functions:
        for criterion in function.criteria:
            reached = f"{points(criterion.points)} / {points(criterion.max_points)}"
            print()
            print(one_line(f"{function.name}, {criterion.name}: {criterion.status}, {reached}"))
            for number, asked in enumerate(replay.calls[function.name, criterion.name], start=1):
                _print_call(number, asked)


def _print_call(number: int, asked: Asked) -> None:
    """Print one call on four lines; what the student's program wrote is kept on its line."""
    from autograder.replay import in_words

    named = [f"{name} = {in_words(one)}" for name, one in asked.inputs.get("keywords", {}).items()]
    print(one_line(f"{number}. asked: {'; '.join([*map(in_words, asked.inputs['arguments']), *named])}"))
    answer = "; ".join(map(in_words, asked.answer.get("values", ()))) or asked.answer.get("error", "none")
    print("   " + one_line(f"answer: {answer}"))
    print("   " + one_line(f"expected: {'; '.join(map(in_words, asked.expected))}"))
    print("   " + (one_line(asked.finding) or "right"))


COUNTED = {"graded": "graded", "unreadable": "need a human", "failed": "failed on our side"}
"""What the bar counts, by status."""


class Bar:
    """A progress bar on standard error with rate, time left and counts; silent when not on a terminal."""

    def __init__(self) -> None:
        console = Console(file=sys.stderr)
        self._task: TaskID | None = None
        self._counts: Counter[str] = Counter()
        self._progress = Progress(
            TextColumn("grading"),
            BarColumn(),
            MofNCompleteColumn(),
            TextColumn("{task.fields[rate]}"),
            TimeRemainingColumn(),
            TextColumn("{task.fields[counts]}"),
            console=console,
            transient=True,
            disable=not console.is_terminal,
        )

    def __enter__(self) -> Bar:
        self._progress.start()
        return self

    def __exit__(self, kind: type[BaseException] | None, value: BaseException | None, tb: TracebackType | None) -> None:
        self._progress.stop()

    def start(self, total: int) -> None:
        """Say how many submissions there are."""
        self._task = self._progress.add_task("grading", total=total, rate="", counts="")

    def advance(self, result: Result, reused: bool) -> None:
        """Count one submission."""
        if self._task is None:
            return
        self._progress.advance(self._task)
        speed = self._progress.tasks[0].speed
        self._counts[result.status] += 1
        counts = ", ".join(f"{self._counts[status]} {words}" for status, words in COUNTED.items())
        self._progress.update(self._task, rate=f"{speed:.1f}/s" if speed else "", counts=counts)
