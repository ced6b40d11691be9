"""The real web application of nbgrader for tests: a Jupyter server on loopback, and what a grader does in its pages."""

from __future__ import annotations

import contextlib
import json
import os
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from playwright.sync_api import Browser, Page, Route

ROOT = Path(__file__).parents[1]
TOKEN = "a-token-for-tests"
STARTED_WITHIN = 180
"""Seconds that a busy machine may take to start a Jupyter server with the environment's extensions."""
PROGRAM = """
import os, sys, threading
threading.Thread(target=lambda: (sys.stdin.read(), os._exit(0)), daemon=True).start()
from jupyter_server.serverapp import main
main()
"""
"""A server that ends when the pipe to its standard input closes: when the tests end, in whatever way they do."""


@contextlib.contextmanager
def jupyter_server(course: Path, home: Path) -> Iterator[subprocess.Popen[bytes]]:
    """Start a Jupyter server in a course folder, with the extensions that this environment switches on by itself.

    It has its own configuration, data and runtime folders below ``home``, and its log in ``home / "log"``.
    """
    folders = {name: home / name for name in ("config", "data", "runtime", "home")}
    for folder in folders.values():
        folder.mkdir(parents=True)
    environment = {
        **os.environ,
        "HOME": str(folders["home"]),
        "JUPYTER_CONFIG_DIR": str(folders["config"]),
        "JUPYTER_DATA_DIR": str(folders["data"]),
        "JUPYTER_RUNTIME_DIR": str(folders["runtime"]),
        "JUPYTER_TOKEN": TOKEN,
        "PYTHONPATH": os.pathsep.join(filter(None, [str(ROOT), os.environ.get("PYTHONPATH", "")])),
        "PATH": os.pathsep.join([str(Path(sys.executable).parent), os.environ.get("PATH", "")]),
    }
    options = ["--no-browser", "--allow-root", "--ip=127.0.0.1", "--port=0", f"--ServerApp.root_dir={course}"]
    with (home / "log").open("wb") as log:
        server = subprocess.Popen(
            [sys.executable, "-c", PROGRAM, *options],
            cwd=course,
            env=environment,
            stdin=subprocess.PIPE,
            stdout=log,
            stderr=subprocess.STDOUT,
        )
    try:
        yield server
    finally:
        server.kill()
        server.wait()
        assert server.stdin is not None  # it was asked for
        server.stdin.close()


def address_of(server: subprocess.Popen[bytes], home: Path) -> str:
    """Wait until a server answers requests, and return its address, with a slash at the end."""
    told = home / "runtime" / f"jpserver-{server.pid}.json"
    for _ in range(10 * STARTED_WITHIN):
        with contextlib.suppress(OSError, ValueError):
            return str(json.loads(told.read_text())["url"])
        if server.poll() is not None:
            break
        time.sleep(0.1)
    raise AssertionError(f"The Jupyter server did not start:\n{(home / 'log').read_text()}")


@dataclass
class Formgrader:
    """A browser tab in formgrader, which reaches this server and nothing else."""

    page: Page
    address: str
    outside: list[str] = field(default_factory=list)
    wrong: list[str] = field(default_factory=list)

    def open(self, path: str) -> Page:
        """Open a page of formgrader, and wait until it has all that it asks the server for."""
        self.page.goto(f"{self.address}formgrader/{path}")
        self.page.wait_for_load_state("networkidle")
        return self.page

    def rows(self, path: str) -> list[list[str]]:
        """Return the texts of a page's table, row by row."""
        rows = self.open(path).locator("#main-table tr").all()
        return [[text.strip() for text in row.locator("td").all_inner_texts()] for row in rows]

    def submission(self, student: str, assignment: str) -> Page:
        """Open a student's submission as a grader does, by its link, and wait for scores and comments."""
        self.open(f"manage_students/{student}/{assignment}").locator("#main-table a").first.click()
        self.page.wait_for_function("window.formgrader?.grades?.loaded && window.formgrader?.comments?.loaded")
        return self.page

    def type(self, field_id: str, text: str) -> None:
        """Type into a field of a submission's page, leave it, and wait until the server has taken it."""
        field = self.page.locator(f"[id='{field_id}']")
        field.fill(text)
        with self.page.expect_response(lambda answer: answer.request.method == "PUT") as answer:
            field.blur()
        assert answer.value.ok, answer.value.text()

    def get(self, path: str) -> Any:
        """Return what the web application's own interface for programs says."""
        answer = self.page.request.get(f"{self.address}formgrader/api/{path}")
        assert answer.ok, answer.text()
        return answer.json()

    def _let(self, route: Route) -> None:
        address = route.request.url
        if address.startswith(self.address):
            route.continue_()
        else:
            self.outside.append(address)
            route.abort()


@contextlib.contextmanager
def formgrader(browser: Browser, address: str) -> Iterator[Formgrader]:
    """Open formgrader in a fresh tab, logged in, with every other host out of reach."""
    context = browser.new_context(viewport={"width": 1400, "height": 900})
    try:
        context.set_default_timeout(60_000)  # the machine may be busy with other tests
        tab = Formgrader(context.new_page(), address)
        tab.page.route("**/*", tab._let)
        tab.page.on("pageerror", lambda error: tab.wrong.append(str(error)))
        tab.page.on(
            "response", lambda answer: answer.status >= 400 and tab.wrong.append(f"{answer.status} {answer.url}")
        )
        tab.page.on("dialog", lambda dialog: tab.wrong.append(f"a dialog: {dialog.message}"))
        tab.page.goto(f"{address}formgrader?token={TOKEN}")
        yield tab
    finally:
        context.close()
