"""The assignment *training*: its networks are right by other means, and its data and bounds are what they claim."""

import ast
import json
from dataclasses import replace
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest
from grading_room import ROOT, solved

from autograder.assignments import NAMES, load
from autograder.assignments.dense_networks import (
    ACTIVATIONS,
    backward,
    forward,
    initialise,
    loss,
    recognise,
    train,
)
from autograder.assignments.digits import images_and_labels, split
from autograder.assignments.draw import Draw
from autograder.assignments.training import ACCURACY, LEARN, NEW, STEPS
from autograder.calls import Argument, Call, call
from autograder.compare import Expected, judge
from autograder.grading.cases import build, secret_from_seed
from autograder.grading.verdicts import Examiner
from autograder.matching import load_template
from autograder.sandbox import CallResult, CallStep, CellResult, CellStep, Sandbox
from autograder.submission import Grader, Sandboxes, limits, stub_checks

TRAINING = load("training")


def network(seed, sizes):
    rng = np.random.default_rng(seed)
    parameters = [rng.uniform(-0.5, 0.5, s) for d, k in pairwise(sizes) for s in ((d, k), (k,))]
    return rng.uniform(-2, 2, (6, sizes[0])), rng.integers(0, sizes[-1], 6), parameters


@pytest.mark.parametrize("activation", ACTIVATIONS)
def test_the_gradient_is_the_slope_of_the_loss(activation):
    x, labels, parameters = network(0, (3, 5, 4, 3))
    for p, gradient in zip(parameters, backward(x, labels, parameters, activation), strict=True):
        for place in np.ndindex(p.shape):
            kept, values = p[place], []
            for h in (1e-5, -1e-5):
                p[place] = kept + h
                values.append(loss(x, labels, parameters, activation))
            p[place] = kept
            assert abs((values[0] - values[1]) / 2e-5 - gradient[place]) < 1e-9


def test_the_weights_of_a_seed_are_made_from_raw_words():
    """So that another version of NumPy with other weights would be noticed."""
    bits = np.random.PCG64(7)
    bound = np.sqrt(6 / 8)
    words = bits.random_raw(15) >> np.uint64(11)
    want = (-bound + 2 * bound * (words * 2.0**-53)).reshape(5, 3)
    np.testing.assert_allclose(initialise([5, 3], "tanh", 7)[0], want, rtol=0, atol=4e-16)


@pytest.mark.parametrize(("activation", "variance"), [("tanh", 2 / 90), ("relu", 2 / 60)])
def test_the_weights_have_the_spread_of_the_papers(activation, variance):
    W, b = initialise([60, 30], activation, 1)
    assert abs(W.mean()) < 5 * np.sqrt(variance / W.size)
    assert abs(W.var() / variance - 1) < 0.1
    assert not b.any()


def test_a_slightly_different_start_is_forgiven_as_the_bound_of_train_says():
    """Errors of the size of one gradient's, put in at the start, grow less than the bound allows."""
    for seed in range(20):
        x, labels, parameters = network(seed, (3, 5, 4))
        nudge = 2.0**14 * np.finfo(float).eps
        rng = np.random.default_rng(seed)
        moved = [p + nudge * rng.choice([-1, 1], p.shape) for p in parameters]
        one, other = (train(x, labels, p, "tanh", 0.5, 6, 6) for p in (parameters, moved))
        worst = max(np.abs(a - b).max() for a, b in zip(one, other, strict=True))
        assert worst < STEPS * np.finfo(float).eps / 4


def test_the_digits_are_those_that_scikit_learn_ships():
    datasets = pytest.importorskip("sklearn.datasets", reason="Compares with scikit-learn: pip install scikit-learn.")
    images, labels = images_and_labels()
    theirs = datasets.load_digits()
    assert np.array_equal(images, theirs.data)
    assert np.array_equal(labels, theirs.target)


def test_a_plain_recipe_is_five_spreads_above_what_is_asked():
    right = []
    for seed in range(20):
        drawn = split(Draw(b"spread", str(seed)), LEARN, NEW)
        right.append(np.mean(recognise(drawn.x, drawn.labels, drawn.x_new, seed) == drawn.labels_new))
    assert 0.91 < np.mean(right) < 0.93  # the notebook says 92 %, give or take 2 %
    assert np.mean(right) - 5 * np.std(right) > ACCURACY


def test_a_split_shuffles_pixels_and_names_alike_and_keeps_its_parts_apart():
    drawn = split(Draw(b"split", "one"), 100, 60)
    images, labels = images_and_labels()
    known = {tuple(sorted(image)): label for image, label in zip(images.tolist(), labels.tolist(), strict=True)}
    renamed = {}
    for image, name in zip([*drawn.x.tolist(), *drawn.x_new.tolist()], [*drawn.labels, *drawn.labels_new], strict=True):
        renamed.setdefault(known[tuple(sorted(image))], set()).add(int(name))
    assert sum(len(names) == 1 for names in renamed.values()) >= 8  # two images may hold the same pixels by accident
    assert not {tuple(image) for image in drawn.x.tolist()} & {tuple(image) for image in drawn.x_new.tolist()}


# how lists of arrays, accuracy and repetition are called and judged


def arrays(*shapes):
    size = sum(int(np.prod(shape)) for shape in shapes)
    return Argument("arrays", np.arange(float(size)), [list(shape) for shape in shapes])


def test_a_list_of_arrays_arrives_and_returns_as_one():
    made = Call((arrays((2, 3), (3,), (0, 2)),), result="list")
    outcome = call(lambda parameters: [p + 1 for p in parameters], made)
    assert [value.data.shape for value in outcome.values if value.data is not None] == [(2, 3), (3,), (0, 2)]
    assert outcome.is_tuple
    assert outcome.mutated == ()
    want = Expected(
        tuple(np.arange(9.0)[a:b].reshape(s) + 1 for a, b, s in ((0, 6, (2, 3)), (6, 9, 3), (9, 9, (0, 2)))), 0, 0
    )
    assert judge("f", made, want, outcome) is None


@pytest.mark.parametrize("deed", ["parameters[0][0, 0] += 1", "parameters.pop()", "parameters[1] = 0"])
def test_a_changed_list_of_arrays_is_noticed(deed):
    def wrong(parameters):
        exec(deed, {"parameters": parameters})
        return 1.0

    assert call(wrong, Call((arrays((2, 3), (3,)),))).mutated == (0,)


def test_a_wrong_member_of_a_list_is_named():
    made = Call((arrays((2, 2), (2,)),), result="list")
    want = Expected((np.zeros((2, 2)), np.ones(2)), 0, 0)
    finding = judge("f", made, want, call(lambda parameters: [np.zeros((2, 2)), np.zeros(2)], made))
    assert finding is not None
    assert finding.message.startswith("`f(…)[1]` gave 0 at position 0 for a list of arrays of shapes (2, 2) and (2,)")


def test_enough_right_answers_are_enough():
    made, want = Call(()), Expected((np.arange(10),), 0, 0, share=0.8)
    assert judge("f", made, want, call(lambda: np.r_[0:8, 0, 0], made)) is None
    finding = judge("f", made, want, call(lambda: np.r_[0:7, 0, 0, 0], made))
    assert finding is not None
    assert "7 of 10 right, 70.0%; at least 80% is asked" in finding.message


def test_repetition_is_judged_on_fresh_inputs():
    made, want = Call((Argument("array", np.zeros(3)),), result="again"), Expected((np.array(True),), 0, 0)
    assert judge("f", made, want, call(lambda x: np.add(x, 1, out=x), made)) is None
    state = np.random.default_rng(0)
    finding = judge("f", made, want, call(lambda x: x + state.random(), made))
    assert finding is not None
    assert "other numbers when it was called again" in finding.message
    finding = judge("f", made, want, call(lambda x: None, made))
    assert finding is not None
    assert finding.kind == "type"


def test_another_seed_must_give_other_numbers():
    seed, want = Argument("value", value=3), Expected((np.array(False),), 0, 0)
    made = Call((Argument("array", np.zeros(3)), seed), result="other seed")
    assert judge("f", made, want, call(lambda x, seed: x + np.random.default_rng(seed).random(3), made)) is None
    finding = judge("f", made, want, call(lambda x, seed: x + np.random.default_rng(0).random(3), made))
    assert finding is not None
    assert finding.kind == "chance"
    assert "the same numbers for this seed and for the next one" in finding.message


# in the sandbox


def test_the_data_reach_a_notebook_in_the_sandbox():
    cells = [
        CellStep("cell-1", "from checks import load_data\nimages = load_data('digits.npz')['images']"),
        CellStep("cell-2", "images.shape, int(images.sum())"),
    ]
    modules = {"checks": stub_checks(TRAINING)}
    with Sandbox(packages=("numpy",), modules=modules, isolation="none") as sandbox:
        shown = sandbox.run(cells).results[1]
    assert isinstance(shown, CellResult)
    images, _ = images_and_labels()
    assert ast.literal_eval(shown.display) == (images.shape, int(images.sum()))


def test_lists_of_arrays_cross_to_the_sandbox_and_back():
    cases = build(TRAINING, secret_from_seed(0)).cases["forward", "values"]
    source = (
        "import numpy as np\n"
        "def forward(x, parameters, activation):\n"
        "    return [np.full((len(x), len(b)), len(parameters)) for b in parameters[1::2]]"
    )
    steps = [CellStep("cell-1", source), CallStep("forward-values", "forward", tuple(c.call for c in cases))]
    with Sandbox(packages=("numpy",), isolation="none") as sandbox:
        answered = sandbox.run(steps).results[1]
    assert isinstance(answered, CallResult)
    for case, outcome in zip(cases, answered.outcomes, strict=True):
        assert [v.data.shape for v in outcome.values if v.data is not None] == [v.shape for v in case.expected.values]


def test_the_reference_keeps_what_it_is_given():
    x, labels, parameters = network(3, (3, 4, 2))
    before = [p.copy() for p in parameters]
    forward(x, parameters, "tanh")
    train(x, labels, parameters, "tanh", 0.5, 2, 4)
    assert all(np.array_equal(a, b) for a, b in zip(before, parameters, strict=True))


# time


@pytest.mark.parametrize("name", NAMES)
def test_a_whole_notebook_may_take_what_its_steps_may_take(name):
    allowed, assignment = limits(load(name)), load(name)
    steps = sum(len(exercise.criteria) for exercise in assignment.exercises) + len(assignment.exercises)
    assert allowed.step_seconds == assignment.step_seconds
    assert allowed.total_seconds == allowed.cpu_seconds == steps * assignment.step_seconds


def with_cells(notebook, source, number):
    """The notebook with further cells below its first."""
    first = next(place for place, cell in enumerate(notebook["cells"]) if cell["cell_type"] == "code") + 1
    for count in range(number):
        cell = {"cell_type": "code", "metadata": {}, "id": f"more-{count}", "outputs": [], "source": source}
        notebook["cells"].insert(first, cell)
    return notebook


def graded(assignment, notebook):
    """The result of a notebook in a sandbox with the limits of ``assignment``."""
    file = Path(assignment.name) / f"{assignment.name}.ipynb"
    template = load_template(assignment, ROOT / "solutions" / file, ROOT / "exercises" / file)
    examiner = Examiner(build(assignment, secret_from_seed(1)))
    with Sandboxes(assignment, isolation="none") as sandboxes:
        grader = Grader(template, examiner, sandboxes, seed=1, version="test")
        return grader.grade(json.dumps(notebook).encode(), "ada").result


def test_who_uses_more_than_all_steps_together_is_cut_off():
    brief = replace(load("nonlinearity"), step_seconds=0.1)
    result = graded(brief, with_cells(solved("nonlinearity"), "import time\ntime.sleep(0.08)", 60))
    assert brief.total_seconds < 60 * 0.08
    assert {c.status for f in result.functions for c in f.criteria} == {"not_run"}


@pytest.mark.full
def test_a_slow_notebook_that_keeps_within_the_limit_of_each_step_is_graded_whole():
    result = graded(TRAINING, with_cells(solved("training"), "import time\ntime.sleep(20)", 4))
    assert [(f.name, c.name, c.message) for f in result.functions for c in f.criteria if c.status != "passed"] == []
    assert result.seconds > 80
