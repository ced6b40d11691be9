"""The source notebook of a new assignment; what `publish` generates is added there."""

from __future__ import annotations

import ast
import builtins
import json
from collections.abc import Sequence
from typing import Any

import sympy as sp

from autograder.assignments import load
from autograder.catalogue import Activation
from autograder.course._new_part import Part
from autograder.course.layout import Course
from autograder.course.source_notebook import Notebook, cell_source, grade_id
from autograder.errors import UsageError


def notebook_of(course: Course, name: str, title: str, parts: Sequence[Part]) -> Notebook:
    """Return the source notebook; the generated cells are added when it is published."""
    minutes = 10 * len(parts) + 10
    goals = "\n".join(f"- write `{part.signature}` so that it holds for every input;" for part in parts)
    cells = [
        _text(
            f"{name}-title",
            f"# {title}\n\n**After this notebook you can**\n\n{goals[:-1]}.\n\n**Time:** about {minutes} minutes.\n\n"
            "**You need** NumPy, the file `checks.py` beside this notebook, and matplotlib if you want the pictures.",
        ),
        _text(f"{name}-how-to", _conventions()),
    ]
    for number, part in enumerate(parts, start=1):
        cells += [
            _text(f"{part.name}-task", _task(course, number, part)),
            _solution(part.name, _solved(course, part)),
            _code(f"{part.name}-try", f"check({part.name})"),
        ]
    cells += [
        _text(
            f"written-{name}-task",
            f"## {len(parts) + 1}. In your own words\n\nChoose one of the functions above for the hidden layers of "
            "a deep network, and one that you would not choose.\nGive a reason for each that rests on its derivative. "
            "(2 points, marked by a person; five to ten sentences)",
        ),
        _written(f"written-{name}"),
        _text(
            f"{name}-summary",
            "## All together\n\nBefore you hand in: *Restart the kernel and run all cells*, then save.",
        ),
        _code(f"{name}-summary-check", "check()"),
    ]
    return {"cells": cells, "metadata": {}, "nbformat": 4, "nbformat_minor": 5}


def _text(identity: str, text: str) -> dict[str, Any]:
    return {"cell_type": "markdown", "id": identity, "metadata": {}, "source": text}


def _code(identity: str, text: str, **marks: Any) -> dict[str, Any]:
    metadata = {"nbgrader": marks} if marks else {}
    return {
        "cell_type": "code",
        "execution_count": None,
        "id": identity,
        "metadata": metadata,
        "outputs": [],
        "source": text,
    }


def _solution(name: str, text: str) -> dict[str, Any]:
    return _code(name, text, grade=False, grade_id=name, locked=False, schema_version=3, solution=True, task=False)


def _written(name: str) -> dict[str, Any]:
    marks = {"grade": True, "grade_id": name, "locked": False, "points": 2, "schema_version": 3}
    text = (
        "### BEGIN SOLUTION\n**Mark scheme.**\n\n- 1 point: a choice with a reason that names where the derivative is "
        "large, small or 0.\n- 1 point: a function not chosen, with such a reason.\n### END SOLUTION"
    )
    return {**_text(name, text), "metadata": {"nbgrader": {**marks, "solution": True, "task": False}}}


def _conventions() -> str:
    return (
        "## Conventions\n\n"
        "1. **Input.** A number, a list (nested lists too) or an array of any shape, also 0-d or empty, or read-only.\n"
        "2. **Shape.** The result has the shape of the input. For a number, return a number.\n"
        "3. **Type.** Return an array or a number, never a list. `float32` stays; integers are accepted.\n"
        "4. **The input stays as it was.**\n"
        "5. **No floating-point warning** in NumPy's default settings.\n"
        "6. **nan passes through**, and at $\\pm\\infty$ the result is the limit.\n\n"
        "ε is the distance from 1 to the next larger number of the type. Each exercise says how many ε are allowed.\n\n"
        "Run the cell `check(...)` below a function as often as you like: it says what is wrong and where."
    )


def _task(course: Course, number: int, part: Part) -> str:
    """Return what the student is asked for, in the words of the assignment that it comes from or of the catalogue."""
    head = f"## {number}. `{part.signature}`\n\n"
    if part.home and (text := _taken_over(course, part, f"{part.name}-task")):
        return head + text.partition("\n")[2].lstrip()
    if part.entry is None:
        return f"{head}As in the assignment *{load(part.home).title}*."
    symbol = sp.latex(part.entry.symbol)
    letters = "".join(f", {sp.latex(p.symbol)}" for p in part.entry.parameters)
    lines = [f"$$f({symbol}{letters}) = {part.entry.latex}$$", "", f"({part.entry.title})", ""]
    lines += [f"- `{p.name}`: {p.meaning[0].lower()}{p.meaning[1:]}" for p in part.entry.parameters]
    lines += [f"- At ${symbol} = {sp.latex(k.at)}$ the value is ${sp.latex(k.value)}$." for k in part.entry.kinks]
    lines += [f"- The limit for ${symbol} \\to {sign}\\infty$ is ${sp.latex(end)}$." for sign, end in _ends(part.entry)]
    return head + "\n".join(lines)


def _ends(entry: Activation) -> list[tuple[str, sp.Expr]]:
    """Return the limits at both ends where SymPy finds them, at the default parameters."""
    found = []
    for sign, end, piece in (("-", -sp.oo, entry.scalar_pieces[0]), ("", sp.oo, entry.scalar_pieces[-1])):
        try:
            limit = sp.limit(piece.expr, entry.symbol, end)
        except (NotImplementedError, ValueError):
            continue
        if isinstance(limit, sp.Expr) and (limit.is_number or limit in (sp.oo, -sp.oo)):
            found.append((sign, limit))
    return found


def _solved(course: Course, part: Part) -> str:
    """Return the solution cell: the one that exists if it stands by itself, else the catalogue's printed formula."""
    if part.home:
        existing = _taken_over(course, part, part.name)
        if not existing:
            raise UsageError(
                f"{course.solution(part.home)} has no solution cell for {part.name} that could be taken over. "
                "Put it back, or leave the function out."
            )
        if part.entry is None or part.entry.kind == "vector" or _stands_alone(existing):
            return existing
    assert part.entry is not None  # a part without an entry has a home
    source = part.entry.numpy_source().split(f"def {part.name}_derivative")[0]
    formula = source.partition("return ")[2].strip()
    lines = [
        "from scipy import special\n\n" if "special." in formula else "",
        f"def {part.signature}:",
        f'    """Return {part.entry.title} of each element of x."""',
        "    ### BEGIN SOLUTION",
        "    given = np.asarray(x)",
        "    x = given.astype(float)  # the formula in float64, also for float32: squares would overflow there",
        '    with np.errstate(all="ignore"):',
        f"        result = np.asarray({formula}, float)",
    ]
    for sign, limit in _ends(part.entry):
        value = {sp.oo: "np.inf", -sp.oo: "-np.inf"}.get(limit, repr(float(limit)) if limit.is_real else "")
        at = f"x == {sign}np.inf"
        if part.arguments and "inf" not in value:  # it may depend on them, and then the formula has it
            at = f"np.isnan(result) & ({at})"
        if value:
            lines.append(f"        result = np.where({at}, {value}, result)")
    lines += [
        "        result = np.where(np.isnan(x), x, result)",
        "        return result.astype(given.dtype if given.dtype.kind == 'f' else float)[()]",
        "    ### END SOLUTION",
    ]
    return "\n".join(line for line in lines if line)


def _stands_alone(source: str) -> bool:
    """Tell whether a cell uses only names that it, NumPy or Python defines, and no helper of its own notebook."""
    tree = ast.parse(source)
    names = [node for node in ast.walk(tree) if isinstance(node, ast.Name)]
    bound = {node.id for node in names if isinstance(node.ctx, ast.Store)}
    bound |= {node.arg for node in ast.walk(tree) if isinstance(node, ast.arg)}
    bound |= {node.name for node in ast.walk(tree) if isinstance(node, ast.FunctionDef)}
    bound |= {(a.asname or a.name).split(".")[0] for n in ast.walk(tree) if isinstance(n, ast.Import) for a in n.names}
    return {node.id for node in names} <= bound | {"np"} | set(dir(builtins))


def _taken_over(course: Course, part: Part, name: str) -> str:
    """Return a cell of the assignment that a function comes from, by its id; nothing if there is none.

    Raises `UsageError` if that notebook cannot be read.
    """
    path = course.solution(part.home)
    try:
        cells = json.loads(path.read_bytes())["cells"]
        return next((cell_source(cell) for cell in cells if name in (grade_id(cell), cell.get("id"))), "")
    except (OSError, ValueError, KeyError, TypeError, AttributeError) as problem:
        raise UsageError(
            f"{part.name} is asked for in the assignment {part.home}, whose solution {path} cannot be read "
            f"({type(problem).__name__}). Put it right, or leave the function out."
        ) from problem
