"""Adding an activation is one entry and one reference function: everything else follows from the two."""

from __future__ import annotations

import json
import shutil
import subprocess

import numpy as np
import pytest
import sympy as sp

from autograder.assignments.draw import Draw
from autograder.assignments.elementwise import Elementwise as Asked
from autograder.assignments.elementwise import criteria
from autograder.catalogue import Activation, Kink, X, javascript_module
from autograder.properties import gallery, properties
from autograder.reference import Elementwise

SQUARED_RELU = Activation(
    name="squared_relu",
    title="Squared ReLU",
    expr=sp.Max(0, X) ** 2,
    kinks=(Kink(at=sp.S.Zero, value=sp.S.Zero, derivative=sp.S.Zero, why="Both sides have slope 0."),),
    year=2021,
    sources=("so2021",),
    used_in="Primer, a transformer found by search.",
    good_for="A derivative without a jump.",
    bad_for="Large inputs: its slope grows without bound.",
    misconceptions=("It is ReLU in another scale; it is quadratic.",),
)

REFERENCE = Elementwise(
    name="squared_relu",
    value_kernel=lambda x: np.maximum(x, 0) ** 2,
    derivative_kernel=lambda x: 2 * np.maximum(x, 0),
)


def test_it_appears_in_the_gallery_with_everything_computed() -> None:
    (record,) = gallery([SQUARED_RELU])
    assert record["latex"] == r"\max\left(0, x\right)^{2}"
    assert record["properties"]["range"] == "[0, ∞)"
    assert record["properties"]["continuity"] == "C¹"
    assert record["properties"]["Lipschitz constant"] == "∞"
    json.dumps(record)  # a record is plain data, or this raises
    assert properties(SQUARED_RELU).declared == ()


def test_its_reference_agrees_with_its_entry() -> None:
    xs = np.linspace(-3, 3, 13)
    for got, expr in ((REFERENCE.value(xs), SQUARED_RELU.expr), (REFERENCE.derivative(xs), SQUARED_RELU.derivative)):
        np.testing.assert_allclose(got, [float(expr.subs(X, sp.Float(x))) for x in xs], rtol=1e-15)


@pytest.mark.skipif(shutil.which("node") is None, reason="Node.js runs the printed JavaScript: install nodejs.")
def test_it_appears_in_the_explorers_javascript() -> None:
    script = javascript_module([SQUARED_RELU]) + "const f = ACTIVATIONS.squared_relu;"
    script += "process.stdout.write(JSON.stringify([f.title, f.value(-2), f.value(3), f.derivative(3)]));"
    done = subprocess.run(["node", "-"], input=script, capture_output=True, text=True, check=True, timeout=60)
    assert json.loads(done.stdout) == ["Squared ReLU", 0, 9, 6]


def test_its_numpy_source_runs() -> None:
    namespace = {"np": np}
    exec(SQUARED_RELU.numpy_source(), namespace)  # our own printed source
    np.testing.assert_allclose(namespace["squared_relu"](np.array([-2.0, 3.0])), [0, 9])


def test_its_test_cases_come_from_its_reference_and_agree_with_its_entry() -> None:
    function = sp.lambdify(X, SQUARED_RELU.expr, "numpy")
    asked = Asked(REFERENCE.value, kinks=tuple(float(kink.at) for kink in SQUARED_RELU.kinks))
    values, *_ = criteria(asked)
    cases = values.cases(Draw(b"a secret", "squared_relu-values"))
    assert cases
    for case in cases:
        (argument,) = case.call.arguments
        np.testing.assert_allclose(case.expected.values[0], function(np.asarray(argument.data)), rtol=1e-15)
