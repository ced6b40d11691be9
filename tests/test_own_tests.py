"""Own test cells of an instructor are scored by nbgrader's rules and called self-reported; pictures are cleaned."""

import base64
import copy
import io
import json
import shutil
import struct
import zlib

import nbformat
import pytest
from click.testing import CliRunner
from grading_room import ROOT, find, released, solved
from nbgrader.utils import determine_grade

from autograder.cli import main
from autograder.course.gradebook import scores
from autograder.course.layout import open_course
from autograder.engine import grade_class
from autograder.figures import clean_png

OWN = {
    "own-assert": ("assert relu6(7) == 6", 2.0),
    "own-part": ("print('looked at'); 0.5", 0.5),
    "own-zero": ("0.0", 0.0),
    "own-nan": ("float('nan')", 0.0),
    "own-text": ("'full marks'", 0.0),
    "own-too-much": ("3.5", 0.0),
    "own-error": ("1 / 0", 0.0),
    "own-stderr": ("import sys; print('oh', file=sys.stderr)", 0.0),
    "own-helper": ("assert helper() == 3", 2.0),
    "own-none": ("None", 2.0),
    "own-whole": ("1", 1.0),
    "own-quiet": ("0.5;", 2.0),
    "own-printed": ("print(0.5)", 2.0),
    "own-numpy": ("np.float64(1.5)", 1.5),
    "own-numpy-nan": ("np.mean([np.nan])", 0.0),
    "own-numpy-whole": ("np.sum([True])", 1.0),
    "own-negative": ("-0.5", 0.0),
    "own-infinite": ("float('inf')", 0.0),
    "own-array": ("np.ones(2)", 0.0),
    "own-shell": ("!true", 0.0),
    "own-exit": ("import os; os._exit(0)", 0.0),
}
"""Test cells worth two points each, and what a right submission gets for them."""

SENTENCES = {
    "!ls": "commands of the operating system do not run in the grader",
    "files = !ls": "commands of the operating system do not run in the grader",
    "%%bash\nls": "this kind of cell does not run in the grader",
    "input('name? ')": "input() is not available in the grader",
    "1 / 0  # mine": "division by zero",
    "def f(:": "invalid syntax",
}
"""Cells that cannot run, and what is said in their place."""

SLOW = "import time\n\ndef relu6(x):\n    if np.size(x) == 0:\n        time.sleep(600)\n    return np.clip(x, 0, 6)"
"""Right, but for arrays of size 0, which one criterion asks about."""

DRAWS = "import matplotlib.pyplot as plt\nplt.plot([1, 2])\nplt.title('<script>')\nplt.show()\n'drawn'"


def own_cells():
    mark = {"grade": True, "locked": True, "solution": False, "task": False, "schema_version": 3, "points": 2.0}
    return [
        {
            "cell_type": "code",
            "execution_count": None,
            "id": name,
            "metadata": {"nbgrader": {**mark, "grade_id": name, "cell_type": "code"}},
            "outputs": [],
            "source": source,
        }
        for name, (source, _) in OWN.items()
    ]


@pytest.fixture(scope="module")
def graded(tmp_path_factory):
    """A graded course whose notebook has tests of the instructor's own, and one submission that draws."""
    root = tmp_path_factory.mktemp("own")
    shutil.copy(ROOT / "nbgrader_config.py", root)
    source = json.loads((ROOT / "solutions/range/range.ipynb").read_text())
    for folder, notebook in (("solutions", source), ("exercises", released())):
        notebook["cells"] += own_cells()
        path = root / folder / "range" / "range.ipynb"
        path.parent.mkdir(parents=True)
        path.write_text(json.dumps(notebook))
    handed_in = solved()
    cell = copy.deepcopy(find(handed_in, "relu6"))
    cell |= {"metadata": {}, "id": "mine", "source": f"%matplotlib inline\ndef helper():\n    return 3\n{DRAWS}"}
    handed_in["cells"] = [handed_in["cells"][0], cell, *handed_in["cells"][1:], *own_cells()]
    path = root / "submitted/ada/range/range.ipynb"
    path.parent.mkdir(parents=True)
    path.write_text(json.dumps(handed_in))
    troubled = solved()
    troubled["cells"] = [troubled["cells"][0], *map(extra, SENTENCES), *troubled["cells"][1:], *own_cells()]
    troubled["cells"].insert(1, extra("%matplotlib inline\ndef helper():\n    return 3"))
    find(troubled, "relu6")["source"] = SLOW
    path = root / "submitted/bela/range/range.ipynb"
    path.parent.mkdir(parents=True)
    path.write_text(json.dumps(troubled))
    result, _ = grade_class(open_course(root), "range", seed=4).results
    return root, result


def extra(source):
    """A code cell that a student added."""
    return {"cell_type": "code", "execution_count": None, "metadata": {}, "outputs": [], "source": source}


def test_what_cannot_run_is_a_sentence_and_costs_nothing_else(graded):
    root, right = graded
    stored = json.loads((root / "results/range/bela/result.json").read_text())
    assert [c["points"] for c in stored["self_reported"]] == [c.points for c in right.self_reported]
    lost = {(f["name"], c["name"]): c for f in stored["functions"] for c in f["criteria"] if c["status"] != "passed"}
    assert set(lost) == {("relu6", "arrays")}, "a function that loops costs itself alone"
    assert lost["relu6", "arrays"]["status"] == "timeout"
    assert "did not come back within the time limit" in lost["relu6", "arrays"]["message"]
    made = nbformat.read(root / "autograded/bela/range/range.ipynb", as_version=4)
    for source, sentence in SENTENCES.items():
        (cell,) = [one for one in made.cells if one.source == source]
        (told,) = [one for one in cell.outputs if one.output_type == "error"]
        assert sentence in f"{told.ename}: {told.evalue}", source


def test_own_tests_score_by_nbgraders_rules_but_nan_and_text_are_no_score(graded):
    root, result = graded
    assert {c.name: c.points for c in result.self_reported} == {name: points for name, (_, points) in OWN.items()}
    assert all("is what the notebook itself reported" in c.message for c in result.self_reported)
    cells = {cell.name: cell.auto for cell in scores(open_course(root), "range")[0].cells}
    assert {name: cells[name] for name in OWN} == {name: points for name, (_, points) in OWN.items()}


def test_stock_nbgrader_reads_the_same_scores_from_the_autograded_notebook(graded):
    root, result = graded
    made = nbformat.read(root / "autograded/ada/range/range.ipynb", as_version=4)
    read = {cell.metadata.nbgrader["grade_id"]: determine_grade(cell)[0] for cell in made.cells if "own-" in cell.id}
    assert read == {c.name: c.points for c in result.self_reported}


def test_their_share_of_the_points_is_told(graded):
    root, result = graded
    told = f"{2 * len(OWN)} of {result.max_score:g} points come from the instructor's own test cells"
    printed = CliRunner().invoke(main, ["grade", "range", "--jobs", "1", "--course", str(root), "--seed", "4"]).output
    assert told in " ".join(printed.split())
    CliRunner().invoke(main, ["report", "range", "--course", str(root)])
    assert told.partition("'")[0] in (root / "reports/range.html").read_text()


def test_figures_text_and_last_expressions_are_in_the_autograded_notebook(graded):
    root, _ = graded
    made = nbformat.read(root / "autograded/ada/range/range.ipynb", as_version=4)
    nbformat.validate(made)
    outputs = made.cells[1].outputs
    (picture,) = [one for one in outputs if one.output_type == "display_data"]
    data = base64.b64decode(picture.data["image/png"])
    assert clean_png(data) == data
    assert [one.data["text/plain"] for one in outputs if one.output_type == "execute_result"] == ["'drawn'"]
    own = next(cell for cell in made.cells if cell.id == "own-part")
    assert [one.text for one in own.outputs if one.output_type == "stream"] == ["looked at\n"]


def png(width=2, height=2, extra=()):
    """A grey picture, by the specification."""
    chunks = [(b"IHDR", struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0)), *extra]
    chunks += [(b"IDAT", zlib.compress(b"\0\x80\x80" * 2)), (b"IEND", b"")]
    body = b"".join(struct.pack(">I", len(d)) + n + d + struct.pack(">I", zlib.crc32(n + d)) for n, d in chunks)
    return b"\x89PNG\r\n\x1a\n" + body


def test_a_picture_is_kept_without_what_came_with_it():
    hidden = b"<script>alert(1)</script>"
    dirty = png(extra=[(b"tEXt", b"Comment\0" + hidden), (b"iCCP", b"x\0\0" + zlib.compress(hidden * 9))]) + hidden
    assert clean_png(dirty) == png()
    image = pytest.importorskip("PIL.Image", reason="install Pillow to see that the cleaned picture is one")
    with image.open(io.BytesIO(png())) as opened:
        assert opened.size == (2, 2)
        opened.load()


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"<svg onload=alert(1)>",
        b"\x89PNG\r\n\x1a\n",
        png()[:-4],
        png(width=0),
        png(height=100_000),
        png().replace(b"IDAT", b"IDAX"),
        png(extra=[(b"IHDR", b"\0" * 13)]),
        png(extra=[(b"zTXt", b"\0" * (1 << 20))]),
        png()[:8] + b"\xff\xff\xff\xff" + png()[12:],
    ],
)
def test_what_is_no_picture_of_bounded_size_is_dropped(data):
    assert clean_png(data) is None
