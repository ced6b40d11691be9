"""`checks.py` in the student's hands: it judges as the grader does, names mistakes, and needs NumPy alone."""

import ast
import importlib.util
import json
import os
import re
import subprocess
import sys
import zlib
from pathlib import Path

import numpy as np
import pytest

from autograder import messages
from autograder.assignments import NAMES, load
from autograder.assignments.misconceptions import bank
from autograder.course.checks_file import checks_file, old_tables, settle, tables, written
from autograder.course.source_notebook import imports_source
from autograder.grading.cases import visible_cases

ROOT = Path(__file__).parent.parent
FIRST = "range"
RELEASED = [name for name in NAMES if (ROOT / "solutions" / name).is_dir()]  # a test of publishing misses the others


def all_mistakes():
    return [mistake for name in NAMES for mistakes in bank(name).values() for mistake in mistakes]


def code_cells(name):
    notebook = json.loads((ROOT / "solutions" / name / f"{name}.ipynb").read_text())
    return [cell for cell in notebook["cells"] if cell["cell_type"] == "code"]


def solution_sources(name):
    marked = [cell for cell in code_cells(name) if cell["metadata"].get("nbgrader", {}).get("solution")]
    return ["".join(cell["source"]) for cell in marked]


def loaded(name):
    """What stands in for ``load_data``: the data files of an assignment, from where the package keeps them."""
    return lambda file: dict(np.load(load(name).file(file)))


def solutions(name):
    """What the instructor's notebook defines; its own checks and pictures do nothing here."""
    namespace = {"check": lambda *given: None, "draw": lambda *given: None, "load_data": loaded(name)}
    for cell in code_cells(name):
        source = "".join(cell["source"])
        if cell["id"] == f"{name}-imports":
            source = source.partition("try:")[0]
        if not cell["metadata"].get("nbgrader", {}).get("grade"):
            exec(source, namespace)
    return namespace


def load_file(path):
    spec = importlib.util.spec_from_file_location(f"checks_{path.parent.name}", path)
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module  # dataclasses look their module up
    spec.loader.exec_module(module)
    return module


@pytest.fixture(scope="module")
def made(tmp_path_factory):
    """A function that returns the module ``checks`` of an assignment, freshly generated."""
    root, modules = tmp_path_factory.mktemp("checks"), {}

    def make(name):
        if name not in modules:
            path = root / name / "checks.py"
            path.parent.mkdir()
            path.write_text(checks_file(load(name)), encoding="utf-8")
            modules[name] = load_file(path)
        return modules[name]

    return make


@pytest.fixture
def checks(made):
    return made(FIRST)


def calling(checks, text, **names):
    """Evaluate a call of ``check`` or ``draw`` as a notebook cell does: the names are the caller's globals."""
    return eval(text, {**names, "check": checks.check, "draw": checks.draw})


@pytest.mark.parametrize("name", RELEASED)
def test_the_solutions_get_full_marks(made, name):
    report = calling(made(name), "check()", **solutions(name))
    assert [row for one in report.reports for row in one.rows if not row.passed] == []
    assert [one.out_of for one in report.reports] == [exercise.points for exercise in load(name).exercises]


@pytest.mark.parametrize("mistake", all_mistakes(), ids=lambda mistake: mistake.name)
def test_a_known_mistake_loses_what_it_should_and_is_named(made, mistake):
    name = next(name for name in NAMES if mistake.function in [e.name for e in load(name).exercises])
    report = calling(made(name), f"check({mistake.function})", **{mistake.function: mistake.wrong})
    failed = [row for row in report.rows if not row.passed]
    assert {row.criterion for row in failed} == set(mistake.loses)
    assert failed[0].diagnosis == messages.DIAGNOSIS.format(cause=mistake.cause, step=mistake.step)
    assert {row.diagnosis for row in failed[1:]} <= {messages.SAME_CAUSE}


@pytest.mark.parametrize("name", NAMES)
def test_the_visible_cases_arrive_unchanged(made, name):
    for exercise in load(name).exercises:
        for criterion in exercise.criteria:
            cases = visible_cases(name, exercise, criterion)
            found = made(name)._cases(exercise.name, criterion.name)
            assert len(found) == len(cases)
            for case, (call, expected) in zip(cases, found, strict=True):
                for one, other in zip(case.call.arguments, call.arguments, strict=True):
                    assert (one.form, one.value) == (other.form, other.value)
                    assert same_bytes(one.data, other.data)
                assert all(map(same_bytes, case.expected.values, expected.values))
                for rule in ("relative", "absolute", "precision", "keep_dtype", "no_warning", "no_mutation"):
                    assert getattr(case.expected, rule) == getattr(expected, rule)


def same_bytes(one, other):
    if one is None or other is None:
        return one is other
    nan = np.isnan(one) if one.dtype.kind == "f" else False
    same = np.where(nan, 0, one).tobytes() == np.where(nan, 0, other).tobytes()
    return same and (one.dtype, one.shape) == (other.dtype, other.shape) and np.array_equal(one, other, equal_nan=True)


def test_each_criterion_is_asked_for_alone(checks, capsys):
    naive = bank(FIRST)["sigmoid"][0].wrong
    assert calling(checks, "check(sigmoid, 'values')", sigmoid=naive) is None
    assert capsys.readouterr().out == "sigmoid, values: passed, 2 points\n"
    with pytest.raises(checks.CheckFailed) as told:
        calling(checks, "check(sigmoid, 'extremes')", sigmoid=naive)
    assert "overflow" in str(told.value)
    assert told.value._render_traceback_() == [str(told.value)]


def test_a_function_is_known_by_the_name_it_has_in_the_notebook(checks):
    class Relu6:
        def __call__(self, x):
            return np.minimum(np.maximum(x, 0), 6)

    for function in (lambda x: np.clip(x, 0, 6), Relu6(), np.vectorize(lambda x: min(max(x, 0), 6), otypes=[float])):
        assert calling(checks, "check(relu6)", relu6=function).name == "relu6"
    assert calling(checks, "check(relu6)", relu6=Relu6()).points == 4


def test_two_names_for_one_function_are_both_shown(checks):
    right = solutions(FIRST)["sigmoid"]
    reports = calling(checks, "check(tanh)", sigmoid=right, tanh=right).reports
    assert [(one.name, one.points) for one in reports] == [("sigmoid", 4), ("tanh", 0)]


def test_what_cannot_be_checked_is_answered_with_a_sentence(checks):
    with pytest.raises(TypeError, match="`gaussian` is not checked here"):
        calling(checks, "check(gaussian)", gaussian=named("gaussian"))
    with pytest.raises(TypeError, match="without quotes"):
        calling(checks, "check('sigmoid')")
    with pytest.raises(ValueError, match="has no criterion “speed”"):
        calling(checks, "check(sigmoid, 'speed')", sigmoid=abs)


def named(name):
    def function(x):
        return x

    function.__name__ = name
    return function


def test_a_function_that_is_not_written_yet_is_told_so(checks):
    def sigmoid(x):
        raise NotImplementedError()

    text = " ".join(repr(calling(checks, "check()", sigmoid=sigmoid)).split())
    assert "`sigmoid` is not written yet" in text
    assert "0 of 4 points" in text
    assert messages.MISSING.format(name="tanh", detail="run the cell that defines it first") in text


def test_a_stop_button_stops(checks):
    def sigmoid(x):
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        calling(checks, "check(sigmoid)", sigmoid=sigmoid)


def test_what_a_function_says_is_text_in_the_table(checks):
    def sigmoid(x):
        raise ValueError("<script>alert(1)</script> & `<b>`")

    html = calling(checks, "check(sigmoid)", sigmoid=sigmoid)._repr_html_()
    assert "<script" not in html
    assert "<b>`" not in html
    assert "&lt;script&gt;alert(1)&lt;/script&gt; &amp; <code>&lt;b&gt;</code>" in html


def test_the_table_shows_input_and_both_values(checks):
    html = calling(checks, "check(relu6)", relu6=lambda x: np.clip(x, 0, 6) + (np.asarray(x) > 5))._repr_html_()
    row = re.search(r'<th scope="row"[^>]*>values</th>(.*?)</tr>', html)[1]
    at, got, want = re.findall(r"<td[^>]*>(.*?)</td>", row)[2:]
    assert float(at.removeprefix("x = ")) > 5
    assert float(got) == pytest.approx(float(want) + 1)


def test_a_picture_is_drawn_on_the_expected_curve(checks):
    import matplotlib

    matplotlib.use("agg")
    import matplotlib.pyplot as plt

    right = solutions(FIRST)
    calling(checks, "draw(sigmoid, scale_to, other, broken)", **right, other=np.sin, broken=lambda x: 1 / 0)
    figure = plt.gcf()
    difference = figure.axes[4].lines[0].get_ydata()
    assert figure.axes[0].get_title() == "sigmoid"
    assert figure.axes[1].get_title() == "scale_to, low = 2, high = 5"
    assert np.abs(difference).max() < 1e-15
    assert [len(axes.lines) for axes in figure.axes[:4]] == [2, 2, 1, 0]
    plt.close(figure)


PROBE = """
import sys
sys.path[:] = [{library!r}, {packages!r}, {here!r}] + [p for p in sys.path if p.endswith("lib-dynload") or "zip" in p]
import numpy as np
from checks import check, draw
def sigmoid(x):
    return 1 / (1 + np.exp(-np.asarray(x)))
print(check(sigmoid))
draw(sigmoid)
print(sorted({{name.partition(".")[0] for name in sys.modules}} & {{"IPython", "matplotlib", "scipy", "autograder"}}))
"""


def test_numpy_alone_is_enough(checks, tmp_path):
    packages = Path(np.__file__).parent.parent
    for name in ("numpy", "numpy.libs"):
        if (packages / name).exists():
            (tmp_path / name).symlink_to(packages / name)
    library, here = str(Path(ast.__file__).parent), str(Path(checks.__file__).parent)
    code = PROBE.format(library=library, packages=str(tmp_path), here=here)
    done = subprocess.run([sys.executable, "-I", "-S", "-c", code], capture_output=True, text=True, check=False)
    assert done.stderr == ""
    assert "`sigmoid`: 3 of 4 points" in done.stdout
    assert "exp(−x) overflows" in " ".join(done.stdout.split())
    assert "needs matplotlib" in done.stdout
    assert done.stdout.endswith("[]\n")


@pytest.mark.filterwarnings("ignore::DeprecationWarning")  # of the kernel's own packages
def test_a_notebook_shows_the_table_and_the_bare_message(checks):
    from nbclient import NotebookClient
    from nbformat.v4 import new_code_cell, new_notebook

    sources = [
        "from checks import check, draw\nimport numpy as np",
        "def sigmoid(x):\n    return 1 / (1 + np.exp(-np.asarray(x)))",
        "check(sigmoid)",
        "check(sigmoid, 'extremes')",
        "check(sigmoid, 'values')",
    ]
    notebook = new_notebook(cells=[new_code_cell(source) for source in sources])
    folder = str(Path(checks.__file__).parent)
    NotebookClient(
        notebook, timeout=60, kernel_name="python3", allow_errors=True, resources={"metadata": {"path": folder}}
    ).execute()
    table, failure, passed = (cell.outputs[0] for cell in notebook.cells[2:])
    assert "<table" in table.data["text/html"]
    assert (failure.ename, len(failure.traceback)) == ("CheckFailed", 1)
    assert failure.traceback[0].startswith("sigmoid, extremes: not yet.")
    assert passed.text == "sigmoid, values: passed, 2 points\n"


def test_a_notebook_without_the_file_says_where_to_get_it(tmp_path):
    done = subprocess.run(
        [sys.executable, "-c", imports_source()], cwd=tmp_path, capture_output=True, text=True, check=False
    )
    assert done.stderr.rstrip().endswith(messages.NO_CHECKS_FILE)


def foreign(nodes):
    """The packages beyond Python's own that are imported."""
    names = []
    for node in nodes:
        if isinstance(node, ast.Import):
            names += [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom):
            names.append(node.module)
    return {name.partition(".")[0] for name in names} - set(sys.stdlib_module_names)


@pytest.mark.parametrize("name", RELEASED)
def test_the_file_tells_no_answer(made, name):
    text = Path(made(name).__file__).read_text(encoding="utf-8")
    assert len(zlib.compress(text.encode())) < 40_000 * (1 + len(load(name).exercises))  # as it is in the download
    code = text.partition("\n_DATA = ")[0]
    assert "reference" not in code.lower()
    tree = ast.parse(code)
    at_once = foreign(tree.body)
    later = foreign(ast.walk(tree)) - at_once
    assert at_once == {"numpy"}
    assert later <= {"matplotlib", "sympy"}  # where a picture is drawn, where an expression is read
    data = [{**known, "cause": "", "step": ""} for one in old_tables(text).values() for known in one["mistakes"]]
    assert "np." not in json.dumps(data)
    for source in [*solution_sources(name), *(mistake.source for mistake in all_mistakes())]:
        for line in source.splitlines():
            told = line.partition("#")[0].strip()
            assert not (told.startswith("return") and "np." in told and told in text), told


def test_the_same_assignment_gives_the_same_bytes():
    assert checks_file(load(FIRST)) == checks_file(load(FIRST))


def nudged(value, factor):
    """The same tables with every expected value off by a factor."""
    if isinstance(value, dict):
        return {k: scaled(v, factor) if k == "want" else nudged(v, factor) for k, v in value.items()}
    return [nudged(item, factor) for item in value] if isinstance(value, list) else value


def scaled(value, factor):
    if isinstance(value, list):
        return [scaled(item, factor) for item in value]
    return value * factor if isinstance(value, float) else value


def test_the_last_bit_of_another_machine_does_not_make_a_file_stale():
    def file_with(factor):
        data = written(nudged(tables(load(FIRST)), factor))
        return f'_DATA = r"""\n{data}\n"""\n'

    fresh = checks_file(load(FIRST))
    near, far = (old_tables(checks_file(load(FIRST), file_with(f))) for f in (1 + 2.0**-52, 1 + 2.0**-18))
    assert near == old_tables(file_with(1 + 2.0**-52))
    assert near != old_tables(fresh)
    assert far["sigmoid"] == old_tables(fresh)["sigmoid"]


STALE = """
import sys
from pathlib import Path
from autograder.assignments import load
from autograder.course.checks_file import checks_file
for name in sys.argv[2:]:
    text = Path(sys.argv[1], name, "checks.py").read_text("utf-8")
    if checks_file(load(name), text) != text:
        print(name)
"""


def test_a_processor_that_adds_in_another_order_finds_no_file_stale():
    dispatched = np.show_config(mode="dicts")["SIMD Extensions"].get("found", [])
    older = {**os.environ, "NPY_DISABLE_CPU_FEATURES": " ".join(dispatched)}
    told = subprocess.run(
        [sys.executable, "-c", STALE, ROOT / "solutions", *RELEASED],
        env=older,
        cwd=ROOT,
        capture_output=True,
        text=True,
    )
    assert (told.returncode, told.stdout) == (0, ""), told.stderr


@pytest.mark.parametrize(("apart", "stays"), [(2e-13, True), (2e-11, False)])
def test_a_sum_may_be_rounded_as_far_as_a_small_part_of_what_its_case_forgives(apart, stays):
    case = {"want": [["f8", [2], [0.5, 1e-9]]], "relative": 32.0, "absolute": 16384.0, "precision": "float64"}
    old = {**case, "want": [["f8", [2], [0.5, 1e-9 + apart]]]}
    assert settle(case, old) == (old if stays else case)
    assert settle(case, {**old, "absolute": 32.0}) == case


@pytest.mark.parametrize(("factor", "stays"), [(1 + 1e-7, True), (1 + 1e-5, False)])
def test_a_mistake_that_computes_in_float32_is_known_again_elsewhere(factor, stays):
    deed, old = ({"returned": [["ndarray", ["f8", [2], [0.5, 0.25 * f]]]]} for f in (1.0, factor))
    assert settle(deed, old) == (old if stays else deed)
    assert settle({**deed, "warned": 1}, old) == {**deed, "warned": 1}


@pytest.mark.parametrize(("apart", "stays"), [(0.04, True), (0.06, False)])
def test_a_mistake_that_magnifies_rounding_is_known_again_elsewhere(apart, stays):
    def known(number, dtype="f4"):
        return {"behaviour": {"values": [{"returned": [["ndarray", [dtype, [2], [0.5, number]]]]}]}}

    new, old = known(0.25), known(0.25 + apart)
    assert settle({"noise": 0.05, **new}, old) == {"noise": 0.05, **(old if stays else new)}
    assert settle(new, old) == new
    double, other = known(0.25, "f8"), known(0.25 + apart, "f8")
    assert settle({"noise": 0.05, **double}, other) == {"noise": 0.05, **double}
