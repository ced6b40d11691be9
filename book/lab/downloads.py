"""The exercise downloads: zips with the student's notebook and the files beside it, as `download_zip` makes them."""

from __future__ import annotations

from html import escape
from pathlib import Path

from autograder.assignments import NAMES, load
from autograder.course.layout import Course
from autograder.course.publish import download_zip

ROOT = Path(__file__).resolve().parents[2]
EXERCISES = ROOT / "exercises"


def exercise_zip(assignment: str, *, exercises: Path = EXERCISES) -> bytes:
    """Return an exercise's download; raises `UsageError` if its notebook or its checks are missing."""
    return download_zip(Course(exercises.parent, release=exercises.name), assignment)


def released_assignments(*, exercises: Path = EXERCISES) -> list[str]:
    """Return the names of the assignments that this checkout holds."""
    if not exercises.is_dir():
        return []
    return sorted(path.name for path in exercises.iterdir() if path.is_dir() and not path.name.startswith("."))


def write_downloads(target: Path, *, exercises: Path = EXERCISES) -> list[Path]:
    """Write one zip per released assignment into a folder and return their paths."""
    target.mkdir(parents=True, exist_ok=True)
    written = []
    for assignment in released_assignments(exercises=exercises):
        path = target / f"{assignment}.zip"
        path.write_bytes(exercise_zip(assignment, exercises=exercises))
        written.append(path)
    return written


def download_link(assignment: str, *, exercises: Path = EXERCISES) -> str:
    """Return the HTML of an exercise's download link, or a sentence where this checkout holds no such exercise."""
    if assignment not in released_assignments(exercises=exercises):
        return (
            f"<p><strong>The exercise <code>{escape(assignment)}</code> is not part of this copy of the book.</strong> "
            "<code>autograder publish</code> makes it.</p>"
        )
    size = len(exercise_zip(assignment, exercises=exercises)) / 1024
    return (
        f'<p><a class="download" href="../downloads/{escape(assignment)}.zip" download>'
        f"Download the exercise <code>{escape(assignment)}.zip</code></a> ({size:.0f} KB: notebook and checks)</p>"
    )


def download_list(*, exercises: Path = EXERCISES) -> str:
    """Return the HTML of the links to all exercises, in the order of the chapters, a course's own at the end."""
    released = released_assignments(exercises=exercises)
    ordered = [name for name in NAMES if name in released] + [name for name in released if name not in NAMES]
    items = []
    for name in ordered:
        title = load(name).title if name in NAMES else name
        size = len(exercise_zip(name, exercises=exercises)) / 1024
        link = f'<a class="download" href="../downloads/{escape(name)}.zip" download>{escape(name)}.zip</a>'
        items.append(f"<li>{escape(title)}: {link} ({size:.0f} KB)</li>")
    return f"<ul>{''.join(items)}</ul>"
