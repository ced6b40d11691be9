"""The quick comparison of a whole criterion says what judging call by call says."""

import numpy as np
import pytest

from autograder.assignments import NAMES, load
from autograder.assignments.misconceptions import bank
from autograder.calls import Outcome, Value, call
from autograder.compare import judge
from autograder.grading.cases import build, secret_from_seed
from autograder.grading.sheet import Sheet


def agree(name, cases, outcomes):
    """Whether both ways agree on a criterion's outcomes, and what they say."""
    one_by_one = [judge(name, c.call, c.expected, o) for c, o in zip(cases, outcomes, strict=True)]
    sheet = Sheet(cases)
    assert sheet.all_right(outcomes) == (not any(one_by_one))
    told = sheet.found(outcomes)
    counted = not any(told) and any(case.expected.share < 1 for case in cases)
    for kind, finding in zip(told, one_by_one, strict=True):
        assert counted or (kind == "right") == (finding is None)
        assert kind in ("", "right") or finding.kind == kind
    return not any(one_by_one)


@pytest.mark.parametrize("assignment", NAMES)
def test_known_mistakes_and_references(assignment):
    table = build(load(assignment), secret_from_seed(3))
    right = 0
    for (function, _), cases in table.cases.items():
        versions = [load(assignment).exercise(function).reference, *(m.wrong for m in bank(assignment)[function])]
        for version in versions:
            right += agree(function, cases, [call(version, case.call) for case in cases])
    assert right


def test_one_element_that_is_off_is_seen():
    cases = build(load("range"), secret_from_seed(1)).cases["sigmoid", "values"]
    reference = load("range").exercise("sigmoid").reference
    outcomes = [call(reference, case.call) for case in cases]
    assert agree("sigmoid", cases, outcomes)
    for index in range(len(cases)):
        for change in (1e-10, np.nan, np.inf):
            data = outcomes[index].values[0].data.copy()
            data[0] += change
            off = [*outcomes]
            off[index] = off[index]._replace(values=(Value("ndarray", data),))
            assert not agree("sigmoid", cases, off)


@pytest.mark.parametrize(
    "changed",
    [
        Outcome(error="ValueError"),
        Outcome(),
        Outcome((Value("list", np.zeros(3)),)),
        Outcome((Value("ndarray", None),)),
        Outcome((Value("ndarray", np.zeros(2)),)),
        Outcome((Value("ndarray", np.zeros(3)),), is_tuple=True),
        Outcome((Value("ndarray", np.zeros(3)),) * 2, is_tuple=True),
    ],
)
def test_an_outcome_of_another_shape_is_seen(changed):
    cases = build(load("range"), secret_from_seed(1)).cases["relu6", "extremes"]
    outcomes = [call(load("range").exercise("relu6").reference, case.call) for case in cases]
    assert not agree("relu6", cases, [changed, *outcomes[1:]])
