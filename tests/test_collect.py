"""Collecting: the last attempt of each student, whatever else lies in the download, and nobody lost without a word."""

from __future__ import annotations

import json
import os
import stat
import zipfile
from pathlib import Path

import pytest
from click.testing import CliRunner
from tiny_course import CONFIGURATION

from autograder.cli import main
from autograder.course import archives
from autograder.course.collect import Collection, collect, marked_late
from autograder.course.deliveries import FORMS
from autograder.course.layout import Course, open_course
from autograder.course.roster import Roster, plain, read_roster
from autograder.errors import UsageError
from autograder.notebook import MAX_BYTES

FIRST, SECOND = (json.dumps({"cells": [], "nbformat": 4, "attempt": n}).encode() for n in (1, 2))
CANVAS_ROSTER = """Student,ID,SIS Login ID,Section
    Points Possible,,,
"Lovelace, Ada",1234,ada,A
"Hopper, Grace",1235,grace,A
"Noether, Emmy",1236,emmy,A
"""
MOODLE_ROSTER = """First name,Last name,ID number,Email address,Username
Ada,Lovelace,77,ada@example.org,ada
Grace,Hopper,78,grace@example.org,grace
Sam,Lee,79,sam1@example.org,sam1
Sam,Lee,80,sam2@example.org,sam2
"""


@pytest.fixture
def course(tmp_path: Path) -> Course:
    root = tmp_path / "course"
    root.mkdir()
    (root / "nbgrader_config.py").write_text(CONFIGURATION, "utf-8")
    return open_course(root)


def zipped(path: Path, files: dict[str, bytes]) -> Path:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in files.items():
            archive.writestr(name, data)
    return path


def roster_of(tmp_path: Path, text: str) -> Roster:
    (tmp_path / "roster.csv").write_text(text, "utf-8")
    return read_roster(tmp_path / "roster.csv")


def handed_in(course: Course, student: str) -> bytes:
    return course.submission(student, "range").read_bytes()


def test_the_last_upload_of_canvas_counts(course: Course, tmp_path: Path) -> None:
    files = {
        "lovelaceada_1234_900_range-1.ipynb": SECOND,
        "lovelaceada_1234_800_range.ipynb": FIRST,
        "hoppergrace_LATE_1235_901_range.ipynb": FIRST,
        "hoppergrace_LATE_1235_902_notes.pdf": b"%PDF",
        "strangerx_9999_903_range.ipynb": FIRST,
    }
    source = zipped(tmp_path / "submissions.zip", files)
    found = collect(course, "canvas", source, "range", roster=roster_of(tmp_path, CANVAS_ROSTER))
    assert found.new == ["ada", "grace"]
    assert handed_in(course, "ada") == SECOND
    assert found.late == ["grace"]
    assert marked_late(course, "grace", "range")
    assert not marked_late(course, "ada", "range")
    assert found.missing == ["emmy"]
    assert len(found.set_aside) == 2
    assert any("notes.pdf" in one and "should hand in a notebook" in one for one in found.set_aside)
    assert any("9999" in one and "not in the roster" in one for one in found.set_aside)


def test_canvas_without_a_roster_keeps_two_people_of_one_name_apart(course: Course, tmp_path: Path) -> None:
    files = {"leesam_1_10_range.ipynb": FIRST, "leesam_2_11_range.ipynb": SECOND, "anon_x8_LATE_12_range.ipynb": FIRST}
    found = collect(course, "canvas", zipped(tmp_path / "s.zip", files), "range")
    assert found.new == ["leesam_1", "leesam_2"]
    assert [one for one in found.set_aside if "anonymously" in one]


@pytest.mark.parametrize("separator", ["/", ""])
def test_moodle_knows_people_by_their_names(course: Course, tmp_path: Path, separator: str) -> None:
    people = [("Ada Lovelace", 5), ("Grace HOPPER", 6), ("Sam Lee", 7), ("Émile Zola", 8)]
    files = {f"{name}_{number}_assignsubmission_file_{separator}range.ipynb": FIRST for name, number in people}
    found = collect(
        course, "moodle", zipped(tmp_path / "s.zip", files), "range", roster=roster_of(tmp_path, MOODLE_ROSTER)
    )
    assert found.new == ["ada", "grace"]
    assert found.missing == ["sam1", "sam2"]
    assert [one for one in found.set_aside if "two students of the roster" in one]
    assert [one for one in found.set_aside if "Zola" in one and "not in the roster" in one]


def test_moodle_without_a_roster_sets_two_people_of_one_name_aside(course: Course, tmp_path: Path) -> None:
    files = {f"Sam Lee_{n}_assignsubmission_file_/range.ipynb": FIRST for n in (1, 2)}
    files["Émile Zola_3_assignsubmission_file_/range.ipynb"] = SECOND
    found = collect(course, "moodle", zipped(tmp_path / "s.zip", files), "range")
    assert found.new == ["emile.zola"]
    assert len(found.set_aside) == 2
    assert all("two people of the download would both be sam.lee" in one for one in found.set_aside)


def test_folders_and_single_files(course: Course, tmp_path: Path) -> None:
    source = tmp_path / "in"
    for name in (
        "ada/range/range.ipynb",
        "grace/range (2).ipynb",
        "grace/range.ipynb",
        "emmy_range.ipynb",
        "sam.ipynb",
    ):
        path = source / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(SECOND if "(2)" in name else FIRST)
    (source / "ada/range/checks.py").write_text("# ours")
    (source / ".DS_Store").write_text("x")
    found = collect(course, "folder", source, "range")
    assert found.new == ["ada", "emmy", "grace", "sam"]
    assert handed_in(course, "grace") == SECOND
    assert found.set_aside == []
    assert found.notes == ["grace handed in 2 times; the last one counts."]


def test_the_exchange_gives_times_and_the_last_counts(course: Course, tmp_path: Path) -> None:
    inbound = tmp_path / "inbound"
    for moment, data in (("2026-11-20 09:00:00.000000 UTC", FIRST), ("2026-11-20 11:30:00.250000 UTC", SECOND)):
        folder = inbound / f"ada+range+{moment}+abc"
        folder.mkdir(parents=True)
        (folder / "range.ipynb").write_bytes(data)
        (folder / "timestamp.txt").write_text(moment)
    other = inbound / "ada+saturation+2026-11-21 09:00:00.000000 UTC"
    other.mkdir()
    (other / "saturation.ipynb").write_bytes(FIRST)
    found = collect(course, "exchange", inbound, "range")
    assert found.new == ["ada"]
    assert handed_in(course, "ada") == SECOND
    stamp = course.submission("ada", "range").with_name("timestamp.txt").read_text()
    assert stamp == "2026-11-20 11:30:00.250000 UTC"
    assert [one for one in found.set_aside if "handed in for" in one]


def test_a_second_run_changes_nothing_and_an_older_attempt_does_not_return(course: Course, tmp_path: Path) -> None:
    late = zipped(tmp_path / "late.zip", {"lovelaceada_1_20_range.ipynb": SECOND})
    early = zipped(tmp_path / "early.zip", {"lovelaceada_1_10_range.ipynb": FIRST})
    assert collect(course, "canvas", early, "range").new == ["lovelaceada_1"]
    assert collect(course, "canvas", late, "range").changed == ["lovelaceada_1"]
    before = course.submission("lovelaceada_1", "range").stat().st_mtime_ns
    assert collect(course, "canvas", late, "range").unchanged == ["lovelaceada_1"]
    again = collect(course, "canvas", early, "range")
    assert again.unchanged == ["lovelaceada_1"]
    assert "a later attempt was collected before" in again.notes[0]
    assert course.submission("lovelaceada_1", "range").stat().st_mtime_ns == before


# What is hostile or broken


def outside(tmp_path: Path) -> set[str]:
    return {str(path.relative_to(tmp_path)) for path in tmp_path.rglob("*")}


@pytest.mark.parametrize(
    "name",
    [
        "../../evil/range.ipynb",
        "/etc/range.ipynb",
        "..\\..\\evil\\range.ipynb",
        "x/../../lovelaceada_1_2_range.ipynb",
        "-rf/range.ipynb",
        "=cmd|x!A1/range.ipynb",
        "a b;rm -rf ~/range.ipynb",
        "\u202egpj.ada/range.ipynb",
        "\x1b[31mred/range.ipynb",
        "<script>/range.ipynb",
    ],
)
@pytest.mark.parametrize("form", FORMS)
def test_a_hostile_name_leads_nowhere(course: Course, tmp_path: Path, name: str, form: str) -> None:
    source = zipped(tmp_path / "s.zip", {name: FIRST})
    before = outside(tmp_path)
    found = collect(course, form, source, "range")
    assert found.new == []
    assert len(found.set_aside) == 1
    assert found.set_aside[0].isprintable()
    assert {path for path in outside(tmp_path) - before if not path.startswith("course/submitted")} == set()


def test_links_are_not_followed(course: Course, tmp_path: Path) -> None:
    secret = tmp_path / "secret.ipynb"
    secret.write_bytes(SECOND)
    source = tmp_path / "in"
    (source / "ada").mkdir(parents=True)
    (source / "ada" / "range.ipynb").symlink_to(secret)
    (source / "grace").symlink_to(tmp_path)
    os.mkfifo(source / "emmy.ipynb")
    found = collect(course, "folder", source, "range")
    assert found.new == []
    assert len([one for one in found.set_aside if "link" in one]) >= 1
    assert len(found.set_aside) == 3
    member = zipfile.ZipInfo("ada/range.ipynb")
    member.external_attr = (stat.S_IFLNK | 0o777) << 16
    with zipfile.ZipFile(tmp_path / "links.zip", "w") as archive:
        archive.writestr(member, str(secret))
    found = collect(course, "folder", tmp_path / "links.zip", "range")
    assert found.new == []
    assert "links are not followed" in found.set_aside[0]


def test_a_bomb_is_set_aside_and_the_others_come_in(course: Course, tmp_path: Path) -> None:
    files = {"boom/range.ipynb": b"0" * (MAX_BYTES + 1), "ada/range.ipynb": FIRST}
    found = collect(course, "folder", zipped(tmp_path / "s.zip", files), "range")
    assert found.new == ["ada"]
    assert len(found.set_aside) == 1
    assert "MB when unpacked" in found.set_aside[0]


def test_a_zip_that_lies_about_its_sizes_is_set_aside(course: Course, tmp_path: Path) -> None:
    source = zipped(tmp_path / "s.zip", {"ada/range.ipynb": b"0" * 5_000_000, "grace/range.ipynb": FIRST})
    data = source.read_bytes()
    source.write_bytes(data.replace((5_000_000).to_bytes(4, "little"), (10).to_bytes(4, "little")))
    found = collect(course, "folder", source, "range")
    assert "grace" in found.new
    assert len(found.set_aside) == 1


def test_too_many_files_are_refused(course: Course, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(archives, "MAX_MEMBERS", 2)
    source = zipped(tmp_path / "s.zip", {f"s{n}/range.ipynb": FIRST for n in range(3)})
    with pytest.raises(UsageError, match="more than 2 files"):
        collect(course, "folder", source, "range")


def test_the_last_readable_attempt_is_taken(course: Course, tmp_path: Path) -> None:
    files = {"a_1_10_range.ipynb": FIRST, "a_1_11_range.ipynb": b"0" * (MAX_BYTES + 1)}
    found = collect(course, "canvas", zipped(tmp_path / "s.zip", files), "range")
    assert handed_in(course, "a_1") == FIRST
    assert "MB when unpacked" in found.set_aside[0]


@pytest.mark.parametrize(
    ("text", "complaint"),
    [
        ("name\nada\n", "no column of student ids"),
        ("", "no column of student ids"),
        ("id\nada\nada\n", "Line 3 .* twice"),
        ("id\n../x\n", "Line 2 .* cannot be an id"),
    ],
)
def test_a_bad_roster_is_refused_with_its_line(tmp_path: Path, text: str, complaint: str) -> None:
    with pytest.raises(UsageError, match=complaint):
        roster_of(tmp_path, text)


def test_a_roster_that_is_no_text_is_refused(tmp_path: Path) -> None:
    (tmp_path / "r.csv").write_bytes(b"id\n\xff\xfe")
    with pytest.raises(UsageError, match="cannot be read"):
        read_roster(tmp_path / "r.csv")
    with pytest.raises(UsageError, match="cannot be read"):
        read_roster(tmp_path / "absent.csv")


def test_names_are_compared_without_accents_and_case() -> None:
    assert plain("Émile ZOLA") == plain("emile-zola") == "emilezola"


def test_the_command_says_what_it_did(course: Course, tmp_path: Path) -> None:
    source = zipped(tmp_path / "s.zip", {"ada/range.ipynb": FIRST, "eve/range.docx": b"PK"})
    ran = CliRunner().invoke(main, ["collect", "--from", "folder", str(source), "range", "--course", str(course.root)])
    assert ran.exit_code == 0, ran.output
    assert "1 student: 1 new" in ran.output
    assert "eve should hand in a notebook" in ran.output
    ran = CliRunner().invoke(
        main, ["collect", "--json", "--from", "folder", str(source), "range", "--course", str(course.root)]
    )
    assert json.loads(ran.output)["unchanged"] == ["ada"]


@pytest.mark.parametrize("what", ["absent.zip", "text.zip"])
def test_a_source_that_is_none_ends_with_one_sentence(course: Course, tmp_path: Path, what: str) -> None:
    (tmp_path / "text.zip").write_text("no zip")
    ran = CliRunner().invoke(
        main, ["collect", "--from", "canvas", str(tmp_path / what), "range", "--course", str(course.root)]
    )
    assert ran.exit_code == 2
    assert ran.output.count("\n") == 1


def test_an_unknown_assignment_is_refused(course: Course, tmp_path: Path) -> None:
    ran = CliRunner().invoke(main, ["collect", "--from", "folder", str(tmp_path), "rnge", "--course", str(course.root)])
    assert ran.exit_code == 2
    assert "rnge" in ran.output


def test_a_collection_is_json() -> None:
    assert json.dumps(Collection(new=["ada"]).to_json())
