"""A grade can be replayed: the same seed gives the same, another seed gives the same verdict, and changes are told."""

import json
import shutil
from functools import cache

import numpy as np
import pytest
from click.testing import CliRunner
from grading_room import ROOT, find, solved

from autograder.assignments import NAMES, load
from autograder.assignments.misconceptions import bank
from autograder.calls import call
from autograder.cli import main
from autograder.grading.cases import build, secret_from_seed
from autograder.grading.verdicts import Answer, Examiner

WRONG = "def relu6(x):\n    print('looking')\n    return np.maximum(0, x)\n"


@pytest.fixture(scope="module")
def course(tmp_path_factory):
    """A graded class of two: everything right, and a relu6 without its upper bound."""
    root = tmp_path_factory.mktemp("replay")
    shutil.copy(ROOT / "nbgrader_config.py", root)
    for folder in ("solutions", "exercises"):
        shutil.copytree(ROOT / folder / "range", root / folder / "range")
    wrong = solved()
    find(wrong, "relu6")["source"] = WRONG
    for student, notebook in (("ada", solved()), ("bela", wrong), ("carl", "{")):
        path = root / "submitted" / student / "range" / "range.ipynb"
        path.parent.mkdir(parents=True)
        path.write_text(notebook if isinstance(notebook, str) else json.dumps(notebook))
    told = run("grade", "range", "--seed", 11, "--jobs", 1, "--json", "--course", root)
    assert told.exit_code == 0, told.output
    return root, [json.loads(line) for line in told.stdout.splitlines()]


def run(*arguments):
    return CliRunner().invoke(main, [str(argument) for argument in arguments])


def replayed(root, student, *options):
    told = run("replay", student, "range", "--json", "--course", root, *options)
    assert told.exit_code == 0, told.output
    return json.loads(told.stdout)


def rebuilt(item):
    return np.array([float(one) for one in item["values"]]).reshape(item["shape"])


def test_the_stream_of_events_tells_the_whole_run(course):
    root, events = course
    assert [event["event"] for event in events] == ["started", "graded", "graded", "needs_human", "finished"]
    assert events[0] == {"event": "started", "assignment": "range", "total": 3}
    for event in events[1:4]:
        stored = json.loads((root / f"results/range/{event['student']}/result.json").read_text())
        assert event["result"] | {"checksum": stored["checksum"]} == stored
        assert event["reused"] is False
    end = events[-1]
    assert (end["graded"], end["needs_human"], end["failed"], end["seed"]) == (2, 1, 0, 11)


def test_a_replay_is_the_grade_and_a_second_one_is_identical(course):
    root, _ = course
    first = replayed(root, "bela")
    assert replayed(root, "bela") == first
    stored = json.loads((root / "results/range/bela/result.json").read_text())
    for name in ("seed", "inputs_hash", "submission_hash"):
        assert first[name] == stored[name]
    assert not [note for note in first["notes"] if "changed" in note or "the grade says" in note]
    for function, graded in zip(first["functions"], stored["functions"], strict=True):
        for criterion, verdict in zip(function["criteria"], graded["criteria"], strict=True):
            assert (criterion["status"], criterion["message"]) == (verdict["status"], verdict["message"])


def test_every_call_is_shown_in_full_and_its_verdict_follows_from_it(course):
    root, _ = course
    (relu6,) = replayed(root, "bela", "--function", "relu6")["functions"]
    values = next(criterion for criterion in relu6["criteria"] if criterion["name"] == "values")
    assert values["status"] == "failed"

    assert len(values["calls"]) == len(build(load("range"), secret_from_seed(11)).cases["relu6", "values"]) > 2
    wrong = 0
    for one in values["calls"]:
        x, got, want = (
            rebuilt(item) for item in (one["inputs"]["arguments"][0], one["answer"]["values"][0], one["expected"][0])
        )
        np.testing.assert_array_equal(got, np.maximum(0, x))
        np.testing.assert_array_equal(want, np.clip(x, 0, 6))
        assert bool(one["finding"]) == bool((x > 6).any())
        assert one["answer"]["printed"] == "looking\n"
        wrong += bool(one["finding"])
    assert wrong > 0


def test_a_replay_in_words(course):
    root, _ = course
    told = run("replay", "bela", "range", "--function", "relu6", "--course", root)
    assert told.exit_code == 0, told.output
    assert "relu6, values: failed, 0 / 2" in told.output
    assert "1. asked: " in told.output
    for line in ("   answer: ", "   expected: ", "   right"):
        assert line in told.output
    assert "sigmoid" not in told.output


def test_a_submission_that_changed_since_is_said_to_have(course):
    root, _ = course
    path = root / "submitted/ada/range/range.ipynb"
    before = path.read_bytes()
    assert replayed(root, "ada", "--function", "relu6")["notes"] == replayed(root, "bela")["notes"]
    changed = solved()
    find(changed, "relu6")["source"] = WRONG
    path.write_text(json.dumps(changed))
    try:
        notes = " ".join(replayed(root, "ada")["notes"])
    finally:
        path.write_bytes(before)
    assert "has changed since it was graded" in notes
    assert "relu6, values: the grade says passed, the replay failed." in notes


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("zoe", "range"), "zoe has no grade for range"),
        (("carl", "range"), "There is nothing to replay: the submission is unreadable"),
        (("ada", "range", "--function", "sin"), "range has no function called 'sin': sigmoid"),
    ],
)
def test_what_cannot_be_replayed_is_one_sentence(course, arguments, words):
    told = run("replay", *arguments, "--course", course[0])
    assert told.exit_code == 2
    assert words in told.stderr
    assert told.stderr.count("\n") == 1


# Another seed


@cache
def verdicts(assignment, seed):
    """The verdict on every reference and every known mistake under a seed, by function and criterion.

    Where an expression is asked for, the reference, which returns numbers, is one more wrong answer.
    """
    examiner = Examiner(build(load(assignment), secret_from_seed(seed)))
    found = {}
    for exercise in load(assignment).exercises:
        programs = {"reference": exercise.reference}
        programs |= {mistake.name: mistake.wrong for mistake in bank(assignment).get(exercise.name, ())}
        for name, program in programs.items():
            cases = {c.name: examiner.table.cases[exercise.name, c.name] for c in exercise.criteria}
            outcomes = {c: Answer("ran", tuple(call(program, one.call) for one in some)) for c, some in cases.items()}
            judged = examiner.judge(exercise, outcomes)
            found |= {(exercise.name, name, c.name): c.status for c in judged.criteria}
    return found


def assert_seeds_agree(assignment, seeds):
    first = verdicts(assignment, seeds[0])
    assert set(first.values()) > {"passed"}
    for seed in seeds[1:]:
        other = verdicts(assignment, seed)
        assert {
            key: (first[key], other[key]) for key in first if (first[key] == "passed") != (other[key] == "passed")
        } == {}


TRAINS = pytest.param("training", marks=pytest.mark.full)
"""Each of its programs trains networks; two notebooks of it are in the sample of `test_other_seeds`."""


@pytest.mark.parametrize("assignment", [*(name for name in NAMES if name != "training"), TRAINS])
def test_another_seed_gives_the_same_verdicts(assignment):
    assert_seeds_agree(assignment, (11, 12))


@pytest.mark.full
@pytest.mark.parametrize("assignment", NAMES)
def test_ten_seeds_give_the_same_verdicts(assignment):
    assert_seeds_agree(assignment, range(11, 21))
