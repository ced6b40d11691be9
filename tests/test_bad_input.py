"""Wrong invocations, broken files and places that cannot be written to: a sentence, a status, nothing half-written."""

from __future__ import annotations

import ast
import hashlib
import json
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from grading_room import ROOT

from autograder.cli import main
from autograder.course.enrol import enrol
from autograder.course.layout import Course, open_course
from autograder.course.roster import read_roster
from benchmarks.parity import make_class

STUDENTS = ("ada", "olga")


def run(*words: object) -> Result:
    return CliRunner().invoke(main, [str(word) for word in words], input="")


def tree(root: Path) -> dict[str, str]:
    """Return a hash of every file of a folder, and the folders."""
    return {
        str(path.relative_to(root)): hashlib.sha256(path.read_bytes()).hexdigest() if path.is_file() else "folder"
        for path in root.rglob("*")
        if "__pycache__" not in path.parts
    }


@pytest.fixture(scope="module")
def graded(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A course in which two students are graded."""
    course: Course = make_class(tmp_path_factory.mktemp("bad") / "graded", STUDENTS)
    told = run("grade", "range", "--seed", "1", "--jobs", "1", "--course", course.root)
    assert told.exit_code == 0, told.output
    return course.root


@pytest.fixture(scope="module")
def things(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Files and folders that are none of what a command wants."""
    folder = tmp_path_factory.mktemp("things")
    (folder / "empty").mkdir()
    texts = {"foo.ipynb": "hello", "noid.csv": "naam\nx\n", "nothing.csv": "", "quotes.csv": 'id,name\nada,"x\n'}
    for name, text in texts.items():
        (folder / name).write_text(text)
    (folder / "latin.csv").write_bytes("id,name\nada,Jörg\n".encode("latin-1"))
    return folder


def fails(told: Result, status: int, words: str) -> None:
    """The command ended with this status, and one sentence with these words that says who speaks."""
    assert told.exception is None or isinstance(told.exception, SystemExit), told.exception
    assert told.exit_code == status, told.output
    assert told.stderr.startswith("autograder: ")
    assert told.stderr.endswith((".\n", "?\n"))
    assert told.stderr.count("\n") == 1, told.stderr
    assert words in told.stderr
    assert "Traceback" not in told.output


FROM = ("collect", "--from")
WRONG = {
    "Missing argument 'ASSIGNMENT'. `autograder grade --help`": ("grade",),
    "No such option '--jbos'": ("grade", "range", "--jbos", "2"),
    "Invalid value for '--jobs': 0": ("grade", "range", "--jobs", "0"),
    "Invalid value for '--jobs': 'two'": ("grade", "range", "--jobs", "two"),
    "Got unexpected extra argument (training)": ("grade", "range", "training"),
    "no submission for range of: 'bob'": ("grade", "range", "--student", "bob"),
    "no function called 'sigmoidd'. Its functions are": ("grade", "range", "--function", "sigmoidd"),
    "Invalid value for '--seed': 'abc'": ("grade", "range", "--seed", "abc"),
    "--scheduler belongs to --engine dask": ("grade", "range", "--scheduler", "tcp://127.0.0.1:1"),
    "Invalid value for '--isolation'": ("grade", "range", "--isolation", "weak"),
    "No such command 'grad'. Did you mean 'grade'? `autograder --help`": ("grad",),
    "There is no assignment called 'rnge'. The assignments are": ("publish", "rnge"),
    "There is no assignment called 'rang'": ("validate", "rang"),
    "There is an assignment called range already": ("new", "range", "--functions", "mish"),
    "'My Name' cannot be an assignment's name": ("new", "My Name", "--functions", "mish"),
    "The catalogue has no 'mishh'": ("new", "mine", "--functions", "mishh"),
    "An assignment needs a function": ("new", "mine", "--functions", " , "),
    "softsign is named twice": ("new", "mine", "--functions", "softsign,softsign"),
    "There is no notebook absent.ipynb": ("check", "absent.ipynb"),
    "There is no notebook THINGS": ("check", "THINGS"),
    "There is no assignment called 'foo'": ("check", "THINGS/foo.ipynb"),
    "bob has no grade for range": ("replay", "bob", "range"),
    "range has no function called 'nope'": ("replay", "ada", "range", "--function", "nope"),
    "There is no result of 'bob'": ("feedback", "range", "--student", "bob"),
    "Nobody has a result of training yet": ("feedback", "training"),
    "Missing option '--to'. Choose from: csv, json": ("export", "THINGS/x.csv"),
    "Invalid value for '--to': 'xls'": ("export", "--to", "xls", "THINGS/x.csv"),
    "THINGS cannot be written: Is a directory": ("export", "--to", "csv", "THINGS"),
    "cannot be written: No such file or directory": ("export", "--to", "csv", "THINGS/absent/x.csv"),
    "None of these is in the gradebook: training": ("export", "training", "--to", "csv", "THINGS/x.csv"),
    "No submission for range came from a download of Moodle": ("export", "--to", "moodle-worksheet", "THINGS/x.csv"),
    "This course has nothing of a student bob": ("forget", "bob", "--yes"),
    "'../ada' cannot be a student's id": ("forget", "../ada", "--yes"),
    "Nothing was deleted, for nobody answered": ("forget", "ada"),
    "Missing option '--from'. Choose from: canvas": ("collect", "THINGS", "range"),
    "There is no folder or zip THINGS/absent.zip": (*FROM, "canvas", "THINGS/absent.zip", "range"),
    "THINGS/empty holds no files": (*FROM, "canvas", "THINGS/empty", "range"),
    "THINGS/foo.ipynb is neither a folder nor a zip": (*FROM, "moodle", "THINGS/foo.ipynb", "range"),
    "absent.csv cannot be read: No such file": (*FROM, "folder", "THINGS", "range", "--roster", "THINGS/absent.csv"),
    "latin.csv cannot be read: line 2 is no UTF-8": (
        *(*FROM, "folder", "THINGS", "range", "--roster", "THINGS/latin.csv"),
    ),
    "noid.csv has no column of student ids": (*FROM, "folder", "THINGS", "range", "--roster", "THINGS/noid.csv"),
    "THINGS cannot be read: Is a directory": (*FROM, "folder", "THINGS", "range", "--roster", "THINGS"),
    "nothing.csv has no column of student": (*FROM, "folder", "THINGS", "range", "--roster", "THINGS/nothing.csv"),
    "cannot be read after line 1": (*FROM, "folder", "THINGS", "range", "--roster", "THINGS/quotes.csv"),
}
"""Words of the sentence, and what was typed; ``THINGS`` is a folder of things that are none of what is wanted."""


@pytest.mark.parametrize("words", WRONG)
def test_what_is_typed_wrongly_changes_nothing(graded: Path, things: Path, words: str) -> None:
    before = tree(graded) | tree(things)
    typed = [word.replace("THINGS", str(things)) for word in WRONG[words]]
    told = run(*typed, "--course", graded)
    fails(told, 2, words.replace("THINGS", str(things)))
    assert tree(graded) | tree(things) == before


DUE = "[assignments.range]\ndue = 2026-12-01T10:00:00Z\n"
COURSE_FILES = {
    "course.toml cannot be read: Expected": "[assign",
    "course.toml: assignments should be a table": "assignments = 3",
    "assignments.range.due should be a date and time": '[assignments.range]\ndue = "tomorrow"',
    "assignments.range.due has no time zone": "[assignments.range]\ndue = 2026-12-01T10:00:00",
    "course.toml cannot be read: Cannot overwrite a value": f"{DUE}due = 2026-12-02T10:00:00Z",
    "due should be a date and time, as in": "[assignments.range]\ndue = [2026-12-01T10:00:00Z, 2026-12-02T10:00:00Z]",
    "due should be a date and time": "[assignments.range]\ndue = 2026-12-01",
    "assignments.range.duue means nothing here": "[assignments.range]\nduue = 2026-12-01T10:00:00Z",
    "assignments.rnge is no assignment of this course": DUE.replace("range", "rnge"),
    "late.percent_per_day is 'ten'": '[late]\npercent_per_day = "ten"',
    "late.percent_per_day is -3": "[late]\npercent_per_day = -3",
    "late.percent_per_day is nan": "[late]\npercent_per_day = nan",
    "late should be a table": "late = [1]",
    "extensions should be a table": '[assignments.range]\nextensions = ["ada"]',
    "'utf-8' codec can't decode": "# \udcf6",
}


@pytest.fixture
def copy(graded: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(graded, tmp_path / "course"))


@pytest.mark.parametrize("words", COURSE_FILES)
def test_a_course_file_that_is_not_understood_stops_everything(copy: Path, words: str) -> None:
    (copy / "course.toml").write_bytes(COURSE_FILES[words].encode("utf-8", "surrogateescape"))
    before = tree(copy)
    fails(run("grade", "range", "--course", copy), 2, words)
    assert tree(copy) == before


def test_an_extension_for_nobody_is_told(copy: Path) -> None:
    (copy / "course.toml").write_text(f"{DUE}[assignments.range.extensions]\nolgaa = 2026-12-05T10:00:00Z\n")
    told = run("grade", "range", "--jobs", "1", "--course", copy)
    assert "olgaa" not in told.output  # may be somebody who has not handed in: nothing says who is in the course
    (copy / "roster.csv").write_text("id\nada\nolga\ntheo\n")
    enrol(open_course(copy), read_roster(copy / "roster.csv"))
    told = run("grade", "range", "--jobs", "1", "--course", copy)
    assert told.exit_code == 0, told.output
    assert "olgaa has an extension for range" in told.output.replace("\n", " ")


def write(name: str, text: str) -> Callable[[Path], None]:
    """Return what puts a text where something else should be."""

    def spoil(course: Path) -> None:
        path = course / name
        if path.is_dir():
            shutil.rmtree(path)
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)

    return spoil


def drop(name: str) -> Callable[[Path], None]:
    def spoil(course: Path) -> None:
        path = course / name
        shutil.rmtree(path) if path.is_dir() else path.unlink()

    return spoil


def add(line: str) -> Callable[[Path], None]:
    def spoil(course: Path) -> None:
        path = course / "nbgrader_config.py"
        path.write_text(f"{path.read_text()}\n{line}\n")

    return spoil


SOURCE = "solutions/range/range.ipynb"
SPOILT: dict[str, tuple[int, Callable[[Path], None], tuple[str, ...]]] = {
    "is not a course: it has no nbgrader_config.py": (2, drop("nbgrader_config.py"), ("grade", "range")),
    "nbgrader_config.py cannot be read (SyntaxError": (2, write("nbgrader_config.py", "c = = 3"), ("status",)),
    "nbgrader_config.py cannot be read (ZeroDivision": (2, write("nbgrader_config.py", "1 / 0"), ("status",)),
    "nbgrader_config.py cannot be read (SystemExit": (2, write("nbgrader_config.py", "raise SystemExit"), ("status",)),
    "c.CourseDirectory.db_url is 'nonsense'": (2, add('c.CourseDirectory.db_url = "nonsense"'), ("status",)),
    "u:***@": (1, add('c.CourseDirectory.db_url = "postgresql://u:secret@127.0.0.1:1/x"'), ("status",)),
    "There is no instructor's notebook": (2, drop("solutions"), ("grade", "range", "--force")),
    "is not a notebook that nbgrader can make": (2, write(SOURCE, "{"), ("grade", "range", "--force")),
    "is not a notebook: open it in Jupyter": (2, write(SOURCE, "{"), ("publish", "range")),
    "range.ipynb is missing: it is the source": (2, drop("solutions"), ("publish", "range")),
    "range.ipynb is missing: it is the source of": (2, drop("solutions"), ("validate", "range")),
    "There are no submissions in": (2, drop("submitted"), ("grade", "range")),
    "submissions in": (2, write("submitted", ""), ("grade", "range")),
    "gradebook.db could not be read: file is not a database": (1, write("gradebook.db", "text"), ("status",)),
    "file is not a database": (1, write("gradebook.db", "text"), ("grade", "range")),
    "There is no gradebook": (2, drop("gradebook.db"), ("export", "--to", "csv", "x.csv")),
    "could not be read: no such table": (1, write("gradebook.db", ""), ("export", "--to", "csv", "x.csv")),
    "The seed of the grades cannot be read": (2, write("results/range/seed.json", "{"), ("grade", "range")),
    "The seed of the grades could not be stored": (1, write("results", ""), ("grade", "range", "--force")),
    "The class report cannot be written to": (1, write("reports", ""), ("report", "range")),
    "The feedback cannot be written to": (1, write("feedback", ""), ("feedback", "range", "--no-pictures")),
    "result.json cannot be read": (2, write("results/range/ada/result.json", "{"), ("replay", "ada", "range")),
    "The submission of ada cannot be replayed": (2, drop("submitted/ada"), ("replay", "ada", "range")),
    "cannot be loaded: SyntaxError": (2, write("assignments/mine.py", "x = = 3"), ("grade", "mine")),
    "should hold an ASSIGNMENT": (2, write("assignments/mine.py", "x = 3"), ("grade", "mine")),
}


@pytest.mark.parametrize("words", SPOILT)
def test_a_spoilt_course_is_one_sentence(copy: Path, words: str) -> None:
    status, spoil, typed = SPOILT[words]
    spoil(copy)
    before = tree(copy)
    fails(run(*typed, "--course", copy), status, words)
    assert tree(copy) == before


def test_two_rules_for_lateness_are_told(copy: Path) -> None:
    (copy / "course.toml").write_text(f"{DUE}[late]\npercent_per_day = 3\n")
    add('c.AssignLatePenalties.plugin_class = "nbgrader.plugins.LateSubmissionPlugin"')(copy)
    before = tree(copy)
    fails(run("grade", "range", "--force", "--course", copy), 2, "Two rules for late submissions")
    assert tree(copy) == before  # nobody was graded in vain


def test_what_failed_on_our_side_is_told_in_full_and_scores_nobody(copy: Path) -> None:
    write("autograded", "A file where a folder should be.")(copy)
    told = run("grade", "range", "--force", "--jobs", "1", "--course", copy)
    assert told.exit_code == 1
    flat = " ".join(told.output.split())
    assert "Failed on our side (1): The result could not be stored: Not a directory" in flat
    assert "run the command again" in flat
    assert "2 failed on our side" in flat


def test_a_download_of_another_system_is_told(graded: Path) -> None:
    told = run("collect", "--from", "canvas", graded / "submitted", "range", "--course", graded)
    assert told.exit_code == 0
    assert "could be taken. If another system made it" in " ".join(told.output.split())


@pytest.mark.parametrize(
    ("typed", "words"),
    [
        (("export", "--to", "gradescope", "out/x.zip"), "x.zip cannot be written: File too large"),
        (("report", "range", "--output", "out/x.html"), "cannot be written to out/x.html: File too large. Make room"),
        (("feedback", "range", "--no-pictures"), "The feedback cannot be written to"),
    ],
)
def test_a_disk_without_room_is_one_sentence_and_leaves_no_half_file(
    copy: Path, typed: tuple[str, ...], words: str
) -> None:
    """A limit on the size of files stands for the full disk: writing fails in the middle, as there."""
    (copy / "out").mkdir()
    before = tree(copy)
    program = (
        "import resource, signal; signal.signal(signal.SIGXFSZ, signal.SIG_IGN); "
        "resource.setrlimit(resource.RLIMIT_FSIZE, (1000, resource.RLIM_INFINITY)); "
        "from autograder.cli import main; main()"
    )
    told = subprocess.run(
        [sys.executable, "-c", program, *typed],
        cwd=copy,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert told.returncode in (1, 2)
    assert words in told.stderr
    assert told.stderr.count("\n") == 1, told.stderr
    assert {name for name, what in tree(copy).items() if what != "folder"} == {
        name for name, what in before.items() if what != "folder"
    }


@pytest.mark.parametrize("encoding", ["ascii", "cp1252"])
def test_a_terminal_that_lacks_letters_stops_nothing(graded: Path, encoding: str) -> None:
    for typed in (("check", "submitted/olga/range/range.ipynb"), ("replay", "olga", "range", "--json")):
        told = subprocess.run(
            [sys.executable, "-m", "autograder", *typed],
            cwd=graded,
            env={**os.environ, "PYTHONPATH": str(ROOT), "PYTHONIOENCODING": encoding},
            capture_output=True,
            check=False,
        )
        assert told.returncode == 0, told.stderr.decode(encoding)
        text = told.stdout.decode(encoding)
        assert json.loads(text)["functions"] if "--json" in typed else "28 of 32 points" in text


def test_a_result_that_cannot_be_written_is_one_sentence(graded: Path, things: Path) -> None:
    told = run("check", graded / "submitted/ada/range/range.ipynb", "--json", things, "--course", graded)
    fails(told, 2, f"{things} cannot be written: Is a directory. Give another file.")


ERRORS = {"UsageError", "GraderFailure", "IsolationError"}
DEVELOPERS = ("catalogue", "oracle", "properties", "reference")
"""Rooms that speak to those who change the package, in tests and while the book is built."""
ORDERS = (
    "add|ask|call|change|choose|close|collect|copy|correct|download|give|grade|install|look|make|mend|move|name|open"
    "|publish|put|reinstall|remove|rename|repair|restore|run|save|see|set|start|take|unpack|use|write|apt|pip"
)
STEP = re.compile(
    rf"[.:,;(] (or )?({ORDERS})\b|[.:] (it has|its functions are|the \w+ are|they are): |what may: "
    r"|should (be|hold) |: ….$|…$",
    re.IGNORECASE,
)
"""What somebody can do about it: an order, or what would be right; or another text that ends it, which is looked at."""


def template(node: ast.expr) -> str:
    """Return the text of a message, with … where something is filled in."""
    if isinstance(node, ast.Constant):
        return str(node.value)
    if isinstance(node, ast.JoinedStr):
        return "".join(map(template, node.values))
    return template(node.left) + template(node.right) if isinstance(node, ast.BinOp) else "…"


def messages_in(folder: Path) -> Iterator[tuple[str, str]]:
    """Yield the place and the text of every error that the package raises for people."""
    for path in sorted(folder.rglob("*.py")):
        if path.relative_to(folder).parts[0] in DEVELOPERS:
            continue
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if isinstance(node, ast.Call) and getattr(node.func, "id", "") in ERRORS and node.args:
                yield f"{path.name}:{node.lineno}", template(node.args[0])


def test_every_message_says_what_to_do_or_is_explained_in_the_guide() -> None:
    guide = (ROOT / "book" / "instructors.md").read_text("utf-8").partition("## Trouble")[2].partition("\n## ")[0]
    told = re.findall(
        r"`([^`]+)`", "\n".join(line.split("|")[1] for line in guide.splitlines() if line.startswith("|"))
    )
    explained = [re.compile(".*".join(map(re.escape, words.split("…")))) for words in told]
    found = list(messages_in(ROOT / "autograder"))
    assert len(found) > 100
    silent = [
        (place, text)
        for place, text in found
        if not STEP.search(text) and not any(pattern.search(text) for pattern in explained)
    ]
    assert silent == []


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write everywhere; run the tests as somebody else")
def test_a_folder_without_permission_is_one_sentence(copy: Path) -> None:
    (copy / "reports").mkdir()
    (copy / "reports").chmod(0o500)
    fails(run("report", "range", "--course", copy), 1, "Permission denied")
