# Five commands, each doing its own set-up once: setup, demo, test, check, bench.
# A file in .stamps/ says that a step of the set-up was done and what it was made from.

SHELL := /bin/bash
.SHELLFLAGS := -euo pipefail -c
.DELETE_ON_ERROR:

PYTHON ?= python3
BIN := .venv/bin
NODE := scripts/with-node.sh
export PIP_DISABLE_PIP_VERSION_CHECK := 1

.PHONY: help setup assets demo test check bench compat generate lock clean

help:
	@echo "make setup   everything that the other commands need"
	@echo "make demo    opens a copy of examples/pbmc.ipynb in the browser"
	@echo "make test    the tests (ALL=1: the long tier, every matrix whole)"
	@echo "make check   style, types, layers, generated files, links"
	@echo "make bench   times and memory against Jupyter and marimo"
	@echo "make compat  writes docs/reference/compatibility.md: what real libraries show"
	@echo "make generate / lock / clean   for those who change the project"

setup: .stamps/test .stamps/browsers .stamps/python assets

.stamps/base: scripts/system-packages.sh
	scripts/system-packages.sh base
	@mkdir -p .stamps && touch $@

.stamps/test: scripts/system-packages.sh
	scripts/system-packages.sh test
	@mkdir -p .stamps && touch $@

.stamps/browsers: scripts/system-packages.sh
	scripts/system-packages.sh browsers
	@mkdir -p .stamps && touch $@

.stamps/python: .stamps/base pyproject.toml requirements/constraints.txt
	scripts/venv.sh $(PYTHON) .venv -c requirements/constraints.txt -e '.[demo,dev]'
	@touch $@

.stamps/peers: .stamps/base scripts/cellucid.sh requirements/peers.txt requirements/cellucid.txt requirements/peers-constraints.txt
	scripts/system-packages.sh bench
	scripts/venv.sh $(PYTHON) .peers -c requirements/peers-constraints.txt -r requirements/peers.txt
	scripts/cellucid.sh
	@touch $@

# Of the benchmark of the viewer alone: tests need none of it.
.stamps/web-peers: .stamps/peers scripts/web-peers.sh requirements/web-peers.txt benchmarks/viewer/peers/package-lock.json
	scripts/web-peers.sh
	@touch $@

.stamps/compat: .stamps/base requirements/compat.txt requirements/compat-alone.txt requirements/compat-constraints.txt
	scripts/venv.sh $(PYTHON) .compat --only-binary :all: -c requirements/compat-constraints.txt -r requirements/compat.txt
	scripts/venv.sh $(PYTHON) .compat --only-binary :all: --no-deps -r requirements/compat-alone.txt
	@touch $@

.stamps/web: .stamps/python scripts/with-node.sh web/package.json web/package-lock.json
	cd web && ../$(NODE) npm ci --ignore-scripts --no-fund --no-audit
	@touch $@

# The pages, in src/fumehood/assets/: built where their own stamp says that the sources are others.
assets: .stamps/web
	$(NODE) $(BIN)/python hatch_build.py

demo: .stamps/python assets
	scripts/demo.sh

# pytest runs last, so that its closing line is the last line.
test: setup .stamps/peers
	cd web && ../$(NODE) npm test --silent
	cd web && $(if $(ALL),HOOD_TESTS=all) ../$(NODE) npm run e2e --silent
	$(if $(ALL),HOOD_TESTS=all) $(BIN)/pytest -n 2 --dist worksteal $(if $(ALL),,-m 'not all')

check: setup
	$(BIN)/python -m scripts.check

bench: .stamps/python .stamps/peers .stamps/web-peers assets
	$(BIN)/python -m benchmarks

# Each library in the real page; pictures and records in .compat/results. HOOD_CASES=folium,bokeh runs some of them.
compat: setup .stamps/compat
	cd web && ../$(NODE) npm run compat --silent -w e2e

# What is derived from the Python sources; `make check` fails where it is not up to date.
generate: setup
	$(BIN)/python -m scripts.generate

# Pins what is installed now: names and versions, nothing about where they came from.
lock:
	$(BIN)/pip freeze --exclude-editable | grep -E '^[A-Za-z0-9._-]+==' | sort -f > requirements/constraints.txt
	.peers/bin/pip freeze --exclude-editable | grep -E '^[A-Za-z0-9._-]+==' | sort -f > requirements/peers-constraints.txt
	.compat/bin/pip freeze --exclude-editable | grep -E '^[A-Za-z0-9._-]+==' | sort -f > requirements/compat-constraints.txt
	cd web && ../$(NODE) npm install --package-lock-only --no-fund --no-audit
	$(BIN)/python -m scripts.complete_lock

clean:
	rm -rf .stamps .venv .peers .compat .node web/node_modules
