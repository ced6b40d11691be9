"""SQLite's own module writes the rows that SQLAlchemy writes, and what has not changed is not registered again."""

import sqlite3
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path

import pytest
from tiny_course import new_course, result, write_notebook

from autograder.course import _sqlite, gradebook, recording
from autograder.course.layout import Course
from autograder.errors import GraderFailure, UsageError

WHEN = datetime(2026, 3, 1, 12, 30, tzinfo=UTC)

QUERIES = (
    "SELECT s.id, a.timestamp, n.flagged FROM student s LEFT JOIN submitted_assignment a ON a.student_id = s.id "
    "LEFT JOIN submitted_notebook n ON n.assignment_id = a.id",
    "SELECT a.student_id, b.name, b.type, g.auto_score, g.manual_score, g.extra_credit, g.needs_manual_grade "
    "FROM grade g JOIN submitted_notebook n ON n.id = g.notebook_id JOIN base_cell b ON b.id = g.cell_id "
    "JOIN submitted_assignment a ON a.id = n.assignment_id",
    "SELECT a.student_id, b.name, c.auto_comment, c.manual_comment FROM comment c "
    "JOIN submitted_notebook n ON n.id = c.notebook_id JOIN base_cell b ON b.id = c.cell_id "
    "JOIN submitted_assignment a ON a.id = n.assignment_id",
    "SELECT a.student_id, r.key FROM autograder_recorded r JOIN submitted_notebook n "
    "ON n.id = r.submitted_notebook_id JOIN submitted_assignment a ON a.id = n.assignment_id",
)


def told(course: Course) -> list:
    with closing(sqlite3.connect(course.root / "gradebook.db")) as db:
        return [sorted(map(repr, db.execute(query))) for query in QUERIES]


def marked_by_hand(course: Course) -> None:
    with closing(sqlite3.connect(course.root / "gradebook.db")) as db:
        db.execute("UPDATE grade SET manual_score = 1.5, needs_manual_grade = 0 WHERE auto_score = 2")
        db.commit()


@pytest.fixture
def courses(tmp_path: Path) -> tuple[Course, Course]:
    found = []
    for name in ("one", "other"):
        (tmp_path / name).mkdir()
        found.append(new_course(tmp_path / name))
        recording.register(found[-1], "tiny")
    return found[0], found[1]


def test_the_rows_are_those_that_sqlalchemy_writes(courses):
    first = [result("ada"), result("bob", 0, message="<b>no\x1b"), result("eve", status="unreadable")]
    again = [result("ada"), result("bob", 2), result("eve", status="failed"), result("new", 0, 0)]
    for results, times in ((first, {"ada": WHEN}), (first, {}), (again, {"bob": WHEN.replace(tzinfo=None)})):
        gradebook.record(courses[0], "tiny", results, times)
        recording.record(courses[1], "tiny", results, times)
        assert told(courses[0]) == told(courses[1])
        assert len(told(courses[1])[1]) > 5
        for course in courses:
            marked_by_hand(course)


def test_rows_that_somebody_took_away_are_made_again(courses):
    everybody = [result("ada"), result("bob"), result("cleo"), result("dan")]
    for course, write in zip(courses, (gradebook.record, recording.record), strict=True):
        write(course, "tiny", everybody[:3])
        with closing(sqlite3.connect(course.root / "gradebook.db")) as db:
            db.execute(
                "DELETE FROM submitted_notebook WHERE assignment_id IN "
                "(SELECT id FROM submitted_assignment WHERE student_id = 'ada')"
            )
            db.execute("DELETE FROM submitted_assignment WHERE student_id = 'bob'")
            db.execute("DELETE FROM autograder_recorded")
            db.commit()
        write(course, "tiny", everybody, dict.fromkeys(("ada", "cleo", "dan"), WHEN))
    assert told(courses[0]) == told(courses[1])
    assert {row.split("'")[1] for row in told(courses[1])[3]} == {"ada", "bob", "cleo", "dan"}
    assert sum(WHEN.strftime("%Y-%m-%d %H:%M") in row for row in told(courses[1])[0]) == 3


def test_nothing_is_registered_again_that_has_not_changed(courses, monkeypatch):
    asked = []
    monkeypatch.setattr(gradebook, "register", lambda course, name: asked.append(name))
    recording.register(courses[0], "tiny")
    assert asked == []
    write_notebook(courses[0], points=5)
    recording.register(courses[0], "tiny")
    assert asked == ["tiny"]


def test_a_row_that_was_changed_is_registered_again(courses, monkeypatch):
    with closing(sqlite3.connect(courses[0].root / "gradebook.db")) as db:
        db.execute("UPDATE grade_cells SET max_score = 9")
        db.commit()
    recording.register(courses[0], "tiny")
    with closing(sqlite3.connect(courses[0].root / "gradebook.db")) as db:
        assert {row[0] for row in db.execute("SELECT max_score FROM grade_cells")} == {1.0, 2.0, 3.0}


def test_a_lock_is_said_in_a_sentence_and_nothing_is_written(courses, monkeypatch):
    monkeypatch.setattr(_sqlite, "BUSY_SECONDS", 0.05)
    before = told(courses[0])
    with closing(sqlite3.connect(courses[0].root / "gradebook.db", isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        with pytest.raises(GraderFailure, match=r"nothing in it was changed: database is locked\. Close formgrader"):
            recording.record(courses[0], "tiny", [result("ada")])
    assert told(courses[0]) == before


def test_an_assignment_that_is_not_there_and_a_gradebook_that_is_not_there(courses):
    with pytest.raises(GraderFailure, match="is not in the gradebook"):
        recording.record(courses[0], "other", [result("ada")])
    (courses[0].root / "gradebook.db").unlink()
    with pytest.raises(UsageError, match="no gradebook"):
        recording.record(courses[0], "tiny", [result("ada")])


@pytest.mark.parametrize("url", ["postgresql://host/db", "sqlite:///file:/x/g.db?mode=ro&uri=true", "sqlite://"])
def test_other_addresses_are_left_to_sqlalchemy(tmp_path, url):
    assert _sqlite.database_file(Course(tmp_path, db_url=url)) is None
