"""One function is graded again: as a full regrade would have it, and without the others' calls."""

import json
import re
import shutil
from functools import partial

import pytest
from click.testing import CliRunner
from units_course import (
    ANSWERS,
    NAME,
    NO_CAP,
    ROOT,
    Source,
    code,
    grade,
    gradebook,
    mark_by_hand,
    markdown,
    released,
    rows,
    solved,
    stored,
    submit,
)

from autograder import cli, submission, turns, worker
from autograder.course import gradebook as by_sqlalchemy
from autograder.course.layout import open_course
from autograder.course.status import course_status
from autograder.errors import UsageError
from autograder.grading import cases
from autograder.notebook import Cell
from autograder.report.class_report import write_class_report
from autograder.report.feedback import write_feedback
from autograder.sandbox import Sandbox
from autograder.sandbox.steps import CallStep, CellStep
from autograder.stored import Writer, lay_out, read_program

LOOPS = "def tanh(x):\n    print('once')\n    return np.tanh(x) + 1"


@pytest.fixture(scope="module")
def course(tmp_path_factory):
    """A published course with a class in it."""
    root = tmp_path_factory.mktemp("units")
    shutil.copy(ROOT / "nbgrader_config.py", root)
    Source().publish(root)
    submit(root, "ada", solved(root, written="Since tanh(-x) = -tanh(x)."))
    submit(root, "bob", solved(root, answers={**ANSWERS, "relu6": NO_CAP}))
    submit(root, "cleo", solved(root, answers={**ANSWERS, "tanh": LOOPS}))
    submit(root, "dora", "no notebook")
    submit(root, "emil", released(root))
    return root


@pytest.fixture
def root(course, tmp_path):
    shutil.copytree(course, tmp_path / "course")
    return tmp_path / "course"


@pytest.fixture
def asked(monkeypatch):
    """The functions that were called, as the sandbox is asked."""
    seen = []
    run = Sandbox.run

    def watched(self, steps):
        functions = {step.function for step in steps if isinstance(step, CallStep)}
        if functions <= set(ANSWERS):  # others are the sandbox's test of itself
            seen.append(functions)
        return run(self, steps)

    monkeypatch.setattr(Sandbox, "run", watched)
    return seen


def correct(root, **changes):
    """Correct the assignment without publishing: the cases are the module's alone."""
    source = Source(**changes)
    before = open_course(root).solution(NAME).read_bytes()
    source.write(root)
    open_course(root).solution(NAME).write_bytes(before)


OF_THE_RUN = {"regraded": [], "follows": [], "checksum": ""}
"""What a result says of the run that made it."""


def products(root):
    """All that a grade leaves behind, without what is different in each run."""
    course = open_course(root)
    found = {"gradebook": rows(root)}
    found["comments"] = gradebook(
        root,
        "SELECT a.student_id, b.name, c.auto_comment, c.manual_comment FROM comment c JOIN base_cell b "
        "ON b.id = c.cell_id JOIN submitted_notebook n ON n.id = c.notebook_id "
        "JOIN submitted_assignment a ON a.id = n.assignment_id ORDER BY 1, 2",
    )
    for path in sorted((root / course.autograded).rglob("*.ipynb")):
        found[path.parts[-3]] = path.read_text()
    for path in sorted(course.results.rglob("result.json")):
        result = json.loads(path.read_text())
        found[f"result of {path.parent.name}"] = {**result, "seconds": 0, **OF_THE_RUN}
    for path in write_feedback(course, NAME).pages:
        found[f"feedback of {path.parts[-3]}"] = path.read_text()
    return found


def report(root):
    file = root / "report.html"
    write_class_report(open_course(root), NAME, file)
    return file.read_text()


def test_it_is_as_a_full_regrade_and_calls_nothing_else(root, tmp_path, asked):
    grade(root)
    mark_by_hand(root, "ada", "why", 2)
    mark_by_hand(root, "bob", "relu6-values", 1.5)
    correct(root, cut=1)
    other = tmp_path / "other"
    shutil.copytree(root, other)
    asked.clear()
    alone = grade(root, function="relu6")
    assert asked == [{"relu6"}] * 4
    assert alone.reused == 0
    assert alone.remarks == ()
    asked.clear()
    assert grade(other).reused == 0
    assert asked == [{"sigmoid", "tanh", "relu6"}] * 4
    assert products(root) == products(other)
    for one in (root, other):  # the report tells seconds, which are never the same
        for path in open_course(one).results.rglob("result.json"):
            path.write_text(json.dumps({**json.loads(path.read_text()), "seconds": 0, **OF_THE_RUN}))
    assert report(root) == report(other)
    assert rows(root)["ada", "why"][1] == 2
    assert rows(root)["bob", "relu6-values"][1] == 1.5
    assert stored(other, "bob")["functions"][2]["score"] < 4


def test_the_verdicts_of_the_others_are_not_made_anew(root):
    grade(root)
    path = open_course(root).result("ada", NAME)
    told = re.sub(r"All \d+ calls", "All of these calls", path.read_text())
    assert "All of these calls" in told
    path.write_text(json.dumps(json.loads(told)))
    correct(root, cut=1)
    before = {f["name"]: f for f in stored(root, "ada")["functions"]}
    grade(root, function="relu6")
    after = {f["name"]: f for f in stored(root, "ada")["functions"]}
    assert {name for name in after if after[name] != before[name]} == {"relu6"}
    assert stored(root, "ada")["regraded"] == ["relu6"]


def test_a_second_run_and_a_full_run_find_nothing_to_do(root):
    grade(root)
    correct(root, cut=1)
    assert grade(root, function="relu6").reused == 0
    assert grade(root, function="relu6").reused == 5
    assert grade(root).reused == 5
    assert grade(root, function="relu6", force=True).reused == 0


def test_one_student_and_several_processes(root):
    grade(root)
    correct(root, cut=1)
    one = grade(root, function="relu6", students=["bob"])
    assert [result.student for result in one.results] == ["bob"]
    rest = grade(root, function="relu6", jobs=2)
    assert rest.reused == 1
    assert [r.regraded for r in rest.results if r.status == "graded"] == [("relu6",)] * 4


def test_what_else_has_changed_is_said_and_graded_by_the_next_full_run(root):
    grade(root)
    correct(root, cut=1)
    grade(root, function="tanh")
    assert course_status(open_course(root))[1][0].corrected
    summary = grade(root, function="tanh")
    assert summary.reused == 5
    assert "The tests of relu6 have changed as well" in summary.remarks[0]
    assert "`autograder grade units`" in summary.remarks[0]
    assert grade(root, function="relu6").remarks == ()
    assert not course_status(open_course(root))[1][0].corrected
    assert grade(root).reused == 5


def test_without_an_earlier_result_it_is_graded_whole_and_said(root):
    grade(root, students=["ada"])
    correct(root, cut=1)
    summary = grade(root, function="relu6")
    [told] = summary.remarks
    assert told.endswith("to go on from: bob, cleo, emil.")
    assert [r.status for r in summary.results] == ["graded"] * 3 + ["unreadable", "graded"]
    assert all(len(r.functions) == 3 for r in summary.results if r.status == "graded")
    changed = grade(root, function="relu6", seed=2)
    assert changed.remarks[0].endswith(": ada, bob, cleo, emil.")
    submit(root, "bob", solved(root))
    assert grade(root, function="relu6", seed=2).remarks[0].endswith(": bob.")


def test_a_broken_result_is_graded_whole(root):
    grade(root)
    open_course(root).result("ada", NAME).write_text("{")
    assert grade(root, function="relu6").remarks[0].endswith(": ada.")


@pytest.mark.parametrize(
    ("name", "told"),
    [
        (
            "gelu",
            "units grades no function called 'gelu'. It belongs to differentiability. Its functions are: sigmoid,",
        ),
        ("nonsense", "units grades no function called 'nonsense'. Its functions are: sigmoid, tanh, relu6."),
    ],
)
def test_an_unknown_function_is_a_sentence(root, name, told):
    with pytest.raises(UsageError) as caught:
        grade(root, function=name)
    assert told in str(caught.value)
    assert not (root / "gradebook.db").is_file() or not list(open_course(root).results.rglob("result.json"))


def test_the_command_says_what_it_did(root):
    grade(root, students=["ada", "bob"])
    correct(root, cut=1)
    ran = CliRunner().invoke(
        cli.main, ["grade", NAME, "--function", "relu6", "--course", str(root), "--seed", "1", "--jobs", "1"]
    )
    assert ran.exit_code == 0
    assert "to go on from: cleo, emil." in ran.output
    ran = CliRunner().invoke(cli.main, ["grade", NAME, "--function", "relu7", "--course", str(root)])
    assert ran.exit_code == 2
    assert "no function called 'relu7'" in ran.output
    ran = CliRunner().invoke(
        cli.main, ["grade", NAME, "--function", "tanh", "--force", "--json", "--course", str(root), "--seed", "1"]
    )
    last = json.loads(ran.output.splitlines()[-1])
    assert (last["event"], last["reused"], last["remarks"]) == ("finished", 0, [])


def test_an_interrupted_run_goes_on(root, tmp_path):
    grade(root)
    correct(root, cut=1)
    other = tmp_path / "other"
    shutil.copytree(root, other)
    seen = []

    def stop(result, reused):
        seen.append(result.student)
        if len(seen) == 2:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        grade(root, function="relu6", progress=stop)
    assert grade(root, function="relu6").reused >= len(seen)  # what cannot be read is stored before its turn
    grade(other)
    assert products(root) == products(other)


def test_a_notebook_that_was_written_by_another_program_is_made_anew(root, tmp_path):
    grade(root)
    path = open_course(root).graded("ada", NAME)
    path.write_text(json.dumps(json.loads(path.read_text()), indent=1) + "\n")
    correct(root, cut=1)
    other = tmp_path / "other"
    shutil.copytree(root, other)
    grade(root, function="relu6")
    grade(other)
    assert products(root) == products(other)


def test_after_a_correction_of_the_notebook_it_is_as_a_full_regrade_too(root, tmp_path):
    grade(root)
    mark_by_hand(root, "ada", "why", 2)
    Source(points={"relu6-values": 4, "tanh-values": 1}, own_points=2, cut=1).publish(root)
    other = tmp_path / "other"
    shutil.copytree(root, other)
    alone = grade(root, function="relu6")
    assert all(result.regraded == ("relu6",) for result in alone.results if result.status == "graded")
    grade(other)
    assert products(root) == products(other)


def test_on_a_cluster(root, tmp_path):
    pytest.importorskip("distributed", reason="needs Dask: pip install 'autograder[cluster]'")
    grade(root)
    Source(own_test="assert tanh(0.0) == 0", cut=1).publish(root)
    other = tmp_path / "other"
    shutil.copytree(root, other)
    alone = grade(root, function="relu6", engine="dask", jobs=1)
    assert [result.regraded for result in alone.results if result.status == "graded"] == [("relu6",)] * 4
    grade(other)
    assert products(root) == products(other)
    assert grade(root).reused == 5


def messy(root):
    """A notebook with all that may confuse who reads it back: copies, lost cells, odd text, pictures, an early end."""
    notebook = solved(root, answers={**ANSWERS, "relu6": NO_CAP})
    cells = notebook["cells"]
    test = next(cell for cell in cells if cell["id"] == "relu6-values")
    cells.remove(next(cell for cell in cells if cell["id"] == "relu6-arrays"))
    odd = 'print(\'"outputs": [\\u2028é\\n  {"cell_type": "code", "id": "relu6-values"\')'
    cells[2:2] = [
        test,
        code("relu6-values", odd, {}),
        code("cell-9", "import matplotlib.pyplot as plt\n_ = plt.plot([1, 2])", {"nbgrader": {"grade_id": "mine"}}),
        code("late", test["source"], {}),
        code("ends", "import os\nos._exit(3)", {}),
        markdown("text", "naïve\u2029text"),
    ]
    return notebook


def test_whatever_is_in_a_notebook_it_is_as_a_full_regrade(root, tmp_path):
    submit(root, "fay", messy(root))
    bare = solved(root)
    for cell in bare["cells"]:
        cell["metadata"] = {}
    submit(root, "gus", bare)
    grade(root)
    mark_by_hand(root, "gus", "why", 1)
    correct(root, cut=1)
    other = tmp_path / "other"
    shutil.copytree(root, other)
    grade(root, function="relu6", force=True)
    grade(other, force=True)
    assert products(root) == products(other)
    assert "did not finish" in " ".join(stored(root, "fay")["notes"])


def test_a_notebook_reads_back_whatever_its_cells_hold():
    test = CallStep("f-values", "f", ())
    other = CallStep("g-values", "g", ())
    odd = {"nbgrader": 1, "source": "x", "more": [{"a": "b", "source": 2}]}
    pictures = {"a": {"image/png": "AA=="}, "execution_count": {"image/png": "AA=="}}
    text = 'x = \'", "source": "a", "execution_count": null, "outputs": [\' # \\u2028\u2028é'
    writer = Writer()

    def run(cell, count, outputs, step=None):
        writer.add(cell, count, outputs, step or CellStep(f"cell-{count}", cell.source))

    writer.add(Cell("markdown", text, {"grade_id": "mine"}))
    run(Cell("code", text, {"grade_id": "odd", **odd}), 1, b'[{"text": "\\n"}]')
    writer.add(Cell("code", "not run", {"grade_id": ["odd"], **odd}))
    run(Cell("code", "with pictures", {"grade_id": "f-values", **odd}, pictures), 2, b"[1]", test)
    run(Cell("code", text, {}, pictures), 3, b"[]")
    writer.add(Cell("code", "pictures, not run", {}, pictures))
    run(Cell("code", "another", {"grade_id": "g-values"}), 4, b"[]", other)
    run(Cell("code", "", {}), 5, b"[1]")
    layout = partial(lay_out, {"f-values": test, "g-values": other})
    program = read_program(writer.notebook(), writer.index, "f", layout)
    assert program.steps == [CellStep("cell-1", text), test, CellStep("cell-3", text), CellStep("cell-5", "")]
    assert program.layout.asked == {"f-values": 1}
    assert program.with_outputs({"f-values": b"[1]"}) == (b"", writer.index)
    changed, index = program.with_outputs({"f-values": '[2, 3, "é"]'.encode()})
    again = read_program(changed, index, "f", layout)
    assert (again.steps, again.layout) == (program.steps, program.layout)
    assert again.with_outputs({"f-values": b"[1]"}) == (writer.notebook(), writer.index)
    before, after = (json.loads(one)["cells"] for one in (writer.notebook(), changed))
    assert after[3].pop("outputs") == [2, 3, "é"]
    assert before[3].pop("outputs") == [1]
    assert after == before


@pytest.fixture
def parsed(monkeypatch):
    """How many submissions were read and matched."""
    seen = []
    parse = submission.parse
    monkeypatch.setattr(submission, "parse", lambda *given: seen.append(1) or parse(*given))
    return seen


def test_the_submissions_are_not_matched_again(root, parsed):
    grade(root)
    correct(root, cut=1)
    parsed.clear()
    assert grade(root, function="relu6").reused == 0
    assert parsed == [1]  # the one that is no notebook


@pytest.mark.parametrize(
    ("deed", "text"),
    [("notebook", ""), ("result", ""), ("template", "another"), ("index", "another"), ("index", "f-values;7")],
)
def test_what_was_changed_since_is_matched_again(root, tmp_path, parsed, deed, text):
    grade(root)
    notebook, result = open_course(root).graded("ada", NAME), open_course(root).result("ada", NAME)
    if deed == "notebook":
        notebook.write_text(notebook.read_text().replace("# Units", "# Unit"))
    elif deed == "result":
        result.write_text(json.dumps({**json.loads(result.read_text()), "notebook": text}))
    else:
        result.write_text(json.dumps({**json.loads(result.read_text()), deed: text}))
    correct(root, cut=1)
    other = tmp_path / "other"
    shutil.copytree(root, other)
    parsed.clear()
    grade(root, function="relu6")
    assert len(parsed) == 2
    grade(other)
    assert products(root) == products(other)


@pytest.mark.parametrize("number", range(4))
def test_a_run_that_is_killed_between_two_files_goes_on(root, tmp_path, monkeypatch, number):
    grade(root)
    mark_by_hand(root, "ada", "why", 2)
    correct(root, cut=1)
    other = tmp_path / "other"
    shutil.copytree(root, other)
    calls = []

    def at_last(write):
        def written(path, *more):
            calls.append(path)
            if len(calls) > number:
                raise KeyboardInterrupt
            write(path, *more)

        return written

    monkeypatch.setattr(worker, "write_in_turn", at_last(worker.write_in_turn))
    monkeypatch.setattr("autograder.course.recording.record", lambda *arguments: None)
    with pytest.raises(KeyboardInterrupt):
        grade(root, function="relu6")
    monkeypatch.undo()
    grade(root, function="relu6")
    grade(other)
    assert products(root) == products(other)


def test_a_fault_of_ours_in_reading_costs_one_submission_its_result(root, monkeypatch):
    grade(root)
    correct(root, cut=1)
    read = worker.stored_result

    def fails(course, student, assignment):
        if student == "bob":
            raise MemoryError("no room")
        return read(course, student, assignment)

    monkeypatch.setattr(worker, "stored_result", fails)
    results = {result.student: result for result in grade(root, function="relu6").results}
    assert [name for name, result in results.items() if result.status == "failed"] == ["bob"]
    assert "no room" in results["bob"].notes[0]
    assert results["ada"].regraded == results["emil"].regraded == ("relu6",)
    monkeypatch.undo()
    assert grade(root, function="relu6").reused == 4


@pytest.mark.parametrize(("seconds", "stored_before"), [(60, []), (0, ["ada", "bob"])])
def test_what_has_run_is_soon_stored(root, monkeypatch, seconds, stored_before):
    """Those that are quick are stored together; a slow one lets nobody wait."""
    grade(root)
    correct(root, cut=1)
    monkeypatch.setattr(turns, "TOGETHER", 3)
    monkeypatch.setattr(turns, "SOON", seconds)
    run, runs = Sandbox.run, []

    def watched(self, steps):
        runs.append([name for name in ("ada", "bob", "cleo") if stored(root, name)["regraded"]])
        return run(self, steps)

    with worker.Worker(worker.Plan(open_course(root), NAME, 1, "auto", function="relu6")) as working:
        monkeypatch.setattr(Sandbox, "run", watched)
        told = list(working.grade_all(["ada", "bob", "cleo"]))
    assert [result.student for result, _ in told] == ["ada", "bob", "cleo"]
    assert runs[-1] == stored_before


@pytest.mark.parametrize("deed", ["earlier", "none", "sqlalchemy"])
def test_the_rows_are_right_whatever_was_recorded_before(root, tmp_path, monkeypatch, deed):
    grade(root)
    mark_by_hand(root, "ada", "tanh-values", 1)
    if deed == "earlier":  # the next results are stored, and nobody writes them down
        correct(root, cut=2)
        monkeypatch.setattr("autograder.course.recording.record", lambda *arguments: None)
        grade(root, force=True, seed=2)
        monkeypatch.undo()
        grade(root, function="tanh", seed=2, force=True)
    elif deed == "none":
        gradebook(root, "DELETE FROM autograder_recorded")
    correct(root, cut=1)
    other = tmp_path / "other"
    shutil.copytree(root, other)
    seed = 2 if deed == "earlier" else 1
    if deed == "sqlalchemy":
        monkeypatch.setattr("autograder.course.recording.record", by_sqlalchemy.record)
    grade(root, function="relu6", seed=seed)
    monkeypatch.undo()
    grade(other, seed=seed)
    assert products(root) == products(other)


def said(root, student):
    """What a result says of each criterion."""
    return [
        criterion["message"] for function in stored(root, student)["functions"] for criterion in function["criteria"]
    ]


@pytest.mark.parametrize(
    ("setting", "value"),
    [("", None), ("PUBLIC_SECRET", b"other visible cases"), ("VISIBLE_ASKED", cases.VISIBLE_ASKED + 1)],
)
def test_a_verdict_that_is_as_before_changes_no_row_but_what_a_human_gave_waits(root, monkeypatch, setting, value):
    grade(root)
    for cell in ("relu6-values", "tanh-values", "why"):
        mark_by_hand(root, "ada", cell, 1)
    gradebook(root, "UPDATE grade SET auto_score = 99 WHERE auto_score > 0")
    gradebook(root, "UPDATE grade SET needs_manual_grade = 0")
    before = said(root, "ada")
    if setting:
        monkeypatch.setattr(cases, setting, value)
    grade(root, function="relu6", force=True)
    assert (said(root, "ada") == before) == (setting != "VISIBLE_ASKED")  # one call more is said, and in no gradebook
    assert stored(root, "ada")["follows"][1:] == [""]
    waiting = "SELECT count(*) FROM grade WHERE needs_manual_grade AND manual_score IS NOT NULL"
    assert gradebook(root, waiting)[0][0] == (3 if setting else 0)
    read = (
        "SELECT g.auto_score FROM grade g JOIN base_cell b ON b.id = g.cell_id "
        "JOIN submitted_notebook n ON n.id = g.notebook_id JOIN submitted_assignment a ON a.id = n.assignment_id "
        "WHERE b.name LIKE 'relu6-%' AND a.student_id = 'ada'"
    )
    assert set(gradebook(root, read)) == {(99.0,)}


def test_a_row_of_the_others_is_left_alone_where_it_is_there(root):
    grade(root)
    gradebook(root, "UPDATE comment SET auto_comment = 'as it was' WHERE auto_comment LIKE '%tanh%'")
    correct(root, cut=1)
    grade(root, function="relu6")
    assert gradebook(root, "SELECT count(*) FROM comment WHERE auto_comment = 'as it was'")[0][0] > 0


def test_the_cases_are_drawn_once(root, monkeypatch):
    from autograder import regrade

    drawn = []
    for room in (regrade, worker):
        build = room.build
        monkeypatch.setattr(room, "build", lambda *what, build=build: drawn.append(1) or build(*what))
    grade(root, function="relu6")
    assert drawn == [1]
