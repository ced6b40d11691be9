"""Call a student's function on an input and report what happened.

With `given` and `rules`, standard library and NumPy alone, because it runs in three places: in the sandboxed child, in
the student's notebook (as a part of ``checks.py``) and in a stock nbgrader kernel.  It judges nothing: `compare` does.
SymPy is imported where a call asks for an expression, and only then.
"""

from __future__ import annotations

import contextvars
import io
import sys
import traceback
import warnings
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache, cached_property
from types import TracebackType
from typing import Any, NamedTuple, Self, cast

import numpy as np

from autograder.given import given
from autograder.rules import used

NUMERIC_KINDS = "biuf"
"""NumPy dtype kinds that cross a process boundary: bool, signed, unsigned, floating."""

TWICE = ("again", "other seed")
"""How a call's ``result`` is read where the function is called twice."""

KEEP_TEXT = 2_000
"""Characters kept of what a student's function prints or of an error's text."""

MOST_VALUES = 16
"""Members that are read of a returned tuple or list."""


@dataclass(frozen=True, eq=False)
class Argument:
    """One argument of a call, in the form in which the student's function receives it.

    ``form`` is one of

    ============== =========================================================
    ``array``      a fresh C-contiguous writable array equal to ``data``
    ``strided``    the same values as a non-contiguous view
    ``read_only``  the same values, not writable
    ``zero_d``     a 0-d array
    ``scalar``     a NumPy scalar
    ``float``      a Python float
    ``int``        a Python int
    ``list``       nested Python lists
    ``arrays``     a list of fresh float arrays of the shapes ``value``, their numbers in ``data`` one after the other
    ``value``      ``value`` itself: a JSON value (None, bool, int, float, str or a list of these)
    ``function``   the function called ``value`` in `given.GIVEN`, with the numbers ``data`` filled in
    ============== =========================================================
    """

    form: str
    data: np.ndarray | None = None
    value: Any = None

    @cached_property
    def image(self) -> tuple[tuple[int, ...], bytes]:
        """The shape and the bytes of the data, by which a change is noticed."""
        return ((), b"") if self.data is None else (self.data.shape, self.data.tobytes())


@dataclass(frozen=True, eq=False)
class Call:
    """Positional and keyword arguments of one call, and how its result is read where it is no number.

    With ``symbols`` the call returns a SymPy expression in these, whatever its form; it is evaluated where the
    symbols have the values of a row of ``points`` (float64, one row for each evaluation), and the numbers are the
    result.  With ``choices`` the call returns one of these texts, and its index is the result.  ``forbidden`` lists
    what the exercise rules out; the outcome says what of it the function uses.

    ``result`` is ``list`` where a returned list counts as a tuple of its members, and ``again`` where the function is
    called twice, on fresh copies, and the result is whether it returned the same numbers; with ``other seed`` the last
    argument of the second call, a seed, is one more.
    """

    arguments: tuple[Argument, ...]
    keywords: Mapping[str, Argument] = field(default_factory=dict)
    symbols: tuple[str, ...] = ()
    points: np.ndarray | None = None
    choices: tuple[str, ...] = ()
    forbidden: tuple[str, ...] = ()
    result: str = ""


class Value(NamedTuple):
    """One returned object: the name of its type, and its numbers if it has any.

    ``type`` is exact for what a correct answer may be (``ndarray``, ``numpy scalar``, ``float``, ``int``, ``bool``) and
    the clipped class name otherwise.  ``data`` is a plain array of bool, integer or floating dtype, or None.
    """

    type: str
    data: np.ndarray | None = None


class Outcome(NamedTuple):
    """What one call did.

    ``values`` has one entry, or the members of a returned tuple; it is empty if the call raised, and then ``error``
    says what, ``line`` the student's line.  ``warnings`` are NumPy's floating-point warnings in its default error
    state, ``mutated`` the positions of the positional arguments that the call changed, ``used`` what the function's
    code uses of the call's ``forbidden``.
    """

    values: tuple[Value, ...] = ()
    is_tuple: bool = False
    error: str = ""
    line: str = ""
    warnings: tuple[str, ...] = ()
    mutated: tuple[int, ...] = ()
    printed: str = ""
    used: tuple[str, ...] = ()

    @property
    def raised(self) -> bool:
        """Whether the call raised instead of returning."""
        return bool(self.error)


def parts(argument: Argument) -> list[np.ndarray]:
    """Return fresh copies of the members of an argument of form ``arrays``."""
    if argument.data is None:
        raise ValueError("an argument of form 'arrays' needs data")
    ends = np.cumsum([int(np.prod(shape)) for shape in argument.value])[:-1]
    flat = np.split(argument.data, ends)
    return [part.reshape(shape).copy() for part, shape in zip(flat, argument.value, strict=True)]


def _build(argument: Argument) -> Any:
    """Return a fresh object in the argument's form."""
    if argument.form == "array" and argument.data is not None:  # as most are
        return argument.data.copy()
    if argument.form == "value":
        return argument.value
    if argument.form == "function":
        return given(argument.value, () if argument.data is None else argument.data)
    if argument.form == "arrays":
        return parts(argument)
    data = argument.data
    if data is None:
        raise ValueError(f"an argument of form {argument.form!r} needs data")
    if argument.form == "float":
        return float(data)
    if argument.form == "int":
        return int(data)
    if argument.form == "scalar":
        return data[()]
    if argument.form == "list":
        return data.tolist()
    if argument.form == "strided":
        backing = np.zeros((*data.shape[:-1], 2 * data.shape[-1]), data.dtype)
        view = backing[..., ::2]
        view[...] = data
        return view
    built = data.copy()
    if argument.form == "read_only":
        built.flags.writeable = False
    elif argument.form not in ("array", "zero_d"):
        raise ValueError(f"unknown form of an argument: {argument.form!r}")
    return built


def _changed(argument: Argument, built: Any) -> bool:
    """Tell whether an object that was built for ``argument`` no longer equals it, nan included."""
    if type(built) is np.ndarray:  # as most are
        return (built.shape, built.tobytes()) != argument.image
    if argument.data is None:
        return False
    if argument.form == "arrays":
        return not _same_arrays(built, parts(argument))
    if argument.form != "list":
        return False
    original = argument.data.tolist()
    return bool(built != original) and repr(built) != repr(original)  # nan differs from itself, its text does not


def _same_arrays(one: Sequence[Any], other: Sequence[np.ndarray]) -> bool:
    """Tell whether two lists hold equal arrays, byte for byte."""
    return len(one) == len(other) and all(
        isinstance(a, np.ndarray) and a.shape == b.shape and a.dtype == b.dtype and a.tobytes() == b.tobytes()
        for a, b in zip(one, other, strict=True)
    )


def _value(returned: Any) -> Value:
    """Describe one returned object, whatever it is."""
    kind = type(returned)
    if kind is np.ndarray:
        return Value("ndarray", returned.copy() if returned.dtype.kind in NUMERIC_KINDS else None)
    name = "numpy scalar" if issubclass(kind, np.generic) else str(getattr(kind, "__name__", "object"))[:60]
    data = None
    if isinstance(returned, (np.ndarray, np.generic, bool, int, float, list)):
        try:
            array = np.array(returned, copy=True, subok=False)
        except Exception:
            array = np.empty(0, object)
        if array.dtype.kind in NUMERIC_KINDS:
            data = array
    return Value(name, data)


def _chosen(returned: Any, choices: tuple[str, ...]) -> Value:
    """Describe a returned text by its place in the list from which it was to be chosen."""
    if isinstance(returned, str) and str(returned) in choices:
        return Value("choice", np.asarray(choices.index(str(returned))))
    return Value("text that is not in the list" if isinstance(returned, str) else _value(returned).type)


def _evaluated(returned: Any, symbols: tuple[str, ...], points: np.ndarray) -> Value:
    """Describe a returned expression by its float64 values at the points; text is never turned into an expression.

    Symbols count by their names, whatever assumptions the student gave them.
    """
    import sympy

    try:
        expression = sympy.sympify(returned, strict=True)
    except sympy.SympifyError:
        return Value(_value(returned).type)
    if not isinstance(expression, sympy.Expr):
        return Value(_value(returned).type)
    unknown = sorted({symbol.name for symbol in expression.free_symbols} - set(symbols))
    if unknown:
        return Value(f"an expression that also holds {', '.join(unknown)}"[:60])
    places = [
        {symbol: sympy.Rational(row[symbols.index(symbol.name)]) for symbol in expression.free_symbols}
        for row in np.asarray(points, np.float64).tolist()
    ]
    numbers = [sympy.N(expression.subs(place), 30, chop=True) for place in places]
    if not all(isinstance(number, sympy.Number) and number is not sympy.nan for number in numbers):
        return Value("an expression that is not a real number everywhere")
    return Value("expression", np.array([float(number) for number in numbers], np.float64))


def _read(returned: Any, what: Call) -> tuple[bool, tuple[Value, ...]]:
    """Tell whether what a call returned stands for several, and describe it in the way in which the call wants it."""
    several = type(returned) is tuple or (what.result == "list" and type(returned) is list)
    if what.choices:
        return several, (_chosen(returned, what.choices),)
    if what.points is not None:
        return several, (_evaluated(returned, what.symbols, what.points),)
    return several, tuple(map(_value, returned[:MOST_VALUES])) if several else (_value(returned),)


def _repeated(first: tuple[Value, ...], second: tuple[Value, ...]) -> tuple[Value, ...]:
    """Describe whether two calls returned the same numbers; what is no number is described as it is."""
    for value in first:
        if value.data is None:
            return (value,)
    same = _same_arrays([value.data for value in second], [value.data for value in first if value.data is not None])
    return (Value("bool", np.asarray(same)),)


def _student_line(error: BaseException) -> str:
    """Return the last line of the student's own code in a traceback, and the helper in which it stands; or nothing."""
    frames = [
        frame
        for frame in traceback.extract_tb(error.__traceback__)
        if frame.filename.startswith("<cell") or "ipykernel" in frame.filename or "ipython-input" in frame.filename
    ]
    if not frames:
        return ""
    first, last = frames[0], frames[-1]
    line = (last.line or "").strip()[:100]
    return line if last.name == first.name else f"{line}{INSIDE}{last.name[:60]}"


INSIDE = "  # in "
"""What stands between a line of a student's code and the name of the helper function that it belongs to."""


class _Clipped(io.StringIO):
    """A text stream that keeps the first `KEEP_TEXT` characters and drops the rest."""

    def write(self, text: str) -> int:
        room = KEEP_TEXT - self.tell()
        if room > 0:
            super().write(text[:room])
        return len(text)


_ALWAYS = ("always", None, Warning, None, 0)
"""What `warnings.simplefilter("always")` puts first in the list of filters; to put it there costs a tenth."""

_DEFAULT_STATE: dict[str, Any] = {"divide": "warn", "over": "warn", "under": "ignore", "invalid": "warn"}
"""NumPy's default error state."""


def _used(function: Callable[..., Any], forbidden: tuple[str, ...]) -> tuple[str, ...]:
    """Return what the function's code uses of the forbidden; an object that cannot be read uses nothing."""
    try:
        return used(function, forbidden)
    except Exception:  # the attributes of a student's object may raise anything at all
        return ()


def _inputs(what: Call) -> tuple[list[Any], dict[str, Any]]:
    """Return fresh objects for all arguments of a call."""
    positional = [_build(argument) for argument in what.arguments]
    return positional, {name: _build(argument) for name, argument in what.keywords.items()} if what.keywords else {}


def _perform(
    function: Callable[..., Any], what: Call, positional: list[Any], keywords: dict[str, Any]
) -> tuple[bool, tuple[Value, ...]]:
    """Call, and read what came back; ``positional`` then holds the objects that were passed last."""
    read = _read(function(*positional, **keywords), what)
    if what.result in TWICE:
        positional[:], keywords = _inputs(what)
        positional[-1] += what.result == "other seed"
        _, second = _read(function(*positional, **keywords), what)
        return False, _repeated(read[1], second)
    return read


def _perform_in_state(*arguments: Any) -> tuple[bool, tuple[Value, ...]]:
    """Do the same in NumPy's default error state."""
    with np.errstate(**_DEFAULT_STATE):
        return _perform(*arguments)


@cache
def _state_has_context() -> bool:
    """Tell whether NumPy keeps its error state in a context variable, as it does from version 2.1."""
    before = np.geterr()
    contextvars.copy_context().run(lambda: np.seterr(divide="ignore" if before["divide"] == "raise" else "raise"))
    if np.geterr() == before:
        return True
    np.seterr(**before)
    return False


class Stage:
    """What surrounds calls of a student's function: captured output, recorded warnings, NumPy's default error state.

    To set it up takes longer than many a call, so that one stage serves many; each call finds it as if it were new,
    whatever the one before has changed.
    """

    def __enter__(self) -> Self:
        self._streams = sys.stdout, sys.stderr
        self._buffer = _Clipped()
        self._context: contextvars.Context | None = None
        if _state_has_context():
            self._context = contextvars.copy_context()
            self._context.run(lambda: np.seterr(**_DEFAULT_STATE))
        self._arm()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, value: BaseException | None, trace: TracebackType | None
    ) -> None:
        sys.stdout, sys.stderr = self._streams
        self._catching.__exit__(None, None, None)

    def _arm(self) -> None:
        """Begin to record every warning."""
        self._catching = warnings.catch_warnings(record=True)
        self._caught = cast(list[Any], self._catching.__enter__())
        self._filters = cast(list[Any], warnings.filters)
        self._filters.insert(0, _ALWAYS)
        self._count, self._shown = len(self._filters), warnings.showwarning

    def _prepare(self) -> None:
        """Put right what a call may have changed."""
        filters, buffer = warnings.filters, self._buffer
        if (
            filters is not self._filters
            or warnings.showwarning is not self._shown
            or len(filters) != self._count
            or filters[0] is not _ALWAYS
        ):
            self._catching.__exit__(None, None, None)
            self._arm()
        elif self._caught:
            self._caught.clear()
        if buffer.closed or buffer.tell():
            self._buffer = buffer = _Clipped()
        sys.stdout = sys.stderr = buffer

    def call(self, function: Callable[..., Any], what: Call) -> Outcome:
        """Call ``function`` on fresh copies of the arguments, and report.

        Never raises on account of the student's code: whatever it raises, SystemExit and KeyboardInterrupt included,
        is in the outcome.
        """
        positional, keywords = _inputs(what)
        values: tuple[Value, ...] = ()
        is_tuple = False
        error = line = printed = ""
        told: tuple[str, ...] = ()
        self._prepare()
        try:
            if self._context is None:
                is_tuple, values = _perform_in_state(function, what, positional, keywords)
            else:  # in a copy, so that the next call finds the error state as it is here
                is_tuple, values = self._context.copy().run(_perform, function, what, positional, keywords)
        except BaseException as problem:  # a student's code may raise anything at all
            error, line = _described(problem), _student_line(problem)
        if self._caught:
            texts = [str(w.message)[:200] for w in self._caught if issubclass(w.category, RuntimeWarning)]
            told = tuple(dict.fromkeys(texts))[:8]
        changed: tuple[int, ...] = ()
        for position, argument in enumerate(what.arguments):
            if _changed(argument, positional[position]):
                changed += (position,)
        if self._buffer.tell():
            printed = self._buffer.getvalue()
        broken = _used(function, what.forbidden) if what.forbidden else ()
        if is_tuple or error or told or changed or printed or broken:
            return Outcome(values, is_tuple, error, line, told, changed, printed, broken)
        return Outcome(values)  # as most are


def call(function: Callable[..., Any], what: Call) -> Outcome:
    """Call ``function`` once, in a `Stage` of its own, and report."""
    with Stage() as stage:
        return stage.call(function, what)


def _described(problem: BaseException) -> str:
    """Return an exception's type and text; a student's own exception may fail to say either."""
    try:
        text = " ".join(str(problem).split())
    except Exception:
        text = ""
    return f"{type(problem).__name__}: {text}"[:KEEP_TEXT] if text else type(problem).__name__
