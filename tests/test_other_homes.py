"""The image's recipe and the example for GitHub Actions, as far as they can be tried without Docker and GitHub."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
from fnmatch import fnmatch
from pathlib import Path

import pytest
import yaml

from autograder.course.demo import write_class

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
