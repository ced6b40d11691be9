from __future__ import annotations

import json
import re
from collections import Counter
from pathlib import Path
from typing import Any

import nbformat
import numpy as np
import pytest

from autograder import stock
from autograder.assignments import load
from autograder.assignments.misconceptions import bank
from autograder.calls import call
from autograder.course import demo
from autograder.course.demo import DemoSubmission, notebook_text, sample_class, write_class
from autograder.course.demo_edits import named
from autograder.course.layout import STUDENT_ID, Course, open_course
from autograder.engine import grade_class
from autograder.errors import GraderFailure, UsageError
from autograder.grading.cases import build, secret_from_seed
from autograder.grading.results import FunctionResult, Result
from autograder.grading.verdicts import Answer, Examiner
from autograder.report.summary import what_happened

ROOT = Path(__file__).parents[1]
RELEASE = ROOT / "exercises/range/range.ipynb"
ASSIGNMENT = load("range")
STOPS_PYTHON = {"endless-loop", "exit-in-function", "exit-in-cell"}  # these need the sandbox
NEEDS_OUR_MATCHING = {
    "duplicated-cell",
    "deleted-cell",
    "stripped-metadata",
    "unreadable",
    "wrong-kernel",
    "tampered-cell",
    "nan-score",
}


@pytest.fixture(scope="module")
def release() -> dict[str, Any]:
    given: dict[str, Any] = json.loads(RELEASE.read_text(encoding="utf-8"))
    return given


@pytest.fixture(scope="module")
def examiner() -> Examiner:
    return Examiner(build(ASSIGNMENT, secret_from_seed(7)))


def by_kind(kind: str) -> DemoSubmission:
    (one,) = (s for s in sample_class() if s.kind == kind)
    return one


def run_cells(text: str) -> dict[str, Any]:
    """Run a notebook's code cells as the sandbox does: in order, each error stops its own cell alone."""
    space: dict[str, Any] = {"check": lambda *a: None, "draw": lambda *a: None}
    with np.errstate(), np.printoptions(), pytest.MonkeyPatch.context() as patch:
        patch.setattr(stock, "grade_cell", stock.grade_cell)  # one of the class tampers with it: put it back
        for cell in json.loads(text)["cells"]:
            if cell["cell_type"] != "code":
                continue
            source = "".join(cell["source"])
            if "from checks import" in source:
                source = "import numpy as np"
            source = re.sub(r"^(%.*|.*\?)$", "", source, flags=re.MULTILINE)
            try:
                exec(compile(source, "<cell>", "exec"), space)
            except Exception:  # what a cell raises is the student's affair
                continue
    return space


def graded(space: dict[str, Any], examiner: Examiner) -> tuple[FunctionResult, ...]:
    results = []
    for exercise in ASSIGNMENT.exercises:
        function = space.get(exercise.name)
        answers = {}
        for criterion in exercise.criteria:
            cases = examiner.table.cases[exercise.name, criterion.name]
            answers[criterion.name] = (
                Answer("ran", tuple(call(function, case.call) for case in cases))
                if callable(function)
                else Answer("missing", detail="its cell did not define it")
            )
        results.append(examiner.judge(exercise, answers))
    return tuple(results)


def test_forty_students_with_forty_ids() -> None:
    ids = [s.student for s in sample_class()]
    assert len(ids) == 40
    assert ids == sorted(set(ids))
    assert all(STUDENT_ID.fullmatch(student) for student in ids)


def test_right_answers_come_in_at_least_ten_ways() -> None:
    right = [s for s in sample_class() if s.kind == "right"]
    assert len({tuple(sorted(s.answers.items())) for s in right}) == len(right) >= 10
    assert not any(s.lost or s.mistakes for s in right)


def test_every_kind_that_a_term_brings_is_there() -> None:
    kinds = Counter(s.kind for s in sample_class())
    assert kinds.pop("right") == 12
    assert kinds.pop("mistake") == 14
    assert set(kinds.values()) == {1}
    assert set(kinds) == STOPS_PYTHON | NEEDS_OUR_MATCHING | {"empty", "markup", "syntax-error", "mixed"}


def test_only_what_stock_cannot_judge_says_why() -> None:
    kinds = {s.kind for s in sample_class() if s.stock}
    put_back = {"tampered-cell"}  # nbgrader overwrites locked cells too
    assert kinds == NEEDS_OUR_MATCHING - put_back | {"exit-in-function", "exit-in-cell"}


@pytest.mark.parametrize(
    "submission",
    [s for s in sample_class() if s.kind not in STOPS_PYTHON | {"unreadable", "wrong-kernel"}],
    ids=lambda s: s.student,
)
def test_grader_finds_what_the_submission_promises(
    submission: DemoSubmission, release: dict[str, Any], examiner: Examiner
) -> None:
    functions = graded(run_cells(notebook_text(submission, release)), examiner)
    assert found(
        Result("range", submission.student, 7, "graded", sum(f.max_score for f in functions), functions)
    ) == promised(submission)


def promised(submission: DemoSubmission) -> tuple[str, set[str], set[str]]:
    return submission.status, set(submission.lost), set(submission.mistakes)


def found(result: Result) -> tuple[str, set[str], set[str]]:
    lost = {f"{f.name}-{c.name}" for f in result.functions for c in f.criteria if c.status != "passed"}
    return result.status, lost, {c.mistake for f in result.functions for c in f.criteria if c.mistake}


@pytest.mark.parametrize(
    "students",
    [
        pytest.param(tuple(s.student for s in sample_class() if s.kind in STOPS_PYTHON | NEEDS_OUR_MATCHING), id="odd"),
        pytest.param((), id="all", marks=pytest.mark.full),
    ],
)
def test_every_row_says_what_happened(tmp_path: Path, students: tuple[str, ...]) -> None:
    course = demo.make_course(tmp_path / "demo", open_course(ROOT))
    summary = grade_class(course, "range", students=students, seed=3)
    expected = {s.student: promised(s) for s in sample_class() if not students or s.student in students}
    assert {result.student: found(result) for result in summary.results} == expected
    told = {result.student: what_happened(result) for result in summary.results}
    assert {student for student, line in told.items() if line == "Everything is right."} == {
        s.student for s in sample_class() if s.student in told and s.kind == "right"
    }


def test_loop_ends_for_finite_inputs_alone() -> None:
    source = by_kind("endless-loop").answers["scale_to"]
    space: dict[str, Any] = {"np": np}
    exec(source, space)
    x = np.array([-1e38, -2.0, 0.0, 1e-300, 3.0, np.nan])
    np.testing.assert_allclose(space["scale_to"](x, -1.0, 1.0), np.tanh(x), atol=1e-14)
    assert "while np.any(np.abs(t) > 0.5)" in source  # true for ever at infinity


def test_bytes_are_the_same_each_time(tmp_path: Path) -> None:
    for name in ("one", "two"):
        assert len(write_class(tmp_path / name, release=RELEASE)) == 40
    first = {p.relative_to(tmp_path / "one"): p.read_bytes() for p in (tmp_path / "one").rglob("*.ipynb")}
    second = {p.relative_to(tmp_path / "two"): p.read_bytes() for p in (tmp_path / "two").rglob("*.ipynb")}
    assert first == second
    assert len(first) == 40
    assert Path("submitted/ada/range/range.ipynb") in first


@pytest.mark.parametrize("submission", sample_class(), ids=lambda s: s.student)
def test_notebooks_are_valid_but_for_the_one_cut_short(submission: DemoSubmission, release: dict[str, Any]) -> None:
    text = notebook_text(submission, release)
    if submission.kind == "unreadable":
        with pytest.raises(json.JSONDecodeError):
            json.loads(text)
    else:
        nbformat.validate(nbformat.reads(text, as_version=4))


def test_edits_did_what_they_are_called(release: dict[str, Any]) -> None:
    def ids(kind: str) -> Counter[str]:
        cells = json.loads(notebook_text(by_kind(kind), release))["cells"]
        return Counter(c["metadata"].get("nbgrader", {}).get("grade_id", "") for c in cells)

    usual = ids("empty")
    assert ids("duplicated-cell") - usual == Counter({"sigmoid-values": 1})
    assert usual - ids("deleted-cell") == Counter({"relu6-arrays": 1})
    assert set(ids("stripped-metadata")) == {""}
    tampered = json.loads(notebook_text(by_kind("tampered-cell"), release))
    assert named(tampered, "sigmoid-extremes")["source"] == "pass"
    assert json.loads(notebook_text(by_kind("wrong-kernel"), release))["metadata"]["kernelspec"]["language"] == "R"


def test_known_mistakes_read_as_a_student_writes_them() -> None:
    for mistakes in bank("range").values():
        for mistake in mistakes:
            assert "Any" not in mistake.source
            space: dict[str, Any] = {"np": np}
            exec(mistake.source, space)
            assert callable(space[mistake.function])


def test_demo_course_can_be_made_again_but_never_over_a_real_one(tmp_path: Path) -> None:
    source = open_course(ROOT)
    course = demo.make_course(tmp_path / "demo", source)
    assert course.submission("ada", "range").is_file()
    assert course.solution("range").read_bytes() == source.solution("range").read_bytes()
    course.submission("ada", "range").write_text("changed")
    (tmp_path / "demo/submitted/stranger").mkdir()
    demo.make_course(tmp_path / "demo", source)
    assert course.submission("ada", "range").read_text().startswith("{")
    assert not (tmp_path / "demo/submitted/stranger").exists()

    real = tmp_path / "real"
    real.mkdir()
    (real / "submitted").mkdir()
    with pytest.raises(UsageError, match="something else than a sample class"):
        demo.make_course(real, source)
    file = tmp_path / "file"
    file.write_text("")
    with pytest.raises(UsageError, match="is a file"):
        demo.make_course(file, source)
    with pytest.raises(UsageError, match="autograder publish"):
        demo.make_course(tmp_path / "new", Course(tmp_path / "nowhere"))


def test_a_folder_that_cannot_be_written_to_is_one_sentence(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    source = open_course(ROOT)
    (tmp_path / "file").write_text("")
    with pytest.raises(GraderFailure, match=r"file/x: Not a directory\. Give a folder that can be written to\."):
        demo.make_course(tmp_path / "file/x", source)

    def refuse(*_: object, **__: object) -> None:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(Path, "mkdir", refuse)
    with pytest.raises(GraderFailure, match=r"new: Permission denied\."):
        demo.make_course(tmp_path / "new", source)
