"""The exercise downloads: a zip with the student's notebook and the checks beside it."""

from __future__ import annotations

import io
import zipfile
from html import escape
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
EXERCISES = ROOT / "exercises"
EARLIEST_ZIP_DATE = (1980, 1, 1, 0, 0, 0)  # a fixed date: equal files give an equal zip


def exercise_files(assignment: str, *, exercises: Path = EXERCISES) -> tuple[Path, Path]:
    """Return the notebook and the checks of a released assignment.

    Raises
    ------
    FileNotFoundError
        Where one of the two is missing; the message says how to make it.
    """
    files = (exercises / assignment / f"{assignment}.ipynb", exercises / assignment / "checks.py")
    for path in files:
        if not path.is_file():
            raise FileNotFoundError(
                f"{assignment}/{path.name} is missing from {exercises.name}/: run `python -m autograder publish`."
            )
    return files


def exercise_zip(assignment: str, *, exercises: Path = EXERCISES) -> bytes:
    """Return the zip that a student downloads: the notebook and its checks in one folder, the same bytes each time."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        for path in exercise_files(assignment, exercises=exercises):
            entry = zipfile.ZipInfo(f"{assignment}/{path.name}", date_time=EARLIEST_ZIP_DATE)
            entry.compress_type = zipfile.ZIP_DEFLATED
            entry.external_attr = 0o644 << 16
            archive.writestr(entry, path.read_bytes())
    return buffer.getvalue()


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
            "<code>python -m autograder publish</code> makes it.</p>"
        )
    size = len(exercise_zip(assignment, exercises=exercises)) / 1024
    return (
        f'<p><a class="download" href="../downloads/{escape(assignment)}.zip" download>'
        f"Download the exercise <code>{escape(assignment)}.zip</code></a> ({size:.0f} KB: notebook and checks)</p>"
    )
