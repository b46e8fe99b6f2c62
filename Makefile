# Everything a newcomer runs. `make run` shows the main job, `make test` checks all of it.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
READY := $(VENV)/.ready
DEMO := build/demo
BENCH := build/bench

.PHONY: help setup run test check bench quality clean

help:
	@echo 'make run      read the sample newswire, build an archive, print a page, serve http://127.0.0.1:8000'
	@echo 'make test     lint, types, tests and documents (the default check)'
	@echo 'make check    lint and types only'
	@echo 'make bench    speed, as ratios to peers'
	@echo 'make quality  quality figures (needs the measuring data beside the checkout)'

setup: $(READY)

$(READY): pyproject.toml
	@$(PYTHON) -c 'import sys, ensurepip; sys.exit(sys.version_info < (3, 11))' || \
	  { echo 'make: $(PYTHON) must be Python 3.11 or newer with venv (Debian: apt-get install python3-venv)'; exit 1; }
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --upgrade 'pip>=25.1'
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --editable . --group dev
	@touch $@

run: $(READY)
	@rm -rf $(DEMO)
	$(BIN)/warraq demo --archive $(DEMO)

check: $(READY)
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy

test: check
	$(BIN)/python -m pytest

bench: $(READY)
	$(BIN)/python bench/corpora.py --archive $(BENCH)
	$(BIN)/python bench/pages.py --archive $(BENCH)
	$(BIN)/python bench/web.py --archive $(BENCH)
	@for script in $(filter-out bench/corpora.py bench/pages.py bench/web.py,$(wildcard bench/*.py)); do \
	  echo "== $$script"; $(BIN)/python $$script || exit 1; done

quality: $(READY)
	@for script in $(filter-out quality/news.py,$(wildcard quality/*.py)); do \
	  echo "== $$script"; $(BIN)/python $$script || exit 1; done

clean:
	rm -rf $(VENV) build dist .pytest_cache .mypy_cache .ruff_cache
