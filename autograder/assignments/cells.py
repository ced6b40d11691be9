"""The text of generated test cells: written in one place, recognised byte for byte in another."""

from __future__ import annotations

BEGIN_HIDDEN = "### BEGIN HIDDEN TESTS"
END_HIDDEN = "### END HIDDEN TESTS"


def grade_id(function: str, criterion: str) -> str:
    """Return the name of the test cell of a criterion."""
    return f"{function}-{criterion}"


def released_test(function: str, criterion: str) -> str:
    """Return the test cell that students see."""
    return f'check({function}, "{criterion}")'


def full_test(function: str, criterion: str) -> str:
    """Return the instructor's test cell: the visible check, and the hidden one that stock nbgrader runs."""
    return "\n".join(
        [
            released_test(function, criterion),
            BEGIN_HIDDEN,
            "from autograder.stock import grade_cell",
            f'grade_cell({function}, "{grade_id(function, criterion)}")',
            END_HIDDEN,
        ]
    )
