"""An assignment is corrected in mid-semester: old notebooks are understood, and the new points are everywhere."""

import csv
import json
import shutil

import pytest
from grading_room import find, name
from units_course import (
    ANSWERS,
    NAME,
    NO_CAP,
    ROOT,
    Source,
    grade,
    gradebook,
    mark_by_hand,
    released,
    rows,
    solved,
    stored,
    submit,
)

from autograder import inside_nbgrader
from autograder.course import _sqlite
from autograder.course._scores import above_most
from autograder.course.exports import export
from autograder.course.layout import open_course
from autograder.course.publish import publish
from autograder.course.status import course_status
from autograder.errors import UsageError
from autograder.notebook import Cell
from autograder.releases import dump_history, history_file, read_history, renamed, with_release
from autograder.report.class_report import write_class_report
from autograder.report.feedback import write_feedback
from autograder.worker import Worker


@pytest.fixture(scope="module")
def course(tmp_path_factory):
    """A published and graded course: everybody holds the first release."""
    root = tmp_path_factory.mktemp("units")
    shutil.copy(ROOT / "nbgrader_config.py", root)
    Source().publish(root)
    submit(root, "ada", solved(root, written="Since tanh(-x) = -tanh(x)."))
    submit(root, "bob", solved(root, answers={**ANSWERS, "relu6": NO_CAP}))
    grade(root)
    return root


@pytest.fixture
def root(course, tmp_path):
    shutil.copytree(course, tmp_path / "course")
    return tmp_path / "course"


def notes(root, student):
    return stored(root, student)["notes"]


def scores(root, student):
    return {f["name"]: (f["score"], f["max_score"]) for f in stored(root, student)["functions"]}


def test_the_first_release_has_no_history_and_an_equal_one_makes_none(root):
    release = open_course(root).release_of(NAME)
    assert not history_file(release).exists()
    assert publish(open_course(root), [NAME], check=False) == []
    assert not history_file(release).exists()


def test_new_points_show_up_everywhere_and_nobody_altered_anything(root):
    assert rows(root)["ada", "tanh-values"] == (2, None, 0, 2)
    told = Source(points={"tanh-values": 5}, own_points=2).publish(root)
    assert "exercises/.earlier/units.json was written: what students were given before." in told
    submit(root, "cleo", solved(root))
    assert course_status(open_course(root))[1][0].corrected
    grade(root, students=["ada"])
    assert course_status(open_course(root))[1][0].corrected
    assert grade(root).reused == 1
    for student in ("ada", "bob", "cleo"):
        assert notes(root, student) == []
        assert scores(root, student)["tanh"] == (7, 7)
        assert stored(root, student)["self_reported"][0]["points"] == 2
        assert rows(root)[student, "tanh-values"] == (5, None, 0, 5)
        assert rows(root)[student, "extra"] == (2, None, 0, 2)
        notebook = json.loads(open_course(root).graded(student, NAME).read_text())
        assert find(notebook, "tanh-values")["metadata"]["nbgrader"]["points"] == 5
    assert stored(root, "ada")["max_score"] == 4 + 7 + 4 + 2
    pages = {path.parts[-3]: path.read_text() for path in write_feedback(open_course(root), NAME).pages}
    assert "7 of 7" in pages["ada"] or "7 / 7" in pages["ada"]
    write_class_report(open_course(root), NAME, root / "report.html")
    assert "17" in (root / "report.html").read_text()
    export(open_course(root), [NAME], "csv", root / "scores.csv")
    [ada] = [row for row in csv.DictReader((root / "scores.csv").read_text().splitlines()) if "ada" in row.values()]
    assert "20" in ada.values() or "20.0" in ada.values()
    [status] = course_status(open_course(root))[1]
    reached = [stored(root, student)["score"] for student in ("ada", "bob", "cleo")]
    assert reached[0] == reached[2] == 17 > reached[1]
    assert not status.corrected
    assert status.mean == pytest.approx(sum(reached) / 3)
    assert grade(root).reused == 3


def test_a_process_that_lives_on_grades_by_what_is_right_now(root, monkeypatch):
    """Formgrader's button grades in the server's own process, which may be older than a correction."""
    ended, end = [], Worker.__exit__
    monkeypatch.setattr(Worker, "__exit__", lambda self, *details: ended.append(self) or end(self, *details))
    submitted = open_course(root).submission("ada", NAME).read_bytes()

    def graded():
        worker = inside_nbgrader._worker(str(root), NAME)
        result = worker.grader.grade(submitted, "ada").result
        return worker, result.max_score, result.seed

    first, *told = graded()
    assert told == [4 + 4 + 4 + 1, 1]
    assert graded()[0] is first
    Source(points={"tanh-values": 5}).publish(root)
    second, *told = graded()
    assert told == [4 + 7 + 4 + 1, 1]
    grade(root, seed=2)
    third, *told = graded()
    assert told == [4 + 7 + 4 + 1, 2]
    inside_nbgrader._WORKERS.clear()
    third.__exit__()
    ours = first, second, third
    assert [one for one in ended if one in ours] == list(ours)


def test_a_test_cell_with_a_new_text_is_not_held_against_old_notebooks(root):
    Source(own_test="assert tanh(0.0) == 0, 'tanh goes through the origin'").publish(root)
    forged = solved(root)
    find(forged, "extra")["source"] = "assert True  # mine"
    submit(root, "cleo", solved(root))
    submit(root, "dan", forged)
    grade(root)
    assert notes(root, "cleo") == []
    assert notes(root, "ada") == [
        "The notebook is of an earlier release of the assignment. The present test cells were used for extra."
    ]
    assert notes(root, "dan") == ["The test cell extra was changed; the original was used."]
    notebook = json.loads(open_course(root).graded("ada", NAME).read_text())
    assert "origin" in find(notebook, "extra")["source"]


def test_a_function_that_was_added(root):
    Source(functions=("sigmoid", "tanh", "relu6", "softsign")).publish(root)
    fresh = solved(root)
    fresh["cells"] = [cell for cell in fresh["cells"] if name(cell) != "softsign-values"]
    submit(root, "cleo", solved(root))
    submit(root, "dan", fresh)
    grade(root)
    assert scores(root, "cleo")["softsign"] == scores(root, "dan")["softsign"] == (4, 4)
    assert scores(root, "ada") == {"sigmoid": (4, 4), "tanh": (4, 4), "relu6": (4, 4), "softsign": (0, 4)}
    assert notes(root, "ada") == [
        "The notebook is of an earlier release of the assignment. These cells came later and were put in: "
        "softsign-values, softsign-arrays, softsign-extremes."
    ]
    assert notes(root, "dan") == ["Test cells were deleted and have been put back: softsign-values."]
    assert rows(root)["ada", "softsign-values"] == (0, None, 0, 2)


def test_a_question_that_was_added(root):
    source = Source()
    source.write(root)
    path = open_course(root).solution(NAME)
    notebook = json.loads(path.read_text())
    more = json.loads(json.dumps(find(notebook, "why")).replace("why", "how"))
    notebook["cells"] += [{**notebook["cells"][-2], "id": "question-2", "source": "## How?"}, more]
    path.write_text(json.dumps(notebook))
    publish(open_course(root), [NAME], check=False)
    fresh = solved(root)
    fresh["cells"] = [cell for cell in fresh["cells"] if name(cell) != "how"]
    submit(root, "dan", fresh)
    grade(root)
    assert notes(root, "ada") == [
        "The notebook is of an earlier release of the assignment. These cells came later and were put in: how."
    ]
    assert notes(root, "dan") == ["The cell of the written answer was deleted: how."]
    assert rows(root)["ada", "how"] == (None, None, 1, 3)


def test_a_function_that_was_removed(root):
    before = rows(root)
    Source(functions=("sigmoid", "relu6"), own_test="assert relu6(0) == 0").publish(root)
    submit(root, "cleo", solved(root))
    grade(root)
    for student in ("ada", "cleo"):
        assert scores(root, student) == {"sigmoid": (4, 4), "relu6": (4, 4)}
    assert not [cell for _, cell in rows(root) if cell.startswith("tanh")]
    assert {key for key in before if key[1].startswith("tanh")}
    cells = json.loads(open_course(root).graded("ada", NAME).read_text())["cells"]
    [test] = [cell for cell in cells if cell["source"] == 'check(tanh, "values")']
    assert (test["execution_count"], test["outputs"]) == (None, [])
    assert any("def tanh" in cell["source"] and cell["execution_count"] for cell in cells)


def test_a_function_that_a_human_marked_is_not_removed_and_nothing_is_changed(root):
    mark_by_hand(root, "bob", "tanh-values", 1)
    course = open_course(root)
    source = Source(functions=("sigmoid", "relu6"), own_test="assert relu6(0) == 0")
    source.write(root)
    before = {path: path.read_bytes() for path in root.rglob("*") if path.is_file() and path.suffix != ".db"}
    with pytest.raises(UsageError, match=r"no longer has the cells tanh-values, and a human has marked them: bob\."):
        publish(course, [NAME], check=False)
    assert {path: path.read_bytes() for path in before} == before
    assert not history_file(course.release_of(NAME)).exists()
    assert rows(root)["bob", "tanh-values"][1] == 1


def test_names_that_changed(root):
    mark_by_hand(root, "ada", "why", 2.5)
    Source(own_name="origin", written="why-centred").publish(root)
    assert rows(root)["ada", "why-centred"][1] == 2.5
    submit(root, "cleo", solved(root, written="It is odd."))
    grade(root)
    for student in ("ada", "bob", "cleo"):
        assert notes(root, student) == []
        assert [c["name"] for c in stored(root, student)["self_reported"]] == ["origin"]
    told = {student: stored(root, student)["written"] for student in ("ada", "bob", "cleo")}
    assert {student: (w[0]["name"], w[0]["answered"]) for student, w in told.items()} == {
        "ada": ("why-centred", True),
        "bob": ("why-centred", False),
        "cleo": ("why-centred", True),
    }
    assert rows(root)["ada", "why-centred"][1:3] == (2.5, 1)
    assert not [cell for _, cell in rows(root) if cell in ("why", "extra")]


def test_several_corrections_one_after_the_other(root):
    Source(own_test="assert tanh(0.0) == 0").publish(root)
    submit(root, "cleo", solved(root))
    Source(own_test="assert tanh(0.0) == 0", written="why-centred").publish(root)
    Source(own_test="assert tanh(0) == 0.0", written="why-odd", points={"tanh-values": 1}).publish(root)
    grade(root)
    outdated = "The notebook is of an earlier release of the assignment. The present test cells were used for extra."
    assert notes(root, "ada") == notes(root, "cleo") == [outdated]
    assert stored(root, "ada")["written"] == [{"name": "why-odd", "max_points": 3.0, "answered": True}]
    assert stored(root, "bob")["written"] == [{"name": "why-odd", "max_points": 3.0, "answered": False}]
    assert len(read_history(open_course(root).release_of(NAME))) == 3


def test_an_old_notebook_without_metadata(root):
    bare = solved(root, written="It is odd.")
    for cell in bare["cells"]:
        cell["metadata"] = {}
    Source(own_test="assert tanh(0.0) == 0", question="## Why so?", written="why-so").publish(root)
    submit(root, "cleo", bare)
    grade(root)
    assert scores(root, "cleo") == {"sigmoid": (4, 4), "tanh": (4, 4), "relu6": (4, 4)}
    assert notes(root, "cleo")[0].endswith(
        "had lost their nbgrader metadata and were recognised by their text or place."
    )
    assert not [note for note in notes(root, "cleo") if "changed" in note or "deleted" in note]


def test_a_manual_score_above_the_new_points_is_kept_and_said(root, monkeypatch):
    mark_by_hand(root, "ada", "why", 3)
    mark_by_hand(root, "bob", "tanh-values", 2)
    Source(written_points=2).publish(root)
    summary = grade(root)
    assert rows(root)["ada", "why"] == (None, 3, 1, 2)
    assert above_most(open_course(root), NAME) == [("ada", "why", 3, 2)]
    assert summary.remarks == (
        "More points than there are now were given by hand: ada has 3 of 2 for why. "
        "They count as they are until somebody changes them in formgrader.",
    )
    monkeypatch.setattr(_sqlite, "database_file", lambda course: None)  # as if it were not an SQLite file
    assert above_most(open_course(root), NAME) == [("ada", "why", 3, 2)]
    mark_by_hand(root, "ada", "why", 3)  # somebody has looked, and means it
    assert grade(root).remarks == ()


def test_a_history_that_cannot_be_read_is_a_sentence(root):
    path = history_file(open_course(root).release_of(NAME))
    path.parent.mkdir()
    path.write_text("{")
    with pytest.raises(UsageError, match=r"units\.json, which says what students were given earlier, cannot be read"):
        grade(root)
    with pytest.raises(UsageError, match="Restore it from a backup, or delete it"):
        publish(open_course(root), [NAME], check=False)


def test_a_history_holds_each_cell_once_and_reads_back(tmp_path):
    one = (Cell("markdown", "# A"), Cell("code", "assert 1", {"grade_id": "t", "grade": True, "points": 3}))
    two = (one[0], Cell("code", "assert 2", {"grade_id": "t", "grade": True}))
    history = with_release(with_release((), one, two), two, one)
    assert len(history) == 2
    assert with_release(history, one, two) == history
    assert with_release((), (), two) == with_release((), two, two) == ()
    data = dump_history(history)
    assert data.count(b"# A") == 1
    path = history_file(tmp_path / "a" / "a.ipynb")
    path.parent.mkdir()
    path.write_bytes(data)
    assert read_history(tmp_path / "a" / "a.ipynb") == history


def test_a_name_is_new_only_where_nothing_else_could_be_meant():
    def test(name, text):
        return Cell("code", text, {"grade_id": name, "grade": True})

    assert renamed([test("a", "1")], [test("b", "1")], ()) == {"a": "b"}
    assert renamed([test("a", "1")], [test("b", "2")], ()) == {}
    assert renamed([test("a", "1")], [test("b", "1")], ("a",)) == {}
    assert renamed([test("a", "1"), test("c", "1")], [test("b", "1")], ()) == {}
    assert renamed([test("a", "1")], [test("a", "2"), test("b", "1")], ()) == {}


def test_students_are_handed_no_history(root):
    Source(own_test="assert tanh(0.0) == 0").publish(root)
    folder = open_course(root).release_of(NAME).parent
    assert sorted(path.name for path in folder.iterdir()) == ["checks.py", f"{NAME}.ipynb"]
    assert not [cell for cell in released(root)["cells"] if "earlier" in cell["source"]]


def test_the_rows_are_those_of_a_course_that_began_with_the_correction(root, tmp_path):
    """What a correction leaves in the gradebook is what a new course would have, apart from what is a student's."""
    other = tmp_path / "other"
    other.mkdir()
    shutil.copy(ROOT / "nbgrader_config.py", other)
    corrected = Source(functions=("sigmoid", "tanh", "softsign"), points={"tanh-values": 3}, own_name="origin")
    for one in (root, other):
        corrected.publish(one)
    query = (
        "SELECT b.name, b.type, g.max_score FROM base_cell b LEFT JOIN grade_cells g ON g.id = b.id ORDER BY 1, 2",
        "SELECT name, source, checksum, locked FROM source_cell ORDER BY 1",
    )
    for one in query:
        assert gradebook(root, one) == gradebook(other, one)
    orphans = "SELECT count(*) FROM {} WHERE cell_id NOT IN (SELECT id FROM base_cell)"
    assert [gradebook(root, orphans.format(table)) for table in ("grade", "comment")] == [[(0,)], [(0,)]]
