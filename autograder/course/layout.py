"""Where things lie in a course folder, which is laid out as nbgrader's."""

from __future__ import annotations

import os
import re
import shutil
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any, NamedTuple

from autograder.assignments.own import use_own
from autograder.errors import UsageError

CONFIGURATION = "nbgrader_config.py"
"""What makes a folder a course: nbgrader's own file of settings."""
OWN = "assignments"
"""The folder of a course's own assignments."""
DATABASE = re.compile(r"[a-z][a-z0-9_+]*://")
"""How the address of a database begins."""
RELATIVE = re.compile(r"(sqlite(?:\+\w+)?:///)(?!/|:memory:|file:)([^?]+)(.*)", re.DOTALL)
"""The address of an SQLite file with a relative path: what stands before the path, the path, and options."""
STUDENT_ID = re.compile(r"[A-Za-z0-9][A-Za-z0-9._@-]{0,63}")
"""What a student id may look like: it becomes a folder's name, a row and a cell of a table."""


class Files(NamedTuple):
    """The paths of a submission, of its autograded notebook and of our result, and of what both were before.

    Nothing of ours is beside the autograded notebook: nbgrader takes along to the feedback what it finds there.
    """

    submission: str
    graded: str
    result: str
    graded_before: str
    result_before: str


@dataclass(frozen=True)
class Course:
    """A course folder and the directories in it, as ``nbgrader_config.py`` names them."""

    root: Path
    source: str = "source"
    release: str = "release"
    submitted: str = "submitted"
    autograded: str = "autograded"
    feedback: str = "feedback"
    db_url: str = ""

    @property
    def results(self) -> Path:
        """The folder of our own results: ``results/<assignment>/<student>/result.json``."""
        return self.root / "results"

    @property
    def gradebook_url(self) -> str:
        """The SQLAlchemy address of nbgrader's gradebook.

        A relative path is one below the course's folder, as it is for nbgrader, which is run there.
        """
        if relative := RELATIVE.fullmatch(self.db_url):
            kind, path, options = relative.groups()
            return f"{kind}{(self.root / path).resolve()}{options}"
        return self.db_url or f"sqlite:///{(self.root / 'gradebook.db').resolve()}"

    def solution(self, assignment: str) -> Path:
        """The instructor's notebook, which is the source of everything."""
        return self.root / self.source / assignment / f"{assignment}.ipynb"

    def release_of(self, assignment: str) -> Path:
        """The notebook that students are given."""
        return self.root / self.release / assignment / f"{assignment}.ipynb"

    def files_of(self, student: str, assignment: str) -> Files:
        """Where a submission and what we make of it lie, for whoever asks for those of a whole class."""
        submitted, autograded, results = self._folders
        notebook = f"{student}/{assignment}/{assignment}.ipynb"
        ours = f"{results}{assignment}/{student}/"
        return Files(
            submitted + notebook,
            autograded + notebook,
            ours + "result.json",
            graded_before=ours + "before.ipynb",
            result_before=ours + "before.json",
        )

    @cached_property
    def _folders(self) -> tuple[str, str, str]:
        """The folders of submissions, of autograded notebooks and of results as text, each with a slash at its end."""
        submitted, autograded = (os.path.join(self.root, one, "") for one in (self.submitted, self.autograded))
        return submitted, autograded, os.path.join(self.results, "")

    def submission(self, student: str, assignment: str) -> Path:
        """The notebook that a student handed in."""
        return Path(self.files_of(student, assignment).submission)

    def graded(self, student: str, assignment: str) -> Path:
        """The autograded notebook of a submission."""
        return Path(self.files_of(student, assignment).graded)

    def result(self, student: str, assignment: str) -> Path:
        """Our result of a submission."""
        return Path(self.files_of(student, assignment).result)


def read_configuration(root: Path) -> Mapping[str, Any]:
    """Return what the ``nbgrader_config.py`` of the course in a folder says, by nbgrader's names.

    Raises `UsageError` if the folder or its configuration is missing or cannot be read.
    """
    if not root.is_dir():
        raise UsageError(f"There is no folder {root}. Give the course's folder with --course.")
    path = root / CONFIGURATION
    if not path.is_file():
        raise UsageError(f"{root} is not a course: it has no {CONFIGURATION}. Give the course's folder with --course.")
    from traitlets.config.loader import PyFileConfigLoader

    try:
        found: Mapping[str, Any] = PyFileConfigLoader(path.name, path=str(root)).load_config()
    except (Exception, SystemExit) as problem:
        told = " ".join(f"{type(problem).__name__}: {problem}".split())
        raise UsageError(
            f"{path} cannot be read ({told}). Mend it, or start from the one of this project."
        ) from problem
    return found


def header_and_footer(root: Path) -> dict[str, str]:
    """Return the notebooks that nbgrader puts before and after every assignment's cells, by their settings' names.

    A relative path is one in the course's folder.
    """
    settings = read_configuration(root).get("IncludeHeaderFooter", {})
    return {name: str(settings[name]) for name in ("header", "footer") if settings.get(name)}


def copy_settings(root: Path, target: Path) -> None:
    """Copy a course's configuration to another folder, with the files that it names and publishing reads.

    Raises `UsageError` if such a file is missing, or lies outside of the course without its whole path.
    """
    shutil.copy(root / CONFIGURATION, target)
    for name, file in header_and_footer(root).items():
        setting = f"{root / CONFIGURATION}: c.IncludeHeaderFooter.{name} is {file[:80]!r}"
        if not (root / file).is_file():
            raise UsageError(f"{setting}, and there is no such file. Put it there, or take the line away.")
        if Path(file).is_absolute():
            continue
        if os.path.normpath(file).startswith(os.pardir):
            raise UsageError(f"{setting}, which is outside of the course. Write its whole path, from the root.")
        (target / file).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(root / file, target / file)


def open_course(root: Path) -> Course:
    """Return the course in a folder, with the directories that its ``nbgrader_config.py`` names.

    Raises `UsageError` if the folder or its configuration is missing or cannot be read.
    """
    settings = read_configuration(root).get("CourseDirectory", {})
    use_own(root / OWN)
    known = {
        "source": "source_directory",
        "release": "release_directory",
        "submitted": "submitted_directory",
        "autograded": "autograded_directory",
        "feedback": "feedback_directory",
        "db_url": "db_url",
    }
    told = {ours: str(settings[theirs]) for ours, theirs in known.items() if theirs in settings}
    if "db_url" in told and not DATABASE.match(told["db_url"]):
        raise UsageError(
            f"{root / CONFIGURATION}: c.CourseDirectory.db_url is {told['db_url'][:80]!r}, and should be the address "
            "of a database, as sqlite:////home/me/gradebook.db is one."
        )
    return Course(root, **told)
