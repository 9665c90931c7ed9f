# The commands of a checkout, for GNU make 3.81 and later and any POSIX shell.
# Everything is built inside the checkout: .uv (uv itself, if the machine has none) and .venv.

SHELL := /bin/sh
.DEFAULT_GOAL := help
.DELETE_ON_ERROR:
.PHONY: help demo test check bench soak docs api page dev lock clean

# The first Python of 3.11 or newer on PATH runs the bootstrap; uv then picks the Python of .venv itself, from those on
# the machine, and downloads one only where none suits. The upper bound is the newest Python that the lock has wheels for.
PYTHON3 = $(or $(shell for p in python3 python3.14 python3.13 python3.12 python3.11; do \
    "$$p" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null && { echo "$$p"; break; }; \
    done),$(error Holin needs Python 3.11 or newer on PATH))
VENV_PYTHON = >=3.11,<3.15

UV = $(PYTHON3) tools/bootstrap_uv.py
PY = .venv/bin/python
# The lock serves as constraint: a demo takes the part of it that it needs, tests take all, each file with its hash.
INSTALL = $(UV) pip install --quiet --python $(PY) --require-hashes --constraint requirements.lock -r pyproject.toml

# Arguments for pytest, such as `make test TESTS=tests/test_floors.py`.
TESTS = -n auto --dist loadfile

help:  ## list the targets
	@awk -F ':.*## ' '/^[a-z]+:.*## / { printf "make %-7s %s\n", $$1, $$2 }' Makefile

demo: .venv/run.stamp  ## run the reference park huolinguole for a year and open its page
	@.venv/bin/holin demo

test: .venv/test.stamp  ## run all tests (what they need is installed first)
	@$(PY) tools/install_test_system.py
	@$(PY) -m pytest -m "not slow" $(TESTS)

check: .venv/test.stamp  ## format, lint, types, floors, docs
	@$(PY) -m ruff format --check .
	@$(PY) -m ruff check .
	@$(PY) -m mypy
	@$(PY) tools/build_page.py run --silent check
	@$(PY) -m pytest -q tests/test_floors.py tests/test_docs.py

bench: .venv/test.stamp  ## measure time and memory; the figures go to benchmarks/
	@$(PY) benchmarks/run.py

soak: .venv/test.stamp  ## run the long tests
	@$(PY) tools/install_test_system.py
	@$(PY) -m pytest -m slow $(TESTS)

docs: .venv/test.stamp  ## write docs/reference from the classes and commands
	@$(PY) tools/make_reference.py

api: .venv/test.stamp  ## write page/openapi.json, and the page's types from it
	@$(PY) tools/make_openapi.py
	@$(PY) tools/make_page_sources.py

page: .venv/test.stamp  ## build the page that holin serve shows
	@$(PY) tools/make_page_sources.py
	@$(PY) tools/build_page.py

dev: .venv/test.stamp  ## show the page as one edits it; a `holin serve` must run beside it
	@$(PY) tools/build_page.py run dev

# `make lock UPGRADE=--upgrade` moves every pin to the newest version; without it only what must move does.
lock:  ## write requirements.lock from pyproject.toml
	@$(UV) pip compile pyproject.toml --group test --group check --group lock --universal --generate-hashes \
	  --no-emit-index-url --custom-compile-command "make lock" --quiet $(UPGRADE) -o requirements.lock

clean:  ## remove what make has built
	rm -rf page/node_modules src/holin/web/bundle
	rm -rf .venv .uv .pytest_cache .mypy_cache .ruff_cache .hypothesis dist
	find src tests tools -name __pycache__ -prune -exec rm -rf {} +

# A stamp holds the folder it was made in: a checkout that was moved or copied gets a .venv of its own.
ifneq ($(CURDIR),$(shell cat .venv/run.stamp 2>/dev/null))
.PHONY: .venv/run.stamp
FRESH = yes
endif

# The page is part of the package: an install builds it (tools/page_hook.py).
PAGE = $(wildcard page/* page/public/* page/src/* page/src/*/* page/src/*/*/* page/src/*/*/*/*) \
    tools/build_page.py tools/page_hook.py

.venv/run.stamp: pyproject.toml requirements.lock $(filter-out page/node_modules,$(PAGE))
	@test -z "$(FRESH)" && $(PY) -c "" 2>/dev/null || $(UV) venv --quiet --clear --python "$(VENV_PYTHON)" .venv
	@$(INSTALL)
	@$(UV) pip install --quiet --python $(PY) --no-deps --build-constraint requirements.lock --editable .
	@test -f src/holin/web/bundle/index.html || echo "The page is not built: npm could not be reached. Later: make page"
	@echo "$(CURDIR)" > $@

.venv/test.stamp: .venv/run.stamp
	@$(INSTALL) --group test --group check
	@touch $@
