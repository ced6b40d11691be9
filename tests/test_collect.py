"""Collecting: the last attempt of each student, whatever else lies in the download, and nobody lost without a word."""

from __future__ import annotations

import errno
import json
import os
import re
import stat
import struct
import unicodedata
import zipfile
from collections.abc import Callable
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
from autograder.errors import GraderFailure, UsageError
from autograder.files import write_atomically
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


@pytest.mark.parametrize("separator", ["_/", "_", "/"], ids=["folders", "files", "folders since 4.1"])
def test_moodle_knows_people_by_their_names(course: Course, tmp_path: Path, separator: str) -> None:
    people = [("Ada Lovelace", 5), ("Grace HOPPER", 6), ("Sam Lee", 7), ("Émile Zola", 8)]
    files = {f"{name}_{number}_assignsubmission_file{separator}range.ipynb": FIRST for name, number in people}
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


def from_exchange(tmp_path: Path, moment: str, data: bytes) -> Path:
    inbound = tmp_path / f"inbound {moment}"
    folder = inbound / f"ada+range+{moment}+abc"
    folder.mkdir(parents=True)
    (folder / "range.ipynb").write_bytes(data)
    return inbound


def test_the_time_of_an_attempt_is_not_that_of_a_later_one(course: Course, tmp_path: Path) -> None:
    moment = "2026-11-01 09:00:00.000000 UTC"
    stamp = course.submission("ada", "range").with_name("timestamp.txt")
    collect(course, "exchange", from_exchange(tmp_path, moment, FIRST), "range")
    assert stamp.read_text() == moment
    same = zipped(tmp_path / "same.zip", {"ada/range.ipynb": FIRST})
    for _ in range(2):  # the same attempt once more, by a way that tells no time
        assert collect(course, "folder", same, "range").unchanged == ["ada"]
        assert stamp.read_text() == moment
    later = zipped(tmp_path / "later.zip", {"ada/range.ipynb": SECOND})
    assert collect(course, "folder", later, "range").changed == ["ada"]
    assert not stamp.exists()


@pytest.mark.parametrize("first", ["exchange", "folder"])
def test_a_time_that_somebody_put_there_stays(course: Course, tmp_path: Path, first: str) -> None:
    early = from_exchange(tmp_path, "2026-11-01 09:00:00.000000 UTC", FIRST)
    early = early if first == "exchange" else zipped(tmp_path / "early.zip", {"ada/range.ipynb": FIRST})
    collect(course, first, early, "range")
    stamp = course.submission("ada", "range").with_name("timestamp.txt")
    stamp.write_text("2026-11-20 12:00:00 UTC")
    collect(course, "folder", zipped(tmp_path / "later.zip", {"ada/range.ipynb": SECOND}), "range")
    assert stamp.read_text() == "2026-11-20 12:00:00 UTC"


def test_a_record_without_a_time_tells_by_its_form_that_the_time_came_along(course: Course, tmp_path: Path) -> None:
    collect(course, "exchange", from_exchange(tmp_path, "2026-11-01 09:00:00.000000 UTC", FIRST), "range")
    record = course.submission("ada", "range").with_name("collected.json")
    noted = json.loads(record.read_text())
    del noted["time"]
    record.write_text(json.dumps(noted))
    collect(course, "folder", zipped(tmp_path / "later.zip", {"ada/range.ipynb": SECOND}), "range")
    assert not record.with_name("timestamp.txt").exists()


@pytest.mark.parametrize("order", [1, -1])
def test_the_note_names_the_notebook_that_is_taken(course: Course, tmp_path: Path, order: int) -> None:
    files = {"ada/Untitled-1.ipynb": FIRST, "ada/hidden_units-Copy1.ipynb": SECOND, "bob/a.ipynb": FIRST}
    source = zipped(tmp_path / "s.zip", dict(list(files.items())[::order]))
    found = collect(course, "folder", source, "range")
    record = json.loads(course.submission("ada", "range").with_name("collected.json").read_text())
    taken = record["file"].partition("/")[2]
    assert handed_in(course, "ada") == files[record["file"]]
    (named,) = [note for note in found.notes if "ada" in note and "whatever its name" in note]
    assert taken.removesuffix(".ipynb").removesuffix("-1") in named
    assert [note for note in found.notes if "bob" in note]


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


def broken(tmp_path: Path, change: Callable[[bytearray, int], None], *, method: int = zipfile.ZIP_DEFLATED) -> Path:
    """Return a zip of two notebooks of which ``change`` has spoilt the first; it gets the place of its entry."""
    path = tmp_path / "broken.zip"
    with zipfile.ZipFile(path, "w", method) as archive:
        archive.writestr("ada/range.ipynb", FIRST * 50)
        archive.writestr("bob/range.ipynb", SECOND)
    data = bytearray(path.read_bytes())
    change(data, data.find(b"PK\x01\x02"))
    path.write_bytes(data)
    return path


def put(offset: int, value: bytes, *, local: bool = False) -> Callable[[bytearray, int], None]:
    """Return what writes bytes into the first entry, or into the first file's own header."""

    def change(data: bytearray, entry: int) -> None:
        start = offset if local else entry + offset
        data[start : start + len(value)] = value

    return change


def encrypted(data: bytearray, entry: int) -> None:
    data[6] |= 1
    data[entry + 8] |= 1


BROKEN_ZIPS = {
    "a wrong checksum": (put(16, b"\0\0\0\0"), zipfile.ZIP_DEFLATED, "cannot be unpacked .*Download the zip again"),
    "spoilt deflate": (put(50, b"\xff" * 9, local=True), zipfile.ZIP_DEFLATED, "cannot be unpacked"),
    "spoilt LZMA": (put(60, b"\xff" * 9, local=True), zipfile.ZIP_LZMA, "cannot be unpacked"),
    "spoilt bzip2": (put(50, b"\xff" * 9, local=True), zipfile.ZIP_BZIP2, "cannot be unpacked"),
    "a password": (encrypted, zipfile.ZIP_DEFLATED, "locked with a password"),
    "an unknown method": (put(10, b"\x63\0"), zipfile.ZIP_DEFLATED, "cannot be unpacked"),
    "another name inside": (put(30, b"eve", local=True), zipfile.ZIP_DEFLATED, "cannot be unpacked"),
    "an offset beyond the end": (put(42, b"\xff\xff\xff\x7f"), zipfile.ZIP_DEFLATED, "cannot be unpacked"),
}


@pytest.mark.parametrize("kind", BROKEN_ZIPS)
def test_a_broken_member_is_set_aside_and_the_others_come_in(course: Course, tmp_path: Path, kind: str) -> None:
    change, method, complaint = BROKEN_ZIPS[kind]
    found = collect(course, "folder", broken(tmp_path, change, method=method), "range")
    assert found.new == ["bob"]
    (sentence,) = found.set_aside
    assert re.search(f"'ada/range.ipynb' was set aside: .*{complaint}", sentence)
    assert not course.submission("ada", "range").parent.exists()


def test_a_zip_that_was_cut_short_or_is_none_is_refused(course: Course, tmp_path: Path) -> None:
    whole = zipped(tmp_path / "s.zip", {f"s{n}/range.ipynb": os.urandom(500) for n in range(9)}).read_bytes()
    name = broken(tmp_path, put(8, b"\0\x08")).read_bytes().replace(b"ada/", b"\xff\xfe/\xff")
    tar = b"ada/range.ipynb".ljust(512, b"\0")
    for data, complaint in (
        (whole[: len(whole) // 2], "cut short. Download it again"),
        (b"", "neither a folder nor a zip"),
        (tar, "unpack another kind of archive"),
        (b"Rar!\x1a\x07\x00", "unpack another kind of archive"),
        (name, "cannot be opened as a zip"),  # it says that its names are UTF-8
    ):
        (tmp_path / "x.zip").write_bytes(data)
        with pytest.raises(UsageError, match=complaint):
            collect(course, "folder", tmp_path / "x.zip", "range")
    assert not (course.root / course.submitted).exists()


def test_members_that_overlap_are_set_aside(course: Course, tmp_path: Path) -> None:
    """As in David Fifield's zip bomb: many entries share one file's bytes."""
    data = zipped(tmp_path / "one.zip", {"ada/range.ipynb": FIRST}).read_bytes()
    entry, end = data.find(b"PK\x01\x02"), data.find(b"PK\x05\x06")
    many = b"".join(data[entry:end].replace(b"ada/", b"%03d/" % n) for n in range(100))
    tail = struct.pack("<4s4H2LH", b"PK\x05\x06", 0, 0, 100, 100, len(many), entry, 0)
    (tmp_path / "bomb.zip").write_bytes(data[:entry] + many + tail)
    found = collect(course, "folder", tmp_path / "bomb.zip", "range")
    assert found.new == []
    assert len(found.set_aside) == 100


def test_a_zip_that_would_fill_the_disk_is_left(
    course: Course, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(archives, "MAX_TOTAL", 3_000_000)
    source = zipped(tmp_path / "s.zip", {f"s{n}/range.ipynb": b"0" * 1_000_000 for n in range(9)})
    assert archives.MAX_RATIO * source.stat().st_size < 9_000_000
    with pytest.raises(UsageError, match="unpacks to more than any class hands in"):
        collect(course, "folder", source, "range")
    written = [path for path in (course.root / course.submitted).rglob("*.ipynb")]
    assert 1 <= len(written) <= 3
    assert all(path.stat().st_size == 1_000_000 for path in written)  # whole, each of them


def test_a_zip_in_a_zip_is_not_opened(course: Course, tmp_path: Path) -> None:
    inner = zipped(tmp_path / "inner.zip", {"range.ipynb": FIRST}).read_bytes()
    found = collect(course, "folder", zipped(tmp_path / "s.zip", {"ada/range.zip": inner}), "range")
    assert found.set_aside == ["'ada/range.zip' was set aside: ada should hand in a notebook (.ipynb)."]


def test_special_files_in_a_zip_become_plain_ones(course: Course, tmp_path: Path) -> None:
    with zipfile.ZipFile(tmp_path / "s.zip", "w") as archive:
        for kind in (stat.S_IFIFO, stat.S_IFCHR, stat.S_IFBLK, stat.S_IFSOCK, stat.S_IFDIR):
            member = zipfile.ZipInfo(f"s{kind}/range.ipynb")
            member.external_attr = (kind | 0o6777) << 16
            archive.writestr(member, FIRST)
    found = collect(course, "folder", tmp_path / "s.zip", "range")
    for student in found.new:
        status = course.submission(student, "range").lstat()
        assert stat.S_ISREG(status.st_mode)
        assert not status.st_mode & 0o7111
    assert len(found.new) == 5


def test_ids_that_differ_in_capitals_only_are_set_aside(course: Course, tmp_path: Path) -> None:
    source = zipped(tmp_path / "s.zip", {"Ada/range.ipynb": FIRST, "ada/range.ipynb": SECOND, "bob/range.ipynb": FIRST})
    found = collect(course, "folder", source, "range")
    assert found.new == ["bob"]
    assert len(found.set_aside) == 2
    assert all("Ada and ada differ in capitals only" in one for one in found.set_aside)
    found = collect(course, "folder", zipped(tmp_path / "t.zip", {"BOB/range.ipynb": SECOND}), "range")
    assert "BOB and bob differ in capitals only" in found.set_aside[0]
    assert handed_in(course, "bob") == FIRST


def test_names_in_two_unicode_forms_are_two_people(course: Course, tmp_path: Path) -> None:
    names = [unicodedata.normalize(form, "José Ruiz") for form in ("NFC", "NFD")]
    files = {f"{name}_{n}_assignsubmission_file_/range.ipynb": FIRST for n, name in enumerate(names)}
    found = collect(course, "moodle", zipped(tmp_path / "s.zip", files), "range")
    assert found.new == []
    assert len(found.set_aside) == 2
    people = roster_of(tmp_path, "First name,Last name,Username\nJosé,Ruiz,jruiz\n")
    for name in names:
        files = {f"{name}_1_assignsubmission_file_/range.ipynb": FIRST}
        found = collect(course, "moodle", zipped(tmp_path / "s.zip", files), "range", roster=people)
        assert [*found.new, *found.unchanged] == ["jruiz"]


def test_a_second_notebook_is_told_and_not_lost(course: Course, tmp_path: Path) -> None:
    files = {"ada/range.ipynb": FIRST, "ada/scratch.ipynb": SECOND}
    found = collect(course, "folder", zipped(tmp_path / "s.zip", files), "range")
    assert found.new == ["ada"]
    assert found.set_aside == ["'ada/scratch.ipynb' was set aside: ada handed in 'range.ipynb' as well."]


def test_very_long_names_are_cut_in_what_is_said(course: Course, tmp_path: Path) -> None:
    files = {f"{'a' * 60_000}/range.ipynb": FIRST, f"ada/{'b' * 60_000}.ipynb": FIRST}
    found = collect(course, "folder", zipped(tmp_path / "s.zip", files), "range")
    assert found.new == ["ada"]
    assert all(len(sentence) < 500 for sentence in (*found.notes, *found.set_aside))


@pytest.mark.full
def test_a_hundred_thousand_members_each_get_their_sentence(course: Course, tmp_path: Path) -> None:
    with zipfile.ZipFile(tmp_path / "s.zip", "w") as archive:
        for number in range(100_000):
            archive.writestr(f"s{number}/notes.txt", b"")
        archive.writestr("ada/range.ipynb", FIRST)
    found = collect(course, "folder", tmp_path / "s.zip", "range")
    assert found.new == ["ada"]
    assert len(found.set_aside) == 100_000


@pytest.mark.parametrize(
    ("text", "complaint"),
    [
        ("name\nada\n", "no column of student ids"),
        ("", "no column of student ids"),
        ("<!DOCTYPE html><html>Log in</html>", "no column of student ids"),
        ("id,name\n", "names nobody"),
        ("id\n\n\n", "names nobody"),
        ("id\nada\nada\n", "Line 3 .* twice"),
        ("id\n\nada\n\nada\n", "Line 5 .* twice"),
        ("id\nada\nAda\n", "Line 3 .* differ in capitals only"),
        ("id\n../x\n", "Line 2 .* cannot be an id"),
        ("first name,id number,e-mail\nAda,,\n", "Line 2 .* no number and no e-mail address .* column `id`"),
        ("name,email\nA,ada@a.org\nB,Ada@b.org\n", "Line 3 .*'B Ada@b.org' would get the id Ada, and ada is somebody"),
        ("name,id number,email\nA,77,a@a.org\nB,,77@a.org\n", "Line 3 .*'B 77@a.org' would get the id 77"),
        ("name,email\nA,a+b@a.org\n", r"Line 2 .*'a\+b' cannot be an id"),
        ('id,name\nada,"A\nB"\n../x,C\n', "Line 4 .* cannot be an id"),
        ("id\nad\0a\n", "Line 2 .* cannot be an id"),
        ("id,canvas id\nada,7\nben,7\n", "Line 3 .* ada and ben have the same number '7'"),
        ('id,name\nada,A\n"ben,B\n', "after line 2: unexpected end"),
        ('id,name\nada,"A" B\n', "cannot be read after line"),
        ("id,name\nada," + "x" * 200_000, "field larger"),
    ],
)
def test_a_bad_roster_is_refused_with_its_line(tmp_path: Path, text: str, complaint: str) -> None:
    with pytest.raises(UsageError, match=complaint):
        roster_of(tmp_path, text)


MOODLE_GRADES = """First name,Last name,ID number,Institution,Department,Email address,range,\
Last downloaded from this course
Ada,Lovelace,77,,,ada@example.org,-,1732233600
Grace,Hopper,,,,g.hopper@example.org,-,1732233600
Sam,Lee,MAT 12/3,,,sam@example.org,-,1732233600
"""
"""What Moodle exports by default: no user names."""


def test_moodles_grades_are_a_roster_without_user_names(course: Course, tmp_path: Path) -> None:
    people = roster_of(tmp_path, MOODLE_GRADES)
    assert [(one.id, one.lms_user_id, one.email) for one in people.people] == [
        ("77", "77", "ada@example.org"),
        ("g.hopper", "", "g.hopper@example.org"),
        ("sam", "MAT 12/3", "sam@example.org"),
    ]
    files = {"Grace Hopper_6_assignsubmission_file_/range.ipynb": FIRST}
    found = collect(course, "moodle", zipped(tmp_path / "s.zip", files), "range", roster=people)
    assert (found.new, found.missing) == (["g.hopper"], ["77", "sam"])


@pytest.mark.parametrize(
    ("header", "row", "student"),
    [
        ("Student,ID,Section,range (5)", '"Lovelace, Ada",1234,A,', "1234"),
        ("Student,ID,SIS User ID,Section,range (5)", '"Lovelace, Ada",1234,s77,A,', "1234"),
        ("Student,ID,SIS User ID,SIS Login ID,Section,range (5)", '"Lovelace, Ada",1234,s77,ada,A,', "ada"),
        ("LastName,FirstName,ID,SIS Login ID,Section,range (5)", "Lovelace,Ada,1234,ada,A,", "ada"),
        ("LastName,FirstName,ID,Section,range (5)", "Lovelace,Ada,1234,A,", "1234"),
    ],
)
def test_canvas_gradebook_tells_its_number_whatever_its_columns(
    course: Course, tmp_path: Path, header: str, row: str, student: str
) -> None:
    maxima = "    Points Possible" + "," * (header.count(",") - 1) + ",6"
    people = roster_of(tmp_path, f"{header}\n{maxima}\n{row}\n")
    (ada,) = people.people
    assert (ada.id, ada.lms_user_id, ada.first_name, ada.last_name) == (student, "1234", "Ada", "Lovelace")
    files = {"lovelaceada_1234_900_range.ipynb": FIRST}
    assert collect(course, "canvas", zipped(tmp_path / "s.zip", files), "range", roster=people).new == [student]


def test_a_table_with_own_ids_is_not_taken_for_canvas(tmp_path: Path) -> None:
    (ada,) = roster_of(tmp_path, "Student,ID,Canvas ID\nAda Lovelace,ada,1234\n").people
    assert (ada.id, ada.lms_user_id) == ("ada", "1234")


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16"])
@pytest.mark.parametrize("separator", [",", ";", "\t"])
@pytest.mark.parametrize("end", ["\n", "\r\n"])
def test_a_roster_as_spreadsheet_programs_write_it(tmp_path: Path, encoding: str, separator: str, end: str) -> None:
    table = [
        ["ID", "First name ", "Last name"],
        [],
        [" ada", "Ada", '"de ""la"" Vega"'],
        ["", "", ""],
        ["emy", "É", "y"],
    ]
    text = end.join(separator.join(row) for row in table) + end
    for head in ("", f"sep={separator}{end}"):
        (tmp_path / "r.csv").write_bytes((head + text).encode(encoding))
        people = {person.id: person for person in read_roster(tmp_path / "r.csv").people}
        assert set(people) == {"ada", "emy"}
        assert (people["ada"].first_name, people["ada"].last_name) == ("Ada", 'de "la" Vega')


def test_a_roster_that_is_no_text_is_refused(tmp_path: Path) -> None:
    (tmp_path / "r.csv").write_bytes("id,name\nada,A\nemile,Émile\n".encode("latin-1"))
    with pytest.raises(UsageError, match=r"line 3 is no UTF-8 text\. Save it as `CSV UTF-8`"):
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


def test_a_folder_in_which_nothing_can_be_written_stops_nobody_else(course: Course, tmp_path: Path) -> None:
    source = zipped(tmp_path / "s.zip", {f"{name}/range.ipynb": FIRST for name in ("ada", "grace", "sam1")})
    (tmp_path / "roster.csv").write_text("id\nada\ngrace\nsam1\nsam2\n")
    blocked = course.root / course.submitted / "grace"
    blocked.parent.mkdir()
    blocked.write_text("A file where a folder should be.")
    command = ["collect", "--from", "folder", str(source), "range"]
    found = collect(course, "folder", source, "range", roster=read_roster(tmp_path / "roster.csv"))
    assert (found.new, found.not_written, found.missing) == (["ada", "sam1"], ["grace"], ["sam2"])
    assert re.search("of grace could not be written to .*: Not a directory. Give permission", found.set_aside[0])
    assert handed_in(course, "sam1") == FIRST
    ran = CliRunner().invoke(main, [*command, "--json", "--course", str(course.root)])
    assert (ran.exit_code, json.loads(ran.stdout)["not_written"]) == (1, ["grace"])
    blocked.unlink()
    ran = CliRunner().invoke(main, [*command, "--json", "--course", str(course.root)])
    assert (ran.exit_code, json.loads(ran.stdout)["new"]) == (0, ["grace"])


@pytest.mark.parametrize(("number", "stops"), [(errno.EACCES, False), (errno.EPERM, False), (errno.ENOSPC, True)])
def test_only_a_full_disk_stops_everybody(
    course: Course, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, number: int, stops: bool
) -> None:
    source = zipped(tmp_path / "s.zip", {f"{name}/range.ipynb": FIRST for name in ("ada", "grace", "sam1")})

    def refuse(path: Path, data: bytes) -> None:
        if "grace" in path.parts:
            raise OSError(number, os.strerror(number), str(path))
        write_atomically(path, data)

    monkeypatch.setattr("autograder.course.collect.write_atomically", refuse)
    if stops:
        with pytest.raises(GraderFailure, match="Make room and run the command again"):
            collect(course, "folder", source, "range")
    else:
        assert collect(course, "folder", source, "range").not_written == ["grace"]
    assert handed_in(course, "ada") == FIRST
    assert (course.root / course.submitted / "sam1").exists() is not stops


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
