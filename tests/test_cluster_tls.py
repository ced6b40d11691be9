"""A cluster whose connections are encrypted and whose members know each other: a configuration of Dask's is enough."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from contextlib import ExitStack
from pathlib import Path

import pytest
from test_cluster import ROOT, a_course, a_port, kill, listening

ROLES = ("client", "scheduler", "worker")
STUDENTS = ("ada", "olga")


def configuration(folder: Path) -> Path:
    """Write a certificate and Dask's settings for it, as the guide says, and return the folder of the settings."""
    files = ["-keyout", str(folder / "key.pem"), "-out", str(folder / "cert.pem")]
    command = ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "1", "-subj", "/CN=grading", *files]
    subprocess.run(command, check=True, capture_output=True)
    pair = {"cert": str(folder / "cert.pem"), "key": str(folder / "key.pem")}
    tls = {"ca-file": str(folder / "cert.pem"), **dict.fromkeys(ROLES, pair)}
    settings = folder / "settings"
    settings.mkdir()
    told = {"distributed": {"comm": {"require-encryption": True, "tls": tls}}}
    (settings / "distributed.json").write_text(json.dumps(told))
    return settings


def start(settings: Path, *arguments: str) -> subprocess.Popen[bytes]:
    return subprocess.Popen(
        [sys.executable, "-W", "ignore", "-m", *arguments],
        env={**os.environ, "PYTHONPATH": str(ROOT), "DASK_CONFIG": str(settings)},
        start_new_session=True,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )


def grade(root: Path, address: str, settings: Path) -> subprocess.CompletedProcess[str]:
    students = [f"--student={student}" for student in STUDENTS]
    command = ["grade", "range", "--engine", "dask", "--scheduler", address, "--seed", "1", "--course", str(root)]
    return subprocess.run(
        [sys.executable, "-W", "ignore", "-m", "autograder", *command, *students],
        env={**os.environ, "PYTHONPATH": str(ROOT), "DASK_CONFIG": str(settings)},
        capture_output=True,
        text=True,
        timeout=150,
        check=False,
    )


@pytest.mark.skipif(shutil.which("openssl") is None, reason="install openssl, which makes the certificates")
@pytest.mark.skipif(sys.platform != "linux", reason="the sandbox needs Linux: run this test there")
def test_a_class_is_graded_over_tls_and_strangers_are_refused(tmp_path: Path) -> None:
    for name in ("ours", "theirs", "course"):
        (tmp_path / name).mkdir()
    ours, theirs = configuration(tmp_path / "ours"), configuration(tmp_path / "theirs")
    root = a_course(tmp_path / "course").root
    port = a_port()
    address = f"tls://127.0.0.1:{port}"
    host = ("--protocol", "tls", "--host", "127.0.0.1", "--port", str(port), "--no-dashboard", "--no-show")
    with ExitStack() as stack:
        scheduler = stack.enter_context(start(ours, "distributed.cli.dask_scheduler", *host))
        stack.callback(kill, scheduler)
        listening(port)
        joins = ("distributed.cli.dask_worker", address, "--nthreads", "1", "--no-dashboard")
        worker = stack.enter_context(start(ours, *joins))
        stack.callback(kill, worker)
        refused = grade(root, address, theirs)
        assert refused.returncode == 2, refused.stdout + refused.stderr
        assert f"Nobody answers as a Dask scheduler at {address}" in refused.stderr
        done = grade(root, address, ours)
        assert done.returncode == 0, done.stderr
        assert "2 graded (0 had not changed)" in done.stdout
