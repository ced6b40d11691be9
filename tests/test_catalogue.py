from __future__ import annotations

import re
from pathlib import Path

import pytest
import sympy as sp
from sampling import sampled

from autograder.catalogue import CATALOGUE, X
from autograder.catalogue._indexed import Maximum, i, k
from autograder.errors import DomainError

BIBLIOGRAPHY = Path(__file__).parents[1] / "book" / "references.bib"
ELEMENTWISE = [name for name, entry in CATALOGUE.items() if entry.kind == "elementwise"]


@pytest.mark.parametrize("name", CATALOGUE)
def test_every_source_is_in_the_bibliography(name: str) -> None:
    keys = set(re.findall(r"^@\w+\{(\w+),", BIBLIOGRAPHY.read_text(encoding="utf-8"), re.MULTILINE))
    assert CATALOGUE[name].sources
    assert set(CATALOGUE[name].sources) <= keys


@pytest.mark.parametrize("name", CATALOGUE)
def test_year_is_that_of_the_primary_source(name: str) -> None:
    text = BIBLIOGRAPHY.read_text(encoding="utf-8")
    years = dict(re.findall(r"^@\w+\{(\w+),$.*?^  year +=\s\{(\d{4})\}", text, re.MULTILINE | re.DOTALL))
    assert CATALOGUE[name].year == int(years[CATALOGUE[name].sources[0]])


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("sigmoid", "(0, 1)"),
        ("tanh", "(−1, 1)"),
        ("binary_step", "{0, 1}"),
        ("relu", "[0, ∞)"),
        ("relu6", "[0, 6]"),
        ("identity", "(−∞, ∞)"),
        ("softplus", "(0, ∞)"),
        ("gelu", "[−0.169971, ∞)"),
        ("softmax", "(0, 1)"),
    ],
)
def test_ranges_print_as_a_textbook_writes_them(name: str, text: str) -> None:
    assert str(CATALOGUE[name].range) == text


def test_attained_ends_of_a_range_are_told_apart() -> None:
    relu = CATALOGUE["relu"].range
    assert (relu.low, relu.low_attained, relu.high, relu.high_attained) == (0, True, sp.oo, False)


@pytest.mark.parametrize("name", ELEMENTWISE)
def test_kinks_have_the_value_and_derivative_that_the_entry_states(name: str) -> None:
    entry = CATALOGUE[name]
    for kink in entry.kinks:
        at, value, derivative = (part.subs(entry.defaults) for part in (kink.at, kink.value, kink.derivative))
        assert sp.simplify(entry.expr.subs(entry.defaults).subs(X, at) - value) == 0
        assert sp.simplify(entry.derivative.subs(entry.defaults).subs(X, at) - derivative) == 0


def test_relu_has_derivative_zero_at_zero() -> None:
    assert CATALOGUE["relu"].derivative == sp.Piecewise((0, X <= 0), (1, True))


def test_a_parameter_outside_its_domain_names_function_parameter_and_domain() -> None:
    with pytest.raises(DomainError, match=r"softplus: beta must lie in \(0, ∞\); got 0"):
        CATALOGUE["softplus"].validate(beta=0)
    with pytest.raises(DomainError, match=r"leaky_relu: alpha must be a real number, not 'much'"):
        CATALOGUE["leaky_relu"].validate(alpha="much")
    with pytest.raises(DomainError, match=r"relu: there is no parameter 'slope'; its parameters: none"):
        CATALOGUE["relu"].validate(slope=1)


@pytest.mark.parametrize("bad", [float("nan"), float("inf"), -1])
def test_parameters_that_are_no_allowed_number_are_refused(bad: float) -> None:
    with pytest.raises(DomainError, match="alpha"):
        CATALOGUE["leaky_relu"].validate(alpha=bad)


def test_a_whole_number_is_asked_for_by_name() -> None:
    for bad in (0, -1, 1.5):
        with pytest.raises(DomainError, match=r"maxout: groups must lie in \{1, 2, 3, …\}; got"):
            CATALOGUE["maxout"].validate(groups=bad)
    assert CATALOGUE["maxout"].validate(groups=3) == {"groups": 3.0}


def binders(expr: sp.Basic) -> list[sp.Basic]:
    return [part for part in sp.preorder_traversal(expr) if isinstance(part, sp.Sum | Maximum)]


def bound_index(part: sp.Basic) -> sp.Symbol:
    return part.args[1] if isinstance(part, Maximum) else part.variables[0]


@pytest.mark.parametrize("name", [name for name, entry in CATALOGUE.items() if entry.kind == "vector"])
def test_no_sum_or_maximum_hides_an_index(name: str) -> None:
    """Row ``i`` and column ``k`` stay free, and a sum inside a sum has an index of its own."""
    for part in (*binders(CATALOGUE[name].expr), *binders(CATALOGUE[name].derivative)):
        inside = {bound_index(inner) for inner in binders(part.args[0])}
        assert bound_index(part) not in {i, k, *inside}


@pytest.mark.parametrize("name", sampled(CATALOGUE))
def test_every_entry_has_a_range_that_prints(name: str) -> None:
    found = CATALOGUE[name].range
    assert found.low < found.high
    assert re.fullmatch(r"[(\[{].+[)\]}]", str(found))
