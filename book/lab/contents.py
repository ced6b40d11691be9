"""The table of contents as a reader needs it: which question each page answers, and how long it takes."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
ENTRY = re.compile(r"^[ -]*(caption|file): *(.+?) *$", re.MULTILINE)
CODE = re.compile(r"^```.*?^```", re.MULTILINE | re.DOTALL)
HEADER = re.compile(r"\A---\n.*?^---\n", re.MULTILINE | re.DOTALL)


@dataclass(frozen=True)
class Page:
    """A page of the book: its file without the ending, title, question (or first sentence), and time."""

    file: str
    title: str
    question: str
    time: str


def read_page(file: str, *, root: Path = ROOT) -> Page:
    """Return what a page's source says of itself; raises ValueError where it has no title."""
    text = CODE.sub("", HEADER.sub("", (root / f"{file}.md").read_text("utf-8")))
    title = re.search(r"^# (.+)$", text, re.MULTILINE)
    if title is None:
        raise ValueError(f"{file}.md has no title: begin it with a line such as `# Range`.")
    question = re.search(r"^\*\*The question:\*\* (.+)$", text, re.MULTILINE)
    time = re.search(r"^\*\*Time:\*\* (.+?)\.?$", text, re.MULTILINE)
    asked = question[1][:1].upper() + question[1][1:] if question else first_line(text)
    return Page(file=file, title=title[1], question=asked, time=time[1] if time else "")


def first_line(text: str) -> str:
    """Return the first line of prose of a page, which is its first sentence, or an empty string."""
    prose = (block for block in re.split(r"\n\s*\n", text) if re.match(r"[A-Za-z*\[]", block))
    return next(prose, "").split("\n")[0]


def parts(*, root: Path = ROOT) -> dict[str, list[Page]]:
    """Return the parts of the table of contents: caption → the pages named in it."""
    found: dict[str, list[Page]] = {}
    for key, value in ENTRY.findall((root / "_toc.yml").read_text("utf-8")):
        if key == "caption":
            found[value] = []
        else:
            found[list(found)[-1]].append(read_page(value, root=root))
    return found


def chapter_map(*, root: Path = ROOT) -> str:
    """Return a map of the book in MyST: for each part a list of links with the question that each page answers."""
    lines: list[str] = []
    for caption, pages in parts(root=root).items():
        lines += [f"**{caption}**", ""]
        for page in pages:
            time = f" *({page.time}.)*" if page.time else ""
            lines += [f"[{page.title}](/{page.file}.md)", f": {page.question}{time}", ""]
    return "\n".join(lines)
