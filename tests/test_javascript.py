"""The printed JavaScript runs in Node and agrees with the catalogue's formulas evaluated in forty digits."""

from __future__ import annotations

import json
import shutil
import subprocess
from typing import Any

import mpmath
import numpy as np
import pytest
import sympy as sp

from autograder.catalogue import CATALOGUE, Activation, X, javascript_module
from autograder.catalogue._javascript import erfc_coefficients, helpers

NODE = shutil.which("node")
needs_node = pytest.mark.skipif(NODE is None, reason="Node.js runs the printed JavaScript: install nodejs.")
ELEMENTWISE = [entry for entry in CATALOGUE.values() if entry.kind == "elementwise"]
VECTORS = [entry for entry in CATALOGUE.values() if entry.kind == "vector"]
TOLERANCE = 1e-12
DIGITS = 40
POINTS = 1_000


def run(script: str) -> Any:
    """Return what a script assigns to ``answer``; numbers cross as JSON, with nan and infinities as text."""
    show = "(key, v) => (typeof v === 'number' && !Number.isFinite(v) ? String(v) : v)"
    program = f"{script}\nprocess.stdout.write(JSON.stringify(answer, {show}));"
    assert NODE is not None
    done = subprocess.run([NODE, "-"], input=program, capture_output=True, text=True, check=False, timeout=60)
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


def points(entry: Activation) -> list[float]:
    """A thousand points of [−40, 40]: evenly, near zero in all magnitudes, and at and beside every kink."""
    kinks = [float(kink.at.subs(entry.defaults)) for kink in entry.kinks]
    beside = [near for kink in kinks for near in (kink, np.nextafter(kink, -np.inf), np.nextafter(kink, np.inf))]
    small = np.logspace(-12, 0, 100)
    special = np.concatenate([small, -small, [0.0], beside])
    return [float(x) for x in np.concatenate([special, np.linspace(-40, 40, POINTS - len(special))])]


def wanted(expr: sp.Expr, xs: list[float]) -> list[float]:
    with mpmath.workdps(DIGITS):
        function = sp.lambdify(X, expr, "mpmath")
        return [float(function(mpmath.mpf(x))) for x in xs]


def worst(got: list[float], want: list[float], xs: list[float]) -> tuple[float, float]:
    """Return the largest error, relative above 1 and absolute below, and where it is."""
    errors = np.abs(np.array(got, dtype=float) - want) / np.maximum(1, np.abs(want))
    return float(errors.max()), xs[int(errors.argmax())]


@pytest.fixture(scope="module")
def answers(request: pytest.FixtureRequest) -> dict[str, Any]:
    """What the JavaScript says of the entries that this run is about, from one start of Node.js."""
    if NODE is None:
        pytest.skip("Node.js runs the printed JavaScript: install nodejs.")
    parameters = [item.callspec.params for item in request.session.items if hasattr(item, "callspec")]
    asked = [entry for entry in ELEMENTWISE if any(given.get("entry") is entry for given in parameters)]
    xs = {entry.name: points(entry) for entry in asked}
    script = javascript_module(asked) + f"const xs = {json.dumps(xs)}; const answer = {{}};"
    script += "for (const [name, f] of Object.entries(ACTIVATIONS)) answer[name] = "
    script += "{value: xs[name].map((x) => f.value(x)), derivative: xs[name].map((x) => f.derivative(x))};"
    return run(script)


@pytest.mark.parametrize("entry", ELEMENTWISE, ids=lambda entry: entry.name)
def test_javascript_agrees_with_the_formula(entry: Activation, answers: dict[str, Any]) -> None:
    xs = points(entry)
    assert len(xs) == POINTS
    for part, expr in (("value", entry.expr), ("derivative", entry.derivative)):
        error, where = worst(answers[entry.name][part], wanted(expr.subs(entry.defaults), xs), xs)
        assert error <= TOLERANCE, f"{entry.name}.{part} is off by {error:.2g} at x = {where!r}"


@needs_node
def test_javascript_stays_finite_where_the_limit_is_finite() -> None:
    script = javascript_module(ELEMENTWISE) + "const answer = {};"
    script += "for (const [name, f] of Object.entries(ACTIVATIONS)) answer[name] = "
    script += "[-1e4, 1e4].flatMap((x) => [f.value(x), f.derivative(x)]);"
    answers = run(script)
    assert answers.pop("exponential") == [0, 0, "Infinity", "Infinity"]
    broken = {name: values for name, values in answers.items() if any(isinstance(value, str) for value in values)}
    assert broken == {}


@needs_node
def test_parameters_reach_the_javascript() -> None:
    script = javascript_module([CATALOGUE["leaky_relu"], CATALOGUE["softplus"]])
    script += "const answer = [ACTIVATIONS.leaky_relu.value(-2), ACTIVATIONS.leaky_relu.value(-2, {alpha: 0.5}),"
    script += " ACTIVATIONS.softplus.derivative(0.5, {beta: 4}), ACTIVATIONS.softplus.parameters[0]];"
    default, half, slope, described = run(script)
    assert (default, half) == (-0.02, -1.0)
    assert slope == pytest.approx(1 / (1 + np.exp(-2)), rel=1e-15)
    assert (described["name"], described["value"], described["high"]) == ("beta", 1, "Infinity")


def component(entry: Activation, vector: list[float]) -> list[float]:
    """Evaluate a vector entry's formula in forty digits by writing its sums and maxima out."""
    indices = {str(symbol): symbol for symbol in entry.expr.free_symbols}
    expr = entry.expr.subs({indices["n"]: len(vector)} if "n" in indices else {}).subs(entry.defaults)
    length = int(
        entry.length.subs({s: len(vector) for s in entry.length.free_symbols if s.name == "n"}).subs(entry.defaults)
    )
    ordered = sorted(vector, reverse=True)
    values = []
    for position in range(length):
        written_out = expr.subs(indices["i"], position).doit() if "i" in indices else expr.doit()
        entries = {
            part: sp.Float((ordered if str(part.base) == "s" else vector)[int(part.indices[0])], DIGITS)
            for part in written_out.atoms(sp.Indexed)
        }
        values.append(float(written_out.subs(entries).evalf(DIGITS)))
    return values


@needs_node
@pytest.mark.parametrize("entry", VECTORS, ids=lambda entry: entry.name)
def test_vector_javascript_agrees_with_the_formula_and_with_differences(entry: Activation) -> None:
    vectors = np.random.default_rng(1).normal(0, 3, (3, 4)).tolist()
    step = 1e-5
    script = javascript_module([entry]) + f"const f = ACTIVATIONS.{entry.name}; const h = {step};"
    script += f"const answer = {json.dumps(vectors)}.map((x) => ({{value: f.value(x), jacobian: f.jacobian(x), "
    script += "differences: x.map((_, k) => { const at = (s) => f.value(x.map((v, j) => (j === k ? v + s * h : v)));"
    script += "const up = at(1), down = at(-1); return up.map((v, i) => (v - down[i]) / (2 * h)); })}));"
    for vector, answer in zip(vectors, run(script), strict=True):
        error, _ = worst(answer["value"], component(entry, vector), vector)
        assert error <= TOLERANCE
        np.testing.assert_allclose(np.transpose(answer["differences"]), answer["jacobian"], rtol=1e-6, atol=1e-8)


@needs_node
@pytest.mark.parametrize("name", ["softmax", "log_softmax", "softmin"])
def test_shift_invariant_vectors_survive_large_entries(name: str) -> None:
    script = javascript_module([CATALOGUE[name]]) + f"const f = ACTIVATIONS.{name};"
    script += "const answer = [f.value([1000, 1001, 999]), f.value([0, 1, -1])];"
    large, small = run(script)
    np.testing.assert_allclose(large, small, rtol=1e-14)


@needs_node
def test_the_error_function_is_accurate_in_the_tails() -> None:
    xs = [float(x) for x in np.concatenate([np.linspace(-6, 26, 500), np.logspace(-20, 0, 50)])]
    script = f"{helpers()}\nconst answer = {json.dumps(xs)}.map((x) => [erf(x), erfc(x)]);"
    with mpmath.workdps(DIGITS):
        want = [[float(mpmath.erf(x)), float(mpmath.erfc(x))] for x in xs]
    np.testing.assert_allclose(run(script), want, rtol=TOLERANCE)


def test_the_chebyshev_series_has_converged() -> None:
    assert abs(erfc_coefficients()[-1]) < 1e-17


@pytest.mark.parametrize("entry", ELEMENTWISE, ids=lambda entry: entry.name)
def test_numpy_source_agrees_with_the_formula(entry: Activation) -> None:
    from scipy import special

    namespace: dict[str, Any] = {"np": np, "special": special}
    exec(entry.numpy_source(), namespace)  # our own printed source
    xs = points(entry)[::4]
    for name, expr in ((entry.name, entry.expr), (f"{entry.name}_derivative", entry.derivative)):
        got = namespace[name](np.array(xs))
        assert got.shape == (len(xs),)
        error, where = worst(got, wanted(expr.subs(entry.defaults), xs), xs)
        assert error <= TOLERANCE, f"{name} is off by {error:.2g} at x = {where!r}"
