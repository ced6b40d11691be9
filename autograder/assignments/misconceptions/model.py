"""What a known mistake is: a wrong version that somebody really writes, and what to say about it."""

from __future__ import annotations

import inspect
import textwrap
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

Wrong = Callable[..., Any]


@dataclass(frozen=True)
class Mistake:
    """A wrong version of one graded function.

    ``cause`` says what was done, as far as the values show it; ``step`` what to look at next, never the answer.
    ``loses`` are the criteria that the version fails; the others it passes.  ``noise`` is how far apart its numbers in
    float32 may be on two processors, where it magnifies the last bits of others.
    """

    function: str
    name: str
    wrong: Wrong
    cause: str
    step: str
    loses: tuple[str, ...]
    noise: float = 0.0

    @property
    def source(self) -> str:
        """The wrong version as a student would write it, under the graded function's name."""
        text = textwrap.dedent(inspect.getsource(self.wrong))
        body = text[text.index("def ") :].replace(": Any", "").replace(" -> Any", "")
        head = "import math\n\n" if "math." in body else ""
        return head + body.replace(f"def {self.wrong.__name__}(", f"def {self.function}(", 1)


def mistake(
    bank: list[Mistake], function: str, *, loses: str, cause: str, step: str, noise: float = 0.0
) -> Callable[[Wrong], Wrong]:
    """Enter the decorated wrong version into ``bank``; ``loses`` names criteria, separated by spaces."""

    def enter(wrong: Wrong) -> Wrong:
        name = f"{function}/{wrong.__name__}"
        bank.append(Mistake(function, name, wrong, cause, step, tuple(loses.split()), noise))
        return wrong

    return enter
