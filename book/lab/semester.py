"""A course in miniature in which the instructor's guide runs its commands, so that the page shows what they print."""

from __future__ import annotations

import atexit
import csv
import io
import json
import os
import re
import runpy
import shutil
import sys
import tempfile
import zipfile
from html import escape
from multiprocessing import get_context
from pathlib import Path
from typing import TYPE_CHECKING

from autograder.course.demo import make_course
from autograder.course.layout import open_course
from book.lab.html import Html

if TYPE_CHECKING:
    import autograder.cli  # noqa: F401  (the page runs it in other processes: the build must know that it depends on it)

ROOT = Path(__file__).resolve().parents[2]
COLOURS = {"FORCE_COLOR", "CLICOLOR", "CLICOLOR_FORCE"}
ASSIGNMENT = "range"
NUMBERS = {"ada": 1201, "hana": 1202, "hugo": 1203, "kofi": 1204, "mira": 1205, "olga": 1206, "umar": 1207, "zoe": 1208}
"""The students of the miniature, and the numbers that the learning platform gave them."""
NAMES = {"ada": "Ada Lund", "hana": "Hana Sato", "hugo": "Hugo Faure", "kofi": "Kofi Boateng", "mira": "Mira Kaur"}
NAMES |= {"olga": "Olga Petrova", "umar": "Umar Siddiqui", "zoe": "Zoe Martin", "theo": "Theo Brandt"}
LATE = "olga"
ABSENT = "theo"
"""Is in the roster and handed in nothing."""
LONGEST = 100
"""Seconds that a command may take."""
PROCESSES = get_context("forkserver")
PROCESSES.set_forkserver_preload(
    [
        *("book.lean", "autograder.cli", "autograder.course.publish", "autograder.course.gradebook"),
        *("autograder.course.collect", "autograder.engine", "autograder.report", "nbgrader.converters"),
    ]
)
"""What most commands import is imported once, in the process that each command's process is a fork of."""


def be(module: str, arguments: list[str], folder: Path, environment: dict[str, str], said: Path, told: Path) -> None:
    """Be the program ``python -m MODULE ARGUMENTS`` in a folder; what it prints goes to two files."""
    os.chdir(folder)
    os.environ.clear()
    os.environ.update(environment)
    for number, (path, mode) in enumerate(((Path(os.devnull), "r"), (said, "w"), (told, "w"))):
        with path.open(mode) as stream:
            os.dup2(stream.fileno(), number)
    sys.argv = [module, *arguments]
    try:
        runpy.run_module(module, run_name="__main__", alter_sys=True)
    finally:
        atexit._run_exitfuncs()  # multiprocessing ends its processes without
        sys.stdout.flush()
        sys.stderr.flush()


class Semester:
    """A temporary course folder with the assignment on the range, a Canvas download and a roster."""

    def __init__(self) -> None:
        self._home = Path(tempfile.mkdtemp(prefix="semester-"))
        atexit.register(shutil.rmtree, self._home, ignore_errors=True)
        self.course = self._home / "my-course"
        make_course(self.course, open_course(ROOT))
        with zipfile.ZipFile(self.course / "submissions.zip", "w") as archive:
            for student, number in NUMBERS.items():
                first, last = NAMES[student].lower().split()
                mark = "LATE_" if student == LATE else ""
                notebook = open_course(self.course).submission(student, ASSIGNMENT)
                archive.write(notebook, f"{last}{first}_{mark}{number}_{number + 4000}_{ASSIGNMENT}.ipynb")
            archive.writestr("martinzoe_1208_5300_notes.pdf", b"%PDF-1.4")
        shutil.rmtree(self.course / "submitted")
        (self.course / "students.csv").write_text(self._roster(), "utf-8")

    @staticmethod
    def _roster() -> str:
        stream = io.StringIO(newline="")
        writer = csv.writer(stream)
        writer.writerow(["id", "first_name", "last_name", "email", "canvas id"])
        for student, name in NAMES.items():
            writer.writerow([student, *name.split(), f"{student}@example.org", NUMBERS.get(student, 1209)])
        return stream.getvalue()

    def write(self, name: str, text: str) -> Html:
        """Write a file of the course and show it."""
        (self.course / name).write_text(text, "utf-8")
        return Html(f'<p class="file-name"><code>{escape(name)}</code></p><pre class="terminal">{escape(text)}</pre>')

    def set_points(self, cell: str, points: int) -> None:
        """Change the points of a cell of the source notebook, as an instructor does in Jupyter or formgrader."""
        path = open_course(self.course).solution(ASSIGNMENT)
        notebook = json.loads(path.read_text("utf-8"))
        marks = next(
            one for one in (c["metadata"].get("nbgrader", {}) for c in notebook["cells"]) if one.get("grade_id") == cell
        )
        marks["points"] = points
        path.write_text(json.dumps(notebook), "utf-8")

    def run(self, *commands: str, status: int = 0, first: int = 1000, last: int = 1000) -> Html:
        """Run commands in the course's folder and show them with what they print, at most ``first`` + ``last`` lines.

        Raises `RuntimeError` where a command ends with another status than ``status``.
        """
        shown = []
        for command in commands:
            said = self._said(command, status).splitlines()
            if len(said) > first + last:
                said = [*said[:first], f"… {len(said) - first - last} more lines …", *said[len(said) - last :]]
            told = "\n".join(escape(line) for line in said)
            shown.append(f"<b>$ {escape(command)}</b>\n{told}".rstrip())
        return Html(f'<pre class="terminal" tabindex="0">{chr(10).join(shown)}</pre>')

    def _said(self, command: str, status: int) -> str:
        program, *arguments = command.split()
        modules = {"autograder": "autograder", "nbgrader": "nbgrader"}
        if program not in modules:
            raise ValueError(f"The guide runs autograder and nbgrader, and not {program!r}.")
        path = os.pathsep.join(filter(None, [str(ROOT), os.environ.get("PYTHONPATH", "")]))
        # A notebook's kernel asks programs for colours even where nothing reads them.
        plain = {name: value for name, value in os.environ.items() if name not in COLOURS}
        environment = {**plain, "PYTHONPATH": path, "NO_COLOR": "1", "COLUMNS": "100", "TERM": "dumb"}
        heard = [self._home / stream for stream in ("said", "complained")]
        process = PROCESSES.Process(target=be, args=(modules[program], arguments, self.course, environment, *heard))
        process.start()
        process.join(LONGEST)
        if process.exitcode is None:
            process.kill()
        said = "".join(stream.read_text("utf-8") for stream in heard)
        if process.exitcode != status:
            raise RuntimeError(f"`{command}` ended with status {process.exitcode}, not {status}:\n{said}")
        return re.sub(rf"(?:/private)?{re.escape(str(self.course))}/?", "", said)
