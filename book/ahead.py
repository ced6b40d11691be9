"""What is done before Sphinx reads the pages, on all processors: evidence of claims, the gallery, executed pages.

`book.pages` does this first, in the environment that the pages' kernels shall have.  Everything ends up where Jupyter
Book, or a page's kernel, looks for it first: in the folder of evidence and in the execution cache.
"""

from __future__ import annotations

import json
import os
from collections.abc import Iterable, Iterator
from concurrent.futures import Future, ProcessPoolExecutor, as_completed
from importlib import import_module
from multiprocessing import get_context
from multiprocessing.forkserver import ensure_running
from pathlib import Path
from typing import Any

from book.build import (
    CACHE,
    CODE_CELL,
    OUTPUT,
    ROOT,
    closure,
    contents,
    digest_of,
    forget_stale_executions,
    page_code,
    page_digests,
    versions,
)

GALLERY = ROOT / "book" / "gallery"
CLAIMS = ROOT / "book" / "lab" / "claims"
GALLERY_FACTS = OUTPUT / "gallery"
TIMEOUT = 120
"""Seconds that one cell may take."""
WARM = ("book.lean", "book.ahead", "book.warm", "book.lab.claims", "book.lab.gallery_facts", "matplotlib.pyplot")
WARM_TOOLS = ("ipykernel.kernelapp", "ipykernel.debugger", "jupyter_cache.executors.utils", "myst_nb.core.read")
READY = "book.ready"
"""Modules that are imported once, in the process that all workers and kernels are forks of."""
LONGEST = ("book/instructors.md", "book/training_study.md")
"""The pages that take longest, with a semester's commands and with a live study: begun last, they keep all waiting."""


def compute_evidence(module: str) -> None:
    """Compute and keep the evidence of all claims that a module defines; they may share an experiment."""
    from book.lab.claims import CLAIMS

    for claim in CLAIMS.values():
        if claim.compute.__module__ == module:
            _ = claim.evidence


def claim_modules() -> list[str]:
    """Return the modules among which are those that define claims."""
    return [f"book.lab.claims.{path.stem}" for path in sorted(CLAIMS.glob("[a-z]*.py"))]


def compute_facts(name: str, kept: Path) -> None:
    """Compute and keep the facts of one page of the gallery."""
    from autograder.files import write_atomically
    from book.lab.gallery_facts import facts

    write_atomically(kept, json.dumps(facts(name), ensure_ascii=False).encode())


def facts_folder() -> Path:
    """Return the folder of the facts, named after all code that they depend on."""
    return GALLERY_FACTS / digest_of(sorted(closure("import book.lab.gallery_facts")), salt=versions())


def write_gallery(folder: Path) -> None:
    """Write the gallery's pages and its table from the facts; files that did not change are left alone."""
    from autograder.catalogue import CATALOGUE
    from book.lab.gallery import page
    from book.lab.gallery_table import comparison

    records = [json.loads((folder / f"{name}.json").read_text("utf-8")) for name in CATALOGUE]
    pages = {f"{record['name']}.md": page(record) for record in records} | {"table.html": comparison(records)}
    GALLERY.mkdir(exist_ok=True)
    for path in GALLERY.iterdir():
        if path.name not in pages:
            path.unlink()
    for name, text in pages.items():
        path = GALLERY / name
        if not path.is_file() or path.read_text("utf-8") != text:
            path.write_text(text, "utf-8")


def read_page(path: Path) -> Any:
    """Return a page as the notebook that Jupyter Book executes."""
    from myst_nb.core.read import read_myst_markdown_notebook

    return read_myst_markdown_notebook(path.read_text("utf-8"), add_source_map=True, path=path)


def execute(page: str) -> tuple[str, Any, float, str] | None:
    """Execute a page; return its name, the notebook, the seconds that it took, and what went wrong, if anything.

    None where the cache has the execution already.
    """
    if is_executed(page):
        return None
    # In a process of its own: a second kernel would be forked beside the threads that talked to the first.
    with ProcessPoolExecutor(1, mp_context=get_context("fork")) as alone:
        return alone.submit(execute_here, page).result()


def execute_here(page: str) -> tuple[str, Any, float, str]:
    """Execute a page in a kernel that is a fork of this process."""
    from jupyter_cache.executors.utils import single_nb_execution

    from book.warm import use_warm_kernels

    use_warm_kernels()
    path = ROOT / page
    result = single_nb_execution(read_page(path), cwd=str(path.parent), timeout=TIMEOUT, allow_errors=False)
    return page, result.nb, result.time, result.exc_string or ""


def make_cache() -> None:
    """Make the cache where there is none: two workers that do so at once would be in each other's way."""
    from jupyter_cache import get_cache

    get_cache(str(CACHE)).list_cache_records()


def is_executed(page: str) -> bool:
    """Whether the cache has the execution of a page's code."""
    from jupyter_cache import get_cache

    try:
        get_cache(str(CACHE)).match_cache_notebook(read_page(ROOT / page))
    except KeyError:
        return False
    return True


def keep_execution(page: str, notebook: Any, seconds: float) -> None:
    """Put an executed page into the cache, as Jupyter Book does it."""
    from jupyter_cache import get_cache
    from jupyter_cache.base import CacheBundleIn

    bundle = CacheBundleIn(notebook, str(ROOT / page), data={"execution_seconds": seconds})
    get_cache(str(CACHE)).cache_notebook_bundle(bundle, check_validity=False, overwrite=True)


def waits_for_evidence(page: str) -> bool:
    """Whether a page's code reaches the claims."""
    return any(path.parent.name == "claims" for path in closure(page_code(ROOT / page)))


def all_work(pool: ProcessPoolExecutor, folder: Path) -> Iterator[Future[Any]]:
    """Yield the work: pages that wait for nothing, evidence, the gallery, and then the pages that show evidence."""
    pages = [page for page in contents() if CODE_CELL.search((ROOT / page).read_text("utf-8"))]
    pages.sort(key=lambda page: page not in LONGEST)
    later = [page for page in pages if waits_for_evidence(page)]
    for page in pages:
        if page not in later:
            yield pool.submit(execute, page)
    for module in claim_modules():
        yield pool.submit(compute_evidence, module)
    if any(page.startswith("book/gallery/") or page == "book/gallery.md" for page in contents()):
        from autograder.catalogue import CATALOGUE

        for name in CATALOGUE:
            kept = folder / f"{name}.json"
            if not kept.is_file():
                kept.parent.mkdir(parents=True, exist_ok=True)
                yield pool.submit(compute_facts, name, kept)
    for page in later:
        yield pool.submit(execute, page)


def do(meanwhile: Iterable[str] = ()) -> bool:
    """Do all the work and return whether every page could be executed.

    ``meanwhile`` are modules to import in this process, while the workers' modules are imported in another.
    """
    context = get_context("forkserver")  # a fork of this process, which has threads, might hang
    context.set_forkserver_preload([*WARM, *WARM_TOOLS, READY])
    ensure_running()
    stale = forget_stale_executions(page_digests())
    print(f"Building the book; pages to execute: {', '.join(stale) or 'those whose own code changed'}.", flush=True)
    folder = facts_folder()
    for module in meanwhile:
        import_module(module)
    make_cache()
    failed = 0
    workers = (os.cpu_count() or 1) + 1  # one waits for a kernel or for a disk, time and again
    with ProcessPoolExecutor(workers, mp_context=context) as pool:
        for done in as_completed(list(all_work(pool, folder))):
            found = done.result()
            if found is None:
                continue
            page, notebook, seconds, wrong = found
            print(f"{page}: executed in {seconds:.1f} s" if not wrong else f"ERROR: {page}\n{wrong}", flush=True)
            failed += bool(wrong)
            if not wrong:
                keep_execution(page, notebook, seconds)
    if folder.is_dir():
        write_gallery(folder)
    return not failed
