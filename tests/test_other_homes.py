"""The image's recipe and the example for GitHub Actions, as far as they can be tried without Docker and GitHub."""

from __future__ import annotations

import hashlib
import json
import os
import re
import shutil
import subprocess
import sys
import tomllib
import zipfile
from fnmatch import fnmatch
from itertools import pairwise
from pathlib import Path

import pytest
import yaml

from autograder.assignments import NAMES, load
from autograder.course.demo import write_class
from autograder.sandbox import runtime

ROOT = Path(__file__).resolve().parent.parent
RECIPE = (ROOT / "Dockerfile").read_text("utf-8")
EXAMPLE = ROOT / "examples" / "grade-on-push.yml"


def copied() -> list[str]:
    lines = re.findall(r"^COPY (.+)$", RECIPE, re.MULTILINE)
    return [source for line in lines for source in line.split()[:-1]]


def test_the_image_copies_what_is_there_and_no_solutions() -> None:
    kept = [line[1:] for line in (ROOT / ".dockerignore").read_text().splitlines() if line.startswith("!")]
    assert copied()
    for source in copied():
        assert (ROOT / source).exists(), source
        assert any(fnmatch(source, pattern) for pattern in kept), f"{source} is kept out by .dockerignore"
    assert not {"solutions", "tests", "book"} & set(copied())


def test_the_image_installs_by_hash_and_runs_as_nobody_in_particular() -> None:
    assert RECIPE.count("--require-hashes") == 2
    assert re.search(r"^USER (?!root)", RECIPE, re.MULTILINE)
    assert 'ENTRYPOINT ["autograder"]' in RECIPE
    version = re.search(r"^FROM python:(\d+\.\d+)", RECIPE, re.MULTILINE)
    assert version is not None
    assert f'python_version = "{version[1]}"' in (ROOT / "pyproject.toml").read_text("utf-8")


INSTALL = re.search(r"uv pip install (.+?) && ", re.sub(r"\\\n", "", RECIPE))
"""How the image installs the packages of the lock."""


def test_the_image_installs_what_grading_needs_of_the_lock_and_no_more() -> None:
    assert INSTALL is not None
    words = INSTALL[1].split()
    assert words[-2:] == ["-c", "requirements.lock"]
    extras = [after for word, after in pairwise(words) if word == "--extra"]
    assert not {"book", "dev"} & set(extras)
    pyproject = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))
    project = pyproject["project"]
    asked = project["dependencies"] + [one for extra in extras for one in project["optional-dependencies"][extra]]
    assert set(pyproject["build-system"]["requires"]) <= set(asked), "it is built there, without another download"
    locked = re.findall(r"^([a-z0-9-]+)==", (ROOT / "requirements.lock").read_text("utf-8"), re.MULTILINE)
    assert {re.split(r"[<>=]", one)[0].replace("_", "-") for one in asked} <= set(locked)


LOCKS = {"the right hash": "{right}", "another hash": "{wrong}", "no hash": "", "no such package": None}


@pytest.mark.parametrize("lock", LOCKS)
def test_what_the_image_installs_is_checked_by_the_hashes_of_the_lock(lock: str, tmp_path: Path) -> None:
    """uv holds what ``-r`` asks for against the hashes of ``-c``, and refuses what has none there."""
    wheel = tmp_path / "thing-1.0-py3-none-any.whl"
    with zipfile.ZipFile(wheel, "w") as archive:
        archive.writestr("thing.py", "")
        archive.writestr("thing-1.0.dist-info/METADATA", "Metadata-Version: 2.1\nName: thing\nVersion: 1.0\n")
        archive.writestr("thing-1.0.dist-info/WHEEL", "Wheel-Version: 1.0\nRoot-Is-Purelib: true\nTag: py3-none-any\n")
        archive.writestr("thing-1.0.dist-info/RECORD", "thing.py,,\n")
    right = hashlib.sha256(wheel.read_bytes()).hexdigest()
    hashes = LOCKS[lock]
    told = "" if hashes is None else "thing==1.0 " + hashes.format(right=right, wrong=right[::-1])
    (tmp_path / "requirements.lock").write_text(told.replace(" ", " --hash=sha256:") if hashes else told)
    extras = '[project.optional-dependencies]\ncluster = ["thing"]\nbuild = []\n'
    (tmp_path / "pyproject.toml").write_text(f'[project]\nname = "asks"\nversion = "1"\n{extras}')
    assert INSTALL is not None
    options = INSTALL[1].replace("--python .venv/bin/python", "--target site").split()
    command = [shutil.which("uv", path=Path(sys.executable).parent) or "uv", "pip", "install", *options]
    command += ["--offline", "--no-index", "--find-links", str(tmp_path)]
    ran = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=False)
    assert (ran.returncode == 0) == (lock == "the right hash"), ran.stderr
    assert (tmp_path / "site" / "thing.py").exists() == (lock == "the right hash")
    assert lock == "the right hash" or "ash" in ran.stderr, "it is refused for its hash"


def test_the_image_is_compiled_and_ends_when_it_is_told_to() -> None:
    assert re.search(r"^RUN python -m compileall .* /usr/local/lib/python3\.\*$", RECIPE, re.MULTILINE)
    assert INSTALL is not None
    assert "--compile-bytecode" in INSTALL[1]
    assert "\nSTOPSIGNAL SIGINT\n" in RECIPE


def test_the_image_prepares_what_students_may_import(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The image's own line: a container in which nothing can be written has the packages of every assignment."""
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    monkeypatch.setattr(runtime, "_compile", lambda directory: None)
    monkeypatch.setattr(runtime, "_list_fonts", lambda directory: None)
    line = re.search(r'-c "(from autograder\.assignments .+?)"', RECIPE, re.DOTALL)
    assert line is not None
    exec(line[1].replace("\\\n", ""), {})
    monkeypatch.setattr(runtime, "_build", lambda name, fill: pytest.fail(f"{name} is not there"))
    for name in NAMES:
        assert (runtime.packages_directory(load(name).packages) / "numpy").is_dir()


def test_what_the_image_holds_is_enough_to_grade(tmp_path: Path) -> None:
    for name in copied():
        os.symlink(ROOT / name, tmp_path / name)
    command = [sys.executable, "-c", "import autograder.cli; autograder.cli.main(['grade', '--help'])"]
    ran = subprocess.run(
        command,
        cwd=tmp_path,
        env={**os.environ, "PYTHONPATH": str(tmp_path)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert ran.returncode == 0, ran.stderr
    assert "Grade the submissions" in ran.stdout


def test_what_the_image_installs_is_the_whole_package(tmp_path: Path) -> None:
    """The image's own command, on a copy of what it copies: templates and data are part of what is installed."""
    for name in copied():
        copy = shutil.copytree if (ROOT / name).is_dir() else shutil.copy
        copy(ROOT / name, tmp_path / name)
    install = re.search(r"-m pip install (--no-cache-dir --no-deps --no-build-isolation) \.", RECIPE)
    assert install is not None
    command = [sys.executable, "-m", "pip", "install", "--quiet", *install[1].split(), "--target", "site", "."]
    subprocess.run(command, cwd=tmp_path, check=True, capture_output=True)
    there = {
        str(path.relative_to(ROOT))
        for path in (ROOT / "autograder").rglob("*")
        if path.is_file() and path.suffix != ".pyc"
    }
    installed = {str(path.relative_to(tmp_path / "site")) for path in (tmp_path / "site" / "autograder").rglob("*")}
    assert there - installed == set()


def steps() -> list[dict[str, object]]:
    return yaml.safe_load(EXAMPLE.read_text("utf-8"))["jobs"]["grade"]["steps"]


def test_the_example_sets_up_with_a_target_that_exists() -> None:
    [setup] = [step for step in steps() if step.get("working-directory") == "course"]
    target = str(setup["run"]).removeprefix("make ")
    assert re.search(rf"^{re.escape(target)}:", (ROOT / "Makefile").read_text("utf-8"), re.MULTILINE)


@pytest.mark.parametrize(("student", "score"), [("ada", 32), ("hana", None)])
def test_the_examples_command_grades_a_notebook(tmp_path: Path, student: str, score: float | None) -> None:
    [grade] = [step for step in steps() if "autograder check" in str(step.get("run", ""))]
    write_class(tmp_path, release=ROOT / "exercises" / "range" / "range.ipynb", only=(student,))
    (tmp_path / "submitted" / student / "range" / "range.ipynb").rename(tmp_path / "range.ipynb")
    (tmp_path / "work").mkdir()
    (tmp_path / "range.ipynb").rename(tmp_path / "work" / "range.ipynb")
    os.symlink(ROOT, tmp_path / "course")
    told = yaml.safe_load(EXAMPLE.read_text("utf-8"))["env"]
    values = {name: str(value) for name, value in told.items()} | {"GITHUB_RUN_NUMBER": "7"}
    assert yaml.safe_load(EXAMPLE.read_text("utf-8"))["defaults"]["run"]["shell"] == "bash"  # else no pipefail
    values["GITHUB_STEP_SUMMARY"] = str(tmp_path / "summary.md")
    program = f"{sys.executable} -m autograder"
    script = str(grade["run"]).replace("course/.venv/bin/autograder", program)
    assert program in script
    ran = subprocess.run(
        ["bash", "-e", "-o", "pipefail", "-c", script],
        cwd=tmp_path,
        env={**os.environ, **values, "PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert ran.returncode == 0, ran.stderr
    found = json.loads((tmp_path / "result.json").read_text("utf-8"))
    assert found["score"] == score
    assert found["seed"] == 7
    summary = (tmp_path / "summary.md").read_text("utf-8")
    assert ran.stdout.strip() in summary
    assert summary.startswith("~~~~text\n")  # the lines stay lines, and nothing in them is markup
