"""Due dates, extensions and late penalties: from the course file to the gradebook, without touching a score."""

from __future__ import annotations

from datetime import datetime, timedelta
from pathlib import Path

import nbformat
import pytest
from nbgrader.api import Gradebook
from nbgrader.preprocessors import AssignLatePenalties
from tiny_course import new_course, result

from autograder.course import gradebook
from autograder.course._scores import has_due_date
from autograder.course.collect import RECORD
from autograder.course.deadlines import DAY, LateRule, read_deadlines
from autograder.course.lateness import apply_lateness
from autograder.course.layout import Course, read_configuration
from autograder.errors import UsageError

DUE = datetime(2026, 12, 1, 22, 59)  # in UTC
FILE = """
[late]
grace_minutes = 15
percent_per_day = 10
most_percent = 50

[assignments.tiny]
due = 2026-12-01T23:59:00+01:00

[assignments.tiny.extensions]
grace = 2026-12-05T23:59:00+01:00
"""
PLUGIN = """
from nbgrader.plugins import BasePlugin

class Half(BasePlugin):
    def late_submission_penalty(self, student_id, score, total_seconds_late):
        return score / 2
"""
ZERO = 'c.LateSubmissionPlugin.penalty_method = "zero"\n'
NESTED = 'c.AssignLatePenalties.LateSubmissionPlugin.penalty_method = "zero"\n'
NAMED = 'c.AssignLatePenalties.plugin_class = "nbgrader.plugins.LateSubmissionPlugin"\n'


@pytest.fixture
def course(tmp_path: Path) -> Course:
    course = new_course(tmp_path)
    (tmp_path / "course.toml").write_text(FILE, "utf-8")
    gradebook.register(course, "tiny")
    return course


def hand_in(course: Course, **delays: timedelta | None) -> None:
    times = {student: DUE + delay for student, delay in delays.items() if delay is not None}
    gradebook.record(course, "tiny", [result(student) for student in delays], times)


def found(course: Course) -> dict[str, tuple[float, float, float]]:
    return {one.student: (one.raw_score, one.penalty, one.score) for one in gradebook.scores(course, "tiny")}


def configure(course: Course, *lines: str) -> None:
    config = course.root / "nbgrader_config.py"
    config.write_text(config.read_text("utf-8") + "\n" + "".join(lines), "utf-8")


def due_in_gradebook(course: Course, told: str) -> None:
    """Set the due date as formgrader and `nbgrader db assignment add` do."""
    with Gradebook(course.gradebook_url) as book:
        book.update_or_create_assignment("tiny", duedate=told)


def by_nbgrader(course: Course) -> dict[str, tuple[float, float, float]]:
    """Return the scores after nbgrader itself has assigned the penalties."""
    config = read_configuration(course.root)
    for student in found(course):
        told = {"notebook": "tiny", "assignment": "tiny", "student": student, "db_url": course.gradebook_url}
        AssignLatePenalties(config=config).preprocess(nbformat.v4.new_notebook(), {"nbgrader": told})
    return found(course)


def test_each_day_begun_costs_and_an_extension_is_kept(course: Course) -> None:
    hand_in(
        course,
        ada=timedelta(0),
        ben=timedelta(minutes=15),
        cleo=timedelta(minutes=16),
        dora=timedelta(days=1, minutes=16),
        emil=timedelta(days=30),
        grace=timedelta(days=4),
        hugo=timedelta(days=-1),
    )
    told = apply_lateness(course, "tiny")
    most = 6.0
    lost = {"ada": 0, "ben": 0, "cleo": 0.1 * most, "dora": 0.2 * most, "emil": 0.5 * most, "grace": 0, "hugo": 0}
    assert {student: penalty for student, (_, penalty, _) in found(course).items()} == pytest.approx(lost)
    assert set(told.seconds) == {"ben", "cleo", "dora", "emil"}
    assert told.lost == pytest.approx({student: points for student, points in lost.items() if points})
    assert {one.duedate for one in gradebook.scores(course, "tiny")} == {DUE}


def test_a_penalty_never_exceeds_the_score(course: Course) -> None:
    gradebook.record(course, "tiny", [result("ada", 0, 1)], {"ada": DUE + timedelta(days=30)})
    apply_lateness(course, "tiny")
    assert found(course)["ada"] == (1, 1, 0)


def test_an_extension_given_later_takes_the_penalty_back(course: Course) -> None:
    hand_in(course, ada=timedelta(days=2))
    apply_lateness(course, "tiny")
    assert found(course)["ada"][1] > 0
    more = FILE + "ada = 2026-12-09T23:59:00+01:00\n"
    (course.root / "course.toml").write_text(more, "utf-8")
    assert apply_lateness(course, "tiny").seconds == {}
    assert found(course)["ada"] == (3, 0, 3)


def test_without_a_time_nothing_is_taken_and_a_mark_of_the_platform_is_told(course: Course) -> None:
    hand_in(course, ada=None, ben=None)
    record = course.submission("ada", "tiny").with_name(RECORD)
    record.parent.mkdir(parents=True)
    record.write_text('{"late": true}')
    told = apply_lateness(course, "tiny")
    assert found(course)["ada"][1] == 0
    [note] = told.notes
    assert note.startswith("ada was marked late by the platform")
    assert "timestamp.txt" in note


def test_a_course_without_a_file_is_left_alone(course: Course) -> None:
    (course.root / "course.toml").unlink()
    hand_in(course, ada=timedelta(days=2))
    assert apply_lateness(course, "tiny").seconds == {}
    assert found(course)["ada"][1] == 0


def test_nbgraders_own_plugin_is_asked_and_two_rules_are_refused(
    course: Course, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    (tmp_path / "half_plugin.py").write_text(PLUGIN, "utf-8")
    monkeypatch.syspath_prepend(str(tmp_path))
    config = course.root / "nbgrader_config.py"
    config.write_text(config.read_text() + "\nc.AssignLatePenalties.plugin_class = 'half_plugin.Half'\n")
    hand_in(course, ada=timedelta(days=2))
    with pytest.raises(UsageError, match="Two rules"):
        apply_lateness(course, "tiny")
    (course.root / "course.toml").write_text(FILE[FILE.index("[assignments") :], "utf-8")
    apply_lateness(course, "tiny")
    assert found(course)["ada"] == (3, 1.5, 1.5)


@pytest.mark.parametrize(
    "lines",
    [(NAMED, ZERO), (ZERO,), (NESTED,), (ZERO, NESTED.replace("zero", "none")), (NAMED,), ()],
    ids=["both", "method", "nested", "nested none", "class", "none"],
)
def test_a_due_date_of_the_gradebook_costs_what_nbgrader_takes(course: Course, lines: tuple[str, ...]) -> None:
    (course.root / "course.toml").unlink()
    configure(course, *lines)
    assert not has_due_date(course, "tiny")
    due_in_gradebook(course, "2026-12-01 23:59:00 CET")  # an hour ahead of the UTC that the gradebook keeps
    assert has_due_date(course, "tiny")
    gradebook.register(course, "tiny")
    hand_in(course, ada=timedelta(minutes=1), ben=timedelta(0), cleo=timedelta(days=3), dora=None)
    with Gradebook(course.gradebook_url) as book:
        book.grant_extension("tiny", "cleo", days=3)
    told = apply_lateness(course, "tiny")
    ours = found(course)
    assert told.seconds == {"ada": 60}
    taken = lines in ((NAMED, ZERO), (ZERO,), (NESTED,))
    assert ours["ada"] == ((3, 3, 0) if taken else (3, 0, 3))
    assert by_nbgrader(course) == ours
    assert {one.duedate for one in gradebook.scores(course, "tiny")} == {DUE}


def test_a_course_file_without_a_due_date_leaves_the_gradebooks(course: Course) -> None:
    text = "[assignments.tiny.extensions]\ncleo = 2026-12-05T23:59:00+01:00\n[late]\npercent_per_day = 10\n"
    (course.root / "course.toml").write_text(text, "utf-8")
    due_in_gradebook(course, "2026-12-01 22:59:00 UTC")
    hand_in(course, ada=timedelta(days=2), ben=timedelta(days=2), cleo=timedelta(days=5))
    with Gradebook(course.gradebook_url) as book:
        book.grant_extension("tiny", "ben", days=1)
        book.grant_extension("tiny", "cleo", weeks=1)  # the course file says otherwise
    for _ in range(2):
        told = apply_lateness(course, "tiny")
        day = timedelta(days=1).total_seconds()
        assert told.seconds == {"ada": 2 * day, "ben": day, "cleo": day}
        assert {student: lost for student, (_, lost, _) in found(course).items()} == pytest.approx(
            {"ada": 1.2, "ben": 0.6, "cleo": 0.6}
        )
        assert {one.duedate for one in gradebook.scores(course, "tiny")} == {DUE}


def test_the_course_file_goes_before_the_gradebook(course: Course) -> None:
    due_in_gradebook(course, "2026-12-24 12:00:00 UTC")
    hand_in(course, ada=timedelta(days=2))
    apply_lateness(course, "tiny")
    assert found(course)["ada"][1] > 0
    assert {one.duedate for one in gradebook.scores(course, "tiny")} == {DUE}


@pytest.mark.parametrize("due", [True, False], ids=["due", "never due"])
def test_a_penalty_goes_with_its_rule(course: Course, due: bool) -> None:
    hand_in(course, ada=timedelta(days=2))
    apply_lateness(course, "tiny")
    assert found(course)["ada"][1] > 0
    (course.root / "course.toml").unlink()
    if not due:
        with Gradebook(course.gradebook_url) as book:
            book.find_assignment("tiny").duedate = None
            book.db.commit()
    assert has_due_date(course, "tiny")
    told = apply_lateness(course, "tiny")
    assert found(course)["ada"] == (3, 0, 3)
    assert set(told.seconds) == ({"ada"} if due else set())
    assert has_due_date(course, "tiny") == due
    assert by_nbgrader(course)["ada"] == (3, 0, 3)


@pytest.mark.parametrize(
    ("lines", "setting"),
    [
        (NAMED, "AssignLatePenalties.plugin_class"),
        (ZERO, "LateSubmissionPlugin.penalty_method"),
        (NESTED, "AssignLatePenalties.LateSubmissionPlugin.penalty_method"),
    ],
)
def test_each_second_rule_is_refused_by_its_name(course: Course, lines: str, setting: str) -> None:
    configure(course, lines)
    with pytest.raises(UsageError, match=rf"Two rules .*, and {setting} in nbgrader_config.py"):
        read_deadlines(course)


@pytest.mark.parametrize(
    ("text", "complaint"),
    [
        ("[assignment.tiny]\n", "assignment means nothing here; what may: assignments, late"),
        ("[assignments.tiny]\ndeu = 1\n", "assignments.tiny.deu means nothing"),
        ("[assignments.tiny]\ndue = 2026-12-01T23:59:00\n", "no time zone"),
        ("[assignments.tiny]\ndue = 2026-12-01\n", "should be a date and time"),
        ('[assignments.tiny.extensions]\n"../x" = 2026-12-01T23:59:00Z\n', "cannot be a student's id"),
        ("[late]\npercent_per_day = -1\n", "from 0 to 100"),
        ("[late]\nmost_percent = 101\n", "from 0 to 100"),
        ("late = 3\n", "should be a table"),
        ("[late\n", "cannot be read"),
    ],
)
def test_what_is_not_understood_is_refused_with_its_place(course: Course, text: str, complaint: str) -> None:
    (course.root / "course.toml").write_text(text, "utf-8")
    with pytest.raises(UsageError, match=complaint) as refused:
        read_deadlines(course)
    assert "course.toml" in str(refused.value)


def test_the_rule_by_itself() -> None:
    rule = LateRule(percent_per_day=25, most_percent=60)
    assert [rule.penalty(8, seconds) for seconds in (-1, 0, 1, DAY, DAY + 1, 9 * DAY)] == [0, 0, 2, 2, 4, 4.8]
