"""A course with one small notebook, for tests of the gradebook."""

from __future__ import annotations

from pathlib import Path

import nbformat
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook

from autograder.course.layout import Course, open_course
from autograder.grading.results import CriterionResult, FunctionResult, Result

CONFIGURATION = (Path(__file__).parents[1] / "nbgrader_config.py").read_text("utf-8")


def _mark(grade_id: str, points: float | None = None, *, solution: bool = False, locked: bool = False) -> dict:
    mark = {"grade_id": grade_id, "schema_version": 3, "solution": solution, "locked": locked, "task": False}
    mark["grade"] = points is not None
    return {"nbgrader": mark if points is None else {**mark, "points": points}}


def write_notebook(course: Course, *, points: float = 2, more: str = "", name: str = "tiny") -> None:
    tests = f"assert f(1) == 2\n### BEGIN HIDDEN TESTS\nassert f({points}) == {points + 1}\n### END HIDDEN TESTS"
    cells = [
        new_markdown_cell("Read this.", metadata=_mark("intro", locked=True)),
        new_code_cell(
            "def f(x):\n    ### BEGIN SOLUTION\n    return x + 1\n    ### END SOLUTION",
            metadata=_mark("f", solution=True),
        ),
        new_code_cell(tests, metadata=_mark("f-values", points, locked=True)),
        new_code_cell("assert f(-1) == 0", metadata=_mark("f-extremes", 1, locked=True)),
        new_markdown_cell("Because.", metadata=_mark("why", 3, solution=True)),
    ]
    if more:
        cells.append(new_code_cell("assert f(5) == 6", metadata=_mark(more, 1, locked=True)))
    for cell in cells:
        cell.id = cell.metadata.nbgrader["grade_id"]
    kernel = {"name": "python3", "display_name": "Python 3", "language": "python"}
    path = course.solution(name)
    path.parent.mkdir(parents=True, exist_ok=True)
    nbformat.write(new_notebook(cells=cells, metadata={"kernelspec": kernel}), path)


def result(
    student: str, values: float = 2, extremes: float = 1, *, status: str = "graded", message: str = "no"
) -> Result:
    verdicts = tuple(
        CriterionResult(name, "passed" if points == most else "failed", points, most, "" if points == most else message)
        for name, points, most in (("values", values, 2), ("extremes", extremes, 1))
    )
    functions = (FunctionResult("f", verdicts),) if status == "graded" else ()
    return Result("tiny", student, 1, status, 6.0, functions, ("It is not JSON.",) if status == "unreadable" else ())


def new_course(root: Path) -> Course:
    """Return a course that has never been graded."""
    (root / "nbgrader_config.py").write_text(CONFIGURATION, "utf-8")
    course = open_course(root)
    write_notebook(course)
    return course
