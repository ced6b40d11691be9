"""What a run shows while it works: a bar on a terminal, nothing elsewhere, and events for programs."""

import json
import os
import pty
import re
import shutil
import subprocess
import sys
import threading

import pytest
from grading_room import ROOT, solved

from autograder import processes

STUDENTS = {"ada": solved(), "bela": solved(), "carl": "{", "dora": solved(), "emil": solved()}


@pytest.fixture(scope="module")
def root(tmp_path_factory):
    """A course with five submissions, one of which is broken."""
    place = tmp_path_factory.mktemp("progress")
    shutil.copy(ROOT / "nbgrader_config.py", place)
    for folder in ("solutions", "exercises"):
        shutil.copytree(ROOT / folder / "range", place / folder / "range")
    for student, notebook in STUDENTS.items():
        path = place / "submitted" / student / "range" / "range.ipynb"
        path.parent.mkdir(parents=True)
        path.write_text(notebook if isinstance(notebook, str) else json.dumps(notebook))
    return place


def command(root, *options):
    words = [sys.executable, "-m", "autograder", "grade", "range", "--seed", "1", "--force", "--course", root]
    return [*words, *options]


def environment():
    return {**os.environ, "PYTHONPATH": str(ROOT), "TERM": "xterm", "COLUMNS": "160"}


def on_a_terminal(words):
    """Run a command whose standard error is a terminal, and return what it wrote there."""
    screen, theirs = pty.openpty()
    seen = bytearray()

    def watch():
        while True:
            try:
                part = os.read(screen, 65536)
            except OSError:  # the other end is closed: this is how a terminal says so
                return
            if not part:
                return
            seen.extend(part)

    watcher = threading.Thread(target=watch)
    watcher.start()
    done = subprocess.run(words, env=environment(), stdout=subprocess.PIPE, stderr=theirs, check=False)
    os.close(theirs)
    watcher.join()
    os.close(screen)
    assert done.returncode == 0
    return seen.decode()


@pytest.mark.parametrize(
    ("submissions", "asked", "given"), [(8, None, 1), (1_000, None, 3), (33, None, 2), (8, 2, 2), (3, 8, 1), (0, 2, 1)]
)
def test_a_small_class_needs_no_further_process(monkeypatch, submissions, asked, given):
    monkeypatch.setattr(os, "cpu_count", lambda: 3)
    assert processes.number(submissions, asked) == given


@pytest.mark.parametrize("jobs", [1, 2])
def test_a_terminal_shows_rate_time_left_and_counts(root, jobs):
    shown = on_a_terminal(command(root, "--jobs", str(jobs)))
    plain = re.sub(r"\x1b\[[0-9;?]*[A-Za-z]", "", shown)
    total = len(STUDENTS)
    assert f"0/{total}" in plain
    assert f"{total}/{total}" in plain
    assert re.search(r"\d\.\d/s", plain), "no rate"
    assert re.search(r"\d:\d\d:\d\d", plain), "no time left"
    assert f"{total - 1} graded, 1 need a human, 0 failed on our side" in plain
    assert shown.rstrip().endswith(("\x1b[2K", "\x1b[?25h")), "the bar is still there"


def test_elsewhere_it_is_quiet(root):
    done = subprocess.run(command(root, "--jobs", "1"), env=environment(), capture_output=True, text=True, check=True)
    assert done.stderr == ""
    assert "\x1b" not in done.stdout
    assert "\r" not in done.stdout
    assert "4 graded (0 had not changed), 1 need a human, 0 failed on our side. Seed 1." in done.stdout


def test_programs_get_an_event_a_line_as_it_happens(root):
    words = command(root, "--jobs", "2", "--json")
    with subprocess.Popen(words, env=environment(), stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as run:
        first = json.loads(run.stdout.readline())
        assert run.poll() is None, "the first event came when all was over"
        events = [first, *map(json.loads, run.stdout)]
        assert run.stderr.read() == ""
    assert run.returncode == 0
    assert first == {"event": "started", "assignment": "range", "total": len(STUDENTS)}
    each = {event["student"]: event["event"] for event in events[1:-1]}
    assert each == {name: "needs_human" if name == "carl" else "graded" for name in STUDENTS}
    assert len(events) == len(STUDENTS) + 2
    end = events[-1]
    assert (end["event"], end["graded"], end["needs_human"], end["failed"], end["reused"]) == ("finished", 4, 1, 0, 0)


def test_a_failure_of_ours_is_an_event_and_no_score(root, tmp_path):
    """Where a result cannot be stored the submission failed on our side, and the command says so by its status."""
    course = tmp_path / "course"
    shutil.copytree(root, course, ignore=shutil.ignore_patterns("results", "autograded", "gradebook.db"))
    place = course / "results" / "range" / "bela"
    place.parent.mkdir(parents=True)
    place.write_text("a file where a folder belongs")
    done = subprocess.run(
        command(course, "--jobs", "1", "--json"), env=environment(), capture_output=True, text=True, check=False
    )
    assert done.returncode == 1
    events = [json.loads(line) for line in done.stdout.splitlines()]
    (failed,) = [event for event in events if event["event"] == "failed"]
    assert (failed["student"], failed["result"]["score"]) == ("bela", None)
    assert "could not be stored" in failed["result"]["notes"][0]
    assert (events[-1]["failed"], events[-1]["graded"]) == (1, 3)


def test_a_ctrl_c_that_comes_when_an_object_ends_is_not_lost():
    """Python ignores what a callback on an object's end raises, and would go on as if nothing had been pressed."""
    script = (
        "import os, signal, sys, time, weakref\n"
        "from autograder.__main__ import keep_interrupts\n"
        "keep_interrupts()\n"
        "class Thing: pass\n"
        "thing = Thing()\n"
        "noticed = weakref.ref(thing, lambda ref: os.kill(os.getpid(), signal.SIGINT) or time.sleep(5))\n"
        "signal.signal(signal.SIGINT, signal.default_int_handler)\n"
        "try:\n    del thing\n    time.sleep(5)\n    print('lost')\nexcept KeyboardInterrupt:\n    print('heard')\n"
    )
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True, timeout=30)
    assert (done.stdout, done.stderr) == ("heard\n", "")


@pytest.mark.skipif(sys.platform != "linux", reason="the end of a process is made slow with a function of Linux' libc")
def test_a_ctrl_c_that_comes_shortly_before_the_end_changes_no_exit_status():
    script = (
        "import ctypes, os, signal, sys\n"
        "from autograder.__main__ import keep_interrupts\n"
        "keep_interrupts()\n"
        "class Thing:\n"
        "    def __del__(self, press=os.kill, me=os.getpid(), key=signal.SIGINT):\n        press(me, key)\n        me\n"
        "thing = Thing()\n"
        "libc = ctypes.CDLL(None)\n"
        "libc.on_exit(libc.sleep, None)\n"  # it is called with the exit status: one second after Python's own end
        "signal.signal(signal.SIGINT, signal.default_int_handler)\n"
        "del thing\nsys.exit(1)\n"
    )
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=False, timeout=30)
    assert (done.returncode, done.stdout, done.stderr) == (1, "", "")
