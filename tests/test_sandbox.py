"""What an honest submission sees of the sandbox, and what a broken one costs."""

from __future__ import annotations

import importlib
import os
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

from autograder.calls import Argument, Call
from autograder.errors import GraderFailure, UsageError
from autograder.sandbox import CallResult, CallStep, CellResult, CellStep, Limits, Result, Sandbox, Step, layers
from autograder.sandbox.attempt import Attempt, Watch

X = np.array([-2.0, 0.0, 3.0])
ISOLATION = "auto" if all(layer.works for layer in layers() if layer.name in ("landlock", "seccomp")) else "none"


@pytest.fixture(scope="module")
def sandbox() -> Iterator[Sandbox]:
    with Sandbox(
        modules={"checks": "def check(*_): pass\n"}, limits=Limits(step_seconds=0.5), isolation=ISOLATION
    ) as place:
        yield place


def cell(sandbox: Sandbox, source: str) -> CellResult:
    result = sandbox.run([CellStep("cell-1", source)]).results[0]
    assert isinstance(result, CellResult)
    return result


def array(data: object, form: str = "array") -> Call:
    return Call((Argument(form, np.asarray(data)),))


def values(result: Result) -> list[object]:
    assert isinstance(result, CallResult)
    return [None if not o.values or o.values[0].data is None else o.values[0].data.tolist() for o in result.outcomes]


def statuses(sandbox: Sandbox, steps: list[Step]) -> list[str]:
    return [result.status for result in sandbox.run(steps).results]


# ---- cells -----------------------------------------------------------------------------------------------------------


def test_a_cell_shows_its_output_and_its_last_expression(sandbox: Sandbox) -> None:
    result = cell(sandbox, "import sys\nprint('out')\nprint('err', file=sys.stderr)\n[1, 2]")
    assert (result.status, result.stdout, result.stderr, result.display) == ("ran", "out\n", "err\n", "[1, 2]")


@pytest.mark.parametrize("source", ["x = 1", "3;", "None", ""])
def test_a_cell_without_a_last_expression_shows_nothing(sandbox: Sandbox, source: str) -> None:
    assert cell(sandbox, source).display == ""


def test_an_error_names_the_students_line_and_later_cells_still_run(sandbox: Sandbox) -> None:
    run = sandbox.run([CellStep("cell-1", "a = 1\nb = a / 0"), CellStep("cell-2", "a + 1")])
    first, second = run.results
    assert isinstance(first, CellResult)
    assert isinstance(second, CellResult)
    assert first.error_name == "ZeroDivisionError"
    assert "    b = a / 0" in first.traceback
    assert not any("autograder" in line for line in first.traceback)
    assert second.display == "2"


def test_a_traceback_does_not_say_where_the_grader_lies(sandbox: Sandbox) -> None:
    source = "import json, pathlib, sys\nimport numpy as np\nsys.path.append(pathlib.Path('/tmp'))\n"
    steps = [
        CellStep("cell-1", f"{source}np.linalg.inv(np.zeros((2, 2)))"),
        CellStep("cell-2", "json.loads('{')"),
    ]
    numbers, text = (result.traceback for result in sandbox.run(steps).results if isinstance(result, CellResult))
    assert any(line.startswith('  File "numpy/linalg/_linalg.py", line ') for line in numbers)
    assert "    ainv = _umath_linalg.inv(a, signature=signature)" in numbers
    assert any(line.startswith('  File "json/decoder.py", line ') for line in text)
    assert not any('File "/' in line for line in (*numbers, *text))


def test_a_syntax_error_is_an_error_of_its_cell(sandbox: Sandbox) -> None:
    result = cell(sandbox, "def f(:\n  pass")
    assert (result.status, result.error_name) == ("error", "SyntaxError")


@pytest.mark.parametrize(
    ("module", "shown"),
    [
        ("decimal", "str(decimal.Decimal('0.1') * 3)"),
        ("fractions", "str(fractions.Fraction(1, 3))"),
        ("hashlib", "hashlib.sha256(b'').hexdigest()[:8] + hashlib.new('md5', b'').hexdigest()[:8]"),
        ("pathlib", "str(pathlib.PurePosixPath('a') / 'b')"),
        ("statistics", "str(statistics.mean([1, 2]))"),
        ("unittest", "str(unittest.TestCase().assertEqual(1, 1))"),
        ("uuid", "str(uuid.UUID(int=1))"),
    ],
)
def test_a_standard_module_can_be_used_loaded_beforehand_or_not(sandbox: Sandbox, module: str, shown: str) -> None:
    result = cell(sandbox, f"import {module}\n{shown}")
    assert (result.status, result.display) == ("ran", repr(eval(shown, {module: importlib.import_module(module)})))


def test_the_source_of_a_function_can_be_inspected(sandbox: Sandbox) -> None:
    assert "return 7" in cell(sandbox, "import inspect\ndef f():\n    return 7\ninspect.getsource(f)").display


@pytest.mark.parametrize(
    ("source", "shown"),
    [
        ("%matplotlib inline\n1 + 1", "2"),
        ("x = 3\n%load_ext autoreload\nx", "3"),
        ("%time 1 + 1", "2"),
        ("%%time\n1 + 1", "2"),
        ("if True:\n    %config X\n5", "5"),
        ("x = 7 \n%time y = x\ny", "7"),
        ("import math; math.pi > 3", "True"),
        ("def f():\n    return 1\nf()", "1"),
        ("max(\n    1,\n    2\n)", "2"),
        ("x = 1\n# a remark\nx\n# another", "1"),
        ("s = '''\n%matplotlib inline\n!ls\n'''\nlen(s)", "24"),
        ("len?\n4", "4"),
        ("17 \\\n%5", "2"),
        ("%%html\n<b>", ""),
        ("display(1)\nget_ipython().run_line_magic('matplotlib', 'inline')", ""),
        ("import checks\nchecks.check(1)\n9", "9"),
    ],
)
def test_harmless_notebook_syntax_is_understood(sandbox: Sandbox, source: str, shown: str) -> None:
    result = cell(sandbox, source)
    assert (result.status, result.display) == ("ran", shown), result


@pytest.mark.parametrize(
    ("source", "told"),
    [
        ("!pip install numpy", "operating system"),
        ("x = 1\n!ls", "operating system"),
        ("%%bash\nls", "kind of cell"),
        ("%%writefile a.py\nx", "kind of cell"),
        ("input('name?')", "not available"),
    ],
)
def test_what_does_not_run_here_gives_a_sentence(sandbox: Sandbox, source: str, told: str) -> None:
    result = cell(sandbox, source)
    assert result.status == "error"
    assert told in result.detail


def test_long_output_is_clipped_with_a_note(sandbox: Sandbox) -> None:
    result = cell(sandbox, "print('x' * 1_000_000)")
    assert result.status == "ran"
    assert len(result.stdout) < 140_000
    assert result.stdout.endswith("left out)\n")


def test_figures_are_taken_from_the_cell_that_drew_them() -> None:
    with Sandbox(packages=("numpy", "matplotlib"), preload=("matplotlib.pyplot",), isolation=ISOLATION) as sandbox:
        draw = "%matplotlib inline\nimport matplotlib.pyplot as plt\nplt.plot([1, 2])\nplt.show()\nplt.figure();"
        first, second = sandbox.run([CellStep("cell-1", draw), CellStep("cell-2", "1")]).results
    assert isinstance(first, CellResult)
    assert isinstance(second, CellResult)
    assert [figure[:4] for figure in first.figures] == [b"\x89PNG"] * 2
    assert (first.stderr, second.figures) == ("", ())


def test_a_hostile_repr_is_an_error_of_its_cell(sandbox: Sandbox) -> None:
    source = "class A:\n    def __repr__(self):\n        raise SystemExit\nA()"
    assert cell(sandbox, source).error_name == "SystemExit"


def test_an_error_that_cannot_be_printed_is_still_reported(sandbox: Sandbox) -> None:
    source = "class E(Exception):\n    def __str__(self):\n        raise KeyboardInterrupt\nraise E"
    assert cell(sandbox, source).error_name == "E"


def test_every_submission_starts_afresh_and_draws_the_same_numbers(sandbox: Sandbox) -> None:
    draw = "import random, numpy as np\n(random.random(), np.random.rand())"
    assert cell(sandbox, "import numpy as np\nnp.tanh = None\nleft_behind = 1").status == "ran"
    assert cell(sandbox, "left_behind").error_name == "NameError"
    assert cell(sandbox, "import numpy as np\nnp.tanh(0.0)").display == "np.float64(0.0)"
    drawn = cell(sandbox, draw).display
    assert cell(sandbox, draw).display == drawn
    with Sandbox(isolation=ISOLATION, preload=("numpy", "numpy.random")) as other:  # not loaded by the child
        assert cell(other, draw).display == drawn


# ---- calls -----------------------------------------------------------------------------------------------------------

RELU = CellStep("cell-1", "import numpy as np\ndef relu(x):\n    return np.maximum(x, 0.0)")


def test_the_first_submission_finds_what_the_next_ones_find() -> None:
    """While the first runs, the zygote goes through the inputs, and may leave nothing behind but speed."""
    code = """
import random, sys, warnings
import numpy as np

def state(x, *_):
    x[:1] = 7.0
    seen = np.random.rand(), random.random(), len(warnings.filters), len(sys.modules), np.log(x[0] - 7)
    return np.array([*seen, *np.ravel(x)], float)
"""
    asked = (*(array(X, form) for form in ("array", "strided", "list")), array(X.astype(np.float32)), array(X[:0]))
    with Sandbox(isolation=ISOLATION) as place:
        steps = [CellStep("cell-1", code), CallStep("calls", "state", asked)]
        first, *others = (place.run(steps).results[1] for _ in range(3))
        assert isinstance(first, CallResult)
        for other in others:
            assert isinstance(other, CallResult)
            assert [str(one) for one in other.outcomes] == [str(one) for one in first.outcomes]


def test_calls_return_types_values_and_errors(sandbox: Sandbox) -> None:
    calls = (array(X), array(X, "list"), array(2.0, "float"), Call(()))
    run = sandbox.run([RELU, CallStep("relu-values", "relu", calls)])
    result = run.results[1]
    assert isinstance(result, CallResult)
    assert values(result) == [[0.0, 0.0, 3.0], [0.0, 0.0, 3.0], 2.0, None]
    assert [o.values[0].type for o in result.outcomes[:3]] == ["ndarray", "ndarray", "numpy scalar"]
    assert result.outcomes[3].error.startswith("TypeError")


@pytest.mark.parametrize("dtype", ["?", "i1", "u8", "f2", "f4", "f8", "g", ">f8", ">i4"])
@pytest.mark.parametrize("shape", [(), (0,), (2, 0, 3), (2, 3)])
def test_every_numeric_dtype_and_shape_crosses_unchanged(sandbox: Sandbox, dtype: str, shape: tuple[int, ...]) -> None:
    sent = np.arange(np.prod(shape, dtype=int)).reshape(shape).astype(dtype)
    form = "zero_d" if shape == () else "array"
    steps = [CellStep("cell-1", "def f(x):\n    return x"), CallStep("f", "f", (array(sent, form),))]
    result = sandbox.run(steps).results[1]
    assert isinstance(result, CallResult)
    got = result.outcomes[0].values[0].data
    assert got is not None
    assert (got.dtype, got.shape) == (sent.dtype.newbyteorder("="), shape)
    assert np.array_equal(got, sent)


def test_an_object_with_call_counts_as_a_function(sandbox: Sandbox) -> None:
    source = "class Double:\n    def __call__(self, x):\n        return 2 * x\nf = Double()"
    result = sandbox.run([CellStep("cell-1", source), CallStep("f", "f", (array(2.0, "float"),))]).results[1]
    assert values(result) == [4.0]


@pytest.mark.parametrize(("source", "told"), [("", "no function called f"), ("f = 3", "not a function")])
def test_a_missing_function_says_so(sandbox: Sandbox, source: str, told: str) -> None:
    result = sandbox.run([CellStep("cell-1", source), CallStep("f", "f", (array(X),))]).results[1]
    assert (result.status, told in result.detail) == ("missing", True)


def test_a_result_that_is_too_large_is_an_error_of_its_call(sandbox: Sandbox) -> None:
    source = "import numpy as np\ndef f(n):\n    return np.zeros(int(n))"
    calls = (array(3e6, "float"), array(2.0, "float"))
    result = sandbox.run([CellStep("cell-1", source), CallStep("f", "f", calls)]).results[1]
    assert isinstance(result, CallResult)
    assert "bytes" in result.outcomes[0].error
    assert values(result) == [None, [0.0, 0.0]]


def test_memory_runs_out_as_a_memory_error(sandbox: Sandbox) -> None:
    assert cell(sandbox, "import numpy as np\nnp.ones(2**28)").error_name.endswith("MemoryError")


# ---- loops, exits, crashes -------------------------------------------------------------------------------------------

LOOP = CellStep("cell-2", "def loop(x):\n    while x > 1:\n        pass\n    return x")


def test_a_loop_costs_only_the_calls_after_it(sandbox: Sandbox) -> None:
    loop = CallStep("loop", "loop", (array(0.5, "float"), array(2.0, "float"), array(0.0, "float")))
    relu = CallStep("relu", "relu", (array(X),))
    run = sandbox.run([RELU, LOOP, relu, loop, relu])
    assert [result.status for result in run.results] == ["ran", "ran", "ran", "timeout", "ran"]
    assert values(run.results[3]) == [0.5]
    assert values(run.results[4]) == [[0.0, 0.0, 3.0]]


@pytest.mark.parametrize(
    ("source", "status"),
    [
        ("while True: pass", "timeout"),
        ("import time\ntime.sleep(1e6)", "timeout"),
        ("sum(range(10**15))", "timeout"),
        ("import os\nos._exit(0)", "died"),
        ("import os, signal\nos.kill(os.getpid(), signal.SIGKILL)", "died"),
        ("import os, signal\nos.kill(os.getpid(), signal.SIGSTOP)", "timeout"),
        ("import ctypes\nctypes.string_at(0)", "died"),
        ("while True: print('x' * 100_000)", "died"),
        ("import sys\nsys.exit()", "error"),
        ("raise KeyboardInterrupt", "error"),
        ("def f(): return f()\nf()", "error"),
    ],
)
def test_a_cell_that_stops_costs_only_itself(sandbox: Sandbox, source: str, status: str) -> None:
    result = sandbox.run([RELU, CellStep("cell-2", source), CallStep("relu", "relu", (array(X),))]).results
    assert [r.status for r in result] == ["ran", status, "ran"], result
    assert result[1].detail


def test_a_function_defined_before_a_loop_in_its_cell_is_still_there(sandbox: Sandbox) -> None:
    both = CellStep("cell-1", RELU.source + "\nwhile True:\n    pass")
    assert statuses(sandbox, [both, CallStep("relu", "relu", (array(X),))]) == ["timeout", "ran"]


def test_a_definition_that_loops_again_is_given_up(sandbox: Sandbox) -> None:
    source = "def spin():\n    while True:\n        pass\ndef f(x=spin()):\n    return x"
    steps = [RELU, CellStep("cell-2", source), CallStep("relu", "relu", (array(X),)), CallStep("f", "f", (array(X),))]
    assert statuses(sandbox, steps) == ["ran", "timeout", "ran", "missing"]


def test_too_many_exits_end_the_run_with_a_sentence(sandbox: Sandbox) -> None:
    steps: list[Step] = [CellStep(f"cell-{i}", "import os; os._exit(0)") for i in range(9)]
    results = sandbox.run(steps).results
    assert [r.status for r in results] == ["died"] * 7 + ["not_run"] * 2
    assert "too often" in results[-1].detail


def test_the_whole_run_has_a_deadline() -> None:
    with Sandbox(limits=Limits(step_seconds=0.3, total_seconds=0.5), isolation=ISOLATION) as sandbox:
        started = time.monotonic()
        run = sandbox.run([CellStep(f"cell-{i}", "while True: pass") for i in range(6)])
        assert time.monotonic() - started < 3
    assert run.results[0].status == "timeout"
    assert run.results[-1].status == "not_run"
    assert "time" in run.results[-1].detail


def test_a_lost_zygote_is_replaced(sandbox: Sandbox) -> None:
    assert sandbox._server is not None
    sandbox._server._process.kill()
    assert statuses(sandbox, [RELU, CallStep("relu", "relu", (array(X),))]) == ["ran", "ran"]


# ---- what may be asked for -------------------------------------------------------------------------------------------


def test_unknown_isolation_and_absent_packages_are_refused() -> None:
    with pytest.raises(UsageError, match="strictest"):
        Sandbox(isolation="strictest")  # type: ignore[arg-type]  # what is tested
    with pytest.raises(GraderFailure, match="not installed here"):
        Sandbox(packages=("no-such-package",), isolation=ISOLATION)


def test_the_graders_own_modules_and_packages_cannot_be_imported(sandbox: Sandbox) -> None:
    for name in ("autograder.reference", "autograder.sandbox.supervisor", "scipy", "sympy", "pip", "nbgrader"):
        assert cell(sandbox, f"import {name}").error_name == "ModuleNotFoundError"


# ---- a busy machine --------------------------------------------------------------------------------------------------


class StandIn:
    """A child that has waited for a processor for so many seconds."""

    out = -1

    def __init__(self, waited: float) -> None:
        self.waited = waited

    def waited_seconds(self) -> float:
        return self.waited


@pytest.mark.parametrize(
    ("wall", "waited", "ended"), [(0.9, 0.0, ""), (1.1, 0.0, "timeout"), (3.9, 3.0, ""), (4.1, 4.0, "timeout")]
)
def test_waiting_for_a_processor_is_not_held_against_a_student(wall: float, waited: float, ended: str) -> None:
    attempt = Attempt([RELU], Limits(step_seconds=1.0), locked=True)
    watch = Watch(None, StandIn(waited), attempt, time.monotonic() + 60)  # type: ignore[arg-type]  # stand-ins
    watch._started -= wall
    watch._check_time()
    assert attempt.ended == ended


@pytest.mark.skipif(sys.platform != "linux", reason="reads the kernel's scheduling statistics")
def test_the_kernel_tells_how_long_a_child_waited(sandbox: Sandbox) -> None:
    """A child on a processor that others keep busy waits; its waiting time is what the watch subtracts."""
    server = sandbox._start()
    steps = [CellStep("cell-1", "while True: pass")]
    child = server.fork(sandbox._plan(server, steps, [False]))
    try:
        pid = child_pid(child.pidfd)
        os.sched_setaffinity(pid, {0})
        others = [subprocess.Popen([sys.executable, "-c", PINNED]) for _ in range(2)]
        time.sleep(1.0)
        for other in others:
            other.kill()
            other.wait()
        assert child.waited_seconds() > 0.1
    finally:
        child.kill()
        child.close()


PINNED = "import os\nos.sched_setaffinity(0, {0})\nwhile True: pass"


def child_pid(pidfd: int) -> int:
    lines = Path(f"/proc/self/fdinfo/{pidfd}").read_text().splitlines()
    return next(int(line.split()[1]) for line in lines if line.startswith("Pid:"))
