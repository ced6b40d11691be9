"""Whatever happens to a run, the next one completes it, and the gradebook is that of a run that nothing disturbed."""

import contextlib
import errno
import fcntl
import json
import os
import random
import re
import shutil
import signal
import sqlite3
import subprocess
import sys
import time
from contextlib import closing
from pathlib import Path

import pytest
from grading_room import ROOT, find, released, solved

from autograder import files, pool, worker
from autograder.course import _sqlite
from autograder.course.layout import open_course
from autograder.engine import grade_class
from autograder.errors import GraderFailure, UsageError

STUDENTS = [f"s{number:02}" for number in range(12)]
TABLES = "student", "submitted_assignment", "submitted_notebook", "grade", "comment"
DUMP = """
SELECT s.student_id, c.name, c.type, g.auto_score, g.manual_score, g.needs_manual_grade, k.auto_comment, r.key
FROM base_cell c JOIN submitted_notebook n ON n.notebook_id = c.notebook_id
JOIN submitted_assignment s ON s.id = n.assignment_id
LEFT JOIN grade g ON g.notebook_id = n.id AND g.cell_id = c.id
LEFT JOIN comment k ON k.notebook_id = n.id AND k.cell_id = c.id
LEFT JOIN autograder_recorded r ON r.submitted_notebook_id = n.id ORDER BY 1, 2, 3
"""


def notebook(number):
    """A right, a wrong, an empty or a broken submission, different for each number."""
    made = released() if number % 4 == 2 else solved()
    made["cells"].append({"cell_type": "markdown", "metadata": {}, "source": f"number {number}"})
    if number % 4 == 1:
        find(made, "relu6")["source"] = "def relu6(x):\n    return np.maximum(0, x)\n"
    return "broken" if number % 4 == 3 else json.dumps(made)


def fresh(root):
    """A course folder that holds the class and no grades."""
    root.mkdir()
    shutil.copy(ROOT / "nbgrader_config.py", root)
    for folder in ("solutions", "exercises"):
        shutil.copytree(ROOT / folder / "range", root / folder / "range")
    for number, student in enumerate(STUDENTS):
        path = root / "submitted" / student / "range" / "range.ipynb"
        path.parent.mkdir(parents=True)
        path.write_text(notebook(number))
    return root


def dump(root):
    """Everything that the gradebook says of the class, but for ids and times; and how many rows each table has."""
    with closing(sqlite3.connect(root / "gradebook.db")) as db:
        counts = [db.execute(f"SELECT COUNT(*) FROM {table}").fetchone() for table in TABLES]
        return db.execute(DUMP).fetchall(), counts


def grade(root, **options):
    return grade_class(open_course(root), "range", seed=5, **options)


@pytest.fixture(scope="module")
def untouched(tmp_path_factory):
    """The gradebook of a run that nothing disturbed."""
    root = fresh(tmp_path_factory.mktemp("untouched") / "course")
    grade(root)
    rows, counts = dump(root)
    assert len({row[0] for row in rows}) == len(STUDENTS)
    return rows, counts


@pytest.fixture
def root(tmp_path):
    return fresh(tmp_path / "course")


def assert_same_gradebook(root, untouched):
    rows, counts = dump(root)
    assert [(row, other) for row, other in zip(rows, untouched[0], strict=True) if row != other] == []
    assert counts == untouched[1]


def assert_complete(root, untouched):
    """Another run leaves everybody with a result, the gradebook of an undisturbed run, and no litter."""
    summary = grade(root)
    assert [result.student for result in summary.results] == STUDENTS
    assert summary.count("failed") == 0
    assert_same_gradebook(root, untouched)
    for student, result in zip(STUDENTS, summary.results, strict=True):
        assert json.loads((root / f"results/range/{student}/result.json").read_text())["status"] == result.status
        if result.status == "graded":
            assert json.loads((root / f"autograded/{student}/range/range.ipynb").read_text())["cells"]
    return summary


def assert_nobody_is_scored_wrongly(root, untouched):
    """What has an automatic score so far has the one that an undisturbed run gives."""
    right = {row[:3]: row[3] for row in untouched[0]}
    assert [row for row in dump(root)[0] if row[3] not in (None, right[row[:3]])] == []


def start(root, jobs):
    """A run of its own, as from a terminal, in a session of its own."""
    if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:  # as in the background of a shell; a terminal's run hears it
        signal.signal(signal.SIGINT, signal.default_int_handler)
    return subprocess.Popen(
        [sys.executable, "-m", "autograder", "grade", "range", "--seed", "5", "--jobs", str(jobs), "--course", root],
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        start_new_session=True,
    )


def wait_for_results(run, root, least):
    """Wait until some results are stored, or the run is over."""
    deadline = time.monotonic() + 120
    while run.poll() is None and len(list(root.glob("results/range/*/result.json"))) < least:
        assert time.monotonic() < deadline, "the run stores nothing"
        time.sleep(0.002)


def family(pid):
    """The processes below one, by their ids, and what each runs; the process itself comes first."""
    parents = {}
    for path in Path("/proc").glob("[0-9]*/stat"):
        try:
            head, _, tail = path.read_text().rpartition(")")
        except OSError:
            continue
        parents[int(head.split()[0])] = int(tail.split()[1])
    found = [pid]
    for one in found:
        found += [child for child, parent in parents.items() if parent == one]
    return {one: commandline(one) for one in found}


def commandline(pid):
    try:
        return Path(f"/proc/{pid}/cmdline").read_bytes().replace(b"\0", b" ").decode()
    except OSError:
        return ""


def is_running(pid):
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] not in "ZX"
    except OSError:
        return False


def assert_gone(processes):
    """Every process ends by itself soon."""
    deadline = time.monotonic() + 20
    while left := [pid for pid in processes if is_running(pid)]:
        assert time.monotonic() < deadline, f"still running: {[commandline(pid) for pid in left]}"
        time.sleep(0.05)


def killed_at(root, jobs, least, delay):
    """Kill a run's parent when some results are there and a moment has passed; all its processes must end."""
    run = start(root, jobs)
    try:
        wait_for_results(run, root, least)
        time.sleep(delay)
        below = family(run.pid)
    finally:
        run.kill()
        run.communicate()
    assert_gone(below)


linux = pytest.mark.skipif(not sys.platform.startswith("linux"), reason="reads /proc: run this test on Linux")


@linux
@pytest.mark.parametrize(("jobs", "least"), [(1, 3), (2, 5)])
def test_a_killed_run_is_completed_by_the_next(root, untouched, jobs, least):
    killed_at(root, jobs, least, delay=random.random() / 100)
    stored = len(list(root.glob("results/range/*/result.json")))
    assert assert_complete(root, untouched).reused >= stored


@linux
@pytest.mark.full
@pytest.mark.parametrize("jobs", [1, 2])
def test_a_run_may_be_killed_at_any_moment(root, untouched, jobs):
    for _ in range(20):
        killed_at(root, jobs, least=0, delay=random.random() * 4)
    for _ in range(10):
        shutil.rmtree(root / "results", ignore_errors=True)
        killed_at(root, jobs, least=random.randrange(len(STUDENTS)), delay=random.random() / 50)
    assert_complete(root, untouched)


def servers(run):
    """The process that the pool's are forks of."""
    return [pid for pid, command in family(run.pid).items() if "forkserver" in command and parent_of(pid) == run.pid]


def workers(run):
    """The pool's processes."""
    return [pid for server in servers(run) for pid in below(server)]


def zygotes(run):
    """The processes that fork the students'; bubblewrap's own two have other command lines."""
    zygote = [pid for pid, command in family(run.pid).items() if "zygote.py" in command and "bwrap" not in command]
    return [pid for pid in zygote if parent_of(pid) not in zygote]


def children(run):
    """The students' processes, waited for: each lives for some milliseconds, so nothing slow may stand between."""
    deadline = time.monotonic() + 30
    while run.poll() is None and time.monotonic() < deadline:
        zygote = zygotes(run)
        for _ in range(500):
            if found := [pid for one in zygote for pid in below(one)]:
                return found
    return []


def below(pid):
    try:
        return [int(one) for one in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]
    except OSError:
        return []


def parent_of(pid):
    try:
        return int(Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[1])
    except OSError:
        return 0


def killed(pids):
    """Kill one of these processes; tell whether it was still there."""
    for pid in random.sample(pids, len(pids)):
        try:
            os.kill(pid, signal.SIGKILL)
        except ProcessLookupError:
            continue
        return True
    return False


KILLS = 2
"""How often a run's processes are killed: a submission whose process dies three times waits for the next run."""


@linux
@pytest.mark.parametrize("victims", [servers, workers, zygotes, children])
@pytest.mark.parametrize("least", [1, pytest.param(50, marks=pytest.mark.full)])
def test_a_run_survives_the_loss_of_its_processes(root, untouched, victims, least):
    kills = runs = 0
    while kills < least:
        assert runs < 2 * least + 5, "the processes are gone before they can be killed"
        runs += 1
        shutil.rmtree(root / "results", ignore_errors=True)
        run = start(root, jobs=2)
        for _ in range(KILLS):
            wait_for_results(run, root, least=random.randrange(1, len(STUDENTS) // 2))
            time.sleep(random.random() / 50)
            kills += killed(victims(run))
        told, _ = run.communicate(timeout=300)
        assert run.returncode == 0, told
        assert_same_gradebook(root, untouched)
    assert_complete(root, untouched)


@linux
def test_a_run_whose_processes_are_killed_all_the_time_scores_nobody_wrongly(root, untouched):
    """Whom it could not grade it says so of; the next run grades them."""
    run = start(root, jobs=2)
    wait_for_results(run, root, least=1)
    deadline = time.monotonic() + 5
    while run.poll() is None and time.monotonic() < deadline:
        killed(random.choice([servers, workers, zygotes, children])(run))
        time.sleep(random.random() / 10)
    told, _ = run.communicate(timeout=300)
    assert run.returncode in (0, 1), told
    assert_nobody_is_scored_wrongly(root, untouched)
    assert_complete(root, untouched)


def interrupted_at(root, jobs, least, delay):
    """Press Ctrl-C in a run when some results are there and a moment has passed; all its processes must end."""
    run = start(root, jobs)
    wait_for_results(run, root, least)
    time.sleep(delay)
    os.killpg(run.pid, signal.SIGSTOP)  # a small class is graded faster than its processes are counted
    below = family(run.pid)
    os.killpg(run.pid, signal.SIGINT)
    os.killpg(run.pid, signal.SIGCONT)
    told, _ = run.communicate(timeout=60)
    assert_gone(below)
    return run.returncode, told


@linux
@pytest.mark.parametrize("jobs", [1, 2])
def test_control_c_keeps_what_is_finished_and_says_how_to_go_on(root, untouched, jobs):
    for _ in range(20):  # a class of twelve may be finished before the signal comes
        status, told = interrupted_at(root, jobs, least=1, delay=0)
        if status:
            break
        shutil.rmtree(root / "results")
    assert status == 130, told
    assert "Traceback" not in told
    assert "the same command" in told
    assert_complete(root, untouched)


@linux
@pytest.mark.full
@pytest.mark.parametrize("jobs", [1, 2])
def test_control_c_may_come_at_any_moment(root, untouched, jobs):
    for number in range(25):
        shutil.rmtree(root / "results", ignore_errors=True)
        least = number % len(STUDENTS)
        status, told = interrupted_at(root, jobs, least=least, delay=random.random() * (0.05 if least else 3))
        assert status in (0, 130, -signal.SIGINT), told  # 0: it was over; −2: Python had hardly started
        assert status == -signal.SIGINT or "Traceback" not in told, told
    assert_complete(root, untouched)


@pytest.fixture
def tiny_disk(tmp_path):
    """A file system of 4 MB, in memory."""
    place = tmp_path / "disk"
    place.mkdir()
    command = ["mount", "-t", "tmpfs", "-o", "size=4m", "autograder-test", str(place)]
    done = subprocess.run(command, capture_output=True, text=True, check=False) if shutil.which("mount") else None
    if done is None or done.returncode:
        pytest.skip("a small file system cannot be mounted here: run this test as root, outside a container")
    yield place
    subprocess.run(["umount", "--lazy", str(place)], check=True)


@linux
@pytest.mark.parametrize("free", [60_000, *(pytest.param(n, marks=pytest.mark.full) for n in (300_000, 4_000))])
def test_a_disk_that_is_full_costs_nobody_anything_but_time(tiny_disk, untouched, free):
    """Wherever the room ends (results, autograded notebooks, the gradebook), the next run completes it all."""
    root = fresh(tiny_disk / "course")
    grade(root, students=STUDENTS[:1])
    ballast = tiny_disk / "ballast"
    fill(ballast, leave=free)
    run = start(root, jobs=1)
    told, _ = run.communicate(timeout=300)
    assert run.returncode == 1, told
    assert "Traceback" not in told
    assert re.search(r"No space left|disk is full|disk I/O error", told), told
    assert_nobody_is_scored_wrongly(root, untouched)
    ballast.unlink()
    assert_complete(root, untouched)


@linux
@pytest.mark.full
def test_the_disk_may_fill_up_at_any_moment_and_by_any_amount(tiny_disk, untouched):
    root = fresh(tiny_disk / "course")
    grade(root, students=STUDENTS[:1])
    failures = 0
    for _ in range(6):
        shutil.rmtree(root / "results", ignore_errors=True)
        ballast = tiny_disk / "ballast"
        run = start(root, jobs=random.choice([1, 2]))
        wait_for_results(run, root, least=random.randrange(len(STUDENTS)))
        time.sleep(random.random() / 50)
        with contextlib.suppress(OSError):  # the run takes from what is left at the same time
            fill(ballast, leave=random.randrange(200_000))
        told, _ = run.communicate(timeout=300)
        ballast.unlink(missing_ok=True)
        assert run.returncode in (0, 1), told
        assert "Traceback" not in told
        assert run.returncode == 0 or re.search(r"No space left|disk is full|disk I/O error", told), told
        failures += run.returncode
        assert_nobody_is_scored_wrongly(root, untouched)
    assert failures, "the disk was never full in time"
    assert_complete(root, untouched)


def fill(path, leave):
    """Write a file that leaves so many bytes of its file system free."""
    state = os.statvfs(path.parent)
    path.write_bytes(bytes(max(0, state.f_bavail * state.f_frsize - leave)))


@linux
@pytest.mark.parametrize("size", [40_000, *(pytest.param(n, marks=pytest.mark.full) for n in (20_000, 150_000))])
def test_a_limit_on_the_size_of_files_costs_nobody_anything_but_time(root, untouched, size):
    """What a quota does to a run, by the kernel's own means."""
    grade(root, students=STUDENTS[:1])
    told = limited(root, size)
    assert told.returncode == 1, told.stdout
    assert "Traceback" not in told.stdout
    assert_complete(root, untouched)


def limited(root, size):
    """A run that may write no file beyond a size."""
    program = (
        "import resource, sys; resource.setrlimit(resource.RLIMIT_FSIZE, (int(sys.argv.pop(1)),) * 2)\n"
        "from autograder.cli import main; main()"
    )
    command = [sys.executable, "-c", program, str(size), "grade", "range", "--seed", "5", "--jobs", "1"]
    return subprocess.run(
        [*command, "--course", root],
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        check=False,
    )


def test_a_full_disk_is_our_failure_and_nobodys_score(root, untouched, monkeypatch):
    written = files.write_in_turn

    def full(path, other, data):
        if any("s04" <= part <= "s08" for part in Path(path).parts[-3:-1]):
            raise OSError(28, "No space left on device", str(path))
        written(path, other, data)

    monkeypatch.setattr(worker, "write_in_turn", full)
    summary = grade(root)
    assert summary.count("failed") == 5
    assert all(r.score is None for r in summary.results if r.status == "failed")
    assert all("No space left" in r.notes[0] for r in summary.results if r.status == "failed")
    monkeypatch.undo()
    assert_complete(root, untouched)


def test_a_file_that_grew_too_large_leaves_the_old_one_whole(tmp_path):
    path = tmp_path / "result.json"
    files.write_atomically(path, b"old")
    program = (
        "import resource, signal, sys; from pathlib import Path; from autograder.files import write_atomically\n"
        "signal.signal(signal.SIGXFSZ, signal.SIG_IGN); resource.setrlimit(resource.RLIMIT_FSIZE, (50_000, 50_000))\n"
        "write_atomically(Path(sys.argv[1]), b'new' * 100_000)\n"
    )
    done = subprocess.run([sys.executable, "-c", program, path], capture_output=True, text=True, cwd=ROOT, check=False)
    assert "File too large" in done.stderr
    assert path.read_bytes() == b"old"
    assert [entry.name for entry in tmp_path.iterdir()] == ["result.json"]


def test_what_a_killed_writer_left_is_swept_away(tmp_path):
    process = subprocess.Popen([sys.executable, "-c", ""])
    process.wait()
    litter = tmp_path / f".result.json.{process.pid}.tmp"
    alive = tmp_path / f".result.json.{os.getppid()}.tmp"
    for path in (litter, alive):
        path.write_text("half")
    files.write_atomically(tmp_path / "result.json", b"whole", durable=True)
    assert sorted(entry.name for entry in tmp_path.iterdir()) == sorted([alive.name, "result.json"])


def entries(folder):
    """The files of a folder, and what they hold."""
    return {entry.name: entry.read_bytes() for entry in folder.iterdir()}


@pytest.mark.parametrize("exchange", ["as it is", "refused", "unknown"])
@pytest.mark.parametrize("before", ["nothing", "no folder", "a file", "both"])
def test_two_files_are_written_in_turn(tmp_path, monkeypatch, exchange, before):
    if exchange != "as it is":
        told = None if exchange == "unknown" else lambda *names: -1
        monkeypatch.setattr(files, "_renameat2", lambda: told)
    folder = tmp_path / "s00"
    if before != "no folder":
        folder.mkdir()
    if before in ("a file", "both"):
        (folder / "new").write_bytes(b"first")
    if before == "both":
        (folder / "old").write_bytes(b"a longer one, of which half was written")
    last = entries(folder).get("new") if folder.exists() else None
    for data in (b"whole", b"", b"again" * 10_000, b"short"):
        files.write_in_turn(str(folder / "new"), str(folder / "old"), data)
        kept = exchange == "as it is" and last is not None
        assert entries(folder) == {"new": data} | ({"old": last} if kept else {})
        last = data


def test_who_finds_another_writing_leaves_it_alone(tmp_path):
    new, old = tmp_path / "new", tmp_path / "old"
    new.write_bytes(b"first")
    with old.open("wb") as other:
        fcntl.flock(other, fcntl.LOCK_EX)
        other.write(b"the other's")
        other.flush()
        files.write_in_turn(str(new), str(old), b"whole")
        assert entries(tmp_path) == {"new": b"whole", "old": b"the other's"}


def test_who_opened_what_has_become_the_file_itself_leaves_it_alone(tmp_path, monkeypatch):
    new, old = tmp_path / "new", tmp_path / "old"
    new.write_bytes(b"first")
    old.write_bytes(b"spare")
    lock = fcntl.flock

    def late(handle, kind):
        monkeypatch.undo()
        files.write_in_turn(str(new), str(old), b"the other's")  # the two have changed places meanwhile
        lock(handle, kind)

    monkeypatch.setattr(fcntl, "flock", late)
    files.write_in_turn(str(new), str(old), b"whole")
    assert entries(tmp_path) == {"new": b"whole", "old": b"first"}


@linux
def test_a_backup_by_links_is_not_written_over(tmp_path):
    new, old, kept = tmp_path / "new", tmp_path / "old", tmp_path / "kept"
    for data in (b"first", b"second"):
        files.write_in_turn(str(new), str(old), data)
    kept.hardlink_to(old)
    elsewhere = tmp_path / "elsewhere"
    elsewhere.write_bytes(b"not ours")
    files.write_in_turn(str(new), str(old), b"third")
    assert entries(tmp_path) == {"new": b"third", "old": b"first", "kept": b"first", "elsewhere": b"not ours"}
    old.unlink()
    old.symlink_to(elsewhere)
    files.write_in_turn(str(new), str(old), b"fourth")
    assert (new.read_bytes(), elsewhere.read_bytes()) == (b"fourth", b"not ours")


@pytest.mark.parametrize("apart", ["no folder", "another file system"])
def test_a_file_is_written_whose_turn_lies_elsewhere(tmp_path, monkeypatch, apart):
    new, old = tmp_path / "there" / "new", tmp_path / "here" / "old"
    old.parent.mkdir()
    if apart == "another file system":
        new.parent.mkdir()
        replace = os.replace

        def refused(one, other):
            if os.path.dirname(one) != os.path.dirname(other):
                raise OSError(errno.EXDEV, os.strerror(errno.EXDEV))
            replace(one, other)

        monkeypatch.setattr(files, "_renameat2", lambda: lambda *names: -1)
        monkeypatch.setattr(os, "replace", refused)
    for data in (b"first", b"second"):
        files.write_in_turn(str(new), str(old), data)
        assert entries(new.parent) == {"new": data}
        assert set(entries(old.parent)) <= {"old"}
        if apart == "another file system":
            assert entries(old.parent) == {}


@pytest.mark.parametrize("trouble", ["no locks", "not ours", "taken away", "taken away later"])
def test_where_two_files_cannot_take_turns_one_is_written(tmp_path, monkeypatch, trouble):
    new, old = tmp_path / "new", tmp_path / "old"
    new.write_bytes(b"first")
    if trouble == "not ours":
        old.mkdir()
    else:

        def refused(handle, kind):
            if trouble == "no locks":
                raise OSError(errno.ENOLCK, "No locks available")
            if trouble == "taken away":
                old.unlink()

        monkeypatch.setattr(fcntl, "flock", refused)
        if trouble == "taken away later":
            monkeypatch.setattr(files, "_swapped", lambda one, other: old.unlink())
    files.write_in_turn(str(new), str(old), b"whole")
    assert new.read_bytes() == b"whole"


def test_a_write_in_turn_that_cannot_be_made_leaves_what_was_there(tmp_path):
    new, old = tmp_path / "new", tmp_path / "old"
    new.write_bytes(b"first")
    old.write_bytes(b"spare")
    program = (
        "import resource, signal, sys; from autograder.files import write_in_turn\n"
        "signal.signal(signal.SIGXFSZ, signal.SIG_IGN); resource.setrlimit(resource.RLIMIT_FSIZE, (50_000, 50_000))\n"
        "write_in_turn(*sys.argv[1:], b'new' * 100_000)\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", program, new, old], capture_output=True, text=True, cwd=ROOT, check=False
    )
    assert "File too large" in done.stderr
    assert entries(tmp_path) == {"new": b"first"}


@pytest.mark.parametrize("writers", [1, 3])
def test_those_who_write_in_turn_may_be_killed_at_any_moment(tmp_path, writers):
    new, old = tmp_path / "new", tmp_path / "old"
    kinds = [bytes([letter]) * 60_000 for letter in b"ab"]
    new.write_bytes(kinds[0])
    program = (
        "import sys; from autograder.files import write_in_turn\n"
        "print(flush=True)\n"
        "while True:\n"
        "    for letter in b'ab':\n"
        "        write_in_turn(*sys.argv[1:], bytes([letter]) * 60_000)\n"
    )
    for number in range(6):
        command = [sys.executable, "-c", program, new, old]
        running = [subprocess.Popen(command, stdout=subprocess.PIPE, cwd=ROOT) for _ in range(writers)]
        for process in running:
            process.stdout.readline()
        for _ in range(20):
            time.sleep(0.0005 * number)
            with new.open("rb") as file:
                assert file.read() in kinds
        for process in running:
            process.kill()
        for process in running:
            process.communicate()
        assert new.read_bytes() in kinds
    files.write_in_turn(str(new), str(old), b"last")
    assert new.read_bytes() == b"last"
    assert old.read_bytes() in kinds


@pytest.mark.parametrize("spoilt", ["a mixture", "cut", "longer", "empty"])
def test_a_result_that_a_power_failure_spoilt_is_made_again(root, spoilt):
    grade(root, students=["s00"])
    path = root / "results/range/s00/result.json"
    whole = path.read_bytes()
    first = whole.replace(b'"status": "passed"', b'"status": "failed"', 1)
    assert first != whole
    made = {"a mixture": first, "cut": whole[:-30], "longer": whole + b"}\n", "empty": b""}
    path.write_bytes(made[spoilt])
    assert grade(root, students=["s00"]).reused == 0
    again = json.loads(path.read_bytes())
    assert {**again, "seconds": 0} == {**json.loads(whole), "seconds": 0}
    assert grade(root, students=["s00"]).reused == 1


@pytest.mark.parametrize("spoilt", ["zeros", "a mixture", "gone"])
def test_a_notebook_that_a_power_failure_spoilt_is_made_again(root, spoilt):
    grade(root, students=["s00"])
    path = root / "autograded/s00/range/range.ipynb"
    whole = path.read_bytes()
    made = {"zeros": b"\0" * len(whole), "a mixture": whole.replace(b"relu6", b"relu5", 1)}
    if spoilt == "gone":
        path.unlink()
    else:
        path.write_bytes(made[spoilt])
        assert path.stat().st_size == len(whole)
    assert grade(root, students=["s00"]).reused == 0
    assert path.read_bytes() == whole
    assert grade(root, students=["s00"]).reused == 1


def test_the_notebook_before_stays_out_of_the_folder_that_nbgrader_copies(root):
    grade(root, students=["s00"])
    path = root / "autograded/s00/range/range.ipynb"
    by_hand = path.read_bytes() + b" "
    path.write_bytes(by_hand)
    grade(root, students=["s00"])
    assert [entry.name for entry in path.parent.iterdir()] == ["range.ipynb"]
    assert (root / "results/range/s00/before.ipynb").read_bytes() == by_hand


def test_a_result_in_another_students_folder_is_not_theirs(root, untouched):
    grade(root, students=["s00"])
    shutil.copytree(root / "results/range/s00", root / "results/range/s04")
    shutil.copytree(root / "autograded/s00", root / "autograded/s04")
    shutil.copytree(root / "submitted/s00", root / "submitted/s04", dirs_exist_ok=True)
    summary = grade(root, students=["s04"])
    assert (summary.reused, [result.student for result in summary.results]) == (0, ["s04"])


def test_a_gradebook_locked_meanwhile_loses_nothing(root, untouched, monkeypatch):
    monkeypatch.setattr(_sqlite, "BUSY_SECONDS", 0.1)
    monkeypatch.setattr("autograder.engine.RECORD_EVERY", 3)
    with closing(sqlite3.connect(root / "gradebook.db", isolation_level=None)) as other:

        def lock(result, reused):
            if result.student == "s05":
                other.execute("BEGIN EXCLUSIVE")

        with pytest.raises(GraderFailure, match=r"locked.*Close formgrader.*results are stored; the next run"):
            grade(root, progress=lock)
        assert len(list(root.glob("results/range/*/result.json"))) == len(STUDENTS)
    assert assert_complete(root, untouched).reused == len(STUDENTS)


@linux
@pytest.mark.full
@pytest.mark.parametrize("jobs", [1, 2])
def test_a_gradebook_may_be_locked_and_let_go_at_any_moment(root, untouched, jobs):
    """Another program's transactions of random lengths; one that lasts too long is told, and nothing is lost."""
    grade(root)
    told_of = 0
    for number in range(6):
        shutil.rmtree(root / "results", ignore_errors=True)
        run = start(root, jobs)
        wait_for_results(run, root, least=random.randrange(len(STUDENTS)) if number else 0)
        time.sleep(random.random() / 50)
        with closing(sqlite3.connect(root / "gradebook.db", isolation_level=None, timeout=30)) as other:
            other.execute(random.choice(["BEGIN EXCLUSIVE", "BEGIN IMMEDIATE"]))
            # A run may wait twice for its turn, to look for the rows and to write them.
            time.sleep(random.choice([0.05, 0.5]) if number else 3 * _sqlite.BUSY_SECONDS)
        told, _ = run.communicate(timeout=300)
        assert run.returncode in (0, 1), told
        assert "Traceback" not in told
        assert run.returncode == 0 or re.search(r"locked.*Close formgrader", told, re.DOTALL), told
        told_of += run.returncode
        assert_nobody_is_scored_wrongly(root, untouched)
    assert told_of, "not even the long transaction was noticed"
    assert_complete(root, untouched)


def test_a_gradebook_that_may_not_be_written_is_said_before_anything_is_graded(root, untouched):
    grade(root, students=["s00"])
    config = (root / "nbgrader_config.py").read_text()
    address = f"sqlite:///file:{root / 'gradebook.db'}?mode=ro&uri=true"
    (root / "nbgrader_config.py").write_text(f"{config}\nc.CourseDirectory.db_url = {address!r}\n")
    with pytest.raises(GraderFailure, match="readonly"):
        grade(root)
    (root / "nbgrader_config.py").write_text(config)
    assert_complete(root, untouched)


def test_manual_scores_stay_whatever_happens(root, untouched, monkeypatch):
    grade(root, students=STUDENTS[:4])
    with closing(sqlite3.connect(root / "gradebook.db")) as db:
        db.execute("UPDATE grade SET manual_score = 2.5, needs_manual_grade = 0 WHERE auto_score IS NULL")
        db.commit()
        marked = db.execute("SELECT COUNT(*) FROM grade WHERE manual_score = 2.5").fetchone()
    killed_at(root, 2, least=6, delay=0)
    grade(root)
    with closing(sqlite3.connect(root / "gradebook.db")) as db:
        assert marked[0] > 0
        kept = "SELECT COUNT(*) FROM grade WHERE manual_score = 2.5 AND needs_manual_grade = 0"
        assert db.execute(kept).fetchone() == marked
    rows, counts = dump(root)
    assert counts == untouched[1]
    assert [(*row[:4], *row[6:]) for row in rows] == [(*row[:4], *row[6:]) for row in untouched[0]]


def test_a_submission_that_always_kills_its_process_is_given_up_alone(root, monkeypatch):
    monkeypatch.setattr(pool, "grade_chunk", poisoned)
    summary = grade(root, jobs=2)
    assert [result.student for result in summary.results] == STUDENTS
    assert [result.student for result in summary.results if result.status == "failed"] == ["s03"]


def poisoned(students):
    """Stand in for the pool's function: one submission kills whatever process looks at it."""
    if "s03" in students:
        os.kill(os.getpid(), signal.SIGKILL)
    return pool.grade_chunk(students)


def test_a_fault_of_ours_costs_one_submission_its_result(root, monkeypatch):
    honest = worker.Grader.grading

    def faulty(self, data, student):
        if student == "s04":
            raise KeyError("a bug")
        return honest(self, data, student)

    monkeypatch.setattr(worker.Grader, "grading", faulty)
    summary = grade(root)
    (lost,) = [result for result in summary.results if result.status == "failed"]
    assert lost.student == "s04"
    assert "The grader itself failed over this submission (KeyError: 'a bug')" in lost.notes[0]
    assert not (root / "results/range/s04").exists()


def test_what_hinders_the_workers_is_told_in_its_own_words(root, monkeypatch):
    (root / "exercises/range/range.ipynb").write_text("{}")
    with pytest.raises(UsageError, match="cannot be read"):
        grade(root, jobs=2)


def test_processes_that_never_start_end_the_run_with_a_sentence(root, monkeypatch):
    monkeypatch.setattr(pool, "_round", lambda plan, todo, width: iter(()))
    with pytest.raises(GraderFailure, match="grade with --jobs 1"):
        grade(root, jobs=2)
