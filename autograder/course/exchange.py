"""What nbgrader's exchange gives with a submission, and asks for again where it hands the feedback out.

Beside a notebook that was handed in through the exchange lie its time and a secret that the student's own copy has too.
``nbgrader release_feedback`` looks for both beside the feedback: the page is put under a name that only the secret
tells, and ``nbgrader fetch_feedback`` finds it there.
"""

from __future__ import annotations

import re
import secrets
from collections.abc import Iterable
from pathlib import Path

from autograder.course.layout import Course
from autograder.errors import SubmissionError
from autograder.files import write_atomically
from autograder.notebook import read_bytes

TIMESTAMP, SECRET = "timestamp.txt", "submission_secret.txt"

_SECRET = re.compile(rb"[0-9A-Za-z]{16,256}")
_LONGEST_TIME = 64


def is_secret(data: bytes) -> bool:
    """Tell whether a file holds what nbgrader makes for a secret; it comes from the student."""
    return bool(_SECRET.fullmatch(data))


def bring_along(source: Path, target: Path) -> bool:
    """Put what the exchange gave with a submission from one folder into another; tell whether there is a secret.

    Raises OSError where the files cannot be written.
    """
    secret = _read(source / SECRET)
    if not is_secret(secret):
        return False
    for name, data in ((TIMESTAMP, _read(source / TIMESTAMP)[:_LONGEST_TIME]), (SECRET, secret)):
        if _read(target / name) != data:
            write_atomically(target / name, data)
    return True


def prepare_release(course: Course, assignment: str, pages: Iterable[Path]) -> list[str]:
    """Make pages of feedback ready for ``nbgrader release_feedback``; return the students whom it reaches.

    It stops at the first page without a secret.  So where some pages have one, the others, those of earlier runs too,
    get a secret that nobody has: they are put where nobody finds them.  The same holds for a page whose student handed
    in another way than the time before.

    Raises OSError where the files cannot be written.
    """
    reached = []
    for page in pages:
        folder = page.parent
        student = folder.parent.name
        if bring_along(course.submission(student, assignment).parent, folder):
            reached.append(student)
        else:
            (folder / SECRET).unlink(missing_ok=True)  # that of an earlier attempt
    everyone = {page.parent for page in (course.root / course.feedback).glob(f"*/{assignment}/*.html")}
    without = {folder for folder in everyone if not (folder / SECRET).exists()}
    for folder in sorted(without) if without < everyone else ():
        write_atomically(folder / TIMESTAMP, _read(folder / TIMESTAMP))
        write_atomically(folder / SECRET, secrets.token_hex(64).encode())
    return reached


def _read(path: Path) -> bytes:
    """Return what a file holds, or nothing where there is none."""
    try:
        return read_bytes(path)
    except SubmissionError:
        return b""
