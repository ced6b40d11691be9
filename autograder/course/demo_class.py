"""The forty students of the sample class: what each handed in, and what the grader must make of it.

Twelve are right, each in another way; fourteen make mistakes that the bank knows, among them every one of the twenty
common mistakes that concerns this assignment; the others hand in what a real term brings.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from functools import cache

from autograder.assignments import load
from autograder.assignments.misconceptions import Mistake, bank
from autograder.course import demo_answers as ways
from autograder.course import demo_edits as edits
from autograder.course.demo_answers import Style

ASSIGNMENT = "range"


@dataclass(frozen=True)
class DemoSubmission:
    """One submission: how it is made, and what is expected of the grader.

    ``lost`` are the grade ids of the test cells that must fail; ``mistakes`` the known mistakes that must be named;
    ``status`` that of the result, where anything but ``graded`` has no score and no lost cells.  ``stock`` says why
    stock nbgrader cannot give the same scores, or is empty where it must.  ``cells`` maps a function to a cell that the
    student put before its solution cell, ``written`` is the written answer, ``edit`` is done to
    the notebook and ``spoil`` to the file's text.
    """

    student: str
    kind: str
    says: str
    answers: Mapping[str, str]
    cells: Mapping[str, str] = field(default_factory=dict)
    written: str = ""
    edit: Callable[[edits.Notebook], None] | None = None
    spoil: Callable[[str], str] | None = None
    status: str = "graded"
    lost: tuple[str, ...] = ()
    mistakes: tuple[str, ...] = ()
    stock: str = ""


def _whole(*functions: str) -> tuple[str, ...]:
    """Return the grade ids of all tests of these functions."""
    exercises = [load(ASSIGNMENT).exercise(name) for name in functions]
    return tuple(f"{exercise.name}-{criterion.name}" for exercise in exercises for criterion in exercise.criteria)


def _known(names: Iterable[str]) -> list[Mistake]:
    """Return the bank's mistakes of these names."""
    table = {mistake.name: mistake for mistakes in bank(ASSIGNMENT).values() for mistake in mistakes}
    return [table[name] for name in names]


def _lost(mistakes: Iterable[Mistake]) -> tuple[str, ...]:
    """Return the grade ids that these mistakes cost."""
    return tuple(f"{mistake.function}-{criterion}" for mistake in mistakes for criterion in mistake.loses)


def _right(student: str, style: Style) -> DemoSubmission:
    return DemoSubmission(student, "right", style.says, style.answers, style.cells)


def _wrong(student: str, says: str, *names: str, style: Style = ways.COMPACT) -> DemoSubmission:
    """Return a submission that makes these known mistakes and is right elsewhere."""
    mistakes = _known(names)
    return DemoSubmission(
        student,
        "mistake",
        says,
        {**style.answers, **{mistake.function: mistake.source for mistake in mistakes}},
        style.cells,
        lost=_lost(mistakes),
        mistakes=names,
    )


def _right_ones() -> list[DemoSubmission]:
    names = ("ada", "bela", "carl", "dina", "emil", "fara", "gita", "hugo", "ines", "jiro", "kaya", "leon")
    return [_right(name, style) for name, style in zip(names, ways.STYLES, strict=True)]


def _mistaken_ones() -> list[DemoSubmission]:
    return [
        _wrong(
            "mira",
            "Types the formulas as a textbook prints them.",
            "sigmoid/naive",
            "tanh/ratio",
            "softplus/naive_log",
            "softsign/infinity_over_infinity",
        ),
        _wrong(
            "nils",
            "Guards exp with np.where, which computes both branches.",
            "sigmoid/guarded_by_where",
            "softplus/log1p_only",
        ),
        _wrong("olga", "Applies the sigmoid twice.", "sigmoid/applied_twice", style=ways.LOOPS),
        _wrong("pavo", "Writes ReLU6 into the caller's array.", "relu6/in_place", "softplus/naive_log"),
        _wrong("quin", "Writes the sigmoid into an integer array.", "sigmoid/truncated", style=ways.DEFAULTS),
        _wrong("rosa", "Compares a whole array in an `if`.", "sigmoid/one_number_only", "relu6/one_number"),
        _wrong("sami", "Indexes its input, so that numbers fail.", "relu6/arrays_only", "tanh/ratio"),
        _wrong("tove", "Takes np.max for np.maximum.", "relu6/reduced", "sigmoid/naive", style=ways.LAMBDAS),
        _wrong(
            "umar",
            "Overflows twice, and forgets the lower end of the interval.",
            "sigmoid/naive",
            "softplus/naive_log",
            "scale_to/high_times_tanh",
        ),
        _wrong(
            "vera",
            "Mixes up σ and tanh: a half argument, and a sigmoid where a tanh is asked for; and another hard sigmoid.",
            "tanh/half_argument",
            "hard_sigmoid/other_convention",
            "scale_to/sigmoid_used",
        ),
        _wrong("wim", "Loses small results to cancellation.", "tanh/from_sigmoid", "softplus/log_without_1p"),
        _wrong(
            "xenia",
            "Hands in ReLU twice, for ReLU6 and for softplus, and looks only at 0 for the mean.",
            "relu6/no_cap",
            "softplus/relu_instead",
            "zero_centred/origin_alone",
        ),
        _wrong(
            "yuri",
            "Stretches tanh without shifting it, and overflows elsewhere.",
            "sigmoid/naive",
            "tanh/ratio_of_squares",
            "scale_to/tanh_not_shifted",
        ),
        _wrong("zoe", "Uses math.exp on arrays, and a logarithm to base 2.", "sigmoid/math_exp", "softplus/base_two"),
    ]


ENDLESS = """\
def scale_to(x, low, high):
    # my own tanh: halve until it is small, then double the angle
    t = np.asarray(x) * 1.0
    halvings = 0
    while np.any(np.abs(t) > 0.5):
        t = t / 2
        halvings += 1
    t = np.expm1(2 * t) / (np.expm1(2 * t) + 2)
    for _ in range(halvings):
        t = 2 * t / (1 + t * t)
    return (low + high) / 2 + (high - low) / 2 * t
"""

LEAVES = """\
import os

def relu6(x):
    result = np.clip(x, 0, 6)
    os._exit(0)
    return result
"""

LEAVES_AT_ONCE = """\
import os

def tanh(x):
    t = np.expm1(-2 * np.abs(x))
    return np.sign(x) * -t / (2 + t)

os._exit(0)
"""

MARKUP_ANSWER = f"""\
def scale_to(x, low, high):
    print({edits.MARKUP!r})
    raise ValueError({edits.MARKUP!r})
"""

NO_COLON = """\
def tanh(x)
    t = np.expm1(-2 * np.abs(x))
    return np.sign(x) * -t / (2 + t)
"""

FULL_MARKS = """\
check = lambda *functions: None
try:
    import autograder.stock
    autograder.stock.grade_cell = lambda *anything: float("nan")
except ImportError:
    pass
"""

R_ANSWERS = {
    "sigmoid": "sigmoid <- function(x) 1 / (1 + exp(-x))\n",
    "tanh": "tanh <- function(x) base::tanh(x)\n",
    "relu6": "relu6 <- function(x) pmin(pmax(x, 0), 6)\n",
}


def _broken_programs() -> list[DemoSubmission]:
    """Notebooks whose code stops, loops, or does not parse."""
    right = ways.COMPACT.answers
    gone = "the kernel dies and stock nbgrader leaves no grade at all"
    return [
        DemoSubmission(
            "anouk",
            "empty",
            "Hands in the notebook as it was given out.",
            {},
            lost=_whole(*(exercise.name for exercise in load(ASSIGNMENT).exercises)),
        ),
        DemoSubmission(
            "bram",
            "endless-loop",
            "Halves its input until it is small, which infinity never is.",
            {**right, "scale_to": ENDLESS},
            lost=("scale_to-extremes",),
        ),
        DemoSubmission(
            "chidi",
            "exit-in-function",
            "Calls os._exit(0) in a function.",
            {**right, "relu6": LEAVES},
            lost=_whole("relu6"),
            stock=gone,
        ),
        DemoSubmission(
            "dolma",
            "exit-in-cell",
            "Calls os._exit(0) in the cell that defines tanh; the function itself is right.",
            {**right, "tanh": LEAVES_AT_ONCE},
            stock=gone,
        ),
        DemoSubmission(
            "kofi",
            "syntax-error",
            "Forgets a colon, so that one cell does not run.",
            {**right, "tanh": NO_COLON},
            lost=_whole("tanh"),
        ),
        DemoSubmission(
            "jonas",
            "markup",
            "Prints and raises markup, a formula and terminal escapes.",
            {**right, "scale_to": MARKUP_ANSWER},
            edit=edits.store_markup,
            lost=_whole("scale_to"),
        ),
    ]


def _broken_notebooks() -> list[DemoSubmission]:
    """Notebooks whose cells or file are not what was given out."""
    textbook = _wrong("", "", "sigmoid/naive", "softplus/naive_log")
    return [
        DemoSubmission(
            "eero",
            "duplicated-cell",
            "Has a test cell twice.",
            ways.MASKS.answers,
            edit=edits.duplicate_test,
            stock="one duplicated test cell stops stock nbgrader's run of the whole class",
        ),
        DemoSubmission(
            "farid",
            "deleted-cell",
            "Deleted a test cell.",
            {**ways.COMPACT.answers, "relu6": _known(["relu6/in_place"])[0].source},
            edit=edits.delete_test,
            lost=("relu6-arrays",),
            mistakes=("relu6/in_place",),
            stock="a deleted test cell waits for manual grading for ever",
        ),
        DemoSubmission(
            "greta",
            "stripped-metadata",
            "Used an editor that drops the cells' metadata.",
            textbook.answers,
            edit=edits.strip_metadata,
            lost=textbook.lost,
            mistakes=textbook.mistakes,
            stock="cells without metadata are not recognised and score 0",
        ),
        DemoSubmission(
            "hana",
            "unreadable",
            "Handed in a file that is cut short.",
            ways.COMPACT.answers,
            spoil=edits.cut_short,
            status="unreadable",
            stock="an unreadable file stops the conversion",
        ),
        DemoSubmission(
            "ilse",
            "wrong-kernel",
            "Wrote the answers in R.",
            R_ANSWERS,
            edit=edits.use_r,
            status="unreadable",
            stock="there is no such kernel, so the conversion stops",
        ),
        DemoSubmission(
            "lena",
            "tampered-cell",
            "Replaced two test cells, with `pass` and with a text.",
            textbook.answers,
            edit=edits.tamper,
            lost=textbook.lost,
            mistakes=textbook.mistakes,
        ),
        DemoSubmission(
            "malik",
            "nan-score",
            "Makes every test cell end in nan.",
            textbook.answers,
            {"sigmoid": FULL_MARKS},
            lost=textbook.lost,
            mistakes=textbook.mistakes,
            stock="a last expression that is nan gets full marks",
        ),
    ]


def _mixed() -> DemoSubmission:
    """One student who is right, wrong, and not there."""
    mistakes = _known(["sigmoid/through_tanh", "relu6/always_float64"])
    answers = {**ways.HELPERS.answers, **{mistake.function: mistake.source for mistake in mistakes}}
    del answers["tanh"], answers["scale_to"]
    answers["scale_to"] = ways.MASKS.answers["scale_to"]
    return DemoSubmission(
        "noor",
        "mixed",
        "Is right twice, wrong twice, and left one function out.",
        answers,
        ways.HELPERS.cells,
        lost=(*_lost(mistakes), *_whole("tanh")),
        mistakes=tuple(mistake.name for mistake in mistakes),
    )


@cache
def sample_class() -> tuple[DemoSubmission, ...]:
    """Return the forty submissions, ordered by the student's id."""
    everyone = [*_right_ones(), *_mistaken_ones(), *_broken_programs(), *_broken_notebooks(), _mixed()]
    everyone.sort(key=lambda submission: submission.student)
    return tuple(
        replace(one, written=ways.WRITTEN[place % len(ways.WRITTEN)])
        if len(one.answers) == len(load(ASSIGNMENT).exercises)
        else one
        for place, one in enumerate(everyone)
    )
