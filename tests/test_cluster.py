"""Grading on Dask: real schedulers, real workers, real kills, and the same rows as at home."""

from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from autograder import cluster
from autograder.assignments.own import use_own
from autograder.cli import main
from autograder.course.demo import make_course
from autograder.course.gradebook import scores
from autograder.course.layout import Course, open_course
from autograder.engine import grade_class
from autograder.errors import GraderFailure
from autograder.grading.results import Result
from autograder.worker import Plan, read_submission

ROOT = Path(__file__).resolve().parent.parent
STUDENTS = ("ada", "hana", "kofi", "mira", "olga", "zoe")
pytestmark = pytest.mark.filterwarnings("ignore::ResourceWarning", "ignore::DeprecationWarning")


def a_course(root: Path) -> Course:
    return make_course(root, open_course(ROOT))


@pytest.fixture(scope="module")
def at_home(tmp_path_factory: pytest.TempPathFactory) -> Course:
    course = a_course(tmp_path_factory.mktemp("home"))
    grade_class(course, "range", students=STUDENTS, seed=1)
    return course


def rows(course: Course) -> list[tuple[object, ...]]:
    return [
        (one.student, one.raw_score, one.needs_human, tuple((c.name, c.auto, c.needs_human) for c in one.cells))
        for one in scores(course, "range")
    ]


def told(course: Course, student: str) -> dict[str, object]:
    content = json.loads(course.result(student, "range").read_text())
    return {name: value for name, value in content.items() if name != "seconds"}


def same_as_at_home(course: Course, at_home: Course) -> None:
    assert rows(course) == rows(at_home)
    for student in STUDENTS:
        assert told(course, student) == told(at_home, student)
        ours, theirs = (one.graded(student, "range") for one in (course, at_home))
        assert ours.exists() == theirs.exists()
        assert not ours.exists() or ours.read_bytes() == theirs.read_bytes()


def a_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@contextmanager
def running(*arguments: str) -> Iterator[subprocess.Popen[bytes]]:
    """Run one of Dask's programs in a group of its own, and end the whole group."""
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    command = [sys.executable, "-W", "ignore", "-m", "distributed.cli." + arguments[0], *arguments[1:]]
    with subprocess.Popen(
        command, env=environment, start_new_session=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    ) as process:
        try:
            yield process
        finally:
            kill(process)


def kill(process: subprocess.Popen[bytes]) -> None:
    """End a program and its children as the power would."""
    if process.poll() is None:
        os.killpg(process.pid, signal.SIGKILL)


def by(port: int) -> dict[str, Any]:
    """Say that the sample is graded by the scheduler at a port."""
    return {"students": STUDENTS, "seed": 1, "engine": "dask", "scheduler": f"tcp://127.0.0.1:{port}"}


def scheduler(port: int) -> contextmanager:
    return running("dask_scheduler", "--host", "127.0.0.1", "--port", str(port), "--no-dashboard", "--no-show")


def worker(port: int) -> contextmanager:
    address = f"tcp://127.0.0.1:{port}"
    return running("dask_worker", address, "--nthreads", "1", "--nworkers", "1", "--no-dashboard")


def listening(port: int) -> None:
    end = time.monotonic() + 60
    while time.monotonic() < end:
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                return
        time.sleep(0.1)
    pytest.fail("the scheduler did not start within a minute")


def test_workers_started_for_the_run_say_what_one_process_says(tmp_path: Path, at_home: Course) -> None:
    course = a_course(tmp_path)
    summary = grade_class(course, "range", students=STUDENTS, seed=1, engine="dask", jobs=2)
    assert (len(summary.results), summary.reused) == (len(STUDENTS), 0)
    same_as_at_home(course, at_home)
    again = grade_class(course, "range", students=STUDENTS, seed=1, engine="dask", jobs=1)
    assert again.reused == len(STUDENTS)


def test_a_worker_that_is_killed_costs_nobody_a_result(
    tmp_path: Path, at_home: Course, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(cluster, "CHUNK", 1)
    course, port = a_course(tmp_path), a_port()
    with ExitStack() as stack:
        stack.enter_context(scheduler(port))
        listening(port)
        first, _ = (stack.enter_context(worker(port)) for _ in range(2))
        seen: list[str] = []

        def progress(result: Result, reused: bool) -> None:
            if not seen:
                kill(first)
            seen.append(result.student)

        grade_class(course, "range", progress=progress, **by(port))
    assert sorted(seen) == sorted(STUDENTS)
    same_as_at_home(course, at_home)


class Cable:
    """Carries what a worker and the scheduler say to each other, until it is cut."""

    def __init__(self, port: int) -> None:
        self._far, self._ends = port, []
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.port = int(self._listener.getsockname()[1])
        threading.Thread(target=self._join, daemon=True).start()

    def _join(self) -> None:
        with suppress(OSError):
            while True:
                near, _ = self._listener.accept()
                far = socket.create_connection(("127.0.0.1", self._far))
                self._ends += [near, far]
                for ends in ((near, far), (far, near)):
                    threading.Thread(target=self._carry, args=ends, daemon=True).start()

    @staticmethod
    def _carry(one: socket.socket, other: socket.socket) -> None:
        with suppress(OSError):
            while data := one.recv(65536):
                other.sendall(data)

    def cut(self) -> None:
        for end in (self._listener, *self._ends):
            with suppress(OSError):
                end.shutdown(socket.SHUT_RDWR)
            end.close()


def test_a_worker_that_loses_its_connection_costs_nobody_a_result(
    tmp_path: Path, at_home: Course, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It goes on working for a while, and nobody hears of it; what it was given is graded elsewhere."""
    monkeypatch.setattr(cluster, "CHUNK", 1)
    course, port = a_course(tmp_path), a_port()
    with ExitStack() as stack:
        stack.enter_context(scheduler(port))
        listening(port)
        cable = Cable(port)
        stack.callback(cable.cut)
        lost = stack.enter_context(worker(cable.port))
        seen: list[str] = []

        def progress(result: Result, reused: bool) -> None:
            seen.append(result.student)
            if len(seen) == 1:
                cable.cut()
                assert lost.poll() is None
                stack.enter_context(worker(port))

        grade_class(course, "range", progress=progress, **by(port))
    assert sorted(seen) == sorted(STUDENTS)
    same_as_at_home(course, at_home)


@pytest.mark.full
def test_a_run_whose_scheduler_died_goes_on_when_it_is_started_again(
    tmp_path: Path, at_home: Course, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(cluster, "CHUNK", 1)
    course, port = a_course(tmp_path), a_port()
    options = by(port)
    seen: list[str] = []
    with ExitStack() as stack:
        leader = stack.enter_context(scheduler(port))
        listening(port)
        stack.enter_context(worker(port))

        def progress(result: Result, reused: bool) -> None:
            seen.append(result.student)
            if len(seen) == 2:
                kill(leader)

        with pytest.raises(GraderFailure, match=r"What came back is stored; the same command goes on from there\."):
            grade_class(course, "range", progress=progress, **options)
    assert 2 <= len(seen) < len(STUDENTS)
    with ExitStack() as stack:
        stack.enter_context(scheduler(port))
        listening(port)
        stack.enter_context(worker(port))
        summary = grade_class(course, "range", **options)
    assert summary.reused >= 2
    same_as_at_home(course, at_home)


def test_a_worker_that_joins_late_is_waited_for(tmp_path: Path, at_home: Course) -> None:
    course, port = a_course(tmp_path), a_port()
    with ExitStack() as stack:
        stack.enter_context(scheduler(port))
        listening(port)
        joining = threading.Timer(3, lambda: stack.enter_context(worker(port)))
        joining.start()
        grade_class(course, "range", **by(port))
        joining.join()
    same_as_at_home(course, at_home)


def test_another_version_of_the_package_is_refused(at_home: Course) -> None:
    parcel = cluster.Parcel("range", b"", b"", b"", 1, "auto", "another")
    with pytest.raises(GraderFailure, match="install the same on all machines"):
        cluster.grade_parcel(parcel, [])


def test_a_worker_leaves_no_folder_behind_however_it_ends(
    at_home: Course, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "assignments").mkdir()
    own = (Path(cluster.__file__).parent / "assignments" / "range.py").read_text("utf-8")
    (tmp_path / "assignments" / "range.py").write_text(own, "utf-8")
    use_own(tmp_path / "assignments")  # a course's own module travels too
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    parcel = cluster.parcel_of(Plan(at_home, "range", 1, "auto"))
    student = next(iter((at_home.root / at_home.submitted).iterdir())).name
    try:
        [(result, _)], _ = cluster.grade_parcel(parcel, [(student, read_submission(at_home, student, "range"))])
        assert list(tmp_path.glob("autograder-*")) == []
        assert result["status"] in ("graded", "unreadable")
    finally:
        cluster._workers.pop(parcel.digest).__exit__()
        use_own(at_home.root / "assignments")


def test_nobody_at_the_address_is_one_sentence(at_home: Course, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(cluster, "CONNECT_SECONDS", 1)
    arguments = ["grade", "range", "--course", str(at_home.root), "--engine", "dask", "--scheduler"]
    ran = CliRunner().invoke(main, [*arguments, f"tcp://127.0.0.1:{a_port()}"])
    assert ran.exit_code == 2, ran.output
    assert "Nobody answers as a Dask scheduler" in ran.output
    assert CliRunner().invoke(main, [*arguments, "no address"]).exit_code == 2


def test_a_scheduler_without_the_engine_is_refused(at_home: Course) -> None:
    ran = CliRunner().invoke(main, ["grade", "range", "--course", str(at_home.root), "--scheduler", "tcp://x:1"])
    assert ran.exit_code == 2
    assert "--scheduler belongs to --engine dask" in ran.output
