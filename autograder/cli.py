"""The command line: parse and print, nothing else.

Exit status: 0 on success even when students fail, 2 on misuse, 1 when something of ours failed, 130 after Ctrl-C.
"""

from __future__ import annotations

import io
import json
import os
import sys
from pathlib import Path
from typing import Any, Literal

import click

from autograder.errors import AutograderError, UsageError

Isolation = Literal["auto", "strict", "none"]

INTERRUPTED = "Interrupted. What was finished is kept; the same command goes on from there."


class _Group(click.Group):
    """A group whose commands end on our own errors with one sentence and the documented status."""

    def invoke(self, ctx: click.Context) -> Any:
        try:
            return super().invoke(ctx)
        except UsageError as problem:
            click.echo(f"autograder: {problem}", err=True)
            sys.exit(2)
        except click.UsageError as problem:
            told = " ".join(problem.format_message().split())
            told = told if told.endswith((".", "?")) else f"{told}."
            where = f"autograder {problem.ctx.command.name}" if problem.ctx and problem.ctx.parent else "autograder"
            click.echo(f"autograder: {told} `{where} --help` says how it is used.", err=True)
            sys.exit(2)
        except AutograderError as problem:
            click.echo(f"autograder: {problem}", err=True)
            sys.exit(1)
        except KeyboardInterrupt:
            click.echo(f"\nautograder: {INTERRUPTED}", err=True)
            sys.exit(130)


@click.group(
    "autograder", cls=_Group, context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100}
)
@click.version_option(package_name="autograder")
def main() -> None:
    """Publish exercises on activation functions, and grade them in a sandbox.

    Example: autograder grade range --course my-course
    """
    if isinstance(sys.stdout, io.TextIOWrapper):  # a terminal that lacks a letter shows a question mark in its place
        sys.stdout.reconfigure(errors="replace")


course_option = click.option(
    "--course",
    "root",
    type=click.Path(path_type=Path),
    default=Path(),
    help="The course's folder, with nbgrader_config.py; by default this one.",
)
isolation_option = click.option(
    "--isolation",
    type=click.Choice(["auto", "strict", "none"]),
    default="auto",
    show_default=True,
    help="What contains the students' code; `autograder doctor` says what works here.",
)
jobs_option = click.option(
    "--jobs", type=click.IntRange(1), help="Processes; by default one for each processor, but one for a small class."
)
json_option = click.option("--json", "as_json", is_flag=True, help="Print JSON for programs.")


@main.command()
@click.argument("assignments", nargs=-1)
@click.option("--check", is_flag=True, help="Change nothing; exit 1 if anything is stale.")
@course_option
def publish(assignments: tuple[str, ...], check: bool, root: Path) -> None:
    """Write the test cells and checks.py of ASSIGNMENTS (all by default), and the students' notebooks.

    Example: autograder publish --check
    """
    from autograder.course.layout import open_course
    from autograder.course.publish import all_names
    from autograder.course.publish import publish as run

    course = open_course(root)
    changes = run(course, assignments or all_names(course), check=check)
    for line in changes:
        click.echo(line)
    if not changes:
        click.echo("Everything is up to date.")
    if check and changes:
        sys.exit(1)


@main.command()
@click.argument("name")
@click.option("--functions", required=True, help="Functions of the catalogue, with commas: mish,celu,softsign.")
@click.option("--title", default="", help="The assignment's title; by default made from its name.")
@course_option
def new(name: str, functions: str, title: str, root: Path) -> None:
    """Make a new assignment NAME of catalogue functions, with all criteria, ready to edit.

    Example: autograder new hidden_units --functions mish,celu,softsign
    """
    from autograder.course.compose import compose
    from autograder.course.layout import open_course

    chosen = [function.strip() for function in functions.split(",") if function.strip()]
    for line in compose(open_course(root), name, chosen, title=title):
        click.echo(line)
    click.echo(f"Next: edit the notebook, then autograder publish {name} and autograder validate {name}.")


@main.command()
@click.argument("assignment")
@course_option
@isolation_option
def validate(assignment: str, root: Path, isolation: Isolation) -> None:
    """Try ASSIGNMENT before students see it: solution, empty notebook, stock nbgrader, known mistakes.

    Exit status 1 if something is not as it should be.

    Example: autograder validate range
    """
    from autograder.course.layout import open_course
    from autograder.trial import validate as run

    found = run(open_course(root), assignment, isolation=isolation)
    for one in found:
        click.echo(f"{'good' if one.good else 'BAD '}  {one.says}")
    if not all(one.good for one in found):
        sys.exit(1)


@main.command()
@click.option(
    "--from",
    "form",
    type=click.Choice(["canvas", "moodle", "folder", "exchange"]),
    required=True,
    help="Who named the files: Canvas' or Moodle's download, folders called as the students, nbgrader's exchange.",
)
@click.argument("path", type=click.Path(path_type=Path))
@click.argument("assignment")
@click.option("--roster", "roster_file", type=click.Path(path_type=Path), help="A CSV that says who is in the course.")
@course_option
@json_option
def collect(form: str, path: Path, assignment: str, roster_file: Path | None, root: Path, as_json: bool) -> None:
    """Bring what students handed in for ASSIGNMENT, in the folder or zip PATH, into the course.

    Of several attempts the last one counts. What cannot be taken is set aside with a sentence.

    Example: autograder collect --from canvas submissions.zip range --roster students.csv
    """
    from autograder.assignments import load
    from autograder.course.collect import collect as run
    from autograder.course.enrol import enrol
    from autograder.course.gradebook import register
    from autograder.course.layout import open_course
    from autograder.course.roster import read_roster
    from autograder.report.terminal import print_collection

    course, roster = open_course(root), read_roster(roster_file) if roster_file else None
    load(assignment)
    found = run(course, form, path, assignment, roster=roster)
    if roster is not None:
        register(course, assignment)
        enrol(course, roster)
    if as_json:
        click.echo(json.dumps(found.to_json()))
    else:
        print_collection(found)
    if found.not_written:
        sys.exit(1)


@main.command()
@click.argument("notebook", type=click.Path(path_type=Path))
@click.option("--assignment", help="Which assignment it is; by default its file's name.")
@click.option("--json", "file", type=click.Path(path_type=Path), help="Also write the result as JSON; - prints it.")
@click.option("--seed", type=int, default=0, show_default=True, help="The seed of the cases.")
@course_option
@isolation_option
def check(
    notebook: Path, assignment: str | None, file: Path | None, seed: int, root: Path, isolation: Isolation
) -> None:
    """Grade one NOTEBOOK and print what a student would be told.

    Example: autograder check submitted/ada/range/range.ipynb
    """
    from autograder.course.layout import open_course
    from autograder.engine import grade_notebook
    from autograder.files import write_atomically
    from autograder.report.terminal import print_result

    result = grade_notebook(open_course(root), notebook, assignment or notebook.stem, seed=seed, isolation=isolation)
    if str(file) == "-":
        click.echo(json.dumps(result.to_json(), indent=1))
    else:
        if file is not None:
            try:
                text = json.dumps(result.to_json(), indent=1, ensure_ascii=False)
                write_atomically(file, f"{text}\n".encode())
            except OSError as problem:
                raise UsageError(f"{file} cannot be written: {problem.strerror}. Give another file.") from problem
        print_result(result)
    if result.status == "failed":
        sys.exit(1)


def _handed_in(root: Path) -> int:
    """Return about how many handed in, at the price of one look: the course is not read yet."""
    try:
        return len(os.listdir(root / "submitted"))
    except OSError:
        return 0


@main.command()
@click.argument("assignment")
@click.option("--student", "students", multiple=True, help="Only this student; may be given again.")
@jobs_option
@click.option("--seed", type=int, help="The seed of the cases; by default the course's own, made at its first run.")
@click.option("--function", default="", help="Grade this function alone again; the other verdicts stay as they are.")
@click.option("--force", is_flag=True, help="Grade again what has not changed.")
@click.option(
    "--engine",
    type=click.Choice(["local", "dask"]),
    default="local",
    show_default=True,
    help="Where students' code runs: on this machine, or on a Dask cluster.",
)
@click.option("--scheduler", default="", help="With --engine dask: the scheduler's address; by default one is started.")
@course_option
@isolation_option
@json_option
def grade(
    assignment: str,
    students: tuple[str, ...],
    jobs: int | None,
    seed: int | None,
    function: str,
    force: bool,
    engine: Literal["local", "dask"],
    scheduler: str,
    root: Path,
    isolation: Isolation,
    as_json: bool,
) -> None:
    """Grade the submissions of ASSIGNMENT: results/, autograded/ and gradebook.db.

    With --json, one JSON object a line is printed as the run goes on: started, then graded, needs_human or failed for
    each submission, and finished.

    After a correction of one function's tests, --function runs that function's calls alone.

    Example: autograder grade range --course my-course --jobs 2
    """
    if scheduler and engine != "dask":
        raise UsageError("--scheduler belongs to --engine dask: give both, or neither.")
    from autograder import processes

    if engine == "local" and not students and processes.number(_handed_in(root), jobs) > 1:
        processes.begin()
    from autograder.course.layout import open_course
    from autograder.engine import grade_class
    from autograder.report.events import Events

    if as_json:  # a program waits, and needs no tables
        reporter: Any = Events(assignment)
    else:
        from autograder.report.terminal import Bar, print_class, print_failures, print_lateness

        reporter = Bar()
    with reporter:
        summary = grade_class(
            open_course(root),
            assignment,
            students=students,
            jobs=jobs,
            seed=seed,
            force=force,
            function=function,
            isolation=isolation,
            progress=reporter.advance,
            started=reporter.start,
            engine=engine,
            scheduler=scheduler,
        )
    if isinstance(reporter, Events):
        reporter.finish(
            seed=summary.plan.seed, set_aside=summary.set_aside, absent=summary.absent, remarks=summary.remarks
        )
    else:
        print_class(summary.results, set_aside=summary.set_aside, absent=summary.absent)
        click.echo(
            f"{summary.count('graded')} graded ({summary.reused} had not changed), "
            f"{summary.count('unreadable')} need a human, {summary.count('failed')} failed on our side. "
            f"Seed {summary.plan.seed}."
        )
        if summary.count("failed"):
            print_failures(summary.results)
        for sentence in summary.remarks:
            click.echo(sentence)
        if summary.lateness is not None:
            print_lateness(summary.lateness)
    if summary.count("failed"):
        sys.exit(1)


@main.command()
@click.argument("student")
@click.argument("assignment")
@click.option("--function", default="", help="Only this function.")
@course_option
@isolation_option
@json_option
def replay(student: str, assignment: str, function: str, root: Path, isolation: Isolation, as_json: bool) -> None:
    """Show what STUDENT's grade for ASSIGNMENT rests on: each input, answer, expected value and verdict.

    Example: autograder replay ada range --function sigmoid
    """
    from autograder.course.layout import open_course
    from autograder.replay import replay as run
    from autograder.report.terminal import print_replay

    found = run(open_course(root), student, assignment, function=function, isolation=isolation)
    if as_json:
        click.echo(json.dumps(found.to_json()))
    else:
        print_replay(found)


@main.command()
@click.argument("assignment")
@click.option("--output", type=click.Path(path_type=Path), help="The HTML file; by default reports/ASSIGNMENT.html.")
@click.option("--json", "as_json", type=click.Path(path_type=Path), help="Also the same as JSON, in this file.")
@click.option("--csv", "as_csv", type=click.Path(path_type=Path), help="Also as tables, in this folder.")
@course_option
def report(assignment: str, output: Path | None, as_json: Path | None, as_csv: Path | None, root: Path) -> None:
    """Write the class report of ASSIGNMENT as one HTML file, and its numbers for programs if asked for.

    Example: autograder report range --course my-course --csv tables
    """
    from autograder.assignments import load
    from autograder.course.layout import open_course
    from autograder.report.class_report import write_class_report

    course = open_course(root)
    file = output or course.root / "reports" / f"{load(assignment).name}.html"
    write_class_report(course, assignment, file, as_json=as_json, as_csv=as_csv)
    click.echo(f"The class report is {file}.")


@main.command()
@click.argument("assignment")
@click.option("--student", "students", multiple=True, help="Only this student; may be given again.")
@click.option("--pictures/--no-pictures", default=True, show_default=True, help="Draw curves that were not right.")
@click.option("--zip", "archive", type=click.Path(path_type=Path), help="Also a zip to upload to Canvas or Moodle.")
@course_option
@isolation_option
def feedback(
    assignment: str,
    students: tuple[str, ...],
    pictures: bool,
    archive: Path | None,
    root: Path,
    isolation: Isolation,
) -> None:
    """Write each student's feedback on ASSIGNMENT as one HTML page, where nbgrader releases it from.

    Who handed in again since the last grade is named, and gets a page once that attempt is graded.

    Example: autograder feedback range --course my-course --zip feedback.zip
    """
    from autograder.course.layout import open_course
    from autograder.report.feedback import graded_before, ready_for_release, write_feedback, zip_feedback

    course = open_course(root)
    written = write_feedback(course, assignment, students=students, pictures=pictures, isolation=isolation)
    click.echo(ready_for_release(course, assignment, written.pages))
    if archive is not None:
        zip_feedback(course, assignment, written.pages, archive)
        click.echo(f"For upload: {archive}, each page under the name of the submission that it answers.")
    if written.again:
        click.echo(graded_before(assignment, written.again))


@main.command()
@click.argument("assignments", nargs=-1)
@click.option(
    "--to",
    "form",
    type=click.Choice(["csv", "json", "canvas", "moodle", "moodle-worksheet", "gradescope"]),
    required=True,
    help="Whose form: spreadsheets, programs, or a platform's own.",
)
@click.argument("file", type=click.Path(path_type=Path))
@course_option
def export(assignments: tuple[str, ...], form: str, file: Path, root: Path) -> None:
    """Write the scores of ASSIGNMENTS (all that were graded by default) to FILE.

    Example: autograder export --to csv scores.csv
    """
    from autograder.course.exports import export as run
    from autograder.course.exports import exported_name
    from autograder.course.layout import open_course

    course = open_course(root)
    for sentence in run(course, [exported_name(course, name) for name in assignments], form, file):
        click.echo(sentence)
    click.echo(f"The scores are in {file}.")


@main.command()
@course_option
@json_option
def status(root: Path, as_json: bool) -> None:
    """Say where the course stands: handed in, graded, new since the last run, waiting for a human.

    Example: autograder status --course my-course
    """
    from autograder.course.layout import open_course
    from autograder.course.status import course_status
    from autograder.report.terminal import print_status

    students, assignments = course_status(open_course(root))
    if as_json:
        told = {"schema_version": 1, "students": students, "assignments": [one.to_json() for one in assignments]}
        click.echo(json.dumps(told))
    else:
        print_status(students, assignments)


@main.command()
@click.argument("student")
@click.option("--yes", is_flag=True, help="Do not ask.")
@course_option
def forget(student: str, yes: bool, root: Path) -> None:
    """Delete everything that the course keeps of STUDENT: submissions, results, feedback and gradebook rows.

    Reports and exports written before still hold what they held: write them anew. Other places below the course's
    folder that still name the student, and copies of the gradebook, are told and left to you.

    Example: autograder forget ada
    """
    from autograder.course.forget import forget as run
    from autograder.course.layout import open_course

    course = open_course(root)
    try:
        sure = yes or click.confirm(f"Delete everything of {student} in {course.root.resolve()}?")
    except click.Abort:
        raise UsageError("Nothing was deleted, for nobody answered. Give --yes to delete without a question.") from None
    if not sure:
        click.echo("autograder: Nothing was deleted.", err=True)
        sys.exit(1)
    for sentence in run(course, student):
        click.echo(sentence)


@main.command()
@course_option
@json_option
def doctor(root: Path, as_json: bool) -> None:
    """Say which layers of the sandbox work on this machine, what the course's settings lack, and what to do.

    Example: autograder doctor --course my-course
    """
    from dataclasses import asdict

    from autograder.course.settings import settings
    from autograder.sandbox import layers

    found: list[Any] = [*layers()]
    no_course = ""
    try:
        found += settings(root)
    except UsageError as problem:
        no_course = str(problem)
    if as_json:
        click.echo(json.dumps([asdict(one) for one in found]))
    for one in () if as_json else found:
        click.echo(f"{'works ' if one.works else 'absent'}  {one.name}: {one.detail}")
        for line in filter(None, (one.advice, *(f"    {line}" for line in getattr(one, "lines", ())))):
            click.echo(f"        {line}")
    if no_course and root != Path():
        raise UsageError(no_course)
    if no_course:
        click.echo(f"No course was looked at: {no_course}", err=True)


@main.command()
@click.argument("folder", type=click.Path(path_type=Path), default=Path("_build/demo"))
@click.option("--seed", type=int, default=1, show_default=True, help="The seed of the cases.")
@jobs_option
@course_option
@isolation_option
def demo(folder: Path, seed: int, jobs: int | None, root: Path, isolation: Isolation) -> None:
    """Write a class of forty into FOLDER, grade it, and show the table and the class report.

    Example: autograder demo
    """
    from autograder.course.demo import make_course
    from autograder.course.layout import open_course
    from autograder.engine import grade_class
    from autograder.report.class_report import write_class_report
    from autograder.report.terminal import Bar, print_class

    make_course(folder, open_course(root))
    course = open_course(folder)
    with Bar() as bar:
        summary = grade_class(
            course, "range", jobs=jobs, seed=seed, isolation=isolation, progress=bar.advance, started=bar.start
        )
    print_class(summary.results, set_aside=summary.set_aside, absent=summary.absent)
    file = folder / "reports" / "range.html"
    write_class_report(course, "range", file)
    click.echo(f"The sample class is in {folder}; its class report is {file}.")
    if summary.count("failed"):
        sys.exit(1)


if __name__ == "__main__":
    main()
