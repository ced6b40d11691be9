"""Run one notebook cell in the child: magics, captured output, the last expression, a readable traceback.

Runs in the sandboxed child: standard library alone.
"""

from __future__ import annotations

import ast
import io
import linecache
import os
import re
import sys
import traceback
from types import CodeType
from typing import Any

KEEP_OUTPUT = 128 * 1024
"""Characters kept of each output stream of a cell."""
KEEP_DISPLAY = 10_000
MAX_FIGURES, MAX_FIGURE = 6, 1 << 20
"""How many figures are taken from a cell, and the bytes of each."""
EXIT_OUTPUT, EXIT_BROKEN = 97, 96
"""Exit statuses of a child that printed more than the limit, and of one that was damaged."""

SHELL = "commands of the operating system do not run in the grader; write this cell in Python"
CELL_MAGIC = "this kind of cell does not run in the grader; write it as ordinary Python"
NO_INPUT = "input() is not available in the grader; give the value in the code instead"

_RUN_THE_REST = ("time", "timeit", "prun", "capture")
_IGNORED_CELLS = ("html", "HTML", "markdown", "latex", "javascript", "js", "svg", "SVG")


class Capture(io.TextIOBase):
    """A text stream that keeps its first `KEEP_OUTPUT` characters and ends the process after ``limit``."""

    def __init__(self, limit: int) -> None:
        self._kept: list[str] = []
        self._room = KEEP_OUTPUT
        self._left = limit

    def writable(self) -> bool:
        """Say that text may be written."""
        return True

    def write(self, text: str) -> int:
        """Keep what fits."""
        if not isinstance(text, str):
            raise TypeError(f"write() argument must be str, not {type(text).__name__}")
        self._left -= len(text)
        if self._left < 0:
            os._exit(EXIT_OUTPUT)
        if self._room > 0:
            self._kept.append(text[: self._room])
            self._room -= len(text)
        return len(text)

    def getvalue(self) -> str:
        """Return what was kept, with a note if that is not all."""
        return "".join(self._kept) + ("\n… (the rest of the output was left out)\n" if self._room < 0 else "")


_SHELL_OUTPUT = re.compile(r"[\w\s,.]+=\s*!")


def _plain_line(line: str) -> str | None:
    """Return Python that stands for a line of notebook syntax, or None if it is none."""
    body = line.lstrip()
    indent = line[: len(line) - len(body)]
    body = body.rstrip()
    if body.startswith("!") or _SHELL_OUTPUT.match(body):
        return f"{indent}raise RuntimeError({SHELL!r})"
    if body.startswith("?") or body.endswith("?"):
        return f"{indent}pass"
    if not body.startswith("%"):
        return None
    name, _, rest = body[1:].partition(" ")
    if name in ("sx", "system", "bash", "sh"):
        return f"{indent}raise RuntimeError({SHELL!r})"
    if name in _RUN_THE_REST and rest.strip() and not rest.lstrip().startswith("-"):
        return indent + rest.strip()
    return f"{indent}pass"


def _without_cell_magic(source: str) -> str:
    """Replace a cell magic on the first line that is not blank."""
    head, _, rest = source.lstrip().partition("\n")
    name = head[2:].split(" ", 1)[0].strip()
    blank = "\n" * (source[: len(source) - len(source.lstrip())].count("\n") + 1)
    if name in _RUN_THE_REST:
        return blank + rest
    if name in _IGNORED_CELLS:
        return blank
    return f"raise RuntimeError({CELL_MAGIC!r})"


def parse(source: str, filename: str) -> ast.Module:
    """Parse a cell, replacing notebook syntax where Python stumbles over it.

    Only the lines at which Python reports a syntax error are looked at, so text inside strings is never changed.

    Raises
    ------
    SyntaxError
        Where the cell is neither Python nor known notebook syntax.
    """
    if source.lstrip().startswith("%%"):
        source = _without_cell_magic(source)
    lines = source.split("\n")
    for _ in range(len(lines) + 1):
        try:
            return ast.parse("\n".join(lines), filename)
        except SyntaxError as problem:
            at = (problem.lineno or 0) - 1
            replaced = _plain_line(lines[at]) if 0 <= at < len(lines) else None
            if replaced is None or replaced == lines[at]:
                raise
            lines[at] = replaced
    raise SyntaxError("the notebook syntax in this cell could not be understood")


_NO_DISPLAY = re.compile(
    r"(@|(def|class|import|from|for|while|if|elif|else|with|try|except|finally|async|assert|raise|del|pass|return)\b)"
)
"""How a last statement begins that is no expression."""


def _shows_nothing(source: str) -> bool:
    """Tell quickly whether a cell ends in a definition, an import or the like, so that nothing is to be displayed.

    Looks at the last line that starts at the margin.  The round trip of the text through a syntax tree takes longer
    than everything else that is done to a cell, and most cells of an exercise end in a function.
    """
    for line in reversed(source.split("\n")):
        if line and line[0] not in " \t#)]}\r\f":
            return _NO_DISPLAY.match(line) is not None and ";" not in line
    return False


DEFINITIONS = (ast.Import, ast.ImportFrom, ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)


def compile_cell(source: str, filename: str, *, definitions_only: bool) -> tuple[CodeType, CodeType | None]:
    """Compile a cell into its statements and, if the last one is an expression to display, that expression.

    ``definitions_only`` keeps imports, functions and classes: what remains of a cell that looped when it runs again.
    """
    if not definitions_only and _shows_nothing(source):
        try:
            return compile(source, filename, "exec", dont_inherit=True), None
        except SyntaxError:
            pass  # a magic, perhaps
    tree = parse(source, filename)
    last = None
    if definitions_only:
        tree.body = [statement for statement in tree.body if isinstance(statement, DEFINITIONS)]
    elif tree.body and isinstance(tree.body[-1], ast.Expr) and not source.rstrip().endswith(";"):
        last = compile(ast.Expression(tree.body.pop().value), filename, "eval", dont_inherit=True)  # type: ignore[attr-defined]  # an Expr
    return compile(tree, filename, "exec", dont_inherit=True), last


def _below_path(filename: str) -> str:
    """Return a module's file without the folder that it was imported from, which may tell whose machine this is."""
    path = (folder for folder in sys.path if isinstance(folder, str) and folder)  # students put other things there
    folders = [folder for folder in path if filename.startswith(folder + os.sep)]
    return filename[len(max(folders, key=len)) + 1 :] if folders else filename


def student_traceback(problem: BaseException) -> tuple[str, ...]:
    """Return the traceback's lines from the first frame in a cell onwards; other files by their place on the path."""
    try:
        told = traceback.TracebackException.from_exception(problem, limit=-30)
        frames = [frame for frame in told.stack if frame.filename.startswith("<cell")]
        if frames:
            del told.stack[: told.stack.index(frames[0])]
        for frame in told.stack:
            frame.filename = _below_path(frame.filename)  # its lines have been read already
        lines = "".join(told.format(chain=False)).splitlines()
    except BaseException:  # a hostile __str__, or a traceback that cannot be formatted
        lines = [type(problem).__name__]
    return tuple(line[:500] for line in lines[:100])


def error_text(problem: BaseException) -> str:
    """Return an error's message, whatever its ``__str__`` does."""
    try:
        return str(problem)[:2_000]
    except BaseException:  # a hostile __str__ may raise anything at all
        return ""


def take_figures() -> list[bytes]:
    """Return the figures that matplotlib has open, as PNG files, and close them; none if it was never imported."""
    plt = sys.modules.get("matplotlib.pyplot")
    found: list[bytes] = []
    if plt is None or not plt.get_fignums():
        return found
    for number in plt.get_fignums()[:MAX_FIGURES]:
        buffer = io.BytesIO()
        plt.figure(number).savefig(buffer, format="png", dpi=72)
        if len(buffer.getvalue()) <= MAX_FIGURE:
            found.append(buffer.getvalue())
    plt.close("all")
    return found


def run_cell(
    source: str, name: str, namespace: dict[str, Any], output_limit: int, *, definitions_only: bool = False
) -> dict[str, Any]:
    """Execute a cell in ``namespace`` and describe what happened; never raises.

    The description holds JSON values, and the bytes of PNG files under ``figures``.
    """
    filename = f"<{name}>"
    linecache.cache[filename] = (len(source), None, source.splitlines(keepends=True), filename)
    out, err = Capture(output_limit), Capture(output_limit)
    result: dict[str, Any] = {"status": "ran", "display": "", "error": ["", ""], "traceback": [], "figures": []}
    sys.stdout, sys.stderr = out, err
    try:
        body, last = compile_cell(source, filename, definitions_only=definitions_only)
        exec(body, namespace)
        if last is not None:
            shown = eval(last, namespace)
            if shown is not None:
                namespace["_"] = shown
                result["display"] = str(repr(shown))[:KEEP_DISPLAY]
        result["figures"] = take_figures()
    except BaseException as problem:  # a cell may raise anything at all
        result["status"] = "error"
        result["error"] = [str(type(problem).__name__)[:200], error_text(problem)]
        result["traceback"] = list(student_traceback(problem))
    finally:
        sys.stdout, sys.stderr = out, err
    result["stdout"], result["stderr"] = out.getvalue(), err.getvalue()
    return result
