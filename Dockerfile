# The autograder with everything it needs, for macOS, Windows and clusters:
#   docker build -t autograder .
#   docker run --rm --user "$(id -u):$(id -g)" -v "$PWD":/course autograder grade range
FROM python:3.11-slim-bookworm

# Debian's own packages carry no version here: within a release they change for security alone.
# hadolint ignore=DL3008
RUN apt-get update \
 && apt-get install --yes --no-install-recommends bubblewrap \
 && rm -rf /var/lib/apt/lists/*

# Who runs the image can write neither here nor below: what is not compiled and prepared now would be at every start.
RUN python -m compileall -q -x 'site-packages|lib2to3' /usr/local/lib/python3.*

WORKDIR /opt/autograder
COPY bootstrap.lock requirements.lock pyproject.toml README.md LICENSE ./
COPY autograder autograder
ENV XDG_CACHE_HOME=/opt/autograder/cache
# Of the lock what grading needs, not the book nor the tests; then the packages that students may import, which are links
# to the installed ones, and stay links in the same step only; then caches that other assignments may add to.
RUN python -m venv .venv \
 && .venv/bin/python -m pip install --no-cache-dir --require-hashes -r bootstrap.lock \
 && .venv/bin/uv pip install --no-cache --compile-bytecode --python .venv/bin/python --require-hashes \
    -r pyproject.toml --extra cluster --extra build -c requirements.lock \
 && .venv/bin/python -m pip install --no-cache-dir --no-deps --no-build-isolation . \
 && .venv/bin/python -m pip uninstall --yes uv \
 && .venv/bin/python -c "from autograder.assignments import NAMES, load; from autograder.sandbox import runtime; \
    runtime.child_directory(); [runtime.packages_directory(load(name).packages) for name in NAMES]" \
 && mkdir cache/autograder/oracle \
 && chmod 1777 cache cache/autograder cache/autograder/*

# Nobody in particular, by a number that clusters can check: `docker run --user` makes the course's files yours.
RUN useradd --uid 10001 --create-home grader
USER 10001
ENV PATH=/opt/autograder/.venv/bin:$PATH HOME=/tmp
WORKDIR /course
# The first process of a container ignores SIGTERM; this one is Ctrl-C, and what is finished is kept.
STOPSIGNAL SIGINT
ENTRYPOINT ["autograder"]
CMD ["--help"]
