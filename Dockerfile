# The autograder with everything it needs, for macOS, Windows and clusters:
#   docker build -t autograder .
#   docker run --rm --user "$(id -u):$(id -g)" -v "$PWD":/course autograder grade range
FROM python:3.11-slim-bookworm

# Debian's own packages carry no version here: within a release they change for security alone.
# hadolint ignore=DL3008
RUN apt-get update \
 && apt-get install --yes --no-install-recommends bubblewrap \
 && rm -rf /var/lib/apt/lists/*

WORKDIR /opt/autograder
COPY bootstrap.lock requirements.lock ./
RUN python -m venv .venv \
 && .venv/bin/python -m pip install --no-cache-dir --require-hashes -r bootstrap.lock \
 && .venv/bin/uv pip install --no-cache --python .venv/bin/python --require-hashes -r requirements.lock

COPY pyproject.toml README.md LICENSE ./
COPY autograder autograder
RUN .venv/bin/python -m pip install --no-cache-dir --no-deps --no-build-isolation . \
 && .venv/bin/python -m compileall -q autograder

# Nobody in particular, by a number that clusters can check: `docker run --user` makes the course's files yours.
RUN useradd --uid 10001 --create-home grader
USER 10001
ENV PATH=/opt/autograder/.venv/bin:$PATH HOME=/tmp
WORKDIR /course
ENTRYPOINT ["autograder"]
CMD ["--help"]
