"""Match a submission's cells with the instructor's, whatever was done to them on the way.

The instructor's copy decides locked cells, tests and points; the student's cells are run in the student's order.
"""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from itertools import pairwise
from pathlib import Path
from typing import NamedTuple

from autograder.assignments import Assignment
from autograder.assignments.cells import full_test, released_test
from autograder.errors import SubmissionError, UsageError
from autograder.notebook import NONE, Cell, Notebook, read_notebook, role_of
from autograder.releases import Release, read_history, renamed
from autograder.sandbox import CallStep, CellStep, Step


@dataclass(frozen=True)
class Template:
    """The instructor's notebook, with what students were given of each cell.

    ``cells`` are the source notebook's, ``given`` those of the students' version, ``earlier`` those of versions that
    students had before a correction, and may still hand in.
    """

    assignment: Assignment
    cells: tuple[Cell, ...]
    given: tuple[Cell, ...]
    earlier: tuple[Release, ...] = ()

    @cached_property
    def named(self) -> dict[str, Cell]:
        """The cells that have a grade id."""
        return {cell.grade_id: cell for cell in self.cells if cell.grade_id}

    @cached_property
    def released(self) -> dict[str, Cell]:
        """The cells that have a grade id, as students were given them."""
        return {cell.grade_id: cell for cell in self.given if cell.grade_id}

    @cached_property
    def roles(self) -> dict[str, str]:
        """What each cell with a grade id is for."""
        return {name: role_of(cell) for name, cell in self.named.items()}

    @cached_property
    def known(self) -> dict[str, Cell]:
        """The cells that students are given, by source: most of those in a submission are unchanged."""
        return {cell.source: cell for cell in self.given}

    @cached_property
    def generated(self) -> frozenset[str]:
        """The grade ids of the generated test cells."""
        return frozenset(f"{one.name}-{c.name}" for one in self.assignment.exercises for c in one.criteria)

    @cached_property
    def of_role(self) -> dict[str, tuple[str, ...]]:
        """The grade ids of the test cells and the written answers, by role."""
        return {kind: tuple(n for n, role in self.roles.items() if role == kind) for kind in ("test", "written")}

    @cached_property
    def new_names(self) -> dict[str, str]:
        """The present names of cells that were called otherwise in an earlier release."""
        return new_names(self.assignment, self.earlier, self.given)

    @cached_property
    def texts(self) -> dict[str, frozenset[str]]:
        """All texts that students were given of a cell, by its present name; of a test the instructor's as well."""
        found = {
            name: {cell.source.strip()} if self.roles[name] == "test" else set() for name, cell in self.named.items()
        }
        for cell in (cell for release in (self.given, *self.earlier) for cell in release):
            name = self.new_names.get(cell.grade_id, cell.grade_id)
            if name in found:
                found[name].add(cell.source.strip())
        return {name: frozenset(texts) for name, texts in found.items()}

    @cached_property
    def former_tests(self) -> frozenset[str]:
        """The texts of test cells that students were given once, and that count no longer."""
        return frozenset(
            cell.source.strip()
            for release in self.earlier
            for cell in release
            if role_of(cell) == "test" and self.new_names.get(cell.grade_id, cell.grade_id) not in self.named
        )

    @cached_property
    def tests(self) -> frozenset[str]:
        """The texts of the generated test cells, as students have them and in full."""
        return frozenset(
            text(exercise.name, criterion.name)
            for exercise in self.assignment.exercises
            for criterion in exercise.criteria
            for text in (released_test, full_test)
        )

    @property
    def digest(self) -> str:
        """A hash of all that decides how a submission is matched."""
        return hashlib.sha256(repr((self.cells, self.given, self.earlier)).encode()).hexdigest()


def new_names(assignment: Assignment, earlier: Sequence[Release], given: Sequence[Cell]) -> dict[str, str]:
    """Return the present names of cells that were called otherwise in an earlier release of an assignment."""
    keep = {exercise.name for exercise in assignment.exercises}
    keep |= {
        f"{exercise.name}-{criterion.name}" for exercise in assignment.exercises for criterion in exercise.criteria
    }
    found: dict[str, str] = {}
    releases = (*earlier, given)
    for before, now in pairwise(releases):
        step = renamed(before, now, keep)
        found = {old: step.get(name, name) for old, name in found.items()} | step
    present = {cell.grade_id for cell in given}
    return {old: name for old, name in found.items() if name in present and old not in present}


def load_template(assignment: Assignment, solution: Path, release: Path) -> Template:
    """Return the template from the instructor's and the students' notebook.

    Raises `UsageError` if a notebook is missing, a graded function has no test cell in it, or what students were given
    earlier cannot be read.
    """
    for path in (solution, release):
        if not path.is_file():
            raise UsageError(f"{path} is missing. Run `autograder publish` in the course's folder.")
    try:
        cells = read_notebook(solution).cells
        given = read_notebook(release).cells
    except SubmissionError as problem:
        raise UsageError(f"The instructor's notebook for {assignment.name} cannot be read: {problem}") from problem
    template = Template(assignment, cells, given, read_history(release))
    for exercise in assignment.exercises:
        for criterion in exercise.criteria:
            name = f"{exercise.name}-{criterion.name}"
            cell = template.named.get(name)
            if cell is None or cell.source.strip() != full_test(exercise.name, criterion.name):
                raise UsageError(f"The test cell {name} is missing or stale in {solution}. Run `autograder publish`.")
    return template


class Place(NamedTuple):
    """One cell of the autograded notebook: the student's or the instructor's, and the step that runs it.

    ``deleted`` cells were not in the submission.
    """

    cell: Cell
    role: str  # student, locked, test, own_test, written, text
    step: int | None = None
    deleted: bool = False


@dataclass
class Matching:
    """A submission's cells in order, matched with the template's."""

    places: list[Place] = field(default_factory=list)
    steps: list[Step] = field(default_factory=list)
    asked: dict[str, int] = field(default_factory=dict)  # grade id of a test → its step
    notes: list[str] = field(default_factory=list)
    outdated: list[str] = field(default_factory=list)  # test cells with the text of an earlier release


def _recognise(notebook: Notebook, template: Template) -> tuple[list[str], list[str]]:
    """Return, for each of the student's cells, the grade id it stands for (or nothing), and notes for a human.

    A cell is known by its metadata; where that is lost, by the text that students were given, and a written answer by
    the cell before it.  Of several equals the last one counts.
    """
    anew = template.new_names
    told = [cell.grade_id if cell.meta else "" for cell in notebook.cells]
    told = [anew.get(name, name) for name in told] if anew else told
    names = [name if name in template.named else "" for name in told]
    found = _by_text(notebook, template, set(names)) | _by_neighbour(notebook, template, set(names))
    names = [name or found.get(index, "") for index, name in enumerate(names)]
    notes = []
    if found:
        notes.append(f"{len(found)} cells had lost their nbgrader metadata and were recognised by their text or place.")
    several = Counter(filter(None, names))
    for name, count in several.items() if several.total() > len(several) else ():
        if count == 1:
            continue
        notes.append(f"The cell {name} is there {count} times; the last one counts.")
        last = len(names) - 1 - names[::-1].index(name)
        names = [n if n != name or i == last else "" for i, n in enumerate(names)]
    return names, notes


def _by_text(notebook: Notebook, template: Template, known: set[str]) -> dict[int, str]:
    """Return the grade ids of cells that have the text of a test or locked cell which is not there by its metadata."""
    texts = {
        text: name
        for name, role in template.roles.items()
        if name not in known and role in ("test", "locked")
        for text in template.texts[name]
    }
    if not texts:
        return {}
    return {
        index: texts[cell.source.strip()]
        for index, cell in enumerate(notebook.cells)
        if not cell.meta and cell.source.strip() in texts
    }


def _by_neighbour(notebook: Notebook, template: Template, known: set[str]) -> dict[int, str]:
    """Return the grade ids of written answers without metadata: each follows the same cell as in the release."""
    found: dict[int, str] = {}
    if known.issuperset(template.of_role["written"]):
        return found
    texts = [cell.source.strip() for cell in notebook.cells]
    for release in (*template.earlier, template.given):
        for before, cell in pairwise(release):
            name = template.new_names.get(cell.grade_id, cell.grade_id)
            if template.roles.get(name) != "written" or name in known or before.source.strip() not in texts:
                continue
            index = texts.index(before.source.strip()) + 1
            if index < len(texts) and notebook.cells[index].kind == cell.kind and not notebook.cells[index].meta:
                found[index] = name
    return found


def match(notebook: Notebook, template: Template, tests: Mapping[str, CallStep]) -> Matching:
    """Return the steps that run a submission, in the student's order, and the places where their results belong.

    ``tests`` are the steps of the generated test cells, by grade id.
    """
    names, notes = _recognise(notebook, template)
    matching = Matching(notes=notes)
    for cell, name in zip(notebook.cells, names, strict=True):
        _add(matching, template, tests, cell, name)
    there = set(names)
    missing, absent = ([n for n in template.of_role[kind] if n not in there] for kind in ("test", "written"))
    later = _came_later(notebook, template) if missing or absent else frozenset()
    if gone := [name for name in missing if name not in later]:
        matching.notes.append(f"Test cells were deleted and have been put back: {', '.join(gone)}.")
    if gone := [name for name in absent if name not in later]:
        matching.notes.append(f"The cell of the written answer was deleted: {', '.join(gone)}.")
    matching.notes += _of_an_earlier_release(matching.outdated, [n for n in (*missing, *absent) if n in later])
    for name in missing:
        _add(matching, template, tests, template.named[name], name)
    for name in absent:
        matching.places.append(Place(template.released.get(name, template.named[name]), "written", deleted=True))
    return matching


def _came_later(notebook: Notebook, template: Template) -> frozenset[str]:
    """Return the cells that a notebook's author was never given, because an earlier release had not got them.

    The release is the one that the notebook holds most of and misses least of; of equals, the latest.  Cells that a
    student fills in are known by their names, all others by their texts.
    """
    present = {cell.source.strip() for cell in notebook.cells}
    names = {cell.grade_id for cell in notebook.cells}

    def likeness(release: Release) -> int:
        theirs = (cell.meta.get("solution") and cell.grade_id in names for cell in release)
        same = (known or cell.source.strip() in present for known, cell in zip(theirs, release, strict=True))
        return sum(1 if one else -1 for one in same)

    held = max((template.given, *reversed(template.earlier)), key=likeness)
    return frozenset(template.named) - {template.new_names.get(cell.grade_id, cell.grade_id) for cell in held}


def _of_an_earlier_release(outdated: Sequence[str], later: Sequence[str]) -> list[str]:
    """Return the note on a notebook from before a correction, which is nobody's fault; none if it does not matter."""
    told = []
    if outdated:
        told.append(f"The present test cells were used for {', '.join(outdated)}.")
    if later:
        told.append(f"These cells came later and were put in: {', '.join(later)}.")
    return [" ".join(["The notebook is of an earlier release of the assignment.", *told])] if told else []


def _add(matching: Matching, template: Template, tests: Mapping[str, CallStep], cell: Cell, name: str) -> None:
    """Add one of the student's cells; ``name`` is the grade id of the template's cell that it stands for."""
    original = template.named.get(name)
    role = template.roles[name] if original else "text"
    if role == "test" and original is not None:
        if cell is not template.released.get(name):
            _look_at_test(matching, template, cell, original)
        matching.asked[name] = len(matching.steps)
        if name in template.generated:
            matching.places.append(Place(original, role, len(matching.steps)))
            matching.steps.append(tests[name])
        else:
            _add_cell(matching, original, "own_test")
        return
    if role == "locked" and original is not None:
        cell = original
    elif original is not None:
        cell = Cell(original.kind, cell.source, original.meta, cell.attachments)
    elif cell.meta:  # an earlier copy, or metadata that is not ours, must not confuse the gradebook
        cell = Cell(cell.kind, cell.source, NONE, cell.attachments)
    if cell.kind != "code" or _is_released_test(cell, template):
        matching.places.append(Place(cell, role))
    else:
        _add_cell(matching, cell, "student" if role == "text" else role)


def _add_cell(matching: Matching, cell: Cell, role: str) -> None:
    """Add a cell that is run."""
    matching.places.append(Place(cell, role, len(matching.steps)))
    matching.steps.append(CellStep(f"cell-{len(matching.places)}", cell.source))


def _look_at_test(matching: Matching, template: Template, cell: Cell, original: Cell) -> None:
    """Note what was done to a test cell, and whether it is of an earlier release."""
    text, name = cell.source.strip(), original.grade_id
    if text not in template.texts[name]:
        matching.notes.append(f"The test cell {name} was changed; the original was used.")
    elif text not in (template.released.get(name, original).source.strip(), original.source.strip()):
        matching.outdated.append(name)


def _is_released_test(cell: Cell, template: Template) -> bool:
    """Tell whether a cell is an earlier copy of a test cell, or a test that counts no longer: these are not run."""
    text = cell.source.strip()
    return text in template.tests or text in template.former_tests
