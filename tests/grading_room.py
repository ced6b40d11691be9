"""What tests of grading share: a template of the real notebook, and a sandbox that runs trusted test code here."""

import json
import re
from functools import cache
from pathlib import Path

import numpy as np

from autograder.assignments import load
from autograder.calls import call
from autograder.grading.cases import build, secret_from_seed
from autograder.grading.verdicts import Examiner
from autograder.matching import load_template
from autograder.sandbox import CallResult, CallStep, CellResult, Run
from autograder.submission import Grader, Sandboxes

ROOT = Path(__file__).parent.parent


def released(assignment="range"):
    """The student's notebook as JSON values, fresh."""
    return json.loads((ROOT / "exercises" / assignment / f"{assignment}.ipynb").read_text())


def solved(assignment="range"):
    """The student's notebook with the instructor's solutions filled in, fresh."""
    notebook = released(assignment)
    source = json.loads((ROOT / "solutions" / assignment / f"{assignment}.ipynb").read_text())
    answers = {name(cell): cell["source"] for cell in source["cells"] if role(cell) == "solution"}
    for cell in notebook["cells"]:
        if role(cell) == "solution":
            cell["source"] = answers[name(cell)]
    return notebook


def name(cell):
    return cell["metadata"].get("nbgrader", {}).get("grade_id", "")


def role(cell):
    meta = cell["metadata"].get("nbgrader", {})
    if not meta or cell["cell_type"] != "code":
        return ""
    return "solution" if meta.get("solution") else "test" if meta.get("grade") else "locked"


def find(notebook, grade_id):
    """The cell with a grade id."""
    return next(cell for cell in notebook["cells"] if name(cell) == grade_id)


def load_data(name):
    """Stand in for the function of this name in ``checks.py``."""
    with np.load(next(ROOT.glob(f"exercises/*/{name}"))) as file:
        return dict(file)


class HereSandboxes:
    """Runs steps in this process: for code that the tests themselves wrote, and nothing else."""

    level = "this process"

    for_steps = Sandboxes.for_steps

    def for_text(self, text):
        return self

    def run(self, steps):
        space = {"__name__": "__main__", "check": lambda *a, **k: None, "draw": lambda *a, **k: None}
        space["load_data"] = load_data
        return Run(tuple(self._step(step, space) for step in steps), 0.0, self.level, ())

    def _step(self, step, space):
        if isinstance(step, CallStep):
            function = space.get(step.function)
            if not callable(function):
                return CallResult("missing", (), f"there is no function called {step.function}")
            return CallResult("ran", tuple(call(function, one) for one in step.calls), "")
        source = re.sub(r"from checks import .*", "pass", step.source)
        try:
            exec(compile(source, f"<{step.name}>", "exec"), space)
        except Exception as problem:
            return CellResult("error", "", "", "", type(problem).__name__, str(problem), (), "")
        return CellResult("ran", "", "", "", "", "", (), "")


@cache
def examiner(assignment="range", seed=1):
    return Examiner(build(load(assignment), secret_from_seed(seed)))


@cache
def template(assignment="range"):
    file = f"{assignment}/{assignment}.ipynb"
    return load_template(load(assignment), ROOT / "solutions" / file, ROOT / "exercises" / file)


def grade(notebook, assignment="range", seed=1, student="ada"):
    """Grade a notebook given as JSON values in this process."""
    grader = Grader(template(assignment), examiner(assignment, seed), HereSandboxes(), seed=seed, version="test")
    return grader.grade(json.dumps(notebook).encode(), student)
