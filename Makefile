# One entry for everything. Works on a clean clone; the second call is fast.

PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
STAMP := $(VENV)/installed
BENCH_VENV := .venv-bench

.DEFAULT_GOAL := help
.PHONY: help demo test check train evaluate bench

help:  ## Show these targets
	@sed -n 's/^\([a-z]*\):.*## /  make \1\t/p' $(MAKEFILE_LIST) | expand -t 18

demo: $(STAMP)  ## Tag the sample reports and explain one
	$(BIN)/reportclf tag data/samples --format csv

test: $(STAMP)  ## Run all tests
	$(BIN)/python -m pytest

check: $(STAMP)  ## Format, lint, types, tests
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/python -m pytest

train: $(STAMP)  ## Train the model on data/corpus
	$(BIN)/reportclf train

evaluate: $(STAMP)  ## Measure against labelled reports; writes evaluation/ and the model card
	$(BIN)/reportclf evaluate

bench: $(STAMP)  ## Measure speed and memory; writes bench/RESULTS.md
	-test -x $(BENCH_VENV)/bin/python || $(PYTHON) -m venv $(BENCH_VENV)
	-$(BENCH_VENV)/bin/python -c 'import negspacy' 2>/dev/null || $(BENCH_VENV)/bin/pip install -q 'negspacy>=1'
	$(BIN)/python -m reportclf.bench --peer $(BENCH_VENV)/bin/python

$(STAMP): pyproject.toml
	test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install -q --disable-pip-version-check -e '.[dev]'
	@touch $(STAMP)
