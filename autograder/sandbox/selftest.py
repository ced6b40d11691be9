"""Before a batch: attack the sandbox as a student could, and see on our side whether anything got through.

A probe has succeeded if a planted token comes back, a file appears, a socket is spoken to, or a process it should not
reach is touched.  That a cell raised an error proves nothing and is not looked at.  One right answer and several wrong
ones are asked for as well, and judged as students' answers are.
"""

from __future__ import annotations

import os
import secrets
import socket
import tempfile
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from autograder.calls import Argument, Call
from autograder.compare import Expected, judge
from autograder.errors import IsolationError
from autograder.sandbox.isolation import UNSANDBOXED
from autograder.sandbox.steps import CallResult, CallStep, CellResult, CellStep, Run, Step
from autograder.sandbox.supervisor import Sandbox


@dataclass(frozen=True)
class Probe:
    """One attack and whether the sandbox withstood it; ``detail`` says what it would mean if it did not."""

    name: str
    held: bool
    detail: str = ""


READERS = {
    "reads a file by its path": "open({secret!r}).read()",
    "reads a file through a descriptor": "import os; os.read(os.open({secret!r}, os.O_RDONLY), 100)",
    "lists a directory": "import os; os.listdir({folder!r})",
    "reads the grader's environment": "open('/proc/{parent}/environ', 'rb').read(); '{token}'",
    "reads the grader's memory": "open('/proc/{parent}/mem', 'rb'); '{token}'",
    "starts a program": "import subprocess; subprocess.run(['/bin/cat', {secret!r}], capture_output=True).stdout",
    "forks": "import os; os.fork() or os._exit(0); '{token}'",
    "imports the reference": "import autograder.reference; '{token}'",
    "imports the grader": "import autograder.sandbox.supervisor; '{token}'",
}
"""Cells that display the token if they get through, in Python with the parent's facts in braces."""

WRITERS = {
    "writes a file": "open({target!r}, 'w').write('x')",
    "makes a directory": "import os; os.mkdir({target!r})",
    "makes a link": "import os; os.symlink('/', {target!r})",
    "connects to a TCP port": "import socket; socket.create_connection(('127.0.0.1', {port}), 0.2)",
    "connects to a socket by name": "import socket; socket.socket(socket.AF_UNIX).connect('\\0' + {name!r})",
    "signals the grader": "import os; os.kill({parent}, 0); '{token}'",
}
"""Cells that leave a trace outside if they get through."""
QUESTION = Call((Argument("array", np.arange(3.0)),))
RIGHT = Expected((np.array([0.0, 2.0, 4.0]),), relative=4, absolute=0, no_mutation=True)
ANSWERS = {
    "returns twice the numbers": "return 2 * x",
    "is off by a millionth": "return 2 * x + 1e-6",
    "is one number short": "return 2 * x[1:]",
    "returns something else": "return str(2 * x)",
    "returns nothing": "pass",
    "changes its input": "x *= 2; return x",
    "raises an error": "raise ValueError",
}
"""What functions of x do that should double it; the first is right, and all others are wrong."""


def _listener(family: int, address: object) -> socket.socket:
    """Return a socket that listens and never waits."""
    server = socket.socket(family)
    server.bind(address)  # type: ignore[arg-type]  # an address of either family
    server.listen()
    server.setblocking(False)
    return server


def _visited(server: socket.socket) -> bool:
    """Tell whether anybody connected."""
    try:
        server.accept()[0].close()
    except BlockingIOError:
        return False
    return True


def probe(sandbox: Sandbox) -> tuple[Probe, ...]:
    """Run every probe in one child and report each; about 20 ms."""
    token = "token-" + secrets.token_hex(8)
    name = "autograder-" + secrets.token_hex(8)
    with (
        tempfile.TemporaryDirectory() as folder,
        _listener(socket.AF_INET, ("127.0.0.1", 0)) as tcp,
        _listener(socket.AF_UNIX, "\0" + name) as local,
    ):
        secret, target = Path(folder, "secret"), Path(folder, "target")
        secret.write_text(token)
        Path(folder, token).touch()
        facts = {"secret": str(secret), "folder": folder, "target": str(target), "token": token, "name": name}
        cells = {
            label: CellStep(f"cell-{i}", source.format(**facts, port=tcp.getsockname()[1], parent=os.getpid()))
            for i, (label, source) in enumerate((READERS | WRITERS).items())
        }
        run = sandbox.run([*cells.values(), *_questions()])
        found = [Probe(label, *_told(result, token)) for label, result in zip(cells, run.results, strict=False)]
        found.append(Probe("writes outside", not target.exists() and not target.is_symlink(), "the file is there"))
        found.append(Probe("reaches the network", not _visited(tcp) and not _visited(local), "a socket was spoken to"))
    return (*found, *_judged(run))


def _told(result: object, token: str) -> tuple[bool, str]:
    """Tell whether a cell's result is free of the token."""
    assert isinstance(result, CellResult)
    held = token not in result.display + result.stdout + result.detail
    return held, "a planted token came back"


def _questions() -> list[Step]:
    """Return a cell with a function for each of `ANSWERS`, and the question that each is asked."""
    functions = [f"def answer_{i}(x):\n    {body}\n" for i, body in enumerate(ANSWERS.values())]
    asked = [CallStep(f"answer-{i}", f"answer_{i}", (QUESTION,)) for i in range(len(ANSWERS))]
    return [CellStep("cell-answers", "\n".join(functions)), *asked]


def _judged(run: Run) -> list[Probe]:
    """Tell of each of the last answers of a run whether it came back and was judged rightly."""
    found = []
    for i, (label, result) in enumerate(zip(ANSWERS, run.results[-len(ANSWERS) :], strict=True)):
        name = f"a function that {label}"
        if not isinstance(result, CallResult) or result.status != "ran":
            found.append(Probe(name, False, "its answer did not come back"))
            continue
        right = judge(label, QUESTION, RIGHT, result.outcomes[0]) is None
        found.append(Probe(name, right is (i == 0), f"its answer was taken for {'right' if right else 'wrong'}"))
    return found


def self_test(sandbox: Sandbox) -> None:
    """Make sure that the sandbox holds what its level promises.

    Raises
    ------
    IsolationError
        An attack got through, or an answer was not judged rightly.  Without isolation only answers are asked for.
    """
    found = _judged(sandbox.run(_questions())) if sandbox.level == UNSANDBOXED else probe(sandbox)
    if failed := [one for one in found if not one.held]:
        told = "; ".join(f"{p.name}: {p.detail}" for p in failed)
        raise IsolationError(f"The sandbox did not pass its self-test ({told}). Nothing was graded.")
