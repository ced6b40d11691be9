"""Read a student's function for what its exercise rules out: a library's own version of it, an operator, a short cut.

One file, standard library alone: it runs where the student's function is called, never in the trusted process.  It
follows aliases (``import numpy as n``, ``from numpy import tanh as t``, ``t = np.tanh``) and the helper functions and
classes of the same notebook.  It is a matter of the exercise, not of security: who wants to hide a call, can.
"""

from __future__ import annotations

import ast
import functools
import inspect
import sys
import textwrap
from collections.abc import Iterator, Mapping, Sequence
from types import FunctionType, MethodType, ModuleType
from typing import Any

OPERATORS: Mapping[str, tuple[type[ast.AST], ...]] = {
    "^": (ast.BitXor,),
    "%": (ast.Mod,),
    "==": (ast.Eq,),
    "!=": (ast.NotEq,),
    "<": (ast.Lt, ast.LtE),
    ">": (ast.Gt, ast.GtE),
    "if": (ast.If, ast.IfExp),
}
"""What may be ruled out besides names, as it is written in Python; read in the function itself, not in its helpers."""

NONE_OF = "none of "
"""How what an exercise asks for is written among what it rules out: "none of train, backward"."""

MOST_FUNCTIONS = 100
"""Helpers that are read for one function."""


def used(function: Any, forbidden: Sequence[str]) -> tuple[str, ...]:
    """Return those of the ``forbidden`` names (``numpy.tanh``) and operators that ``function`` uses, in their order.

    "none of train, backward" is returned if neither name is mentioned in any function that was read.  Code whose source
    cannot be had, as in a plain Python shell, is read for the names that it mentions.
    """
    objects = {name: found for name in forbidden if (found := _lookup(name)) is not None}
    seen: set[str] = set()
    read: list[list[str]] = []
    for position, code in enumerate(_reachable(function, objects, seen)):
        ruled_out = forbidden if position == 0 else [name for name in forbidden if name not in OPERATORS]
        if _may_mention(code, ruled_out, objects):
            seen.update(_mentioned(code, ruled_out, objects))
        read.append(_code_names(code.__code__))
    if read:
        mentioned = {name for names in read for name in names}
        seen.update(name for name in forbidden if name.startswith(NONE_OF) and mentioned.isdisjoint(_asked_for(name)))
    return tuple(name for name in forbidden if name in seen)


def _asked_for(name: str) -> list[str]:
    """Return the names of which an exercise asks for one: of "none of train, backward" these two."""
    return name.removeprefix(NONE_OF).split(", ")


def _lookup(name: str) -> Any:
    """Return the object called ``module.name`` if its module is loaded: what is not loaded cannot be in use."""
    module, _, attribute = name.rpartition(".")
    return getattr(sys.modules.get(module), attribute, None) if module else None


def _same(found: Any, objects: Mapping[str, Any]) -> Iterator[str]:
    """Yield the forbidden names that stand for the object ``found``."""
    for name, thing in objects.items():
        if found is thing:
            yield name


def _reachable(function: Any, objects: Mapping[str, Any], seen: set[str]) -> Iterator[FunctionType]:
    """Yield the Python functions behind ``function``: itself, methods, wrapped ones, helpers from the same notebook."""
    waiting: list[Any] = [function]
    known: set[int] = set()
    while waiting and len(known) < MOST_FUNCTIONS:
        thing = waiting.pop()
        if id(thing) in known:
            continue
        known.add(id(thing))
        seen.update(_same(thing, objects))
        if isinstance(thing, FunctionType):
            yield thing
            waiting += [found for found in _named_objects(thing) if _followed(found, thing)]
            waiting += [thing.__wrapped__] if hasattr(thing, "__wrapped__") else []
        else:
            waiting += _inside(thing)


def _inside(thing: Any) -> list[Any]:
    """Return the functions that an object calls when it is called: of a method, a partial, a class, an instance."""
    if isinstance(thing, MethodType):
        return [thing.__func__]
    if isinstance(thing, functools.partial):
        return [thing.func]
    wrapped = [vars(thing)[name] for name in ("pyfunc", "__wrapped__") if name in getattr(thing, "__dict__", {})]
    kind = thing if isinstance(thing, type) else type(thing)
    if kind.__module__ == "__main__":
        wrapped += [getattr(member, "__func__", member) for member in vars(kind).values()]
    return [found for found in wrapped if callable(found)]


def _followed(found: Any, user: FunctionType) -> bool:
    """Tell whether an object that a function mentions is the notebook's own, or wraps something of it."""
    if isinstance(found, FunctionType):
        return found.__globals__ is user.__globals__
    if isinstance(found, ModuleType) or not callable(found):
        return False
    return (
        type(found).__module__ in ("__main__", "functools", "numpy") or getattr(found, "__module__", "") == "__main__"
    )


def _scope(function: FunctionType) -> dict[str, Any]:
    """Return what the function's free names are bound to: globals, then the cells of its closure."""
    cells = zip(function.__code__.co_freevars, function.__closure__ or (), strict=False)
    scope = dict(function.__globals__)
    for name, cell in cells:
        try:
            scope[name] = cell.cell_contents
        except ValueError:  # a cell that is not filled yet
            continue
    return scope


def _named_objects(function: FunctionType) -> list[Any]:
    """Return the objects that stand behind the names in a function's code and in its defaults."""
    scope = _scope(function)
    found = [scope[name] for name in _code_names(function.__code__) if name in scope]
    return [*found, *(function.__defaults__ or ()), *(function.__kwdefaults__ or {}).values()]


def _code_names(code: Any) -> list[str]:
    """Return all names in a code object and in those nested in it."""
    nested = [name for inner in code.co_consts if hasattr(inner, "co_names") for name in _code_names(inner)]
    return [*code.co_names, *code.co_freevars, *nested]


def _may_mention(function: FunctionType, forbidden: Sequence[str], objects: Mapping[str, Any]) -> bool:
    """Tell whether it is worth while to read the source: most functions do not even know the names.

    Looks at the names in the compiled code, in a hundredth of the time, and at what they stand for: the function's
    globals, and the members of the modules and classes among them.
    """
    names = set(_code_names(function.__code__))
    if any(name in OPERATORS or name.rpartition(".")[2] in names for name in forbidden):
        return True
    forbidden_things = {id(thing) for thing in objects.values()}
    scope = _scope(function)
    waiting = [scope[name] for name in names if name in scope]
    known: set[int] = set()
    while waiting:
        thing = waiting.pop()
        if id(thing) in forbidden_things:
            return True
        if isinstance(thing, (ModuleType, type)) and id(thing) not in known:
            known.add(id(thing))
            for owner in type.mro(thing) if isinstance(thing, type) else [thing]:
                members = vars(owner)
                waiting += [members[name] for name in names if name in members]
    return False


def _mentioned(function: FunctionType, forbidden: Sequence[str], objects: Mapping[str, Any]) -> Iterator[str]:
    """Yield what one function uses of the forbidden."""
    scope = _scope(function)
    tree = _tree(function)
    if tree is None:
        names = {name for name in _code_names(function.__code__) if name not in scope}
        yield from (name for name in forbidden if name.rpartition(".")[2] in names)
        return
    imported = dict(_local_imports(tree))
    for node in ast.walk(tree):
        if isinstance(node, (ast.Name, ast.Attribute)):
            path = _path(node, imported)
            yield from (name for name in forbidden if path == name)
            found = _resolve(node, scope)
            if found is not None:
                yield from _same(found, objects)
        yield from (name for name in forbidden if isinstance(node, OPERATORS.get(name, ())))


def _tree(function: FunctionType) -> ast.AST | None:
    """Return the function's syntax tree, or None if its source is not at hand or is a part of an expression."""
    try:
        return ast.parse(textwrap.dedent(inspect.getsource(function)))
    except (OSError, TypeError, SyntaxError, ValueError):
        return None


def _local_imports(tree: ast.AST) -> Iterator[tuple[str, str]]:
    """Yield (name, what it stands for) for the imports inside a function."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            for alias in node.names:
                yield (alias.asname, alias.name) if alias.asname else (alias.name.partition(".")[0],) * 2
        elif isinstance(node, ast.ImportFrom) and node.module:
            yield from ((alias.asname or alias.name, f"{node.module}.{alias.name}") for alias in node.names)


def _path(node: ast.AST, imported: Mapping[str, str]) -> str:
    """Return the dotted name that a Name or Attribute spells, its first part replaced by what was imported."""
    if isinstance(node, ast.Name):
        return imported.get(node.id, "")
    if isinstance(node, ast.Attribute):
        start = _path(node.value, imported)
        return f"{start}.{node.attr}" if start else ""
    return ""


def _resolve(node: ast.AST, scope: Mapping[str, Any]) -> Any:
    """Return the object that a Name or Attribute stands for, or None; only modules and classes are looked into."""
    if isinstance(node, ast.Name):
        return scope.get(node.id)
    if isinstance(node, ast.Attribute):
        owner = _resolve(node.value, scope)
        return inspect.getattr_static(owner, node.attr, None) if isinstance(owner, (ModuleType, type)) else None
    return None
