"""The tables that say what an activation is called in the libraries that people use."""

from __future__ import annotations

import re
from html import escape

from autograder.catalogue import CATALOGUE, libraries
from book.lab.html import Html, gallery_link, table

ABSENT = "–"
BREAKABLE = re.compile(r"(?<=[(=_])(?=\w)")
"""Where a narrow column may break a call."""
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
    names = {entry.title: name for name, entry in CATALOGUE.items()}
    body = [
        (gallery_link(names[title], title), *map(_call, calls), differs or ABSENT) for title, *calls, differs in rows
    ]
    caption = "Each activation’s name in the libraries, with the arguments’ defaults"
    return table(caption, ("Activation", *heads, "What differs"), body)


def aliases_table() -> Html:
    """Return the second names of activations."""
    body = [(alias, gallery_link(name, CATALOGUE[name].title)) for alias, name in libraries.ALIASES.items()]
    return table("Second names", ("Name", "Means"), body, fitted=True)


def others_table() -> Html:
    """Return the public names of the libraries' activation modules that are no activation function, and why."""
    body = list(libraries.NOT_ACTIVATIONS.items())
    return table("No activation functions", ("Name", "What it is"), body)


def _call(call: str) -> Html | str:
    """Return a call as code that may be broken after its brackets, equals signs and underscores."""
    return Html(f"<code>{BREAKABLE.sub('<wbr>', escape(call))}</code>") if call else ABSENT
