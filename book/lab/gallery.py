"""The gallery's pages: one for each activation, from one template; what takes time comes from `gallery_facts`.

The pages are MyST text without code cells, so that no kernel is started for them.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from autograder.assignments import NAMES, load
from book.lab.downloads import released_assignments

PAGES = Path(__file__).resolve().parents[1] / "gallery"
CHAPTERS = PAGES.parent
CHAPTER_OF = {"training": "training_study"}
"""Chapters whose file is not named like their assignment."""
EXPLAINED: Mapping[str, str] = {
    "range": "All values that it takes; a square bracket says that the end is reached.",
    "monotonicity": "Whether it only rises or only falls.",
    "parity": "odd: f(−x) = −f(x); even: f(−x) = f(x).",
    "continuity": "How often it can be differentiated without a jump.",
    "limit at −∞": "What it tends to on the far left.",
    "limit at +∞": "What it tends to on the far right.",
    "saturates": "On which sides it becomes flat.",
    "zero-centred": "Whether outputs balance about 0 whenever the inputs do.",
    "Lipschitz constant": "The steepest slope.",
    "fixed points": "Where f(x) = x.",
    "turning points": "Where it changes between rising and falling.",
    "inflections": "Where the slope changes between growing and shrinking.",
}
"""What each property means, in a few words."""


def plain(text: str) -> str:
    """Return text of the catalogue with everything escaped that MyST would read as markup."""
    return re.sub(r"([\\`*_{}\[\]<>$|~])", r"\\\1", text)


def raised(text: str) -> str:
    """Return MyST text in which the class C^∞ has its exponent raised."""
    return text.replace("^∞", "{sup}`∞`")


def page(facts: Mapping[str, Any]) -> str:
    """Return the page of an activation."""
    parts = [
        f"({label(facts['name'])})=\n# {plain(facts['title'])}",
        _lead(facts),
        _formula(facts),
        _derivatives(facts),
        f"## See it move\n\n```{{raw}} html\n{facts['picture']}\n```",
        _properties(facts),
        _values(facts),
        _kinks(facts),
        _code(facts),
        _libraries(facts),
        _list("Common misconceptions", facts["misconceptions"]),
        _exercises(facts["name"]),
        "## Sources\n\n" + "\n".join(f"- {{cite:t}}`{key}`" for key in facts["sources"]),
    ]
    return "\n\n".join(part for part in parts if part) + "\n"


def label(name: str) -> str:
    """Return the label under which other pages refer to an activation's page."""
    return f"gallery-{name.replace('_', '-')}"


def _lead(facts: Mapping[str, Any]) -> str:
    words = (("Used in", "used_in"), ("Good for", "good_for"), ("Bad for", "bad_for"))
    lines = [f"**{head}:** {plain(facts[key])}" for head, key in words]
    return "\\\n".join(lines) + f"\\\n**Source of {facts['year']}:** {{cite:t}}`{facts['sources'][0]}`."


def _formula(facts: Mapping[str, Any]) -> str:
    component = "f(x)_i" if facts["kind"] == "vector" else "f(x)"
    text = f"## Formula\n\n$$\n{component} = {facts['latex']}\n$$"
    if facts["kind"] == "vector":
        text += "\n\nIt takes a vector $x$ with $n$ entries, counted from 0; the formula gives entry $i$ of the result."
    if facts["constants"]:
        text += "\n\nThe constants are " + " and ".join(f"${constant}$" for constant in facts["constants"]) + "."
    rows = [[p["name"], p["default"], p["domain"], p["meaning"]] for p in facts["parameters"]]
    head = ("Parameter", "Default", "Allowed", "Meaning")
    return text + ("\n\n" + table(head, [[plain(cell) for cell in row] for row in rows]) if rows else "")


def _derivatives(facts: Mapping[str, Any]) -> str:
    if facts["kind"] == "vector":
        left = r"\frac{\partial f(x)_i}{\partial x_k}"
        return (
            f"## Derivatives\n\n$$\n{left} = {facts['derivative_latex']}\n$$\n\n"
            "These are the entries of the Jacobian; $\\delta_{ik}$, where it occurs, is 1 for $i = k$ and 0 otherwise."
        )
    return (
        "## Derivatives\n\nSymPy differentiates the formula once and twice:\n\n"
        f"$$\nf'(x) = {facts['derivative_latex']}\n$$\n\n$$\nf''(x) = {facts['second_latex']}\n$$"
    )


def _properties(facts: Mapping[str, Any]) -> str:
    rows = [[plain(name), raised(plain(text)), plain(EXPLAINED[name])] for name, text in facts["properties"].items()]
    text = "## Properties\n\n" + ("At the default parameters:\n\n" if facts["parameters"] else "")
    text += table(("Property", "Value", "Meaning"), rows)
    if facts["kind"] == "vector":
        return text + "\n\nThe range is that of one entry of the result."
    text += "\n\n" + "\n\n".join(facts["tails"])
    mean = plain(facts["normal_mean"].replace("-", "−"))
    text += f"\n\nFor inputs from the standard normal distribution the mean output is {mean}."
    if facts["declared"]:
        names = ", ".join(re.sub("_", " ", name) for name in facts["declared"])
        text += "\n\nSymPy cannot solve the equations behind these, so that tests bound them by interval arithmetic: "
        text += f"{names}."
    return text


def _values(facts: Mapping[str, Any]) -> str:
    # Words, because a heading that is nothing but a formula is empty for some screen readers.
    head = ("*x*", "*f*(*x*)") if facts["kind"] == "vector" else ("*x*", "*f*(*x*)", "*f*′(*x*)")
    return "## Some values\n\n" + table(head, [[plain(cell) for cell in row] for row in facts["values"]])


def _kinks(facts: Mapping[str, Any]) -> str:
    if not facts["kinks"]:
        return ""
    rows = [[f"${k['at']}$", f"${k['value']}$", f"${k['derivative']}$", plain(k["why"])] for k in facts["kinks"]]
    return (
        "## Where the formula changes\n\nAt these points the course takes the following values by convention:\n\n"
        + table(("At $x =$", "Value", "Derivative", "Why"), rows)
    )


def _code(facts: Mapping[str, Any]) -> str:
    if not facts["numpy"]:
        return ""
    needs = [
        line
        for name, line in (("np.", "import numpy as np"), ("special.", "from scipy import special"))
        if name in facts["numpy"]
    ]
    start = "\n".join(needs) + "\n\n\n" if needs else ""
    words = "Printed from the formula, in a form that does not overflow:"
    return f"## In NumPy\n\n{words}\n\n```python\n{start}{facts['numpy'].strip()}\n```"


def _libraries(facts: Mapping[str, Any]) -> str:
    calls = [(library, call) for library, call in facts["calls"] if library != "What differs"]
    differs = [text for library, text in facts["calls"] if library == "What differs"]
    text = "## In the libraries\n\n"
    text += (
        table(("Library", "Call"), [[library, f"`{call}`"] for library, call in calls])
        if calls
        else ("None of PyTorch, Keras, JAX and SciPy has it under a name of its own.")
    )
    return (
        text
        + "".join(f"\n\n{plain(words)}" for words in differs)
        + "\n\nSee [the names in the libraries](../libraries.md)."
    )


def _list(head: str, items: Sequence[str]) -> str:
    return f"## {head}\n\n" + "\n".join(f"- {plain(item)}" for item in items) if items else ""


def asked_in(name: str) -> dict[str, list[str]]:
    """Return the graded functions about an activation: assignment → names of functions."""
    wanted = re.compile(rf"{name}(_derivative.*|_vjp|_gradient.*)?")
    found = {
        assignment: [exercise.name for exercise in load(assignment).exercises if wanted.fullmatch(exercise.name)]
        for assignment in NAMES
    }
    return {assignment: functions for assignment, functions in found.items() if functions}


def _exercises(name: str) -> str:
    lines = []
    for assignment, functions in asked_in(name).items():
        listed = ", ".join(f"`{function}`" for function in functions)
        chapter = CHAPTER_OF.get(assignment, assignment)
        title = load(assignment).title
        place = f"[{title}](../{chapter}.md)" if (CHAPTERS / f"{chapter}.md").is_file() else title
        line = f"- {listed} in the exercise of the chapter {place}"
        if assignment in released_assignments():
            link = f'<a class="download" href="../../downloads/{assignment}.zip" download>{assignment}.zip</a>'
            line += f" ({link})"
        lines.append(line)
    if not lines:
        return ""
    return "## Write it yourself\n\n" + "\n".join(lines)


def table(head: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    """Return a MyST table."""
    lines = [head, ["---"] * len(head), *rows]
    return "\n".join(f"| {' | '.join(cells)} |" for cells in lines)
