"""Adding an activation is what CONTRIBUTING says, and everything else follows: its guide is followed to the letter."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pytest

ROOT = Path(__file__).resolve().parent.parent
STEP = re.compile(
    r"^(?:In|At the end of) `(?P<file>[^`]+)`(?:, (?P<where>above|below) the line `(?P<line>[^`]+)`)?, add[^\n]*:\n\n"
    r"```\w+\n(?P<text>.*?)^```$",
    re.MULTILINE | re.DOTALL,
)
COMMANDS = re.compile(r"^```sh\n(.*?)^```$", re.MULTILINE | re.DOTALL)


def guide() -> str:
    """The section of CONTRIBUTING that a newcomer reads."""
    text = (ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8")
    return text.partition("\n## Add an activation\n")[2].partition("\n## ")[0]


@dataclass(frozen=True)
class Copy:
    """A copy of the repository in which somebody has followed the guide."""

    folder: Path

    def run(self, *command: str) -> str:
        environment = {**os.environ, "PYTHONPATH": str(self.folder)}
        done = subprocess.run(
            command, cwd=self.folder, env=environment, capture_output=True, text=True, timeout=300, check=False
        )
        assert done.returncode == 0, f"{command}:\n{done.stdout}\n{done.stderr}"
        return done.stdout

    def tells(self, program: str) -> Any:
        """What a program, run in the copy, prints as JSON."""
        return json.loads(self.run(sys.executable, "-c", program))


@pytest.fixture(scope="module")
def grown(tmp_path_factory: pytest.TempPathFactory) -> Copy:
    folder = tmp_path_factory.mktemp("grown")
    for name in ("autograder", "benchmarks", "tests", "book/lab"):
        shutil.copytree(ROOT / name, folder / name, ignore=shutil.ignore_patterns("__pycache__"))
    for name in ("pyproject.toml", "book/__init__.py", "book/references.bib"):
        shutil.copy(ROOT / name, folder / name)
    steps = list(STEP.finditer(guide()))
    assert len(steps) == 6, "the guide has six blocks to add"
    for step in steps:
        follow(folder / step["file"], step)
    return Copy(folder)


def follow(path: Path, step: re.Match[str]) -> None:
    """Add a block above or below a line of a file, or at its end; what stands alone gets empty lines around it."""
    lines = path.read_text(encoding="utf-8").splitlines(keepends=True)
    if step["line"]:
        places = [number for number, line in enumerate(lines) if line.rstrip("\n") == step["line"]]
        assert len(places) == 1, f"{step['file']} has {len(places)} lines {step['line']!r}"
        at = places[0] + (step["where"] == "below")
    else:
        at = len(lines)
    lines.insert(at, step["text"] if step["where"] == "below" else f"\n{step['text']}\n\n")
    path.write_text("".join(lines), encoding="utf-8")


def test_every_block_of_the_guide_is_a_step_or_a_command() -> None:
    assert guide().count("```") == 2 * (len(STEP.findall(guide())) + len(COMMANDS.findall(guide())))


NEW = """
import json
from autograder.catalogue import CATALOGUE, javascript_module
from autograder.properties import gallery
new = [entry for entry in CATALOGUE.values() if entry.name == "squared_relu"]
"""
"""All entries would take half a minute."""

GALLERY = NEW + "print(json.dumps(gallery(new)))"
JAVASCRIPT = NEW + "print(json.dumps(javascript_module(new)))"


def test_it_appears_in_the_gallery_with_everything_computed(grown: Copy) -> None:
    (record,) = grown.tells(GALLERY)
    assert record["title"] == "Squared ReLU"
    assert record["latex"] == r"\max\left(0, x\right)^{2}"
    assert record["sources"] == ["so2021"]
    assert record["properties"]["range"] == "[0, ∞)"
    assert record["properties"]["continuity"] == "C¹"
    assert record["properties"]["Lipschitz constant"] == "∞"
    assert record["declared"] == []


@pytest.mark.skipif(shutil.which("node") is None, reason="Node.js runs the printed JavaScript: install nodejs.")
def test_it_appears_in_the_explorers_javascript(grown: Copy) -> None:
    script = grown.tells(JAVASCRIPT) + "const f = ACTIVATIONS.squared_relu;"
    script += "process.stdout.write(JSON.stringify([f.title, f.value(-2), f.value(3), f.derivative(3)]));"
    done = subprocess.run(["node", "-"], input=script, capture_output=True, text=True, check=True, timeout=60)
    assert json.loads(done.stdout) == ["Squared ReLU", 0, 9, 6]


CASES = """
import json
from autograder.assignments.draw import Draw
from autograder.assignments.elementwise import Elementwise, criteria
from autograder.reference import REFERENCE

values, *_ = criteria(Elementwise(REFERENCE["squared_relu"].value))
cases = values.cases(Draw(b"a secret", "squared_relu-values"))
print(json.dumps([[case.call.arguments[0].data.tolist(), case.expected.values[0].tolist()] for case in cases]))
"""


def test_its_test_cases_come_from_its_reference(grown: Copy) -> None:
    cases = grown.tells(CASES)
    assert cases
    for asked, expected in cases:
        np.testing.assert_allclose(expected, np.maximum(asked, 0) ** 2, rtol=1e-15)


def test_it_stands_in_the_books_table_of_names(grown: Copy) -> None:
    program = "from book.lab.library_names import names_table; print(names_table().text)"
    assert '.html">Squared ReLU</a></th>' in grown.run(sys.executable, "-c", program)


def test_the_commands_of_the_guide_find_it_right(grown: Copy) -> None:
    (commands,) = COMMANDS.findall(guide())
    tests, accuracy, speed = commands.replace(".venv/bin/python", sys.executable).splitlines()
    # The timing is left out: on a busy machine it says nothing.
    assert "reference_speed squared_relu" in speed
    assert re.search(r"\b\d+ passed", grown.run("sh", "-c", tests))
    assert "Reference: 0 outside the bound." in grown.run("sh", "-c", accuracy)
