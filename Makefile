# The commands of this project; `make` alone lists them.
PYTHON ?= python3
PORT   ?= 8000
VENV   := .venv
BIN    := $(VENV)/bin
# What the tests need beyond Python: a browser, a PDF renderer and checker, a database server, a Chinese font.
DEBIAN := chromium poppler-utils qpdf postgresql mupdf-tools ghostscript fonts-wqy-microhei
PROGRAMS := chromium pdftoppm qpdf mutool gs
PYTEST := $(BIN)/pytest -q -p no:cacheprovider
# Tests that speak to a database; they run a second time on PostgreSQL.
ON_DATABASES := tests/services tests/web tests/faults tests/test_jobs.py tests/test_cli.py tests/test_schema.py tests/test_databases.py tests/test_demo.py

# Many tests start a Python of their own, which would compile the program each time.
unexport PYTHONDONTWRITEBYTECODE

.DEFAULT_GOAL := help
.PHONY: help run test sure bench lock faults clean tools

help: ## this list
	@grep -hE '^[a-z]+:.*## ' $(MAKEFILE_LIST) | awk -F ':.*## ' '{printf "make %-8s %s\n", $$1, $$2}'

$(BIN)/python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { echo "Python 3.11 or newer is needed; $(PYTHON) is older."; exit 1; }
	@$(PYTHON) -c 'import ensurepip' 2>/dev/null || $(MAKE) -s debian-package NAMES=python3-venv
	@$(PYTHON) -m venv $(VENV)

$(VENV)/.installed: setup.cfg pyproject.toml constraints.txt | $(BIN)/python
	$(BIN)/pip install -q --disable-pip-version-check -c constraints.txt -e .
	@touch $@

$(VENV)/.installed-dev: $(VENV)/.installed
	$(BIN)/pip install -q --disable-pip-version-check -c constraints.txt -e '.[dev]'
	@touch $@

.PHONY: debian-package
debian-package: # installs $(NAMES): as root, or by sudo, or says what is missing
	@if [ "$$(id -u)" = 0 ]; then SUDO=; elif command -v sudo >/dev/null; then SUDO=sudo; \
	else echo "Missing Debian packages: $(NAMES). Install them as root: apt-get install $(NAMES)"; exit 1; fi; \
	$$SUDO apt-get update -qq && DEBIAN_FRONTEND=noninteractive $$SUDO apt-get install -y -qq --no-install-recommends $(NAMES) >/dev/null

tools: # what the tests need from Debian
	@for program in $(PROGRAMS); do command -v $$program >/dev/null || missing=1; done; \
	ls /usr/lib/postgresql/*/bin/initdb /usr/share/fonts/truetype/wqy/wqy-microhei.ttc >/dev/null 2>&1 || missing=1; \
	[ -z "$$missing" ] || $(MAKE) -s debian-package NAMES="$(DEBIAN)"

run: $(VENV)/.installed ## the registry with the Lạng Sơn demo on http://127.0.0.1:8000 (PORT=... for another)
	@$(BIN)/traceapp demo --port $(PORT)

test: tools $(VENV)/.installed-dev ## everything that must pass; installs and starts what it needs
	@$(MAKE) -s lint
	$(PYTEST) -n 2 --dist worksteal --ignore tests/browser
	TRACEAPP_TEST_DATABASE=postgresql $(PYTEST) -n 2 --dist worksteal $(ON_DATABASES)
	$(PYTEST) -n 2 --dist loadfile tests/browser

sure: $(VENV)/.installed-dev lint ## ruff, mypy, import-linter and the quick tests: the loop while working
	$(PYTEST) -n 2 -m "not slow" --ignore tests/browser

.PHONY: lint
lint: $(VENV)/.installed-dev
	$(BIN)/ruff check
	$(BIN)/ruff format --check
	$(BIN)/mypy
	$(BIN)/lint-imports

$(VENV)/.installed-bench: $(VENV)/.installed-dev
	$(BIN)/pip install -q --disable-pip-version-check -c constraints.txt -e '.[bench]'
	@touch $@

.PHONY: bench-tools
bench-tools: tools # the load generator, what WeasyPrint draws with, what pyzbar reads with
	@command -v wrk >/dev/null && /sbin/ldconfig -p | grep -q libpangoft2-1.0 && /sbin/ldconfig -p | grep -q libzbar.so \
	|| $(MAKE) -s debian-package NAMES="wrk libpango-1.0-0 libpangoft2-1.0-0 libzbar0"

bench: bench-tools $(VENV)/.installed-bench ## benchmarks beside their rivals (ROOMS="symbols sheets" for some)
	$(BIN)/python -m tests.benchmarks $(ROOMS)

.PHONY: fault-tools
fault-tools: tools # the clock that a whole process believes
	@ls /usr/lib/*/faketime/libfaketimeMT.so.1 >/dev/null 2>&1 || $(MAKE) -s debian-package NAMES=libfaketime

faults: fault-tools $(VENV)/.installed-dev ## the fault and race suites at full length
	TRACEAPP_FULL_FAULTS=1 $(PYTEST) tests/faults
	TRACEAPP_FULL_FAULTS=1 TRACEAPP_TEST_DATABASE=postgresql $(PYTEST) tests/faults
	TRACEAPP_FULL_FAULTS=1 $(PYTEST) -m hypothesis tests # with new examples each time

lock: $(BIN)/python ## rewrite constraints.txt from setup.cfg
	$(BIN)/pip install -q uv
	$(BIN)/uv pip compile -q setup.cfg --all-extras --universal --python-version 3.11 --no-annotate --no-header --no-emit-index-url -o constraints.txt

clean: ## forget the environment (never the instance folder)
	rm -rf $(VENV) build ./*.egg-info
