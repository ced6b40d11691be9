"""Each room imports only from rooms on floors below its own."""

import ast
import re
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parent.parent / "autograder"

FLOORS = (
    ("errors", "messages", "files", "figures", "processes"),
    ("catalogue", "given", "rules"),
    ("calls",),
    ("compare", "reference", "properties", "oracle", "notebook", "packed"),
    ("assignments", "deeds", "relations", "sandbox", "releases"),
    ("grading",),
    ("matching", "turns"),
    ("stored",),
    ("submission", "stock"),
    ("course",),
    ("worker",),
    ("pool", "replay", "cluster", "regrade"),
    ("engine",),
    ("report", "inside_nbgrader", "trial"),
    ("cli",),
    ("__main__",),
)
FLOOR = {room: number for number, rooms in enumerate(FLOORS) for room in rooms}


def imported_rooms(path):
    """Every room of ours that a file imports, inside functions too."""
    for node in ast.walk(ast.parse(path.read_text())):
        names = []
        if isinstance(node, ast.Import):
            names = [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path}: write imports in full"
            names = [node.module]
            if node.module == "autograder":
                names = [f"autograder.{alias.name}" for alias in node.names]
        for name in names:
            parts = name.split(".")
            if parts[0] == "autograder" and len(parts) > 1 and parts[1] != "__version__":
                yield parts[1]


def upward_imports(root):
    """Every import that does not run down the stairs, as a sentence."""
    for path in sorted(root.rglob("*.py")):
        room = path.relative_to(root).with_suffix("").parts[0]
        if room == "__init__":
            assert not list(imported_rooms(path)), "autograder/__init__.py imports nothing"
            continue
        for other in imported_rooms(path):
            if other != room and FLOOR[other] >= FLOOR[room]:
                yield f"{path.relative_to(root)} (floor {FLOOR[room]}) imports {other} (floor {FLOOR[other]})"


def test_every_import_runs_down_the_stairs():
    assert list(upward_imports(ROOT)) == []


def test_an_import_up_the_stairs_is_seen(tmp_path):
    (tmp_path / "errors.py").write_text("def late():\n    from autograder.cli import main\n    return main\n")
    assert list(upward_imports(tmp_path)) == [f"errors.py (floor 0) imports cli (floor {FLOOR['cli']})"]


def test_grading_starts_without_what_is_slow_to_import():
    slow = "sympy", "scipy", "sqlalchemy", "nbgrader", "rich", "matplotlib", "importlib.metadata"
    program = f"import sys, autograder.engine, autograder.stock; print([m for m in {slow} if m in sys.modules])"
    told = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True, cwd=ROOT.parent)
    assert told.stdout.strip() == "[]"


def test_nothing_reads_the_book():
    for path in ROOT.rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.ImportFrom):
                assert not (node.module or "").startswith("book"), path


def test_the_guide_shows_the_house_as_it_is():
    rows = re.findall(r"^\| (\d+) \| (.+?) \|", (ROOT.parent / "CONTRIBUTING.md").read_text(), flags=re.MULTILINE)
    told = {room.strip("`/ "): int(floor) for floor, rooms in rows for room in rooms.split(",")}
    assert told == {room: floor for room, floor in FLOOR.items() if room != "__main__"}
    built = {path.stem for path in ROOT.iterdir() if path.suffix == ".py" or (path / "__init__.py").is_file()}
    assert built - {"__init__"} == set(FLOOR)
