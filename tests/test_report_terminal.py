from __future__ import annotations

import io
import sys

import pytest
from rich.cells import cell_len

from autograder.grading.results import CriterionResult, FunctionResult, Result, WrittenResult
from autograder.report.summary import one_line, printable, what_happened
from autograder.report.terminal import MOST_ROWS, Bar, print_class, print_result

HOSTILE = "a\x1b[2J\x1b]0;title\x07b\r\nc\u202egnp.exe\x9b31m[red]<b>"


def criterion(name: str, status: str = "passed", **details: str) -> CriterionResult:
    return CriterionResult(name, status, 1.0 * (status == "passed"), 1.0, details.pop("message", "…"), **details)


def result(student: str, *criteria: CriterionResult, **details: object) -> Result:
    functions = (FunctionResult("relu6", criteria),) if criteria else ()
    return Result("range", student, 1, str(details.pop("status", "graded")), 1.0, functions, **details)  # type: ignore[arg-type]  # few fields


def test_what_happened_names_mistakes_reasons_and_notes() -> None:
    assert what_happened(result("ada", criterion("values"))) == "Everything is right."
    lost = criterion("arrays", "failed", mistake="relu6/in_place")
    assert what_happened(result("ada", lost, notes=("A note.",))) == "relu6: in place; A note."
    assert what_happened(result("ada", criterion("values", "failed"))) == "relu6: wrong values"
    assert what_happened(result("ada", criterion("values", "timeout"))) == "relu6: ran out of time"
    assert what_happened(result("ada", criterion("values", "error", got="KeyError: 'x'"))) == "relu6: raised KeyError"
    assert what_happened(result("ada", criterion("values", "error"))) == "relu6: stopped Python"
    assert what_happened(result("ada", status="unreadable", notes=("No JSON.",))) == "No JSON."


def test_functions_lost_for_one_reason_share_a_phrase() -> None:
    lost = (criterion("values", "error", got="NotImplementedError"),)
    both = Result("range", "ada", 1, "graded", 2.0, (FunctionResult("tanh", lost), FunctionResult("relu6", lost)))
    assert what_happened(both) == "tanh, relu6: not written"


def test_control_characters_never_reach_the_terminal(capsys: pytest.CaptureFixture[str]) -> None:
    bad = criterion("values", "failed", message=HOSTILE, diagnosis=HOSTILE, mistake=f"relu6/{HOSTILE}")
    one = result(HOSTILE, bad, notes=(HOSTILE,))
    print_class([one, result("eve", status="unreadable", notes=(HOSTILE,))], set_aside=[HOSTILE], absent=[HOSTILE])
    print_result(one)
    out = capsys.readouterr().out
    assert out.replace("\n", "").isprintable()
    assert "[red]<b>" in out  # text stays text
    assert printable(out) == out


def test_table_fits_a_hundred_columns_and_is_plain_without_a_terminal(capsys: pytest.CaptureFixture[str]) -> None:
    long = result("x" * 64, criterion("values", "failed"), notes=("漢字 and more. " * 20,))
    print_class([long, result("ada", criterion("values"))])
    lines = capsys.readouterr().out.splitlines()
    assert max(map(cell_len, lines)) <= 100
    assert any(line.endswith("…") for line in lines)
    assert not any("\x1b" in line or line != line.rstrip() for line in lines)
    assert any(line.startswith("ada") and "1 / 1" in line and line.endswith("Everything is right.") for line in lines)


def test_columns_keep_their_width_in_a_small_terminal(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sys.stdout, "isatty", lambda: True, raising=False)
    monkeypatch.setenv("TERM", "xterm")
    monkeypatch.setenv("COLUMNS", "60")
    print_class([result("ada", criterion("values", "failed"), notes=("long words " * 20,))])
    out = capsys.readouterr().out
    assert "ada" in out
    assert "graded" in out


def test_an_empty_class_and_a_huge_one(capsys: pytest.CaptureFixture[str]) -> None:
    print_class([])
    assert "student" in capsys.readouterr().out
    print_class([result(f"s{i}", criterion("values")) for i in range(MOST_ROWS + 3)])
    assert "and 3 more" in capsys.readouterr().out


def test_what_waits_for_a_human_is_counted(capsys: pytest.CaptureFixture[str]) -> None:
    answers = (WrittenResult("written-range", 2.0, True),)
    print_class([result("ada", criterion("values"), written=answers), result("bela", criterion("values"))])
    assert "1 written answer waits to be marked by a human." in capsys.readouterr().out


def test_one_result_in_full(capsys: pytest.CaptureFixture[str]) -> None:
    lost = criterion("arrays", "failed", message="It changed its input.", diagnosis="Make a copy.")
    print_result(result("ada", criterion("values"), lost, written=(WrittenResult("written-range", 2.0, False),)))
    out = capsys.readouterr().out
    assert "range, ada: 1 of 1 points" in out
    assert "✓ values  1 / 1" in out
    assert "✗ arrays  0 / 1" in out
    assert "It changed its input." in out
    assert "Make a copy." in out
    assert "was left empty" in out


def test_bar_is_silent_without_a_terminal(capsys: pytest.CaptureFixture[str]) -> None:
    with Bar() as bar:
        bar.start(2)
        bar.advance(result("ada"), False)
    assert capsys.readouterr().err == ""


def test_bar_shows_how_far_it_is(monkeypatch: pytest.MonkeyPatch) -> None:
    screen = io.StringIO()
    screen.isatty = lambda: True  # type: ignore[method-assign]  # stands for a terminal
    monkeypatch.setattr(sys, "stderr", screen)
    monkeypatch.setenv("TERM", "xterm")
    with Bar() as bar:
        bar.start(2)
        bar.advance(result("ada"), False)
    assert "1/2" in screen.getvalue()
    assert one_line("") == ""
