"""A submission is a file that somebody else made: whatever is wrong with it is one sentence."""

import json
import os

import pytest

from autograder.errors import SubmissionError
from autograder.notebook import MAX_BYTES, Notebook, foreign_kernel, parse, read_bytes, read_notebook


def notebook(*cells, **metadata):
    return json.dumps({"cells": list(cells), "metadata": metadata, "nbformat": 4, "nbformat_minor": 5}).encode()


def code(source, **meta):
    return {"cell_type": "code", "source": source, "metadata": meta, "outputs": [], "execution_count": None}


def test_cells_keep_their_order_text_and_names():
    read = parse(notebook(code(["a = 1\n", "b = 2"], nbgrader={"grade_id": "one"}), code("c\r\n= 3\r")))
    assert [cell.source for cell in read.cells] == ["a = 1\nb = 2", "c\n= 3\n"]
    assert [cell.grade_id for cell in read.cells] == ["one", ""]


def test_a_cell_as_it_was_given_is_known_again_and_no_other():
    given = parse(notebook(code("a = 1", nbgrader={"grade_id": "one"}))).cells[0]
    others = (
        code("a = 2", nbgrader={"grade_id": "one"}),
        code("a = 1", nbgrader={"grade_id": "two"}),
        code("a = 1"),
        code("a = 1", nbgrader={"grade_id": "one"}) | {"cell_type": "markdown"},
        code("a = 1", nbgrader={"grade_id": "one"}) | {"attachments": {"a.png": {"image/png": "AA=="}}},
    )
    run = code(["a = ", "1"], nbgrader={"grade_id": "one"}, collapsed=True) | {"execution_count": 3}
    first, *rest = parse(notebook(run, *others), {given.source: given}).cells
    assert first is given
    assert not any(cell is given for cell in rest)
    assert [cell.grade_id for cell in rest] == ["one", "two", "", "one", "one"]


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (b"", "not valid JSON"),
        (b"{", "not valid JSON (line 1)"),
        (b"\xff\xfe\x00", "not UTF-8"),
        (b"[" * 200_000, "not valid JSON"),
        (b"[]", "no list of cells"),
        (b'{"worksheets": []}', "older than version 4"),
        (b'{"cells": {}}', "no list of cells"),
        (b'{"cells": [1]}', "Cell 1"),
        (b'{"cells": [{"source": 7}]}', "its source is not text"),
        (b'{"cells": [{"source": ["a", 7]}]}', "its source is not text"),
        (notebook(*[code("x")] * 1001), "1001 cells"),
        (notebook(code("x" * 300_000)), "300,000 characters"),
    ],
)
def test_what_is_no_notebook_is_said_in_a_sentence(data, words):
    with pytest.raises(SubmissionError) as told:
        parse(data)
    assert words in str(told.value)
    assert str(told.value).endswith(".")


def test_metadata_of_any_shape_is_read_past():
    cells = [{"cell_type": 5, "source": "x", "metadata": value, "id": 7} for value in (None, [], 3, {"nbgrader": 4})]
    read = parse(json.dumps({"cells": cells, "metadata": 9}).encode())
    assert [(cell.kind, cell.grade_id) for cell in read.cells] == [("raw", "")] * 4


def test_a_lone_surrogate_does_not_reach_the_gradebook():
    read = parse(b'{"cells": [{"cell_type": "code", "source": "x = \\"\\ud800\\""}]}')
    read.cells[0].source.encode()


def test_a_link_is_not_followed(tmp_path):
    (tmp_path / "secret").write_text("{}")
    (tmp_path / "range.ipynb").symlink_to(tmp_path / "secret")
    with pytest.raises(SubmissionError, match="it is a link"):
        read_bytes(tmp_path / "range.ipynb")


def test_a_pipe_does_not_stop_the_grader(tmp_path):
    os.mkfifo(tmp_path / "range.ipynb")
    with pytest.raises(SubmissionError, match="is not a file"):
        read_bytes(tmp_path / "range.ipynb")


def test_a_folder_in_its_place_is_said(tmp_path):
    (tmp_path / "range.ipynb").mkdir()
    with pytest.raises(SubmissionError, match="is not a file"):
        read_bytes(tmp_path / "range.ipynb")


def test_a_huge_file_is_not_read(tmp_path):
    path = tmp_path / "range.ipynb"
    with path.open("wb") as file:
        file.truncate(10 * MAX_BYTES)
    with pytest.raises(SubmissionError, match="has 200 MB; at most 20 MB"):
        read_notebook(path)


@pytest.mark.parametrize(
    ("metadata", "language"),
    [
        ({}, ""),
        ({"kernelspec": {"name": "python3", "language": "python"}}, ""),
        ({"kernelspec": {"name": "conda-env-py311"}}, ""),
        ({"kernelspec": {"name": "ir", "language": "R"}}, "R"),
        ({"language_info": {"name": "julia"}}, "julia"),
        ({"kernelspec": 3, "language_info": []}, ""),
    ],
)
def test_another_language_is_noticed(metadata, language):
    assert foreign_kernel(Notebook((), metadata)) == language
