"""The instructor's notebook as rows of the gradebook, equal to those that ``nbgrader generate_assignment`` writes.

nbgrader's own preprocessors, with the course's settings, turn the notebook into cells; we write these in one
transaction.  (Its SaveCells commits cell by cell, and removes and writes again what has not changed.)
"""

from __future__ import annotations

import contextlib
import hashlib
import json
import os
import sys
import warnings
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, TableClause, and_, delete, func, insert, or_, select, text, update

from autograder.assignments import load
from autograder.course._tables import (
    ASSIGNMENT,
    BASE_CELL,
    COMMENT,
    COURSE,
    GRADE,
    GRADE_CELL,
    NOTEBOOK,
    RECORDED,
    SOLUTION_CELL,
    SOURCE_CELL,
    SUBMISSION,
    SUBMITTED,
    TASK_CELL,
    database_file,
    has_tables,
    new_id,
    transaction,
)
from autograder.course.layout import CONFIGURATION, Course, header_and_footer
from autograder.errors import UsageError
from autograder.matching import load_template
from autograder.releases import history_file

MOST_NAMED = 10
"""Students that a sentence names."""

KINDS: dict[str, TableClause] = {"GradeCell": GRADE_CELL, "SolutionCell": SOLUTION_CELL, "TaskCell": TASK_CELL}
"""nbgrader's three kinds of cells, and the table of each."""


@dataclass(frozen=True)
class _Source:
    """What nbgrader keeps of an instructor's notebook.

    ``cells`` maps (grade id, kind) to the columns of the kind's table, ``sources`` a grade id to the columns of
    ``source_cell``.
    """

    course_id: str
    kernelspec: str
    cells: dict[tuple[str, str], dict[str, Any]]
    sources: dict[str, dict[str, Any]]


def register(course: Course, assignment_name: str) -> None:
    """Bring the gradebook's rows of an assignment up to date with the instructor's notebook, and make the gradebook.

    Does next to nothing when neither the notebook, nor the course's configuration, nor the rows have changed.  New
    points are taken over, new cells are added under submissions that exist, a cell that was only renamed keeps its
    grades, and automatic scores of a cell that is gone go too.  Raises `UsageError` if the notebook is missing or
    invalid, or lacks a cell that a human has marked; `GraderFailure` if the gradebook cannot be written.
    """
    path = course.solution(assignment_name)
    if not path.is_file():
        raise UsageError(f"There is no instructor's notebook {path}. See whether the assignment's name is right.")
    stamp = _stamp(course, assignment_name)
    source = _fingerprint(course, path)
    if _read_stamp(stamp) == {"source": source, "rows": _rows_now(course, assignment_name)}:
        return
    wanted = _read_source(course, assignment_name, path)
    release = course.release_of(assignment_name)
    corrected = history_file(release).is_file()
    renames = load_template(load(assignment_name), path, release).new_names if corrected else {}
    with transaction(course, writes=True, creates=True) as connection:
        theirs, ours = has_tables(connection)
        if not theirs:
            _create_tables(connection)
        if not ours:
            RECORDED.create(connection)
        _write(connection, assignment_name, wanted, renames)
        rows = _rows(connection, assignment_name)
    _write_stamp(stamp, {"source": source, "rows": rows})


# What there is


def _fingerprint(course: Course, path: Path) -> str:
    """Return the hash of all that decides the rows: notebook, header, footer, configuration, nbgrader's version."""
    digest = hashlib.sha256(version("nbgrader").encode())
    for part in (path, course.root / CONFIGURATION, *_around(course).values()):
        digest.update(b"\0" + (part.read_bytes() if part.is_file() else b""))
    return digest.hexdigest()


def _around(course: Course) -> dict[str, Path]:
    """Return where the header and the footer of the course's notebooks are, by their settings' names."""
    if not (course.root / CONFIGURATION).is_file():
        return {}
    return {name: (course.root / file).resolve() for name, file in header_and_footer(course.root).items()}


def _rows_now(course: Course, name: str) -> str:
    """Return the hash of the gradebook's rows, or nothing where there is no gradebook yet."""
    file = database_file(course)
    if file is not None and not file.is_file():
        return ""
    with transaction(course, writes=False) as connection:
        return _rows(connection, name) if all(has_tables(connection)) else ""


def _rows(connection: Connection, name: str) -> str:
    """Return the hash of an assignment's cells as the gradebook has them."""
    inside = and_(NOTEBOOK.c.assignment_id == ASSIGNMENT.c.id, ASSIGNMENT.c.name == name, NOTEBOOK.c.name == name)
    cells = (
        select(BASE_CELL.c.name, BASE_CELL.c.type, GRADE_CELL.c.max_score, TASK_CELL.c.max_score, NOTEBOOK.c.kernelspec)
        .select_from(BASE_CELL)
        .join(NOTEBOOK, BASE_CELL.c.notebook_id == NOTEBOOK.c.id)
        .join(ASSIGNMENT, inside)
        .outerjoin(GRADE_CELL, GRADE_CELL.c.id == BASE_CELL.c.id)
        .outerjoin(TASK_CELL, TASK_CELL.c.id == BASE_CELL.c.id)
    )
    columns = [c for c in SOURCE_CELL.c if c.name not in ("id", "notebook_id")]
    sources = select(*columns).join(NOTEBOOK, SOURCE_CELL.c.notebook_id == NOTEBOOK.c.id).join(ASSIGNMENT, inside)
    told = sorted(repr(tuple(row)) for query in (cells, sources) for row in connection.execute(query))
    return hashlib.sha256("\n".join(told).encode()).hexdigest()


def keep_stamp(copy: Course, course: Course, assignment_name: str) -> None:
    """Let a course know what was registered from a copy of it, so that the next command need not look again.

    It counts while the course's notebook, configuration and rows are those of the copy.
    """
    content = _read_stamp(_stamp(copy, assignment_name))
    if content is not None:
        _write_stamp(_stamp(course, assignment_name), content)


def _stamp(course: Course, assignment_name: str) -> Path:
    return course.results / assignment_name / "registered.json"


def _read_stamp(path: Path) -> Any:
    """Return what the last registration left, or None; it is a cache, and no error of it matters."""
    try:
        return json.loads(path.read_text("utf-8"))
    except (OSError, ValueError):
        return None


def _write_stamp(path: Path, content: dict[str, str]) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    fresh = path.with_suffix(f".{os.getpid()}.tmp")
    fresh.write_text(json.dumps(content), "utf-8")
    fresh.replace(path)


# What nbgrader makes of the notebook


def _read_source(course: Course, name: str, path: Path) -> _Source:
    """Run the preprocessors that ``nbgrader generate_assignment`` runs before it saves cells.

    Raises `UsageError` with nbgrader's own words if the notebook is not a valid source.
    """
    from traitlets.config.loader import Config, PyFileConfigLoader

    with _quick_import():
        import nbformat
        from nbgrader.converters import GenerateAssignment
        from nbgrader.coursedir import CourseDirectory
        from nbgrader.preprocessors import SaveCells

    config = Config()
    if (course.root / "nbgrader_config.py").is_file():
        config = PyFileConfigLoader("nbgrader_config.py", path=str(course.root)).load_config()
    for setting, file in _around(course).items():  # nbgrader would look for them in the folder where we were started
        config.IncludeHeaderFooter[setting] = str(file)
    directory = CourseDirectory(config=config)
    converter = GenerateAssignment(coursedir=directory, config=config)
    names = {"student": ".", "assignment": name, "notebook": name, "db_url": course.gradebook_url}
    try:
        exporter = converter.exporter_class(parent=converter, config=config)
        for preprocessor in converter.preprocessors[: converter.preprocessors.index(SaveCells)]:
            exporter.register_preprocessor(preprocessor)
        with warnings.catch_warnings():  # a header from an older Jupyter has cells without ids, which matter to nobody
            warnings.filterwarnings("ignore", "Cell is missing an id")
            written, _ = exporter.from_filename(str(path), resources={"nbgrader": names})
        notebook = nbformat.reads(written, as_version=4)  # type: ignore[no-untyped-call]  # nbformat has no types here
    except Exception as problem:
        told = " ".join(str(problem).split()).rstrip(".")
        raise UsageError(
            f"{path} is not a notebook that nbgrader can make an assignment of: {told}. Mend it in Jupyter."
        ) from problem
    return _sorted_out(notebook, directory.course_id)


@contextlib.contextmanager
def _quick_import() -> Iterator[None]:
    """Keep jsonschema from building its grammar of addresses at import, which takes seconds and serves no notebook."""
    name = "rfc3987_syntax"
    sys.modules.setdefault(name, None)  # type: ignore[arg-type]  # None is how Python marks what must not be imported
    try:
        yield
    finally:
        if sys.modules[name] is None:
            del sys.modules[name]


def _sorted_out(notebook: Any, course_id: str) -> _Source:
    """Return the graded, solution, task and locked cells of a notebook, as nbgrader's SaveCells tells them."""
    from nbgrader.utils import is_grade, is_locked, is_solution, is_task

    cells: dict[tuple[str, str], dict[str, Any]] = {}
    sources: dict[str, dict[str, Any]] = {}
    for cell in notebook.cells:
        if not (is_grade(cell) or is_solution(cell) or is_task(cell) or is_locked(cell)):
            continue
        mark = cell.metadata.nbgrader
        scored = {"max_score": float(mark.get("points", 0)), "cell_type": cell.cell_type}
        if is_grade(cell):
            cells[mark.grade_id, "GradeCell"] = scored
        if is_solution(cell):
            cells[mark.grade_id, "SolutionCell"] = {}
        if is_task(cell):
            cells[mark.grade_id, "TaskCell"] = scored
        sources[mark.grade_id] = {
            "cell_type": cell.cell_type,
            "locked": bool(is_locked(cell)),
            "source": cell.source,
            "checksum": mark.get("checksum"),
        }
    return _Source(course_id, json.dumps(notebook.metadata.get("kernelspec", {})), cells, sources)


def _create_tables(connection: Connection) -> None:
    """Make nbgrader's tables and note their version, as its Gradebook does, in the transaction that is open."""
    from alembic.config import Config
    from alembic.script import ScriptDirectory
    from nbgrader.api import Base
    from nbgrader.dbutil import ALEMBIC_DIR

    Base.metadata.create_all(bind=connection)
    config = Config()
    config.set_main_option("script_location", ALEMBIC_DIR)
    head = ScriptDirectory.from_config(config).get_current_head()
    connection.execute(text("CREATE TABLE alembic_version (version_num VARCHAR(32) NOT NULL)"))
    connection.execute(text("INSERT INTO alembic_version (version_num) VALUES (:head)"), {"head": head})


# Writing


def _write(connection: Connection, name: str, wanted: _Source, renames: Mapping[str, str]) -> None:
    """Write the rows of an assignment, keeping the ids of all that stays."""
    known = set(connection.execute(select(COURSE.c.id)).scalars())
    # nbgrader's SaveCells opens the gradebook without the course's id, which adds its default course.
    for course_id in {wanted.course_id, "default_course"} - known - {""}:
        connection.execute(insert(COURSE).values(id=course_id))
    assignment_id = _one(connection, ASSIGNMENT, {"name": name}, {"course_id": wanted.course_id})
    notebook_id = _one(connection, NOTEBOOK, {"name": name, "assignment_id": assignment_id}, {})
    connection.execute(update(NOTEBOOK).where(NOTEBOOK.c.id == notebook_id).values(kernelspec=wanted.kernelspec))
    _rename(connection, notebook_id, wanted, renames)
    _write_cells(connection, name, notebook_id, wanted)
    _write_sources(connection, notebook_id, wanted)


def _one(connection: Connection, table: TableClause, key: dict[str, Any], more: dict[str, Any]) -> str:
    """Return the id of the row with this key, which is inserted if there is none."""
    found = connection.execute(select(table.c.id).where(*(table.c[n] == v for n, v in key.items()))).scalar()
    if found is None:
        found = new_id()
        connection.execute(insert(table).values(id=found, **key, **more))
    return str(found)


def _rename(connection: Connection, notebook_id: str, wanted: _Source, renames: Mapping[str, str]) -> None:
    """Give cells that were only renamed their new names, so that grades, manual ones too, and comments stay theirs."""
    query = select(BASE_CELL.c.name, BASE_CELL.c.type, BASE_CELL.c.id).where(BASE_CELL.c.notebook_id == notebook_id)
    known = {(row.name, row.type): row.id for row in connection.execute(query)}
    for (old, kind), cell_id in known.items():
        new = renames.get(old, old)
        if new != old and (new, kind) in wanted.cells and (new, kind) not in known and (old, kind) not in wanted.cells:
            connection.execute(update(BASE_CELL).where(BASE_CELL.c.id == cell_id).values(name=new))


def _write_cells(connection: Connection, name: str, notebook_id: str, wanted: _Source) -> None:
    query = select(BASE_CELL.c.name, BASE_CELL.c.type, BASE_CELL.c.id).where(BASE_CELL.c.notebook_id == notebook_id)
    known = {(row.name, row.type): row.id for row in connection.execute(query)}
    inside = select(SUBMITTED.c.id).where(SUBMITTED.c.notebook_id == notebook_id)
    submitted = list(connection.execute(inside).scalars())
    _remove(connection, name, {key: known[key] for key in known.keys() - wanted.cells.keys()})
    for (grade_id, kind), values in wanted.cells.items():
        table = KINDS[kind]
        if (grade_id, kind) in known:
            if values:
                connection.execute(update(table).where(table.c.id == known[grade_id, kind]).values(**values))
            continue
        cell_id = new_id()
        row = {"id": cell_id, "name": grade_id, "notebook_id": notebook_id, "type": kind}
        connection.execute(insert(BASE_CELL).values(**row))
        connection.execute(insert(table).values(id=cell_id, **values))
        _add_to_submissions(connection, kind, cell_id, submitted)


def _remove(connection: Connection, name: str, gone: dict[tuple[str, str], str]) -> None:
    """Delete cells that the notebook no longer has, with what was graded automatically; refuse where a human marked."""
    marked = {grade_id: _marked_by_hand(connection, cell_id) for (grade_id, _), cell_id in gone.items()}
    if any(marked.values()):
        names = ", ".join(sorted(grade_id for grade_id, students in marked.items() if students))
        students = ", ".join(sorted({student for some in marked.values() for student in some})[:MOST_NAMED])
        raise UsageError(
            f"The instructor's notebook of {name} no longer has the cells {names}, and a human has marked them: "
            f"{students}. Put them back under these names, or take the marks and comments away in formgrader first."
        )
    for (_, kind), cell_id in gone.items():
        for table in (GRADE, COMMENT):
            connection.execute(delete(table).where(table.c.cell_id == cell_id))
        for table in (KINDS[kind], BASE_CELL):
            connection.execute(delete(table).where(table.c.id == cell_id))


def _marked_by_hand(connection: Connection, cell_id: str) -> set[str]:
    """Return the students for whom a human wrote a score or a comment on a cell."""
    by_hand = {
        GRADE: or_(GRADE.c.manual_score.is_not(None), func.coalesce(GRADE.c.extra_credit, 0) != 0),
        COMMENT: func.coalesce(COMMENT.c.manual_comment, "") != "",
    }
    found: set[str] = set()
    for table, condition in by_hand.items():
        query = (
            select(SUBMISSION.c.student_id)
            .join(SUBMITTED, SUBMITTED.c.assignment_id == SUBMISSION.c.id)
            .join(table, table.c.notebook_id == SUBMITTED.c.id)
            .where(table.c.cell_id == cell_id, condition)
        )
        found.update(connection.execute(query).scalars())
    return found


def _add_to_submissions(connection: Connection, kind: str, cell_id: str, submitted: Sequence[str]) -> None:
    """Give submissions that exist already the rows of a cell that is new."""

    def rows(**more: Any) -> list[dict[str, Any]]:
        return [{"id": new_id(), "notebook_id": one, "cell_id": cell_id, **more} for one in submitted]

    if submitted and kind != "SolutionCell":
        connection.execute(insert(GRADE), rows(needs_manual_grade=True))
    if submitted and kind != "GradeCell":
        connection.execute(insert(COMMENT), rows())


def _write_sources(connection: Connection, notebook_id: str, wanted: _Source) -> None:
    query = select(SOURCE_CELL.c.name, SOURCE_CELL.c.id).where(SOURCE_CELL.c.notebook_id == notebook_id)
    known: dict[str, str] = {row.name: row.id for row in connection.execute(query)}
    _delete_all(connection, SOURCE_CELL, (known[n] for n in known.keys() - wanted.sources.keys()))
    for grade_id, values in wanted.sources.items():
        if grade_id in known:
            connection.execute(update(SOURCE_CELL).where(SOURCE_CELL.c.id == known[grade_id]).values(**values))
        else:
            row = {"id": new_id(), "name": grade_id, "notebook_id": notebook_id, **values}
            connection.execute(insert(SOURCE_CELL).values(**row))


def _delete_all(connection: Connection, table: TableClause, ids: Iterable[str]) -> None:
    for one in ids:
        connection.execute(delete(table).where(table.c.id == one))
