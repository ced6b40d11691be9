"""The class report for programs: all of it as JSON, and three plain tables for spreadsheets."""

from __future__ import annotations

import csv
import io
import math
from collections.abc import Iterable, Mapping, Sequence
from statistics import median
from typing import Any

from autograder.course.exports import neutral
from autograder.course.gradebook import Score
from autograder.grading.results import Result
from autograder.report.class_results import ClassResults, waiting
from autograder.report.class_statistics import Item, Lesson, class_statistics
from autograder.report.summary import failed, own_notes, shared_notes, what_happened

SCHEMA_VERSION = 1


def _finite(value: float) -> float | None:
    """Return a number, or None for one that says nothing."""
    return None if math.isnan(value) else value


def _item(item: Item) -> dict[str, Any]:
    """Return a function, or one of its tests; ``difficulty`` is the share of students who failed."""
    return {
        "function": item.function,
        "test": item.criterion,
        "points": item.points,
        "students": item.total,
        "passed": item.passed,
        "mean_share": item.share,
        "difficulty": 1 - item.passed / item.total,
        "discrimination": _finite(item.discrimination),
    }


def _mistake(lesson: Lesson) -> dict[str, Any]:
    return {
        "function": lesson.function,
        "mistake": lesson.label,
        "known": lesson.known,
        "students": lesson.students,
        "tests": list(lesson.criteria),
        "diagnosis": lesson.diagnosis,
        "example": lesson.message,
    }


def _student(result: Result, score: Score | None, shared: Sequence[str]) -> dict[str, Any]:
    """Return a student; ``total`` counts a human's points and the penalty, and is None while something waits."""
    final = score is not None and not score.needs_human and result.status == "graded"
    return {
        "student": result.student,
        "status": result.status,
        "score": result.score,
        "max_score": result.max_score,
        "total": score.score if final and score else None,
        "max_total": score.max_score if score else None,
        "penalty": score.penalty if score else 0.0,
        "needs_human": not final if score else result.status != "graded" or waiting(result, None) > 0,
        "seconds": result.seconds,
        "what_happened": what_happened(result, shared),
        "notes": own_notes(result, shared),
        "lost": [
            {
                "function": function.name,
                "test": criterion.name,
                "status": criterion.status,
                "points": criterion.points,
                "max_points": criterion.max_points,
                "mistake": criterion.mistake,
                "message": criterion.message,
            }
            for function in result.functions
            for criterion in failed(function)
        ],
    }


def _students(found: ClassResults, scores: Mapping[str, Score]) -> list[dict[str, Any]]:
    """Return all students who have a result."""
    shared = shared_notes(found.results)
    return [_student(result, scores.get(result.student), shared) for result in found.results]


def class_json(assignment: str, title: str, found: ClassResults, scores: Mapping[str, Score]) -> dict[str, Any]:
    """Return everything that the class report says as JSON values.

    ``scores`` is what the gradebook holds, by student.
    """
    statistics = class_statistics(found.results)
    graded = [result for result in found.results if result.status == "graded"]
    seconds = [result.seconds for result in graded]
    return {
        "schema_version": SCHEMA_VERSION,
        "assignment": assignment,
        "title": title,
        "graded": statistics.graded,
        "max_score": statistics.max_score,
        "mean": _finite(statistics.mean),
        "median": _finite(statistics.median),
        "full_marks": statistics.full,
        "distribution": [{"from": one.low, "to": one.high, "students": one.count} for one in statistics.bins],
        "functions": [_item(item) for item in statistics.functions],
        "tests": [_item(item) for item in statistics.items],
        "mistakes": [_mistake(lesson) for lesson in statistics.lessons],
        "written_answers_waiting": sum(waiting(result, scores.get(result.student)) for result in graded),
        "not_graded": [{"student": student, "why": why} for student, why in found.ungraded],
        "seconds": {"median": median(seconds), "most": max(seconds)} if seconds else None,
        "notes": list(shared_notes(found.results)),
        "students": _students(found, scores),
    }


def class_tables(found: ClassResults, scores: Mapping[str, Score]) -> dict[str, bytes]:
    """Return the report's tables as comma-separated text, by file name.

    Those who were not graded are rows of ``students.csv`` without a score.  No cell is one that a spreadsheet program
    would run.
    """
    statistics = class_statistics(found.results)
    students = _students(found, scores)
    known = {student["student"] for student in students}
    students += [
        {"student": student, "status": "not graded", "needs_human": True, "what_happened": why}
        for student, why in found.ungraded
        if student not in known
    ]
    columns = ("student", "status", "score", "max_score", "total", "max_total", "penalty", "needs_human", "seconds")
    return {
        "tests.csv": _table(map(_item, statistics.items)),
        "mistakes.csv": _table(map(_mistake, statistics.lessons)),
        "students.csv": _table(
            {name: one.get(name) for name in (*columns, "what_happened")}
            for one in sorted(students, key=lambda one: str(one["student"]))
        ),
    }


def _table(rows: Iterable[Mapping[str, Any]]) -> bytes:
    """Return rows as comma-separated text in UTF-8; no row, no header."""
    stream = io.StringIO(newline="")
    writer: Any = None
    for row in rows:
        if writer is None:
            writer = csv.DictWriter(stream, list(row))
            writer.writeheader()
        writer.writerow({name: _cell(value) for name, value in row.items()})
    return stream.getvalue().encode()


def _cell(value: Any) -> Any:
    """Return a value as a spreadsheet's cell: text that is no formula, numbers as they are, nothing for None."""
    if isinstance(value, list):
        value = " ".join(value)
    if isinstance(value, str):
        return neutral(value)
    return {None: "", True: "yes", False: "no"}[value] if value is None or isinstance(value, bool) else value
