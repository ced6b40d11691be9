"""Mutants of the solutions: an operator, constant, comparison, name, call or term of one function changed."""

import ast
import copy
import json
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import numpy as np

ROOT = Path(__file__).parent.parent.parent

OPERATORS = {
    ast.Add: (ast.Sub,),
    ast.Sub: (ast.Add,),
    ast.Mult: (ast.Div, ast.Add),
    ast.Div: (ast.Mult,),
    ast.Pow: (ast.Mult,),
    ast.MatMult: (ast.Mult,),
}
COMPARISONS = {
    ast.Gt: (ast.GtE, ast.Lt),
    ast.GtE: (ast.Gt, ast.Lt),
    ast.Lt: (ast.LtE, ast.Gt),
    ast.LtE: (ast.Lt, ast.Gt),
    ast.Eq: (ast.NotEq,),
    ast.NotEq: (ast.Eq,),
}
PAIRS = (
    *(("maximum", "minimum"), ("expm1", "exp"), ("log1p", "log"), ("max", "min"), ("argmax", "argmin")),
    *(("sum", "mean"), ("prod", "sum"), ("all", "any"), ("zeros", "ones"), ("zeros_like", "ones_like")),
)
NAMES = {b: a for a, b in PAIRS} | dict(PAIRS)

SYMMETRIC = {"maximum", "minimum", "logaddexp"}


def changed(node: ast.AST) -> Iterator[ast.AST]:
    """Yield every changed version of one node."""
    if isinstance(node, ast.BinOp):
        for operator in OPERATORS.get(type(node.op), ()):
            yield ast.BinOp(node.left, operator(), node.right)
        yield from (node.left, node.right)  # a term or a factor left out
    elif isinstance(node, ast.UnaryOp) and isinstance(node.op, (ast.USub, ast.Not)):
        yield node.operand
    elif isinstance(node, ast.Compare):
        for comparison in COMPARISONS.get(type(node.ops[0]), ()):
            yield ast.Compare(node.left, [comparison()], node.comparators)
    elif isinstance(node, ast.BoolOp):
        other = ast.And() if isinstance(node.op, ast.Or) else ast.Or()
        yield ast.BoolOp(other, node.values)
    elif isinstance(node, ast.Constant) and isinstance(node.value, bool):
        yield ast.Constant(not node.value)
    elif isinstance(node, ast.Constant) and isinstance(node.value, (int, float)):
        yield ast.Constant(node.value + 1)
        if node.value:
            yield ast.Constant(-node.value)
            yield ast.Constant(node.value * 1.01)
    elif isinstance(node, ast.IfExp):
        yield ast.IfExp(node.test, node.orelse, node.body)
    elif isinstance(node, ast.Call):
        yield from changed_calls(node)
    elif isinstance(node, ast.Attribute) and node.attr in NAMES:
        yield ast.Attribute(node.value, NAMES[node.attr], ast.Load())


def changed_calls(node: ast.Call) -> Iterator[ast.AST]:
    """Yield a call with two neighbours among its arguments swapped, without a keyword, or the argument in its place."""
    arguments = node.args
    swaps = not (isinstance(node.func, ast.Attribute) and node.func.attr in SYMMETRIC)
    for i in range(len(arguments) - 1 if swaps else 0):
        swapped = [*arguments[:i], arguments[i + 1], arguments[i], *arguments[i + 2 :]]
        yield ast.Call(node.func, swapped, node.keywords)
    for left_out in node.keywords:
        yield ast.Call(node.func, arguments, [one for one in node.keywords if one is not left_out])
    if len(arguments) == 1 and not isinstance(arguments[0], ast.Starred):
        yield arguments[0]


def mutants(source: str) -> Iterator[tuple[str, str]]:
    """Yield (the changed line, changed source) for every change of one place."""
    tree = ast.parse(source)
    lines = ast.unparse(tree).splitlines()
    places = [node for node in ast.walk(tree) if isinstance(node, ast.expr)]
    for number, place in enumerate(places):
        for version in changed(place):
            mutant = copy.deepcopy(tree)
            original = [node for node in ast.walk(mutant) if isinstance(node, ast.expr)][number]
            text = ast.unparse(ast.fix_missing_locations(_Swap(original, copy.deepcopy(version)).visit(mutant)))
            different = [new.strip() for new, old in zip(text.splitlines(), lines, strict=True) if new != old]
            if different:  # two equal arguments may have changed places
                yield different[0], text


class _Swap(ast.NodeTransformer):
    """Put one node in the place of another."""

    def __init__(self, old: ast.AST, new: ast.AST) -> None:
        self.old, self.new = old, new

    def visit(self, node: ast.AST) -> ast.AST:
        return self.new if node is self.old else self.generic_visit(node)


@cache
def solutions(assignment: str) -> dict[str, str]:
    """The source of each solution cell of an instructor's notebook."""
    notebook = json.loads((ROOT / "solutions" / assignment / f"{assignment}.ipynb").read_text())
    found = {}
    for cell in notebook["cells"]:
        marks = cell["metadata"].get("nbgrader", {})
        if cell["cell_type"] == "code" and marks.get("solution"):
            found[marks["grade_id"]] = "".join(cell["source"])
    return found


def given_cells(assignment: str) -> list[str]:
    """The sources of the locked cells that define what solutions build on; the imports and the data are left out."""
    notebook = json.loads((ROOT / "solutions" / assignment / f"{assignment}.ipynb").read_text())
    found = []
    for cell in notebook["cells"]:
        marks, source = cell["metadata"].get("nbgrader", {}), "".join(cell["source"])
        given = cell["cell_type"] == "code" and marks.get("locked") and not marks.get("grade")
        if given and "from checks import" not in source and "load_data" not in source:
            found.append(source)
    return found


def namespace(assignment: str) -> dict[str, object]:
    """What a notebook's solutions find around them: NumPy, what the notebook imports, and one another."""
    space: dict[str, object] = {"__name__": "__main__", "np": np}
    text = (ROOT / "solutions" / assignment / f"{assignment}.ipynb").read_text()
    if "import sympy as sp" in text:
        exec("import sympy as sp\nfrom scipy.special import erf", space)
    for source in [*given_cells(assignment), *solutions(assignment).values()]:
        exec(source, space)
    return space
