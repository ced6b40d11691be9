"""Make a new assignment of catalogue functions: a module to edit, a source notebook to edit, both complete as they are.

A function that one of the course's assignments asks for already is taken over as it is there, with its known mistakes.
For any other elementwise function the criteria, the solution and some wrong versions follow from the catalogue and the
reference.  What a wrong version loses is found by trying it, not guessed.
"""

from __future__ import annotations

import shutil
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from functools import cache

from autograder.assignments import NAMES, load
from autograder.assignments.own import use_own
from autograder.catalogue import CATALOGUE
from autograder.course._new_module import module_text
from autograder.course._new_notebook import notebook_of
from autograder.course._new_part import Part
from autograder.course.layout import OWN, Course
from autograder.course.publish import publish
from autograder.course.source_notebook import dump
from autograder.errors import UsageError
from autograder.files import write_atomically

NAME = "a letter, then letters, digits and _"


def compose(course: Course, name: str, functions: Sequence[str], *, title: str = "") -> list[str]:
    """Write a new assignment into a course and publish it; return a sentence for each file written.

    Raises `UsageError` if the name is taken or no name, or a function is not in the catalogue, works on vectors, or is
    named twice; `GraderFailure` where publishing went wrong.  Nothing is left behind then.
    """
    _check_name(course, name)
    parts = [part_of(course, function) for function in functions]
    if not parts:
        raise UsageError("An assignment needs a function: give some with --functions, as in --functions mish,celu.")
    twice = [part.name for index, part in enumerate(parts) if part.name in functions[:index]]
    if twice:
        raise UsageError(f"{twice[0]} is named twice. Take one away.")
    module = course.root / OWN / f"{name}.py"
    title = title or name.replace("_", " ").capitalize()
    texts = {
        module: module_text(name, title, parts).encode(),
        course.solution(name): dump(notebook_of(course, name, title, parts)),
    }
    told = [f"{path.relative_to(course.root)} was written." for path in texts]
    with _whole_or_nothing(course, name):
        for path, text in texts.items():
            write_atomically(path, text)
        use_own(course.root / OWN)
        return told + [line for line in publish(course, [name], check=False) if line not in told]


@contextmanager
def _whole_or_nothing(course: Course, name: str) -> Iterator[None]:
    """Take a new assignment away again if it could not be published, so that the same name can be tried again."""
    module = course.root / OWN / f"{name}.py"
    folders = (course.solution(name).parent, course.release_of(name).parent, course.results / name)
    new = [folder for folder in folders if not folder.exists()]
    holders = [holder for holder in (module.parent, *(f.parent for f in folders)) if not holder.exists()]
    try:
        yield
    except BaseException:  # Ctrl-C and a full disk too
        module.unlink(missing_ok=True)
        for folder in new:
            shutil.rmtree(folder, ignore_errors=True)
        for holder in holders:
            with suppress(OSError):  # somebody else put something there
                holder.rmdir()
        use_own(course.root / OWN)
        raise


def _check_name(course: Course, name: str) -> None:
    if not (name.isidentifier() and name.isascii() and name == name.lower() and not name.startswith("_")):
        raise UsageError(f"{name[:80]!r} cannot be an assignment's name. Give {NAME}, in small letters.")
    if name in NAMES or course.solution(name).parent.exists() or (course.root / OWN / f"{name}.py").exists():
        raise UsageError(f"There is an assignment called {name} already. Give another name.")


@cache
def _homes() -> dict[str, str]:
    """Return the assignment of each function that is asked for somewhere."""
    return {exercise.name: name for name in NAMES for exercise in load(name).exercises}


def part_of(course: Course, function: str) -> Part:
    """Return what is known of a function: an exercise of this course, or else what the catalogue says.

    Raises `UsageError` if the exercise is not in this course, and criteria are not made by themselves.
    """
    entry, home = CATALOGUE.get(function), _homes().get(function, "")
    if home and course.solution(home).is_file():
        return Part(entry, function, home)
    if entry is not None and entry.kind == "elementwise":
        return Part(entry, function)
    if home:
        raise UsageError(
            f"{function} is asked for in the assignment {home}, and there is no {course.solution(home)} to take its "
            "solution from. Copy that notebook there, or leave the function out."
        )
    if entry is None:
        raise UsageError(f"The catalogue has no {function[:80]!r}. It has: {', '.join(CATALOGUE)}.")
    raise UsageError(
        f"{function} is a function of a vector, for which criteria are not made by themselves: write its Exercise "
        "in the new module, as autograder/assignments/output_layer.py does."
    )
