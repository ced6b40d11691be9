from __future__ import annotations

import csv
import shutil
import sqlite3
import subprocess
import sys
import time
from dataclasses import replace
from datetime import UTC, datetime, timedelta, timezone
from itertools import product
from pathlib import Path

import nbformat
import pytest

from autograder.course import _cells, _sqlite, _tables
from autograder.course._scores import has_due_date
from autograder.course._told import comments_on, points_of
from autograder.course.gradebook import plain, record, recorded_assignments, register, scores
from autograder.course.layout import Course, open_course
from autograder.course.remarks import remarks
from autograder.course.run_nbgrader import run_nbgrader
from autograder.course.status import course_status
from autograder.errors import GraderFailure, UsageError
from autograder.grading.results import CriterionResult, FunctionResult, Result, WrittenResult
from tests.tiny_course import new_course, result, write_notebook


@pytest.fixture
def fresh(tmp_path: Path) -> Course:
    """A course that has never been graded."""
    return new_course(tmp_path)


@pytest.fixture(scope="module")
def registered(tmp_path_factory: pytest.TempPathFactory) -> Path:
    root = tmp_path_factory.mktemp("registered")
    register(new_course(root), "tiny")
    return root


@pytest.fixture
def course(tmp_path: Path, registered: Path) -> Course:
    """A course whose assignment is in the gradebook, without submissions."""
    shutil.copytree(registered, tmp_path, dirs_exist_ok=True)
    return open_course(tmp_path)


def ask(course: Course, query: str) -> list[tuple]:
    connection = sqlite3.connect(course.root / "gradebook.db")
    try:
        found = connection.execute(query).fetchall()
        connection.commit()
        return found
    finally:
        connection.close()


GRADES = """
    select s.student_id, b.name, g.auto_score, g.manual_score, g.needs_manual_grade from grade g
    join base_cell b on b.id = g.cell_id join submitted_notebook n on n.id = g.notebook_id
    join submitted_assignment s on s.id = n.assignment_id order by s.student_id, b.name"""
COMMENTS = """
    select s.student_id, b.name, c.auto_comment from comment c join base_cell b on b.id = c.cell_id
    join submitted_notebook n on n.id = c.notebook_id join submitted_assignment s on s.id = n.assignment_id
    order by s.student_id, b.name"""
SOURCES = {
    "course": "select id from course order by id",
    "assignment": "select name, duedate, course_id from assignment",
    "notebook": "select n.name, a.name, kernelspec from notebook n join assignment a on a.id = n.assignment_id",
    "cells": """select b.name, b.type, n.name, g.max_score, g.cell_type, t.max_score, s.id is not null from base_cell b
        join notebook n on n.id = b.notebook_id left join grade_cells g on g.id = b.id
        left join task_cells t on t.id = b.id left join solution_cells s on s.id = b.id order by b.name, b.type""",
    "sources": """select c.name, n.name, c.cell_type, c.locked, c.source, c.checksum from source_cell c
        join notebook n on n.id = c.notebook_id order by c.name""",
    "version": "select version_num from alembic_version",
    "schema": "select type, name, sql from sqlite_master where tbl_name != 'autograder_recorded' order by name",
}


def test_the_columns_are_those_of_nbgrader():
    from nbgrader.api import Base

    for table in _tables.TABLES:
        theirs = Base.metadata.tables[table.name].columns
        assert {c.name for c in table.columns} <= set(theirs.keys()), table.name
        for column in table.columns:
            assert column.type.python_type is theirs[column.name].type.python_type, (table.name, column.name)


def test_rows_equal_those_of_generate_assignment(fresh: Course, tmp_path_factory: pytest.TempPathFactory):
    stock = new_course(tmp_path_factory.mktemp("stock"))
    run_nbgrader(stock.root, "generate_assignment", ["tiny"])
    register(fresh, "tiny")
    for what, query in SOURCES.items():
        assert ask(fresh, query) == ask(stock, query), what
    assert not list(fresh.root.glob("exercises/*"))


def test_nothing_is_done_when_nothing_changed(fresh: Course, monkeypatch: pytest.MonkeyPatch):
    register(fresh, "tiny")
    read = []
    original = _cells._read_source
    monkeypatch.setattr(_cells, "_read_source", lambda *a: read.append(a) or original(*a))
    before = (fresh.root / "gradebook.db").read_bytes()
    register(fresh, "tiny")
    assert not read
    assert (fresh.root / "gradebook.db").read_bytes() == before
    (fresh.root / "gradebook.db").unlink()
    register(fresh, "tiny")
    assert len(read) == 1
    assert ask(fresh, "select count(*) from source_cell") == [(5,)]


def test_rows_that_somebody_else_changed_are_put_right(course: Course):
    connection = sqlite3.connect(course.root / "gradebook.db")
    with connection:
        connection.execute("update grade_cells set max_score = 50")
    connection.close()
    register(course, "tiny")
    assert ask(course, "select sum(max_score) from grade_cells") == [(6.0,)]


def test_new_points_and_new_cells_leave_grades_alone(course: Course):
    record(course, "tiny", [result("ada")])
    _set_manual(course, "why", 3)
    write_notebook(course, points=4, more="f-more")
    register(course, "tiny")
    assert [(row[1], row[2], row[3], row[4]) for row in ask(course, GRADES)] == [
        ("f-extremes", 1.0, None, 0),
        ("f-more", None, None, 1),
        ("f-values", 2.0, None, 0),
        ("why", None, 3.0, 0),
    ]
    (score,) = scores(course, "tiny")
    assert (score.raw_score, score.max_score) == (6.0, 9.0)


def test_a_cell_goes_with_its_automatic_grades_and_stays_where_a_human_marked(course: Course):
    write_notebook(course, more="f-more")
    register(course, "tiny")
    write_notebook(course)
    register(course, "tiny")
    assert ask(course, "select count(*) from grade_cells") == [(3,)]
    write_notebook(course, more="f-more")
    register(course, "tiny")
    record(course, "tiny", [result("ada")])
    write_notebook(course)
    register(course, "tiny")
    assert ask(course, "select count(*) from grade_cells") == [(3,)]
    assert ask(course, "select count(*) from grade where cell_id not in (select id from base_cell)") == [(0,)]
    write_notebook(course, more="f-more")
    register(course, "tiny")
    ask(course, "update grade set manual_score = 1 where cell_id in (select id from base_cell where name = 'f-more')")
    write_notebook(course)
    with pytest.raises(UsageError, match=r"no longer has the cells f-more, and a human has marked them: ada\."):
        register(course, "tiny")
    assert ask(course, "select count(*) from grade_cells") == [(4,)]


def test_a_notebook_that_is_missing_or_broken_is_a_sentence(fresh: Course):
    with pytest.raises(UsageError, match="There is no instructor's notebook"):
        register(fresh, "absent")
    fresh.solution("tiny").write_text("{", "utf-8")
    with pytest.raises(UsageError, match="is not a notebook that nbgrader can make an assignment of"):
        register(fresh, "tiny")
    assert not (fresh.root / "gradebook.db").exists()


def test_scores_are_those_of_stock_export_and_feedback(course: Course):
    moment = datetime(2026, 3, 1, 12, 0, tzinfo=timezone(timedelta(hours=2)))
    evil = "`f` raised ValueError: <img src=x onerror=alert(1)> [a](http://example.org) $x$ a*b*c __d__"
    record(course, "tiny", [result("ada"), result("bob", 0, message=evil)], {"ada": moment})
    record(course, "tiny", [result("cyd", status="unreadable"), result("dan", status="failed")])
    run_nbgrader(course.root, "export", options=["--to", "grades.csv"])
    rows = list(csv.DictReader((course.root / "grades.csv").read_text("utf-8").splitlines()))
    assert [(r["student_id"], r["raw_score"], r["score"], r["max_score"], r["timestamp"]) for r in rows] == [
        ("ada", "3.0", "3.0", "6.0", "2026-03-01 10:00:00"),
        ("bob", "1.0", "1.0", "6.0", ""),
        ("cyd", "0.0", "0.0", "6.0", ""),
    ]
    assert {s.student: s.score for s in scores(course, "tiny")} == {"ada": 3.0, "bob": 1.0, "cyd": 0.0}
    _write_autograded(course, "bob")
    run_nbgrader(course.root, "generate_feedback", ["tiny"])
    page = (course.root / "feedback" / "bob" / "tiny" / "tiny.html").read_text("utf-8")
    assert "(Score: 1.0 / 6.0)" in page
    comment = page[page.index("<b>Comments:</b>") :][:600]
    assert "<code>f</code> raised ValueError" in comment
    for markup in ("<img", "<a ", "<em>", "<strong>", "$"):
        assert markup not in comment.split("</div>")[0]


def _write_autograded(course: Course, student: str) -> None:
    notebook = nbformat.read(course.solution("tiny"), as_version=4)
    path = course.graded(student, "tiny")
    path.parent.mkdir(parents=True)
    nbformat.write(notebook, path)


def _set_manual(course: Course, cell: str, points: float) -> None:
    connection = sqlite3.connect(course.root / "gradebook.db")
    with connection:
        connection.execute(
            "update grade set manual_score = ?, needs_manual_grade = 0 where cell_id in "
            "(select id from base_cell where name = ? and type = 'GradeCell')",
            (points, cell),
        )
    connection.close()


def test_a_regrade_replaces_automatic_scores_and_keeps_manual_ones(course: Course):
    record(course, "tiny", [result("ada", 0), result("bob")])
    ids = ask(course, "select id from grade order by id")
    _set_manual(course, "f-extremes", 0.5)
    record(course, "tiny", [result("ada", 2, 0, message="wrong")])
    assert ask(course, GRADES) == [
        ("ada", "f-extremes", 0.0, 0.5, 1),
        ("ada", "f-values", 2.0, None, 0),
        ("ada", "why", None, None, 1),
        ("bob", "f-extremes", 1.0, 0.5, 0),
        ("bob", "f-values", 2.0, None, 0),
        ("bob", "why", None, None, 1),
    ]
    assert ask(course, "select id from grade order by id") == ids
    assert ask(course, COMMENTS) == [
        ("ada", "f", "extremes (0 of 1 points): wrong"),
        ("ada", "why", None),
        ("bob", "f", None),
        ("bob", "why", None),
    ]
    ada = scores(course, "tiny")[0]
    assert (ada.score, ada.needs_human) == (2.5, True)


def test_an_unreadable_submission_waits_and_a_failure_of_ours_changes_nothing(course: Course):
    record(course, "tiny", [result("ada")])
    record(course, "tiny", [result("ada", status="failed"), result("eve", status="failed")])
    assert [row[2] for row in ask(course, GRADES)] == [1.0, 2.0, None]
    assert ask(course, "select id from student") == [("ada",)]
    record(course, "tiny", [result("ada", status="unreadable")])
    assert [(row[2], row[4]) for row in ask(course, GRADES)] == [(None, 1)] * 3
    assert ask(course, COMMENTS)[0] == ("ada", "f", "It is not JSON.")


def test_what_a_human_reviewed_stays_reviewed_until_the_result_changes(course: Course):
    record(course, "tiny", [replace(result("ada"), key="one")])
    _set_manual(course, "why", 3)
    for key, flag in (("one", 0), ("two", 1), ("two", 1)):
        record(course, "tiny", [replace(result("ada"), key=key)])
        assert ask(course, GRADES)[-1] == ("ada", "why", None, 3.0, flag)
    _set_manual(course, "why", 2)
    record(course, "tiny", [replace(result("ada"), key="two")])
    assert ask(course, GRADES)[-1] == ("ada", "why", None, 2.0, 0)


def test_a_question_left_as_it_was_given_scores_nothing_at_once(course: Course):
    blank, answered = WrittenResult("why", 3, answered=False), WrittenResult("why", 3, answered=True)
    record(course, "tiny", [replace(result("ada"), written=(blank,)), replace(result("bob"), written=(answered,))])
    assert [row for row in ask(course, GRADES) if row[1] == "why"] == [
        ("ada", "why", 0.0, None, 0),
        ("bob", "why", None, None, 1),
    ]
    assert [row for row in ask(course, COMMENTS) if row[1] == "why"] == [
        ("ada", "why", "No response."),
        ("bob", "why", None),
    ]


def test_the_last_of_several_results_counts(course: Course):
    record(course, "tiny", [result("ada", 0), result("ada", 2)])
    assert [row[2] for row in ask(course, GRADES)] == [1.0, 2.0, None]


def test_cells_of_the_instructors_own_count_as_reported(course: Course):
    write_notebook(course, more="own")
    register(course, "tiny")
    own = CriterionResult("own", "passed", 0.5, 1, "")
    graded = result("ada")
    record(course, "tiny", [Result("tiny", "ada", 1, "graded", 7.0, graded.functions, self_reported=(own,))])
    assert [(c.name, c.auto) for c in scores(course, "tiny")[0].cells] == [
        ("f-extremes", 1.0),
        ("f-values", 2.0),
        ("own", 0.5),
        ("why", None),
    ]


def test_a_locked_gradebook_is_one_sentence_and_nothing_is_half_written(
    course: Course, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(_sqlite, "BUSY_SECONDS", 0.1)
    register(course, "tiny")
    other = sqlite3.connect(course.root / "gradebook.db", isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    with pytest.raises(GraderFailure, match=r"gradebook\.db could not be written.*locked.*Close formgrader"):
        record(course, "tiny", [result("ada")])
    other.execute("ROLLBACK")
    other.close()
    assert ask(course, "select count(*) from student") == [(0,)]
    record(course, "tiny", [result("ada")])


def test_a_failure_in_the_middle_leaves_nothing(course: Course):
    record(course, "tiny", [result("ada", 0)])
    connection = sqlite3.connect(course.root / "gradebook.db")
    with connection:
        connection.execute(
            "create trigger full before insert on comment begin select raise(abort, 'disk is full'); end"
        )
    connection.close()
    with pytest.raises(GraderFailure, match="disk is full"):
        record(course, "tiny", [result("ada", 2), result("bob")])
    assert ask(course, "select id from student") == [("ada",)]
    assert [row[2] for row in ask(course, GRADES)] == [1.0, 0.0, None]


def test_a_read_only_gradebook_is_one_sentence(course: Course, monkeypatch: pytest.MonkeyPatch):
    url = f"sqlite:///file:{course.root / 'gradebook.db'}?mode=ro&uri=true"
    with pytest.raises(GraderFailure, match=r"readonly.*permission"):
        record(Course(course.root, source="solutions", db_url=url), "tiny", [result("ada")])


def test_other_databases_that_cannot_be_used_are_one_sentence(course: Course, tmp_path: Path):
    (tmp_path / "text.db").write_text("this is no database, but a text of more than a few words\n" * 20, "utf-8")
    for url, kind, says in (
        (f"sqlite:///{tmp_path / 'text.db'}", GraderFailure, "not a database"),
        (f"sqlite:///{tmp_path / 'absent' / 'gradebook.db'}", UsageError, "There is no gradebook"),
        ("notadatabase://localhost/grades", GraderFailure, "notadatabase"),
    ):
        with pytest.raises(kind, match=says):
            record(Course(tmp_path, db_url=url), "tiny", [result("ada")])
    unmade = Course(tmp_path, source="solutions", db_url=f"sqlite:///{tmp_path / 'absent' / 'gradebook.db'}")
    with pytest.raises(GraderFailure, match="folder exists"):
        register(unmade, "tiny")
    register(course, "tiny")
    with pytest.raises(GraderFailure, match="not in the gradebook"):
        record(course, "other", [result("ada")])


def test_a_relative_address_is_below_the_course(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    elsewhere, root = tmp_path / "elsewhere", tmp_path / "course"
    for folder in (elsewhere, root):
        folder.mkdir()
    new_course(root)
    with (root / "nbgrader_config.py").open("a", encoding="utf-8") as config:
        config.write('\nc.CourseDirectory.db_url = "sqlite:///grades.db"\n')
    monkeypatch.chdir(elsewhere)
    course = open_course(Path("../course"))
    register(course, "tiny")
    record(course, "tiny", [result("ada")])
    assert [row.student for row in scores(course, "tiny")] == ["ada"]
    assert _sqlite.database_file(course) == _tables.database_file(course) == root / "grades.db"
    assert (root / "grades.db").is_file()
    assert list(elsewhere.iterdir()) == []


@pytest.mark.parametrize(
    ("address", "meant"),
    [
        ("sqlite:///kept/grades.db?timeout=5", "sqlite:////course/kept/grades.db?timeout=5"),
        ("sqlite+pysqlite:///grades.db", "sqlite+pysqlite:////course/grades.db"),
        *((same, same) for same in ("sqlite://", "sqlite:///", "sqlite:///:memory:", "sqlite:////a/grades.db")),
        *((same, same) for same in ("sqlite:///file:g.db?mode=ro&uri=true", "postgresql://u:p@host/db")),
    ],
)
def test_only_a_relative_path_is_changed(address: str, meant: str):
    assert Course(Path("/course"), db_url=address).gradebook_url == meant


def test_many_students_are_written_and_read_quickly(course: Course):
    everyone = [result(f"s{i:04}") for i in range(1200)]
    record(course, "tiny", everyone, dict.fromkeys((r.student for r in everyone), datetime.now(UTC)))
    start = time.process_time()
    record(course, "tiny", everyone)
    assert (time.process_time() - start) / 1200 < 0.003
    start = time.process_time()
    assert sum(s.score for s in scores(course, "tiny")) == 3600.0
    assert time.process_time() - start < 3


def test_grading_does_not_load_nbgrader(course: Course):
    code = (
        "import sys; from pathlib import Path; from autograder.course.layout import open_course; "
        "from autograder.course.gradebook import register; register(open_course(Path('.')), 'tiny'); "
        "print(sorted(m for m in sys.modules if m in ('nbgrader', 'nbformat', 'sympy', 'tornado')))"
    )
    root = str(Path(__file__).parents[1])
    done = subprocess.run(
        [sys.executable, "-c", code],
        cwd=course.root,
        env={"PYTHONPATH": root},
        capture_output=True,
        text=True,
        check=True,
    )
    assert done.stdout == "[]\n"


def test_statements_are_valid_for_postgresql():
    from sqlalchemy import insert, select
    from sqlalchemy.dialects import postgresql

    for table in _tables.TABLES:
        for statement in (insert(table), select(*table.columns)):
            assert table.name in str(statement.compile(dialect=postgresql.dialect()))


@pytest.mark.parametrize("text", ["a\x00b", "\ud800", "a\nb\u202e", "<script>", "x[0] & `y`", "`f` is `__`"])
def test_comments_are_plain(text: str):
    told = plain(text)
    assert told.encode("utf-8").isascii() or any(c in told for c in "＜＆［ˋ")
    assert not set("\x00\n<&[]$\\*\u202e") & set(told)
    assert plain("`scale_to` gave 1.5 at x = −2.") == "`scale_to` gave 1.5 at x = −2."


def test_a_server_is_asked_the_same_and_answers_the_same(course: Course, monkeypatch: pytest.MonkeyPatch):
    when = {"ada": datetime(2026, 3, 1, 12, 30, tzinfo=UTC)}
    record(course, "tiny", [result("ada"), result("bob", 0), result("cyd", status="unreadable")], when)
    _set_manual(course, "why", 3)
    connection = sqlite3.connect(course.root / "gradebook.db")
    with connection:
        connection.execute("update assignment set duedate = '2026-03-01 12:00:00.000000'")
        connection.execute("update submitted_notebook set late_submission_penalty = 0.5")
        connection.execute("update comment set manual_comment = 'Good.' where cell_id in (select id from base_cell)")
    connection.close()
    here = scores(course, "tiny"), recorded_assignments(course), course_status(course), dict(remarks(course, "tiny"))
    assert here[0][0].timestamp == datetime(2026, 3, 1, 12, 30)
    assert here[0][0].duedate == datetime(2026, 3, 1, 12)
    assert [one.score for one in here[0]] == [5.5, 3.5, 2.5]
    assert set(here[3]) == {"ada", "bob", "cyd"}
    monkeypatch.setattr(_sqlite, "database_file", lambda course: None)  # as if it were not an SQLite file
    there = scores(course, "tiny"), recorded_assignments(course), course_status(course), dict(remarks(course, "tiny"))
    assert there == here
    assert has_due_date(course, "tiny")


def test_questions_are_asked_without_sqlalchemy(course: Course):
    record(course, "tiny", [result("ada")])
    program = (
        "import sys; from pathlib import Path; from autograder.cli import main; "
        "[main([*command, '--course', '.'], standalone_mode=False) for command in (['status'], "
        "['export', '--to', 'csv', 'a.csv'], ['export', '--to', 'gradescope', 'a.zip'])]; "
        "print([m for m in ('sqlalchemy', 'nbgrader', 'scipy', 'autograder.worker') if m in sys.modules])"
    )
    environment = {"PYTHONPATH": str(Path(__file__).parents[1])}
    done = subprocess.run(
        [sys.executable, "-c", program], cwd=course.root, env=environment, capture_output=True, text=True, check=True
    )
    assert done.stdout.splitlines()[-1] == "[]"


def test_verdicts_that_count_as_the_same_say_the_same_in_the_gradebook() -> None:
    passed = CriterionResult("values", "passed", 2.0, 2.0, "All 8 calls are right.")
    failed = CriterionResult(
        "values", "failed", 0.0, 2.0, "f(1) should be 2.", "You return x.", "f/x", "f(1)", "1", "2"
    )
    changes = [{name: f"another {name}"} for name in ("name", "status", "message", "diagnosis", "mistake", "got")]
    changes += [{"points": 1.0}, {"max_points": 3.0}, {}]
    made = [replace(criterion, **change) for criterion in (passed, failed) for change in changes]
    functions = [FunctionResult("f", criteria) for one in made for criteria in ((one,), (one, passed), ())]

    def told(function: FunctionResult) -> tuple[dict[str, float], dict[str, str]]:
        graded = replace(result("ada"), functions=(function,))
        return points_of(graded), comments_on(graded)

    alike = [(a, b) for a, b in product(functions, repeat=2) if a.counts_as(b)]
    assert all(told(a) == told(b) for a, b in alike)
    more = replace(passed, message="All 9 calls are right.")
    assert FunctionResult("f", (more,)).counts_as(FunctionResult("f", (passed,)))
    assert not FunctionResult("f", (replace(failed, got="3"),)).counts_as(FunctionResult("f", (failed,)))
