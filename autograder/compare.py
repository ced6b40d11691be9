"""Compare what a student's function returned with what was expected, and say the difference in a sentence.

One file, NumPy and `messages` alone: it judges the sandbox's answers, the checks in the student's notebook, and the
cells of stock nbgrader, so that the three agree by construction.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial

import numpy as np

from autograder import messages
from autograder.calls import INSIDE, TWICE, Argument, Call, Outcome, Value
from autograder.rules import NONE_OF

PLAIN_TYPES = frozenset({"ndarray", "numpy scalar", "float", "int", "bool"})
"""Names of types that a function may return; see `calls.Value`."""

READ_TYPES = frozenset({"expression", "choice"})
"""Types of what was read from an expression or a text, where the call asks for one."""


@dataclass(frozen=True, eq=False)
class Expected:
    """What one call should return.

    A value passes if |got − want| ≤ ε·(``relative``·|want| + ``absolute``), where ε is the spacing of 1.0 in
    ``precision``; nan, +inf and −inf must be met exactly.  ``keep_dtype`` asks for an array in ``precision``;
    ``no_warning`` and ``no_mutation`` ask for what they say.  ``along`` is the axis along which a function of a vector
    works: where one of its results is wrong, a student is told the whole vector.  ``share`` is the part of the numbers
    of each value that must pass, where not all have to: a trained network's accuracy.
    """

    values: tuple[np.ndarray, ...]
    relative: float
    absolute: float
    precision: str = "float64"
    keep_dtype: bool = False
    no_warning: bool = False
    no_mutation: bool = False
    along: int | None = None
    share: float = 1.0


@dataclass(frozen=True)
class Finding:
    """One thing that is wrong with one call, as a sentence and as its parts.

    Of many wrong numbers one is told, so that `fault` leaves the sentence to ``later``.
    """

    kind: str  # rule, raised, type, shape, value, chance, dtype, mutation, warning
    message: str = ""
    at: str = ""
    got: str = ""
    want: str = ""
    later: Callable[[], Finding | None] | None = None

    def said(self) -> Finding:
        """Return the finding with its sentence."""
        return (self.later() if self.later else None) or self


def number(value: float, other: float | None = None) -> str:
    """Write a number in six digits, or in seventeen where six do not tell it from ``other``."""
    value += 0.0  # −0 is written as 0: the two are equal, and nobody is asked to tell them apart
    short = f"{value:.6g}"
    if other is not None and value != other and short == f"{other:.6g}":
        return f"{value:.17g}"
    return short


def _shaped(shape: tuple[int, ...]) -> str:
    """Say what has a shape."""
    return f"an array of shape {shape}" if shape else "a single number"


def _listed(told: Sequence[str]) -> str:
    """Join phrases by commas, the last one by “and”."""
    return " and ".join([", ".join(told[:-1]), told[-1]] if len(told) > 1 else told)


def _place(index: tuple[int, ...]) -> str:
    """Say where an element stands; along one axis a number is enough."""
    return f"position {index[0] if len(index) == 1 else index}"


def describe_argument(argument: Argument) -> str:
    """Say in words what one argument was."""
    if argument.form == "function":
        numbers = [] if argument.data is None else [number(float(n)) for n in np.ravel(argument.data)]
        return f"the function {argument.value}" + (f" (with {_listed(numbers)})" if numbers else "")
    if argument.data is None:
        return f"{argument.value!r}"
    data = argument.data
    if argument.form == "arrays":
        return f"a list of arrays of shapes {_listed([str(tuple(shape)) for shape in argument.value])}"
    if argument.form in ("float", "int", "scalar", "zero_d"):
        kind = {"float": "the number", "int": "the integer", "scalar": f"the {data.dtype} scalar"}
        return f"{kind.get(argument.form, 'the 0-d array')} {number(float(data))}"
    if argument.form == "list":
        return f"a list of shape {data.shape}"
    form = {"strided": "a non-contiguous", "read_only": "a read-only"}
    article = form.get(argument.form, "an" if data.dtype.kind == "i" else "a")
    return f"{article} {data.dtype} array of shape {data.shape}"


def describe_call(call: Call) -> str:
    """Say in words what a call passed."""
    told = [describe_argument(argument) for argument in call.arguments]
    told += [f"{name} = {describe_argument(argument)}" for name, argument in call.keywords.items()]
    return _listed(told) if told else "no argument"


def wrong_elements(got: np.ndarray, want: np.ndarray, expected: Expected) -> np.ndarray:
    """Return the mask of elements that are outside the tolerance; both arrays have one shape."""
    epsilon = float(np.finfo(expected.precision).eps)
    with np.errstate(all="ignore"):
        got, want = got.astype(np.float64), want.astype(np.float64)
        close = np.abs(got - want) <= epsilon * (expected.relative * np.abs(want) + expected.absolute)
        exact = np.where(np.isnan(want), np.isnan(got), got == want)
        good: np.ndarray = np.where(np.isfinite(want), close, exact).astype(bool)
    return ~good


def enough(wrong: np.ndarray, expected: Expected) -> bool:
    """Tell whether as many elements are right as are asked for; ``wrong`` is the mask of the others."""
    return not wrong.any() or (expected.share < 1 and bool(np.mean(~wrong) >= expected.share))


SHOWN = 12
"""Numbers of an array that are written out in full."""


def _written(data: np.ndarray) -> str:
    """Write numbers as Python writes nested lists."""
    return f"[{', '.join(_written(part) for part in data)}]" if data.ndim else number(float(data))


def _short(argument: Argument, index: tuple[int, ...], shape: tuple[int, ...]) -> str:
    """Say what one argument was where an element of the result stands; few numbers are written out."""
    data = argument.data
    if data is None or argument.form in ("function", "arrays"):
        return describe_argument(argument)
    if data.shape == shape:
        return number(float(data[index]))
    return _written(data) if data.size <= SHOWN else describe_argument(argument)


def _vector(argument: Argument, index: tuple[int, ...], shape: tuple[int, ...], along: int) -> str:
    """Say which vector of an argument belongs to an element of the result."""
    if argument.data is None or argument.data.shape != shape:
        return _short(argument, index, shape)
    axis = along % len(shape)
    return _written(np.moveaxis(argument.data, axis, -1)[index[:axis] + index[axis + 1 :]])


def _location(call: Call, index: tuple[int, ...], shape: tuple[int, ...], along: int | None) -> str:
    """Say at which input an element of the result stands."""
    if call.points is not None:
        return ", ".join(f"{s} = {number(float(x))}" for s, x in zip(call.symbols, call.points[index[0]], strict=True))
    numbers = [a for a in call.arguments if a.data is not None and a.form != "function"]
    first = numbers[0] if numbers else None
    if call.result == "list":
        return f"{_place(index)} for {describe_call(call)}"
    rest = [argument for argument in call.arguments if argument is not first]
    if first is not None and first.data is not None and first.data.shape == shape:
        if along is not None and shape:
            told = [_vector(argument, index, shape, along) for argument in (first, *rest)]
            return f"entry {index[along]} for {_listed(told)}"
        functions = [describe_argument(a) for a in call.arguments if a.form == "function"]
        told = [_short(a, index, shape) for a in call.arguments if a.form != "function"]
        told += [f"{name} = {_short(argument, index, shape)}" for name, argument in call.keywords.items()]
        point = f"x = {told[0]}" if len(told) == 1 else f"({', '.join(told)})"
        return " for ".join([point, *functions])
    what = _listed([_short(argument, index, shape) for argument in call.arguments])
    return f"{_place(index)} for {what}" if index else what


def _value_finding(
    name: str, call: Call, got: np.ndarray, want: np.ndarray, bad: np.ndarray, along: int | None
) -> Finding:
    """Describe the worst understood of the wrong elements: the first one."""
    index = tuple(int(i) for i in np.argwhere(bad)[0])
    got_value, want_value = float(got[index]), float(want[index])
    got_text, want_text = number(got_value, want_value), number(want_value, got_value)
    if want.dtype == bool:
        want_text = str(bool(want_value))
        got_text = str(bool(got_value)) if got_value in (0, 1) else got_text
    at = _location(call, index, want.shape, along)
    if call.choices:
        text = messages.CHOICE_VALUE.format(name=name, got=repr(call.choices[int(got_value)]), what=describe_call(call))
        return Finding("value", text, describe_call(call), call.choices[int(got_value)])
    template = messages.VALUE if at else messages.VALUE_ALONE
    preposition = "at" if want.ndim or at.startswith(("x = ", "(")) else "for"
    text = template.format(name=name, got=got_text, where=f"{preposition} {at}", want=want_text)
    if bad.size > 1:
        what = describe_call(call)
        template = messages.VALUE_COUNT_ALONE if call.points is not None or what in at else messages.VALUE_COUNT
        text += template.format(bad=int(bad.sum()), total=bad.size, what=what)
    return Finding("value", text, at, got_text, want_text)


def _share_finding(name: str, call: Call, bad: np.ndarray, expected: Expected) -> Finding:
    """Describe an accuracy that is too low."""
    got, want = f"{1 - bad.mean():.1%}", f"{expected.share:.0%}"
    right = bad.size - int(bad.sum())
    text = messages.SHARE.format(name=name, right=right, total=bad.size, got=got, want=want, what=describe_call(call))
    return Finding("value", text, describe_call(call), got, f"at least {want}")


def _unread(name: str, call: Call, value: Value) -> Finding:
    """Describe a returned object that is not the expression or the text that was asked for."""
    got = value.type if " " in value.type else f"an object of type {value.type}"
    if call.choices:
        text = messages.CHOICE.format(name=name, what=describe_call(call), got=got)
    else:
        template = messages.EXPRESSION if call.symbols else messages.EXPRESSION_NUMBER
        text = template.format(name=name, symbols=" and ".join(call.symbols), got=got)
    return Finding("type", text, got=got)


def _judge_value(name: str, call: Call, value: Value, want: np.ndarray, expected: Expected) -> Finding | None:
    """Judge one returned object: its type, then shape, then values, then dtype."""
    if (call.points is not None and value.type != "expression") or (call.choices and value.type != "choice"):
        return _unread(name, call, value)
    if value.type not in (PLAIN_TYPES | READ_TYPES) or value.data is None:
        return _type_finding(name, call, value)
    got = value.data
    if got.shape != want.shape:
        what = describe_call(call)
        text = messages.SHAPE.format(name=name, got=_shaped(got.shape), what=what, want=_shaped(want.shape))
        return Finding("shape", text, got=str(got.shape), want=str(want.shape))
    bad = wrong_elements(got, want, expected)
    if not enough(bad, expected):
        if expected.share < 1:
            return _share_finding(name, call, bad, expected)
        if call.result in TWICE:
            template = messages.UNSTEADY if call.result == "again" else messages.UNMOVED
            return Finding("chance", template.format(name=name, what=describe_call(call)))
        return Finding("value", later=partial(_value_finding, name, call, got, want, bad, expected.along))
    if expected.keep_dtype and got.dtype != np.dtype(expected.precision):
        template = messages.DTYPE_FLOAT32 if expected.precision == "float32" else messages.DTYPE_FLOAT64
        text = template.format(name=name, got=got.dtype, what=describe_call(call))
        return Finding("dtype", text, got=str(got.dtype), want=expected.precision)
    return None


def _type_finding(name: str, call: Call, value: Value) -> Finding:
    """Describe a returned object that is neither an array nor a number."""
    what = describe_call(call)
    if value.type == "NoneType":
        return Finding("type", messages.RETURNED_NOTHING.format(name=name, what=what), got="None")
    if value.type == "list":
        return Finding("type", messages.RETURNED_LIST.format(name=name, what=what), got="list")
    kind = value.type if value.type not in PLAIN_TYPES else f"{value.type} that does not hold real numbers"
    return Finding("type", messages.RETURNED_TYPE.format(name=name, got=kind, what=what), got=kind)


def _rule_finding(name: str, used: Sequence[str]) -> Finding:
    """Describe what a function uses though the exercise rules it out, or else what it does without."""
    ruled_out = [one for one in used if not one.startswith(NONE_OF)]
    if ruled_out:
        text = messages.RULE.format(name=name, used=" and ".join(f"`{one}`" for one in ruled_out))
    else:
        missing = used[0].removeprefix(NONE_OF).replace(", ", "` nor `")
        text = messages.RULE_MISSING.format(name=name, missing=f"`{missing}`")
    return Finding("rule", text, got=", ".join(used))


def _raised_finding(name: str, call: Call, outcome: Outcome) -> Finding:
    """Describe an error."""
    if outcome.error == "NotImplementedError":
        helper = outcome.line.partition(INSIDE)[2]
        template = messages.NOT_WRITTEN_HELPER if helper else messages.NOT_WRITTEN
        return Finding("raised", template.format(name=name, helper=helper), got=outcome.error)
    error = outcome.error if outcome.error.endswith((".", "!", "?")) else f"{outcome.error}."
    text = messages.RAISED.format(name=name, error=error, what=describe_call(call))
    if outcome.line:
        text += messages.RAISED_LINE.format(line=outcome.line)
    return Finding("raised", text, got=outcome.error)


def judge(name: str, call: Call, expected: Expected, outcome: Outcome) -> Finding | None:
    """Return the first thing that is wrong with the outcome of one call of the function ``name``, or None."""
    finding = fault(name, call, expected, outcome)
    return None if finding is None else finding.said()


def fault(name: str, call: Call, expected: Expected, outcome: Outcome) -> Finding | None:
    """Return the same, where it may be that nobody reads it."""
    if outcome.used:
        return _rule_finding(name, outcome.used)
    if outcome.raised:
        return Finding("raised", got=outcome.error, later=partial(_raised_finding, name, call, outcome))
    wants_tuple = len(expected.values) > 1
    if outcome.is_tuple != wants_tuple or len(outcome.values) != len(expected.values):
        several = "list" if call.result == "list" else "tuple"
        got = f"a {several} of {len(outcome.values)}" if outcome.is_tuple else "one object"
        want = f"a {several} of {len(expected.values)} was" if wants_tuple else "one array or number was"
        text = messages.RETURNED_TUPLE.format(name=name, got=got, what=describe_call(call), want=want)
        return Finding("type", text, got=got)
    for index, (value, want_array) in enumerate(zip(outcome.values, expected.values, strict=True)):
        member = f"{name}(…)[{index}]" if wants_tuple else name
        finding = _judge_value(member, call, value, want_array, expected)
        if finding is not None:
            return finding
    if expected.no_mutation and outcome.mutated:
        return Finding("mutation", messages.MUTATED.format(name=name, what=describe_call(call)))
    if expected.no_warning and outcome.warnings:
        warning = outcome.warnings[0]
        text = messages.WARNED.format(name=name, warning=warning, what=describe_call(call))
        return Finding("warning", text, got=warning)
    return None


ENOUGH_EVIDENCE = 6
"""Wrong numbers that a student's answer must share with a known mistake before we name it."""

CLOSE_CALLS = (0.0, 1e-13)
"""Absolute differences that `same_numbers` forgives, the strict one first: equivalent formulas round differently."""


def same_numbers(one: Value, other: Value, absolute: float) -> bool:
    """Tell whether two returned objects hold the same numbers, up to the rounding of equivalent formulas."""
    if one.data is None or other.data is None:
        return one.type == other.type and one.data is other.data
    if one.data.shape != other.data.shape or (one.type == "list") != (other.type == "list"):
        return False
    single = np.float32 in (one.data.dtype, other.data.dtype)
    relative, absolute = (1e-4, absolute * 1e7) if single else (1e-9, absolute)
    if one.data.dtype == other.data.dtype and one.data.tobytes() == other.data.tobytes():
        return True  # as most that are alike
    with np.errstate(all="ignore"):
        a, b = one.data.astype(np.float64), other.data.astype(np.float64)
        alike = (np.abs(a - b) <= absolute + relative * np.abs(b)) & np.isfinite(b) | (a == b)
        return bool((alike | (a != a) & (b != b)).all())  # nan differs from itself


def same_behaviour(one: Outcome, other: Outcome, absolute: float) -> bool:
    """Tell whether two outcomes of one call show the same behaviour: numbers, error, warning, change of the input."""
    if one.raised or other.raised:
        return one.error.partition(":")[0] == other.error.partition(":")[0]
    return (
        len(one.values) == len(other.values)
        and all(same_numbers(a, b, absolute) for a, b in zip(one.values, other.values, strict=True))
        and bool(one.warnings) == bool(other.warnings)
        and one.mutated == other.mutated
    )


def evidence(expected: Expected, finding: Finding | None, outcome: Outcome) -> int:
    """Count what one failed call says for a known mistake: wrong numbers, or all of `ENOUGH_EVIDENCE` for a deed.

    An error, a warning, a changed input, a wrong shape or nan in place of a number is something a right answer never
    does, so that one is enough.
    """
    if finding is None:
        return 0
    deed = (expected.no_warning and outcome.warnings) or (expected.no_mutation and outcome.mutated)
    if finding.kind != "value" or deed:
        return ENOUGH_EVIDENCE
    count = 0
    for value, want in zip(outcome.values, expected.values, strict=True):
        if value.data is not None and value.data.shape == want.shape:
            if (np.isnan(value.data) & ~np.isnan(want)).any():
                return ENOUGH_EVIDENCE
            count += int(wrong_elements(value.data, want, expected).sum())
    return count


def known_mistake(tried: Sequence[Tried], mistakes: Sequence[Sequence[Sequence[Outcome]]]) -> int | None:
    """Return the index of the known mistake that shows the student's behaviour on every call, or None.

    ``mistakes`` holds, for each mistake, what it does on the calls of each criterion that was tried.  A match must rest
    on enough wrong numbers to be no accident; where fewer are asked for, as of a single constant, on all of them.
    """
    if not _enough_evidence(tried):
        return None
    calls = [(part, i) for part, one in enumerate(tried) for i in range(len(one.found))]
    calls.sort(key=lambda call: tried[call[0]].found[call[1]] is None)  # what went wrong tells mistakes apart soonest
    for absolute in CLOSE_CALLS:
        for index, theirs in enumerate(mistakes):
            alike = ((tried[part].outcomes[i], theirs[part][i], tried[part].found[i]) for part, i in calls)
            if all(same_behaviour(a, b, absolute) and _same_dtypes(a, b, f) for a, b, f in alike):
                return index
    return None


def _enough_evidence(tried: Sequence[Tried]) -> bool:
    """Tell whether enough is wrong to look for a known mistake; no more is counted than need be."""
    left = min(ENOUGH_EVIDENCE, sum(want.size for one in tried for e in one.expected for want in e.values))
    for one in tried:
        for e, f, o in zip(one.expected, one.found, one.outcomes, strict=True):
            if left <= 0:
                return True
            left -= evidence(e, f, o)
    return left <= 0


def _same_dtypes(one: Outcome, other: Outcome, finding: Finding | None) -> bool:
    """Tell whether two outcomes have the same dtypes, where it is the dtype that was found wrong."""
    if finding is None or finding.kind != "dtype":
        return True
    return [v.data.dtype for v in one.values if v.data is not None] == [
        v.data.dtype for v in other.values if v.data is not None
    ]


_CLEAREST = ("rule", "value", "chance", "shape", "type", "dtype", "mutation", "warning", "raised")


def first_told(found: Sequence[Finding | None]) -> tuple[Finding, str] | None:
    """Return the finding that tells a student most, with its sentence, or None if all calls were right.

    Wrong numbers come before types and deeds, an error last: a number is the easiest to think about.
    """
    failed = [finding for finding in found if finding is not None]
    if not failed:
        return None
    first = min(failed, key=lambda finding: _CLEAREST.index(finding.kind)).said()
    more = len(failed) > 1 and first.got != "NotImplementedError"  # of what is not written no count is news
    template = messages.ALL_CALLS if len(failed) == len(found) else messages.MORE_CALLS
    return first, first.message + (template.format(failed=len(failed), total=len(found)) if more else "")


@dataclass(frozen=True, eq=False)
class Tried:
    """All calls of one criterion: what was expected, what came back, and what was found."""

    criterion: str
    expected: tuple[Expected, ...]
    outcomes: tuple[Outcome, ...]
    found: tuple[Finding | None, ...]

    @property
    def failed(self) -> bool:
        """Whether anything was found."""
        return any(finding is not None for finding in self.found)


def explain(
    tried: Sequence[Tried], loses: Sequence[Sequence[str]], behave: Callable[[int, str], Sequence[Outcome]]
) -> dict[str, int]:
    """Return the index of the known mistake behind each failed criterion, where there is one.

    ``loses`` holds the criteria that each mistake loses; ``behave(index, criterion)`` is what it does on that
    criterion's calls.  One mistake that explains all failures is preferred to one for each alone.
    """
    failed = [one for one in tried if one.failed]
    names = {one.criterion for one in failed}

    def match(candidates: Sequence[int], ones: Sequence[Tried]) -> int | None:
        found = known_mistake(ones, [[behave(index, one.criterion) for one in ones] for index in candidates])
        return None if found is None else candidates[found]

    whole = match([i for i, lost in enumerate(loses) if set(lost) == names], failed)
    if whole is not None:
        return dict.fromkeys(names, whole)
    single = {
        one.criterion: match([i for i, lost in enumerate(loses) if one.criterion in lost], [one]) for one in failed
    }
    return {name: index for name, index in single.items() if index is not None}
