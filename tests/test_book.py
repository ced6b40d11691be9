"""The built book, read as files: words for every picture, nothing from elsewhere, no dead link."""

from __future__ import annotations

import re
import zipfile
from io import BytesIO
from pathlib import Path
from urllib.parse import unquote, urldefrag

import pytest
from bs4 import BeautifulSoup
from fontTools.ttLib import TTFont

from autograder.catalogue import CATALOGUE
from autograder.errors import UsageError
from book import build
from book._ext.book_site import another_page, finish_page
from book.lab import icons
from book.lab.contents import read_page
from book.lab.downloads import download_link, exercise_zip, write_downloads
from book.lab.html import number, typeset
from book.lab.offline import outside_loads, outside_loads_of_site
from book.lab.style import house_style, new_figure, picture

Pages = dict[Path, BeautifulSoup]


@pytest.fixture(scope="module")
def pages(built_book: Path) -> Pages:
    """All pages of the book that hold words of ours; generated indices have no sources."""
    return {
        path: BeautifulSoup(path.read_text("utf-8"), "html.parser")
        for path in sorted((built_book / "book").rglob("*.html"))
    }


def test_all_pages_of_the_contents_are_built(pages: Pages) -> None:
    names = {Path(name).stem for name in build.contents()}
    assert {path.stem for path in pages if path.parent.name == "book"} == names
    assert {path.stem for path in pages if path.parent.name == "gallery"} == set(CATALOGUE)


def test_every_page_has_a_title_and_a_description_of_its_own(pages: Pages) -> None:
    titles = [page.title.get_text() for page in pages.values()]
    words = [page.find("meta", attrs={"name": "description"}) for page in pages.values()]
    assert len(titles) == len(set(titles))
    missing = [path.name for path, tag in zip(pages, words, strict=True) if tag is None]
    assert missing == []
    assert len(words) == len({tag["content"] for tag in words})
    assert all(20 < len(tag["content"]) <= 160 for tag in words)


def test_the_map_leads_to_every_page_of_the_contents(pages: Pages) -> None:
    [intro] = [page for path, page in pages.items() if path.stem == "intro"]
    linked = {Path(link["href"]).stem for link in intro.select("#map-of-the-book a.reference")}
    assert linked == {Path(name).stem for name in build.contents()} - {"intro"}


def test_a_page_without_a_title_is_refused(tmp_path: Path) -> None:
    (tmp_path / "page.md").write_text("No title.\n", "utf-8")
    with pytest.raises(ValueError, match="has no title"):
        read_page("page", root=tmp_path)


def test_the_map_knows_question_and_time() -> None:
    page = read_page("book/range")
    assert page.question.startswith("Which values can")
    assert "minutes" in page.time


def test_every_picture_says_what_it_shows(pages: Pages) -> None:
    bad = []
    for path, page in pages.items():
        for image in page.find_all("img"):
            words = (image.get("alt") or "").strip()
            if not words or "_images/" in words:
                bad.append(f"{path.name}: {image.get('src')}")
        for drawing in page.find_all("svg", attrs={"role": "img"}):
            if len((drawing.get("aria-label") or "").split()) < 4:
                bad.append(f"{path.name}: {drawing.get('aria-label')}")
    assert not bad


def test_every_drawing_in_a_figure_is_announced(pages: Pages) -> None:
    figures = [figure for page in pages.values() for figure in page.select("figure.plot, figure.explorable")]
    assert figures
    assert all(figure.find("svg")["role"] == "img" for figure in figures)


def test_every_icon_of_the_pages_is_in_the_fonts_and_no_other(built_book: Path) -> None:
    css = (built_book / icons.STYLE).read_text("utf-8")
    named = {name for rule in icons.RULE.finditer(css) for name in icons.CLASS.findall(rule[1])}
    assert {"fa-magnifying-glass", "fa-bars", "fa-xmark"} <= named
    fonts = list((built_book / icons.FONTS).iterdir())
    assert {path.suffix for path in fonts} == {".woff"}
    drawn = {chr(code) for path in fonts for code in TTFont(path).getBestCmap() or ()}
    sheets = [path.read_text("utf-8") for path in (built_book / "_static").rglob("*.css")]
    assert set().union(*map(icons.icons_in, sheets)) <= drawn
    assert sum(path.stat().st_size for path in fonts) < 20_000
    assert all(path.name in css for path in fonts)


def test_icons_that_no_page_shows_leave_the_style_sheet() -> None:
    css = '.fa-bars:before,.fa-navicon:before{content:"\\f0c9"}.fa-0:before{content:"\\30 "}.note{--icon:"\uf05a"}'
    shrunk, characters = icons.shrunk_style(css, {"fa-bars"})
    assert shrunk == css.replace('.fa-0:before{content:"\\30 "}', "")
    assert characters == {"\uf0c9", "\uf05a"}


def test_no_page_loads_anything_from_another_host(built_book: Path) -> None:
    assert list(outside_loads_of_site(built_book)) == []


@pytest.mark.parametrize(
    "html",
    [
        '<script src="https://cdn.example/x.js"></script>',
        '<link rel="stylesheet" href="//cdn.example/x.css">',
        '<img src="http://example.org/x.png" alt="">',
        '<img srcset="a.png 1x, https://example.org/x.png 2x" alt="">',
        '<iframe src="https://example.org"></iframe>',
        "<style>@import url(https://example.org/x.css);</style>",
        "<p style=\"background: url('//example.org/x.png')\"></p>",
        '<svg><image href="https://example.org/x.png"/></svg>',
        """<a href="x.html" style="background: url('//example.org/x.png')">a link with a picture</a>""",
        '<a href="x.html"><img src="//example.org/x.png" alt=""></a>',
        '<p>// no comment</p><img src="//example.org/x.png" alt="">',
    ],
)
def test_the_search_for_outside_loads_finds(html: str) -> None:
    assert outside_loads(html)


@pytest.mark.parametrize(
    "html",
    [
        '<a href="https://example.org">a plain link</a>',
        '<link rel="canonical" href="https://example.org/page.html">',
        '<script src="../_static/book.js"></script>',
        '<svg xmlns="http://www.w3.org/2000/svg"></svg>',
        '<img src="data:image/png;base64,AAAA" alt="">',
    ],
)
def test_the_search_for_outside_loads_lets_pass(html: str) -> None:
    assert outside_loads(html) == []


def test_links_and_anchors_lead_somewhere(pages: Pages) -> None:
    identities = {path: {tag["id"] for tag in page.find_all(id=True)} for path, page in pages.items()}
    dead = []
    for path, page in pages.items():
        for link in page.find_all("a", href=True):
            address, fragment = urldefrag(link["href"])
            if re.match(r"[a-z]+:", address):
                continue
            target = (path.parent / unquote(address)).resolve() if address else path
            if not target.is_file():
                dead.append(f"{path.name} → {link['href']}")
            elif fragment and target in identities and unquote(fragment) not in identities[target]:
                dead.append(f"{path.name} → {link['href']} (no such anchor)")
    assert not dead


def test_no_id_occurs_twice_on_a_page(pages: Pages) -> None:
    for path, page in pages.items():
        found = [tag["id"] for tag in page.find_all(id=True)]
        assert len(found) == len(set(found)), (path.name, {name for name in found if found.count(name) > 1})


def test_no_page_shows_an_error_or_an_unfilled_number(pages: Pages) -> None:
    for path, page in pages.items():
        text = page.find("article").get_text()
        assert "Traceback" not in text, path.name
        assert "{glue" not in text, path.name


def test_sources_hold_one_sentence_per_line() -> None:
    bad = []
    for page in sorted((build.ROOT / "book").glob("*.md")):
        prose = build.CODE_CELL.sub("", page.read_text("utf-8"))
        bad += [f"{page.name}: {line}" for line in prose.splitlines() if re.search(r"[a-z]{2}[.?!] [A-Z][a-z]+ ", line)]
    assert bad == []


MEASURED = re.compile(r"(?<![\w.,])\d+[.,]\d+|\d{3,}|\d+(?= ?%)")
"""What looks like a result: a number with a decimal point, of three digits or more, or per cent."""
CHOSEN = {
    "range": {"100"},  # an example's factor
    "differentiability": {"1.702", "0.044715", "1000"},  # constants of two formulas, and the unit of a slider
    "numerics": {"100"},  # "the error is 100%", which is to say all of it
    "students": {"3.11"},
    "instructors": {"3.11", "2026"},  # the year of a table
    "capacity": {"100,000"},  # the task
}
"""Numbers in sentences that nobody computes: they are chosen, or belong to a definition."""


@pytest.mark.parametrize("name", [Path(page).stem for page in build.contents()])
def test_numbers_in_sentences_come_from_the_code(name: str) -> None:
    text = re.sub(r"\A---\n.*?^---\n", "", source(name), flags=re.MULTILINE | re.DOTALL)
    text = re.sub(r"^```.*?^```", "", text, flags=re.MULTILINE | re.DOTALL)
    before, _, quiz = text.partition("\n## Check yourself\n")
    text = before + quiz.partition("\n## ")[2]
    text = re.sub(r"\{[\w:]+\}`[^`]*`|`[^`]*`|\]\([^)]*\)|\(\d, ?\d\)", "", text)
    assert set(MEASURED.findall(text)) == CHOSEN.get(name, set())


def test_every_figure_says_what_to_look_for(pages: Pages) -> None:
    captions = [figure.find("figcaption") for page in pages.values() for figure in page.select("figure.plot")]
    assert captions
    assert all(caption is not None and len(caption.get_text().split()) >= 8 for caption in captions)


def release(folder: Path) -> Path:
    (folder / "range").mkdir(parents=True)
    (folder / "range" / "range.ipynb").write_text("{}", "utf-8")
    (folder / "range" / "checks.py").write_text("", "utf-8")
    return folder


def test_the_download_is_the_same_bytes_each_time(tmp_path: Path) -> None:
    first, second = (exercise_zip("range", exercises=release(tmp_path / name)) for name in ("a", "b"))
    assert first == second
    assert sorted(zipfile.ZipFile(BytesIO(first)).namelist()) == ["range/checks.py", "range/range.ipynb"]


def test_a_half_released_exercise_fails_the_build(tmp_path: Path) -> None:
    exercises = release(tmp_path / "exercises")
    (exercises / "range" / "checks.py").unlink()
    with pytest.raises(UsageError, match=r"range is not published in .*: run `autograder publish`"):
        write_downloads(tmp_path / "out", exercises=exercises)


def test_a_missing_exercise_is_said_on_the_page(tmp_path: Path) -> None:
    assert "not part of this copy" in download_link("range", exercises=tmp_path / "none")
    assert "range.zip" in download_link("range", exercises=release(tmp_path / "released"))


def test_every_released_exercise_can_be_downloaded(built_book: Path, pages: Pages) -> None:
    links = {
        link["href"] for path, page in pages.items() if path.parent.name == "book" for link in page.select("a.download")
    }
    for assignment in sorted(path.name for path in (build.ROOT / "exercises").glob("*/") if path.is_dir()):
        assert f"../downloads/{assignment}.zip" in links
        assert (built_book / "downloads" / f"{assignment}.zip").read_bytes() == exercise_zip(assignment)


@pytest.mark.parametrize(("found", "message"), [("", "not installed"), ("2.0.1", "needs version 1")])
def test_a_wrong_jupyter_book_is_refused(found: str, message: str) -> None:
    with pytest.raises(build.BuildError, match=message):
        build.check_jupyter_book(found)


def test_the_installed_jupyter_book_is_accepted() -> None:
    build.check_jupyter_book(build.installed("jupyter-book"))


def test_a_page_depends_on_what_its_code_imports() -> None:
    names = {path.relative_to(build.ROOT).as_posix() for path in build.closure("from book.lab.claims import CLAIMS")}
    assert {"book/lab/claims/training.py", "book/lab/networks.py", "autograder/catalogue/classic.py"} <= names
    assert "book/lab/study/results.csv" in names, "a package counts with the tables that it reads"
    assert not any(name.startswith("autograder/sandbox") for name in names)


def test_a_folder_of_modules_is_not_read_whole() -> None:
    names = {path.relative_to(build.ROOT).as_posix() for path in build.closure("import book.lab.gallery_facts")}
    assert {"book/lab/gallery_curves.py", "autograder/properties/_tails.py"} <= names
    assert not {"book/lab/gallery_table.py", "book/lab/claims/range.py"} & names


def test_a_page_without_imports_depends_on_nothing() -> None:
    assert build.closure("import numpy\nprint(1)") == set()


def test_a_figure_without_words_is_refused() -> None:
    with house_style():
        figure, _ = new_figure()
    with pytest.raises(ValueError, match="needs a text"):
        picture(figure, name="empty", alt=" ")


def test_two_figures_share_no_id_and_take_their_colours_from_the_page() -> None:
    drawn = []
    for name in ("first", "second"):
        with house_style():
            figure, axes = new_figure()
            axes.plot([0, 1], [0, 1])
        drawn.append(picture(figure, name=name, alt="A line from 0 to 1.").html)
    first, second = (set(re.findall(r'\bid="([^"]+)"', html)) for html in drawn)
    assert not first & second
    assert "var(--plot-1" in drawn[0]
    assert "#010205" not in drawn[0]


# The recipe: what every chapter must have.

CHAPTERS = ("nonlinearity", "range", "differentiability", "saturation", "output_layer", "training_study")
LAST_SECTIONS = ["Common mistakes", "Check yourself", "Exercise", "Further reading", "Summary"]
DROPDOWN = re.compile(r"^:::\{dropdown\} (.+?)\n(.*?)^:::$", re.MULTILINE | re.DOTALL)
each_chapter = pytest.mark.parametrize("chapter", CHAPTERS)


def source(chapter: str) -> str:
    return (build.ROOT / "book" / f"{chapter}.md").read_text("utf-8")


def built(pages: Pages, chapter: str) -> BeautifulSoup:
    [page] = [page for path, page in pages.items() if path.stem == chapter and path.parent.name == "book"]
    return page


def section(page: BeautifulSoup, title: str) -> BeautifulSoup:
    return page.select_one(f"#{title.lower().replace(' ', '-')}")


def questions(text: str) -> list[str]:
    """Return the self-check questions of a chapter's source, each with its answers."""
    quiz = text.partition("\n## Check yourself\n")[2].partition("\n## ")[0]
    return re.split(r"^\*\*\d+\. ", quiz, flags=re.MULTILINE)[1:]


@each_chapter
def test_a_chapter_says_what_it_is_for_and_how_long_it_takes(chapter: str) -> None:
    glance = source(chapter).partition("\n## ")[0]
    assert len(re.findall(r"^- ", glance.partition("**After this chapter you can**")[2], re.MULTILINE)) >= 4
    assert "**You need** " in glance
    page = read_page(f"book/{chapter}")
    assert page.question.endswith("?")
    assert re.fullmatch(r"about \d+ minutes, and \d+ more for the exercise", page.time)


@each_chapter
def test_a_chapter_derives_shows_and_judges(pages: Pages, chapter: str) -> None:
    page = built(pages, chapter)
    code = [cell.get_text() for cell in page.select("div.cell_input")]
    assert sum("sp." in cell for cell in code) >= 8, "derivations by SymPy, step by step"
    assert len(page.select("figure.explorable")) >= 2
    assert page.select("figure.plot")
    assert len(page.select("div.claim .verdict")) >= 5


@each_chapter
def test_a_chapter_ends_with_practice_and_sources(pages: Pages, chapter: str) -> None:
    page = built(pages, chapter)
    titles = [head.get_text().rstrip("#") for head in page.select("article h2")]
    assert titles[-len(LAST_SECTIONS) :] == LAST_SECTIONS
    assert section(page, "Exercise").select_one("a.download")["href"].endswith(".zip")
    assert len(section(page, "Common mistakes").select("li")) >= 5
    assert len(section(page, "Summary").select("li")) >= 5
    works = section(page, "Further reading").select("li")
    assert len(works) >= 3
    assert all(work.select_one('a[href^="bibliography.html#"]') for work in works)


@each_chapter
def test_five_questions_explain_each_of_their_answers(chapter: str) -> None:
    found = questions(source(chapter))
    assert len(found) == 5
    for question in found:
        answers = DROPDOWN.findall(question)
        assert len(answers) >= 3, question
        assert all(len(explanation.split()) >= 4 for _, explanation in answers), question
        assert sum(explanation.startswith("Right") for _, explanation in answers) == 1, question


@each_chapter
def test_a_chapter_leads_on(pages: Pages, chapter: str) -> None:
    links = {link["href"].partition("#")[0] for link in built(pages, chapter).select("article a[href]")}
    assert len(links & {f"{other}.html" for other in CHAPTERS}) >= 1
    assert len({link for link in links if link.startswith("gallery/")}) >= 3
    assert {"glossary.html", "claims.html", "bibliography.html"} <= links


def test_every_word_of_the_glossary_leads_to_the_page_that_explains_it() -> None:
    words = source("glossary").partition(":::{glossary}\n")[2].rpartition(":::")[0]
    entries = re.split(r"\n\n(?=\S)", words.strip("\n"))
    assert len(entries) > 50
    assert [
        entry for entry in entries if not re.search(r"^    See \[.+\]\(\w+\.md(#[\w-]+)?\)\.$", entry, re.MULTILINE)
    ] == []
    names = [entry.partition("\n")[0] for entry in entries]
    assert names == sorted(names, key=str.lower)


def test_every_work_of_the_bibliography_is_cited() -> None:
    keys = re.findall(r"^@\w+\{(\w+),", (build.ROOT / "book" / "references.bib").read_text("utf-8"), re.MULTILINE)
    cited = {key for entry in CATALOGUE.values() for key in entry.sources}
    for page in sorted((build.ROOT / "book").glob("*.md")):
        for listed in re.findall(r"\{cite:\w+\}`([^`]+)`", page.read_text("utf-8")):
            cited.update(key.strip() for key in listed.split(","))
    assert len(keys) == len(set(keys))
    assert set(keys) == cited


@pytest.mark.parametrize(
    ("text", "html"),
    [
        ("soft, like e^(−2|x|)", "soft, like e<sup>−2|x|</sup>"),
        ("C^∞", "C<sup>∞</sup>"),
        ("e^(y_k) < 1", "e<sup>y<sub>k</sub></sup> &lt; 1"),
        ("log_softmax, negative_slope", "log_softmax, negative_slope"),
    ],
)
def test_plain_text_is_typeset(text: str, html: str) -> None:
    assert typeset(text) == html


@pytest.mark.parametrize(("value", "text"), [(0.57, "0.57"), (2.22e-16, "2.2·10⁻¹⁶"), (-2.1e12, "−2.1·10¹²")])
def test_numbers_are_printed_for_people(value: float, text: str) -> None:
    assert number(value) == text


def test_a_page_that_was_finished_stays_as_it_is():
    head = (
        '<script src="_static/documentation_options.js?v=1"></script><script src="_static/doctools.js?v=1"></script>'
        '<script defer="defer" src="_static/book.js"></script><script src="searchindex.js"></script>'
    )
    page = f'<head>{head}</head><div id="pst-primary-sidebar" class="bd-sidebar-primary"></div>'
    finished = finish_page(page)
    assert finished.count("<script defer ") == 1, "doctools can wait for the page, and what waits already is left"
    assert '<script src="_static/documentation_options.js' in finished, "scripts in the page read it at once"
    assert "searchindex" not in finished
    assert finished.count('role="navigation"') == 1
    assert finish_page(finished) == finished
    assert "searchindex" in finish_page(page, searches=True)


def test_the_sidebar_of_a_page_is_that_of_its_neighbour_with_another_entry_marked() -> None:
    before, marked = '<li class="toctree-l2%s"><a class="%sreference internal" href="%s">%s</a></li>', " current"
    first = before % (marked, "current ", "#", "ReLU") + before % ("", "", "elu.html", "ELU")
    other = before % ("", "", "relu.html", "ReLU") + before % (marked, "current ", "#", "ELU")
    assert another_page(first, "elu.html", "relu.html") == other
    assert another_page(other, "relu.html", "elu.html") == first
    assert another_page(first, "selu.html", "relu.html") == ""
    assert another_page(first.replace("l2", "l1", 1), "elu.html", "relu.html") == ""
