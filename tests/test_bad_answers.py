"""Odd submissions, through the real sandbox: each is graded for what it is worth, or answered with a sentence."""

import json
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from grading_room import ROOT, find, name, role, solved

from autograder.course.layout import open_course
from autograder.grading.results import Result
from autograder.worker import Plan, Worker

Notebook = dict[str, Any]
Grade = Callable[[Notebook], Result]


@pytest.fixture(scope="module")
def grade() -> Iterator[Grade]:
    """Grades a notebook given as JSON values in the sandbox."""
    with Worker(Plan(open_course(ROOT), "range", 1, "auto")) as worker:
        yield lambda notebook: worker.grader.grade(json.dumps(notebook).encode(), "ada").result


def answer(function: str, source: str) -> Notebook:
    """The solved notebook with one function written otherwise."""
    notebook = solved()
    find(notebook, function)["source"] = source
    return notebook


def lost(result: Result) -> dict[str, str]:
    """What each function that lost points was told first."""
    return {
        function.name: next(c.message for c in function.criteria if c.points < c.max_points)
        for function in result.functions
        if function.score < function.max_score
    }


RETURNS = {
    "None": ("None", "returned None"),
    "a list": ("list(np.ravel(x))", "returned a list"),
    "text": ("'0.5'", "an object of type str"),
    "a generator": ("(v for v in np.ravel(x))", "an object of type generator"),
    "objects": ("np.asarray(x).astype(object)", "that does not hold real numbers"),
    "complex numbers": ("np.asarray(x) + 0j", "that does not hold real numbers"),
    "a masked array": ("np.ma.masked_array(np.clip(x, 0, 6))", "an object of type MaskedArray"),
    "a matrix": ("np.matrix(np.clip(np.ravel(x), 0, 6))", "an object of type matrix"),
    "a subclass of its own": ("np.clip(x, 0, 6).view(type('Mine', (np.ndarray,), {}))", "an object of type Mine"),
    "two things": ("(np.clip(x, 0, 6), 1)", "returned a tuple of 2"),
    "one number": ("6.0", "returned a single number"),
}


@pytest.mark.filterwarnings("ignore:the matrix subclass")
@pytest.mark.parametrize("kind", RETURNS)
def test_what_is_no_answer_is_called_by_its_name(grade: Grade, kind: str) -> None:
    expression, words = RETURNS[kind]
    told = lost(grade(answer("relu6", f"def relu6(x):\n    return {expression}\n")))
    assert list(told) == ["relu6"]
    assert words in told["relu6"]


CALLS = {
    "another name": ("def relu_6(x):\n    return np.clip(x, 0, 6)\n", "no function called relu6"),
    "no argument": ("def relu6():\n    return 0\n", "takes 0 positional arguments but 1 was given"),
    "too many arguments": ("def relu6(x, cap):\n    return np.clip(x, 0, cap)\n", "missing 1 required positional"),
    "a number": ("relu6 = 6\n", "relu6"),
    "an exit": ("def relu6(x):\n    raise SystemExit(0)\n", "SystemExit"),
    "an interrupt": ("def relu6(x):\n    raise KeyboardInterrupt\n", "KeyboardInterrupt"),
    "an exception of no kind": ("def relu6(x):\n    raise BaseException('no')\n", "BaseException: no"),
    "an endless recursion": ("def relu6(x):\n    return relu6(x)\n", "RecursionError"),
}


@pytest.mark.parametrize("kind", CALLS)
def test_what_cannot_be_called_costs_its_own_points(grade: Grade, kind: str) -> None:
    source, words = CALLS[kind]
    result = grade(answer("relu6", source))
    told = lost(result)
    assert list(told) == ["relu6"]
    assert words in told["relu6"]
    assert result.score == result.max_score - 4


def test_a_helper_that_is_not_written_is_called_by_its_name(grade: Grade) -> None:
    notebook = answer("relu6", "def relu6(x):\n    raise NotImplementedError()\n")
    find(notebook, "hard_sigmoid")["source"] = "def hard_sigmoid(x):\n    return relu6(np.asarray(x) + 3) / 6\n"
    told = lost(grade(notebook))
    assert told["relu6"].startswith("`relu6` is not written yet")
    assert told["hard_sigmoid"].startswith("`hard_sigmoid` calls `relu6`, which is not written yet")


HARMLESS = {
    "prints megabytes": "def relu6(x):\n    print('x' * 3_000_000)\n    return np.clip(x, 0, 6)\n",
    "redefines np in its function": "def relu6(x):\n    import numpy\n    np = numpy\n    return np.clip(x, 0, 6)\n",
    "Windows line ends": "def relu6(x):\r\n    return np.clip(x, 0, 6)\r\n",
    "names that are not ASCII": "def größe(χ):\n    return np.clip(χ, 0, 6)\nrelu6 = größe\n",
    "an extra argument with a default": "def relu6(x, cap=6):\n    return np.clip(x, 0, cap)\n",
    "a class": "class Cut:\n    def __call__(self, x):\n        return np.clip(x, 0, 6)\nrelu6 = Cut()\n",
}


@pytest.mark.parametrize("kind", HARMLESS)
def test_what_is_odd_but_right_has_full_marks(grade: Grade, kind: str) -> None:
    assert lost(grade(answer("relu6", HARMLESS[kind]))) == {}


def test_np_redefined_for_all_hurts_what_uses_it_and_nothing_else(grade: Grade) -> None:
    notebook = answer("relu6", "relu6 = np.vectorize(lambda x: min(max(x, 0), 6), otypes=[float])\nnp = None\n")
    result = grade(notebook)
    assert result.status == "graded"
    assert "NoneType" in lost(result)["scale_to"]


def test_cells_out_of_order_split_and_added(grade: Grade) -> None:
    notebook = solved()
    cells = notebook["cells"]
    moved = next(cell for cell in cells if name(cell) == "relu6")
    cells.remove(moved)
    first = next(index for index, cell in enumerate(cells) if role(cell) == "locked") + 1
    half = {"cell_type": "code", "metadata": {}, "outputs": [], "source": "def cut(x):\n    return np.clip(x, 0, 6)\n"}
    cells[first:first] = [half, {**half, "source": "1 / 0"}, {**moved, "source": "def relu6(x):\n    return cut(x)\n"}]
    assert lost(grade(notebook)) == {}


def cut_in_two(notebook: Notebook, first: str, second: str, *, both_known: bool) -> Notebook:
    """The notebook with the cell of relu6 split, as editors do it: the second half has the marks too, or none."""
    cells = notebook["cells"]
    place = next(index for index, cell in enumerate(cells) if name(cell) == "relu6")
    rest = {**cells[place], "id": "rest", "source": second}
    cells[place : place + 1] = [{**cells[place], "source": first}, rest if both_known else {**rest, "metadata": {}}]
    return notebook


HALVES = {
    "a helper below": ("def relu6(x):\n    return cut(x)\n", "def cut(x):\n    return np.clip(x, 0, 6)\n"),
    "a helper above": ("def cut(x):\n    return np.clip(x, 0, 6)\n", "def relu6(x):\n    return cut(x)\n"),
}


@pytest.mark.parametrize("both_known", [True, False])
@pytest.mark.parametrize("kind", HALVES)
def test_a_cell_that_was_split_in_two_counts_as_one(grade: Grade, kind: str, both_known: bool) -> None:
    assert lost(grade(cut_in_two(solved(), *HALVES[kind], both_known=both_known))) == {}


def test_a_function_that_was_cut_through_costs_its_own_points(grade: Grade) -> None:
    halves = ("def relu6(x):\n    y = np.maximum(x, 0)\n", "    return np.minimum(y, 6)\n")
    told = lost(grade(cut_in_two(solved(), *halves, both_known=False)))
    assert list(told) == ["relu6"]
    assert "returned None" in told["relu6"]


def test_a_file_with_windows_line_ends_is_read_as_it_is_meant(grade: Grade) -> None:
    notebook = solved()
    for cell in notebook["cells"]:
        source = cell["source"]
        cell["source"] = (source if isinstance(source, str) else "".join(source)).replace("\n", "\r\n")
    result = grade(notebook)
    assert lost(result) == {}
    assert result.score == result.max_score


@pytest.mark.parametrize(
    ("source", "words"),
    [
        ("print('x' * 3_000_000)", ""),
        ("for _ in range(20):\n    print('x' * 1_000_000)", "printed more than 8 MB"),
    ],
)
def test_a_cell_that_prints_megabytes_costs_at_most_itself(grade: Grade, source: str, words: str) -> None:
    notebook = solved()
    first = next(index for index, cell in enumerate(notebook["cells"]) if role(cell) == "locked") + 1
    cell = {"cell_type": "code", "metadata": {}, "outputs": [], "source": source}
    notebook["cells"].insert(first, cell)
    result = grade(notebook)
    assert lost(result) == {}
    assert words in " ".join(result.notes)
