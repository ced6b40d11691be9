"""Every command: one sentence for what is wrong, and the exit status that the design promises."""

import json
import subprocess
import sys

import pytest
from click.testing import CliRunner
from grading_room import ROOT, solved
from tiny_course import new_course, result

from autograder.cli import main
from autograder.course import gradebook


def run(*arguments):
    return CliRunner().invoke(main, [str(argument) for argument in arguments])


@pytest.mark.parametrize("command", sorted(main.commands))
def test_every_command_has_help_with_an_example(command):
    told = run(command, "--help")
    assert told.exit_code == 0
    assert f"Example: autograder {command}" in told.output


def test_the_module_is_the_console_script():
    told = subprocess.run([sys.executable, "-m", "autograder", "--version"], capture_output=True, text=True, cwd=ROOT)
    assert told.returncode == 0
    assert "0.1.0" in told.stdout


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("grade", "rage", "--course", ROOT), "There is no assignment called 'rage'"),
        (("grade", "../range", "--course", ROOT), "There is no assignment called '../range'"),
        (("grade", "range", "--course", "/nowhere"), "There is no folder /nowhere"),
        (("check", "/nowhere.ipynb", "--assignment", "range", "--course", ROOT), "There is no notebook /nowhere.ipynb"),
        (("report", "rage", "--course", ROOT), "There is no assignment called 'rage'"),
        (("publish", "rage", "--course", ROOT), "There is no assignment called 'rage'"),
        (("export", "rage", "x.csv", "--to", "csv", "--course", ROOT), "There is no assignment called 'rage'"),
    ],
)
def test_misuse_is_one_sentence_and_status_2(arguments, words):
    told = run(*arguments)
    assert told.exit_code == 2
    assert told.stderr.startswith("autograder: ")
    assert words in told.stderr
    assert told.stderr.count("\n") == 1


def test_a_folder_without_submissions(tmp_path):
    (tmp_path / "nbgrader_config.py").write_text("c = get_config()\n")
    told = run("grade", "range", "--course", tmp_path)
    assert told.exit_code == 2
    assert "There are no submissions in" in told.stderr


def test_check_prints_the_contract(tmp_path):
    path = tmp_path / "ada" / "range" / "range.ipynb"
    path.parent.mkdir(parents=True)
    path.write_text(json.dumps(solved()))
    told = run("check", path, "--json", "-", "--course", ROOT)
    assert told.exit_code == 0, told.output
    result = json.loads(told.stdout)
    assert result["schema_version"] == 1
    assert (result["assignment"], result["status"], result["seed"]) == ("range", "graded", 0)
    assert result["score"] == result["max_score"]
    first = result["functions"][0]
    assert {"name", "score", "max_score", "criteria"} <= first.keys()
    assert {"name", "status", "points", "max_points", "message", "diagnosis"} <= first["criteria"][0].keys()


def test_check_of_a_file_that_is_no_notebook_is_no_failure_of_ours(tmp_path):
    path = tmp_path / "range.ipynb"
    path.write_text("{")
    told = run("check", path, "--course", ROOT)
    assert told.exit_code == 0, told.output
    assert "not valid JSON" in told.output


def test_doctor_names_every_layer():
    told = run("doctor", "--course", ROOT)
    assert told.exit_code == 0
    layers = json.loads(run("doctor", "--json", "--course", ROOT).stdout)
    assert all(layer["works"] or layer["advice"] for layer in layers)
    assert all(layer["name"] in told.output for layer in layers)


SANDBOX = (
    "from autograder.inside_nbgrader import PREPROCESSORS",
    "c.Autograde.autograde_preprocessors = PREPROCESSORS",
)
MARKDOWN = 'c.HTMLExporter.filters = {"markdown2html": "autograder.course.safe_markdown.safe_markdown"}'


def settings_of(folder, *lines):
    (folder / "nbgrader_config.py").write_text("\n".join(("c = get_config()", *lines)) + "\n")
    told = json.loads(run("doctor", "--json", "--course", folder).stdout)
    return {one["name"]: one for one in told if "lines" in one}


def test_doctor_says_which_settings_a_course_lacks_and_what_to_paste(tmp_path):
    bare = settings_of(tmp_path)
    assert not any(one["works"] for one in bare.values())
    told = run("doctor", "--course", tmp_path).output
    for line in (MARKDOWN, *SANDBOX, str(tmp_path / "nbgrader_config.py")):
        assert line in told
    pasted = [line for one in bare.values() for line in one["lines"]]
    mended = settings_of(tmp_path, *pasted)
    assert list(mended) == ["safe Markdown", "sandbox inside nbgrader"]
    assert all(one["works"] and not one["advice"] and not one["lines"] for one in mended.values())
    by_object = (
        "from autograder.course.safe_markdown import safe_markdown",
        'filters = {"markdown2html": safe_markdown}',
    )
    assert settings_of(tmp_path, *by_object, "c.HTMLExporter.filters = filters")["safe Markdown"]["works"]
    stock = 'c.Autograde.autograde_preprocessors = ["nbgrader.preprocessors.Execute"]'
    assert not settings_of(tmp_path, stock)["sandbox inside nbgrader"]["works"]
    strange = settings_of(tmp_path, "c.HTMLExporter.filters = 3", "c.Autograde.autograde_preprocessors.append(3)")
    assert not any(one["works"] for one in strange.values())


def test_the_doctor_of_this_repository_finds_its_markdown_safe():
    told = {one["name"]: one["works"] for one in json.loads(run("doctor", "--json", "--course", ROOT).stdout)}
    assert told["safe Markdown"]


def test_doctor_without_a_course_tells_of_the_machine(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    told = run("doctor")
    assert (told.exit_code, told.stderr.count("\n")) == (0, 1)
    assert "No course was looked at" in told.stderr
    assert run("doctor", "--course", tmp_path / "absent").exit_code == 2


def test_an_assignment_that_only_nbgrader_knows_can_be_exported_by_name(tmp_path):
    course = new_course(tmp_path)
    gradebook.register(course, "tiny")
    gradebook.record(course, "tiny", [result("ada")])
    told = run("export", "tiny", tmp_path / "tiny.json", "--to", "json", "--course", tmp_path)
    assert told.exit_code == 0, told.output
    assert [one["name"] for one in json.loads((tmp_path / "tiny.json").read_text())["assignments"]] == ["tiny"]
    told = run("export", "tinny", tmp_path / "b.json", "--to", "json", "--course", tmp_path)
    assert told.exit_code == 2
    assert "There is no assignment called 'tinny'" in told.stderr
