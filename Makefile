# make run    everything from nothing, then the API on http://127.0.0.1:8000
# make demo   the main job once through, in the terminal
# make test   all tests · make lint · make bench · make clean
# make notebooks   run notebooks/ on the installation in var/ and keep their pictures
#
# What is installed is remembered under $(VENV)/stamps by the hash of the lock files; nothing is done twice.

SHELL := /bin/bash
.SHELLFLAGS := -euo pipefail -c
.DEFAULT_GOAL := help
.DELETE_ON_ERROR:

PYTHON ?= $(shell for p in python3.11 python3; do $$p -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null && echo $$p && break; done)
VENV ?= .venv
HOST ?= 127.0.0.1
PORT ?= 8000
PYTEST_ARGS ?= -n 2

BIN := $(VENV)/bin
LOCKED := requirements/torch.txt requirements/torch-cpu.txt requirements/build.txt requirements/runtime.txt pyproject.toml
hash = $(shell cat $(1) 2>/dev/null | cksum | tr ' ' -)
RUNTIME := $(VENV)/stamps/runtime-$(call hash,$(LOCKED))
DEV := $(VENV)/stamps/dev-$(call hash,$(LOCKED) requirements/dev.txt)

.PHONY: help run demo test test-postgresql lint bench notebooks clean setup

help:
	@sed -n 's/^# \(make .*\)/\1/p' Makefile

setup: $(RUNTIME)
	@$(BIN)/smematch init

run: setup
	@exec $(BIN)/smematch serve --host $(HOST) --port $(PORT)

demo: setup
	@$(BIN)/smematch demo

test: $(DEV)
	OMP_NUM_THREADS=1 $(BIN)/python -m pytest $(PYTEST_ARGS)

# The tests of the store, of what writes to it and of the SQL of the board, on a PostgreSQL that lives as long as they do.
test-postgresql: $(DEV)
	OMP_NUM_THREADS=1 tests/postgresql.sh $(CURDIR)/$(BIN)/python -m pytest \
		tests/unit/store tests/unit/feedback tests/unit/outcomes/test_board_figures.py

lint: $(DEV)
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy

# Peers that are not installed are named as such; `pip install --group bench` brings them.
bench: $(DEV)
	OMP_NUM_THREADS=1 $(BIN)/python -m tests.benchmarks.quality $(BENCH_ARGS)

notebooks: $(DEV) setup
	OMP_NUM_THREADS=1 $(BIN)/python -m tests.notebooks.refresh $(NAMES)

# var/ holds the database and is never removed here.
clean:
	rm -rf $(VENV) build dist .pytest_cache .mypy_cache .ruff_cache .hypothesis
	find . -name __pycache__ -type d -prune -not -path './var/*' -exec rm -rf {} +

$(RUNTIME): $(LOCKED)
	@PYTHON='$(PYTHON)' TORCH_INDEX='$(TORCH_INDEX)' requirements/install.sh '$(VENV)' requirements/runtime.txt
	@mkdir -p $(@D) && touch $@

$(DEV): $(RUNTIME) requirements/dev.txt
	@PYTHON='$(PYTHON)' TORCH_INDEX='$(TORCH_INDEX)' requirements/install.sh '$(VENV)' requirements/dev.txt
	@mkdir -p $(@D) && touch $@
