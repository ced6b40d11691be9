"""Publish assignments: test cells, ``checks.py``, and by stock nbgrader the students' notebooks.

Everything is made in a copy of the course folder, verified there, and then compared with the tree or moved into it:
whatever fails, the tree stays as it was.
"""

from __future__ import annotations

import io
import json
import os
import shutil
import tempfile
import zipfile
from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path

from autograder.assignments import NAMES, Assignment, load
from autograder.assignments.own import own_file, own_names
from autograder.course._cells import keep_stamp, register
from autograder.course.checks_file import checks_file
from autograder.course.layout import Course, copy_settings
from autograder.course.run_nbgrader import run_nbgrader
from autograder.course.source_notebook import (
    Notebook,
    cell_source,
    dump,
    grade_id,
    name_cells,
    points_of,
    regenerate,
)
from autograder.errors import GraderFailure, SubmissionError, UsageError
from autograder.files import write_atomically
from autograder.notebook import read_notebook
from autograder.releases import dump_history, history_file, read_history, with_release

CHECKS = "checks.py"
PASSED_OVER = (".ipynb_checkpoints", "__pycache__")
BEGIN_SOLUTION, END_SOLUTION = "### BEGIN SOLUTION", "### END SOLUTION"
FORBIDDEN = ("BEGIN SOLUTION", "END SOLUTION", "HIDDEN TESTS", "grade_cell", "MARK SCHEME")
EARLIEST_ZIP_DATE = (1980, 1, 1, 0, 0, 0)


def all_names(course: Course) -> tuple[str, ...]:
    """Return the assignments that a course publishes: those of the package whose source is there, and its own.

    Raises `UsageError` if there is none.
    """
    names = (*(name for name in NAMES if course.solution(name).parent.is_dir()), *own_names())
    if not names:
        raise UsageError(
            f"{course.root / course.source} holds no assignment to publish: make one, as in "
            "`autograder new hidden_units --functions mish,celu`."
        )
    return names


def publish(course: Course, names: Sequence[str], *, check: bool) -> list[str]:
    """Bring the source notebooks, ``checks.py`` and the students' notebooks of assignments up to date.

    Returns a sentence for each file that was written, or with ``check`` for each that is stale; then nothing is
    changed.  Points that somebody wrote into a generated cell, and that do not count, have a sentence too.

    Without ``check`` nbgrader's gradebook learns the assignments' cells, as stock ``nbgrader autograde`` needs it, and
    what students were given before is kept, so that it is known when they hand it in.

    Raises `UsageError` for a fault in the course, `GraderFailure` where publishing itself went wrong.
    """
    assignments = [load(name) for name in dict.fromkeys(names)]
    with tempfile.TemporaryDirectory(prefix="publish-") as folder:
        copy = replace(course, root=Path(folder), db_url="")
        told: list[str] = []
        for assignment in assignments:
            _prepare(course, copy, assignment)
            told += _set_back(course, assignment, check=check)
        copy_settings(course.root, copy.root)
        run_nbgrader(copy.root, "generate_assignment", [a.name for a in assignments], ["--force", "--no-db"])
        for assignment in assignments:
            _verify(copy, assignment)
            _settle(copy, assignment)
        if not check:
            for assignment in assignments:
                _remember(course, copy, assignment.name)
                register(replace(copy, db_url=course.gradebook_url), assignment.name)
        for assignment in assignments:
            told += _bring(course, copy, assignment.name, check=check)
        if not check:
            for assignment in assignments:
                keep_stamp(copy, course, assignment.name)
        return told


def _prepare(course: Course, copy: Course, assignment: Assignment) -> None:
    """Write the source folder of an assignment into the copy, brought up to date."""
    path = course.solution(assignment.name)
    notebook = _read(path)
    _check_siblings(path)
    target = copy.solution(assignment.name)
    shutil.copytree(path.parent, target.parent, ignore=shutil.ignore_patterns(*PASSED_OVER))
    target.write_bytes(dump(regenerate(notebook, assignment, str(path))))
    present = path.parent / CHECKS
    text = present.read_text(encoding="utf-8") if present.is_file() else ""
    (target.parent / CHECKS).write_text(checks_file(assignment, text), encoding="utf-8")
    for name in assignment.files:
        shutil.copy(assignment.file(name), target.parent)


def _set_back(course: Course, assignment: Assignment, *, check: bool) -> Iterator[str]:
    """Yield a sentence for each generated test whose points were changed in the instructor's notebook.

    Where the notebook's points are those that students were given last, it was the assignment that changed.
    """
    said = points_of(_read(course.solution(assignment.name)))
    try:
        given = points_of(_read(course.release_of(assignment.name)))
    except UsageError:  # nothing was published yet, or nothing that could be read
        given = {}
    own = own_file(assignment.name)
    advice = (
        f"change them in {own.parent.name}/{own.name}"
        if own
        else "they come with the package; change them in an assignment of your own, which `autograder new` makes"
    )
    for exercise in assignment.exercises:
        for criterion in exercise.criteria:
            name = f"{exercise.name}-{criterion.name}"
            points = said.get(name, criterion.points)
            if points not in (criterion.points, given.get(name)):
                yield (
                    f"{name}: the {points:g} points in the notebook {'would be' if check else 'were'} set back to "
                    f"{criterion.points:g}, which the assignment says: {advice}."
                )


def _settle(copy: Course, assignment: Assignment) -> None:
    """Make what nbgrader wrote for students the same at each run."""
    source, released = (_read(path) for path in (copy.solution(assignment.name), copy.release_of(assignment.name)))
    if name_cells(released, {cell["id"] for cell in source["cells"]}):
        copy.release_of(assignment.name).write_bytes(dump(released))


def _read(path: Path) -> Notebook:
    """Return the instructor's notebook; `UsageError` if it is not there or is none."""
    try:
        notebook = json.loads(path.read_bytes())
        cells = notebook["cells"]
    except FileNotFoundError:
        raise UsageError(
            f"{path} is missing: it is the source of the assignment. Put it there, or see whether the name is right."
        ) from None
    except (ValueError, KeyError, TypeError) as problem:
        raise UsageError(f"{path} is not a notebook: open it in Jupyter and save it again.") from problem
    if not isinstance(cells, list) or not all(isinstance(cell, dict) for cell in cells):
        raise UsageError(f"{path} is not a notebook: its cells are no list. Save it again from Jupyter.")
    return dict(notebook)


def _check_siblings(path: Path) -> None:
    """Refuse code beside a source notebook: nbgrader would hand it to the students."""
    for other in sorted(path.parent.iterdir()):
        if other != path and other.name != CHECKS and other.suffix in (".py", ".ipynb"):
            raise UsageError(f"{other} would be handed to the students. Take it out of {path.parent}.")


def _verify(course: Course, assignment: Assignment) -> None:
    """Raise `GraderFailure` if a released notebook holds anything of a solution or of a hidden test."""
    path = course.release_of(assignment.name)
    if not path.is_file():
        raise GraderFailure(
            f"nbgrader made no {path.name} for students, and nothing was published. Look at the folders' names in "
            "nbgrader_config.py."
        )
    cells = _read(path)["cells"]
    text = "\n".join(map(cell_source, cells))
    for words in FORBIDDEN:
        if words in text:
            raise GraderFailure(
                f"The students' {path.name} would hold “{words}”, and nothing was published. Put it between the marks "
                "of a solution or of hidden tests."
            )
    released = {grade_id(cell): cell_source(cell) for cell in cells}
    for cell in _read(course.solution(assignment.name))["cells"]:
        kept, hidden = split_solution(cell_source(cell))
        leaked = [line for line in hidden if line in released.get(grade_id(cell), "").splitlines() and line not in kept]
        if leaked:
            raise GraderFailure(
                f"The students' cell {grade_id(cell)} would hold “{leaked[0].strip()}”, and nothing was published. "
                "Look at the marks of its solution."
            )


def _remember(course: Course, copy: Course, name: str) -> None:
    """Keep what students were given until now, if that is another notebook: they may hand it in for a long time yet."""
    made, present = (place.release_of(name) for place in (copy, course))
    history = read_history(present)
    try:
        before = read_notebook(present).cells
    except SubmissionError:  # there is none yet, or nobody could have used it
        before = ()
    if releases := with_release(history, before, read_notebook(made).cells):
        write_atomically(history_file(made), dump_history(releases))


def split_solution(source: str) -> tuple[list[str], list[str]]:
    """Return the lines of a source cell that students keep, and the lines of the solution."""
    kept: list[str] = []
    hidden: list[str] = []
    inside = False
    for line in source.splitlines():
        if BEGIN_SOLUTION in line or END_SOLUTION in line:
            inside = BEGIN_SOLUTION in line
        elif line.strip():
            (hidden if inside else kept).append(line)
    return kept, hidden


def _files(folder: Path) -> Iterator[Path]:
    """Yield the files below a folder, as paths relative to it."""
    for path in sorted(folder.rglob("*")):
        if path.is_file() and not any(part in PASSED_OVER for part in path.parts):
            yield path.relative_to(folder)


def _bring(course: Course, copy: Course, name: str, *, check: bool) -> Iterator[str]:
    """Compare an assignment's two folders with the copy; write what differs unless ``check``.

    What students were given before is kept first: whoever is interrupted here can start again.
    """
    made, present = history_file(copy.release_of(name)), history_file(course.release_of(name))
    if made.is_file() and (not present.is_file() or made.read_bytes() != present.read_bytes()):
        _write(present, made.read_bytes())
        yield f"{present.relative_to(course.root)} was written: what students were given before."
    for folder in (course.source, course.release):
        made, present = copy.root / folder / name, course.root / folder / name
        wanted = set(_files(made))
        for file in sorted(wanted | (set(_files(present)) if present.is_dir() else set())):
            new = (made / file).read_bytes() if file in wanted else None
            target = present / file
            old = target.read_bytes() if target.is_file() else None
            if new == old:
                continue
            shown = Path(folder, name, file)
            if check:
                yield _stale(shown, new, old)
            else:
                _write(target, new)
                yield f"{shown} was {'removed' if new is None else 'written'}."


def _stale(shown: Path, new: bytes | None, old: bytes | None) -> str:
    """Say what is wrong with a file of the tree."""
    if old is None:
        return f"{shown} is missing: run `autograder publish`."
    if new is None:
        return f"{shown} no longer belongs to the assignment: `autograder publish` removes it."
    return f"{shown} is stale: run `autograder publish`."


def _write(target: Path, content: bytes | None) -> None:
    """Put a file in its place in one step, or remove it."""
    if content is None:
        target.unlink()
        return
    target.parent.mkdir(parents=True, exist_ok=True)
    beside = target.with_name(target.name + ".tmp")
    beside.write_bytes(content)
    os.replace(beside, target)


def download_zip(course: Course, name: str) -> bytes:
    """Return the zip that a student downloads: one folder with the notebook and its checks; equal files, equal bytes.

    Raises `UsageError` if the assignment is not published.
    """
    folder = course.root / course.release / name
    if not (folder / f"{name}.ipynb").is_file() or not (folder / CHECKS).is_file():
        raise UsageError(f"The assignment {name} is not published in {folder}: run `autograder publish`.")
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        for file in _files(folder):
            entry = zipfile.ZipInfo(f"{name}/{file.as_posix()}", date_time=EARLIEST_ZIP_DATE)
            entry.compress_type = zipfile.ZIP_DEFLATED
            entry.external_attr = 0o644 << 16
            archive.writestr(entry, (folder / file).read_bytes())
    return buffer.getvalue()
