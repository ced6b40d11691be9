"""The tables that say what an activation is called in the libraries that people use."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from html import escape

from autograder.catalogue import CATALOGUE, libraries
from book.lab.html import Html

ABSENT = "–"
MODULES = {
    "PyTorch": "torch.nn",
    "Keras": "keras.activations",
    "JAX": "jax.nn",
    "SciPy": "scipy, or the module named",
}
"""Where the names of each library live."""


def names_table() -> Html:
    """Return every activation with its call in each library, defaults written out, and what differs."""
    _, *rows = libraries.rows()
    heads = [f"{library} {version}: {MODULES[library]}" for library, version in libraries.VERIFIED.items()]
    caption = "Each activation's name in the libraries, with the arguments' defaults"
    body = [(title, *map(_call, calls), escape(differs) or ABSENT) for title, *calls, differs in rows]
    return _table(caption, ("Activation", *heads, "What differs"), body)


def aliases_table() -> Html:
    """Return the second names of activations."""
    body = [(alias, escape(CATALOGUE[name].title)) for alias, name in libraries.ALIASES.items()]
    return _table("Second names", ("Name", "Means"), body)


def others_table() -> Html:
    """Return the public names of the libraries' activation modules that are no activation function, and why."""
    body = [(name, escape(why)) for name, why in libraries.NOT_ACTIVATIONS.items()]
    return _table("No activation functions", ("Name", "What it is"), body)


def _call(call: str) -> str:
    return f"<code>{escape(call)}</code>" if call else ABSENT


def _table(caption: str, columns: Iterable[str], rows: Iterable[tuple[str, ...]]) -> Html:
    """Return a table whose first column heads the rows; on a phone each cell says the name of its column."""
    columns = tuple(columns)
    head = "".join(f'<th scope="col">{escape(column)}</th>' for column in columns)
    body = "".join(_row(dict(zip(columns, row, strict=True))) for row in rows)
    return Html(
        f'<table class="names"><caption>{escape(caption)}</caption>'
        f"<thead><tr>{head}</tr></thead><tbody>{body}</tbody></table>"
    )


def _row(cells: Mapping[str, str]) -> str:
    (_, first), *others = cells.items()
    data = "".join(f'<td data-column="{escape(column.split(":")[0])}">{cell}</td>' for column, cell in others)
    return f'<tr><th scope="row">{escape(first)}</th>{data}</tr>'
