"""Whatever a submission has become on its way, its student gets one row, and the row says why."""

import copy
import json
import random
import shutil

import pytest
from grading_room import ROOT, released, solved

from autograder.course.gradebook import scores
from autograder.course.layout import open_course
from autograder.engine import grade_class
from autograder.report.summary import what_happened

STRANGE = (
    None,
    True,
    -1,
    0.5,
    "",
    "\x00",
    "\ud800",
    "é" * 3,
    [],
    {},
    [[]],
    {"a": None},
    "<script>",
    10**400,
    "x" * 9999,
)
TEXTS = (
    "",
    "!ls",
    "%%bash\nls",
    "%matplotlib inline",
    "return",
    "def",
    "'''",
    "\x00",
    "1/0",
    "exit()",
    "\t x",
    "λ = 1",
)


def places(value, path=()):
    """Every place in a JSON value, as the way to it."""
    yield path
    items = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, part in items:
        yield from places(part, (*path, key))


def at(value, path):
    for key in path:
        value = value[key]
    return value


def structure(draw, notebook):
    """Replace, remove or repeat any value anywhere."""
    *way, key = draw.choice([path for path in places(notebook) if path])
    holder = at(notebook, way)
    deed = draw.choice(["replace", "remove", "repeat"])
    if deed == "replace":
        holder[key] = draw.choice(STRANGE)
    elif deed == "remove":
        del holder[key]
    elif isinstance(holder, list):
        holder.insert(draw.randrange(len(holder) + 1), copy.deepcopy(holder[key]))
    return json.dumps(notebook).encode()


def cells(draw, notebook):
    """Move, repeat, remove, empty or fill cells."""
    for _ in range(draw.randrange(1, 4)):
        found = notebook["cells"]
        index = draw.randrange(len(found))
        deed = draw.choice(["shuffle", "repeat", "remove", "fill", "kind", "cut"])
        if deed == "shuffle":
            draw.shuffle(found)
        elif deed == "repeat":
            found.append(copy.deepcopy(found[index]))
        elif deed == "remove" and len(found) > 1:
            del found[index]
        elif deed == "fill":
            found[index]["source"] = draw.choice(TEXTS)
        elif deed == "kind":
            found[index]["cell_type"] = draw.choice(["code", "markdown", "raw", "heading", 3])
        else:
            text = "".join(found[index]["source"])
            found[index]["source"] = text[: draw.randrange(len(text) + 1)]
    return json.dumps(notebook).encode()


def metadata(draw, notebook):
    """Change, strip or swap what nbgrader and Jupyter wrote about cells and notebook."""
    marked = [cell for cell in notebook["cells"] if "nbgrader" in cell["metadata"]]
    names = [cell["metadata"]["nbgrader"]["grade_id"] for cell in marked]
    for cell in draw.sample(marked, draw.randrange(1, len(marked))):
        meta = cell["metadata"]["nbgrader"]
        deed = draw.choice(["strip", "change", "swap", "drop"])
        if deed == "strip":
            cell["metadata"] = draw.choice([{}, None, [], {"nbgrader": None}, {"nbgrader": []}])
        elif deed == "change":
            meta[draw.choice(sorted(meta))] = draw.choice(STRANGE)
        elif deed == "swap":
            meta["grade_id"] = draw.choice(names)
        else:
            meta.pop(draw.choice(sorted(meta)))
    notebook["metadata"]["kernelspec"] = draw.choice([{}, None, {"language": "R"}, {"name": "python3"}, *STRANGE])
    return json.dumps(notebook).encode()


def octets(draw, notebook):
    """Cut, flip, insert or repeat bytes."""
    data = bytearray(json.dumps(notebook, ensure_ascii=draw.random() < 0.5).encode())
    for _ in range(draw.choice([1, 1, 3, 30])):
        index = draw.randrange(len(data))
        deed = draw.choice(["flip", "cut", "insert", "repeat"])
        if deed == "flip":
            data[index] ^= 1 << draw.randrange(8)
        elif deed == "cut":
            del data[index : index + draw.choice([1, 10, len(data) // 2])]
        elif deed == "insert":
            data[index:index] = draw.choice([b"\0", b"\xff\xfe", b"[" * 5000, b"NaN", b"\r", b'"', b"\xef\xbb\xbf"])
        else:
            data[index:index] = data[index : index + 50]
        data = data or bytearray(b" ")
    return bytes(data)


WAYS = (structure, cells, metadata, octets)


def mutated(number):
    """The bytes of one mutated submission; the same for the same number."""
    draw = random.Random(number)
    return WAYS[number % len(WAYS)](draw, solved() if draw.random() < 0.8 else released())


def assert_everyone_has_a_row(root, numbers):
    """Grade these submissions and look at what became of each."""
    shutil.copy(ROOT / "nbgrader_config.py", root)
    for folder in ("solutions", "exercises"):
        shutil.copytree(ROOT / folder / "range", root / folder / "range")
    expected = []
    for number in numbers:
        path = root / "submitted" / f"s{number:04}" / "range" / "range.ipynb"
        path.parent.mkdir(parents=True)
        path.write_bytes(mutated(number))
        expected.append(f"s{number:04}")
    summary = grade_class(open_course(root), "range", seed=3)
    assert [result.student for result in summary.results] == expected
    rows = {row.student: row for row in scores(open_course(root), "range")}
    for result in summary.results:
        assert_has_a_reason(result)
        assert (root / f"results/range/{result.student}/result.json").is_file()
        assert (root / f"autograded/{result.student}/range/range.ipynb").is_file(), result.student
        automatic = [cell.auto for cell in rows[result.student].cells]
        if result.status == "graded":
            assert sum(points or 0 for points in automatic) == pytest.approx(result.score), result.student
        else:
            assert set(automatic) == {None}, result.student
    return summary


def assert_has_a_reason(result):
    """A lost point and a missing score are explained in words, and none of it is our failure."""
    assert result.status in ("graded", "unreadable"), (result.student, result.notes)
    if result.status == "unreadable":
        assert result.score is None
        assert all(note.endswith(".") for note in result.notes)
        assert result.notes
    else:
        assert 0 <= result.score <= result.max_score
        for function in result.functions:
            assert all(criterion.message for criterion in function.criteria), result.student
    assert what_happened(result) not in ("", "No reason was given."), result.student


def test_a_sample_of_mutated_notebooks_has_a_row_each(tmp_path):
    summary = assert_everyone_has_a_row(tmp_path, range(60))
    assert min(summary.count("graded"), summary.count("unreadable")) > 5, "the mutations are all of one kind"
    assert len({result.score for result in summary.results}) > 3


@pytest.mark.full
def test_a_thousand_mutated_notebooks_have_a_row_each(tmp_path):
    assert_everyone_has_a_row(tmp_path, range(1000))
