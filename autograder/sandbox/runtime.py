"""Build the private directories that the zygote imports from: chosen packages, the child's own files, nothing else.

The grader's environment holds the reference solutions, so student code must not be able to import from it.  Packages
are therefore linked (or copied) file by file, from their lists of installed files, into a cache directory.
"""

from __future__ import annotations

import contextlib
import hashlib
import os
import shutil
import subprocess
import sys
import sysconfig
import tempfile
import time
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import TYPE_CHECKING

from autograder.errors import GraderFailure

if TYPE_CHECKING:
    from importlib import metadata

CHILD_FILES = (
    "calls.py",
    "given.py",
    "rules.py",
    "sandbox/frames.py",
    "sandbox/cells.py",
    "sandbox/child.py",
    "sandbox/forking.py",
    "sandbox/kernel.py",
    "sandbox/landlock.py",
    "sandbox/seccomp.py",
    "sandbox/syscalls.py",
    "sandbox/zygote.py",
)
"""The files of this package that run with student code; they import nothing else of ours."""
FORMAT = "3"

UNUSED_DAYS = 30
"""A private directory that no run has used for so long is removed when another one is built."""


def cache_root() -> Path:
    """Return the directory that holds the private directories."""
    base = os.environ.get("XDG_CACHE_HOME") or "~/.cache"
    return Path(base).expanduser() / "autograder" / "runtime"


def closure(packages: Iterable[str]) -> tuple[metadata.Distribution, ...]:
    """Return the distributions of ``packages`` and of all that they require on this platform, by name.

    Raises
    ------
    GraderFailure
        A distribution is not installed here.
    """
    from importlib import metadata

    from packaging.requirements import Requirement

    found: dict[str, metadata.Distribution] = {}
    wanted = list(packages)
    while wanted:
        name = wanted.pop().lower().replace("_", "-")
        if name in found:
            continue
        try:
            found[name] = metadata.distribution(name)
        except metadata.PackageNotFoundError as problem:
            raise GraderFailure(
                f"Students may use {name}, but it is not installed here: pip install {name}."
            ) from problem
        for text in found[name].requires or ():
            requirement = Requirement(text)
            if requirement.marker is None or requirement.marker.evaluate({"extra": ""}):
                wanted.append(requirement.name)
    return tuple(found[name] for name in sorted(found))


def _key(*parts: str) -> str:
    """Return a short name for a directory made from ``parts``."""
    parts = (FORMAT, sys.version, sysconfig.get_platform(), *parts)
    return hashlib.sha256("\0".join(parts).encode()).hexdigest()[:24]


def _compile(directory: Path) -> None:
    """Compile every module on all processors: children cannot write, so what is not compiled now never will be.

    A file that does not compile (a template, say) is left as it is.
    """
    command = [interpreter(), "-I", "-S", "-m", "compileall", "-q", "-j", "0", str(directory)]
    try:
        subprocess.run(command, stdin=subprocess.DEVNULL, capture_output=True, check=False)
    except OSError as problem:
        raise GraderFailure(f"The interpreter {command[0]} cannot be started ({problem.strerror}).") from problem


def _build(name: str, fill: Callable[[Path], None]) -> Path:
    """Return the cache directory ``name``, filled by ``fill`` and moved into place in one step if it is new."""
    root = cache_root()
    final = root / name
    if final.is_dir():
        return _used(final)
    try:
        root.mkdir(parents=True, exist_ok=True, mode=0o700)
        scratch = Path(tempfile.mkdtemp(prefix=".new-", dir=root))
        try:
            fill(scratch)
            _compile(scratch)
            scratch.chmod(0o755)
            scratch.rename(final)
            _remove_unused(root)
        except OSError:
            if not final.is_dir():  # another process may have been faster
                raise
        finally:
            shutil.rmtree(scratch, ignore_errors=True)
    except OSError as problem:
        raise GraderFailure(
            f"The grader could not write its private package directory {final} ({problem.strerror}): "
            "set XDG_CACHE_HOME to a directory that you can write to."
        ) from problem
    return final


def _used(directory: Path) -> Path:
    """Return a private directory, whose time says from now on when it was last used."""
    with contextlib.suppress(OSError):
        os.utime(directory)
    return directory


def _remove_unused(root: Path) -> None:
    """Remove what no run has used for `UNUSED_DAYS`: each change of the code or of a package makes a new directory."""
    oldest = time.time() - UNUSED_DAYS * 86_400
    for entry in root.iterdir():
        with contextlib.suppress(OSError):
            if entry.is_symlink() and not entry.exists():
                entry.unlink()
            elif not entry.is_symlink() and entry.stat().st_mtime < oldest:
                shutil.rmtree(entry, ignore_errors=True)


def _link(source: Path, target: Path) -> None:
    """Make ``target`` a hard link to ``source``, or a copy where links are not possible."""
    target.parent.mkdir(parents=True, exist_ok=True)
    try:
        os.link(source, target)
    except OSError:
        shutil.copy2(source, target)


def _wanted(path: metadata.PackagePath) -> bool:
    """Tell whether an installed file belongs into the private directory: no scripts, no path files, no test suites."""
    return ".." not in path.parts and not path.is_absolute() and path.suffix != ".pth" and "tests" not in path.parts


MATPLOTLIB_SETTINGS = "settings/matplotlib"
"""Where, below the private directory, matplotlib finds its settings and its list of fonts."""

LIST_FONTS = """
import sys
sys.path.insert(0, sys.argv[1])
import matplotlib
from matplotlib import font_manager
fonts, bundled = font_manager.fontManager, matplotlib.get_data_path()
fonts.ttflist = [font for font in fonts.ttflist if font.fname.startswith(bundled)]
fonts.afmlist = [font for font in fonts.afmlist if font.fname.startswith(bundled)]
font_manager.json_dump(fonts, f"{matplotlib.get_cachedir()}/fontlist-v{fonts.__version__}.json")
"""
"""Student code can read the fonts that come with matplotlib and no others, so these alone are listed."""


def _list_fonts(scratch: Path) -> None:
    """Let matplotlib write its list of fonts now: in the sandbox it could not, and would look for fonts every time."""
    settings = scratch / MATPLOTLIB_SETTINGS
    settings.mkdir(parents=True)
    environment = {"MPLCONFIGDIR": str(settings), "MPLBACKEND": "Agg", "PATH": "/usr/bin:/bin"}
    command = [interpreter(), "-s", "-S", "-P", "-B", "-c", LIST_FONTS, str(scratch)]
    done = subprocess.run(command, env=environment, capture_output=True, check=False)
    if done.returncode:
        said = done.stderr.decode("utf-8", "replace").strip().splitlines()
        raise GraderFailure(f"matplotlib could not be prepared for student code: {said[-1] if said else 'no message'}.")


def packages_directory(packages: Iterable[str]) -> Path:
    """Return a directory from which exactly ``packages`` and their requirements can be imported."""
    chosen = tuple(packages)
    remembered = cache_root() / f"chosen-{_key(*chosen, *_surroundings())}"
    if remembered.is_symlink() and remembered.is_dir():
        return _used(cache_root() / os.readlink(remembered))
    directory = _packages_directory(chosen)
    with contextlib.suppress(OSError):  # next time they are looked up again
        remembered.unlink(missing_ok=True)
        remembered.symlink_to(directory.name)
    return directory


def _surroundings() -> list[str]:
    """Return what changes when a package is installed, upgraded or removed: each directory of packages, and its time.

    To read what every package requires takes longer than to start a sandbox.  The folder in which a command runs is on
    the path too, and changes all the time: a directory counts where a package is installed in it.  Whole seconds are
    what is left of a time in an image that was pulled.
    """
    found = []
    for directory in sys.path:
        with contextlib.suppress(OSError):
            if any(name.endswith((".dist-info", ".egg-info")) for name in os.listdir(directory or os.curdir)):
                found.append(f"{directory}={int(os.stat(directory or os.curdir).st_mtime)}")
    return found


def _packages_directory(packages: tuple[str, ...]) -> Path:
    """Return the same, from what the installed packages say of themselves."""
    distributions = closure(packages)
    names = [f"{d.name}=={d.version}@{d.locate_file('')}" for d in distributions]

    def fill(scratch: Path) -> None:
        for distribution in distributions:
            if distribution.files is None:
                raise GraderFailure(f"{distribution.name} has no list of installed files: reinstall it with pip.")
            for path in filter(_wanted, distribution.files):
                source = Path(str(distribution.locate_file(path)))
                if source.is_file():
                    _link(source, scratch / path)
        if (scratch / "matplotlib").is_dir():
            _list_fonts(scratch)

    return _build("packages-" + _key(*names), fill)


def child_directory() -> Path:
    """Return a directory that holds the child's files, as a package ``autograder`` with nothing else in it."""
    here = Path(__file__).resolve().parent.parent
    contents = {name: (here / name).read_bytes() for name in CHILD_FILES}
    contents |= {"__init__.py": b"", "sandbox/__init__.py": b""}
    digests = [f"{name}={hashlib.sha256(data).hexdigest()}" for name, data in sorted(contents.items())]

    def fill(scratch: Path) -> None:
        for name, data in contents.items():
            path = scratch / "autograder" / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(data)

    return _build("child-" + _key(*digests), fill)


def interpreter() -> str:
    """Return the interpreter below any virtual environment."""
    return os.path.realpath(getattr(sys, "_base_executable", None) or sys.executable)


def standard_library() -> tuple[str, ...]:
    """Return the directories of the standard library: modules, then extension modules.

    `sysconfig` knows them too, and reads all settings of Python's own build for it.
    """
    modules = os.path.dirname(os.__file__)
    platform = os.path.join(sys.base_exec_prefix, sys.platlibdir, os.path.basename(modules))
    return modules, os.path.join(platform, "lib-dynload")


OTHER_PEOPLES = ("site-packages", "dist-packages")
"""Entries of a standard library's directory that hold installed packages: never readable for student code."""
SYSTEM_FILES = ("/etc/ld.so.cache", "/dev/null", "/dev/urandom", "/usr/share/zoneinfo")


def _mapped_libraries() -> set[str]:
    """Return the shared libraries that this process has loaded."""
    try:
        with open("/proc/self/maps") as maps:
            paths = {line.split(None, 5)[5].strip() for line in maps if line.count("/")}
    except OSError:
        return set()
    return {path for path in paths if ".so" in os.path.basename(path) and not path.endswith("(deleted)")}


def shared_libraries() -> list[str]:
    """Return what must be readable to load the standard library's extension modules.

    The directory of the C library as a whole, if it holds no Python packages, else its shared libraries one by one.
    """
    system = [
        path for path in _mapped_libraries() if os.path.basename(path).startswith(("libc.", "libc-", "libpython"))
    ]
    found: list[str] = []
    for directory in sorted({os.path.dirname(path) for path in system}):
        names = os.listdir(directory)
        if any(name.startswith("python3") for name in names):
            found += [os.path.join(directory, name) for name in names if ".so" in name]
        else:
            found.append(directory)
    return found


def readable_paths(private: Iterable[str]) -> list[str]:
    """Return every path that student code may read: the private directories and what Python itself needs."""
    modules, extensions = standard_library()
    entries = [os.path.join(modules, name) for name in sorted(os.listdir(modules)) if name not in OTHER_PEOPLES]
    return list(dict.fromkeys([*private, *entries, extensions, *shared_libraries(), *SYSTEM_FILES]))
