"""What is put out for everyone holds the book and the downloads, and no solution, reference or hidden test."""

from __future__ import annotations

import inspect
import json
import shutil
import zipfile
from pathlib import Path

import pytest

from autograder.reference import REFERENCE
from book import site

ROOT = Path(__file__).resolve().parent.parent


def test_the_site_holds_nothing_that_students_must_not_see(built_book: Path) -> None:
    assert (built_book / "downloads" / "range.zip").is_file()
    assert site.leaks(built_book) == []


def test_there_is_something_to_look_for() -> None:
    names = " ".join(site.secrets())
    for assignment in ("nonlinearity", "range", "differentiability", "saturation", "output_layer", "training"):
        assert f"solution {assignment}/" in names
    assert sum(name.startswith("reference") for name in site.secrets()) > 40


@pytest.mark.parametrize("what", ["solution", "hidden", "reference", "solution in a zip", "solution on a page"])
def test_the_search_finds(tmp_path: Path, what: str) -> None:
    notebook = ROOT / "solutions" / "range" / "range.ipynb"
    if what == "solution":
        shutil.copyfile(notebook, tmp_path / "range.ipynb")
    elif what == "solution in a zip":
        with zipfile.ZipFile(tmp_path / "range.zip", "w") as archive:
            archive.write(notebook, "range.ipynb")
    elif what == "solution on a page":
        cells = json.loads(notebook.read_text("utf-8"))["cells"]
        [source] = [cell["source"] for cell in cells if cell["id"] == "sigmoid"]
        body = site.SOLUTION.findall("".join(source))[0].replace("<", "&lt;").replace("=", "<span>=</span>")
        (tmp_path / "page.html").write_text(f"<pre>{body}</pre>", "utf-8")
    elif what == "hidden":
        (tmp_path / "a.py").write_text("### BEGIN HIDDEN TESTS\n")
    else:
        source = inspect.getsource(inspect.unwrap(REFERENCE["gelu"].value_kernel))
        (tmp_path / "reference.py").write_text(source)
    assert site.leaks(tmp_path)
