"""Run stock nbgrader in a process of its own: it changes its directory and environment, and is slow to import."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

import autograder
from autograder.errors import GraderFailure

PROGRAM = """
import sys
# jsonschema's checker of addresses builds a grammar for two seconds at import; no notebook asks for it.
sys.modules["rfc3987_syntax"] = None
from nbgrader.apps import AutogradeApp, ExportApp, GenerateAssignmentApp, GenerateFeedbackApp
apps = {
    "autograde": AutogradeApp,
    "export": ExportApp,
    "generate_assignment": GenerateAssignmentApp,
    "generate_feedback": GenerateFeedbackApp,
}
command, options, names = sys.argv[1], sys.argv[2].split("\\n"), sys.argv[3:]
for name in names or [None]:
    app = apps[command]()
    app.initialize(([name] if name else []) + [option for option in options if option])
    app.start()
"""


def run_nbgrader(root: Path, command: str, names: Sequence[str] = (), options: Sequence[str] = ()) -> str:
    """Run ``nbgrader COMMAND NAME OPTIONS`` in a course folder, for each name in turn, and return its log.

    Equal to the commands on a terminal, in one process for all names.  Raises `GraderFailure` with the log's last
    complaint if nbgrader fails.
    """
    home, tools = str(Path(autograder.__file__).parent.parent), str(Path(sys.executable).parent)
    environment = {
        **os.environ,
        "PYTHONPATH": os.pathsep.join(filter(None, [home, os.environ.get("PYTHONPATH", "")])),
        # nbgrader calls `alembic` by its bare name, and kernels are found beside the interpreter.
        "PATH": os.pathsep.join([tools, os.environ.get("PATH", "")]),
    }
    done = subprocess.run(
        [sys.executable, "-c", PROGRAM, command, "\n".join(options), *names],
        cwd=root,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )
    log = done.stdout + done.stderr
    if done.returncode:
        raise GraderFailure(f"nbgrader {command} {' '.join(names)} failed: {_complaint(log)}")
    return log


def _complaint(log: str) -> str:
    """Return the line of a log that says what went wrong."""
    lines = [line.strip() for line in log.splitlines() if line.strip()]
    errors = [line for line in lines if "Error" in line and "[" not in line[:1]]
    told = [line.partition("] ")[2] for line in lines if "| ERROR]" in line]
    return next(reversed(errors or told or lines), "it said nothing")
