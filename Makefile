# The two commands a newcomer needs: `make serve` and `make test`. They need python3 (>= 3.11, with venv) and
# make; everything else comes through pip and npm into this folder.

PORT ?= 8000
PYTHON ?= python3
VNDX_SHARED ?= ../shared
export VNDX_SHARED

BIN := .venv/bin
# Tests of the service that are run once more with --endpoint, over the native Oxigraph server.
OVER_ANOTHER_ENGINE := pages questions exploring searching protocol
# A worker that has nothing left takes over tests of the other.
PYTEST := $(BIN)/pytest -n auto --dist worksteal
RUN := PATH="$(CURDIR)/$(BIN):$$PATH"

# Tests wait a lot, for deadlines and for processes, so of these two run at once; tests over HTTP and in a browser
# have the machine to themselves.
QUICK := unit types record lint contract

.PHONY: serve test check unit native http browser lint types contract record bench setup setup-dev clean

serve: setup  ## Set up from nothing, build the graph, serve it on 127.0.0.1:$(PORT)
	@$(BIN)/vndx build
	@$(BIN)/vndx serve --port $(PORT)

test: setup-dev  ## Everything: lint, types, import contract, record checks and every test
	@$(MAKE) --no-print-directory -j2 $(QUICK) native
	@$(MAKE) --no-print-directory http browser

check: setup-dev  ## The quick part of `make test`: lint, types, import contract, record checks, unit tests
	@$(MAKE) --no-print-directory -j2 $(QUICK)

unit:
	$(PYTEST) tests/unit

native:
	VNDX_BACKEND=native $(PYTEST) $(OVER_ANOTHER_ENGINE:%=tests/http/test_%.py)

http:
	$(PYTEST) tests/data tests/http tests/conformance

browser:
	$(PYTEST) tests/browser

lint:
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .

types:
	$(BIN)/mypy

contract:
	$(BIN)/lint-imports

record:
	$(BIN)/vndx check $(if $(wildcard $(VNDX_SHARED)/sources),--sources $(VNDX_SHARED)/sources)

bench: setup-dev  ## The benchmarks; results go to bench/README.md
	$(BIN)/python -m bench

setup: .venv/.runtime visual/web/vendor/.done
setup-dev: .venv/.runtime
	@$(MAKE) --no-print-directory -j2 .venv/.development node_modules/.development

.venv/bin/python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
	  { echo "vndx needs Python 3.11 or newer; name one with: make PYTHON=python3.11" >&2; exit 1; }
	@$(PYTHON) -m venv .venv || \
	  { echo "Python cannot make a virtual environment: install its venv module (python3-venv)" >&2; exit 1; }

.venv/.runtime: .venv/bin/python requirements.txt pyproject.toml
	@echo "Installing Python packages (requirements.txt) ..."
	@$(BIN)/pip install --quiet --disable-pip-version-check --require-hashes -r requirements.txt
	@$(BIN)/pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation --editable .
	@touch $@

.venv/.development: .venv/.runtime requirements-dev.txt
	@echo "Installing Python packages for tests (requirements-dev.txt) ..."
	@$(BIN)/pip install --quiet --disable-pip-version-check --no-compile --require-hashes -r requirements-dev.txt
	@touch $@

visual/web/vendor/.done: .venv/.runtime package.json package-lock.json visual/vendor.py
	@echo "Installing front-end packages (package-lock.json) ..."
	@$(RUN) npm ci --silent --omit=dev
	@$(BIN)/python -m visual.vendor
	@rm -f node_modules/.development
	@touch $@

node_modules/.development: .venv/.runtime package.json package-lock.json visual/vendor.py
	@echo "Installing front-end packages and those for tests (package-lock.json) ..."
	@$(RUN) npm ci --silent
	@$(BIN)/python -m visual.vendor
	@touch visual/web/vendor/.done $@

clean:  ## Remove everything that set-up and builds made
	rm -rf .venv node_modules visual/web/vendor release .pytest_cache
