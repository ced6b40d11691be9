"""One stage serves many calls, and each call finds it as if it were new."""

import io
import sys
import warnings

import numpy as np
import pytest

from autograder import calls
from autograder.calls import Argument, Call, Stage, call

ONE = Call((Argument("array", np.array([-1.0, 1.0])),))


def logs(x):
    return np.log(x)


def meddles_with_filters(x):
    warnings.simplefilter("ignore")
    return x


def replaces_filters(x):
    warnings.filters = list(warnings.filters)[1:]
    return x


def resets_filters(x):
    warnings.resetwarnings()
    return x


def shows_nothing(x):
    warnings.showwarning = lambda *a, **k: None
    return x


def raises_on_error_states(x):
    np.seterr(all="raise")
    return x


def prints(x):
    print("here")
    print("there", file=sys.stderr)
    return x


def keeps_output(x):
    sys.stdout = io.StringIO()
    return x


def closes_output(x):
    sys.stdout.close()
    return x


MEDDLERS = [
    meddles_with_filters,
    replaces_filters,
    resets_filters,
    shows_nothing,
    raises_on_error_states,
    prints,
    keeps_output,
]


@pytest.fixture(params=[True, False], ids=["context", "no context"])
def stage(request, monkeypatch):
    """A stage, also as it is where NumPy's error state is not kept in a context."""
    monkeypatch.setattr(calls, "_state_has_context", lambda: request.param)
    with Stage() as made:
        yield made


@pytest.mark.parametrize("meddler", MEDDLERS, ids=lambda function: function.__name__)
def test_what_one_call_changes_the_next_does_not_notice(stage, meddler):
    alone = call(logs, ONE)
    assert alone.warnings == ("invalid value encountered in log",)
    stage.call(meddler, ONE)
    after = stage.call(logs, ONE)
    assert (after.error, after.warnings, after.printed) == (alone.error, alone.warnings, "")


def test_each_call_has_its_own_output_and_warnings(stage):
    assert stage.call(prints, ONE).printed == "here\nthere\n"
    assert stage.call(logs, ONE).warnings
    clean = stage.call(np.abs, ONE)
    assert (clean.printed, clean.warnings) == ("", ())


def test_output_that_was_closed_concerns_one_call_alone(stage):
    with pytest.raises(ValueError, match="closed"):
        stage.call(closes_output, ONE)
    assert stage.call(prints, ONE).printed == "here\nthere\n"


def test_everything_is_as_before_afterwards():
    before = sys.stdout, sys.stderr, list(warnings.filters), warnings.showwarning, np.geterr()
    with Stage() as made:
        for meddler in MEDDLERS:
            made.call(meddler, ONE)
    assert (sys.stdout, sys.stderr, list(warnings.filters), warnings.showwarning, np.geterr()) == before
