"""What an exercise rules out is found where students really use it, and nowhere else."""

import contextlib
import sys
import textwrap

import numpy as np
import pytest

from autograder import rules
from autograder.assignments import NAMES, load
from autograder.assignments.misconceptions import bank
from autograder.calls import Argument, Call, call
from autograder.compare import Expected, judge
from autograder.rules import used
from autograder.sandbox.cells import run_cell

FORBIDDEN = ("numpy.tanh",)


def defined(source, name="f"):
    """The object called ``name`` after a notebook's cell has run, as the sandbox's child runs it."""
    namespace = {"__name__": "__main__"}
    with contextlib.redirect_stdout(sys.stdout), contextlib.redirect_stderr(sys.stderr):  # a cell leaves them changed
        result = run_cell(textwrap.dedent(source), "cell-1", namespace, 10_000)
    assert result["status"] == "ran", result
    return namespace[name]


@pytest.mark.parametrize(
    "source",
    [
        "import numpy as np\ndef f(x): return np.tanh(x)",
        "import numpy\ndef f(x): return numpy.tanh(x)",
        "from numpy import tanh as t\ndef f(x): return t(x)",
        "import numpy as np\nf = np.tanh",
        "import numpy as np\nt = np.tanh\ndef f(x): return t(x)",
        "import numpy as np\nf = lambda x: np.tanh(x)",
        "def f(x):\n    import numpy as n\n    return n.tanh(x)",
        "def f(x):\n    from numpy import tanh as t\n    return t(x)",
        "import numpy as np\ndef helper(x): return np.tanh(x)\ndef f(x): return helper(x)",
        "import numpy as np\nclass F:\n    def __call__(self, x): return np.tanh(x)\nf = F()",
        "import numpy as np\nf = np.vectorize(lambda x: np.tanh(x))",
        "import numpy as np\nimport functools\ndef g(a, x): return np.tanh(x)\nf = functools.partial(g, 1)",
        "import numpy as np\ndef f(x, t=np.tanh): return t(x)",
        "import numpy as np\ndef outer(t):\n    def inner(x): return t(x)\n    return inner\nf = outer(np.tanh)",
        "import numpy as np\ndef f(x):\n    def inner(y): return np.tanh(y)\n    return inner(x)",
    ],
)
def test_a_short_cut_is_found(source):
    assert used(defined(source), FORBIDDEN) == FORBIDDEN


@pytest.mark.parametrize(
    "source",
    [
        "import numpy as np\ndef f(x): return np.exp(x)  # not np.tanh",
        "import numpy as np\ndef f(x):\n    'Like np.tanh.'\n    return np.arctanh(x)",
        "def tanh(x): return x\ndef f(x): return tanh(x)",
        "import numpy as np\ndef other(x): return np.tanh(x)\ndef f(x): return x",
        "class N:\n    def tanh(self, x): return x\nnp = N()\ndef f(x): return np.tanh(x)",
        "def f(x): return f(x - 1) if x > 0 else x",
        "f = 3",
    ],
)
def test_an_honest_function_is_left_alone(source):
    assert used(defined(source), FORBIDDEN) == ()


@pytest.mark.parametrize(
    ("body", "operator"),
    [
        ("a ^ b", "^"),
        ("(a + b) % 2", "%"),
        ("a != b", "!="),
        ("a == b", "=="),
        ("a <= b", "<"),
        ("1 if a else b", "if"),
    ],
)
def test_an_operator_is_found_in_the_function_itself(body, operator):
    own = defined(f"def f(a, b): return {body}")
    helped = defined(f"def g(a, b): return {body}\ndef f(a, b): return g(a, b)")
    assert used(own, ("^", "%", "!=", "==", "<", "if")) == (operator,)
    assert used(helped, ("^", "%", "!=", "==", "<", "if")) == ()


def test_code_without_source_is_read_for_its_names():
    short_cut, honest = {"np": np}, {"np": np}
    exec("def f(x): return np.tanh(x)", short_cut)
    exec("def tanh(x): return x\ndef f(x): return tanh(x)", honest)
    assert used(short_cut["f"], FORBIDDEN) == FORBIDDEN
    assert used(honest["f"], FORBIDDEN) == ()


def test_a_broken_rule_is_said_in_a_sentence():
    what = Call((Argument("float", np.asarray(1.0)),), forbidden=FORBIDDEN)
    expected = Expected((np.asarray(np.tanh(1.0)),), 32, 32)
    finding = judge("tanh", what, expected, call(defined("import numpy as np\ndef f(x): return np.tanh(x)"), what))
    assert finding.kind == "rule"
    assert finding.message.startswith("`tanh` uses `numpy.tanh`, which this exercise rules out")


def test_an_object_that_cannot_be_read_breaks_no_rule():
    class Hostile:
        @property
        def __wrapped__(self):
            raise RuntimeError("no")

        __dict__ = property(lambda self: 1 / 0)

        def __call__(self, x):
            return x

    outcome = call(Hostile(), Call((Argument("float", np.asarray(1.0)),), forbidden=FORBIDDEN))
    assert outcome.used == ()
    assert not outcome.raised


BUILDS_ON = ("none of train, backward",)


@pytest.mark.parametrize(
    "source",
    [
        "def train(x): return x\ndef f(x): return train(x)",
        "def backward(x): return x\ndef f(x): return backward(x)",
        "def train(x): return x\ndef helper(x): return train(x)\ndef f(x): return helper(x)",
        "def train(x): return x\nclass F:\n    def __call__(self, x): return train(x)\nf = F()",
        "class Net:\n    def train(self, x): return x\ndef f(x): return Net().train(x)",
        "def backward(x): return x\ndef f(x):\n    def step(x): return backward(x)\n    return step(x)",
        "f = 3",
    ],
)
def test_a_function_that_builds_on_what_is_asked_for_is_left_alone(source):
    assert used(defined(source), BUILDS_ON) == ()


@pytest.mark.parametrize(
    "source",
    [
        "def train(x): return x\ndef f(x): return x",
        "def train(x): return x\ndef f(x):\n    # train(x)\n    return 'train'",
        "def helper(x): return x + 1\ndef f(x): return helper(x)",
    ],
)
def test_a_function_that_does_without_is_told_so(source):
    what = Call((Argument("float", np.asarray(1.0)),), forbidden=BUILDS_ON)
    finding = judge("f", what, Expected((np.asarray(1.0),), 32, 32), call(defined(source), what))
    assert finding.kind == "rule"
    assert finding.message.startswith("`f` builds on neither `train` nor `backward`, as this exercise asks")


@pytest.mark.parametrize(
    "source",
    [
        "import numpy as np\ndef f(x): return np.abs(x)",
        "from numpy import abs as magnitude\ndef f(x): return magnitude(x)",
        "import numpy as np\nclass Tools:\n    size = np.abs\ndef f(x): return Tools.size(x)",
        "import numpy as np\nclass Tools:\n    size = np.abs\nclass More(Tools): pass\ndef f(x): return More.size(x)",
    ],
)
def test_what_is_ruled_out_is_found_under_another_name_of_its_own(source):
    assert used(defined(source), ("numpy.absolute",)) == ("numpy.absolute",)


@pytest.mark.parametrize("name", NAMES)
def test_the_quick_look_at_the_names_overlooks_nothing(name, monkeypatch):
    """The known mistakes, which hold whatever is ruled out, are read once with the quick look and once without."""
    functions = [
        (mistake.wrong, exercise.forbidden)
        for exercise in load(name).exercises
        for mistake in bank(name).get(exercise.name, ())
        if exercise.forbidden
    ]
    quick = [used(*told) for told in functions]
    monkeypatch.setattr(rules, "_may_mention", lambda *_: True)
    assert quick == [used(*told) for told in functions]
