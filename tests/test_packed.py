"""Packed outcomes are the outcomes that were packed, and are judged like them."""

import numpy as np
import pytest

from autograder.assignments import load
from autograder.calls import Call, Outcome, Value, call
from autograder.grading.cases import build, secret_from_seed
from autograder.grading.sheet import Sheet
from autograder.grading.verdicts import Answer, Examiner
from autograder.packed import Packed, layout_of
from autograder.sandbox import CallStep, Limits, frames
from autograder.sandbox.attempt import Attempt

ARRAYS = [
    np.arange(3.0),
    np.float32([[1.5, 2.5]]),
    np.array(7),
    np.empty((0, 2)),
    np.array([True, False]),
    np.array(-2.0),
    np.array([np.nan, np.inf, -0.0], np.float16),
]


def outcomes():
    return [Outcome((Value("ndarray", array),)) for array in ARRAYS]


def answered(sent):
    """What the parent makes of outcomes that a child sends."""
    arrays = []
    described = [frames.describe_outcome(outcome, arrays) for outcome in sent]
    unpacker = frames.Unpacker()
    unpacker.feed(frames.pack(0, {"locked": True}))
    unpacker.feed(frames.pack_outcomes(1, 0, described, arrays, done=True))
    attempt = Attempt([CallStep("f", "f", (Call(()),) * len(sent))], Limits())
    for text, body in unpacker.pieces():
        attempt.take_piece(text, body)
    return attempt.results[0]


def test_the_numbers_and_outcomes_are_those_that_were_packed():
    layout = layout_of(outcomes())
    body = b"".join(array.tobytes() for array in ARRAYS)
    packed = Packed(layout, body)
    assert layout.size == len(body)
    assert len(packed) == len(ARRAYS)
    assert np.array_equal(packed.numbers(), np.concatenate([a.astype(float).ravel() for a in ARRAYS]), equal_nan=True)
    for outcome, array in zip(packed, ARRAYS, strict=True):
        data = outcome.values[0].data
        assert (data.dtype, data.shape, data.tobytes()) == (array.dtype, array.shape, array.tobytes())
    assert packed[0] is packed[0]
    assert [len(part.values) for part in packed[1:3]] == [1, 1]


@pytest.mark.parametrize(
    "odd",
    [
        Outcome(error="ValueError"),
        Outcome((Value("str"),)),
        Outcome((Value("ndarray", np.ones(2)),), is_tuple=True),
        Outcome((Value("ndarray", np.ones(2)),), warnings=("overflow",)),
        Outcome((Value("ndarray", np.ones(2)),), mutated=(0,)),
        Outcome((Value("ndarray", np.ones(2)),), printed="x"),
        Outcome((Value("ndarray", np.ones(2)),), used=("for",)),
    ],
)
def test_outcomes_that_did_anything_else_have_no_layout(odd):
    assert layout_of([*outcomes(), odd]) is None
    first, second = answered([odd]), answered([odd])
    assert not isinstance(second.outcomes, Packed)
    assert first.fingerprint == second.fingerprint != b""


def test_the_second_answer_of_a_kind_comes_packed_and_is_the_same():
    first, second = answered(outcomes()), answered(outcomes())
    assert isinstance(second.outcomes, Packed)
    assert first.fingerprint == second.fingerprint != b""
    for one, other in zip(first.outcomes, second.outcomes, strict=True):
        assert one.values[0].data.tobytes() == other.values[0].data.tobytes()
        assert one[1:] == other[1:]
    assert (
        answered([Outcome((Value("ndarray", np.arange(3.0) + 1),)), *outcomes()[1:]]).fingerprint != first.fingerprint
    )


def test_a_known_header_with_too_few_bytes_is_refused():
    answered(outcomes())
    arrays = []
    described = [frames.describe_outcome(outcome, arrays) for outcome in outcomes()]
    attempt = Attempt([CallStep("f", "f", (Call(()),) * len(ARRAYS))], Limits(), locked=True)
    text = frames.pack_outcomes(0, 0, described, (), done=True)[frames.PREFIX.size :]
    with pytest.raises(frames.FrameError, match="missing"):
        attempt.take_piece(text, b"\0")
    assert attempt.results == []


@pytest.mark.parametrize("wrong", [0.0, 1e-3])
def test_packed_answers_are_judged_as_others_are_and_once(wrong):
    assignment = load("range")
    exercise = assignment.exercise("sigmoid")
    table = build(assignment, secret_from_seed(1))
    results = []
    for name in ("values", "arrays", "extremes"):
        cases = table.cases["sigmoid", name]
        sent = [call(lambda x: exercise.reference(x) + wrong, case.call) for case in cases]
        results.append((name, sent, answered(sent), answered(sent)))
        sheet = Sheet(cases)
        assert sheet.all_right(sent) == sheet.all_right(results[-1][3].outcomes)
    plain = Examiner(table).judge(exercise, {n: Answer("ran", tuple(s)) for n, s, _, _ in results})
    examiner = Examiner(table)
    came = [{n: Answer("ran", r[i].outcomes, "", r[i].fingerprint) for n, _, *r in results} for i in (0, 1)]
    first, second = (examiner.judge(exercise, answers) for answers in came)
    assert first == plain
    assert second is first
    assert (first.score == first.max_score) == (wrong == 0.0)
