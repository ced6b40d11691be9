"""A real course with an assignment of its own: three functions, an instructor's own test, and a question.

What its assignment grades is text, so that a test can correct it as an instructor would.
"""

import json
import sqlite3
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path

from grading_room import find, name

from autograder.course.layout import open_course
from autograder.course.publish import publish
from autograder.engine import grade_class

ROOT = Path(__file__).parent.parent
NAME = "units"

MODULE = """
from dataclasses import replace
from autograder.assignments import Assignment, load
from autograder.assignments.misconceptions import bank

BANK = [mistake for mistakes in bank("range").values() for mistake in mistakes]
POINTS = {points}

def cut(draw, cases):
    return cases(draw)[:{cut}]

def of_range(name):
    exercise = load("range").exercise(name)
    criteria = [
        replace(c, points=POINTS.get(f"{{name}}-{{c.name}}", c.points)) for c in exercise.criteria
    ]
    if name == "relu6" and {cut}:
        first = criteria[0]
        criteria[0] = replace(first, cases=lambda draw: cut(draw, first.cases))
    return replace(exercise, criteria=tuple(criteria))

ASSIGNMENT = Assignment("units", "Units", tuple(map(of_range, {functions})))
"""

SOLUTIONS = json.loads((ROOT / "solutions" / "range" / "range.ipynb").read_text())
ANSWERS = {
    function: "".join(line for line in find(SOLUTIONS, function)["source"] if "###" not in line)
    for function in ("sigmoid", "tanh", "relu6", "softsign")
}
NO_CAP = "def relu6(x):\n    return np.maximum(x, 0)"


def marks(name, points=None, *, solution=False, locked=False):
    mark = {"grade_id": name, "schema_version": 3, "solution": solution, "locked": locked, "task": False}
    return {"nbgrader": {**mark, "grade": points is not None, **({} if points is None else {"points": points})}}


def markdown(identifier, text, metadata=None):
    return {"cell_type": "markdown", "id": identifier, "metadata": metadata or {}, "source": text}


def code(identifier, text, metadata):
    cell = markdown(identifier, text, metadata)
    return {**cell, "cell_type": "code", "execution_count": None, "outputs": []}


@dataclass
class Source:
    """What an instructor writes; a correction changes it, and `write` puts it into the course."""

    functions: tuple = ("sigmoid", "tanh", "relu6")
    points: dict = field(default_factory=dict)
    cut: int = 0
    own_test: str = "assert tanh(0) == 0"
    own_points: float = 1
    own_name: str = "extra"
    question: str = "## Why?\n\nSay why tanh is centred."
    written_points: float = 3
    written: str = "why"

    def write(self, root):
        (root / "assignments").mkdir(exist_ok=True)
        text = MODULE.format(points=self.points, cut=self.cut, functions=self.functions)
        (root / "assignments" / f"{NAME}.py").write_text(text)
        cells = [markdown("units-title", "# Units"), markdown("intro", "Read this.", marks("intro", locked=True))]
        for function in self.functions:
            first, *rest = ANSWERS[function].split("\n")
            body = "\n".join([first, "    ### BEGIN SOLUTION", *rest, "    ### END SOLUTION"])
            cells.append(code(function, body, marks(function, solution=True)))
        cells.append(code(self.own_name, self.own_test, marks(self.own_name, self.own_points, locked=True)))
        cells.append(markdown("question", self.question))
        written = marks(self.written, self.written_points, solution=True)
        cells.append(markdown(self.written, "### BEGIN MARK SCHEME\nIt is odd.\n### END MARK SCHEME", written))
        path = open_course(root).solution(NAME)
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(json.dumps({"cells": cells, "metadata": {}, "nbformat": 4, "nbformat_minor": 5}))

    def publish(self, root):
        self.write(root)
        return publish(open_course(root), [NAME], check=False)


def released(root):
    """The notebook that students are given now."""
    return json.loads(open_course(root).release_of(NAME).read_text())


def solved(root, *, answers=ANSWERS, written=""):
    """The notebook that students are given now, filled in."""
    notebook = released(root)
    for cell in notebook["cells"]:
        if name(cell) in answers:
            cell["source"] = answers[name(cell)]
    if written:
        find(notebook, next(n for n in map(name, notebook["cells"]) if n.startswith("why")))["source"] = written
    return notebook


def submit(root, student, notebook):
    path = open_course(root).submission(student, NAME)
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(notebook if isinstance(notebook, str) else json.dumps(notebook))


def grade(root, **options):
    return grade_class(open_course(root), NAME, seed=options.pop("seed", 1), **options)


def stored(root, student):
    return json.loads(open_course(root).result(student, NAME).read_text())


def gradebook(root, query, *values):
    """Run one statement on the gradebook and return its rows."""
    with closing(sqlite3.connect(root / "gradebook.db")) as database:
        rows = database.execute(query, values).fetchall()
        database.commit()
        return rows


CELLS = (
    "SELECT a.student_id, b.name, g.auto_score, g.manual_score, g.needs_manual_grade, c.max_score FROM grade g "
    "JOIN submitted_notebook n ON n.id = g.notebook_id JOIN submitted_assignment a ON a.id = n.assignment_id "
    "JOIN base_cell b ON b.id = g.cell_id JOIN grade_cells c ON c.id = b.id ORDER BY 1, 2"
)


def rows(root):
    """The gradebook's rows: (student, cell) → automatic and manual score, whether a human is needed, the most."""
    return {(student, cell): tuple(rest) for student, cell, *rest in gradebook(root, CELLS)}


def mark_by_hand(root, student, cell, points):
    """Enter a score as formgrader does."""
    gradebook(
        root,
        "UPDATE grade SET manual_score = ?, needs_manual_grade = 0 WHERE id IN (SELECT g.id FROM grade g "
        "JOIN submitted_notebook n ON n.id = g.notebook_id JOIN submitted_assignment a ON a.id = n.assignment_id "
        "JOIN base_cell b ON b.id = g.cell_id WHERE a.student_id = ? AND b.name = ?)",
        points,
        student,
        cell,
    )
