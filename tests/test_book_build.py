"""What a build runs: nothing where nothing changed, and otherwise the pages that what changed can reach."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from jupyter_cache import get_cache
from nbformat.v4 import new_code_cell, new_notebook

from book import ahead, build

NO_CHANGE = 3.0
"""Seconds that a build without changes may take; of the processor, since a busy machine makes it wait for its turn."""


@pytest.fixture
def checkout(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A copy of what pages can import, for the build to look at."""
    for name in build.LOCAL_PACKAGES:
        shutil.copytree(build.ROOT / name, tmp_path / name, ignore=shutil.ignore_patterns(*build.UNREAD, "gallery"))
    (tmp_path / "exercises").mkdir()
    monkeypatch.setattr(build, "ROOT", tmp_path)
    monkeypatch.setattr(build, "CACHE", tmp_path / "cache")
    monkeypatch.setattr(build, "PAGE_DIGESTS", tmp_path / "_build" / "page-digests.json")
    return tmp_path


@pytest.mark.parametrize(
    ("changed", "stale"),
    [
        ("book/lab/xor.py", {"nonlinearity"}),
        ("book/lab/stepsize.py", {"differentiability"}),
        ("book/lab/study/likeness.py", {"training_study"}),
        ("book/lab/capacity/page.py", {"capacity"}),
        ("autograder/oracle/__init__.py", {"numerics"}),
        ("autograder/report/terminal.py", {"instructors"}),
    ],
)
def test_a_change_makes_those_pages_stale_that_reach_it(checkout: Path, changed: str, stale: set[str]) -> None:
    build.forget_stale_executions(build.page_digests())
    path = checkout / changed
    path.write_text(path.read_text("utf-8") + "\nADDED = 1\n", "utf-8")
    found = build.forget_stale_executions(build.page_digests())
    assert {Path(page).stem for page in found} == stale


def test_a_change_of_the_catalogue_makes_every_page_stale_that_computes_with_it(checkout: Path) -> None:
    build.forget_stale_executions(build.page_digests())
    path = checkout / "autograder" / "catalogue" / "classic.py"
    path.write_text(path.read_text("utf-8") + "\nADDED = 1\n", "utf-8")
    found = {Path(page).stem for page in build.forget_stale_executions(build.page_digests())}
    assert {"intro", "nonlinearity", "range", "differentiability", "saturation", "output_layer"} <= found
    assert "capacity" not in found


def test_a_touched_file_is_no_change(checkout: Path) -> None:
    build.forget_stale_executions(build.page_digests())
    os.utime(checkout / "autograder" / "catalogue" / "classic.py", (0, 0))
    assert build.forget_stale_executions(build.page_digests()) == []


def test_a_checkout_that_was_moved_forgets_what_it_executed_elsewhere(
    checkout: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(ahead, "CACHE", build.CACHE)
    monkeypatch.setattr(ahead, "ROOT", checkout / "before-it-was-moved")
    build.forget_stale_executions(build.page_digests())
    ahead.keep_execution("book/capacity.md", new_notebook(cells=[new_code_cell("1")]), 1.0)
    ahead.keep_execution("book/libraries.md", new_notebook(cells=[new_code_cell("2")]), 1.0)
    path = checkout / "book" / "lab" / "capacity" / "page.py"
    path.write_text(path.read_text("utf-8") + "\nADDED = 1\n", "utf-8")
    build.forget_stale_executions(build.page_digests())
    [kept] = get_cache(str(build.CACHE)).list_cache_records()
    assert Path(kept.uri).name == "libraries.md"


def test_where_nothing_changed_nothing_is_run(built_book: Path) -> None:
    pages = {path: path.stat().st_mtime_ns for path in built_book.rglob("*.html")}
    before = os.times()
    command = [sys.executable, "-m", "book.build"]
    done = subprocess.run(command, cwd=build.ROOT, env=build.environment(), capture_output=True, text=True, check=True)
    after = os.times()
    spent = after.children_user - before.children_user + after.children_system - before.children_system
    assert "up to date" in done.stdout
    assert spent <= NO_CHANGE
    assert {path: path.stat().st_mtime_ns for path in built_book.rglob("*.html")} == pages
