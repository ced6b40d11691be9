"""An attack, and the world outside the sandbox in which its success would show."""

from __future__ import annotations

import contextlib
import os
import re
import resource
import secrets
import signal
import socket
import sqlite3
import string
import subprocess
import tempfile
import textwrap
import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from autograder.sandbox import CallResult, CellResult, Run

MEMORY_GROWTH = 200
"""Megabytes by which the grader's own memory may grow through any attack."""


@dataclass(frozen=True)
class Attack:
    """A student's cell.  ``bites`` says against what it succeeds: ``none`` (no isolation), ``naive`` or nothing.

    The source names facts of the world as ``$secret``; it shows the token when it has got what it wanted.
    """

    name: str
    kind: str
    source: str
    bites: str = ""

    def cell(self, facts: Mapping[str, object]) -> str:
        """Return the cell's text in a given world."""
        return string.Template(self.source).safe_substitute(facts)


def attacks(kind: str, text: str) -> list[Attack]:
    """Read attacks from text: each starts with a line ``## name`` or ``## name -> bites``."""
    found = []
    for part in re.split(r"^## ", textwrap.dedent(text), flags=re.MULTILINE)[1:]:
        head, _, source = part.partition("\n")
        name, _, bites = head.partition(" -> ")
        found.append(Attack(name.strip(), kind, source.strip() + "\n", bites.strip()))
    return found


@dataclass
class World:
    """Things that a student must not read, change, reach or end, with a token planted in each that can hold one."""

    folder: Path
    token: str
    tcp: socket.socket
    udp: socket.socket
    local: socket.socket
    local_name: str
    victim: subprocess.Popen[bytes]
    inherited: int
    snapshot: dict[str, bytes] = field(default_factory=dict)
    processes: set[int] = field(default_factory=set)
    memory: int = 0

    @property
    def facts(self) -> dict[str, object]:
        """What the attacker knows: everything but the secrets."""
        return {
            "folder": self.folder,
            "secret": self.folder / "secret.txt",
            "gradebook": self.folder / "gradebook.db",
            "other": self.folder / "submitted" / "ada" / "range.ipynb",
            "target": self.folder / "target",
            "unix": self.folder / "listener",
            "port": self.tcp.getsockname()[1],
            "udp_port": self.udp.getsockname()[1],
            "name": self.local_name,
            "parent": os.getpid(),
            "victim": self.victim.pid,
            "fd": self.inherited,
            "token": self.token,
        }

    def files(self) -> dict[str, bytes]:
        """Return every path in the folder with its content and mode."""
        found = {}
        for path in sorted(self.folder.rglob("*")):
            status = path.lstat()
            content = path.read_bytes() if path.is_file() else b""
            found[str(path)] = b"%o " % status.st_mode + content
        return found

    def look(self) -> None:
        """Remember how things are before an attack."""
        self.snapshot, self.processes, self.memory = self.files(), descendants(os.getpid()), peak_memory()

    def survivors(self) -> set[int]:
        """Return the processes that an attack left running; what was killed gets a second to be gone."""
        for _ in range(20):
            left = descendants(os.getpid()) - self.processes
            if not left:
                break
            time.sleep(0.05)
        return left

    def breaches(self, run: Run) -> list[str]:
        """Return what an attack got through, as sentences; what it set off gets a moment to happen."""
        time.sleep(0.02)
        found = []
        if self.token in shown(run):
            found.append("the token came back")
        if self.files() != self.snapshot:
            found.append("files were changed")
        for server in (self.tcp, self.local):
            with contextlib.suppress(BlockingIOError):
                server.accept()[0].close()
                found.append("a server was reached")
        with contextlib.suppress(BlockingIOError):
            self.udp.recv(100)
            found.append("a datagram arrived")
        if self.victim.poll() is not None or stopped(self.victim.pid):
            found.append("another process was ended or stopped")
        if left := self.survivors():
            found.append(f"processes survive: {sorted(left)}")
        if peak_memory() - self.memory > MEMORY_GROWTH:
            found.append("the grader's memory grew")
        return found


def shown(run: Run) -> str:
    """Return all text that came back from a run."""
    texts: list[str] = []
    for result in run.results:
        if isinstance(result, CellResult):
            texts += [result.stdout, result.stderr, result.display, result.error_value]
        else:
            assert isinstance(result, CallResult)
            texts += [text for o in result.outcomes for text in (o.error, o.printed, *(v.type for v in o.values))]
    return "\n".join(texts)


def peak_memory() -> int:
    """Return this process's largest resident size in megabytes."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024


def stopped(pid: int) -> bool:
    """Tell whether a process is stopped."""
    return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] in "Tt"


def descendants(root: int) -> set[int]:
    """Return the ids of all processes below ``root`` that are still running."""
    parents = {}
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit():
            with contextlib.suppress(OSError):
                state, parent = (entry / "stat").read_text().rpartition(")")[2].split()[:2]
                if state not in "ZX":
                    parents[int(entry.name)] = int(parent)
    found, new = set(), {root}
    while new:
        new = {pid for pid, parent in parents.items() if parent in new} - found
        found |= new
    return found


@contextlib.contextmanager
def make_world() -> Iterator[World]:
    """Build a course folder, listening sockets, a bystander process and an open descriptor, and take them down."""
    token = "token-" + secrets.token_hex(8)
    name = "attacked-" + secrets.token_hex(8)
    with contextlib.ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="attacked-")))
        (folder / "submitted" / "ada").mkdir(parents=True)
        for path in ("secret.txt", "submitted/ada/range.ipynb"):
            (folder / path).write_text(f"{token}\n")
        (folder / token).touch()
        with contextlib.closing(sqlite3.connect(folder / "gradebook.db")) as database:
            database.execute("create table grade (student text, score real)")
            database.execute("insert into grade values (?, 1)", (token,))
            database.commit()
        tcp = stack.enter_context(socket.create_server(("127.0.0.1", 0)))
        udp = stack.enter_context(socket.socket(socket.AF_INET, socket.SOCK_DGRAM))
        udp.bind(("127.0.0.1", 0))
        local = stack.enter_context(socket.socket(socket.AF_UNIX))
        local.bind("\0" + name)
        local.listen()
        for server in (tcp, udp, local):
            server.setblocking(False)
        victim = subprocess.Popen(["sleep", "1000"], env={"TOKEN": token})
        inherited = os.open(folder / "secret.txt", os.O_RDONLY)
        os.set_inheritable(inherited, True)
        try:
            yield World(folder, token, tcp, udp, local, name, victim, inherited)
        finally:
            os.close(inherited)
            with contextlib.suppress(ProcessLookupError):
                os.kill(victim.pid, signal.SIGKILL)
            victim.wait()
