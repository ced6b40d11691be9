"""The table of library names is complete, and true of the libraries that are installed."""

from __future__ import annotations

import importlib
import inspect
from collections.abc import Iterable
from types import ModuleType
from typing import Any

import numpy as np
import pytest
import sympy as sp
from bs4 import BeautifulSoup

from autograder.catalogue import CATALOGUE, X, libraries
from book.lab.library_names import aliases_table, names_table, others_table

POINTS = np.array([-7.3, -3.2, -1.4, -0.75, -0.2, 0.3, 0.9, 1.6, 3.4, 6.5])
ELEMENTWISE = [name for name, entry in CATALOGUE.items() if entry.kind == "elementwise"]


def with_call(library: str, names: Iterable[str] = CATALOGUE) -> list[str]:
    return [name for name in names if getattr(libraries.LIBRARIES.get(name), library, "")]


@pytest.fixture(scope="module")
def torch() -> ModuleType:
    return pytest.importorskip("torch", reason="PyTorch is not installed: pip install torch.")


@pytest.fixture(scope="module")
def jax_nn() -> ModuleType:
    pytest.importorskip("jax", reason="JAX is not installed: pip install jax.")
    return importlib.import_module("jax.nn")


@pytest.fixture(scope="module")
def keras_activations() -> ModuleType:
    pytest.importorskip("keras", reason="Keras with a backend is not installed: pip install keras jax.")
    return importlib.import_module("keras.activations")


def public(module: ModuleType) -> set[str]:
    return {name for name in dir(module) if not name.startswith("_") and callable(getattr(module, name))}


def test_the_table_has_every_entry_and_no_other() -> None:
    assert list(libraries.LIBRARIES) == [name for name in CATALOGUE if name in libraries.LIBRARIES]
    assert len(libraries.rows()) == len(CATALOGUE) + 1
    assert {len(row) for row in libraries.rows()} == {6}


@pytest.fixture(scope="module")
def book_table() -> BeautifulSoup:
    """The table as the book shows it."""
    return BeautifulSoup(names_table().text, "html.parser")


def test_the_books_table_has_a_caption_and_a_header_for_each_row_and_column(book_table: BeautifulSoup) -> None:
    assert book_table.caption is not None
    assert len(book_table.select("thead th[scope=col]")) == 6
    rows = [cell.a for cell in book_table.select("tbody th[scope=row]")]
    assert [(row["href"], row.text) for row in rows] == [
        (f"gallery/{name}.html", entry.title.partition(" (")[0]) for name, entry in CATALOGUE.items()
    ]


def test_the_books_table_shows_the_three_slopes_of_leaky_relu(book_table: BeautifulSoup) -> None:
    (row,) = [row.text for row in book_table.select("tbody tr") if row.text.startswith("Leaky ReLU")]
    assert all(slope in row for slope in ("0.01", "0.2", "0.3"))


def test_the_book_names_aliases_and_what_is_no_activation() -> None:
    assert "Softmax2d" in aliases_table().text
    assert all(name in others_table().text for name in libraries.NOT_ACTIVATIONS)


def test_every_activation_of_torch_nn_is_in_the_catalogue(torch: ModuleType) -> None:
    names = set(importlib.import_module("torch.nn.modules.activation").__all__)
    assert names - libraries.known_names("torch") == set()


def test_every_activation_of_keras_is_in_the_catalogue(keras_activations: ModuleType) -> None:
    assert public(keras_activations) - libraries.known_names("keras") == set()


def test_every_activation_of_jax_nn_is_in_the_catalogue(jax_nn: ModuleType) -> None:
    assert public(jax_nn) - libraries.known_names("jax") == set()


def arguments(call: str) -> dict[str, str]:
    """Return the keyword arguments written in a call of the table."""
    inside = call.partition("(")[2].rstrip(")")
    pairs = [part.split("=") for part in inside.split(", ") if "=" in part]
    return {name: text for name, text in pairs}


def check_defaults(call: str, function: Any) -> None:
    parameters = inspect.signature(function).parameters
    for name, text in arguments(call).items():
        assert name in parameters, f"{call}: there is no argument {name}"
        if name != "approximate":  # the two forms of GELU are two rows of the table
            assert repr(parameters[name].default) == text, f"{call}: the default is {parameters[name].default!r}"


@pytest.mark.parametrize("name", with_call("torch"))
def test_defaults_of_torch_are_those_of_the_table(name: str, torch: ModuleType) -> None:
    call = libraries.LIBRARIES[name].torch
    check_defaults(call, getattr(torch.nn, libraries.function_name(call)))


@pytest.mark.parametrize("name", with_call("keras"))
def test_defaults_of_keras_are_those_of_the_table(name: str, keras_activations: ModuleType) -> None:
    call = libraries.LIBRARIES[name].keras
    check_defaults(call, getattr(keras_activations, libraries.function_name(call)))


@pytest.mark.parametrize("name", with_call("jax"))
def test_defaults_of_jax_are_those_of_the_table(name: str, jax_nn: ModuleType) -> None:
    call = libraries.LIBRARIES[name].jax
    check_defaults(call, getattr(jax_nn, libraries.function_name(call)))


def test_defaults_stated_in_words_are_those_of_the_libraries(keras_activations: ModuleType, jax_nn: ModuleType) -> None:
    layers = importlib.import_module("keras.layers")
    assert inspect.signature(layers.LeakyReLU.__init__).parameters["negative_slope"].default == 0.3
    assert inspect.signature(layers.PReLU.__init__).parameters["alpha_initializer"].default == "Zeros"
    assert inspect.signature(keras_activations.gelu).parameters["approximate"].default is False
    assert inspect.signature(jax_nn.gelu).parameters["approximate"].default is True


def values(name: str, expr: sp.Expr, points: np.ndarray) -> np.ndarray:
    function = sp.lambdify(X, expr.subs(CATALOGUE[name].defaults), "mpmath")
    return np.array([float(function(point)) for point in points])


@pytest.mark.parametrize("name", with_call("torch", ELEMENTWISE))
def test_values_and_kink_conventions_are_those_of_torch(name: str, torch: ModuleType) -> None:
    call = libraries.LIBRARIES[name].torch
    entry = CATALOGUE[name]
    written = {key: text.strip("'") for key, text in arguments(call).items() if key == "approximate"}
    positional = [0.0, 0.0] if name == "threshold" else []
    module = getattr(torch.nn, libraries.function_name(call))(*positional, **written).double().eval()
    kinks = [float(kink.at.subs(entry.defaults)) for kink in entry.kinks]
    points = np.concatenate([POINTS, kinks])
    x = torch.tensor(points, requires_grad=True)
    y = module(x)
    (slope,) = torch.autograd.grad(y.sum(), x)
    # PyTorch computes Softplus' tail as the identity from 20 on; here all points lie below.
    np.testing.assert_allclose(y.detach().numpy(), values(name, entry.expr, points), rtol=1e-12, atol=1e-14)
    # PyTorch 2.13 has the slope of Hardsigmoid in float64 as 1/6 rounded to float32.
    rtol = 2**-24 if name == "hard_sigmoid" else 1e-12
    np.testing.assert_allclose(slope.numpy(), values(name, entry.derivative, points), rtol=rtol, atol=1e-14)


@pytest.mark.parametrize("name", with_call("jax", ELEMENTWISE))
def test_values_are_those_of_jax(name: str, jax_nn: ModuleType) -> None:
    call = libraries.LIBRARIES[name].jax
    written = {key: text == "True" for key, text in arguments(call).items() if key == "approximate"}
    got = getattr(jax_nn, libraries.function_name(call))(POINTS.astype(np.float32), **written)
    want = values(name, CATALOGUE[name].expr, POINTS.astype(np.float32).astype(float))
    np.testing.assert_allclose(np.asarray(got), want, rtol=1e-5, atol=1e-6)
