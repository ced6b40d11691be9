from __future__ import annotations

import csv
import io
import json
import os
import shutil
import sqlite3
import zipfile
from dataclasses import replace
from pathlib import Path

import pytest

from autograder.course._gradescope import Messages, messages
from autograder.course.exports import export, neutral
from autograder.course.gradebook import CellScore, record, register, scores
from autograder.course.layout import Course, open_course
from autograder.errors import UsageError
from tests.tiny_course import new_course, result


@pytest.fixture(scope="module")
def course(tmp_path_factory: pytest.TempPathFactory) -> Course:
    """Five students: right, partly right with a hostile name, unreadable, absent, and one with manual scores."""
    made = new_course(tmp_path_factory.mktemp("exports"))
    register(made, "tiny")
    results = [result("ada"), result("bob", 0, message="sevenths"), result("cyd", status="unreadable"), result("eve")]
    record(made, "tiny", results)
    for one in results:
        path = made.result(one.student, "tiny")
        path.parent.mkdir(parents=True)
        path.write_text(json.dumps(one.to_json()), "utf-8")
    connection = sqlite3.connect(made.root / "gradebook.db")
    with connection:
        connection.execute("""insert into student (id, last_name) values ('dan', '@SUM(1+1)*cmd|" /C calc"!A0')""")
        connection.execute("update student set first_name = ?, last_name = ? where id = 'bob'", ("=1+1", "Bö, Jr."))
        connection.execute("update student set email = '-2+3', lms_user_id = '4711' where id = 'bob'")
        connection.execute(
            "update grade set manual_score = 2.5, needs_manual_grade = 0 where notebook_id in "
            "(select n.id from submitted_notebook n join submitted_assignment s on n.assignment_id = s.id "
            "where s.student_id = 'eve') and cell_id in (select id from base_cell where name = 'why')"
        )
    connection.close()
    return made


def table(course: Course, form: str, file: Path) -> tuple[list[dict[str, str]], list[str]]:
    told = export(course, ["tiny"], form, file)
    return list(csv.DictReader(io.StringIO(file.read_bytes().decode(), newline=""))), told


def test_csv_has_the_columns_of_nbgrader_and_a_status(course: Course, tmp_path: Path):
    rows, told = table(course, "csv", tmp_path / "scores.csv")
    stock = "assignment,duedate,timestamp,student_id,last_name,first_name,email,raw_score,late_submission_penalty,score"
    assert list(rows[0]) == [*stock.split(","), "max_score", "status"]
    assert [(r["student_id"], r["score"], r["max_score"], r["status"]) for r in rows] == [
        ("ada", "3", "6", "needs a human"),
        ("bob", "1", "6", "needs a human"),
        ("cyd", "", "6", "not graded"),
        ("dan", "", "6", "not submitted"),
        ("eve", "5.5", "6", "graded"),
    ]
    assert told == [
        "1 student handed in tiny but nothing in it could be graded, and got no score.",
        "2 students got a score for tiny that is not final, since a part of it waits for a human.",
    ]


def test_who_handed_in_again_is_told(course: Course, tmp_path: Path):
    again = changed(course, tmp_path / "course", "first_name = first_name")
    for student, seconds in (("ada", 60), ("bob", -60), ("dan", 60)):
        path = again.submission(student, "tiny")
        path.parent.mkdir(parents=True)
        path.write_text("{}")
        graded = again.result(student, "tiny")
        if graded.exists():
            os.utime(path, (graded.stat().st_mtime + seconds,) * 2)
    told = export(again, ["tiny"], "csv", tmp_path / "scores.csv")
    assert told[-1] == (
        "1 student handed in tiny again since the grade: run `autograder grade tiny`, and export again."
    )


def test_moodle_is_not_made_to_clear_what_was_entered_there(course: Course, tmp_path: Path, monkeypatch):
    rows = {"tiny": scores(course, "tiny"), "more": tuple(s for s in scores(course, "tiny") if s.student != "bob")}
    monkeypatch.setattr("autograder.course.exports.recorded_assignments", lambda course: list(rows))
    monkeypatch.setattr("autograder.course.exports.scores", lambda course, name: rows[name])
    told = export(course, [], "moodle", tmp_path / "scores.csv")
    table = list(csv.DictReader(io.StringIO((tmp_path / "scores.csv").read_text("utf-8"), newline="")))
    assert [(row["Username"], row["tiny"], row["more"]) for row in table] == [
        ("ada", "3", "3"),
        ("bob", "1", ""),
        ("eve", "5.5", "5.5"),
    ]
    assert told[0].startswith("In 1 of 3 rows a score is missing (tiny, more). Moodle takes an empty cell")


@pytest.mark.parametrize("form", ["csv", "canvas", "moodle"])
def test_no_cell_is_a_formula(course: Course, tmp_path: Path, form: str):
    table(course, form, tmp_path / "scores.csv")
    text = (tmp_path / "scores.csv").read_bytes().decode()
    cells = [cell for row in csv.reader(io.StringIO(text, newline="")) for cell in row]
    assert any("=1+1" in cell for cell in cells)
    assert any("@SUM" in cell for cell in cells) == (form != "moodle")  # who has no score is not in Moodle's table
    assert not [cell for cell in cells if cell[:1] in {"=", "+", "-", "@", "\t", "\r"}]


def test_texts_that_could_be_formulas_get_an_apostrophe():
    for start in "=+-@\t\r\n":
        assert neutral(f"{start}1") == f"'{start}1"
    assert neutral("a=1") == "a=1"
    assert neutral("") == ""


def test_json_has_every_cell_and_no_score_where_nothing_was_graded(course: Course, tmp_path: Path):
    export(course, ["tiny"], "json", tmp_path / "scores.json")
    (tiny,) = json.loads((tmp_path / "scores.json").read_text("utf-8"))["assignments"]
    by_id = {student["student"]: student for student in tiny["students"]}
    assert (tiny["name"], tiny["max_score"]) == ("tiny", 6.0)
    assert {name: student["score"] for name, student in by_id.items()} == {
        "ada": 3.0,
        "bob": 1.0,
        "cyd": None,
        "dan": None,
        "eve": 5.5,
    }
    assert by_id["bob"]["first_name"] == "=1+1"
    cells = {cell["name"]: cell for cell in by_id["eve"]["cells"]}
    assert (cells["why"]["auto_score"], cells["why"]["manual_score"], cells["why"]["score"]) == (None, 2.5, 2.5)
    assert cells["f-values"]["score"] == 2.0


def test_canvas_finds_its_header_its_points_and_its_students(course: Course, tmp_path: Path):
    table(course, "canvas", tmp_path / "scores.csv")
    header, maxima, *rows = csv.reader(io.StringIO((tmp_path / "scores.csv").read_bytes().decode(), newline=""))
    assert header == ["Student", "ID", "SIS User ID", "SIS Login ID", "Section", "tiny"]
    assert "Points Possible" in maxima[0]
    assert maxima[5] == "6"
    assert [(row[0], row[1], row[3], row[5]) for row in rows[:3]] == [
        ("ada", "", "ada", "3"),
        ("Bö, Jr., =1+1", "4711", "bob", "1"),
        ("cyd", "", "cyd", ""),
    ]
    assert {len(row) for row in rows} == {6}


def test_moodle_gets_no_column_of_users_with_gaps(course: Course, tmp_path: Path):
    rows, told = table(course, "moodle", tmp_path / "scores.csv")
    assert [(row["ID number"], row["Email address"], row["tiny"]) for row in rows] == [
        ("", "", "3"),
        ("", "", "1"),
        ("", "", "5.5"),
    ]
    assert [row["Username"] for row in rows] == ["ada", "bob", "eve"]
    assert not [one for one in told if "Moodle" in one]


def test_a_class_without_scores_is_an_empty_table_for_moodle(course: Course, tmp_path: Path, monkeypatch):
    rows = tuple(row for row in scores(course, "tiny") if row.student in ("cyd", "dan"))
    monkeypatch.setattr("autograder.course.exports.scores", lambda course, name: rows)
    assert table(course, "moodle", tmp_path / "scores.csv") == (
        [],
        ["1 student handed in tiny but nothing in it could be graded, and got no score."],
    )


def test_gradescope_gets_a_file_for_each_graded_submission(course: Course, tmp_path: Path):
    export(course, ["tiny"], "gradescope", tmp_path / "scores.zip")
    first = (tmp_path / "scores.zip").read_bytes()
    with zipfile.ZipFile(tmp_path / "scores.zip") as archive:
        assert archive.namelist() == [f"tiny/{name}/results.json" for name in ("ada", "bob", "eve")]
        bob = json.loads(archive.read("tiny/bob/results.json"))
    assert bob["score"] == 1.0
    assert [
        (test["name"], test["score"], test["max_score"], test["status"], test["output"]) for test in bob["tests"]
    ] == [
        ("f-extremes", 1.0, 1.0, "passed", ""),
        ("f-values", 0.0, 2.0, "failed", "sevenths"),
    ]
    export(course, ["tiny"], "gradescope", tmp_path / "scores.zip")
    assert (tmp_path / "scores.zip").read_bytes() == first


def test_what_cannot_be_exported_is_a_sentence(course: Course, tmp_path: Path):
    with pytest.raises(UsageError, match="no form called 'xls'"):
        export(course, ["tiny"], "xls", tmp_path / "a")
    with pytest.raises(UsageError, match="None of these is in the gradebook: other"):
        export(course, ["other"], "csv", tmp_path / "a")
    with pytest.raises(UsageError, match="cannot be written: No such file"):
        export(course, ["tiny"], "csv", tmp_path / "absent" / "a.csv")
    assert "other has not been graded yet and was left out." in export(course, ["tiny", "other"], "csv", tmp_path / "a")
    (tmp_path / "nbgrader_config.py").write_text("c = get_config()\n", "utf-8")
    with pytest.raises(UsageError, match="There is no gradebook"):
        export(open_course(tmp_path), ["tiny"], "csv", tmp_path / "b")
    assert sorted(path.name for path in tmp_path.iterdir()) == ["a", "nbgrader_config.py"]


def wanted(course: Course) -> dict[str, str]:
    """Return the points of each student as a platform should take them over; empty where there is no score."""
    return {
        one.student: f"{one.score:g}" if one.submitted and any(c.auto is not None for c in one.cells) else ""
        for one in scores(course, "tiny")
    }


def graded(course: Course) -> dict[str, str]:
    """Return the points of those who have a score."""
    return {student: points for student, points in wanted(course).items() if points}


def canvas_import(text: str, people: dict[str, str]) -> tuple[dict[str, str], dict[str, str]]:
    """Read a file as Canvas' importer does; return points by student and the most of each assignment.

    The first row must head the students' columns, at fixed places.  ``people`` maps Canvas' own ids to login ids.
    """
    header, *rows = csv.reader(io.StringIO(text, newline=""))
    assert "Student" in header[0]
    assert "ID" in header[1]
    assert header[2:5] == ["SIS User ID", "SIS Login ID", "Section"]
    most, found = {}, {}
    for row in rows:
        if "Points Possible" in row[0]:
            most = dict(zip(header[5:], row[5:], strict=True))
        else:
            found[people.get(row[1]) or row[3]] = row[5].strip()
    return found, most


def test_canvas_takes_over_the_scores(course: Course, tmp_path: Path):
    export(course, ["tiny"], "canvas", tmp_path / "scores.csv")
    found, most = canvas_import((tmp_path / "scores.csv").read_text("utf-8"), {"4711": "bob"})
    assert found == wanted(course)
    assert most == {"tiny": "6"}


def moodle_import(text: str, column: str, users: dict[str, str]) -> dict[str, str]:
    """Return what Moodle's importer takes from a table of grades, by student, as load_data.php does.

    One column is mapped to the users.  A value that is no user's ends the import, and so does a first row without a
    value; a later row without one counts for the user of the row before.
    """
    found: dict[str, str] = {}
    user = ""
    for row in csv.DictReader(io.StringIO(text, newline="")):
        if row[column]:
            assert row[column] in users, "No such user; nothing is imported"
            user = users[row[column]]
        assert user, "No user; nothing is imported"
        assert not row["tiny"] or float(row["tiny"]) >= 0
        found[user] = row["tiny"]
    return found


def changed(course: Course, root: Path, *changes: str) -> Course:
    """Return a copy of a course with other students in its gradebook."""
    shutil.copytree(course.root, root)
    connection = sqlite3.connect(root / "gradebook.db")
    with connection:
        for change in changes:
            connection.execute(f"update student set {change}")
    connection.close()
    return open_course(root)


def test_moodle_takes_over_the_scores(course: Course, tmp_path: Path):
    export(course, ["tiny"], "moodle", tmp_path / "scores.csv")
    text = (tmp_path / "scores.csv").read_text("utf-8")
    assert moodle_import(text, "Username", {name: name for name in wanted(course)}) == graded(course)
    for column in ("ID number", "Email address"):
        with pytest.raises(AssertionError, match="nothing is imported"):
            moodle_import(text, column, {"4711": "bob", "'-2+3": "bob"})


def test_moodle_takes_over_the_scores_of_a_class_that_moodle_listed(course: Course, tmp_path: Path):
    """Ids that were made of numbers and addresses are no user names."""
    known = ("email = id || '@example.org', lms_user_id = ''", "lms_user_id = id where id = 'cyd'")
    listed = changed(course, tmp_path / "course", *known)
    rows, told = table(listed, "moodle", tmp_path / "scores.csv")
    assert {(row["ID number"], row["Username"]) for row in rows} == {("", "")}
    assert not [one for one in told if "Moodle" in one]
    users = {f"{name}@example.org": name for name in wanted(course)}
    assert moodle_import((tmp_path / "scores.csv").read_text("utf-8"), "Email address", users) == graded(course)


def test_who_has_no_address_is_left_out_and_gets_no_neighbours_grade(course: Course, tmp_path: Path):
    listed = changed(
        course,
        tmp_path / "course",
        "lms_user_id = '', email = case id when 'bob' then '' else id || '@example.org' end",
    )
    told = export(listed, ["tiny"], "moodle", tmp_path / "scores.csv")
    assert told[0].startswith("bob: left out, since Moodle finds users by one column, and Email address is not known")
    users = {f"{name}@example.org": name for name in wanted(course)}
    found = moodle_import((tmp_path / "scores.csv").read_text("utf-8"), "Email address", users)
    assert found == {name: points for name, points in graded(course).items() if name != "bob"}


def test_ids_that_collect_made_up_are_nobodys_login(course: Course, tmp_path: Path):
    """Without a roster, Canvas knows a student by the number in the file's name, and Moodle knows nobody."""
    made = changed(course, tmp_path / "course", "first_name = null, last_name = null, email = null, lms_user_id = null")
    files = {
        "ada": {"from": "canvas", "file": "submissions/ada_LATE_1234_900_tiny-1.ipynb"},
        "ada_1234": {"from": "canvas", "file": "submissions/ada_LATE_1234_900_tiny-1.ipynb"},
        "bob": {"from": "moodle", "file": "Bob_7_assignsubmission_file_/tiny.ipynb"},
        "cyd": {"from": "folder", "file": "cyd/tiny.ipynb"},
        "1235": {"from": "canvas", "file": "eve_1235_901_tiny.ipynb"},
    }
    for student, facts in files.items():
        path = made.submission(student, "tiny").with_name("collected.json")
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(json.dumps(facts), "utf-8")
    connection = sqlite3.connect(made.root / "gradebook.db")
    with connection:
        for before, after in (("ada", "ada_1234"), ("eve", "1235")):
            connection.execute("update student set id = ? where id = ?", (after, before))
            connection.execute("update submitted_assignment set student_id = ? where student_id = ?", (after, before))
        connection.execute("update student set lms_user_id = id, last_name = 'Y', first_name = 'Eve' where id = '1235'")
    connection.close()
    export(made, ["tiny"], "canvas", tmp_path / "scores.csv")
    rows = list(csv.reader(io.StringIO((tmp_path / "scores.csv").read_text("utf-8"), newline="")))[2:]
    assert [(row[0], row[1], row[3], row[5]) for row in rows] == [
        ("Y, Eve", "1235", "", "5.5"),
        ("ada_1234", "1234", "", "3"),
        ("bob", "", "", "1"),
        ("cyd", "", "cyd", ""),
        ("dan", "", "dan", ""),
    ]
    eve = changed(made, tmp_path / "eve", "lms_user_id = null, email = '1235@example.org' where id = '1235'")
    rows, told = table(eve, "moodle", tmp_path / "scores.csv")
    assert [(row["Last name"], row["Email address"], row["tiny"]) for row in rows] == [("Y", "1235@example.org", "5.5")]
    assert told[0].startswith("ada_1234, bob: left out")
    connection = sqlite3.connect(made.root / "gradebook.db")
    with connection:
        connection.execute("delete from student where id = '1235'")
    connection.close()
    rows, told = table(made, "moodle", tmp_path / "scores.csv")
    assert [(row["Last name"], row["tiny"]) for row in rows][:2] == [("ada_1234", "3"), ("bob", "1")]
    assert {(row["ID number"], row["Email address"], row["Username"]) for row in rows} == {("", "", "")}
    assert any(one.startswith("Moodle cannot import these grades") for one in told)


def moodle_worksheet_import(text: str, users: dict[str, str]) -> dict[str, str]:
    """Return what Moodle takes from a grading worksheet, by the user's id, as importgradeslib.php and locallib.php do.

    Three columns must be there by their names.  A user is known by what follows "Participant " in the identifier, and
    rows of nobody are passed over; a grade that is empty changes nothing.
    """
    header, *rows = csv.reader(io.StringIO(text, newline=""))
    at = {name: header.index(name) for name in ("Identifier", "Grade", "Last modified (grade)")}
    found = {}
    for row in rows:
        user = users.get(row[at["Identifier"]][len("Participant ") :])
        if user and row[at["Grade"]]:
            found[user] = row[at["Grade"]]
    return found


def test_moodles_worksheet_takes_the_numbers_of_its_own_download(course: Course, tmp_path: Path):
    told = {
        "ada": {"from": "moodle", "file": "Ada Lovelace_71_assignsubmission_file_/tiny.ipynb"},
        "bob": {"from": "moodle", "file": "Bö Jr._72_assignsubmission_file/tiny.ipynb"},  # as since Moodle 4.1
        "cyd": {"from": "moodle", "file": "Cyd X_73_assignsubmission_file_/tiny.ipynb"},
        "eve": {"from": "canvas", "file": "eve_1_2_tiny.ipynb"},
    }
    with pytest.raises(UsageError, match="No submission for tiny came from a download of Moodle"):
        export(course, ["tiny"], "moodle-worksheet", tmp_path / "a")
    for student, facts in told.items():
        path = course.submission(student, "tiny").with_name("collected.json")
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(json.dumps(facts), "utf-8")
    export(course, ["tiny"], "moodle-worksheet", tmp_path / "scores.csv")
    found = moodle_worksheet_import(
        (tmp_path / "scores.csv").read_text("utf-8"), {"71": "ada", "72": "bob", "73": "cyd"}
    )
    assert found == {name: wanted(course)[name] for name in ("ada", "bob")}
    rows, told = table(course, "moodle-worksheet", tmp_path / "scores.csv")
    assert told[0].startswith("1 of 3 students have no number of Moodle's")
    assert [(row["Identifier"], row["Full name"], row["Maximum grade"]) for row in rows] == [
        ("Participant 71", "ada", "6"),
        ("Participant 72", "'=1+1 Bö, Jr.", "6"),
        ("", "eve", "6"),
    ]


def test_csv_and_json_bring_every_score_back(course: Course, tmp_path: Path):
    rows, _ = table(course, "csv", tmp_path / "scores.csv")
    assert {row["student_id"]: row["score"] for row in rows} == wanted(course)
    export(course, ["tiny"], "json", tmp_path / "scores.json")
    (tiny,) = json.loads((tmp_path / "scores.json").read_text("utf-8"))["assignments"]
    for told, known in zip(tiny["students"], scores(course, "tiny"), strict=True):
        cells = [
            CellScore(
                c["name"], c["auto_score"], c["manual_score"], c["extra_credit"], c["max_score"], c["needs_human"]
            )
            for c in told["cells"]
        ]
        assert tuple(cells) == known.cells
        assert (told["student"], told["last_name"], told["email"]) == (known.student, known.last_name, known.email)


NUMBER = (int, float)
FORMATS = {"text", "html", "simple_format", "md", "ansi"}
VISIBILITY = {"hidden", "after_due_date", "after_published", "visible"}
WHOLE: dict[str, object] = {
    "score": NUMBER,
    "execution_time": NUMBER,
    "output": str,
    "output_format": FORMATS,
    "test_output_format": FORMATS,
    "test_name_format": FORMATS,
    "visibility": VISIBILITY,
    "stdout_visibility": VISIBILITY,
    "extra_data": dict,
    "tests": list,
    "leaderboard": list,
}
"""The members of a results.json in Gradescope's *Autograder Specifications*: a type, or the words that are allowed."""
TEST: dict[str, object] = {
    "score": NUMBER,
    "max_score": NUMBER,
    "status": {"passed", "failed"},
    "name": str,
    "name_format": FORMATS,
    "number": str,
    "output": str,
    "output_format": FORMATS,
    "tags": list,
    "visibility": VISIBILITY,
    "extra_data": dict,
}
"""The members of a test there."""


def complaints(told: dict[str, object], known: dict[str, object]) -> list[str]:
    """Return which members are not documented, or hold what the document does not allow."""

    def allowed(value: object, what: object) -> bool:
        if isinstance(what, set):
            return value in what
        return isinstance(value, what) and not isinstance(value, bool)

    return [name for name, value in told.items() if name not in known or not allowed(value, known[name])]


def test_the_validator_of_gradescopes_format_refuses_what_is_none():
    good = {"score": 1.0, "tests": [], "visibility": "visible"}
    assert complaints(good, WHOLE) == []
    assert complaints(good | {"max_score": 2, "score": "1", "visibility": "public", "output": None}, WHOLE) == [
        "score",
        "visibility",
        "max_score",
        "output",
    ]


def test_gradescope_finds_what_its_format_asks_for(course: Course, tmp_path: Path):
    """``score`` stands for the whole, and each test has its own; everything is a documented member."""
    export(course, ["tiny"], "gradescope", tmp_path / "scores.zip")
    with zipfile.ZipFile(tmp_path / "scores.zip") as archive:
        assert archive.testzip() is None
        told = {Path(name).parent.name: json.loads(archive.read(name)) for name in archive.namelist()}
    assert {student: f"{one['score']:g}" for student, one in told.items()} == {
        student: points for student, points in wanted(course).items() if points
    }
    cells = {one.student: {c.name: c for c in one.cells if c.has_points} for one in scores(course, "tiny")}
    for student, one in told.items():
        assert complaints(one, WHOLE) == []
        assert [complaints(test, TEST) for test in one["tests"]] == [[]] * len(one["tests"])
        assert {test["name"]: (test["score"], test["max_score"]) for test in one["tests"]} == {
            name: (cell.score, cell.max_score) for name, cell in cells[student].items()
        }
        assert all(0 <= test["score"] <= test["max_score"] for test in one["tests"])
        assert one["score"] == sum(test["score"] for test in one["tests"])


def test_gradescope_gets_the_messages_of_results_in_whatever_lines(tmp_path: Path):
    """A stored result has a line for each function; the same from another program is read too, and no other."""
    said = result("ada", 0, message='a "message", "notes": [1] of\na student')
    said = replace(said, notes=("First.", "Second."), seconds=1.5)
    ours, other, old, none = (tmp_path / name for name in ("ours", "other", "old", "none"))
    ours.write_bytes(said.to_bytes())
    other.write_text(json.dumps(said.to_json()), "utf-8")
    old.write_text(json.dumps(said.to_json() | {"schema_version": 0}), "utf-8")
    found = messages(str(ours))
    assert found == messages(str(other))
    assert found.cells["f-values"] == 'a "message", "notes": [1] of\na student'
    assert (found.output, found.seconds) == ("First. Second.", said.seconds)
    assert messages(str(old)) == messages(str(none)) == Messages()
    no_notes = replace(said, notes=(), functions=())
    ours.write_bytes(no_notes.to_bytes())
    assert messages(str(ours)) == Messages({}, "", said.seconds)


def test_without_names_all_that_was_graded_is_exported(course: Course, tmp_path: Path):
    export(course, [], "csv", tmp_path / "all.csv")
    export(course, ["tiny"], "csv", tmp_path / "one.csv")
    assert (tmp_path / "all.csv").read_bytes() == (tmp_path / "one.csv").read_bytes()
