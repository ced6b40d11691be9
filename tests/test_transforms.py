"""A wrong answer that no known mistake explains is told by what its numbers have to do with the right ones."""

import sys
import types

import numpy as np
import pytest

from autograder import messages, stock
from autograder.assignments import NAMES, load
from autograder.assignments.misconceptions import bank
from autograder.calls import call
from autograder.course.checks_file import checks_file
from autograder.grading.cases import build, graded_cases, secret_from_seed
from autograder.grading.transforms import candidates
from autograder.grading.verdicts import Answer, Examiner
from autograder.reference import REFERENCE
from autograder.relations import RELATIONS, relation
from autograder.report.summary import mistake_label

SECRET = b"transforms"
RIGHT = {name: function.value for name, function in REFERENCE.items() if name != "softmax"}


def told(assignment, name, wrong, criterion="values"):
    """What is said about a function under the name of an exercise."""
    exercise = load(assignment).exercise(name)
    cases = graded_cases(assignment, exercise, exercise.criterion(criterion), SECRET)
    outcomes = [call(wrong, case.call) for case in cases]
    found = relation(name, [case.expected for case in cases], outcomes, candidates(exercise, cases))
    return found.sentence if found else ""


def floats(x):
    return np.asarray(x, np.float64)


SEEN = {
    "sign": ("range", "softsign", lambda x: -RIGHT["softsign"](x), "the opposite sign"),
    "factor": ("range", "hard_sigmoid", lambda x: RIGHT["hard_sigmoid"](x) * 2, "Your output is 2 times what"),
    "factor, by division": ("range", "relu6", lambda x: RIGHT["relu6"](x) / 7, "Your output is 0.142857 times what"),
    "factor, two arguments": (
        "differentiability",
        "swish",
        lambda x, beta: 3 * RIGHT["swish"](x, beta=beta),
        "Your output is 3 times what",
    ),
    "factor, no curve": ("nonlinearity", "layer", lambda x, W, b, f: 2 * f(x @ W + b), "Your output is 2 times what"),
    "shift": (
        "range",
        "softplus",
        lambda x: RIGHT["softplus"](x) - 0.25,
        "Your output minus what was expected is -0.25",
    ),
    "two values are too few": ("range", "relu6", REFERENCE["relu6"].derivative, ""),
    "derivative of a smooth one": ("range", "softsign", REFERENCE["softsign"].derivative, "the derivative of what is"),
    "function": ("differentiability", "gelu_derivative", RIGHT["gelu"], "agrees with the function itself"),
    "function, two arguments": (
        "differentiability",
        "elu_derivative",
        lambda x, alpha=1.0: RIGHT["elu"](x, alpha=alpha),
        "agrees with the function itself",
    ),
    "derivative, two arguments": (
        "differentiability",
        "swish",
        lambda x, beta: REFERENCE["swish"].derivative(x, beta=beta),
        "the derivative of what is",
    ),
    "negated": ("range", "hard_sigmoid", lambda x: RIGHT["hard_sigmoid"](-floats(x)), "what was expected for −x"),
    "scaled": ("range", "softsign", lambda x: RIGHT["softsign"](3 * floats(x)), "expected for 3 times x"),
    "degrees": (
        "differentiability",
        "gelu",
        lambda x: RIGHT["gelu"](floats(x) * np.pi / 180),
        "expected for 0.0174533 times x",
    ),
    "other": ("range", "softplus", RIGHT["mish"], "another function, `mish`"),
}


@pytest.mark.parametrize("what", SEEN)
def test_a_transform_is_seen(what):
    assignment, name, wrong, expected = SEEN[what]
    sentence = told(assignment, name, wrong)
    assert expected in sentence
    assert bool(sentence) == bool(expected)


def test_the_number_of_points_is_that_of_the_finite_float64_ones():
    exercise = load("range").exercise("softsign")
    cases = graded_cases("range", exercise, exercise.criterion("extremes"), SECRET)
    points = sum(
        int(np.isfinite(case.expected.values[0]).sum()) for case in cases if case.expected.precision == "float64"
    )
    sentence = told("range", "softsign", lambda x: 2 * RIGHT["softsign"](x), "extremes")
    assert f"Your output is 2 times what was expected at all {points} points" in sentence


def almost(change):
    """Twice softsign, but for what ``change`` does to the result of each call."""

    def wrong(x):
        return change(2 * np.atleast_1d(RIGHT["softsign"](x))).reshape(np.shape(x))

    return wrong


def with_first(value):
    def change(result):
        result[:1] += value
        return result

    return change


REJECTED = {
    "the right answer": ("softsign", RIGHT["softsign"], "values"),
    "one number of each call differs": ("softsign", almost(with_first(1e-3)), "values"),
    "one nan in each call": ("softsign", almost(with_first(np.nan)), "values"),
    "a constant": ("softsign", lambda x: floats(x) * 0 + 0.5, "values"),
    "all zeros": ("softsign", lambda x: floats(x) * 0, "values"),
    "two values": ("softsign", np.sign, "values"),
    "a factor that varies": ("softsign", lambda x: RIGHT["softsign"](x) * (2 + 1e-6 * np.abs(x)), "values"),
    "lost digits": ("softsign", lambda x: RIGHT["softsign"](x) * (1 + 1e-12), "values"),
    "the wrong shape": ("softsign", lambda x: 2 * RIGHT["softsign"](x)[None], "values"),
    "an error": ("softsign", lambda x: 1 / 0, "values"),
    "one call raises": ("softsign", lambda x: 2 * RIGHT["softsign"](x.copy()), "arrays"),
    "noise": ("softsign", lambda x: np.random.default_rng(0).normal(size=np.shape(x)), "values"),
    "a near neighbour": ("softplus", lambda x: np.log(1.001 + np.exp(floats(x))), "values"),
    "truth values": ("zero_centred", lambda f: True, "values"),
}


@pytest.mark.parametrize("what", REJECTED)
def test_nothing_is_claimed(what):
    name, wrong, criterion = REJECTED[what]
    assert told("range", name, wrong, criterion) == ""


def test_the_grade_of_a_function_says_it():
    verdict = stock.judge_cell(lambda x: 2 * RIGHT["softsign"](x), "softsign-values")
    assert (verdict.status, verdict.mistake) == ("failed", "softsign/2_times_the_expected")
    assert verdict.diagnosis.startswith("Your output is 2 times what was expected at all ")


def test_a_mistake_that_the_bank_knows_comes_first():
    verdict = stock.judge_cell(REFERENCE["softsign"].derivative, "softsign-values")
    assert verdict.mistake == "softsign/softsign_derivative"
    assert "1/(1 + |x|)²" in verdict.diagnosis


# in the student's own check


@pytest.fixture(scope="module")
def checks():
    """A function that returns the module ``checks`` of an assignment, freshly generated."""
    modules = {}

    def make(name):
        if name not in modules:
            module = types.ModuleType(f"checks_{name}_related")
            sys.modules[module.__name__] = module  # dataclasses look their module up
            exec(compile(checks_file(load(name)), "checks.py", "exec"), module.__dict__)
            modules[name] = module
        return modules[name]

    yield make
    for module in modules.values():
        del sys.modules[module.__name__]


@pytest.mark.parametrize("what", SEEN)
def test_the_students_own_check_sees_it_too(checks, what):
    assignment, name, wrong, expected = SEEN[what]
    report = checks(assignment).check.__globals__["_report"](name, wrong)
    row = next(row for row in report.rows if row.criterion == "values")
    known = {messages.DIAGNOSIS.format(cause=m.cause, step=m.step) for m in bank(assignment)[name]}
    assert not row.passed
    assert expected in row.diagnosis or row.diagnosis in known  # a mistake that the bank knows comes first
    assert bool(row.diagnosis) == bool(expected)


# how students are counted


@pytest.mark.parametrize("what", [what for what, seen in SEEN.items() if seen[3]])
def test_a_transform_has_a_name_that_does_not_depend_on_the_seed(what):
    assignment, name, wrong, _ = SEEN[what]
    exercise = load(assignment).exercise(name)
    names = set()
    for seed in range(5):
        examiner = Examiner(build(load(assignment), secret_from_seed(seed)))
        cases = examiner.table.cases[name, "values"]
        answers = {"values": Answer("ran", tuple(call(wrong, case.call) for case in cases))}
        names.add(next(c.mistake for c in examiner.judge(exercise, answers).criteria if c.name == "values"))
    assert len(names) == 1
    assert names.pop().startswith(f"{name}/")


def test_no_transform_has_the_name_of_a_known_mistake():
    known = {mistake.name.partition("/")[2] for name in NAMES for found in bank(name).values() for mistake in found}
    assert not known & {text.format(what=what) for text in RELATIONS.values() for what in ("2", *REFERENCE)}


def test_the_name_reads_as_words():
    assert mistake_label("softsign/" + RELATIONS["factor"].format(what="2")) == "2 times the expected"


def test_a_second_criterion_with_the_same_cause_says_so():
    examiner = Examiner(build(load("range"), secret_from_seed(0)))
    exercise = load("range").exercise("softsign")
    answers = {
        criterion.name: Answer(
            "ran",
            tuple(
                call(lambda x: 2 * RIGHT["softsign"](x), case.call)
                for case in examiner.table.cases["softsign", criterion.name]
            ),
        )
        for criterion in exercise.criteria
    }
    first, *others = examiner.judge(exercise, answers).criteria
    assert first.diagnosis.startswith("Your output is 2 times what was expected at all ")
    assert {other.diagnosis for other in others} == {messages.SAME_CAUSE}
    assert {other.mistake for other in others} == {first.mistake}
