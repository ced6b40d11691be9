# make         environment, book, exercises, a sample class graded, its report: prints where each one is
# make test    everything the project claims about itself, in samples where that takes long
# make check   the same at full size
# make meta    what the grader catches, names, misses and wrongly refuses
# make pdf     the book on paper: _build/book.pdf
# make study   the training study anew, about half an hour on two cores; a stopped one goes on where it was
# make site    book and student downloads alone, in _build/site: what may be public
# make bench   how fast it is, side by side with others, and with ten thousand students
# make capacity  what grading costs on this machine, for the book's page on larger ones

PYTHON ?= python3
# Processes that run tests; a file's tests stay together, for they share what is slow to make.
JOBS ?= 2
BIN := .venv/bin
export PYTHONPATH := $(CURDIR)
export MPLBACKEND := Agg
# Modules are compiled when they are first imported, and kept: an environment that forbids it would compile at each start.
export PYTHONDONTWRITEBYTECODE :=

PACKAGE := $(shell find autograder -name '*.py' -o -name '*.j2' | grep -v __pycache__)
LESSONS := $(wildcard solutions/*/*.ipynb)

.PHONY: all book pdf exercises demo test check lint bench capacity meta accuracy study site clean
.DELETE_ON_ERROR:

all: book demo
	@echo
	@echo "book          _build/html/index.html"
	@echo "exercises     exercises/ (for students), solutions/ (for instructors)"
	@echo "sample class  _build/demo/ (submitted/, autograded/, gradebook.db)"
	@echo "class report  _build/demo/reports/range.html"

.venv/ready: requirements.lock bootstrap.lock pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { echo "Python 3.11 or newer is needed: set PYTHON=/path/to/python3."; exit 1; }
	@$(PYTHON) -c 'import venv, ensurepip' 2>/dev/null || { echo "Python's venv module is missing: install it (Debian: apt-get install python3-venv)."; exit 1; }
	@echo "Setting up the environment in .venv (exact versions, checked by hash) …"
	@$(PYTHON) -m venv .venv
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r bootstrap.lock
	@$(BIN)/uv pip install --quiet --python $(BIN)/python --require-hashes -r requirements.lock \
	  || { echo "uv could not install the environment; pip does it instead, more slowly …"; \
	       $(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements.lock; }
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation -e .
	@touch $@

book: .venv/ready exercises
	@$(BIN)/python -m book.build

pdf: .venv/ready exercises
	@$(BIN)/python -m book.pdf

site: .venv/ready exercises
	@$(BIN)/python -m book.site _build/site

# The students' notebooks are committed, so that this changes nothing in a clean clone; it fills nbgrader's gradebook.
exercises: _build/.exercises
_build/.exercises: .venv/ready $(PACKAGE) $(LESSONS) nbgrader_config.py
	@mkdir -p _build
	@echo "Publishing the exercises …"
	@$(BIN)/autograder publish
	@touch $@

demo: _build/demo/.done
_build/demo/.done: _build/.exercises $(wildcard exercises/*/*)
	@echo "Grading a sample class …"
	@$(BIN)/autograder demo _build/demo
	@touch $@

lint: .venv/ready
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check .
	@$(BIN)/mypy

test: all lint
	@$(BIN)/autograder publish --check
	@$(BIN)/python -m pytest -n $(JOBS) --dist loadfile -m "not full"

check: all lint
	@$(BIN)/autograder publish --check
	@$(BIN)/python -m pytest -n $(JOBS) --dist loadfile

bench: .venv/ready exercises
	@$(BIN)/python -m benchmarks.against_nbgrader
	@$(BIN)/python -m benchmarks.sandbox_stages
	@$(BIN)/python -m benchmarks.students_checks
	@$(BIN)/python -m benchmarks.reference_speed
	@$(BIN)/python -m benchmarks.sizes

# Writes the figures of the book's page on capacity: about an hour of two cores; a stopped one goes on where it was.
capacity: .venv/ready exercises
	@$(BIN)/python -m benchmarks.capacity _build/capacity

# The grader's own examination: known mistakes caught and named, right answers refused.
meta: .venv/ready
	@$(BIN)/python -m tests.meta

# Writes the committed tables of book/lab/study.
study: .venv/ready
	@$(BIN)/python -m book.lab.study

accuracy: .venv/ready
	@$(BIN)/python -m benchmarks.accuracy

clean:
	rm -rf _build .mypy_cache .pytest_cache .ruff_cache
