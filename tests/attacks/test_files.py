"""A class in which every hostile file has been handed in: each is one row with a reason, and honest work is unharmed.

What must not happen is looked for: a planted token in anything that was written, a file outside the course, markup,
escapes and formulas in what is shown, memory, processes, and results of honest students that differ.
"""

from __future__ import annotations

import contextlib
import csv
import json
import os
import re
import shutil
import sqlite3
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner
from grading_room import ROOT, find, released, solved

from autograder.cli import main
from autograder.course.gradebook import scores
from autograder.course.layout import STUDENT_ID, open_course
from autograder.sandbox import kernel
from tests.attacks.files import FOLDERS, HOSTILE, PARCELS, Parcel, Place
from tests.attacks.model import descendants

TOKEN = "token-5f1d8c2e"
WRONG = "def relu6(x):\n    return np.maximum(0, x)\n"
HONEST = ("aa-empty", "aa-right", "aa-wrong")
STUDENT = {one.name: f"p{number:03}" for number, one in enumerate(PARCELS)}
MEMORY = 400
"""Megabytes that the run may take at its peak, whatever it is given to read."""
SECONDS = 3.0
"""What a submission may take on average, on a busy machine, though many of them do their worst."""


@dataclass
class Graded:
    """The course after a run: its folder, the events of the run, and what was measured."""

    root: Path
    events: list[dict[str, Any]]
    seconds: float
    megabytes: int
    left: set[int]
    honest: dict[str, Any]
    unmade: dict[str, str]

    @property
    def results(self) -> dict[str, dict[str, Any]]:
        """Each student's result, from the stream of events."""
        return {event["student"]: event["result"] for event in self.events if "student" in event}


def run(*arguments: object) -> str:
    """Run a command that must succeed, and return what it printed."""
    done = CliRunner().invoke(main, [str(argument) for argument in arguments])
    assert done.exit_code == 0, done.output
    return done.stdout


def course(root: Path) -> Path:
    """Make a course with three honest students."""
    root.mkdir()
    shutil.copy(ROOT / "nbgrader_config.py", root)
    for folder in ("solutions", "exercises"):
        shutil.copytree(ROOT / folder / "range", root / folder / "range")
    wrong = solved()
    find(wrong, "relu6")["source"] = WRONG
    for student, notebook in zip(HONEST, (released(), solved(), wrong), strict=True):
        path = root / "submitted" / student / "range" / "range.ipynb"
        path.parent.mkdir(parents=True)
        path.write_text(json.dumps(notebook))
    return root


RUN = """
import sys
from pathlib import Path
from autograder.cli import main
try:
    main(["grade", "range", "--seed", "8", "--jobs", "1", "--json", "--course", sys.argv[1]])
finally:
    status = Path("/proc/self/status").read_text()
    print(next(line.split()[1] for line in status.splitlines() if line.startswith("VmHWM")), file=sys.stderr)
"""
"""A run that tells at its end how many kilobytes the grader itself, without the students' processes, took."""


def grade(root: Path) -> tuple[list[dict[str, Any]], int]:
    """Grade the class in a process of its own; return the events and the megabytes that it took at its peak."""
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    done = subprocess.run([sys.executable, "-c", RUN, root], capture_output=True, text=True, env=environment)
    assert done.returncode == 0, done.stderr
    return [json.loads(line) for line in done.stdout.splitlines()], int(done.stderr) // 1024


def put(root: Path, secret: Path) -> dict[str, str]:
    """Hand everything in; return what could not be made here, and why."""
    unmade = {}
    for one in PARCELS:
        folder = root / "submitted" / STUDENT[one.name] / "range"
        folder.mkdir(parents=True)
        try:
            one.put(Place(folder, secret))
        except PermissionError as problem:
            unmade[one.name] = str(problem)
    submitted = os.fsencode(root / "submitted")
    for folder_name in FOLDERS:
        shutil.copytree(os.fsencode(root / "submitted/aa-right"), os.path.join(submitted, folder_name))
    (root / "submitted/zz-link").symlink_to("aa-right")
    (root / "submitted/zz-file").write_text("no folder")
    (root / "submitted/zz-inner").mkdir()
    (root / "submitted/zz-inner/range").symlink_to("../aa-right/range")
    return unmade


def outside(folder: Path) -> dict[str, bytes]:
    """Return every file of a folder with its bytes."""
    return {str(path): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


@pytest.fixture(scope="module")
def graded(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Graded]:
    base = tmp_path_factory.mktemp("files")
    secret = base / "outside" / "secret.txt"
    secret.parent.mkdir()
    secret.write_text(TOKEN)
    alone = {e["student"]: e["result"] for e in grade(course(base / "alone"))[0] if "student" in e}
    root = course(base / "course")
    unmade = put(root, secret)
    before, processes = outside(secret.parent), descendants(os.getpid())
    kernel.prctl(36, 1)  # adopt orphans, so that what an attack leaves running is found below this process
    started = time.monotonic()
    events, megabytes = grade(root)
    seconds = time.monotonic() - started
    left = descendants(os.getpid()) - processes
    kernel.prctl(36, 0)
    assert outside(secret.parent) == before
    yield Graded(root, events, seconds, megabytes, left, alone, unmade)
    shutil.rmtree(base)


def words(result: dict[str, Any]) -> str:
    """Return everything that a result says."""
    told = [c["message"] for f in result["functions"] for c in f["criteria"]]
    return " ".join([*result["notes"], *told])


@pytest.mark.parametrize("one", [pytest.param(one, id=one.name) for one in PARCELS])
def test_every_hostile_file_is_one_row_with_a_reason(graded: Graded, one: Parcel) -> None:
    if one.name in graded.unmade:
        pytest.skip(f"this cannot be handed in here ({graded.unmade[one.name]}): run the tests as root")
    student = STUDENT[one.name]
    assert [event["event"] for event in graded.events if event.get("student") == student] == [
        "needs_human" if one.fate == "unreadable" else "graded"
    ]
    result = graded.results[student]
    assert one.words in words(result), words(result)
    if one.fate == "unreadable":
        assert result["score"] is None
        assert result["notes"]
        assert result["functions"] == []
    else:
        assert 0 <= result["score"] <= result["max_score"]
        assert all(c["message"] for f in result["functions"] for c in f["criteria"])
    if one.fate == "full":
        assert result["score"] == result["max_score"], words(result)


def test_honest_results_are_those_of_a_class_without_attackers(graded: Graded) -> None:
    for student in HONEST:
        assert {**graded.results[student], "seconds": 0} == {**graded.honest[student], "seconds": 0}
    assert graded.results["aa-right"]["score"] == graded.results["aa-right"]["max_score"] > 0
    assert graded.results["aa-empty"]["score"] == 0
    assert 0 < graded.results["aa-wrong"]["score"] < graded.results["aa-wrong"]["max_score"]


def test_everybody_has_one_row_and_nobody_else_has(graded: Graded) -> None:
    present = {*HONEST, *STUDENT.values()}
    assert graded.results.keys() == present
    rows = [row.student for row in scores(open_course(graded.root), "range")]
    assert sorted(rows) == sorted(present)
    with contextlib.closing(sqlite3.connect(graded.root / "gradebook.db")) as database:
        assert database.execute("SELECT COUNT(*) FROM submitted_notebook").fetchone() == (len(present),)
    assert {path.name for path in (graded.root / "autograded").iterdir()} <= present
    assert {path.name for path in (graded.root / "results/range").iterdir() if path.is_dir()} == present


def test_folders_with_strange_names_are_set_aside_with_a_sentence_each(graded: Graded) -> None:
    end = graded.events[-1]
    strange = [name for name in FOLDERS if not name.startswith(b".")]
    assert len(end["set_aside"]) == len(strange) + 2
    assert all("set aside" in line and line.isprintable() for line in end["set_aside"])
    assert end["absent"] == ["zz-inner"]
    assert not any(STUDENT_ID.fullmatch(os.fsdecode(name)) for name in FOLDERS)
    assert not list(graded.root.glob("**/x")), "a command in a name was run"


def test_time_memory_and_processes_stay_within_bounds(graded: Graded) -> None:
    assert graded.seconds < SECONDS * len(PARCELS)
    assert graded.megabytes < MEMORY
    assert graded.left == set()


def test_a_naive_reader_falls_for_the_links(graded: Graded) -> None:
    """The attacks are what they say: whoever follows the links gets what they lead to."""
    path = graded.root / "submitted" / STUDENT["a link to a secret"] / "range" / "range.ipynb"
    assert path.read_text() == TOKEN
    other = graded.root / "submitted" / STUDENT["a link to another's work"] / "range" / "range.ipynb"
    assert json.loads(other.read_bytes())["cells"]


# ---- what is shown ---------------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def shown(graded: Graded, tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """Everything that people and programs get to see of the class, by what it is."""
    root, folder = graded.root, tmp_path_factory.mktemp("shown")
    texts = {"terminal: class": run("grade", "range", "--jobs", 1, "--course", root)}
    for kind in ("an error", "an output", "a type"):
        student = STUDENT[f"hostile text in {kind}"]
        path = root / "submitted" / student / "range" / "range.ipynb"
        texts[f"terminal: check {kind}"] = run("check", path, "--course", root)
        texts[f"terminal: replay {kind}"] = run("replay", student, "range", "--function", "relu6", "--course", root)
    run("report", "range", "--course", root)
    run("feedback", "range", "--course", root)
    texts["html: report"] = (root / "reports/range.html").read_text()
    texts |= {f"html: {p.parent.parent.name}": p.read_text() for p in root.glob("feedback/*/range/range.html")}
    for form in ("csv", "canvas", "moodle"):
        run("export", "--to", form, folder / form, "--course", root)
        texts[f"csv: {form}"] = (folder / form).read_text()
    run("export", "--to", "json", folder / "json", "--course", root)
    texts["json: export"] = (folder / "json").read_text()
    texts["json: events"] = "\n".join(map(json.dumps, graded.events))
    return texts


def of(shown: dict[str, str], kind: str) -> dict[str, str]:
    """Return the texts of one kind, which must not be none."""
    found = {name: text for name, text in shown.items() if name.startswith(kind)}
    assert found
    return found


def test_no_secret_is_in_anything_that_was_written(graded: Graded, shown: dict[str, str]) -> None:
    assert [name for name, text in shown.items() if TOKEN in text] == []
    written = [path for path in graded.root.rglob("*") if path.is_file() and not path.is_symlink()]
    assert len(written) > len(PARCELS)
    assert [path for path in written if "submitted" not in path.parts and TOKEN.encode() in path.read_bytes()] == []


def test_the_terminal_gets_printable_text_alone(shown: dict[str, str]) -> None:
    for name, text in of(shown, "terminal").items():
        bad = [c for c in text if not c.isprintable() and c != "\n"]
        assert bad == [], name
    assert "<script>" in "".join(of(shown, "terminal").values()), "the hostile text was not even shown"


def test_pages_hold_no_tag_no_link_and_no_character_of_the_students_making(shown: dict[str, str]) -> None:
    escaped = 0
    for name, text in of(shown, "html").items():
        assert not re.search(r"<(script|img|iframe|object|embed|link|base|form)\b", text, re.IGNORECASE), name
        assert not re.search(r"(href|src|action)\s*=\s*[\"']?\s*(javascript|data|https?):", text, re.IGNORECASE), name
        assert not re.search(r"<[^>]*\son\w+\s*=", text, re.IGNORECASE), name
        assert not [c for c in text if not c.isprintable() and c != "\n"], name
        assert "default-src 'none'" in text, name
        escaped += "&lt;script&gt;" in text
    assert escaped > 5, "the hostile text was not even shown"


def test_no_cell_of_a_table_is_a_formula(shown: dict[str, str]) -> None:
    for name, text in of(shown, "csv").items():
        cells = [cell for row in csv.reader(text.splitlines()) for cell in row]
        assert len(cells) > len(PARCELS), name
        assert [cell for cell in cells if cell[:1] in {"=", "+", "-", "@", "\t", "\r"}] == [], name


def test_programs_get_ascii_lines_of_json(shown: dict[str, str]) -> None:
    assert shown["json: events"].isascii()
    json.loads(shown["json: export"])


def test_comments_in_the_gradebook_mean_nothing_to_markdown(graded: Graded) -> None:
    with contextlib.closing(sqlite3.connect(graded.root / "gradebook.db")) as database:
        told = [text for (text,) in database.execute("SELECT auto_comment FROM comment") if text]
    assert any("script" in text for text in told), "the hostile text was not even shown"
    for text in told:
        assert not re.search(r"[<&\[\]$\x1b\u202e]", text), text


def test_autograded_notebooks_hold_text_and_clean_pictures_alone(graded: Graded) -> None:
    kinds, sizes, loud = set(), [], STUDENT["every cell prints as much as is kept"]
    for path in graded.root.glob("autograded/*/range/range.ipynb"):
        made = json.loads(path.read_bytes())
        assert (made["nbformat"], made["nbformat_minor"]) == (4, 5)
        identifiers = [cell["id"] for cell in made["cells"]]
        assert len(set(identifiers)) == len(identifiers)
        assert all(re.fullmatch(r"[A-Za-z0-9_-]{1,64}", one) for one in identifiers)
        kinds |= {kind for cell in made["cells"] for out in cell.get("outputs", ()) for kind in out.get("data", ())}
        pasted = [cell["attachments"] for cell in made["cells"] if "attachments" in cell]
        assert all(one == {"?": {"image/png": "AAAA"}} for one in pasted)
        assert bool(pasted) is (STUDENT["pictures whose names are no text"] in path.parts)
        if loud in path.parts:
            assert 2_000_000 < path.stat().st_size < 20_000_000
        else:
            sizes.append(path.stat().st_size)
    assert kinds <= {"text/plain", "image/png"}
    assert max(sizes) < 2_000_000, "outputs that were handed in are still there"


def test_there_are_attacks_of_every_class() -> None:
    assert len(PARCELS) > 80
    assert len(STUDENT) == len(PARCELS)
    assert HOSTILE.count("<script>") == 1
